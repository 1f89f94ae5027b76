"""What is fed back where: the right word of the step before, or the decoder's own (lesson 09)."""

from collections.abc import Mapping, Sequence

from seq2seq_lessons.text import BOS

from .layout import page
from .pen import QUIET, Pen
from .style import BLUE, BLUE_TINT, GREEN, GREY_TINT, INK, LABEL_SIZE, ORANGE, ORANGE_TINT, WIDTH, Picture

LEFT, TITLE, ROW, PANEL = 1.0, 0.2, 0.62, 2.2  # inches: of the names, of a title, from row to row, of a panel
BOX = (0.86, 0.32)


def fed_back(due: Sequence[str], said: Sequence[str], panels: Mapping[str, Sequence[bool]]) -> Picture:
    """A decoder's steps, and from where each step's input comes: an arrow from what was due, or from what was said.

    Args:
        due: the tokens that must be said, at most six.
        said: what the decoder says at each step.
        panels: title -> for each step whether the right token is fed; what it says of step 1, fed `<bos>`, is unused.

    Raises:
        ValueError: no panel, no step or more than six, or lengths that differ.
    """
    lengths = {len(due), len(said), *map(len, panels.values())}
    if not panels or len(lengths) != 1 or not 1 <= len(due) <= 6:
        raise ValueError(f"expected a panel and one to six steps, the same number everywhere, got {sorted(lengths)}")
    picture, ax = page(PANEL * len(panels), "What is fed back where: " + "; ".join(panels))
    pen, apart = Pen(ax), (WIDTH - LEFT - 0.1) / len(due)
    columns = [LEFT + apart * (step + 0.5) for step in range(len(due))]
    for number, (title, gold) in enumerate(panels.items()):
        top = PANEL * number + TITLE
        pen.text("", (0.1, top), title, fontsize=LABEL_SIZE, fontweight="bold", ha="left")
        must, fed_at, says = (top + 0.4 + ROW * row for row in range(3))
        for y, name in ((must, "must say"), (fed_at, "is fed"), (says, "says")):
            pen.text("", (LEFT - 0.05, y), name, QUIET, ha="right")
        fed = [BOS, *(due[t - 1] if gold[t] else said[t - 1] for t in range(1, len(due)))]
        for t, x in enumerate(columns):
            origin, tint = (GREEN, GREEN) if t == 0 else (BLUE, BLUE_TINT) if gold[t] else (ORANGE, ORANGE_TINT)
            pen.pill("", (x, must), BOX, due[t], GREY_TINT)
            pen.pill("", (x, fed_at), BOX, fed[t], tint)
            pen.pill("", (x, says), BOX, said[t], "white", edge=INK)
            pen.line("", [(x, fed_at + 0.17), (x, says - 0.18)], QUIET)
            if t:
                start = must + 0.17 if gold[t] else says - 0.17
                end = fed_at - 0.18 if gold[t] else fed_at + 0.18
                pen.line("", [(columns[t - 1] + 0.3, start), (x - 0.3, end)], origin, 2.2)
        told = (f"{word} ({'gold' if right else 'own'})" for word, right in zip(fed[1:], gold[1:], strict=True))
        picture.alt += f"; {title}: must say {' '.join(due)}; is fed {' '.join([BOS, *told])}; says {' '.join(said)}"
    return picture
