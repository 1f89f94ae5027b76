"""Each of the article's faults is demonstrated by a tagged code cell, and told in a box that names the fault."""

import json
import re
from pathlib import Path

import pytest

from tests.notebooks.hygiene import source, tags

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# lesson -> rows; A: the article's text, C: its code
ROWS = {
    "01": {"A1", "C10", "C11", "C12", "C14"},
    "02": {"A6", "C21"},
    "03": {"A2", "A10", "C2", "C3"},
    "04": {"A3", "A4", "A5", "A7", "A8", "C1"},
    "05": {"A7", "C1"},
    "06": {"C7"},
    "07": {"C4", "C5", "C6"},
    "08": {"C13", "C15", "C16", "C17", "C18", "C22", "C23"},
    "10": {"C19", "C20"},
    "11": {"C8", "C9"},
}
# A9, that the article leaves out loss, clipping, decoding and evaluation, is what lessons 05 to 11 are there for.
EVERY_ROW = {f"A{i}" for i in range(1, 11) if i != 9} | {f"C{i}" for i in range(1, 24)}
# What happens and what is right, and one short clause on what the article does, at the end.
BOX = re.compile(r"> \*\*A common bug: .{3,80}?\.\*\* .+ \*In the article:\* [^\n]{3,160}\.")


def cells_of(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def boxes(cells: list[dict]) -> list[str]:
    """The lines that tell of a fault, or that name the article as only such a box does."""
    lines = [line for cell in cells if cell["cell_type"] == "markdown" for line in source(cell).splitlines()]
    return [line for line in lines if re.search(r"common bug|In the article", line, re.I) and line.startswith(">")]


def test_every_row_has_its_lesson():
    assert set().union(*ROWS.values()) == EVERY_ROW


@pytest.mark.parametrize("lesson", ROWS)
def test_rows_are_demonstrated(lesson):
    (path,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
    cells = cells_of(path)
    tagged = {t.removeprefix("erratum-"): c for c in cells for t in tags(c) if t.startswith("erratum-")}
    assert set(tagged) == ROWS[lesson]
    for row, cell in tagged.items():
        assert cell["cell_type"] == "code", row
        assert cell["outputs"] or "assert" in source(cell), f"{row}: a demonstration shows something"
    assert boxes(cells), "the lesson says what goes wrong and what is right"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem[:2])
def test_a_box_is_headed_by_the_fault(path):
    assert [box for box in boxes(cells_of(path)) if not BOX.fullmatch(box)] == []


@pytest.mark.parametrize(
    "line",
    [
        "> **In the article.** The context drifts.",
        "> **A common bug: the context drifts.** Keep the encoder's.",
        "> **A common bug: the context drifts** Keep it. *In the article:* it is the state.",
        "> **A common bug: the context drifts.** Keep it. *In the article:* it is the state",
    ],
)
def test_another_form_is_found(line):
    cells = [{"cell_type": "markdown", "source": f"Some text.\n\n{line}"}]
    assert boxes(cells) == [line]
    assert not BOX.fullmatch(line)


def test_the_right_form_is_not():
    assert BOX.fullmatch("> **A common bug: no `permute`.** Nothing is raised. *In the article:* it is there.")
