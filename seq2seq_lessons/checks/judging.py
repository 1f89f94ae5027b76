"""How predictions and exercises are judged: a learner's answer goes in, one printed line comes out."""

import contextvars
import copy
import ctypes
import importlib.util
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seq2seq_lessons.checks.comparing import difference, kind, leaves, short

TIME_LIMIT_S = 5.0
RIGHT, WRONG = "\x1b[1;32m✓\x1b[0m ", "\x1b[1;31m✗\x1b[0m "  # green and red, where the page knows colours

Mistakes = Sequence[tuple[Any, str]]


class Hint(Exception):
    """Raised where a learner's answer cannot be judged any further; its text is the hint."""


class Unanswered(Exception):
    """Raised by a judge that finds the stub still in place."""


@dataclass(frozen=True)
class Prediction:
    """A value to foresee (or an exercise whose answer is a value).

    Args:
        right: one sentence, printed after "right.".
        expected: the value; for `predict("2.1", output=..., state=...)` a dict of these names.
        mistakes: (value, hint) for each misconception. With names, a dict of some of them is enough.
        tolerance: how far a number may be off, in the number's own unit.
    """

    right: str
    expected: Any
    mistakes: Mistakes = ()
    tolerance: float = 1e-6
    probe = None

    def judge(self, answer: Any) -> str | None:
        """None if the answer is right, else a hint."""
        if difference(answer, self.expected, self.tolerance) is None:
            return None
        if any(leaf is None or leaf is ... for leaf in leaves(answer)):
            return "part of it is still None: answer every part."
        for value, hint in self.mistakes:
            given = answer
            if isinstance(value, Mapping) and isinstance(answer, Mapping):
                given = {name: answer.get(name) for name in value}
            if difference(given, value, self.tolerance) is None:
                return hint
        if isinstance(answer, Mapping) and isinstance(self.expected, Mapping):
            wrong = [
                name for name, value in self.expected.items() if difference(answer.get(name), value, self.tolerance)
            ]
            return f"not yet: look again at {', '.join(wrong)}." if wrong else "not yet: it has a name too many."
        return f"{short(answer)} is not it."


@dataclass(frozen=True)
class FunctionExercise:
    """A function to write: it is run on hidden inputs, beside the right one and beside each misconception.

    Args:
        right: one sentence, printed after "right.".
        inputs: one tuple of arguments per call. Choose sizes that are pairwise different, so that no two misconceptions
            agree on all inputs; a test refuses two that do.
        expected: the right function.
        mistakes: (function, hint) for each misconception.
        tolerance: how far a number may be off.
    """

    right: str
    inputs: Sequence[tuple]
    expected: Callable
    mistakes: Mistakes = ()
    tolerance: float = 1e-6

    @property
    def probe(self) -> tuple | None:
        """Arguments for a first try of the function, or None for no try."""
        return self.inputs[0]

    def results(self, function: Callable) -> list:
        """The function's result for each of the inputs; it may change its arguments, they are copies."""
        return [function(*copy.deepcopy(arguments)) for arguments in self.inputs]

    def judge(self, answer: Callable) -> str | None:
        """None if the answer is right, else a hint."""
        given, expected = self.results(answer), self.results(self.expected)
        differences = [difference(g, e, self.tolerance) for g, e in zip(given, expected, strict=True)]
        if not any(differences):
            return None
        for mistake, hint in self.mistakes:
            if difference(given, self.results(mistake), self.tolerance) is None:
                return hint
        case = next(i for i, text in enumerate(differences) if text)
        arguments = ", ".join(map(short, self.inputs[case]))
        return f"called with ({arguments}), it returns {short(given[case])}: {differences[case]}."


@dataclass(frozen=True)
class Exercise:
    """Anything else: `judge(answer)` returns None when it is right, else a hint.

    Args:
        right: one sentence, printed after "right.".
        judge: gets the answer. With a `probe`, the answer must be callable and what the judge gets is guarded: calling
            it raises `Hint` (which the judge lets through) when the learner's code fails or does not come back.
        probe: the arguments of a first call; a function that returns None or `...` for them is unanswered.
    """

    right: str
    judge: Callable[[Any], str | None]
    probe: tuple | None = None


def check(exercise_id: str, answer: Any) -> None:
    """Print how the answer to an exercise stands: your turn, right, or a hint."""
    _report("Exercise", exercise_id, answer)


def predict(prediction_id: str, answer: Any = None, **named: Any) -> None:
    """Print how a prediction stands: `predict("1.1", 7)`, or `predict("2.1", output=(5, 3), state=(2, 3))`."""
    _report("Prediction", prediction_id, named or answer)


def guarded(function: Callable) -> Callable:
    """The learner's function, with a time limit, and with `Hint` instead of the exceptions that it raises.

    It runs in a thread of its own, which sees the grad mode of a fresh thread: enabled.
    """

    def call(*args: Any) -> Any:
        outcome: dict[str, Any] = {}

        def work() -> None:
            try:
                outcome["result"] = function(*args)
            except BaseException as error:  # exit() too: whatever ends the learner's function is reported as a hint
                outcome["error"] = error

        # the copied context sends what the function prints to the learner's cell
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True)
        thread.start()
        try:
            thread.join(TIME_LIMIT_S)
        finally:
            if timed_out := thread.is_alive():  # end the loop, or it takes the kernel's time for ever
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
                )
        if timed_out:
            raise Hint(f"your code was still running after {TIME_LIMIT_S:g} seconds: does a loop in it never end?")
        if "error" in outcome:
            error = outcome["error"]
            raise Hint(f"your code stopped with {type(error).__name__}: {' '.join(str(error).split())}")
        return outcome["result"]

    return call


def _report(what: str, item_id: str, answer: Any) -> None:
    item = _find(what, item_id)
    try:
        hint = _judge(item, answer)
        sign, text = (RIGHT, f"right. {item.right}") if hint is None else (WRONG, hint)
    except Unanswered:
        sign, text = "", "your turn"
    print(f"{sign}{what} {item_id}: {text}")


def _judge(item: Prediction | FunctionExercise | Exercise, answer: Any) -> str | None:
    if all(leaf is None or leaf is ... for leaf in leaves(answer)):
        raise Unanswered
    try:
        if item.probe is not None:
            if not callable(answer):
                return f"expected a function, not {kind(answer)}: pass the function itself, without calling it."
            answer = guarded(answer)
            if (first := answer(*copy.deepcopy(item.probe))) is None or first is ...:
                raise Unanswered
        return item.judge(answer)
    except Hint as hint:
        return str(hint)
    except Unanswered:
        raise
    except Exception as error:  # an answer so unlike the expected one that comparing it fails is a wrong answer
        return f"{short(answer)} cannot be judged ({type(error).__name__}: {error}). Is it what the exercise asks for?"


def _find(what: str, item_id: str) -> Any:
    lesson, table = str(item_id).split(".")[0], f"{what.upper()}S"
    name = f"seq2seq_lessons.checks.lesson_{lesson.zfill(2)}"
    if not lesson.isdigit() or importlib.util.find_spec(name) is None:
        raise ValueError(f'no {what.lower()} {item_id!r}: expected lesson.number, as in "1.2"')
    known = getattr(importlib.import_module(name), table)
    if item_id not in known:
        raise ValueError(f"no {what.lower()} {item_id!r}; lesson {lesson} has {', '.join(known)}")
    return known[item_id]
