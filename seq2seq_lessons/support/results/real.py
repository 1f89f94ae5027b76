"""Models of real sentences: one context vector and attention, greedy and by beam search of many widths.

Lessons 10, 11 and 13 draw it. The pairs are Tatoeba's, downloaded once, or those of the file that
`$SEQ2SEQ_LESSONS_PAIRS` names; a result says which file it was, by its SHA-1, and holds none of its sentences.
"""

import hashlib
import os
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair, download_tatoeba, load_pairs, split_by_source
from seq2seq_lessons.decoding import beam_search
from seq2seq_lessons.evaluation import (
    Report,
    closest_length,
    corpus_report,
    group_references,
    nearest_neighbour,
    paired_bootstrap,
)
from seq2seq_lessons.support.results import files
from seq2seq_lessons.text import pad_rows, tokenize
from seq2seq_lessons.translator import Translator

PAIRS = "SEQ2SEQ_LESSONS_PAIRS"  # the environment variable that names a file
MOST_PAIRS = 30_000  # of a larger file, as many drawn at random
HELD_OUT = 0.02  # of the distinct sources

# Sizes and settings are the defaults, but for the numbers of epochs and of pairs a batch and the share for validation.
MODELS = {"real-vector": ModelConfig(), "real-attention": ModelConfig(attention=True)}
TRAINING = TrainConfig(epochs=6, batch_size=64, val_fraction=0.02, device="cpu")

WIDTHS = {"real-vector": (1, 2, 4, 8, 16, 32), "real-attention": (1, 4)}
LENGTH_PENALTIES = (0.0, 1.0)
BEAMS_AT_ONCE = 512  # in a batch: so many sentences times the width

NAMES = tuple(MODELS)


class Search(NamedTuple):
    """What a beam search of one width and one length penalty finds on the held-out sources.

    report: its scores. Width 1 is greedy decoding.
    length_ratio: tokens said / tokens of the references (of several, each time the one nearest in length).
    log_prob: the mean over the sentences of the translation's log-probability, in nats.
    empty: how many translations have no token.
    difference, low, high: BLEU minus the greedy translations' BLEU, and its 95 % interval (paired bootstrap).
    """

    width: int
    length_penalty: float
    report: Report
    length_ratio: float
    log_prob: float
    empty: int
    difference: float
    low: float
    high: float


class Run(NamedTuple):
    """One seed: seconds of training, losses in nats per token by epoch, and its searches."""

    seed: int
    seconds: float
    train_loss: list[float]
    val_loss: list[float]
    num_parameters: int
    searches: list[Search]

    def search(self, width: int = 1, length_penalty: float = 0.0) -> Search:
        """The search of that width and penalty (StopIteration where it was not measured)."""
        return next(s for s in self.searches if (s.width, s.length_penalty) == (width, length_penalty))


class Result(NamedTuple):
    """What a stored file says.

    pairs: "sha1" of the file, "read" and "trained_on", numbers of pairs, "held_out", number of sources.
    copier: the report of the nearest-neighbour baseline on the same held-out sources.
    runs: one for each seed, of the same split.
    """

    pairs: dict[str, Any]
    machine: dict[str, Any]
    copier: Report
    runs: list[Run]


def stored(name: str) -> Result:
    """The stored result of that name.

    Raises:
        ValueError: another name.
        FileNotFoundError: it is not stored.
    """
    if name not in MODELS:
        raise ValueError(f"name is {name!r}; expected one of {', '.join(map(repr, MODELS))}")
    told = files.read(name)
    runs = [
        Run(**seed | {"searches": [Search(**s | {"report": Report(**s["report"])}) for s in seed["searches"]]})
        for seed in told["seeds"]
    ]
    return Result(told["pairs"], told["machine"], Report(**told["copier"]), runs)


