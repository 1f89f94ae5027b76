"""The controls of an explorer: what can be set, and the widgets for it."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import ipywidgets as widgets

from .labels import labelled, number_box

PLAY_INTERVAL_MS = 700  # never under 500: a screen reader has to finish its sentence


@dataclass
class Bound:
    """A control's widgets: `source.trait` holds its value, `parts` are shown, `links` tie them in the browser."""

    source: widgets.Widget
    trait: str
    parts: list[widgets.Widget]
    links: list[widgets.Widget] = field(default_factory=list)
    rounded: Callable[[Any], Any] = lambda value: value

    @property
    def value(self) -> Any:
        """Where the control stands."""
        return self.rounded(getattr(self.source, self.trait))


class Control(ABC):
    """What every control says of itself."""

    label: str
    start: Any

    @property
    @abstractmethod
    def words(self) -> str:
        """What it offers, for whoever sees no widgets."""

    @property
    def start_position(self) -> Any:
        """The value that it begins with."""
        return self.start

    @abstractmethod
    def check(self, value: Any, before: Sequence[Any]) -> None:
        """ValueError for a value that it does not have, the controls before it standing at `before`."""

    @abstractmethod
    def bind(self, before: Sequence[Any]) -> Bound:
        """New widgets at the start, the controls before it standing at `before`."""


class Positions(Control):
    """A control that stands at one of some whole numbers."""

    @abstractmethod
    def places(self, before: Sequence[Any]) -> range:
        """Those numbers, the controls before it standing at `before`."""

    def check(self, value: Any, before: Sequence[Any]) -> None:
        if value not in (places := self.places(before)):
            ends = f"{places.start} to {places.stop - 1}"
            raise ValueError(f"{self.label!r} is {value!r}; expected a whole number from {ends}")


class _Range(Positions):
    """The whole numbers first … last, on a slider with a number box."""

    first: int
    last: int

    @property
    def words(self) -> str:
        return f"{self.label} {self.first} to {self.last}"

    def places(self, before: Sequence[Any]) -> range:
        return range(self.first, self.last + 1)

    def bind(self, before: Sequence[Any] = ()) -> Bound:
        ends = self.start_position, self.first, self.last
        slider = labelled(widgets.IntSlider, self.label, "260px", *ends, readout=False)
        box = number_box(widgets.BoundedIntText, f"{self.label} ({self.first}–{self.last})", *ends)
        return Bound(slider, "value", [slider, box], [widgets.jslink((slider, "value"), (box, "value"))])


@dataclass(frozen=True)
class Steps(_Range):
    """A slider over whole numbers first … last with its number box and Play; it starts at `start`."""

    last: int
    first: int = 1
    start: int | None = None
    label: str = "step"

    @property
    def start_position(self) -> int:
        return self.first if self.start is None else self.start

    def bind(self, before: Sequence[Any] = ()) -> Bound:
        bound = super().bind(before)
        ends = {"value": self.start_position, "min": self.first, "max": self.last}
        play = widgets.Play(**ends, interval=PLAY_INTERVAL_MS, show_repeat=False, layout=widgets.Layout(width="80px"))
        bound.links.append(widgets.jslink((bound.source, "value"), (play, "value")))
        bound.parts.insert(0, play)
        return bound


@dataclass(frozen=True)
class Number(_Range):
    """A slider over whole numbers first … last with a number box, without Play; for what is not a step."""

    label: str
    first: int
    last: int
    start: int


@dataclass(frozen=True)
class Choice(Positions):
    """A row of buttons, one of which is pressed; its positions are 0, 1, …; it starts at `start`."""

    label: str
    options: Sequence[str]
    start: int = 0

    def places(self, before: Sequence[Any]) -> range:
        return range(len(self.options))

    @property
    def words(self) -> str:
        return f"{self.label}: {' | '.join(self.options)}"

    def bind(self, before: Sequence[Any] = ()) -> Bound:
        buttons = labelled(widgets.ToggleButtons, self.label, "auto", options=list(self.options), index=self.start)
        buttons.style.button_width = "auto"
        return Bound(buttons, "index", [buttons])


@dataclass(frozen=True)
class LogSlider(Control):
    """A logarithmic slider over numbers low … high with a number box; its value has three significant digits.

    Raises:
        ValueError: unless 0 < low <= start <= high and low < high.
    """

    label: str
    low: float
    high: float
    start: float

    def __post_init__(self) -> None:
        if not (0 < self.low <= self.start <= self.high and self.low < self.high):
            raise ValueError(
                f"{self.label!r} starts at {self.start}, low={self.low}, high={self.high}: expected "
                "0 < low <= start <= high, and low below high"
            )

    @property
    def start_position(self) -> float:
        return _three_digits(self.start)

    @property
    def words(self) -> str:
        return f"{self.label} {self.low:g} to {self.high:g}"

    def check(self, value: float, before: Sequence[Any] = ()) -> None:
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.label!r} is {value!r}; expected a number from {self.low:g} to {self.high:g}")

    def bind(self, before: Sequence[Any] = ()) -> Bound:
        low, high, start = (math.log10(value) for value in (self.low, self.high, self.start))
        step = (start - low or high - low) / 20  # the start is one of the slider's places, to come back to
        slider = labelled(
            widgets.FloatLogSlider, self.label, "260px", self.start, min=low, max=high, step=step, readout=False
        )
        slider.add_class("s2s-log")  # see frames.js
        name, ends = f"{self.label} ({self.low:g}–{self.high:g})", {"min": self.low, "max": self.high}
        box = number_box(widgets.BoundedFloatText, name, self.start_position, **ends)

        def to_box(_: object) -> None:
            # a number typed between two of the slider's places stays, though the page puts the slider at the nearer one
            if abs(math.log10(slider.value / box.value)) > step / 2:
                box.value = _three_digits(slider.value)

        def to_slider(_: object) -> None:
            value = _three_digits(box.value)
            if _three_digits(slider.value) != value:  # else the slider is where it was dragged to: leave it
                slider.value = value
            box.value = value

        # Through the kernel, not by a link in the browser, which could not round.
        slider.observe(to_box, "value")
        box.observe(to_slider, "value")
        return Bound(box, "value", [slider, box], rounded=_three_digits)


@dataclass(frozen=True)
class Options(Positions):
    """A dropdown whose options follow the controls before it; its position is an index from 0.

    options_at: the values of the controls before it -> its options, at least one. It is asked again when one of those
        controls moves; the index stays, or becomes the last one if there are fewer options now.
    """

    label: str
    options_at: Callable[..., Sequence[str]]
    start: int = 0

    @property
    def words(self) -> str:
        return f"{self.label}: a list"

    def options(self, before: Sequence[Any]) -> tuple[str, ...]:
        """What it offers now; ValueError if that is nothing."""
        if options := tuple(self.options_at(*before)):
            return options
        raise ValueError(f"{self.label}: there is nothing to choose from")

    def places(self, before: Sequence[Any]) -> range:
        return range(len(self.options(before)))

    def bind(self, before: Sequence[Any]) -> Bound:
        dropdown = labelled(widgets.Dropdown, self.label, "auto", options=self.options(before), index=self.start)
        return Bound(dropdown, "index", [dropdown])


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}")
