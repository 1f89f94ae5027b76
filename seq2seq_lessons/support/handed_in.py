"""What a class handed in: notebooks in folders and zips, under any names, and whose each of them is."""

import io
import os
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from seq2seq_lessons.support.answers import printable
from seq2seq_lessons.support.start import delivered

MOST_BYTES = 50_000_000  # of a file; the lessons have 500 KB at most
DEEPEST = 3  # zips in zips
HIDDEN = re.compile(r"\.|__MACOSX$")  # checkpoints of Jupyter's among them
MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_[a-z]+_.*")
LESSON = re.compile(r"(?:lesson|assignment|notebook|week)s?[ _-]*\d{0,2}|\d{1,2}", re.I)  # a folder of all learners'
NUMBER = re.compile(r"^(?:lesson[ _-]*)?\d\d(?=[ _-]|$)|[ _-]*lesson[ _-]*\d\d$|[ _-]\d\d$", re.I)  # in a file's name
COPY = re.compile(r"(?:[-_ ]*\(\d+\)|[-_ ]+(?:copy ?\d*|final|solved|submission))$", re.I)  # what is added to it
UNREADABLE = "a zip that cannot be read ({}): unpack it by hand, or ask for it again"

Parts = tuple[str, ...]  # of a path, below the folder that was given; a zip is a folder


class HandedIn(NamedTuple):
    """A notebook: whose it is, where it lies (names as they may be printed), and what the file holds."""

    learner: str
    path: str
    content: bytes


def gather(place: Path) -> tuple[list[HandedIn], list[tuple[str, str]]]:
    """All notebooks in a folder, or in a zip; and a path with a reason for whatever is none or cannot be read.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: there is no notebook in it.
    """
    if not place.exists():
        raise FileNotFoundError(f"{place} does not exist; expected the folder, or the zip, of what the class handed in")
    notebooks: dict[Parts, bytes] = {}
    faults = []
    for parts, content in _files(place, ()):
        if isinstance(content, str):
            faults.append((_shown(parts) or place.name, content))
        elif parts[-1].lower().endswith(".ipynb"):
            notebooks[parts] = content
        elif not (delivered() / "results" / parts[-1]).is_file():  # those are there because `start` put them there
            faults.append((_shown(parts), "neither a notebook nor a zip of them: not read"))
    if not notebooks and not faults:
        raise ValueError(f"{place} is empty; expected notebooks such as 02_gru_output_and_state.ipynb, or zips of them")
    names = _names(list(notebooks), place.stem)
    return [HandedIn(names[parts], _shown(parts), content) for parts, content in notebooks.items()], faults


def _files(path: Path, parts: Parts) -> Iterator[tuple[Parts, bytes | str]]:
    """Each file under a path with its content, or with the reason why it is not read."""
    try:
        if path.is_symlink() and parts:
            yield parts, "a link, which is not followed"
        elif path.is_dir():
            for entry in sorted(path.iterdir()):
                if not HIDDEN.match(entry.name):
                    yield from _files(entry, (*parts, entry.name))
        elif path.is_file() and path.stat().st_size > MOST_BYTES:
            yield parts, "larger than any lesson"
        elif path.is_file() and path.suffix.lower() == ".zip":
            yield from _zipped(path.read_bytes(), (*parts[:-1], path.stem) if parts else (), DEEPEST)
        elif path.is_file():
            yield parts or (path.name,), path.read_bytes()
    except OSError as error:
        yield parts, f"cannot be read ({error.strerror})"


def _zipped(content: bytes, above: Parts, depth: int) -> Iterator[tuple[Parts, bytes | str]]:
    """Each file of a zip, of which nothing is written anywhere."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        yield above, UNREADABLE.format(error)
        return
    for member in archive.infolist():
        inside = tuple(re.split(r"[/\\]+", member.filename.strip("/\\")))
        parts = (*above, *inside)
        if member.is_dir() or any(map(HIDDEN.match, inside)):
            continue
        data = _member(archive, member)
        if isinstance(data, str) or not parts[-1].lower().endswith(".zip"):
            yield parts, data
        elif depth > 1:
            yield from _zipped(data, (*parts[:-1], parts[-1][: -len(".zip")]), depth - 1)
        else:
            yield parts, "a zip in a zip in a zip: unpack it first"


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | str:
    """A file of a zip, or why it is not read."""
    if member.file_size > MOST_BYTES:
        return "larger than any lesson"
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError, OSError) as error:
        return UNREADABLE.format(error)


def _names(paths: list[Parts], root: str) -> dict[Parts, str]:
    """Whose each notebook is: by Moodle, by the first folder that tells learners apart, or by the file's name."""
    lessons = [path.stem for path in delivered().glob("*.ipynb")]
    folders = [tuple(p for p in parts[:-1] if not LESSON.fullmatch(p) and p not in lessons) for parts in paths]
    common = len(os.path.commonprefix(folders))
    found = _names_by_moodle(paths)
    for parts, folder in zip(paths, folders, strict=True):
        numbers = [part for part in parts[:-1] if part.isdigit()]  # a learner's, where there is no name
        candidates = [*folder[common:][:1], _of_file(parts[-1], lessons), *numbers[:1], *folder[-1:], root]
        found.setdefault(parts, next(filter(None, candidates)))
    return {parts: printable(name) for parts, name in found.items()}


def _names_by_moodle(paths: list[Parts]) -> dict[Parts, str]:
    """Names in an export's folders or files; namesakes in one export with Moodle's number, which is new in each one."""
    found, numbers = {}, defaultdict(set)
    for parts in paths:
        for i, part in enumerate(parts):
            if match := MOODLE.fullmatch(part):
                found[parts] = match["name"], match["number"]
                numbers[match["name"], parts[:i]].add(match["number"])
    namesakes = {name for (name, _), several in numbers.items() if len(several) > 1}
    return {parts: f"{name} ({number})" if name in namesakes else name for parts, (name, number) in found.items()}


def _of_file(name: str, lessons: list[str]) -> str:
    """What a file's name says beside the lesson's own: `02_gru_output_and_state-anna (1).ipynb` is anna's."""
    stem = COPY.sub("", name[: -len(".ipynb")])
    lesson = next((lesson for lesson in lessons if lesson in stem), None)
    return (stem.replace(lesson, "") if lesson else NUMBER.sub("", stem, count=1)).strip(" _-.")


def _shown(parts: Parts) -> str:
    return printable("/".join(parts))
