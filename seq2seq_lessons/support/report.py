"""What a class answered, from the notebooks as learners saved them: tables in words, a CSV file, a picture."""

import csv
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seq2seq_lessons.support.answers import (
    ABSENT,
    DOUBTFUL,
    NOT_RUN,
    RIGHT,
    UNANSWERED,
    WRONG,
    Answer,
    Item,
    Saved,
    lessons,
    read,
)
from seq2seq_lessons.support.handed_in import HandedIn

SIGNS = {RIGHT: "✓", WRONG: "✗", UNANSWERED: "·", NOT_RUN: "-", DOUBTFUL: "?", ABSENT: " "}
COLUMNS = [RIGHT, WRONG, UNANSWERED, NOT_RUN, DOUBTFUL]
MOST_HINTS = 25  # lines of the hints that several learners were given
FIELDS = ["learner", "lesson", "kind", "number", "state", "tries seen", "last hint"]


@dataclass
class Classwork:
    """What a class answered.

    Attributes:
        answers: for each learner an answer to each item of every lesson that somebody handed in.
        num_notebooks: how many of them could be read.
        faults: what a teacher should look at, a line each.
    """

    answers: dict[str, dict[Item, Answer]]
    num_notebooks: int = 0
    faults: list[str] = field(default_factory=list)

    def items(self, kind: str = "") -> list[Item]:
        """The items of the lessons that were handed in, in their order; of one kind."""
        found = next(iter(self.answers.values()), {})
        return [item for item in found if kind in ("", item.kind)]

    def of_class(self, item: Item) -> list[Answer]:
        """The answers of the learners whose notebook has the item."""
        return [answers[item] for answers in self.answers.values() if answers[item].state != ABSENT]


def collect(
    handed_in: Sequence[HandedIn], rerun: Mapping[str, tuple[bytes, str]] | None = None, *, anonymous: bool = False
) -> Classwork:
    """Read all notebooks; of two that a learner handed in for one lesson, the better answer to each item counts.

    Args:
        handed_in: what `gather` found.
        rerun: by path, a notebook as it was run again, which counts, and what stopped it ("" if nothing).
        anonymous: learners get numbers, drawn anew each time, and no file is named.
    """
    learners = sorted({one.learner for one in handed_in})
    names = _numbers(learners) if anonymous else {learner: learner for learner in learners}
    work = Classwork({name: {} for name in sorted(names.values())})
    files = defaultdict(list)
    for one in handed_in:
        name, where = names[one.learner], "a notebook" if anonymous else one.path
        try:
            saved, lines = _examined(one, rerun)
        except ValueError as error:
            work.faults.append(f"{name}, {where}: {error}")
            continue
        work.num_notebooks += 1
        work.faults += [f"{name}, {where}: {line}" for line in lines]
        files[name, saved.lesson].append(where)
        for item, answer in saved.answers.items():
            known = work.answers[name].get(item)
            work.answers[name][item] = known + answer if known else answer
    for (name, lesson), several in files.items():
        if len(several) > 1:
            work.faults.append(f"{name}: {len(several)} notebooks of lesson {lesson}; of two answers the better counts")
    items = [item for lesson in sorted({lesson for _, lesson in files}) for item in lessons()[lesson].answers]
    work.answers = {name: {item: known.get(item, Answer()) for item in items} for name, known in work.answers.items()}
    return work


def _examined(one: HandedIn, rerun: Mapping[str, tuple[bytes, str]] | None) -> tuple[Saved, list[str]]:
    """What counts of a notebook, and the lines on what looks odd."""
    saved = read(one.content, lessons())
    if rerun is None:
        return saved, saved.faults
    content, stopped = rerun[one.path]
    again = read(content, lessons())
    lines = [f"run again, {stopped}"] if stopped else []
    if again.errors:
        lines.append(f"run again, {len(again.errors)} of its other cells stopped, the first with {again.errors[0]}")
    for item, answer in saved.answers.items():
        if answer.state in (RIGHT, DOUBTFUL) and again.answers[item].state != RIGHT:
            lines.append(f"{item.kind} {item.number} was saved as right; run again, it is {again.answers[item].state}")
    return again, lines + again.faults


