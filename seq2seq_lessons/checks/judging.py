"""How predictions and exercises are judged: a learner's answer goes in, one printed line comes out."""

import copy
import importlib.util
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seq2seq_lessons.checks.comparing import difference, kind, leaves, short, unlike_kinds
from seq2seq_lessons.checks.running import Hint, Stopped, Unanswered, asserting, guarded, is_stub

RIGHT, WRONG = "\x1b[1;32m✓\x1b[0m ", "\x1b[1;31m✗\x1b[0m "  # green and red, where the page knows colours

Mistakes = Sequence[tuple[Any, str]]


@dataclass(frozen=True, kw_only=True)
class Item:
    """What every prediction and exercise has.

    Args:
        right: one sentence, printed after "right.".
        errors: (piece of an error's text, question) for what the learner's code commonly stops with.
        smaller: a smaller question, for a learner who meets the same hint again.
        where: the heading of the part to read again, for one who meets it a third time; "lesson 01: Tokens" is one of
            an earlier lesson.
        is_test: the answer is a test that says True or False; it may assert instead.
    """

    right: str
    errors: Sequence[tuple[str, str]] = ()
    smaller: str = ""
    where: str = ""
    is_test: bool = False

    def asked(self, stopped: Stopped) -> str:
        """What the learner's code stopped with, after the question for it where there is one."""
        question = next((text for piece, text in self.errors if piece in str(stopped)), None)
        return f"{question} ({stopped})" if question else str(stopped)


@dataclass(frozen=True, kw_only=True)
class Prediction(Item):
    """A value to foresee (or an exercise whose answer is a value).

    Args:
        expected: the value; for `predict("2.1", output=..., state=...)` a dict of these names.
        mistakes: (value, hint) for each misconception. With names, a dict of some of them is enough.
        tolerance: how far a number may be off, in the number's own unit; with names, it may be one for each.
    """

    expected: Any
    mistakes: Mistakes = ()
    tolerance: float | Mapping[str, float] = 1e-6
    probe = None

    def judge(self, answer: Any) -> str | None:
        """None if the answer is right, else a hint."""
        if self._same(answer, self.expected):
            return None
        for value, hint in self.mistakes:
            given = answer
            if isinstance(value, Mapping) and isinstance(answer, Mapping):
                given = {name: answer.get(name) for name in value}
            if self._same(given, value):
                return hint
        if not (isinstance(answer, Mapping) and isinstance(self.expected, Mapping)):
            if _has_none(answer):
                return "part of it is still None: answer every part."
            return f"{short(answer)} is not it{_of_another_kind(answer, self.expected)}."
        unlike = [name for name, e in self.expected.items() if not self._same(answer.get(name), e, name)]
        if wrong := [name for name in unlike if not _has_none(answer.get(name))]:
            looks = [f"{name}{_of_another_kind(answer[name], self.expected[name])}" for name in wrong]
            return f"not yet: look again at {', '.join(looks)}."
        return f"right so far; still to answer: {', '.join(unlike)}." if unlike else "not yet: it has a name too many."

    def _same(self, given: Any, value: Any, name: str = "") -> bool:
        if not isinstance(self.tolerance, Mapping):
            return difference(given, value, self.tolerance) is None
        if isinstance(given, Mapping) and isinstance(value, Mapping):
            return given.keys() == value.keys() and all(self._same(given[part], value[part], part) for part in value)
        return difference(given, value, self.tolerance.get(name, 0)) is None


def _of_another_kind(given: Any, expected: Any) -> str:
    """So that nobody who answers "True" or 1 looks for the mistake in what they think."""
    text = unlike_kinds(given, expected)
    return f" ({text})" if text else ""


def _has_none(answer: Any) -> bool:
    return any(leaf is None or leaf is ... for leaf in leaves(answer))


