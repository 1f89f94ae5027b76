"""Words on pictures: how wide they are, how they fit, where they stand, and the numbers of an alt text."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from .layout import Band, inches, stack
from .style import INK, LABEL_SIZE, TICK_SIZE, WIDTH, Picture

LABEL_GAP = 0.225  # inches between the middles of two labels that do not touch
LEFT = 0.95  # inches at the left of axes over words, for the axis names
START = "(start)"  # names the state before the first word


def listed(form: str, *columns: Iterable) -> str:
    """The rows of some columns as a list in words: `listed("'{}' {:.0%}", ["a", "b"], [0.5, 0.2])`."""
    return ", ".join(form.format(*row) for row in zip(*columns, strict=True))


def percent(share: float) -> str:
    """A share as a percentage; what is there, however small, is not 0 %."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def signed(value: float) -> str:
    """A number with two decimals and a minus sign; a nought has no sign."""
    text = f"{value:.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", "−")


@lru_cache(maxsize=4096)
def text_width(text: str) -> float:
    """Inches of a text in the size of the ticks."""
    return TextPath((0, 0), text, size=TICK_SIZE).get_extents().width / 72 if text.strip() else 0.0


def name_room(names: Iterable[str]) -> float:
    """Inches at the left of axes for these tick labels."""
    return 0.2 + max(map(text_width, names))


def end_room(names: Iterable[str]) -> float:
    """Inches at the right of axes for the names at the ends of lines."""
    return 0.3 + max(map(text_width, names)) * LABEL_SIZE / TICK_SIZE


def fitted(text: str, room: float) -> float:
    """The size in points at which a text fits into `room` inches with a margin, at most the ticks' size."""
    return TICK_SIZE * min(1.0, room / (1.12 * text_width(text) + 0.06))  # hinting widens a small text by up to 12 %


def fit_ticks(ticks: Iterable[Text], room: float) -> None:
    """Set long tick labels smaller, so that each fits into `room` inches."""
    for tick in ticks:
        tick.set_fontsize(fitted(tick.get_text(), room))


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places moved apart until none is closer than `gap` to the next, inside low … high."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    floor = low
    for number in order:
        moved[number] = max(moved[number], floor)
        floor = moved[number] + gap
    ceiling = high
    for number in reversed(order):
        moved[number] = min(moved[number], ceiling)
        ceiling = moved[number] - gap
    return moved


def label_places(ax: Axes, ends: Sequence[float]) -> list[float]:
    """Heights in the axes' data for labels of lines that end at `ends`, none over another; set the limits first."""
    scale = ax.yaxis.get_transform()
    low, high = scale.transform(ax.get_ylim())
    gap = LABEL_GAP * (high - low) / inches(ax)[1]
    return list(scale.inverted().transform(apart(list(scale.transform(ends)), gap, low, high)))


def label_ends(ax: Axes, x: float, ends: Mapping[str, float], colours: Iterable[str]) -> None:
    """Write the name of each line at its end.

    Args:
        ax: the axes, with their final limits.
        x: where the lines end.
        ends: name -> the line's height there.
        colours: of the lines.
    """
    for name, y, colour in zip(ends, label_places(ax, list(ends.values())), colours, strict=False):
        note(ax, name, (x, y), colour)


def note(ax: Axes, text: str, at: tuple[float, float], colour: str = INK) -> None:
    """Write a text at the right of a point, also where that is outside the axes."""
    ax.annotate(
        text,
        at,
        (8, 0),
        textcoords="offset points",
        color=colour,
        fontsize=LABEL_SIZE,
        va="center",
        annotation_clip=False,
    )


def turn(names: Sequence[str], width: float) -> int:
    """Degrees by which names along an axis of `width` inches are turned, so that they do not overlap."""
    room = width / len(names)
    return 0 if 0.09 * max(map(len, names)) < room else 30 if room > 0.3 else 90


def foot(names: Sequence[str], width: float) -> float:
    """Inches for the names, and for the axis's own, below an axis of `width` inches."""
    return 0.62 + {0: 0, 30: 0.055, 90: 0.085}[turn(names, width)] * max(map(len, names))


def name_steps(ax: Axes, places: Iterable[float], names: Sequence[str]) -> None:
    """Write the tokens below the axes, one at each place, turned if they are long; `foot` is the room they need."""
    degrees = turn(names, inches(ax)[0])
    ax.set_xticks(
        list(places),
        names,
        rotation=degrees,
        ha="right" if degrees else "center",
        rotation_mode="anchor",
        va="center" if degrees == 90 else "top",
    )
    ax.tick_params(axis="x", labelsize=TICK_SIZE, colors=INK)
    ax.set_xlabel("step (token read)", fontsize=LABEL_SIZE, color=INK)


def over_words(
    names: Sequence[str], heights: Sequence[float], words: str, *, right: float = 0.14
) -> tuple[Picture, Axes, Axes]:
    """Two axes, one above the other, over the tokens of a sentence, which stand at 0, 1, … below both.

    Args:
        names: the tokens, or START and the tokens.
        heights: in inches: room at the top, the upper axes, room between, the lower axes.
        words: what the picture is, see `Picture`.
        right: inches at the right, for labels.
    """
    top, upper, between, lower = heights
    last = Band(lower, LEFT, right, above=between, below=foot(names, WIDTH - LEFT - right))
    picture, (above, below) = stack(Band(upper, LEFT, right, above=top, below=0), last, words=words)
    for ax in (above, below):
        ax.set_xlim(-0.6, len(names) - 0.4)
    above.set_xticks(range(len(names)), [])
    name_steps(below, range(len(names)), names)
    return picture, above, below
