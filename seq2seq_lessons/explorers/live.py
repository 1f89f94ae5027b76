"""Explorers with open input (a temperature, a unit's number): the running kernel draws a picture for each move.

They look like the stepped ones of `kit` and use the same frames and laws. Every control is observed in the kernel, and
one `widgets.HTML` holds the picture that is redrawn in place. Nothing is kept of earlier pictures. ipywidgets sends the
next change of a control only when the kernel has dealt with the last one, and sends the latest value then: fast moves
skip pictures, and end at the right one.

    def tempered(step, rank, temperature):
        picture = topk_bars(...)
        return frame_of(picture, f"Step {step}, T={temperature:g}: …", Law("…", holds))
    LiveExplorer("Force a token", "Bars of …", [Steps(7), Options("force", best_words), LogSlider("T", 0.1, 10, 1)],
                 tempered)

where `best_words(step)` lists what can be chosen at that step.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ipywidgets as widgets

from .stepped import (
    Choice,
    ExplorerBase,
    Frame,
    Steps,
    check_start,
    frame_layout,
    page_of,
    page_without_picture,
    slider_and_box,
    widgets_of,
)


@dataclass(frozen=True)
class Number:
    """A slider over whole numbers first … last with a number box, without Play; for what is not a step."""

    label: str
    first: int
    last: int
    start: int

    @property
    def positions(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def start_position(self) -> int:
        return self.start

    @property
    def words(self) -> str:
        return f"{self.label} {self.first} to {self.last}"


@dataclass(frozen=True)
class LogSlider:
    """A logarithmic slider over numbers low … high with a number box; its value has three significant digits.

    ValueError unless 0 < low <= start <= high and low < high.
    """

    label: str
    low: float
    high: float
    start: float

    def __post_init__(self):
        if not (0 < self.low <= self.start <= self.high and self.low < self.high):
            raise ValueError(
                f"{self.label!r} starts at {self.start}, low={self.low}, high={self.high}: expected "
                "0 < low <= start <= high, and low below high"
            )

    @property
    def words(self) -> str:
        return f"{self.label} {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Options:
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


Control = Steps | Choice | Number | LogSlider | Options


class LiveExplorer(ExplorerBase):
    """Controls above one picture of fixed height, redrawn by the kernel at each move.

    title, words: as in `kit.Explorer`.
    controls: one to three of `Steps`, `Choice`, `Number`, `LogSlider`, `Options`.
    frame_at: called with one value per control, in the controls' order; returns a `Frame`, of one size always. What it
        raises at the first position is raised here; later, the page says it in one line.

    frame: the frame that is shown; first_frame: the one of the first position, which is stored in the notebook.
    error: what the last move raised, or None.
    ValueError for no control or more than three, or one that starts outside its positions.
    """

    note = "(each move needs the running kernel)"

    def __init__(self, title: str, words: str, controls: Sequence[Control], frame_at: Callable[..., Frame]):
        self._declare(title, words, controls)
        start: list = []
        for control in controls:
            if isinstance(control, Options):
                _check_option(control, control.start, _options(control, start), f"{title}: ")
            elif not isinstance(control, LogSlider):
                check_start(title, control)
            start.append(
                _rounded(control.start)
                if isinstance(control, LogSlider)
                else control.start
                if isinstance(control, Options)
                else control.start_position
            )
        self.start = tuple(start)
        self._frame_at, self.error = frame_at, None
        self.first_frame = self.frame = frame_at(*self.start)

        self._bound = [_bind(control, self.start[:number]) for number, control in enumerate(controls)]
        self.inputs = [bound.source for bound in self._bound]
        self._shown = widgets.HTML(page_of(self.frame), layout=frame_layout(self.frame.size))
        self._drawn_at, self._placing = self.start, False
        for number, bound in enumerate(self._bound):
            bound.source.observe(lambda _, number=number: self._moved(number), bound.trait)
        reset = widgets.Button(
            description="Reset", tooltip="back to the first position", layout=widgets.Layout(width="auto")
        )
        reset.on_click(lambda _: self._place(self.start))
        # a control's parts stay together where the row is broken
        groups = [
            widgets.HBox(
                bound.parts, layout=widgets.Layout(align_items="center", overflow="visible", margin="0 12px 0 0")
            )
            for bound in self._bound
        ]
        self._assemble([*groups, reset], self._shown)
        self.add_class("s2s-live")
        self._made = [link for bound in self._bound for link in bound.links]

    @property
    def values(self) -> tuple:
        """Where the controls stand, as `frame_at` gets it."""
        return tuple(bound.value for bound in self._bound)

    @property
    def holds(self) -> bool:
        """Whether the law holds at the position shown."""
        return self.error is None and self.frame.law.holds

    @property
    def status(self) -> str:
        """What the status line says."""
        return self.frame.status if self.error is None else _words_of(self.error)

    def set(self, *values) -> Frame:
        """Move every control and redraw once, as a learner's moves would; returns the frame.

        Raises ValueError for values that the controls do not have (nothing moves then), and what `frame_at` raises.
        """
        if len(values) != len(self.controls):
            raise ValueError(f"{self.title}: expected {len(self.controls)} values, got {values}")
        for number, (control, value) in enumerate(zip(self.controls, values, strict=True)):
            if isinstance(control, Options):
                _check_option(control, value, _options(control, values[:number]))
            elif isinstance(control, LogSlider):
                if not control.low <= value <= control.high:
                    raise ValueError(f"{control.label}: {value} lies outside {control.low:g} to {control.high:g}")
            elif value not in control.positions:
                raise ValueError(f"{control.label}: {value!r} is not one of {list(control.positions)}")
        self._place(values)
        if self.error is not None:
            raise self.error
        return self.frame

    def reset(self) -> Frame:
        """Back to the first position."""
        return self.set(*self.start)

    def _place(self, values: Sequence) -> None:
        self._placing = True  # one picture for all controls together
        try:
            for number, (bound, value) in enumerate(zip(self._bound, values, strict=True)):
                self._refill(number, values[:number])
                setattr(bound.source, bound.trait, value)
        except Exception as error:
            self._fail(error)
        else:
            self._redraw()
        finally:
            self._placing = False

    def _moved(self, number: int) -> None:
        if self._placing:
            return
        self._placing = True  # refilling a dropdown moves it
        try:
            for later in range(number + 1, len(self._bound)):
                self._refill(later, self.values[:later])
        except Exception as error:
            self._fail(error)
        else:
            self._redraw()
        finally:
            self._placing = False

    def _refill(self, number: int, before: Sequence) -> None:
        control, dropdown = self.controls[number], self.inputs[number]
        if not isinstance(control, Options):
            return
        options = _options(control, before)
        if options != dropdown.options:
            index = min(dropdown.index, len(options) - 1)
            with dropdown.hold_sync():  # options and index reach the page together
                dropdown.options = options
                dropdown.index = index

    def _redraw(self) -> None:
        values = self.values
        if values == self._drawn_at:
            return
        try:
            frame = self._frame_at(*values)
            if frame.size != self.first_frame.size:
                raise ValueError(
                    f"a picture of size {frame.size} after one of {self.first_frame.size}; one size keeps "
                    "the page from jumping"
                )
        except Exception as error:  # ipywidgets would write it to a log that nobody reads
            self._fail(error)
            return
        self.frame, self.error, self._drawn_at = frame, None, values
        self._shown.value = page_of(frame)

    def _fail(self, error: Exception) -> None:
        self.error, self._drawn_at = error, None
        self._shown.value = page_without_picture(self.first_frame.size, _words_of(error))


@dataclass
class _Bound:
    """A control's widgets: `source.trait` holds the value."""

    source: widgets.Widget
    trait: str
    parts: list[widgets.Widget]
    links: list[widgets.Widget]
    round: Callable = lambda value: value

    @property
    def value(self):
        return self.round(getattr(self.source, self.trait))


