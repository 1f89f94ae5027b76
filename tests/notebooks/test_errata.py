"""Each row of the article's errata that names a present lesson is demonstrated there by a tagged code cell."""

import json
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


def test_every_row_has_its_lesson():
    assert set().union(*ROWS.values()) == EVERY_ROW


@pytest.mark.parametrize("lesson", ROWS)
def test_rows_are_demonstrated(lesson):
    (path,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tagged = {t.removeprefix("erratum-"): c for c in cells for t in tags(c) if t.startswith("erratum-")}
    assert set(tagged) == ROWS[lesson]
    for row, cell in tagged.items():
        assert cell["cell_type"] == "code", row
        assert cell["outputs"] or "assert" in source(cell), f"{row}: a demonstration shows something"
    boxes = [c for c in cells if c["cell_type"] == "markdown" and "> **In the article.**" in source(c)]
    assert boxes, "the lesson says what the article says and what is right"
