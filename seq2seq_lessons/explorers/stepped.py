"""Stepped explorers: all pictures are drawn once, and the browser shows the one at the controls' positions.

A move therefore needs no kernel: it is as quick on a distant server as at home, and it works after the kernel was
stopped.
"""

from collections.abc import Callable, Sequence
from itertools import product

from .base import ExplorerBase
from .controls import Control
from .frames import Frame


class Explorer(ExplorerBase):
    """Controls above one picture, with a status line and the explorer's law.

    Args:
        title: one line that names the explorer.
        words: what the picture shows, without any number that a trained model decides (this is stored in the notebook,
            and nbval compares it).
        controls: one to three of `Steps`, `Number`, `Choice`.
        frame_at: called once for each combination of positions, in the controls' order; returns its `Frame`.

    Raises:
        ValueError: no control or more than three, one that starts outside its positions, or pictures of several sizes.
    """

    def __init__(self, title: str, words: str, controls: Sequence[Control], frame_at: Callable[..., Frame]):
        self._declare(title, words, controls)
        self.frames = {at: frame_at(*at) for at in product(*(control.places for control in controls))}
        self.first_frame = self.frames[self.start]
        sizes = {frame.size for frame in self.frames.values()}
        if len(sizes) > 1:
            raise ValueError(f"{title}: pictures of sizes {sorted(sizes)}; one size keeps the page from jumping")
        self._assemble(self.frames.values())

    @property
    def holds(self) -> bool:
        """Whether the law holds at every position."""
        return all(frame.law.holds for frame in self.frames.values())
