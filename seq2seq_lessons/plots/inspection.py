"""Inside a trained encoder: states and gates, shares and influence, a unit's story, probes, the map (lesson 12)."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from .labels import LEFT, START, end_room, foot, label_ends, listed, name_room, name_steps, over_words
from .layout import COLOUR_BAR, Band, colour_bar, stack, write_above
from .style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    SHARE_MAP,
    STATE_MAP,
    TICK_SIZE,
    WIDTH,
    Look,
    Picture,
    as_array,
    as_matrix,
    style_axes,
)

CELL = 0.24  # inches: the height of a cell with a number
VALUE = "'{}' {:.2f}"  # a token and its number in an alt text


def unit_heatmaps(panels: Mapping[str, object], tokens: Sequence[str], units: Sequence[int]) -> Picture:
    """Units by steps in cells with their numbers, one panel above the other: states blue -1 to red +1, gates dark 0 to
    yellow 1.

    The units stand in the order of their last value in the first panel, the lowest on top, in all panels alike.

    Args:
        panels: name -> (steps, units); a name that ends in "gate" is drawn as one. All of one shape, at most three.
        tokens: one per step.
        units: the numbers of the units that are drawn.

    Raises:
        ValueError: no panel or more than three, or shapes that do not fit.
    """
    import seaborn as sns  # here, because it brings pandas: only the static pictures need it

    matrices = {name: as_matrix(values, name) for name, values in panels.items()}
    if not 1 <= len(matrices) <= 3 or {matrix.shape for matrix in matrices.values()} != {(len(tokens), len(units))}:
        raise ValueError(
            f"panels: expected one to three, all of shape ({len(tokens)} steps, {len(units)} units), "
            f"got {[matrix.shape for matrix in matrices.values()]}"
        )
    words = f"{len(units)} units by {len(tokens)} steps: {', '.join(matrices)}; sentence: {' '.join(tokens)}"
    band = Band(CELL * len(units), LEFT, COLOUR_BAR, above=0.32, below=0)
    last = Band(band.height, LEFT, COLOUR_BAR, above=0.32, below=foot(tokens, WIDTH - LEFT - COLOUR_BAR))
    picture, axes = stack(*[band] * (len(matrices) - 1), last, words=words)
    order = next(iter(matrices.values()))[-1].argsort(kind="stable")
    names = [str(units[place]) for place in order]
    for ax, (name, matrix) in zip(axes, matrices.items(), strict=True):
        is_gate = name.endswith("gate")
        look: Look = {"cbar": False, "xticklabels": False, "yticklabels": names, "linewidths": 1}
        look |= {"annot": matrix[:, order].T.round(1) + 0.0, "fmt": ".1f", "annot_kws": {"fontsize": TICK_SIZE}}
        scale = {"cmap": SHARE_MAP, "vmin": 0, "vmax": 1} if is_gate else {"cmap": STATE_MAP, "vmin": -1, "vmax": 1}
        sns.heatmap(matrix[:, order].T, ax=ax, **look, **scale)
        style_axes(ax, ylabel="unit", bare=True)
        ax.tick_params(axis="y", labelrotation=0)
        write_above(ax, LEFT, name, gap=0.05)
        colour_bar(ax.collections[0], [ax], "value")
        means = (matrix if is_gate else np.abs(matrix)).mean(axis=1)
        picture.alt += f"; {'mean' if is_gate else 'mean size'} of {name} at {listed(VALUE, tokens, means)}"
    name_steps(axes[-1], np.arange(len(tokens)) + 0.5, tokens)
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

    Args:
        tokens: of the sentence.
        shares: one per token, in [0, 1]; with initial_share they sum to 1.
        initial_share: what is left of the start.
        influence: one per token, 0 or more.
        scale: name of a distance to compare the influence with, drawn as a dashed line, and the distance.

    Raises:
        ValueError: numbers that do not fit the tokens, or shares that do not sum to 1.
    """
    written, moved = as_array(shares), as_array(influence)
    total = written.sum() + initial_share
    if written.shape != (len(tokens),) or moved.shape != written.shape or abs(total - 1) > 1e-3:
        raise ValueError(
            f"expected a share and an influence for each of {len(tokens)} tokens, shares with the initial "
            f"one summing to 1; got {written.shape}, {moved.shape} and a sum of {total:.3f}"
        )
    words = f"Two rows of bars over the words {' '.join(tokens)}: share written at that step; influence of the word"
    picture, above, below = over_words([START, *tokens], (0.1, 1.4, 0.25, 1.55), words)
    places = np.arange(1, len(tokens) + 1)
    above.bar(0, initial_share, color=GREY)
    above.bar(places, written, color=BLUE)
    below.bar(places, moved, color=ORANGE)
    above.set(ylim=(0, 1), yticks=[0, 0.5, 1])
    below.set_ylim(bottom=0)
    style_axes(above, ylabel="share of\nfinal state", grid=True)
    style_axes(below, below.get_xlabel(), "influence\n(distance moved)", grid=True)
    picture.alt += f"; shares: start {initial_share:.2f}, {listed(VALUE, tokens, written)}; "
    picture.alt += "influence: " + listed("'{}' {:.1f}", tokens, moved)
    if scale is not None:
        name, distance = scale
        below.axhline(distance, color=INK, linestyle="--", linewidth=1.2)
        below.annotate(name, (-0.5, distance), (0, 4), textcoords="offset points", fontsize=TICK_SIZE, color=INK)
        below.set_ylim(top=1.3 * max(distance, moved.max()))  # room for the line's name
        picture.alt += f"; dashed, {name}: {distance:.1f}"
    return picture


