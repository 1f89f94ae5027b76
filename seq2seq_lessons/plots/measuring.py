"""Scores of translations: which n-grams count, reports as bars, scores by the length of the source (lesson 11)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MultipleLocator

from seq2seq_lessons.evaluation import Report

from .bars import name_bars, number_bars
from .cells import cell
from .labels import listed, name_room
from .layout import Band, legend_below, stack
from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, Picture, style_axes

NO_MATCH = "#DDDDDD"
SHADES = ("#74BDEB", "#2E86C1", "#083A5E")  # one family of models, from the smallest to the largest
MARKERS = ("o", "s", "^")
Runs = Sequence[Sequence[Report]]  # for each seed a report on each group
SCORES = {"exact_match": "exact match (%)", "bleu": "BLEU (0 to 100)"}


def ngram_rows(said: Sequence[str], reference: Sequence[str], max_n: int = 4) -> Picture:
    """Every n-gram of a translation as a box, a row for each n: right, right but used up, or not in the reference.

    An n-gram counts at most as often as the reference has it; from left to right, those beyond that are used up.

    Args:
        said: tokens of the translation.
        reference: tokens of the reference.
        max_n: the longest n-grams.

    Raises:
        ValueError: no token, or max_n below 1.
    """
    if not said or max_n < 1:
        raise ValueError(f"said has {len(said)} tokens and max_n is {max_n}: expected at least one of each")
    rows = min(max_n, len(said))
    words = f"The n-grams of '{' '.join(said)}', for n from 1 to {rows}, beside '{' '.join(reference)}'"
    picture, (ax,) = stack(Band(0.44 * rows, 0.75, 1.0, above=0.04, below=0.42), words=words)
    ax.set(xlim=(0, 1), ylim=(rows + 0.5, 0.5), xticks=[])
    for n in range(1, rows + 1):
        boxes = [tuple(said[i : i + n]) for i in range(len(said) - n + 1)]
        spare = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
        known, matches = set(spare), 0
        for x, gram in enumerate(boxes):
            fill = BLUE if spare[gram] > 0 else ORANGE if gram in known else NO_MATCH
            matches += spare[gram] > 0
            spare[gram] -= 1
            cell(ax, ((x + 0.5) / len(boxes), n), " ".join(gram), fill, (1 / len(boxes), 0.88))
        ax.text(1.02, n, f"{matches} of {len(boxes)}", va="center", fontsize=LABEL_SIZE, color=INK)
        picture.alt += f"; n = {n}: {matches} of {len(boxes)} right"
    ax.set_yticks(range(1, rows + 1), [f"n = {n}" for n in range(1, rows + 1)])
    style_axes(ax, bare=True)
    handles = [Patch(color=colour) for colour in (BLUE, ORANGE, NO_MATCH)]
    legend_below(picture, handles, ["counts", "used up: clipped", "not in the reference"])
    return picture


def report_bars(reports: Mapping[str, Mapping[str, Report]]) -> Picture:
    """Exact match and BLEU as bars on the fixed scale from 0 to 100: a group for each test set, a bar for each system.

    Args:
        reports: test set -> system -> its report; one or two systems, the same in every test set. Of two, the second
            is what the first is compared with, and grey.

    Raises:
        ValueError: no system, more than two, or not the same in every test set.
    """
    systems = list(next(iter(reports.values()), {}))
    if not 1 <= len(systems) <= 2 or any(list(row) != systems for row in reports.values()):
        raise ValueError(
            f"reports: expected one or two systems, the same for every test set, got "
            f"{ {name: list(row) for name, row in reports.items()} }"
        )
    words = f"Exact match and BLEU of {' and '.join(systems)}: {', '.join(reports)}"
    band = Band(0.06 + 0.62 * len(reports), name_room(reports), 0.35, above=0.08, below=0.98, columns=2, gap=0.45)
    picture, axes = stack(band, words=words)
    bar = 0.8 / len(systems)
    places = [y - 0.4 + (i + 0.5) * bar for y in range(len(reports)) for i in range(len(systems))]
    for ax, (field, title) in zip(axes, SCORES.items(), strict=True):
        values = [getattr(report, field) for row in reports.values() for report in row.values()]
        ax.set(xlim=(0, 100), xticks=range(0, 101, 25))
        colours = [BLUE, GREY][: len(systems)] * len(reports)
        number_bars(ax, values, colours, "{:.0f}".format, places=places, thickness=bar * 0.92)
        name_bars(ax, list(reports), title)
        ax.tick_params(axis="y", length=0, labelleft=ax is axes[0])
    if len(systems) > 1:
        legend_below(picture, [Patch(color=BLUE), Patch(color=GREY)], systems)
    picture.alt += "".join(
        f"; {name}: "
        + ", ".join(f"{system} {r.exact_match:.0f} % exact, BLEU {r.bleu:.0f}" for system, r in row.items())
        for name, row in reports.items()
    )
    return picture


def length_curves(
    lengths: Sequence[float],
    curves: Mapping[str, Sequence[Report]],
    *,
    control: str | None = None,
    baseline: str | None = None,
    seeds: Mapping[str, Runs] | None = None,
) -> Picture:
    """Exact match and BLEU on the fixed scale from 0 to 100, by the length of the source, a curve for each system.

    Args:
        lengths: the mean length of each group of sources, in tokens, ascending, two groups or more.
        curves: system -> its report on each group. Up to three are one family, drawn in shades, the darkest last.
        control: the system of this name stands apart: orange.
        baseline: the system of this name stands apart: grey and dashed.
        seeds: system -> its reports on each group for every seed: a dot each, where the curve is their mean.

    Raises:
        ValueError: lengths that do not fit the curves, or more curves than colours.
    """
    family = [name for name in curves if name not in (control, baseline)]
    if len(family) > len(SHADES):
        raise ValueError(f"curves: {len(family)} beside control and baseline; expected at most {len(SHADES)}")
    _check_lengths(lengths, curves)
    looks: dict[str | None, dict[str, Any]] = {
        name: {"color": shade, "marker": marker}
        for name, shade, marker in zip(family, SHADES[len(SHADES) - len(family) :], MARKERS, strict=False)
    }
    looks |= {control: {"color": ORANGE, "marker": "D"}, baseline: {"color": GREY, "marker": "x", "linestyle": "--"}}
    rows = 2 if len(curves) > 3 else 1  # of the legend
    band = Band(2.18, 0.75, 0.15, above=0.12, below=0.70 + 0.25 * rows, columns=2, gap=0.9)
    words = f"Exact match and BLEU by source length, {len(lengths)} groups: " + ", ".join(curves)
    picture, axes = stack(band, words=words)
    for ax, (field, title) in zip(axes, SCORES.items(), strict=True):
        for name, reports in curves.items():
            ax.plot(lengths, [getattr(r, field) for r in reports], linewidth=2, clip_on=False, **looks[name])
            _dots(ax, lengths, (seeds or {}).get(name, ()), field, looks[name]["color"])
        _length_axes(ax, lengths)
        style_axes(ax, "source length (tokens)", title, grid=True)
    legend_below(picture, axes[0].lines, list(curves), 3 if rows == 2 else None)
    picture.alt += f"; groups of mean length {listed('{:.0f}', lengths)}" + "".join(
        f"; {name}: exact match {_scores(reports)}, BLEU {listed('{:.0f}', [r.bleu for r in reports])}"
        for name, reports in curves.items()
    )
    return picture


def seen_and_unseen(
    lengths: Sequence[float],
    curves: Mapping[str, tuple[Sequence[Report], Sequence[Report]]],
    *,
    seeds: Mapping[str, tuple[Runs, Runs]] | None = None,
) -> Picture:
    """Exact match by the length of the source, a panel for each system: on training rows, and on unseen sentences.

    What a system misses on its own training rows is hatched; what it loses from there to unseen ones is filled.

    Args:
        lengths: the mean length of each group of sources, in tokens, ascending, two groups or more.
        curves: one to three systems -> (its reports on training rows, on unseen sentences), one report for each
            length.
        seeds: system -> the same two for every seed: a dot each, where the curves are their means.

    Raises:
        ValueError: no system or more than three, or lengths that do not fit the curves.
    """
    if not 1 <= len(curves) <= 3:
        raise ValueError(f"curves: {len(curves)} systems; expected one to three")
    _check_lengths(lengths, {(name, at): part for name, parts in curves.items() for at, part in enumerate(parts)})
    words = f"Exact match by source length, {len(lengths)} groups, on training rows and on unseen sentences: "
    band = Band(1.99, 0.75, 0.1, above=0.36, below=1.05, columns=len(curves), gap=0.25)
    picture, axes = stack(band, words=words + ", ".join(curves))
    for ax, (name, (seen_reports, unseen_reports)) in zip(axes, curves.items(), strict=True):
        seen, unseen = ([report.exact_match for report in part] for part in (seen_reports, unseen_reports))
        ax.plot(lengths, seen, color=BLUE, marker="o", linewidth=2, clip_on=False)
        ax.plot(lengths, unseen, color=ORANGE, marker="D", linewidth=2, clip_on=False)
        ax.fill_between(lengths, seen, 100, facecolor="white", edgecolor="#BBBBBB", hatch="///", linewidth=0)
        ax.fill_between(lengths, unseen, seen, facecolor="#F6D2BB", edgecolor="none")
        for colour, runs in zip((BLUE, ORANGE), (seeds or {}).get(name, ()), strict=False):
            _dots(ax, lengths, runs, "exact_match", colour)
        _length_axes(ax, lengths)
        style_axes(ax, "length (tokens)", "exact match (%)" if ax is axes[0] else "")
        ax.tick_params(labelleft=ax is axes[0])
        ax.set_title(name, fontsize=LABEL_SIZE, color=INK, loc="left")
        picture.alt += f"; {name}: training rows {_scores(seen_reports)}, unseen {_scores(unseen_reports)}"
    names = ["training rows", "unseen", "missed when seen", "lost when unseen"]
    legend_below(picture, [*axes[0].lines, *axes[0].collections[:2]], names, 2)
    picture.alt += f"; groups of mean length {listed('{:.0f}', lengths)}"
    return picture


def _dots(ax: Axes, lengths: Sequence[float], runs: Runs, field: str, colour: str) -> None:
    for reports in runs:
        ax.scatter(lengths, [getattr(r, field) for r in reports], s=9, color=colour, alpha=0.6, clip_on=False)


def _check_lengths(lengths: Sequence[float], curves: Mapping[Any, Sequence[Report]]) -> None:
    if len(lengths) < 2 or any(len(reports) != len(lengths) for reports in curves.values()):
        raise ValueError(
            f"{len(lengths)} lengths and curves of {[len(reports) for reports in curves.values()]} reports: expected "
            "one for each length, two or more"
        )


def _length_axes(ax: Axes, lengths: Sequence[float]) -> None:
    ax.set(ylim=(0, 100), xlim=(0, lengths[-1] + 1), yticks=range(0, 101, 25))
    ax.xaxis.set_major_locator(MultipleLocator(5 if lengths[-1] > 12 else 2))


def _scores(reports: Sequence[Report]) -> str:
    return listed("{:.0f}", [report.exact_match for report in reports])
