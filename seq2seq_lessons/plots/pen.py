"""A pen for diagrams of several parts: whatever it draws belongs to a part, which is in colour or pale gray."""

from collections.abc import Collection, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap, to_hex, to_rgb
from matplotlib.patches import BoxStyle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from .cells import ink_on
from .labels import fitted, text_width
from .style import INK, TICK_SIZE, Look, Picture

Point = tuple[float, float]
CORNER = 0.07  # inches: the radius of a line's corners
QUIET = "#5A5A5A"  # of names and small lines
SMALLEST = 8  # points: a text that does not fit in this size is cut
PALE_FILL, PALE_INK = 0.26, 0.48  # how much of its darkness a pale part keeps
VEIL = 0.8


def sheet(width: float, height: float, words: str) -> tuple[Picture, Axes]:
    """A picture of any width and axes that cover it, whose coordinates are inches from its top left corner."""
    picture = Picture(width, height, words=words)
    across, down = picture.get_size_inches()
    ax = picture.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, across), ylim=(down, 0))
    ax.axis("off")
    return picture, ax


def pale(colour: str, share: float) -> str:
    """A gray that keeps this share of a colour's darkness."""
    darkness = 1 - float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))
    return to_hex((1 - share * darkness,) * 3)


def tints(colour: str) -> Colormap:
    """The colours from nearly white to `colour`, for cells that stand for numbers without showing any."""
    return LinearSegmentedColormap.from_list(colour, ["#F7F7F7", colour])


def points(text: str, room: float) -> float:
    """The size at which a text fits into `room` inches: the ticks' size, or a smaller one where it needs to be."""
    return TICK_SIZE if text_width(text) + 0.06 <= room else fitted(text, room)


def cut_to(text: str, room: float) -> str:
    """The text, its end replaced by "…" if it would need a smaller size than SMALLEST to fit into `room` inches."""
    whole = text
    while len(text) > 1 and points(text, room) < SMALLEST:
        whole = whole[:-1]
        text = whole + "…"
    return text


