"""How good are the translations: BLEU, chrF, exact match, and a baseline that only copies (lesson 11)."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from seq2seq_lessons.text import source_key, tokenize


class Report(NamedTuple):
    """A system's scores on a test set; all but num_sentences in per cent, higher is better.

    bleu: sacrebleu's corpus BLEU on our tokens (4-grams, no smoothing beyond sacrebleu's default).
    chrf: sacrebleu's chrF2, on characters.
    exact_match: share of sentences equal to one of their references, token for token.
    signature: sacrebleu's own of the BLEU score: what has to be the same where two scores are compared.
    """

    bleu: float
    chrf: float
    exact_match: float
    num_sentences: int
    signature: str = ""

    def __str__(self) -> str:
        return (
            f"BLEU {self.bleu:.1f}   chrF {self.chrf:.1f}   exact match {self.exact_match:.1f} %   "
            f"({self.num_sentences} sentences)"
        )


def corpus_report(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Report:
    """Score translations against one or more references each.

    Both are tokenised with `text.tokenize`, so that casing and spacing do not count.

    Args:
        hypotheses: one translation per source.
        references: for each source its admissible translations, at least one.

    Raises:
        ValueError: no sentences, different numbers of them, or a source without a reference.
    """
    from sacrebleu.metrics import BLEU, CHRF

    token_lists = _token_lists(hypotheses, references)
    said = [" ".join(tokens) for tokens, _ in token_lists]
    expected = [[" ".join(tokens) for tokens in refs] for _, refs in token_lists]
    # sacrebleu wants the first reference of every sentence, then the second of every sentence (None: there is none) …
    streams: list[list[Any]] = [
        [refs[i] if i < len(refs) else None for refs in expected] for i in range(max(map(len, expected)))
    ]
    exact = sum(h in refs for h, refs in zip(said, expected, strict=True))
    bleu_metric = BLEU(tokenize="none", force=True)
    return Report(
        bleu=bleu_metric.corpus_score(said, streams).score,
        chrf=CHRF().corpus_score(said, streams).score,
        exact_match=100 * exact / len(said),
        num_sentences=len(said),
        signature=str(bleu_metric.get_signature()),
    )


class Difference(NamedTuple):
    """By how much BLEU a first system is better than a second one.

    difference: on the test set itself.
    low, high: of the differences on drawn test sets, 95 % lie between them.
    drawn: these differences, ascending.
    """

    difference: float
    low: float
    high: float
    drawn: list[float]

    def __str__(self) -> str:
        return f"{self.difference:+.1f} BLEU, 95 % interval {self.low:+.1f} to {self.high:+.1f}"


def ngrams(tokens: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    """Each sequence of n neighbouring tokens, and how often it occurs."""
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def clipped_matches(tokens: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    """How many of a translation's n-grams are right: each counts at most as often as the one reference has it that
    has it most often.

    Args:
        tokens: the translation's.
        references: the tokens of each admissible translation.
    """
    allowed: Counter[tuple[str, ...]] = Counter()
    for reference in references:
        allowed |= ngrams(reference, n)  # | takes the larger of two counts
    return (ngrams(tokens, n) & allowed).total()  # & takes the smaller


def closest_length(length: int, reference_lengths: Sequence[int]) -> int:
    """The reference length that is nearest to a translation's length; of two as near, the shorter."""
    return min(reference_lengths, key=lambda r: (abs(r - length), r))


def brevity_penalty(length: int, reference_length: int) -> float:
    """1 for translations that are long enough, exp(1 - reference_length / length) for shorter ones; 0 for none."""
    if length >= reference_length:
        return 1.0
    return math.exp(1 - reference_length / length) if length > 0 else 0.0


def precisions(matches: Sequence[int], totals: Sequence[int], smoothing: str = "exp") -> list[float]:
    """The share of right n-grams for each n, in [0, 1]; 0 where there are no n-grams at all.

    Args:
        matches, totals: right n-grams and all n-grams, one number for each n.
        smoothing: "none", or "exp" (sacrebleu's default): when no n-gram is right, the first such n counts half a
            match, the next a quarter, and so on (method 3 in Chen and Cherry 2014, aclanthology.org/W14-3346).
    """
    shares, credit = [], 1.0
    for right, total in zip(matches, totals, strict=True):
        if right == 0 and smoothing == "exp":
            credit /= 2
        counted = credit if right == 0 and smoothing == "exp" else right
        shares.append(counted / total if total else 0.0)
    return shares


def bleu(hypotheses: Sequence[str], references: Sequence[Sequence[str]], smoothing: str = "exp") -> float:
    """Corpus BLEU in per cent: brevity penalty times the geometric mean of the precisions for n = 1 to 4.

    All counts are summed over the corpus first. Equal to sacrebleu's on our tokens (Papineni et al. 2002,
    aclanthology.org/P02-1040).

    Args:
        hypotheses, references: as in `corpus_report`.
        smoothing: as in `precisions`; without a single right word the score is 0 in any case.

    Raises:
        ValueError: as `corpus_report`, or another smoothing.
    """
    if smoothing not in ("exp", "none"):
        raise ValueError(f'smoothing is {smoothing!r}; expected "exp" or "none"')
    return _bleu(_counts(hypotheses, references).sum(axis=0), smoothing)


