"""How good are the translations: BLEU, chrF, exact match, and a baseline that only copies (lesson 11)."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from seq2seq_lessons.text import tokenize


class Report(NamedTuple):
    """A system's scores on a test set; all but num_sentences in per cent, higher is better.

    bleu: sacrebleu's corpus BLEU on our tokens (4-grams, no smoothing beyond sacrebleu's default).
    chrf: sacrebleu's chrF2, on characters.
    exact_match: share of sentences equal to one of their references, token for token.
    """

    bleu: float
    chrf: float
    exact_match: float
    num_sentences: int

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

    if not hypotheses or len(hypotheses) != len(references) or not all(references):
        raise ValueError(f"{len(hypotheses)} translations and {len(references)} lists of references; expected as many "
                         "of each, at least one, and no empty list")
    said = [" ".join(tokenize(h)) for h in hypotheses]
    expected = [[" ".join(tokenize(r)) for r in refs] for refs in references]
    # sacrebleu wants the first reference of every sentence, then the second of every sentence (None: there is none) …
    streams = [[refs[i] if i < len(refs) else None for refs in expected] for i in range(max(map(len, expected)))]
    exact = sum(h in refs for h, refs in zip(said, expected, strict=True))
    return Report(
        bleu=BLEU(tokenize="none", force=True).corpus_score(said, streams).score,
        chrf=CHRF().corpus_score(said, streams).score,
        exact_match=100 * exact / len(said),
        num_sentences=len(said),
    )


def group_references(pairs: Sequence[tuple[str, str]]) -> tuple[list[str], list[list[str]]]:
    """The distinct sources, in order of first appearance, and each one's references."""
    grouped: dict[str, list[str]] = {}
    for source, target in pairs:
        grouped.setdefault(source, []).append(target)
    return list(grouped), list(grouped.values())


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


def _features(sentence: str) -> Counter:
    tokens = ["<s>", *tokenize(sentence), "</s>"]
    return Counter(tokens[1:-1]) + Counter(zip(tokens, tokens[1:], strict=False))
