"""States over time: heatmaps of units by steps, the grid of an RNN's hidden vectors, the context at each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle

from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, STATE_MAP, TICK_SIZE, WIDTH, Picture, as_matrix, colour_bar

MAX_TOKEN = 12  # characters of a token written above its column


@dataclass(frozen=True)
class Panel:
    """One heatmap among several: `values` (steps, units), a token per step, and the name written beside it."""

    name: str
    values: np.ndarray
    tokens: Sequence[str]
    bold: frozenset[int] = frozenset()  # 0-based steps whose token is set in bold, such as the edited word
    limit: float = 1.0  # the colours run from -limit to limit, for every step alike


def state_panels(
    panels: Sequence[Panel],
    step: int | None = None,
    *,
    words: str,
    value_name: str = "value",
    xlabel: str = "step (tokens read so far)",
    panel_height: float = 1.2,
    other_tokens: Sequence[str] = (),
) -> Picture:
    """Heatmaps of units by steps, one above the other, so that a step is the same column in each.

    panels: values (steps, units), the same steps and units in all of them.
    step: how many steps are shown; later columns stay blank and the last one shown is outlined. 0 shows none;
        None shows all without an outline. `picture.show(step)` moves it.
    other_tokens: tokens of the other pictures in a series; long ones need room, which must be the same in all.
    """
    panels = [Panel(p.name, as_matrix(p.values, p.name), list(p.tokens), p.bold, p.limit) for p in panels]
    steps, units = panels[0].values.shape
    for panel in panels:
        if panel.values.shape != (steps, units):
            raise ValueError(f"{panel.name}: shape {panel.values.shape}, but the first panel has {(steps, units)}")
        if len(panel.tokens) != steps:
            raise ValueError(f"{panel.name}: {len(panel.tokens)} tokens for {steps} steps; give one token per step")

    longest = max(len(_shortened(token)) for tokens in (other_tokens, *(p.tokens for p in panels)) for token in tokens)
    slanted = longest * steps > 62
    token_room = 0.30 + (0.045 * longest if slanted else 0)  # inches above each panel
    foot, head = 0.62, 0.06
    height = head + foot + len(panels) * (panel_height + token_room)
    picture = Picture(WIDTH, height, words=words)
    left, right = 1.10 / WIDTH, 1 - 1.05 / WIDTH
    axes, images, outlines, blanks = [], [], [], []
    for number, panel in enumerate(panels):
        top = height - head - number * (panel_height + token_room) - token_room
        ax = picture.add_axes((left, (top - panel_height) / height, right - left, panel_height / height))
        image = ax.imshow(
            panel.values.T,
            cmap=STATE_MAP,
            vmin=-panel.limit,
            vmax=panel.limit,
            aspect="auto",
            interpolation="nearest",
            extent=(0.5, steps + 0.5, units + 0.5, 0.5),
        )
        ax.set_ylabel(f"{panel.name}\nunit", fontsize=LABEL_SIZE, color=INK)
        ax.set_yticks([1, units] if units > 1 else [1])
        ax.set_xticks(range(1, steps + 1), [_shortened(token) for token in panel.tokens])
        ax.tick_params(
            labelsize=TICK_SIZE, colors=INK, length=2, top=True, labeltop=True, bottom=False, labelbottom=False
        )
        for index, label in enumerate(ax.get_xticklabels()):
            if slanted:
                label.set(rotation=30, ha="left", rotation_mode="anchor")
            if index in panel.bold:
                label.set(fontweight="bold", color=ORANGE)
        # Hatched, because the colour of exactly 0 is nearly white as well.
        blanks.append(
            ax.add_patch(
                Rectangle(
                    (steps + 0.5, 0),
                    0,
                    units + 1,
                    facecolor="white",
                    edgecolor="#DADADA",
                    hatch="//",
                    linewidth=0,
                    zorder=2,
                )
            )
        )
        outlines.append(
            ax.add_patch(
                Rectangle(
                    (0, 0.5), 1, units, fill=False, edgecolor=INK, linewidth=2.5, zorder=3, clip_on=False, visible=False
                )
            )
        )
        axes.append(ax)
        images.append(image)
        bar_box = (right + 0.015, (top - panel_height) / height, 0.018, panel_height / height)
        beyond = np.abs(panel.values).max() > panel.limit
        colour_bar(picture, image, bar_box, value_name, extend="both" if beyond else "neither")
    axes[-1].tick_params(bottom=True)
    numbers = axes[-1].secondary_xaxis("bottom")
    numbers.set_xticks(range(1, steps + 1))
    numbers.tick_params(labelsize=TICK_SIZE, colors=INK, length=2)
    numbers.set_xlabel(xlabel, fontsize=LABEL_SIZE, color=INK)

    def show(position: int) -> str:
        if not 0 <= position <= steps:
            raise ValueError(f"step {position}: expected a whole number from 0 (nothing read) to {steps}")
        for blank, outline in zip(blanks, outlines, strict=True):
            blank.set(x=position + 0.5, width=steps - position)
            outline.set(x=position - 0.5, visible=position > 0)
        return f"{words}; {_alt_of_step(panels, position, value_name)}"

    picture.animate([*blanks, *outlines], show)
    if step is None:
        picture.alt = f"{words}; {_alt_of_step(panels, steps, value_name)}"
    else:
        picture.show(step)
    return picture


def _shortened(token: str) -> str:
    return token if len(token) <= MAX_TOKEN else token[: MAX_TOKEN - 1] + "…"


def _alt_of_step(panels: Sequence[Panel], position: int, value_name: str) -> str:
    if position == 0:
        return "no step read yet, every column blank"
    parts = [f"step {position} of {len(panels[0].tokens)}, later columns blank"]
    for panel in panels:
        column = panel.values[position - 1]
        parts.append(
            f"{panel.name} at '{panel.tokens[position - 1]}': {value_name} from {column.min():.2f} to "
            f"{column.max():.2f}, mean size {np.abs(column).mean():.2f}"
        )
    return "; ".join(parts)


def state_heatmap(states, tokens: Sequence[str], step: int | None = None, *, name: str = "state h") -> Picture:
    """The hidden state while a sentence is read: units downwards, steps to the right, blue -1 to red +1.

    states: (steps, units), values in [-1, 1]; tokens: one per step; step: see `state_panels`.
    """
    states = as_matrix(states, "states")
    words = f"Heatmap of {name}: {states.shape[1]} units by {states.shape[0]} steps"
    return state_panels([Panel(name, states, tokens)], step, words=words, panel_height=2.4)


def context_strip(contexts, tokens: Sequence[str], step: int | None = None, *, name: str = "context") -> Picture:
    """The context vector that the decoder is fed at each step, as columns; below, its change since the first step.

    contexts: (steps, units); tokens: the decoder's input token at each step.
    """
    contexts = as_matrix(contexts, "contexts")
    panels = [Panel(name, contexts, tokens), Panel("minus step 1", contexts - contexts[:1], tokens)]
    words = f"The {name} fed at each of {len(contexts)} steps, and its difference from the first step's"
    return state_panels(panels, step, words=words, xlabel="decoding step", panel_height=1.35)


def rnn_grid(
    num_layers: int = 2,
    num_steps: int = 5,
    *,
    bidirectional: bool = False,
    values=None,
    tokens: Sequence[str] | None = None,
) -> Picture:
    """All hidden vectors of an RNN: layers upwards, time to the right; what `output` and `state` hold is outlined.

    `output` is the top layer's row, `state` the last vector of every layer (a backward reader's last vector is the
    one at step 1). The cells that both hold carry both outlines.

    values: optional (num_layers * directions, num_steps, units) in torch's order, drawn inside the cells.
    """
    directions = 2 if bidirectional else 1
    rows = num_layers * directions
    if values is not None:
        values = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values, dtype=float)
        if values.shape[:2] != (rows, num_steps):
            raise ValueError(f"values: expected shape ({rows}, {num_steps}, units), got {values.shape}")
    reading = "two directions" if bidirectional else "one direction"
    words = f"Grid of hidden vectors, {num_layers} layers by {num_steps} steps, {reading}"
    height = 1.35 + 0.62 * rows
    picture = Picture(WIDTH, height, words=words)
    left, bottom = 1.75, 0.62
    ax = picture.add_axes((left / WIDTH, bottom / height, 1 - (left + 0.1) / WIDTH, (0.62 * rows + 0.08) / height))
    ax.set(xlim=(0.4, num_steps + 0.6), ylim=(-0.6, rows - 0.4))

    def last_step(row: int) -> int:
        return 1 if bidirectional and row % 2 else num_steps

    half_w, half_h = 0.33, 0.26
    for row in range(rows):
        backward = bidirectional and row % 2 == 1
        for step in range(1, num_steps + 1):
            ax.add_patch(
                Rectangle(
                    (step - half_w, row - half_h),
                    2 * half_w,
                    2 * half_h,
                    zorder=2,
                    edgecolor=GREY,
                    facecolor="#E8E8E8" if values is None else "none",
                    linewidth=0.8,
                )
            )
            if values is not None:
                ax.imshow(
                    values[row, step - 1][None, :],
                    cmap=STATE_MAP,
                    vmin=-1,
                    vmax=1,
                    aspect="auto",
                    interpolation="nearest",
                    extent=(step - half_w, step + half_w, row - half_h, row + half_h),
                )
            if step < num_steps:
                ends = ((step + half_w, row), (step + 1 - half_w, row))
                ax.add_patch(
                    FancyArrowPatch(
                        *(ends[::-1] if backward else ends),
                        arrowstyle="->",
                        mutation_scale=11,
                        color=GREY,
                        shrinkA=4,
                        shrinkB=4,
                    )
                )
        ax.add_patch(
            Rectangle(
                (last_step(row) - half_w - 0.03, row - half_h - 0.04),
                2 * half_w + 0.06,
                2 * half_h + 0.08,
                fill=False,
                edgecolor=BLUE,
                linewidth=3,
                zorder=4,
            )
        )
    top = rows - directions
    ax.add_patch(
        Rectangle(
            (0.52, top - half_h - 0.13),
            num_steps - 0.04,
            directions - 1 + 2 * half_h + 0.26,
            fill=False,
            edgecolor=ORANGE,
            linewidth=3,
            zorder=3,
        )
    )
    ax.set(xlim=(0.4, num_steps + 0.6), ylim=(-0.6, rows - 0.4), aspect="auto")  # imshow had moved them
    arrows = (" →", " ←") if bidirectional else ("",)
    ax.set_yticks(range(rows), [f"layer {row // directions + 1}{arrows[row % directions]}" for row in range(rows)])
    numbered = range(1, num_steps + 1)
    ax.set_xticks(numbered, tokens if tokens is not None else [str(step) for step in numbered])
    ax.tick_params(labelsize=TICK_SIZE, colors=INK, length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("time (step)", fontsize=LABEL_SIZE, color=INK)
    y = 1 - 0.24 / height
    for x, colour, text in (
        (0.10, ORANGE, "output: the top layer, every step"),
        (3.55, BLUE, "state: every layer, last vector read"),
    ):
        picture.text(x / WIDTH, y, "■ ", color=colour, fontsize=LABEL_SIZE + 3, va="center")
        picture.text((x + 0.24) / WIDTH, y, text, color=INK, fontsize=LABEL_SIZE, va="center")
    both = "top layer: forward at the last step, backward at the first" if bidirectional else "top layer, last step"
    picture.alt = f"{words}; output outlined along the top layer, state at the last vector of each layer; both: {both}"
    return picture


def state_strips(rows: Mapping[str, object], *, words: str, value_name: str = "value") -> Picture:
    """Single vectors as strips, one above the other: units to the right, colours from -1 to +1.

    rows: name -> (units,) values, the same number of units in each.
    """
    vectors = {name: as_matrix([row], name)[0] for name, row in rows.items()}
    units = len(next(iter(vectors.values())))
    if any(len(vector) != units for vector in vectors.values()):
        raise ValueError(f"rows: expected one length, got {[len(vector) for vector in vectors.values()]}")
    head, foot, strip, gap = 0.10, 0.62, 0.45, 0.14
    height = head + foot + len(vectors) * (strip + gap) - gap
    picture = Picture(WIDTH, height, words=words)
    left, width = 1.15 / WIDTH, 1 - 2.2 / WIDTH
    for number, (name, vector) in enumerate(vectors.items()):
        bottom = height - head - strip - number * (strip + gap)
        ax = picture.add_axes((left, bottom / height, width, strip / height))
        image = ax.imshow(
            vector[None, :],
            cmap=STATE_MAP,
            vmin=-1,
            vmax=1,
            aspect="auto",
            interpolation="nearest",
            extent=(0.5, units + 0.5, 1, 0),
        )
        ax.set_yticks([0.5], [name])
        ax.set_xticks([1, units])
        ax.tick_params(labelsize=TICK_SIZE, colors=INK, length=0, labelbottom=number == len(vectors) - 1)
        picture.alt += f"; {name}: from {vector.min():.2f} to {vector.max():.2f}"
    ax.set_xlabel("unit", fontsize=LABEL_SIZE, color=INK)
    colour_bar(picture, image, (left + width + 0.015, foot / height, 0.018, 1 - (head + foot) / height), value_name)
    return picture
