"""Lesson 11's predictions and exercises: typical answers, and the line that each gets."""

import functools
import math
import operator
from collections import Counter

import pytest

from seq2seq_lessons.checks import check, predict
from seq2seq_lessons.text import tokenize

LAZY = {"found": 5, "once": 1}
PENALTY = {"twelve": 1, "three": 0.37}
CORPUS = {"va": 0, "home": 100, "both": 100}
COUNTS = {"n1": 4, "n2": 2, "n3": 1, "n4": 0}
POWERS = {"five": 90, "twenty_five": 60}


def said(capsys, call, *args, **named):
    call(*args, **named)
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("number", "right", "wrong", "piece"),
    [
        ("11.1", LAZY, {"found": 1}, "ask each of the five tokens alone"),
        ("11.1", LAZY, {"once": 5}, "What is left for the second"),
        ("11.1", LAZY, {"once": 4}, "find nothing left"),
        ("11.1", LAZY, {"once": 3}, "look again at once"),
        ("11.1", LAZY, {"found": 100}, "found: how many tokens, not per cent"),
        ("11.1", LAZY, {"once": 20}, "once: how many tokens, not per cent"),
        ("11.1", LAZY, {"once": 0.2}, "not which share"),
        ("11.2", COUNTS, {"n1": 5, "n2": 4, "n3": 3, "n4": 2}, "n1: that is how many there are"),
        ("11.2", COUNTS, {"n1": 1, "n2": 2, "n3": 2, "n4": 2}, "n1: that is how many are wrong"),
        ("11.2", COUNTS, {"n2": 3, "n3": 2, "n4": 1}, "n2: a token in the middle"),
        ("11.2", COUNTS, {"n2": 1}, "n2: write the four pairs down"),
        ("11.2", COUNTS, {"n3": 2}, "n3: count the places"),
        ("11.2", COUNTS, {"n3": 0}, "n3: is there a place"),
        ("11.2", COUNTS, {"n4": 1}, "misses the fourth token"),
        ("11.2", COUNTS, {"n4": 7}, "look again at n4"),
        ("11.3", PENALTY, {"three": 0.61}, "which of r / c and c / r"),
        ("11.3", PENALTY, {"three": 2.718}, "the sign of the exponent"),
        ("11.3", PENALTY, {"twelve": 100}, "twelve: a factor, not per cent"),
        ("11.3", PENALTY, {"three": 36.788}, "three: a factor, not per cent"),
        ("11.4", CORPUS, {"home": 1}, "home: in per cent"),
        ("11.4", CORPUS, {"both": 1}, "both: in per cent"),
        ("11.4", CORPUS, {"both": 71}, "weighted by length"),
        ("11.4", CORPUS, {"both": 84.5}, "that do not exist cannot be wrong"),
        ("11.6", POWERS, {"five": 0.9}, "five: in per cent"),
        ("11.6", POWERS, {"twenty_five": 0.6}, "twenty_five: in per cent"),
        ("11.6", POWERS, {"five": 95}, "how often is one word wrong"),
        ("11.6", POWERS, {"twenty_five": 75}, "how often is one word wrong"),
        ("11.3", PENALTY, {"twelve": 2}, "can a penalty be a reward"),
        ("11.3", PENALTY, {"twelve": 1.65}, "read the condition beside the formula"),
        ("11.3", PENALTY, {"three": 1.65}, "r and c swapped"),
        ("11.3", PENALTY, {"three": 0.5}, "that is c / r"),
        ("11.3", PENALTY, {"three": 0.4}, "look again at three"),
        ("11.4", CORPUS, {"va": 100}, "how many groups of three and of four"),
        ("11.4", CORPUS, {"both": 50}, "the mean of two scores"),
        ("11.4", CORPUS, {"both": 0}, "add up the groups of four"),
        ("11.6", POWERS, {"five": 98}, "five: that is one word"),
        ("11.6", POWERS, {"twenty_five": 50}, "cannot become wrong again"),
        ("11.6", POWERS, {"twenty_five": 39.65}, "how often a sentence is wrong"),
    ],
)
def test_predictions_in_parts(capsys, number, right, wrong, piece):
    assert said(capsys, predict, number, **dict.fromkeys(right)) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, **right).startswith(f"Prediction {number}: right. ")
    assert piece in said(capsys, predict, number, **right | wrong)


