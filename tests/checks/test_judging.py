"""The mechanism of predictions and exercises: one line for every answer, and no exception for any of them."""

import contextvars
import importlib
import sys
import threading
import time
import types
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from seq2seq_lessons.checks import check, predict, running
from seq2seq_lessons.checks.comparing import difference
from seq2seq_lessons.checks.judging import RIGHT, WRONG, Exercise, FunctionExercise, Prediction


@pytest.fixture
def lesson(monkeypatch):
    """A lesson 99 with one item of each kind."""
    module = types.ModuleType("seq2seq_lessons.checks.lesson_99")
    module.__spec__ = importlib.machinery.ModuleSpec(module.__name__, None)
    module.PREDICTIONS = {
        "99.1": Prediction(
            right="Time first.",
            expected={"output": (5, 3, 16), "state": (2, 3, 16)},
            mistakes=[({"output": (3, 5, 16)}, "batch and steps swapped")],
        ),
        "99.2": Prediction(
            right="A share.",
            expected=2 / 3,
            mistakes=[(1 / 3, "that is the other part")],
            tolerance=0.005,
            smaller="and of two?",
            where="Shares",
        ),
    }
    module.EXERCISES = {
        "99.1": FunctionExercise(
            right="The last column.",
            inputs=[(torch.arange(6.0).reshape(2, 3),), (torch.arange(20.0).reshape(4, 5),)],
            expected=lambda X: X[:, -1],
            mistakes=[(lambda X: X[-1], "the last sentence"), (lambda X: X[:, 0], "the first step")],
            errors=[("Sizes of tensors", "how many columns has each?")],
            smaller="how many columns has X?",
            where="One line, two tensors",
        ),
        "99.2": Exercise(right="Even.", judge=lambda number: None if number % 2 == 0 else "odd"),
        "99.3": Exercise(right="It adds.", judge=lambda f: None if f(2, 3) == 5 else "it does not add", probe=(1, 1)),
        "99.4": FunctionExercise(right="It tells.", inputs=[(4,), (7,)], expected=lambda n: n % 2 == 0, is_test=True),
        "99.5": FunctionExercise(
            right="Doubled, in float32.", inputs=[(torch.arange(3.0),)], expected=lambda X: 2 * X, exact=True
        ),
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
    assert said(capsys, predict, "99.1", output=(5, 3, 16)) == "Prediction 99.1: right so far; still to answer: state."
    assert said(capsys, predict, "99.1", output=(5, 5, 5), state=nothing).endswith("not yet: look again at output.")
    swapped = said(capsys, predict, "99.1", output=(3, 5, 16), state=(1, 1, 1))
    assert swapped == "Prediction 99.1: batch and steps swapped"
    assert said(capsys, predict, "99.1", output=(5, 3, 16), state=(3, 2, 16)).endswith("look again at state.")
    other = said(capsys, predict, "99.1", output=16, state=(3, 2, 16))
    assert other.endswith("look again at output (expected a list or tuple, not a number), state.")
    right = said(capsys, predict, "99.1", output=[5, 3, 16], state=torch.Size([2, 3, 16]))
    assert right == "Prediction 99.1: right. Time first."


def test_prediction_of_a_number(lesson, capsys):
    assert said(capsys, predict, "99.2") == "Prediction 99.2: your turn"
    assert said(capsys, predict, "99.2", 0.67).endswith("right. A share.")
    assert said(capsys, predict, "99.2", torch.tensor(2 / 3)).endswith("right. A share.")
    assert said(capsys, predict, "99.2", 0.33).endswith("the other part")
    assert said(capsys, predict, "99.2", 0.66) == "Prediction 99.2: 0.66 is not it."
    assert said(capsys, predict, "99.2", float("nan")).endswith("nan is not it.")
    assert said(capsys, predict, "99.2", "two thirds").endswith("'two thirds' is not it (expected a number, not text).")


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
        (lambda X: {"last": X[:, -1]}, "expected a tensor, not a dict"),
        (lambda X: [[0.0], [1.0, 2.0]], "expected a tensor, not a list or tuple"),
        (lambda X: X[:, -1:], "its shape is (2, 1), expected (2,)"),
        (lambda X: X[:, -1].long(), "its dtype is torch.int64, expected torch.float32"),
        (lambda X: X[:, -1].to("meta"), "its device is meta, expected cpu"),
        (lambda X: X[:, 9], "stopped with IndexError: index 9 is out of bounds"),
        (lambda X: exit(1), "stopped with SystemExit"),
        (lambda X, Y: X, "stopped with TypeError"),
        (torch.zeros(2), "expected a function, not a tensor"),
        (lambda X: X.fill_(7)[:, -1], "numbers differ"),
        (lambda X: print(end=""), "your function returns None: what should stand behind its return?"),
        (lambda X: (X[:, -1], ...)[1], "your function returns Ellipsis"),
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
    assert "ZeroDivisionError: division by zero" in said(capsys, check, "99.3", lambda a, b: 1 / (a - 2))


def helper(X):
    return torch.cat((X, X[:, :1]), dim=0)


def test_an_error_names_the_learners_own_line_and_a_common_one_becomes_a_question(lesson, capsys):
    def fails(X):
        first = X[:, 0]
        return first + X[:, 9]

    assert said(capsys, check, "99.1", fails).endswith("with size 3; your line: `return first + X[:, 9]`")
    asked = said(capsys, check, "99.1", helper)
    assert asked.startswith("Exercise 99.1: how many columns has each? (your code stopped with RuntimeError: Sizes of")
    assert asked.endswith("; your line: `return torch.cat((X, X[:, :1]), dim=0)`)")
    assert "your line" not in said(capsys, check, "99.1", lambda: None)  # the call itself fails, no line of it does
    assert "your line" not in said(capsys, check, "99.1", torch.nn.functional.pad)


def test_a_hint_met_again_says_more_until_the_answer_changes(lesson, capsys):
    hint = "Exercise 99.1: the last sentence"
    first, second, third, fourth = (said(capsys, check, "99.1", lambda X: X[-1]) for _ in range(4))
    assert first == hint
    assert second == f"{hint} A smaller question: how many columns has X?"
    assert third == fourth == f'{hint} Read "One line, two tensors" again.'
    assert said(capsys, check, "99.1", lambda X: X[:, 0]) == "Exercise 99.1: the first step"
    first, second, third = (said(capsys, predict, "99.2", answer) for answer in (1 / 3, 0.33, np.float32(0.335)))
    hint = "Prediction 99.2: that is the other part"  # the same one for each
    assert (first, second, third) == (hint, f"{hint} A smaller question: and of two?", f'{hint} Read "Shares" again.')
    swapped = {"output": (3, 5, 16), "state": (2, 3, 16)}
    assert len({said(capsys, predict, "99.1", **swapped) for _ in range(3)}) == 1  # nothing more to say
    assert said(capsys, check, "99.1", lambda X: None) == "Exercise 99.1: your turn"


def says(n):
    return n % 2 == 0


def asserts(n):
    assert n % 2 == 0, "odd"


def says_words(n):
    return str(n)


def clears_all(n):
    assert int(n) > 0


@pytest.mark.parametrize(
    ("test", "piece"),
    [
        (says, "right. "),
        (asserts, "right. "),
        (lambda n: torch.testing.assert_close(n % 2, 0), "right. "),
        (clears_all, "called with (7), it returns True"),
        (says_words, "it returns '4': expected True or False, not text"),
        (lambda n: None, "your turn"),
        (lambda n: ..., "your turn"),
    ],
)
def test_a_test_may_assert(lesson, capsys, test, piece):
    assert piece in said(capsys, check, "99.4", test)


def test_only_where_a_test_is_asked_for_is_an_assertion_an_answer(lesson, capsys):
    def asserting(X):
        assert len(X) > 9

    assert "stopped with AssertionError" in said(capsys, check, "99.1", asserting)


def test_an_exact_exercise_minds_the_dress(lesson, capsys):
    assert "right" in said(capsys, check, "99.5", lambda X: X + X)
    assert "its dtype is torch.float64" in said(capsys, check, "99.5", lambda X: (X + X).double())
    assert "not a list or tuple" in said(capsys, check, "99.5", lambda X: (X + X).tolist())


def test_the_learners_code_keeps_the_context_that_sends_its_prints_to_the_right_cell():
    cell = contextvars.ContextVar("cell", default="none")
    cell.set("this cell")
    assert running.guarded(cell.get)() == "this cell"


def test_an_endless_loop_is_ended(lesson, capsys, monkeypatch):
    monkeypatch.setattr(running, "TIME_LIMIT_S", 0.2)
    monkeypatch.setattr(running, "WAITING_LIMIT_S", 9.0)
    threads = threading.active_count()

    def endless(a, b):
        while True:
            pass

    assert said(capsys, check, "99.3", endless).endswith("does a loop in it never end?")
    deadline = time.monotonic() + 5
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == threads


def test_only_work_counts_towards_the_limit(lesson, capsys, monkeypatch):
    """Where thirty share the processors, quick code may wait long for its turn."""
    monkeypatch.setattr(running, "TIME_LIMIT_S", 0.2)

    def waiting(a, b):
        time.sleep(0.6)
        return None

    assert "still" not in said(capsys, check, "99.3", waiting)
    monkeypatch.setattr(running, "WAITING_LIMIT_S", 0.3)
    assert "still waiting after 0.3 seconds" in said(capsys, check, "99.3", waiting)


def test_an_id_that_does_not_exist_is_an_error_of_the_notebook(lesson):
    with pytest.raises(ValueError, match="lesson 99 has 99.1, 99.2"):
        predict("99.7", 1)
    with pytest.raises(ValueError, match="no exercise '55.1'"):
        check("55.1", 1)


T = torch.tensor
SAME = [
    (1, 1.0),
    (np.float32(0.5), 0.5),
    (np.int64(3), 3),
    (np.array(3), 3),
    (T(3), 3),
    (Fraction(1, 3), 1 / 3),
    (Decimal("0.25"), 0.25),
    (np.bool_(True), True),
    (T(False), False),
    (T([[0.5]]), 0.5),
    (np.array([2]), 2),
    (float("inf"), float("inf")),
    ("Je  suis ", "je suis"),
    ("i’m home", "i'm home"),
    (["i'm", "home"], "i'm home"),
    ("i'm home", ("i'm", "home")),
    ((1, [2]), [1, (2,)]),
    (T([1, 2]), (1, 2)),
    (np.array([1, 2]), [1, 2]),
    (torch.Size([5, 3]), (5, 3)),
    (range(2, 5), [2, 3, 4]),
    ([T(6), T(8)], [6, 8]),
    ({1, 2}, {2, 1}),
    ([2, 1], {1, 2}),
    (T([2, 1]), {1, 2}),
    (range(2), {1, 0}),
    (T([1, 2]), T([1, 2], dtype=torch.int32)),
    (T([0.1, 2]).double(), T([0.1, 2])),
    ([[0.1], [2]], T([[0.1], [2.0]])),
    ((T(1.0), np.float32(2)), T([1.0, 2.0])),
    (np.array([1.5, 2])[::-1], T([2, 1.5])),
    ([np.int64(1), 2], T([1, 2])),
    ([Fraction(1, 4), 0], T([0.25, 0])),
    ([True, False], T([True, False])),
    (2.5, T(2.5)),
    (T([float("nan")]), T([float("nan")])),
]
DIFFERENT = [
    (True, 1),
    (1, True),
    (T(1), True),
    (np.bool_(True), 1),
    ([1], [1, 2]),
    ({1, 2}, (1, 2)),
    ([1, 3], {1, 2}),
    ("1", 1),
    (["i'm", 3], "i'm 3"),
    ("home i'm", ("i'm", "home")),
    ({"a": 1}, {"b": 1}),
    ({"a": 1}, {"a": 2}),
    (None, 0),
    (T([0.5, 0.5]), 0.5),
    (T([1, 2]), T([1.0, 2.0])),
    ([1.0, 2.0], T([1, 2])),
    ([True, False], T([1, 0])),
    ([True, False], T([1.0, 0.0])),
    ([[1.0, 2.0]], T([1.0, 2.0])),
    ({"a": 1.0}, T([1.0])),
]


@pytest.mark.parametrize(("given", "expected"), SAME)
def test_the_right_answer_in_another_dress_is_right(given, expected):
    assert difference(given, expected) is None


@pytest.mark.parametrize(("given", "expected"), DIFFERENT)
def test_another_value_is_none(given, expected):
    assert difference(given, expected)


def test_an_exact_comparison_minds_the_type():
    assert difference([1, 2], T([1, 2]), exact=True) == "expected a tensor, not a list or tuple"
    assert difference(T([1], dtype=torch.int32), T([1]), exact=True) == "its dtype is torch.int32, expected torch.int64"
    assert difference(T([1.0]), T([1.0]), exact=True) is None
