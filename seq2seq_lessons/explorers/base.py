"""What stepped and live explorers share: the parts of the page, what is stored in a notebook, freeing."""

import html
from collections.abc import Iterable, Sequence

import ipywidgets as widgets

from seq2seq_lessons.plots.style import still

from .controls import Control
from .frames import Frame, Frames, page_state
from .labels import row
from .rerun import remember

MOST_CONTROLS = 3  # Frames has a trait for each


class ExplorerBase(widgets.VBox):
    """Controls above one picture, with a status line and the explorer's law.

    A subclass calls `_declare`, makes `first_frame`, and calls `_assemble`. `inputs` are the widgets that hold the
    controls' values, `picture` is the `Frames` below them.
    """

    first_frame: Frame
    note = ""  # one line beside the title

    def _declare(self, title: str, words: str, controls: Sequence[Control]) -> None:
        if not 1 <= len(controls) <= MOST_CONTROLS:
            raise ValueError(f"{title}: {len(controls)} controls; an explorer has one to three")
        self.title, self.words, self.controls = title, words, tuple(controls)
        self._links: list[widgets.Widget] = []
        self.start = tuple(control.start for control in controls)
        self._check(self.start)

    def _check(self, values: Sequence[int]) -> None:
        for control, value in zip(self.controls, values, strict=True):
            control.check(value)

    def _assemble(self, frames: Iterable[Frame], *more: widgets.Widget) -> None:
        """Title, controls in a row with `more` behind them, and the frames, which are linked to the controls."""
        at = {f"at{number}": place for number, place in enumerate(self.start)}
        shape = [[control.places.start, len(control.places)] for control in self.controls]
        told = {"title": self.title, "controls": [control.told for control in self.controls]}
        state = page_state(frames, self.controls)
        self.picture = Frames(size=self.first_frame.size, shape=shape, **at, **told, **state)
        self._bound = [control.bind() for control in self.controls]
        for name, bound in zip(at, self._bound, strict=True):
            self._links += [*bound.links, widgets.jslink((bound.source, bound.trait), (self.picture, name))]
        self.inputs = [bound.source for bound in self._bound]
        title = f"<div class='s2s-title'><b>{html.escape(self.title)}</b> {html.escape(self.note)}</div>"
        heading = widgets.HTML(title, layout=widgets.Layout(margin="0"))
        bar = row([*(row(bound.parts) for bound in self._bound), *more])
        super().__init__([heading, bar, self.picture], layout=widgets.Layout(overflow="visible", padding="4px"))
        self.add_class("s2s-explorer")

    def close(self) -> None:
        """Free the browser's and the kernel's copies of every picture; the explorer cannot be used afterwards."""
        links, self._links = getattr(self, "_links", []), []  # ipywidgets also closes what was refused half-built
        for widget in (*links, *below(self)):
            free(widget)
        if links:
            self.layout.close()
        super().close()

    def __repr__(self) -> str:
        if self.comm is None:
            return f"{self.title}: closed. Run the cell that makes it to have it again."
        return super().__repr__()

    @property
    def in_words(self) -> str:
        """What is stored for whoever sees no picture."""
        lines = (
            self.title,
            self.words,
            "Controls: " + "; ".join(control.words for control in self.controls),
            self.note,
            self.first_frame.law.line,
        )
        return "\n".join(line for line in lines if line)

    def _repr_mimebundle_(self, **kwargs):
        """The live widget, and for whoever cannot run it the first picture and a few sentences."""
        remember(self)
        frame = self.first_frame
        data, metadata = still(frame.png, frame.alt, frame.size, self.in_words)
        return super()._repr_mimebundle_(**kwargs) | data, metadata


def free(widget: widgets.Widget) -> None:
    """Close a widget with its style and its layout, which are widgets too."""
    for part in ("style", "layout"):
        if widget.has_trait(part):
            getattr(widget, part).close()
    widget.close()


def below(widget: widgets.Widget) -> list[widgets.Widget]:
    """Every widget inside a container."""
    return [inner for child in getattr(widget, "children", ()) for inner in (child, *below(child))]
