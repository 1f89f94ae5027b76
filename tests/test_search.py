"""Sampling and search: law 7, and that a batch finds what each sentence finds alone."""

import math
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from seq2seq_lessons import decoding
from seq2seq_lessons.beam import beam_steps
from seq2seq_lessons.decoder import DecoderState
from seq2seq_lessons.decoding import beam_search, exhaustive_search, greedy, inference, sample
from seq2seq_lessons.model import EncoderDecoder
from seq2seq_lessons.text import Vocab
from tests.test_decoding import talkative_models
from tests.toy import models, random_ids, seeds

BOS, EOS = Vocab.bos_id, Vocab.eos_id
A, B, C, D = range(4, 8)
penalties = st.floats(0, 2)


class FixedEncoder(nn.Module):
    def forward(self, X, valid_len=None):
        state = torch.zeros(1, len(X), 1, dtype=torch.int64)
        return state, state


class FixedDecoder(nn.Module):
    """Next-token probabilities by what has been written; its hidden state numbers the words so far in base 10."""

    def __init__(self, table: dict[tuple, dict[int, float]], vocab_size: int = 8):
        super().__init__()
        self.table = {sum((w + 1) * 10**i for i, w in enumerate(words)): p for words, p in table.items()}
        self.vocab_size, self.embedding = vocab_size, nn.Embedding(vocab_size, 1)

    def init_state(self, enc_outputs, valid_len=None):
        return DecoderState(enc_outputs[1][-1], enc_outputs[1])

    def forward(self, X, state):
        hidden, steps = state.hidden.clone(), []
        for column in X.T:
            for row, token in enumerate(column.tolist()):
                if token != BOS:
                    code = hidden[0, row, 0]
                    hidden[0, row, 0] = code + (token + 1) * 10 ** (len(str(int(code))) if code else 0)
            steps.append(torch.stack([self.logits(int(code)) for code in hidden[0, :, 0]]))
        return torch.stack(steps, dim=1), DecoderState(state.context, hidden)

    def logits(self, code: int) -> torch.Tensor:
        probabilities = self.table.get(code, {EOS: 1.0})
        return torch.tensor([math.log(max(probabilities.get(w, 0.0), 1e-30)) for w in range(self.vocab_size)])


def fixed(table) -> EncoderDecoder:
    return EncoderDecoder(FixedEncoder(), FixedDecoder(table))


# The most probable sentence, A at 40 %, begins with the second most probable word: B begins three at 20 % each.
GARDEN_PATH = fixed({(): {B: 0.6, A: 0.4}, (B,): {C: 1 / 3, D: 1 / 3, A: 1 / 3}})
SOURCE = torch.tensor([[5, EOS]])


# Beam search


@given(talkative_models(), penalties, st.integers(1, 8))
def test_law_7_width_one_is_greedy_for_every_length_penalty(model_and_batch, length_penalty, max_steps):
    model, batch = model_and_batch
    found = beam_search(model, batch.source, batch.source_len, BOS, EOS, max_steps, 1, length_penalty)
    assert [h[0].ids for h in found] == greedy(model, batch.source, batch.source_len, BOS, EOS, max_steps)
    assert all(len(h) == 1 for h in found)


@given(talkative_models(), penalties, st.integers(1, 8), st.integers(1, 6))
def test_law_7_a_score_is_the_sum_of_log_probabilities_over_length(model_and_batch, length_penalty, max_steps, width):
    model, batch = model_and_batch
    found = beam_search(model, batch.source, batch.source_len, BOS, EOS, max_steps, width, length_penalty)
    for row, hypotheses in enumerate(found):
        assert 1 <= len(hypotheses) <= width
        assert len({tuple(h.ids) for h in hypotheses}) == len(hypotheses)
        assert hypotheses == sorted(hypotheses, key=lambda h: -h.score)
        source = batch.source[row : row + 1, : batch.source_len[row]]
        for ids, log_prob, score in hypotheses:
            said = ids + [EOS] * (len(ids) < max_steps)
            logits, _ = model(source, torch.tensor([[BOS, *said[:-1]]]))
            by_hand = torch.log_softmax(logits[0], dim=1)[range(len(said)), said].sum().item()
            assert log_prob == pytest.approx(by_hand, abs=1e-10)
            assert score == pytest.approx(by_hand / len(said) ** length_penalty, abs=1e-10)


