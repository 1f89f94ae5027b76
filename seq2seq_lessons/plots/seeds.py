"""What several seeds give: scores by epoch with their range, and scores as dots with their means."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from matplotlib.lines import Line2D

from .labels import listed, name_room, note
from .layout import Band, legend_below, stack
from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, Look, Picture, style_axes, whole_numbers

COLOURS = (BLUE, ORANGE, GREY)
Runs = Sequence[Sequence[float]]


def seed_curves(panels: Mapping[str, Mapping[str, Runs]], mark: tuple[str, float]) -> Picture:
    """Scores by epoch, a panel for each: the mean of all seeds as a line, their range as a band around it.

    Args:
        panels: score with its unit -> sentences that it is of -> for each seed a number for each epoch. At most
            three panels and three names of sentences; those of one name have one colour.
        mark: name and epoch, counted from 1, of the dashed line in all panels.

    Raises:
        ValueError: no panel or too many, or runs of several lengths.
    """
    import seaborn as sns  # here, because it brings pandas: only the static pictures need it

    runs = [run for curves in panels.values() for seeds in curves.values() for run in seeds]
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    if not 1 <= len(panels) <= 3 or not 1 <= len(names) <= 3 or len({len(run) for run in runs}) != 1:
        raise ValueError(
            f"panels: expected one to three with one to three names and runs of one length, got {len(panels)} panels, "
            f"names {names} and lengths {sorted({len(run) for run in runs})}"
        )
    num_epochs, colours = len(runs[0]), dict(zip(names, COLOURS, strict=False))
    told = sorted({1, round(mark[1]), num_epochs})  # the epochs whose numbers the alt text says
    words = f"Scores by epoch, {num_epochs} epochs, means and ranges of all seeds: {'; '.join(panels)}"
    picture, axes = stack(Band(1.9, 0.75, 0.15, above=0.15, below=0.95, columns=len(panels), gap=0.72), words=words)
    for ax, (score, curves) in zip(axes, panels.items(), strict=True):
        for name, seeds in curves.items():
            epochs = [number for run in seeds for number in range(1, len(run) + 1)]
            values = [value for run in seeds for value in run]
            look: Look = {"color": colours[name], "linewidth": 2, "errorbar": ("pi", 100), "legend": False}
            sns.lineplot(x=epochs, y=values, ax=ax, **look)
            means = [fmean(column) for column in zip(*seeds, strict=True)]
            picture.alt += f"; {score}, {name}: " + listed("{:.3g} in epoch {}", [means[n - 1] for n in told], told)
        ax.axvline(mark[1], color=INK, linestyle="--", linewidth=1.2)
        ax.set(xlim=(1, num_epochs), ylim=(0, None))
        whole_numbers(ax.xaxis)
        style_axes(ax, "epoch", score, grid=True)
    handles = [Line2D([], [], color=colours[name], linewidth=2) for name in names]
    handles.append(Line2D([], [], color=INK, linestyle="--", linewidth=1.2))
    legend_below(picture, handles, [*names, mark[0]])
    picture.alt += f"; dashed: {mark[0]}, epoch {mark[1]:.3g}"
    return picture


def seed_dots(panels: Mapping[str, Mapping[str, Sequence[float]]], rows: str) -> Picture:
    """Scores as dots, one for each seed, with their mean as a bar and a number; a panel for each score.

    Args:
        panels: score with its unit -> name of a training -> a number for each seed; the same trainings in each panel.
        rows: what the trainings differ in.

    Raises:
        ValueError: no panel, no training, not the same ones in each, or one without a number.
    """
    import seaborn as sns

    names = list(next(iter(panels.values()), {}))
    if not names or any(list(row) != names or not all(row.values()) for row in panels.values()):
        raise ValueError(
            f"panels: expected the same trainings in each, with a number at least, got "
            f"{ {score: list(row) for score, row in panels.items()} }"
        )
    words = f"A dot for each seed, and their means: {'; '.join(panels)}; by {rows}: {', '.join(names)}"
    band = Band(
        max(1.3, 0.2 + 0.36 * len(names)),
        name_room(names) + 0.3,
        0.2,
        above=0.1,
        below=0.62,
        columns=len(panels),
        gap=0.25,
    )
    picture, axes = stack(band, words=words)
    for ax, (score, row) in zip(axes, panels.items(), strict=True):
        told = [(value, name) for name, values in row.items() for value in values]
        look: Look = {"color": BLUE, "size": 7, "alpha": 0.6, "jitter": False, "clip_on": False}
        sns.stripplot(x=[value for value, _ in told], y=[name for _, name in told], orient="h", ax=ax, **look)
        means = [fmean(values) for values in row.values()]
        ax.scatter(means, range(len(names)), marker="|", s=260, color=ORANGE, linewidth=2.5, zorder=3)
        top = max(value for value, _ in told)
        ax.set(xlim=(0, 1.25 * top), ylim=(len(names) - 0.5, -0.5))
        for y, (mean, values) in enumerate(zip(means, row.values(), strict=True)):
            note(ax, f"{mean:#.3g}", (max(values), y))
        style_axes(ax, score)
        ax.tick_params(axis="y", length=0, labelleft=ax is axes[0])
        picture.alt += f"; {score}: " + listed("{} {:#.3g}", names, means)
    axes[0].set_ylabel(rows, fontsize=LABEL_SIZE, color=INK)
    return picture
