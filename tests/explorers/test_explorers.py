"""Each explorer's law, at every position, on the arrays that its pictures are drawn from."""

import numpy as np
import pytest
import torch
from torch import nn

from seq2seq_lessons import explorers
from seq2seq_lessons.explorers import reading, shapes, vectors

A = ["the", "small", "cat", "is", "tired", ".", "<eos>"]
EDITS = [(3, "dog"), (1, "a"), (7, "!")]
IDS = {word: number for number, word in enumerate([*A, "dog", "a", "!"])}


def reader(gru):
    torch.manual_seed(1)
    embedding = nn.Embedding(len(IDS), 8)

    @torch.no_grad()
    def read(tokens):
        return gru(embedding(torch.tensor([[IDS[token]] for token in tokens])))[0][:, 0]

    return read


@pytest.fixture(scope="module")
def one():
    torch.manual_seed(0)
    return reader(nn.GRU(8, 16))


@pytest.fixture(scope="module")
def both():
    torch.manual_seed(0)
    return reader(nn.GRU(8, 8, bidirectional=True))


ROWS = np.tanh(np.cumsum(np.random.default_rng(0).normal(size=(5, 16)), axis=0) / 2)


@pytest.fixture
def drawn(monkeypatch):
    """The arrays of every picture that an explorer draws: a list of (panel name, values) lists."""
    calls = []
    for module in (reading, vectors):
        for name in ("state_panels", "state_heatmap", "context_strip", "state_strips"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, _recording(getattr(module, name), calls))
    return calls


def _recording(draw, calls):
    def recorded(values, *args, **kwargs):
        calls.append(values)
        return draw(values, *args, **kwargs)

    return recorded


def test_every_picture_has_alt_text_of_its_own_and_words(one, both, painted):
    for made in (
        explorers.step_scrubber(A[:4], one),
        explorers.scrub_and_edit(A[:3], [(2, "a")], one, both),
        explorers.shape_lab(),
        explorers.padding({"plain": ROWS[:3], "packed": ROWS[[0] * 3]}),
        explorers.context(A[:3], ROWS[[0] * 3], ROWS[:3]),
    ):
        assert made.holds, made.title
        alts = [frame.alt for frame in made.frames.values()]
        assert min(map(len, alts)) > 40
        data, metadata = made._repr_mimebundle_()
        assert {"image/png", "text/plain"} <= set(data)
        assert metadata["image/png"]["alt"] == made.first_frame.alt
        assert made.first_frame.status not in data["text/plain"]
        made.close()


def test_stored_words_do_not_depend_on_the_weights():
    def words(seed):
        torch.manual_seed(seed)
        read = reader(nn.GRU(8, 16))
        made = [
            explorers.step_scrubber(A[:3], read),
            explorers.scrub_and_edit(A[:3], [(2, "a")], read),
            explorers.padding({"plain": ROWS[:3] * 0.5**seed, "packed": ROWS[[0] * 3]}),
        ]
        return [one._repr_mimebundle_()[0]["text/plain"] for one in made]

    assert words(0) == words(1)


def test_scrub_and_edit_one_direction(one, drawn):
    """Before the edit B - A is exactly 0; from it on it is not: for every edit and step."""
    made = explorers.scrub_and_edit(A, EDITS, one)
    assert len(drawn) == len(EDITS)
    for (position, word), panels in zip(EDITS, drawn, strict=True):
        h_a, h_b, change = (panel.values for panel in panels)
        np.testing.assert_array_equal(change, h_b - h_a)
        assert panels[1].tokens[position - 1] == word and panels[0].tokens == A
        assert not change[: position - 1].any()
        assert all(change[step].any() for step in range(position - 1, len(A)))
    assert {frame.law.line for frame in made.frames.values()} == {
        f"✓ one direction: only columns from {position} on changed; before them B - A is exactly 0"
        for position, _ in EDITS
    }
    assert made.frames[2, 0].status == "Step 2 of 7: A reads 'small', B reads 'small'; no column differs yet"
    assert made.frames[5, 0].status == "Step 5 of 7: A reads 'tired', B reads 'tired'; columns 3 to 5 differ"
    assert made.start == (7, 0)


def test_scrub_and_edit_with_both_directions_changes_columns_before_the_edit(one, both, drawn):
    made = explorers.scrub_and_edit(A, [(7, "!")], one, both)
    change = drawn[1][2].values
    assert all(column.any() for column in change)
    assert made.frames[1, 0, 1].law.line == "✓ both directions: word 7 changed, and so did column 1"
    assert made.frames[1, 0, 0].law.holds


def test_scrub_and_edit_laws_break_with_the_wrong_reader(one, both):
    assert not any(f.law.holds for f in explorers.scrub_and_edit(A, [(7, "!")], both).frames.values())
    swapped = explorers.scrub_and_edit(A, [(7, "!")], both, one)
    assert not any(frame.law.holds for frame in swapped.frames.values())
    deaf = explorers.scrub_and_edit(A, [(3, "dog")], lambda tokens: ROWS[[0] * 7])
    assert "✗" in deaf.first_frame.law.line


def test_scrub_and_edit_keeps_one_size_when_an_edit_is_long():
    vectors_of = {word: vector for word, vector in zip([*A, "unconstitutionally"], np.random.rand(8, 4), strict=True)}
    made = explorers.scrub_and_edit(
        A,
        [(3, "unconstitutionally"), (2, "cat")],
        lambda tokens: np.cumsum([vectors_of[t] for t in tokens], axis=0) / 9,
    )
    assert made.holds


