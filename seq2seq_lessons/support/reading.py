"""Files of sentence pairs as people have them: packed or not, and what to do with those that are something else."""

import bz2
import csv
import gzip
import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from seq2seq_lessons.support.paths import expanded

MAX_UNPACKED_BYTES = 1 << 30  # a packed text may not be longer than this
UNPACKERS: dict[bytes, Callable[[BinaryIO], Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
ZIP, TAR, TAR_AT = b"PK\x03\x04", b"ustar", 257
BEGINNINGS = {
    "<": "it is a web page or XML: download the file itself, or take the sentences out of it",
    "version https://git-lfs": "it is git-lfs's note where the file lies: git lfs pull",
}
# Commands that write lines of source<TAB>target, or the text in another form, of whatever `read_text` reads.
READ = "from seq2seq_lessons.support.reading import read_text; text = read_text(sys.argv[1])[0]"
QUOTED = (
    "import csv, sys; {}; [print(*row[:2], sep='\\t') for row in csv.reader(text.split('\\n'), delimiter={!r}) if row]"
)
UNESCAPED = "import html, sys; {}; print(html.unescape(text), end='')"
JSON = "import json, sys; {}; [print(row{}[{!r}], row{}[{!r}], sep='\\t') for row in {}]"
ODDITIES = {  # what a translator would learn to write, and nobody types
    r'"\t"': ("quotes around their fields, as spreadsheets write them", QUOTED.format(READ, "\t")),
    r"&(?:apos|quot|amp|lt|gt|#\d+);": ("&apos; and the like for marks", UNESCAPED.format(READ)),
}
OFTEN = 0.05  # of the lines


def read_text(path: str | Path) -> tuple[str, str]:
    """The text of a file, packed or not, and what to call it in messages.

    Args:
        path: of UTF-8 text (or UTF-16 with its mark, which is a spreadsheet's "Unicode text"), of the same in .gz, .bz2
            or .xz, of a zip that holds a .txt or .tsv, or of a pipe.

    Raises:
        FileNotFoundError, IsADirectoryError: no such file, or a folder.
        ValueError: it cannot be unpacked, or is no such text.
    """
    path = expanded(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give the file of sentence pairs in it")
    data, name = path.read_bytes(), str(path)
    try:
        if data.startswith(ZIP) or path.suffix.lower() == ".zip":
            data, name = _from_zip(path)
        for beginning, unpack in UNPACKERS.items():
            if data.startswith(beginning):
                with unpack(io.BytesIO(data)) as file:
                    data = _bounded(file, name)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError) as error:
        raise ValueError(
            f"{path} is no packed file that can be read here, or is damaged ({error}): download it again, or "
            "unpack it and give the text file's path"
        ) from None
    if data.startswith(TAR, TAR_AT):
        raise ValueError(f"{path} is a tar archive: unpack it and give the file of sentence pairs in it")
    try:
        # a byte-order mark, as Windows editors write it, is no part of the first word
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"), name
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not UTF-8 text (byte {error.start}): save it as UTF-8 in your editor") from None


def _from_zip(path: Path) -> tuple[bytes, str]:
    with zipfile.ZipFile(path) as archive:
        # the file of pairs is the largest text in it; the others are a read-me and a licence
        texts = [m for m in archive.infolist() if m.filename.lower().endswith((".txt", ".tsv"))]
        if not texts:
            raise ValueError(
                f"{path} holds no .txt or .tsv file: save a spreadsheet as tab-separated text; of two files, one for "
                "each language, unpack both and give both (--source-file and --target-file)"
            )
        member = max(texts, key=lambda m: m.file_size)
        name = f"{member.filename} in {path}"
        with archive.open(member) as file:
            return _bounded(file, name), name


def _bounded(file: Any, name: str) -> bytes:
    data = file.read(MAX_UNPACKED_BYTES + 1)
    if len(data) > MAX_UNPACKED_BYTES:
        raise ValueError(f"{name} unpacks to more than {MAX_UNPACKED_BYTES} bytes, the most that is read")
    return data


def split_lines(text: str) -> list[str]:
    """The lines as every program counts them: str.splitlines would also cut at a form feed or a line separator, which
    stand inside sentences; without a line feed, as on old Macs, at carriage returns. No empty one at the end."""
    lines = text.replace("\r\n", "\n").split("\n") if "\n" in text else text.split("\r")
    return lines if lines[-1] else lines[:-1]


def way_out(text: str, name: str) -> str:
    """What to do with a text without tab-separated pairs; "" where its first line is nothing known."""
    first = next(filter(None, map(str.strip, split_lines(text))), "")
    for beginning, words in BEGINNINGS.items():
        if first.startswith(beginning):
            return words
    if first.startswith(("{", "[")):
        return _from_json(text, first, name)
    delimiter = max(",;|", key=first.count)
    if len(next(csv.reader([first], delimiter=delimiter), [])) > 1:
        return _command(QUOTED.format(READ, delimiter), name)
    return ""


def oddities(text: str, name: str) -> list[str]:
    """A line for each thing that spoils many of the text's sentences, with what to do."""
    found = {}
    for pattern, (what, code) in ODDITIES.items():
        if pattern[0] in text:  # which is fast to tell
            found[what] = len(re.findall(pattern, text)), code
    enough = max(1, OFTEN * text.count("\n"))
    return [f"{name} has {n} times {what}; {_command(code, name)}" for what, (n, code) in found.items() if n > enough]


def _from_json(text: str, first: str, name: str) -> str:
    try:
        record = json.loads(text)[0] if first.startswith("[") else json.loads(first)
        inside, pair = next(((f"[{k!r}]", v) for k, v in record.items() if isinstance(v, dict)), ("", record))
        source, target, *_ = pair
    except (ValueError, LookupError, AttributeError):
        return ""
    rows = "json.loads(text)" if first.startswith("[") else "map(json.loads, filter(str.strip, text.split('\\n')))"
    return _command(JSON.format(READ, inside, source, inside, target, rows), name)


def _command(code: str, name: str) -> str:
    path = next((path for path in (name, name.partition(" in ")[2]) if Path(path).exists()), "FILE")
    return f'convert it, in a shell: python -X utf8 -c "{code}" "{path}" > pairs.tsv'
