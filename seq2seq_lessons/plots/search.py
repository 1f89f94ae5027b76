"""Searching for a translation: scores by length penalty, temperatures, beam widths; the tree is in `tree`."""

from collections.abc import Mapping, Sequence

import numpy as np

from .bars import BAR_HEIGHT, Bars, draw_bars
from .labels import listed
from .layout import Band, legend_below, stack, write
from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, Picture, style_axes
from .tree import DROPPED, FINISHED, KEPT, THICKEST, Node, path_to, search_tree

__all__ = [
    "DROPPED",
    "FINISHED",
    "KEPT",
    "THICKEST",
    "Node",
    "path_to",
    "score_curves",
    "search_tree",
    "temperature_bars",
    "width_curves",
]

HIGHEST = 2.0  # length penalty that the curves reach


def score_curves(
    short: tuple[float, int], long: tuple[float, int], *, names: tuple[str, str] = ("short", "long")
) -> Picture:
    """The scores of a short and a long sentence, log-probability / length ** alpha, as alpha grows.

    Both are divided by the size of the short one's, which is then -1 throughout; where they cross is marked.

    Args:
        short: sum of the log-probabilities in nats, and length in tokens with `<eos>`.
        long: the same of the longer sentence.
        names: of the two.

    Raises:
        ValueError: a sum that is not below 0, a length below 1, or a long one that is not longer.
    """
    (short_sum, short_length), (long_sum, long_length) = short, long
    if not (short_sum < 0 and long_sum < 0 and 1 <= short_length < long_length):
        raise ValueError(f"short={short}, long={long}: expected sums below 0, and the longer sentence second")
    crossing = np.log(long_sum / short_sum) / np.log(long_length / short_length)
    words = f"Scores of two sentences by the length penalty: {names[0]}; {names[1]}"
    picture, (ax,) = stack(Band(1.92, left=0.86, above=0.67, below=0.61), words=words)
    alphas = np.linspace(0, HIGHEST, 101)
    ratio = long_sum / short_sum * (short_length / long_length) ** alphas
    curves = (("—", short_length, -np.ones_like(alphas), BLUE, "-"), ("- -", long_length, -ratio, ORANGE, "--"))
    for row, (name, (mark, length, scores, colour, style)) in enumerate(zip(names, curves, strict=True)):
        ax.plot(alphas, scores, color=colour, linewidth=2, linestyle=style)
        write(picture, 0.86, 0.14 + 0.26 * row, f"{mark} {length} tokens: {name}", color=colour)
        picture.alt += f"; {name}, {length} tokens: from {scores[0]:.2f} to {scores[-1]:.2f}"
    if 0 < crossing < HIGHEST:
        ax.axvline(crossing, color=GREY, linewidth=1, linestyle=":")
        picture.alt += f"; they cross at {crossing:.2f}"
    ax.set(xlim=(0, HIGHEST), ylim=(-1.1 * max(ratio[0], 1), 0))
    style_axes(ax, "length penalty α", "score (first one's = −1)", grid=True)
    return picture


def temperature_bars(panels: Sequence[Bars], *, words: str) -> Picture:
    """The same tokens at up to three temperatures, as bars side by side on the fixed scale from 0 to 1.

    Args:
        panels: of the same tokens in the same order; each under its title.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: no panel, more than three, or panels of other tokens.
    """
    if not 1 <= len(panels) <= 3 or any(list(panel.tokens) != list(panels[0].tokens) for panel in panels):
        raise ValueError("panels: expected one to three, with the same tokens in the same order")
    k = len(panels[0].tokens)
    band = Band(k * BAR_HEIGHT, 0.95, 0.16, above=0.40, below=0.58, columns=len(panels), gap=0.16)
    picture, axes = stack(band, words=words)
    for ax, panel in zip(axes, panels, strict=True):
        draw_bars(ax, panel, k)
        if ax is not axes[0]:
            ax.set_yticklabels([])
        ax.set_title(panel.title, fontsize=LABEL_SIZE, color=INK, loc="left")
        picture.alt += f"; {panel.in_words()}"
    return picture


def width_curves(widths: Sequence[int], panels: Mapping[str, Mapping[str, Sequence[Sequence[float]]]]) -> Picture:
    """What a search finds by the width of its beam, a panel for each measure: seeds as dots, their means as lines.

    Args:
        widths: of the beam, ascending powers of two.
        panels: name of the measure's axis -> one or two searches, the same in every panel -> for each seed the
            measure at each width.

    Raises:
        ValueError: no panel or no width, more than two searches, or numbers that do not fit the widths.
    """
    names = list(next(iter(panels.values()), {}))
    rows = [row for panel in panels.values() for runs in panel.values() for row in runs]
    same = all(list(panel) == names for panel in panels.values())
    if not widths or not 1 <= len(names) <= 2 or not same or any(len(row) != len(widths) for row in rows):
        raise ValueError("panels: expected the same one or two searches in each, and a number for each width")
    band = Band(1.95, 0.75, 0.2, above=0.15, below=0.98, columns=len(panels), gap=0.85)
    picture, axes = stack(band, words=f"{' and '.join(panels)} by beam width: {', '.join(names)}")
    for ax, (title, panel) in zip(axes, panels.items(), strict=True):
        for (name, runs), colour, style in zip(panel.items(), (BLUE, ORANGE), ("-", "--"), strict=False):
            means = np.mean(runs, axis=0)
            ax.plot(widths, means, color=colour, linewidth=2, linestyle=style)
            for row in runs:
                ax.scatter(widths, row, s=14, color=colour, alpha=0.6)
            picture.alt += f"; {title}, {name}: {listed('{:.2f}', means)}"
        ax.set_xscale("log", base=2)
        ax.set_xticks(widths, [str(width) for width in widths])
        style_axes(ax, "beam width", title, grid=True)
    legend_below(picture, axes[0].lines, names)
    return picture
