"""Sentences that differ in one noun, a woman's or a man's, and what the translator makes of them (lesson 12)."""

from collections.abc import Sequence
from random import Random

import torch
from torch import Tensor

from seq2seq_lessons.corpus import load_splits
from seq2seq_lessons.decoder import DecoderState
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.encoder import Seq2SeqEncoder
from seq2seq_lessons.text import Vocab, pad_rows, tokenize
from seq2seq_lessons.translator import Translator

CORPUS = "lessons"
PAIRS = (
    ("woman", "man"),
    ("girl", "boy"),
    ("mother", "father"),
    ("sister", "brother"),
    ("aunt", "uncle"),
    ("wife", "husband"),
    ("daughter", "son"),
    ("grandmother", "grandfather"),
)
NOUNS = tuple(noun for pair in PAIRS for noun in pair)
OF_WOMEN = torch.tensor([True, False]).repeat(len(PAIRS))  # which of the nouns
FEMALE = frozenset({"femme", "fille", "mère", "sœur", "tante", "grand-mère"})
MALE = frozenset({"homme", "garçon", "père", "frère", "oncle", "mari", "fils", "grand-père"})
DETERMINERS = frozenset({"the", "my", "his", "her", "our"})
NUM_FRAMES = 100


def frames(split: str) -> list[list[str]]:
    """The tokens of 100 sentences of a split whose second word is one of `NOUNS`, behind a determiner."""
    sources = list(dict.fromkeys(pair.source for pair in load_splits(CORPUS)[split]))
    Random(0).shuffle(sources)
    rows = [tokenize(source) for source in sources]
    return [row for row in rows if len(row) > 2 and row[0] in DETERMINERS and row[1] in NOUNS][:NUM_FRAMES]


def final_states(encoder: Seq2SeqEncoder, vocab: Vocab, rows: Sequence[Sequence[str]]) -> Tensor:
    """The top layer's final states of the sentences with each noun in them, `(nouns, sentences, num_hiddens)`."""
    texts = [[row[0], noun, *row[2:]] for noun in NOUNS for row in rows]
    X, valid_len = pad_rows(texts, vocab, num_steps=30)
    with inference(encoder):
        _, state = encoder(X, valid_len)
    return state[-1].unflatten(0, (len(NOUNS), len(rows)))


def write(translator: Translator, states: Tensor) -> list[list[str]]:
    """Greedy translations from final states `(sentences, num_hiddens)`, as tokens."""
    said: list[list[str]] = [[] for _ in states]
    for step in translator.write(DecoderState(states, states[None]), max_steps=20):
        for row, token in zip(step.rows.tolist(), translator.target_vocab.decode(step.chosen), strict=True):
            said[row].append(token)
    return said


def says_woman(words: Sequence[str]) -> bool | None:
    """Of the first French noun that names a woman or a man, whether a woman; None without any."""
    nouns = [word.split("'")[-1] for word in words]  # l'homme: homme
    return next((noun in FEMALE for noun in nouns if noun in FEMALE | MALE), None)
