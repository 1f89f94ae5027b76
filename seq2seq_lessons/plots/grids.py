"""Tokens in grids of cells, coloured by the sentence that they belong to; the embedding as a product of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.patches import Rectangle
from torch import Tensor

from seq2seq_lessons.text import PAD

from .style import BLUE, GREEN, INK, LABEL_SIZE, ORANGE, STATE_MAP, TICK_SIZE, WIDTH, Picture, as_matrix, colour_bar

TINTS = ("#CFE5F5", "#FBDCC4", "#CDE9DC", "#EADCF4", "#F3EDB9")  # one per sentence, dark text reads on each
EDGES = (BLUE, ORANGE, GREEN, "#7B3FA0", "#8A7A00")
NOBODY = "#EDEDED"


@dataclass(frozen=True)
class Grid:
    """One grid of tokens.

    title: written above it.
    tokens: rows of text, all of one length.
    owners: for each token the number of its sentence, which decides its colour, or None for a token of no sentence,
        such as a pad.
    rows, columns: what the two axes are, for example "sentence" and "step".
    """

    title: str
    tokens: Sequence[Sequence[str]]
    owners: Sequence[Sequence[int | None]]
    rows: str
    columns: str

    @classmethod
    def of(cls, name: str, places: Tensor, tokens: Sequence[Sequence[str]], rows: str, columns: str) -> Grid:
        """The grid that shows where a tensor operation has put each token.

        Args:
            name: the title begins with it, the shape follows.
            places: two axes, each token's place in `tokens` counted row by row; `torch.arange(batch * steps)` reshaped
                to (batch, steps) and then moved about.
            tokens: (batch, steps) text; pads belong to no sentence.
            rows, columns: what the two axes of `places` are.
        """
        steps = len(tokens[0])
        text = [[tokens[n // steps][n % steps] for n in row] for row in places.tolist()]
        owners = [
            [None if token == PAD else n // steps for token, n in zip(words, row, strict=True)]
            for words, row in zip(text, places.tolist(), strict=True)
        ]
        return cls(f"{name} {tuple(places.shape)}", text, owners, rows, columns)


def token_grids(grids: Sequence[Grid], *, words: str, cell: float | None = None) -> Picture:
    """Grids side by side, to one scale, so that the eye can follow a token from one to the next.

    cell: a cell's width in inches; the widest that fits, and at most 0.75, when left out.

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
    side, gap, head, foot, row_height = 0.52, 0.05, 0.72, 0.08, 0.42
    across = sum(len(grid.tokens[0]) for grid in grids)
    if cell is None:
        cell = min(0.75, (WIDTH - 0.1 - len(grids) * side - (len(grids) - 1) * gap) / across)
    height = head + foot + row_height * max(len(grid.tokens) for grid in grids)
    picture = Picture(WIDTH, height, words=words)
    ax = picture.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(height, 0))
    ax.axis("off")
    # in the middle, where they leave room
    left = side + (WIDTH - 0.1 - across * cell - len(grids) * side - (len(grids) - 1) * gap) / 2
    for grid in grids:
        _draw(ax, grid, left, head, cell, row_height)
        left += len(grid.tokens[0]) * cell + side + gap
        picture.alt += f"; {grid.title}: " + " / ".join(" ".join(row) for row in grid.tokens)
    return picture


def _draw(ax, grid: Grid, left: float, top: float, width: float, height: float) -> None:
    columns = len(grid.tokens[0])
    middle = left + columns * width / 2
    ax.text(middle, 0.13, grid.title, ha="center", va="center", fontsize=LABEL_SIZE, color=INK, fontweight="bold")
    ax.text(middle, 0.37, f"{grid.columns} →", ha="center", va="center", fontsize=TICK_SIZE, color=INK)
    ax.text(
        left - 0.36,
        top + len(grid.tokens) * height / 2,
        f"← {grid.rows}",
        ha="center",
        va="center",
        rotation=90,
        fontsize=TICK_SIZE,
        color=INK,
    )
    for column in range(columns):
        ax.text(
            left + (column + 0.5) * width,
            top - 0.12,
            str(column),
            ha="center",
            va="center",
            fontsize=TICK_SIZE,
            color=INK,
        )
    for row, (tokens, owners) in enumerate(zip(grid.tokens, grid.owners, strict=True)):
        ax.text(
            left - 0.13, top + (row + 0.5) * height, str(row), ha="center", va="center", fontsize=TICK_SIZE, color=INK
        )
        for column, (token, owner) in enumerate(zip(tokens, owners, strict=True)):
            x, y = left + column * width, top + row * height
            fill, edge = (NOBODY, "#BBBBBB") if owner is None else (TINTS[owner % 5], EDGES[owner % 5])
            ax.add_patch(
                Rectangle(
                    (x + 0.015, y + 0.015),
                    width - 0.03,
                    height - 0.03,
                    facecolor=fill,
                    edgecolor=edge,
                    hatch="//" if owner is None else None,
                    linewidth=1,
                )
            )
            ax.text(
                x + width / 2,
                y + height / 2,
                token,
                ha="center",
                va="center",
                fontsize=TICK_SIZE,
                color="#555555" if owner is None else INK,
                bbox={"facecolor": NOBODY, "edgecolor": "none", "pad": 1} if owner is None else None,
            )


