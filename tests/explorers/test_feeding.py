"""Gold or own words: its law at every position, on the data that the pictures are drawn from."""

import pytest
import torch

from seq2seq_lessons.decoder import Seq2SeqDecoder
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.explorers import feeding
from seq2seq_lessons.explorers.feeding import gold_or_own
from seq2seq_lessons.free_running import scheduled_pass
from seq2seq_lessons.text import Vocab, encode_pairs, tokenize
from seq2seq_lessons.translator import Translator
from tests.toy import random_translator

VOCAB = Vocab(list("abcde"))
SOURCE = "a b c"
LAW = "both ways are identical up to and including the step of the first error"


def translator(decoder_class=Seq2SeqDecoder, seed=1) -> Translator:
    return random_translator(decoder_class, VOCAB, num_steps=7, seed=seed)


def talkative(seed=1) -> Translator:
    """One that says letters only, so that its own run is as long as the labels."""
    subject = translator(seed=seed)
    with torch.no_grad():
        subject.model.decoder.dense.bias[:4] -= 1e4
    return subject


def batch(target: str):
    return encode_pairs([tokenize(SOURCE)], [tokenize(target)], VOCAB, VOCAB, 7)


def one_pass(subject: Translator, target: str, ratio: float):
    """What the package's pass is fed, and the probabilities that it gives: ids (steps,), (steps, vocab)."""
    with inference(subject.model):
        logits, fed = scheduled_pass(subject.model, batch(target), ratio)
    return fed[0].tolist(), logits[0].softmax(dim=1)


def own_sentence(subject: Translator) -> list[str]:
    _, probabilities = one_pass(subject, "a a a a a a", 0.0)
    return VOCAB.decode(probabilities.argmax(dim=1))


def with_error_at(subject: Translator, step: int) -> str:
    """A target that its own words leave at the given step, counted from 1, and not before."""
    target = own_sentence(subject)[:6]
    target[step - 1] = next(token for token in "abcde" if token != target[step - 1])
    return " ".join(target)


@pytest.fixture
def drawn(undrawn):
    """The arguments of every picture."""
    return undrawn(feeding, "two_feedings")


@pytest.mark.parametrize("step", [1, 3])
def test_pictures_show_what_the_packages_pass_says(drawn, step):
    subject = talkative()
    target = with_error_at(subject, step)
    made = gold_or_own(subject, SOURCE, target)
    expected = {name: one_pass(subject, target, ratio) for name, ratio in (("gold", 1.0), ("own", 0.0))}
    assert set(made.frames) == {(at, way) for at in range(1, 8) for way in (0, 1)} and made.start == (step + 2, 1)
    labels = [*tokenize(target), "<eos>"]
    for ((at, way), frame), ((must_say, gold, own), named) in zip(made.frames.items(), drawn, strict=True):
        assert must_say == labels and named["step"] == at and named["shown"] == ("gold", "own")[way]
        for name, run in (("gold", gold), ("own", own)):
            fed, probabilities = expected[name]
            assert run.fed == VOCAB.decode(fed)
            assert run.said == VOCAB.decode(probabilities.argmax(dim=1))
            right = probabilities[range(7), VOCAB.encode(labels)]
            torch.testing.assert_close(torch.tensor(run.right), right, rtol=0, atol=1e-5)
        assert (gold.said[:step], gold.fed[:step]) == (own.said[:step], own.fed[:step])
        assert gold.right[:step] == own.right[:step] and gold.right[step:] != own.right[step:]
        assert frame.law.line == f"✓ {LAW}"
        run, bars = (gold, own)[way], named["bars"]
        assert (
            frame.status == f"Step {at}, fed {named['shown']} '{run.fed[at - 1]}': says '{run.said[at - 1]}', "
            f"must say '{labels[at - 1]}'" + (" (the first error)" if at == step else "")
        )
        top = expected[named["shown"]][1][at - 1].topk(4)
        assert bars.tokens == VOCAB.decode(top.indices) and bars.tokens[0] == run.said[at - 1]
        torch.testing.assert_close(torch.tensor(bars.probabilities), top.values, rtol=0, atol=1e-5)


def test_a_sentence_without_an_error_is_the_same_both_ways(drawn):
    subject = translator()
    own = own_sentence(subject)
    assert 0 < own.index("<eos>") < 6
    made = gold_or_own(subject, SOURCE, " ".join(own[: own.index("<eos>")]))
    assert made.holds and made.start == (own.index("<eos>") + 1, 1)
    assert not any("first error" in frame.status for frame in made.frames.values())


def test_an_own_run_ends_with_eos(drawn):
    subject = translator()
    with torch.no_grad():
        subject.model.decoder.dense.bias[VOCAB.eos_id] += 1e4
    made = gold_or_own(subject, SOURCE, "a b c")
    (_, gold, own), _ = drawn[0]
    assert own.said == ["<eos>"] and len(gold.fed) == 4
    assert made.frames[2, 1].status == "Step 2, its own words: the sentence has ended"
    assert made.frames[2, 0].status.startswith("Step 2, fed gold 'a'") and made.start == (3, 1)
    assert drawn[3][1]["bars"].tokens == []


class Guessing(Seq2SeqDecoder):
    def forward(self, X, state):
        logits, state = super().forward(X, state)
        return logits + torch.rand_like(logits) * 1e-3, state


def test_it_says_when_its_law_is_broken(drawn):
    made = gold_or_own(translator(Guessing), SOURCE, "a b")
    assert all(frame.law.line == f"✗ {LAW}" for frame in made.frames.values())


def test_the_step_of_the_first_error_belongs_to_the_law(drawn, monkeypatch):
    """Runs that differ in the very step of the first error break the law; runs that differ after it do not."""
    subject = talkative()
    target = with_error_at(subject, 3)
    true = feeding.run_of
    for changed, holds in ((2, False), (3, True)):

        def moved(steps, vocab, changed=changed):
            run = true(steps, vocab)
            run.logits[changed, VOCAB.pad_id] += run.tokens != [*tokenize(target), "<eos>"]  # its own run alone
            return run

        monkeypatch.setattr(feeding, "run_of", moved)
        assert gold_or_own(subject, SOURCE, target).holds == holds


def test_stored_words_do_not_depend_on_the_weights(painted):
    stored = []
    for seed in (1, 2):
        made = gold_or_own(translator(seed=seed), SOURCE, "b")
        data, metadata = made._repr_mimebundle_()
        assert made.holds and metadata["image/png"]["alt"] == made.first_frame.alt
        assert len(made.first_frame.alt) > 40
        stored.append(data["text/plain"])
        made.close()
    assert stored[0] == stored[1] and "step 1 to 2; the decoder is fed: gold words | own words" in stored[0]


@pytest.mark.parametrize("wrong", [{"source": " "}, {"target": ""}])
def test_it_refuses(wrong):
    with pytest.raises(ValueError, match="expected a token to read"):
        gold_or_own(translator(), **{"source": SOURCE, "target": "a b"} | wrong)


def test_it_decodes_without_dropout_and_leaves_the_model_in_its_mode(drawn):
    subject = talkative()
    subject.model.encoder.rnn.dropout = subject.model.decoder.rnn.dropout = 0.5
    subject.model.train()
    assert gold_or_own(subject, SOURCE, with_error_at(subject, 3)).holds
    assert subject.model.training
