"""Each exercise as a learner meets it: the stub is unanswered, and the solution of its <details> block is accepted.

No lesson is run: an exercise gets those statements of the cells above it on which its names depend.
"""

import ast
import re
import symtable
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

from seq2seq_lessons.checks.judging import RIGHT
from tests.notebooks.hygiene import tags

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
CODE = re.compile(r"<details>.*?```python\n(.*?)```.*?</details>", re.S)


class Task(NamedTuple):
    """An exercise: the code cells above it, its stub with the call of `check`, and its solution."""

    number: str
    above: list[str]
    stub: str
    solution: str

    @property
    def solved(self) -> str:
        """The solution in the stub's place, before the call of `check`."""
        return self.solution + self.stub[re.search(r"^check\(", self.stub, re.M).start() :]


def tasks(path: Path) -> list[Task]:
    cells = nbformat.read(path, as_version=4).cells
    found = []
    for at, (exercise, solution) in enumerate(zip(cells, cells[1:], strict=False)):
        for tag in tags(exercise):
            if tag.startswith("exercise-"):
                number = tag.removeprefix("exercise-")
                assert f"solution-{number}" in tags(solution), f"no solution follows exercise {number}"
                (code,) = CODE.findall(solution.source)
                above = [cell.source for cell in cells[:at] if cell.cell_type == "code"]
                found.append(Task(number, above, exercise.source, code))
    return found


def names(code: str) -> tuple[set[str], set[str]]:
    """The global names that code binds, and those that it uses."""
    top = symtable.symtable(code, "lesson", "exec")
    bound = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    used, waiting = {s.get_name() for s in top.get_symbols() if s.is_referenced()}, top.get_children()
    while waiting:
        scope = waiting.pop()
        used |= {s.get_name() for s in scope.get_symbols() if s.is_global()}
        waiting += scope.get_children()
    return bound, used


def needed(cells: list[str], code: str) -> list[str]:
    """The statements of the cells that bind what `code` uses, what those use, and so on, in their order."""
    statements = [ast.unparse(node) for cell in cells for node in ast.parse(cell).body]
    uses = [(statement, *names(statement)) for statement in statements]
    _, wanted = names(code)
    while more := {name for _, bound, used in uses if bound & wanted for name in used} - wanted:
        wanted |= more
    return [statement for statement, bound, _ in uses if bound & wanted]


def printed(task: Task, code: str, capsys) -> str:
    scope: dict = {}
    exec("\n".join(needed(task.above, code)), scope)
    capsys.readouterr()
    exec(code, scope)
    return capsys.readouterr().out.rstrip("\n")


@pytest.mark.parametrize("task", [task for path in PATHS for task in tasks(path)], ids=lambda task: task.number)
def test_the_stub_waits_and_the_solution_is_accepted(task, capsys):
    assert printed(task, task.stub, capsys) == f"Exercise {task.number}: your turn"
    assert printed(task, task.solved, capsys).startswith(f"{RIGHT}Exercise {task.number}: right. ")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_lesson_has_two_to_four_exercises(path):
    """Lesson 00 has one, of a line: to see how exercises work."""
    assert len(tasks(path)) in ([1] if path.name.startswith("00") else range(2, 5))


def test_what_an_exercise_needs_and_no_more():
    cells = ["import math\nimport os", "def f():\n    return math.pi * x\nslow = f()", "x = y = 3\nz = x"]
    solution = "def g(z):\n    return f() + z\n"
    assert needed(cells, solution) == ["import math", "def f():\n    return math.pi * x", "x = y = 3"]
