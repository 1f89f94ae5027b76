"""Sentences while they are written: a forced word and what follows, a transplanted state, the right word by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle

from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, TICK_SIZE, WIDTH, Picture, style_axes

BLUE_TINT, ORANGE_TINT = "#CFE5F5", "#FBDCC4"
CELL_HEIGHT = 0.34  # inches


@dataclass(frozen=True)
class Bars:
    """The best tokens of one step, the best first, with their probabilities; none where the sentence has ended.

    colours: colour of each token that stands out; the others are grey.
    """

    title: str
    tokens: Sequence[str]
    probabilities: Sequence[float]
    colours: Mapping[str, str]


def forced_decoding(
    original: Sequence[str], forced: Sequence[str], step: int, bars: Sequence[Bars], *, k: int, columns: int, words: str
) -> Picture:
    """A translation and the same with the token of one step forced; below, the best tokens of some steps as bars.

    original, forced: the tokens written; they have the first `step - 1` tokens in common.
    step: whose token was forced, counted from 1.
    bars: up to three panels, drawn on the fixed scale from 0 to 1.
    k: bars in a panel that is full; columns: cells in the longest row of a series of pictures. They fix the size.

    ValueError: a row longer than `columns`, a step that the forced row does not have, or more than three panels.
    """
    if not 1 <= step <= len(forced) or max(len(original), len(forced)) > columns:
        raise ValueError(
            f"step {step} and rows of {len(original)} and {len(forced)} tokens: expected a step of the "
            f"forced row, and at most columns={columns} tokens"
        )
    if len(bars) > 3 or any(len(panel.tokens) > k for panel in bars):
        raise ValueError(
            f"expected at most three panels of at most k={k} bars, got {[len(panel.tokens) for panel in bars]}"
        )
    head, middle, foot, bar_height = 0.08, 0.52 + 0.62, 0.58, 0.29
    height = head + 2 * CELL_HEIGHT + middle + k * bar_height + foot
    picture = Picture(WIDTH, height, words=words)
    draw_rows(picture, original, forced, step, columns, head, height)
    draw_panels(picture, bars, k, WIDTH / 3, foot, bar_height, height)
    picture.alt = f"{words}; original: {' '.join(original)}; forced at step {step}: {' '.join(forced)}; " + "; ".join(
        f"{' '.join(panel.title.split())}: "
        + (
            ", ".join(f"'{token}' {value:.0%}" for token, value in zip(panel.tokens, panel.probabilities, strict=True))
            or "nothing left to say"
        )
        for panel in bars
    )
    return picture


def draw_rows(
    picture: Picture,
    original: Sequence[str],
    forced: Sequence[str],
    step: int,
    columns: int,
    head: float,
    height: float,
) -> None:
    """Both translations in cells, `head` inches below the top of a picture `height` inches high, the forced token and
    what it changed in orange."""
    left = 0.85
    ax = picture.add_axes(
        (left / WIDTH, 1 - (head + 2 * CELL_HEIGHT) / height, 1 - (left + 0.05) / WIDTH, 2 * CELL_HEIGHT / height)
    )
    cell = (WIDTH - left - 0.05) / columns
    for row, tokens in enumerate((original, forced)):
        for x, token in enumerate(tokens):
            changed = row == 1 and (x >= len(original) or token != original[x])
            fill = ORANGE if row == 1 and x == step - 1 else ORANGE_TINT if changed else BLUE_TINT
            _cell(ax, x + 0.5, row - 0.5, 1, token, fill, cell)
    ax.set(xlim=(0.5, columns + 0.5), ylim=(1.5, -0.5), xticks=range(1, columns + 1))
    ax.set_yticks((0, 1), ("original", "forced"))
    style_axes(ax, "step", "")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def draw_panels(
    picture: Picture, bars: Sequence[Bars], k: int, room: float, foot: float, bar_height: float, height: float
) -> None:
    """Panels of bars side by side, each in `room` inches, their titles above; all lengths in inches."""
    label = 0.98
    for number, panel in enumerate(bars):
        ax = picture.add_axes(
            ((number * room + label) / WIDTH, foot / height, (room - label - 0.14) / WIDTH, k * bar_height / height)
        )
        draw_bars(ax, panel, k)
        picture.text(
            (number * room + 0.08) / WIDTH,
            (foot + k * bar_height + 0.10) / height,
            panel.title,
            fontsize=LABEL_SIZE,
            color=INK,
            va="bottom",
            linespacing=1.25,
        )


def draw_bars(ax, panel: Bars, k: int, *, wide: bool = False, empty: str = "nothing left\nto say") -> None:
    """Draw a panel of up to k bars on the fixed scale from 0 to 1.

    wide: the axes are wide enough for full tick labels, and for a number inside a long bar only.
    empty: what stands there when the panel has no bars.
    """
    rows = np.arange(len(panel.tokens))
    longest, gap, letters = (0.8, 0.02, 11) if wide else (0.6, 0.03, 10)
    ax.barh(rows, panel.probabilities, height=0.72, color=[panel.colours.get(token, GREY) for token in panel.tokens])
    for row, value in zip(rows, panel.probabilities, strict=True):
        inside = value > longest
        ax.text(
            value + (-gap if inside else gap),
            row,
            f"{value:.0%}",
            va="center",
            ha="right" if inside else "left",
            fontsize=TICK_SIZE,
            color="white" if inside else INK,
        )
    if not len(rows):
        ax.text(0.5, (k - 1) / 2, empty, ha="center", va="center", fontsize=TICK_SIZE, color=INK)
    ax.set(xlim=(0, 1), ylim=(k - 0.5, -0.5), xticks=(0, 0.5, 1))
    if not wide:
        ax.set_xticklabels(("0", ".5", "1"))
    ax.set_yticks(rows, panel.tokens)
    style_axes(ax, "probability", "")
    for text in ax.get_yticklabels():  # a long word is set smaller
        text.set_fontsize(min(TICK_SIZE, TICK_SIZE * letters / len(text.get_text())))


@dataclass(frozen=True)
class Decoding:
    """One decoder at work: whose hidden state and whose context it starts from, "A" or "B", and what it writes."""

    name: str
    hidden: str
    context: str
    tokens: Sequence[str]


def transplant(decodings: Sequence[Decoding], *, words: str) -> Picture:
    """Decoders below one another: the two parts of the state that each starts from, and the tokens that it writes.

    Parts from A are blue, parts from B orange. A token is blue where A's translation (the first row) has it at that
    step, orange where B's (the second) has it, and grey where both do or neither does.
    """
    if len(decodings) < 2 or not {d.hidden for d in decodings} | {d.context for d in decodings} <= {"A", "B"}:
        raise ValueError("decodings: expected A's row, B's row and any others, with parts from 'A' and 'B' only")
    row_height, pad = 0.86, 0.1
    height = row_height * len(decodings) + pad
    picture = Picture(WIDTH, height, words=words)
    ax = picture.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(height, 0))
    ax.axis("off")
    a, b = decodings[0].tokens, decodings[1].tokens
    for row, decoding in enumerate(decodings):
        top = pad + row * row_height
        ax.text(
            0.1,
            top + 0.14,
            decoding.name,
            fontsize=LABEL_SIZE,
            color=INK,
            va="center",
            fontweight="bold" if row > 1 else "normal",
        )
        y = top + 0.32
        for x, part, donor in ((0.1, "hidden", decoding.hidden), (0.98, "context", decoding.context)):
            fill = {"A": BLUE_TINT, "B": ORANGE_TINT}[donor]
            _box(ax, x, y, 0.84, CELL_HEIGHT, f"{part} {donor}", fill, TICK_SIZE)
        ax.add_patch(
            FancyArrowPatch(
                (1.88, y + CELL_HEIGHT / 2), (2.2, y + CELL_HEIGHT / 2), color=INK, arrowstyle="-|>", mutation_scale=12
            )
        )
        widths = [0.098 * len(token) + 0.16 for token in decoding.tokens]
        scale = min(1.0, (WIDTH - 2.35) / max(sum(widths), 1e-9))
        x = 2.26
        for step, (token, width) in enumerate(zip(decoding.tokens, widths, strict=True)):
            in_a, in_b = (list(other[step : step + 1]) == [token] for other in (a, b))
            fill = "#EDEDED" if in_a == in_b else BLUE_TINT if in_a else ORANGE_TINT
            _box(ax, x, y, width * scale, CELL_HEIGHT, token, fill, TICK_SIZE * scale)
            x += width * scale
    picture.alt = (
        words
        + "; "
        + "; ".join(
            f"{d.name}: hidden state of {d.hidden}, context of {d.context}, writes '{' '.join(d.tokens)}'"
            for d in decodings
        )
    )
    return picture


def right_word_curves(curves: Mapping[str, Sequence[float]]) -> Picture:
    """How probable the right word is at each step, a curve for each way to decode, labelled at its end.

    curves: name -> mean probability of the right word at step 1, 2, …, in [0, 1]; at most three, of one length.
    """
    series = {name: np.asarray(values, dtype=float) for name, values in curves.items()}
    lengths = {values.shape for values in series.values()}
    if not 1 <= len(series) <= 3 or len(lengths) != 1 or min(lengths)[0] < 2:
        raise ValueError(f"curves: expected one to three, of one length from 2 on, got lengths {sorted(lengths)}")
    if any((values < 0).any() or (values > 1).any() for values in series.values()):
        raise ValueError("curves: a probability lies between 0 and 1")
    steps = np.arange(1, min(lengths)[0] + 1)
    picture = Picture(
        WIDTH, 3.0, words=f"Mean probability of the right word at each of {len(steps)} steps: " + ", ".join(series)
    )
    ax = picture.add_axes((0.10, 0.20, 0.66, 0.74))
    places, highest = {}, 1.0
    for name in sorted(series, key=lambda name: -series[name][-1]):  # no label prints over another, or outside
        below = sum(other not in places for other in series) - 1
        places[name] = max(min(series[name][-1], highest), 0.1 * below)
        highest = places[name] - 0.1
    for (name, values), colour in zip(series.items(), (BLUE, ORANGE, GREY), strict=False):
        ax.plot(steps, values, color=colour, linewidth=2, marker="o", clip_on=False)
        ax.annotate(
            name,
            (steps[-1], places[name]),
            (10, 0),
            textcoords="offset points",
            color=colour,
            fontsize=LABEL_SIZE,
            va="center",
            annotation_clip=False,
        )
        picture.alt += f"; {name}: " + ", ".join(f"{value:.2f}" for value in values)
    ax.set(ylim=(0, 1), xlim=(1, steps[-1]), xticks=steps)
    ax.grid(axis="y", color="#E5E5E5")
    style_axes(ax, "step", "probability of the right word")
    return picture


def _cell(ax, x: float, y: float, width: float, token: str, fill: str, inches: float) -> None:
    """A token in a cell that is `inches` wide on the page; a long one is set smaller."""
    _box(ax, x, y, width, 1, token, fill, min(TICK_SIZE, TICK_SIZE * inches / (0.1 * len(token) + 0.06)))


def _box(ax, x: float, y: float, width: float, height: float, text: str, fill: str, size: float) -> None:
    ax.add_patch(Rectangle((x, y), width, height, facecolor=fill, edgecolor="white", linewidth=2))
    ax.text(
        x + width / 2,
        y + height / 2,
        text,
        ha="center",
        va="center",
        fontsize=size,
        color="white" if fill == ORANGE else INK,
    )
