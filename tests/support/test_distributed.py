"""Several processes take the steps of one: shares, losses, who prints and saves, going on after a kill."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from seq2seq_lessons.__main__ import main
from seq2seq_lessons.support import distributed
from seq2seq_lessons.text import Batch
from seq2seq_lessons.translator import Translator
from tests import two_processes
from tests.toy import BRIEFLY, PAIRS, TINY, digest, random_batch

ROOT = Path(__file__).parents[2]
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
SETTINGS = [
    "--embed-size",
    5,
    "--num-hiddens",
    6,
    "--batch-size",
    8,
    "--min-freq",
    1,
    "--num-steps",
    12,
    "--device",
    "cpu",
    "--precision",
    "float32",
]


def run(*command) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [*map(str, command)], cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done


def shares(batch: Batch, world_size: int, monkeypatch) -> list[Batch]:
    monkeypatch.setattr(distributed, "world_size", lambda: world_size)
    parts = []
    for rank in range(world_size):
        monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
        parts.append(distributed.share(batch))
    return parts


@pytest.mark.parametrize("world_size", [1, 2, 3, 5])
def test_the_shares_are_the_batch_and_trimmed(world_size, monkeypatch):
    model = two_processes.build_model(TINY, 12, 15)
    batch = random_batch(model, [7, 6, 4, 2, 1], [2, 5, 3, 7, 1], seed=0, extra_pads=2)
    rows = []
    for part in shares(batch, world_size, monkeypatch):
        if world_size > 1:
            assert part.source.shape[1] == part.source_len.max() and part.target.shape[1] == part.target_len.max()
        for source, n, target, m in zip(*part, strict=True):
            rows.append((source[:n].tolist(), target[:m].tolist()))
    whole = [(s[:n].tolist(), t[:m].tolist()) for s, n, t, m in zip(*batch, strict=True)]
    assert sorted(rows) == sorted(whole)


def test_with_fewer_sentences_than_processes_the_others_get_one_that_counts_nothing(monkeypatch):
    model = two_processes.build_model(TINY, 12, 15)
    batch = random_batch(model, [3], [4], seed=0)
    first, second = shares(batch, 2, monkeypatch)
    assert all(torch.equal(a, b) for a, b in zip(first, batch, strict=True))
    assert second.target_len.tolist() == [0] and len(second.source) == 1


def test_two_processes_take_the_steps_of_one(tmp_path):
    run(*TORCHRUN, "-m", "tests.two_processes", tmp_path)
    first, second = (json.loads((tmp_path / f"{rank}.json").read_text()) for rank in range(2))
    for name, swap in (("gru", {}), ("attention", {"attention": True})):
        assert first[name] == second[name]  # every process has the same weights, to the bit
        losses, _, weights = two_processes.steps(swap)
        assert len(losses) == 6
        assert first[name][0] == pytest.approx(losses, abs=1e-6)  # steps report their sums in float32
        assert first[name][2] == pytest.approx(weights, abs=1e-10)
    assert first["epoch"] == second["epoch"]
    assert 0 < first["epoch"][1] < 1
    assert first["epoch"] == pytest.approx(two_processes.epoch(), abs=1e-6)


@pytest.mark.soak
def test_the_command_line_under_torchrun_prints_and_saves_once_and_learns_what_one_process_learns(tmp_path, pairs_file):
    train = ["-m", "seq2seq_lessons", "train", "--pairs", pairs_file, "--epochs", 3, *SETTINGS, "--out"]
    two = run(*TORCHRUN, *train, tmp_path / "two")
    with warnings.catch_warnings():  # the command line prints them its own way
        assert main([*map(str, train[2:]), str(tmp_path / "one")]) == 0
    assert two.stdout.count("exact match") == 1
    assert two.stderr.count("stopped: epochs; 3 epochs") == 1
    one, two = (Translator.load(tmp_path / name).history for name in ("one", "two"))
    for curve in ("train_loss", "val_loss"):
        assert getattr(two, curve) == pytest.approx(getattr(one, curve), abs=1e-5)
    assert two.clipped == one.clipped


@pytest.mark.soak
def test_killed_under_torchrun_it_goes_on_and_ends_as_if_never_stopped(tmp_path, pairs_file):
    def command(out, checkpoint, *resume):
        return [
            *TORCHRUN,
            "-m",
            "seq2seq_lessons",
            "train",
            "--pairs",
            pairs_file,
            "--epochs",
            30,
            *SETTINGS,
            "--dropout",
            0.2,
            "--num-layers",
            2,
            "--out",
            tmp_path / out,
            "--checkpoint",
            tmp_path / checkpoint,
            *resume,
        ]

    run(*command("whole", "a"))
    process = subprocess.Popen(
        [*map(str, command("halves", "b"))],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    end = time.monotonic() + 120
    while not (tmp_path / "b" / "checkpoint.json").exists():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(60)
    assert not (tmp_path / "halves").joinpath("model.json").exists()
    said = run(*command("halves", "b", "--resume")).stderr
    halves, whole = (Translator.load(tmp_path / name) for name in ("halves", "whole"))
    assert digest(halves.model) == digest(whole.model)
    assert halves.history.train_loss == whole.history.train_loss
    assert not re.search(r" 0%\|.* 0/", said.replace("\r", "\n").splitlines()[1])  # it did not begin again


def test_only_process_0_writes_the_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr(distributed, "rank", lambda: 1)
    Translator.train(PAIRS, TINY, BRIEFLY, progress=False, checkpoint=tmp_path)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(distributed, "rank", lambda: 0)
    Translator.train(PAIRS, TINY, BRIEFLY, progress=False, checkpoint=tmp_path)
    assert (tmp_path / "checkpoint.json").exists()


def test_a_checkpoint_that_one_process_does_not_see_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(distributed, "agreed", lambda number: 3)
    with pytest.raises(ValueError, match="process 0 sees in .* give a folder on a disk that all machines share"):
        Translator.train(PAIRS, TINY, BRIEFLY, progress=False, checkpoint=tmp_path, resume=True)


def test_more_processes_than_gpus_is_refused(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    message = "process 1 of this machine, which has 1 GPUs.*--nproc-per-node 1, or train with --device cpu"
    with pytest.raises(ValueError, match=message), distributed.process_group("auto"):
        pass


def test_outside_torchrun_nothing_is_joined():
    with distributed.process_group():
        assert (distributed.rank(), distributed.world_size()) == (0, 1)
        assert not torch.distributed.is_initialized()
    batch = random_batch(two_processes.build_model(replace(TINY), 12, 15), [3], [4], seed=0)
    assert distributed.share(batch) is batch
