"""Tokens in cells: a cell, a frame around one, axes for rows of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle

from .labels import fitted
from .layout import inches, tell
from .style import INK, SHARE_MAP, TICK_SIZE, Look, style_axes

CELL_HEIGHT = 0.34  # inches
SMALLEST = 9  # points: below it a long token is set smaller than the others
PALE_EDGE = "#BBBBBB"


def ink_on(fill: str) -> str:
    """The colour in which text reads on a fill."""
    return "white" if np.dot(to_rgb(fill), (0.299, 0.587, 0.114)) < 0.5 else INK


def share_colour(share: float) -> str:
    """The colour of a share from 0 to 1; beyond, that of the nearer end."""
    return to_hex(colormaps[SHARE_MAP](share))


def row_axes(ax: Axes, names: Sequence[str], columns: int, xlabel: str = "step") -> None:
    """Axes for rows of cells: the first row on top, cells one wide and one high, their middles at 1, 2, … and 0, 1, …

    Args:
        ax: the axes.
        names: of the rows.
        columns: cells of the longest row.
        xlabel: what a column is.
    """
    ax.set(xlim=(0.5, columns + 0.5), ylim=(len(names) - 0.5, -0.5), xticks=range(1, columns + 1))
    ax.set_yticks(np.arange(len(names)), names)
    style_axes(ax, xlabel, bare=True)


def cell(
    ax: Axes,
    at: tuple[float, float],
    text: str,
    fill: str,
    size: tuple[float, float] = (1, 1),
    *,
    largest: float = TICK_SIZE,
) -> None:
    """A text in a filled cell, set smaller where it would not fit.

    Args:
        ax: the axes, with their final limits.
        at: the cell's middle.
        text: what stands in it.
        fill: its colour.
        size: its width and height.
        largest: size of the text in points, where it fits.
    """
    box(ax, at, size, facecolor=fill, edgecolor="white", linewidth=2)
    points = min(largest, fitted(text, cell_inches(ax, size[0])))
    ax.text(*at, text, ha="center", va="center", color=ink_on(fill), fontsize=points)


def cell_inches(ax: Axes, width: float) -> float:
    """How wide a cell is on the page."""
    left, right = ax.get_xlim()
    return inches(ax)[0] * width / (right - left)


def hatched_cell(
    ax: Axes, at: tuple[float, float], text: str, fill: str, size: tuple[float, float] = (1, 1), ink: str = INK
) -> None:
    """A text in a cell that counts for nothing, such as a pad's."""
    box(ax, at, size, facecolor=fill, edgecolor=PALE_EDGE, hatch="//", linewidth=1)
    behind: Look = {"facecolor": fill, "edgecolor": "none", "pad": 1}
    ax.text(*at, text, ha="center", va="center", color=ink, fontsize=TICK_SIZE, bbox=behind)


def frame(
    ax: Axes,
    at: tuple[float, float],
    colour: str,
    size: tuple[float, float] = (0.94, 0.88),
    *,
    linewidth: float = 2,
    zorder: float = 3,
) -> Rectangle:
    """An outline around a place, above what stands there."""
    return box(ax, at, size, fill=False, edgecolor=colour, linewidth=linewidth, zorder=zorder, clip_on=False)


def box(ax: Axes, at: tuple[float, float], size: tuple[float, float], **style: Any) -> Rectangle:
    """A rectangle by its middle and its size."""
    (x, y), (width, height) = at, size
    rectangle = Rectangle((x - width / 2, y - height / 2), width, height, **style)
    ax.add_patch(rectangle)
    return rectangle


def tell_rows(ax: Axes, rows: Mapping[str, Sequence[str]], columns: int) -> None:
    """Spots over rows of cells, on axes from `row_axes`; a click on a column sets the step."""
    words = [[f"step {x}, {name}: '{token}'" for x, token in enumerate(tokens, 1)] for name, tokens in rows.items()]
    tell(ax, [[*row, *[""] * (columns - len(row))] for row in words], columns="step")


def token_rows(ax: Axes, rows: Collection[Sequence[str]], fills: Iterable[Sequence[str]]) -> None:
    """Rows of tokens in cells, on axes from `row_axes`, all in one size but one that even at SMALLEST is too long.

    Args:
        ax: the axes.
        rows: the tokens.
        fills: the colour of each.
    """
    room = cell_inches(ax, 1)
    largest = max(min((fitted(token, room) for tokens in rows for token in tokens), default=TICK_SIZE), SMALLEST)
    for y, (tokens, colours) in enumerate(zip(rows, fills, strict=True)):
        for x, (token, fill) in enumerate(zip(tokens, colours, strict=True), start=1):
            cell(ax, (x, y), token, fill, largest=largest)
