"""Every prediction and exercise of every lesson, by a loop over the checks' own tables.

An `Exercise` with a judge of its own has no table: its misconceptions stand in the lesson's own test.
"""

import importlib
import itertools
import json
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from seq2seq_lessons import checks
from seq2seq_lessons.checks import check, predict
from seq2seq_lessons.checks.comparing import difference
from seq2seq_lessons.checks.judging import RIGHT, Exercise, FunctionExercise, Prediction
from tests.notebooks.hygiene import tags

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = [name for _, name, _ in pkgutil.iter_modules(checks.__path__) if name.startswith("lesson_")]
TABLES = {
    (what, name.removeprefix("lesson_")): getattr(importlib.import_module(f"{checks.__name__}.{name}"), f"{what}S")
    for name in LESSONS
    for what in ("PREDICTION", "EXERCISE")
}
ALL = [
    pytest.param(what, number, item, id=f"{what.lower()}-{number}")
    for (what, _), table in TABLES.items()
    for number, item in table.items()
]
WITH_TABLE = [each for each in ALL if not isinstance(each.values[2], Exercise)]


@pytest.fixture(autouse=True)
def remembered(monkeypatch):
    """Each function of a table is run once, not once for every other one that it is compared with."""
    for kind in (FunctionExercise, *FunctionExercise.__subclasses__()):
        if "results" in vars(kind):
            monkeypatch.setattr(kind, "results", _once(kind.results))


def _once(results):
    made = {}  # the functions themselves too, or another one may get the id of one that is gone

    def once(self, function):
        key = id(self), id(function)
        if key not in made:
            made[key] = function, results(self, function)
        return made[key][1]

    return once


def answers(item: Prediction | FunctionExercise) -> list:
    """What a learner with each of the misconceptions answers; where one names some parts only, the others are right."""
    return [{**item.expected, **wrong} if isinstance(wrong, dict) else wrong for wrong, _ in item.mistakes]


@pytest.mark.parametrize(("what", "number", "item"), WITH_TABLE)
def test_every_mistake_gets_its_own_hint_and_no_two_answers_are_alike(what, number, item):
    assert item.mistakes
    for answer, (_, hint) in zip(answers(item), item.mistakes, strict=True):
        assert item.judge(answer) == hint != ""
    given = [item.expected, *(wrong for wrong, _ in item.mistakes)]
    if isinstance(item, FunctionExercise):
        given = [item.results(function) for function in given]
    for a, b in itertools.combinations(given, 2):
        assert not _alike(a, b, item.tolerance), f"two answers give {a}"


def _alike(a, b, tolerance: float | dict[str, float]) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):  # a misconception may name some of the parts only
        shared = a.keys() & b.keys()
        by_name = tolerance if isinstance(tolerance, dict) else dict.fromkeys(shared, tolerance)
        return bool(shared) and not any(difference(a[name], b[name], by_name[name]) for name in shared)
    return difference(a, b, tolerance) is None


@pytest.mark.parametrize(("what", "number", "item"), WITH_TABLE)
def test_the_right_answer_is_accepted_and_the_stub_waits(what, number, item, capsys):
    def said(answer) -> str:
        if what == "EXERCISE":
            check(number, answer)
        else:
            predict(number, **answer) if isinstance(answer, dict) else predict(number, answer)
        return capsys.readouterr().out

    assert said(item.expected) == f"{RIGHT}{what.capitalize()} {number}: right. {item.right}\n"
    assert said(stub(item)) == f"{what.capitalize()} {number}: your turn\n"


def as_arrays(value):
    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    return np.asarray(value)[()] if isinstance(value, (bool, int, float)) else value


def as_lists(value):
    if isinstance(value, str) and " " in value:
        return value.split()
    return (
        value.tolist() if isinstance(value, torch.Tensor) else list(value) if isinstance(value, (set, tuple)) else value
    )


def as_tensors(value):
    numbers = isinstance(value, tuple) and all(isinstance(number, int) for number in value)
    return torch.tensor(value) if numbers or isinstance(value, (bool, int, float)) else value


def in_double(value):
    return value.double() if isinstance(value, torch.Tensor) and value.is_floating_point() else value


def dressed(value, dress):
    """The value with all of its parts in another dress."""
    if isinstance(value, dict):
        return {name: dressed(part, dress) for name, part in value.items()}
    if isinstance(value, (list, tuple)) and dress(value) is value:
        return type(value)(dressed(part, dress) for part in value)
    return dress(value)


@pytest.mark.parametrize("dress", [as_arrays, as_lists, as_tensors, in_double])
@pytest.mark.parametrize(("what", "number", "item"), WITH_TABLE)
def test_the_right_answer_is_right_in_another_dress(what, number, item, dress):
    """Two exercises are about the dress: 6.1 about the dtype, 7.1 about what backward can start from."""
    answer = item.expected
    if isinstance(item, FunctionExercise):
        answer = lambda *args: dressed(item.expected(*args), dress)  # noqa: E731
    else:
        answer = dressed(answer, dress)
    strict = what == "EXERCISE" and (number in ("6.1", "7.1") and dress in (as_arrays, as_lists))
    assert (item.judge(answer) is None) is not strict


def stub(item: Prediction | FunctionExercise):
    if isinstance(item, FunctionExercise):
        return lambda *args: None
    return dict.fromkeys(item.expected) if isinstance(item.expected, dict) else None


def cells_of(lesson: str) -> list[dict]:
    (path,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


@pytest.mark.parametrize(("what", "lesson"), TABLES)
def test_the_tables_hold_what_the_lesson_asks(what, lesson):
    asked = [tag for cell in cells_of(lesson) for tag in tags(cell) if tag.startswith(f"{what.lower()}-")]
    assert sorted(asked) == sorted(f"{what.lower()}-{number}" for number in TABLES[what, lesson])


def headings(cells: list[dict]) -> list[str]:
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return [heading.split(" · ")[-1] for heading in re.findall(r"^###? (.*)$", text, re.M)]


@pytest.mark.parametrize(("what", "number", "item"), ALL)
def test_who_meets_a_hint_again_is_asked_a_smaller_question_and_sent_to_a_part_read_already(what, number, item):
    own = number.split(".")[0].zfill(2)
    earlier, part = re.fullmatch(r"(?:lesson (\d\d): )?(.*)", item.where).groups()
    cells = cells_of(earlier or own)
    if earlier:
        assert earlier < own
    else:
        cells = cells[: next(i for i, cell in enumerate(cells) if f"{what.lower()}-{number}" in tags(cell))]
    assert item.smaller.endswith("?") and part in headings(cells)
