"""The trained models that the lessons share, kept in the user's cache folder."""

import hashlib
import multiprocessing
import os
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from typing import NamedTuple

import torch

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair, cache_folder, load_splits
from seq2seq_lessons.support.pairs import corpus_fingerprint
from seq2seq_lessons.text import tokenize
from seq2seq_lessons.training import History
from seq2seq_lessons.translator import Translator

# The translator that lesson 00 trains in a minute and the later lessons look into.
LESSONS_MODEL = ModelConfig(embed_size=128, num_hiddens=256, num_layers=1)
LESSONS_TRAINING = TrainConfig(
    epochs=6, batch_size=64, lr=0.004, weight_decay=0.0, val_fraction=0.1, min_freq=2, device="cpu"
)


class Comparison(NamedTuple):
    """A model that lessons 11 and 13 compare with others.

    model: its sizes and design.
    minutes: about how long its training takes on one core.
    reversed_source: it was trained on sources whose words stand in reverse (`reverse_words`).
    """

    model: ModelConfig
    minutes: float
    reversed_source: bool = False


# All are trained on "lessons-long", by the same settings; they differ in one thing from "vector-128".
COMPARISONS = {
    "vector-64": Comparison(ModelConfig(64, 64), 0.6),
    "vector-128": Comparison(ModelConfig(64, 128), 0.9),
    "vector-256": Comparison(ModelConfig(64, 256), 2.0),
    "attention-128": Comparison(ModelConfig(64, 128, attention=True), 1.5),
    "lstm-128": Comparison(ModelConfig(64, 128, cell="lstm"), 1.0),
    "both-ways-128": Comparison(ModelConfig(64, 128, bidirectional=True), 1.0),
    "reversed-128": Comparison(ModelConfig(64, 128), 0.9, reversed_source=True),
}
COMPARISON_TRAINING = TrainConfig(
    epochs=8,
    batch_size=64,
    lr=0.004,
    weight_decay=0.0,
    val_fraction=0.02,
    min_freq=2,
    device="cpu",
    precision="float32",
)

# Part of every cached model's key. Raise it whenever the code trains other numbers from the same settings and pairs
# (tests/support/test_shared_models.py notices); what changes nothing in them needs no new training.
MODELS_VERSION = 1


def lessons_translator(
    progress: bool = True, on_epoch: Callable[[History], None] | None = None, retrain: bool = False
) -> Translator:
    """The translator trained on the bundled "lessons" corpus's training split: from the cache, or trained now.

    Lessons that run at the same time wait for one another instead of training it twice.

    Args:
        progress, on_epoch: as in `Translator.train`.
        retrain: train it now even if the cache has it, and replace the cached one.
    """
    seconds = LESSONS_TRAINING.time_limit_s or 60
    waiting = f"training the lessons' translator, once; about {seconds:.0f} seconds …"
    recipe = Recipe("lessons", load_splits("lessons")["train"], LESSONS_MODEL, LESSONS_TRAINING, waiting)
    return _cached(recipe, progress, on_epoch, retrain)


def comparison_model(name: str, progress: bool = True) -> Translator:
    """One of the models that lessons 11 and 13 compare, trained on "lessons-long": from the cache, or trained now.

    `make models` trains them all beforehand.

    Args:
        name: a key of `COMPARISONS`.
        progress: announce a training, and show its bar.

    Raises:
        ValueError: another name.
    """
    if name not in COMPARISONS:
        raise ValueError(f"name is {name!r}; expected one of {', '.join(map(repr, COMPARISONS))}")
    model, minutes, reversed_source = COMPARISONS[name]
    pairs = load_splits("lessons-long")["train"]
    if reversed_source:
        pairs = [SentencePair(reverse_words(source), target) for source, target in pairs]
    waiting = f"training the comparison model {name!r}, once; about {minutes:.1f} minutes …"
    return _cached(Recipe(name, pairs, model, COMPARISON_TRAINING, waiting), progress)


def reverse_words(sentence: str) -> str:
    """The sentence's tokens in reverse order, joined by spaces."""
    return " ".join(reversed(tokenize(sentence)))


class Recipe(NamedTuple):
    """What a shared model is made of, and what is printed before it is made."""

    name: str
    pairs: Sequence[SentencePair]
    model: ModelConfig
    training: TrainConfig
    waiting: str

    @property
    def key(self) -> str:
        """The model's name in the cache: other pairs, settings or code make another model."""
        made_of = repr((MODELS_VERSION, corpus_fingerprint(self.pairs), asdict(self.model), asdict(self.training)))
        return f"{self.name}-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}"


def _cached(
    recipe: Recipe, progress: bool, on_epoch: Callable[[History], None] | None = None, retrain: bool = False
) -> Translator:
    from filelock import FileLock

    folder = cache_folder() / "models" / recipe.key
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if (folder / "model.json").exists() and not retrain:
            try:
                return Translator.load(folder, device="cpu")
            except ValueError as error:
                warnings.warn(f"the cached translator is damaged and is trained again: {error}", stacklevel=3)
                (folder / "model.json").unlink()  # `save` replaces nothing that it cannot read
        if progress and not retrain:
            print(recipe.waiting)
        translator = Translator.train(recipe.pairs, recipe.model, recipe.training, on_epoch=on_epoch, progress=progress)
        if translator.history.stopped != "interrupted":
            translator.save(folder)
        return translator


def train_all() -> None:
    """Train and cache what is missing, a model per core at a time; one line a model, with its time.

    Models of these sizes gain little from a second thread, and two that share cores hold each other up.
    """
    print(
        f"models are kept in {cache_folder() / 'models'}; to train them all takes a core about "
        f"{1 + sum(comparison.minutes for comparison in COMPARISONS.values()):.0f} minutes",
        flush=True,
    )
    names = ("translator", *sorted(COMPARISONS, key=lambda name: -COMPARISONS[name].minutes))
    with ProcessPoolExecutor(min(4, os.cpu_count() or 1), multiprocessing.get_context("spawn")) as pool:
        for line in pool.map(_train_one, names):
            print(line, flush=True)


def _train_one(name: str) -> str:
    torch.set_num_threads(1)
    started = time.perf_counter()
    translator = lessons_translator(progress=False) if name == "translator" else comparison_model(name, progress=False)
    return f"{name}: {len(translator.history.train_loss)} epochs, {time.perf_counter() - started:.0f} s"


if __name__ == "__main__":
    train_all()
