"""The solution in each lesson's <details> block is run in place of the stub, and the checker accepts it."""

import re
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.hygiene import tags
from tools.notebooks import execute

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHECK_CALL = re.compile(r"^check\(", re.M)


def with_solutions(notebook: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    """Put each solution into its exercise's cell, before the check call; returns the cells by exercise number."""
    cells = {}
    for exercise, solution in zip(notebook.cells, notebook.cells[1:], strict=False):
        for tag in tags(exercise):
            if tag.startswith("exercise-"):
                number = tag.removeprefix("exercise-")
                assert f"solution-{number}" in tags(solution), f"no solution follows exercise {number}"
                (code,) = re.findall(r"```python\n(.*?)```", solution.source, re.S)
                exercise.source = code + exercise.source[CHECK_CALL.search(exercise.source).start() :]
                cells[number] = exercise
    return cells


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem)
def test_solutions_are_accepted(path):
    notebook = nbformat.read(path, as_version=4)
    exercises = with_solutions(notebook)
    if path.name.startswith("00"):
        assert not exercises  # lesson 00 only shows; nothing to solve, nothing to run a second time
        return
    assert 2 <= len(exercises) <= 4
    execute(notebook)
    for number, cell in exercises.items():
        printed = "".join(output.get("text", "") for output in cell.outputs)
        assert f"Exercise {number}: right" in printed
