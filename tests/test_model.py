"""The whole model: laws 1 and 4, the gradient's share of law 3, the article's weights, initialisation."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.loss import MaskedSoftmaxCELoss
from seq2seq_lessons.model import build_model
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import Vocab
from tests.toy import alone, assert_same, models_and_batches, seeds


@given(models_and_batches(swaps=True), st.integers(1, 3))
def test_law_1_stepwise_decoding_gives_the_one_shot_logits(model_and_batch, steps_at_once):
    model, batch = model_and_batch
    fed = decoder_input(batch.target, Vocab.bos_id)
    one_shot, last_state = model(batch.source, fed, batch.source_len)
    state = model.decoder.init_state(model.encoder(batch.source, batch.source_len), batch.source_len)
    pieces = []
    for piece in fed.split(steps_at_once, dim=1):
        logits, state = model.decoder(piece, state)
        pieces.append(logits)
    assert_same(torch.cat(pieces, dim=1), one_shot)
    assert_same(state.hidden, last_state.hidden)


@given(models_and_batches(swaps=True))
def test_law_2_padding_and_batch_mates_do_not_change_a_loss(model_and_batch):
    model, batch = model_and_batch
    loss = MaskedSoftmaxCELoss("none")

    def losses(b):
        return loss(model(b.source, decoder_input(b.target, Vocab.bos_id), b.source_len)[0], b.target, b.target_len)

    together = losses(batch)
    for i, n in enumerate(batch.target_len.tolist()):
        assert_same(together[i, :n], losses(alone(batch, i))[0])


@given(models_and_batches(swaps=True))
def test_law_3_padding_moves_no_weight(model_and_batch):
    model, batch = model_and_batch
    model.zero_grad()
    logits, _ = model(batch.source, decoder_input(batch.target, Vocab.bos_id), batch.source_len)
    MaskedSoftmaxCELoss()(logits, batch.target, batch.target_len).backward()
    together = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    assert together["encoder.embedding.weight"][Vocab.pad_id].eq(0).all()
    assert together["decoder.embedding.weight"][Vocab.pad_id].eq(0).all()
    model.zero_grad()
    for i in range(len(batch.source)):  # the batch's gradient is that of its sentences, token-weighted
        one = alone(batch, i)
        logits, _ = model(one.source, decoder_input(one.target, Vocab.bos_id), one.source_len)
        (MaskedSoftmaxCELoss("sum")(logits, one.target, one.target_len) / int(batch.target_len.sum())).backward()
    for name, parameter in model.named_parameters():
        assert_same(parameter.grad, together[name])


# From 8 hidden numbers on: the dense layer's bias is drawn from +-1/sqrt(num_hiddens), which is nothing small at one.
@given(st.integers(30, 1000), st.integers(1, 32), st.integers(8, 64), st.integers(1, 3), seeds)
def test_law_4_an_untrained_model_loses_log_v(vocab_size, embed_size, num_hiddens, num_layers, seed):
    torch.manual_seed(seed)
    model = build_model(ModelConfig(embed_size, num_hiddens, num_layers), 40, vocab_size)
    source, labels = torch.randint(4, 40, (32, 5)), torch.randint(0, vocab_size, (32, 8))
    with torch.no_grad():
        logits, _ = model(source, decoder_input(labels, Vocab.bos_id))
    loss = MaskedSoftmaxCELoss()(logits, labels, torch.full((32,), 8))
    assert loss.item() == pytest.approx(math.log(vocab_size), rel=0.05)


@pytest.mark.parametrize("part", ["encoder.rnn.weight_ih_l0", "encoder.rnn.weight_hh_l1", "decoder.dense.weight"])
def test_weights_are_drawn_xavier_uniformly(part):
    torch.manual_seed(0)
    weight = build_model(ModelConfig(50, 60, 2), 40, 500).get_parameter(part).detach()
    bound = math.sqrt(6 / sum(weight.shape))
    assert weight.abs().max() <= bound
    assert math.isclose(weight.std(), bound / math.sqrt(3), rel_tol=0.03)


def test_the_same_seed_builds_the_same_model():
    def build(seed):
        torch.manual_seed(seed)
        return build_model(ModelConfig(4, 5, 2), 10, 12).state_dict()

    first, same, other = build(3), build(3), build(4)
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not torch.equal(first["decoder.dense.weight"], other["decoder.dense.weight"])


def test_dropout_reaches_both_halves():
    model = build_model(ModelConfig(4, 5, 2, dropout=0.25), 10, 12)
    assert model.encoder.rnn.dropout == model.decoder.rnn.dropout == 0.25


@pytest.mark.parametrize(
    "wrong",
    [
        {"embed_size": 0},
        {"num_hiddens": -1},
        {"num_layers": 1.5},
        {"dropout": 1.0},
        {"dropout": -0.1},
        {"cell": "rnn"},
        {"cell": None},
        {"bidirectional": "yes"},
        {"attention": 1},
    ],
)
def test_impossible_sizes_are_refused_by_name(wrong):
    name, value = next(iter(wrong.items()))
    with pytest.raises(ValueError, match=f"{name} is {value!r}; expected"):
        ModelConfig(**wrong)


# The article's design, rebuilt: same module names, hence the same keys; the decoder's state is one bare tensor whose
# top layer serves as context on every call.
class ArticleEncoder(nn.Module):
    def __init__(self, vocab, embed, hiddens, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocab, embed)
        self.rnn = nn.GRU(embed, hiddens, layers)

    def forward(self, X):
        return self.rnn(self.embedding(X).transpose(0, 1))


class ArticleDecoder(nn.Module):
    def __init__(self, vocab, embed, hiddens, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocab, embed)
        self.rnn = nn.GRU(embed + hiddens, hiddens, layers)
        self.dense = nn.Linear(hiddens, vocab)

    def forward(self, X, state):
        embedded = self.embedding(X).transpose(0, 1)
        output, state = self.rnn(torch.cat((embedded, state[-1].repeat(len(embedded), 1, 1)), dim=-1), state)
        return self.dense(output).transpose(0, 1), state


class ArticleModel(nn.Module):
    def __init__(self, source_vocab, target_vocab, *sizes):
        super().__init__()
        self.encoder = ArticleEncoder(source_vocab, *sizes)
        self.decoder = ArticleDecoder(target_vocab, *sizes)

    def forward(self, enc_X, dec_X):
        return self.decoder(dec_X, self.encoder(enc_X)[1])


@given(st.integers(1, 5), st.integers(1, 7), st.integers(1, 3), st.integers(1, 4), st.integers(1, 6), seeds)
def test_the_articles_weights_load_and_give_its_logits(embed, hiddens, layers, batch_size, num_steps, seed):
    torch.manual_seed(seed)
    article = ArticleModel(9, 11, embed, hiddens, layers).double()
    ours = build_model(ModelConfig(embed, hiddens, layers), 9, 11).double()
    assert list(ours.state_dict()) == list(article.state_dict())
    ours.load_state_dict(article.state_dict(), strict=True)
    source, target = torch.randint(0, 9, (batch_size, num_steps)), torch.randint(0, 11, (batch_size, num_steps))
    expected, _ = article(source, target)
    assert_same(ours(source, target)[0], expected)
    assert_same(ours(source, target, torch.full((batch_size,), num_steps))[0], expected)
