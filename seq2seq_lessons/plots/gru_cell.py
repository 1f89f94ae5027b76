"""The GRU cell drawn: one step from h to h′, with names and shapes (lesson 02)."""

from .pen import QUIET, Pen, sheet
from .style import BLUE, BLUE_TINT, GREEN, INK, LABEL_SIZE, ORANGE, WIDTH, Picture

BOXES = {"r": (1.72, GREEN), "z": (3.68, ORANGE), "n": (5.64, INK)}  # gate -> the middle of its box, its colour
NAMES = {"r": "r, reset gate", "z": "z, update gate", "n": "n, candidate"}
TOP, BOTTOM, WIDE = 1.72, 2.82, 1.78  # of the boxes
HIGHWAY, MIX, R_LINE, H_LINE, X_LINE = 0.52, 1.18, 2.98, 3.20, 3.50  # heights of the lines
LEFT, RIGHT = 0.43, 6.77  # middles of the pills h and h′
GRAY_TINT = "#F4F4F4"


def gru_cell(input_size: int, num_hiddens: int) -> Picture:
    """The cell with its formulas and the shapes of x, h and the gates, for one sentence.

    Args:
        input_size: numbers in x.
        num_hiddens: numbers in h.
    """
    words = f"The GRU cell: from x ({input_size} numbers) and h ({num_hiddens}) to the new h"
    picture, ax = sheet(WIDTH, X_LINE + 0.3, words)
    pen = Pen(ax)
    _wires(pen)
    for gate, (x, _) in BOXES.items():
        inner, end = ("r\\,(", "))") if gate == "n" else ("", ")")
        start = r"\tanh(" if gate == "n" else r"\sigma("
        lines = rf"${start}W_{{i{gate}}}x + b_{{i{gate}}}$", rf"$\;+\;{inner}W_{{h{gate}}}h + b_{{h{gate}}}{end}$"
        for row, line in enumerate((*lines, f"({num_hiddens})")):
            pen.text("cell", (x, TOP + 0.46 + 0.25 * row), line, INK if row < 2 else QUIET)
    _ends(pen, f"x ({input_size})", f"h ({num_hiddens})", f"h′ ({num_hiddens})")
    _products(pen)
    picture.alt += (
        "; r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz), "
        "n = tanh(W_in x + b_in + r · (W_hn h + b_hn)), h′ = (1 − z) · n + z · h"
    )
    return picture


def _wires(pen: Pen) -> None:
    """Boxes of the gates, the lines to, between and from them, and the signs where they meet."""
    r, z, n = (x for x, _ in BOXES.values())
    for start, end in ((LEFT + 0.37, z - 0.11), (z + 0.11, n - 0.11), (n + 0.11, RIGHT - 0.37)):
        pen.line("cell", [(start, HIGHWAY), (end, HIGHWAY)], BLUE, 2.4, head=end > n)
    pen.line("cell", [(LEFT, HIGHWAY + 0.17), (LEFT, H_LINE), (n + 0.3, H_LINE), (n + 0.3, BOTTOM + 0.02)], BLUE)
    pen.line("cell", [(LEFT + 0.31, X_LINE), (n, X_LINE), (n, BOTTOM + 0.02)], QUIET)
    for x in (r, z):
        pen.line("cell", [(x + 0.3, H_LINE), (x + 0.3, BOTTOM + 0.02)], BLUE)
        pen.line("cell", [(x, X_LINE), (x, BOTTOM + 0.02)], QUIET)
    pen.line("cell", [(r + 0.65, BOTTOM), (r + 0.65, R_LINE), (n - 0.4, R_LINE), (n - 0.4, BOTTOM + 0.02)], GREEN, 1.8)
    pen.line("cell", [(z, TOP), (z, HIGHWAY + 0.13)], ORANGE, 1.8)
    pen.line("cell", [(z, MIX), (n - 0.13, MIX)], ORANGE, 1.8)
    pen.line("cell", [(n, TOP), (n, MIX + 0.13)], INK, 1.8)
    pen.line("cell", [(n, MIX - 0.11), (n, HIGHWAY + 0.13)], INK, 1.8)
    for gate, (x, colour) in BOXES.items():
        size = WIDE, BOTTOM - TOP
        pen.pill("cell", (x, (TOP + BOTTOM) / 2), size, "", GRAY_TINT, edge=colour)
        pen.text("cell", (x, TOP + 0.18), NAMES[gate], colour, fontsize=LABEL_SIZE, fontweight="bold")
    for at, sign in (((z, HIGHWAY), "×"), ((n, MIX), "×"), ((n, HIGHWAY), "+")):
        pen.pill("cell", at, (0.22, 0.22), sign, "white", edge=INK, zorder=6, fontsize=LABEL_SIZE)


def _ends(pen: Pen, x: str, h: str, new: str) -> None:
    """What goes in and what comes out."""
    pen.pill("cell", (LEFT, X_LINE), (0.62, 0.32), x, "#E4E4E4")
    pen.pill("cell", (LEFT, HIGHWAY), (0.74, 0.34), h, BLUE_TINT)
    pen.pill("cell", (RIGHT, HIGHWAY), (0.74, 0.34), new, BLUE)


def _products(pen: Pen) -> None:
    """What stands at the lines between the signs."""
    z, n = BOXES["z"][0], BOXES["n"][0]
    pen.text("cell", ((z + n) / 2, HIGHWAY - 0.17), "z · h", BLUE)
    pen.text("cell", ((z + n) / 2, MIX - 0.17), "1 − z", ORANGE)
    pen.text("cell", (n + 0.1, (HIGHWAY + MIX) / 2 + 0.02), "(1 − z) · n", INK, ha="left")
