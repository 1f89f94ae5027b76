"""The trained models that the lessons share, kept in the user's cache folder."""

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from seq2seq_lessons.corpus import cache_folder, load_splits
from seq2seq_lessons.model import ModelConfig
from seq2seq_lessons.training import History, TrainConfig
from seq2seq_lessons.translator import Translator, corpus_fingerprint

# The translator that lesson 00 trains in a minute and the later lessons look into.
LESSONS_MODEL = ModelConfig(embed_size=128, num_hiddens=256, num_layers=1)
LESSONS_TRAINING = TrainConfig(epochs=6, batch_size=64, lr=0.004, device="cpu")

# the modules whose code decides what a trained model is
_CODE = ("text", "encoder", "decoder", "model", "teacher_forcing", "free_running", "loss", "training")


def lessons_translator(
    progress: bool = True, on_epoch: Callable[[History], None] | None = None, retrain: bool = False
) -> Translator:
    """The translator trained on the bundled "lessons" corpus's training split: from the cache, or trained now.

    Lessons that run at the same time wait for one another instead of training it twice.

    Args:
        progress, on_epoch: as in `Translator.train`.
        retrain: train it now even if the cache has it, and replace the cached one.
    """
    from filelock import FileLock

    pairs = load_splits("lessons")["train"]
    folder = cache_folder() / "models" / f"lessons-{_key(corpus_fingerprint(pairs))}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if (folder / "model.json").exists() and not retrain:
            try:
                return Translator.load(folder, device="cpu")
            except ValueError as error:
                warnings.warn(f"the cached translator is damaged and is trained again: {error}", stacklevel=2)
        if progress and not retrain:
            seconds = LESSONS_TRAINING.time_limit_s or 60
            print(f"training the lessons' translator, once; about {seconds:.0f} seconds …")
        translator = Translator.train(pairs, LESSONS_MODEL, LESSONS_TRAINING, on_epoch, progress)
        if translator.history.stopped != "interrupted":
            translator.save(folder)
        return translator


def _key(corpus: str) -> str:
    code = b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in _CODE)
    settings = repr((asdict(LESSONS_MODEL), asdict(LESSONS_TRAINING)))
    return hashlib.sha256(code + settings.encode() + corpus.encode()).hexdigest()[:16]


if __name__ == "__main__":
    translator = lessons_translator()
    print(f"cached in {cache_folder() / 'models'}: a translator of {len(translator.history.train_loss)} epochs")
