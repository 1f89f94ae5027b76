"""The tree of a beam search: what it has kept and dropped, and the finished sentences by their scores."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.text import Text

from .labels import apart, fitted, text_width
from .layout import Band, inches, stack, write
from .style import BLUE, GREY, INK, ORANGE, TICK_SIZE, WIDTH, Look, Picture, style_axes, whole_numbers

KEPT, FINISHED, DROPPED = "kept", "finished", "dropped"
ROW_HEIGHT = 0.25  # inches of a line of text
THICKEST = 6.0  # points, of a line that stands for a probability of 1
BEFORE_LABEL = 0.08  # inches from a node to its label
SHORTEST = 0.14  # inches of a line, from a label to the next node
WIDEST = 1.4  # inches of a label; a longer one shrinks
TREE = Band(2.9, left=0.72, right=0.08, above=0.06, below=0.58)
LIST = (
    (0.1, "left", ""),
    (0.92, "right", "score"),
    (1.6, "right", "sum"),
    (2.3, "right", "tokens"),
    (2.5, "left", "sentence"),
)
BEHIND: Look = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # a text stands on it


@dataclass(frozen=True)
class Node:
    """A token that a search has considered; the first node of a tree is the start, `<bos>`.

    Attributes:
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
    while (parent := nodes[leaf].parent) is not None:
        path.append(leaf)
        leaf = parent
    return path[::-1]


def label_room(trees: Iterable[Sequence[Node]], low: float) -> list[float]:
    """How wide the widest label of each step is, in inches, from step 0; of the nodes that are not below `low`."""
    room: dict[int, float] = {}
    for node in (node for nodes in trees for node in nodes if node.log_prob >= low - 1e-6):
        room[node.step] = max(room.get(node.step, 0.0), min(text_width(node.token), WIDEST))
    return [room.get(step, 0.0) for step in range(max(room) + 1)]


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

    Args:
        nodes: parents before their children; the first is the start.
        rankings: name (of the way to score) -> finished nodes with their scores, the best first. The first is shown;
            `picture.show(position)` shows another one.
        steps: the end of the scale to the right, which a series of pictures must share; from the nodes when left out.
            Later steps are not drawn, nor are steps that do not fit beside the others; the axis says how many there
            are.
        low: the end of the scale downwards, as `steps`. How many nodes that were not dropped lie below it is written
            there: "+2".
        room: what `label_room` gives for a series; from the nodes when left out.
        rows: lines in the list of sentences.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: no node but the start, no ranking or an empty one, or a parent that comes after its child.
    """
    _check(nodes, rankings)
    if low is None:
        low = min(node.log_prob for node in nodes if node.fate != DROPPED)
    low = min(low, -0.5)
    below = Band(ROW_HEIGHT * (rows + 1) + 0.12, above=0, below=0, columns=())  # for the list
    picture, (ax,) = stack(TREE, below, words=words)
    total = steps or max(node.step for node in nodes)
    columns = _columns(label_room([nodes], low) if room is None else room, total, inches(ax)[0])
    _scale(ax, columns, low, total)
    ends = _draw_nodes(ax, nodes, columns, low)
    best = LineCollection([], colors=ORANGE, zorder=3)
    ax.add_collection(best)
    lines = _list_lines(picture, rows)

    def show(position: int) -> str:
        name, ranking = list(rankings.items())[position]
        path = [at for at in path_to(nodes, ranking[0][0]) if at in ends]
        best.set_segments([np.array(_line(nodes[at], ends)) for at in path])
        best.set_linewidth([_thickness(nodes[at].probability) for at in path])
        cells = [_cells(nodes, row, *ranked) for row, ranked in enumerate(ranking[:rows], start=1)]
        for texts, row in zip(lines, [*cells, *[[""] * len(LIST)] * (rows - len(cells))], strict=True):
            for text, cell in zip(texts, row, strict=True):
                text.set(text=cell, color=ORANGE if texts is lines[0] else INK)
            texts[-1].set_fontsize(fitted(row[-1], WIDTH - 2.5))
        return f"{words}; {name}: finished, by score: " + ", ".join(f"'{row[-1]}' {row[1]}" for row in cells)

    picture.animate([best, *(text for texts in lines for text in texts)], show)
    return picture.show(0)


def _cells(nodes: Sequence[Node], row: int, leaf: int, score: float) -> list[str]:
    """A finished sentence's line in the list."""
    tokens = [nodes[at].token for at in path_to(nodes, leaf)]
    return [f"{row}.", f"{score:.2f}", f"{nodes[leaf].log_prob:.2f}", str(len(tokens)), " ".join(tokens)]


def _check(nodes: Sequence[Node], rankings: Mapping[str, Sequence[tuple[int, float]]]) -> None:
    if len(nodes) < 2 or not rankings or not all(rankings.values()):
        raise ValueError(
            "expected the start and at least one more node, and at least one finished node in each ranking"
        )
    if nodes[0].parent is not None or any(
        node.parent is None or node.parent >= at for at, node in enumerate(nodes) if at
    ):
        raise ValueError("nodes: expected the start first, and every parent before its children")


