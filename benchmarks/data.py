"""Sentence pairs as the benchmarks want them: in a file of any number of lines, longer, or encoded by the package."""

from itertools import cycle, islice
from pathlib import Path

from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.text import Batch, Vocab, encode_pairs, tokenize_all


def write(pairs: list[SentencePair], number: int, path: Path) -> Path:
    """A file of so many lines of source<TAB>target: the pairs, from the top again as often as it needs."""
    path.write_text("\n".join("\t".join(pair) for pair in islice(cycle(pairs), number)) + "\n", encoding="utf-8")
    return path


def join(pairs: list[SentencePair], length: int) -> list[SentencePair]:
    """Longer pairs: each `length` neighbours as one."""
    groups = (pairs[i : i + length] for i in range(0, len(pairs), length))
    return [SentencePair(*(" ".join(side) for side in zip(*group, strict=True))) for group in groups]


def encode(pairs: list[SentencePair], num_steps: int) -> tuple[Batch, tuple[Vocab, Vocab]]:
    """The pairs as `Translator.train` encodes them, and their vocabularies."""
    sources, targets = tokenize_all([p.source for p in pairs]), tokenize_all([p.target for p in pairs])
    vocabs = Vocab.build(sources), Vocab.build(targets)
    return encode_pairs(sources, targets, *vocabs, num_steps), vocabs
