"""Pictures of explorers into a GRU: one unit's gates as lines, what was written when, a sentence's path over the map.

Each holds the numbers of all its positions and is moved from one to another by `show`, in a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.patches import Rectangle

from .inspection import map_points
from .style import BLUE, GREEN, GREY, INK, LABEL_SIZE, ORANGE, TICK_SIZE, WIDTH, Picture, style_axes

START = "(start)"
LEFT, RIGHT = 0.95, 1.45  # inches: axis names; labels at the ends of the lines
MAX_NUMBERS = 18  # words over which numbers above the bars still stand side by side


@dataclass(frozen=True)
class UnitLines:
    """The gates of a layer while one sentence is read.

    reset, update, candidate: (steps, units). states: (steps + 1, units), the state before the first word first.
    """

    name: str
    reset: np.ndarray
    update: np.ndarray
    candidate: np.ndarray
    states: np.ndarray


def gate_lines(runs: Sequence[UnitLines], tokens: Sequence[str], *, words: str) -> Picture:
    """One unit's gates r and z above, its candidate n and its state h below, one point for each word.

    runs: readings of the same sentence, the free one first; its h stays in view, dashed, beside any other run's.
    `picture.show((unit, run, step))` draws unit (from 0) of runs[run]; `step`, from 1, is the word that is marked.

    ValueError: no run, or shapes that do not fit the tokens or one another.
    """
    runs, steps = list(runs), len(tokens)
    units = np.asarray(runs[0].reset).shape[1] if runs else 0
    for run in runs:
        for part, rows in (("reset", steps), ("update", steps), ("candidate", steps), ("states", steps + 1)):
            if np.shape(getattr(run, part)) != (rows, units):
                raise ValueError(
                    f"{run.name}: {part} has shape {np.shape(getattr(run, part))}, expected ({rows}, "
                    f"{units}) for {steps} tokens"
                )
    if not runs:
        raise ValueError("runs: expected one at least")

    names, width = [START, *tokens], WIDTH - LEFT - RIGHT
    head, above, between, below, foot = 0.10, 1.15, 0.22, 1.75, _foot(names, width)
    height = head + above + between + below + foot
    picture = Picture(WIDTH, height, words=words)
    box = (LEFT / WIDTH, width / WIDTH)
    gates = picture.add_axes((box[0], (foot + below + between) / height, box[1], above / height))
    values = picture.add_axes((box[0], foot / height, box[1], below / height))
    gates.set(ylim=(-0.06, 1.06), yticks=(0, 0.5, 1))
    values.set(ylim=(-1.12, 1.12), yticks=(-1, 0, 1))
    for ax in (gates, values):
        ax.set_xlim(-0.35, steps + 0.35)
        ax.grid(axis="y", color="#E5E5E5")
        ax.set_axisbelow(True)
    style_axes(gates, ylabel="gate, 0 to 1")
    style_axes(values, ylabel="value, -1 to 1")
    gates.set_xticks(range(steps + 1), [])
    _name_words(values, names, width)

    x = np.arange(steps + 1)
    bands = [ax.add_patch(Rectangle((0, -2), 0.7, 4, facecolor="#F0E6C8", edgecolor="none")) for ax in (gates, values)]
    (z,) = gates.plot(x[1:], x[1:], color=ORANGE, linewidth=2, marker="o", clip_on=False)
    (r,) = gates.plot(x[1:], x[1:], color=GREEN, linewidth=2, marker="s", markersize=5, clip_on=False)
    # the state is wide, so that it is seen where the candidate lies on it
    (h,) = values.plot(x, x, color=BLUE, linewidth=6, marker="o", markersize=9, clip_on=False)
    (free,) = values.plot(x, x, color=GREY, linewidth=1.5, linestyle="--", clip_on=False)
    (n,) = values.plot(x[1:], x[1:], color=INK, linewidth=1.5, marker="D", markersize=4.5, clip_on=False)
    labels = {
        line: line.axes.text(steps + 0.5, 0, text, color=line.get_color(), fontsize=LABEL_SIZE, va="center")
        for line, text in (
            (z, "z, update"),
            (r, "r, reset"),
            (h, "h, state"),
            (n, "n, candidate"),
            (free, "h, if free"),
        )
    }

    def show(at: tuple[int, int, int]) -> str:
        unit, number, step = at
        if not (0 <= unit < units and 0 <= number < len(runs) and 1 <= step <= steps):
            raise ValueError(
                f"show({at}): expected a unit from 0 to {units - 1}, a run from 0 to {len(runs) - 1} and "
                f"a step from 1 to {steps}"
            )
        run = runs[number]
        for line, part in (
            (z, run.update),
            (r, run.reset),
            (n, run.candidate),
            (h, run.states),
            (free, runs[0].states),
        ):
            line.set_ydata(np.asarray(part)[:, unit])
        for artist in (free, labels[free]):
            artist.set_visible(number > 0)
        for lines, gap in (((z, r), 0.20), ((h, n, free) if number else (h, n), 0.26)):
            places = _apart([line.get_ydata()[-1] for line in lines], gap, *lines[0].axes.get_ylim())
            for line, y in zip(lines, places, strict=True):
                labels[line].set_y(y)
        for band in bands:
            band.set_x(step - 0.35)
        return (
            f"{words}; unit {unit}, {run.name}; "
            + "; ".join(
                f"{name}: " + ", ".join(f"{value:.2f}" for value in line.get_ydata())
                for name, line in (("z", z), ("r", r), ("n", n), ("h from the start", h))
            )
            + f"; marked: step {step} '{tokens[step - 1]}'"
        )

    picture.animate([*bands, free, h, n, z, r, *labels.values()], show)
    return picture.show((0, 0, 1))


def written_bars(shares, influence, tokens: Sequence[str], *, limit: float, influence_name: str, words: str) -> Picture:
    """Above, how much of a final value was written at each step; below, how far it moves when that word is replaced.

    shares: (steps + 1, units), the start's share first; each unit's sum to 1. influence: (steps, units), from 0 to
        `limit`, the end of its axis. influence_name: names that axis.
    `picture.show(unit)` draws unit (from 0).

    ValueError: shapes that do not fit the tokens, or shares that do not sum to 1.
    """
    shares, influence, steps = np.asarray(shares, dtype=float), np.asarray(influence, dtype=float), len(tokens)
    units = shares.shape[-1]
    if shares.shape != (steps + 1, units) or influence.shape != (steps, units):
        raise ValueError(
            f"shares of shape {shares.shape} and influence of {influence.shape}: expected "
            f"({steps + 1}, units) and ({steps}, units) for {steps} tokens"
        )
    if not np.allclose(shares.sum(axis=0), 1, atol=1e-3):
        raise ValueError(
            f"shares: expected them to sum to 1, got {shares.sum(axis=0).min():.3f} to {shares.sum(axis=0).max():.3f}"
        )
    names, width = [START, *tokens], WIDTH - LEFT - 0.1
    head, each, between, foot = 0.26, 1.25, 0.42, _foot(names, width)  # a full bar has its number above it
    height = head + 2 * each + between + foot
    picture = Picture(WIDTH, height, words=words)
    box = (LEFT / WIDTH, width / WIDTH)
    above = picture.add_axes((box[0], (foot + each + between) / height, box[1], each / height))
    below = picture.add_axes((box[0], foot / height, box[1], each / height))
    x = np.arange(steps + 1)
    for ax, top in ((above, 1), (below, limit)):
        ax.set(xlim=(-0.6, steps + 0.6), ylim=(0, top), yticks=(0, top / 2, top))
        ax.grid(axis="y", color="#E5E5E5")
        ax.set_axisbelow(True)
    below.set_yticklabels([f"{tick:g}" for tick in (0, limit / 2, limit)])
    style_axes(above, ylabel="share written\nat this step")
    style_axes(below, ylabel=influence_name)
    above.set_xticks(x, [])
    _name_words(below, names, width)
    written = above.bar(x, 0, width=0.7, color=[GREY, *[BLUE] * steps])
    moved = below.bar(x[1:], 0, width=0.7, color=ORANGE)
    has_numbers = steps <= MAX_NUMBERS
    percents = [above.text(at, 0, "", ha="center", va="bottom", fontsize=TICK_SIZE, color=INK) for at in x]
    lengths = [below.text(at, 0, "", ha="center", va="bottom", fontsize=TICK_SIZE, color=INK) for at in x[1:]]

    def show(unit: int) -> str:
        if not 0 <= unit < units:
            raise ValueError(f"unit {unit}: expected a whole number from 0 to {units - 1}")
        for bars, texts, numbers, form in (
            (written, percents, shares[:, unit], "{:.0%}"),
            (moved, lengths, influence[:, unit], "{:.1f}"),
        ):
            for bar, text, number in zip(bars, texts, numbers, strict=True):
                bar.set_height(number)
                text.set(y=number, text=form.format(number) if has_numbers else "")
        named = ["start", *(f"'{token}'" for token in tokens)]
        return (
            f"{words}; shares: "
            + ", ".join(f"{name} {share:.0%}" for name, share in zip(named, shares[:, unit], strict=True))
            + "; influence: "
            + ", ".join(f"{name} {change:.2f}" for name, change in zip(named[1:], influence[:, unit], strict=True))
        )

    picture.animate([*written, *moved, *percents, *lengths], show)
    return picture.show(0)


def map_paths(
    points,
    groups: Sequence[str],
    explained: Sequence[float],
    paths: Sequence,
    tokens: Sequence[Sequence[str]],
    nearest: Sequence,
    *,
    words: str,
) -> Picture:
    """Paths of sentences over a map of states, and from the place reached lines to its nearest points.

    points, groups, explained: the map, as in `plots.inspection.map_points`.
    paths: for each sentence the places (steps, 2) of its state after each token; tokens: its tokens.
    nearest: for each sentence the points (steps, k) to join with the place reached, by index, the nearest first.
    `picture.show((path, step, k))` draws paths[path] up to `step`, from 1, and k lines. Nothing else ever moves.

    ValueError: no path, or paths, tokens and nearest that do not fit one another.
    """
    points, paths = np.asarray(points, dtype=float), [np.asarray(path, dtype=float) for path in paths]
    nearest = [np.asarray(of, dtype=int) for of in nearest]
    shapes = [(len(path), len(of), len(own)) for path, of, own in zip(paths, nearest, tokens, strict=True)]
    if not paths or any(len(set(lengths)) > 1 for lengths in shapes):
        raise ValueError(
            f"paths: expected one at least, each with a place, a token and nearest points at every step; "
            f"got (places, nearest, tokens) {shapes}"
        )
    picture = map_points(points, groups, explained)
    background, picture.words = picture.alt, words
    ax, most = picture.axes[0], max(of.shape[1] for of in nearest)
    everything = np.concatenate([points, *paths])
    low, high = everything.min(axis=0), everything.max(axis=0)
    room = np.array(ax.get_window_extent().size)
    half = room * ((high - low) / room).max() * 0.55  # equal scales for both axes, with a margin, for good
    (left, bottom), (right, top) = (low + high) / 2 - half, (low + high) / 2 + half
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="auto", autoscale_on=False)
    lines = [ax.plot([], [], color=INK, linewidth=1)[0] for _ in range(most)]
    (path_line,) = ax.plot([], [], color=INK, linewidth=2.5, marker="o", markersize=5)
    (here,) = ax.plot([], [], color=INK, marker="o", markersize=11)
    word = ax.annotate(
        "",
        (0, 0),
        (0, 11),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=LABEL_SIZE,
        fontweight="bold",
        color=INK,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85},
    )

    def show(at: tuple[int, int, int]) -> str:
        number, step, k = at
        if not (0 <= number < len(paths) and 1 <= step <= len(paths[number]) and 0 <= k <= nearest[number].shape[1]):
            raise ValueError(
                f"show({at}): expected a path from 0 to {len(paths) - 1}, a step of it from 1 and at most "
                f"{most} nearest points"
            )
        x, y = paths[number][step - 1]
        path_line.set_data(*paths[number][:step].T)
        here.set_data([x], [y])
        word.xy = (x, y)
        word.set_text(tokens[number][step - 1])
        joined = nearest[number][step - 1][:k]
        for line, point in zip(lines, joined, strict=False):
            line.set_data([x, points[point, 0]], [y, points[point, 1]])
        for count, line in enumerate(lines):
            line.set_visible(count < k)
        places = ", ".join(
            f"'{token}' ({a:.1f}, {b:.1f})" for token, (a, b) in zip(tokens[number][:step], paths[number], strict=False)
        )
        kinds = ", ".join(groups[point] for point in joined)
        return f"{words}; {background}; the path: {places}; lines to {k} points, of {kinds}"

    picture.animate([*lines, path_line, here, word], show)
    return picture.show((0, 1, 1))


def _apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places moved apart until none is closer than `gap` to the next, inside low … high."""
    order = sorted(range(len(places)), key=lambda number: places[number])
    free = {}
    floor = low
    for number in order:
        free[number] = floor = max(places[number], floor)
        floor += gap
    ceiling = high
    for number in reversed(order):
        free[number] = ceiling = min(free[number], ceiling)
        ceiling -= gap
    return [free[number] for number in range(len(places))]


def _turn(names: Sequence[str], width: float) -> int:
    """Degrees by which the names below an axis of `width` inches are turned, so that they do not overlap."""
    room = width / len(names)
    return 0 if 0.09 * max(map(len, names)) < room else 30 if room > 0.3 else 90


def _foot(names: Sequence[str], width: float) -> float:
    """Inches for the names, and for the axis's own, below an axis of `width` inches."""
    return 0.62 + {0: 0, 30: 0.055, 90: 0.085}[_turn(names, width)] * max(map(len, names))


def _name_words(ax, names: Sequence[str], width: float) -> None:
    turn = _turn(names, width)
    ax.set_xticks(
        range(len(names)),
        names,
        rotation=turn,
        ha="right" if turn else "center",
        rotation_mode="anchor",
        va="center" if turn == 90 else "top",
    )
    ax.set_xlabel("step (token read)", fontsize=LABEL_SIZE, color=INK)
