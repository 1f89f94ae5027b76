"""What stands at each step of the machine: tokens, the vectors that the GRUs read, states, scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .machine_lines import OVER, TOUCH, state_line
from .machine_views import PURPLE
from .pen import QUIET, SMALLEST, Pen, Point, tints
from .style import BLUE, BLUE_TINT, GREEN, LABEL_SIZE, ORANGE, ORANGE_TINT, STATE_MAP
from .unrolled import ID, NAMES, PILL_HEIGHT, STRIP, STRIP_HEIGHT, TOKEN, Plan, Spot, bands

GREEN_TINT, PURPLE_TINT = "#CBE7DD", "#F3DDEA"
SCORES = 0.24  # inches from the states up to the scores


@dataclass(frozen=True)
class Steps:
    """What is drawn at the steps.

    Attributes:
        read: tokens that the encoder reads.
        fed: tokens that the decoder is fed.
        said: tokens that it says.
        read_ids: of `read`; empty to leave the ids out.
        fed_ids: of `fed`.
        encoder: its states, (layers, rows, columns) at each step.
        decoder: its states.
        shares: the best scores at each step, from 0 to 1.
        names: their tokens; empty in a schematic drawing, whose cells and bars only stand for numbers.
        shapes: of the tensors at a step, by the names of their rows.
    """

    read: Sequence[str]
    fed: Sequence[str]
    said: Sequence[str]
    read_ids: Sequence[int]
    fed_ids: Sequence[int]
    encoder: Sequence[np.ndarray] | np.ndarray
    decoder: Sequence[np.ndarray] | np.ndarray
    shares: Sequence[Sequence[float]]
    names: Sequence[Sequence[str]] = ()
    shapes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_schematic(self) -> bool:
        """Whether no number is shown."""
        return not self.names

    @property
    def pitch(self) -> float:
        """From one bar to the next, in inches."""
        return 0.14 if self.is_schematic else 0.2

    @property
    def bars_height(self) -> float:
        """Of the bars of a step, in inches."""
        return self.pitch * max(map(len, self.shares))

    @property
    def said_height(self) -> float:
        """From the states up to the middle of what is said, in inches."""
        return SCORES + self.bars_height + (0.16 if self.is_schematic else 0.27) + PILL_HEIGHT / 2


def headings(pen: Pen, plan: Plan, raised: float = 0.0) -> None:
    """The names of the halves, the decoder's `raised` by what stands over the words that it says."""
    half, look = plan.pill / 2, {"ha": "left", "fontsize": LABEL_SIZE, "fontweight": "bold"}
    reads, writes = plan.reading[0], plan.writing[0]
    pen.text("encoder", (reads.x - half, reads.top - 0.22), "encoder reads", BLUE, **look)
    pen.text("decoder", (writes.x - half, plan.said_y(writes) - raised - 0.33), "decoder writes", ORANGE, **look)


def row_names(pen: Pen, plan: Plan, has_ids: bool, shapes: Mapping[str, str]) -> None:
    """The names of the rows, at the left of each band, and below a name its tensor's shape where there is one."""
    for part, spots in (("encoder", plan.reading), ("decoder", plan.writing)):
        for spot, *_ in bands(spots):
            beside = part == "decoder" and plan.is_one_band
            names = [
                *_layer_names(plan, spot, part),
                ("embedding", "embedding", spot.bottom + STRIP),
                ("tokens", "token", spot.bottom + TOKEN),
            ]
            names = [] if beside else names + [("tokens", "id", spot.bottom + ID)] * has_ids
            if part == "decoder":
                names += [("said", "says", plan.said_y(spot)), ("scores", "scores", spot.top - SCORES - 0.2)]
            x = spot.x - plan.pill / 2 - 0.1 if beside else NAMES
            for owner, text, y in names:
                pen.text(owner, (x, y), text, QUIET, ha="right")
                if text in shapes:
                    pen.text(owner, (x, y + 0.135), shapes[text], QUIET, ha="right", fontsize=SMALLEST + 0.5)


