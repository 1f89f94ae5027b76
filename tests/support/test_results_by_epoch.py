"""The stored scores by epoch: how they are measured, how an epoch is chosen, and what lesson 08 says of them."""

import json
import runpy
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest

from seq2seq_lessons.support import shared_models
from seq2seq_lessons.support.results import __main__ as command
from seq2seq_lessons.support.results import epochs, files
from seq2seq_lessons.support.results.epochs import RUNS, Result, Scores, at, chosen, measure, stored
from tests.toy import BRIEFLY, PAIRS, TINY

DELIVERED = Path(__file__).parents[2] / "notebooks" / "results"
BY = ("loss", "accuracy", "bleu", "last")


@pytest.fixture
def toy(tmp_path, monkeypatch):
    monkeypatch.setattr(epochs, "MODEL", TINY)
    monkeypatch.setattr(epochs, "RUNS", {name: replace(BRIEFLY, val_fraction=0.3) for name in RUNS})
    monkeypatch.setattr(epochs, "load_splits", lambda name: {"train": PAIRS, "random": PAIRS[::2]})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_measured_is_what_a_lesson_reads(toy):
    run = measure("epochs", 1)
    (toy / "results").mkdir()
    files.write("epochs", epochs.made_of("epochs"), [run], toy / "results")
    result = stored("epochs")
    assert result.train_loss == [run["train_loss"]] and len(run["train_loss"]) == BRIEFLY.epochs
    for part in (result.validation, result.held_out):
        (scores,) = part
        assert {len(column) for column in scores} == {BRIEFLY.epochs}
        for loss, accuracy, right, wrong in zip(*scores[:4], strict=True):  # the split loss is the loss
            assert loss == pytest.approx(accuracy / 100 * right + (1 - accuracy / 100) * wrong, abs=2e-4)
            assert right < wrong
    assert result.validation != result.held_out
    assert measure("epochs", 2)["train_loss"] != run["train_loss"]


def test_the_validation_loss_is_the_trainings_own(toy, monkeypatch):
    histories = []
    train = epochs.train_seq2seq
    monkeypatch.setattr(epochs, "train_seq2seq", lambda *a, **k: histories.append(train(*a, **k)) or histories[0])
    assert measure("epochs", 0)["validation"]["loss"] == pytest.approx(histories[0].val_loss, abs=1e-4)


def test_the_best_epoch_by_each_score_is_chosen_on_validation_pairs():
    falling, rising = [3.0, 2.0, 2.5], [10.0, 20.0, 30.0]
    first = Scores(falling, rising, falling, falling, [5.0, 9.0, 8.0], rising)
    result = Result([falling] * 2, [first, first._replace(loss=rising)], [])
    assert chosen(result, "loss") == [1, 0] and chosen(result, "accuracy") == [2, 2]
    assert chosen(result, "bleu") == [1, 1] and chosen(result, "last") == [2, 2]
    assert at([first, first], [0, 2])["bleu"] == 6.5
    with pytest.raises(ValueError, match="by is 'best'; expected \"last\" or one of 'loss'"):
        chosen(result, "best")


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="name is 'epoch'; expected one of 'epochs'"):
        stored("epoch")


@pytest.mark.filterwarnings("ignore:.* found in sys.modules")
def test_started_as_a_program_it_gives_the_pool_a_function_that_other_processes_find(monkeypatch):
    """A process that the pool starts imports the function by its module's name; "__main__" is another module there."""
    mapped = []

    @contextmanager
    def pool():
        class Recorder:
            def map(self, function, *columns):
                mapped.append(function.__module__)
                raise SystemExit

        yield Recorder()

    for module in (shared_models, command):
        monkeypatch.setattr(module, "a_training_per_core", pool)
    monkeypatch.setattr("sys.argv", ["results", "epochs"])
    with pytest.raises(SystemExit):
        runpy.run_module("seq2seq_lessons.support.results", run_name="__main__")
    assert mapped == ["seq2seq_lessons.support.results.__main__"]


@pytest.mark.parametrize("name", RUNS)
def test_a_delivered_result_is_of_today(name):
    told = json.loads((DELIVERED / f"{name}.json").read_text(encoding="utf-8"))
    expected = json.loads(json.dumps(epochs.made_of(name)))
    assert {key: told[key] for key in expected} == expected
    assert len(told["seeds"]) == 5


def test_they_bear_out_what_lesson_08_says(monkeypatch):
    monkeypatch.chdir(DELIVERED.parent)
    plain, defaults = stored("epochs"), stored("epochs-defaults")
    for scores, best in zip(plain.held_out, chosen(plain, "loss"), strict=True):
        assert scores.loss[-1] > scores.loss[best] + 0.4 and scores.bleu[-1] > scores.bleu[best]  # both, every seed
        assert scores.accuracy[-1] > scores.accuracy[best] - 0.5
        assert scores.when_wrong[-1] > scores.when_wrong[best] + 1 and scores.when_right[-1] < scores.when_right[best]
    means = {
        name: [fmean(s.bleu[i] for s, i in zip(run.held_out, chosen(run, by), strict=True)) for by in BY]
        for name, run in (("plain", plain), ("defaults", defaults))
    }
    assert max(means["defaults"]) - min(means["defaults"]) < 0.5  # the choice hardly matters with the defaults
    assert 0.5 < means["plain"][-1] - means["plain"][0] < 1.5  # and by about a point without them
    assert min(means["defaults"]) > max(means["plain"]) + 2
