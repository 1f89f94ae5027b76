"""The trained models that the lessons share, kept in the user's cache folder."""

import hashlib
import multiprocessing
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import torch

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair, cache_folder, load_splits
from seq2seq_lessons.support.limits import num_processors
from seq2seq_lessons.support.pairs import corpus_fingerprint
from seq2seq_lessons.support.storage import one_at_a_time
from seq2seq_lessons.training import History
from seq2seq_lessons.translator import Translator

# The translator that lesson 00 trains in a minute and the later lessons look into.
LESSONS_MODEL = ModelConfig(embed_size=128, num_hiddens=192, num_layers=1)
LESSONS_TRAINING = TrainConfig(
    epochs=3, batch_size=96, lr=0.03, rnn_lr_factor=0.25, weight_decay=0.12, val_fraction=0.05, min_freq=3, device="cpu"
)


class Comparison(NamedTuple):
    """A model of lesson 13, which compares them.

    model: its sizes and design.
    minutes: about how long its training takes on one core.
    """

    model: ModelConfig
    minutes: float


# Both are trained on "lessons-long", by the same settings. `results` has the figures of more, trained likewise.
COMPARISONS = {
    "vector-128": Comparison(ModelConfig(64, 128), 1.4),
    "attention-128": Comparison(ModelConfig(64, 128, attention=True), 2.3),
}
COMPARISON_TRAINING = TrainConfig(
    epochs=12,
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
MODELS_VERSION = 2


def lessons_translator(
    progress: bool = True, on_epoch: Callable[[History], None] | None = None, retrain: bool = False
) -> Translator:
    """The translator trained on the bundled "lessons" corpus's training split: from the cache, or trained now.

    Lessons that run at the same time wait for one another instead of training it twice.

    Args:
        progress, on_epoch: as in `Translator.train`.
        retrain: train it now even if the cache has it, and replace the cached one; where the environment says
            SEQ2SEQ_LESSONS_REPLAY=1, as it does in `make test`, show the epochs of the cached one instead.
    """
    seconds = LESSONS_TRAINING.time_limit_s or 60
    waiting = f"training the lessons' translator, once; about {seconds:.0f} seconds …"
    recipe = Recipe("lessons", load_splits("lessons")["train"], LESSONS_MODEL, LESSONS_TRAINING, waiting)
    if not (retrain and os.environ.get("SEQ2SEQ_LESSONS_REPLAY") == "1"):
        return _cached(recipe, progress, on_epoch, retrain)
    translator = _cached(recipe, progress)
    if on_epoch is not None:
        _show_again(translator.history, on_epoch)
    return translator


def _show_again(history: History, on_epoch: Callable[[History], None]) -> None:
    """What a training shows: the lists up to each epoch."""
    lists: dict[str, Any] = {name: values for name, values in asdict(history).items() if isinstance(values, list)}
    for num_epochs in range(1, len(history.train_loss) + 1):
        on_epoch(replace(history, **{name: values[:num_epochs] for name, values in lists.items()}))


def comparison_model(name: str, progress: bool = True) -> Translator:
    """One of the models that lesson 13 compares, trained on "lessons-long": from the cache, or trained now.

    `make models` trains both beforehand.

    Args:
        name: a key of `COMPARISONS`.
        progress: announce a training, and show its bar.

    Raises:
        ValueError: another name.
    """
    if name not in COMPARISONS:
        raise ValueError(f"name is {name!r}; expected one of {', '.join(map(repr, COMPARISONS))}")
    model, minutes = COMPARISONS[name]
    waiting = f"training the comparison model {name!r}, once; about {minutes:.1f} minutes …"
    return _cached(Recipe(name, load_splits("lessons-long")["train"], model, COMPARISON_TRAINING, waiting), progress)


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
    folder = cache_folder() / "models" / recipe.key
    if not retrain:
        with suppress(ValueError, OSError):  # a whole one is read without a lock: nobody waits who need not train
            return Translator.load(folder, device="cpu")
    with ExitStack() as stack:
        waiting = f"another program trains {recipe.name!r}: waiting for it …" if progress else ""
        with suppress(OSError):  # where no lock can be made nothing can be kept either, and that is said below
            folder.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(one_at_a_time(folder.with_suffix(".lock"), waiting, is_patient=not retrain))
        if not retrain:
            try:
                return Translator.load(folder, device="cpu")  # who was waited for has trained it
            except FileNotFoundError:
                pass
            except (ValueError, OSError) as error:
                warnings.warn(
                    f"the cached translator is damaged or not yours, and is trained again: {error}", stacklevel=3
                )
            if progress:
                print(recipe.waiting)
        translator = Translator.train(recipe.pairs, recipe.model, recipe.training, on_epoch=on_epoch, progress=progress)
        if translator.history.stopped != "interrupted":
            _keep(translator, folder)
        return translator


def _keep(translator: Translator, folder: Path) -> None:
    """Save it; a folder that cannot be written, or is somebody else's, is no reason to do without the model."""
    try:
        try:
            translator.save(folder)
        except FileExistsError:  # `save` replaces no description that it cannot read; this one is damaged
            (folder / "model.json").unlink()
            translator.save(folder)
    except OSError as error:
        warnings.warn(
            f"the trained model is not kept in {folder} ({error}): set SEQ2SEQ_LESSONS_CACHE to a folder of your own",
            stacklevel=4,
        )


def train_all() -> None:
    """Train and cache what is missing, a model per core at a time; one line a model, with its time."""
    print(
        f"models are kept in {cache_folder() / 'models'}; to train them all takes a core about "
        f"{1 + sum(comparison.minutes for comparison in COMPARISONS.values()):.0f} minutes",
        flush=True,
    )
    names = ("translator", *sorted(COMPARISONS, key=lambda name: -COMPARISONS[name].minutes))
    with a_training_per_core() as pool:
        for line in pool.map(_train_one, names):
            print(line, flush=True)


@contextmanager
def a_training_per_core() -> Iterator[ProcessPoolExecutor]:
    """Processes for functions that each train with one thread.

    Models of these sizes gain little from a second thread, and two that share cores hold each other up.

    Raises:
        MemoryError: one of them was killed.
    """
    try:
        with ProcessPoolExecutor(min(4, num_processors()), multiprocessing.get_context("spawn")) as pool:
            yield pool
    except BrokenProcessPool:
        raise MemoryError(
            "a training was killed, most likely for want of memory: close other programs and start again; what has "
            "been trained is kept"
        ) from None


def _train_one(name: str) -> str:
    torch.set_num_threads(1)
    started = time.perf_counter()
    translator = lessons_translator(progress=False) if name == "translator" else comparison_model(name, progress=False)
    return f"{name}: {len(translator.history.train_loss)} epochs, {time.perf_counter() - started:.0f} s"


if __name__ == "__main__":
    try:
        train_all()
    except MemoryError as error:
        sys.exit(f"error: {error}")
