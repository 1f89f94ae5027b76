"""Look elsewhere: its law, and its numbers against the model's own pass, at every position."""

import pytest
import torch

from seq2seq_lessons.attention import AttentionDecoder
from seq2seq_lessons.decoder import Seq2SeqDecoder
from seq2seq_lessons.explorers import attention
from seq2seq_lessons.explorers.attention import look, look_elsewhere
from seq2seq_lessons.text import Vocab, tokenize
from seq2seq_lessons.translator import Translator
from tests.toy import random_translator

VOCAB = Vocab(list("abcde"))
SENTENCE = "a b c"


def translator(decoder_class=AttentionDecoder, seed=1) -> Translator:
    return random_translator(decoder_class, VOCAB, num_steps=5, seed=seed)


@pytest.fixture
def drawn(undrawn):
    """The arguments of every picture."""
    return undrawn(attention, "forced_look")


@torch.no_grad()
def test_left_alone_it_is_the_translation_with_the_probabilities_of_one_pass():
    subject = translator()
    seen = look(subject, SENTENCE)
    assert seen.run.sentence == subject.translate(SENTENCE)
    X = torch.tensor([VOCAB.encode([*tokenize(SENTENCE), "<eos>"])])
    fed = torch.tensor([[VOCAB.bos_id, *VOCAB.encode(seen.run.tokens[:-1])]])
    logits = subject.model.eval()(X, fed)[0][0]
    torch.testing.assert_close(seen.run.probabilities, torch.softmax(logits, dim=1), rtol=0, atol=1e-5)
    assert seen.weights.shape == (len(seen.run.tokens), 4) and torch.equal(seen.weights, seen.used)
    torch.testing.assert_close(seen.weights.sum(dim=1), torch.ones(len(seen.run.tokens)))


class Steered(AttentionDecoder):
    """Looks at one place at one step, by a change of its own attend."""

    at, place, count = 0, 0, 0

    def attend(self, query, context):
        self.count += 1
        seen, weights = super().attend(query, context)
        return (context[0][:, self.place] if self.count == self.at else seen), weights


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.parametrize("place", range(4))
def test_a_forced_look_is_a_decoder_that_looks_there(step, place):
    subject, steered = translator(), translator(Steered)
    steered.model.load_state_dict(subject.model.state_dict())
    steered.model.decoder.at, steered.model.decoder.place = step, place
    seen, own = look(subject, SENTENCE, step, place), look(subject, SENTENCE)
    assert seen.run.sentence == steered.translate(SENTENCE)
    assert seen.used[step - 1].tolist() == [float(s == place) for s in range(4)]
    assert torch.equal(seen.used[: step - 1], own.weights[: step - 1])
    assert seen.same_until(own, step - 1)
    assert not torch.equal(seen.run.probabilities[step - 1], own.run.probabilities[step - 1])


def test_every_position_draws_its_run_and_obeys_the_law(drawn):
    subject = translator()
    made = look_elsewhere(subject, SENTENCE, start=(2, 3))
    assert made.start == made.values == (2, 3)
    own, changed = look(subject, SENTENCE), 0
    for step in range(1, len(own.run.tokens) + 1):
        for choice in range(5):
            frame = made.set(step, choice)
            seen = look(subject, SENTENCE, step, choice - 1) if choice else own
            source, weights, original, forced, at, place, bars = drawn[-1][0]
            assert (source, original, at) == ([*tokenize(SENTENCE), "<eos>"], own.run.tokens, step)
            assert forced == seen.run.tokens and place == (choice - 1 if choice else None)
            assert weights == own.weights[step - 1].tolist()
            for panel, of in zip(bars, (own, seen), strict=True):
                assert panel.probabilities == of.run.probabilities[step - 1].topk(4).values.tolist()
                assert list(panel.colours) == [of.run.tokens[step - 1]]
            assert frame.law.line == f"✓ the weights of every step sum to 1, and before step {step} nothing changes"
            assert f"writes '{seen.run.tokens[step - 1]}'" in frame.status
            assert ("instead of" in frame.status) == (seen.run.tokens[step - 1] != own.run.tokens[step - 1])
            changed += seen.run.tokens != own.run.tokens
    assert changed  # it matters somewhere


class Leaky(AttentionDecoder):
    """Gives out more weight than there is."""

    def attend(self, query, context):
        seen, weights = super().attend(query, context)
        return seen, 1.01 * weights


class Restless(AttentionDecoder):
    """Looks elsewhere in every run."""

    def attend(self, query, context):
        return super().attend(query + torch.rand_like(query), context)


class Guessing(AttentionDecoder):
    """Looks where it should, and says something else in every run."""

    def forward(self, X, state):
        logits, state = super().forward(X, state)
        return logits + torch.rand_like(logits) * 1e-3, state


@pytest.mark.parametrize(("broken", "step"), [(Leaky, 1), (Restless, 2), (Guessing, 2)])
def test_it_says_when_its_law_is_broken(broken, step):
    made = look_elsewhere(translator(broken), SENTENCE, start=(step, 1))
    assert not made.holds and made.frame.law.line.startswith("✗ the weights of every step")


def test_a_long_forced_sentence_is_cut_in_the_picture(drawn, monkeypatch):
    monkeypatch.setattr(attention, "MORE", 0)
    subject = translator()
    made = look_elsewhere(subject, SENTENCE)
    own, cut = look(subject, SENTENCE), 0
    for step in range(1, len(own.run.tokens) + 1):
        for choice in range(1, 5):
            made.set(step, choice)
            full, forced = look(subject, SENTENCE, step, choice - 1).run.tokens, drawn[-1][0][3]
            assert forced == (full if len(full) <= 4 else [*full[:3], "…"])
            cut += forced != full
    assert cut


def test_stored_words_do_not_depend_on_the_weights(painted):
    stored = []
    for seed in (1, 3):
        made = look_elsewhere(translator(seed=seed), SENTENCE)
        data, metadata = made._repr_mimebundle_()
        assert metadata["image/png"]["alt"] == made.first_frame.alt and len(made.first_frame.alt) > 40
        stored.append([line for line in data["text/plain"].splitlines() if not line.startswith("Controls: step")])
        made.close()
    assert stored[0] == stored[1]


def test_it_offers_the_first_steps_only():
    assert list(look_elsewhere(translator(), SENTENCE, steps=2).controls[0].places) == [1, 2]
    assert look_elsewhere(translator(), SENTENCE, steps=9).controls[0].last == 4


def test_refusals():
    with pytest.raises(ValueError, match="no attention: train one with"):
        look_elsewhere(translator(Seq2SeqDecoder), SENTENCE)
    with pytest.raises(ValueError, match="has no token to read"):
        look_elsewhere(translator(), "  ")
