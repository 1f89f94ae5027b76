"""Tokens in grids of cells, coloured by the sentence that they belong to; the embedding as a product of matrices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from torch import Tensor

from seq2seq_lessons.text import PAD

from .cells import box, frame, hatched_cell
from .labels import fitted, listed
from .layout import Band, colour_bar, page, stack, write
from .style import (
    BLUE,
    BLUE_TINT,
    GREEN,
    GREY_TINT,
    INK,
    LABEL_SIZE,
    ORANGE,
    ORANGE_TINT,
    STATE_MAP,
    TICK_SIZE,
    WIDTH,
    Look,
    Picture,
    as_matrix,
)

TINTS = (BLUE_TINT, ORANGE_TINT, "#CDE9DC", "#EADCF4", "#F3EDB9")  # one per sentence, dark text reads on each
EDGES = (BLUE, ORANGE, GREEN, "#7B3FA0", "#8A7A00")
SIDE, HEAD, ROW = 0.52, 0.72, 0.42  # inches: at the left of a grid and above it, and of one of its rows


@dataclass(frozen=True)
class Grid:
    """One grid of tokens.

    Attributes:
        title: written above it.
        tokens: rows of text, all of one length.
        owners: for each token the number of its sentence, which decides its colour, or None for a token of no
            sentence, such as a pad.
        rows: what the axis downwards is, for example "sentence".
        columns: what the axis to the right is, for example "step".
    """

    title: str
    tokens: Sequence[Sequence[str]]
    owners: Sequence[Sequence[int | None]]
    rows: str
    columns: str

    @classmethod
    def of(cls, name: str, places: Tensor, tokens: Sequence[Sequence[str]], rows: str, columns: str) -> Self:
        """The grid that shows where a tensor operation has put each token.

        Args:
            name: the title begins with it, the shape follows.
            places: two axes, each token's place in `tokens` counted row by row; `torch.arange(batch * steps)` reshaped
                to (batch, steps) and then moved about.
            tokens: (batch, steps) text; pads belong to no sentence.
            rows: what the first axis of `places` is.
            columns: what the second is.
        """
        steps = len(tokens[0])
        text = [[tokens[n // steps][n % steps] for n in row] for row in places.tolist()]
        owners = [
            [None if token == PAD else n // steps for token, n in zip(words, row, strict=True)]
            for words, row in zip(text, places.tolist(), strict=True)
        ]
        return cls(f"{name} {tuple(places.shape)}", text, owners, rows, columns)


def token_grids(grids: Sequence[Grid], *, words: str) -> Picture:
    """Grids side by side, to one scale, so that the eye can follow a token from one to the next.

    Args:
        grids: from the left.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: rows of different length, owners that do not match the tokens, or no grid at all.
    """
    if not grids:
        raise ValueError("grids: expected at least one Grid, got none")
    for grid in grids:
        if len({len(row) for row in grid.tokens}) != 1:
            raise ValueError(f"{grid.title}: expected rows of one length, got {[len(row) for row in grid.tokens]}")
        if [len(row) for row in grid.tokens] != [len(row) for row in grid.owners]:
            raise ValueError(f"{grid.title}: expected one owner for each token")
    gap, across = 0.05, sum(len(grid.tokens[0]) for grid in grids)
    free = WIDTH - 0.1 - len(grids) * SIDE - (len(grids) - 1) * gap
    cell = min(0.75, free / across)  # a cell's width in inches
    picture, ax = page(HEAD + 0.08 + ROW * max(len(grid.tokens) for grid in grids), words)
    left = SIDE + (free - across * cell) / 2  # in the middle, where they leave room
    for grid in grids:
        _draw_grid(ax, grid, left, cell)
        left += len(grid.tokens[0]) * cell + SIDE + gap
        picture.alt += f"; {grid.title}: " + " / ".join(" ".join(row) for row in grid.tokens)
    return picture


def _draw_grid(ax: Axes, grid: Grid, left: float, width: float) -> None:
    """A grid on a page, its first cell's corner at (left, HEAD), its cells `width` wide."""
    style: Look = {"ha": "center", "va": "center", "fontsize": TICK_SIZE, "color": INK}
    rows, columns = len(grid.tokens), len(grid.tokens[0])
    middle = left + columns * width / 2
    ax.text(middle, 0.13, grid.title, **style | {"fontsize": LABEL_SIZE, "fontweight": "bold"})
    ax.text(middle, 0.37, f"{grid.columns} →", **style)
    ax.text(left - 0.36, HEAD + rows * ROW / 2, f"← {grid.rows}", rotation=90, **style)
    for column in range(columns):
        ax.text(left + (column + 0.5) * width, HEAD - 0.12, str(column), **style)
    for row in range(rows):
        y = HEAD + (row + 0.5) * ROW
        ax.text(left - 0.13, y, str(row), **style)
        for column, (token, owner) in enumerate(zip(grid.tokens[row], grid.owners[row], strict=True)):
            at, size = (left + (column + 0.5) * width, y), (width - 0.03, ROW - 0.03)
            if owner is None:
                hatched_cell(ax, at, token, GREY_TINT, size, "#555555")
            else:
                box(ax, at, size, facecolor=TINTS[owner % 5], edgecolor=EDGES[owner % 5], linewidth=1)
                ax.text(*at, token, **style | {"fontsize": fitted(token, width)})


