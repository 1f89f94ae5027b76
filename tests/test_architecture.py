"""Imports point one way: import-linter's contracts of pyproject.toml hold, and each of them can fail."""

import ast
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


PACKAGE = ROOT / "seq2seq_lessons"
ENGINE = sorted([*PACKAGE.glob("*.py"), *(PACKAGE / "support").glob("*.py")])
# What a user calls with many settings; a model's sizes are its constructor's arguments.
MANY_ARGUMENTS = {"__init__", "decode", "greedy", "sample", "beam_search", "beam_steps", "exhaustive_search"}


def length(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = function.body[0]
    docstring = first.end_lineno - first.lineno + 1 if ast.get_docstring(function) is not None else 0
    return function.end_lineno - function.lineno + 1 - docstring


def num_arguments(function: ast.FunctionDef) -> int:
    """Parameters, without self and cls."""
    named = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([argument for argument in named if argument.arg not in ("self", "cls")])


TABLES = sorted((PACKAGE / "checks").glob("lesson_*.py"))  # exercises and predictions: data, as long as they are many
MODULES = sorted({*PACKAGE.rglob("*.py")} - {*TABLES})


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_read_on_three_screens(path):
    """No module over 250 lines, no function over 40."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    assert [function.name for function in functions(path) if length(function) > 40] == []


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.stem)
def test_the_engines_functions_take_six_parameters_where_a_user_need_not_set_more(path):
    many = [function.name for function in functions(path) if num_arguments(function) > 6]
    assert set(many) <= MANY_ARGUMENTS
