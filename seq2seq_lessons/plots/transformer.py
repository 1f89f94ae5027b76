"""Diagrams of lesson 13: one step of attention with its numbers; attention beside the Transformer."""

from collections.abc import Sequence

import numpy as np

from .layout import legend_below
from .pen import QUIET, Pen, sheet
from .style import BLUE_TINT, GREEN, INK, LABEL_SIZE, ORANGE, ORANGE_TINT, PURPLE, WIDTH, Picture, as_array, as_matrix

READ, WRITTEN = ("i'm", "home", "."), ("je", "suis", "chez")
SAID, WRITER, READER, PLACES, TOKENS = 0.62, 1.28, 2.38, 2.95, 3.42  # heights of the rows
FIRST, APART, HALF = 1.30, 0.92, 3.55  # of the columns, and from one half to the other
BOX = (0.5, 0.32)
TOKEN, STATE, SCORE, WEIGHT, CONTEXT = 0.25, 0.80, 1.55, 2.25, 3.10  # heights of the rows of one step
STEP_LEFT, QUERY = 0.3, 5.5  # of the first column, and where the query stands


def attention_step(tokens: Sequence[str], states: object, scores: Sequence[float]) -> Picture:
    """One step of attention with its numbers: from states and query to scores, weights, and a context to be found.

    Args:
        tokens: of the source, at most four.
        states: (tokens, units), the encoder's outputs.
        scores: one for each token.

    Raises:
        ValueError: no token or more than four, or numbers that do not fit the tokens.
    """
    values, given = as_matrix(states, "states"), as_array(scores)
    if not 1 <= len(tokens) <= 4 or len(values) != len(tokens) or given.shape != (len(tokens),):
        raise ValueError(
            f"{len(tokens)} tokens, states {values.shape}, scores {given.shape}: expected one to four tokens, a state "
            "and a score for each"
        )
    weights = np.exp(given - given.max())
    weights /= weights.sum()
    picture, ax = sheet(WIDTH, 3.4, f"One step of attention over {' '.join(tokens)}: states, scores, weights, context")
    pen, middle = Pen(ax), _x(STEP_LEFT, 0) + APART * (len(tokens) - 1) / 2
    rows = {TOKEN: "token", STATE: "state", SCORE: "score", WEIGHT: "weight", CONTEXT: "context"}
    for y, name in rows.items():
        pen.text("", (1.0, y), name, QUIET, ha="right")
    pen.pill("", (QUERY, SCORE), (0.9, 0.34), "query", ORANGE_TINT)
    notes = {SCORE + 0.32: "the decoder's state", WEIGHT: "softmax: sum 1", CONTEXT: "sum of weight × state"}
    for y, note in notes.items():
        pen.text("", (QUERY, y), note, QUIET)
    pen.pill("", (middle, CONTEXT), (1.5, 0.36), f"({', '.join('?' * values.shape[1])})", "white", edge=GREEN)
    for column, (token, state) in enumerate(zip(tokens, values, strict=True)):
        x, weight = _x(STEP_LEFT, column), float(weights[column])
        _scored(pen, x, token, f"({', '.join(f'{number:g}' for number in state)})")
        pen.pill("", (x, SCORE), BOX, f"{given[column]:g}", "white", edge=GREEN)
        pen.pill("", (x, WEIGHT), BOX, f"{weight:.2f}", "white", edge=GREEN)
        pen.line("", [(x, WEIGHT + 0.17), (middle + (x - middle) / 4, CONTEXT - 0.2)], GREEN, 0.8 + 5 * weight)
        picture.alt += f"; '{token}': score {given[column]:g}, weight {weight:.2f}"
    return picture


def _scored(pen: Pen, x: float, token: str, state: str) -> None:
    """A token, its state, and the lines to its score, which the query has a say in, and from there to its weight."""
    pen.pill("", (x, TOKEN), (0.7, 0.32), token, BLUE_TINT)
    pen.pill("", (x, STATE), (0.7, 0.32), state, "white", edge=INK)
    for start, end in ((TOKEN, STATE), (STATE, SCORE), (SCORE, WEIGHT)):
        pen.line("", [(x, start + 0.17), (x, end - 0.18)], QUIET)
    left, bend, beside = QUERY - 0.62, (STATE + SCORE) / 2 + 0.04, x + 0.16
    way = [(QUERY - 0.46, SCORE), (left, SCORE), (left, bend), (beside, bend), (beside, SCORE - 0.18)]
    pen.line("", way, ORANGE)


