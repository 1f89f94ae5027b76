"""The mechanism of predictions and exercises: one line for every answer, and no exception for any of them."""

import contextvars
import importlib
import sys
import threading
import time
import types

import pytest
import torch

from seq2seq_lessons.checks import check, judging, predict
from seq2seq_lessons.checks.judging import RIGHT, WRONG, Exercise, FunctionExercise, Prediction, difference


@pytest.fixture
def lesson(monkeypatch):
    """A lesson 99 with one item of each kind."""
    module = types.ModuleType("seq2seq_lessons.checks.lesson_99")
    module.__spec__ = importlib.machinery.ModuleSpec(module.__name__, None)
    module.PREDICTIONS = {
        "99.1": Prediction(
            "Time first.",
            {"output": (5, 3, 16), "state": (2, 3, 16)},
            [({"output": (3, 5, 16)}, "batch and steps swapped")],
        ),
        "99.2": Prediction("A share.", 2 / 3, [(1 / 3, "that is the other part")], tolerance=0.005),
    }
    module.EXERCISES = {
        "99.1": FunctionExercise(
            "The last column.",
            [(torch.arange(6.0).reshape(2, 3),), (torch.arange(20.0).reshape(4, 5),)],
            lambda X: X[:, -1],
            [(lambda X: X[-1], "the last sentence"), (lambda X: X[:, 0], "the first step")],
        ),
        "99.2": Exercise("Even.", lambda number: None if number % 2 == 0 else "odd"),
        "99.3": Exercise("It adds.", lambda f: None if f(2, 3) == 5 else "it does not add", probe=(1, 1)),
    }
    monkeypatch.setitem(sys.modules, module.__name__, module)


def said(capsys, function, *args, **named):
    function(*args, **named)
    out, err = capsys.readouterr()
    assert out.count("\n") == 1 and not err
    return out.rstrip("\n").removeprefix(RIGHT).removeprefix(WRONG)


def test_right_wrong_and_unanswered_look_different(lesson, capsys):
    for answer, sign in ((2 / 3, "\x1b[1;32m✓\x1b[0m P"), (0.33, "\x1b[1;31m✗\x1b[0m P"), (None, "P")):
        predict("99.2", answer)
        assert capsys.readouterr().out.startswith(sign)


def test_prediction_by_name(lesson, capsys):
    nothing = (None, None, None)
    assert said(capsys, predict, "99.1", output=nothing, state=nothing) == "Prediction 99.1: your turn"
    assert "part of it is still None" in said(capsys, predict, "99.1", output=(5, 3, 16), state=nothing)
    swapped = said(capsys, predict, "99.1", output=(3, 5, 16), state=(1, 1, 1))
    assert swapped == "Prediction 99.1: batch and steps swapped"
    assert said(capsys, predict, "99.1", output=(5, 3, 16), state=(3, 2, 16)).endswith("look again at state.")
    right = said(capsys, predict, "99.1", output=[5, 3, 16], state=torch.Size([2, 3, 16]))
    assert right == "Prediction 99.1: right. Time first."


def test_prediction_of_a_number(lesson, capsys):
    assert said(capsys, predict, "99.2") == "Prediction 99.2: your turn"
    assert said(capsys, predict, "99.2", 0.67).endswith("right. A share.")
    assert said(capsys, predict, "99.2", torch.tensor(2 / 3)).endswith("right. A share.")
    assert said(capsys, predict, "99.2", 0.33).endswith("the other part")
    assert said(capsys, predict, "99.2", 0.66) == "Prediction 99.2: 0.66 is not it."
    assert said(capsys, predict, "99.2", float("nan")).endswith("nan is not it.")
    assert said(capsys, predict, "99.2", "two thirds").endswith("'two thirds' is not it.")


@pytest.mark.parametrize("stub", [None, ..., lambda X: None, lambda X: ...])
def test_unanswered_function(lesson, capsys, stub):
    assert said(capsys, check, "99.1", stub) == "Exercise 99.1: your turn"


