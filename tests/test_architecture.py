"""Imports point one way: import-linter's contracts of pyproject.toml hold, and each of them can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def lint_imports(folder: Path) -> subprocess.CompletedProcess:
    """Run import-linter on the package that lies in a folder, beside its pyproject.toml."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run([sys.executable, "-c", code, "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_imports_point_one_way():
    linted = lint_imports(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "0 broken" in linted.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("text.py", "import seq2seq_lessons.encoder", "Upper modules"),
        ("loss.py", "import seq2seq_lessons.decoding", "Upper modules"),
        ("translator.py", "import seq2seq_lessons.plots", "Upper modules"),
        ("plots/__init__.py", "import seq2seq_lessons.explorers", "Upper modules"),
        ("explorers/__init__.py", "import seq2seq_lessons.checks", "Upper modules"),
        ("newcomer.py", "import seq2seq_lessons.text", "Upper modules"),
        ("plots/style.py", "import ipywidgets", "Pictures know no widget"),
        ("decoder.py", "import matplotlib.pyplot", "The engine knows neither"),
    ],
)
def test_a_wrong_import_breaks_its_contract(tmp_path, module, line, contract):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = tmp_path / "seq2seq_lessons"
    shutil.copytree(ROOT / "seq2seq_lessons", package, ignore=shutil.ignore_patterns("__pycache__", "*.tsv"))
    with (package / module).open("a") as file:
        file.write(f"\n{line}\n")
    linted = lint_imports(tmp_path)
    assert linted.returncode == 1
    broken = [row for row in linted.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(contract in row for row in broken), linted.stdout
