"""The tree of a beam search: what it has kept and dropped, and the finished sentences by their scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.text import Text

from .labels import apart, fitted, percent, signed
from .layout import Band, inches, stack, tell_of, write
from .style import BLUE, GREY, INK, ORANGE, TICK_SIZE, WIDTH, Look, Picture, style_axes, whole_numbers

KEPT, FINISHED, DROPPED = "kept", "finished", "dropped"
ROW_HEIGHT = 0.25  # inches of a line of text
THICKEST = 6.0  # points, of a line that stands for a probability of 1
NARROWEST = 0.6  # inches of a step
MARGIN = 0.34  # inches beside the first node and the last one, for their labels
APART = 0.31  # inches between two nodes of a step, a label above each
TREE = Band(2.5, left=0.72, right=0.08, above=0.52, below=0.55)
LIST = (
    (0.1, "left", ""),
    (0.92, "right", "score"),
    (1.6, "right", "sum"),
    (2.3, "right", "tokens"),
    (2.5, "left", "sentence"),
)
BEHIND: Look = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}  # a text stands on it
KINDS: dict[str, Look] = {  # of lines and nodes
    KEPT: {"color": BLUE, "linestyle": "-"},
    FINISHED: {"color": BLUE, "linestyle": "-"},
    DROPPED: {"color": GREY, "linestyle": "--"},
}


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


def search_tree(
    nodes: Sequence[Node],
    rankings: Mapping[str, Sequence[tuple[int, float]]],
    *,
    steps: int | None = None,
    low: float | None = None,
    rows: int = 5,
    words: str,
) -> Picture:
    """What a beam search has kept and dropped, and the finished sentences in the order of their scores.

    A node stands at its step and its sum of log-probabilities, with its token above it; nodes that would touch are
    moved apart. The line to it is as thick as its token is probable, and dashed grey where it was dropped. The best
    sentence's lines are orange.

    Args:
        nodes: parents before their children; the first is the start.
        rankings: name (of the way to score) -> finished nodes with their scores, the best first. The first is shown;
            `picture.show(position)` shows another one.
        steps: the end of the scale to the right, which a series of pictures must share; from the nodes when left out.
            Later steps are not drawn, nor are steps that do not fit beside the others; the axis says how many there
            are.
        low: the end of the scale downwards, as `steps`. How many nodes that were not dropped lie below it is written
            there: "+2".
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
    _scale(ax, total, low)
    places = _places(ax, nodes, low)
    _draw_nodes(ax, nodes, places)
    _count_below(ax, nodes, places)
    _legend(ax)
    best = LineCollection([], colors=ORANGE, zorder=3)
    ax.add_collection(best)
    lines = _list_lines(picture, rows)

    def show(position: int) -> str:
        name, ranking = list(rankings.items())[position]
        path = [at for at in path_to(nodes, ranking[0][0]) if at in places]
        best.set_segments([np.array((places[nodes[at].parent or 0], places[at])) for at in path])
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


def _scale(ax: Axes, total: int, low: float) -> None:
    """As many steps to the right as there is room for, all equally wide, and sums of log-probabilities upwards."""
    room = inches(ax)[0] - 2 * MARGIN
    steps = min(total, int(room / NARROWEST))
    margin = MARGIN * steps / room
    ax.set(xlim=(-margin, steps + margin), ylim=(1.06 * low, -0.12 * low), xticks=range(1, steps + 1))
    if low <= -2:
        whole_numbers(ax.yaxis)
    xlabel = "step" if steps == total else f"step (the first {steps} of {total})"
    style_axes(ax, xlabel, "sum of log-probabilities (nats)", grid=True)


def _places(ax: Axes, nodes: Sequence[Node], low: float) -> dict[int, tuple[float, float]]:
    """Where the nodes on the scale stand: as near to their sums as they can, and none above its parent."""
    bottom, top = ax.get_ylim()
    gap = APART * (top - bottom) / inches(ax)[1]
    places: dict[int, tuple[float, float]] = {}
    for step in range(int(ax.get_xlim()[1]) + 1):
        column = [at for at, node in enumerate(nodes) if node.step == step and node.log_prob >= low - 1e-6]
        sums = [min(nodes[at].log_prob, places.get(nodes[at].parent or 0, (0, 0.0))[1]) for at in column]
        depths = apart([-total for total in sums], gap, 0, -low)
        places |= {at: (step, -depth) for at, depth in zip(column, depths, strict=True)}
    return places


