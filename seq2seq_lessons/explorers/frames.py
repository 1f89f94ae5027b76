"""One position of an explorer: its picture, its words and its law; and the widget that shows one of many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import anywidget
import traitlets

from seq2seq_lessons.plots import Picture
from seq2seq_lessons.plots.style import Spots

from .controls import Control
from .modules import read, script


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
    """One position of an explorer.

    png, alt, size: the picture, its alt text, its size in CSS pixels. status: what is shown, in words. law: the law.
    spots, seen: as in `Picture`.
    """

    png: bytes
    alt: str
    size: tuple[int, int]
    status: str
    law: Law
    spots: tuple[Spots, ...] = ()
    seen: int | None = None


def frame_of(picture: Picture, status: str, law: Law) -> Frame:
    """The picture as it is now, as a frame."""
    return Frame(picture.png(), picture.alt, picture.css_size, status, law, tuple(picture.spots), picture.seen)


class Frames(anywidget.AnyWidget):
    """One of several pictures, chosen in the browser.

    pictures: the PNGs, each different one once. grids: what `Spots` say, likewise. frames: a dictionary for each
    combination of positions, the last control's running fastest, or one. shape: first position and number of positions
    of each control. at0, at1, at2: the controls' positions. title, controls: for a page that makes controls of its own.
    """

    _esm = script("elements", "frames")
    _css = read("frames.css")

    size = traitlets.Tuple((0, 0)).tag(sync=True)
    pictures: traitlets.List = traitlets.List().tag(sync=True)
    grids: traitlets.List = traitlets.List().tag(sync=True)
    frames: traitlets.List = traitlets.List().tag(sync=True)
    shape: traitlets.List = traitlets.List().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    controls: traitlets.List = traitlets.List().tag(sync=True)
    at0 = traitlets.Int(0).tag(sync=True)
    at1 = traitlets.Int(0).tag(sync=True)
    at2 = traitlets.Int(0).tag(sync=True)

    def show(self, frames: Iterable[Frame], controls: Sequence[Control]) -> None:
        """Replace what is shown, in one message."""
        with self.hold_sync():
            for name, value in page_state(frames, controls).items():
                setattr(self, name, value)


def page_state(frames: Iterable[Frame], controls: Sequence[Control]) -> dict[str, list]:
    """Pictures, grids and frames as the traits of `Frames` hold them; a spot names its control by the label."""
    pictures: dict[bytes, int] = {}
    grids: dict[Spots, int] = {}
    told: list[dict[str, Any]] = []
    for frame in frames:
        spots = [[grids.setdefault(each, len(grids)), frame.seen if each.columns else None] for each in frame.spots]
        picture = pictures.setdefault(frame.png, len(pictures)) if frame.png else -1
        words = {"alt": frame.alt, "status": frame.status, "law": frame.law.text, "holds": frame.law.holds}
        told.append({"picture": picture, "spots": spots} | words)
    numbers = {control.label: number for number, control in enumerate(controls)}
    places = [{"cell": each.cell, "words": each.words, "control": numbers.get(each.columns, -1)} for each in grids]
    return {"pictures": list(pictures), "grids": places, "frames": told}
