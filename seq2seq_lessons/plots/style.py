"""The look shared by every picture: sizes, colours, and a Figure that knows its own alt text.

Pictures are drawn on `matplotlib.figure.Figure` without pyplot: nothing is registered globally, so nothing leaks,
and no global setting of the reader's notebook changes.
"""

import base64
import html
import io
import unicodedata
import warnings
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from PIL import Image

CSS_DPI = 96  # a CSS pixel is 1/96 inch, so 11 pt in a figure is 11 pt on the page
SCALE = 1.5  # image pixels per CSS pixel: crisp on dense screens, still quick to draw and decode
TICK_SIZE, LABEL_SIZE = 11, 12
WIDTH = 7.2  # inches; 691 CSS pixels fit a notebook cell beside an open file browser

STATE_MAP, SHARE_MAP = "RdBu_r", "cividis"
ORANGE, BLUE, GREEN, PURPLE = "#D55E00", "#0072B2", "#00785A", "#8A3A84"  # colour-blind safe on white
GREY, INK = "#767676", "#1A1A1A"
BLUE_TINT, ORANGE_TINT, GREY_TINT = "#CFE5F5", "#FBDCC4", "#EDEDED"  # dark text reads on each

Look = dict[str, Any]  # how an artist looks: matplotlib's keyword arguments


