"""Is a learner's value the expected one, and if not, in what do they differ? In words."""

from collections.abc import Mapping
from numbers import Number, Rational
from typing import Any

import torch
from torch import Tensor


def difference(given: Any, expected: Any, tolerance: float = 1e-6, exact: bool = False) -> str | None:
    """None if the two are the same, else where they part (never the expected values themselves).

    A right answer in another dress is right (see `dressed`), unless it must be `exact`. True is never 1, and whole
    numbers are no floats in a tensor; text is compared without regard to case and spaces.
    """
    if not exact:
        given = dressed(given, expected)
    if text := unlike_kinds(given, expected):
        return text
    if isinstance(expected, Tensor):
        return _tensor_difference(given, expected, tolerance, exact)
    if isinstance(expected, Mapping):
        if given.keys() != expected.keys():
            return f"its names are {sorted(map(str, given))}"
        parts = [(repr(key), given[key], expected[key]) for key in expected]
    elif isinstance(expected, (list, tuple)):
        if len(given) != len(expected):
            return f"its length is {len(given)}, expected {len(expected)}"
        parts = [(f"position {i}", g, e) for i, (g, e) in enumerate(zip(given, expected, strict=True))]
    elif isinstance(expected, str):
        return None if _plain_text(given) == _plain_text(expected) else "that is not it"
    elif isinstance(expected, Number) and not isinstance(expected, bool):
        return None if _near(given, expected, tolerance) else "that is not it"
    else:
        return None if given == expected else "that is not it"
    for where, g, e in parts:
        if text := difference(g, e, tolerance, exact):
            return f"at {where}, {text}"
    return None


def unlike_kinds(given: Any, expected: Any) -> str | None:
    """None if both are of one sort (see `kind`), else which is expected and which is given."""
    return None if kind(given) == kind(expected) else f"expected {kind(expected)}, not {kind(given)}"


def _near(given: Any, expected: Any, tolerance: float) -> bool:
    return bool(given == expected) or abs(float(given) - float(expected)) <= tolerance


def dressed(given: Any, expected: Any) -> Any:
    """The given value as the expected one's type, if only the dress differs, else as it is.

    A tensor, array, list or tuple may stand for one another, so may a number and a tensor of one number, tokens and
    their sentence; where a set is expected, the order is free.
    """
    if isinstance(expected, Tensor):
        return given if isinstance(given, Tensor) else _as_tensor(given, expected)
    if hasattr(given, "tolist"):
        if isinstance(expected, (list, tuple, set)):
            given = given.tolist()
        elif isinstance(expected, Number) and len(numbers := given.reshape(-1).tolist()) == 1:
            given = numbers[0]
    if isinstance(given, range):
        given = list(given)
    if isinstance(given, (list, tuple)) and given:
        if isinstance(expected, set):
            return {number.tolist() if hasattr(number, "tolist") else number for number in given}
        if isinstance(expected, str) and all(isinstance(token, str) for token in given):
            return " ".join(given)
    if isinstance(given, str) and isinstance(expected, (list, tuple)):
        return given.split()
    return given


def _as_tensor(given: Any, expected: Tensor) -> Any:
    try:
        made = torch.tensor(_plain(given))
        if expected.is_floating_point() and made.dtype != torch.bool:
            made = torch.tensor(_plain(given), dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):  # text, rows of several lengths, a dict
        return given
    return made


def _plain(value: Any) -> Any:
    """Numbers and lists of them, from anything that holds numbers."""
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if hasattr(value, "tolist"):
        return value.tolist()
    return float(value) if isinstance(value, Rational) and not isinstance(value, int) else value


def _plain_text(text: str) -> str:
    return " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split()).casefold()


def _tensor_difference(given: Tensor, expected: Tensor, tolerance: float, exact: bool) -> str | None:
    for name in "shape", "dtype", "device":
        g, e = getattr(given, name), getattr(expected, name)
        if g != e and (name != "dtype" or exact or _sort(given) != _sort(expected)):
            g, e = (tuple(g), tuple(e)) if name == "shape" else (g, e)
            return f"its {name} is {g}, expected {e}"
    close = torch.isclose(given.detach().to(torch.float64), expected.detach().to(torch.float64), 0, tolerance, True)
    if close.all():
        return None
    where = tuple((~close).nonzero()[0].tolist())
    return f"{int((~close).sum())} of its {close.numel()} numbers differ, the first at {where}"


def _sort(tensor: Tensor) -> str:
    """Truth values, numbers with a point, or whole numbers."""
    return "bool" if tensor.dtype == torch.bool else "float" if tensor.is_floating_point() else "int"


def leaves(answer: Any) -> list:
    """All parts of an answer that is nested in dicts, lists and tuples."""
    if isinstance(answer, Mapping):
        answer = list(answer.values())
    if isinstance(answer, (list, tuple)) and answer:
        return [leaf for part in answer for leaf in leaves(part)]
    return [answer]


_KINDS = (
    (bool, "True or False"),
    (Number, "a number"),
    (str, "text"),
    (Tensor, "a tensor"),
    (Mapping, "a dict"),
    ((list, tuple), "a list or tuple"),
    ((set, frozenset), "a set"),
    (type(None), "None"),
)


def kind(value: Any) -> str:
    """What sort of value it is, in a learner's words."""
    return next((name for types, name in _KINDS if isinstance(value, types)), type(value).__name__)


def short(value: Any) -> str:
    """The value as text, cut where it is long."""
    if isinstance(value, Tensor) and value.numel() > 20:
        return f"a tensor {tuple(value.shape)} of {value.dtype}"
    text = " ".join(repr(value).split())
    return text if len(text) <= 200 else f"{text[:197]}…"
