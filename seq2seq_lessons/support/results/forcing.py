"""What training on the decoder's own words gives, and what it does to the words after an error.

Lesson 09 draws it. A result has for each seed the scores of a small model on held-out sentences, and how often it is
right after its first error, fed the right words and fed its own.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, NamedTuple

import torch

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair, load_pairs, load_splits
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.evaluation import corpus_report, group_references
from seq2seq_lessons.free_running import scheduled_pass
from seq2seq_lessons.loss import sequence_mask
from seq2seq_lessons.support.pairs import corpus_fingerprint
from seq2seq_lessons.support.results import files
from seq2seq_lessons.text import Batch, encode_pairs, tokenize, tokenize_all
from seq2seq_lessons.training import evaluate_loss
from seq2seq_lessons.translator import Translator

MODEL = ModelConfig(64, 96)
GOLD_ONLY = TrainConfig(
    epochs=4, batch_size=32, lr=0.015, weight_decay=0.0, val_fraction=0.0, device="cpu", precision="float32"
)
# Each differs from the first in how often a coin feeds the right word, by epoch in one of them; the last one also in
# what the coin is tossed for.
RUNS = {
    "forcing-100": GOLD_ONLY,
    "forcing-75": replace(GOLD_ONLY, teacher_forcing=0.75),
    "forcing-50": replace(GOLD_ONLY, teacher_forcing=0.5),
    "forcing-falling": replace(GOLD_ONLY, teacher_forcing=[1.0, 0.75, 0.5, 0.25]),
    "forcing-0": replace(GOLD_ONLY, teacher_forcing=0.0),
    "forcing-50-sentence": replace(GOLD_ONLY, teacher_forcing=0.5, teacher_forcing_per="sentence"),
}
NAMES = tuple(RUNS)
MAX_TOKENS = 5  # of a source
NUM_PLACES = 4  # steps after the first error that are looked at


class Result(NamedTuple):
    """What a stored file says, an entry for each seed.

    bleu, exact_match: of greedy translations of held-out sources, in per cent.
    loss: nats per token on them, fed the right words.
    erring: of the held-out sources with one translation, how many go wrong when the decoder is fed its own words.
    gold, own: per cent of these that are right 1, 2, … steps after the first error, fed right words and fed its own.
    """

    bleu: list[float]
    exact_match: list[float]
    loss: list[float]
    erring: list[int]
    gold: list[list[float]]
    own: list[list[float]]


def stored(name: str) -> Result:
    """The stored result of that name.

    Raises:
        ValueError: another name.
        FileNotFoundError: it is not stored.
    """
    if name not in RUNS:
        raise ValueError(f"name is {name!r}; expected one of {', '.join(map(repr, RUNS))}")
    seeds = files.read(name)["seeds"]
    return Result(*([seed[field] for seed in seeds] for field in Result._fields))


def train_pairs() -> list[SentencePair]:
    """Every second of the short training pairs."""
    return _short(load_splits("lessons")["train"])[::2]


def held_out_pairs() -> list[SentencePair]:
    """The short ones that are never trained on."""
    return _short(load_splits("lessons")["random"])


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
    """Train with one seed; the fields of `Result`."""
    translator = Translator.train(train_pairs(), MODEL, replace(RUNS[name], seed=seed), progress=False)
    pairs = held_out_pairs()
    sources, references = group_references(pairs)
    report = corpus_report(translator.translate(sources), references)
    num_translations = dict(zip(*group_references(load_pairs("lessons")), strict=True))
    single = [pair for pair in pairs if len(num_translations.get(pair.source, ())) == 1]
    return {
        "seed": seed,
        "seconds": round(translator.history.seconds[-1], 1),
        "bleu": report.bleu,
        "exact_match": report.exact_match,
        "loss": evaluate_loss(translator.model, _encode(translator, pairs)),
        **after_the_first_error(translator, _encode(translator, single)),
    }


def after_the_first_error(translator: Translator, batch: Batch) -> dict[str, Any]:
    """How many sentences go wrong on their own words, and how often what follows is right, fed in both ways."""
    with inference(translator.model):
        said = {
            way: scheduled_pass(translator.model, batch, ratio).logits.argmax(dim=2)
            for way, ratio in (("gold", 1.0), ("own", 0.0))
        }
    wrong = (said["own"] != batch.target) & sequence_mask(batch.target_len, batch.target.shape[1])
    erring, first = wrong.any(dim=1), wrong.int().argmax(dim=1)  # argmax finds the first 1
    shares: dict[str, list[float]] = {way: [] for way in said}
    for place in range(1, NUM_PLACES + 1):
        rows = torch.where(erring & (first + place < batch.target_len))[0]
        steps = first[rows] + place
        for way, ids in said.items():
            shares[way].append(100 * (ids == batch.target)[rows, steps].float().mean().item())
    return {"erring": int(erring.sum()), **shares}


def _encode(translator: Translator, pairs: Sequence[SentencePair]) -> Batch:
    sources, targets = (tokenize_all(side) for side in zip(*pairs, strict=True))
    vocabs = translator.source_vocab, translator.target_vocab
    return encode_pairs(sources, targets, *vocabs, translator.train_config.num_steps)


def _short(pairs: Sequence[SentencePair]) -> list[SentencePair]:
    return [pair for pair in pairs if len(tokenize(pair.source)) <= MAX_TOKENS]
