"""Explorers with open input (a temperature, a unit's number): the running kernel draws a picture for each move.

They look like the stepped ones and use the same frames and laws. Every control is observed in the kernel, and the one
picture is replaced. Nothing is kept of earlier pictures. ipywidgets sends the
next change of a control only when the kernel has dealt with the last one, and sends the latest value then: fast moves
skip pictures, and end at the right one.
"""

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from .base import ExplorerBase
from .controls import Control, Options
from .frames import Frame, Law


class LiveExplorer(ExplorerBase):
    """Controls above one picture, redrawn by the kernel at each move.

    `frame` is the one that is shown, `first_frame` that of the first position, which is stored in the notebook, and
    `error` what the last move raised, or None.

    Args:
        title, words: as in `stepped.Explorer`.
        controls: one to three of `Steps`, `Choice`, `Number`, `LogSlider`, `Options`.
        frame_at: called with one value per control, in the controls' order; returns a `Frame`, of one size always.
            What it raises at the first position is raised here; later, the page says it in one line.

    Raises:
        ValueError: no control or more than three, or one that starts outside its positions.
    """

    note = "(each move needs the running kernel)"

    def __init__(self, title: str, words: str, controls: Sequence[Control], frame_at: Callable[..., Frame]):
        self._declare(title, words, controls)
        self._frame_at = frame_at
        self.error: Exception | None = None
        self.first_frame = self.frame = frame_at(*self.start)
        self._drawn_at: tuple | None = self.start
        self._placing = False

        reset = widgets.Button(
            description="Reset", tooltip="back to the first position", layout=widgets.Layout(width="auto")
        )
        reset.on_click(lambda _: self._place(self.start))
        self._assemble([self.frame], reset)
        for number, bound in enumerate(self._bound):
            bound.source.observe(lambda _, number=number: self._moved(number), bound.trait)
        self.add_class("s2s-live")

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

    def set(self, *values: Any) -> Frame:
        """Move every control and redraw once, as a learner's moves would.

        Returns:
            the frame.

        Raises:
            ValueError: values that the controls do not have; nothing moves then.
            Exception: what `frame_at` raises.
        """
        if len(values) != len(self.controls):
            raise ValueError(f"{self.title}: expected {len(self.controls)} values, got {values}")
        self._check(values)
        self._place(values)
        if self.error is not None:
            raise self.error
        return self.frame

    def reset(self) -> Frame:
        """Back to the first position."""
        return self.set(*self.start)

    def _place(self, values: Sequence[Any]) -> None:
        def move() -> None:
            for number, (bound, value) in enumerate(zip(self._bound, values, strict=True)):
                self._refill(number)
                setattr(bound.source, bound.trait, value)

        self._redraw_after(move)

    def _moved(self, number: int) -> None:
        def refill() -> None:
            for later in range(number + 1, len(self._bound)):
                self._refill(later)

        if not self._placing:
            self._redraw_after(refill)

    def _redraw_after(self, move: Callable[[], None]) -> None:
        """Move controls, then draw one picture for all that has moved; what is raised becomes a line on the page."""
        self._placing = True
        try:
            move()
            self._redraw()
        except Exception as error:  # ipywidgets would write it to a log that nobody reads
            self.error, self._drawn_at = error, None
            words = _words_of(error)
            empty = Frame(b"", f"No picture: {words}", self.first_frame.size, words, Law("", False))
            self.picture.show([empty], self.controls)
        finally:
            self._placing = False

    def _refill(self, number: int) -> None:
        control, dropdown = self.controls[number], self.inputs[number]
        if not isinstance(control, Options):
            return
        options = control.options(self.values[:number])
        if options != dropdown.options:
            index = min(dropdown.index, len(options) - 1)
            with dropdown.hold_sync():  # options and index reach the page together
                dropdown.options = options
                dropdown.index = index

    def _redraw(self) -> None:
        values = self.values
        if values == self._drawn_at:
            return
        frame = self._frame_at(*values)
        if frame.size != self.first_frame.size:
            raise ValueError(
                f"a picture of size {frame.size} after one of {self.first_frame.size}; one size keeps the page from "
                "jumping"
            )
        self.frame, self.error, self._drawn_at = frame, None, values
        self.picture.show([frame], self.controls)


def _words_of(error: Exception) -> str:
    """An error as one line; the names of the package's own errors say nothing more than their words."""
    name = "" if type(error) is ValueError and str(error) else f"{type(error).__name__}: "
    return textwrap.shorten(f"Not possible here: {name}{error}", 160, placeholder=" …")