def test_scrub_and_edit_refuses_edits_that_make_no_sense(one):
    with pytest.raises(ValueError, match="position must be 1 to 7"):
        explorers.scrub_and_edit(A, [(8, "dog")], one)
    with pytest.raises(ValueError, match="is there already"):
        explorers.scrub_and_edit(A, [(3, "cat")], one)
    with pytest.raises(ValueError, match="for 7 tokens"):
        explorers.scrub_and_edit(A, [(3, "dog")], lambda tokens: ROWS)


def test_step_scrubber_reads_every_beginning(one, both):
    lengths = []

    def counted(tokens):
        lengths.append(len(tokens))
        return one(tokens)

    made = explorers.step_scrubber(A, counted)
    assert lengths == [1, 2, 3, 4, 5, 6, 7]
    assert made.first_frame.law.line == "✓ reading on leaves the earlier columns as they were"
    assert made.frames[3,].status == "Step 3 of 7: reads 'cat'"
    assert not explorers.step_scrubber(A, both).holds  # a backward reader has seen the end


@pytest.mark.parametrize("states", [np.zeros((0, 4)), lambda tokens: np.zeros((len(tokens), 4))])
def test_step_scrubber_of_nothing_is_refused(states):
    with pytest.raises(ValueError, match="at least one token"):
        explorers.step_scrubber([], states)


def test_step_scrubber_of_an_array():
    assert explorers.step_scrubber(A[:5], ROWS).first_frame.law.line == "✓ every value lies between -1 and 1"
    assert not explorers.step_scrubber(A[:5], ROWS * 3).holds


def test_shape_lab_prints_what_nn_gru_returned():
    made = explorers.shape_lab()
    assert len(made.frames) == 8
    for (layers, directions, batch_first), frame in made.frames.items():
        gru = nn.GRU(8, 16, layers + 1, bidirectional=bool(directions), batch_first=bool(batch_first))
        X = torch.zeros(3, 5, 8) if batch_first else torch.zeros(5, 3, 8)
        output, state = gru(X)
        assert frame.law.line == "✓ these are the shapes that nn.GRU took and returned"
        assert f"output {tuple(output.shape)}, state {tuple(state.shape)}" in frame.status
        assert f"input {tuple(X.shape)}, output {tuple(output.shape)}, state {tuple(state.shape)}" in frame.alt
    assert made.start == (1, 1, 0)  # as the prediction above it asks


def test_shape_lab_law_breaks_when_another_shape_comes_back(monkeypatch):
    def state_batch_first(sizes, layers, bidirectional, batch_first):
        outer = (3, 5) if batch_first else (5, 3)
        directions = 1 + bidirectional
        state = (layers * directions, 3, 16)
        return {
            "input": (*outer, 8),
            "output": (*outer, 16 * directions),
            "state": (3, layers * directions, 16) if batch_first else state,
        }

    monkeypatch.setattr(shapes, "_gru_shapes", state_batch_first)
    made = explorers.shape_lab()
    assert {at for at, frame in made.frames.items() if not frame.law.holds} == {at for at in made.frames if at[2]}
    assert "✗" in made.frames[1, 1, 1].law.line


def test_shape_lab_wants_sizes_that_tell_the_axes_apart():
    with pytest.raises(ValueError, match="four different sizes"):
        explorers.shape_lab(num_steps=3)


def test_padding_law(drawn):
    made = explorers.padding({"plain": ROWS, "packed": ROWS[[0] * 5]})
    for (pads, way), frame in made.frames.items():
        strips = next(s for s in drawn if frame.alt.endswith(_ends(s)))
        packed = way == 1
        assert packed == (not strips["difference"].any()) or pads == 0
        assert frame.law.line == (
            "✓ packed: the difference is exactly 0, however many pads"
            if packed
            else "✓ plain: every pad changes the state"
        )
    assert made.frames[3, 1].status == "3 pads, packed: largest difference in a unit 0.00"
    assert made.frames[1, 0].status.startswith("1 pad, plain")


def _ends(strips):
    return f"difference: from {strips['difference'].min():.2f} to {strips['difference'].max():.2f}"


def test_padding_laws_break():
    nearly = ROWS[[0] * 5].copy()
    nearly[4, 0] += 1e-7
    made = explorers.padding({"plain": ROWS[[0, 1, 1, 2, 3]], "packed": nearly})
    assert not any(frame.law.holds for frame in made.frames.values())


def test_padding_refuses_arrays_that_do_not_fit():
    with pytest.raises(ValueError, match="not among the ways"):
        explorers.padding({"plain": ROWS})
    with pytest.raises(ValueError, match="same shape"):
        explorers.padding({"plain": ROWS, "packed": ROWS[:3]})


def test_context_law(drawn):
    kept = ROWS[[0] * 5]
    made = explorers.context(A[:5], kept, ROWS)
    assert all((column == drawn[0][0]).all() for column in drawn[0])
    assert [bool((column == drawn[1][0]).all()) for column in drawn[1]] == [True] + [False] * 4
    assert made.frames[4, 0].law.line == "✓ kept: all columns are equal"
    assert made.frames[4, 1].law.line == "✓ drifting: only column 1 is the encoder's"
    assert made.frames[1, 1].status.endswith("a context that is the encoder's")
    assert made.frames[2, 1].status.endswith("a context that is not the encoder's")
    assert made.start == (2, 1)


@pytest.mark.parametrize("kept, drifting", [(ROWS, ROWS[[0] * 5]), (ROWS[[1] * 5] + 1e-7 * np.eye(5, 16), ROWS)])
def test_context_laws_break(kept, drifting):
    assert not any(frame.law.holds for frame in explorers.context(A[:5], kept, drifting).frames.values())
