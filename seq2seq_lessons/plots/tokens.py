"""Batches of sentences as cells: words, `<eos>`, and how much of a batch is padding (lesson 01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch, Rectangle

from seq2seq_lessons.text import BOS, EOS, PAD

from .style import BLUE, GREEN, INK, LABEL_SIZE, ORANGE, TICK_SIZE, WIDTH, Picture, style_axes

PAD_FILL = "#C4C4C4"


def token_cells(rows: Mapping[str, Sequence[str]]) -> Picture:
    """Rows of tokens as cells, one column per step, each row under its name; special tokens stand out by colour.

    rows: name -> tokens, `<pad>` included; rows may differ in length.
    """
    if not rows or not all(rows.values()):
        raise ValueError(f"rows: expected at least one row and one token in each, got {dict(rows)}")
    fills = {PAD: (PAD_FILL, INK), EOS: (ORANGE, "white"), BOS: (GREEN, "white")}
    steps = max(map(len, rows.values()))
    height = 0.36 * len(rows) + 0.58
    picture = Picture(WIDTH, height, words=f"Tokens as cells, {len(rows)} rows: {', '.join(rows)}")
    name_room = 0.15 + 0.088 * max(map(len, rows))
    ax = picture.add_axes((name_room / WIDTH, 0.54 / height, 1 - (name_room + 0.08) / WIDTH, 1 - 0.58 / height))
    cell = (WIDTH - name_room) / steps
    for y, tokens in enumerate(rows.values()):
        for x, token in enumerate(tokens):
            fill, ink = fills.get(token, (BLUE, "white"))
            ax.add_patch(Rectangle((x + 0.5, y - 0.5), 1, 1, facecolor=fill, edgecolor="white", linewidth=2))
            size = min(TICK_SIZE, TICK_SIZE * cell / (0.1 * len(token)))  # a long word is set smaller
            ax.text(x + 1, y, token, ha="center", va="center", color=ink, fontsize=size)
    ax.set(xlim=(0.5, steps + 0.5), ylim=(len(rows) - 0.5, -0.5), xticks=range(1, steps + 1))
    ax.set_yticks(range(len(rows)), list(rows))
    style_axes(ax, "step", "")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    picture.alt += "; " + "; ".join(f"{name}: {' '.join(tokens)}" for name, tokens in rows.items())
    return picture


def batch_cells(layouts: Mapping[str, Sequence], *, pad_id: int = 0, eos_id: int = 3) -> Picture:
    """The same sentences cut into batches in several ways, side by side: one row per sentence, padding grey.

    layouts: name -> batches, each of ids `(rows, steps)`. The title of each panel gives its share of padding.
    """
    if not layouts:
        raise ValueError("layouts: expected at least one layout, a name with its batches")
    arrays = {name: [np.asarray(batch) for batch in batches] for name, batches in layouts.items()}
    for name, batches in arrays.items():
        if not batches or any(batch.ndim != 2 or batch.size == 0 for batch in batches):
            shapes = [batch.shape for batch in batches]
            raise ValueError(f"{name}: expected batches of ids (rows, steps), none of them empty, got shapes {shapes}")
    rows = max(sum(map(len, batches)) + len(batches) for batches in arrays.values())
    steps = max(batch.shape[1] for batches in arrays.values() for batch in batches)
    height = 0.1 * rows + 1.45
    picture = Picture(WIDTH, height, words="Batches as cells, padding grey: " + "; ".join(arrays))
    gap, left = 0.28, 0.62
    width = (WIDTH - left - gap * len(arrays)) / len(arrays)
    for number, (name, batches) in enumerate(arrays.items()):
        ax = picture.add_axes(
            ((left + number * (width + gap)) / WIDTH, 0.88 / height, width / WIDTH, 1 - 1.42 / height)
        )
        top = 0
        for batch in batches:
            kinds = np.where(batch == pad_id, 2, batch == eos_id)
            ax.pcolormesh(
                np.arange(batch.shape[1] + 1) + 0.5,
                np.arange(len(batch) + 1) + top,
                kinds,
                vmin=0,
                vmax=2,
                cmap=ListedColormap([BLUE, ORANGE, PAD_FILL]),
                edgecolors="white",
                linewidth=0.9,
            )
            top += len(batch) + 1  # an empty row between two batches
        share = sum((b == pad_id).sum() for b in batches) / sum(b.size for b in batches)
        ax.set_title(f"{name}\n{share:.0%} padding", fontsize=LABEL_SIZE, color=INK)
        ax.set(xlim=(0.5, steps + 0.5), ylim=(rows - 1, 0), yticks=[], xticks=[1, steps])
        style_axes(ax, "step", "" if number else f"sentences, in {len(batches)} batches")
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        picture.alt += f"; {name}: {share:.0%} of the cells are padding"
    handles = [
        Patch(color=colour, label=label) for colour, label in ((BLUE, "word"), (ORANGE, "<eos>"), (PAD_FILL, "<pad>"))
    ]
    picture.legend(handles=handles, ncols=3, loc="lower center", frameon=False, fontsize=TICK_SIZE)
    return picture
