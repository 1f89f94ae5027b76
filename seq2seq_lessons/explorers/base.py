"""What stepped and live explorers share: the parts of the page, what is stored in a notebook, freeing."""

import base64
import html
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import ipywidgets as widgets

from seq2seq_lessons.plots.style import stored

from .controls import Control
from .frames import LINE, Frame
from .rerun import remember

_STYLE = f"<style>{(files(__package__) / 'page.css').read_text('utf-8')}</style>"
_STATUS_ROOM = 44  # CSS pixels; two lines of status fit


class ExplorerBase(widgets.VBox):
    """Controls above one picture of fixed height, with a status line and the explorer's law.

    A subclass calls `_declare`, makes `first_frame` and what is shown, and calls `_assemble`.
    """

    first_frame: Frame
    note = ""  # one line beside the title

    def _declare(self, title: str, words: str, controls: Sequence[Control]) -> None:
        if not 1 <= len(controls) <= 3:
            raise ValueError(f"{title}: {len(controls)} controls; an explorer has one to three")
        self.title, self.words, self.controls = title, words, tuple(controls)
        self._made: list[widgets.Widget] = []  # to be closed, beside what stands in the page
        start: list[Any] = []
        for control in controls:
            control.check(control.start_position, start)
            start.append(control.start_position)
        self.start = tuple(start)

    def _assemble(self, parts: Sequence[widgets.Widget], shown: widgets.Widget) -> None:
        """Title with the note beside it, controls in a row, an empty status line, what is shown."""
        status = widgets.HTML(
            f"<div role='status' aria-live='polite' aria-atomic='true' "
            f"style='{LINE}min-height:{_STATUS_ROOM}px'></div>",
            layout=widgets.Layout(margin="0"),
        )
        beside = f" <span style='font-weight:400'>{html.escape(self.note)}</span>" if self.note else ""
        heading = widgets.HTML(f"{_STYLE}<div style='{LINE}font-weight:600'>{html.escape(self.title)}{beside}</div>")
        bar = widgets.HBox(
            list(parts), layout=widgets.Layout(flex_flow="row wrap", align_items="center", overflow="visible")
        )
        super().__init__([heading, bar, status, shown], layout=widgets.Layout(overflow="visible", padding="4px"))
        self.add_class("s2s-explorer")

    def close(self) -> None:
        """Free the browser's and the kernel's copies of every picture; the explorer cannot be used afterwards."""
        made, self._made = getattr(self, "_made", []), []  # ipywidgets also closes what was refused half-built
        for widget in (*made, *_below(self)):
            free(widget)
        if made:
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
        bundle = super()._repr_mimebundle_(**kwargs)
        frame = self.first_frame
        width, height = frame.size
        bundle["image/png"] = base64.b64encode(stored(frame.png)).decode()
        bundle["text/plain"] = self.in_words
        return bundle, {"image/png": {"alt": frame.alt, "width": width, "height": height}}


def free(widget: widgets.Widget) -> None:
    """Close a widget with its style and its layout, which are widgets too."""
    for part in ("style", "layout"):
        if widget.has_trait(part):
            getattr(widget, part).close()
    widget.close()


def _below(widget: widgets.Widget) -> list[widgets.Widget]:
    """Every widget inside a container."""
    return [inner for child in getattr(widget, "children", ()) for inner in (child, *_below(child))]
