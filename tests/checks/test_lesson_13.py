"""Lesson 13's exercises, right and wrong, and the grade of a learner's translator: good and bad runs."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from seq2seq_lessons.checks.lesson_13 import Grade, grade
from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.corpus import SentencePair, split_by_source
from seq2seq_lessons.text import Vocab
from seq2seq_lessons.training import History
from seq2seq_lessons.translator import Translator, corpus_fingerprint
from tests.checks.answers import Answers
from tests.toy import PAIRS

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "13_beyond.ipynb"


def renormalised(scores, mask):
    weights = torch.softmax(scores, dim=1) * mask
    return weights / weights.sum(dim=1, keepdim=True)


def by_loop(scores, mask):
    weights = torch.zeros_like(scores)
    for row, real, out in zip(scores, mask, weights, strict=True):
        out[: real.sum()] = row[: real.sum()].softmax(dim=0)
    return weights


def top(state):
    if isinstance(state, tuple):
        state, _ = state
    return state[-1]


def last_in_a_loop(state):
    for layer in state[0] if isinstance(state, tuple) else state:  # noqa: B007
        pass
    return layer


def by_exponentials(scores, mask):
    powers = np.exp(scores.numpy()) * mask.numpy()
    return powers / powers.sum(axis=1, keepdims=True)


def first_of_two(state):
    h, _ = state
    return h[-1]


ANSWERS = {
    "13.1": Answers(
        right={
            "minus infinity": lambda s, m: torch.softmax(s.masked_fill(~m, float("-inf")), dim=1),
            "a very small number": lambda s, m: torch.where(m, s, -1e9).softmax(dim=1),
            "divided anew": renormalised,
            "a loop": by_loop,
            "exponentials, numpy": by_exponentials,
        },
        wrong={
            "no mask": (lambda s, m: s.softmax(dim=1), "the mask has no say"),
            "masked afterwards": (lambda s, m: s.softmax(dim=1) * m, "you mask after the softmax"),
            "zeros among the scores": (lambda s, m: (s * m).softmax(dim=1), "what is exp(0)"),
            "a low score at padding": (
                lambda s, m: torch.where(m, s, -20).softmax(dim=1),
                "which number is below all of them",
            ),
            "along the batch": (lambda s, m: s.masked_fill(~m, -torch.inf).softmax(dim=0), "your columns sum to 1"),
            "not, for a mask": (
                lambda s, m: s.masked_fill(not m, -torch.inf).softmax(dim=1),
                "which sign inverts each of them? (your code stopped with RuntimeError",
            ),
            "no axis named": (
                lambda s, m: s.masked_fill(~m, -torch.inf).softmax(),
                "along which axis does it run? (your code stopped with TypeError",
            ),
            "sums without an axis": (
                lambda s, m: (s.exp() * m) / (s.exp() * m).sum(dim=1),
                "which axis has your sum lost? (your code stopped with RuntimeError",
            ),
            "a mask of numbers": (
                lambda s, m: s.masked_fill(1 - m.long(), -torch.inf).softmax(dim=1),
                "which type has yours? (your code stopped",
            ),
        },
    ),
    "13.2": Answers(
        right={
            "a product of matrices": lambda w, v: (w[:, None] @ v)[:, 0],
            "a weighted sum": lambda w, v: (w[:, :, None] * v).sum(dim=1),
            "einsum": lambda w, v: torch.einsum("bs,bsh->bh", w, v),
            "a loop over sentences": lambda w, v: torch.stack([row @ rows for row, rows in zip(w, v, strict=True)]),
            "bmm": lambda w, v: torch.bmm(w.unsqueeze(1), v).squeeze(1),
            "numpy, float64": lambda w, v: np.einsum("bs,bsh->bh", w.double().numpy(), v.double().numpy()),
        },
        wrong={
            "an axis left": (lambda w, v: w[:, None] @ v, "an axis of size 1"),
            "a mean": (lambda w, v: (w[:, :, None] * v).mean(dim=1), "why divide"),
            "two axes times three": (
                lambda w, v: w * v,
                "An axis is missing: where? (your code stopped with RuntimeError",
            ),
            "another error": (lambda w, v: w.sum(axes=1), "your code stopped with TypeError"),
            "a value": (torch.ones(2, 3), "expected a function"),
            "the heaviest": (lambda w, v: v[range(len(v)), w.argmax(1)], "the value with the largest weight alone"),
        },
    ),
    "13.3": Answers(
        right={
            "a test for a pair": top,
            "unpacked": lambda s: (s[0] if type(s) is tuple else s)[-1],
            "by the number of axes": lambda s: s[-1] if torch.is_tensor(s) else next(iter(s))[-1],
            "a loop to the last layer": last_in_a_loop,
        },
        wrong={
            "the last of either": (lambda s: s[-1], "it takes c of every layer"),
            "always a pair": (lambda s: s[0][-1], "a GRU's state is no pair"),
            "c": (lambda s: s[1][-1] if isinstance(s, tuple) else s[-1], "of an LSTM you take c"),
            "the lowest layer": (lambda s: (s[0] if isinstance(s, tuple) else s)[0], "which one is the top"),
            "unpacked, whatever it is": (
                first_of_two,
                "when are there two parts to unpack? (your code stopped with ValueError",
            ),
            "two indices of a pair": (
                lambda s: s[-1, :],
                "which of the two has layers? (your code stopped with TypeError",
            ),
            "a pair that is asked": (lambda s: s.flip(0)[0], "which of the two is asked for? (your code stopped"),
        },
    ),
}


# The grade.

TRAIN, TEST = split_by_source(PAIRS, 0.3)
VOCABS = [Vocab.build([s.replace(".", " .").split() for s in side], min_freq=1) for side in zip(*PAIRS, strict=True)]


class Fixed(Translator):
    """Says what it was told to say."""

    def __init__(self, said=None, vocabs=VOCABS, num_steps=12, history=None, trained_on=TRAIN):
        super().__init__(None, *vocabs, None, TrainConfig(num_steps=num_steps), history, corpus_fingerprint(trained_on))
        self.said = dict(PAIRS) if said is None else said

    def translate(self, sentences):
        return [self.said.get(sentence, "") for sentence in sentences]


def hints(*args, **named) -> str:
    return "\n".join(grade(Fixed(*args, **named), TRAIN, TEST).hints)


FALLING = History(train_loss=[3.0, 2.0], val_loss=[3.0, 2.5], best_epoch=1)
LEARNING_BOTH = History(train_loss=[3.0, 0.4], val_loss=[3.0, 0.7], best_epoch=1)
REMEMBERING = History(train_loss=[3.0, 2.0, 0.1], val_loss=[3.0, 2.5, 2.4], best_epoch=2)


def test_a_good_run_passes():
    graded = grade(Fixed(), TRAIN, TEST)
    assert graded.passed and graded.model.exact_match == 100 > graded.baseline.exact_match
    lines = str(graded).splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["copier:", "model:", "passed:"]
    assert f"BLEU {100 - graded.baseline.bleu:.1f} above the copier" in lines[2]
    assert lines[3:] == [f"- {len(TEST)} test sources are few: the next {len(TEST)} could give quite another figure"]


def test_no_line_is_broken_by_the_page():
    text = str(grade(Fixed({}, history=REMEMBERING, num_steps=6), TRAIN, TEST))
    assert max(map(len, text.splitlines())) <= 88 and "\n  " in text


def test_enough_test_sources_leave_no_hint():
    more = [SentencePair(f"{n} {source}", target) for n in range(9) for source, target in PAIRS]
    vocabs = Vocab([*VOCABS[0].tokens[4:], *map(str, range(9))]), VOCABS[1]
    train, test = split_by_source(more, 0.3)
    assert len(test) >= 100
    assert grade(Fixed(dict(more), vocabs, trained_on=train), train, test).hints == []


@pytest.mark.parametrize(
    ("history", "piece"),
    [
        (FALLING, "a training loss of 2.0"),
        (FALLING, "train longer"),
        (History(), "train longer"),
        (LEARNING_BOTH, "much better"),
        (REMEMBERING, "of 2.4 and a training loss of 0.1"),
    ],
)
def test_a_run_below_the_copier_does_not_pass(history, piece):
    graded = grade(Fixed({}, history=history), TRAIN, TEST)
    assert not graded.passed and graded.model.bleu == 0
    assert piece in graded.hints[0] and ("it remembers" in graded.hints[0]) == (history is REMEMBERING)
    assert f"not yet: BLEU {graded.baseline.bleu:.1f} below the copier" in str(graded)


def test_as_good_as_the_copier_is_not_better():
    from seq2seq_lessons.evaluation import nearest_neighbour

    sources = [source for source, _ in TEST]
    copied = dict(zip(sources, nearest_neighbour(TRAIN, sources), strict=True))
    graded = grade(Fixed(copied), TRAIN, TEST)
    assert not graded.passed and graded.model == graded.baseline and "train longer" in graded.hints[0]


def test_a_test_source_that_was_trained_on_does_not_pass():
    leaky = [*TRAIN, SentencePair(TEST[0].source.upper(), "autre chose .")]
    graded = grade(Fixed(trained_on=leaky), leaky, TEST)
    assert not graded.passed and graded.model.bleu > graded.baseline.bleu
    assert graded.hints[0].startswith(f"1 of {len(TEST)} test sources stand in the training pairs")


def test_other_training_pairs_are_noticed():
    assert "it was trained on other pairs than these" in hints(trained_on=TRAIN[1:])


def test_cut_pairs_are_counted():
    long = sum(max(len(text.replace(".", " .").split()) for text in pair) >= 6 for pair in PAIRS)
    assert 0 < long < len(PAIRS)
    assert f"{long} of {len(PAIRS)} pairs are longer than num_steps=6" in hints(num_steps=6)
    assert "num_steps" not in hints(num_steps=8)


@pytest.mark.parametrize("side", [0, 1])
def test_many_unknown_words_are_named_with_their_side(side):
    vocabs = list(VOCABS)
    vocabs[side] = Vocab(vocabs[side].tokens[4:-8])
    text = hints(vocabs=vocabs)
    assert f"tokens on the {('source', 'target')[side]} side of the test are <unk>" in text
    assert ("source", "target")[1 - side] + " side" not in text


def test_a_few_unknown_words_are_no_hint():
    rare = [replace_first_word(TEST[0]), *TEST[1:]]
    graded = grade(Fixed(), TRAIN, rare)
    assert not any("<unk>" in hint for hint in graded.hints)


def replace_first_word(pair):
    return SentencePair("zoe" + pair.source[pair.source.index(" ") :], pair.target)


@pytest.mark.parametrize(("train", "test"), [(TRAIN, []), ([], TEST)])
def test_nothing_to_grade_with_is_refused(train, test):
    with pytest.raises(ValueError, match=f"{len(train)} training pairs and {len(test)} test pairs"):
        grade(Fixed(), train, test)


def test_a_real_run_is_graded():
    from tests.toy import BRIEFLY, TINY

    translator = Translator.train(TRAIN, TINY, replace(BRIEFLY, epochs=1), progress=False)
    graded = grade(translator, TRAIN, TEST)
    assert isinstance(graded, Grade) and graded.model.num_sentences == len(TEST)
    assert not graded.passed and not any("other pairs" in hint for hint in graded.hints)


@pytest.mark.soak
def test_the_finale_passes_as_delivered():
    """The cells of the notebook, from the pairs to the grade."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    sources = {cell["id"]: "".join(cell["source"]) for cell in cells}
    names = {}
    for cell in ("l13-01", "l13-93", "l13-94", "l13-57", "l13-58"):
        exec(sources[cell], names)
    assert names["graded"].passed and not names["graded"].hints
