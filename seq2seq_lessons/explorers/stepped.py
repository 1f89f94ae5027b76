"""Stepped explorers: all pictures are drawn once, and linked to the controls in the browser.

Each position's picture is an `<img alt=…>` in a `widgets.HTML`; the HTMLs sit in a `widgets.Stack` (Stacks in a Stack
when there is a second control), and `jsdlink` ties the Stack's `selected_index` to the control. A move therefore
needs no kernel: it is as quick on a distant server as at home, and it works after the kernel was stopped.
"""

from collections.abc import Callable, Sequence
from itertools import product

import ipywidgets as widgets
from ipywidgets.widgets.widget_string import HTMLStyle

from .base import ExplorerBase
from .controls import Positions, Steps
from .frames import Frame, frame_layout, page_of


class Explorer(ExplorerBase):
    """Controls above one picture of fixed height, with a status line and the explorer's law.

    Args:
        title: one line that names the explorer.
        words: what the picture shows, without any number that a trained model decides (this is stored in the notebook,
            and nbval compares it).
        controls: one to three of `Steps`, `Number` and `Choice`.
        frame_at: called once for each combination of positions, in the controls' order; returns its `Frame`.

    Raises:
        ValueError: no control or more than three, one that starts outside its positions, or pictures of several sizes.
    """

    def __init__(self, title: str, words: str, controls: Sequence[Positions], frame_at: Callable[..., Frame]):
        self._declare(title, words, controls)
        self._ranges = [control.positions for control in controls]
        # Steps come innermost, so that a step rebuilds one picture and not a Stack.
        self._order = sorted(range(len(controls)), key=lambda number: isinstance(controls[number], Steps))
        self.frames = {at: frame_at(*at) for at in product(*self._ranges)}
        self.first_frame = self.frames[self.start]
        sizes = {frame.size for frame in self.frames.values()}
        if len(sizes) > 1:
            raise ValueError(f"{title}: pictures of sizes {sorted(sizes)}; one size keeps the page from jumping")

        self._bound = [control.bind(self.start) for control in controls]
        self.inputs = [bound.source for bound in self._bound]
        # One layout and one style for all frames: each would otherwise be a model of its own, sent to the browser.
        self._frame_layout, self._frame_style = frame_layout(self.first_frame.size), HTMLStyle()
        self._blank = self._html("")
        self._pages: dict[Frame, widgets.HTML] = {}
        self._made = [self._blank, *(link for bound in self._bound for link in bound.links)]
        self._assemble([part for bound in self._bound for part in bound.parts], self._stack({}))

    @property
    def holds(self) -> bool:
        """Whether the law holds at every position."""
        return all(frame.law.holds for frame in self.frames.values())

    def _html(self, value: str) -> widgets.HTML:
        return widgets.HTML(value, layout=self._frame_layout, style=self._frame_style)

    def _stack(self, placed: dict[int, int]) -> widgets.Widget:
        """What is shown once the controls in `placed` (number: position) are set: a Stack over the next, or a page."""
        if len(placed) == len(self.controls):
            return self._page(self.frames[tuple(placed[number] for number in sorted(placed))])
        number = self._order[len(placed)]
        positions, bound = self._ranges[number], self._bound[number]
        # jsdlink copies a number and cannot subtract, so index n must be position n: blanks fill what lies below.
        below = [self._blank] * positions.start
        stack = widgets.Stack(
            [*below, *(self._stack({**placed, number: at}) for at in positions)],
            selected_index=self.start[number],
            layout=widgets.Layout(height=self._frame_layout.height, width="100%", margin="0", overflow="hidden"),
        )
        self._made += [stack, widgets.jsdlink((bound.source, bound.trait), (stack, "selected_index"))]
        return stack

    def _page(self, frame: Frame) -> widgets.HTML:
        if frame not in self._pages:
            self._pages[frame] = self._html(page_of(frame))
            self._made.append(self._pages[frame])
        return self._pages[frame]
