"""Attention: where each step looks, a forced look and what follows, scores in a table, first errors (lesson 13)."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from .bars import BAR_HEIGHT, Bars, draw_bars, shares
from .cells import CELL_HEIGHT, frame, ink_on, row_axes, share_colour, token_rows
from .labels import end_room, fit_ticks, listed, name_room, percent
from .layout import COLOUR_BAR, Band, colour_bar, inches, stack, tell, write_above
from .lines import checked, draw_curves
from .style import (
    BLUE,
    BLUE_TINT,
    ORANGE,
    ORANGE_TINT,
    SHARE_MAP,
    TICK_SIZE,
    WIDTH,
    Look,
    Picture,
    as_matrix,
    style_axes,
    whole_numbers,
)


def attention_map(source: Sequence[str], written: Sequence[str], weights: object) -> Picture:
    """The attention weights of one translation: a row for each step, a column for each source token, on [0, 1].

    Args:
        source: the tokens that the encoder read.
        written: the token that each step wrote.
        weights: (steps, source tokens), each row summing to 1. The largest of each row is framed.

    Raises:
        ValueError: other shapes, or weights outside [0, 1].
    """
    shares = as_matrix(weights, "weights")
    if shares.shape != (len(written), len(source)):
        raise ValueError(
            f"weights {shares.shape}: expected ({len(written)}, {len(source)}), a row for each token "
            "written and a column for each source token"
        )
    if (shares < 0).any() or (shares > 1).any():
        raise ValueError("weights: an attention weight lies between 0 and 1")
    words = f"Attention weights of each step over {len(source)} source tokens: {' '.join(source)}"
    picture, (ax,) = stack(Band(0.3 * len(written), 1.35, COLOUR_BAR, above=1.0, below=0.5), words=words)
    image = ax.imshow(shares, SHARE_MAP, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    most = shares.argmax(axis=1)
    for step, best in enumerate(most):
        frame(ax, (best, step), ORANGE)
    ax.set_xticks(range(len(source)), source, rotation=45, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(len(written)), written)
    ax.xaxis.tick_top()
    style_axes(ax, "source token (framed: the most weight)", "token written", bare=True)
    colour_bar(image, [ax], "weight")
    found = listed("'{}' on '{}' {:.0%}", written, [source[best] for best in most], shares.max(axis=1))
    picture.alt += f"; most weight: {found}"
    return picture


def score_table(columns: Sequence[str], rows: Mapping[str, Sequence[float]], *, unit: str, across: str) -> Picture:
    """Scores from 0 to 100 as a table of coloured cells, a row for each system.

    Args:
        columns: what each column is.
        rows: system -> its scores.
        unit: of the scores.
        across: the name of the columns' axis.

    Raises:
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
    words = f"{unit} by {across}: {', '.join(rows)}"
    picture, (ax,) = stack(Band(0.36 * len(rows), name_room(rows), COLOUR_BAR, above=0.1, below=0.62), words=words)
    image = ax.imshow(values, SHARE_MAP, vmin=0, vmax=100, aspect="auto", interpolation="nearest")
    for (y, x), value in np.ndenumerate(values):
        style: Look = {"ha": "center", "va": "center", "color": ink_on(share_colour(value / 100))}
        ax.text(x, y, f"{value:.0f}", fontsize=TICK_SIZE, **style)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), list(rows))
    style_axes(ax, across, bare=True)
    colour_bar(image, [ax], unit)
    picture.alt += "".join(f"; {name}: {listed('{:.0f}', scores)}" for name, scores in rows.items())
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

    Args:
        source: tokens read.
        weights: the step's own, one for each of them, on the fixed scale from 0 to 1.
        original: the tokens written.
        forced: the tokens written after the forced look; the first `step - 1` are the same.
        step: whose look it is, counted from 1.
        looked: which source token it is forced to look at, counted from 0; None when it is left alone.
        bars: two panels, the step's best tokens with its own weights and with all weight on one token.
        k: bars in a panel that is full.
        columns: cells in the longest row of a series of pictures; with k it fixes the size.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: a row longer than `columns`, a step that the forced row does not have, weights that do not fit.
    """
    _check_rows(original, forced, step, columns)
    if len(weights) != len(source) or len(bars) != 2 or any(len(panel.tokens) > k for panel in bars):
        raise ValueError(
            f"{len(source)} source tokens, {len(weights)} weights and {len(bars)} panels: expected a "
            f"weight for each token, and two panels of at most k={k} bars"
        )
    look = Band(0.95, 0.85, 0.05, above=0.1, below=0.46)
    rows = Band(2 * CELL_HEIGHT, 0.85, 0.05, above=0, below=0.6)
    panels = Band(k * BAR_HEIGHT, 1.2, above=0.42, below=0.58, columns=2, gap=1.4)
    picture, (look_axes, cells, *bar_axes) = stack(look, rows, panels, words=words)
    _draw_look(look_axes, source, weights, looked)
    looks = [f"step {step} looks at '{token}': {percent(w)}" for token, w in zip(source, weights, strict=True)]
    tell(look_axes, [looks], columns="all weight on")
    _draw_rows(cells, original, forced, columns)
    frame(cells, (step, 0), BLUE)
    if looked is not None:
        frame(cells, (step, 1), ORANGE)
    for number, (ax, panel) in enumerate(zip(bar_axes, bars, strict=True)):
        draw_bars(ax, panel, k, room=1.2)
        write_above(ax, number * WIDTH / 2 + 0.2, panel.title, gap=0.08)
    where = "" if looked is None else f", forced to look at '{source[looked]}'"
    picture.alt += (
        f"; step {step}{where}; weights: {shares(source, weights)}; its own: {' '.join(original)}; "
        f"forced: {' '.join(forced)}; " + "; ".join(panel.in_words() for panel in bars)
    )
    return picture


def _draw_look(ax: Axes, source: Sequence[str], weights: Sequence[float], looked: int | None) -> None:
    """The weights as bars; where the step is forced to look, all the weight as an outline up to 1."""
    places = np.arange(len(source))
    ax.bar(places, weights, width=0.8, color=[ORANGE if place == looked else BLUE for place in places])
    if looked is not None:
        frame(ax, (looked, 0.5), ORANGE, (0.8, 1))
    ax.set(ylim=(0, 1), xlim=(-0.5, len(source) - 0.5), yticks=(0, 0.5, 1))
    ax.set_xticks(places, source)
    style_axes(ax, "", "weight")
    fit_ticks(ax.get_xticklabels(), inches(ax)[0] / len(source))


def _draw_rows(ax: Axes, original: Sequence[str], forced: Sequence[str], columns: int) -> None:
    """Both translations in cells."""
    row_axes(ax, ("its own", "forced"), columns)
    ax.set_xticks(range(1, max(len(original), len(forced)) + 1))
    token_rows(ax, (original, forced), ([BLUE_TINT] * len(original), _changed(original, forced)))


def _check_rows(original: Sequence[str], forced: Sequence[str], step: int, columns: int) -> None:
    """Both rows must fit, and the step must be one of the forced row's.

    Raises:
        ValueError: they do not.
    """
    if not 1 <= step <= len(forced) or max(len(original), len(forced)) > columns:
        raise ValueError(
            f"step {step} and rows of {len(original)} and {len(forced)} tokens: expected a step of the "
            f"forced row, and at most columns={columns} tokens"
        )


def _changed(original: Sequence[str], forced: Sequence[str]) -> list[str]:
    """The fill of each forced token: orange where it is not the original's."""
    return [BLUE_TINT if list(original[x : x + 1]) == [token] else ORANGE_TINT for x, token in enumerate(forced)]


