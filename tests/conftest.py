"""Fixtures of all tests, and hypothesis's profile."""

from pathlib import Path

import pooch  # noqa: F401  its logger keeps the stderr of its first import: not one that a test captures
import pytest
import torch
from hypothesis import HealthCheck, Phase, settings

from seq2seq_lessons.translator import Translator
from tests.toy import MODEL, PAIRS, TRAINING

# On tensors this small a second thread only waits, and in a parallel run (-n) the waiting threads hold up each other.
torch.set_num_threads(1)

# The same examples in every run: a failure in CI is a failure at home. `--hypothesis-profile=fuzz` draws new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=25, database=None)
settings.register_profile(
    "fuzz", deadline=None, max_examples=1000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
# For tools/mutants.py, which wants to know that a test fails and not the smallest example on which it does.
settings.register_profile("first-failure", settings.get_profile("repeatable"), phases=(Phase.explicit, Phase.generate))
settings.load_profile("repeatable")


def pytest_configure(config):
    config.addinivalue_line("markers", "soak: takes long, or needs more than a browser; for `make soak`")


@pytest.fixture(scope="session")
def translator() -> Translator:
    """A translator that has learnt the toy pairs; tests may use it, not change it."""
    return Translator.train(PAIRS, MODEL, TRAINING, progress=False)


@pytest.fixture(scope="session")
def model_folder(translator, tmp_path_factory) -> Path:
    """The folder that the toy translator was saved in; tests may read it, not write to it."""
    folder = tmp_path_factory.mktemp("toy") / "model"
    translator.save(folder)
    return folder


@pytest.fixture
def pairs_file(tmp_path) -> Path:
    """The toy pairs as a file."""
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{source}\t{target}\n" for source, target in PAIRS), encoding="utf-8")
    return path


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """An empty cache folder, for tests that download or train lesson models."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("SEQ2SEQ_LESSONS_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium: one for all tests of a process, which can drive no second one beside it."""
    from tests.browser import lab

    with lab.chromium() as browser:
        yield browser
