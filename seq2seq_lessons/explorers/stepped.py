"""Stepped explorers: all pictures are drawn once, and the browser shows the one at the controls' positions.

A move therefore needs no kernel: it is as quick on a distant server as at home, and it works after the kernel was
stopped.
"""

from collections.abc import Callable, Sequence
from itertools import product

import ipywidgets as widgets

from .base import ExplorerBase
from .controls import Options, Positions
from .frames import Frame


class Explorer(ExplorerBase):
    """Controls above one picture, with a status line and the explorer's law.

    Args:
        title: one line that names the explorer.
        words: what the picture shows, without any number that a trained model decides (this is stored in the notebook,
            and nbval compares it).
        controls: one to three of `Steps`, `Number`, `Choice` and one `Options`, whose lists must all be equally long;
            its frames carry them as `labels`.
        frame_at: called once for each combination of positions, in the controls' order; returns its `Frame`.

    Raises:
        ValueError: no control or more than three, one that starts outside its positions, or pictures of several sizes.
    """

    def __init__(self, title: str, words: str, controls: Sequence[Positions], frame_at: Callable[..., Frame]):
        self._declare(title, words, controls)
        ranges = [control.places(self.start[:number]) for number, control in enumerate(controls)]
        self.frames = {at: frame_at(*at) for at in product(*ranges)}
        self.first_frame = self.frames[self.start]
        sizes = {frame.size for frame in self.frames.values()}
        if len(sizes) > 1:
            raise ValueError(f"{title}: pictures of sizes {sorted(sizes)}; one size keeps the page from jumping")
        self._assemble(self.frames.values())
        for control, dropdown in zip(controls, self.inputs, strict=True):
            if isinstance(control, Options):
                self._links.append(widgets.jsdlink((self.picture, "labels"), (dropdown, "_options_labels")))

    @property
    def holds(self) -> bool:
        """Whether the law holds at every position."""
        return all(frame.law.holds for frame in self.frames.values())
