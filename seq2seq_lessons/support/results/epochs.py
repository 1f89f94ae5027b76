"""What becomes of the scores on new sentences while a small model learns its training sentences by heart.

Lesson 08 draws it. A result has for each seed the scores after every epoch, on the validation pairs, by which an epoch
may be chosen, and on held-out ones, by which the choice is judged.
"""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair, load_splits, split_by_source
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.evaluation import corpus_report, group_references
from seq2seq_lessons.loss import MaskedSoftmaxCELoss, sequence_mask
from seq2seq_lessons.model import build_model
from seq2seq_lessons.support.pairs import corpus_fingerprint, encode_split
from seq2seq_lessons.support.results import files
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import encode_pairs, tokenize, tokenize_all
from seq2seq_lessons.training import History, train_seq2seq
from seq2seq_lessons.translator import Translator

MODEL = ModelConfig(32, 64)
PLAIN = TrainConfig(
    epochs=24,
    batch_size=32,
    lr=0.015,
    schedule="constant",
    weight_decay=0.0,
    val_fraction=0.2,
    device="cpu",
    precision="float32",
)
RUNS = {
    "epochs": PLAIN,
    "epochs-defaults": replace(PLAIN, schedule="warmup-decay", weight_decay=0.2),  # the package's schedule and decay
}
NAMES = tuple(RUNS)
MAX_TOKENS = 5  # of a held-out source; those that are trained on have no more


class Scores(NamedTuple):
    """Of a set of sentences, a number for each epoch.

    loss: nats per real token, fed the right words.
    accuracy: per cent of the real tokens at which the right one is the most probable, fed the right words.
    when_right, when_wrong: the mean loss of the tokens at which it is, and at which it is not.
    bleu, exact_match: of the greedy translations, in per cent.
    """

    loss: list[float]
    accuracy: list[float]
    when_right: list[float]
    when_wrong: list[float]
    bleu: list[float]
    exact_match: list[float]


class Result(NamedTuple):
    """What a stored file says; a list entry for each seed. train_loss: nats per token, a number for each epoch."""

    train_loss: list[list[float]]
    validation: list[Scores]
    held_out: list[Scores]


def stored(name: str) -> Result:
    """The stored result of that name.

    Raises:
        ValueError: another name.
        FileNotFoundError: it is not stored.
    """
    if name not in RUNS:
        raise ValueError(f"name is {name!r}; expected one of {', '.join(map(repr, RUNS))}")
    seeds = files.read(name)["seeds"]
    return Result(
        [seed["train_loss"] for seed in seeds],
        *([Scores(**seed[part]) for seed in seeds] for part in ("validation", "held_out")),
    )


def chosen(result: Result, by: str) -> list[int]:
    """For each seed the epoch, counted from 0, whose validation score of that name is the best; "last" for the last.

    Raises:
        ValueError: no such score.
    """
    if by == "last":
        return [len(losses) - 1 for losses in result.train_loss]
    if by not in Scores._fields:
        raise ValueError(f'by is {by!r}; expected "last" or one of {", ".join(map(repr, Scores._fields))}')
    best = max if by in ("accuracy", "bleu", "exact_match") else min
    return [best(range(len(values := getattr(scores, by))), key=values.__getitem__) for scores in result.validation]


def at(scores: Sequence[Scores], epochs: Sequence[int]) -> dict[str, float]:
    """Each score at an epoch of each seed's, averaged over the seeds."""
    return {
        name: statistics.fmean(getattr(of_seed, name)[epoch] for of_seed, epoch in zip(scores, epochs, strict=True))
        for name in Scores._fields
    }


def train_pairs() -> list[SentencePair]:
    """Every second of the 3,000 shortest training pairs: lesson 08's, validation included."""
    return load_splits("lessons")["train"][:3000:2]


def held_out_pairs() -> list[SentencePair]:
    """Pairs that nothing was chosen by: no longer than those trained on, but mostly of five tokens, not four."""
    return [pair for pair in load_splits("lessons")["random"] if len(tokenize(pair.source)) <= MAX_TOKENS]


def made_of(name: str) -> dict[str, Any]:
    """What a result depends on: one that says otherwise in its file is out of date."""
    training = asdict(RUNS[name])
    del training["seed"]
    return {
        "corpus": {"train": corpus_fingerprint(train_pairs()), "held_out": corpus_fingerprint(held_out_pairs())},
        "model": asdict(MODEL),
        "training": training,
    }


def measure(name: str, seed: int) -> dict[str, Any]:
    """Train with one seed, by which the validation pairs are drawn, too; the scores after each epoch."""
    config, pairs = replace(RUNS[name], seed=seed), train_pairs()
    data = encode_split(pairs, config)
    torch.manual_seed(seed)
    model = build_model(MODEL, len(data.source_vocab), len(data.target_vocab))
    translator = Translator(model, data.source_vocab, data.target_vocab, MODEL, config)
    _, validation_pairs = split_by_source(pairs, config.val_fraction, seed)
    sets = {"validation": validation_pairs, "held_out": held_out_pairs()}
    found: dict[str, list[dict[str, float]]] = {part: [] for part in sets}

    def score(_: History) -> None:
        for part, pairs_of_part in sets.items():
            found[part].append(_scores(translator, pairs_of_part))

    history = train_seq2seq(model, data.train_data, config, data.val_data, on_epoch=score, progress=False)
    return {
        "seed": seed,
        "seconds": round(history.seconds[-1], 1),
        "train_loss": [round(loss, 4) for loss in history.train_loss],
        **{
            part: {name: [round(row[name], 4) for row in rows] for name in Scores._fields}
            for part, rows in found.items()
        },
    }


def _scores(translator: Translator, pairs: Sequence[SentencePair]) -> dict[str, float]:
    """The fields of `Scores`, of the model as it is."""
    sides, vocabs = (
        [tokenize_all(side) for side in zip(*pairs, strict=True)],
        (translator.source_vocab, translator.target_vocab),
    )
    batch = encode_pairs(sides[0], sides[1], *vocabs, translator.train_config.num_steps)
    with inference(translator.model):
        logits, _ = translator.model(batch.source, decoder_input(batch.target), batch.source_len)
    losses = MaskedSoftmaxCELoss("none")(logits, batch.target, batch.target_len)
    real = sequence_mask(batch.target_len, batch.target.shape[1])
    right = logits.argmax(dim=2) == batch.target
    sources, references = group_references(pairs)
    report = corpus_report(translator.translate(sources), references)
    return {
        "loss": _mean(losses, real),
        "accuracy": 100 * _mean(right.float(), real),
        "when_right": _mean(losses, real & right),
        "when_wrong": _mean(losses, real & ~right),
        "bleu": report.bleu,
        "exact_match": report.exact_match,
    }


def _mean(values: Tensor, where: Tensor) -> float:
    return values[where].mean().item()
