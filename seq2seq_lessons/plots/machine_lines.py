"""The lines of the machine: the state handed over, the context, attention, and what is fed back."""

from .machine_views import PURPLE
from .pen import QUIET, Pen, Point
from .style import BLUE, GREEN, ORANGE
from .unrolled import NAMES, PILL_HEIGHT, RAIL, STRIP, STRIP_HEIGHT, TOKEN, Plan, Spot, bands

OVER = 0.56  # inches from what the decoder says up to what stands over it
TOUCH = 0.02  # inches between a line's end and what it points at


def state_line(
    pen: Pen, part: str, plan: Plan, before: Spot, after: Spot, layer: int, colour: str = QUIET, width: float = 1.2
) -> None:
    """From a layer's state to its next one."""
    half = plan.cell / 2 + TOUCH
    start = before.x + half, plan.layer_top(before, layer) + plan.cell / 2
    end = after.x - half, plan.layer_top(after, layer) + plan.cell / 2
    pen.line(part, plan.route(start, before, after, end, layer), colour, width)


def handover(pen: Pen, plan: Plan) -> None:
    """From the encoder's last state to the decoder's first."""
    for layer in range(plan.num_layers):
        state_line(pen, "handover", plan, plan.last, plan.writing[0], layer, BLUE, 3.2)
    if plan.is_one_band:
        middle = plan.layer_top(plan.reading[-1], plan.num_layers - 1) + plan.cell / 2
        pen.text("handover", (plan.between, middle - 0.3), "first\nstate", BLUE, linespacing=1.05)


def _leaving(plan: Plan, spot: Spot) -> Point:
    """Where a copy of the top layer's state leaves a step: at its right, low."""
    return spot.x + plan.cell / 2 + TOUCH, plan.layer_top(spot, plan.num_layers - 1) + 0.86 * plan.cell


def _branch(plan: Plan, spot: Spot) -> list[Point]:
    """From the line along the decoder up to a step's context."""
    x = spot.x + plan.context_x
    return [(x, spot.bottom + RAIL), (x, spot.bottom + STRIP + STRIP_HEIGHT / 2 + TOUCH)]


def context(pen: Pen, plan: Plan, part: str = "context") -> None:
    """The line along the decoder, from the encoder's last state, with a branch into every step."""
    last, start = plan.last, _leaving(plan, plan.last)
    for spots in bands(plan.writing):
        for spot in spots[:-1]:
            pen.line(part, _branch(plan, spot), GREEN, 1.8)
        rail, tip = _branch(plan, spots[-1])
        pen.line(part, [*plan.route(start, last, spots[0], rail, plan.num_layers), tip], GREEN, 1.8)
        start, last = rail, spots[-1]
    _context_name(pen, plan, part)


def drifting(pen: Pen, plan: Plan) -> None:
    """Into every step the top layer's state before it: the encoder's last, from then on the decoder's own."""
    for before, after in zip((plan.last, *plan.writing), plan.writing, strict=False):
        rail, tip = _branch(plan, after)
        way = plan.route(_leaving(plan, before), before, after, rail, plan.num_layers)
        pen.line("context", [*way, tip], GREEN if before is plan.last else PURPLE, 1.8)
    _context_name(pen, plan, "context")


def _context_name(pen: Pen, plan: Plan, part: str) -> None:
    y = plan.writing[0].bottom + RAIL
    if plan.is_one_band:
        pen.text(part, (plan.between, y + 0.15), "context", GREEN)
    else:
        pen.text(part, (NAMES, y), "context", GREEN, ha="right")


def attention(pen: Pen, plan: Plan) -> None:
    """A line from every state of the encoder to the line along the decoder."""
    context(pen, plan, "attention")
    joins = plan.reading[-1].x + plan.column / 2 + 0.1, plan.reading[-1].bottom + RAIL
    for spot in plan.reading[:-1]:
        pen.line(
            "attention", plan.route(_leaving(plan, spot), spot, spot, joins, plan.num_layers), GREEN, 1.8, head=False
        )


def fed_back(pen: Pen, plan: Plan, part: str = "feedback") -> None:
    """From what is said, or in forcing from the right word over it, to where it is fed next."""
    over, colour = (OVER, PURPLE) if part == "forcing" else (0, ORANGE)
    for before, after in zip(plan.writing, plan.writing[1:], strict=False):
        start = before.x + plan.pill / 2, plan.said_y(before) - over
        end = after.x - plan.pill / 2, after.bottom + TOKEN
        way = plan.route(start, before, after, end, plan.num_layers + 1)
        pen.line(part, way, colour, dashed=True)


def other_beginning(pen: Pen, plan: Plan, after: int) -> None:
    """From what is said at step `after` (from 0) to another word over the next step, and on along that row."""
    for step in range(after, len(plan.writing) - 1):
        here, there = plan.writing[step : step + 2]
        y, half = plan.said_y(here) - OVER, plan.pill / 2
        start = (
            [(here.x, plan.said_y(here) - PILL_HEIGHT / 2 - TOUCH), (here.x, y)]
            if step == after
            else [(here.x + half, y)]
        )
        pen.line("search", [*start, (there.x - half, y)], ORANGE)
