"""Greedy decoding: batched equals one at a time, which equals the definition."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.decoding import greedy, inference
from seq2seq_lessons.text import Vocab
from tests.toy import models_and_batches, random_batch, seeds

BOS, EOS = Vocab.bos_id, Vocab.eos_id


def by_definition(model, source, max_steps: int) -> list[int]:
    """The most probable next word after all words so far, each time with the whole prefix read again."""
    fed = [BOS]
    for _ in range(max_steps):
        word = int(model(source, torch.tensor([fed]))[0][0, -1].argmax())
        if word == EOS:
            break
        fed.append(word)
    return fed[1:]


@st.composite
def talkative_models(draw):
    """Models whose next word depends on the words so far, so that sentences end at different steps."""
    model, batch = draw(models_and_batches(swaps=True))
    torch.manual_seed(draw(seeds))
    with torch.no_grad():
        model.decoder.dense.bias.zero_()
        for parameter in model.decoder.parameters():
            parameter.mul_(3)
    return model, batch


@given(talkative_models(), st.integers(1, 12))
def test_law_2_a_translation_is_the_same_alone_padded_or_in_a_batch(model_and_batch, max_steps):
    model, batch = model_and_batch
    written = greedy(model, batch.source, batch.source_len, BOS, EOS, max_steps)
    assert written == [
        by_definition(model, row[None, :n], max_steps) for row, n in zip(batch.source, batch.source_len, strict=True)
    ]
    assert all(EOS not in ids and len(ids) <= max_steps for ids in written)


def test_a_sentence_that_has_ended_leaves_the_batch(translator):
    sentences = [["anna", "sings", "."], ["ben", "never", "sleeps", "today", "."], ["emma", "reads", "."]]
    X, valid_len = translator._encode(sentences)
    sizes = []
    hook = translator.model.decoder.register_forward_pre_hook(lambda _, args: sizes.append(len(args[0])))
    written = greedy(translator.model, X, valid_len, BOS, EOS)
    hook.remove()
    assert [len(ids) for ids in written] == [3, 6, 3]
    assert sizes == [3, 3, 3, 3, 1, 1, 1]


def test_without_lengths_nothing_is_padded(translator):
    X, valid_len = translator._encode([["anna", "sings", "."], ["emma", "reads", "."]])
    assert greedy(translator.model, X, None, BOS, EOS) == greedy(translator.model, X, valid_len, BOS, EOS)


@pytest.mark.parametrize("was_training", [True, False])
def test_no_dropout_and_no_gradient_and_the_mode_is_left_as_it_was(was_training):
    from seq2seq_lessons.config import ModelConfig
    from seq2seq_lessons.model import build_model

    torch.manual_seed(0)
    model = build_model(ModelConfig(8, 16, 3, dropout=0.9), 12, 12).train(was_training)
    batch = random_batch(model, [5] * 8, [5] * 8, seed=0)
    first, second = (greedy(model, batch.source, batch.source_len, BOS, EOS, 10) for _ in range(2))
    assert first == second
    assert model.training is was_training
    seen = []
    model.decoder.register_forward_hook(lambda m, _, result: seen.append((m.training, result[0].requires_grad)))
    greedy(model, batch.source, batch.source_len, BOS, EOS, 2)
    assert set(seen) == {(False, False)}


def test_an_error_inside_leaves_the_mode_as_it_was():
    module = torch.nn.Linear(1, 1).train()
    with pytest.raises(RuntimeError, match="shapes"), inference(module):
        module(torch.zeros(1, 2))
    assert module.training
    assert torch.is_grad_enabled()
