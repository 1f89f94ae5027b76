"""States over time: heatmaps of units by steps, the context at each step, single vectors as strips."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from .labels import signed, turn
from .layout import COLOUR_BAR, Band, colour_bar, stack, tell
from .style import INK, LABEL_SIZE, ORANGE, STATE_MAP, TICK_SIZE, WIDTH, Look, Picture, as_matrix

MAX_TOKEN = 12  # characters of a token written above its column
LEFT = 1.10  # inches, for a panel's name and its units
BLANK: Look = {"facecolor": "white", "edgecolor": "#DADADA", "hatch": "//", "linewidth": 0}


@dataclass(frozen=True)
class Panel:
    """One heatmap among several.

    Attributes:
        name: written beside it.
        values: (steps, units).
        tokens: one per step.
        bold: steps from 0 whose token is set in bold, such as the edited word.
        limit: the colours run from -limit to limit, for every step alike.
    """

    name: str
    values: np.ndarray
    tokens: Sequence[str]
    bold: frozenset[int] = frozenset()
    limit: float = 1.0


def state_panels(
    panels: Sequence[Panel],
    step: int | None = None,
    *,
    words: str,
    xlabel: str = "step (tokens read so far)",
    panel_height: float = 1.2,
    other_tokens: Sequence[str] = (),
) -> Picture:
    """Heatmaps of units by steps, one above the other, so that a step is the same column in each.

    Args:
        panels: values (steps, units), the same steps and units in all of them.
        step: how many steps are shown; later columns stay blank and the last one shown is outlined. 0 shows none;
            None shows all without an outline. `picture.show(step)` moves it.
        words: what the picture is, see `Picture`.
        xlabel: what a column is.
        panel_height: of each, in inches.
        other_tokens: tokens of the other pictures in a series; long ones need room, which must be the same in all.

    Raises:
        ValueError: panels of several shapes, tokens that do not fit them, or a step that they do not have.
    """
    panels = [replace(p, values=as_matrix(p.values, p.name), tokens=list(p.tokens)) for p in panels]
    steps = _num_steps(panels)
    longest = max(map(_shortened, chain(other_tokens, *(panel.tokens for panel in panels))), key=len)
    is_slanted = turn([longest] * steps, WIDTH - LEFT - COLOUR_BAR) > 0
    room = 0.30 + (0.045 * len(longest) if is_slanted else 0)  # inches above each panel
    picture, axes = stack(*_bands(len(panels), panel_height, room), words=words)
    covers = []
    for ax, panel in zip(axes, panels, strict=True):
        image = state_image(ax, panel.values.T, (0.5, steps + 0.5), panel.limit)
        colour_bar(image, [ax], "value", extend="both" if np.abs(panel.values).max() > panel.limit else "neither")
        _name_columns(ax, panel, is_slanted)
        covers.append(_cover(ax, panel))
    _number_steps(axes[-1], steps, xlabel)

    def show(position: int) -> str:
        if not 0 <= position <= steps:
            raise ValueError(f"step {position}: expected a whole number from 0 (nothing read) to {steps}")
        for blank, outline in covers:
            blank.set(x=position + 0.5, width=steps - position)
            outline.set(x=position - 0.5, visible=position > 0)
        picture.seen = position
        return f"{words}; {_alt_of_step(panels, position)}"

    picture.animate([artist for pair in covers for artist in pair], show)
    if step is None:
        picture.alt = f"{words}; {_alt_of_step(panels, steps)}"
        return picture
    return picture.show(step)


def _bands(number: int, height: float, room: float) -> list[Band]:
    bands = [Band(height, LEFT, COLOUR_BAR, above=room, below=0) for _ in range(number)]
    bands[0] = replace(bands[0], above=room + 0.06)
    bands[-1] = replace(bands[-1], below=0.62)
    return bands


def _cells_in_words(panel: Panel) -> list[list[str]]:
    """Unit by unit, what stands in each column."""
    return [
        [
            f"{panel.name}: unit {unit} at '{token}': {signed(value)}"
            for token, value in zip(panel.tokens, row, strict=True)
        ]
        for unit, row in enumerate(panel.values.T, 1)
    ]


def _num_steps(panels: Sequence[Panel]) -> int:
    shape = panels[0].values.shape
    for panel in panels:
        if panel.values.shape != shape:
            raise ValueError(f"{panel.name}: shape {panel.values.shape}, but the first panel has {shape}")
        if len(panel.tokens) != shape[0]:
            raise ValueError(f"{panel.name}: {len(panel.tokens)} tokens for {shape[0]} steps; give one token per step")
    return shape[0]


def _shortened(token: str) -> str:
    return token if len(token) <= MAX_TOKEN else token[: MAX_TOKEN - 1] + "…"


def state_image(ax: Axes, matrix: np.ndarray, across: tuple[float, float], limit: float = 1.0) -> AxesImage:
    """A heatmap in the colours of states, the first row on top.

    Args:
        ax: the axes.
        matrix: units downwards; a number that is none leaves its place white.
        across: where its left and its right end stand.
        limit: the colours run from -limit to limit.
    """
    extent = (*across, len(matrix) + 0.5, 0.5)
    return ax.imshow(matrix, STATE_MAP, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest", extent=extent)


def _name_columns(ax: Axes, panel: Panel, is_slanted: bool) -> None:
    steps, units = panel.values.shape
    ax.set_ylabel(f"{panel.name}\nunit", fontsize=LABEL_SIZE, color=INK)
    ax.set_yticks([1, units] if units > 1 else [1])
    ax.set_xticks(range(1, steps + 1), [_shortened(token) for token in panel.tokens])
    ax.tick_params(labelsize=TICK_SIZE, colors=INK, length=2, top=True, labeltop=True, bottom=False, labelbottom=False)
    for index, label in enumerate(ax.get_xticklabels()):
        if is_slanted:
            label.set(rotation=30, ha="left", rotation_mode="anchor")
        if index in panel.bold:
            label.set(fontweight="bold", color=ORANGE)
    tell(ax, _cells_in_words(panel), columns="step")


def _cover(ax: Axes, panel: Panel) -> tuple[Rectangle, Rectangle]:
    """What hides the later columns (hatched, because the colour of 0 is nearly white too), and the step's outline."""
    steps, units = panel.values.shape
    blank = Rectangle((steps + 0.5, 0), 0, units + 1, zorder=2, **BLANK)
    look: Look = {"fill": False, "edgecolor": INK, "linewidth": 2.5, "clip_on": False, "visible": False}
    outline = Rectangle((0, 0.5), 1, units, zorder=3, **look)
    ax.add_patch(blank)
    ax.add_patch(outline)
    return blank, outline


