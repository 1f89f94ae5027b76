"""Greedy decoding: batched equals one at a time, which equals the definition."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.decoder import DecoderState
from seq2seq_lessons.decoding import decode, greedy, inference
from seq2seq_lessons.model import build_model
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import Vocab
from tests.toy import assert_same, models_and_batches, random_batch, seeds

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


def test_every_part_of_a_model_is_left_in_the_mode_that_it_was_in():
    model = build_model(ModelConfig(4, 5, 1), 9, 9).train()
    model.encoder.eval()
    modes = [module.training for module in model.modules()]
    assert len(set(modes)) == 2
    with inference(model):
        assert not any(module.training for module in model.modules())
    assert [module.training for module in model.modules()] == modes


# One step


@given(models_and_batches(swaps=True))
def test_law_1_fed_the_right_words_the_steps_give_the_logits_of_one_pass(model_and_batch):
    model, batch = model_and_batch
    labels = batch.target
    with inference(model):
        state = model.init_state(batch.source, batch.source_len)
        steps = list(decode(model, state, lambda number, _: labels[:, number], labels.shape[1], eos_id=None))
        logits, last = model(batch.source, decoder_input(labels), batch.source_len)
    assert_same(torch.stack([step.logits for step in steps], dim=1), logits)
    assert_same(steps[-1].after.hidden, last.hidden)
    assert torch.equal(torch.stack([step.fed for step in steps], dim=1), decoder_input(labels))


@given(talkative_models(), st.integers(1, 8))
def test_steps_say_who_still_writes_what_was_fed_and_which_state_was_left(model_and_batch, max_steps):
    model, batch = model_and_batch
    with inference(model):
        steps = list(decode(model, model.init_state(batch.source, batch.source_len), max_steps=max_steps))
    written = [[] for _ in batch.source]
    for number, step in enumerate(steps):
        assert step.number == number
        assert step.rows.tolist() == [row for row, ids in enumerate(written) if EOS not in ids]
        for row, fed, chosen in zip(step.rows.tolist(), step.fed.tolist(), step.chosen.tolist(), strict=True):
            assert fed == (written[row][-1] if written[row] else BOS)
            written[row].append(chosen)
        assert torch.equal(step.chosen, step.logits.argmax(dim=1))
    assert [[i for i in ids if i != EOS] for ids in written] == greedy(
        model, batch.source, batch.source_len, max_steps=max_steps
    )


@given(models_and_batches(), st.integers(0, 3))
def test_a_state_that_is_changed_before_a_step_changes_that_step_and_what_follows(model_and_batch, changed):
    model, batch = model_and_batch

    def edit(number, state):
        return state._replace(hidden=state.hidden + 1) if number == changed else state

    with inference(model):
        state = model.init_state(batch.source, batch.source_len)
        plain, edited = (list(decode(model, state, max_steps=4, eos_id=None, edit=e)) for e in (None, edit))
    for number in range(changed):
        assert torch.equal(plain[number].logits, edited[number].logits)
    assert not torch.equal(plain[changed].logits, edited[changed].logits)
    assert_same(edited[changed].before.hidden, plain[changed].before.hidden + 1)


@given(models_and_batches())
def test_a_drifting_context_is_an_edit(model_and_batch):
    """The article's decoder, which takes its own last state for the context, from the second step of decoding on."""
    model, batch = model_and_batch
    with inference(model):
        state = model.init_state(batch.source, batch.source_len)
        steps = list(
            decode(
                model,
                state,
                max_steps=3,
                eos_id=None,
                edit=lambda number, state: state._replace(context=state.hidden[-1]),
            )
        )
        by_hand = state
        for step in steps:
            logits, by_hand = model.decoder(step.fed[:, None], DecoderState(by_hand.hidden[-1], by_hand.hidden))
            assert_same(step.logits, logits[:, 0])


def test_who_goes_on_keeps_his_own_state_when_others_leave():
    torch.manual_seed(0)
    model = build_model(ModelConfig(8, 16, 2), 12, 12).double()
    X = torch.tensor([[4, 5, 3], [6, 7, 3], [8, 9, 3], [10, 11, 3]])

    def steps_of(rows: list[int], first: list[int]):
        """Two steps of some of the sentences, the first of which writes the ids given."""
        with inference(model):
            state = model.init_state(X[rows])
            return list(decode(model, state, lambda n, logits: torch.tensor(first) if n == 0 else logits.argmax(1), 2))

    _, together = steps_of([0, 1, 2, 3], [EOS, 5, 6, 7])
    assert together.rows.tolist() == [1, 2, 3]
    for place, (row, word) in enumerate([(1, 5), (2, 6), (3, 7)]):
        _, alone = steps_of([row], [word])
        assert_same(together.logits[place : place + 1], alone.logits)
