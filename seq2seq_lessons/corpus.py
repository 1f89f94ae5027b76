"""Sentence pairs and where they come from: the bundled corpora, Tatoeba, or a file of one's own."""

import io
import os
import time
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import torch

from seq2seq_lessons.support.garbage_collection import no_garbage_collection
from seq2seq_lessons.text import source_key

BUNDLED = {"lessons": "eng-fra", "lessons-long": "eng-fra-long"}

# The copy of manythings.org's Tatoeba pairs that the d2l book keeps, with the SHA-1 that its package states.
TATOEBA_URL = "https://d2l-data.s3-accelerate.amazonaws.com/fra-eng.zip"
TATOEBA_SHA1 = "94646ad1522d915e7b0f9296181140edcf86a4f5"

MAX_MEMBER_BYTES = 1 << 30  # a zip's text may not unpack to more than this
MAX_DOWNLOAD_BYTES = 1 << 28
SILENCE_S, MAX_DOWNLOAD_S = 30, 1800  # the longest wait for a byte, and for the last one


class SentencePair(NamedTuple):
    """A sentence and its translation."""

    source: str
    target: str


def cache_folder() -> Path:
    """Where downloads and trained lesson models are kept: `$SEQ2SEQ_LESSONS_CACHE`, or the user's cache folder."""
    import pooch

    return Path(os.environ.get("SEQ2SEQ_LESSONS_CACHE") or pooch.os_cache("seq2seq_lessons"))


def load_pairs(source: str | Path = "lessons", limit: int | None = None) -> list[SentencePair]:
    """Read sentence pairs.

    Args:
        source: "lessons" or "lessons-long" (bundled), "tatoeba" (downloaded once, then cached), or the path of a
            .tsv, .txt or .zip file with two or three tab-separated columns: source, target, anything.
        limit: read at most this many pairs, from the top.

    Returns:
        the pairs, in the file's order. Lines that cannot be used are skipped, and a warning says how many and why.

    Raises:
        FileNotFoundError, IsADirectoryError: no such file, or a folder.
        ValueError: an unknown name, a file that is not UTF-8 text, or one without a single usable line.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}; expected at least 1, or None for all pairs")
    name = str(source)
    if name in BUNDLED:
        data, name = _bundled(f"{BUNDLED[name]}.tsv"), f"the bundled corpus {name!r}"
    elif name == "tatoeba":
        data, name = _read_file(download_tatoeba())
    else:
        data, name = _read_file(Path(source))
    try:
        text = data.decode("utf-8-sig")  # a byte-order mark, as Windows editors write it, is no part of the first word
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not UTF-8 text (byte {error.start}): save it as UTF-8 in your editor") from None
    with no_garbage_collection():
        return _parse(text, name, limit)


def load_splits(source: str = "lessons") -> dict[str, list[SentencePair]]:
    """The bundled corpus in its parts: "train", and the held-out sets, none of whose sources is in "train".

    For "lessons" these are "random" (drawn from the same templates as most of "train"), "hand" (written by hand),
    "combinations" (a known adjective with a known noun, never seen together), "longer" (than any training sentence) and
    "rare" (words seen one to three times in training); for "lessons-long", "random".

    Raises:
        ValueError: another name.
    """
    if source not in BUNDLED:
        raise ValueError(f"source is {source!r}; only the bundled corpora {', '.join(map(repr, BUNDLED))} have splits")
    lines = _bundled(f"{BUNDLED[source]}.splits.tsv").decode("utf-8").splitlines()
    held_out = dict(line.split("\t") for line in lines)
    splits: dict[str, list[SentencePair]] = {name: [] for name in ("train", *held_out.values())}
    for pair in load_pairs(source):
        splits[held_out.get(pair.source, "train")].append(pair)
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


def _read_file(path: Path) -> tuple[bytes, str]:
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give the file of sentence pairs in it")
    if not path.is_file():
        known = ", ".join(map(repr, [*BUNDLED, "tatoeba"]))
        raise FileNotFoundError(
            f"no source or file {str(path)!r}; expected {known}, or the path of an existing .tsv, .txt or .zip file"
        )
    if path.suffix == ".zip":
        return _read_zip(path)
    return path.read_bytes(), str(path)


def _read_zip(path: Path) -> tuple[bytes, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            # the file of pairs is the largest text in it; the others are a read-me and a licence
            texts = [m for m in archive.infolist() if m.filename.endswith((".txt", ".tsv"))]
            if not texts:
                raise ValueError(f"{path} holds no .txt or .tsv file")
            member = max(texts, key=lambda m: m.file_size)
            if member.file_size > MAX_MEMBER_BYTES:
                raise ValueError(
                    f"{member.filename} in {path} unpacks to {member.file_size} bytes; expected at most "
                    f"{MAX_MEMBER_BYTES}"
                )
            return archive.read(member), f"{member.filename} in {path}"
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise ValueError(
            f"{path} is no zip file that can be read here, or is damaged ({error}): download it again, or "
            "unpack it and give the text file's path"
        ) from None


def _parse(text: str, name: str, limit: int | None) -> list[SentencePair]:
    pairs: list[SentencePair] = []
    skipped: Counter[str] = Counter()
    # split at line ends only: str.splitlines would also split at a form feed or a line separator inside a sentence
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if len(pairs) == limit:
            break
        if not line.strip():
            continue
        columns = line.split("\t")
        if len(columns) not in (2, 3):
            skipped[f"{len(columns)} column{'s' * (len(columns) > 1)} instead of 2 or 3"] += 1
        elif not (columns[0].strip() and columns[1].strip()):
            skipped["an empty sentence"] += 1
        else:
            pairs.append(SentencePair(columns[0].strip(), columns[1].strip()))
    reasons = "; ".join(f"{n} with {reason}" for reason, n in skipped.items())
    if not pairs:
        raise ValueError(f"{name} has no usable line ({reasons or 'it is empty'}); expected lines of source<TAB>target")
    if skipped:
        warnings.warn(f"{name}: skipped {sum(skipped.values())} lines: {reasons}", stacklevel=3)
    return pairs
