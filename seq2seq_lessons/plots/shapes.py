"""Tensors as boxes in proportion to their sizes."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from .layout import page
from .style import BLUE, GREEN, GREY, INK, LABEL_SIZE, ORANGE, PURPLE, TICK_SIZE, Look, Picture

AXIS_COLOURS = {  # every other axis is grey
    "steps": BLUE,
    "batch": ORANGE,
    "layers": PURPLE,
    "layers × directions": PURPLE,
    "hidden": GREEN,
    "directions × hidden": GREEN,
}
FILLS = ("#F4F4F4", "#E2E2E2", "#D0D0D0")  # front, top, side
ROW_HEIGHT, LEFT = 1.22, 1.16  # inches: of a tensor, and before its box


def shape_boxes(tensors: Mapping[str, Sequence[tuple[str, int]]], *, room: float = 34.0) -> Picture:
    """Three-dimensional tensors as boxes, one per row, all to the same scale, with their shapes.

    Args:
        tensors: name -> three (axis name, size) pairs in the tensor's order, for example
            {"input": [("steps", 5), ("batch", 3), ("features", 8)]}. The first axis goes into the depth, the second
            downwards, the last to the right.
        room: the widest last axis that a series of pictures will show; it fixes the scale between them.

    Raises:
        ValueError: a tensor that has not three axes.
    """
    for name, axes in tensors.items():
        if len(axes) != 3 or any(size < 1 for _, size in axes):
            raise ValueError(f"{name}: expected three (axis name, size >= 1) pairs, got {list(axes)}")
    sizes = {name: tuple(size for _, size in axes) for name, axes in tensors.items()}
    words = "Boxes in proportion: " + ", ".join(f"{name} {shape}" for name, shape in sizes.items())
    picture, ax = page(ROW_HEIGHT * len(tensors) + 0.1, words)
    unit = 3.4 / max(room, *(shape[2] for shape in sizes.values()))
    for row, (name, axes) in enumerate(tensors.items()):
        base = 0.1 + (row + 1) * ROW_HEIGHT - 0.30
        colours = [AXIS_COLOURS.get(axis, GREY) for axis, _ in axes]
        _box(ax, (LEFT, base), sizes[name], unit, colours)
        bold: Look = {"fontsize": LABEL_SIZE + 2, "fontweight": "bold"}
        ax.text(0.12, base - 0.36, name, color=INK, va="center", **bold)
        mono: Look = {"fontsize": LABEL_SIZE + 4, "family": "DejaVu Sans Mono"}
        ax.text(5.05, base - 0.58, str(sizes[name]), color=INK, va="center", **mono)
        for line, ((axis, size), colour) in enumerate(zip(axes, colours, strict=True)):
            y = base - 0.32 + 0.21 * line
            ax.text(5.09, y, f"{size} {_counted(axis, size)}", fontsize=LABEL_SIZE - 0.5, va="center", color=colour)
    for name, axes in tensors.items():
        picture.alt += f"; {name}: " + ", ".join(f"{size} {_counted(axis, size)}" for axis, size in axes)
    return picture


def _counted(axis: str, size: int) -> str:
    """The name of an axis, of one layer or of several layers."""
    return axis.removesuffix("s") if size == 1 else axis


def _box(ax: Axes, corner: tuple[float, float], shape: tuple[int, ...], unit: float, colours: Sequence[str]) -> None:
    """A box in oblique projection over its lower left corner; its visible edges carry the axes' colours and sizes."""
    (x, y), (depth, down, right) = corner, shape
    w, h = right * unit, -down * unit  # y grows downwards
    dx, dy = depth * unit * 0.55, -depth * unit * 0.45
    front = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    top = [(x, y + h), (x + w, y + h), (x + w + dx, y + h + dy), (x + dx, y + h + dy)]
    side = [(x + w, y), (x + w + dx, y + dy), (x + w + dx, y + h + dy), (x + w, y + h)]
    for corners, fill in zip((front, top, side), FILLS, strict=True):
        ax.add_patch(Polygon(corners, facecolor=fill, edgecolor="white", linewidth=0.8))
    for part in range(1, down):
        ax.plot([x, x + w], [y - part * unit] * 2, color="white", linewidth=0.8)
    for part in range(1, right):
        ax.plot([x + part * unit] * 2, [y, y + h], color="white", linewidth=0.5)
    for part in range(1, depth):
        share = part / depth
        ax.plot([x + dx * share, x + w + dx * share], [y + h + dy * share] * 2, color="white", linewidth=0.8)
    edges = (((x, x + dx), (y + h, y + h + dy)), ((x, x), (y, y + h)), ((x, x + w), (y, y)))
    for (xs, ys), colour in zip(edges, colours, strict=True):
        ax.plot(xs, ys, color=colour, linewidth=3.2, solid_capstyle="round")
    above = y + min(h + dy / 2 - 0.08, h / 2 - 0.19)  # clear of the number beside a low box
    places = ((x + dx / 2 - 0.07, above, "right"), (x - 0.08, y + h / 2, "right"), (x + w / 2, y + 0.15, "center"))
    for size, colour, (across, down_to, side_of) in zip(shape, colours, places, strict=True):
        ax.text(across, down_to, str(size), fontsize=TICK_SIZE, color=colour, ha=side_of, va="center")