@pytest.mark.parametrize(
    ("number", "right", "wrong", "piece"),
    [
        ("11.5", 100, 0, "if the sentence itself is a training source"),
        ("11.5", 100, 0.5, "sentences that it had not seen"),
        ("11.5", 100, 1, "if that is a share"),
        ("11.5", 100, 48, "near its BLEU on unseen sentences"),
        ("11.5", 100, 95, "The copier has the rows"),
        ("11.5", 100, 99, "The copier has the rows"),
        ("11.5", 100, 30, "30 is not it"),
    ],
)
def test_predictions_of_one_value(capsys, number, right, wrong, piece):
    assert said(capsys, predict, number, None) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, right).startswith(f"Prediction {number}: right. ")
    assert piece in said(capsys, predict, number, wrong)


@pytest.mark.parametrize("number", ["11.1", "11.2", "11.3"])
def test_unanswered(capsys, number):
    assert said(capsys, check, number, lambda *args: None) == f"Exercise {number}: your turn"


def ngrams(tokens, n):
    return Counter(zip(*(tokens[i:] for i in range(n)), strict=False))


def by_dicts(said, references, n):
    total = 0
    for gram, count in ngrams(said, n).items():
        total += min(count, max(ngrams(reference, n)[gram] for reference in references))
    return total


def overwritten(said, references, n):
    for reference in references:
        allowed = ngrams(reference, n)
    return (ngrams(said, n) & allowed).total()


def anywhere(said, references, n):
    known = [gram for reference in references for gram in ngrams(reference, n)]
    return sum(count for gram, count in ngrams(said, n).items() if gram in known)


def test_clipped_matches_right(capsys):
    assert said(capsys, check, "11.1", by_dicts).startswith("Exercise 11.1: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (anywhere, "nothing is clipped"),
        (overwritten, "does each turn of your loop forget"),
        (lambda s, r, n: (ngrams(s, n) & sum((ngrams(x, n) for x in r), Counter())).total(), "how often may a right"),
        (lambda s, r, n: (ngrams(s, n) & ngrams(sum(r, []), n)).total(), "across the seams"),
        (lambda s, r, n: (ngrams(s, n) & ngrams(r[0], n)).total(), "only the first reference"),
        (lambda s, r, n: max((ngrams(s, n) & ngrams(x, n)).total() for x in r), "Each n-gram chooses its own"),
        (lambda s, r, n: sum((ngrams(s, n) & ngrams(x, n)).total() for x in r), "is counted twice"),
        (lambda s, r, n: len({g for g in ngrams(s, n) for x in r if g in ngrams(x, n)}), "counts once at most"),
        (lambda s, r, n: by_dicts(s, r, 1), "single words whatever n is"),
        (lambda s, r, n: by_dicts(s, r, n) / len(s), "called with (["),
        (lambda s, r, n: by_dicts(s, r, n) / (len(s) - n + 1), "the share of the n-grams said"),
        (lambda s, r, n: sum(by_dicts(s, [x], n) for x in r) / len(r), "a mean over the references"),
        (lambda s, r, n: by_dicts(s, [max(r, key=len)], n), "only the longest reference"),
        (lambda s, r, n: by_dicts(s, [min(r, key=lambda x: abs(len(x) - len(s)))], n), "of the nearest length"),
        (lambda s, r, n: ngrams(s, n) & functools.reduce(operator.or_, (ngrams(x, n) for x in r)), "each with its"),
        (lambda s, r: 1, "your code stopped with TypeError"),
    ],
)
def test_clipped_matches_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "11.1", answer)


def score(length, reference_length, matches, totals):
    if min(matches) == 0:
        return 0.0
    penalty = 1.0 if length >= reference_length else math.exp(1 - reference_length / length)
    return 100 * penalty * math.prod(m / t for m, t in zip(matches, totals, strict=True)) ** (1 / 4)


def corpus(sentences):
    matches, totals = [0] * 4, [0] * 4
    for _, _, right, said in sentences:
        matches = [a + b for a, b in zip(matches, right, strict=True)]
        totals = [a + b for a, b in zip(totals, said, strict=True)]
    return score(sum(s[0] for s in sentences), sum(s[1] for s in sentences), matches, totals)


