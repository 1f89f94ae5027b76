"""The grid of a recurrent network's hidden vectors, and which of them it returns (lesson 02)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from .cells import box, frame
from .labels import signed
from .layout import Band, stack, write
from .style import (
    BLUE,
    BLUE_TINT,
    GREY,
    GREY_TINT,
    INK,
    LABEL_SIZE,
    ORANGE,
    ORANGE_TINT,
    TICK_SIZE,
    Look,
    Picture,
    as_matrix,
)

MOST_DIGITS = 3  # numbers of a vector that are written into its cell
WIDE, HIGH = 0.8, 0.62  # of a cell, in steps and in rows
PAIR, NEXT_LAYER = 0.72, 1.12  # rows from one reader of a layer to the other, and from layer to layer
INPUT = -0.95  # the row of the words
BOTH_TINT = "#F6E58D"
LEGEND = (
    (0.08, ORANGE, "output: top layer, every step"),
    (3.02, BLUE, "state: the last of each row"),
    (5.66, "#C4C4C4", "in neither"),
)


@dataclass(frozen=True)
class _Grid:
    """What a network returned for one sentence, `output` (steps, directions × hidden) and `state` (rows, hidden)."""

    output: np.ndarray
    state: np.ndarray

    @property
    def steps(self) -> int:
        return len(self.output)

    @property
    def rows(self) -> int:
        return len(self.state)

    @property
    def directions(self) -> int:
        return self.output.shape[1] // self.state.shape[1]

    def is_backward(self, row: int) -> bool:
        return row % self.directions == 1

    def last_step(self, row: int) -> int:
        """Where the row's reader stops."""
        return 1 if self.is_backward(row) else self.steps

    def in_output(self, row: int) -> bool:
        return row >= self.rows - self.directions

    def vector(self, row: int, step: int) -> np.ndarray | None:
        """The row's vector at a step, from 1; None for one that is not returned."""
        if self.in_output(row):
            return np.split(self.output[step - 1], self.directions)[row % self.directions]
        return self.state[row] if step == self.last_step(row) else None

    def y(self, row: int) -> float:
        """The height of a row's middle."""
        layer, reader = divmod(row, self.directions)
        return layer * (NEXT_LAYER + (self.directions - 1) * PAIR) + reader * PAIR

    def words(self, row: int, step: int) -> str:
        """The digits of a vector, as far as they are returned and fit into a cell."""
        vector = self.vector(row, step)
        return "  ".join(map(signed, vector)) if vector is not None and len(vector) <= MOST_DIGITS else ""


def rnn_grid(output: object, state: object) -> Picture:
    """All hidden vectors of an RNN: layers upwards, time to the right; what `output` and `state` hold is outlined.

    `output` is the top layer's row, `state` the last vector of every layer (a backward reader's last vector is the
    one at step 1). The cells that both hold have both outlines and a colour of their own; the digits of short vectors
    stand in their cells.

    Args:
        output: of one sentence `(steps, directions × hidden)`.
        state: of the same sentence `(layers × directions, hidden)`.

    Raises:
        ValueError: sizes that do not belong together.
    """
    grid = _Grid(as_matrix(output, "output"), as_matrix(state, "state"))
    if grid.directions not in (1, 2) or grid.output.shape[1] % grid.state.shape[1] or grid.rows % grid.directions:
        raise ValueError(
            f"output {grid.output.shape} and state {grid.state.shape}: expected (steps, directions × hidden) and "
            "(layers × directions, hidden) of one network and one sentence"
        )
    reading = "two directions" if grid.directions == 2 else "one direction"
    words = f"Grid of hidden vectors, {grid.rows // grid.directions} layers by {grid.steps} steps, {reading}"
    low, high = INPUT - 0.34, grid.y(grid.rows - 1) + 0.78
    picture, (ax,) = stack(Band(0.72 * (high - low), 1.1, 0.1, above=0.06, below=0.98), words=words)
    ax.set(xlim=(0.4, grid.steps + 0.6), ylim=(low, high))
    _draw_cells(ax, grid)
    _draw_arrows(ax, grid)
    _outline(ax, grid)
    _name_axes(ax, grid)
    foot = picture.get_size_inches()[1] - 0.2
    for x, color, text in LEGEND:
        write(picture, x, foot, "■", color=color, fontsize=LABEL_SIZE + 3)
        write(picture, x + 0.22, foot, text)
    picture.alt += "; output outlined along the top layer, state at the last vector of each layer; both: "
    picture.alt += "forward at the last step, backward at the first" if grid.directions == 2 else "top layer, last step"
    places = [(row, step) for row in range(grid.rows) for step in range(1, grid.steps + 1) if grid.words(row, step)]
    picture.alt += "".join(f"; row {row}, step {step}: {grid.words(row, step)}" for row, step in places)
    return picture


