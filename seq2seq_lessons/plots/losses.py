"""The loss: one word's surprise, a batch under its mask, four ways to report it, and two models by two of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_rgb
from matplotlib.patches import Rectangle

from .style import (
    BLUE,
    GREY,
    INK,
    LABEL_SIZE,
    ORANGE,
    SHARE_MAP,
    TICK_SIZE,
    WIDTH,
    Picture,
    as_matrix,
    colour_bar,
    style_axes,
)

NOBODY = "#EDEDED"
TALL, LOW = 0.46, 0.28  # inches: a row of cells with a word above the number, and without


def surprise_curve(probabilities: Mapping[str, float]) -> Picture:
    """The loss of one token against the probability that the right word was given, with some words marked on it.

    probabilities: word -> its probability, above 0 and at most 1.
    """
    if not probabilities or not all(0 < p <= 1 for p in probabilities.values()):
        raise ValueError(f"probabilities: expected at least one, above 0 and at most 1, got {dict(probabilities)}")
    picture = Picture(
        WIDTH, 2.7, words="The loss of one token, -log p, from p = 0 to 1; marked: " + ", ".join(probabilities)
    )
    ax = picture.add_axes((0.10, 0.22, 0.86, 0.73))
    p = np.linspace(0.005, 1, 400)
    ax.plot(p, -np.log(p), color=GREY, linewidth=2)
    for word, value in probabilities.items():
        loss = -math.log(value)
        ax.plot(value, loss, "o", color=ORANGE, markersize=8, clip_on=False)
        ax.annotate(
            f"{word}  {loss:.2f}", (value, loss), (8, 8), textcoords="offset points", color=INK, fontsize=LABEL_SIZE
        )
        picture.alt += f"; {word} with p = {value:.2f} costs {loss:.2f}"
    ax.set(xlim=(0, 1), ylim=(0, 5))
    ax.grid(axis="y", color="#E5E5E5")
    style_axes(ax, "probability of the right word", "loss (nats)")
    return picture


def masked_losses(losses, mask, tokens: Sequence[Sequence[str]], *, limit: float = 7.0) -> Picture:
    """A batch below itself three times: the loss at each position, the mask, and their product.

    losses: (batch, steps), in nats; mask: (batch, steps), True at real tokens; tokens: (batch, steps) text.
    limit: the colours run from 0 to limit; what is above has the last colour.

    ValueError: the three are not of one shape.
    """
    losses, mask = as_matrix(losses, "losses"), as_matrix(mask, "mask").astype(bool)
    batch, steps = losses.shape
    shapes = [losses.shape, mask.shape, (len(tokens), *{len(row) for row in tokens})]
    if len(set(shapes)) != 1:
        raise ValueError(f"losses, mask and tokens: expected one shape (batch, steps), got {shapes}")
    words = f"The loss at each position of a batch {losses.shape}, the mask, and their product"
    head, foot, side, bar = 0.30, 0.52, 0.62, 0.95
    height = 3 * head + batch * (TALL + 2 * LOW) + foot
    picture = Picture(WIDTH, height, words=words)
    number = "{:.2f}".format
    colours = ScalarMappable(Normalize(0, limit), SHARE_MAP)
    product = np.where(mask, losses, 0.0)
    cell = (WIDTH - side - bar) / steps
    bottom = height
    for title, row_height, values in (
        ("loss at each position", TALL, losses),
        ("mask", LOW, mask),
        ("loss × mask", LOW, product),
    ):
        bottom -= head + batch * row_height
        ax = picture.add_axes((side / WIDTH, bottom / height, steps * cell / WIDTH, batch * row_height / height))
        ax.set(xlim=(0.5, steps + 0.5), ylim=(batch + 0.5, 0.5), xticks=range(1, steps + 1), yticks=range(1, batch + 1))
        ax.set_title(title, loc="left", fontsize=LABEL_SIZE, color=INK, fontweight="bold", pad=5)
        for (row, column), on in np.ndenumerate(mask):
            value, place = values[row, column], (column + 1, row + 1)
            if values is losses:
                _cell(ax, place, number(value), colours.to_rgba(value), tokens[row][column], inches=cell)
            elif values is mask or not on:
                _cell(ax, place, str(int(value)), NOBODY, hatched=not on, inches=cell)
            else:
                _cell(ax, place, number(value), colours.to_rgba(value), inches=cell)
        style_axes(ax, "step" if values is product else "", "")
        ax.tick_params(length=0, labelbottom=values is product)
        ax.spines[:].set_visible(False)
    middle = (bottom + batch * (TALL + 2 * LOW) / 2 + head) / height
    picture.text(
        0.16 / WIDTH, middle, "sentence", rotation=90, ha="center", va="center", fontsize=LABEL_SIZE, color=INK
    )
    colour_bar(
        picture,
        colours,
        (1 - (bar - 0.18) / WIDTH, (bottom + 0.9) / height, 0.018, 1.7 / height),
        "loss (nats)",
        extend="max",
    )
    picture.alt = f"{words}; " + "; ".join(
        f"sentence {i}: "
        + ", ".join(
            f"{token} {number(loss)}" + ("" if on else " masked") for token, loss, on in zip(*rows, strict=True)
        )
        for i, rows in enumerate(zip(tokens, losses, mask, strict=True), start=1)
    )
    return picture


def _cell(
    ax, place: tuple[int, int], number: str, fill, token: str = "", *, hatched: bool = False, inches: float
) -> None:
    """One position, `inches` wide: a number, under its token where one is given; hatched where nothing counts."""
    x, y = place
    ink = "white" if _brightness(fill) < 0.45 else INK
    ax.add_patch(
        Rectangle(
            (x - 0.5, y - 0.5),
            1,
            1,
            facecolor=fill,
            edgecolor="#BBBBBB" if hatched else "white",
            hatch="//" if hatched else None,
            linewidth=1 if hatched else 2,
        )
    )
    ax.text(
        x,
        y + 0.33 if token else y,
        number,
        ha="center",
        va="baseline" if token else "center",
        color=ink,
        fontsize=TICK_SIZE,
        bbox={"facecolor": fill, "edgecolor": "none", "pad": 1} if hatched else None,
    )
    if token:  # a long word is set smaller
        ax.text(
            x,
            y - 0.08,
            token,
            ha="center",
            va="baseline",
            color=ink,
            fontsize=min(TICK_SIZE, TICK_SIZE * inches / (0.09 * len(token) + 0.06)),
        )


def _brightness(colour) -> float:
    """How bright a colour looks, from 0 to 1."""
    return float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))


def reported_losses(values: Mapping[str, float]) -> Picture:
    """The same batch's loss, reported in several ways, as bars from 0 on one scale.

    values: way -> the number that it reports, at least 0.
    """
    numbers = {name: float(value) for name, value in values.items()}
    if not numbers or min(numbers.values()) < 0:
        raise ValueError(f"values: expected at least one number, none below 0, got {numbers}")
    height = 0.62 + 0.36 * len(numbers)
    picture = Picture(WIDTH, height, words="One batch's loss, reported in several ways: " + ", ".join(numbers))
    room = 0.25 + 0.092 * max(map(len, numbers))
    ax = picture.add_axes((room / WIDTH, 0.56 / height, 1 - (room + 0.75) / WIDTH, 1 - 0.62 / height))
    rows = np.arange(len(numbers))
    ax.barh(rows, list(numbers.values()), height=0.68, color=BLUE)
    for row, value in zip(rows, numbers.values(), strict=True):
        ax.annotate(
            f"{value:.2f}", (value, row), (5, 0), textcoords="offset points", va="center", fontsize=TICK_SIZE, color=INK
        )
    ax.set(xlim=(0, max(numbers.values()) or 1), ylim=(len(numbers) - 0.5, -0.5))
    ax.set_yticks(rows, list(numbers))
    style_axes(ax, "reported loss (nats)", "")
    picture.alt += "; " + ", ".join(f"{name} {value:.2f}" for name, value in numbers.items())
    return picture


def two_reports(runs: Mapping[str, Sequence[Sequence[float]]], *, top: float) -> Picture:
    """Training runs side by side, each reported twice by epoch: over all positions and over real tokens.

    runs: name -> one pair (over all positions, over real tokens) per epoch, beginning with the untrained model.
    top: the upper end of the shared scale.

    ValueError: not one or two runs, or a run that is not of shape (epochs, 2), two epochs or more.
    """
    series = {name: as_matrix(values, name) for name, values in runs.items()}
    if not 1 <= len(series) <= 2 or any(v.shape[0] < 2 or v.shape[1] != 2 for v in series.values()):
        raise ValueError(
            "runs: expected one or two, each of shape (epochs, 2) with two epochs or more, got "
            f"{ {name: v.shape for name, v in series.items()} }"
        )
    picture = Picture(WIDTH, 3.2, words="Loss by epoch, over all positions and over real tokens: " + "; ".join(series))
    width = 0.39 if len(series) == 2 else 0.80
    for place, (name, values) in enumerate(series.items()):
        ax = picture.add_axes((0.09 + place * 0.49, 0.19, width, 0.59))
        ax.set_title(name, fontsize=LABEL_SIZE, color=INK, loc="left")
        for line, label, colour, style in zip(
            values.T, ("all positions", "real tokens"), (ORANGE, BLUE), ("--", "-"), strict=True
        ):
            ax.plot(line, color=colour, linewidth=2, linestyle=style, label=label)
            picture.alt += f"; {name}, {label}: from {line[0]:.2f} to {line[-1]:.2f}"
        ax.set(xlim=(0, len(values) - 1), ylim=(0, top))
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.grid(axis="y", color="#E5E5E5")
        style_axes(ax, "epoch", "" if place else "loss (nats)")
    picture.legend(
        *ax.get_legend_handles_labels(),
        ncols=2,
        loc="upper center",
        frameon=False,
        fontsize=LABEL_SIZE,
        labelcolor="linecolor",
        handlelength=2.5,
    )
    return picture
