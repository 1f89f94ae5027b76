"""Lesson 11's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import math
from collections import Counter
from functools import reduce
from operator import or_

import numpy as np
import torch

from seq2seq_lessons.evaluation import bleu
from seq2seq_lessons.text import tokenize
from tests.checks.answers import Answers


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


def sayable(sentence, vocab):
    return set(tokenize(sentence)) <= set(vocab.tokens)


def ceiling(references, vocab):
    return 100 * len([refs for refs in references if any(sayable(r, vocab) for r in refs)]) / len(references)


def by_counting_down(said, references, n):
    """Each n-gram of the translation takes one of what the best reference still has."""
    left = {}
    for reference in references:
        for gram, count in ngrams(reference, n).items():
            left[gram] = max(left.get(gram, 0), count)
    found = 0
    for gram in zip(*(said[i:] for i in range(n)), strict=False):
        if left.get(gram, 0) > 0:
            left[gram] -= 1
            found += 1
    return found


def by_reduce(said, references, n):
    return (ngrams(said, n) & reduce(or_, [ngrams(reference, n) for reference in references])).total()


def by_tensors(sentences):
    matches, totals = (torch.tensor([s[i] for s in sentences]).sum(dim=0) for i in (2, 3))
    length, reference_length = (sum(s[i] for s in sentences) for i in (0, 1))
    mean = (matches / totals).double().log().mean().exp()
    return 100 * mean * math.exp(min(0, 1 - reference_length / length))


def by_arrays(sentences):
    length, reference_length = np.sum([s[:2] for s in sentences], axis=0)
    matches, totals = np.sum([s[2:] for s in sentences], axis=0)
    return 100 * np.prod(matches / totals) ** 0.25 * min(1, np.exp(1 - reference_length / length))


def mean_of_scores(sentences):
    return sum(score(*s) for s in sentences) / len(sentences)


def divides_each(sentences):
    shares = [[m / t for m, t in zip(s[2], s[3], strict=True)] for s in sentences]
    return 100 * np.mean(shares)


def ceiling_by_loop(references, vocab):
    reached = 0
    for refs in references:
        for reference in refs:
            if not [token for token in tokenize(reference) if token not in vocab]:
                reached += 1
                break
    return reached / len(references) * 100


def by_lists(first, second, references, draws):
    def drawn(said, draw):
        return bleu([said[i] for i in draw], [references[i] for i in draw])

    return [drawn(first, draw) - drawn(second, draw) for draw in draws]


def by_loop(first, second, references, draws):
    found = []
    for draw in draws:
        a, b, truth = zip(*((first[i], second[i], references[i]) for i in draw), strict=True)
        found.append(bleu(a, truth) - bleu(b, truth))
    return found


def by_index_arrays(first, second, references, draws):
    first, second = np.array(first), np.array(second)
    return np.array(
        [
            np.diff([bleu(list(s[draw]), [references[i] for i in draw]) for s in (second, first)]).item()
            for draw in map(list, draws)
        ]
    )


def references_stay(first, second, references, draws):
    return [bleu([first[i] for i in d], references) - bleu([second[i] for i in d], references) for d in draws]


def mean_of_sentences(first, second, references, draws):
    gains = [bleu([a], [t]) - bleu([b], [t]) for a, b, t in zip(first, second, references, strict=True)]
    return [np.mean([gains[i] for i in draw]) for draw in draws]


ANSWERS = {
    "11.1": Answers(
        right={"dicts": by_dicts, "counting down": by_counting_down, "Counters joined": by_reduce},
        wrong={
            "nothing clipped": (anywhere, "nothing is clipped"),
            "overwritten": (overwritten, "does each turn of your loop forget"),
            "counts added": (
                lambda said, refs, n: (ngrams(said, n) & sum((ngrams(r, n) for r in refs), Counter())).total(),
                "you add the references' counts",
            ),
            "the best reference": (
                lambda said, refs, n: max((ngrams(said, n) & ngrams(r, n)).total() for r in refs),
                "you choose one reference for the whole translation",
            ),
            "all references at once": (
                lambda said, refs, n: (ngrams(said, n) & ngrams(refs, n)).total(),
                "what do you give it? (your code stopped with TypeError",
            ),
            "a Counter and a list": (
                lambda said, refs, n: (ngrams(said, n) & refs).total(),
                "what stands on either side in yours? (your code stopped with TypeError",
            ),
        },
    ),
    "11.2": Answers(
        right={"sums by a loop": corpus, "tensors": by_tensors, "arrays": by_arrays},
        wrong={
            "mean penalty": (mean_penalty, "the penalty is a mean over the sentences"),
            "mean precisions": (mean_precisions, "weighs more in a short sentence"),
            "mean of scores": (mean_of_scores, "the mean of the sentences' scores"),
            "a share": (lambda sentences: corpus(sentences) / 100, "in per cent"),
            "lists summed": (
                lambda sentences: [sum(column) for column in zip(*sentences, strict=True)],
                "which numbers belong into one sum? (your code stopped with TypeError",
            ),
            "each sentence divided": (divides_each, "what do you divide, and when? (your code stopped with Zero"),
        },
    ),
    "11.3": Answers(
        right={"lists": by_lists, "a loop over both": by_loop, "arrays": by_index_arrays},
        wrong={
            "second minus first": (lambda a, b, refs, draws: by_lists(b, a, refs, draws), "the sign"),
            "without the draws": (
                lambda a, b, refs, draws: [bleu(a, refs) - bleu(b, refs) for _ in draws],
                "every draw gives the same",
            ),
            "each sentence once": (
                lambda a, b, refs, draws: by_lists(a, b, refs, [list(dict.fromkeys(d)) for d in draws]),
                "counts twice: where do the repeats go?",
            ),
            "references not drawn": (references_stay, "the references stand as they were"),
            "a mean of sentences": (mean_of_sentences, "the sentences' own BLEU"),
            "a draw as an index": (
                lambda a, b, refs, draws: [bleu(a[d], refs[d]) - bleu(b[d], refs[d]) for d in draws],
                "picks nothing from a list at once: for which i? (your code stopped with TypeError",
            ),
            "one sentence at a time": (
                lambda a, b, refs, draws: [sum(bleu(a[i], refs[i]) - bleu(b[i], refs[i]) for i in d) for d in draws],
                "what do you give it? (your code stopped with ValueError",
            ),
            "one place further": (
                lambda a, b, refs, draws: by_lists(a, b, refs, [[i + 1 for i in d] for d in draws]),
                "what do you pick, and where? (your code stopped with IndexError",
            ),
            "references of all": (
                lambda a, b, refs, draws: [bleu([a[i] for i in d[:2]], refs) for d in draws],
                "what do you give it? (your code stopped with ValueError",
            ),
        },
    ),
    "11.4": Answers(
        right={
            "sets": ceiling,
            "a loop": ceiling_by_loop,
            "the mean of truth values": lambda rs, v: (
                100 * np.mean([any(all(t in v for t in tokenize(r)) for r in refs) for refs in rs])
            ),
        },
        wrong={
            "all references": (
                lambda rs, v: 100 * sum(all(sayable(r, v) for r in refs) for refs in rs) / len(rs),
                "asks for all references",
            ),
            "the first": (
                lambda rs, v: 100 * sum(sayable(refs[0], v) for refs in rs) / len(rs),
                "only the first reference",
            ),
            "a share": (lambda rs, v: ceiling(rs, v) / 100, "in per cent, please"),
            "split at spaces": (
                lambda rs, v: 100 * sum(any(set(r.split()) <= set(v.tokens) for r in refs) for refs in rs) / len(rs),
                "Its words come from `tokenize`",
            ),
            "references tokenized together": (
                lambda rs, v: sum(all(token in v for token in tokenize(refs)) for refs in rs),
                "what has a source got, one or several? (your code stopped with TypeError",
            ),
            "a list looked up": (
                lambda rs, v: sum(tokenize(refs[0]) in v for refs in rs),
                "what do you ask it for? (your code stopped with TypeError",
            ),
        },
    ),
}
