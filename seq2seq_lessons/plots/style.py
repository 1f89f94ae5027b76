"""The look shared by every picture: sizes, colours, and a Figure that knows its own alt text.

Pictures are drawn on `matplotlib.figure.Figure` without pyplot: nothing is registered globally, so nothing leaks,
and no global setting of the reader's notebook changes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

CSS_DPI = 96  # a CSS pixel is 1/96 inch, so 11 pt in a figure is 11 pt on the page
SCALE = 1.5  # image pixels per CSS pixel: crisp on dense screens, still quick to draw and decode
TICK_SIZE, LABEL_SIZE = 11, 12
WIDTH = 7.2  # inches; 691 CSS pixels fit a notebook cell beside an open file browser

STATE_MAP, SHARE_MAP = "RdBu_r", "cividis"
ORANGE, BLUE, GREEN, GREY, INK = "#D55E00", "#0072B2", "#00785A", "#767676", "#1A1A1A"  # colour-blind safe on white


class Picture(Figure):
    """A Figure with words beside it.

    words: what the picture is, without any number that a trained model decides (stored as text/plain, which
        nbval compares).
    alt: `words` and what the data shows, for a reader who cannot see the picture.

    A picture made of steps also has `show(position)`, which moves it to that position and updates `alt`.
    """

    def __init__(self, width: float = WIDTH, height: float = 3.2, *, words: str):
        # An even number of CSS pixels is a whole number of image pixels: the page need not resample.
        width, height = (round(inches * CSS_DPI / 2) * 2 / CSS_DPI for inches in (width, height))
        super().__init__(figsize=(width, height), dpi=CSS_DPI * SCALE, facecolor="white", layout=None)
        FigureCanvasAgg(self)
        self.words = words
        self.alt = words
        self._moving: Sequence = ()
        self._show: Callable[[int], str] | None = None
        self._background = None

    @property
    def css_size(self) -> tuple[int, int]:
        """Width and height on the page, in CSS pixels."""
        width, height = self.get_size_inches()
        return round(width * CSS_DPI), round(height * CSS_DPI)

    def animate(self, moving: Sequence, show: Callable[[int], str]) -> None:
        """Declare the artists that change between steps; `show(position)` updates them and returns the alt text.

        Everything else is drawn once and kept, so a step costs a few milliseconds.
        """
        self._moving, self._show = tuple(moving), show
        for artist in self._moving:
            artist.set_animated(True)

    def show(self, position: int) -> Picture:
        """Move a stepped picture to `position`; returns the picture itself."""
        if self._show is None:
            raise ValueError("this picture has a single state: only a picture drawn with steps has positions to show")
        self.alt = self._show(position)
        return self

    def png(self) -> bytes:
        """The picture as PNG bytes, at SCALE image pixels per CSS pixel."""
        canvas = self.canvas
        if self._background is None:
            canvas.draw()
            if self._moving:
                self._background = canvas.copy_from_bbox(self.bbox)
        else:
            canvas.restore_region(self._background)
        for artist in self._moving:
            self.draw_artist(artist)
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "PNG", compress_level=1)
        return out.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        width, height = self.css_size
        data = {"image/png": stored(self.png()), "text/plain": self.words}
        return data, {"image/png": {"alt": self.alt, "width": width, "height": height}}


def stored(png: bytes) -> bytes:
    """The same picture for keeping in a notebook: 256 colours (no channel off by more than about 4 of 255), a third
    of the size. Too slow for every frame of an explorer."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        small = image.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(out, "PNG", compress_level=9)
    return out.getvalue()


def style_axes(ax, xlabel: str = "", ylabel: str = "") -> None:
    """Axis names (with units) and tick labels in readable sizes; no box where it says nothing."""
    ax.set_xlabel(xlabel, fontsize=LABEL_SIZE, color=INK)
    ax.set_ylabel(ylabel, fontsize=LABEL_SIZE, color=INK)
    ax.tick_params(labelsize=TICK_SIZE, colors=INK)
    ax.spines[["top", "right"]].set_visible(False)


def colour_bar(
    picture: Picture, image, box: tuple[float, float, float, float], label: str, *, extend: str = "neither"
) -> None:
    """A colour scale with three ticks in `box` (left, bottom, width, height as fractions of the picture)."""
    low, high = image.get_clim()
    bar = picture.colorbar(image, cax=picture.add_axes(box), ticks=[low, (low + high) / 2, high], extend=extend)
    bar.set_label(label, fontsize=LABEL_SIZE, color=INK)
    bar.ax.tick_params(labelsize=TICK_SIZE, colors=INK)
    bar.outline.set_visible(False)


def as_matrix(values, what: str) -> np.ndarray:
    """A float array of two dimensions, from a tensor, list or array; ValueError says what was given instead."""
    array = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values, dtype=float)
    if array.ndim != 2:
        raise ValueError(f"{what}: expected an array of shape (steps, units), got shape {array.shape}")
    return array