def errorless_curves(shares: Mapping[str, Sequence[float]]) -> Picture:
    """How many translations are still without an error after each word, a curve for each system.

    Args:
        shares: system -> after word 1, 2, … the share in [0, 1]; one to three systems.

    Raises:
        ValueError: no system or more than three, curves of several lengths, or a number that is no share.
    """
    series = checked("shares", shares, 3, shares=True)
    words = f"Share of translations without an error after each word: {', '.join(series)}"
    picture, (ax,) = stack(Band(2.1, 0.95, end_room(series), above=0.14), words=words)
    ax.set(ylim=(0, 1), yticks=(0, 0.5, 1))
    ax.yaxis.set_major_formatter("{x:.0%}")
    draw_curves(ax, np.arange(1, 1 + len(next(iter(series.values())))), series)
    whole_numbers(ax.xaxis)
    style_axes(ax, "words written", "without an error", grid=True)
    for name, values in series.items():
        picture.alt += f"; {name}: {values[0]:.0%} after word 1, {values[-1]:.0%} after word {len(values)}"
    return picture


def written_bars(panels: Mapping[str, Mapping[str, Sequence[float]]], names: tuple[str, str], xlabel: str) -> Picture:
    """How often each of two words is written: two parts of a bar, what is missing to 1 left empty.

    Args:
        panels: one or two titles -> row -> the two shares; the same rows in all.
        names: the two words.
        xlabel: what is a share of what.

    Raises:
        ValueError: no panel or more than two, not the same rows, or shares that are none or sum to more than 1.
    """
    rows = list(next(iter(panels.values()), ()))
    if not 1 <= len(panels) <= 2 or not rows or any(list(panel) != rows for panel in panels.values()):
        raise ValueError(f"panels: expected one or two with the same rows, got {[list(p) for p in panels.values()]}")
    if any(min(two) < 0 or sum(two) > 1 + 1e-6 for panel in panels.values() for two in panel.values()):
        raise ValueError("panels: expected shares from 0 to 1, of one whole")
    words = f"Bars of shares: {xlabel}; {' | '.join(panels)}; rows: {'; '.join(rows)}"
    band = Band(0.27 * len(rows), name_room(rows), 0.3, above=0.4, below=0.9, columns=len(panels), gap=0.5)
    picture, axes = stack(band, words=words)
    for ax, (title, panel) in zip(axes, panels.items(), strict=True):
        first, second = zip(*panel.values(), strict=True)
        ax.barh(rows, first, color=BLUE, label=names[0])
        ax.barh(rows, second, left=first, color=ORANGE, label=names[1])
        ax.set(xlim=(0, 1), xticks=(0, 0.5, 1), ylim=(len(rows) - 0.5, -0.5))
        ax.xaxis.set_major_formatter("{x:.0%}")
        style_axes(ax, xlabel)
        ax.tick_params(axis="y", length=0, labelleft=ax is axes[0])
        write_above(ax, ax.get_position().x0 * WIDTH, title, gap=0.06)
        told = (f"{row} {a:.0%} {names[0]}, {b:.0%} {names[1]}" for row, (a, b) in panel.items())
        picture.alt += f"; {title}: {', '.join(told)}"
    below = (0, -0.55 / band.height)
    axes[0].legend(loc="upper left", bbox_to_anchor=below, ncols=2, frameon=False, fontsize=TICK_SIZE)
    return picture
