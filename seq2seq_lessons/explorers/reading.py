"""Explorers of an encoder that reads: a state built up step by step, and a word changed in the middle."""

from collections.abc import Callable, Sequence

import numpy as np

from seq2seq_lessons.plots import Panel, Picture, state_heatmap, state_panels
from seq2seq_lessons.plots.style import as_matrix

from .controls import Choice, Control, Steps
from .frames import Frame, Law, frame_of
from .stepped import Explorer

Reader = Callable[[Sequence[str]], object]  # tokens -> states (steps, units)


def step_scrubber(tokens: Sequence[str], states: object) -> Explorer:
    """The hidden state while a sentence is read, one column per token, later columns blank.

    Law: with a function, reading on leaves earlier columns as they were (to 1e-6); with an array, every value lies
    between -1 and 1.

    Args:
        tokens: one per step.
        states: `(steps, units)`, values in [-1, 1]; or a function tokens -> states, which is then called on every
            beginning of the sentence, and each step shows what that call returned.

    Raises:
        ValueError: no token.
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
    picture = state_heatmap(whole, tokens, 1)

    def frame_at(step: int) -> Frame:
        return frame_of(picture.show(step), f"Step {step} of {steps}: reads '{tokens[step - 1]}'", law)

    words = f"{picture.words}; sentence: {' '.join(tokens)}"
    return Explorer("A state, step by step", words, [Steps(steps)], frame_at)


def scrub_and_edit(
    tokens: Sequence[str], edits: Sequence[tuple[int, str]], read: Reader, read_both: Reader | None = None
) -> Explorer:
    """The states of a sentence A, of B with one word changed, and B - A, built up step by step.

    Cures: "the network sees the whole sentence at once"; "a word affects only its own position".
    Law: in one direction the columns before the edit are exactly 0, and the edit's own column is not; with both
    directions even the first column changes.

    Args:
        tokens: sentence A.
        edits: (position from 1, new word) for each choice offered, for example [(2, "dog"), (4, "was")].
        read: tokens -> states `(steps, units)` of a reader in one direction. It is called on one sentence at a time:
            within a batch, rounding could differ between rows.
        read_both: the same for a reader in both directions; adds a control to switch between them.

    Raises:
        ValueError: an edit that is none, or states of other shapes.
    """
    tokens = list(tokens)
    steps = len(tokens)
    for position, word in edits:
        if not 1 <= position <= steps:
            raise ValueError(f"edit ({position}, {word!r}): position must be 1 to {steps}, the words of {tokens}")
        if tokens[position - 1] == word:
            raise ValueError(f"edit ({position}, {word!r}): that word is there already; give another one")
    readers = [read] if read_both is None else [read, read_both]
    drawn: dict[tuple[int, int], tuple[Picture, list[str], np.ndarray, Law]] = {}

    def draw(edit_at: int, reader_at: int) -> tuple[Picture, list[str], np.ndarray, Law]:
        position, word = edits[edit_at]
        edited = [*tokens[: position - 1], word, *tokens[position:]]
        A, B = (_states(readers[reader_at], sentence) for sentence in (tokens, edited))
        mark = frozenset({position - 1})
        panels = [Panel("h(A)", A, tokens, mark), Panel("h(B)", B, edited, mark), Panel("B - A", B - A, edited, mark)]
        picture = state_panels(panels, 1, words=words, panel_height=1.05, other_tokens=[word for _, word in edits])
        return picture, edited, B - A, _edit_law(B - A, position, both=bool(reader_at))

    def frame_at(step: int, edit_at: int, reader_at: int = 0) -> Frame:
        if (edit_at, reader_at) not in drawn:
            drawn[edit_at, reader_at] = draw(edit_at, reader_at)
        picture, edited, change, law = drawn[edit_at, reader_at]
        said = f"A reads '{tokens[step - 1]}', B reads '{edited[step - 1]}'; {_differing(change[:step])}"
        return frame_of(picture.show(step), f"Step {step} of {steps}: {said}", law)

    words = f"Heatmaps of the states of A, of B and of B - A over {steps} steps; A: {' '.join(tokens)}"
    labels = [f"{position}: {tokens[position - 1]} → {word}" for position, word in edits]
    controls: list[Control] = [Steps(steps, start=steps), Choice("change word", labels)]
    if read_both is not None:
        controls.append(Choice("directions", ("one", "both")))
    return Explorer("Scrub and edit", words, controls, frame_at)


def _states(read: Reader, tokens: Sequence[str]) -> np.ndarray:
    states = as_matrix(read(tokens), "read(tokens)")
    if len(states) != len(tokens):
        raise ValueError(
            f"read(tokens) returned shape {states.shape} for {len(tokens)} tokens: expected (steps, units)"
        )
    return states


def _edit_law(change: np.ndarray, position: int, both: bool) -> Law:
    if both:
        return Law(f"both directions: word {position} changed, and so did column 1", bool(change[0].any()))
    return Law(
        f"one direction: only columns from {position} on changed; before them B - A is exactly 0",
        not change[: position - 1].any() and bool(change[position - 1].any()),
    )


def _differing(change: np.ndarray) -> str:
    """Which of the columns differ."""
    seen = [number for number, column in enumerate(change, 1) if column.any()]
    if not seen:
        return "no column differs yet"
    return f"columns {seen[0]} to {seen[-1]} differ" if len(seen) > 1 else f"column {seen[0]} differs"
