"""The cache of the lessons' translator: trained once, whoever asks first; its key; its lock."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.support import shared_models
from seq2seq_lessons.support.shared_models import comparison_model, lessons_translator
from seq2seq_lessons.translator import Translator
from tests.toy import BRIEFLY, PAIRS, TINY, digest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def trainings(cache, monkeypatch):
    """Toy pairs in place of the corpus, an empty cache, and a list that grows with each training."""
    calls, train = [], Translator.train

    def counted(*args, **kwargs):
        calls.append(1)
        return train(*args, **kwargs)

    monkeypatch.setattr(shared_models, "load_splits", lambda name: {"train": PAIRS})
    monkeypatch.setattr(shared_models, "LESSONS_MODEL", TINY)
    monkeypatch.setattr(shared_models, "LESSONS_TRAINING", BRIEFLY)
    monkeypatch.setattr(shared_models, "COMPARISON_TRAINING", BRIEFLY)
    designs = {
        name: comparison._replace(model=replace(comparison.model, embed_size=4, num_hiddens=6))
        for name, comparison in shared_models.COMPARISONS.items()
    }
    monkeypatch.setattr(shared_models, "COMPARISONS", designs)
    monkeypatch.setattr(Translator, "train", counted)
    return calls


def test_it_is_trained_once(trainings):
    trained = lessons_translator(progress=False)
    assert digest(lessons_translator(progress=False).model) == digest(trained.model)
    assert len(trainings) == 1


def test_it_says_that_it_trains_before_it_does(trainings, capsys):
    lessons_translator()
    assert "training the lessons' translator, once; about 60 seconds" in capsys.readouterr().out
    lessons_translator()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("damaged", ["model-*.safetensors", "model.json"])
def test_a_damaged_one_is_trained_again_and_says_so(trainings, cache, damaged):
    trained = lessons_translator(progress=False)
    (path,) = cache.glob(f"models/lessons-*/{damaged}")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.warns(UserWarning, match="damaged or not yours, and is trained again"):
        again = lessons_translator(progress=False)
    assert len(trainings) == 2 and digest(again.model) == digest(trained.model)
    assert digest(Translator.load(path.parent).model) == digest(trained.model)


def test_retrain_trains_and_replaces(trainings, monkeypatch):
    epochs = []
    lessons_translator(progress=False)
    lessons_translator(progress=False, on_epoch=epochs.append, retrain=True)
    assert len(trainings) == 2 and len(epochs) == BRIEFLY.epochs


def test_a_replay_shows_the_epochs_of_the_cached_one(trainings, monkeypatch):
    """As nbval runs lesson 00 after `make models`: what `on_epoch` draws is what a training draws."""
    monkeypatch.setenv("SEQ2SEQ_LESSONS_REPLAY", "1")
    replayed, live = [], []
    translator = lessons_translator(progress=False, on_epoch=replayed.append, retrain=True)  # none is cached: trained
    lessons_translator(progress=False, on_epoch=replayed.append, retrain=True)
    assert len(trainings) == 1 and replayed[: BRIEFLY.epochs] == replayed[BRIEFLY.epochs :]
    assert replayed[-1] == translator.history
    monkeypatch.delenv("SEQ2SEQ_LESSONS_REPLAY")
    lessons_translator(progress=False, on_epoch=live.append, retrain=True)
    assert len(trainings) == 2
    for once, again in zip(live, replayed[: BRIEFLY.epochs], strict=True):
        assert (once.train_loss, once.val_loss, once.clipped) == (again.train_loss, again.val_loss, again.clipped)
        assert len(once.seconds) == len(again.seconds) and len(once.tokens_per_s) == len(again.tokens_per_s)


def test_other_pairs_settings_or_sizes_are_another_translator(trainings, monkeypatch):
    lessons_translator(progress=False)
    monkeypatch.setattr(shared_models, "LESSONS_TRAINING", replace(BRIEFLY, lr=0.001))
    lessons_translator(progress=False)
    monkeypatch.setattr(shared_models, "LESSONS_MODEL", replace(TINY, num_hiddens=7))
    lessons_translator(progress=False)
    monkeypatch.setattr(shared_models, "load_splits", lambda name: {"train": PAIRS[:-1]})
    lessons_translator(progress=False)
    assert len(trainings) == 4


# What the code trains from these settings: training and validation losses, nats per token. When this test fails and the
# change is wanted, raise MODELS_VERSION and write the new numbers here; else the change altered what it should not.
GOLDEN_VERSION = 2
GOLDEN = {
    "gru": [3.457971, 3.411529, 3.369722, 3.388569, 3.342537, 3.33273],
    "lstm": [3.350673, 3.319034, 3.29935, 3.310781, 3.280346, 3.273735],
    "attention": [3.555942, 3.501305, 3.469655, 3.525024, 3.475388, 3.465807],
    "both ways": [3.449016, 3.394931, 3.359569, 3.441544, 3.397157, 3.38747],
}
DESIGNS = {"gru": {}, "lstm": {"cell": "lstm"}, "attention": {"attention": True}, "both ways": {"bidirectional": True}}
AWKWARD = [
    ("I'm home, Anna!", "je suis chez moi, Anna !"),
    ("Is it 9.30?", "L'\u00e9t\u00e9, c\u2019est \u00e0 9 h 30 ?"),
]


@pytest.mark.parametrize("design", DESIGNS)
def test_code_that_trains_other_numbers_has_another_version(design):
    """Cached models are kept while MODELS_VERSION stands, so it must change with what the code trains."""
    pairs = [*PAIRS, *(SentencePair(*pair) for pair in AWKWARD)]
    training = TrainConfig(epochs=3, batch_size=8, lr=0.004, weight_decay=0.2, min_freq=1, device="cpu")
    history = Translator.train(pairs, replace(TINY, **DESIGNS[design]), training, progress=False).history
    assert shared_models.MODELS_VERSION == GOLDEN_VERSION
    assert history.train_loss + history.val_loss == pytest.approx(GOLDEN[design], rel=1e-4)


def test_lessons_that_start_together_train_it_once(tmp_path):
    code = (
        "from seq2seq_lessons.support import shared_models\n"
        "from tests.toy import BRIEFLY, PAIRS, TINY\n"
        "shared_models.load_splits = lambda name: {'train': PAIRS}\n"
        "shared_models.LESSONS_MODEL, shared_models.LESSONS_TRAINING = TINY, BRIEFLY\n"
        "shared_models.lessons_translator()"
    )
    environment = os.environ | {"SEQ2SEQ_LESSONS_CACHE": str(tmp_path)}
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0] * 2
    assert sum(b"training the lessons' translator" in out for out in said) == 1


# Comparison models


def test_each_comparison_model_is_trained_once_by_its_own_design(trainings, capsys):
    for _ in range(2):
        for name, comparison in shared_models.COMPARISONS.items():
            assert comparison_model(name, progress=False).model_config == comparison.model
    assert len(trainings) == len(shared_models.COMPARISONS)
    assert capsys.readouterr().out == ""


def test_it_announces_its_minutes(trainings, capsys):
    comparison_model("attention-128")
    assert "training the comparison model 'attention-128', once; about 2.3 minutes" in capsys.readouterr().out


def test_an_unknown_comparison_is_refused():
    with pytest.raises(ValueError, match="name is 'vector'; expected one of 'vector-128'"):
        comparison_model("vector")


def test_make_models_trains_all_and_then_finds_them(trainings, capsys, monkeypatch):
    # the toy pairs are known to this process only: its own threads stand for the processes
    monkeypatch.setattr(shared_models, "ProcessPoolExecutor", lambda number, context: ThreadPoolExecutor(number))
    for _ in range(2):
        shared_models.train_all()
        said = capsys.readouterr().out
        assert all(f"{name}: 4 epochs" in said for name in ("translator", *shared_models.COMPARISONS))
        assert len(trainings) == 1 + len(shared_models.COMPARISONS)


@pytest.mark.skipif(sys.platform == "win32", reason="no signal that kills")
def test_a_training_that_is_killed_is_said_in_words():
    with (
        pytest.raises(MemoryError, match="most likely for want of memory"),
        shared_models.a_training_per_core() as pool,
    ):
        list(pool.map(signal.raise_signal, [signal.SIGKILL]))


def test_a_process_of_its_own_trains_a_model(tmp_path):
    code = (
        "from seq2seq_lessons.support import shared_models\n"
        "from tests.toy import BRIEFLY, PAIRS, TINY\n"
        "shared_models.load_splits = lambda name: {'train': PAIRS}\n"
        "shared_models.LESSONS_MODEL, shared_models.LESSONS_TRAINING = TINY, BRIEFLY\n"
        "shared_models.COMPARISONS = {}\n"
        "if __name__ == '__main__':\n"
        "    shared_models.train_all()\n"
    )
    (tmp_path / "train.py").write_text(code)
    environment = os.environ | {"SEQ2SEQ_LESSONS_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "train.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "translator: 4 epochs" in done.stdout
    assert len(list((tmp_path / "cache" / "models").glob("*/model.json"))) == 1
