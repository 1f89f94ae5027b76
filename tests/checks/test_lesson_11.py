"""Lesson 11's exercises: typical answers, right and wrong, and the line that each gets."""

import math
from collections import Counter

import pytest

from seq2seq_lessons.text import tokenize


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


def test_clipped_matches_right(said):
    assert said("11.1", by_dicts).startswith("Exercise 11.1: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"), [(anywhere, "nothing is clipped"), (overwritten, "does each turn of your loop forget")]
)
def test_clipped_matches_wrong(said, answer, piece):
    assert piece in said("11.1", answer)


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


def test_corpus_bleu_right(said):
    assert said("11.2", corpus).startswith("Exercise 11.2: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [(mean_penalty, "the penalty is a mean over the sentences"), (mean_precisions, "weighs more in a short sentence")],
)
def test_corpus_bleu_wrong(said, answer, piece):
    assert piece in said("11.2", answer)


def sayable(sentence, vocab):
    return set(tokenize(sentence)) <= set(vocab.tokens)


def ceiling(references, vocab):
    return 100 * len([refs for refs in references if any(sayable(r, vocab) for r in refs)]) / len(references)


def test_ceiling_right(said):
    assert said("11.3", ceiling).startswith("Exercise 11.3: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda rs, v: 100 * sum(all(sayable(r, v) for r in refs) for refs in rs) / len(rs), "asks for all references"),
        (lambda rs, v: 100 * sum(sayable(refs[0], v) for refs in rs) / len(rs), "only the first reference"),
    ],
)
def test_ceiling_wrong(said, answer, piece):
    assert piece in said("11.3", answer)
