"""A class of thirty, made by a script: what they answered in lesson 02, and what can be wrong with a file.

Each answer is code; what stands below it in the notebook is what the checker says of it.
"""

import contextlib
import copy
import io
import json
import zipfile
from functools import cache
from pathlib import Path

import torch
from torch import nn

from seq2seq_lessons.checks import check
from seq2seq_lessons.checks.judging import met
from tests.notebooks.test_solutions import tasks

(LESSON,) = (Path(__file__).parents[2] / "notebooks").glob("02_*.ipynb")
SOLVED = {task.number: task.solved for task in tasks(LESSON)}
SHAPES = 'check("2.1", {{"output": {}, "state": {}}})'
LAST_WORDS = 'def last_words(output, state):\n    return {}\n\n\ncheck("2.2", last_words)'
LAYER_ONE = 'def layer_one(gru, X):\n    return {}\n\n\ncheck("2.3", layer_one)'
LATCH = 'def latch(gru, units):\n    with torch.no_grad():\n        {}\n    return gru\n\n\ncheck("2.4", latch)'
# Wrong in ways that tests/checks/test_lesson_02.py has, too.
WRONG = {
    "2.1": [
        SHAPES.format((7, 4, 18), (6, 4, 9)),
        SHAPES.format((4, 7, 18), (4, 6, 9)),
        SHAPES.format((4, 7, 18), (3, 4, 9)),
    ],
    "2.2": [LAST_WORDS.format(result) for result in ("output[-1]", "state[-1]", "state[-2:].reshape(3, 32)")],
    "2.3": [LAYER_ONE.format(result) for result in ("gru(X)[0][2]", "gru(X)[1][0]", "gru(X).shape")],
    "2.4": [LATCH.format(f"gru.bias_hh_l0[{rows}] += 20") for rows in ("units", "[5, 8]")],
}
STUCK = "while True:\n    pass"


@cache
def said(code: str, times: int = 1) -> str:
    """What the checker prints below a cell that is run so many times, the last of them."""
    met.clear()
    for _ in range(times):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, {"torch": torch, "nn": nn, "check": check})
    return printed.getvalue()


class Notebook:
    """A lesson as a learner saved it, made cell by cell."""

    def __init__(self, path: Path = LESSON):
        self.content = json.loads(path.read_text(encoding="utf-8"))

    def cell(self, number: str) -> dict:
        """The cell of an exercise."""
        (cell,) = (cell for cell in self.content["cells"] if f"exercise-{number}" in cell["metadata"].get("tags", []))
        return cell

    def answer(self, number: str, code: str, printed: str | None = None, times: int = 1) -> "Notebook":
        """Write an answer into its cell, and below it what the checker says, or something else."""
        text = said(code, times) if printed is None else printed
        outputs = [{"output_type": "stream", "name": "stdout", "text": text.splitlines(True)}] if text else []
        self.cell(number).update(source=code.splitlines(True), outputs=outputs)
        return self

    def only(self, *numbers: str) -> "Notebook":
        """Keep the cells of these exercises, and what they need."""
        cells = [copy.deepcopy(self.cell(number)) for number in numbers]
        importing = {"source": "import torch\nfrom seq2seq_lessons.checks import check", "cell_type": "code"}
        self.content["cells"] = [importing | {"metadata": {}, "outputs": [], "execution_count": 1}, *cells]
        return self

    def bytes(self) -> bytes:
        """The file."""
        return json.dumps(self.content).encode()

    def save(self, path: Path) -> None:
        """Write it, and the folders above."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.bytes())


def usual(learner: int) -> Notebook:
    """Exercises that are right, wrong in one of the ways (met once, twice or three times) or unanswered, by turns."""
    notebook = Notebook()
    for place, number in enumerate(SOLVED):
        turn = (learner + place) % 4
        if turn in (0, 1):
            notebook.answer(number, SOLVED[number])
        elif turn == 2:
            ways = WRONG[number]
            notebook.answer(number, ways[learner // 4 % len(ways)], times=1 + learner % 3)
    return notebook


def make(folder: Path) -> list[tuple[str, str]]:
    """Write the class's folder; returns whose each fault in it is, and a piece of the line that tells of it."""
    for learner in range(23):
        usual(learner).save(folder / f"learner-{learner:02}" / LESSON.name)
    whole = usual(0).bytes()
    (folder / "Ada").mkdir()
    (folder / "Ada" / LESSON.name).write_bytes(whole[: len(whole) // 2])
    other = Notebook().answer("2.1", SOLVED["2.1"])
    other.cell("2.4").update(source='check("2.9", None)', outputs=[], metadata={"tags": ["exercise-2.9"]})
    other.save(folder / "Bea" / "lesson.ipynb")
    edited = Notebook().answer("2.2", SOLVED["2.2"])
    edited.cell("2.2")["source"] = Notebook().cell("2.2")["source"]  # the stub, with "right" below it
    edited.save(folder / "Cleo" / LESSON.name)
    stuck = Notebook().answer("2.1", SOLVED["2.1"]).answer("2.3", STUCK, "")
    stuck.save(folder / "Dora" / LESSON.name)
    with zipfile.ZipFile(folder / "Eve.zip", "w") as archive:
        archive.writestr(f"my lessons/{LESSON.name}", whole)
        archive.writestr("__MACOSX/._x.ipynb", b"")
    (folder / "Flo.zip").write_bytes(b"PK not a zip")
    (folder / "Gus").mkdir()
    (folder / "Gus" / "Untitled.ipynb").write_text('{"cells": []}')
    (folder / "Hal").mkdir()
    (folder / "Hal" / "answers.docx").write_bytes(b"")
    return [
        ("Ada", "broken JSON"),
        ("Bea", "lacks exercise 2.4 (another version of the lesson, or a cell deleted)"),
        ("Bea", "has exercise 2.9, unknown to this version of the lesson: not counted"),
        ("Cleo", "exercise 2.2 says right, but there is no answer in its cell"),
        ("Flo", "a zip that cannot be read"),
        ("Gus", "no lesson of this course"),
        ("Hal", "neither a notebook nor a zip of them"),
    ]
