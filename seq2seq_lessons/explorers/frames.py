"""One position of an explorer: its picture, its words and its law, and how they look on the page."""

import base64
import html
from dataclasses import dataclass
from importlib.resources import files

import ipywidgets as widgets

from seq2seq_lessons.plots import Picture

_SCRIPT = (files(__package__) / "page.js").read_text("utf-8").splitlines()
# It stands in every picture: without the comments and the indents.
_ON_LOAD = "\n".join(line.strip() for line in _SCRIPT if not line.startswith("//")) + "shown(this)"
LINE = "font-size:14px;line-height:20px;color:var(--jp-content-font-color1,inherit);"
_WRONG = "color:#B00020;font-weight:600;background:#fff;"
_NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="  # one white pixel
_LAW_ROOM = 28  # CSS pixels


@dataclass(frozen=True)
class Law:
    """A statement that an explorer makes about its own numbers, and whether the numbers obey it."""

    text: str
    holds: bool

    @property
    def line(self) -> str:
        """The statement behind a sign for whether it holds."""
        return f"{'✓' if self.holds else '✗'} {self.text}"


@dataclass(frozen=True)
class Frame:
    """One position of an explorer: the picture (PNG, alt text, size in CSS pixels), the status in words, the law."""

    png: bytes
    alt: str
    size: tuple[int, int]
    status: str
    law: Law


def frame_of(picture: Picture, status: str, law: Law) -> Frame:
    """The picture as it is now, as a frame."""
    return Frame(picture.png(), picture.alt, picture.css_size, status, law)


def frame_layout(size: tuple[int, int]) -> widgets.Layout:
    """Room of fixed height for a picture of `size` and the law below it."""
    return widgets.Layout(height=f"{size[1] + _LAW_ROOM + 12}px", width="100%", margin="0", overflow="hidden")


def page_of(frame: Frame) -> str:
    """A frame as HTML: the picture, which writes its status line once it is on the page, and the law."""
    data = base64.b64encode(frame.png).decode()
    colour = "" if frame.law.holds else _WRONG
    picture = _image(f"data:image/png;base64,{data}", frame.alt, frame.size, frame.status)
    return picture + _line(frame.law.line, colour)


def page_without_picture(size: tuple[int, int], words: str) -> str:
    """An empty card of a picture's size; `words` stand in the status line and below the card."""
    return _image(_NOTHING, f"No picture: {words}", size, words) + _line(words, _WRONG)


def _image(source: str, alt: str, size: tuple[int, int], status: str) -> str:
    return (
        f'<img alt="{html.escape(alt)}" data-status="{html.escape(status)}" width="{size[0]}" height="{size[1]}" '
        f'decoding="sync" style="display:block;background:#fff;border-radius:4px" src="{source}" '
        f'onload="{html.escape(_ON_LOAD)}">'
    )


def _line(text: str, colour: str) -> str:
    return f'<div style="{LINE}{colour}margin-top:4px">{html.escape(text)}</div>'
