"""The path of a sentence's states over the map of states."""

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from .inspection import map_points
from .labels import listed
from .style import INK, LABEL_SIZE, Look, Picture, as_array


def map_paths(
    points: Iterable,
    groups: Sequence[str],
    explained: Sequence[float],
    paths: Sequence,
    tokens: Sequence[Sequence[str]],
    nearest: Sequence,
    *,
    words: str,
) -> Picture:
    """Paths of sentences over a map of states, and from the place reached lines to its nearest points.

    `picture.show((path, step, k))` draws paths[path] up to `step`, from 1, and k lines. Nothing else ever moves.

    Args:
        points: the map, as in `plots.inspection.map_points`.
        groups: the same.
        explained: the same.
        paths: for each sentence the places (steps, 2) of its state after each token.
        tokens: for each sentence its tokens.
        nearest: for each sentence the points (steps, k) to join with the place reached, by index, the nearest first.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: no path, or paths, tokens and nearest that do not fit one another.
    """
    every, (routes, joins) = as_array(points), _checked(paths, nearest, tokens)
    picture = map_points(every, groups, explained)
    background, picture.words = picture.alt, words
    ax, most = picture.axes[0], max(of.shape[1] for of in joins)
    _fix_scales(ax, np.concatenate([every, *routes]))
    lines = [ax.plot([], [], color=INK, linewidth=1)[0] for _ in range(most)]
    (path_line,) = ax.plot([], [], color=INK, linewidth=2.5, marker="o", markersize=5)
    (here,) = ax.plot([], [], color=INK, marker="o", markersize=11)
    word = _word(ax)

    def show(at: tuple[int, int, int]) -> str:
        number, step, k = at
        if not (0 <= number < len(joins) and 1 <= step <= len(joins[number]) and 0 <= k <= joins[number].shape[1]):
            which = f"a path from 0 to {len(routes) - 1}"
            raise ValueError(f"show({at}): expected {which}, a step of it from 1 and at most {most} nearest points")
        path, own, joined = routes[number][:step], tokens[number][:step], joins[number][step - 1][:k]
        x, y = path[-1]
        path_line.set_data(*path.T)
        here.set_data([x], [y])
        word.xy = (x, y)
        word.set_text(own[-1])
        for count, line in enumerate(lines):
            line.set_visible(count < k)
        for line, point in zip(lines, joined, strict=False):
            line.set_data([x, every[point, 0]], [y, every[point, 1]])
        places, kinds = listed("'{}' ({:.1f}, {:.1f})", own, *path.T), ", ".join(groups[point] for point in joined)
        return f"{words}; {background}; the path: {places}; lines to {k} points, of {kinds}"

    picture.animate([*lines, path_line, here, word], show)
    return picture.show((0, 1, 1))


def _checked(paths: Sequence, nearest: Sequence, tokens: Sequence) -> tuple[list[np.ndarray], list[np.ndarray]]:
    shapes = [tuple(map(len, of)) for of in zip(paths, nearest, tokens, strict=True)]
    if not shapes or any(len(set(lengths)) > 1 for lengths in shapes):
        raise ValueError(
            f"paths: expected one at least, each with a place, a token and nearest points at every step; "
            f"got (places, nearest, tokens) {shapes}"
        )
    return [as_array(path) for path in paths], [np.asarray(of, dtype=int) for of in nearest]


def _fix_scales(ax: Axes, points: np.ndarray) -> None:
    """Limits that hold all the points, with a margin and equal scales for both axes, for good."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array(ax.get_window_extent().size)
    half = room * ((high - low) / room).max() * 0.55
    (left, bottom), (right, top) = (low + high) / 2 - half, (low + high) / 2 + half
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="auto", autoscale_on=False)


def _word(ax: Axes) -> Annotation:
    """A text above a place, to be moved."""
    style: Look = {"fontsize": LABEL_SIZE, "fontweight": "bold", "color": INK, "ha": "center", "va": "bottom"}
    behind: Look = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
    return ax.annotate("", (0, 0), (0, 11), textcoords="offset points", bbox=behind, **style)
