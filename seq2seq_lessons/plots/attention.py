"""Attention: which source word each step looks at, a forced look and what follows, scores in a table (lesson 13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.patches import Rectangle

from .decoding import BLUE_TINT, CELL_HEIGHT, ORANGE_TINT, Bars, draw_bars
from .style import (
    BLUE,
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

SMALLEST = 8  # points: below it a long token is set smaller than the others


def attention_map(source: Sequence[str], written: Sequence[str], weights) -> Picture:
    """The attention weights of one translation: a row for each step, a column for each source token, on [0, 1].

    source: the tokens that the encoder read; written: the token that each step wrote.
    weights: (steps, source tokens), each row summing to 1. The largest of each row is framed.

    ValueError: other shapes, or weights outside [0, 1].
    """
    weights = as_matrix(weights, "weights")
    if weights.shape != (len(written), len(source)):
        raise ValueError(
            f"weights {weights.shape}: expected ({len(written)}, {len(source)}), a row for each token "
            "written and a column for each source token"
        )
    if (weights < 0).any() or (weights > 1).any():
        raise ValueError("weights: an attention weight lies between 0 and 1")
    row, head, foot, left, right = 0.3, 1.0, 0.5, 1.35, 1.0
    height = head + foot + row * len(written)
    words = f"Attention weights of each step over {len(source)} source tokens: {' '.join(source)}"
    picture = Picture(WIDTH, height, words=words)
    ax = picture.add_axes((left / WIDTH, foot / height, 1 - (left + right) / WIDTH, row * len(written) / height))
    image = ax.imshow(weights, cmap=SHARE_MAP, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    picture.alt += "; most weight: "
    for step, best in enumerate(weights.argmax(axis=1)):
        ax.add_patch(Rectangle((best - 0.47, step - 0.44), 0.94, 0.88, fill=False, edgecolor=ORANGE, linewidth=2))
    picture.alt += ", ".join(
        f"'{word}' on '{source[best]}' {weights[step, best]:.0%}"
        for step, (word, best) in enumerate(zip(written, weights.argmax(axis=1), strict=True))
    )
    ax.set_xticks(range(len(source)), source, rotation=45, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(len(written)), written)
    ax.xaxis.tick_top()
    style_axes(ax, "source token (framed: the most weight)", "token written")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    colour_bar(
        picture,
        image,
        ((WIDTH - right + 0.2) / WIDTH, foot / height, 0.18 / WIDTH, row * len(written) / height),
        "weight",
    )
    return picture


def score_table(columns: Sequence[str], rows: Mapping[str, Sequence[float]], *, unit: str, across: str) -> Picture:
    """Scores from 0 to 100 as a table of coloured cells, a row for each system.

    columns: what each column is; across: the name of their axis; unit: of the scores.

    ValueError: a row of another length, no row, or a score outside [0, 100].
    """
    values = as_matrix(list(rows.values()) or [[]], "rows")
    if not rows or values.shape[1] != len(columns):
        raise ValueError(
            f"rows of {[len(row) for row in rows.values()]} scores: expected {len(columns)} in each, and "
            "at least one row"
        )
    if (values < 0).any() or (values > 100).any():
        raise ValueError("rows: a score lies between 0 and 100")
    row, head, foot = 0.36, 0.1, 0.62
    left = 0.2 + 0.092 * max(map(len, rows))
    height = head + foot + row * len(rows)
    picture = Picture(WIDTH, height, words=f"{unit} by {across}: {', '.join(rows)}")
    ax = picture.add_axes((left / WIDTH, foot / height, 1 - (left + 1.1) / WIDTH, row * len(rows) / height))
    image = ax.imshow(values, cmap=SHARE_MAP, vmin=0, vmax=100, aspect="auto", interpolation="nearest")
    for (y, x), value in np.ndenumerate(values):
        colour = INK if value > 55 else "white"
        ax.text(x, y, f"{value:.0f}", ha="center", va="center", fontsize=TICK_SIZE, color=colour)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), list(rows))
    style_axes(ax, across, "")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    colour_bar(picture, image, ((WIDTH - 0.95) / WIDTH, foot / height, 0.18 / WIDTH, row * len(rows) / height), unit)
    picture.alt += "; " + "; ".join(
        f"{name}: {', '.join(f'{value:.0f}' for value in scores)}" for name, scores in rows.items()
    )
    return picture


def forced_look(
    source: Sequence[str],
    weights: Sequence[float],
    original: Sequence[str],
    forced: Sequence[str],
    step: int,
    looked: int | None,
    bars: Sequence[Bars],
    *,
    k: int,
    columns: int,
    words: str,
) -> Picture:
    """One step of attention: its weights over the source; both translations; the next word's bars for either look.

    source: tokens read, with the step's own weights, on the fixed scale from 0 to 1; `looked`: which of them it is
        forced to look at, counted from 0, None when it is left alone.
    original, forced: the tokens written; they have the first `step - 1` tokens in common.
    bars: two panels, the step's best tokens with its own weights and with all weight on one token.
    k: bars in a panel that is full; columns: cells in the longest row of a series of pictures. They fix the size.

    ValueError: a row longer than `columns`, a step that the forced row does not have, weights that do not fit.
    """
    if not 1 <= step <= len(forced) or max(len(original), len(forced)) > columns:
        raise ValueError(
            f"step {step} and rows of {len(original)} and {len(forced)} tokens: expected a step of the "
            f"forced row, and at most columns={columns} tokens"
        )
    if len(weights) != len(source) or len(bars) != 2 or any(len(panel.tokens) > k for panel in bars):
        raise ValueError(
            f"{len(source)} source tokens, {len(weights)} weights and {len(bars)} panels: expected a "
            f"weight for each token, and two panels of at most k={k} bars"
        )
    top, bars_high, between, gap, foot, bar_height = 0.1, 0.95, 0.46, 1.02, 0.58, 0.29
    height = top + bars_high + between + 2 * CELL_HEIGHT + gap + k * bar_height + foot
    picture = Picture(WIDTH, height, words=words)
    left = 0.85
    ax = picture.add_axes((left / WIDTH, 1 - (top + bars_high) / height, 1 - (left + 0.05) / WIDTH, bars_high / height))
    places = np.arange(len(source))
    ax.bar(places, weights, width=0.8, color=[ORANGE if place == looked else BLUE for place in places])
    if looked is not None:  # all the weight, as an outline up to 1
        ax.add_patch(Rectangle((looked - 0.4, 0), 0.8, 1, fill=False, edgecolor=ORANGE, linewidth=2, clip_on=False))
    ax.set(ylim=(0, 1), xlim=(-0.5, len(source) - 0.5), yticks=(0, 0.5, 1))
    ax.set_xticks(places, source)
    style_axes(ax, "", "weight")
    room = (WIDTH - left - 0.05) / len(source)
    for text in ax.get_xticklabels():  # a long word is set smaller
        text.set_fontsize(min(TICK_SIZE, TICK_SIZE * room / (0.1 * len(text.get_text()) + 0.02)))

    bottom = top + bars_high + between + 2 * CELL_HEIGHT
    ax = picture.add_axes((left / WIDTH, 1 - bottom / height, 1 - (left + 0.05) / WIDTH, 2 * CELL_HEIGHT / height))
    room = (WIDTH - left - 0.05) / columns
    fits = {token: min(TICK_SIZE, TICK_SIZE * room / (0.1 * len(token) + 0.06)) for token in (*original, *forced)}
    common = max(min(fits.values()), SMALLEST)  # one size for all, but for a token that even then is too long
    for y, tokens in enumerate((original, forced)):
        for x, token in enumerate(tokens):
            changed = y == 1 and (x >= len(original) or token != original[x])
            here = x == step - 1 and (y == 0 or looked is not None)
            fill = ORANGE_TINT if changed else BLUE_TINT
            ax.add_patch(Rectangle((x + 0.5, y - 0.5), 1, 1, facecolor=fill, edgecolor="white", linewidth=2))
            if here:
                ax.add_patch(
                    Rectangle(
                        (x + 0.53, y - 0.44), 0.94, 0.88, fill=False, edgecolor=(BLUE, ORANGE)[y], linewidth=2, zorder=3
                    )
                )
            ax.text(x + 1, y, token, ha="center", va="center", color=INK, fontsize=min(common, fits[token]))
    ax.set(xlim=(0.5, columns + 0.5), ylim=(1.5, -0.5), xticks=range(1, max(len(original), len(forced)) + 1))
    ax.set_yticks((0, 1), ("its own", "forced"))
    style_axes(ax, "step", "")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)

    for number, panel in enumerate(bars):
        start = number * WIDTH / 2 + 1.2
        ax = picture.add_axes((start / WIDTH, foot / height, (WIDTH / 2 - 1.4) / WIDTH, k * bar_height / height))
        draw_bars(ax, panel, k)
        picture.text(
            (number * WIDTH / 2 + 0.2) / WIDTH,
            (foot + k * bar_height + 0.08) / height,
            panel.title,
            fontsize=LABEL_SIZE,
            color=INK,
            va="bottom",
        )
    where = "" if looked is None else f", forced to look at '{source[looked]}'"
    picture.alt = (
        f"{words}; step {step}{where}; weights: "
        + ", ".join(f"'{token}' {weight:.0%}" for token, weight in zip(source, weights, strict=True))
        + (f"; its own: {' '.join(original)}; forced: {' '.join(forced)}; ")
        + "; ".join(
            f"{panel.title}: "
            + ", ".join(
                f"'{token}' {value:.0%}" for token, value in zip(panel.tokens, panel.probabilities, strict=True)
            )
            for panel in bars
        )
    )
    return picture
