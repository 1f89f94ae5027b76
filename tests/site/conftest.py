"""The built site: of one lesson as it is stored, which needs no kernel; in the soak of all lessons, executed."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tools.notebooks import NOTEBOOKS
from tools.site import ENVIRONMENT, build

SMOKE = "02"  # it has formulas, folded answers and pictures of explorers


class Site(NamedTuple):
    """html: the folder of the pages. lessons: the names of the lessons in it."""

    html: Path
    lessons: list[str]


def built(numbers: list[str], folder: Path, *, keep: bool) -> Site:
    assert (ENVIRONMENT / "installed").exists(), "there is no environment with Sphinx: run `make sphinx` first"
    html = build(numbers, folder, keep=keep)
    return Site(html, sorted(path.stem for path in (folder / "executed").glob("*.ipynb")))


@pytest.fixture(scope="session")
def smoke(tmp_path_factory) -> Site:
    """One lesson, as if an earlier build had executed it."""
    folder = tmp_path_factory.mktemp("smoke")
    (folder / "executed").mkdir()
    for path in NOTEBOOKS.glob(f"{SMOKE}_*.ipynb"):
        shutil.copy(path, folder / "executed")
    return built([SMOKE], folder, keep=True)


@pytest.fixture(scope="session")
def whole(tmp_path_factory) -> Site:
    """All lessons, executed, with their explorers."""
    return built([], tmp_path_factory.mktemp("whole"), keep=False)


@pytest.fixture(params=["smoke", pytest.param("whole", marks=pytest.mark.soak)])
def site(request) -> Site:
    return request.getfixturevalue(request.param)
