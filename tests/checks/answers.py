"""The answers that were tried on each exercise, and their table. `python -m tests.checks.answers` writes it."""

import importlib
from pathlib import Path
from typing import Any, NamedTuple

PAGE = Path(__file__).parents[2] / "docs" / "exercises.md"
LESSONS = [f"{n:02}" for n in range(14)]
HEAD = (
    "# Exercises, and the answers that were tried on them\n\n"
    "Written by `python -m tests.checks.answers` from the lists that the tests run "
    "(`tests/checks/test_lesson_*.py`); a test compares. Of what a wrong answer got, the part that its test asks for "
    "is shown. The mistakes in the tables of `seq2seq_lessons/checks` are tried beside these.\n"
)


class Answers(NamedTuple):
    """What was tried on one exercise.

    right: how it is written -> the answer.
    wrong: what is wrong with it -> (the answer, a piece of the hint that it must get).
    """

    right: dict[str, Any]
    wrong: dict[str, tuple[Any, str]]


def tried() -> dict[str, Answers]:
    """The answers of every exercise, by its number."""
    return {
        number: answers
        for lesson in LESSONS
        for number, answers in importlib.import_module(f"tests.checks.test_lesson_{lesson}").ANSWERS.items()
    }


def page() -> str:
    """The table of docs/exercises.md."""
    answers = tried()
    num_right, num_wrong = (sum(len(kinds) for kinds in column) for column in zip(*answers.values(), strict=True))
    lines = [HEAD, f"{len(answers)} exercises, {num_right} right answers, {num_wrong} wrong ones.", ""]
    lines += ["| exercise | answer | what it got |", "|---|---|---|"]
    for number, (right, wrong) in answers.items():
        lines.append(f"| {number} | {_cell(' · '.join(right))} | right |")
        lines += [f"| {number} | {_cell(what)} | {_cell(_cut(piece))} |" for what, (_, piece) in wrong.items()]
    return "\n".join(lines) + "\n"


def _cut(piece: str) -> str:
    return f"{piece} …)" if piece.count("(") > piece.count(")") else piece


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