@given(talkative_models(), penalties, st.integers(1, 8), st.integers(1, 6))
def test_law_2_a_search_finds_the_same_alone_padded_or_in_a_batch(model_and_batch, length_penalty, max_steps, width):
    model, batch = model_and_batch
    found = beam_search(model, batch.source, batch.source_len, BOS, EOS, max_steps, width, length_penalty)
    for row, hypotheses in enumerate(found):
        source = batch.source[row : row + 1, : batch.source_len[row]]
        (alone,) = beam_search(model, source, None, BOS, EOS, max_steps, width, length_penalty)
        assert [h.ids for h in alone] == [h.ids for h in hypotheses]


@given(models(max_vocab=5, swaps=True), seeds, st.integers(1, 4), penalties)
def test_law_7_a_wide_beam_finds_what_exhaustive_search_finds(model, seed, max_steps, length_penalty):
    vocab_size = model.decoder.embedding.num_embeddings
    source = random_ids(model.encoder.embedding.num_embeddings, [4], seed >> 1)
    every = exhaustive_search(model, source, None, BOS, EOS, max_steps, length_penalty)
    assert len(every) == sum((vocab_size - 1) ** t for t in range(max_steps + 1))
    assert sum(math.exp(h.log_prob) for h in every) == pytest.approx(1)
    (wide,) = beam_search(model, source, None, BOS, EOS, max_steps, vocab_size**max_steps, length_penalty)
    assert {tuple(h.ids): pytest.approx(h.score, abs=1e-10) for h in wide} == {tuple(h.ids): h.score for h in every}
    assert wide[0].score == pytest.approx(every[0].score, abs=1e-10)


def test_greedy_is_led_down_the_garden_path_and_a_beam_of_two_is_not():
    assert greedy(GARDEN_PATH, SOURCE, None, BOS, EOS)[0][0] == B
    best = beam_search(GARDEN_PATH, SOURCE, None, BOS, EOS, width=2, length_penalty=0)[0][0]
    assert best.ids == [A] and math.exp(best.log_prob) == pytest.approx(0.4)


def test_the_sum_prefers_short_sentences_and_the_penalty_weakens_that():
    model = fixed({(): {A: 0.5, B: 0.5}, (A,): {EOS: 0.8, C: 0.2}, (B,): {C: 0.7, EOS: 0.3}})
    # [A] has probability .4 in 2 tokens; [B, C] .35 in 3: a lower sum and a higher mean
    best = [beam_search(model, SOURCE, None, BOS, EOS, width=4, length_penalty=alpha)[0][0].ids for alpha in (0, 1)]
    assert best == [[A], [B, C]]


def test_a_better_beginning_is_not_given_up_for_short_sentences_that_are_finished():
    # two short ones, 10 and 9 %, are finished while the one of 77 % is still being written
    model = fixed({(): {A: 0.9, B: 0.1}, (A,): {C: 0.95, EOS: 0.05}, (A, C): {D: 0.9, EOS: 0.1}})
    for found in beam_search(
        model, SOURCE.repeat(3, 1), None, BOS, EOS, width=2, length_penalty=0
    ):  # each of three has its own hope
        assert [h.ids for h in found] == [[A, C, D], [B]]
        assert math.exp(found[0].log_prob) == pytest.approx(0.9 * 0.95 * 0.9)


def test_a_beginning_that_ends_leaves_its_place_to_the_next_best():
    # of the two best first tokens one is <eos>, so B goes on too, and is better than A from the second token on
    model = fixed({(): {EOS: 0.5, A: 0.3, B: 0.2}, (A,): {C: 0.5, D: 0.5}, (B,): {C: 1.0}})
    (found,) = beam_search(model, SOURCE, None, BOS, EOS, width=2, length_penalty=0)
    assert [h.ids for h in found] == [[], [B, C]]


