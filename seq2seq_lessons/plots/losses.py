"""The loss: one word's surprise, a batch under its mask, four ways to report it, and two models by two of them."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from .bars import name_bars, number_bars
from .cells import box, cell, cell_inches, hatched_cell, ink_on, row_axes, share_colour
from .labels import fitted, listed, name_room
from .layout import Band, colour_bar, legend_below, stack, write
from .style import (
    BLUE,
    GREY,
    GREY_TINT,
    INK,
    LABEL_SIZE,
    ORANGE,
    SHARE_MAP,
    TICK_SIZE,
    Look,
    Picture,
    as_matrix,
    style_axes,
    whole_numbers,
)

LIMIT = 7.0  # nats: what is above has the last colour
TALL, LOW = 0.46, 0.28  # inches: a row of cells with a word above the number, and without


def surprise_curve(probabilities: Mapping[str, float]) -> Picture:
    """The loss of one token against the probability that the right word was given, with some words marked on it.

    Args:
        probabilities: word -> its probability, above 0 and at most 1.

    Raises:
        ValueError: no word, or another probability.
    """
    if not probabilities or not all(0 < p <= 1 for p in probabilities.values()):
        raise ValueError(f"probabilities: expected at least one, above 0 and at most 1, got {dict(probabilities)}")
    words = "The loss of one token, -log p, from p = 0 to 1; marked: " + ", ".join(probabilities)
    picture, (ax,) = stack(Band(1.97, right=0.29, above=0.13), words=words)
    p = np.linspace(0.005, 1, 400)
    ax.plot(p, -np.log(p), color=GREY, linewidth=2)
    for word, value in probabilities.items():
        loss = -math.log(value)
        ax.plot(value, loss, "o", color=ORANGE, markersize=8, clip_on=False)
        style: Look = {"textcoords": "offset points", "color": INK, "fontsize": LABEL_SIZE}
        ax.annotate(f"{word}  {loss:.2f}", (value, loss), (8, 8), **style)
        picture.alt += f"; {word} with p = {value:.2f} costs {loss:.2f}"
    ax.set(xlim=(0, 1), ylim=(0, 5))
    style_axes(ax, "probability of the right word", "loss (nats)", grid=True)
    return picture


def masked_losses(losses: object, mask: object, tokens: Sequence[Sequence[str]]) -> Picture:
    """A batch below itself three times: the loss at each position, the mask, and the losses that it leaves.

    Args:
        losses: (batch, steps), in nats.
        mask: (batch, steps), True at real tokens.
        tokens: (batch, steps) text.

    Raises:
        ValueError: the three are not of one shape.
    """
    values, on = as_matrix(losses, "losses"), as_matrix(mask, "mask").astype(bool)
    shapes = [values.shape, on.shape, (len(tokens), *{len(row) for row in tokens})]
    if len(set(shapes)) != 1:
        raise ValueError(f"losses, mask and tokens: expected one shape (batch, steps), got {shapes}")
    batch, steps = values.shape
    words = f"The loss at each position of a batch {values.shape}, the mask, and the losses that it leaves"
    bands = [Band(batch * row, 0.62, 0.95, above=0.30, below=0) for row in (TALL, LOW)]
    picture, axes = stack(*bands, Band(batch * LOW, 0.62, 0.95, above=0.30, below=0.52), words=words)
    for ax, title in zip(axes, ("loss at each position", "mask", "losses where the mask is 1"), strict=True):
        row_axes(ax, [str(row) for row in range(1, batch + 1)], steps, "step" if ax is axes[-1] else "")
        ax.tick_params(labelbottom=ax is axes[-1])
        ax.set_title(title, loc="left", fontsize=LABEL_SIZE, color=INK, fontweight="bold", pad=5)
    colours = ScalarMappable(Normalize(0, LIMIT), SHARE_MAP)
    for (row, column), counts in np.ndenumerate(on):
        at, number, fill = (
            (column + 1, row),
            f"{values[row, column]:.2f}",
            share_colour(float(values[row, column]) / LIMIT),
        )
        _two_line_cell(axes[0], at, (tokens[row][column], number), fill)
        if counts:
            cell(axes[1], at, "1", GREY_TINT)
            cell(axes[2], at, number, fill)
        else:
            hatched_cell(axes[1], at, "0", GREY_TINT)
            hatched_cell(axes[2], at, "0", GREY_TINT)
    style: Look = {"rotation": 90, "ha": "center"}
    write(picture, 0.16, 0.6 + batch * (TALL + 2 * LOW) / 2, "sentence", **style)
    colour_bar(colours, axes, "loss (nats)", extend="max")
    picture.alt += "".join(
        f"; sentence {i}: " + listed("{} {:.2f}{}", row, row_losses, np.where(row_on, "", " masked"))
        for i, (row, row_losses, row_on) in enumerate(zip(tokens, values, on, strict=True), start=1)
    )
    return picture


def _two_line_cell(ax: Axes, at: tuple[float, float], lines: tuple[str, str], fill: str) -> None:
    """A token above its number in one cell."""
    x, y = at
    token, number = lines
    box(ax, at, (1, 1), facecolor=fill, edgecolor="white", linewidth=2)
    style: Look = {"ha": "center", "va": "baseline", "color": ink_on(fill)}
    ax.text(x, y + 0.33, number, fontsize=TICK_SIZE, **style)
    ax.text(x, y - 0.08, token, fontsize=fitted(token, cell_inches(ax, 1)), **style)


def reported_losses(values: Mapping[str, float]) -> Picture:
    """The same batch's loss, reported in several ways, as bars from 0 on one scale.

    Args:
        values: way -> the number that it reports, at least 0.

    Raises:
        ValueError: no number, or one below 0.
    """
    numbers = {name: float(value) for name, value in values.items()}
    if not numbers or min(numbers.values()) < 0:
        raise ValueError(f"values: expected at least one number, none below 0, got {numbers}")
    words = "One batch's loss, reported in several ways: " + ", ".join(numbers)
    picture, (ax,) = stack(Band(0.36 * len(numbers), name_room(numbers), 0.3, above=0.06, below=0.56), words=words)
    ax.set_xlim(0, max(numbers.values()) or 1)
    number_bars(ax, list(numbers.values()), BLUE, "{:.2f}".format, thickness=0.68)
    name_bars(ax, list(numbers), "reported loss (nats)")
    picture.alt += "; " + listed("{} {:.2f}", numbers, numbers.values())
    return picture


def two_reports(runs: Mapping[str, Sequence[Sequence[float]]], *, top: float) -> Picture:
    """Training runs side by side, each reported twice by epoch: over all positions and over real tokens.

    Args:
        runs: name -> one pair (over all positions, over real tokens) per epoch, beginning with the untrained model.
        top: the upper end of the shared scale.

    Raises:
        ValueError: not one or two runs, or a run that is not of shape (epochs, 2), two epochs or more.
    """
    series = {name: as_matrix(values, name) for name, values in runs.items()}
    if not 1 <= len(series) <= 2 or any(v.shape[0] < 2 or v.shape[1] != 2 for v in series.values()):
        raise ValueError(
            "runs: expected one or two, each of shape (epochs, 2) with two epochs or more, got "
            f"{ {name: v.shape for name, v in series.items()} }"
        )
    words = "Loss by epoch, over all positions and over real tokens: " + "; ".join(series)
    band = Band(1.9, 0.65, above=0.35, below=0.95, columns=len(series), gap=0.72)
    picture, axes = stack(band, words=words)
    names, looks = ("all positions", "real tokens"), ((ORANGE, "--"), (BLUE, "-"))
    for ax, (run, values) in zip(axes, series.items(), strict=True):
        ax.set_title(run, fontsize=LABEL_SIZE, color=INK, loc="left")
        for line, name, (colour, dash) in zip(values.T, names, looks, strict=True):
            ax.plot(line, color=colour, linewidth=2, linestyle=dash, label=name)
            picture.alt += f"; {run}, {name}: from {line[0]:.2f} to {line[-1]:.2f}"
        ax.set(xlim=(0, len(values) - 1), ylim=(0, top))
        whole_numbers(ax.xaxis)
        style_axes(ax, "epoch", "loss (nats)" if ax is axes[0] else "", grid=True)
    legend_below(picture, axes[0].lines, names)
    return picture
