"""The encoder: shapes, valid lengths, law 2 for its state."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from seq2seq_lessons.encoder import Seq2SeqEncoder
from tests.toy import alone, assert_same, lengths, models, models_and_batches, random_ids, seeds


@given(st.integers(1, 3), st.integers(1, 5), st.integers(1, 6))
def test_shapes(num_layers, batch_size, num_steps):
    encoder = Seq2SeqEncoder(vocab_size=10, embed_size=7, num_hiddens=8, num_layers=num_layers)
    output, state = encoder(torch.zeros(batch_size, num_steps, dtype=torch.int64))
    assert output.shape == (num_steps, batch_size, 8)
    assert state.shape == (num_layers, batch_size, 8)


@given(models_and_batches())
def test_law_2_padding_and_batch_mates_do_not_change_a_state(model_and_batch):
    model, batch = model_and_batch
    output, state = model.encoder(batch.source, batch.source_len)
    for i, n in enumerate(batch.source_len.tolist()):
        output_alone, state_alone = model.encoder(alone(batch, i).source)
        assert_same(state[:, i], state_alone[:, 0])
        assert_same(output[:n, i], output_alone[:, 0])
        assert output[n:, i].eq(0).all()
    assert output.shape[0] == batch.source.shape[1]


@given(models_and_batches())
def test_law_2_holds_in_float32_to_its_rounding(model_and_batch):
    encoder, batch = model_and_batch[0].encoder.float(), model_and_batch[1]
    _, state = encoder(batch.source, batch.source_len)
    for i in range(len(batch.source)):
        torch.testing.assert_close(state[:, i], encoder(alone(batch, i).source)[1][:, 0], rtol=0, atol=1e-5)


@given(models(), seeds)
def test_the_state_is_the_one_at_each_sentences_last_real_token(model, seed):
    X = random_ids(5, [4, 2, 3], seed >> 1)
    output, state = model.encoder(X, torch.tensor([4, 2, 3]))
    for i, n in enumerate([4, 2, 3]):
        assert_same(state[-1, i], output[n - 1, i])


@given(models(), seeds)
def test_without_valid_lengths_every_step_is_read(model, seed):
    X = random_ids(5, [2, 4], seed >> 1)
    output, state = model.encoder(X)
    by_hand, hand_state = model.encoder.rnn(model.encoder.embedding.weight[X].transpose(0, 1))
    assert_same(output, by_hand)
    assert_same(state, hand_state)


def test_a_sentence_is_read_by_its_own_row():
    encoder = Seq2SeqEncoder(10, 4, 5, 1).double()
    X = torch.randint(0, 10, (3, 3), generator=torch.Generator().manual_seed(0))  # batch == steps: no shape would tell
    changed = X.clone()
    changed[0] = (X[0] + 1) % 10
    before, after = encoder(X)[1], encoder(changed)[1]
    assert_same(before[:, 1:], after[:, 1:])
    assert not torch.allclose(before[:, 0], after[:, 0])


@pytest.mark.parametrize(("num_layers", "expected"), [(1, 0.0), (2, 0.4)])
def test_dropout_acts_between_layers_only(num_layers, expected, recwarn):
    encoder = Seq2SeqEncoder(10, 4, 5, num_layers, dropout=0.4)
    assert encoder.rnn.dropout == expected
    assert not recwarn.list  # torch warns about dropout with nothing to act between


def test_lengths_of_nothing_are_refused():
    encoder = Seq2SeqEncoder(10, 4, 5, 1)
    with pytest.raises(RuntimeError, match="greater than 0"):
        encoder(torch.zeros(2, 3, dtype=torch.int64), torch.tensor([3, 0]))


def test_the_gru_is_torchs():
    assert isinstance(Seq2SeqEncoder(10, 4, 5, 2).rnn, nn.GRU)


# Swaps (lesson 13)


@given(lengths, st.integers(1, 3), seeds)
def test_both_ways_each_half_is_a_reader_of_its_own(valid_len, num_layers, seed):
    torch.manual_seed(seed)
    encoder = Seq2SeqEncoder(9, 5, 6, num_layers, bidirectional=True).double()
    X, lens = random_ids(9, valid_len, seed >> 1), torch.tensor(valid_len)
    output, state = encoder(X, lens)
    assert output.shape == (X.shape[1], len(X), 6) and state.shape == (num_layers, len(X), 6)
    for row, n in enumerate(valid_len):
        read, pieces = encoder.rnn(encoder.embedding(X[row, :n])[:, None])
        assert_same(output[:n, row], read[:, 0])
        pieces = pieces.reshape(num_layers, 2, 3)  # (layer, direction, hiddens / 2)
        assert_same(state[:, row], torch.cat((pieces[:, 0], pieces[:, 1]), dim=1))
        # the forward reader has read all at the last token, the backward one at the first
        assert_same(state[-1, row], torch.cat((read[-1, 0, :3], read[0, 0, 3:])))


@given(lengths, st.booleans(), seeds)
def test_an_lstm_keeps_a_cell_beside_its_state(valid_len, both_ways, seed):
    torch.manual_seed(seed)
    encoder = Seq2SeqEncoder(9, 5, 6, 2, cell="lstm", bidirectional=both_ways).double()
    X = random_ids(9, valid_len, seed >> 1)
    output, (h, c) = encoder(X, torch.tensor(valid_len))
    assert h.shape == c.shape == (2, len(X), 6)
    if not both_ways:
        assert_same(h[-1], output[torch.tensor(valid_len) - 1, range(len(X))])
    for row, n in enumerate(valid_len):
        _, (one_h, one_c) = encoder(X[row : row + 1, :n])
        assert_same((h[:, row], c[:, row]), (one_h[:, 0], one_c[:, 0]))


def test_an_odd_size_cannot_be_read_both_ways():
    with pytest.raises(ValueError, match="num_hiddens is 7; expected an even number"):
        Seq2SeqEncoder(9, 5, 7, 1, bidirectional=True)


def test_an_unknown_cell_is_refused():
    with pytest.raises(ValueError, match="cell is 'rnn'; expected one of 'gru', 'lstm'"):
        Seq2SeqEncoder(9, 5, 6, 1, cell="rnn")


def test_without_a_word_there_is_no_dropout():
    assert Seq2SeqEncoder(10, 4, 5, 2).rnn.dropout == 0
