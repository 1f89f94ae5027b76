"""Searching for a translation: the tree of a beam search, scores by length penalty, temperatures, a forced token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.textpath import TextPath

from .decoding import CELL_HEIGHT, Bars, draw_bars, draw_panels, draw_rows
from .style import (
    BLUE,
    GREY,
    INK,
    LABEL_SIZE,
    ORANGE,
    STATE_MAP,
    TICK_SIZE,
    WIDTH,
    Picture,
    as_matrix,
    colour_bar,
    style_axes,
)

KEPT, FINISHED, DROPPED = "kept", "finished", "dropped"
ROW_HEIGHT = 0.25  # inches of a line of text
THICKEST = 6.0  # points, of a line that stands for a probability of 1
BEFORE_LABEL = 0.08  # inches from a node to its label
SHORTEST = 0.14  # inches of a line, from a label to the next node
WIDEST = 1.4  # inches of a label; a longer one shrinks


@dataclass(frozen=True)
class Node:
    """A token that a search has considered; the first node of a tree is the start, `<bos>`.

    step: counted from 1; 0 for the start.
    token: its text.
    log_prob: the sum of the log-probabilities from the first token to this one, in nats.
    probability: of this token after its parent, in [0, 1].
    parent: index of the node before it in the tree's list; None for the start.
    fate: "kept" (a beginning to go on with), "finished" (it ends there), or "dropped".
    """

    step: int
    token: str
    log_prob: float
    probability: float
    parent: int | None
    fate: str


def path_to(nodes: Sequence[Node], leaf: int) -> list[int]:
    """Indices of the nodes from the first token to `leaf`."""
    path = []
    while nodes[leaf].parent is not None:
        path.append(leaf)
        leaf = nodes[leaf].parent
    return path[::-1]


def label_room(trees: Iterable[Sequence[Node]], low: float) -> list[float]:
    """How wide the widest label of each step is, in inches, from step 0; of the nodes that are not below `low`."""
    room: dict[int, float] = {}
    for node in (node for nodes in trees for node in nodes if node.log_prob >= low - 1e-6):
        room[node.step] = max(room.get(node.step, 0.0), min(_text_width(node.token), WIDEST))
    return [room.get(step, 0.0) for step in range(max(room) + 1)]


@lru_cache(maxsize=1024)
def _text_width(text: str) -> float:
    """In inches, in the size of the ticks."""
    return TextPath((0, 0), text, size=TICK_SIZE).get_extents().width / 72 if text.strip() else 0.0


def _columns(room: Sequence[float], steps: int, width: float) -> list[float]:
    """The widths of as many steps as fit into `width`, what is left over shared out among them; all in inches."""
    widths = [BEFORE_LABEL + (room[step] if step < len(room) else 0.0) + SHORTEST for step in range(steps + 1)]
    while len(widths) > 2 and sum(widths) - SHORTEST > width:  # nothing follows the last label
        widths.pop()
    spare = (width - sum(widths) + SHORTEST) / max(len(widths) - 1, 1)
    return [*(column + spare for column in widths[:-1]), widths[-1] - SHORTEST]


def search_tree(
    nodes: Sequence[Node],
    rankings: Mapping[str, Sequence[tuple[int, float]]],
    *,
    steps: int | None = None,
    low: float | None = None,
    room: Sequence[float] | None = None,
    rows: int = 5,
    words: str,
) -> Picture:
    """What a beam search has kept and dropped, and the finished sentences in the order of their scores.

    A node stands at its step and its sum of log-probabilities; the line to it is as thick as its token is probable,
    and dashed grey where it was dropped. The best sentence's lines are orange. A step is as wide as its labels.

    nodes: parents before their children; the first is the start.
    rankings: name (of the way to score) -> finished nodes with their scores, the best first. The first is shown;
        `picture.show(position)` shows another one.
    steps, low: the end of the two scales, which a series of pictures must share; from the nodes when left out. How
        many nodes that were not dropped lie below `low` is written there: "+2". Later steps are not drawn, nor are
        steps that do not fit beside the others; the axis says how many there are.
    room: what `label_room` gives for a series; from the nodes when left out.
    rows: lines in the list of sentences.

    ValueError: no node but the start, no ranking or an empty one, or a parent that comes after its child.
    """
    if len(nodes) < 2 or not rankings or not all(rankings.values()):
        raise ValueError(
            "expected the start and at least one more node, and at least one finished node in each ranking"
        )
    if nodes[0].parent is not None or any(
        node.parent is None or node.parent >= at for at, node in enumerate(nodes) if at
    ):
        raise ValueError("nodes: expected the start first, and every parent before its children")
    steps = steps or max(node.step for node in nodes)
    if low is None:
        low = min(node.log_prob for node in nodes if node.fate != DROPPED)
    low = min(low, -0.5)
    left, right, head, plot, axis = 0.72, 0.08, 0.06, 2.9, 0.58
    height = head + plot + axis + ROW_HEIGHT * (rows + 1) + 0.12
    picture = Picture(WIDTH, height, words=words)
    columns = _columns(label_room([nodes], low) if room is None else room, steps, WIDTH - left - right)
    total, steps = steps, len(columns) - 1
    ax = picture.add_axes((left / WIDTH, 1 - (head + plot) / height, 1 - (left + right) / WIDTH, plot / height))
    nat = plot / (-1.09 * low)  # inches
    places_of_steps = range(-1, steps + 2), [-columns[0], *np.cumsum([0, *columns])]
    ax.set_xscale(
        "function",
        functions=(
            lambda step: np.interp(step, *places_of_steps),
            lambda inches: np.interp(inches, *places_of_steps[::-1]),
        ),
    )
    ax.set(xlim=(-0.07 / columns[0], steps + 1), ylim=(1.06 * low, -0.03 * low), xticks=range(1, steps + 1))
    ax.yaxis.get_major_locator().set_params(integer=low <= -2)
    ax.grid(axis="y", color="#EEEEEE")
    ax.set_axisbelow(True)
    style_axes(
        ax, "step" if steps == total else f"step (the first {steps} of {total})", "sum of log-probabilities (nats)"
    )

    shown = [at for at, node in enumerate(nodes) if node.log_prob >= low - 1e-6 and node.step <= steps]
    places = _label_places(nodes, shown, ROW_HEIGHT * 0.72 / nat, low)
    ends = {}  # where the lines to a node's children begin
    for at in shown:
        node, extent = nodes[at], _text_width(nodes[at].token)
        size = TICK_SIZE if extent <= WIDEST else TICK_SIZE * WIDEST / extent
        column, extent = columns[node.step], min(extent, WIDEST)
        dropped = node.fate == DROPPED
        ax.text(
            node.step + BEFORE_LABEL / column,
            places[at],
            node.token,
            fontsize=size,
            va="center",
            zorder=4,
            color=GREY if dropped else INK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )
        ends[at] = (node.step + min(1.0, (BEFORE_LABEL + extent + 0.03) / column), places[at])
        ax.plot(
            node.step,
            node.log_prob,
            "s" if node.fate == FINISHED else "o",
            markersize=6,
            zorder=5,
            color=GREY if dropped else INK,
            markerfacecolor="white" if dropped else INK,
        )
        if abs(places[at] - node.log_prob) * nat > 0.03:  # the label had to move
            ax.plot(
                (node.step, node.step + (BEFORE_LABEL - 0.01) / column),
                (node.log_prob, places[at]),
                color=GREY,
                linewidth=0.8,
            )
        if node.parent in ends:
            ax.plot(
                *zip(ends[node.parent], (node.step, node.log_prob), strict=True),
                zorder=2,
                color=GREY if dropped else BLUE,
                linestyle="--" if dropped else "-",
                linewidth=_thickness(node.probability),
                solid_capstyle="butt",
            )
    hidden = [node.step for at, node in enumerate(nodes) if at not in places and node.fate != DROPPED]
    for step in {step for step in hidden if step <= steps}:
        ax.text(
            step,
            1.02 * low,
            f"+{hidden.count(step)}",
            color=BLUE,
            fontsize=TICK_SIZE,
            ha="center",
            va="bottom",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )

    best = ax.add_collection(LineCollection([], colors=ORANGE, zorder=3))
    lines = []
    columns = (
        (0.1, "left", ""),
        (0.92, "right", "score"),
        (1.6, "right", "sum"),
        (2.3, "right", "tokens"),
        (2.5, "left", "sentence"),
    )
    for row in range(rows + 1):
        y = (ROW_HEIGHT * (rows - row) + 0.17) / height
        texts = [
            picture.text(
                x / WIDTH,
                y,
                name if row == 0 else "",
                ha=side,
                va="center",
                color=INK,
                fontsize=TICK_SIZE,
                fontweight="bold" if row == 0 else "normal",
            )
            for x, side, name in columns
        ]
        lines += [texts] if row else []

    def show(position: int) -> str:
        name, ranking = list(rankings.items())[position]
        path = [at for at in path_to(nodes, ranking[0][0]) if at in ends]
        best.set_segments([(ends[nodes[at].parent], (nodes[at].step, nodes[at].log_prob)) for at in path])
        best.set_linewidths([_thickness(nodes[at].probability) for at in path])
        said = []
        for row, texts in enumerate(lines):
            cells = [""] * len(texts)
            if row < len(ranking):
                leaf, score = ranking[row]
                sentence = [nodes[at].token for at in path_to(nodes, leaf)]
                cells = [
                    f"{row + 1}.",
                    f"{score:.2f}",
                    f"{nodes[leaf].log_prob:.2f}",
                    str(len(sentence)),
                    " ".join(sentence),
                ]
                said.append(f"'{cells[4]}' {cells[1]}")
            for text, cell in zip(texts, cells, strict=True):
                text.set(text=cell, color=ORANGE if row == 0 else INK)
            texts[-1].set_fontsize(min(TICK_SIZE, TICK_SIZE * (WIDTH - 2.6) / (_text_width(cells[4]) + 0.01)))
        return f"{words}; {name}: finished, by score: {', '.join(said)}"

    picture.animate([best, *(text for texts in lines for text in texts)], show)
    return picture.show(0)


def _thickness(probability: float) -> float:
    return max(0.8, THICKEST * probability)


def _label_places(nodes: Sequence[Node], shown: Sequence[int], gap: float, low: float) -> dict[int, float]:
    """Heights for the labels, as near to their nodes as they can be without two of a step printing over each other."""
    places = {}
    for step in {nodes[at].step for at in shown}:
        column = sorted((at for at in shown if nodes[at].step == step), key=lambda at: -nodes[at].log_prob)
        heights = [nodes[at].log_prob for at in column]
        for i in range(1, len(heights)):
            heights[i] = min(heights[i], heights[i - 1] - gap)
        heights[-1] = max(heights[-1], low)
        for i in range(len(heights) - 2, -1, -1):
            heights[i] = max(heights[i], heights[i + 1] + gap)
        places.update(zip(column, heights, strict=True))
    return places


def score_curves(
    short: tuple[float, int],
    long: tuple[float, int],
    *,
    names: tuple[str, str] = ("short", "long"),
    highest: float = 2.0,
) -> Picture:
    """The scores of a short and a long sentence, log-probability / length ** alpha, as alpha grows.

    Both are divided by the size of the short one's, which is then -1 throughout; where they cross is marked.

    short, long: (sum of the log-probabilities in nats, length in tokens with `<eos>`). names: of the two.
    highest: up to which alpha.

    ValueError: a sum that is not below 0, a length below 1, or a long one that is not longer.
    """
    (short_sum, short_length), (long_sum, long_length) = short, long
    if not (short_sum < 0 and long_sum < 0 and 1 <= short_length < long_length):
        raise ValueError(f"short={short}, long={long}: expected sums below 0, and the longer sentence second")
    crossing = np.log(long_sum / short_sum) / np.log(long_length / short_length)
    height = 3.2
    picture = Picture(WIDTH, height, words=f"Scores of two sentences by the length penalty: {names[0]}; {names[1]}")
    ax = picture.add_axes((0.12, 0.19, 0.85, 0.60))
    alphas = np.linspace(0, highest, 101)
    ratio = long_sum / short_sum * (short_length / long_length) ** alphas
    curves = ((names[0], short_length, -np.ones_like(alphas), BLUE, "-"), (names[1], long_length, -ratio, ORANGE, "--"))
    for row, (name, length, scores, colour, style) in enumerate(curves):
        ax.plot(alphas, scores, color=colour, linewidth=2, linestyle=style)
        picture.text(
            0.12,
            1 - (0.14 + 0.26 * row) / height,
            f"{('—', '- -')[row]} {length} tokens: {name}",
            color=colour,
            fontsize=LABEL_SIZE,
            va="center",
        )
        picture.alt += f"; {name}, {length} tokens: from {scores[0]:.2f} to {scores[-1]:.2f}"
    if 0 < crossing < highest:
        ax.axvline(crossing, color=GREY, linewidth=1, linestyle=":")
        picture.alt += f"; they cross at {crossing:.2f}"
    ax.set(xlim=(0, highest), ylim=(-1.1 * max(ratio[0], 1), 0))
    ax.grid(axis="y", color="#E5E5E5")
    style_axes(ax, "length penalty α", "score (first one's = −1)")
    return picture


def temperature_bars(panels: Sequence[Bars], *, words: str) -> Picture:
    """The same tokens at up to three temperatures, as bars side by side on the fixed scale from 0 to 1.

    panels: of the same tokens in the same order; each under its title.
    """
    if not 1 <= len(panels) <= 3 or any(list(panel.tokens) != list(panels[0].tokens) for panel in panels):
        raise ValueError("panels: expected one to three, with the same tokens in the same order")
    k = len(panels[0].tokens)
    foot, bar_height, left = 0.58, 0.29, 0.95
    height = 0.40 + k * bar_height + foot
    picture = Picture(WIDTH, height, words=words)
    room = (WIDTH - left) / len(panels)
    for number, panel in enumerate(panels):
        ax = picture.add_axes(
            ((left + number * room) / WIDTH, foot / height, (room - 0.16) / WIDTH, k * bar_height / height)
        )
        draw_bars(ax, panel, k)
        if number:
            ax.set_yticklabels([])
        ax.set_title(panel.title, fontsize=LABEL_SIZE, color=INK, loc="left")
        picture.alt += f"; {panel.title}: " + ", ".join(
            f"'{token}' {value:.0%}" for token, value in zip(panel.tokens, panel.probabilities, strict=True)
        )
    return picture


def forced_choice(
    original: Sequence[str],
    forced: Sequence[str],
    step: int,
    bars: Sequence[Bars],
    states,
    *,
    k: int,
    columns: int,
    words: str,
) -> Picture:
    """A translation and the same with the token of one step forced; that step's choice at two temperatures; the state.

    original, forced: the tokens written; they have the first `step - 1` tokens in common.
    step: whose token was forced, counted from 1.
    bars: two panels of up to k tokens, before and after the temperature.
    states: (steps so far, units), the decoder's state after each step up to this one, in [-1, 1].
    columns: cells in the longest row of a series of pictures; with k it fixes the size. Longer rows are cut.

    ValueError: a step that the forced row does not have, not two panels, or another number of states than `step`.
    """
    states = as_matrix(states, "states")
    if not 1 <= step <= min(len(forced), columns) or len(states) != step:
        raise ValueError(
            f"step {step} of {len(forced)} with {len(states)} states and {columns} columns: expected a "
            "step of the forced row, and a state for each step up to it"
        )
    if len(bars) != 2 or any(len(panel.tokens) > k for panel in bars):
        raise ValueError(f"bars: expected two panels of at most k={k} tokens")
    head, foot, bar_height, room = 0.08, 0.58, 0.27, 2.34
    height = head + 2 * CELL_HEIGHT + 1.14 + k * bar_height + foot
    picture = Picture(WIDTH, height, words=words)
    draw_rows(picture, original[:columns], forced[:columns], step, columns, head, height)
    draw_panels(picture, bars, k, room, foot, bar_height, height)
    units = states.shape[1]
    blank = np.full((columns, units), np.nan)
    blank[:step] = states
    ax = picture.add_axes(((2 * room + 0.5) / WIDTH, foot / height, 1.2 / WIDTH, k * bar_height / height))
    image = ax.imshow(
        blank.T,
        cmap=STATE_MAP,
        vmin=-1,
        vmax=1,
        aspect="auto",
        interpolation="nearest",
        extent=(0.5, columns + 0.5, units + 0.5, 0.5),
    )
    ax.axvspan(step + 0.5, columns + 0.5, facecolor="white", edgecolor="#DADADA", hatch="//", linewidth=0)
    ax.set_yticks([1, units])
    ax.set_xticks([1, columns])
    style_axes(ax, "step", "unit")
    ax.yaxis.labelpad = -14
    picture.text(
        (2 * room + 0.1) / WIDTH,
        (foot + k * bar_height + 0.10) / height,
        "the decoder's state\nso far",
        fontsize=LABEL_SIZE,
        color=INK,
        va="bottom",
        linespacing=1.25,
    )
    colour_bar(picture, image, ((2 * room + 1.78) / WIDTH, foot / height, 0.12 / WIDTH, k * bar_height / height), "")
    picture.alt = (
        f"{words}; original: {' '.join(original)}; forced at step {step}: {' '.join(forced)}; "
        + "; ".join(
            f"{' '.join(panel.title.split())}: "
            + ", ".join(
                f"'{token}' {value:.0%}" for token, value in zip(panel.tokens, panel.probabilities, strict=True)
            )
            for panel in bars
        )
        + f"; state after step {step}: from {states[-1].min():.2f} to {states[-1].max():.2f}"
    )
    return picture
