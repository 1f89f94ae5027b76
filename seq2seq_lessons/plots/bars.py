"""Bars with their numbers, and panels of the best tokens of a step."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from .labels import fit_ticks, percent, text_width
from .layout import inches, tell
from .style import GREY, INK, TICK_SIZE, style_axes

BAR_HEIGHT = 0.29  # inches of a bar with the space around it
NAME_ROOM = 0.98  # inches at the left of a panel for its tokens


@dataclass(frozen=True)
class Bars:
    """The best tokens of one step with their probabilities; none where the sentence has ended.

    Attributes:
        title: written above.
        tokens: the best first.
        probabilities: of the tokens, in [0, 1].
        colours: colour of each token that stands out; the others are grey.
    """

    title: str
    tokens: Sequence[str]
    probabilities: Sequence[float]
    colours: Mapping[str, str]

    def in_words(self) -> str:
        """The title and each token with its probability, for an alt text."""
        return f"{' '.join(self.title.split())}: {shares(self.tokens, self.probabilities) or 'nothing left to say'}"


def shares(tokens: Iterable[str], probabilities: Iterable[float]) -> str:
    """Each token with its share, for an alt text."""
    return ", ".join(f"'{token}' {percent(share)}" for token, share in zip(tokens, probabilities, strict=True))


def number_bars(
    ax: Axes,
    values: Sequence[float],
    colours: str | Sequence[str],
    form: Callable[[float], str],
    *,
    places: Iterable[float] | None = None,
    thickness: float = 0.72,
) -> None:
    """Bars to the right, from the top to the bottom, each with its number, inside it where there is no room beside it.

    Args:
        ax: the axes, whose scale ends where it should.
        values: of the bars.
        colours: one for all, or one for each.
        form: how a number is written, for example "{:.1f}".format.
        places: heights of the bars; 0, 1, … when left out.
        thickness: of a bar.
    """
    at = np.arange(len(values)) if places is None else np.asarray(list(places))
    ax.barh(at, values, height=thickness, color=colours)
    for y, value in zip(at, values, strict=True):
        number = form(value)
        inside = inches(ax)[0] * (1 - value / ax.get_xlim()[1]) < text_width(number) + 0.1
        ax.annotate(
            number,
            (value, y),
            (-4 if inside else 4, 0),
            textcoords="offset points",
            va="center",
            ha="right" if inside else "left",
            fontsize=TICK_SIZE,
            color="white" if inside else INK,
        )


def name_bars(ax: Axes, names: Sequence[str], xlabel: str, rows: int | None = None) -> None:
    """Name horizontal bars, the first on top.

    Args:
        ax: the axes.
        names: of the bars.
        xlabel: what a bar's length is.
        rows: how many bars there is room for; as many as names when left out.
    """
    ax.set_ylim((rows or len(names)) - 0.5, -0.5)
    ax.set_yticks(np.arange(len(names)), names)
    style_axes(ax, xlabel)


def draw_bars(ax: Axes, panel: Bars, k: int, *, room: float = NAME_ROOM, empty: str = "nothing left\nto say") -> None:
    """Draw a panel of up to k bars on the fixed scale from 0 to 1.

    Args:
        ax: the axes.
        panel: the bars.
        k: how many there is room for.
        room: inches at the left for the tokens; a long one is set smaller.
        empty: what stands there when the panel has no bars.
    """
    ax.set(xlim=(0, 1), xticks=(0, 0.5, 1), xticklabels=("0", "0.5", "1"))
    number_bars(ax, panel.probabilities, [panel.colours.get(token, GREY) for token in panel.tokens], percent)
    if not panel.tokens:
        ax.text(0.5, (k - 1) / 2, empty, ha="center", va="center", fontsize=TICK_SIZE, color=INK)
    name_bars(ax, panel.tokens, "probability", k)
    words = [f"'{token}': {percent(share)}" for token, share in zip(panel.tokens, panel.probabilities, strict=True)]
    tell(ax, [[said] for said in words + [""] * (k - len(words))], left=room)
    fit_ticks(ax.get_yticklabels(), room)
