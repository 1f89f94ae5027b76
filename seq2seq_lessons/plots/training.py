"""Pictures of a training run: a quantity by step, the gradient and its clipping, the learning rate, the time."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.patches import Circle

from .bars import name_bars, number_bars
from .labels import listed, name_room, note
from .layout import Band, inches, stack
from .lines import checked, loss_picture
from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, Look, Picture, style_axes, whole_numbers


def step_losses(curves: Mapping[str, Sequence[float]], level: tuple[str, float]) -> Picture:
    """The loss by training step, one or two runs, each labelled at its end, and a level to compare it with.

    Args:
        curves: name -> one loss per step, in nats per token; of one length from 2 on. A loss that is not finite is
            left out.
        level: name and value of the dashed line.

    Raises:
        ValueError: no run or more than two, runs of several lengths, or of fewer than two steps.
    """
    series = checked("curves", curves, 2)
    num_steps = len(next(iter(series.values())))
    words = f"Loss per token by step, {num_steps} steps: " + ", ".join(series)
    colours = [*(BLUE, ORANGE)[: len(series)], GREY]
    looks: list[Look] = [{}] * len(series) + [{"linestyle": "--"}]
    lines = series | {level[0]: np.full(num_steps, level[1])}
    picture = loss_picture(lines, "step", words, colours, looks)
    for name, values in series.items():
        seen = values[np.isfinite(values)]
        picture.alt += f"; {name}: " + (f"from {seen[0]:.2f} to {seen[-1]:.2f}" if len(seen) else "never finite")
    picture.alt += f"; dashed line at {level[0]}, {level[1]:.2f}"
    return picture


def clipped_arrow(before: Sequence[float], after: Sequence[float], limit: float) -> Picture:
    """A gradient of two numbers before and after clipping, as arrows from one point, and the circle of length `limit`.

    Args:
        before: the gradient, not 0.
        after: what clipping leaves of it.
        limit: the longest that is left alone.

    Raises:
        ValueError: not two numbers each, or a gradient of length 0.
    """
    arrows = np.asarray([before, after], dtype=float)
    if arrows.shape != (2, 2) or not arrows[0].any():
        raise ValueError(f"before, after: expected two numbers each, the first two not 0, got {before} and {after}")
    picture, (ax,) = stack(Band(2.3, left=0.72, below=0.62), words="A gradient before and after clipping, as arrows")
    across, down = inches(ax)
    low, high = min(arrows[0, 1], -limit) - 0.4, max(arrows[0, 1], limit) + 0.4
    ax.set(ylim=(low, high), xlim=(left := min(arrows[0, 0], -limit) - 0.4, left + (high - low) * across / down))
    ax.add_patch(Circle((0, 0), limit, fill=False, edgecolor=INK, linestyle="--", linewidth=1.5))
    for name, arrow, colour, width in zip(("before", "clipped"), arrows, (BLUE, ORANGE), (2, 4), strict=True):
        style: Look = {"color": colour, "linewidth": width, "arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", arrow, (0, 0), arrowprops=style | {"mutation_scale": 16})
        told = f"{name}: ({arrow[0]:g}, {arrow[1]:g}), length {np.hypot(*arrow):g}"
        ax.plot([], [], color=colour, linewidth=width, label=told)
        picture.alt += f"; {told}"
    ax.plot([], [], color=INK, linestyle="--", linewidth=1.5, label=f"length {limit:g}")
    ax.legend(loc="center right", fontsize=LABEL_SIZE, frameon=False)
    style_axes(ax, "first number", "second number", grid=True)
    picture.alt += f"; a dashed circle of length {limit:g}"
    return picture


def gradient_norms(norms: Sequence[float], clip_norm: float) -> Picture:
    """The gradient's norm at each step as a bar, orange where it is longer than `clip_norm` (dashed).

    Args:
        norms: one for each step.
        clip_norm: the longest that is left alone.

    Raises:
        ValueError: no step, or a norm below 0.
    """
    values = np.asarray(norms, dtype=float)
    if values.ndim != 1 or len(values) == 0 or (values < 0).any():
        raise ValueError("norms: expected one norm per step, from 0 on, and at least one step")
    words = f"The gradient's norm at each of {len(values)} steps, clipped at {clip_norm:g}"
    picture, (ax,) = stack(Band(2.02, right=1.3), words=words)
    ax.bar(np.arange(1, len(values) + 1), values, 0.8, color=[ORANGE if v > clip_norm else BLUE for v in values])
    ax.axhline(clip_norm, color=INK, linestyle="--", linewidth=1.5)
    ax.set(xlim=(0.5, len(values) + 0.5), ylim=(0, 1.1 * max(values.max(), clip_norm)))
    note(ax, "clipped above", (len(values) + 0.5, clip_norm))
    whole_numbers(ax.xaxis)
    style_axes(ax, "step", "gradient's norm")
    picture.alt += (
        f"; from {values.min():.2f} to {values.max():.2f}, "
        f"{(values > clip_norm).sum()} of {len(values)} above {clip_norm:g}"
    )
    return picture


def rate_curve(rates: Sequence[float]) -> Picture:
    """The learning rate over a run.

    Args:
        rates: at equal distances from the run's beginning to its end, two at least.

    Raises:
        ValueError: fewer than two.
    """
    values = np.asarray(rates, dtype=float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"rates: expected at least two, from the beginning to the end, got shape {values.shape}")
    words = "The learning rate from the beginning of a run to its end"
    picture, (ax,) = stack(Band(1.82, left=0.86), words=words)
    done = np.linspace(0, 100, len(values))
    ax.plot(done, values, color=BLUE, linewidth=2)
    ax.set(xlim=(0, 100), ylim=(0, 1.1 * values.max()))
    style_axes(ax, "share of the run that is done (%)", "learning rate", grid=True)
    picture.alt += (
        f"; {values[0]:.2g} at first, highest {values.max():.2g} after {done[values.argmax()]:.0f} %, "
        f"{values[-1]:.2g} at last"
    )
    return picture


def time_bars(seconds: Mapping[str, float]) -> Picture:
    """Where the time of an epoch goes: one bar for each part, in the order given, in per cent of their sum.

    Args:
        seconds: part -> seconds spent in it.

    Raises:
        ValueError: no part, a time below 0, or no time at all.
    """
    total = sum(seconds.values())
    if not seconds or min(seconds.values()) < 0 or not total > 0:
        raise ValueError(f"seconds: expected times from 0 on with a sum above 0, got {dict(seconds)}")
    shares = {part: 100 * value / total for part, value in seconds.items()}
    words = "Where the time of an epoch goes, in per cent: " + ", ".join(shares)
    band = Band(0.05 + 0.34 * len(shares), name_room(shares), 0.3, above=0.08, below=0.62)
    picture, (ax,) = stack(band, words=words)
    ax.set_xlim(0, 1.02 * max(shares.values()))
    number_bars(ax, list(shares.values()), BLUE, "{:.0f} %".format)
    name_bars(ax, list(shares), "share of the epoch's time (%)")
    picture.alt += "; " + listed("{} {:.0f} %", shares, shares.values())
    return picture
