"""The grid of a recurrent network's hidden vectors, and which of them it returns."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from .cells import box, frame
from .layout import Band, stack, write
from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, TICK_SIZE, Look, Picture

CELL = 0.66, 0.52  # width in steps, height in rows


def rnn_grid(num_layers: int = 2, num_steps: int = 5, *, bidirectional: bool = False) -> Picture:
    """All hidden vectors of an RNN: layers upwards, time to the right; what `output` and `state` hold is outlined.

    `output` is the top layer's row, `state` the last vector of every layer (a backward reader's last vector is the
    one at step 1). The cells that both hold carry both outlines.

    Args:
        num_layers: layers of the network.
        num_steps: steps of the sentence.
        bidirectional: whether each layer has a reader in either direction.
    """
    directions = 2 if bidirectional else 1
    rows = num_layers * directions
    reading = "two directions" if bidirectional else "one direction"
    words = f"Grid of hidden vectors, {num_layers} layers by {num_steps} steps, {reading}"
    picture, (ax,) = stack(Band(0.62 * rows + 0.08, 1.75, 0.1, above=0.65, below=0.62), words=words)
    for row in range(rows):
        is_backward = row % directions == 1
        _draw_reader(ax, row, num_steps, is_backward)
        frame(ax, (1 if is_backward else num_steps, row), BLUE, (0.72, 0.60), linewidth=3, zorder=4)
    top = (num_steps + 1) / 2, rows - (directions + 1) / 2
    frame(ax, top, ORANGE, (num_steps - 0.04, directions - 0.22), linewidth=3)
    arrows = (" →", " ←") if bidirectional else ("",)
    names = [f"layer {row // directions + 1}{arrows[row % directions]}" for row in range(rows)]
    _name_axes(ax, names, num_steps)
    for x, colour, text in (
        (0.1, ORANGE, "output: the top layer, every step"),
        (3.55, BLUE, "state: every layer, last vector read"),
    ):
        write(picture, x, 0.24, "■", color=colour, fontsize=LABEL_SIZE + 3)
        write(picture, x + 0.24, 0.24, text)
    both = "top layer: forward at the last step, backward at the first" if bidirectional else "top layer, last step"
    picture.alt += f"; output outlined along the top layer, state at the last vector of each layer; both: {both}"
    return picture


def _draw_reader(ax: Axes, row: int, num_steps: int, is_backward: bool) -> None:
    """One reader's cells, with arrows in the direction in which it reads."""
    for step in range(1, num_steps + 1):
        box(ax, (step, row), CELL, facecolor="#E8E8E8", edgecolor=GREY, linewidth=0.8)
        if step < num_steps:
            ends = [(step + CELL[0] / 2, row), (step + 1 - CELL[0] / 2, row)]
            start, end = reversed(ends) if is_backward else ends
            look: Look = {"arrowstyle": "->", "mutation_scale": 11, "color": GREY, "shrinkA": 4, "shrinkB": 4}
            ax.add_patch(FancyArrowPatch(start, end, **look))


def _name_axes(ax: Axes, layers: Sequence[str], num_steps: int) -> None:
    ax.set(xlim=(0.4, num_steps + 0.6), ylim=(-0.6, len(layers) - 0.4))
    ax.set_yticks(range(len(layers)), layers)
    ax.set_xticks(range(1, num_steps + 1))
    ax.tick_params(labelsize=TICK_SIZE, colors=INK, length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("time (step)", fontsize=LABEL_SIZE, color=INK)
