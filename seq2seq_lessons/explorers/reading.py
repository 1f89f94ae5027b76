"""Explorers of an encoder that reads: a state built up step by step, and a word changed in the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from seq2seq_lessons.plots import Panel, state_heatmap, state_panels
from seq2seq_lessons.plots.style import as_matrix

from .stepped import Choice, Explorer, Frame, Law, Steps, frame_of

Reader = Callable[[Sequence[str]], object]  # tokens -> states (steps, units)


def step_scrubber(
    tokens: Sequence[str], states, *, title: str = "A state, step by step", name: str = "state h"
) -> Explorer:
    """The hidden state while a sentence is read, one column per token, later columns blank.

    tokens: one per step.
    states: (steps, units), values in [-1, 1]; or a function tokens -> states, which is then called on every
        beginning of the sentence, and each step shows what that call returned.
    Law: with a function, reading on leaves earlier columns as they were (to 1e-6); with an array, every value lies
        between -1 and 1.
    """
    tokens = list(tokens)
    steps = len(tokens)
    if not tokens:
        raise ValueError("tokens: got none; expected at least one token to read")
    if callable(states):
        beginnings = [as_matrix(states(tokens[:step]), "states") for step in range(1, steps + 1)]
        whole = beginnings[-1]
        holds = all(
            len(part) == step and np.allclose(part, whole[:step], rtol=0, atol=1e-6)
            for step, part in enumerate(beginnings, 1)
        )
        law = Law("reading on leaves the earlier columns as they were", holds)
    else:
        whole = as_matrix(states, "states")
        beginnings = [whole[:step] for step in range(1, steps + 1)]
        law = Law("every value lies between -1 and 1", bool((np.abs(whole) <= 1).all()))
    picture = state_heatmap(whole, tokens, 1, name=name)

    def frame_at(step: int) -> Frame:
        return frame_of(picture.show(step), f"Step {step} of {steps}: reads '{tokens[step - 1]}'", law)

    words = f"{picture.words}; sentence: {' '.join(tokens)}"
    return Explorer(title, words, [Steps(steps)], frame_at)


def scrub_and_edit(
    tokens: Sequence[str], edits: Sequence[tuple[int, str]], read: Reader, read_both: Reader | None = None
) -> Explorer:
    """The states of a sentence A, of B with one word changed, and B - A, built up step by step.

    Cures: "the network sees the whole sentence at once"; "a word affects only its own position".
    Law: in one direction the columns before the edit are exactly 0, and the edit's own column is not; with both
        directions even the first column changes.

    tokens: sentence A.
    edits: (position from 1, new word) for each choice offered, for example [(2, "dog"), (4, "was")].
    read: tokens -> states (steps, units) of a reader in one direction. It is called on one sentence at a time: within
        a batch, rounding could differ between rows.
    read_both: the same for a reader in both directions; adds a control to switch between them.
    """
    tokens = list(tokens)
    steps = len(tokens)
    for position, word in edits:
        if not 1 <= position <= steps:
            raise ValueError(f"edit ({position}, {word!r}): position must be 1 to {steps}, the words of {tokens}")
        if tokens[position - 1] == word:
            raise ValueError(f"edit ({position}, {word!r}): that word is there already; give another one")
    readers = [read] if read_both is None else [read, read_both]
    drawn: dict = {}

    def draw(edit_at: int, reader_at: int):
        position, word = edits[edit_at]
        edited = [*tokens[: position - 1], word, *tokens[position:]]
        A, B = (as_matrix(readers[reader_at](sentence), "read(tokens)") for sentence in (tokens, edited))
        if A.shape != B.shape or len(A) != steps:
            raise ValueError(
                f"read(tokens) returned shapes {A.shape} and {B.shape} for {steps} tokens: "
                "expected (steps, units) both times"
            )
        change = B - A
        if reader_at == 0:
            law = Law(
                f"one direction: only columns from {position} on changed; before them B - A is exactly 0",
                not change[: position - 1].any() and bool(change[position - 1].any()),
            )
        else:
            law = Law(f"both directions: word {position} changed, and so did column 1", bool(change[0].any()))
        mark = frozenset({position - 1})
        panels = [Panel("h(A)", A, tokens, mark), Panel("h(B)", B, edited, mark), Panel("B - A", change, edited, mark)]
        picture = state_panels(panels, 1, words=words, panel_height=1.05, other_tokens=[word for _, word in edits])
        return picture, edited, change, law

    def frame_at(step: int, edit_at: int, reader_at: int = 0) -> Frame:
        if (edit_at, reader_at) not in drawn:
            drawn[edit_at, reader_at] = draw(edit_at, reader_at)
        picture, edited, change, law = drawn[edit_at, reader_at]
        seen = [number for number, column in enumerate(change[:step], 1) if column.any()]
        differ = (
            f"columns {seen[0]} to {seen[-1]} differ"
            if len(seen) > 1
            else f"column {seen[0]} differs"
            if seen
            else "no column differs yet"
        )
        status = f"Step {step} of {steps}: A reads '{tokens[step - 1]}', B reads '{edited[step - 1]}'; {differ}"
        return frame_of(picture.show(step), status, law)

    words = f"Heatmaps of the states of A, of B and of B - A over {steps} steps; A: {' '.join(tokens)}"
    labels = [f"{position}: {tokens[position - 1]} → {word}" for position, word in edits]
    controls = [Steps(steps, start=steps), Choice("change word", labels)]
    if read_both is not None:
        controls.append(Choice("directions", ("one", "both")))
    return Explorer("Scrub and edit", words, controls, frame_at)