def _layer_names(plan: Plan, spot: Spot, part: str) -> list[tuple[str, str, float]]:
    """The names of a step's states, with their parts and heights."""
    middles = [plan.layer_top(spot, layer) + plan.cell / 2 for layer in range(plan.num_layers)]
    names = ["state"] if plan.num_layers == 1 else [f"layer {layer + 1}" for layer in range(plan.num_layers)]
    return [(part, name, y) for name, y in zip(names, middles, strict=True)]


def scale(pen: Pen, plan: Plan, below: float) -> None:
    """What the colours of a state mean, `below` the name of its row, in inches."""
    y = plan.layer_top(plan.reading[0], 0) + plan.cell / 2 + below
    pen.cells("encoder", (NAMES - 0.59, y - 0.055), (0.43, 0.11), np.linspace(-1, 1, 43)[None], STATE_MAP, -1)
    pen.text("encoder", (NAMES, y), "1", QUIET, ha="right")
    pen.text("encoder", (NAMES - 0.64, y), "\N{MINUS SIGN}1", QUIET, ha="right")


def tokens(pen: Pen, plan: Plan, steps: Steps) -> None:
    """What both halves are fed, and its ids."""
    halves = (
        (plan.reading, steps.read, steps.read_ids, BLUE_TINT),
        (plan.writing, steps.fed, steps.fed_ids, ORANGE_TINT),
    )
    for spots, fed, ids, fill in halves:
        for spot, token in zip(spots, fed, strict=True):
            pen.pill("tokens", (spot.x, spot.bottom + TOKEN), (plan.pill, PILL_HEIGHT), token, fill)
        for spot, number in zip(spots, ids, strict=False):
            pen.text("tokens", (spot.x, spot.bottom + ID), str(number), QUIET)


def vectors(pen: Pen, plan: Plan, steps: Steps, beside: str, contexts: Sequence[np.ndarray | str]) -> None:
    """What the GRUs read: an embedding, in the decoder with the context beside it.

    Args:
        pen, plan, steps: what draws, where, and what.
        beside: the part that stands beside the decoder's embeddings, "context" or "attention".
        contexts: its cells at each step, or the fill of a plain strip; empty for none.
    """
    wide = 2 * plan.context_x - STRIP_HEIGHT / 5
    for part, spots, fed, colour, fill in (
        ("encoder", plan.reading, steps.read, BLUE, BLUE_TINT),
        ("decoder", plan.writing, steps.fed, ORANGE, ORANGE_TINT),
    ):
        shift = plan.context_x if contexts and part == "decoder" else 0.0
        for number, (spot, token) in enumerate(zip(spots, fed, strict=True)):
            x, y = spot.x - shift, spot.bottom + STRIP
            _vector(pen, "embedding", (x, y), wide, pattern(token, 4) if steps.is_schematic else fill, colour)
            up = [(x, spot.bottom + TOKEN - PILL_HEIGHT / 2 - TOUCH), (x, y + STRIP_HEIGHT / 2 + TOUCH)]
            pen.line("embedding", up, QUIET)
            if part == "decoder" or number < len(plan.reading) - plan.skipped:
                pen.line(part, [(spot.x, y - STRIP_HEIGHT / 2 - TOUCH), (spot.x, spot.bottom + TOUCH)], QUIET)
            if shift:
                _vector(pen, beside, (spot.x + shift, y), wide, contexts[number], GREEN)


def _vector(pen: Pen, part: str, at: Point, wide: float, shown: np.ndarray | str, colour: str) -> None:
    """A short vector by its middle, as cells in tints of a colour, or as a plain strip where a fill is given."""
    corner, size = (at[0] - wide / 2, at[1] - STRIP_HEIGHT / 2), (wide, STRIP_HEIGHT)
    if isinstance(shown, str):
        pen.bar(part, corner, size, shown)
    else:
        pen.cells(part, corner, size, shown[None], tints(colour), 0)