def beside_transformer() -> Picture:
    """The decoder of lesson 13 and a Transformer of one layer on "i'm home .", both at the decoder's second step."""
    words = (
        "Left, attention over a GRU's states; right, a Transformer. Kept: a look at all source tokens at each step. "
        "Dropped: the chain of states. New: looks within a sentence, and each token's place"
    )
    picture, ax = sheet(WIDTH, 4.4, words)
    pen = Pen(ax)
    for left, text in ((0, "attention over a GRU"), (HALF, "Transformer")):
        pen.text("", (_x(left, 1), 0.16), text, fontsize=LABEL_SIZE, fontweight="bold")
        _rows(pen, left)
    for y, name in ((SAID, "says"), (WRITER, "writes"), (READER, "reads"), (TOKENS, "token")):
        pen.text("", (0.82, y), name, QUIET, ha="right")
    _chain(pen)
    _within(pen)
    handles = [ax.plot([], [], color=colour, linewidth=3)[0] for colour in (GREEN, ORANGE, PURPLE)]
    legend_below(picture, handles, ["kept", "dropped: state to state", "new: within a sentence, and places"])
    left_out = "Left out: the words fed (right: with places), the other steps' looks, several heads."
    pen.text("", (WIDTH / 2, 3.86), left_out, QUIET)
    picture.alt += f"; in both the second step of writing looks at all three source tokens. {left_out}"
    return picture


def _x(left: float, column: int) -> float:
    return left + FIRST + APART * column


def _rows(pen: Pen, left: float) -> None:
    """What both have: tokens, a box for each, the look of the second step at the source, the words said."""
    for column, (read, said) in enumerate(zip(READ, WRITTEN, strict=True)):
        x = _x(left, column)
        pen.pill("", (x, TOKENS), (0.7, 0.32), read, BLUE_TINT)
        pen.pill("", (x, SAID), (0.7, 0.32), said, ORANGE_TINT)
        for y in (READER, WRITER):
            pen.pill("", (x, y), BOX, "", "white", edge=INK)
        pen.line("", [(x, WRITER - 0.17), (x, SAID + 0.18)], QUIET)
        pen.line("", [(x, TOKENS - 0.17), (x, READER + 0.18)], QUIET)
        pen.line("", [(x, READER - 0.17), (_x(left, 1), WRITER + 0.18)], GREEN, 1.8)


def _chain(pen: Pen) -> None:
    """What only the GRU has: each state from the one before it, and the decoder's first from the encoder's last."""
    for y in (READER, WRITER):
        for column in (0, 1):
            pen.line("", [(_x(0, column) + 0.27, y), (_x(0, column + 1) - 0.27, y)], ORANGE, 2.2)
    right, left, middle = _x(0, 2) + 0.5, _x(0, 0) - 0.42, (READER + WRITER) / 2 - 0.1
    way = [
        (right - 0.25, READER),
        (right, READER),
        (right, middle),
        (left, middle),
        (left, WRITER),
        (left + 0.16, WRITER),
    ]
    pen.line("", way, ORANGE, 2.2)


def _within(pen: Pen) -> None:
    """What only the Transformer has: each token's place, every source token looks at every other, and each that is
    written at those before it."""
    for column in range(3):
        pen.pill("", (_x(HALF, column), PLACES), (0.62, 0.26), f"+ {column + 1}", "white", edge=PURPLE)
    for y, apart in ((READER, 0.07), (WRITER, 0.0)):
        for column in (0, 1):
            left, right = _x(HALF, column) + 0.26, _x(HALF, column + 1) - 0.26
            pen.line("", [(left, y + apart), (right, y + apart)], PURPLE, 1.4)
            if y == READER:
                pen.line("", [(right, y - apart), (left, y - apart)], PURPLE, 1.4)
    for start, end, y, up in ((0, 2, READER, -1), (2, 0, READER, 1), (0, 2, WRITER, 1)):
        edge, arc, inward = y - 0.17 * up, y - 0.27 * up, 0.13 if end > start else -0.13
        a, b = _x(HALF, start) + inward, _x(HALF, end) - inward
        pen.line("", [(a, edge), (a, arc), (b, arc), (b, edge)], PURPLE, 1.4)