def test_a_full_beam_goes_on_after_three_of_four_have_ended():
    # after two tokens DA 22 %; ended A 17, B 16, C 14; BA 10, CA 10, AA 7: the fourth to go on is the next to end
    evenly = {token: 0.25 for token in (A, B, C, D)}
    model = fixed(
        {
            (): {A: 0.28, B: 0.26, C: 0.24, D: 0.22},
            (A,): {EOS: 0.6, A: 0.25, B: 0.15},
            (B,): {EOS: 0.6, A: 0.4},
            (C,): {EOS: 0.6, A: 0.4},
            (D,): {A: 1.0},
            (D, A): evenly,
            (B, A): evenly,
            (C, A): evenly,
        }
    )
    (found,) = beam_search(model, SOURCE, None, BOS, EOS, width=4, length_penalty=0)
    assert [h.ids for h in found] == [[A], [B], [C], [A, A]]


def test_width_one_is_greedy_where_the_length_penalty_would_like_a_longer_sentence():
    model = fixed({(): {EOS: 0.5, A: 0.45}})
    (found,) = beam_search(model, SOURCE, None, BOS, EOS, width=1, length_penalty=2)
    assert [h.ids for h in found] == [[]]


@given(talkative_models(), st.integers(1, 8), st.integers(1, 5))
def test_a_greater_length_penalty_never_makes_the_best_shorter(model_and_batch, max_steps, width):
    model, batch = model_and_batch
    args = batch.source, batch.source_len, BOS, EOS, max_steps, width
    lengths = [[len(h[0].ids) for h in beam_search(model, *args, alpha)] for alpha in (0, 0.5, 1, 2)]
    assert all(
        a <= b
        for shorter, longer in zip(lengths, lengths[1:], strict=False)
        for a, b in zip(shorter, longer, strict=True)
    )


@given(models(max_vocab=5, swaps=True), seeds, st.integers(1, 4), penalties, st.integers(2, 6), st.data())
def test_law_7_what_is_alive_when_a_search_stops_cannot_win(model, seed, max_steps, length_penalty, width, data):
    """Of all sentences that go on from a beginning that was given up at the stop, none belongs to the best."""
    num_best = data.draw(st.integers(1, width))
    source = random_ids(model.encoder.embedding.num_embeddings, [4], seed >> 1)
    (found,) = beam_search(model, source, None, BOS, EOS, max_steps, width, length_penalty, num_best)
    with inference(model):
        *_, last = beam_steps(model, model.init_state(source), max_steps, width, length_penalty, num_best)
    alive = last.written[0, last.kept[0, last.goes_on[0]]].tolist()
    worst = found[-1].score if len(found) == num_best else -math.inf
    for hypothesis in exhaustive_search(model, source, None, BOS, EOS, max_steps, length_penalty):
        if any(hypothesis.ids[: len(beginning)] == beginning for beginning in alive):
            assert hypothesis.score <= worst + 1e-10


@given(talkative_models(), penalties, st.integers(1, 8), st.integers(1, 6), st.data())
def test_fewer_hypotheses_are_the_first_of_more(model_and_batch, length_penalty, max_steps, width, data):
    model, batch = model_and_batch
    args = model, batch.source, batch.source_len, BOS, EOS, max_steps, width, length_penalty
    num_best = data.draw(st.integers(1, width))
    for few, all_of_them in zip(beam_search(*args, num_best), beam_search(*args), strict=True):
        assert [h.ids for h in few] == [h.ids for h in all_of_them[:num_best]]


