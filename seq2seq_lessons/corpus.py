"""Sentence pairs and where they come from: the bundled corpora, Tatoeba, or a file of one's own."""

import io
import os
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import torch

from seq2seq_lessons.support.garbage_collection import no_garbage_collection
from seq2seq_lessons.support.paths import expanded
from seq2seq_lessons.support.reading import oddities, read_text, split_lines, way_out
from seq2seq_lessons.text import source_key

BUNDLED = {"lessons": "eng-fra", "lessons-long": "eng-fra-long"}

# The copy of manythings.org's Tatoeba pairs that the d2l book keeps, with the SHA-1 that its package states.
TATOEBA_URL = "https://d2l-data.s3-accelerate.amazonaws.com/fra-eng.zip"
TATOEBA_SHA1 = "94646ad1522d915e7b0f9296181140edcf86a4f5"

OTHER_COLUMNS = "other columns are chosen by columns=(2, 3), on the command line --columns 2 3"
MAX_DOWNLOAD_BYTES = 1 << 28
SILENCE_S, MAX_DOWNLOAD_S = 30, 1800  # the longest wait for a byte, and for the last one


class SentencePair(NamedTuple):
    """A sentence and its translation."""

    source: str
    target: str


def cache_folder() -> Path:
    """Where downloads and trained lesson models are kept: `$SEQ2SEQ_LESSONS_CACHE`, or the user's cache folder."""
    import pooch

    if named := os.environ.get("SEQ2SEQ_LESSONS_CACHE"):
        return expanded(named)
    with suppress(RuntimeError):  # a user without a home, as containers have them
        if (folder := Path(pooch.os_cache("seq2seq_lessons"))).is_absolute():
            return folder
    return Path(tempfile.gettempdir(), "seq2seq_lessons")