def lookup_product(one_hot: object, weight: object, tokens: Sequence[str], vocabulary: Sequence[str]) -> Picture:
    """A sentence's one-hot rows times the embedding table: each row of the product is one row of the table.

    Args:
        one_hot: (steps, vocab), zeros and a single 1 in each row.
        weight: (vocab, embed), the table.
        tokens: one per step.
        vocabulary: one word per row of the table.

    Raises:
        ValueError: sizes that do not fit one another.
    """
    rows, table = as_matrix(one_hot, "one_hot"), as_matrix(weight, "weight")
    (steps, vocab), embed = rows.shape, table.shape[1]
    if table.shape[0] != vocab or len(vocabulary) != vocab or len(tokens) != steps:
        raise ValueError(
            f"one_hot {rows.shape} needs a table of {vocab} rows, {vocab} words and {steps} tokens; "
            f"got {table.shape[0]}, {len(vocabulary)} and {len(tokens)}"
        )
    words = f"One-hot rows {rows.shape} times the table {table.shape} gives the embedded rows {(steps, embed)}"
    band = Band(0.205 * vocab, 0.62, above=0.36, below=0.12, columns=(1.55, 1.05, 1.2), gap=0.78)
    picture, (left, middle, right) = stack(band, words=words)
    picks, colours = rows.argmax(axis=1), (STATE_MAP, -3.0, 3.0)
    _draw_matrix(left, f"one-hot ({steps}, {vocab})", rows, ("Greys", 0, 1.4), tokens)
    _draw_matrix(middle, f"weight ({vocab}, {embed})", table, colours, vocabulary)
    image = _draw_matrix(right, f"embedded ({steps}, {embed})", rows @ table, colours, [""] * steps)
    for ax, matrix, places in ((left, rows, range(steps)), (middle, table, picks), (right, table, range(steps))):
        centre = (len(ax.get_yticks()) - 1) / 2
        ax.set_ylim(centre + vocab / 2, centre - vocab / 2)  # all rows of one height
        for step, row in enumerate(places):
            frame(ax, ((matrix.shape[1] - 1) / 2, row), EDGES[step % 5], (matrix.shape[1], 1))
    for x, sign in ((2.32, "@"), (4.39, "=")):
        write(picture, x, band.above + band.height / 2, sign, ha="center", fontsize=LABEL_SIZE + 4)
    colour_bar(image, [right], "value", share=0.5)
    picture.alt += "; " + listed("{} picks row {}", tokens, picks)
    return picture


def _draw_matrix(
    ax: Axes, title: str, matrix: np.ndarray, colours: tuple[str, float, float], names: Sequence[str]
) -> AxesImage:
    """A matrix under its title, a name beside each row; colours: of a map, and the ends of its scale."""
    cmap, low, high = colours
    image = ax.imshow(matrix, cmap, vmin=low, vmax=high, aspect="auto", interpolation="nearest")
    ax.text((matrix.shape[1] - 1) / 2, -0.8, title, ha="center", fontsize=LABEL_SIZE, color=INK)
    ax.set_xticks([])
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(labelsize=TICK_SIZE, colors=INK, length=0, pad=3)
    ax.spines[:].set_visible(False)
    return image