def made_of(name: str) -> dict[str, Any]:
    """What a result depends on: settings, which a test compares, and the file and what follows from it alone."""
    train_pairs, sources, references = _split()
    path = _file()
    return settings(name) | {
        "pairs": {
            "sha1": hashlib.sha1(path.read_bytes()).hexdigest(),
            "read": len(_read()),
            "trained_on": len(train_pairs),
            "held_out": len(sources),
        },
        "copier": corpus_report(nearest_neighbour(train_pairs, sources), references)._asdict(),
    }


def settings(name: str) -> dict[str, Any]:
    """The part of what a result depends on that does not need the file."""
    training = asdict(TRAINING)
    del training["seed"]
    return {"model": asdict(MODELS[name]), "training": training}


def measure(name: str, seed: int) -> dict[str, Any]:
    """Train a model with one seed; its losses, its seconds, and what searches of all widths find."""
    train_pairs, sources, references = _split()
    translator = Translator.train(train_pairs, MODELS[name], replace(TRAINING, seed=seed), progress=False)
    history = translator.history
    return {
        "seed": seed,
        "seconds": round(history.seconds[-1], 1),
        "train_loss": history.train_loss,
        "val_loss": history.val_loss,
        "num_parameters": sum(parameter.numel() for parameter in translator.model.parameters()),
        "searches": searches(translator, sources, references, WIDTHS[name]),
    }


def searches(
    translator: Translator, sources: Sequence[str], references: Sequence[Sequence[str]], widths: Sequence[int]
) -> list[dict[str, Any]]:
    """Every width (1 first) with every length penalty, as `Search` describes it."""
    greedy: list[str] = []
    results = []
    for length_penalty in LENGTH_PENALTIES:
        for width in widths:
            said, log_probs = _search(translator, sources, width, length_penalty)
            greedy = greedy or said
            gain = paired_bootstrap(said, greedy, references)
            results.append(
                {
                    "width": width,
                    "length_penalty": length_penalty,
                    "report": corpus_report(said, references)._asdict(),
                    "length_ratio": _length_ratio(said, references),
                    "log_prob": sum(log_probs) / len(log_probs),
                    "empty": said.count(""),
                    "difference": gain.difference,
                    "low": gain.low,
                    "high": gain.high,
                }
            )
    return results


def _file() -> Path:
    return Path(os.environ[PAIRS]) if PAIRS in os.environ else download_tatoeba()


def _read() -> list[SentencePair]:
    pairs = load_pairs(_file())
    return random.Random(0).sample(pairs, MOST_PAIRS) if len(pairs) > MOST_PAIRS else pairs


def _split() -> tuple[list[SentencePair], list[str], list[list[str]]]:
    """The pairs to train on, the held-out sources, and the references of each."""
    train_pairs, held_out = split_by_source(_read(), HELD_OUT, seed=1)
    return train_pairs, *group_references(held_out)


def _search(
    translator: Translator, sources: Sequence[str], width: int, length_penalty: float
) -> tuple[list[str], list[float]]:
    """The best translation of each source, and its log-probability."""
    said, log_probs = [""] * len(sources), [0.0] * len(sources)
    order = sorted(range(len(sources)), key=lambda i: len(tokenize(sources[i])))
    num_steps = translator.train_config.num_steps
    for start in range(0, len(order), batch := max(1, BEAMS_AT_ONCE // width)):
        rows = order[start : start + batch]
        X, valid_len = pad_rows([tokenize(sources[i]) for i in rows], translator.source_vocab, num_steps)
        found = beam_search(
            translator.model, X, valid_len, max_steps=num_steps, width=width, length_penalty=length_penalty, num_best=1
        )
        for i, (best, *_) in zip(rows, found, strict=True):
            said[i], log_probs[i] = " ".join(translator.target_vocab.decode(best.ids)), best.log_prob
    return said, log_probs


def _length_ratio(said: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    lengths = [len(tokenize(sentence)) for sentence in said]
    expected = [
        closest_length(n, [len(tokenize(r)) for r in refs]) for n, refs in zip(lengths, references, strict=True)
    ]
    return sum(lengths) / sum(expected)
