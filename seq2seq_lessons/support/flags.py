"""Command-line flags from a dataclass of settings: one for each field, with its type, default, choices and help."""

import argparse
import inspect
import re
import types
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Settings = TypeVar("Settings")


def add_flags(parser: argparse.ArgumentParser, settings: type) -> None:
    """Give the parser a flag for each field of a dataclass, in a group of their own.

    A bool is a switch with its opposite (`--attention`, `--no-attention`), a `Literal` has choices, and what may also
    be a sequence takes one value or several. What is not on the command line is not in the parsed namespace.

    Args:
        settings: a dataclass whose docstring has an `Args:` section with an entry for each field.
    """
    first_line = (inspect.getdoc(settings) or "").partition("\n")[0]
    group = parser.add_argument_group(settings.__name__, first_line)
    hints, texts = get_type_hints(settings), help_texts(settings)
    for field in fields(settings):
        text = texts[field.name].replace("%", "%%")
        if field.default is not None:
            text += f" (default: {field.default})"
        flag = "--" + field.name.replace("_", "-")
        group.add_argument(flag, default=argparse.SUPPRESS, help=text, **_reading(hints[field.name]))


def from_flags(settings: type[Settings], args: argparse.Namespace) -> Settings:
    """The settings that were given, and the defaults of the others.

    Raises:
        ValueError: a value that the settings refuse.
    """
    names = [field.name for field in fields(settings)]  # type: ignore[arg-type]
    return settings(**{name: getattr(args, name) for name in names if name in args})


def help_texts(settings: type) -> dict[str, str]:
    """What the `Args:` section of a class's docstring says of each name, without the period at its end."""
    section = (inspect.getdoc(settings) or "").partition("\nArgs:\n")[2]
    entries = re.findall(r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", re.split(r"^(?=\S)", section, flags=re.M)[0], re.M)
    return {name: " ".join(text.split()).removesuffix(".") for name, text in entries}


def _reading(hint: Any) -> dict[str, Any]:
    """The arguments of `add_argument` with which a flag reads values of this type."""
    kinds = [kind for kind in _alternatives(hint) if kind is not types.NoneType]
    if kinds == [bool]:
        return {"action": argparse.BooleanOptionalAction}
    first = kinds[0]
    if get_origin(first) is Literal:
        return {"choices": get_args(first)}
    reading = {"type": first, "metavar": first.__name__.upper()}
    several = any(inspect.isclass(get_origin(kind)) and issubclass(get_origin(kind), Sequence) for kind in kinds)
    return reading | {"nargs": "+"} if several else reading


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