def test_a_long_sentence_that_the_length_penalty_prefers_is_waited_for():
    # three short ones have ended, the best with a higher sum than the long one's; but that one has the better mean
    model = fixed(
        {(): {A: 0.7, D: 0.3}, (A,): {EOS: 0.5, B: 0.25, C: 0.25}} | {(D,) * n: {D: 1.0} for n in range(1, 5)}
    )
    (found,) = beam_search(model, SOURCE, None, BOS, EOS, width=3, length_penalty=1, num_best=1)
    assert [h.ids for h in found] == [[D] * 5]
    (by_sum,) = beam_search(model, SOURCE, None, BOS, EOS, width=3, length_penalty=0, num_best=1)
    assert [h.ids for h in by_sum] == [[A]]


def test_a_sentence_that_is_found_leaves_the_batch(translator):
    sentences = [["anna", "sings", "."], ["ben", "never", "sleeps", "today", "."], ["emma", "reads", "."]]
    X, valid_len = translator._encode(sentences)
    rows = []
    hook = translator.model.decoder.register_forward_pre_hook(lambda _, args: rows.append(len(args[0])))
    found = beam_search(translator.model, X, valid_len, BOS, EOS, 12, 2, 0.0, num_best=1)
    hook.remove()
    assert rows[:2] == [3, 6] and rows[-1] == 2 and rows[1:] == sorted(rows[1:], reverse=True) and len(rows) < 12
    assert [len(h) for h in found] == [1, 1, 1]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"num_best": 6}, "num_best is 6; a beam of width 5 finds 1 to 5"),
        ({"num_best": 0}, "num_best is 0"),
        ({"length_penalty": -1.0}, "length_penalty is -1.0; expected a number of at least 0"),
        ({"length_penalty": math.nan}, "length_penalty is nan"),
    ],
)
def test_impossible_searches(how, message):
    with pytest.raises(ValueError, match=message):
        beam_search(GARDEN_PATH, SOURCE, None, BOS, EOS, **how)


def test_wrong_widths_and_too_many_sentences():
    with pytest.raises(ValueError, match="width is 0; expected a whole number of at least 1"):
        beam_search(GARDEN_PATH, SOURCE, None, BOS, EOS, width=0)
    with pytest.raises(ValueError, match="137,257 sentences of up to 6 of 8 tokens.*try beam_search"):
        exhaustive_search(GARDEN_PATH, SOURCE, None, BOS, EOS, 6)
    for number in (0, 2, 3):
        with pytest.raises(ValueError, match=f"^{number} sources and 57 sentences"):
            exhaustive_search(GARDEN_PATH, SOURCE.repeat(number, 1), None, BOS, EOS, 2)


# Sampling


def draws(number: int, seed: int = 0, **how) -> Counter:
    generator = torch.Generator().manual_seed(seed)
    drawn = sample(GARDEN_PATH, SOURCE.repeat(number, 1), None, BOS, EOS, generator=generator, **how)
    return Counter(map(tuple, drawn))


def test_sentences_are_drawn_as_often_as_they_are_probable():
    drawn = draws(1000)
    expected = {(A,): 0.4, (B, A): 0.2, (B, C): 0.2, (B, D): 0.2}
    assert drawn.keys() == expected.keys()
    for words, p in expected.items():
        assert drawn[words] / 1000 == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / 1000))


def test_temperature_sharpens_and_flattens():
    cold, warm = (draws(600, temperature=t)[A,] / 600 for t in (0.25, 1.0))
    odds = 1.5**4  # at temperature 1/4 the odds of B against A are taken to the fourth power
    assert cold == pytest.approx(1 / (1 + odds), abs=0.06)
    assert warm == pytest.approx(0.4, abs=0.08)
    assert len(draws(600, temperature=40.0)) > 100  # words that are next to impossible are drawn, too


@given(talkative_models(), st.floats(0.01, 100), st.integers(1, 8))
def test_law_7_at_any_temperature_the_best_token_stays_the_best(model_and_batch, temperature, max_steps):
    model, batch = model_and_batch
    only_the_best = sample(model, batch.source, batch.source_len, BOS, EOS, max_steps, temperature, top_k=1)
    assert only_the_best == greedy(model, batch.source, batch.source_len, BOS, EOS, max_steps)


