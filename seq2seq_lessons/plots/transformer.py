"""From attention to the Transformer, side by side: what it keeps, what it drops, what is new (lesson 13)."""

from .layout import legend_below
from .pen import QUIET, Pen, sheet
from .style import BLUE_TINT, GREEN, INK, LABEL_SIZE, ORANGE, ORANGE_TINT, PURPLE, WIDTH, Picture

READ, WRITTEN = ("i'm", "home", "."), ("je", "suis", "chez")
SAID, WRITER, READER, PLACES, TOKENS = 0.62, 1.28, 2.38, 2.95, 3.42  # heights of the rows
FIRST, APART, HALF = 1.30, 0.92, 3.55  # of the columns, and from one half to the other
BOX = (0.5, 0.32)


def beside_transformer() -> Picture:
    """The decoder of lesson 13 and a Transformer of one layer on "i'm home .", both at the decoder's second step."""
    words = (
        "Left, attention over a GRU's states; right, a Transformer. Kept: a look at all source tokens at each step. "
        "Dropped: the chain of states. New: looks within a sentence, and each token's place"
    )
    picture, ax = sheet(WIDTH, 4.15, words)
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
    picture.alt += "; in both the second step of writing looks at all three source tokens; what is fed is left out"
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
