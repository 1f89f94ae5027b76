"""Where each step of an unrolled encoder-decoder stands, in inches: in one band, or wrapped into several."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from .pen import Point

SHEET = 9.0  # inches across: 864 CSS pixels
ONE_BAND = 10  # steps of both halves together that fit side by side
PER_BAND = 10  # steps of one half that fit into a band of its own
NAMES = 0.94  # inches at the left for the names of the rows
HALVES_GAP, PILL_GAP, STATE_GAP, LAYER_GAP = 0.68, 0.11, 0.18, 0.16  # between halves, tokens, states, layers
STRIP, RAIL, TOKEN, ID, FOOT = (
    0.35,
    0.63,
    0.93,
    1.20,
    1.34,
)  # from the states down to the middles of rows, and their end
STRIP_HEIGHT, PILL_HEIGHT = 0.15, 0.29
HEADING = 0.28  # the height of a half's name
CHANNEL = 0.36  # between two bands, for the lines from the end of one to the beginning of the next
LANE, FIRST_LANE, TURN = 0.08, 0.07, 0.04  # between two lines in a channel, before the first, in a gap of columns


class Spot(NamedTuple):
    """The place of one step: the middle of its column, the upper edge of its states, the lower one, and its band."""

    x: float
    top: float
    bottom: float
    band: int


@dataclass(frozen=True)
class Plan:
    """The places of all steps.

    Attributes:
        reading: of the encoder's steps.
        writing: of the decoder's steps.
        column: width of a step.
        cell: width and height of one layer's state.
        num_layers: states above one another.
        said: from the states up to the middle of what the decoder says.
        height: of the sheet.
        skipped: of the encoder's steps at its end, which it does not read.
    """

    reading: Sequence[Spot]
    writing: Sequence[Spot]
    column: float
    cell: float
    num_layers: int
    said: float
    height: float
    skipped: int = 0

    @property
    def pill(self) -> float:
        """Width of a token."""
        return self.column - PILL_GAP

    @property
    def is_one_band(self) -> bool:
        """Whether the decoder stands beside the encoder."""
        return self.reading[0].band == self.writing[0].band

    @property
    def last(self) -> Spot:
        """The last step that the encoder reads, where its state and the context leave it."""
        return self.reading[len(self.reading) - 1 - self.skipped]

    @property
    def between(self) -> float:
        """The middle of the gap between the halves, where they stand side by side."""
        return (self.reading[-1].x + self.writing[0].x) / 2

    @property
    def context_x(self) -> float:
        """From the middle of a column to that of its context."""
        return (self.cell + STRIP_HEIGHT / 5) / 4

    def layer_top(self, spot: Spot, layer: int) -> float:
        """The upper edge of a layer's state; layer 0 is the lowest."""
        return spot.bottom - self.cell - layer * (self.cell + LAYER_GAP)

    def said_y(self, spot: Spot) -> float:
        """The middle of what the decoder says."""
        return spot.top - self.said

    def route(self, start: Point, leaving: Spot, entering: Spot, end: Point, lane: float) -> list[Point]:
        """The corners of a line from a step to a later one, which turns in the gap between two columns.

        Args:
            start: where it begins, at the right of the step `leaving`.
            leaving, entering: the two steps.
            end: where it ends, at the left of the step `entering`.
            lane: which of several lines side by side it is where it goes on in another band.
        """
        half, turn = self.column / 2, FIRST_LANE + lane * LANE
        if leaving.band == entering.band:
            x = leaving.x + half - TURN * (self.num_layers + 1 - lane)
            return [start, end] if start[1] == end[1] else [start, (x, start[1]), (x, end[1]), end]
        end_of_band = max(spot.x for spot in (*self.reading, *self.writing) if spot.band == leaving.band)
        right, left, channel = end_of_band + half + turn, entering.x - half - turn, leaving.bottom + FOOT + turn
        return [start, (right, start[1]), (right, channel), (left, channel), (left, end[1]), end]


def bands(spots: Sequence[Spot]) -> list[list[Spot]]:
    """The steps of one half, band by band."""
    return [list(band) for _, band in groupby(spots, key=lambda spot: spot.band)]


def plan(num_read: int, num_written: int, num_layers: int, said: float, head: float, above: float) -> Plan:
    """The places of an encoder's and a decoder's steps.

    Args:
        num_read, num_written: their numbers of steps.
        num_layers: states above one another.
        said: from the decoder's states up to the middle of what it says.
        head: inches over the encoder's states.
        above: inches over the decoder's states.
    """
    is_one_band = num_read + num_written <= ONE_BAND
    margin = 0.11 if is_one_band else FIRST_LANE + (num_layers + 2) * LANE
    parts = [num_read + num_written] if is_one_band else [*_parts(num_read), *_parts(num_written)]
    room = SHEET - NAMES - 2 * margin - (HALVES_GAP if is_one_band else 0)
    column = min(1.1, room / max(parts))
    cell = min(0.7, column - STATE_GAP)
    stack = num_layers * cell + (num_layers - 1) * LAYER_GAP
    spots: list[Spot] = []
    y, first = 0.0, NAMES + margin + column / 2
    for band, steps in enumerate(parts):
        is_reading = not is_one_band and len(spots) < num_read
        top = y + (head if is_reading else above) + (CHANNEL + num_layers * LANE if band else 0)
        if not is_one_band and len(spots) not in (0, num_read):  # goes on: it has no heading
            top -= HEADING
        spots += [Spot(first + step * column, top, top + stack, band) for step in range(steps)]
        y = top + stack + FOOT
    reading, writing = spots[:num_read], spots[num_read:]
    if is_one_band:
        writing = [spot._replace(x=spot.x + HALVES_GAP) for spot in writing]
    return Plan(reading, writing, column, cell, num_layers, said, y)


def _parts(steps: int) -> list[int]:
    """The steps of one half cut into bands of about one length."""
    count = -(-steps // PER_BAND)
    return [steps * (band + 1) // count - steps * band // count for band in range(count)]
