"""No prediction's answer can be read before it is opened: it is folded, and the folded cell's source does not say it.

Words and shapes are looked for; a single number, True or False can stand anywhere, so for those the fold alone counts.
"""

import importlib
import json
from pathlib import Path

import pytest

from seq2seq_lessons.checks.comparing import leaves
from tests.notebooks.hygiene import source, tags
from tools.minutes import NOT_PROSE

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = tuple(f"{number:02}" for number in range(14))


def given_away(cells: list[dict], expected: dict) -> list[str]:
    """One line for each prediction whose answer is not folded, or is read in the open down to its fold.

    Args:
        cells: of a notebook.
        expected: the answer of each prediction.
    """
    found = []
    for at, cell in enumerate(cells):
        for tag in tags(cell):
            if not tag.startswith("prediction-"):
                continue
            number = tag.removeprefix("prediction-")
            fold = next((i for i, later in enumerate(cells) if i > at and is_folded(later)), None)
            if fold is None or any(source(later).startswith("## ") for later in cells[at + 1 : fold]):
                found.append(f"{number}: no folded answer before the next part")
                continue
            code = [i for i in range(at) if cells[i]["cell_type"] == "code"]
            asked = " ".join(source(part) for part in cells[max(code, default=-1) + 1 : at + 1])  # since the last code
            open_text = "\n".join(NOT_PROSE.sub("", source(later)) for later in cells[at + 1 : fold + 1])
            said = [piece for piece in pieces(expected[number]) if piece not in asked and piece in open_text]
            found += [f"{number}: {piece} can be read before the fold is opened" for piece in said]
    return found


def is_folded(cell: dict) -> bool:
    """An answer: a reveal cell, or a text that has to be opened and is no exercise's solution."""
    is_solution = any(tag.startswith("solution-") for tag in tags(cell))
    return "reveal" in tags(cell) or (source(cell).startswith("<details>") and not is_solution)


def pieces(answer) -> list[str]:
    """The words and shapes of an answer."""
    parts = list(answer.values()) if isinstance(answer, dict) else [answer]
    shapes = [str(part) for part in parts if isinstance(part, tuple) and len(part) > 1]
    return shapes + [word for part in parts for leaf in leaves(part) if isinstance(leaf, str) for word in leaf.split()]


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_answer_can_be_read_before_it_is_opened(lesson):
    (path,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
    predictions = importlib.import_module(f"seq2seq_lessons.checks.lesson_{lesson}").PREDICTIONS
    expected = {number: prediction.expected for number, prediction in predictions.items()}
    assert given_away(json.loads(path.read_text(encoding="utf-8"))["cells"], expected) == []


ASKED = {"cell_type": "code", "source": 'predict("9.1", None)', "metadata": {"tags": ["core", "prediction-9.1"]}}


def text(words: str, kind: str = "markdown", *more: str) -> dict:
    return {"cell_type": kind, "source": words, "metadata": {"tags": ["core", *more]}}


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        ([text("The shape is (2, 3)."), text("f(x)", "code", "reveal")], "(2, 3) can be read"),
        ([text("print((2, 3))", "code", "reveal")], "(2, 3) can be read"),
        ([text("## On"), text("f(x)", "code", "reveal")], "no folded answer"),
        ([text("| table | (2, 3) |")], "no folded answer"),
        ([text("f(x)", "code", "reveal"), text("It is (2, 3).")], ""),
        ([text("<details>\n\n(2, 3)\n\n</details>")], ""),
    ],
)
def test_each_way_to_give_an_answer_away_is_seen(cells, complaint):
    found = given_away([ASKED, *cells], {"9.1": (2, 3)})
    assert complaint in "\n".join(found) and bool(found) == bool(complaint)


def test_words_of_the_question_are_no_answer():
    asked = [text("`keep` or `drop`?"), ASKED, text('show("keep", "it")', "code", "reveal")]
    assert given_away(asked, {"9.1": "keep"}) == []
    assert given_away(asked, {"9.1": {"a": "it"}}) == ["9.1: it can be read before the fold is opened"]