def lookup_product(one_hot, weight, tokens: Sequence[str], vocabulary: Sequence[str], limit: float = 3.0) -> Picture:
    """A sentence's one-hot rows times the embedding table: each row of the product is one row of the table.

    one_hot: (steps, vocab), zeros and a single 1 in each row.
    weight: (vocab, embed), the table.
    tokens: one per step; vocabulary: one per row of the table.
    limit: the colours run from -limit to limit.
    """
    one_hot, weight = as_matrix(one_hot, "one_hot"), as_matrix(weight, "weight")
    (steps, vocab), embed = one_hot.shape, weight.shape[1]
    if weight.shape[0] != vocab or len(vocabulary) != vocab or len(tokens) != steps:
        raise ValueError(
            f"one_hot {one_hot.shape} needs a table of {vocab} rows, {vocab} words and {steps} tokens; "
            f"got {weight.shape[0]}, {len(vocabulary)} and {len(tokens)}"
        )
    words = f"One-hot rows {one_hot.shape} times the table {weight.shape} gives the embedded rows {(steps, embed)}"
    row, head, foot = 0.205, 0.36, 0.12
    height = head + foot + vocab * row
    picture = Picture(WIDTH, height, words=words)
    # widths in inches: the three matrices, with room for their row labels and for the signs between them
    boxes = ((0.62, 1.75, steps), (3.25, 1.05, vocab), (4.88, 1.05, steps))
    titles = (f"one-hot ({steps}, {vocab})", f"weight ({vocab}, {embed})", f"embedded ({steps}, {embed})")
    images = []
    for number, ((left, width, rows), title) in enumerate(zip(boxes, titles, strict=True)):
        bottom = foot + (vocab - rows) * row / 2
        ax = picture.add_axes((left / WIDTH, bottom / height, width / WIDTH, rows * row / height))
        matrix = (one_hot, weight, one_hot @ weight)[number]
        scale = (
            {"cmap": "Greys", "vmin": 0, "vmax": 1.4}
            if number == 0
            else {"cmap": STATE_MAP, "vmin": -limit, "vmax": limit}
        )
        images.append(ax.imshow(matrix, aspect="auto", interpolation="nearest", **scale))
        ax.set_title(title, fontsize=LABEL_SIZE, color=INK)
        ax.set_xticks([])
        ax.set_yticks(range(rows), vocabulary if number == 1 else tokens)
        ax.tick_params(labelsize=TICK_SIZE, colors=INK, length=0, pad=3)
        if number == 2:
            ax.tick_params(labelleft=False)
        for step, index in enumerate(one_hot.argmax(axis=1)):
            at = index if number == 1 else step
            ax.add_patch(
                Rectangle(
                    (-0.5, at - 0.5),
                    matrix.shape[1],
                    1,
                    fill=False,
                    edgecolor=EDGES[step % 5],
                    linewidth=2,
                    clip_on=False,
                    zorder=3,
                )
            )
    middle = 1 - (head + vocab * row / 2) / height
    for x, sign in ((2.52, "@"), (4.56, "=")):
        picture.text(x / WIDTH, middle, sign, ha="center", va="center", fontsize=LABEL_SIZE + 4, color=INK)
    colour_bar(
        picture, images[2], (6.32 / WIDTH, (foot + vocab * row / 4) / height, 0.018, vocab * row / 2 / height), "value"
    )
    picks = ", ".join(f"{token} picks row {index}" for token, index in zip(tokens, one_hot.argmax(axis=1), strict=True))
    picture.alt = f"{words}; {picks}"
    return picture