def _draw_nodes(ax: Axes, nodes: Sequence[Node], places: Mapping[int, tuple[float, float]]) -> None:
    """From node to node a line, and above each node its token."""
    column = inches(ax)[0] / (ax.get_xlim()[1] - ax.get_xlim()[0])
    for at, place in places.items():
        node, look = nodes[at], KINDS[nodes[at].fate]
        ink = GREY if node.fate == DROPPED else INK
        ax.plot(*place, _marker(node.fate), markersize=6, color=ink, zorder=5, markerfacecolor=_filling(node.fate))
        style: Look = {"fontsize": fitted(node.token, 1.15 * column), "bbox": BEHIND, "color": ink, "zorder": 4}
        above: Look = {"textcoords": "offset points", "ha": "center", "va": "bottom"}
        ax.annotate(node.token, place, (0, 5), **above, **style)
        if node.parent is None:
            continue
        about = f"'{node.token}' after '{nodes[node.parent].token}': {percent(node.probability)}"
        tell_of(ax, place, (column, APART), f"step {node.step}, {about}, sum {signed(node.log_prob)}, {node.fate}")
        if node.parent in places:
            ends = zip(places[node.parent], place, strict=True)
            ax.plot(*ends, linewidth=_thickness(node.probability), solid_capstyle="butt", zorder=2, **look)


def _marker(fate: str) -> str:
    return "s" if fate == FINISHED else "o"


def _filling(fate: str) -> str:
    return "white" if fate == DROPPED else INK


def _count_below(ax: Axes, nodes: Sequence[Node], places: Mapping[int, tuple[float, float]]) -> None:
    """How many nodes that were not dropped lie below the end of the scale, at each of its steps."""
    hidden = [node.step for at, node in enumerate(nodes) if at not in places and node.fate != DROPPED]
    for step in {step for step in hidden if step <= ax.get_xlim()[1]}:
        look: Look = {"color": BLUE, "fontsize": TICK_SIZE, "bbox": BEHIND, "ha": "center", "va": "bottom"}
        ax.text(step, ax.get_ylim()[0], f"+{hidden.count(step)}", **look)


def _legend(ax: Axes) -> None:
    """All colours and marks, in two rows above the tree."""
    marks = [
        Line2D([], [], marker=_marker(fate), markersize=6, mec=ink, markerfacecolor=_filling(fate), **KINDS[fate])
        for fate, ink in ((KEPT, INK), (DROPPED, GREY), (FINISHED, INK))
    ]
    lines = [Line2D([], [], color=colour, linewidth=width) for colour, width in ((ORANGE, 3), (BLUE, 5))]
    handles = [*marks, *lines, Line2D([], [], linestyle="")]
    names = ("kept", "dropped", "ended", "the best that ended", "more probable", "+1: another below")
    order = (0, 3, 1, 4, 2, 5)  # column by column
    look: Look = {"ncols": 3, "frameon": False, "fontsize": TICK_SIZE, "labelcolor": INK, "borderpad": 0}
    where: Look = {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "borderaxespad": 0.1, "handlelength": 2.2}
    ax.legend([handles[i] for i in order], [names[i] for i in order], **look, **where)


def _thickness(probability: float) -> float:
    return max(0.8, THICKEST * probability)


def _list_lines(picture: Picture, rows: int) -> list[list[Text]]:
    """The empty lines of the list below the tree, under the names of its columns."""
    lines = []
    for row in range(rows + 1):
        y = TREE.above + TREE.height + TREE.below + ROW_HEIGHT * (row + 1) - 0.05
        style: Look = {"fontsize": TICK_SIZE, "fontweight": "normal" if row else "bold"}
        lines.append([write(picture, x, y, "" if row else name, ha=side, **style) for x, side, name in LIST])
    return lines[1:]
