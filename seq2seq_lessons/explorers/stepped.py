"""The one pattern behind every stepped explorer: all pictures drawn once, linked to the controls in the browser.

Each position's picture is an `<img alt=…>` in a `widgets.HTML`; the HTMLs sit in a `widgets.Stack` (Stacks in a Stack
when there is a second control), and `jsdlink` ties the Stack's `selected_index` to the control. A move therefore
needs no kernel: it is as quick on a distant server as at home, and it works after the kernel was stopped.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import ipywidgets as widgets
from ipywidgets.widgets.widget_string import HTMLStyle

from seq2seq_lessons.plots import Picture
from seq2seq_lessons.plots.style import stored

from .rerun import remember

PLAY_INTERVAL_MS = 700  # never under 500: a screen reader has to finish its sentence

# A Stack throws its old child away and builds the new one, and an HTML widget replaces its whole content, so text
# inside either is not announced by screen readers: an aria-live region has to stay in the page while its text
# changes. ipywidgets cannot map a step to words in the browser either. So each picture carries its own words and,
# once it is on the page, writes them into the one status line of its explorer. The same handler gives names to what
# ipywidgets leaves nameless: the slider's handle and Play's two buttons, and a logarithmic slider says the number in
# its box instead of the exponent. A page that forbids inline handlers keeps
# an empty status line; nothing else is lost.
_ON_LOAD = (
    "const e=this.closest('.s2s-explorer');if(!e)return;"
    "const l=e.querySelector('[role=status]');"
    "if(l&&l.textContent!==this.dataset.status)l.textContent=this.dataset.status;"
    "for(const s of e.querySelectorAll('.widget-slider'))"
    "s.querySelector('.noUi-handle')?.setAttribute('aria-label',s.querySelector('label').textContent);"
    "for(const p of e.querySelectorAll('.widget-play'))"
    "['play or pause','stop and go back to the first step'].forEach((n,i)=>"
    "{const b=p.querySelectorAll('button')[i];b.setAttribute('aria-label',n);b.title=n});"
    "for(const s of e.querySelectorAll('.s2s-log'))s.querySelector('.noUi-handle')?.setAttribute('aria-valuetext',"
    "s.nextElementSibling.querySelector('input').value)"
)
# In the dark theme a pressed button is hardly darker than its neighbours. After a restart of the kernel ipywidgets
# puts a broken chain before every widget: a stepped explorer moves all the same, and a live one says it in words.
_STYLE = (
    "<style>.s2s-explorer .widget-toggle-button.mod-active{outline:2px solid var(--jp-brand-color1,#1976d2);"
    "outline-offset:-2px}"
    ".jupyter-widgets-disconnected:is(.s2s-explorer,.s2s-explorer *)::before{content:none}"
    ".jupyter-widgets-disconnected.s2s-live::before{content:'The kernel was restarted: this picture no longer follows "
    "the controls. Run the cell again.';display:block;padding:0;font:600 14px/20px sans-serif;color:#B00020;"
    "background:#fff}"
    ".jupyter-widgets-disconnected.s2s-live>:last-child{opacity:.3}</style>"
)
_LINE = "font-size:14px;line-height:20px;color:var(--jp-content-font-color1,inherit);"
_WRONG = "color:#B00020;font-weight:600;background:#fff;"
_NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="  # one white pixel
_LAW_ROOM, _STATUS_ROOM = 28, 44  # CSS pixels; two lines of status fit


@dataclass(frozen=True)
class Law:
    """A statement that an explorer makes about its own numbers, and whether the numbers obey it."""

    text: str
    holds: bool

    @property
    def line(self) -> str:
        return f"{'✓' if self.holds else '✗'} {self.text}"


@dataclass(frozen=True)
class Frame:
    """One position of an explorer: the picture (PNG, alt text, size in CSS pixels), the status in words, the law."""

    png: bytes
    alt: str
    size: tuple[int, int]
    status: str
    law: Law


@dataclass(frozen=True)
class Steps:
    """A slider over whole numbers first … last with its number box and Play; it starts at `start`."""

    last: int
    first: int = 1
    start: int | None = None
    label: str = "step"

    @property
    def positions(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def start_position(self) -> int:
        return self.first if self.start is None else self.start

    @property
    def words(self) -> str:
        return f"{self.label} {self.first} to {self.last}"


@dataclass(frozen=True)
class Choice:
    """A row of buttons, one of which is pressed; its positions are 0, 1, …; it starts at `start`."""

    label: str
    options: Sequence[str]
    start: int = 0

    @property
    def positions(self) -> range:
        return range(len(self.options))

    @property
    def start_position(self) -> int:
        return self.start

    @property
    def words(self) -> str:
        return f"{self.label}: {' | '.join(self.options)}"


def frame_of(picture: Picture, status: str, law: Law) -> Frame:
    """The picture as it is now, as a frame."""
    return Frame(picture.png(), picture.alt, picture.css_size, status, law)


class ExplorerBase(widgets.VBox):
    """What stepped and live explorers share: the parts of the page, the fallback for whoever sees no widgets, freeing.

    A subclass calls `_declare`, makes `first_frame` and what is shown, and calls `_assemble`.
    """

    first_frame: Frame
    note = ""  # one line beside the title

    def _declare(self, title: str, words: str, controls: Sequence) -> None:
        if not 1 <= len(controls) <= 3:
            raise ValueError(f"{title}: {len(controls)} controls; an explorer has one to three")
        self.title, self.words, self.controls = title, words, tuple(controls)
        self._made: list[widgets.Widget] = []  # to be closed, beside what stands in the page

    def _assemble(self, parts: Sequence[widgets.Widget], shown: widgets.Widget) -> None:
        """Title with the note beside it, controls in a row, an empty status line, what is shown."""
        status = widgets.HTML(
            f"<div role='status' aria-live='polite' aria-atomic='true' "
            f"style='{_LINE}min-height:{_STATUS_ROOM}px'></div>",
            layout=widgets.Layout(margin="0"),
        )
        beside = f" <span style='font-weight:400'>{html.escape(self.note)}</span>" if self.note else ""
        heading = widgets.HTML(f"{_STYLE}<div style='{_LINE}font-weight:600'>{html.escape(self.title)}{beside}</div>")
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


class Explorer(ExplorerBase):
    """Controls above one picture of fixed height, with a status line and the explorer's law.

    title: one line that names the explorer.
    words: what the picture shows, without any number that a trained model decides (this is stored in the notebook,
        and nbval compares it).
    controls: one to three of `Steps` and `Choice`.
    frame_at: called once for each combination of positions, in the controls' order; returns its `Frame`.

    ValueError for no control or more than three, one that starts outside its positions, or pictures of several sizes.
    """

    def __init__(self, title: str, words: str, controls: Sequence[Steps | Choice], frame_at: Callable[..., Frame]):
        self._declare(title, words, controls)
        for control in controls:
            check_start(title, control)
        self.frames = {at: frame_at(*at) for at in product(*(control.positions for control in controls))}
        self.start = tuple(control.start_position for control in controls)
        sizes = {frame.size for frame in self.frames.values()}
        if len(sizes) > 1:
            raise ValueError(f"{title}: pictures of sizes {sorted(sizes)}; one size keeps the page from jumping")

        made = [widgets_of(control) for control in controls]
        self.inputs = [bound for bound, _, _ in made]
        # One layout and one style for all frames: each would otherwise be a model of its own, sent to the browser.
        self._frame_layout, self._frame_style = frame_layout(self.first_frame.size), HTMLStyle()
        self._blank = self._html("")
        self._pages: dict[Frame, widgets.HTML] = {}
        self._made = [self._blank, *(link for _, _, links in made for link in links)]
        stack = self._stack({}, self._frame_layout.height)
        self._assemble([part for _, parts, _ in made for part in parts], stack)

    @property
    def first_frame(self) -> Frame:
        """The frame at the start position."""
        return self.frames[self.start]

    @property
    def holds(self) -> bool:
        """Whether the law holds at every position."""
        return all(frame.law.holds for frame in self.frames.values())

    def _html(self, value: str) -> widgets.HTML:
        return widgets.HTML(value, layout=self._frame_layout, style=self._frame_style)

    def _stack(self, placed: dict[int, int], room: str):
        """What is shown once the controls in `placed` (number: position) are set: a Stack over the next, or a page.

        Steps come innermost, so that a step rebuilds one picture and not a Stack.
        """
        numbers = range(len(self.controls))
        waiting = sorted(set(numbers) - set(placed), key=lambda number: isinstance(self.controls[number], Steps))
        if not waiting:
            return self._page(self.frames[tuple(placed[number] for number in numbers)])
        number, control = waiting[0], self.controls[waiting[0]]
        # jsdlink copies a number and cannot subtract, so index n must be position n: blanks fill what lies below.
        below = [self._blank] * control.positions.start
        stack = widgets.Stack(
            [*below, *(self._stack({**placed, number: at}, room) for at in control.positions)],
            selected_index=control.start_position,
            layout=widgets.Layout(height=room, width="100%", margin="0", overflow="hidden"),
        )
        name = "value" if isinstance(control, Steps) else "index"
        self._made += [stack, widgets.jsdlink((self.inputs[number], name), (stack, "selected_index"))]
        return stack

    def _page(self, frame: Frame) -> widgets.HTML:
        if frame not in self._pages:
            self._pages[frame] = self._html(page_of(frame))
            self._made.append(self._pages[frame])
        return self._pages[frame]


def check_start(title: str, control) -> None:
    """ValueError if a control with whole positions starts at none of them."""
    if control.start_position not in control.positions:
        raise ValueError(
            f"{title}: {control.label!r} starts at {control.start_position}, "
            f"but its positions are {list(control.positions)}"
        )


def frame_layout(size: tuple[int, int]) -> widgets.Layout:
    """Room of fixed height for a picture of `size` and the law below it."""
    return widgets.Layout(height=f"{size[1] + _LAW_ROOM + 12}px", width="100%", margin="0", overflow="hidden")


def page_of(frame: Frame) -> str:
    """A frame as HTML: the picture, which writes its status line once it is on the page, and the law."""
    data = base64.b64encode(frame.png).decode()
    colour = "" if frame.law.holds else _WRONG
    return _page(f"data:image/png;base64,{data}", frame.alt, frame.size, frame.status, frame.law.line, colour)


def page_without_picture(size: tuple[int, int], words: str) -> str:
    """An empty card of a picture's size; `words` stand in the status line and below the card."""
    return _page(_NOTHING, f"No picture: {words}", size, words, words, _WRONG)


