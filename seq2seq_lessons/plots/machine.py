"""The machine: an encoder-decoder unrolled over its steps, the course's master diagram, any part of it in colour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from seq2seq_lessons.text import PAD

from . import machine_lines as lines
from . import machine_steps as at_steps
from .labels import listed
from .machine_steps import GREEN_TINT, PURPLE_TINT, Steps, pattern, percent
from .machine_views import LESSONS, PURPLE, VIEWS, View
from .pen import Pen, sheet
from .style import LABEL_SIZE, ORANGE, ORANGE_TINT, Picture, as_array
from .unrolled import FOOT, HEADING, PILL_HEIGHT, SHEET, Plan, bands, plan

__all__ = ["LESSONS", "VIEWS", "machine", "machine_of"]

READ, SAID = ("i'm", "home", ".", "<eos>"), ("je", "suis", "chez", "moi", ".", "<eos>")
FED = ("<bos>", *SAID[:-1])
READ_IDS, FED_IDS = (6, 5, 4, 3), (2, 6, 8, 5, 7, 4)  # in vocabularies of this one pair
SHARES = (
    (0.9, 0.14, 0.08),
    (0.8, 0.3, 0.12),
    (0.62, 0.44, 0.2),
    (0.86, 0.22, 0.1),
    (0.94, 0.1, 0.05),
    (0.97, 0.06, 0.04),
)
OTHERS = ("", "", "à", "la", "maison", ".")  # another translation, from its third word on
LOOKS_AT = (0, 0, 1, 0, 2, 3)  # the source token that each word has most to do with


def machine(highlight: str = "whole", num_layers: int = 1) -> Picture:
    """The encoder-decoder over "i'm home ." → "je suis chez moi .", drawn without numbers.

    The ids are those of vocabularies of this one pair; all other cells and bars only stand for numbers.

    Args:
        highlight: what is in colour, all else being pale: a key of VIEWS ("encoder", "context", "loss", …);
            `LESSONS["04"]` is that of lesson 04. "whole" has all in colour.
        num_layers: states above one another in both halves.

    Raises:
        ValueError: another name, or no layer.
    """
    if highlight not in VIEWS:
        raise ValueError(f"highlight is {highlight!r}; expected one of {', '.join(VIEWS)}")
    if num_layers < 1:
        raise ValueError(f"num_layers is {num_layers}; expected 1 or more")
    view = VIEWS[highlight]
    encoder = _stand_ins("read", len(READ), np.zeros((num_layers, 4, 4)))
    decoder = _stand_ins("written", len(SAID), encoder[-1])
    steps = Steps(READ, FED, SAID, READ_IDS, FED_IDS, encoder, decoder, SHARES)
    raised = lines.OVER if view.above else 0.0
    places = plan(len(READ), len(SAID), num_layers, steps.said_height, 0, steps.said_height + raised + 0.5)
    words = f'The encoder-decoder reads "{" ".join(READ[:-1])}" and writes "{" ".join(SAID[:-1])}"; in colour: '
    picture, ax = sheet(SHEET, places.height, words + (view.title if view.parts else "all of it"))
    pen = Pen(ax, {*view.parts, "title"} if view.parts else None)
    at_steps.headings(pen, places, raised)
    _draw(pen, places, steps, view)
    pen.text("title", (0.16, 0.32), view.title, view.colour, ha="left", fontsize=LABEL_SIZE + 5, fontweight="bold")
    pen.text("title", (0.16, 0.55), view.text, ha="left", va="top", fontsize=LABEL_SIZE, linespacing=1.35)
    picture.alt += f". {' '.join(view.text.split())} {ROUTES}"
    if num_layers > 1:
        picture.alt += f" {num_layers} layers: an arrow for each; the context comes from the top one only."
    return picture


ROUTES = (
    "Encoder at the left, decoder at the right, a column for each step; in it from below the token fed, its id, its "
    "embedding, the state, and for the decoder scores and the word it says. Arrows lead from state to state and from "
    "the encoder's last state to the decoder's first; the context goes from the encoder's last state to every step of "
    "the decoder; what is said is fed next."
)


def _stand_ins(seed: str, num_steps: int, state: np.ndarray) -> list[np.ndarray]:
    """States that stand for numbers, each partly like the one before."""
    drawn = []
    for step in range(num_steps):
        state = 0.4 * state + 0.6 * pattern(f"{seed}{step}", 16 * len(state)).reshape(state.shape)
        drawn.append(state)
    return drawn


def _draw(pen: Pen, places: Plan, steps: Steps, view: View) -> None:
    """All parts of the schematic machine."""
    attends = "attention" in view.parts
    looks = np.full((len(SAID), len(READ)), 0.12)
    looks[range(len(SAID)), LOOKS_AT] = 0.95
    contexts = list(looks) if attends else [steps.encoder[-1][-1, 0]] * len(SAID)
    _draw_parts(pen, places, steps, "attention" if attends else "context", contexts)
    (lines.attention if attends else lines.context)(pen, places)
    lines.fed_back(pen, places, "forcing" if view.above == "labels" else "feedback")
    if view.above == "others":
        at_steps.over(pen, places, "search", OTHERS, "", (ORANGE, ORANGE_TINT))
        lines.other_beginning(pen, places, OTHERS.index("à") - 1)
    elif view.above:
        name = "right word" if view.above == "labels" else "a person"
        at_steps.over(pen, places, "labels", SAID, name, (PURPLE, PURPLE_TINT))
    if view.above == "labels":
        at_steps.losses(pen, places, steps)


def _draw_parts(pen: Pen, places: Plan, steps: Steps, beside: str, contexts: Sequence[np.ndarray | str]) -> None:
    """What every machine has."""
    at_steps.row_names(pen, places, len(steps.read_ids) > 0, steps.shapes)
    at_steps.tokens(pen, places, steps)
    at_steps.vectors(pen, places, steps, beside, contexts)
    at_steps.states(pen, places, steps)
    lines.handover(pen, places)
    at_steps.scores(pen, places, steps)
    at_steps.said(pen, places, steps)


def machine_of(
    read: Sequence[str],
    encoder: Iterable,
    fed: Sequence[str],
    decoder: Iterable,
    top: Sequence[Sequence[tuple[str, float]]],
    said: Sequence[str],
    *,
    ids: tuple[Sequence[int], Sequence[int]] = ((), ()),
    context: str = "kept",
    step: int | None = None,
    shapes: Mapping[str, str] | None = None,
) -> Picture:
    """The encoder-decoder over a sentence with a model's own numbers: all units of all states, and the best scores.

    Args:
        read: the tokens that the encoder reads.
        encoder: its states in [-1, 1], (steps, layers, units) or one (layers, units) for each step; fewer than tokens
            where it skips the last ones, which are pads. The units fill a
            square row by row: permute them before, in both halves alike, to have like ones side by side.
        fed: the tokens that the decoder is fed.
        decoder: its states.
        top: at each of the decoder's steps the best tokens with their probabilities, the best first.
        said: the token that it says at each step.
        ids: of the tokens read and of those fed.
        context: "kept", "drifting" or "none".
        step: what comes after it, counted from 1 through both halves, is pale; None for nothing.
        shapes: of the tensors at a step, by the names of their rows.

    Raises:
        ValueError: numbers that do not fit the tokens or one another, or values outside [-1, 1].
    """
    states = [np.stack([as_array(step) for step in half]) for half in (encoder, decoder)]
    skipped = len(read) - len(states[0]) if set(read[len(states[0]) :]) == {PAD} else 0
    _check(read, fed, states, (top, said), ids, skipped)
    best = [tuple(zip(*row, strict=True)) for row in top]
    grids = [_grids(half) for half in states]
    steps = Steps(
        read, fed, said, *ids, grids[0], grids[1], [row[1] for row in best], [row[0] for row in best], shapes or {}
    )
    above = steps.said_height + HEADING + 0.22
    places = plan(len(read), len(fed), states[0].shape[1], steps.said_height, HEADING + 0.12, above)
    places = replace(places, skipped=skipped)
    words = f'The encoder-decoder over "{" ".join(read)}", a model\'s states and scores; context: {context}'
    picture, ax = sheet(SHEET, places.height, words)
    pen = Pen(ax)
    at_steps.headings(pen, places)
    at_steps.scale(pen, places, 0.36 if shapes else 0.2)
    _draw_parts(pen, places, steps, "context", [] if context == "none" else _fills(context, len(fed)))
    if context != "none":
        (lines.drifting if context == "drifting" else lines.context)(pen, places)
    lines.fed_back(pen, places)
    _veil(pen, places, step)
    found = [listed("'{}' {}", names, map(percent, shares)) for names, shares in best]
    picture.alt += "; " + "; ".join(
        f"fed '{token}' it says '{word}' (best: {scores})" for token, word, scores in zip(fed, said, found, strict=True)
    )
    return picture


def _fills(context: str, num_fed: int) -> list[str]:
    """The colours of the contexts: the encoder's, or from the second step on the decoder's own."""
    return [GREEN_TINT, *[PURPLE_TINT if context == "drifting" else GREEN_TINT] * (num_fed - 1)]


def _veil(pen: Pen, places: Plan, step: int | None) -> None:
    """Make pale what comes after a step."""
    for spots in bands([*places.reading, *places.writing][step:] if step else []):
        tops = [places.said_y(spot) - PILL_HEIGHT / 2 if spot in places.writing else spot.top for spot in spots]
        left, top = spots[0].x - places.column / 2, min(tops) - 0.02
        pen.veil((left, top), (SHEET - left, spots[0].bottom + FOOT - top))


def _check(read: Sequence, fed: Sequence, states: list[np.ndarray], at: tuple, ids: tuple, skipped: int) -> None:
    """ValueError where the parts of a trace do not fit one another."""
    for name, tokens, half in (("encoder", read[: len(read) - skipped], states[0]), ("decoder", fed, states[1])):
        if half.ndim != 3 or len(half) != len(tokens) or half.shape[1:] != states[0].shape[1:]:
            raise ValueError(
                f"{name}: states of shape {half.shape} for {len(tokens)} tokens; expected (steps, layers, units), one "
                "step for each token, as many layers and units in both halves"
            )
        if not (np.abs(half) <= 1).all():  # nor is NaN
            raise ValueError(f"{name}: a GRU's state lies between -1 and 1, got {half.min()} to {half.max()}")
    given = {"top": len(at[0]), "said": len(at[1])}
    if set(given.values()) != {len(fed)} or not all(at[0]):
        raise ValueError(f"{given} for {len(fed)} tokens fed; expected one for each, with a token at least in each top")
    if any(ids) and [len(ids[0]), len(ids[1])] != [len(read), len(fed)]:
        raise ValueError(f"ids: {len(ids[0])} and {len(ids[1])} for {len(read)} tokens read and {len(fed)} fed")


def _grids(states: np.ndarray) -> np.ndarray:
    """States (steps, layers, units) as (steps, layers, rows, columns), about square; NaN where the units end."""
    *outer, units = states.shape
    columns = int(np.ceil(np.sqrt(units)))
    padded = np.full((*outer, -(-units // columns) * columns), np.nan)
    padded[..., :units] = states
    return padded.reshape(*outer, -1, columns)
