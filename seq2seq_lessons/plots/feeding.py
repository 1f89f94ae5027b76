"""Right words or its own: how often the decoder is right, what a coin feeds it, and what training on either gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from matplotlib.patches import Patch, Rectangle

from seq2seq_lessons.text import BOS

from .decoding import BLUE_TINT, CELL_HEIGHT, ORANGE_TINT, Bars, draw_bars
from .style import BLUE, GREEN, GREY, INK, LABEL_SIZE, ORANGE, SHARE_MAP, TICK_SIZE, WIDTH, Picture, style_axes

GREY_TINT = "#EDEDED"
GOLD, OWN = "gold", "own"
MARK = "first error"


def share_curves(places: Sequence[int], curves: Mapping[str, Sequence[float]], *, xlabel: str) -> Picture:
    """Share of right words at each place, a curve for each way to feed the decoder, labelled at its end.

    places: whole numbers, rising; where 0 is among them and is not the first, it is marked as the first error.
    curves: name -> shares in [0, 1], one for each place; at most three.
    """
    x = np.asarray(places)
    series = {name: np.asarray(values, dtype=float) for name, values in curves.items()}
    if not 1 <= len(series) <= 3 or len(x) < 2 or any(values.shape != x.shape for values in series.values()):
        raise ValueError(
            f"curves: expected one to three, with a share for each of two or more places; got "
            f"{ {name: len(values) for name, values in series.items()} } for {len(x)} places"
        )
    if any((values < 0).any() or (values > 1).any() for values in series.values()):
        raise ValueError("curves: a share lies between 0 and 1")
    picture = Picture(WIDTH, 3.0, words=f"Share of right words by {xlabel}: " + ", ".join(series))
    ax = picture.add_axes((0.10, 0.20, 0.80, 0.74))
    if 0 in x[1:]:
        ax.axvline(0, color=GREY, linewidth=1, linestyle="--")
        ax.text(0, 0.92, MARK, ha="center", va="center", color=INK, fontsize=TICK_SIZE, backgroundcolor="white")
    labels, highest = {}, 1.0
    for name in sorted(series, key=lambda name: -series[name][-1]):  # no label prints over another, or outside
        below = sum(other not in labels for other in series) - 1
        labels[name] = max(min(series[name][-1], highest), 0.1 * below)
        highest = labels[name] - 0.1
    # the first curve is drawn wider, so that it is seen where another lies on it
    styles = zip((BLUE, ORANGE, GREY), (5, 2, 2), strict=True)
    for (name, values), (colour, width) in zip(series.items(), styles, strict=False):
        ax.plot(x, values, color=colour, linewidth=width, marker="o", markersize=width + 3, clip_on=False)
        ax.annotate(
            name,
            (x[-1], labels[name]),
            (10, 0),
            textcoords="offset points",
            color=colour,
            fontsize=LABEL_SIZE,
            va="center",
            annotation_clip=False,
        )
        picture.alt += f"; {name}: " + ", ".join(f"{value:.2f}" for value in values)
    ax.set(ylim=(0, 1), xlim=(x[0], x[-1]), xticks=x)
    ax.grid(axis="y", color="#E5E5E5")
    style_axes(ax, xlabel, "share of right words")
    return picture


@dataclass(frozen=True)
class FedRows:
    """What a batch is fed.

    title: written above it.
    tokens: rows of text, all of one length, `<bos>` first.
    gold: for each token, whether it is fed because it is the right one; else it is the decoder's own.
    """

    title: str
    tokens: Sequence[Sequence[str]]
    gold: Sequence[Sequence[bool]]


def fed_rows(panels: Sequence[FedRows]) -> Picture:
    """Batches below one another, each token in a cell whose colour says where it comes from.

    ValueError: no panel, rows of different length, or a `gold` that does not fit the tokens.
    """
    lengths = {len(row) for panel in panels for row in (*panel.tokens, *panel.gold)}
    if len(lengths) != 1 or any(len(panel.tokens) != len(panel.gold) for panel in panels):
        raise ValueError(
            f"panels: expected rows of one length and one `gold` for each token, got lengths {sorted(lengths)}"
        )
    (steps,) = lengths
    head, foot, left = 0.32, 0.92, 0.52
    heights = [head + CELL_HEIGHT * len(panel.tokens) + 0.1 for panel in panels]
    height = sum(heights) + foot
    picture = Picture(
        WIDTH,
        height,
        words="What a batch is fed, right and own tokens in two colours: " + "; ".join(panel.title for panel in panels),
    )
    top = height
    cell = (WIDTH - left - 0.08) / steps
    for number, (panel, room) in enumerate(zip(panels, heights, strict=True)):
        rows = len(panel.tokens)
        ax = picture.add_axes(
            (
                left / WIDTH,
                (top - head - CELL_HEIGHT * rows) / height,
                1 - (left + 0.08) / WIDTH,
                CELL_HEIGHT * rows / height,
            )
        )
        ax.set_title(panel.title, fontsize=LABEL_SIZE, color=INK, loc="left", pad=4)
        for y, (tokens, gold) in enumerate(zip(panel.tokens, panel.gold, strict=True)):
            for x, (token, right) in enumerate(zip(tokens, gold, strict=True)):
                fill = GREEN if x == 0 else BLUE_TINT if right else ORANGE_TINT
                _cell(ax, x + 1, y, token, fill, cell, "white" if x == 0 else INK)
        ax.set(xlim=(0.5, steps + 0.5), ylim=(rows - 0.5, -0.5), xticks=range(1, steps + 1))
        ax.set_yticks(range(rows), range(1, rows + 1))
        style_axes(ax, "step" if number == len(panels) - 1 else "", "sentence")
        ax.tick_params(length=0, labelbottom=number == len(panels) - 1)
        ax.spines[:].set_visible(False)
        top -= room
        picture.alt += f"; {panel.title}: " + " / ".join(
            " ".join(
                f"{token} ({GOLD if right else OWN})" if x else token
                for x, (token, right) in enumerate(zip(tokens, gold, strict=True))
            )
            for tokens, gold in zip(panel.tokens, panel.gold, strict=True)
        )
    handles = [
        Patch(color=colour, label=label)
        for colour, label in (
            (GREEN, "always fed first"),
            (BLUE_TINT, "the right token"),
            (ORANGE_TINT, "the decoder's own"),
        )
    ]
    picture.legend(handles=handles, ncols=3, loc="lower center", frameon=False, fontsize=TICK_SIZE)
    return picture


def ratio_bars(bleu: Mapping[str, float], loss: Mapping[str, float]) -> Picture:
    """Two scores of the same runs side by side: BLEU in per cent and the loss in nats per token, a bar for each run.

    bleu, loss: name of the run -> score; the same runs in the same order.
    """
    if not bleu or list(bleu) != list(loss):
        raise ValueError(f"expected both scores of the same runs, at least one; got {list(bleu)} and {list(loss)}")
    height = 1.0 + 0.38 * len(bleu)
    picture = Picture(WIDTH, height, words="Bars of BLEU and of the loss for each teacher forcing: " + ", ".join(bleu))
    room = 0.09 * max(map(len, bleu)) + 0.42
    width = (WIDTH - room - 0.9) / 2
    panels = (("BLEU (per cent)", bleu, BLUE, 100, 0), ("loss (nats per token)", loss, ORANGE, None, 2))
    for number, (label, scores, colour, top, digits) in enumerate(panels):
        values = list(scores.values())
        ax = picture.add_axes(
            ((room + number * (width + 0.4)) / WIDTH, 0.62 / height, width / WIDTH, 1 - 0.72 / height)
        )
        rows = np.arange(len(values))
        ax.barh(rows, values, color=colour, height=0.72)
        ax.set(xlim=(0, top or 1.25 * max(values)), ylim=(len(values) - 0.5, -0.5))
        for row, value in zip(rows, values, strict=True):
            inside = value > 0.8 * ax.get_xlim()[1]
            ax.annotate(
                f"{value:.{digits}f}",
                (value, row),
                (-4 if inside else 4, 0),
                textcoords="offset points",
                ha="right" if inside else "left",
                va="center",
                color="white" if inside else INK,
                fontsize=TICK_SIZE,
            )
        ax.set_yticks(rows, list(scores) if number == 0 else [])
        style_axes(ax, label, "teacher forcing" if number == 0 else "")
        picture.alt += f"; {label}: " + ", ".join(f"{name} {value:.{digits}f}" for name, value in scores.items())
    return picture


@dataclass(frozen=True)
class Feeding:
    """One decoder at work, fed in one way; a row ends where the decoder has said `<eos>` and was fed it.

    fed: what it was fed at each step.
    said: the most probable token at each step.
    right: probability of the token that it must say, in [0, 1], at each step.
    """

    fed: Sequence[str]
    said: Sequence[str]
    right: Sequence[float]


def two_feedings(
    labels: Sequence[str], gold: Feeding, own: Feeding, *, step: int, shown: str, bars: Bars, k: int, words: str
) -> Picture:
    """A sentence decoded in two ways up to a step: tokens of the one shown, the right token's probability in both.

    labels: the tokens that the decoder must say.
    step: up to which to draw, counted from 1.
    shown: "gold" or "own", whose tokens are drawn. Its first wrong token is framed.
    bars: the best tokens of that step; k: bars in a panel that is full.

    ValueError: another name to show, a step that the labels do not have, or too many bars.
    """
    if shown not in (GOLD, OWN) or not 1 <= step <= len(labels) or len(bars.tokens) > k:
        raise ValueError(
            f"shown={shown!r}, step={step}, {len(bars.tokens)} bars: expected 'gold' or 'own', a step of "
            f"the {len(labels)}, and at most k={k} bars"
        )
    chosen = gold if shown == GOLD else own
    first = _first_error(labels, chosen.said)
    left, bar_height, foot = 1.12, 0.29, 0.58
    tokens_top = 0.06
    shares_top = tokens_top + 3 * CELL_HEIGHT + 0.38
    bars_top = shares_top + 2 * CELL_HEIGHT + 0.9
    height = bars_top + k * bar_height + foot
    picture = Picture(WIDTH, height, words=words)
    # everything but the bars stands on one pair of axes in inches, from the top: it is drawn once for each step
    ax = picture.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(height, 0))
    ax.axis("off")
    width = (WIDTH - left - 0.05) / len(labels)

    def row(top: float, name: str, cells: Sequence[tuple], bold: bool = False) -> None:
        middle = top + CELL_HEIGHT / 2
        ax.text(
            left - 0.1,
            middle,
            name,
            ha="right",
            va="center",
            fontsize=TICK_SIZE,
            color=INK,
            fontweight="bold" if bold else "normal",
        )
        for x, (text, fill, ink) in enumerate(cells):
            _cell(ax, left + (x + 0.5) * width, middle, text, fill, width, ink, width, CELL_HEIGHT)

    def tokens(said: Sequence[str], right: Sequence[str]) -> list[tuple]:
        return [
            (token, BLUE_TINT if token == due else ORANGE_TINT, INK)
            for token, due in zip(said[:step], right, strict=False)
        ]

    row(tokens_top, "must say", [(token, GREY_TINT, INK) for token in labels])
    row(tokens_top + CELL_HEIGHT, f"fed ({shown})", tokens(chosen.fed, (BOS, *labels)))
    row(tokens_top + 2 * CELL_HEIGHT, "says", tokens(chosen.said, labels))
    if 0 < first <= step:
        ax.add_patch(
            Rectangle(
                (left + (first - 1) * width + 0.02, tokens_top + 2 * CELL_HEIGHT + 0.02),
                width - 0.04,
                CELL_HEIGHT - 0.04,
                fill=False,
                edgecolor=ORANGE,
                linewidth=3,
                zorder=3,
            )
        )

    ax.text(
        0.08,
        shares_top - 0.12,
        "probability of the token that it must say, fed gold and fed its own",
        fontsize=LABEL_SIZE,
        color=INK,
        va="center",
    )
    for number, (name, feeding) in enumerate(((GOLD, gold), (OWN, own))):
        row(
            shares_top + number * CELL_HEIGHT,
            name,
            bold=name == shown,
            cells=[
                (f"{value:.0%}", colormaps[SHARE_MAP](value), "white" if value < 0.55 else INK)
                for value in feeding.right[:step]
            ],
        )
    for x in range(len(labels)):
        ax.text(
            left + (x + 0.5) * width,
            shares_top + 2 * CELL_HEIGHT + 0.14,
            str(x + 1),
            ha="center",
            va="center",
            fontsize=TICK_SIZE,
            color=INK,
        )
    ax.text(
        (left + WIDTH) / 2,
        shares_top + 2 * CELL_HEIGHT + 0.36,
        "step",
        ha="center",
        va="center",
        fontsize=LABEL_SIZE,
        color=INK,
    )

    ax.text(0.08, bars_top - 0.13, bars.title, fontsize=LABEL_SIZE, color=INK, va="center")
    ax = picture.add_axes((left / WIDTH, foot / height, 5.6 / WIDTH, k * bar_height / height))
    draw_bars(ax, bars, k, wide=True, empty="the sentence has ended")

    picture.alt = (
        f"{words}; must say: {' '.join(labels)}; fed {shown}: {' '.join(chosen.fed[:step])}; says: "
        f"{' '.join(chosen.said[:step])}; probability of the token that it must say: "
        + "; ".join(
            f"{name} " + ", ".join(f"{value:.0%}" for value in feeding.right[:step])
            for name, feeding in ((GOLD, gold), (OWN, own))
        )
        + f"; {bars.title}: "
        + (
            ", ".join(f"'{token}' {value:.0%}" for token, value in zip(bars.tokens, bars.probabilities, strict=True))
            or "nothing left to say"
        )
    )
    return picture


def _first_error(labels: Sequence[str], said: Sequence[str]) -> int:
    """The first step, counted from 1, at which another token is said than must be; 0 where there is none."""
    return next((step for step, pair in enumerate(zip(labels, said, strict=False), 1) if pair[0] != pair[1]), 0)


def _cell(
    ax, x: float, y: float, token: str, fill, inches: float, ink: str = INK, width: float = 1, height: float = 1
) -> None:
    """A token in a cell around (x, y) that is `inches` wide on the page; a long one is set smaller."""
    ax.add_patch(
        Rectangle((x - width / 2, y - height / 2), width, height, facecolor=fill, edgecolor="white", linewidth=2)
    )
    size = min(TICK_SIZE, TICK_SIZE * inches / (0.1 * len(token) + 0.06))
    ax.text(x, y, token, ha="center", va="center", fontsize=size, color=ink)
