"""The tree of a beam search: what it has kept and dropped at each step, and the finished sentences by their scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from .labels import fitted, percent, signed
from .layout import Band, inches, stack, tell_of, write
from .style import BLUE, GREY, INK, ORANGE, TICK_SIZE, WIDTH, Look, Picture, style_axes

KEPT, FINISHED, DROPPED = "kept", "finished", "dropped"
ROW_HEIGHT = 0.25  # inches of a line of text
THICKEST = 6.0  # points, of a line that stands for a probability of 1
NARROWEST = 0.6  # inches of a step
RANK_HEIGHT = 0.48  # inches: a cell, and the sum below it
CELL = (0.72, 0.54)  # of a step's width and a rank's height
MOST_RANKS = 7  # in a step; the rest is counted
TREE = Band(0, left=0.5, right=0.08, above=0.56, below=0.55)
LIST = (
    (0.1, "left", ""),
    (0.92, "right", "score"),
    (1.6, "right", "sum"),
    (2.3, "right", "tokens"),
    (2.5, "left", "sentence"),
)
FILLS = {KEPT: "#CFE4F2", FINISHED: "#1A6FA8", DROPPED: "white"}
LINES: dict[str, Look] = {
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
    ranks: int | None = None,
    rows: int = 5,
    words: str,
) -> Picture:
    """What a beam search has kept and dropped, and the finished sentences in the order of their scores.

    A column is a step, with its nodes as cells, the most probable beginning on top and below each cell its sum. The
    line to a cell is as thick as its token is probable, and dashed grey where it was dropped. The best sentence's
    lines and frames are orange.

    Args:
        nodes: parents before their children; the first is the start.
        rankings: name (of the way to score) -> finished nodes with their scores, the best first. The first is shown;
            `picture.show(position)` shows another one.
        steps: how many there is room for, which a series of pictures must share; from the nodes when left out.
            Later steps are not drawn, nor are steps that do not fit beside the others; the axis says how many there
            are.
        ranks: how many nodes of a step there is room for, likewise (`num_ranks`).
        rows: lines in the list of sentences.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: no node but the start, no ranking or an empty one, or a parent that comes after its child.
    """
    _check(nodes, rankings)
    ranks, total = ranks or num_ranks(nodes), steps or max(node.step for node in nodes)
    below = Band(ROW_HEIGHT * (rows + 1) + 0.12, above=0, below=0, columns=())  # for the list
    picture, (ax,) = stack(replace(TREE, height=RANK_HEIGHT * ranks), below, words=words)
    _scale(ax, total, ranks)
    places = _places(ax, nodes, ranks)
    frames = _draw_nodes(ax, nodes, places)
    _legend(ax)
    best = LineCollection([], colors=ORANGE, zorder=3)
    ax.add_collection(best)
    lines = _list_lines(picture, rows)

    def show(position: int) -> str:
        name, ranking = list(rankings.items())[position]
        path = [at for at in path_to(nodes, ranking[0][0]) if at in places]
        best.set_segments([np.array(_ends(nodes, places, at)) for at in path if nodes[at].parent in places])
        best.set_linewidth([_thickness(nodes[at].probability) for at in path if nodes[at].parent in places])
        for at, frame in frames.items():
            frame.set_edgecolor(ORANGE if at in path else "none")
        cells = [_cells(nodes, row, *ranked) for row, ranked in enumerate(ranking[:rows], start=1)]
        for texts, row in zip(lines, [*cells, *[[""] * len(LIST)] * (rows - len(cells))], strict=True):
            for text, cell in zip(texts, row, strict=True):
                text.set(text=cell, color=ORANGE if texts is lines[0] else INK)
            texts[-1].set_fontsize(fitted(row[-1], WIDTH - 2.5))
        return f"{words}; {name}: finished, by score: " + ", ".join(f"'{row[-1]}' {row[1]}" for row in cells)

    picture.animate([best, *frames.values(), *(text for texts in lines for text in texts)], show)
    return picture.show(0)


def num_ranks(nodes: Sequence[Node]) -> int:
    """How many nodes the fullest step has, as far as they are drawn."""
    columns = [node.step for node in nodes]
    return min(MOST_RANKS, max(map(columns.count, columns)))


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


def _scale(ax: Axes, total: int, ranks: int) -> None:
    """As many steps to the right as there is room for, all equally wide, and ranks downwards."""
    steps = min(total, int(inches(ax)[0] / NARROWEST) - 1)
    ax.set(xlim=(-0.5, steps + 0.5), ylim=(ranks + 0.5, 0.5), xticks=range(1, steps + 1), yticks=range(1, ranks + 1))
    xlabel = "step" if steps == total else f"step (the first {steps} of {total})"
    style_axes(ax, xlabel, "rank", bare=True)


def _places(ax: Axes, nodes: Sequence[Node], ranks: int) -> dict[int, tuple[float, float]]:
    """Step and rank of each node that is drawn; of the others their number is written at the last rank."""
    places: dict[int, tuple[float, float]] = {}
    for step in range(int(ax.get_xlim()[1]) + 1):
        column = sorted((at for at, node in enumerate(nodes) if node.step == step), key=lambda at: -nodes[at].log_prob)
        drawn = column if len(column) <= ranks else column[: ranks - 1]
        places |= {at: (step, rank) for rank, at in enumerate(drawn, start=1)}
        if len(drawn) < len(column):
            more = f"+{len(column) - len(drawn)} more"
            ax.text(step, ranks, more, color=GREY, fontsize=TICK_SIZE, ha="center", va="center")
    return places


def _draw_nodes(ax: Axes, nodes: Sequence[Node], places: Mapping[int, tuple[float, float]]) -> dict[int, Rectangle]:
    """From cell to cell a line, in each cell its token and below it its sum; returns the cells' frames."""
    column = inches(ax)[0] / (ax.get_xlim()[1] - ax.get_xlim()[0])
    width, height = CELL
    frames = {}
    for at, (x, y) in places.items():
        node = nodes[at]
        ink = {FINISHED: "white", DROPPED: GREY}.get(node.fate, INK)
        corner = x - width / 2, y - height / 2
        ax.add_patch(Rectangle(corner, width, height, facecolor=FILLS[node.fate], zorder=3))
        frames[at] = Rectangle(corner, width, height, facecolor="none", linewidth=2.2, zorder=4)
        ax.add_patch(frames[at])
        middle: Look = {"ha": "center", "va": "center", "zorder": 5}
        ax.text(x, y, node.token, fontsize=fitted(node.token, width * column), color=ink, **middle)
        if node.parent is None:
            continue
        about = f"step {node.step}, '{node.token}' after '{nodes[node.parent].token}': {percent(node.probability)}"
        about += f", sum {signed(node.log_prob)}, {node.fate}"
        tell_of(ax, (x, y), (column, RANK_HEIGHT), about)
        sum_ink = GREY if node.fate == DROPPED else INK
        ax.text(x, y + 0.46, signed(node.log_prob), fontsize=TICK_SIZE - 2, color=sum_ink, **middle)
        if node.parent in places:
            ends = zip(*_ends(nodes, places, at), strict=True)
            look = LINES[node.fate]
            ax.plot(*ends, linewidth=_thickness(node.probability), solid_capstyle="butt", zorder=2, **look)
    return frames


