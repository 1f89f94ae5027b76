"""Curves of one length on shared axes, each named at its end."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from .labels import end_room, label_ends
from .layout import Band, stack
from .style import BLUE, GREY, ORANGE, Look, Picture, as_array, style_axes, whole_numbers

COLOURS = (BLUE, ORANGE, GREY)
HOW_MANY = {2: "one or two", 3: "one to three", 4: "one to four"}


def checked(what: str, curves: Mapping[str, Any], most: int, *, shares: bool = False) -> dict[str, np.ndarray]:
    """The curves as arrays.

    Args:
        what: the caller's name for them.
        curves: name -> numbers.
        most: how many there may be.
        shares: whether each number must be in [0, 1].

    Raises:
        ValueError: none or too many, several lengths, fewer than two numbers, or shares that are none.
    """
    series = {name: as_array(values) for name, values in curves.items()}
    shapes = {values.shape for values in series.values()}
    if not 1 <= len(series) <= most or len(shapes) != 1 or len(shape := min(shapes)) != 1 or shape[0] < 2:
        raise ValueError(
            f"{what}: expected {HOW_MANY[most]} curves of one length from 2 on, "
            f"got shapes {[values.shape for values in series.values()]}"
        )
    if shares and any((values < 0).any() or (values > 1).any() for values in series.values()):
        raise ValueError(f"{what}: a share or a probability lies between 0 and 1")
    return series


def draw_curves(
    ax: Axes,
    x: Sequence[float] | np.ndarray,
    series: Mapping[str, np.ndarray],
    colours: Sequence[str] = COLOURS,
    looks: Sequence[Look] = ({},) * 4,
) -> None:
    """Draw the curves and write each one's name at its end.

    Args:
        ax: the axes, with the limits of y set.
        x: from the left to the right.
        series: name -> numbers; where the last is not finite, the name stands at the last that is, or on top.
        colours: of the curves.
        looks: what else decides how each is drawn.
    """
    for values, colour, look in zip(series.values(), colours, looks, strict=False):
        default: Look = {"color": colour, "linewidth": 2, "clip_on": False}
        ax.plot(x, values, **default | look)
    right = max(x[-1], x[0] + 1)  # one point needs a scale as well
    ax.set_xlim(x[0], right)
    ends = {name: [ax.get_ylim()[1], *values[np.isfinite(values)]][-1] for name, values in series.items()}
    label_ends(ax, right, ends, colours)


def loss_picture(
    series: Mapping[str, np.ndarray],
    xlabel: str,
    words: str,
    colours: Sequence[str] = COLOURS,
    looks: Sequence[Look] = ({},) * 4,
) -> Picture:
    """Losses per token on a scale from 0, counted from 1 at the left; for the arguments see `draw_curves`."""
    picture, (ax,) = stack(Band(2.22, right=end_room(series)), words=words)
    top = 1.05 * max(values[np.isfinite(values)].max(initial=0) for values in series.values()) or 1.0
    ax.set_ylim(0, top)
    draw_curves(ax, np.arange(1, 1 + max(map(len, series.values()))), series, colours, looks)
    whole_numbers(ax.xaxis)
    style_axes(ax, xlabel, "loss (nats per token)", grid=True)
    return picture