def summed(sentences, which):
    return [sum(sentence[which][n] for sentence in sentences) for n in range(4)]


def mean_penalty(sentences):
    penalties = [min(1, math.exp(1 - r / c)) for c, r, _, _ in sentences]
    return sum(penalties) / len(penalties) * score(1, 1, summed(sentences, 2), summed(sentences, 3))


def mean_precisions(sentences):
    shares = [sum(s[2][n] / max(s[3][n], 1) for s in sentences) / len(sentences) for n in range(4)]
    return score(sum(s[0] for s in sentences), sum(s[1] for s in sentences), shares, [1] * 4)


def no_root(sentences):
    shares = math.prod(a / b for a, b in zip(summed(sentences, 2), summed(sentences, 3), strict=True))
    return corpus(sentences) * shares ** (3 / 4)


def test_corpus_bleu_right(capsys):
    assert said(capsys, check, "11.2", corpus).startswith("Exercise 11.2: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda s: sum(score(*x) for x in s) / len(s), "the mean of the sentences' scores"),
        (lambda s: sum(score(*x) for x in s), "the sum of the sentences' scores"),
        (lambda s: sum(x[0] * score(*x) for x in s) / sum(x[0] for x in s), "if a weighted one"),
        (mean_penalty, "the penalty is a mean over the sentences"),
        (mean_precisions, "weighs more in a short sentence"),
        (lambda s: score(1, 1, summed(s, 2), summed(s, 3)), "no penalty for length"),
        (lambda s: corpus(s) / 100, "in per cent"),
        (lambda s: corpus([(r, c, right, said) for c, r, right, said in s]), "have changed places"),
        (lambda s: corpus([x for x in s if 0 not in x[2]]), "sentences with a zero are left out"),
        (lambda s: sum(filter(None, (score(*x) for x in s))) / sum(score(*x) > 0 for x in s), "scores above zero"),
        (no_root, "the product of the four precisions"),
        (lambda s: score(*s[0]), "called with (["),
        (lambda s: score(*map(sum, zip(*s, strict=True))), "your code stopped with TypeError"),
    ],
)
def test_corpus_bleu_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "11.2", answer)


def sayable(sentence, vocab):
    return set(tokenize(sentence)) <= set(vocab.tokens)


def ceiling(references, vocab):
    return 100 * len([refs for refs in references if any(sayable(r, vocab) for r in refs)]) / len(references)


def test_ceiling_right(capsys):
    assert said(capsys, check, "11.3", ceiling).startswith("Exercise 11.3: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda rs, v: 100 * sum(all(sayable(r, v) for r in refs) for refs in rs) / len(rs), "asks for all references"),
        (lambda rs, v: 100 * sum(sayable(refs[0], v) for refs in rs) / len(rs), "only the first reference"),
        (lambda rs, v: 100 * sum(sayable(r, v) for rf in rs for r in rf) / sum(map(len, rs)), "is translated once"),
        (lambda rs, v: ceiling(rs, v) / 100, "in per cent, please"),
        (lambda rs, v: 100 - ceiling(rs, v), "it cannot reach"),
        (lambda rs, v: 100 * sum(any(all(w in v for w in r.split()) for r in rf) for rf in rs) / len(rs), "'moi.'"),
        (lambda rs, v: 100 * sum(any(w in v for r in rf for w in tokenize(r)) for rf in rs) / len(rs), "one word that"),
        (lambda rs, v: 50.0, "called with"),
        (lambda rs, v: 100 * sum(sum(sayable(r, v) for r in rf) / len(rf) for rf in rs) / len(rs), "you average"),
        (lambda rs, v: 100 * sum(any(r in v for r in rf) for rf in rs) / len(rs), "is a whole sentence in the vocab"),
        (lambda rs, v: 100 * sum(all(r in v for r in rf) for rf in rs) / len(rs), "say all of them"),
        (lambda rs, v: 100 * sum(sayable(rf[-1], v) for rf in rs) / len(rs), "only the last reference"),
        (lambda rs, v: round(ceiling(rs, v)), "without rounding"),
    ],
)
def test_ceiling_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "11.3", answer)
