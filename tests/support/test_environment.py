"""The check for the day before."""

import os
import shutil
from collections import namedtuple
from importlib import metadata

import pytest

from seq2seq_lessons.__main__ import main
from seq2seq_lessons.support import environment
from seq2seq_lessons.support.environment import problems


@pytest.fixture(autouse=True)
def all_is_well(cache, monkeypatch):
    """A machine with room and memory enough, whatever this one is."""
    monkeypatch.setattr(environment, "MIN_FREE_BYTES", 0)
    monkeypatch.setattr(environment, "MIN_MEMORY_BYTES", 0)


def test_nothing_is_missing_here(capsys):
    assert problems() == []
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "Everything the course needs is here.\n"


def test_a_missing_package_is_named_with_what_to_do(monkeypatch, capsys):
    monkeypatch.setitem(environment.NEEDED, "no-such-package", (1, 0))
    assert problems() == ["no-such-package is not installed: pip install -r requirements.txt"]
    assert main(["check"]) == 1
    assert capsys.readouterr().out == "no-such-package is not installed: pip install -r requirements.txt\n"


@pytest.mark.parametrize(
    ("version", "enough"), [("2.5.9", False), ("2.6.0+cpu", True), ("2.13.0", True), ("1.13", False)]
)
def test_an_old_package_is_named(monkeypatch, version, enough):
    real = metadata.version
    monkeypatch.setattr(environment.metadata, "version", lambda name: version if name == "torch" else real(name))
    found = problems()
    assert (found == []) is enough
    assert enough or found == [f"torch {version}: needs 2.6 or newer: pip install -r requirements.txt"]


def test_a_cache_that_cannot_be_written(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SEQ2SEQ_LESSONS_CACHE", str(tmp_path / "file"))
    (found,) = problems()
    assert f"the cache folder {tmp_path / 'file'} cannot be written" in found and "SEQ2SEQ_LESSONS_CACHE" in found


def test_a_full_disk(monkeypatch, cache):
    monkeypatch.setattr(environment, "MIN_FREE_BYTES", 200e6)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: namedtuple("usage", "free")(free=3e6))
    (found,) = problems()
    assert found.startswith(f"only 3 MB free in {cache}")


def test_little_memory(monkeypatch):
    monkeypatch.setattr(environment, "MIN_MEMORY_BYTES", 1e9)
    monkeypatch.setattr(os, "sysconf", lambda name: {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 100_000}[name])
    (found,) = problems()
    assert found.startswith("0.4 GB of memory")