def _columns(room: Sequence[float], steps: int, width: float) -> list[float]:
    """The widths of as many steps as fit into `width`, what is left over shared out among them; all in inches."""
    widths = [BEFORE_LABEL + (room[step] if step < len(room) else 0.0) + SHORTEST for step in range(steps + 1)]
    while len(widths) > 2 and sum(widths) - SHORTEST > width:  # nothing follows the last label
        widths.pop()
    spare = (width - sum(widths) + SHORTEST) / max(len(widths) - 1, 1)
    return [*(column + spare for column in widths[:-1]), widths[-1] - SHORTEST]


def _scale(ax: Axes, columns: Sequence[float], low: float, total: int) -> None:
    """Steps to the right, each as wide as its column, and sums of log-probabilities upwards."""
    steps = len(columns) - 1
    at, place = range(-1, steps + 2), [-columns[0], *np.cumsum([0, *columns])]
    ax.set_xscale("function", functions=(lambda step: np.interp(step, at, place), lambda x: np.interp(x, place, at)))
    ax.set(xlim=(-0.07 / columns[0], steps + 1), ylim=(1.06 * low, -0.03 * low), xticks=range(1, steps + 1))
    if low <= -2:
        whole_numbers(ax.yaxis)
    xlabel = "step" if steps == total else f"step (the first {steps} of {total})"
    style_axes(ax, xlabel, "sum of log-probabilities (nats)", grid=True)


def _draw_nodes(
    ax: Axes, nodes: Sequence[Node], columns: Sequence[float], low: float
) -> dict[int, tuple[float, float]]:
    """Draw nodes, labels and lines, and count what lies below; returns where the lines to a node's children begin."""
    steps, nat = len(columns) - 1, TREE.height / (-1.09 * low)  # inches
    shown = [at for at, node in enumerate(nodes) if node.log_prob >= low - 1e-6 and node.step <= steps]
    places = _label_places(nodes, shown, ROW_HEIGHT * 0.72 / nat, low)
    ends: dict[int, tuple[float, float]] = {}
    for at in shown:
        node, is_dropped = nodes[at], nodes[at].fate == DROPPED
        ends[at] = _draw_label(ax, node, places[at], columns[node.step])
        marker, ink = "s" if node.fate == FINISHED else "o", GREY if is_dropped else INK
        look: Look = {"markersize": 6, "color": ink, "markerfacecolor": "white" if is_dropped else INK}
        ax.plot(node.step, node.log_prob, marker, zorder=5, **look)
        if abs(places[at] - node.log_prob) * nat > 0.03:  # the label had to move
            x = node.step, node.step + (BEFORE_LABEL - 0.01) / columns[node.step]
            ax.plot(x, (node.log_prob, places[at]), color=GREY, linewidth=0.8)
        if node.parent in ends:
            style, colour = ("--", GREY) if is_dropped else ("-", BLUE)
            line: Look = {"linewidth": _thickness(node.probability), "solid_capstyle": "butt", "zorder": 2}
            ax.plot(*zip(*_line(node, ends), strict=True), style, color=colour, **line)
    hidden = [node.step for at, node in enumerate(nodes) if at not in ends and node.fate != DROPPED]
    for step in {step for step in hidden if step <= steps}:
        below: Look = {"color": BLUE, "fontsize": TICK_SIZE, "bbox": BEHIND}
        ax.text(step, 1.02 * low, f"+{hidden.count(step)}", ha="center", va="bottom", **below)
    return ends


def _draw_label(ax: Axes, node: Node, y: float, column: float) -> tuple[float, float]:
    """A node's token at its right; returns where it ends."""
    width = text_width(node.token)
    style: Look = {"fontsize": TICK_SIZE * min(1.0, WIDEST / max(width, 1e-9)), "bbox": BEHIND}
    ink = GREY if node.fate == DROPPED else INK
    ax.text(node.step + BEFORE_LABEL / column, y, node.token, va="center", zorder=4, color=ink, **style)
    return node.step + min(1.0, (BEFORE_LABEL + min(width, WIDEST) + 0.03) / column), y


def _line(node: Node, ends: Mapping[int, tuple[float, float]]) -> list[tuple[float, float]]:
    """From the parent's label to the node."""
    assert node.parent is not None  # only the start has none, and no line leads to it
    return [ends[node.parent], (node.step, node.log_prob)]


def _thickness(probability: float) -> float:
    return max(0.8, THICKEST * probability)


def _label_places(nodes: Sequence[Node], shown: Sequence[int], gap: float, low: float) -> dict[int, float]:
    """Heights for the labels, as near to their nodes as they can be without two of a step printing over each other."""
    places: dict[int, float] = {}
    for step in {nodes[at].step for at in shown}:
        column = [at for at in shown if nodes[at].step == step]
        depths = apart(
            [-nodes[at].log_prob for at in column], gap, -np.inf, -low
        )  # moved downwards where there is room
        places |= {at: -depth for at, depth in zip(column, depths, strict=True)}
    return places


def _list_lines(picture: Picture, rows: int) -> list[list[Text]]:
    """The empty lines of the list below the tree, under the names of its columns."""
    lines = []
    for row in range(rows + 1):
        y = TREE.above + TREE.height + TREE.below + ROW_HEIGHT * (row + 1) - 0.05
        style: Look = {"fontsize": TICK_SIZE, "fontweight": "normal" if row else "bold"}
        lines.append([write(picture, x, y, "" if row else name, ha=side, **style) for x, side, name in LIST])
    return lines[1:]
