"""The attention decoder: its weights, its contexts, what it looks with. Laws 1, 2, 3 and 7 hold for it too (SWAPS)."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.attention import AttentionDecoder
from seq2seq_lessons.decoder import DecoderState, top_layer
from tests.toy import assert_same, lengths, random_ids, seeds


def decoder_and_state(valid_len, seed, cell="gru", num_layers=2, extra_pads=0):
    """A float64 decoder with a random encoder's results for sentences of these lengths."""
    torch.manual_seed(seed)
    decoder = AttentionDecoder(9, 3, 4, num_layers, cell=cell).double().eval()
    steps, batch_size = max(valid_len) + extra_pads, len(valid_len)
    h, c = torch.randn(2, num_layers, batch_size, 4).double()
    outputs = torch.randn(steps, batch_size, 4).double()
    return decoder, outputs, decoder.init_state((outputs, (h, c) if cell == "lstm" else h), torch.tensor(valid_len))


@given(lengths, seeds, st.integers(0, 3))
def test_weights_sum_to_one_and_padding_gets_none(valid_len, seed, extra_pads):
    decoder, outputs, state = decoder_and_state(valid_len, seed, extra_pads=extra_pads)
    context, weights = decoder.attend(torch.randn(len(valid_len), 4).double(), state.context)
    assert context.shape == (len(valid_len), 4) and weights.shape == (len(valid_len), len(outputs))
    assert_same(weights.sum(dim=1), torch.ones(len(valid_len)).double())
    for row, n in zip(weights, valid_len, strict=True):
        assert (row[:n] > 0).all() and (row[n:] == 0).all()


@given(seeds, st.sampled_from(["gru", "lstm"]))
def test_a_step_by_the_formula(seed, cell):
    decoder, outputs, state = decoder_and_state([3, 2], seed, cell)
    X = random_ids(9, [2, 2], seed >> 1)
    hidden, expected = state.hidden, []
    for t in range(2):
        contexts = []
        for row, n in enumerate([3, 2]):
            query = decoder.query.weight @ top_layer(hidden)[row]
            scores = [
                decoder.score.weight[0] @ torch.tanh(query + decoder.key.weight @ outputs[s, row]) for s in range(n)
            ]
            weights = torch.softmax(torch.stack(scores), dim=0)
            contexts.append(sum(w * outputs[s, row] for s, w in enumerate(weights)))
        inputs = torch.cat((decoder.embedding.weight[X[:, t]], torch.stack(contexts)), dim=1)
        output, hidden = decoder.rnn(inputs[None], hidden)
        expected.append(decoder.dense(output[0]))
    logits, after = decoder(X, state)
    assert_same(logits, torch.stack(expected, dim=1))
    assert_same(after.hidden, hidden)
    assert after.context is state.context


def test_without_lengths_every_word_is_real():
    decoder, outputs, _ = decoder_and_state([3, 3], 0)
    _, _, mask = decoder.init_state((outputs, torch.zeros(2, 2, 4).double())).context
    assert mask.dtype == torch.bool and mask.shape == (2, 3) and mask.all()


def test_select_takes_the_same_sentences_of_every_part():
    _, outputs, state = decoder_and_state([3, 2, 1], 0, "lstm")
    rows = torch.tensor([2, 0, 2])
    chosen = state.select(rows)
    values, keys, mask = chosen.context
    assert torch.equal(values, outputs.permute(1, 0, 2)[rows])
    assert torch.equal(keys, state.context[1][rows])
    assert torch.equal(mask, torch.tensor([[True, False, False], [True, True, True], [True, False, False]]))
    for part, whole in zip(chosen.hidden, state.hidden, strict=True):
        assert torch.equal(part, whole[:, rows])
    assert isinstance(chosen, DecoderState)
