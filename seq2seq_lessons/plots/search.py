"""Searching for a translation: scores by length penalty, temperatures, a forced token; the tree is in `tree`."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from .bars import BAR_HEIGHT, NAME_ROOM, Bars, draw_bars
from .decoding import ROWS, draw_panel, draw_rows
from .layout import Band, colour_bar, stack, write, write_above
from .states import BLANK, state_image
from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, WIDTH, Picture, as_matrix, style_axes
from .tree import DROPPED, FINISHED, KEPT, THICKEST, Node, path_to, search_tree

__all__ = [
    "DROPPED",
    "FINISHED",
    "KEPT",
    "THICKEST",
    "Node",
    "forced_choice",
    "path_to",
    "score_curves",
    "search_tree",
    "temperature_bars",
]


def score_curves(
    short: tuple[float, int],
    long: tuple[float, int],
    *,
    names: tuple[str, str] = ("short", "long"),
    highest: float = 2.0,
) -> Picture:
    """The scores of a short and a long sentence, log-probability / length ** alpha, as alpha grows.

    Both are divided by the size of the short one's, which is then -1 throughout; where they cross is marked.

    Args:
        short: sum of the log-probabilities in nats, and length in tokens with `<eos>`.
        long: the same of the longer sentence.
        names: of the two.
        highest: up to which alpha.

    Raises:
        ValueError: a sum that is not below 0, a length below 1, or a long one that is not longer.
    """
    (short_sum, short_length), (long_sum, long_length) = short, long
    if not (short_sum < 0 and long_sum < 0 and 1 <= short_length < long_length):
        raise ValueError(f"short={short}, long={long}: expected sums below 0, and the longer sentence second")
    crossing = np.log(long_sum / short_sum) / np.log(long_length / short_length)
    words = f"Scores of two sentences by the length penalty: {names[0]}; {names[1]}"
    picture, (ax,) = stack(Band(1.92, left=0.86, above=0.67, below=0.61), words=words)
    alphas = np.linspace(0, highest, 101)
    ratio = long_sum / short_sum * (short_length / long_length) ** alphas
    curves = (("—", short_length, -np.ones_like(alphas), BLUE, "-"), ("- -", long_length, -ratio, ORANGE, "--"))
    for row, (name, (mark, length, scores, colour, style)) in enumerate(zip(names, curves, strict=True)):
        ax.plot(alphas, scores, color=colour, linewidth=2, linestyle=style)
        write(picture, 0.86, 0.14 + 0.26 * row, f"{mark} {length} tokens: {name}", color=colour)
        picture.alt += f"; {name}, {length} tokens: from {scores[0]:.2f} to {scores[-1]:.2f}"
    if 0 < crossing < highest:
        ax.axvline(crossing, color=GREY, linewidth=1, linestyle=":")
        picture.alt += f"; they cross at {crossing:.2f}"
    ax.set(xlim=(0, highest), ylim=(-1.1 * max(ratio[0], 1), 0))
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


def forced_choice(
    original: Sequence[str],
    forced: Sequence[str],
    step: int,
    bars: Sequence[Bars],
    states: object,
    *,
    k: int,
    columns: int,
    words: str,
) -> Picture:
    """A translation and the same with the token of one step forced; that step's choice at two temperatures; the state.

    Args:
        original: the tokens written.
        forced: the tokens written after one was forced; the first `step - 1` are the same.
        step: whose token was forced, counted from 1.
        bars: two panels of up to k tokens, before and after the temperature.
        states: (steps so far, units), the decoder's state after each step up to this one, in [-1, 1].
        k: bars in a panel that is full.
        columns: cells in the longest row of a series of pictures; with k it fixes the size. Longer rows are cut.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: a step that the forced row does not have, not two panels, or another number of states than `step`.
    """
    so_far = as_matrix(states, "states")
    if not 1 <= step <= min(len(forced), columns) or len(so_far) != step:
        raise ValueError(
            f"step {step} of {len(forced)} with {len(so_far)} states and {columns} columns: expected a "
            "step of the forced row, and a state for each step up to it"
        )
    if len(bars) != 2 or any(len(panel.tokens) > k for panel in bars):
        raise ValueError(f"bars: expected two panels of at most k={k} tokens")
    gap = NAME_ROOM + 0.14
    panels = Band(0.24 * k, NAME_ROOM, above=0.52, below=0.58, columns=(1.1, 1.1, 1.0), gap=gap)
    picture, (cells, *bar_axes, state_axes) = stack(ROWS, panels, words=words)
    draw_rows(cells, original[:columns], forced[:columns], step, columns)
    for ax, panel in zip(bar_axes, bars, strict=True):
        draw_panel(ax, panel, k)
    _draw_states(state_axes, so_far, columns)
    picture.alt += f"; original: {' '.join(original)}; forced at step {step}: {' '.join(forced)}; "
    picture.alt += "; ".join(panel.in_words() for panel in bars)
    picture.alt += f"; state after step {step}: from {so_far[-1].min():.2f} to {so_far[-1].max():.2f}"
    return picture


def _draw_states(ax: Axes, states: np.ndarray, columns: int) -> None:
    """The states so far, and hatched room for those of the other steps."""
    step, units = states.shape
    blank = np.full((units, columns), np.nan)
    blank[:, :step] = states.T
    image = state_image(ax, blank, (0.5, columns + 0.5))
    ax.axvspan(step + 0.5, columns + 0.5, **BLANK)
    ax.set_yticks([1, units])
    ax.set_xticks([1, columns])
    style_axes(ax, "step", "unit")
    ax.yaxis.labelpad = -14
    write_above(ax, ax.get_position().x0 * WIDTH - 0.35, "the decoder's state\nso far")
    colour_bar(image, [ax], "")