def _bind(control: Control, before: Sequence) -> _Bound:
    if isinstance(control, Options):
        dropdown = widgets.Dropdown(
            options=_options(control, before),
            index=control.start,
            description=control.label,
            style={"description_width": "initial"},
            layout=widgets.Layout(width="auto"),
        )
        return _Bound(dropdown, "index", [dropdown], [])
    if isinstance(control, LogSlider):
        slider, box = _log_slider_and_box(control)
        return _Bound(box, "value", [slider, box], [], _rounded)
    if isinstance(control, Number):
        slider, box, link = slider_and_box(control.label, control.first, control.last, control.start)
        return _Bound(slider, "value", [slider, box], [link])
    source, parts, links = widgets_of(control)
    return _Bound(source, "value" if isinstance(control, Steps) else "index", parts, links)


def _log_slider_and_box(control: LogSlider) -> tuple[widgets.FloatLogSlider, widgets.BoundedFloatText]:
    low, high, start = (math.log10(value) for value in (control.low, control.high, control.start))
    step = (start - low or high - low) / 20  # the start is one of the slider's places, to come back to
    slider = widgets.FloatLogSlider(
        control.start,
        base=10,
        min=low,
        max=high,
        step=step,
        description=control.label,
        readout=False,
        style={"description_width": "initial"},
        layout=widgets.Layout(width="260px"),
    )
    slider.add_class("s2s-log")  # see kit._ON_LOAD
    name = f"{control.label} ({control.low:g}–{control.high:g})"
    box = widgets.BoundedFloatText(
        _rounded(control.start),
        min=control.low,
        max=control.high,
        description=name,
        style={"description_width": "initial"},
        layout=widgets.Layout(width=f"{8 * len(name) + 92}px"),
    )

    def to_box(_) -> None:
        # a number typed between two of the slider's places stays, though the page puts the slider at the nearer one
        if abs(math.log10(slider.value / box.value)) > step / 2:
            box.value = _rounded(slider.value)

    def to_slider(_) -> None:
        value = _rounded(box.value)
        if _rounded(slider.value) != value:  # else the slider is where it was dragged to: leave it
            slider.value = value
        box.value = value

    # Through the kernel, not by a link in the browser, which could not round.
    slider.observe(to_box, "value")
    box.observe(to_slider, "value")
    return slider, box


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def _options(control: Options, before: Sequence) -> tuple[str, ...]:
    options = tuple(control.options_at(*before))
    if not options:
        raise ValueError(f"{control.label}: there is nothing to choose from")
    return options


def _check_option(control: Options, index: int, options: Sequence[str], where: str = "") -> None:
    if index not in range(len(options)):
        verb = "starts at" if where else "is set to"
        raise ValueError(f"{where}{control.label!r} {verb} {index}, but its options are {list(options)}")


def _words_of(error: Exception) -> str:
    """An error as one line; the names of the package's own errors say nothing more than their words."""
    name = "" if type(error) is ValueError and str(error) else f"{type(error).__name__}: "
    return textwrap.shorten(f"Not possible here: {name}{error}", 160, placeholder=" …")