@dataclass(frozen=True, kw_only=True)
class FunctionExercise(Item):
    """A function to write: it is run on hidden inputs, beside the right one and beside each misconception.

    Args:
        inputs: one tuple of arguments per call. Choose sizes that are pairwise different, so that no two misconceptions
            agree on all inputs; a test refuses two that do.
        expected: the right function.
        mistakes: (function, hint) for each misconception.
        tolerance: how far a number may be off.
        exact: the result's type and dtype must be the expected ones, since the exercise is about them.
    """

    inputs: Sequence[tuple]
    expected: Callable
    mistakes: Mistakes = ()
    tolerance: float = 1e-6
    exact: bool = False

    @property
    def probe(self) -> tuple:
        """Arguments for a first try of the function."""
        return self.inputs[0]

    def results(self, function: Callable) -> list:
        """The function's result for each of the inputs; it may change its arguments, they are copies."""
        return [function(*copy.deepcopy(arguments)) for arguments in self.inputs]

    def judge(self, answer: Callable) -> str | None:
        """None if the answer is right, else a hint."""
        given, expected = self.results(answer), self.results(self.expected)
        differences = [difference(g, e, self.tolerance, self.exact) for g, e in zip(given, expected, strict=True)]
        if not any(differences):
            return None
        for mistake, hint in self.mistakes:
            if difference(given, self.results(mistake), self.tolerance, self.exact) is None:
                return hint
        case = next(i for i, text in enumerate(differences) if text)
        arguments = ", ".join(map(short, self.inputs[case]))
        return f"called with ({arguments}), it returns {short(given[case])}: {differences[case]}."


@dataclass(frozen=True, kw_only=True)
class Exercise(Item):
    """Anything else: `judge(answer)` returns None when it is right, else a hint.

    Args:
        judge: gets the answer. With a `probe`, the answer must be callable and what the judge gets is guarded: calling
            it raises `Hint` (which the judge lets through) when the learner's code fails or does not come back.
        probe: the arguments of a first call.
    """

    judge: Callable[[Any], str | None]
    probe: tuple | None = None


def check(exercise_id: str, answer: Any) -> None:
    """Print how the answer to an exercise stands: your turn, right, or a hint."""
    _report("Exercise", exercise_id, answer)


def predict(prediction_id: str, answer: Any = None, **named: Any) -> None:
    """Print how a prediction stands: `predict("1.1", 7)`, or `predict("2.1", output=(5, 3), state=(2, 3))`."""
    _report("Prediction", prediction_id, named or answer)


def _report(what: str, item_id: str, answer: Any) -> None:
    item, name = _find(what, item_id), f"{what} {item_id}"
    try:
        hint = _judge(item, answer)
        sign, text = (RIGHT, f"right. {item.right}") if hint is None else (WRONG, hint + _more(item, name, hint))
    except Unanswered:
        sign, text = "", "your turn"
    print(f"{sign}{name}: {text}")


met: Counter[tuple[str, str]] = Counter()  # how often a hint was given, for as long as the kernel lives


def _more(item: Item, name: str, hint: str) -> str:
    """What is added to a hint that has been met before."""
    met[name, hint] += 1
    if met[name, hint] == 2 and item.smaller:
        return f" A smaller question: {item.smaller}"
    return f' Read "{item.where}" again.' if met[name, hint] > 2 and item.where else ""


def _judge(item: Prediction | FunctionExercise | Exercise, answer: Any) -> str | None:
    if all(leaf is None or leaf is ... for leaf in leaves(answer)):
        raise Unanswered
    try:
        if item.probe is not None:
            if not callable(answer):
                return f"expected a function, not {kind(answer)}: pass the function itself, without calling it."
            if is_stub(answer):
                raise Unanswered
            answer = guarded(asserting(answer) if item.is_test else answer)
            if (first := answer(*copy.deepcopy(item.probe))) is None or first is ...:
                return f"your function returns {first}: what should stand behind its return?"
        return item.judge(answer)
    except Stopped as stopped:
        return item.asked(stopped)
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
