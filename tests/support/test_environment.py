"""The check for the day before."""

import os
import shutil
import subprocess
import sys
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


def declare(monkeypatch, *requirements: str) -> None:
    """Let the installed package need these."""
    monkeypatch.setattr(environment.metadata, "requires", lambda name: list(requirements))


def test_nothing_is_missing_here(capsys):
    assert problems() == []
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "Everything the course needs is here.\n"


def test_a_missing_package_is_named_with_what_to_do(monkeypatch, capsys):
    declare(monkeypatch, "numpy>=1", "no-such-package<2,>=1")
    assert problems() == ['no-such-package is not installed: pip install "no-such-package<2,>=1"']
    assert main(["check"]) == 1
    assert capsys.readouterr().out == 'no-such-package is not installed: pip install "no-such-package<2,>=1"\n'


def test_all_that_the_package_declares_is_asked_for(monkeypatch):
    def nothing(name):
        raise metadata.PackageNotFoundError(name)

    declare(monkeypatch, "torch", "jupyterlab; extra == 'lab'", "pytest; extra == 'test'", "winpty; os_name == 'hp'")
    monkeypatch.setattr(environment.metadata, "version", nothing)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    assert [found.split()[0] for found in problems()] == ["torch", "jupyterlab"]
    monkeypatch.setitem(sys.modules, "ipykernel", object())  # something has opened this notebook
    assert [found.split()[0] for found in problems()] == ["torch"]


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("2.5.9", False),
        ("2.6.0+cpu", True),
        ("2.13.0", True),
        ("1.13", False),
        ("3.0rc1", False),
        ("2.7.0a0+git1", True),
        ("9.0rc1", False),
    ],
)
def test_a_version_that_does_not_fit_is_named(monkeypatch, version, fits):
    declare(monkeypatch, "torch<3,>=2.6")
    monkeypatch.setattr(environment.metadata, "version", lambda name: version)
    expected = f'torch {version} does not fit: pip install "torch<3,>=2.6"'
    assert problems() == ([] if fits else [expected])


def test_a_package_that_is_not_installed_says_so(monkeypatch):
    monkeypatch.setattr(environment, "DISTRIBUTION", "no-such-distribution")
    assert problems() == [
        "no-such-distribution itself is not installed: pip install -r requirements.txt, in its folder"
    ]


def test_the_check_itself_needs_no_torch():
    code = (
        "import sys; sys.modules['torch'] = None; from seq2seq_lessons.support import environment as e; "
        "e.metadata.requires = lambda name: ['no-such-package']; print(e.problems())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.startswith("['no-such-package is not installed"), ran.stderr


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
