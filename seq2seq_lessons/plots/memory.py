"""How long a recurrent network remembers its first word, as curves over the steps."""

from collections.abc import Mapping

import numpy as np

from .labels import end_room
from .layout import Band, stack
from .lines import checked, draw_curves
from .style import BLUE, GREEN, INK, ORANGE, Picture, style_axes, whole_numbers

LOW, HIGH = 1e-7, 1e2  # fixed, so that two of these pictures can be laid side by side


def memory_curves(curves: Mapping[str, object]) -> Picture:
    """How far a nudge to the first word still moves the state after each later word, one line for each network.

    Args:
        curves: name -> (steps,) positive numbers, 1 where the state is moved as far as after the first word. One to
            four curves of one length; the scale is logarithmic and fixed, values outside 1e-7 … 100 leave the picture.

    Raises:
        ValueError: no curve or more than four, curves of several lengths, or a number that is not positive.
    """
    series = checked("curves", curves, 4)
    if not all((values > 0).all() for values in series.values()):
        raise ValueError("curves: expected positive values: the scale is logarithmic")
    num_steps = len(next(iter(series.values())))
    words = f"Curves over {num_steps} steps of how far a nudge to word 1 moves the state: " + ", ".join(series)
    picture, (ax,) = stack(Band(2.65, 0.94, end_room(series), above=0.14, below=0.61), words=words)
    ax.set(yscale="log", ylim=(LOW, HIGH))
    looks = [{"linewidth": 2.5, "linestyle": dash, "clip_on": True} for dash in ("-", "--", "-.", ":")]
    draw_curves(ax, np.arange(1, num_steps + 1), series, (BLUE, ORANGE, GREEN, INK), looks)
    whole_numbers(ax.xaxis)
    style_axes(ax, "step (words read so far)", "the state's move\n(1: as after word 1)", grid=True)
    for name, values in series.items():
        picture.alt += f"; {name}: 1 after step 1, {values[-1]:.1g} after step {num_steps}"
    return picture