def _numbers(learners: list[str]) -> dict[str, str]:
    """A name with a number for each learner, in an order that tells nothing."""
    mixed = random.SystemRandom().sample(learners, len(learners))
    return {learner: f"learner {number:02}" for number, learner in enumerate(mixed, 1)}


def text(work: Classwork) -> Iterator[str]:
    """The report, line by line."""
    numbers = sorted({item.lesson for item in work.items()})
    yield f"learners: {len(work.answers)}; notebooks: {work.num_notebooks}; lessons: {', '.join(numbers) or 'none'}"
    yield from ["", "Exercises, of those who handed the lesson in:"]
    yield f"  {'':6}{'right':>14}{_row(COLUMNS[1:])}  tries seen"
    for item in work.items("exercise"):
        answers = work.of_class(item)
        states = Counter(answer.state for answer in answers)
        tries = [answer.tries for answer in answers if answer.tries]
        mean = f"{sum(tries) / len(tries):.1f}" if tries else ""
        share = f"{states[RIGHT]} of {len(answers)} {_percent(states[RIGHT], len(answers)):>5}"
        yield f"  {item.number:6}{share:>14}{_row(states[state] for state in COLUMNS[1:])}{mean:>12}"
    yield from ["", "Hints that several learners were given, in the hints' own words:", *_hints(work)]
    yield from ["", f"Learners, exercise by exercise ({', '.join(f'{SIGNS[state]} {state}' for state in COLUMNS)}):"]
    width = max(map(len, work.answers), default=0)
    for learner, known in work.answers.items():
        states = Counter(known[item].state for item in work.items("exercise"))
        signs = ["".join(SIGNS[known[i].state] for i in work.items("exercise") if i.lesson == n) for n in numbers]
        yield f"  {learner:{width}} {states[RIGHT]:3} right  " + "".join(
            f"  {number} {marks}" for number, marks in zip(numbers, signs, strict=True)
        )
    yield from ["", f"To look at: {len(work.faults)}", *(f"  {line}" for line in work.faults)]


def _row(cells: Iterable[object]) -> str:
    return "".join(f"{cell:>12}" for cell in cells)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else ""


def _hints(work: Classwork) -> Iterator[str]:
    """A line for each hint that two learners or more were given, the commonest first."""
    given = [
        (sum(hint in answer.hints for answer in work.of_class(item)), item, hint)
        for item in work.items()
        for hint in {hint for answer in work.of_class(item) for hint in answer.hints}
    ]
    common = sorted((line for line in given if line[0] > 1), key=lambda line: (-line[0], *line[1:]))
    for number, item, hint in common[:MOST_HINTS]:
        whole = len(work.of_class(item))
        yield f"  {number:3} of {whole} {_percent(number, whole):>5}  {item.kind} {item.number}: {hint}"
    if len(common) > MOST_HINTS:
        yield f"  and {len(common) - MOST_HINTS} more, in the CSV file"


def write(work: Classwork, folder: Path) -> list[str]:
    """Write the report, a CSV file and a picture into a folder; returns their names, and why there is no picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.txt").write_text("\n".join(text(work)) + "\n", encoding="utf-8")
    table = folder / "answers.csv"
    with table.open("w", encoding="utf-8-sig", newline="") as file:  # the mark without which Excel misreads accents
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        for learner, answers in work.answers.items():
            for item, answer in answers.items():
                hint = answer.hints[-1] if answer.hints else ""
                row = [learner, item.lesson, item.kind, item.number, answer.state, answer.tries or "", hint]
                writer.writerow(map(_harmless, row))
    drawn = subprocess.run(
        [sys.executable, "-m", "seq2seq_lessons.plots.classroom", table, folder / "answers.png"],
        capture_output=True,
        text=True,
    )
    why = (drawn.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    return ["report.txt", table.name, "answers.png" if drawn.returncode == 0 else f"(no picture: {why})"]


def _harmless(cell: object) -> object:
    """A learner's text as text: a spreadsheet would compute what begins as a formula does."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell
