"""Sentences while they are written: a transplanted state, the right word by step, scores of several seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from .bars import name_bars
from .cells import CELL_HEIGHT, cell
from .labels import end_room, listed, name_room, text_width
from .layout import Band, page, stack
from .lines import checked, draw_curves
from .style import (
    BLUE,
    BLUE_TINT,
    GREY,
    GREY_TINT,
    INK,
    LABEL_SIZE,
    ORANGE_TINT,
    TICK_SIZE,
    WIDTH,
    Look,
    Picture,
    style_axes,
)


@dataclass(frozen=True)
class Decoding:
    """One decoder at work.

    Attributes:
        name: written above it.
        hidden: whose hidden state it starts from, "A" or "B".
        context: whose context it is fed.
        tokens: what it writes.
    """

    name: str
    hidden: str
    context: str
    tokens: Sequence[str]


def transplant(decodings: Sequence[Decoding], *, words: str) -> Picture:
    """Decoders below one another: the two parts of the state that each starts from, and the tokens that it writes.

    Parts from A are blue, parts from B orange. A token is blue where A's translation (the first row) has it at that
    step, orange where B's (the second) has it, and grey where both do or neither does.

    Args:
        decodings: A's, B's, and any others.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: fewer than two, or a part that is from neither.
    """
    if len(decodings) < 2 or not {d.hidden for d in decodings} | {d.context for d in decodings} <= {"A", "B"}:
        raise ValueError("decodings: expected A's row, B's row and any others, with parts from 'A' and 'B' only")
    picture, ax = page(0.1 + 0.86 * len(decodings), words)
    a, b = decodings[0].tokens, decodings[1].tokens
    for row, decoding in enumerate(decodings):
        top = 0.1 + 0.86 * row
        style: Look = {"fontsize": LABEL_SIZE, "fontweight": "bold" if row > 1 else "normal"}
        ax.text(0.1, top + 0.14, decoding.name, color=INK, va="center", **style)
        y = top + 0.32 + CELL_HEIGHT / 2
        for x, part, donor in ((0.52, "hidden", decoding.hidden), (1.40, "context", decoding.context)):
            cell(ax, (x, y), f"{part} {donor}", {"A": BLUE_TINT, "B": ORANGE_TINT}[donor], (0.84, CELL_HEIGHT))
        ax.add_patch(FancyArrowPatch((1.88, y), (2.2, y), color=INK, arrowstyle="-|>", mutation_scale=12))
        fills = []
        for step, token in enumerate(decoding.tokens):
            in_a, in_b = (list(other[step : step + 1]) == [token] for other in (a, b))
            fills.append(GREY_TINT if in_a == in_b else BLUE_TINT if in_a else ORANGE_TINT)
        _write_row(ax, (2.26, y), decoding.tokens, fills)
        picture.alt += (
            f"; {decoding.name}: hidden state of {decoding.hidden}, context of {decoding.context}, "
            f"writes '{' '.join(decoding.tokens)}'"
        )
    return picture


def _write_row(ax: Axes, start: tuple[float, float], tokens: Sequence[str], fills: Sequence[str]) -> None:
    """Tokens in cells as wide as they are, all of them smaller where they would leave the page."""
    x, y = start
    widths = [text_width(token) + 0.22 for token in tokens]
    scale = min(1.0, (WIDTH - 0.09 - x) / max(sum(widths), 1e-9))
    for token, fill, width in zip(tokens, fills, widths, strict=True):
        size = width * scale, CELL_HEIGHT
        cell(ax, (x + width * scale / 2, y), token, fill, size, largest=TICK_SIZE * scale)
        x += width * scale


def right_word_curves(curves: Mapping[str, Sequence[float]]) -> Picture:
    """How probable the right word is at each step, a curve for each way to decode, labelled at its end.

    Args:
        curves: name -> mean probability of the right word at step 1, 2, …, in [0, 1]; at most three, of one length.

    Raises:
        ValueError: no curve or more than three, several lengths, or a number that is no probability.
    """
    series = checked("curves", curves, 3, shares=True)
    steps = np.arange(1, 1 + len(next(iter(series.values()))))
    words = f"Mean probability of the right word at each of {len(steps)} steps: " + ", ".join(series)
    return share_picture(steps, series, "step", "probability of the right word", words)


def share_picture(
    x: np.ndarray, series: Mapping[str, np.ndarray], xlabel: str, ylabel: str, words: str, looks: Sequence[dict] = ()
) -> Picture:
    """Curves of shares or probabilities on the fixed scale from 0 to 1, a mark at each number.

    Args:
        x: places of the numbers.
        series: name -> numbers.
        xlabel: what the places are.
        ylabel: what the numbers are.
        words: what the picture is, see `Picture`.
        looks: how each curve is drawn.
    """
    picture, (ax,) = stack(Band(2.22, right=end_room(series)), words=words)
    ax.set(ylim=(0, 1), xticks=x)
    draw_curves(ax, x, series, looks=[{"marker": "o"} | look for look in looks or [{}] * len(series)])
    style_axes(ax, xlabel, ylabel, grid=True)
    picture.alt += "".join(f"; {name}: {listed('{:.2f}', values)}" for name, values in series.items())
    return picture


def seed_dots(runs: Mapping[str, Sequence[float]], *, xlabel: str) -> Picture:
    """A score of several trainings: a row for each way to train, a dot for each seed, a bar and a number at the mean.

    A thin line joins the dots of one seed.

    Args:
        runs: name -> the score with each seed, at least 0; one or more of each, of as many seeds
            in the same order.
        xlabel: what the score is.

    Raises:
        ValueError: no way to train, one without a score, different numbers of seeds, or a score below 0.
    """
    import seaborn as sns  # here, because it brings pandas: only the static pictures need it

    seeds = {len(values) for values in runs.values()}
    if len(seeds) != 1 or 0 in seeds or min(min(values) for values in runs.values()) < 0:
        raise ValueError(f"runs: expected scores of at least 0, one or more and as many of each, got {dict(runs)}")
    words = f"{xlabel} of each seed: {', '.join(runs)}"
    band = Band(0.42 * len(runs), name_room(runs), 0.3, above=0.06, below=0.56)
    picture, (ax,) = stack(band, words=words)
    rows = [(value, name) for name, values in runs.items() for value in values]
    scores, names = zip(*rows, strict=True)
    look: Look = {"x": scores, "y": names, "order": list(runs), "ax": ax, "color": BLUE}
    for scores_of_seed in zip(*runs.values(), strict=True):
        ax.plot(scores_of_seed, range(len(runs)), color=GREY, linewidth=1, zorder=0)
    sns.stripplot(**look, jitter=False, size=9, alpha=0.6)
    sns.pointplot(**look, errorbar=None, linestyle="none", marker="|", markersize=22)
    right = 1.2 * max(scores) or 1
    for row, values in enumerate(runs.values()):
        mean = f"{np.mean(values):.1f}"
        place: Look = {"xytext": (12, 0), "textcoords": "offset points", "va": "center"}
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1}  # over the seeds' lines
        ax.annotate(mean, (max(values), row), **place, fontsize=TICK_SIZE, bbox=ground)
    ax.set_xlim(0, right)
    name_bars(ax, list(runs), xlabel)
    ax.grid(axis="x", color="#E6E6E6")
    picture.alt += "".join(f"; {name}: {listed('{:.1f}', values)}" for name, values in runs.items())
    return picture