def _ends(
    nodes: Sequence[Node], places: Mapping[int, tuple[float, float]], at: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the line to a node begins and ends: at its parent's right side, and at its own left one."""
    (x, y), (to_x, to_y) = places[nodes[at].parent or 0], places[at]
    return (x + CELL[0] / 2, y), (to_x - CELL[0] / 2, to_y)


def _legend(ax: Axes) -> None:
    """All colours and lines, in two rows above the tree."""
    cells = [
        Rectangle((0, 0), 1, 1, facecolor=FILLS[KEPT]),
        Rectangle((0, 0), 1, 1, facecolor=FILLS[FINISHED]),
        Line2D([], [], **LINES[DROPPED]),
        Rectangle((0, 0), 1, 1, facecolor="none", edgecolor=ORANGE, linewidth=2.2),
        Line2D([], [], color=BLUE, linewidth=5),
        Line2D([], [], linestyle=""),
    ]
    names = ("kept", "ended", "dropped", "the best that ended", "more probable", "below: sum of log p")
    order = (0, 3, 1, 4, 2, 5)  # column by column
    look: Look = {"ncols": 3, "frameon": False, "fontsize": TICK_SIZE, "labelcolor": INK, "borderpad": 0}
    where: Look = {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "borderaxespad": 0.1, "handlelength": 2.2}
    ax.legend([cells[i] for i in order], [names[i] for i in order], **look, **where)


def _thickness(probability: float) -> float:
    return max(0.8, THICKEST * probability)


def _list_lines(picture: Picture, rows: int) -> list[list[Text]]:
    """The empty lines of the list below the tree, under the names of its columns."""
    lines = []
    top = picture.get_size_inches()[1] - ROW_HEIGHT * (rows + 1) - 0.12
    for row in range(rows + 1):
        y = top + ROW_HEIGHT * (row + 1) - 0.05
        style: Look = {"fontsize": TICK_SIZE, "fontweight": "normal" if row else "bold"}
        lines.append([write(picture, x, y, "" if row else name, ha=side, **style) for x, side, name in LIST])
    return lines[1:]
