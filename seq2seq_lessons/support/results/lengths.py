"""What one context vector holds, by the length of the source, and what attention and other designs do.

Lessons 11 and 13 draw it. A result has for each seed the scores on held-out sources of "lessons-long", in groups by
length, and on training rows of the same lengths.
"""

import random
import statistics
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, NamedTuple

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair, load_splits, split_by_source
from seq2seq_lessons.evaluation import Report, corpus_report, group_references
from seq2seq_lessons.support.pairs import corpus_fingerprint
from seq2seq_lessons.support.results import files
from seq2seq_lessons.support.shared_models import COMPARISON_TRAINING, COMPARISONS, MODELS_VERSION
from seq2seq_lessons.text import tokenize
from seq2seq_lessons.translator import Translator

CORPUS = "lessons-long"
NUM_GROUPS = 7


class Design(NamedTuple):
    """A model that is measured.

    reversed_source: it reads its sources' words from the last to the first.
    times: how many times as many epochs as the others it is trained.
    """

    model: ModelConfig
    reversed_source: bool = False
    times: int = 1

    def training(self, seed: int) -> TrainConfig:
        """How it is trained with a seed."""
        return replace(COMPARISON_TRAINING, seed=seed, epochs=self.times * COMPARISON_TRAINING.epochs)


# Each differs from "vector-128" in one thing.
DESIGNS = {
    "vector-64": Design(ModelConfig(64, 64)),
    "vector-128": Design(COMPARISONS["vector-128"].model),
    "vector-256": Design(ModelConfig(64, 256)),
    "attention-128": Design(COMPARISONS["attention-128"].model),
    "lstm-128": Design(ModelConfig(64, 128, cell="lstm")),
    "both-ways-128": Design(ModelConfig(64, 128, bidirectional=True)),
    "vector-128-long": Design(COMPARISONS["vector-128"].model, times=2),
    "reversed-128": Design(COMPARISONS["vector-128"].model, reversed_source=True),
}

NAMES = tuple(DESIGNS)


class Result(NamedTuple):
    """What a stored file says. Both lists of reports have a list for each seed, and in it a report for each group.

    lengths: the mean length of each group's sources, in tokens, ascending.
    num_parameters: of the model trained with the first seed (the vocabularies follow the training rows).
    train_loss: nats per token in the last epoch, a number for each seed.
    unseen, training_rows: reports on held-out sources, and on as many training rows of the same lengths.
    """

    lengths: list[float]
    num_parameters: int
    train_loss: list[float]
    unseen: list[list[Report]]
    training_rows: list[list[Report]]


def stored(name: str) -> Result:
    """The stored result of that name.

    Raises:
        ValueError: another name.
        FileNotFoundError: it is not stored.
    """
    if name not in DESIGNS:
        raise ValueError(f"name is {name!r}; expected one of {', '.join(map(repr, DESIGNS))}")
    told = files.read(name)
    return Result(
        lengths=told["lengths"],
        num_parameters=told["seeds"][0]["num_parameters"],
        train_loss=[seed["train_loss"] for seed in told["seeds"]],
        unseen=[[Report(**group) for group in seed["unseen"]] for seed in told["seeds"]],
        training_rows=[[Report(**group) for group in seed["training_rows"]] for seed in told["seeds"]],
    )


def mean(runs: Sequence[Sequence[Report]]) -> list[Report]:
    """The reports of several seeds, averaged group by group."""
    return [
        group[0]._replace(
            **{score: statistics.fmean(getattr(r, score) for r in group) for score in ("bleu", "chrf", "exact_match")}
        )
        for group in zip(*runs, strict=True)
    ]


def reverse_words(sentence: str) -> str:
    """The sentence's tokens in reverse order, joined by spaces."""
    return " ".join(reversed(tokenize(sentence)))


def made_of(name: str) -> dict[str, Any]:
    """What a result depends on: one that says otherwise in its file is out of date."""
    training = asdict(DESIGNS[name].training(seed=0))
    del training["seed"]
    return {
        "models_version": MODELS_VERSION,
        "corpus": {part: corpus_fingerprint(pairs) for part, pairs in load_splits(CORPUS).items()},
        "model": asdict(DESIGNS[name].model),
        "reversed_source": DESIGNS[name].reversed_source,
        "training": training,
        "lengths": _mean_lengths(),
    }


def measure(name: str, seed: int) -> dict[str, Any]:
    """Train a design with one seed; its losses, its seconds, and its reports by length."""
    design = DESIGNS[name]
    config = design.training(seed)
    read = reverse_words if design.reversed_source else str
    splits = load_splits(CORPUS)
    train_pairs = [SentencePair(read(source), target) for source, target in splits["train"]]
    translator = Translator.train(train_pairs, design.model, config, progress=False)
    sources, references = group_references(splits["random"])
    trained_on, _ = split_by_source(train_pairs, config.val_fraction, seed)
    rows, row_references = _rows_of_the_lengths(sources, trained_on)
    groups = length_groups(sources)
    history = translator.history
    return {
        "seed": seed,
        "seconds": round(history.seconds[-1], 1),
        "train_loss": history.train_loss[-1],
        "val_loss": history.val_loss[-1],
        "num_parameters": sum(parameter.numel() for parameter in translator.model.parameters()),
        "unseen": _reports(translator.translate([read(source) for source in sources]), references, groups),
        "training_rows": _reports(translator.translate(rows), row_references, groups),
    }


def length_groups(sources: Sequence[str]) -> list[list[int]]:
    """The sources' places in groups of one size, from the shortest sources to the longest."""
    order = sorted(range(len(sources)), key=lambda i: len(tokenize(sources[i])))
    ends = [len(order) * k // NUM_GROUPS for k in range(NUM_GROUPS + 1)]
    return [order[start:end] for start, end in zip(ends, ends[1:], strict=False)]


def _mean_lengths() -> list[float]:
    sources, _ = group_references(load_splits(CORPUS)["random"])
    return [statistics.fmean(len(tokenize(sources[i])) for i in group) for group in length_groups(sources)]


def _rows_of_the_lengths(
    sources: Sequence[str], trained_on: Sequence[SentencePair]
) -> tuple[list[str], list[list[str]]]:
    """For each source a row that was trained on and is as long, with its references; the same ones in every run."""
    rows: dict[int, list[tuple[str, list[str]]]] = {}
    for row in zip(*group_references(trained_on), strict=True):
        rows.setdefault(len(tokenize(row[0])), []).append(row)
    rng = random.Random(0)
    chosen = [rng.choice(rows[len(tokenize(source))]) for source in sources]
    return [source for source, _ in chosen], [references for _, references in chosen]


def _reports(said: Sequence[str], references: Sequence[Sequence[str]], groups: list[list[int]]) -> list[dict[str, Any]]:
    return [corpus_report([said[i] for i in group], [references[i] for i in group])._asdict() for group in groups]