def unit_story(
    values: Mapping[str, Sequence[float]], tokens: Sequence[str], shares: Mapping[str, Sequence[float]]
) -> Picture:
    """One unit while sentences are read: its value, a line for each, labelled at its end; below, in the same colours,
    the share of the final value that was written at each step.

    Args:
        values: one or two names -> a value per step, in [-1, 1].
        tokens: of the first sentence, one per step.
        shares: the same names -> a share per step.

    Raises:
        ValueError: no line or more than two, other names, or numbers that do not fit the tokens.
    """
    lines, written = ({name: as_array(line) for name, line in part.items()} for part in (values, shares))
    given = [line.shape for line in (*lines.values(), *written.values())]
    if not 1 <= len(lines) <= 2 or list(written) != list(lines) or set(given) != {(len(tokens),)}:
        raise ValueError(
            f"values: expected one or two lines, they and shares with a number for each of {len(tokens)} "
            f"tokens, got {given}"
        )
    words = f"One unit over the words {' '.join(tokens)}: its value ({', '.join(lines)}), and shares by step"
    picture, above, below = over_words(tokens, (0.1, 1.6, 0.25, 1.15), words, right=end_room(lines))
    places, width = np.arange(len(tokens)), 0.8 / len(lines)
    above.set(ylim=(-1.05, 1.05), yticks=[-1, 0, 1])
    below.set(ylim=(0, 1), yticks=[0, 0.5, 1])
    for number, ((name, line), colour) in enumerate(zip(lines.items(), (BLUE, ORANGE), strict=False)):
        above.plot(places, line, color=colour, marker="o", linewidth=2, clip_on=False)
        below.bar(places + (number - (len(lines) - 1) / 2) * width, written[name], width, color=colour)
        picture.alt += f"; {name}: {listed('{:.2f}', line)}, shares: {listed(VALUE, tokens, written[name])}"
    label_ends(above, places[-1], {name: line[-1] for name, line in lines.items()}, (BLUE, ORANGE))
    style_axes(above, ylabel="value\nof the unit", grid=True)
    style_axes(below, below.get_xlabel(), "share of\nlast value", grid=True)
    return picture