def test_top_k_draws_from_the_best_k_only():
    model = fixed({(): {A: 0.5, B: 0.2, C: 0.2, D: 0.1}})
    generator = torch.Generator().manual_seed(0)
    written = sample(model, SOURCE.repeat(500, 1), None, BOS, EOS, top_k=2, generator=generator)
    drawn = Counter(ids[0] for ids in written)
    assert len(drawn) == 2
    assert drawn[A] / 500 == pytest.approx(5 / 7, abs=0.08)
    assert sample(model, SOURCE, None, BOS, EOS, top_k=100)  # more than there are


def test_the_generator_decides():
    assert draws(50, seed=1) == draws(50, seed=1)
    assert draws(50, seed=1) != draws(50, seed=2)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"temperature": 0}, "temperature is 0; expected a number above 0.*use greedy"),
        ({"temperature": math.nan}, "temperature is nan"),
        ({"top_k": 0}, "top_k is 0; expected a whole number"),
    ],
)
def test_impossible_draws(how, message):
    with pytest.raises(ValueError, match=message):
        sample(GARDEN_PATH, SOURCE, None, BOS, EOS, **how)


@pytest.mark.parametrize("search", [sample, beam_search])
def test_no_dropout_and_no_gradient(search):
    seen = []
    model = fixed({}).train()
    model.decoder.register_forward_hook(lambda m, *_: seen.append((m.training, torch.is_grad_enabled())))
    search(model, SOURCE, None, BOS, EOS, 4)
    assert set(seen) == {(False, False)} and model.training


# Defaults and limits


def never_ends() -> EncoderDecoder:
    """A decoder that says A, or with 1 % B, and never <eos>."""
    model = fixed({})
    logits = torch.tensor([-99.0] * A + [math.log(0.99), math.log(0.01)] + [-99.0] * 2)
    model.decoder.forward = lambda X, state: (logits.expand(*X.shape, 8), state)
    return model


@pytest.mark.parametrize(
    "translate",
    [greedy, lambda *given: sample(*given, top_k=1), lambda *given: [found[0].ids for found in beam_search(*given)]],
    ids=["greedy", "sample", "beam_search"],
)
def test_a_sentence_that_never_ends_is_cut_after_fifty_tokens(translate):
    X = torch.tensor([[A, EOS]])
    assert translate(never_ends(), X, None, BOS, EOS) == [[A] * 50]


def test_a_beam_is_five_wide_unless_told_otherwise():
    X = torch.tensor([[A, EOS]])
    assert len(beam_search(never_ends(), X, None, BOS, EOS, 3)[0]) == 5


def test_the_mean_ranks_unless_told_otherwise():
    X = torch.tensor([[A, EOS]])
    of_a_beam = beam_search(never_ends(), X, None, BOS, EOS, 3)[0]
    for found in (of_a_beam, exhaustive_search(GARDEN_PATH, X, None, BOS, EOS, 3)):
        lengths = [min(len(hypothesis.ids) + 1, 3) for hypothesis in found]
        assert [h.score for h in found] == [h.log_prob / n for h, n in zip(found, lengths, strict=True)]


def test_as_many_sentences_as_the_limit_says_are_scored(monkeypatch):
    """Eight tokens, seven of them words: 1 + 7 + 49 + 343 sentences of up to three tokens."""
    X = torch.tensor([[A, EOS]])
    assert decoding.MAX_SENTENCES == 100_000
    monkeypatch.setattr(decoding, "MAX_SENTENCES", 400)
    assert len(exhaustive_search(never_ends(), X, None, BOS, EOS, 3)) == 400
    monkeypatch.setattr(decoding, "MAX_SENTENCES", 399)
    with pytest.raises(ValueError, match="400 sentences of up to 3 of 8 tokens; expected one source and at most 399"):
        exhaustive_search(never_ends(), X, None, BOS, EOS, 3)
