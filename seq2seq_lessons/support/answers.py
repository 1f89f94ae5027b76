"""What a saved notebook says of its predictions and exercises. Nothing of it is run."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from seq2seq_lessons.support.start import delivered

RIGHT, DOUBTFUL, WRONG, UNANSWERED, NOT_RUN, ABSENT = (
    "right",
    "doubtful",  # it says right, and something in the notebook says that no checker did
    "wrong",
    "unanswered",
    "not run",
    "absent",  # from the notebook, or with it
)
STATES = [RIGHT, DOUBTFUL, WRONG, UNANSWERED, NOT_RUN, ABSENT]  # the better one first

ITEM = re.compile(r"(exercise|prediction)-(\d+\.\d+)")  # a cell's tag
CALL = re.compile(r"\b(check|predict)\(\s*[\"'](\d+\.\d+)[\"']")
LINE = re.compile(r"^(?:[✓✗] )?(Exercise|Prediction) (\d+\.\d+): (.*)$", re.M)  # what `checks` prints
OWN_CHECKER = re.compile(r"^\s*(?:def|class)\s+(?:check|predict)\b|^\s*(?:check|predict)\s*=[^=]|checks\.judging", re.M)
HEADING = re.compile(r"# (\d\d)\b[ ·]*(.*)")
SMALLER, AGAIN = re.compile(r" A smaller question: .*$"), re.compile(r' Read "[^"]*" again\.$')
STOPPED = re.compile(r" \(your code stopped with .*\)$")
COLOUR, CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]"), re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LONGEST = 300  # characters of a hint


class Item(NamedTuple):
    """An exercise or a prediction: `kind` is "exercise" or "prediction", `number` its id, such as "2.1"."""

    kind: str
    number: str

    @property
    def lesson(self) -> str:
        """The number of its lesson, "02"."""
        return self.number.split(".")[0].zfill(2)


@dataclass(frozen=True)
class Answer:
    """How an item stands.

    Attributes:
        state: one of `STATES`.
        tries: how many can be seen; a notebook keeps a cell's last output only.
        hints: what wrong answers were told, without the error that a question was asked about; the last one last.
        doubt: why it is doubtful.
    """

    state: str = ABSENT
    tries: int = 0
    hints: tuple[str, ...] = ()
    doubt: str = ""

    def __add__(self, other: "Answer") -> "Answer":
        """Of two answers to one item the better one counts; tries and hints are those of both."""
        best = min(self, other, key=lambda answer: STATES.index(answer.state))
        return Answer(best.state, self.tries + other.tries, self.hints + other.hints, best.doubt)


@dataclass
class Saved:
    """What one notebook says.

    Attributes:
        lesson: its number, "02".
        title: its first heading, without the number.
        answers: an answer to each item of the lesson that the notebook has.
        stubs: the sources of the items' cells that are still unanswered.
        errors: what cells that ask nothing stopped with.
        faults: what looks odd, a line each.
    """

    lesson: str
    title: str
    answers: dict[Item, Answer]
    stubs: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@cache
def lessons() -> dict[str, Saved]:
    """The lessons as delivered with this version, by their numbers."""
    found = (read(path.read_bytes()) for path in sorted(delivered().glob("*.ipynb")))
    return {saved.lesson: saved for saved in found}


def read(notebook: bytes, known: Mapping[str, Saved] | None = None) -> Saved:
    """What a notebook says.

    Args:
        notebook: the file's content.
        known: the lessons as delivered; with them, what differs becomes doubts and faults.

    Raises:
        ValueError: it is no notebook, or none of these lessons; the text says what it is.
    """
    cells = _cells(notebook)
    votes = Counter(number for cell in cells for number in cell.lessons())
    if not votes:
        raise ValueError("no lesson of this course: no cell of it has a prediction, an exercise or a lesson's heading")
    headings = [match[2].strip() for cell in cells if not cell.is_code and (match := HEADING.match(cell.source))]
    saved = Saved(votes.most_common(1)[0][0], headings[0] if headings else "", {})
    if known is not None and saved.lesson not in known:
        raise ValueError(f"lesson {saved.lesson}, which this version of the course does not have")
    stubs = known[saved.lesson].stubs if known else set()
    has_own_checker = any(OWN_CHECKER.search(cell.source) for cell in cells if cell.is_code)
    for cell in cells:
        doubt = "the notebook has a checker of its own" if has_own_checker else ""
        if cell.source in stubs:  # what a checker prints there is "your turn"
            doubt = "there is no answer in its cell"
        if cell.error and not cell.items():
            saved.errors.append(printable(cell.error))
        for item, answer in cell.answers(doubt):
            saved.answers[item] = saved.answers[item] + answer if item in saved.answers else answer
            if answer.state == UNANSWERED:
                saved.stubs.add(cell.source)
    if known is not None:
        _compare(saved, known[saved.lesson])
    return saved


def _compare(saved: Saved, lesson: Saved) -> None:
    """Note what differs from the lesson as delivered, and count its items only."""
    for items, what in (
        (lesson.answers.keys() - saved.answers.keys(), "lacks {} (another version of the lesson, or a cell deleted)"),
        (saved.answers.keys() - lesson.answers.keys(), "has {}, unknown to this version of the lesson: not counted"),
    ):
        if items:
            saved.faults.append(what.format(", ".join(f"{kind} {number}" for kind, number in sorted(items))))
    saved.answers = {item: saved.answers.get(item, Answer()) for item in lesson.answers}
    for item, answer in saved.answers.items():
        if answer.state == DOUBTFUL:
            saved.faults.append(f"{item.kind} {item.number} says right, but {answer.doubt}: run it again (--run)")


def _cells(notebook: bytes) -> list["_Cell"]:
    try:
        return [_Cell(cell) for cell in json.loads(notebook.decode("utf-8-sig"))["cells"]]
    except json.JSONDecodeError as error:
        raise ValueError(f"broken JSON (line {error.lineno}): was it saved whole? Ask for it again") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"no notebook as Jupyter saves it ({type(error).__name__}): ask for it again") from error


def printable(text: str) -> str:
    """A learner's text on one line of a terminal, without what would steer the terminal."""
    return " ".join(CONTROL.sub(" ", COLOUR.sub("", text)).split())[:LONGEST]


