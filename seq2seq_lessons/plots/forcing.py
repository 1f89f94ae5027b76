"""Teacher forcing: the losses of two ways to feed a decoder, and which steps notice a changed word (lesson 06)."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from .cells import frame
from .labels import fit_ticks
from .layout import Band, legend_below, stack
from .lines import COLOURS, checked
from .style import BLUE, INK, LABEL_SIZE, ORANGE, WIDTH, Look, Picture, style_axes

UNTOUCHED = "#E6E6E6"
SIDE, GAP = 1.45, 0.35  # inches at the left, for the words, and at least between the squares


def losses_by_step(losses: Mapping[str, Sequence[float]]) -> Picture:
    """Training loss at each step of training on a logarithmic scale, a curve for each model.

    Args:
        losses: name -> nats per real token, above 0, one number per step; at most three, of one length.

    Raises:
        ValueError: no curve or more than three, curves of several lengths, or a loss of 0 or less.
    """
    series = checked("losses", losses, 3)
    if min(values.min() for values in series.values()) <= 0:
        raise ValueError("losses: on a logarithmic scale each must be above 0")
    num_steps = len(next(iter(series.values())))
    words = f"Training loss at each of {num_steps} steps, logarithmic scale: {', '.join(series)}"
    picture, (ax,) = stack(Band(2.22, below=1.0), words=words)
    for values, colour in zip(series.values(), COLOURS, strict=False):
        ax.plot(range(1, num_steps + 1), values, color=colour, linewidth=2)
    ax.set(yscale="log", xlim=(1, num_steps))
    ax.yaxis.set_major_formatter("{x:g}")
    style_axes(ax, "training step", "loss (nats per token)", grid=True)
    legend_below(picture, ax.lines, list(series))
    picture.alt += "".join(f"; {name} from {values[0]:.2f} to {values[-1]:.3f}" for name, values in series.items())
    return picture


def noticed_steps(panels: Mapping[str, Sequence[Sequence[bool]]], due: Sequence[str]) -> Picture:
    """Which steps' logits change when one of the words that are due is replaced: a square for each way to feed.

    A change at a later step is blue; one at the word's own step (outlined) or before it is orange: the decoder was
    told what it was asked for.

    Args:
        panels: name -> (steps, steps) bool, row t for the word due at step t, column s for the logits of step s; at
            most two.
        due: the word due at each step.

    Raises:
        ValueError: no panel or more than two, or one of another shape.
    """
    squares = {name: np.asarray(changed, dtype=bool) for name, changed in panels.items()}
    n = len(due)
    if not 1 <= len(squares) <= 2 or n == 0 or any(changed.shape != (n, n) for changed in squares.values()):
        raise ValueError(
            f"panels: expected one or two of shape {(n, n)}, a row and a column for each of the {n} words "
            f"due, got {[changed.shape for changed in squares.values()]}"
        )
    width, height = min(0.36 * n, (WIDTH - SIDE - GAP) / 2 - 0.1), max(0.36 * n, 2.0)  # the axis name needs 2 inches
    gap = max(GAP, 1.6 - width)  # the names of the axes below keep apart
    spare = WIDTH - SIDE - len(squares) * width - (len(squares) - 1) * gap
    words = f"Steps whose logits change when one of {n} words due is replaced: " + ", ".join(squares)
    columns = [width] * len(squares)
    band = Band(height, SIDE + spare / 3, above=0.38, below=0.95, columns=columns, gap=gap)
    picture, axes = stack(band, words=words)
    for ax, (name, changed) in zip(axes, squares.items(), strict=True):
        _square(ax, changed, [] if ax is not axes[0] else [f"{word}  {step}" for step, word in enumerate(due, 1)])
        ax.set_title(name, fontsize=LABEL_SIZE, color=INK)
        picture.alt += f"; {name}: " + ", ".join(
            f"{word} changes {f'step {_listed(row)}' if row.any() else 'no step'}"
            for word, row in zip(due, changed, strict=True)
        )
    handles = [Patch(color=colour) for colour in (BLUE, ORANGE, UNTOUCHED)] + [Patch(fill=False, edgecolor=INK)]
    legend_below(picture, handles, ["a later step changes", "told too early", "no change", "the word's own step"])
    return picture


def _square(ax: Axes, changed: np.ndarray, names: Sequence[str]) -> None:
    """A cell for each word replaced (downwards, named in the first square only) and step of the logits."""
    n = len(changed)
    edges, told = np.arange(n + 1) + 0.5, np.tril(np.ones((n, n), dtype=bool))
    colours = ListedColormap([UNTOUCHED, BLUE, ORANGE])
    look: Look = {"vmin": 0, "vmax": 2, "cmap": colours, "edgecolors": "white", "linewidth": 1.5}
    ax.pcolormesh(edges, edges, np.where(changed, 1 + told, 0), **look)
    for step in range(1, n + 1):
        frame(ax, (step, step), INK, (0.88, 0.88), linewidth=1.8)
    ax.set(xlim=(0.5, n + 0.5), ylim=(n + 0.5, 0.5), xticks=range(1, n + 1))
    ax.set_yticks(range(1, n + 1) if names else [], names)
    style_axes(ax, "step of the logits", "word replaced, due at step" if names else "", bare=True)
    fit_ticks(ax.get_yticklabels(), SIDE - 0.25)


def _listed(row: np.ndarray) -> str:
    return " ".join(str(step) for step in np.flatnonzero(row) + 1)