def _page(source: str, alt: str, size: tuple[int, int], status: str, line: str, colour: str) -> str:
    return (
        f'<img alt="{html.escape(alt)}" data-status="{html.escape(status)}" width="{size[0]}" height="{size[1]}" '
        f'decoding="sync" style="display:block;background:#fff;border-radius:4px" src="{source}" '
        f'onload="{html.escape(_ON_LOAD)}">'
        f'<div style="{_LINE}{colour}margin-top:4px">{html.escape(line)}</div>'
    )


def free(widget: widgets.Widget) -> None:
    """Close a widget with its style and its layout, which are widgets too."""
    for part in ("style", "layout"):
        if widget.has_trait(part):
            getattr(widget, part).close()
    widget.close()


def _below(widget: widgets.Widget) -> list[widgets.Widget]:
    """Every widget inside a container."""
    return [inner for child in getattr(widget, "children", ()) for inner in (child, *_below(child))]


def widgets_of(control: Steps | Choice):
    """The widget that holds a control's value, all that is shown for it, and the links between them."""
    if isinstance(control, Choice):
        buttons = widgets.ToggleButtons(
            options=list(control.options),
            index=control.start,
            style={"button_width": "auto"},
            layout=widgets.Layout(width="auto"),
        )
        label = widgets.Label(f"{control.label}:", layout=widgets.Layout(width="auto", margin="2px"))
        beside = widgets.Layout(align_items="center", margin="0 12px 0 0")
        return buttons, [widgets.HBox([label, buttons], layout=beside)], []
    first, last, start = control.first, control.last, control.start_position
    slider, box, link = slider_and_box(control.label, first, last, start)
    play = widgets.Play(
        value=start,
        min=first,
        max=last,
        interval=PLAY_INTERVAL_MS,
        show_repeat=False,
        layout=widgets.Layout(width="80px"),
    )
    return slider, [play, slider, box], [link, widgets.jslink((slider, "value"), (play, "value"))]


def slider_and_box(label: str, first: int, last: int, start: int):
    """A slider over whole numbers, the number box that goes with it, and the link between them in the browser."""
    slider = widgets.IntSlider(
        start,
        first,
        last,
        description=label,
        readout=False,
        style={"description_width": "initial"},
        layout=widgets.Layout(width="260px"),
    )
    name = f"{label} ({first}–{last})"  # the box's <label>, and so its accessible name
    box = widgets.BoundedIntText(
        start,
        first,
        last,
        description=name,
        style={"description_width": "initial"},
        layout=widgets.Layout(width=f"{8 * len(name) + 72}px"),
    )
    return slider, box, widgets.jslink((slider, "value"), (box, "value"))