def _number_steps(ax: Axes, steps: int, xlabel: str) -> None:
    ax.tick_params(bottom=True)
    numbers = ax.secondary_xaxis("bottom")
    numbers.set_xticks(range(1, steps + 1))
    numbers.tick_params(labelsize=TICK_SIZE, colors=INK, length=2)
    numbers.set_xlabel(xlabel, fontsize=LABEL_SIZE, color=INK)


def _alt_of_step(panels: Sequence[Panel], position: int) -> str:
    if position == 0:
        return "no step read yet, every column blank"
    parts = [f"step {position} of {len(panels[0].tokens)}, later columns blank"]
    for panel in panels:
        column = panel.values[position - 1]
        parts.append(
            f"{panel.name} at '{panel.tokens[position - 1]}': value from {column.min():.2f} to "
            f"{column.max():.2f}, mean size {np.abs(column).mean():.2f}"
        )
    return "; ".join(parts)


def state_heatmap(states: Iterable, tokens: Sequence[str], step: int | None = None) -> Picture:
    """The hidden state while a sentence is read: units downwards, steps to the right, blue -1 to red +1.

    Args:
        states: (steps, units), values in [-1, 1].
        tokens: one per step.
        step: see `state_panels`.
    """
    matrix = as_matrix(states, "states")
    words = f"Heatmap of state h: {matrix.shape[1]} units by {matrix.shape[0]} steps"
    return state_panels([Panel("state h", matrix, tokens)], step, words=words, panel_height=2.4)


def context_strip(contexts: Iterable, tokens: Sequence[str], step: int | None = None) -> Picture:
    """The context vector that the decoder is fed at each step, as columns; below, its change since the first step.

    Args:
        contexts: (steps, units).
        tokens: the decoder's input token at each step.
        step: see `state_panels`.
    """
    matrix = as_matrix(contexts, "contexts")
    panels = [Panel("context", matrix, tokens), Panel("minus step 1", matrix - matrix[:1], tokens)]
    words = f"The context fed at each of {len(matrix)} steps, and its difference from the first step's"
    return state_panels(panels, step, words=words, xlabel="decoding step", panel_height=1.35)


def state_strips(rows: Mapping[str, object], *, words: str) -> Picture:
    """Single vectors as strips, one above the other: units to the right, colours from -1 to +1.

    Args:
        rows: name -> (units,) values, the same number of units in each.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: vectors of several lengths.
    """
    vectors = {name: as_matrix([row], name) for name, row in rows.items()}
    lengths = [vector.size for vector in vectors.values()]
    if len(set(lengths)) != 1:
        raise ValueError(f"rows: expected one length, got {lengths}")
    bands = [Band(0.45, 1.15, COLOUR_BAR, above=0.14, below=0) for _ in vectors]
    bands[0] = replace(bands[0], above=0.10)
    bands[-1] = replace(bands[-1], below=0.62)
    picture, axes = stack(*bands, words=words)
    for ax, (name, vector) in zip(axes, vectors.items(), strict=True):
        image = state_image(ax, vector, (0.5, lengths[0] + 0.5))
        ax.set_yticks([1], [name])
        ax.set_xticks([1, lengths[0]])
        ax.tick_params(labelsize=TICK_SIZE, colors=INK, length=0, labelbottom=ax is axes[-1])
        picture.alt += f"; {name}: from {vector.min():.2f} to {vector.max():.2f}"
        tell(ax, [[f"{name}: unit {unit}: {signed(value)}" for unit, value in enumerate(vector[0], 1)]])
    axes[-1].set_xlabel("unit", fontsize=LABEL_SIZE, color=INK)
    colour_bar(image, axes, "value")
    return picture
