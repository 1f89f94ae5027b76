"""Where things stand in a picture, in inches: bands of axes below one another, texts, colour scales, legends.

Only here are inches turned into fractions of a picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from .style import CSS_DPI, INK, LABEL_SIZE, TICK_SIZE, WIDTH, Look, Picture, Spots

COLOUR_BAR = 1.05  # inches to leave at the right of axes for their colour scale


@dataclass(frozen=True)
class Band:
    """A row of axes across a picture with the room around it, in inches.

    Attributes:
        height: of the axes.
        left: room at the left of the first axes, for tick labels and an axis name.
        right: room at the right of the last axes.
        above: room over the axes, for a title.
        below: room under the axes, for tick labels and an axis name.
        columns: how many axes of one width share the row, or the width of each.
        gap: between two axes.
    """

    height: float
    left: float = 0.72
    right: float = 0.2
    above: float = 0.18
    below: float = 0.6
    columns: int | Sequence[float] = 1
    gap: float = 0.0

    def widths(self) -> Sequence[float]:
        """The width of each of the axes."""
        if not isinstance(self.columns, int):
            return self.columns
        free = WIDTH - self.left - self.right - self.gap * (self.columns - 1)
        return [free / self.columns] * self.columns


def stack(*bands: Band, words: str) -> tuple[Picture, list[Axes]]:
    """A picture as high as its bands, and their axes, from the top and in each band from the left.

    Args:
        bands: from the top to the bottom.
        words: what the picture is, see `Picture`.
    """
    picture = Picture(height=sum(band.above + band.height + band.below for band in bands), words=words)
    axes, top = [], 0.0
    for band in bands:
        top, left = top + band.above, band.left
        for width in band.widths():
            axes.append(_place(picture, left, top, width, band.height))
            left += width + band.gap
        top += band.height + band.below
    return picture, axes


def page(height: float, words: str) -> tuple[Picture, Axes]:
    """A picture and axes without a frame that cover it, whose coordinates are inches from its top left corner."""
    picture = Picture(height=height, words=words)
    ax = _place(picture, 0, 0, *picture.get_size_inches())
    ax.set(xlim=(0, WIDTH), ylim=(height, 0))
    ax.axis("off")
    return picture, ax


def _place(picture: Picture, left: float, top: float, width: float, height: float) -> Axes:
    across, down = picture.get_size_inches()
    return picture.add_axes((left / across, 1 - (top + height) / down, width / across, height / down))


def _picture(ax: Axes) -> Picture:
    return cast(Picture, ax.figure)


def inches(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes."""
    return ax.bbox.width / ax.figure.dpi, ax.bbox.height / ax.figure.dpi


def tell(ax: Axes, words: Sequence[Sequence[str]], *, left: float = 0, columns: str = "") -> None:
    """Spots over axes that are filled by a grid of rows and columns.

    Args:
        ax: the axes.
        words: of each place, row by row; as many in each row.
        left: inches beside the axes that belong to them, such as the names of bars.
        columns: what a click sets, see `Spots`.
    """
    picture, box = _picture(ax), ax.get_position()
    across, down = picture.css_size
    place = (
        box.x0 * across - left * CSS_DPI,
        (1 - box.y1) * down,
        box.width * across + left * CSS_DPI,
        box.height * down,
    )
    a, b, c, d = (round(number, 1) for number in place)
    picture.spots.append(Spots((a, b, c, d), tuple(map(tuple, words)), columns))


def tell_of(ax: Axes, at: tuple[float, float], size: tuple[float, float], words: str) -> None:
    """A spot around a point of the axes, which must have their final limits; `size` in inches."""
    picture = _picture(ax)
    x, y = ax.transData.transform(at) / picture.dpi
    left, top = x - size[0] / 2, picture.get_size_inches()[1] - y - size[1] / 2
    a, b, c, d = (round(float(number) * CSS_DPI, 1) for number in (left, top, *size))
    picture.spots.append(Spots((a, b, c, d), ((words,),)))


def write(picture: Picture, left: float, top: float, text: str, **style: Any) -> Text:
    """A text in a picture, its left end and its middle given in inches from the picture's top left corner."""
    across, down = picture.get_size_inches()
    default: Look = {"fontsize": LABEL_SIZE, "color": INK, "va": "center"}
    return picture.text(left / across, 1 - top / down, text, **default | style)


def write_above(ax: Axes, left: float, text: str, gap: float = 0.10) -> Text:
    """A title `gap` inches over the axes that begins `left` inches from the picture's left edge."""
    picture, box = _picture(ax), ax.get_position()
    across, down = picture.get_size_inches()
    style: Look = {"fontsize": LABEL_SIZE, "color": INK, "va": "bottom", "linespacing": 1.25}
    return picture.text(left / across, box.y1 + gap / down, text, **style)


def colour_bar(
    image: ScalarMappable, beside: Sequence[Axes], label: str, *, extend: str = "neither", share: float = 1
) -> None:
    """A colour scale with three ticks at the right of axes, as high as all of them together.

    Args:
        image: what has the colours.
        beside: the axes; COLOUR_BAR inches must be free at their right.
        label: what the colours mean, with its unit.
        extend: which end of the scale values lie beyond: "neither", "max" or "both".
        share: of the axes' height that it takes, in the middle.
    """
    picture, box = _picture(beside[0]), Bbox.union([ax.get_position() for ax in beside])
    low, high = image.get_clim()
    bottom = box.y0 + box.height * (1 - share) / 2
    cax = picture.add_axes((box.x1 + 0.015, bottom, 0.018, box.height * share))
    bar = picture.colorbar(image, cax=cax, ticks=[low, (low + high) / 2, high], extend=extend)
    bar.set_label(label, fontsize=LABEL_SIZE, color=INK)
    bar.ax.tick_params(labelsize=TICK_SIZE, colors=INK)
    bar.outline.set_visible(False)


def legend_below(picture: Picture, handles: Sequence, names: Sequence[str], columns: int | None = None) -> None:
    """A legend at the foot of the picture, in one row unless `columns` says otherwise."""
    picture.legend(
        handles,
        names,
        loc="lower center",
        ncols=columns or len(names),
        frameon=False,
        fontsize=TICK_SIZE,
        labelcolor=INK,
        handlelength=1.5,
        columnspacing=1.3,
        handletextpad=0.5,
        borderpad=0.1,
    )
