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
from seq2seq_lessons.support.results.seeds import interval
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


def told(values, digits=1):
    """Mean and interval as a lesson prints them."""
    return tuple(round(value, digits) for value in interval(values))


def gains(scores, name, first, last):
    """What a score gains from one epoch to another, for each seed."""
    return [getattr(s, name)[j] - getattr(s, name)[i] for s, i, j in zip(scores, first, last, strict=True)]


def test_they_bear_out_what_lesson_08_says_of_the_lowest_loss(monkeypatch):
    monkeypatch.chdir(DELIVERED.parent)
    plain = stored("epochs")
    lowest, last = chosen(plain, "loss"), chosen(plain, "last")
    assert told(gains(plain.held_out, "loss", lowest, last), 2) == (0.61, 0.55, 0.67)
    assert told(gains(plain.held_out, "accuracy", lowest, last)) == (0.8, -0.4, 1.9)
    assert told(gains(plain.held_out, "bleu", lowest, last)) == (1.1, -0.3, 2.5)
    assert told(gains(plain.validation, "bleu", lowest, last)) == (2.5, 0.8, 4.2)
    for part in (plain.held_out, plain.validation):  # loss, BLEU and sureness, with every seed
        for name, sign in (("loss", 1), ("bleu", 1), ("when_wrong", 1), ("when_right", -1)):
            assert min(sign * gain for gain in gains(part, name, lowest, last)) > 0
    assert [f"{at(plain.held_out, epochs)['when_wrong']:.1f}" for epochs in (lowest, last)] == ["4.8", "6.6"]


def test_they_bear_out_what_lesson_08_says_of_the_epoch_to_keep(monkeypatch):
    monkeypatch.chdir(DELIVERED.parent)
    plain, defaults = stored("epochs"), stored("epochs-defaults")
    lost = {name: [] for name in BY}
    for run in (plain, defaults):
        last = chosen(run, "last")
        for by in BY:
            lost[by].append(gains(run.held_out, "bleu", chosen(run, by), last))
    assert min(gain for runs in lost.values() for run in runs for gain in run) > -0.3  # nothing is far above the last
    assert [round(max(run), 1) for run in lost["loss"]] == [3.0, 0.4]
    assert told(lost["loss"][1], 2) == (0.21, -0.02, 0.44)
    means = [
        {by: fmean(s.bleu[i] for s, i in zip(run.held_out, chosen(run, by), strict=True)) for by in BY}
        for run in (plain, defaults)
    ]
    assert min(means[0], key=means[0].get) == "loss"
    both = [means[1][by] - means[0][by] for by in BY]
    assert (round(min(both), 1), round(max(both), 1)) == (3.2, 4.1)
