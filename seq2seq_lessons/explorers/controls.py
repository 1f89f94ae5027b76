"""The controls of an explorer: what can be set, and the widgets for it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ipywidgets as widgets

from .labels import labelled, number_box

PLAY_INTERVAL_MS = 700  # never under 500: a screen reader has to finish its sentence


@dataclass
class Bound:
    """A control's widgets: `source.trait` holds its position, `parts` are shown, `links` tie them in the browser."""

    source: widgets.Widget
    trait: str
    parts: list[widgets.Widget]
    links: list[widgets.Widget] = field(default_factory=list)


class Control(ABC):
    """What every control says of itself: it stands at one of some whole numbers, and begins at `start`."""

    label: str
    start: int

    @property
    @abstractmethod
    def words(self) -> str:
        """What it offers, for whoever sees no widgets."""

    @property
    @abstractmethod
    def places(self) -> range:
        """The numbers that it may stand at."""

    @property
    def told(self) -> dict[str, Any]:
        """Its looks, for a page that makes its own controls."""
        return {"label": self.label}

    @abstractmethod
    def bind(self) -> Bound:
        """New widgets at the start."""

    def check(self, value: int) -> None:
        """ValueError for a number that it may not stand at."""
        if value not in self.places:
            ends = f"{self.places.start} to {self.places.stop - 1}"
            raise ValueError(f"{self.label!r} is {value!r}; expected a whole number from {ends}")


@dataclass(frozen=True)
class Number(Control):
    """A slider over whole numbers first … last with a number box, without Play; for what is not a step."""

    label: str
    first: int
    last: int
    start: int

    @property
    def words(self) -> str:
        return f"{self.label} {self.first} to {self.last}"

    @property
    def places(self) -> range:
        return range(self.first, self.last + 1)

    def bind(self) -> Bound:
        ends = self.start, self.first, self.last
        slider = labelled(widgets.IntSlider, self.label, "260px", *ends, readout=False)
        box = number_box(f"{self.label} ({self.first}–{self.last})", *ends)
        return Bound(slider, "value", [slider, box], [widgets.jslink((slider, "value"), (box, "value"))])


class Steps(Number):
    """A slider over whole numbers first … last with its number box and Play; it starts at the first one, or `start`."""

    def __init__(self, last: int, first: int = 1, start: int | None = None, label: str = "step"):
        super().__init__(label, first, last, first if start is None else start)

    @property
    def told(self) -> dict[str, Any]:
        return super().told | {"plays": True}

    def bind(self) -> Bound:
        bound = super().bind()
        ends = {"value": self.start, "min": self.first, "max": self.last}
        play = widgets.Play(**ends, interval=PLAY_INTERVAL_MS, show_repeat=False, layout=widgets.Layout(width="80px"))
        bound.links.append(widgets.jslink((bound.source, "value"), (play, "value")))
        bound.parts.insert(0, play)
        return bound


@dataclass(frozen=True)
class Choice(Control):
    """A row of buttons, one of which is pressed; they are numbered 0, 1, …; it starts at `start`."""

    label: str
    options: Sequence[str]
    start: int = 0

    @property
    def words(self) -> str:
        return f"{self.label}: {' | '.join(self.options)}"

    @property
    def places(self) -> range:
        return range(len(self.options))

    @property
    def told(self) -> dict[str, Any]:
        return super().told | {"options": list(self.options)}

    def bind(self) -> Bound:
        buttons = labelled(widgets.ToggleButtons, self.label, "auto", options=list(self.options), index=self.start)
        buttons.style.button_width = "auto"
        return Bound(buttons, "index", [buttons])
