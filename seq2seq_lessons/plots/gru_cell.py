"""The GRU cell drawn: one step from h to h′, with names and shapes, or with one unit's own numbers (lesson 02)."""

from collections.abc import Sequence
from math import tanh
from typing import NamedTuple

from .labels import apart, text_width
from .pen import QUIET, Pen, Point, sheet
from .style import BLUE, BLUE_TINT, GREEN, INK, LABEL_SIZE, ORANGE, WIDTH, Picture

BOXES = {"r": (1.72, GREEN), "z": (3.68, ORANGE), "n": (5.64, INK)}  # gate -> the middle of its box, its colour
NAMES = {"r": "r, reset gate", "z": "z, update gate", "n": "n, candidate"}
TOP, BOTTOM, WIDE = 1.72, 2.82, 1.78  # of the boxes
HIGHWAY, MIX, R_LINE, H_LINE, X_LINE = 0.52, 1.18, 2.98, 3.20, 3.50  # heights of the lines
LEFT, RIGHT = 0.43, 6.77  # middles of the pills h and h′
RULER = 4.62  # height of the line of numbers from -1 to 1
GRAY_TINT = "#F4F4F4"


class UnitStep(NamedTuple):
    """One step of one unit: gates r and z in (0, 1), candidate n and the new state in (-1, 1)."""

    r: float
    z: float
    n: float
    new: float


def unit_step(from_x: Sequence[float], from_h: Sequence[float], h: float) -> UnitStep:
    """One unit's step, as nn.GRU computes it: the reset gate multiplies what comes from h, its bias included.

    Args:
        from_x: the unit's rows of W_ih x + b_ih, in PyTorch's order r, z, n.
        from_h: the unit's rows of W_hh h + b_hh.
        h: its state before the step.
    """
    r, z = ((1 + tanh((x + s) / 2)) / 2 for x, s in zip(from_x[:2], from_h[:2], strict=True))  # sigmoid by tanh
    n = tanh(from_x[2] + r * from_h[2])
    return UnitStep(r, z, n, (1 - z) * n + z * h)


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
    _products(pen, "z · h", "1 − z", "(1 − z) · n")
    picture.alt += (
        "; r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz), "
        "n = tanh(W_in x + b_in + r · (W_hn h + b_hn)), h′ = (1 − z) · n + z · h"
    )
    return picture


def gru_cell_of(from_x: Sequence[float], from_h: Sequence[float], h: float, *, unit: int | None = None) -> Picture:
    """The cell with one unit's own numbers, rounded to two decimals, and where h′ lies between h and n.

    With `W_ih, W_hh, b_ih, b_hh = gru_weights(gru, 0)` and one sentence's x and h:
    `gru_cell_of((W_ih @ x + b_ih).view(3, -1)[:, unit], (W_hh @ h + b_hh).view(3, -1)[:, unit], h[unit])`.

    Args:
        from_x, from_h, h: see `unit_step`.
        unit: its number, to be named.

    Raises:
        ValueError: not three numbers from x and three from h.
    """
    if len(from_x) != 3 or len(from_h) != 3:
        raise ValueError(f"from_x has {len(from_x)} numbers, from_h {len(from_h)}; expected three of each: r, z, n")
    from_x, from_h, h = [float(x) for x in from_x], [float(s) for s in from_h], float(h)
    step = unit_step(from_x, from_h, h)
    name = "one unit" if unit is None else f"unit {unit}"
    picture, ax = sheet(WIDTH, RULER + 0.85, f"The GRU cell with the numbers of {name}: from h to the new h")
    pen = Pen(ax)
    _wires(pen)
    for gate, value, x_part, h_part in zip("rzn", step, from_x, from_h, strict=False):
        sign, size = ("−" if round(h_part, 2) < 0 else "+"), _number(abs(h_part))
        times = f"{sign} {_number(step.r)} · {size})" if gate == "n" else f"{sign} {size})"
        start = "tanh" if gate == "n" else "σ"
        _arithmetic(pen, gate, f"{start}({_number(x_part)}", times, _number(value))
    z, rest = _number(step.z), _number(1 - step.z)
    _ends(pen, "x", f"h {_number(h)}", f"h′ {_number(step.new)}")
    _products(
        pen, f"z · h ≈ {_number(step.z * h)}", f"1 − z ≈ {rest}", f"(1 − z) · n\n≈ {_number((1 - step.z) * step.n)}"
    )
    _ruler(pen, step, h)
    sum_of = f"h′ = (1 − z) · n + z · h ≈ {rest} · {_factor(step.n)} + {z} · {_factor(h)} ≈ {_number(step.new)}"
    pen.text("cell", (WIDTH / 2, RULER + 0.62), sum_of, fontsize=LABEL_SIZE)
    picture.alt += f"; r {_number(step.r)}, z {z}, n {_number(step.n)}, h {_number(h)}; {sum_of}"
    return picture


