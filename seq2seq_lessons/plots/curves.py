"""Training curves, length histograms, and the best tokens of a distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, TICK_SIZE, WIDTH, Picture, style_axes


def loss_curve(train: Sequence[float], validation: Sequence[float] | None = None) -> Picture:
    """Loss per token by epoch, for training and validation, each labelled at its end.

    train, validation: one loss per epoch, in nats per real token.
    """
    if len(train) == 0:
        raise ValueError("train: no epochs to draw; give at least one loss per token")
    if validation is not None and len(validation) != len(train):
        raise ValueError(f"validation: {len(validation)} epochs, but train has {len(train)}")
    which = "training" if validation is None else "training and validation"
    picture = Picture(WIDTH, 3.0, words=f"Loss per token by epoch, {which}")
    ax = picture.add_axes((0.10, 0.20, 0.74, 0.74))
    epochs = np.arange(1, len(train) + 1)
    series = [("training", train, BLUE)] + ([("validation", validation, ORANGE)] if validation is not None else [])
    ends = []
    for name, values, colour in series:
        ax.plot(epochs, values, color=colour, linewidth=2, marker="o" if len(train) < 3 else "")
        ends.append(float(values[-1]))
        picture.alt += f"; {name} from {values[0]:.2f} to {values[-1]:.2f}"
    top = max(max(values) for _, values, _ in series) * 1.05 or 1.0
    ax.set(ylim=(0, top), xlim=(1, max(len(train), 2)))
    gap = 0.08 * top  # two labels never print over each other
    places = list(ends)
    if len(ends) == 2 and abs(ends[0] - ends[1]) < gap:
        low, high = (0, 1) if ends[0] <= ends[1] else (1, 0)
        middle = max(sum(ends) / 2, gap / 2)
        places[low], places[high] = middle - gap / 2, middle + gap / 2
    for (name, _, colour), y in zip(series, places, strict=True):
        ax.annotate(
            f" {name}", (max(len(train), 2), y), color=colour, fontsize=LABEL_SIZE, va="center", annotation_clip=False
        )
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(axis="y", color="#E5E5E5")
    style_axes(ax, "epoch", "loss (nats per token)")
    if validation is not None:
        best = int(np.argmin(validation))
        ax.plot(
            best + 1,
            validation[best],
            "o",
            color=ORANGE,
            markersize=7,
            markerfacecolor="white",
            markeredgewidth=2,
            clip_on=False,
        )
        picture.alt += f"; lowest validation loss at epoch {best + 1}"
    return picture


def length_histogram(lengths: Mapping[str, Sequence[int]] | Sequence[int]) -> Picture:
    """How many sentences have each length.

    lengths: whole numbers of tokens, or a name for each of several such lists (drawn side by side).
    """
    series = dict(lengths) if isinstance(lengths, Mapping) else {"sentences": lengths}
    arrays = {name: np.asarray(values, dtype=int) for name, values in series.items()}
    if not arrays or any(values.size == 0 for values in arrays.values()):
        raise ValueError("lengths: nothing to count; give at least one length in every list")
    picture = Picture(WIDTH, 3.0, words="Histogram of sentence lengths in tokens: " + ", ".join(arrays))
    ax = picture.add_axes((0.12, 0.20, 0.85, 0.74))
    low, high = min(v.min() for v in arrays.values()), max(v.max() for v in arrays.values())
    places = np.arange(low, high + 1)
    width = 0.8 / len(arrays)
    for number, ((name, values), colour) in enumerate(zip(arrays.items(), (BLUE, ORANGE, GREY), strict=False)):
        counts = np.bincount(values, minlength=high + 1)[low:]
        ax.bar(places + (number - (len(arrays) - 1) / 2) * width, counts, width, color=colour, label=name)
        picture.alt += f"; {name}: {values.min()} to {values.max()} tokens, most often {places[counts.argmax()]}"
    if len(arrays) > 1:
        ax.legend(frameon=False, fontsize=TICK_SIZE)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(axis="y", color="#E5E5E5")
    ax.set_axisbelow(True)
    style_axes(ax, "length (tokens)", "sentences (count)")
    return picture


def topk_bars(
    tokens: Sequence[str], probabilities: Sequence[float], *, chosen: str | None = None, name: str = "next token"
) -> Picture:
    """The best tokens of one step as bars on the fixed scale from 0 to 1, best first.

    chosen: the token that was taken, drawn in the second colour.
    """
    if len(tokens) != len(probabilities) or len(tokens) == 0:
        given = f"{len(tokens)} tokens and {len(probabilities)} probabilities"
        raise ValueError(f"expected one probability for each token and at least one token, got {given}")
    order = np.argsort(-np.asarray(probabilities, dtype=float), kind="stable")
    tokens = [tokens[i] for i in order]
    values = [float(probabilities[i]) for i in order]
    height = 0.75 + 0.32 * len(tokens)
    picture = Picture(WIDTH, height, words=f"Bars of the {len(tokens)} most probable choices for the {name}")
    ax = picture.add_axes((0.20, 0.62 / height, 0.74, 1 - 0.70 / height))
    rows = np.arange(len(tokens))
    ax.barh(rows, values, color=[ORANGE if token == chosen else BLUE for token in tokens], height=0.72)
    for row, value in zip(rows, values, strict=True):
        inside = value > 0.85
        ax.text(
            value + (-0.01 if inside else 0.01),
            row,
            f"{value:.0%}",
            va="center",
            ha="right" if inside else "left",
            fontsize=TICK_SIZE,
            color="white" if inside else INK,
        )
    ax.set(xlim=(0, 1), ylim=(len(tokens) - 0.5, -0.5))
    ax.set_yticks(rows, tokens)
    style_axes(ax, "probability", "")
    picture.alt += "; " + ", ".join(f"'{token}' {value:.0%}" for token, value in zip(tokens, values, strict=True))
    return picture
