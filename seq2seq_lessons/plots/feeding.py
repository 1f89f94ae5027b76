"""Right words or its own: how often the decoder is right, what a coin feeds it, and one sentence both ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.patches import Patch

from seq2seq_lessons.text import BOS

from .bars import BAR_HEIGHT, Bars, draw_bars
from .cells import CELL_HEIGHT, cell, frame, row_axes, share_colour, tell_rows, token_rows
from .decoding import share_picture
from .labels import listed, percent
from .layout import Band, legend_below, stack, write, write_above
from .lines import checked
from .style import BLUE_TINT, GREEN, GREY, GREY_TINT, INK, LABEL_SIZE, ORANGE, ORANGE_TINT, TICK_SIZE, Look, Picture

GOLD, OWN = "gold", "own"
MARK = "first error"


def share_curves(places: Sequence[int], curves: Mapping[str, Sequence[float]], *, xlabel: str) -> Picture:
    """Share of right words at each place, a curve for each way to feed the decoder, labelled at its end.

    Args:
        places: whole numbers, rising; where 0 is among them and is not the first, it is marked as the first error.
        curves: name -> shares in [0, 1], one for each place; at most three.
        xlabel: what the places are.

    Raises:
        ValueError: no curve or more than three, lengths that do not fit, or a number that is no share.
    """
    x, series = np.asarray(places), checked("curves", curves, 3, shares=True)
    if {values.shape for values in series.values()} != {x.shape}:
        raise ValueError(f"curves: expected a share for each of {len(x)} places, got {[*map(len, series.values())]}")
    # the first curve is drawn wider, so that it is seen where another lies on it
    looks = [{"linewidth": width, "markersize": width + 3} for width in (5, 2, 2)]
    words = f"Share of right words by {xlabel}: " + ", ".join(series)
    picture = share_picture(x, series, xlabel, "share of right words", words, looks)
    if 0 in x[1:]:
        (ax,) = picture.axes
        ax.axvline(0, color=GREY, linewidth=1, linestyle="--", zorder=1)
        style: Look = {"ha": "center", "va": "center", "backgroundcolor": "white"}
        ax.text(0, 0.92, MARK, color=INK, fontsize=TICK_SIZE, **style)
    return picture


@dataclass(frozen=True)
class FedRows:
    """What a batch is fed.

    Attributes:
        title: written above it.
        tokens: rows of text, all of one length, `<bos>` first.
        gold: for each token, whether it is fed because it is the right one; else it is the decoder's own.
    """

    title: str
    tokens: Sequence[Sequence[str]]
    gold: Sequence[Sequence[bool]]


def fed_rows(panels: Sequence[FedRows]) -> Picture:
    """Batches below one another, each token in a cell whose colour says where it comes from.

    Args:
        panels: the batches.

    Raises:
        ValueError: no panel, rows of different length, or a `gold` that does not fit the tokens.
    """
    lengths = {len(row) for panel in panels for row in (*panel.tokens, *panel.gold)}
    if len(lengths) != 1 or any(len(panel.tokens) != len(panel.gold) for panel in panels):
        raise ValueError(
            f"panels: expected rows of one length and one `gold` for each token, got lengths {sorted(lengths)}"
        )
    (steps,) = lengths
    words = "What a batch is fed, right and own tokens in two colours: " + "; ".join(panel.title for panel in panels)
    bands = [Band(CELL_HEIGHT * len(panel.tokens), 0.52, 0.08, above=0.32, below=0.1) for panel in panels]
    picture, axes = stack(*bands[:-1], replace(bands[-1], below=1.02), words=words)
    for ax, panel in zip(axes, panels, strict=True):
        ax.set_title(panel.title, fontsize=LABEL_SIZE, color=INK, loc="left", pad=4)
        row_axes(ax, [str(row) for row in range(1, len(panel.tokens) + 1)], steps, "step" if ax is axes[-1] else "")
        ax.tick_params(labelbottom=ax is axes[-1])
        ax.set_ylabel("sentence", fontsize=LABEL_SIZE, color=INK)
        fills = [[GREEN, *(BLUE_TINT if right else ORANGE_TINT for right in gold[1:])] for gold in panel.gold]
        token_rows(ax, panel.tokens, fills)
        picture.alt += f"; {panel.title}: " + " / ".join(map(_fed_in_words, panel.tokens, panel.gold))
    handles = [Patch(color=colour) for colour in (GREEN, BLUE_TINT, ORANGE_TINT)]
    legend_below(picture, handles, ["always fed first", "the right token", "the decoder's own"])
    return picture


def _fed_in_words(tokens: Sequence[str], gold: Sequence[bool]) -> str:
    return " ".join(
        f"{token} ({GOLD if right else OWN})" if x else token
        for x, (token, right) in enumerate(zip(tokens, gold, strict=True))
    )


@dataclass(frozen=True)
class Feeding:
    """One decoder at work, fed in one way; a row ends where the decoder has said `<eos>` and was fed it.

    Attributes:
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

    Args:
        labels: the tokens that the decoder must say.
        gold: what happens when it is fed the right tokens.
        own: what happens when it is fed its own.
        step: up to which to draw, counted from 1.
        shown: "gold" or "own", whose tokens are drawn. Its first wrong token is framed.
        bars: the best tokens of that step.
        k: bars in a panel that is full.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: another name to show, a step that the labels do not have, or too many bars.
    """
    if shown not in (GOLD, OWN) or not 1 <= step <= len(labels) or len(bars.tokens) > k:
        raise ValueError(
            f"shown={shown!r}, step={step}, {len(bars.tokens)} bars: expected 'gold' or 'own', a step of "
            f"the {len(labels)}, and at most k={k} bars"
        )
    left, run = 1.12, gold if shown == GOLD else own
    fed, said, shares = run.fed[:step], run.said[:step], {GOLD: gold.right[:step], OWN: own.right[:step]}
    cells = Band(6 * CELL_HEIGHT, left, 0.05, above=0.1, below=0.9)  # one pair of axes: this is drawn for each step
    picture, (ax, bar_axes) = stack(cells, Band(k * BAR_HEIGHT, left, 0.48, above=0, below=0.58), words=words)
    row_axes(ax, ("must say", f"fed ({shown})", "says", "", *shares), len(labels))
    ax.get_yticklabels()[4 if shown == GOLD else 5].set_fontweight("bold")
    due, right = _tints(fed, (BOS, *labels)), _tints(said, labels)
    token_rows(ax, (labels, fed, said), ([GREY_TINT] * len(labels), due, right))
    told = {"must say": labels, f"fed {shown}": fed, "says": said, "": (), **{name: () for name in shares}}
    tell_rows(ax, told, len(labels))
    if ORANGE_TINT in right:
        frame(ax, (right.index(ORANGE_TINT) + 1, 2), ORANGE, linewidth=3)
    for y, values in enumerate(shares.values(), start=4):
        for x, value in enumerate(values, start=1):
            cell(ax, (x, y), percent(value), share_colour(value))
    caption = "probability of the token that it must say, fed gold and fed its own"
    write(picture, 0.08, cells.above + 3.6 * CELL_HEIGHT, caption)
    write_above(bar_axes, 0.08, bars.title, gap=0.04)
    draw_bars(bar_axes, bars, k, room=left, empty="the sentence has ended")
    picture.alt += (
        f"; must say: {' '.join(labels)}; fed {shown}: {' '.join(fed)}; says: {' '.join(said)}; "
        "probability of the token that it must say: "
        + "; ".join(f"{name} {listed('{}', map(percent, values))}" for name, values in shares.items())
        + f"; {bars.in_words()}"
    )
    return picture


def _tints(tokens: Sequence[str], due: Sequence[str]) -> list[str]:
    """Blue where a token is the one that is due, else orange."""
    return [BLUE_TINT if token == right else ORANGE_TINT for token, right in zip(tokens, due, strict=False)]
