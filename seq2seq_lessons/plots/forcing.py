"""Teacher forcing: the losses of two ways to feed a decoder, and which steps notice a changed word (lesson 06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch, Rectangle

from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, TICK_SIZE, WIDTH, Picture, style_axes

UNTOUCHED = "#E6E6E6"


def losses_by_step(losses: Mapping[str, Sequence[float]]) -> Picture:
    """Training loss at each step of training, a curve for each model, labelled at its end.

    losses: name -> nats per real token, one number per step; at most three, of one length.
    """
    series = {name: np.asarray(values, dtype=float) for name, values in losses.items()}
    lengths = {values.shape for values in series.values()}
    if not 1 <= len(series) <= 3 or len(lengths) != 1 or min(lengths)[0] < 2:
        raise ValueError(f"losses: expected one to three curves of one length from 2 on, got lengths {sorted(lengths)}")
    steps = np.arange(1, min(lengths)[0] + 1)
    picture = Picture(WIDTH, 3.0, words=f"Training loss at each of {len(steps)} steps: {', '.join(series)}")
    ax = picture.add_axes((0.10, 0.20, 0.70, 0.74))
    top = 1.05 * max(values.max() for values in series.values()) or 1.0
    below = 0.0
    places = {}
    for name in sorted(series, key=lambda name: series[name][-1]):  # no label prints over another
        places[name] = max(series[name][-1], below)
        below = places[name] + 0.09 * top
    for (name, values), colour in zip(series.items(), (BLUE, ORANGE, GREY), strict=False):
        ax.plot(steps, values, color=colour, linewidth=2, clip_on=False)
        ax.annotate(
            name,
            (steps[-1], places[name]),
            (8, 0),
            textcoords="offset points",
            color=colour,
            fontsize=LABEL_SIZE,
            va="center",
            annotation_clip=False,
        )
        picture.alt += f"; {name} from {values[0]:.2f} to {values[-1]:.3f}"
    ax.set(ylim=(0, top), xlim=(1, steps[-1]))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(axis="y", color="#E5E5E5")
    style_axes(ax, "training step", "loss (nats per token)")
    return picture


def noticed_steps(panels: Mapping[str, Sequence[Sequence[bool]]], due: Sequence[str]) -> Picture:
    """Which steps' logits change when one of the words that are due is replaced: a square for each way to feed.

    A change at a later step is blue; one at the word's own step (outlined) or before it is orange: the decoder was
    told what it was asked for.

    panels: name -> (steps, steps) bool, row t for the word due at step t, column s for the logits of step s; at most
        two.
    due: the word due at each step.
    """
    squares = {name: np.asarray(changed, dtype=bool) for name, changed in panels.items()}
    n = len(due)
    if not 1 <= len(squares) <= 2 or n == 0 or any(changed.shape != (n, n) for changed in squares.values()):
        raise ValueError(
            f"panels: expected one or two of shape {(n, n)}, a row and a column for each of the {n} words "
            f"due, got {[changed.shape for changed in squares.values()]}"
        )
    cell, head, foot, side, gap = 0.36, 0.38, 0.95, 1.45, 0.35
    width, tall = min(cell * n, (WIDTH - side - gap) / 2 - 0.1), max(cell * n, 2.0)  # the axis name needs 2 inches
    height = head + foot + tall
    picture = Picture(
        WIDTH, height, words=f"Steps whose logits change when one of {n} words due is replaced: " + ", ".join(squares)
    )
    told = np.tril(np.ones((n, n), dtype=bool))
    spare = WIDTH - side - len(squares) * width - (len(squares) - 1) * gap
    for number, (name, changed) in enumerate(squares.items()):
        left = side + spare / 3 + number * (width + gap)
        ax = picture.add_axes((left / WIDTH, foot / height, width / WIDTH, tall / height))
        ax.pcolormesh(
            np.arange(n + 1) + 0.5,
            np.arange(n + 1) + 0.5,
            np.where(changed, 1 + told, 0),
            vmin=0,
            vmax=2,
            cmap=ListedColormap([UNTOUCHED, BLUE, ORANGE]),
            edgecolors="white",
            linewidth=1.5,
        )
        for step in range(1, n + 1):
            ax.add_patch(Rectangle((step - 0.44, step - 0.44), 0.88, 0.88, fill=False, edgecolor=INK, linewidth=1.8))
        ax.set(xlim=(0.5, n + 0.5), ylim=(n + 0.5, 0.5), xticks=range(1, n + 1))
        ax.set_title(name, fontsize=LABEL_SIZE, color=INK)
        ax.set_yticks(range(1, n + 1), [] if number else [f"{word}  {step}" for step, word in enumerate(due, 1)])
        style_axes(ax, "step of the logits", "" if number else "word replaced, due at step")
        for text in ax.get_yticklabels():  # a long word is set smaller
            text.set_fontsize(min(TICK_SIZE, TICK_SIZE * 12 / max(len(text.get_text()), 1)))
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        picture.alt += f"; {name}: " + ", ".join(
            f"{word} " + (f"changes step {_listed(row)}" if row.any() else "changes no step")
            for word, row in zip(due, changed, strict=True)
        )
    legend = picture.legend(
        [Patch(color=BLUE), Patch(color=ORANGE), Patch(color=UNTOUCHED), Patch(fill=False, edgecolor=INK)],
        ["a later step changes", "told too early", "no change", "the word's own step"],
        loc="lower center",
        ncol=4,
        frameon=False,
        fontsize=TICK_SIZE,
        handlelength=1,
        handleheight=1,
        columnspacing=1.2,
        handletextpad=0.5,
        borderpad=0.1,
    )
    for text in legend.get_texts():
        text.set_color(INK)
    return picture


def _listed(row: np.ndarray) -> str:
    return " ".join(str(step) for step in np.flatnonzero(row) + 1)
