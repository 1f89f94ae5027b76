"""The law of state transplant, at every position, on the data that the pictures are drawn from; runs compared."""

import pytest
import torch

from seq2seq_lessons.decoder import Seq2SeqDecoder
from seq2seq_lessons.explorers import decoding, state_transplant
from seq2seq_lessons.explorers.decoding import MIXED
from seq2seq_lessons.explorers.writing import Run
from seq2seq_lessons.text import Vocab
from seq2seq_lessons.translator import Translator
from tests.toy import random_translator

SENTENCES = ["a b c", "d e", "c c a e"]
VOCAB = Vocab(list("abcde"))


def translator(decoder_class=Seq2SeqDecoder, seed=1) -> Translator:
    return random_translator(decoder_class, VOCAB, num_steps=5, seed=seed)


@pytest.fixture
def drawn(undrawn):
    """The arguments of every picture."""
    return undrawn(decoding, "transplant")


def test_transplant_gives_each_part_its_owner(drawn):
    subject = translator()
    made = state_transplant(subject, SENTENCES)
    own = [subject.translate(sentence).split() for sentence in SENTENCES]
    assert len({tuple(tokens) for tokens in own}) == 3
    parts = {0: ("A", "A"), 1: ("B", "A"), 2: ("A", "B"), 3: ("B", "B")}
    for ((a, b, donation), frame), (((row_a, row_b, mixed),), _) in zip(made.frames.items(), drawn, strict=True):
        assert (mixed.hidden, mixed.context) == parts[donation]
        assert (list(row_a.tokens), list(row_b.tokens)) == (own[a], own[b])
        if donation in (0, 3):
            assert list(mixed.tokens) == (own[b] if donation else own[a])
        assert frame.law.line == "✓ both donated: exactly B's translation; nothing donated: exactly A's"
        own_words = list(mixed.tokens) in (own[a], own[b])
        remark = "" if own_words else f", neither's translation. {MIXED}"
        assert frame.status.endswith(f"writes '{' '.join(mixed.tokens)}'{remark}")
    mixtures = {tuple(mixed.tokens) for (_, _, mixed) in (args[0] for args, _ in drawn)} - set(map(tuple, own))
    assert mixtures  # one part alone is neither A's nor B's somewhere, so each part is seen to matter
    assert made.start == (0, 1, 3)


def test_transplanted_parts_are_not_swapped(drawn):
    """With the decoder deaf to one part, donating only that part gives A's translation."""
    subject = translator()
    with torch.no_grad():
        subject.model.decoder.rnn.weight_ih_l0[:, 5:] = 0  # no context is heard
    made = state_transplant(subject, SENTENCES)
    for (_, _, donation), (((row_a, row_b, mixed),), _) in zip(made.frames, drawn, strict=True):
        assert mixed.tokens == (row_b.tokens if donation in (1, 3) else row_a.tokens)


class Reading(Seq2SeqDecoder):
    """Sees the source that was read last, beside its state."""

    def init_state(self, enc_outputs, valid_len=None):
        self.read = enc_outputs[1][-1]
        return super().init_state(enc_outputs, valid_len)

    def forward(self, X, state):
        logits, state = super().forward(X, state)
        return logits + 9 * self.read[:1, None, :1].sign() * torch.linspace(-1, 1, logits.shape[2]), state


def test_transplant_says_when_its_law_is_broken(drawn):
    frames = state_transplant(translator(Reading), SENTENCES[:2]).frames.values()
    assert any(frame.law.line.startswith("✗ both donated") for frame in frames)


def test_every_picture_has_alt_text_of_its_own(painted):
    made = state_transplant(translator(), SENTENCES[:2])
    assert made.holds
    alts = [frame.alt for frame in made.frames.values()]
    assert min(map(len, alts)) > 40
    assert made._repr_mimebundle_()[1]["image/png"]["alt"] == made.first_frame.alt
    assert all(len(frame.png) > 1000 for frame in made.frames.values())
    made.close()


def test_stored_words_do_not_depend_on_the_weights(drawn):
    stored = []
    for seed in (1, 2):
        made = state_transplant(translator(seed=seed), SENTENCES[:2])
        stored.append(made._repr_mimebundle_()[0]["text/plain"])
        made.close()
    assert stored[0] == stored[1]


@pytest.mark.parametrize("sentences", [["a b"], ["a", "a"], ["a", "b", "c", "d", "e"]])
def test_transplant_refuses(sentences):
    with pytest.raises(ValueError, match="two to four different ones"):
        state_transplant(translator(), sentences)


def test_an_empty_sentence_is_refused():
    with pytest.raises(ValueError, match="has no token to read"):
        state_transplant(translator(), ["a", "  "])


def test_the_model_is_left_in_its_mode(drawn):
    subject = translator()
    subject.model.train()
    state_transplant(subject, SENTENCES[:2])
    assert subject.model.training


def test_runs_are_the_same_until_a_step_with_the_same_numbers_and_the_same_words():
    numbers = torch.zeros(2, 3)
    one, other = Run(["a", "b"], numbers, numbers), Run(["c", "b"], numbers, numbers)
    assert one.same_until(other, 1) and not one.same_until(other, 2)  # 'a' is fed in step 2
    assert one.same_until(one, 2) and not one.same_until(Run(["a", "b"], numbers + 1, numbers), 1)
    assert not one.same_until(Run(["a", "b"], numbers, numbers + 1), 1)
