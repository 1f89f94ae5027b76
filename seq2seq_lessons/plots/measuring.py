"""Scores of translations: which n-grams count, reports as bars, scores by the length of the source (lesson 11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MultipleLocator

from seq2seq_lessons.evaluation import Report

from .style import BLUE, GREY, INK, LABEL_SIZE, ORANGE, TICK_SIZE, WIDTH, Picture, style_axes

NO_MATCH = "#DDDDDD"
SHADES = ("#74BDEB", "#2E86C1", "#083A5E")  # one family of models, from the smallest to the largest
MARKERS = ("o", "s", "^")


def ngram_rows(said: Sequence[str], reference: Sequence[str], max_n: int = 4) -> Picture:
    """Every n-gram of a translation as a box, a row for each n: right, right but used up, or not in the reference.

    said, reference: tokens. An n-gram counts at most as often as the reference has it; from left to right, those beyond
    that are used up.
    """
    if not said or max_n < 1:
        raise ValueError(f"said has {len(said)} tokens and max_n is {max_n}: expected at least one of each")
    rows = min(max_n, len(said))
    height = 0.44 * rows + 0.46
    words = f"The n-grams of '{' '.join(said)}', for n from 1 to {rows}, beside '{' '.join(reference)}'"
    picture = Picture(WIDTH, height, words=words)
    left, right = 0.75, 1.0
    ax = picture.add_axes((left / WIDTH, 0.42 / height, 1 - (left + right) / WIDTH, 1 - 0.46 / height))
    for n in range(1, rows + 1):
        boxes = [tuple(said[i : i + n]) for i in range(len(said) - n + 1)]
        spare = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
        known, matches = set(spare), 0
        for x, box in enumerate(boxes):
            fill = BLUE if spare[box] > 0 else ORANGE if box in known else NO_MATCH
            matches += spare[box] > 0
            spare[box] -= 1
            ax.add_patch(
                Rectangle(
                    (x / len(boxes), n - 0.42), 1 / len(boxes), 0.84, facecolor=fill, edgecolor="white", linewidth=3
                )
            )
            text, inches = " ".join(box), (WIDTH - left - right) / len(boxes)
            ink = INK if fill == NO_MATCH else "white"
            ax.text(
                (x + 0.5) / len(boxes),
                n,
                text,
                ha="center",
                va="center",
                color=ink,
                fontsize=min(TICK_SIZE, TICK_SIZE * inches / (0.1 * len(text) + 0.06)),
            )
        ax.text(1.02, n, f"{matches} of {len(boxes)}", va="center", fontsize=LABEL_SIZE, color=INK)
        picture.alt += f"; n = {n}: {matches} of {len(boxes)} right"
    ax.set(xlim=(0, 1), ylim=(rows + 0.5, 0.5), xticks=[])
    ax.set_yticks(range(1, rows + 1), [f"n = {n}" for n in range(1, rows + 1)])
    style_axes(ax)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    _legend(
        picture,
        [Patch(color=BLUE), Patch(color=ORANGE), Patch(color=NO_MATCH)],
        ["counts", "used up: clipped", "not in the reference"],
    )
    return picture


def report_bars(reports: Mapping[str, Mapping[str, Report]]) -> Picture:
    """Exact match and BLEU as bars on the fixed scale from 0 to 100: a group for each test set, a bar for each system.

    reports: test set -> system -> its report; one or two systems, the same in every test set. Of two, the second is
        what the first is compared with, and grey.
    """
    systems = list(next(iter(reports.values()), {}))
    if not 1 <= len(systems) <= 2 or any(list(row) != systems for row in reports.values()):
        raise ValueError(
            f"reports: expected one or two systems, the same for every test set, got "
            f"{ {name: list(row) for name, row in reports.items()} }"
        )
    height = 0.62 * len(reports) + 1.12
    picture = Picture(WIDTH, height, words=f"Exact match and BLEU of {' and '.join(systems)}: {', '.join(reports)}")
    name_room, gap = 0.2 + 0.09 * max(map(len, reports)), 0.45
    width = (WIDTH - name_room - gap - 0.35) / 2
    bar = 0.8 / len(systems)
    for panel, (field, title) in enumerate((("exact_match", "exact match (%)"), ("bleu", "BLEU (0 to 100)"))):
        ax = picture.add_axes(
            ((name_room + panel * (width + gap)) / WIDTH, 0.98 / height, width / WIDTH, 1 - 1.06 / height)
        )
        for y, row in enumerate(reports.values()):
            for place, (report, colour) in enumerate(zip(row.values(), (BLUE, GREY), strict=False)):
                value, middle = getattr(report, field), y - 0.4 + (place + 0.5) * bar
                ax.barh(middle, value, bar * 0.92, color=colour)
                inside = value > 80
                ax.text(
                    value + (-2 if inside else 2),
                    middle,
                    f"{value:.0f}",
                    va="center",
                    fontsize=TICK_SIZE,
                    ha="right" if inside else "left",
                    color="white" if inside else INK,
                )
        ax.set(xlim=(0, 100), ylim=(len(reports) - 0.5, -0.5), xticks=range(0, 101, 25))
        ax.set_yticks(range(len(reports)), [] if panel else list(reports))
        style_axes(ax, title)
        ax.tick_params(axis="y", length=0)
    if len(systems) > 1:
        _legend(picture, [Patch(color=BLUE), Patch(color=GREY)], systems)
    picture.alt += "; " + "; ".join(
        f"{name}: "
        + ", ".join(
            f"{system} {report.exact_match:.0f} % exact, BLEU {report.bleu:.0f}" for system, report in row.items()
        )
        for name, row in reports.items()
    )
    return picture


def length_curves(
    lengths: Sequence[float],
    curves: Mapping[str, Sequence[Report]],
    *,
    control: str | None = None,
    baseline: str | None = None,
) -> Picture:
    """Exact match and BLEU on the fixed scale from 0 to 100, by the length of the source, a curve for each system.

    lengths: the mean length of each group of sources, in tokens, ascending, two groups or more.
    curves: system -> its report on each group. Up to three are one family, drawn in shades, the darkest last.
    control, baseline: the systems of these names stand apart: orange, and grey and dashed.

    ValueError: lengths that do not fit the curves, or more curves than colours.
    """
    family = [name for name in curves if name not in (control, baseline)]
    if len(family) > len(SHADES):
        raise ValueError(f"curves: {len(family)} beside control and baseline; expected at most {len(SHADES)}")
    if len(lengths) < 2 or any(len(reports) != len(lengths) for reports in curves.values()):
        raise ValueError(
            f"{len(lengths)} lengths and curves of {[len(r) for r in curves.values()]} reports: expected "
            "one for each length, two or more"
        )
    looks = {
        name: {"color": shade, "marker": marker}
        for name, shade, marker in zip(family, SHADES[-len(family) :] if family else (), MARKERS, strict=False)
    }
    looks |= {control: {"color": ORANGE, "marker": "D"}, baseline: {"color": GREY, "marker": "x", "linestyle": "--"}}
    height = 3.5 if len(curves) > 3 else 3.25
    picture = Picture(
        WIDTH, height, words=f"Exact match and BLEU by source length, {len(lengths)} groups: " + ", ".join(curves)
    )
    foot = 1.2 if len(curves) > 3 else 0.95
    for panel, (field, title) in enumerate((("exact_match", "exact match (%)"), ("bleu", "BLEU (0 to 100)"))):
        ax = picture.add_axes(((0.75 + panel * 3.6) / WIDTH, foot / height, 2.7 / WIDTH, 1 - (foot + 0.12) / height))
        for name, reports in curves.items():
            ax.plot(
                lengths,
                [getattr(report, field) for report in reports],
                linewidth=2,
                markersize=6,
                clip_on=False,
                label=name,
                **looks[name],
            )
        ax.set(ylim=(0, 100), xlim=(0, lengths[-1] + 1), yticks=range(0, 101, 25))
        ax.xaxis.set_major_locator(MultipleLocator(5 if lengths[-1] > 12 else 2))
        ax.grid(axis="y", color="#E5E5E5")
        style_axes(ax, "source length (tokens)", title)
    _legend(picture, ax.lines, list(curves))
    picture.alt += f"; groups of mean length {', '.join(f'{length:.0f}' for length in lengths)}; " + "; ".join(
        f"{name}: exact match {', '.join(f'{r.exact_match:.0f}' for r in reports)}, "
        f"BLEU {', '.join(f'{r.bleu:.0f}' for r in reports)}"
        for name, reports in curves.items()
    )
    return picture


def seen_and_unseen(
    lengths: Sequence[float], curves: Mapping[str, tuple[Sequence[Report], Sequence[Report]]]
) -> Picture:
    """Exact match by the length of the source, a panel for each system: on training rows, and on unseen sentences.

    What a system misses on its own training rows is hatched; what it loses from there to unseen ones is filled.

    lengths: the mean length of each group of sources, in tokens, ascending, two groups or more.
    curves: one to three systems -> (its reports on training rows, on unseen sentences), one report for each length.
    """
    if not 1 <= len(curves) <= 3:
        raise ValueError(f"curves: {len(curves)} systems; expected one to three")
    if len(lengths) < 2 or any(len(part) != len(lengths) for parts in curves.values() for part in parts):
        raise ValueError(
            f"{len(lengths)} lengths and curves of {[tuple(map(len, p)) for p in curves.values()]} "
            "reports: expected one for each length, two or more"
        )
    height, foot, left, gap = 3.4, 1.05, 0.75, 0.25
    picture = Picture(
        WIDTH,
        height,
        words=f"Exact match by source length, {len(lengths)} groups, on training rows and "
        f"on unseen sentences: {', '.join(curves)}",
    )
    width = (WIDTH - left - 0.1 - gap * (len(curves) - 1)) / len(curves)
    for number, (name, parts) in enumerate(curves.items()):
        ax = picture.add_axes(
            ((left + number * (width + gap)) / WIDTH, foot / height, width / WIDTH, 1 - (foot + 0.36) / height)
        )
        seen, unseen = ([report.exact_match for report in part] for part in parts)
        missed = ax.fill_between(lengths, seen, 100, facecolor="white", edgecolor="#BBBBBB", hatch="///", linewidth=0)
        lost = ax.fill_between(lengths, unseen, seen, facecolor="#F6D2BB", edgecolor="none")
        lines = [
            *ax.plot(lengths, seen, color=BLUE, marker="o", linewidth=2, clip_on=False),
            *ax.plot(lengths, unseen, color=ORANGE, marker="D", linewidth=2, clip_on=False),
        ]
        ax.set(ylim=(0, 100), xlim=(0, lengths[-1] + 1), yticks=range(0, 101, 25))
        ax.xaxis.set_major_locator(MultipleLocator(5 if lengths[-1] > 12 else 2))
        if number:
            ax.set_yticklabels([])
        style_axes(ax, "length (tokens)", "" if number else "exact match (%)")
        ax.set_title(name, fontsize=LABEL_SIZE, color=INK, loc="left")
        picture.alt += (
            "; " + f"{name}: training rows {', '.join(f'{value:.0f}' for value in seen)}, "
            f"unseen {', '.join(f'{value:.0f}' for value in unseen)}"
        )
    _legend(picture, [*lines, missed, lost], ["training rows", "unseen", "missed when seen", "lost when unseen"], 2)
    picture.alt += f"; groups of mean length {', '.join(f'{length:.0f}' for length in lengths)}"
    return picture


def _legend(picture: Picture, handles: Sequence, names: Sequence[str], columns: int | None = None) -> None:
    columns = columns or (3 if len(names) > 3 else len(names))
    legend = picture.legend(
        handles,
        names,
        loc="lower center",
        ncols=columns,
        frameon=False,
        fontsize=TICK_SIZE,
        handlelength=1.8,
        columnspacing=1.4,
        handletextpad=0.5,
        borderpad=0.1,
    )
    for text in legend.get_texts():
        text.set_color(INK)