def states(pen: Pen, plan: Plan, steps: Steps) -> None:
    """The states of both halves, with the lines from each to the next and from each layer to the one above."""
    for part, spots, grids, colour in (
        ("encoder", plan.reading, steps.encoder, BLUE),
        ("decoder", plan.writing, steps.decoder, ORANGE),
    ):
        colours, low = (tints(colour), 0) if steps.is_schematic else (STATE_MAP, -1)
        for number, (spot, layers) in enumerate(zip(spots, grids, strict=False)):  # none where a pad is skipped
            for layer, grid in enumerate(layers):
                corner, size = (spot.x - plan.cell / 2, plan.layer_top(spot, layer)), (plan.cell, plan.cell)
                pen.cells(part, corner, size, grid, colours, low)
                pen.frame(part, corner, size, colour)
                if layer:
                    below = plan.layer_top(spot, layer - 1) - TOUCH
                    pen.line(part, [(spot.x, below), (spot.x, corner[1] + plan.cell + TOUCH)], QUIET, 1.0)
                if number:
                    state_line(pen, part, plan, spots[number - 1], spot, layer)


def scores(pen: Pen, plan: Plan, steps: Steps) -> None:
    """The best scores over every state as bars, with their tokens and the best one's number where they are real."""
    for number, (spot, shares) in enumerate(zip(plan.writing, steps.shares, strict=True)):
        bottom, left = spot.top - SCORES, spot.x - plan.pill / 2
        pen.line("scores", [(spot.x, spot.top - TOUCH), (spot.x, bottom + 0.03)], QUIET)
        top = bottom - steps.bars_height
        for row, share in enumerate(shares):
            y, fill = top + row * steps.pitch, ORANGE if steps.is_schematic else ORANGE_TINT
            pen.bar("scores", (left, y + 0.02), (share * plan.pill, steps.pitch - 0.04), fill)
            if not steps.is_schematic:
                pen.label("scores", (left + 0.04, y + steps.pitch / 2), steps.names[number][row], plan.pill - 0.04)
        if steps.is_schematic:
            pen.line("said", [(spot.x, top), (spot.x, plan.said_y(spot) + PILL_HEIGHT / 2 + TOUCH)], QUIET)


def said(pen: Pen, plan: Plan, steps: Steps) -> None:
    """The token that is said at each step, and in a drawing of real numbers its probability where it is listed."""
    for number, (spot, token) in enumerate(zip(plan.writing, steps.said, strict=True)):
        pen.pill("said", (spot.x, plan.said_y(spot)), (plan.pill, PILL_HEIGHT), token, ORANGE)
        if not steps.is_schematic and token in steps.names[number]:
            share = steps.shares[number][list(steps.names[number]).index(token)]
            pen.text("said", (spot.x, plan.said_y(spot) + PILL_HEIGHT / 2 + 0.14), percent(share))


def over(pen: Pen, plan: Plan, part: str, words: Sequence[str], name: str, colours: tuple[str, str]) -> None:
    """A row of tokens, and its name, over what the decoder says; an empty one leaves its place free."""
    for spot, token in zip(plan.writing, words, strict=True):
        if token:
            at, size = (spot.x, plan.said_y(spot) - OVER), (plan.pill, PILL_HEIGHT)
            pen.pill(part, at, size, token, colours[1], edge=colours[0])
    first = plan.writing[0]
    pen.text(part, (first.x - plan.pill / 2 - 0.1, plan.said_y(first) - OVER), name, colours[0], ha="right")


def losses(pen: Pen, plan: Plan, steps: Steps) -> None:
    """What each step adds to the loss, as a bar between what is said and the right word: -log p."""
    first = plan.writing[0]
    for spot, shares in zip(plan.writing, steps.shares, strict=True):
        size = -float(np.log(shares[0])) * plan.pill, 0.09
        pen.bar("loss", (spot.x - plan.pill / 2, plan.said_y(spot) - OVER / 2 - size[1] / 2), size, PURPLE)
    pen.text("loss", (first.x - plan.pill / 2 - 0.1, plan.said_y(first) - OVER / 2), "loss", PURPLE, ha="right")


def pattern(token: str, cells: int) -> np.ndarray:
    """Numbers from 0 to 1 that stand for a token's embedding: the same for the same token."""
    return np.random.default_rng(list(token.encode())).uniform(0.05, 0.95, cells)


def percent(share: float) -> str:
    """A probability as it is read: "93%"; one that would round to zero is "<1%"."""
    return f"{share:.0%}" if share >= 0.005 else "<1%"
