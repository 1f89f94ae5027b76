"""Inside a trained encoder: states and gates, shares and influence, a unit's story, probes, the map (lesson 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LABEL_SIZE,
    ORANGE,
    SHARE_MAP,
    STATE_MAP,
    TICK_SIZE,
    WIDTH,
    Picture,
    as_matrix,
    colour_bar,
    style_axes,
)

PALE = "#9FC5DE"
LEFT, RIGHT = 0.95 / WIDTH, 1 - 1.05 / WIDTH  # room for the axis names, and for colour bars or labels


def unit_heatmaps(panels: Mapping[str, object], tokens: Sequence[str]) -> Picture:
    """Heatmaps of units by steps, one above the other: states blue -1 to red +1, gates dark 0 to yellow 1.

    The units stand in the order of their last value in the first panel, the lowest on top, in all panels alike.

    panels: name -> (steps, units); a name that ends in "gate" is drawn as one. All of one shape, at most three.
    tokens: one per step.
    """
    import seaborn as sns  # here, because it brings pandas: only the static pictures need it

    matrices = {name: as_matrix(values, name) for name, values in panels.items()}
    shapes = {matrix.shape for matrix in matrices.values()}
    if not 1 <= len(matrices) <= 3 or len(shapes) != 1 or min(shapes)[0] != len(tokens):
        raise ValueError(
            f"panels: expected one to three, all of shape ({len(tokens)} steps, units), "
            f"got {[matrix.shape for matrix in matrices.values()]}"
        )
    steps, units = min(shapes)
    each, gap, foot = 1.35, 0.22, _foot(tokens)
    height = len(matrices) * (each + gap) + foot
    words = f"Heatmaps of {units} units by {steps} steps: {', '.join(matrices)}; sentence: {' '.join(tokens)}"
    picture = Picture(WIDTH, height, words=words)
    order = next(iter(matrices.values()))[-1].argsort(kind="stable")
    for number, (name, matrix) in enumerate(matrices.items()):
        bottom = height - (number + 1) * (each + gap)
        is_gate = name.endswith("gate")
        ax = picture.add_axes((LEFT, bottom / height, RIGHT - LEFT, each / height))
        sns.heatmap(
            matrix[:, order].T,
            ax=ax,
            cbar=False,
            xticklabels=False,
            yticklabels=False,
            rasterized=True,
            cmap=SHARE_MAP if is_gate else STATE_MAP,
            vmin=0 if is_gate else -1,
            vmax=1,
        )
        style_axes(ax, ylabel=f"{name}\nsame order" if number else f"{name}\n{units} units, by\nfinal value")
        colour_bar(picture, ax.collections[0], (RIGHT + 0.015, bottom / height, 0.018, each / height), "value")
        means = ", ".join(
            f"'{token}' {mean:.2f}"
            for token, mean in zip(tokens, (matrix if is_gate else np.abs(matrix)).mean(axis=1), strict=True)
        )
        picture.alt += f"; {'mean' if is_gate else 'mean size'} of {name} at {means}"
    _token_ticks(ax, tokens, np.arange(steps) + 0.5)
    return picture


def share_and_influence(
    tokens: Sequence[str],
    shares: Sequence[float],
    initial_share: float,
    influence: Sequence[float],
    scale: tuple[str, float] | None = None,
) -> Picture:
    """Above: the share of the final state that was written at each step, and what is left of the start. Below: how far
    the final state moves when the word is replaced.

    shares: one per token, in [0, 1]; with initial_share they sum to 1. influence: one per token, 0 or more.
    scale: a distance to compare the influence with, and its name, drawn as a dashed line.
    """
    shares, influence = np.asarray(shares, dtype=float), np.asarray(influence, dtype=float)
    total = shares.sum() + initial_share
    if shares.shape != (len(tokens),) or influence.shape != shares.shape or abs(total - 1) > 1e-3:
        raise ValueError(
            f"expected a share and an influence for each of {len(tokens)} tokens, shares with the initial "
            f"one summing to 1; got {shares.shape}, {influence.shape} and a sum of {total:.3f}"
        )
    foot = _foot(tokens)
    words = f"Two rows of bars over the words {' '.join(tokens)}: share written at that step; influence of the word"
    picture = Picture(WIDTH, 3.3 + foot, words=words)
    above, below = _two_axes(picture, 1.4, foot, right=0.98)
    places = np.arange(1, len(tokens) + 1)
    above.bar(0, initial_share, color=GREY)
    above.bar(places, shares, color=BLUE)
    below.bar(places, influence, color=ORANGE)
    above.set(ylim=(0, 1), yticks=[0, 0.5, 1])
    for ax in (above, below):
        ax.set_xlim(-0.6, len(tokens) + 0.6)
        ax.grid(axis="y", color="#E5E5E5")
        ax.set_axisbelow(True)
    style_axes(above, ylabel="share of\nfinal state")
    style_axes(below, ylabel="influence\n(distance moved)")
    above.tick_params(labelbottom=False)
    below.set_ylim(bottom=0)
    if scale is not None:
        name, distance = scale
        below.axhline(distance, color=INK, linestyle="--", linewidth=1.2)
        below.annotate(name, (-0.5, distance), (0, 4), textcoords="offset points", fontsize=TICK_SIZE, color=INK)
        below.set_ylim(top=1.3 * max(distance, influence.max()))  # room for the line's name
    _token_ticks(below, ["(start)", *tokens], np.arange(len(tokens) + 1))
    picture.alt = (
        f"{words}; shares: start {initial_share:.2f}, "
        + ", ".join(f"'{token}' {value:.2f}" for token, value in zip(tokens, shares, strict=True))
        + "; influence: "
        + ", ".join(f"'{token}' {value:.1f}" for token, value in zip(tokens, influence, strict=True))
    )
    if scale is not None:
        picture.alt += f"; dashed, {scale[0]}: {scale[1]:.1f}"
    return picture


def unit_story(values: Mapping[str, Sequence[float]], tokens: Sequence[str], shares: Sequence[float]) -> Picture:
    """One unit while sentences are read: its value, a line for each, labelled at its end; below, the share of the
    first one's final value that was written at each step.

    values: one or two names -> a value per step, in [-1, 1]. tokens, shares: of the first sentence, one per step.
    """
    lines = {name: np.asarray(line, dtype=float) for name, line in values.items()}
    shares = np.asarray(shares, dtype=float)
    if not 1 <= len(lines) <= 2 or any(line.shape != (len(tokens),) for line in (*lines.values(), shares)):
        raise ValueError(
            f"values: expected one or two lines, they and shares with a number for each of {len(tokens)} "
            f"tokens, got {[line.shape for line in (*lines.values(), shares)]}"
        )
    foot = _foot(tokens)
    words = f"One unit over the words {' '.join(tokens)}: its value ({', '.join(lines)}), and shares by step"
    picture = Picture(WIDTH, 3.1 + foot, words=words)
    above, below = _two_axes(picture, 1.6, foot)
    places, picture.alt = np.arange(1, len(tokens) + 1), words
    ends = {name: line[-1] for name, line in lines.items()}
    if len(ends) == 2:  # no label prints over another
        middle, half = sum(ends.values()) / 2, max(abs(np.subtract(*ends.values())) / 2, 0.17)
        middle = min(max(middle, half - 1), 1 - half)
        low, high = sorted(ends, key=ends.get)
        ends = {low: middle - half, high: middle + half}
    for (name, line), colour in zip(lines.items(), (BLUE, ORANGE), strict=False):
        above.plot(places, line, color=colour, marker="o", linewidth=2, clip_on=False)
        above.annotate(
            name,
            (places[-1], ends[name]),
            (12, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            fontsize=LABEL_SIZE,
            annotation_clip=False,
        )
        picture.alt += f"; {name}: " + ", ".join(f"{value:.2f}" for value in line)
    below.bar(places, shares, color=BLUE)
    above.set(ylim=(-1.05, 1.05), yticks=[-1, 0, 1])
    below.set(ylim=(0, 1), yticks=[0, 0.5, 1])
    for ax in (above, below):
        ax.set_xlim(0.4, len(tokens) + 0.6)
        ax.grid(axis="y", color="#E5E5E5")
        ax.set_axisbelow(True)
    style_axes(above, ylabel="value\nof the unit")
    style_axes(below, ylabel=f"share of last\nvalue, {next(iter(lines))}")
    above.tick_params(labelbottom=False)
    _token_ticks(below, tokens, places)
    picture.alt += "; shares: " + ", ".join(
        f"'{token}' {value:.2f}" for token, value in zip(tokens, shares, strict=True)
    )
    return picture


def probe_bars(accuracy: Mapping[str, Mapping[str, float]], base_rate: float = 0.5) -> Picture:
    """How often the best unit tells a feature right: a group of bars per feature, a bar per way, and the base rate.

    accuracy: feature -> way -> share of right answers in [0, 1]; the same ways for all, at most four.
    """
    ways = list(next(iter(accuracy.values()), ()))
    if not 1 <= len(ways) <= 4 or any(list(of) != ways for of in accuracy.values()):
        raise ValueError(
            f"accuracy: expected the same one to four ways for every feature, got "
            f"{[list(of) for of in accuracy.values()]}"
        )
    values = np.array([[of[way] for way in ways] for of in accuracy.values()])
    if values.min() < 0 or values.max() > 1:
        raise ValueError("accuracy: expected shares from 0 to 1")
    words = f"Bars of how often the best unit is right about {', '.join(accuracy)}: {'; '.join(ways)}"
    picture = Picture(WIDTH, 3.6, words=words)
    rows = -(-len(ways) // 2)
    ax = picture.add_axes((LEFT, 0.12, RIGHT - LEFT, 0.83 - 0.08 * rows))
    width = 0.8 / len(ways)
    for number, (way, colour) in enumerate(zip(ways, (PALE, BLUE, ORANGE, GREY), strict=False)):
        ax.bar(
            np.arange(len(values)) + (number - (len(ways) - 1) / 2) * width,
            values[:, number],
            width * 0.94,
            color=colour,
            label=way,
        )
    ax.axhline(base_rate, color=INK, linestyle="--", linewidth=1.2)
    ax.annotate(
        "base rate",
        (1, base_rate),
        (6, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center",
        fontsize=TICK_SIZE,
        color=INK,
        annotation_clip=False,
    )
    ax.set(ylim=(0, 1), yticks=[0, 0.25, 0.5, 0.75, 1], xlim=(-0.5, len(values) - 0.5))
    ax.set_xticks(range(len(values)), list(accuracy))
    ax.grid(axis="y", color="#E5E5E5")
    ax.set_axisbelow(True)
    style_axes(ax, ylabel="share right")
    ax.tick_params(axis="x", labelsize=LABEL_SIZE)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, fontsize=TICK_SIZE, borderaxespad=0.2)
    picture.alt = f"{words}; base rate {base_rate:.2f}" + "".join(
        f"; {feature}: " + ", ".join(f"{way} {value:.2f}" for way, value in of.items())
        for feature, of in accuracy.items()
    )
    return picture


def map_points(
    points, groups: Sequence[str], explained: Sequence[float], links: Sequence[tuple[int, int]] = ()
) -> Picture:
    """States on a flat map, a colour and a mark for each group, with the share of the variance that each axis shows.

    points: (n, 2); groups: each point's group, at most five different ones; links: pairs of points joined by a line.
    """
    points = as_matrix(points, "points")
    names = list(dict.fromkeys(groups))
    if points.shape != (len(groups), 2) or not 1 <= len(names) <= 5:
        raise ValueError(
            f"expected points of shape ({len(groups)}, 2), a group for each, one to five different ones; "
            f"got {points.shape} and {len(names)} groups"
        )
    words = f"Map of {len(points)} states in two dimensions, by kind: {', '.join(names)}"
    picture = Picture(WIDTH, 4.2, words=words)
    ax = picture.add_axes((0.95 / WIDTH, 0.15, 0.80 - 0.95 / WIDTH, 0.82))
    for number, (i, j) in enumerate(links):
        ax.plot(*points[[i, j]].T, color=INK, linewidth=1, zorder=1, label="true\nneighbour" if number == 0 else None)
    for name, colour, mark in zip(names, (BLUE, ORANGE, GREEN, GREY, INK), "o^svD", strict=False):
        rows = [i for i, group in enumerate(groups) if group == name]
        ax.scatter(*points[rows].T, color=colour, marker=mark, s=22, alpha=0.75, linewidth=0, label=name)
    ax.set_aspect("equal", adjustable="datalim")  # distances on the map mean the same in every direction
    style_axes(ax, f"axis 1 ({explained[0]:.0%} of the variance)", f"axis 2 ({explained[1]:.0%} of the variance)")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=TICK_SIZE, handletextpad=0.4)
    picture.alt = (
        f"{words}; the axes show {explained[0]:.0%} and {explained[1]:.0%} of the variance; centres: "
        + ", ".join(
            f"{name} ({x:.1f}, {y:.1f})"
            for name in names
            for x, y in [points[[group == name for group in groups]].mean(axis=0)]
        )
    )
    return picture


def _two_axes(picture: Picture, above: float, foot: float, right: float = RIGHT):
    """Two axes, one above the other: the upper one `above` inches high, `foot` inches left below for the tokens."""
    height = picture.get_size_inches()[1]
    below = height - foot - above - 0.35
    return (
        picture.add_axes((LEFT, (height - 0.1 - above) / height, right - LEFT, above / height)),
        picture.add_axes((LEFT, foot / height, right - LEFT, below / height)),
    )


def _is_slanted(tokens: Sequence[str]) -> bool:
    return max(map(len, tokens)) * (len(tokens) + 1) > 58


def _foot(tokens: Sequence[str]) -> float:
    """Inches below the axes for the tokens and the axis name."""
    return 0.62 + (0.055 * max(map(len, tokens)) if _is_slanted(tokens) else 0)


def _token_ticks(ax, tokens: Sequence[str], places) -> None:
    slanted = _is_slanted(tokens)
    ax.set_xticks(
        places, tokens, rotation=30 if slanted else 0, ha="right" if slanted else "center", rotation_mode="anchor"
    )
    ax.tick_params(axis="x", labelsize=TICK_SIZE, colors=INK, length=2)
    ax.set_xlabel("step (token read)", fontsize=LABEL_SIZE, color=INK)
