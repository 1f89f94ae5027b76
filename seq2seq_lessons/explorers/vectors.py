"""Explorers of single vectors: the final state with padding, the context at each decoding step."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from seq2seq_lessons.plots import context_strip, state_strips
from seq2seq_lessons.plots.style import as_matrix

from .controls import Choice, Steps
from .frames import Frame, Law, frame_of
from .stepped import Explorer

PACKED = "packed"  # the way to treat pads that must not change the state


def padding(final_states: Mapping[str, object]) -> Explorer:
    """The encoder's final state as pads are added behind the sentence, and its difference from the state without.

    Cures: "pads do nothing" (and "padding_idx makes them do nothing").
    Law: packed, the difference is exactly 0; otherwise every pad changes the state.

    Args:
        final_states: for each way to treat pads an array `(pads + 1, units)`, row k the final state of the same
            sentence followed by k pads, read alone; for example {"plain": …, "padding_idx": …, "packed": …}. The
            one named "packed" must not change the state.

    Raises:
        ValueError: no way named "packed", arrays of several shapes, or no pad.
    """
    ways = {name: as_matrix(rows, name) for name, rows in final_states.items()}
    if PACKED not in ways:
        raise ValueError(f"{PACKED!r} is not among the ways given: {list(ways)}")
    shapes = {rows.shape for rows in ways.values()}
    if len(shapes) > 1 or min(shapes)[0] < 2:
        raise ValueError(f"expected the same shape (pads + 1, units) for every way, at least one pad, got {shapes}")
    names, most = list(ways), shapes.pop()[0] - 1
    words = (
        f"The encoder's final state as a strip of units, with 0 to {most} pads behind the sentence, "
        "and its difference from the state without pads."
    )

    def frame_at(pads: int, way: int) -> Frame:
        name, rows = names[way], ways[names[way]]
        change = rows - rows[0]
        if name == PACKED:
            law = Law(f"{name}: the difference is exactly 0, however many pads", not change.any())
        else:
            law = Law(f"{name}: every pad changes the state", all((np.diff(rows, axis=0) != 0).any(axis=1)))
        pads_are = "1 pad" if pads == 1 else f"{pads} pads"
        picture = state_strips({"no pads": rows[0], pads_are: rows[pads], "difference": change[pads]}, words=words)
        status = f"{pads_are}, {name}: largest difference in a unit {np.abs(change[pads]).max():.2f}"
        return frame_of(picture, status, law)

    start = names.index(PACKED) - 1 if names.index(PACKED) else 1 % len(names)
    controls = [Steps(most, first=0, start=min(3, most), label="extra pads"), Choice("pads are", names, start=start)]
    return Explorer("Padding and the final state", words, controls, frame_at)


def context(tokens: Sequence[str], kept: Any, drifting: Any) -> Explorer:
    """The context vector that the decoder is fed at each step: kept from the encoder, or taken from its own state.

    Cures: "the context is the encoder's, always" (in code that stores the updated state it is so for one step only).
    Law: kept, all columns are equal; drifting, every column after the first differs from it.

    Args:
        tokens: the decoder's input at each step.
        kept, drifting: what was fed at each step `(steps, units)`, in [-1, 1].
    """
    tokens = list(tokens)
    pictures = [context_strip(rows, tokens, 1) for rows in (kept, drifting)]
    kept, drifted = as_matrix(kept, "kept"), as_matrix(drifting, "drifting")
    laws = [
        Law("kept: all columns are equal", bool((kept == kept[0]).all())),
        Law(
            "drifting: only column 1 is the encoder's",
            bool((drifted[0] == kept[0]).all() and (drifted[1:] != drifted[0]).any(axis=1).all()),
        ),
    ]

    def frame_at(step: int, design: int) -> Frame:
        name = ("kept", "drifting")[design]
        rows = (kept, drifted)[design]
        same = "is the encoder's" if (rows[step - 1] == kept[0]).all() else "is not the encoder's"
        status = f"Step {step} of {len(tokens)}, {name}: fed '{tokens[step - 1]}' and a context that {same}"
        return frame_of(pictures[design].show(step), status, laws[design])

    controls = [Steps(len(tokens), start=min(2, len(tokens))), Choice("context", ("kept", "drifting"), start=1)]
    return Explorer("The context at each step", f"{pictures[0].words}; kept or drifting.", controls, frame_at)