def test_function_right_and_wrong(lesson, capsys):
    assert said(capsys, check, "99.1", lambda X: X[:, -1]) == "Exercise 99.1: right. The last column."
    assert said(capsys, check, "99.1", lambda X: X[-1]).endswith("the last sentence")
    assert said(capsys, check, "99.1", lambda X: X[:, 0]).endswith("the first step")
    neutral = said(capsys, check, "99.1", lambda X: X[:, 1])
    assert "called with (tensor([[0., 1., 2.]" in neutral and "2 of its 2 numbers differ, the first at (0,)" in neutral


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda X: X[:, -1].tolist(), "expected a tensor, not a list or tuple"),
        (lambda X: X[:, -1:], "its shape is (2, 1), expected (2,)"),
        (lambda X: X[:, -1].long(), "its dtype is torch.int64, expected torch.float32"),
        (lambda X: X[:, -1].to("meta"), "its device is meta, expected cpu"),
        (lambda X: X[:, 9], "stopped with IndexError: index 9 is out of bounds"),
        (lambda X: exit(1), "stopped with SystemExit"),
        (lambda X, Y: X, "stopped with TypeError"),
        (torch.zeros(2), "expected a function, not a tensor"),
        (lambda X: X.fill_(7)[:, -1], "numbers differ"),
    ],
)
def test_a_failing_answer_gets_a_hint(lesson, capsys, answer, piece):
    assert piece in said(capsys, check, "99.1", answer)


def test_an_answer_that_the_judge_cannot_take_gets_a_hint(lesson, capsys):
    assert said(capsys, check, "99.2", 4) == "Exercise 99.2: right. Even."
    assert said(capsys, check, "99.2", {}).startswith("Exercise 99.2: {} cannot be judged (TypeError: ")


def test_a_judge_calls_the_guarded_function(lesson, capsys):
    assert said(capsys, check, "99.3", lambda a, b: a + b) == "Exercise 99.3: right. It adds."
    assert said(capsys, check, "99.3", lambda a, b: a * b) == "Exercise 99.3: it does not add"
    assert said(capsys, check, "99.3", lambda a, b: 1 / (a - 2)).endswith("ZeroDivisionError: division by zero")


def test_the_learners_code_keeps_the_context_that_sends_its_prints_to_the_right_cell():
    cell = contextvars.ContextVar("cell", default="none")
    cell.set("this cell")
    assert judging.guarded(cell.get)() == "this cell"


def test_an_endless_loop_is_ended(lesson, capsys, monkeypatch):
    monkeypatch.setattr(judging, "TIME_LIMIT_S", 0.2)
    threads = threading.active_count()

    def endless(a, b):
        while True:
            pass

    assert said(capsys, check, "99.3", endless).endswith("does a loop in it never end?")
    deadline = time.monotonic() + 5
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == threads


def test_an_id_that_does_not_exist_is_an_error_of_the_notebook(lesson):
    with pytest.raises(ValueError, match="lesson 99 has 99.1, 99.2"):
        predict("99.7", 1)
    with pytest.raises(ValueError, match="no exercise '55.1'"):
        check("55.1", 1)


@pytest.mark.parametrize(
    ("given", "expected", "same"),
    [
        (True, 1, False),
        (1, True, False),
        (1, 1.0, True),
        ("Je ", "je", True),
        ((1, [2]), [1, (2,)], True),
        ([1], [1, 2], False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, {"a": 2}, False),
        (None, 0, False),
        (torch.tensor([float("nan")]), torch.tensor([float("nan")]), True),
        ({1, 2}, {2, 1}, True),
        (torch.tensor([1, 2]), torch.tensor([1, 2]), True),
        (float("inf"), float("inf"), True),
    ],
)
def test_difference(given, expected, same):
    assert (difference(given, expected) is None) is same