def _draw_cells(ax: Axes, grid: _Grid) -> None:
    """The words, and above them the hidden vectors: digits and names, as far as they are returned."""
    for step in range(1, grid.steps + 1):
        box(ax, (step, INPUT), (WIDE, 0.4), facecolor="white", edgecolor=GREY, linewidth=0.8)
        _write(ax, (step, INPUT), f"X[{step - 1}]", INK)
        _write(ax, (step, grid.y(grid.rows - 1) + 0.58), f"output[{step - 1}]", ORANGE)
        for row in range(grid.rows):
            is_last, at = step == grid.last_step(row), (step, grid.y(row))
            fills = ((GREY_TINT, BLUE_TINT), (ORANGE_TINT, BOTH_TINT))
            fill = fills[grid.in_output(row)][is_last]
            box(ax, at, (WIDE, HIGH), facecolor=fill, edgecolor=GREY, linewidth=0.8)
            lines = [line for line in (grid.words(row, step), f"state[{row}]" if is_last else "") if line]
            for number, line in enumerate(lines):
                color = BLUE if line.startswith("state") else INK
                _write(ax, (at[0], at[1] + 0.13 * (len(lines) - 1) * (1 - 2 * number)), line, color)


def _write(ax: Axes, at: tuple[float, float], text: str, color: str) -> None:
    ax.text(*at, text, ha="center", va="center", fontsize=TICK_SIZE, color=color)


def _draw_arrows(ax: Axes, grid: _Grid) -> None:
    """Along each row in the direction in which it is read; up from the words to layer 1 and on from layer to layer."""
    look: Look = {"arrowstyle": "-|>", "mutation_scale": 10, "color": GREY, "shrinkA": 2, "shrinkB": 2}
    for step in range(1, grid.steps + 1):
        below = INPUT + 0.2
        for row in range(0, grid.rows, grid.directions):
            above = grid.y(row) - HIGH / 2 - (0.09 if grid.in_output(row) else 0)
            ax.add_patch(FancyArrowPatch((step, below), (step, above), **look))
            below = grid.y(row + grid.directions - 1) + HIGH / 2
        for row in range(grid.rows if step < grid.steps else 0):
            ends = [(step + WIDE / 2, grid.y(row)), (step + 1 - WIDE / 2, grid.y(row))]
            start, end = reversed(ends) if grid.is_backward(row) else ends
            ax.add_patch(FancyArrowPatch(start, end, **look))


def _outline(ax: Axes, grid: _Grid) -> None:
    top = range(grid.rows - grid.directions, grid.rows)
    middle = (grid.steps + 1) / 2, float(np.mean([grid.y(row) for row in top]))
    frame(ax, middle, ORANGE, (grid.steps - 0.08, HIGH + 0.14 + (grid.directions - 1) * PAIR), linewidth=3)
    for row in range(grid.rows):
        frame(ax, (grid.last_step(row), grid.y(row)), BLUE, (WIDE, HIGH), linewidth=3, zorder=4)


def _name_axes(ax: Axes, grid: _Grid) -> None:
    arrows = (" →", " ←") if grid.directions == 2 else ("",)
    names = [f"layer {row // grid.directions + 1}{arrows[row % grid.directions]}" for row in range(grid.rows)]
    ax.set_yticks([INPUT, *map(grid.y, range(grid.rows))], ["words", *names])
    ax.set_xticks(range(1, grid.steps + 1))
    ax.tick_params(labelsize=TICK_SIZE, colors=INK, length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("time (step)", fontsize=LABEL_SIZE, color=INK)