def load_pairs(
    source: str | Path = "lessons",
    limit: int | None = None,
    *,
    columns: Sequence[int] | None = None,
    target_file: str | Path | None = None,
) -> list[SentencePair]:
    """Read sentence pairs.

    Args:
        source: "lessons" or "lessons-long" (bundled), "tatoeba" (downloaded once, then cached), or the path of a text
            file, packed (.zip, .gz, .bz2, .xz) or not, with two or three tab-separated columns: source, target,
            anything.
        limit: read at most this many pairs, from the top.
        columns: where the file has its source and its target, counted from 1, when these are not 1 and 2.
        target_file: the translations, a line each, where the file `source` has the sources only.

    Returns:
        the pairs, in the file's order. Lines that cannot be used are skipped, and a warning says how many and why.

    Raises:
        FileNotFoundError, IsADirectoryError: no such file, or a folder.
        ValueError: an unknown name, a file that is not UTF-8 text, one without a single usable line, one whose sources
            or targets are numbers, or two files that differ in their numbers of lines; the message has a way out.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}; expected at least 1, or None for all pairs")
    if columns is not None and (len(columns) != 2 or min(columns) < 1):
        raise ValueError(f"columns is {columns!r}; expected two numbers, the source's and the target's, from 1 on")
    name = str(source)
    if name in BUNDLED:
        text, name = _bundled(f"{BUNDLED[name]}.tsv").decode("utf-8"), f"the bundled corpus {name!r}"
    else:
        text, name = read_text(download_tatoeba() if name == "tatoeba" else _existing(source))
    with no_garbage_collection():
        if target_file is None:
            return _parse((line.split("\t") for line in split_lines(text) if line.strip()), text, name, limit, columns)
        targets, other = read_text(_existing(target_file))
        sides = split_lines(text), split_lines(targets)
        if len(sides[0]) != len(sides[1]):
            raise ValueError(
                f"{name} has {len(sides[0])} lines and {other} {len(sides[1])}: a line and its translation have to "
                "have one number; an empty line stands for a missing one"
            )
        return _parse(zip(*sides, strict=True), text, f"{name} and {other}", limit, (1, 2))


def load_splits(source: str = "lessons") -> dict[str, list[SentencePair]]:
    """The bundled corpus in its parts: "train", and the held-out sets, none of whose sources is in "train".

    For "lessons" these are "random" (drawn from the same templates as most of "train"), "hand" (written by hand, with
    more translations than `load_pairs` has), "combinations" (a known adjective with a known noun, never seen together),
    "longer" (than any training sentence) and "rare" (words seen one to three times in training); for "lessons-long",
    "random".

    Raises:
        ValueError: another name.
    """
    if source not in BUNDLED:
        raise ValueError(f"source is {source!r}; only the bundled corpora {', '.join(map(repr, BUNDLED))} have splits")
    held_out = dict(_bundled_rows(source, "splits"))
    splits: dict[str, list[SentencePair]] = {name: [] for name in ("train", *held_out.values())}
    for pair in load_pairs(source):
        splits[held_out.get(pair.source, "train")].append(pair)
    if source == "lessons":
        splits["hand"] += [SentencePair(*row) for row in _bundled_rows(source, "references")]
    return splits


def split_by_source(
    pairs: Sequence[SentencePair], fraction: float, seed: int = 0
) -> tuple[list[SentencePair], list[SentencePair]]:
    """Two parts of the pairs, so that no source sentence (`text.source_key`) is in both.

    Args:
        pairs: sentence pairs; a source may occur several times, with different translations.
        fraction: share of the distinct sources that goes to the second part, at least one source unless it is 0.
        seed: of the draw.
    """
    keys = [source_key(source) for source, _ in pairs]
    sources = list(dict.fromkeys(keys))
    num_held_out = max(1, round(fraction * len(sources))) if fraction > 0 and len(sources) > 1 else 0
    order = torch.randperm(len(sources), generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = {sources[i] for i in order[:num_held_out]}
    first = [pair for pair, key in zip(pairs, keys, strict=True) if key not in held_out]
    return first, [pair for pair, key in zip(pairs, keys, strict=True) if key in held_out]


def download_tatoeba() -> Path:
    """Download the English-French Tatoeba pairs once, verify their checksum, and return the zip's path.

    Raises:
        ConnectionError: the download failed or its checksum is wrong; the message says how to go on by hand.
    """
    import pooch
    import requests

    try:
        path = pooch.retrieve(
            TATOEBA_URL,
            known_hash=f"sha1:{TATOEBA_SHA1}",
            fname="fra-eng.zip",
            path=cache_folder(),
            downloader=_download,
        )
    except (requests.RequestException, ValueError, OSError) as error:
        raise ConnectionError(
            f"could not download the Tatoeba pairs ({type(error).__name__}: {error}). Without network, get any "
            f'English-French file of manythings.org/anki on another machine and give its path instead of "tatoeba", '
            f"or save {TATOEBA_URL} as {cache_folder() / 'fra-eng.zip'}"
        ) from error
    return Path(path)


def _download(url: str, path: str, pup: object) -> None:
    """What pooch calls: its own downloader, into a file that refuses to grow without end."""
    import pooch

    with _Bounded(path, "w") as file:
        pooch.HTTPDownloader(timeout=SILENCE_S, progressbar=True)(url, file, pup)


class _Bounded(io.FileIO):
    """A file for a download, closed to more bytes than it may have and to a server that sends them one by one."""

    def __init__(self, *args):
        super().__init__(*args)
        self.end = time.monotonic() + MAX_DOWNLOAD_S

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > MAX_DOWNLOAD_BYTES:
            raise OSError(f"the server sends more than {MAX_DOWNLOAD_BYTES >> 20} MB")
        if time.monotonic() > self.end:
            raise TimeoutError(f"not done after {MAX_DOWNLOAD_S} seconds")
        return super().write(data)


def _bundled(name: str) -> bytes:
    return (resources.files("seq2seq_lessons") / "data" / name).read_bytes()


def _bundled_rows(source: str, what: str) -> list[list[str]]:
    """The lines of a file that belongs to a bundled corpus, cut at their tabs."""
    return [line.split("\t") for line in _bundled(f"{BUNDLED[source]}.{what}.tsv").decode("utf-8").splitlines()]


def _existing(path: str | Path) -> Path:
    if not expanded(path).exists():
        if "://" in str(path):
            raise ValueError(f"{path} is an address: download it, and give the path of the file")
        known = ", ".join(map(repr, [*BUNDLED, "tatoeba"]))
        raise FileNotFoundError(f"no source or file {str(path)!r}; expected {known}, or the path of an existing file")
    return expanded(path)


def _parse(
    rows: Iterable[Sequence[str]], text: str, name: str, limit: int | None, columns: Sequence[int] | None
) -> list[SentencePair]:
    pairs: list[SentencePair] = []
    skipped: Counter[str] = Counter()
    first, second = (column - 1 for column in columns or (1, 2))
    has_nuls = "\0" in text
    fewest, most = (2, 3) if columns is None else (max(columns), sys.maxsize)
    for row in rows:
        if len(pairs) == limit:
            break
        if not fewest <= len(row) <= most:
            expected = "2 or 3" if columns is None else f"{fewest} or more"
            skipped[f"{len(row)} column{'s' * (len(row) > 1)} instead of {expected}"] += 1
            continue
        pair = SentencePair(row[first].strip(), row[second].strip())
        if not (pair.source and pair.target):
            skipped["an empty sentence"] += any(map(str.strip, row))
        elif has_nuls and "\0" in pair.source + pair.target:
            skipped["a NUL, as in UTF-16: save it as UTF-8 in your editor"] += 1
        else:
            pairs.append(pair)
    reasons = "; ".join(f"{n} with {reason}" for reason, n in skipped.items() if n)
    if not pairs:
        hint = way_out(text, name) or f"expected lines of source<TAB>target; {OTHER_COLUMNS}"
        raise ValueError(f"{name} has no usable line ({reasons or 'it is empty'}): {hint}")
    if skipped.total():
        warnings.warn(f"{name}: skipped {skipped.total()} lines: {reasons}", stacklevel=3)
    for side in SentencePair._fields if columns is None else ():  # numbers in a column that was chosen are meant
        some = [getattr(pair, side) for pair in pairs[:1000]]
        if sum(map(str.isdigit, some)) > len(some) / 2:
            raise ValueError(f"{name}: the {side} column holds numbers, such as {some[0]!r}; {OTHER_COLUMNS}")
    for oddity in oddities(text, name):
        warnings.warn(oddity, stacklevel=3)
    return pairs