class Pen:
    """Draws on axes in inches. Every artist's gid is the name of its part.

    Args:
        ax: the axes, see `sheet`.
        lit: the parts in colour; None for all. What belongs to none of them is pale.
    """

    def __init__(self, ax: Axes, lit: Collection[str] | None = None):
        self.ax = ax
        self._lit = lit

    def is_lit(self, part: str) -> bool:
        """Whether a part is in colour."""
        return self._lit is None or part in self._lit

    def ink(self, part: str, colour: str) -> str:
        """The colour of a line or a text of a part."""
        return colour if self.is_lit(part) else pale(colour, PALE_INK)

    def fill(self, part: str, colour: str) -> str:
        """The colour of a surface of a part."""
        return colour if self.is_lit(part) else pale(colour, PALE_FILL)

    def text(self, part: str, at: Point, text: str, colour: str = INK, **look: object) -> None:
        """A text, by its middle unless `look` says otherwise."""
        default: Look = {"ha": "center", "va": "center", "fontsize": TICK_SIZE, "zorder": 5}
        self.ax.text(*at, text, color=self.ink(part, colour), gid=part, **default | look)

    def pill(
        self,
        part: str,
        at: Point,
        size: tuple[float, float],
        text: str,
        fill: str,
        *,
        edge: str = "none",
        **look: object,
    ) -> None:
        """A text in a rounded box by its middle, set smaller or cut where it would not fit."""
        (x, y), (width, height) = at, size
        shape = BoxStyle("Round", pad=0, rounding_size=0.08)
        corner = x - width / 2, y - height / 2
        style: Look = {
            "facecolor": self.fill(part, fill),
            "edgecolor": edge if edge == "none" else self.ink(part, edge),
        }
        self.ax.add_patch(FancyBboxPatch(corner, width, height, shape, linewidth=1.2, gid=part, zorder=3, **style))
        text = cut_to(text, width)
        ink = ink_on(fill) if self.is_lit(part) else INK
        self.text(part, at, text, ink, **{"fontsize": points(text, width), **look})

    def bar(self, part: str, corner: Point, size: tuple[float, float], fill: str) -> None:
        """A plain box by its upper left corner."""
        shape = BoxStyle("Square", pad=0)
        style: Look = {"facecolor": self.fill(part, fill), "edgecolor": "none", "gid": part, "zorder": 2}
        self.ax.add_patch(FancyBboxPatch(corner, *size, shape, **style))

    def label(self, part: str, at: Point, text: str, room: float) -> None:
        """A text by its left end, set smaller or cut where it would not fit into `room` inches."""
        text = cut_to(text, room)
        self.text(part, at, text, ha="left", fontsize=points(text, room))

    def frame(self, part: str, corner: Point, size: tuple[float, float], colour: str) -> None:
        """An outline by its upper left corner."""
        shape = BoxStyle("Square", pad=0)
        style: Look = {"edgecolor": self.ink(part, colour), "fill": False, "linewidth": 1.2, "gid": part, "zorder": 4}
        self.ax.add_patch(FancyBboxPatch(corner, *size, shape, **style))

    def cells(
        self,
        part: str,
        corner: Point,
        size: tuple[float, float],
        values: np.ndarray,
        colours: str | Colormap,
        low: float,
    ) -> None:
        """Numbers from `low` to 1 as a grid of coloured cells by its upper left corner, the first row on top.

        Args:
            part, corner, size: where.
            values: (rows, columns); NaN leaves a cell white.
            colours: a colour map, or its name.
            low: the value of its lower end.
        """
        rows, columns = values.shape
        (left, top), (width, height) = corner, size
        edges = np.linspace(left, left + width, columns + 1), np.linspace(top, top + height, rows + 1)
        shades = colormaps[colours] if isinstance(colours, str) else colours
        if not self.is_lit(part):
            shades = ListedColormap([pale(to_hex(shade), PALE_FILL) for shade in shades(np.linspace(0, 1, 64))])
        gaps: Look = {"edgecolors": "white", "linewidth": 0.8} if rows * columns <= 36 else {"linewidth": 0}
        self.ax.pcolormesh(*edges, values, cmap=shades, vmin=low, vmax=1, gid=part, zorder=3, **gaps)

    def veil(self, corner: Point, size: tuple[float, float]) -> None:
        """Make all that was drawn in a box pale."""
        shape = BoxStyle("Square", pad=0)
        style: Look = {"facecolor": "white", "edgecolor": "none", "alpha": VEIL, "gid": "veil", "zorder": 6}
        self.ax.add_patch(FancyBboxPatch(corner, *size, shape, **style))

    def line(
        self,
        part: str,
        points: Sequence[Point],
        colour: str,
        width: float = 1.2,
        *,
        head: bool = True,
        dashed: bool = False,
    ) -> None:
        """A line through points with rounded corners, with an arrow's head at its end unless `head` is False."""
        style: Look = {"arrowstyle": "-|>" if head else "-", "mutation_scale": 5 + 3 * width, "linewidth": width}
        style |= {"color": self.ink(part, colour), "capstyle": "butt", "joinstyle": "miter", "zorder": 2, "gid": part}
        if dashed:  # a head of dashes would be ragged
            self.ax.add_patch(
                FancyArrowPatch(path=rounded(points), **style | {"arrowstyle": "-", "linestyle": (0, (3, 1.6))})
            )
            points = [_towards(points[-1], points[-2]), points[-1]]
        self.ax.add_patch(FancyArrowPatch(path=rounded(points), **style))


def rounded(points: Sequence[Point]) -> Path:
    """A path through points whose corners are rounded."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        vertices += [_towards(corner, before), corner, _towards(corner, after)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _towards(start: Point, end: Point) -> Point:
    """A point on the way, CORNER from the start, or in the middle of a short way."""
    along = np.subtract(end, start)
    length = float(np.hypot(*along))
    x, y = np.add(start, along * min(CORNER / length, 0.5))
    return float(x), float(y)
