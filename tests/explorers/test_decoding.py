"""The laws of state transplant and force a token, at every position, on the data that the pictures are drawn from."""

import pytest
import torch

from seq2seq_lessons.decoder import Seq2SeqDecoder
from seq2seq_lessons.explorers import decoding, force_token, state_transplant
from seq2seq_lessons.explorers.decoding import MIXED
from seq2seq_lessons.explorers.writing import Run
from seq2seq_lessons.text import Vocab, tokenize
from seq2seq_lessons.translator import Translator
from tests.toy import random_translator

SENTENCES = ["a b c", "d e", "c c a e"]
VOCAB = Vocab(list("abcde"))
K = 3


def translator(decoder_class=Seq2SeqDecoder, seed=1) -> Translator:
    return random_translator(decoder_class, VOCAB, num_steps=5, seed=seed)


@pytest.fixture
def drawn(undrawn):
    """The arguments of every picture."""
    return undrawn(decoding, "forced_decoding", "transplant")


@torch.no_grad()
def logits_after(made_by: Translator, sentence: str, fed: list[str]) -> torch.Tensor:
    """What the model says after `<bos>` and the tokens fed, in one pass: logits (vocab,)."""
    X = torch.tensor([VOCAB.encode([*tokenize(sentence), "<eos>"])])
    return made_by.model.eval()(X, torch.tensor([[VOCAB.bos_id, *VOCAB.encode(fed)]]))[0][0, -1]


def id_of(token):
    return VOCAB.tokens.index(token)


def test_force_token_draws_what_one_pass_says(drawn):
    """Law 1 in the test's favour: every bar is a probability of a pass over all words before it."""
    subject = translator()
    made = force_token(subject, "a b c", k=K)
    steps = made.controls[0].last
    assert len(drawn) == len(made.frames) == steps * K and steps >= 3
    for ((step, rank), frame), ((original, forced, drawn_step, bars), _) in zip(
        made.frames.items(), drawn, strict=True
    ):
        assert drawn_step == step
        assert " ".join(original).removesuffix(" <eos>") == subject.translate("a b c")
        before = torch.softmax(logits_after(subject, "a b c", original[: step - 1]), dim=0)
        assert forced[: step - 1] == original[: step - 1]
        assert id_of(forced[step - 1]) == before.topk(K).indices[rank]
        assert frame.labels[rank].startswith(f"{forced[step - 1]} (") and len(frame.labels) == K
        assert [panel.sets for panel in bars] == ["force", "", ""] and bars[0].tokens[rank] == forced[step - 1]
        for place, panel in enumerate(bars):
            run = (original[: step - 1], original[:step], forced[:step])[place]
            if run[-1:] == ["<eos>"] or len(run) == 5:
                assert not panel.tokens
                continue
            expected = torch.softmax(logits_after(subject, "a b c", run), dim=0)
            shown = [expected[id_of(token)] for token in panel.tokens]
            torch.testing.assert_close(torch.tensor(panel.probabilities), torch.stack(shown), rtol=0, atol=1e-5)
            torch.testing.assert_close(torch.stack(shown), expected.topk(K).values, rtol=0, atol=1e-5)
        for place in range(step, len(forced)):  # after the forced word it decodes greedily
            assert id_of(forced[place]) == logits_after(subject, "a b c", forced[:place]).argmax()
        assert frame.law.line == f"✓ nothing changes up to and including step {step}: its probabilities are the same"
        assert (
            frame.status == f"Step {step}: '{forced[step - 1]}' instead of '{original[step - 1]}'; "
            f"writes '{' '.join(forced)}'"
        )


def test_forcing_the_best_word_changes_nothing(drawn):
    made = force_token(translator(), "a b c", k=K)
    for (_, rank), ((original, forced, _, _), _) in zip(made.frames, drawn, strict=True):
        assert rank or forced == original
    assert made.start == (1, 1)
    assert drawn[1][0][0] != drawn[1][0][1]


class Guessing(Seq2SeqDecoder):
    def forward(self, X, state):
        logits, state = super().forward(X, state)
        return logits + torch.rand_like(logits) * 1e-3, state


def test_force_token_says_when_its_law_is_broken(drawn):
    made = force_token(translator(Guessing), "a b c", k=2, steps=3)
    assert all(frame.law.line.startswith("✗ nothing changes") for frame in made.frames.values())


def test_force_token_offers_the_first_steps_only(drawn):
    made = force_token(translator(), "a b c", k=2, steps=2)
    assert set(made.frames) == {(1, 0), (1, 1), (2, 0), (2, 1)}


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


@pytest.fixture(params=["force_token", "state_transplant"])
def make(request):
    """From a translator to an explorer of few positions."""
    if request.param == "force_token":
        return lambda subject: force_token(subject, "a b c", k=K, steps=2)
    return lambda subject: state_transplant(subject, SENTENCES[:2])


def test_every_picture_has_alt_text_of_its_own(make, painted):
    made = make(translator())
    assert made.holds
    alts = [frame.alt for frame in made.frames.values()]
    assert min(map(len, alts)) > 40
    assert made._repr_mimebundle_()[1]["image/png"]["alt"] == made.first_frame.alt
    assert all(len(frame.png) > 1000 for frame in made.frames.values())
    made.close()


def test_stored_words_do_not_depend_on_the_weights(make, drawn):
    stored = []
    for seed in (1, 2):
        made = make(translator(seed=seed))
        stored.append(made._repr_mimebundle_()[0]["text/plain"])
        made.close()
    assert stored[0] == stored[1]


@pytest.mark.parametrize("wrong", [{"k": 1}, {"steps": 0}])
def test_force_token_refuses(wrong):
    with pytest.raises(ValueError, match="expected k of at least 2, and at least one step"):
        force_token(translator(), "a b c", **wrong)


@pytest.mark.parametrize("sentences", [["a b"], ["a", "a"], ["a", "b", "c", "d", "e"]])
def test_transplant_refuses(sentences):
    with pytest.raises(ValueError, match="two to four different ones"):
        state_transplant(translator(), sentences)


def test_an_empty_sentence_is_refused():
    with pytest.raises(ValueError, match="has no token to read"):
        force_token(translator(), "  ")


def test_the_model_is_left_in_its_mode(drawn):
    subject = translator()
    subject.model.train()
    force_token(subject, "a b", k=2, steps=1)
    assert subject.model.training


def test_runs_are_the_same_until_a_step_with_the_same_numbers_and_the_same_words():
    numbers = torch.zeros(2, 3)
    one, other = Run(["a", "b"], numbers, numbers), Run(["c", "b"], numbers, numbers)
    assert one.same_until(other, 1) and not one.same_until(other, 2)  # 'a' is fed in step 2
    assert one.same_until(one, 2) and not one.same_until(Run(["a", "b"], numbers + 1, numbers), 1)
    assert not one.same_until(Run(["a", "b"], numbers, numbers + 1), 1)