@dataclass(frozen=True)
class Spots:
    """A grid of equal places in a picture, each of which has something to say.

    Attributes:
        box: its left, top, width and height, in CSS pixels of the picture.
        words: rows of places; "" where there is nothing to say.
        columns: what a click on a column sets, the first column being 1: the label of an explorer's control, or "".
    """

    box: tuple[float, float, float, float]
    words: tuple[tuple[str, ...], ...]
    columns: str = ""

    @property
    def cell(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the first place."""
        left, top, width, height = self.box
        return left, top, width / len(self.words[0]), height / len(self.words)


class Picture(Figure):
    """A Figure with words beside it.

    A picture made of steps also has `show(position)`, which moves it to that position and updates `alt`.

    Attributes:
        words: what the picture is, without any number that a trained model decides (stored as text/plain, which nbval
            compares).
        alt: `words` and what the data shows, for a reader who cannot see the picture.
        spots: what an explorer tells of the place under the pointer.
        seen: how many columns of `spots` are to be told; all when None.
    """

    canvas: FigureCanvasAgg

    def __init__(self, width: float = WIDTH, height: float = 3.2, *, words: str):
        # An even number of CSS pixels is a whole number of image pixels: the page need not resample.
        width, height = (round(inches * CSS_DPI / 2) * 2 / CSS_DPI for inches in (width, height))
        super().__init__(figsize=(width, height), dpi=CSS_DPI * SCALE, facecolor="white", layout=None)
        FigureCanvasAgg(self)
        self.words = words
        self.alt = words
        self.spots: list[Spots] = []
        self.seen: int | None = None
        self._moving: Sequence[Artist] = ()
        self._show: Callable[[Any], str] | None = None
        self._background: Any = None

    @property
    def css_size(self) -> tuple[int, int]:
        """Width and height on the page, in CSS pixels."""
        width, height = self.get_size_inches()
        return round(width * CSS_DPI), round(height * CSS_DPI)

    def animate(self, moving: Sequence[Artist], show: Callable[[Any], str]) -> None:
        """Declare what changes between steps: everything else is drawn once, so a step costs a few milliseconds.

        Args:
            moving: the artists that change.
            show: called with a position, updates them and returns the alt text.
        """
        self._moving, self._show = tuple(moving), show
        for artist in self._moving:
            artist.set_animated(True)

    def show(self, position: Hashable) -> Self:  # type: ignore[override]  # a Figure's own show opens a window
        """Move a stepped picture to `position`, of the kind that its drawing function names; returns the picture."""
        if self._show is None:
            raise ValueError("this picture has a single state: only a picture drawn with steps has positions to show")
        self.alt = self._show(position)
        return self

    def png(self) -> bytes:
        """The picture as PNG bytes, at SCALE image pixels per CSS pixel."""
        canvas = self.canvas
        changed = [self] if self._background is None else self._moving
        give_fonts(text for artist in changed for text in artist.findobj(Text))
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from")  # `give_fonts` has said it, once
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

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        return still(self.png(), self.alt, self.css_size, self.words)


def still(png: bytes, alt: str, size: tuple[int, int], words: str) -> tuple[dict[str, str], dict[str, dict]]:
    """A picture for whoever asks: data and metadata of a mimebundle.

    JupyterLab shows the text/html, since it gives an image/png no alt text; `make lessons` keeps the image/png only, so
    that a notebook holds a picture once.
    """
    data = base64.b64encode(stored(png)).decode()
    about = {"alt": alt, "width": size[0], "height": size[1]}
    return {"image/png": data, "text/html": image_html(data, alt, size), "text/plain": words}, {"image/png": about}


def image_html(data: str, alt: str, size: tuple[int, int]) -> str:
    """An `<img>` of a PNG in base64, on a white card that shrinks with its room."""
    return (
        f'<img alt="{html.escape(alt)}" width="{size[0]}" height="{size[1]}" '
        f'style="height:auto;max-width:100%;background:#fff" src="data:image/png;base64,{data}">'
    )


def stored(png: bytes) -> bytes:
    """The same picture for keeping in a notebook: 256 colours (no channel off by more than about 4 of 255), a third
    of the size. Too slow for every frame of an explorer."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        small = image.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(out, "PNG", compress_level=9)
    return out.getvalue()


def give_fonts(texts: Iterable[Any]) -> None:
    """Have texts with letters that matplotlib's own font lacks, such as Chinese ones, written in a font that has them.

    Without one on this machine they are drawn as boxes, and a warning says so, once for each script.
    """
    for text in texts:
        lacking = {c for c in text.get_text() if ord(c) not in _own_letters() and c.isprintable()}
        scripts = {unicodedata.name(c, "unknown").split()[0]: c for c in lacking}
        for script in scripts.keys() - FONTS.keys():
            FONTS[script] = _font_of(script, scripts[script])
        if found := [font for script in sorted(scripts) if (font := FONTS[script])]:
            text.set_fontfamily([*FontProperties().get_family(), *found])


@cache
def _own_letters() -> set[int]:
    return {*get_font(findfont(FontProperties())).get_charmap()}


FONTS: dict[str, str | None] = {}  # of each script that has been looked for


def _font_of(script: str, letter: str) -> str | None:
    for font in fontManager.ttflist:
        with suppress(OSError, RuntimeError):  # deleted since matplotlib looked, or damaged
            # "Last Resort" is matplotlib's own way to draw boxes
            if "Last Resort" not in font.name and ord(letter) in get_font(font.fname).get_charmap():
                return font.name
    warnings.warn(
        f"no font here has {script} letters such as {letter!r}, and pictures show boxes for them: install one, such as "
        "a font of the Noto family, and restart Python",
        stacklevel=4,
    )
    return None


def style_axes(ax: Axes, xlabel: str = "", ylabel: str = "", *, grid: bool = False, bare: bool = False) -> None:
    """Axis names (with units) and tick labels in readable sizes; no box where it says nothing.

    Args:
        ax: the axes.
        xlabel: name of the axis below.
        ylabel: name of the axis at the left.
        grid: draw pale lines at the heights of the ticks.
        bare: neither spines nor tick marks, for rows of cells.
    """
    ax.set_xlabel(xlabel, fontsize=LABEL_SIZE, color=INK)
    ax.set_ylabel(ylabel, fontsize=LABEL_SIZE, color=INK)
    ax.tick_params(labelsize=TICK_SIZE, colors=INK)
    ax.spines[["top", "right"]].set_visible(False)
    if grid:
        ax.grid(axis="y", color="#E5E5E5")
        ax.set_axisbelow(True)
    if bare:
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)


def whole_numbers(axis: Axis) -> None:
    """Ticks at whole numbers only."""
    axis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))


def as_array(values: Any) -> np.ndarray:
    """Floats, from a tensor on any device, a list or an array."""
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values, dtype=float)


def as_matrix(values: Any, what: str) -> np.ndarray:
    """A float array of two dimensions, from a tensor, list or array; ValueError says what was given instead."""
    array = as_array(values)
    if array.ndim != 2:
        raise ValueError(f"{what}: expected an array of shape (steps, units), got shape {array.shape}")
    return array
