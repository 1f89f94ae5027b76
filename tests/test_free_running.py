"""Scheduled sampling: what the decoder is fed, by whose toss, and that the logits follow from what was fed."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.config import FORCING_UNITS as UNITS
from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.decoding import greedy
from seq2seq_lessons.free_running import scheduled_pass
from seq2seq_lessons.model import build_model
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import Vocab
from tests.test_decoding import talkative_models
from tests.toy import assert_same, models_and_batches, random_batch, seeds

BOS, EOS = Vocab.bos_id, Vocab.eos_id
ratios = st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1))


def run(model, batch, ratio, per="token", seed=0):
    torch.manual_seed(seed)
    return scheduled_pass(model, batch, ratio, per)


def own_tokens(logits):
    """What each step would be fed if it were fed the decoder's own token: column t is step t - 1's best."""
    return decoder_input(logits.argmax(dim=2), BOS)


@given(models_and_batches(swaps=True), ratios, st.sampled_from(UNITS), seeds)
def test_law_1_the_logits_are_those_of_one_pass_over_what_was_fed(model_and_batch, ratio, per, seed):
    model, batch = model_and_batch
    logits, fed = run(model, batch, ratio, per, seed)
    assert_same(logits, model(batch.source, fed, batch.source_len)[0])


@given(talkative_models(), ratios, st.sampled_from(UNITS), seeds)
def test_every_token_fed_is_the_right_one_or_the_decoders_own(model_and_batch, ratio, per, seed):
    model, batch = model_and_batch
    logits, fed = run(model, batch, ratio, per, seed)
    gold, own = decoder_input(batch.target, BOS), own_tokens(logits)
    assert fed.dtype == torch.int64 and fed.shape == gold.shape
    assert ((fed == gold) | (fed == own)).all()
    if per == "sentence":
        assert ((fed == gold).all(dim=1) | (fed == own).all(dim=1)).all()


@given(models_and_batches())
def test_all_forced_is_the_one_pass(model_and_batch):
    model, batch = model_and_batch
    logits, fed = run(model, batch, 1.0)
    assert torch.equal(fed, decoder_input(batch.target, BOS))
    assert torch.equal(logits, model(batch.source, fed, batch.source_len)[0])


@given(talkative_models())
def test_none_forced_is_greedy_decoding(model_and_batch):
    model, batch = model_and_batch
    logits, fed = run(model, batch, 0.0)
    assert torch.equal(fed, own_tokens(logits))
    said = [row[: row.index(EOS)] if EOS in row else row for row in logits.argmax(dim=2).tolist()]
    assert said == greedy(model, batch.source, batch.source_len, BOS, EOS, batch.target.shape[1])


def wordy_batch(model, rows: int, steps: int):
    """Labels that the decoder practically never says, so that each fed token shows who chose it."""
    batch = random_batch(model, [3] * rows, [steps] * rows, seed=0)
    with torch.no_grad():
        model.decoder.dense.weight.zero_()
        model.decoder.dense.bias.copy_(torch.arange(len(model.decoder.dense.bias)))  # always says the last word
    return batch._replace(target=batch.target.clamp(max=len(model.decoder.dense.bias) - 2))


@pytest.fixture
def model():
    from seq2seq_lessons.config import ModelConfig
    from seq2seq_lessons.model import build_model

    torch.manual_seed(0)
    return build_model(ModelConfig(4, 5, 1), 9, 9)


@pytest.mark.parametrize("ratio", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("per", UNITS)
def test_the_coin_falls_as_often_as_it_should(model, ratio, per):
    batch = wordy_batch(model, rows=2000, steps=6)
    _, fed = run(model, batch, ratio, per)
    right = (fed == decoder_input(batch.target, BOS))[:, 1:].float()
    tosses = right.numel() if per == "token" else len(right)
    assert right.mean().item() == pytest.approx(ratio, abs=4 * math.sqrt(ratio * (1 - ratio) / tosses))
    by_sentence = right.mean(dim=1)
    mixed = ((by_sentence > 0) & (by_sentence < 1)).float().mean().item()
    assert mixed == 0 if per == "sentence" else mixed == pytest.approx(1 - ratio**5 - (1 - ratio) ** 5, abs=0.05)


def test_the_seed_decides_and_another_one_differs(model):
    batch = wordy_batch(model, rows=20, steps=6)
    first, again, other = (run(model, batch, 0.5, seed=seed).fed for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_the_gradient_reaches_the_weights_through_the_logits(model):
    batch = random_batch(model, [3, 2], [4, 4], seed=0)
    logits, fed = run(model, batch, 0.0)
    logits.sum().backward()
    assert not fed.requires_grad
    assert all(p.grad is not None for p in model.parameters())


@pytest.mark.parametrize("ratio", [-0.1, 1.5, math.nan])
def test_no_probability(model, ratio):
    with pytest.raises(ValueError, match=f"teacher_forcing is {ratio!r}; expected a probability from 0 to 1"):
        scheduled_pass(model, random_batch(model, [2], [2], 0), ratio)


def test_an_unknown_unit(model):
    with pytest.raises(ValueError, match='per is \'batch\'; expected "token" or "sentence"'):
        scheduled_pass(model, random_batch(model, [2], [2], 0), 0.5, "batch")


# Word dropout


@given(models_and_batches(swaps=True), st.sampled_from(UNITS), ratios)
def test_dropped_words_are_fed_and_read_as_unknown(model_and_batch, per, ratio):
    """With probability 1 that is every word; the labels' ends and the padding stay what they are."""
    model, batch = model_and_batch
    torch.manual_seed(0)
    logits, fed = scheduled_pass(model, batch, ratio, per, word_dropout=1.0)
    source = batch.source.where(batch.source < 4, Vocab.unk_id)
    assert_same(logits, model(source, fed, batch.source_len)[0])
    gold, own = decoder_input(batch.target, BOS), own_tokens(logits)
    assert ((fed == gold.where(gold < 4, Vocab.unk_id)) | (fed == own)).all()
    if ratio == 1:
        assert not (fed >= 4).any()


def test_some_words_are_dropped_on_both_sides():
    model = build_model(ModelConfig(4, 5), 30, 30)
    batch = random_batch(model, [9] * 60, [9] * 60, 0)
    seen = []
    model.encoder.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    torch.manual_seed(0)
    fed = scheduled_pass(model, batch, 1.0, word_dropout=0.5).fed
    for found, full in ((seen[0], batch.source), (fed, decoder_input(batch.target, BOS))):
        changed = found != full
        assert 0.4 < changed.sum() / (full >= 4).sum() < 0.6
        assert (found[changed] == Vocab.unk_id).all() and (full[changed] >= 4).all()
