"""Batches of sentences as cells: words, `<eos>`, and how much of a batch is padding (lesson 01)."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from seq2seq_lessons.text import BOS, EOS, PAD, Vocab

from .cells import row_axes, token_rows
from .labels import name_room
from .layout import Band, legend_below, stack
from .style import BLUE, GREEN, INK, LABEL_SIZE, ORANGE, Picture, style_axes

PAD_FILL = "#C4C4C4"


def token_cells(rows: Mapping[str, Sequence[str]]) -> Picture:
    """Rows of tokens as cells, one column per step, each row under its name; special tokens stand out by colour.

    Args:
        rows: name -> tokens, `<pad>` included; rows may differ in length.

    Raises:
        ValueError: no row, or a row without a token.
    """
    if not rows or not all(rows.values()):
        raise ValueError(f"rows: expected at least one row and one token in each, got {dict(rows)}")
    words = f"Tokens as cells, {len(rows)} rows: {', '.join(rows)}"
    band = Band(0.36 * len(rows), name_room(rows), 0.08, above=0.04, below=0.54)
    picture, (ax,) = stack(band, words=words)
    row_axes(ax, list(rows), max(map(len, rows.values())))
    fills = {PAD: PAD_FILL, EOS: ORANGE, BOS: GREEN}
    token_rows(ax, rows.values(), [[fills.get(token, BLUE) for token in tokens] for tokens in rows.values()])
    picture.alt += "; " + "; ".join(f"{name}: {' '.join(tokens)}" for name, tokens in rows.items())
    return picture


def batch_cells(layouts: Mapping[str, Sequence]) -> Picture:
    """The same sentences cut into batches in several ways, side by side: one row per sentence, padding grey.

    The title of each panel gives its share of padding.

    Args:
        layouts: name -> batches, each of ids `(rows, steps)`.

    Raises:
        ValueError: no layout, or batches of another shape.
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
    band = Band(0.1 * rows + 0.03, 0.62, 0.28, above=0.54, below=0.88, columns=len(arrays), gap=0.28)
    picture, axes = stack(band, words="Batches as cells, padding grey: " + "; ".join(arrays))
    for ax, (name, batches) in zip(axes, arrays.items(), strict=True):
        _draw_batches(ax, [np.where(batch == Vocab.pad_id, 2, batch == Vocab.eos_id) for batch in batches])
        share = sum((b == Vocab.pad_id).sum() for b in batches) / sum(b.size for b in batches)
        ax.set_title(f"{name}\n{share:.0%} padding", fontsize=LABEL_SIZE, color=INK)
        ax.set(xlim=(0.5, steps + 0.5), ylim=(rows - 1, 0), yticks=[], xticks=[1, steps])
        style_axes(ax, "step", f"sentences, in {len(batches)} batches" if ax is axes[0] else "", bare=True)
        picture.alt += f"; {name}: {share:.0%} of the cells are padding"
    handles = [Patch(color=colour) for colour in (BLUE, ORANGE, PAD_FILL)]
    legend_below(picture, handles, ["word", "<eos>", "<pad>"])
    return picture


def _draw_batches(ax: Axes, batches: Sequence[np.ndarray]) -> None:
    """Batches below one another; 0 is a word, 1 the end of a sentence, 2 padding."""
    top = 0
    for kinds in batches:
        rows, steps = kinds.shape
        edges = np.arange(steps + 1) + 0.5, np.arange(rows + 1) + top
        colours = ListedColormap([BLUE, ORANGE, PAD_FILL])
        ax.pcolormesh(*edges, kinds, vmin=0, vmax=2, cmap=colours, edgecolors="white", linewidth=0.9)
        top += rows + 1  # an empty row between two batches