def paired_bootstrap(
    first: Sequence[str], second: Sequence[str], references: Sequence[Sequence[str]], seed: int = 0
) -> Difference:
    """How sure is a difference in BLEU? Both systems on 1,000 test sets, drawn from the sentences with replacement.

    Args:
        first, second: two systems' translations of the same sources.
        references: as in `corpus_report`, whose errors it raises.
        seed: of the draw.

    Source: Koehn 2004 (aclanthology.org/W04-3250).
    """
    ours, theirs = (_counts(hypotheses, references) for hypotheses in (first, second))
    rng = np.random.default_rng(seed)

    def difference(rows: Any) -> float:
        return _bleu(ours[rows].sum(axis=0)) - _bleu(theirs[rows].sum(axis=0))

    drawn = sorted(difference(rng.integers(len(first), size=len(first))) for _ in range(1000))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Difference(difference(slice(None)), float(low), float(high), drawn)


def group_references(pairs: Sequence[tuple[str, str]]) -> tuple[list[str], list[list[str]]]:
    """The distinct sources (`text.source_key`), in order and form of first appearance, and each one's references."""
    sources: dict[str, str] = {}
    references: dict[str, list[str]] = {}
    for source, target in pairs:
        key = source_key(source)
        sources.setdefault(key, source)
        references.setdefault(key, []).append(target)
    return list(sources.values()), list(references.values())


def nearest_neighbour(train_pairs: Sequence[tuple[str, str]], sources: Sequence[str]) -> list[str]:
    """A baseline without a model: the translation of the training source that shares most words and word pairs.

    Likeness is Dice's coefficient over the multisets of tokens and neighbouring token pairs; the first of equals wins.
    What a model reaches beyond this figure it did not get from near-copies across the split.
    """
    sizes = []
    # feature -> which sources have it, and how often each; arrays, since tuples would take a hundred megabytes
    holders: dict[object, tuple[array, array]] = defaultdict(lambda: (array("l"), array("l")))
    for i, (source, _) in enumerate(train_pairs):
        features = _features(source)
        sizes.append(features.total())
        for feature, n in features.items():
            which, counts = holders[feature]
            which.append(i)
            counts.append(n)
    num_features, copies = np.array(sizes), []
    for source in sources:
        wanted = _features(source)
        shared = np.zeros(len(sizes), dtype=np.int64)
        for feature, n in wanted.items():
            if feature in holders:
                which, counts = holders[feature]
                shared[which] += np.minimum(counts, n)
        likeness = 2 * shared / (num_features + wanted.total())
        copies.append(train_pairs[int(likeness.argmax())][1])
    return copies


def _counts(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> np.ndarray:
    """What BLEU counts of each sentence, `(sentences, 10)`: length, reference length, four matches, four totals."""
    rows, sizes = [], range(1, 5)
    for said, refs in _token_lists(hypotheses, references):
        lengths = [len(said), closest_length(len(said), [len(r) for r in refs])]
        matches = [clipped_matches(said, refs, n) for n in sizes]
        rows.append(lengths + matches + [ngrams(said, n).total() for n in sizes])
    return np.array(rows)


def _bleu(counts: np.ndarray, smoothing: str = "exp") -> float:
    """The corpus BLEU of counts summed over its sentences."""
    length, reference_length, *counted = counts.tolist()
    mean = math.prod(precisions(counted[:4], counted[4:], smoothing)) ** (1 / 4) if counted[0] else 0.0
    return 100 * brevity_penalty(length, reference_length) * mean


def _token_lists(
    hypotheses: Sequence[str], references: Sequence[Sequence[str]]
) -> list[tuple[list[str], list[list[str]]]]:
    """Each translation's tokens, and those of its references."""
    if not hypotheses or len(hypotheses) != len(references) or not all(references):
        raise ValueError(
            f"{len(hypotheses)} translations and {len(references)} lists of references; expected as many "
            "of each, at least one, and no empty list"
        )
    if isinstance(hypotheses, str) or any(isinstance(refs, str) for refs in references):
        raise ValueError(
            "a text stands where a list is expected: translations are a list of texts, references a list "
            'of lists of texts, as in bleu(["va !"], [["va !", "allez !"]])'
        )
    return [(tokenize(said), [tokenize(r) for r in refs]) for said, refs in zip(hypotheses, references, strict=True)]


def _features(sentence: str) -> Counter:
    tokens = ["<s>", *tokenize(sentence), "</s>"]
    return Counter(tokens[1:-1]) + Counter(zip(tokens, tokens[1:], strict=False))
