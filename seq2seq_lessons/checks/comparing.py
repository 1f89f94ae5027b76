"""Is a learner's value the expected one, and if not, in what do they differ? In words."""

from collections.abc import Mapping
from numbers import Number
from typing import Any

import torch
from torch import Tensor


def difference(given: Any, expected: Any, tolerance: float = 1e-6) -> str | None:
    """None if the two are the same, else where they part (never the expected values themselves).

    Lists and tuples count as the same, so do a number and a tensor without dimensions; True is not 1; text is compared
    without regard to case and outer spaces; tensors must agree in shape, dtype and device.
    """
    if isinstance(given, Tensor) and given.dim() == 0 and not isinstance(expected, Tensor):
        given = given.item()
    if kind(given) != kind(expected):
        return f"expected {kind(expected)}, not {kind(given)}"
    if isinstance(expected, Tensor):
        return _tensor_difference(given, expected, tolerance)
    if isinstance(expected, Mapping):
        if given.keys() != expected.keys():
            return f"its names are {sorted(map(str, given))}"
        parts = [(repr(key), given[key], expected[key]) for key in expected]
    elif isinstance(expected, (list, tuple)):
        if len(given) != len(expected):
            return f"its length is {len(given)}, expected {len(expected)}"
        parts = [(f"position {i}", g, e) for i, (g, e) in enumerate(zip(given, expected, strict=True))]
    elif isinstance(expected, str):
        return None if given.strip().casefold() == expected.strip().casefold() else "that is not it"
    elif isinstance(expected, Number) and not isinstance(expected, bool):
        return None if given == expected or abs(given - expected) <= tolerance else "that is not it"
    else:
        return None if given == expected else "that is not it"
    for where, g, e in parts:
        if text := difference(g, e, tolerance):
            return f"at {where}, {text}"
    return None


def _tensor_difference(given: Tensor, expected: Tensor, tolerance: float) -> str | None:
    for name in "shape", "dtype", "device":
        g, e = getattr(given, name), getattr(expected, name)
        if g != e:
            g, e = (tuple(g), tuple(e)) if name == "shape" else (g, e)
            return f"its {name} is {g}, expected {e}"
    close = torch.isclose(given.detach().to(torch.float64), expected.detach().to(torch.float64), 0, tolerance, True)
    if close.all():
        return None
    where = tuple((~close).nonzero()[0].tolist())
    return f"{int((~close).sum())} of its {close.numel()} numbers differ, the first at {where}"


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