def share_dots(
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    intervals: Mapping[str, Mapping[str, tuple[float, float]]],
    xlabel: str,
    base_rate: float | None = None,
) -> Picture:
    """Shares as dots, a row for each way, in one or two panels; across the dots the interval, and on it the mean.

    Args:
        panels: title -> way -> shares in [0, 1], one for each time; the same ways in all.
        intervals: the same, with the lower and the upper end.
        xlabel: what is a share of what.
        base_rate: what a guess gets right.

    Raises:
        ValueError: no panel or more than two, not the same ways, or a number that is no share.
    """
    ways = list(next(iter(panels.values()), ()))
    if not 1 <= len(panels) <= 2 or not ways or any(list(rows) != ways for rows in panels.values()):
        raise ValueError(f"panels: expected one or two with the same ways, got {[list(r) for r in panels.values()]}")
    if any(not 0 <= share <= 1 for rows in panels.values() for row in rows.values() for share in row):
        raise ValueError("panels: expected shares from 0 to 1")
    words = f"Dots of shares: {xlabel}; {' | '.join(panels)}; rows: {'; '.join(ways)}"
    band = Band(0.36 * len(ways), name_room(ways), 0.3, above=0.36, below=0.62, columns=len(panels), gap=0.5)
    picture, axes = stack(band, words=words)
    for ax, (title, rows) in zip(axes, panels.items(), strict=True):
        for y, way in enumerate(ways):
            mean, ends, apart = (
                float(np.mean(rows[way])),
                intervals[title][way],
                np.linspace(-0.25, 0.25, len(rows[way])),
            )
            ax.scatter(rows[way], y + apart, color=BLUE, alpha=0.45, s=22, linewidth=0, clip_on=False)
            ax.plot(ends, (y, y), color=INK, linewidth=2.5, solid_capstyle="butt", zorder=5)
            ax.plot(mean, y, "d", color=ORANGE, markeredgecolor=INK, markersize=8, zorder=6, clip_on=False)
            picture.alt += f"; {title}, {way}: {mean:.0%} ({ends[0]:.0%} to {ends[1]:.0%})"
        ax.set(xlim=(0, 1), xticks=(0, 0.5, 1), ylim=(len(ways) - 0.5, -0.5))
        ax.set_yticks(range(len(ways)), ways)
        ax.xaxis.set_major_formatter("{x:.0%}")
        style_axes(ax, xlabel)
        ax.grid(axis="y", color="#E5E5E5")
        ax.set_axisbelow(True)
        ax.tick_params(axis="y", length=0, labelleft=ax is axes[0])
        write_above(ax, ax.get_position().x0 * WIDTH, title, gap=0.06)
        if base_rate is not None:
            ax.axvline(base_rate, color=INK, linestyle="--", linewidth=1.2)
    return picture


def map_points(points: Iterable, groups: Sequence[str], explained: Sequence[float]) -> Picture:
    """States on a flat map, a colour and a mark for each group, with the share of the variance that each axis shows.

    Args:
        points: (n, 2).
        groups: each point's group, at most five different ones.
        explained: the share of the variance that either axis shows.

    Raises:
        ValueError: points of another shape, or no group or more than five.
    """
    places = as_matrix(points, "points")
    names = list(dict.fromkeys(groups))
    if places.shape != (len(groups), 2) or not 1 <= len(names) <= 5:
        raise ValueError(
            f"expected points of shape ({len(groups)}, 2), a group for each, one to five different ones; "
            f"got {places.shape} and {len(names)} groups"
        )
    words = f"Map of {len(places)} states in two dimensions, by kind: {', '.join(names)}"
    picture, (ax,) = stack(Band(3.44, LEFT, 1.44, above=0.13, below=0.63), words=words)
    centres = {}
    for name, colour, mark in zip(names, (BLUE, ORANGE, GREEN, GREY, INK), "o^svD", strict=False):
        x, y = places[[group == name for group in groups]].T
        ax.scatter(x, y, color=colour, marker=mark, s=22, alpha=0.75, linewidth=0, label=name)
        centres[name] = f"({x.mean():.1f}, {y.mean():.1f})"
    ax.set_aspect("equal", adjustable="datalim")  # distances on the map mean the same in every direction
    style_axes(ax, f"axis 1 ({explained[0]:.0%} of the variance)", f"axis 2 ({explained[1]:.0%} of the variance)")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=TICK_SIZE, handletextpad=0.4)
    picture.alt += (
        f"; the axes show {explained[0]:.0%} and {explained[1]:.0%} of the variance; "
        f"centres: {listed('{} {}', centres, centres.values())}"
    )
    return picture
