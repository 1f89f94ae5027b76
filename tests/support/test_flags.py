"""Flags from a dataclass: what is in the class is on the command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, get_args, get_type_hints

import pytest

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.support.flags import add_flags, from_flags, help_texts


@dataclass(frozen=True)
class Recipe:
    """A cake.

    Args:
        num_eggs: how many,
            counted after breaking; 5 % break.
        heat: top or bottom.
        glazed: with sugar
        minutes: in the oven.
        slices: one number, or one a guest.
        note: None for none.

    Raises:
        ValueError: no cake.
    """

    num_eggs: int = 3
    heat: Literal["top", "bottom"] = "top"
    glazed: bool = True
    minutes: float | None = None
    slices: float | Sequence[float] = 1.0
    note: str | None = None


def parse(line: str) -> Recipe:
    parser = argparse.ArgumentParser()
    add_flags(parser, Recipe)
    return from_flags(Recipe, parser.parse_args(line.split()))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Recipe()),
        ("--num-eggs 5 --heat bottom --no-glazed", Recipe(5, "bottom", False)),
        ("--glazed --minutes 2 --note dry", Recipe(minutes=2.0, note="dry")),
        ("--slices .5 .25", Recipe(slices=[0.5, 0.25])),
    ],
)
def test_values_come_from_the_line_and_else_from_the_class(line, expected):
    assert parse(line) == expected
    assert [type(value) for value in vars(parse(line)).values()] == [type(value) for value in vars(expected).values()]


@pytest.mark.parametrize("line", ["--num-eggs 1.5", "--heat left", "--minutes long", "--slices", "--sugar 1"])
def test_a_value_of_another_kind_is_refused(line, capsys):
    with pytest.raises(SystemExit) as exit_:
        parse(line)
    assert exit_.value.code == 2 and "error: " in capsys.readouterr().err


def test_help_is_the_docstring_and_the_default():
    parser = argparse.ArgumentParser(prog="bake")
    add_flags(parser, Recipe)
    text = " ".join(parser.format_help().split())
    for part in (
        "Recipe: A cake. --num-eggs",
        "--num-eggs INT how many, counted after breaking; 5 % break (default: 3)",
        "--heat {top,bottom} top or bottom (default: top)",
        "--glazed, --no-glazed with sugar (default: True)",
        "--minutes FLOAT in the oven --slices FLOAT [FLOAT ...] one number",
    ):
        assert part in text


@pytest.mark.parametrize("settings", [ModelConfig, TrainConfig])
def test_the_docstring_has_each_setting_and_no_other(settings):
    assert list(help_texts(settings)) == [field.name for field in fields(settings)]
    assert all(help_texts(settings).values())


@pytest.mark.parametrize("settings", [ModelConfig, TrainConfig])
def test_a_choice_of_the_settings_is_a_choice_of_the_flag(settings):
    parser = argparse.ArgumentParser()
    add_flags(parser, settings)
    choices = {action.dest: action.choices for action in parser._actions}
    for name, hint in get_type_hints(settings).items():
        assert (choices[name] or ()) == (get_args(hint) if isinstance(getattr(settings(), name), str) else ())


def test_a_setting_without_a_description_is_an_error():
    @dataclass
    class Silent:
        """Nothing of its field.

        Args:
            other: not a field.
        """

        num_eggs: int = 3

    with pytest.raises(KeyError, match="num_eggs"):
        add_flags(argparse.ArgumentParser(), Silent)
