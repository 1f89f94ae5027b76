"""What a wheel and a source distribution hold: the package, its data and its type marker, and the lessons."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from seq2seq_lessons import __version__

ROOT = Path(__file__).parents[1]
FILES = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff")
BUILD = "from setuptools import build_meta as b; b.build_sdist('dist'); b.build_wheel('dist')"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """The folder of both, built from a copy in which somebody has worked."""
    folder = tmp_path_factory.mktemp("clone")
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    for name in ("seq2seq_lessons", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in (".copies/00_start_here.ipynb", "results/notes.txt", "my-model/model.json", "notes.txt"):
        path = folder / "notebooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    done = subprocess.run([sys.executable, "-c", BUILD], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "dist"


def package_files() -> set[str]:
    skip = {"__pycache__", ".ipynb_checkpoints"}
    paths = (path.relative_to(ROOT) for path in (ROOT / "seq2seq_lessons").rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if not skip & set(path.parts)}


def lessons() -> set[str]:
    notebooks = ROOT / "notebooks"
    paths = [*notebooks.glob("*.ipynb"), *notebooks.glob("results/*.json")]
    return {path.relative_to(ROOT).as_posix() for path in paths}


def test_the_wheel_has_every_file_of_the_package_and_the_lessons(built):
    with zipfile.ZipFile(built / f"seq2seq_lessons-{__version__}-py3-none-any.whl") as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
        scripts = next(wheel.read(name).decode() for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert held == package_files() | {f"seq2seq_lessons/{name}" for name in lessons()}
    assert {"seq2seq_lessons/py.typed", "seq2seq_lessons/notebooks/results/vector-128.json"} <= held
    assert "seq2seq-lessons = seq2seq_lessons.__main__:main" in scripts


def test_the_source_distribution_can_build_the_wheel(built):
    root = f"seq2seq_lessons-{__version__}"
    with tarfile.open(built / f"{root}.tar.gz") as archive:
        held = {name.removeprefix(f"{root}/") for name in archive.getnames()}
    assert package_files() | lessons() | set(FILES) <= held
    assert not [name for name in held if name.startswith(("notebooks/.", "notebooks/my-model", "tests"))]
