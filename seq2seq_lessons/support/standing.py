"""How far a learner has come: `seq2seq-lessons progress`, and a cell of lesson 00. Files are read, nothing is sent."""

from collections.abc import Iterator
from pathlib import Path

from seq2seq_lessons.support.answers import RIGHT, Answer, Item, lessons, read
from seq2seq_lessons.support.start import delivered


def progress(folder: str | Path = ".") -> None:
    """Print how far the lessons in a folder are: what is right, and what is next."""
    try:
        print(*lines(Path(folder)), sep="\n")
    except ValueError as error:
        print(error)


def lines(folder: Path) -> Iterator[str]:
    """A line for each lesson, one for what is next, and one for each lesson that cannot be read.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: no lesson is in it.
    """
    known, faults = _answers(folder)
    width = max(len(lesson.title) for lesson in lessons().values())
    yield f"{'lesson':{width + 3}}  predictions  exercises"
    for number, lesson in lessons().items():
        right = [_share(lesson.answers, known, kind) for kind in ("prediction", "exercise")]
        yield f"{number} {lesson.title:{width}}  {right[0]:>11}  {right[1]:>9}"
    exercises = [item for lesson in lessons().values() for item in lesson.answers if item.kind == "exercise"]
    item = next((item for item in exercises if known.get(item, Answer()).state != RIGHT), None)
    if item is None:
        yield "All exercises are right."
    else:
        (file,) = delivered().glob(f"{item.lesson}_*.ipynb")
        yield f"Next: exercise {item.number} in {file.name} ({known.get(item, Answer()).state})"
    yield f"Read from the notebooks in {folder.resolve().name}, as they were last saved; nothing is sent anywhere."
    yield from faults


def _share(items: dict[Item, Answer], known: dict[Item, Answer], kind: str) -> str:
    asked = [item for item in items if item.kind == kind]
    return f"{sum(known.get(item, Answer()).state == RIGHT for item in asked)} of {len(asked)}"


def _answers(folder: Path) -> tuple[dict[Item, Answer], list[str]]:
    """The better answer to each item in the folder's lessons, and a line for each lesson that cannot be read."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder; expected the one that `seq2seq-lessons start` made")
    known: dict[Item, Answer] = {}
    faults, num_lessons = [], 0
    for path in sorted(folder.glob("*.ipynb")):
        try:
            saved = read(path.read_bytes())
        except ValueError as error:
            if (delivered() / path.name).exists():  # any other one is the learner's own
                faults.append(f"{path.name}: {error}")
            continue
        num_lessons += 1
        for item, answer in saved.answers.items():
            known[item] = known[item] + answer if item in known else answer
    if not num_lessons and not faults:
        raise ValueError(f"no lesson is in {folder.resolve()}; expected the folder that `seq2seq-lessons start` made")
    return known, faults
