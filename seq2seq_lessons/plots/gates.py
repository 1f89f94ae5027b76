"""Pictures of explorers into a GRU: one unit's gates as lines, what was written when, a sentence's path over the map.

Each holds the numbers of all its positions and is moved from one to another by `show`, in a few milliseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text

from .cells import box
from .labels import START, label_places, listed, over_words, percent, signed
from .layout import inches, tell
from .paths import map_paths
from .style import BLUE, GREEN, GREY, INK, LABEL_SIZE, ORANGE, TICK_SIZE, Look, Picture, as_array, style_axes

__all__ = ["MAX_NUMBERS", "UnitLines", "gate_lines", "map_paths", "written_bars"]

MAX_NUMBERS = 18  # words over which numbers above the bars still stand side by side
LABELS = {"z": "z, update", "r": "r, reset", "h": "h, state", "n": "n, candidate", "free": "h, if free"}


@dataclass(frozen=True)
class UnitLines:
    """The gates of a layer while one sentence is read.

    Attributes:
        name: of the run.
        reset: (steps, units).
        update: (steps, units).
        candidate: (steps, units).
        states: (steps + 1, units), the state before the first word first.
    """

    name: str
    reset: np.ndarray
    update: np.ndarray
    candidate: np.ndarray
    states: np.ndarray


def gate_lines(runs: Sequence[UnitLines], tokens: Sequence[str], *, words: str) -> Picture:
    """One unit's gates r and z above, its candidate n and its state h below, one point for each word.

    `picture.show((unit, run, step))` draws unit (from 0) of runs[run]; `step`, from 1, is the word that is marked.

    Args:
        runs: readings of the same sentence, the free one first; its h stays in view, dashed, beside any other run's.
        tokens: of the sentence.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: no run, or shapes that do not fit the tokens or one another.
    """
    steps, units = len(tokens), _num_units(runs, len(tokens))
    picture, gates, values = over_words([START, *tokens], (0.1, 1.15, 0.22, 1.75), words, right=1.45)
    bands = [box(ax, (0, 0), (0.7, 4), facecolor="#F0E6C8", edgecolor="none") for ax in (gates, values)]
    lines, labels = _empty_lines(gates, values, steps)

    def show(at: tuple[int, int, int]) -> str:
        unit, number, step = at
        if not (0 <= unit < units and 0 <= number < len(runs) and 1 <= step <= steps):
            raise ValueError(
                f"show({at}): expected a unit from 0 to {units - 1}, a run from 0 to {len(runs) - 1} and "
                f"a step from 1 to {steps}"
            )
        run = runs[number]
        data = {"z": run.update, "r": run.reset, "n": run.candidate, "h": run.states, "free": runs[0].states}
        columns = {name: np.asarray(rows)[:, unit] for name, rows in data.items()}
        for name, column in columns.items():
            lines[name].set_ydata(column)
        for artist in (lines["free"], labels["free"]):
            artist.set_visible(number > 0)
        for ax, names in ((gates, ("z", "r")), (values, ("h", "n", "free") if number else ("h", "n"))):
            for name, y in zip(names, label_places(ax, [columns[name][-1] for name in names]), strict=True):
                labels[name].set_y(y)
        for band in bands:
            band.set_x(step - 0.35)
        picture.spots.clear()
        for ax in (gates, values):
            tell(ax, [_steps_in_words(columns, tokens)], left=-inches(ax)[0] / (steps + 1), columns="step")
        said = {"z": "z", "r": "r", "n": "n", "h": "h from the start"}
        numbers = "; ".join(f"{told}: {listed('{:.2f}', columns[name])}" for name, told in said.items())
        return f"{words}; unit {unit}, {run.name}; {numbers}; marked: step {step} '{tokens[step - 1]}'"

    order = [lines[name] for name in ("free", "h", "n", "z", "r")]
    picture.animate([*bands, *order, *labels.values()], show)
    return picture.show((0, 0, 1))


def _steps_in_words(columns: Mapping[str, np.ndarray], tokens: Sequence[str]) -> list[str]:
    rows = [columns["h"][1:] if name == "h" else columns[name] for name in "zrnh"]
    return [
        f"'{token}': " + ", ".join(f"{name} {signed(value)}" for name, value in zip("zrnh", values, strict=True))
        for token, *values in zip(tokens, *rows, strict=True)
    ]


def _num_units(runs: Sequence[UnitLines], steps: int) -> int:
    if not runs:
        raise ValueError("runs: expected one at least")
    units = np.asarray(runs[0].reset).shape[1]
    for run in runs:
        for part, rows in (("reset", steps), ("update", steps), ("candidate", steps), ("states", steps + 1)):
            if np.shape(getattr(run, part)) != (rows, units):
                raise ValueError(
                    f"{run.name}: {part} has shape {np.shape(getattr(run, part))}, expected ({rows}, "
                    f"{units}) for {steps} tokens"
                )
    return units


def _empty_lines(gates: Axes, values: Axes, steps: int) -> tuple[dict[str, Line2D], dict[str, Text]]:
    """The lines of `gate_lines` and their labels, to be moved, on styled axes; gates and candidate begin at step 1."""
    gates.set(ylim=(-0.06, 1.06), yticks=(0, 0.5, 1))
    values.set(ylim=(-1.12, 1.12), yticks=(-1, 0, 1))
    style_axes(gates, ylabel="gate, 0 to 1", grid=True)
    style_axes(values, values.get_xlabel(), "value, -1 to 1", grid=True)
    looks: dict[str, tuple[Axes, Look]] = {
        "z": (gates, {"color": ORANGE, "linewidth": 2, "marker": "o"}),
        "r": (gates, {"color": GREEN, "linewidth": 2, "marker": "s", "markersize": 5}),
        # the state is wide, so that it is seen where the candidate lies on it
        "h": (values, {"color": BLUE, "linewidth": 6, "marker": "o", "markersize": 9}),
        "free": (values, {"color": GREY, "linewidth": 1.5, "linestyle": "--"}),
        "n": (values, {"color": INK, "linewidth": 1.5, "marker": "D", "markersize": 4.5}),
    }
    lines, labels = {}, {}
    for name, (ax, look) in looks.items():
        x = np.arange(0 if name in ("h", "free") else 1, steps + 1)
        (lines[name],) = ax.plot(x, x, clip_on=False, scaley=False, **look)
        style: Look = {"color": look["color"], "fontsize": LABEL_SIZE, "va": "center"}
        labels[name] = ax.text(steps + 0.75, 0, LABELS[name], **style)
    return lines, labels


def written_bars(
    shares: object, influence: object, tokens: Sequence[str], *, limit: float, influence_name: str, words: str
) -> Picture:
    """Above, how much of a final value was written at each step; below, how far it moves when that word is replaced.

    `picture.show(unit)` draws unit (from 0).

    Args:
        shares: (steps + 1, units), the start's share first; each unit's sum to 1.
        influence: (steps, units), from 0 to `limit`.
        tokens: of the sentence.
        limit: the end of the influence's axis.
        influence_name: names that axis.
        words: what the picture is, see `Picture`.

    Raises:
        ValueError: shapes that do not fit the tokens, or shares that do not sum to 1.
    """
    written, moved = _checked(as_array(shares), as_array(influence), len(tokens))
    names, x = [START, *tokens], np.arange(len(tokens) + 1)
    picture, above, below = over_words(names, (0.26, 1.25, 0.42, 1.25), words)  # a full bar has its number above it
    above.set(ylim=(0, 1), yticks=(0, 0.5, 1))
    below.set(ylim=(0, limit), yticks=(0, limit / 2, limit), yticklabels=("0", f"{limit / 2:g}", f"{limit:g}"))
    style_axes(above, ylabel="share written\nat this step", grid=True)
    style_axes(below, below.get_xlabel(), influence_name, grid=True)
    parts = []
    for ax, rows, places, colours, form in (
        (above, written, x, [GREY, *[BLUE] * len(tokens)], percent),
        (below, moved, x[1:], ORANGE, "{:.1f}".format),
    ):
        bars = ax.bar(places, 0, width=0.7, color=colours)
        texts = [ax.text(at, 0, "", ha="center", va="bottom", fontsize=TICK_SIZE, color=INK) for at in places]
        parts.append((rows, bars, texts, form if len(tokens) <= MAX_NUMBERS else lambda number: ""))

    def show(unit: int) -> str:
        if not 0 <= unit < written.shape[1]:
            raise ValueError(f"unit {unit}: expected a whole number from 0 to {written.shape[1] - 1}")
        for rows, bars, texts, form in parts:
            for bar, text, number in zip(bars, texts, rows[:, unit], strict=True):
                bar.set_height(number)
                text.set(y=number, text=form(number))
        named = ["start", *(f"'{token}'" for token in tokens)]
        return (
            f"{words}; shares: {listed('{} {}', named, map(percent, written[:, unit]))}; "
            f"influence: {listed('{} {:.2f}', named[1:], moved[:, unit])}"
        )

    picture.animate([artist for _, bars, texts, _ in parts for artist in (*bars, *texts)], show)
    return picture.show(0)


def _checked(shares: np.ndarray, influence: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    units = shares.shape[-1]
    if shares.shape != (steps + 1, units) or influence.shape != (steps, units):
        raise ValueError(
            f"shares of shape {shares.shape} and influence of {influence.shape}: expected "
            f"({steps + 1}, units) and ({steps}, units) for {steps} tokens"
        )
    sums = shares.sum(axis=0)
    if not np.allclose(sums, 1, atol=1e-3):
        raise ValueError(f"shares: expected them to sum to 1, got {sums.min():.3f} to {sums.max():.3f}")
    return shares, influence
