"""The cache of the lessons' translator: trained once, whoever asks first; its key; its lock."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from seq2seq_lessons import lessons
from seq2seq_lessons.lessons import lessons_translator
from seq2seq_lessons.translator import Translator
from tests.toy import BRIEFLY, PAIRS, TINY, digest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def trainings(cache, monkeypatch):
    """Toy pairs in place of the corpus, an empty cache, and a list that grows with each training."""
    calls, train = [], Translator.train

    def counted(*args, **kwargs):
        calls.append(1)
        return train(*args, **kwargs)

    monkeypatch.setattr(lessons, "load_splits", lambda name: {"train": PAIRS})
    monkeypatch.setattr(lessons, "LESSONS_MODEL", TINY)
    monkeypatch.setattr(lessons, "LESSONS_TRAINING", BRIEFLY)
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


def test_a_damaged_one_is_trained_again_and_says_so(trainings, cache):
    trained = lessons_translator(progress=False)
    (weights,) = cache.glob("models/lessons-*/model-*.safetensors")
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.warns(UserWarning, match="damaged and is trained again"):
        again = lessons_translator(progress=False)
    assert len(trainings) == 2 and digest(again.model) == digest(trained.model)
    assert digest(Translator.load(weights.parent).model) == digest(trained.model)


def test_retrain_trains_and_replaces(trainings, monkeypatch):
    epochs = []
    lessons_translator(progress=False)
    lessons_translator(progress=False, on_epoch=epochs.append, retrain=True)
    assert len(trainings) == 2 and len(epochs) == BRIEFLY.epochs


def test_other_pairs_settings_or_sizes_are_another_translator(trainings, monkeypatch):
    lessons_translator(progress=False)
    monkeypatch.setattr(lessons, "LESSONS_TRAINING", replace(BRIEFLY, lr=0.001))
    lessons_translator(progress=False)
    monkeypatch.setattr(lessons, "LESSONS_MODEL", replace(TINY, num_hiddens=7))
    lessons_translator(progress=False)
    monkeypatch.setattr(lessons, "load_splits", lambda name: {"train": PAIRS[:-1]})
    lessons_translator(progress=False)
    assert len(trainings) == 4


def test_other_code_is_another_translator(trainings, monkeypatch, tmp_path):
    lessons_translator(progress=False)
    for name in lessons._CODE:
        (tmp_path / f"{name}.py").write_bytes((ROOT / "seq2seq_lessons" / f"{name}.py").read_bytes())
    monkeypatch.setattr(lessons, "__file__", str(tmp_path / "lessons.py"))
    lessons_translator(progress=False)
    assert len(trainings) == 1
    with (tmp_path / "decoder.py").open("a") as file:
        file.write("# changed\n")
    lessons_translator(progress=False)
    assert len(trainings) == 2


def test_lessons_that_start_together_train_it_once(tmp_path):
    code = (
        "from seq2seq_lessons import lessons\n"
        "from tests.toy import BRIEFLY, PAIRS, TINY\n"
        "lessons.load_splits = lambda name: {'train': PAIRS}\n"
        "lessons.LESSONS_MODEL, lessons.LESSONS_TRAINING = TINY, BRIEFLY\n"
        "lessons.lessons_translator()"
    )
    environment = os.environ | {"SEQ2SEQ_LESSONS_CACHE": str(tmp_path)}
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for _ in range(3)
    ]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0] * 3
    assert sum(b"training the lessons' translator" in out for out in said) == 1