def _number(value: float) -> str:
    """Two decimals, with a real minus sign and without a negative zero."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def _factor(value: float) -> str:
    """A number as it stands behind a sign."""
    text = _number(value)
    return f"({text})" if text.startswith("−") else text


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


def _products(pen: Pen, kept: str, rest: str, written: str) -> None:
    """What stands at the lines between the signs."""
    z, n = BOXES["z"][0], BOXES["n"][0]
    pen.text("cell", ((z + n) / 2, HIGHWAY - 0.17), kept, BLUE)
    pen.text("cell", ((z + n) / 2, MIX - 0.17), rest, ORANGE)
    pen.text("cell", (n + 0.1, (HIGHWAY + MIX) / 2 + 0.02), written, INK, ha="left", linespacing=1.2)


def _arithmetic(pen: Pen, gate: str, from_x: str, from_h: str, value: str) -> None:
    """A gate's numbers in its box: what comes from x, what comes from h, and what they make."""
    x, colour = BOXES[gate]
    left, right = x - WIDE / 2 + 0.07, x + WIDE / 2 - 0.07
    for row, (text, source, ink) in enumerate(((from_x, "from x", QUIET), (from_h, "from h", BLUE))):
        y = TOP + 0.43 + 0.22 * row
        pen.label("cell", (left, y), text, right - left - text_width(source) - 0.04)
        pen.text("cell", (right, y), source, ink, ha="right")
    pen.text("cell", (left, TOP + 0.90), f"≈ {value}", colour, ha="left", fontsize=LABEL_SIZE, fontweight="bold")


def _ruler(pen: Pen, step: UnitStep, h: float) -> None:
    """Where h′ lies between n and h, on a line from -1 to 1: the share z of the way from n to h."""

    def at(value: float) -> float:
        return WIDTH / 2 + 2.9 * value

    pen.line("cell", [(at(-1), RULER), (at(1), RULER)], "#BBBBBB", 1.2, head=False)
    pen.text("cell", (at(-1) - 0.28, RULER), "−1", QUIET)
    pen.text("cell", (at(1) + 0.28, RULER), "1", QUIET)
    told = "from n towards h, h′ goes the share z of the way (orange)"
    pen.text("cell", (WIDTH / 2, RULER - 0.58), told, QUIET)
    for start, end, colour in ((step.n, step.new, ORANGE), (step.new, h, GRAY_TINT)):
        if abs(start - end) > 0.002:
            pen.line(
                "cell",
                [(at(start), RULER), (at(end), RULER)],
                "#999999" if colour == GRAY_TINT else colour,
                5,
                head=False,
            )
    names = [f"n {_number(step.n)}", f"h {_number(h)}"]
    places = apart([at(step.n), at(h)], 0.85, at(-1), at(1))
    for name, value, place, colour in zip(names, (step.n, h), places, (INK, BLUE), strict=True):
        pen.text("cell", (place, RULER - 0.26), name, colour)
        _dot(pen, (at(value), RULER), colour)
    _dot(pen, (at(step.new), RULER), BLUE, "white")
    pen.text("cell", (min(max(at(step.new), 1.0), WIDTH - 1.0), RULER + 0.26), f"h′ {_number(step.new)}", BLUE)


def _dot(pen: Pen, at: Point, colour: str, fill: str | None = None) -> None:
    pen.ax.plot(*at, "o", color=colour, markerfacecolor=fill or colour, markersize=8, markeredgewidth=2, zorder=6)
