"""Pictures of a training run: a quantity by step, the gradient's norm, the learning rate, and where the time goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, TICK_SIZE, WIDTH, Picture, style_axes


def step_losses(curves: Mapping[str, Sequence[float]], level: tuple[str, float]) -> Picture:
    """The loss by training step, one or two runs, each labelled at its end, and a level to compare it with.

    curves: name -> one loss per step, in nats per token; of one length from 2 on. A loss that is not finite is left
        out.
    level: name and value of the dashed line.
    """
    series = {name: np.asarray(values, dtype=float) for name, values in curves.items()}
    lengths = {len(values) for values in series.values()}
    if not 1 <= len(series) <= 2 or len(lengths) != 1 or min(lengths) < 2:
        raise ValueError(f"curves: expected one or two, of one length from 2 on, got lengths {sorted(lengths)}")
    (num_steps,) = lengths
    words = f"Loss per token by step, {num_steps} steps: " + ", ".join(series)
    picture = Picture(WIDTH, 3.0, words=words)
    ax = picture.add_axes((0.10, 0.20, 0.72, 0.74))
    seen = {name: values[np.isfinite(values)] for name, values in series.items()}
    top = 1.05 * max(level[1], *(values.max(initial=0) for values in seen.values()))
    ends = {name: values[-1] if len(values) else top for name, values in seen.items()}
    for (name, values), colour in zip(series.items(), (BLUE, ORANGE), strict=False):
        ax.plot(np.arange(1, num_steps + 1), values, color=colour, linewidth=2)
        said = f"from {seen[name][0]:.2f} to {seen[name][-1]:.2f}" if len(seen[name]) else "never finite"
        picture.alt += f"; {name}: {said}"
    ax.axhline(level[1], color=GREY, linestyle="--", linewidth=1.5)
    picture.alt += f"; dashed line at {level[0]}, {level[1]:.2f}"
    colours = dict(zip(series, (BLUE, ORANGE), strict=False)) | {level[0]: GREY}
    for name, y in _apart(ends | {level[0]: level[1]}, 0.09 * top, top).items():
        ax.annotate(
            f" {name}", (num_steps, y), color=colours[name], fontsize=LABEL_SIZE, va="center", annotation_clip=False
        )
    ax.set(ylim=(0, top), xlim=(1, num_steps))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(axis="y", color="#E5E5E5")
    style_axes(ax, "step", "loss (nats per token)")
    return picture


def _apart(heights: Mapping[str, float], gap: float, top: float) -> dict[str, float]:
    """The same heights, moved where two labels would print over one another, none above the top."""
    upwards = sorted(heights, key=heights.__getitem__)
    placed: dict[str, float] = {}
    for i, name in enumerate(upwards):
        placed[name] = max([heights[name], *(placed[below] + gap for below in upwards[i - 1 : i])])
    for i, name in enumerate(reversed(upwards)):
        placed[name] = min(placed[name], top - i * gap)
    return placed


def gradient_norms(norms: Sequence[float], clip_norm: float) -> Picture:
    """The gradient's norm at each step as a bar, orange where it is longer than `clip_norm` (dashed)."""
    values = np.asarray(norms, dtype=float)
    if values.ndim != 1 or len(values) == 0 or (values < 0).any():
        raise ValueError("norms: expected one norm per step, from 0 on, and at least one step")
    picture = Picture(WIDTH, 2.8, words=f"The gradient's norm at each of {len(values)} steps, clipped at {clip_norm:g}")
    ax = picture.add_axes((0.10, 0.21, 0.72, 0.73))
    ax.bar(np.arange(1, len(values) + 1), values, 0.8, color=[ORANGE if v > clip_norm else BLUE for v in values])
    ax.axhline(clip_norm, color=INK, linestyle="--", linewidth=1.5)
    ax.annotate(
        " clipped above",
        (len(values) + 0.5, clip_norm),
        color=INK,
        fontsize=LABEL_SIZE,
        va="center",
        annotation_clip=False,
    )
    ax.set(xlim=(0.5, len(values) + 0.5), ylim=(0, 1.1 * max(values.max(), clip_norm)))
    ax.xaxis.get_major_locator().set_params(integer=True)
    style_axes(ax, "step", "gradient's norm")
    picture.alt += (
        f"; from {values.min():.2f} to {values.max():.2f}, "
        f"{(values > clip_norm).sum()} of {len(values)} above {clip_norm:g}"
    )
    return picture


def rate_curve(rates: Sequence[float]) -> Picture:
    """The learning rate over a run.

    rates: at equal distances from the run's beginning to its end, two at least.
    """
    values = np.asarray(rates, dtype=float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"rates: expected at least two, from the beginning to the end, got shape {values.shape}")
    picture = Picture(WIDTH, 2.6, words="The learning rate from the beginning of a run to its end")
    ax = picture.add_axes((0.12, 0.23, 0.85, 0.70))
    done = np.linspace(0, 100, len(values))
    ax.plot(done, values, color=BLUE, linewidth=2)
    ax.set(xlim=(0, 100), ylim=(0, 1.1 * values.max()))
    ax.grid(axis="y", color="#E5E5E5")
    style_axes(ax, "share of the run that is done (%)", "learning rate")
    picture.alt += (
        f"; {values[0]:.2g} at first, highest {values.max():.2g} after {done[values.argmax()]:.0f} %, "
        f"{values[-1]:.2g} at last"
    )
    return picture


def time_bars(seconds: Mapping[str, float]) -> Picture:
    """Where the time of an epoch goes: one bar for each part, in the order given, in per cent of their sum.

    seconds: part -> seconds spent in it.
    """
    total = sum(seconds.values())
    if not seconds or min(seconds.values()) < 0 or not total > 0:
        raise ValueError(f"seconds: expected times from 0 on with a sum above 0, got {dict(seconds)}")
    shares = {part: 100 * value / total for part, value in seconds.items()}
    height = 0.75 + 0.34 * len(shares)
    picture = Picture(WIDTH, height, words="Where the time of an epoch goes, in per cent: " + ", ".join(shares))
    ax = picture.add_axes((0.20, 0.62 / height, 0.72, 1 - 0.70 / height))
    rows = np.arange(len(shares))
    ax.barh(rows, list(shares.values()), color=BLUE, height=0.72)
    for row, share in zip(rows, shares.values(), strict=True):
        ax.annotate(f" {share:.0f} %", (share, row), va="center", fontsize=TICK_SIZE, color=INK, annotation_clip=False)
    ax.set(xlim=(0, 1.02 * max(shares.values())), ylim=(len(shares) - 0.5, -0.5))
    ax.set_yticks(rows, list(shares))
    style_axes(ax, "share of the epoch's time (%)", "")
    picture.alt += "; " + ", ".join(f"{part} {share:.0f} %" for part, share in shares.items())
    return picture
