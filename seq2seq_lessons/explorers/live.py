"""Explorers with too many positions to draw beforehand: the running kernel draws a picture for each move.

They look like the stepped ones and use the same frames and laws. Every control is observed in the kernel, and the one
picture is replaced. Nothing is kept of earlier pictures. ipywidgets sends the next change of a control only when the
kernel has dealt with the last one, and sends the latest value then: fast moves skip pictures, and end at the right one.
"""

import textwrap
from collections.abc import Callable, Sequence

import ipywidgets as widgets

from .base import ExplorerBase
from .controls import Control
from .frames import Frame, Law


class LiveExplorer(ExplorerBase):
    """Controls above one picture, redrawn by the kernel at each move.

    `frame` is the one that is shown, `first_frame` that of the first position, which is stored in the notebook, and
    `error` what the last move raised, or None.

    Args:
        title, words: as in `stepped.Explorer`.
        controls: as in `stepped.Explorer`.
        frame_at: called with the controls' positions, in their order; returns a `Frame`, of one size always.
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
        for bound in self._bound:
            bound.source.observe(lambda _: self._redraw(), bound.trait)
        self.add_class("s2s-live")

    @property
    def values(self) -> tuple[int, ...]:
        """Where the controls stand, as `frame_at` gets it."""
        return tuple(getattr(bound.source, bound.trait) for bound in self._bound)

    @property
    def holds(self) -> bool:
        """Whether the law holds at the position shown."""
        return self.error is None and self.frame.law.holds

    @property
    def status(self) -> str:
        """What the status line says."""
        return self.frame.status if self.error is None else _words_of(self.error)

    def set(self, *values: int) -> Frame:
        """Move every control and redraw once, as a learner's moves would.

        Returns:
            the frame.

        Raises:
            ValueError: positions that the controls do not have; nothing moves then.
            Exception: what `frame_at` raises.
        """
        if len(values) != len(self.controls):
            raise ValueError(f"{self.title}: expected {len(self.controls)} values, got {values}")
        self._check(values)
        self._place(values)
        if self.error is not None:
            raise self.error
        return self.frame

    def _place(self, values: Sequence[int]) -> None:
        """Move every control, then draw one picture for all of them."""
        self._placing = True
        try:
            for bound, value in zip(self._bound, values, strict=True):
                setattr(bound.source, bound.trait, value)
        finally:
            self._placing = False
        self._redraw()

    def _redraw(self) -> None:
        """Draw what the controls say; what is raised becomes a line on the page."""
        values = self.values
        if self._placing or values == self._drawn_at:
            return
        try:
            self.frame, self.error, self._drawn_at = self._sized(self._frame_at(*values)), None, values
            self.picture.show([self.frame], self.controls)
        except Exception as error:  # ipywidgets would write it to a log that nobody reads
            self.error, self._drawn_at = error, None
            words = _words_of(error)
            empty = Frame(b"", f"No picture: {words}", self.first_frame.size, words, Law("", False))
            self.picture.show([empty], self.controls)

    def _sized(self, frame: Frame) -> Frame:
        if frame.size != self.first_frame.size:
            raise ValueError(
                f"a picture of size {frame.size} after one of {self.first_frame.size}; one size keeps the page from "
                "jumping"
            )
        return frame


def _words_of(error: Exception) -> str:
    """An error as one line; the names of the package's own errors say nothing more than their words."""
    name = "" if type(error) is ValueError and str(error) else f"{type(error).__name__}: "
    return textwrap.shorten(f"Not possible here: {name}{error}", 160, placeholder=" …")
