"""The decoder: shapes, its first state, the context that stays."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder
from tests.toy import assert_same, models, models_and_batches, random_ids, seeds


@given(st.integers(1, 3), st.integers(1, 5), st.integers(1, 6))
def test_shapes(num_layers, batch_size, num_steps):
    decoder = Seq2SeqDecoder(vocab_size=10, embed_size=7, num_hiddens=8, num_layers=num_layers)
    state = decoder.init_state((torch.zeros(9, batch_size, 8), torch.zeros(num_layers, batch_size, 8)))
    logits, state = decoder(torch.zeros(batch_size, num_steps, dtype=torch.int64), state)
    assert logits.shape == (batch_size, num_steps, 10)
    assert state.context.shape == (batch_size, 8)
    assert state.hidden.shape == (num_layers, batch_size, 8)


@given(models_and_batches())
def test_it_starts_from_the_encoders_state_not_its_output(model_and_batch):
    model, batch = model_and_batch
    output, encoder_state = model.encoder(batch.source, batch.source_len)
    state = model.decoder.init_state((output, encoder_state), batch.source_len)
    assert torch.equal(state.hidden, encoder_state)
    assert torch.equal(state.context, encoder_state[-1])


@given(models_and_batches())
def test_the_context_stays_while_the_hidden_state_moves(model_and_batch):
    model, batch = model_and_batch
    first = state = model.decoder.init_state(model.encoder(batch.source, batch.source_len))
    for t in range(batch.target.shape[1]):
        _, next_state = model.decoder(batch.target[:, t : t + 1], state)
        assert torch.equal(next_state.context, first.context)
        assert not torch.equal(next_state.hidden, state.hidden)
        state = next_state


@given(models(), seeds)
def test_every_step_reads_its_token_beside_the_context(model, seed):
    decoder, X = model.decoder, random_ids(5, [3, 3], seed >> 1)
    torch.manual_seed(seed)
    layers, num_hiddens = decoder.rnn.num_layers, decoder.rnn.hidden_size
    state = DecoderState(torch.randn(2, num_hiddens).double(), torch.randn(layers, 2, num_hiddens).double())
    inputs = torch.stack([torch.cat((decoder.embedding.weight[X[:, t]], state.context), dim=1) for t in range(3)])
    output, hidden = decoder.rnn(inputs, state.hidden)
    logits, after = decoder(X, state)
    assert_same(logits, torch.stack([decoder.dense(output[t]) for t in range(3)], dim=1))
    assert_same(after.hidden, hidden)


def test_select_takes_the_same_sentences_of_both_parts():
    hidden = torch.arange(12.0).reshape(2, 3, 2)
    chosen = DecoderState(hidden[-1], hidden).select(torch.tensor([2, 0, 2]))
    assert torch.equal(chosen.context, hidden[-1][[2, 0, 2]])
    assert torch.equal(chosen.hidden, hidden[:, [2, 0, 2]])


def test_dropout_with_one_layer_raises_no_warning(recwarn):
    assert Seq2SeqDecoder(10, 4, 5, 1, dropout=0.4).rnn.dropout == 0
    assert Seq2SeqDecoder(10, 4, 5, 2, dropout=0.4).rnn.dropout == 0.4
    assert not recwarn.list


def test_without_a_word_there_is_no_dropout():
    assert Seq2SeqDecoder(10, 4, 5, 2).rnn.dropout == 0


def test_an_lstms_context_is_the_top_layers_h_and_not_its_c():
    h, c = torch.randn(2, 3, 4, 5)  # each (layers, batch, hiddens)
    decoder = Seq2SeqDecoder(10, 6, 5, 3, cell="lstm")
    state = decoder.init_state((torch.zeros(7, 4, 5), (h, c)))
    assert torch.equal(state.context, h[2])
    assert torch.equal(state.hidden[0], h) and torch.equal(state.hidden[1], c)
