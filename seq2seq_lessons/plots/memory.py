"""How long a recurrent network remembers its first word, as curves over the steps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .style import BLUE, GREEN, INK, LABEL_SIZE, ORANGE, WIDTH, Picture, style_axes

LOW, HIGH = 1e-7, 1e2  # fixed, so that two of these pictures can be laid side by side


def memory_curves(curves: Mapping[str, object]) -> Picture:
    """How far a nudge to the first word still moves the state after each later word, one line for each network.

    curves: name -> (steps,) positive numbers, 1 where the state is moved as far as after the first word. One to four
        curves of one length; the scale is logarithmic and fixed, values outside 1e-7 … 100 leave the picture.

    Raises:
        ValueError: no curve or more than four, curves of several lengths, or a number that is not positive.
    """
    series = {name: np.asarray(values, dtype=float) for name, values in curves.items()}
    shapes = {values.shape for values in series.values()}
    if not 1 <= len(series) <= 4 or len(shapes) != 1 or len(next(iter(shapes))) != 1:
        raise ValueError(f"expected one to four curves of one length, got shapes {[v.shape for v in series.values()]}")
    (num_steps,) = shapes.pop()
    if num_steps < 2 or not all((values > 0).all() for values in series.values()):
        raise ValueError("expected at least two steps and positive values: the scale is logarithmic")
    words = f"Curves over {num_steps} steps of how far a nudge to word 1 moves the state: " + ", ".join(series)
    picture = Picture(WIDTH, 3.4, words=words)
    ax = picture.add_axes((0.13, 0.18, 0.58, 0.78))
    steps = np.arange(1, num_steps + 1)
    ends = []
    for (name, values), colour, dash in zip(
        series.items(), (BLUE, ORANGE, GREEN, INK), ("-", "--", "-.", ":"), strict=False
    ):
        ax.plot(steps, values, color=colour, linewidth=2.5, linestyle=dash)
        ends.append((min(max(np.log10(values[-1]), np.log10(LOW)), np.log10(HIGH)), name, colour))
        picture.alt += f"; {name}: 1 after step 1, {values[-1]:.1g} after step {num_steps}"
    ax.set(yscale="log", ylim=(LOW, HIGH), xlim=(1, num_steps))
    ax.grid(axis="y", color="#E5E5E5")
    ax.xaxis.get_major_locator().set_params(integer=True)
    style_axes(ax, "step (words read so far)", "the state's move\n(1: as after word 1)")
    place = -np.inf
    for level, name, colour in sorted(ends):
        place = max(level, place + 0.75)  # two labels never print over each other
        ax.annotate(
            name, (num_steps * 1.02, 10**place), color=colour, fontsize=LABEL_SIZE, va="center", annotation_clip=False
        )
    return picture