class _Cell:
    """A cell, of which a file may say anything: whatever has another type than Jupyter's raises."""

    def __init__(self, cell: Mapping[str, Any]):
        self.source = _joined(cell["source"]).strip()
        self.is_code = cell["cell_type"] == "code"
        self.id = str(cell.get("id", ""))
        self.tags = [str(tag) for tag in cell["metadata"].get("tags", [])]
        self.is_run = cell.get("execution_count") is not None
        outputs = cell.get("outputs", []) if self.is_code else []
        printed = [_joined(output.get("text", "")) for output in outputs if output.get("name") == "stdout"]
        self.printed = COLOUR.sub("", "".join(printed))
        self.error = next((f"{o.get('ename')}: {o.get('evalue')}" for o in outputs if "ename" in o), "")

    def lessons(self) -> Iterator[str]:
        """The number of the lesson that it comes from, for each sign of it."""
        for item in self.items():
            yield item.lesson
        if match := re.match(r"l(\d\d)-", self.id) or HEADING.match("" if self.is_code else self.source):
            yield match[1]

    def items(self) -> set[Item]:
        """What the cell asks, by its tags and by what it calls."""
        if not self.is_code:
            return set()
        tagged = {Item(*match.groups()) for tag in self.tags if (match := ITEM.fullmatch(tag))}
        return tagged | self.called()

    def called(self) -> set[Item]:
        """The items whose checker it calls."""
        kinds = {"check": "exercise", "predict": "prediction"}
        return {Item(kinds[name], number) for name, number in CALL.findall(self.source)}

    def answers(self, doubt: str) -> Iterator[tuple[Item, Answer]]:
        """An answer for each line that a checker printed; what the cell asks and no line answers was not run.

        Args:
            doubt: why not to believe a line that says right, or "".
        """
        printed = set()
        for kind, number, text in LINE.findall(self.printed):
            item = Item(kind.lower(), number)
            why = doubt or ("" if self.is_run else "its cell was never run")
            why = why or ("" if item in self.called() else "the cell does not call its checker")
            printed.add(item)
            yield item, _answer(text, why)
        for item in self.items() - printed:
            if self.error:
                yield item, Answer(WRONG, 1, (printable(f"the cell stopped with {self.error}"),))
            else:
                yield item, Answer(NOT_RUN)


def _answer(text: str, doubt: str) -> Answer:
    """What one printed line says, after its sign and number."""
    if text.startswith("right. "):
        return Answer(DOUBTFUL, 1, doubt=doubt) if doubt else Answer(RIGHT, 1)
    if text.strip() == "your turn":
        return Answer(UNANSWERED)
    tries = 3 if AGAIN.search(text) else 2 if SMALLER.search(text) else 1  # what a checker adds when a hint comes again
    return Answer(WRONG, tries, (printable(STOPPED.sub("", AGAIN.sub("", SMALLER.sub("", text)))),))


def _joined(text: Any) -> str:
    """A text that a file may hold whole or in lines."""
    return text if isinstance(text, str) else "".join(text)
