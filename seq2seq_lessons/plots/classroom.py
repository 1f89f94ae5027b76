"""A class at a glance: learners by exercises, from the table that `report` writes. `… plots.classroom TABLE PICTURE`"""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from .labels import name_room
from .layout import legend_below
from .style import BLUE, GREY, GREY_TINT, ORANGE, PURPLE, TICK_SIZE, WIDTH, Picture, style_axes

# Each state's sign and colour: told apart by either alone.
STATES = {
    "right": ("✓", BLUE),
    "wrong": ("✗", ORANGE),
    "unanswered": ("·", GREY_TINT),
    "not run": ("–", "#BBBBBB"),
    "doubtful": ("?", PURPLE),
    "absent": ("", "#FFFFFF"),
}
CELL = 0.27  # inches


def class_map(learners: Sequence[str], exercises: Sequence[str], states: Sequence[Sequence[str]]) -> Picture:
    """How each exercise of each learner stands: a row for each learner, a column for each exercise.

    Args:
        learners: their names.
        exercises: their numbers, "2.1", in order; a white line divides the lessons.
        states: for each learner a state for each exercise, of those in `STATES`.
    """
    import seaborn as sns  # here, because it brings pandas

    order = list(STATES)
    shown = [state for state in order if any(state in row for row in states)]
    count = ", ".join(f"{sum(row.count(state) for row in states)} {state}" for state in shown)
    left, above, below = name_room(learners) + 0.1, 0.45, 0.65
    width = max(WIDTH, left + len(exercises) * CELL + 0.2)
    height = above + CELL * len(learners) + below
    picture = Picture(width, height, words=f"{len(learners)} learners by {len(exercises)} exercises: {count}")
    across, down = picture.get_size_inches()
    size = (len(exercises) * CELL / across, len(learners) * CELL / down)
    ax = picture.add_axes((left / across, below / down, *size))
    sns.heatmap(
        [[order.index(state) for state in row] for row in states],
        ax=ax,
        cmap=ListedColormap([colour for _, colour in STATES.values()]),
        vmin=-0.5,
        vmax=len(order) - 0.5,
        cbar=False,
        annot=[[STATES[state][0] for state in row] for row in states],
        fmt="",
        annot_kws={"fontsize": TICK_SIZE},
        linewidths=1,
        xticklabels=exercises,
        yticklabels=learners,
    )
    starts = [i for i in range(1, len(exercises)) if exercises[i].split(".")[0] != exercises[i - 1].split(".")[0]]
    ax.vlines(starts, 0, len(learners), colors="white", linewidth=5)
    style_axes(ax, bare=True)
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", rotation=90, length=0)
    ax.tick_params(axis="y", rotation=0, length=0)
    signs = [Patch(facecolor=STATES[state][1], edgecolor=GREY) for state in shown]
    legend_below(picture, signs, [f"{STATES[state][0]} {state}".strip() for state in shown])
    return picture


def draw(table: Path, target: Path) -> None:
    """Draw the exercises of a table of answers, as `report` writes it, into a PNG file."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "exercise"]
    if not rows:
        raise SystemExit("no exercise was handed in")
    learners, exercises = (
        list(dict.fromkeys(r["learner"] for r in rows)),
        list(dict.fromkeys(r["number"] for r in rows)),
    )
    states = {(row["learner"], row["number"]): row["state"] for row in rows}
    picture = class_map(
        learners, exercises, [[states[learner, number] for number in exercises] for learner in learners]
    )
    target.write_bytes(picture.png())


if __name__ == "__main__":
    draw(*map(Path, sys.argv[1:]))
