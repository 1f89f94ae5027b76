"""What is installed is pinned and audited, and a server that the project starts keeps its token."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from seq2seq_lessons import __version__
from tests.binder.pins import CONSTRAINTS, ROOT, declared, pins

STARTERS = [
    ROOT / "Makefile",
    *(ROOT / "binder").iterdir(),
    *ROOT.glob(".github/workflows/*.yml"),
    ROOT / "README.md",
    *ROOT.glob("docs/*.md"),
]
OPENED = re.compile(r"(token|password)\s*=\s*(''|\"\"|\s|$)|disable_check_xsrf|allow_unauthenticated|ip=\*", re.M)


def test_all_that_is_installed_is_pinned():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if line[0] != "#"] == ["--constraint constraints.txt", "--editable .[lab,test]"]
    pinned = pins(CONSTRAINTS)
    for requirement in declared("lab", "test"):
        version = pinned.get(canonicalize_name(requirement.name), "missing")
        assert version != "missing" and requirement.specifier.contains(version), f"make freeze: {requirement}"
    assert all(next(iter(r.specifier)).operator == "==" for r in declared("tools")[len(declared()) :])


@pytest.mark.parametrize(
    ("folders", "extras"),
    [(["seq2seq_lessons"], ["lab"]), (["benchmarks", "tests", "tools"], ["lab", "test"])],
    ids=["package", "around it"],
)
def test_all_that_is_imported_is_declared(folders, extras):
    imported = set().union(*(top_level_imports(path) for folder in folders for path in (ROOT / folder).rglob("*.py")))
    own = {"seq2seq_lessons", "benchmarks", "tests", "tools", "d2l"}  # the benchmarks install d2l themselves
    named = {canonicalize_name(requirement.name) for requirement in declared(*extras)}
    providers = packages_distributions()
    undeclared = {
        name
        for name in imported - own - sys.stdlib_module_names
        if not named & {canonicalize_name(provider) for provider in providers.get(name, [])}
    }
    assert not undeclared


def top_level_imports(path: Path) -> set[str]:
    """The first names of all modules that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level]
    return {name.split(".")[0] for name in names}


def test_a_version_stands_once_or_is_the_same():
    def found(pattern: str, name: str) -> str:
        return re.search(pattern, (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)[1]

    assert found(r"^version: (.*)$", "CITATION.cff") == __version__
    assert found(r"^## (.*) \(\d{4}-\d\d-\d\d\)$", "CHANGELOG.md") == __version__
    assert found(r"torch==(\S+) --index-url", "README.md") == pins(CONSTRAINTS)["torch"]
    assert found(r"ruff-pre-commit\n +rev: v(\S+)", ".pre-commit-config.yaml") == pins(CONSTRAINTS)["ruff"]


def test_the_pins_are_audited_every_week():
    weekly = (ROOT / ".github" / "workflows" / "weekly.yml").read_text()
    assert re.search(r"schedule:\s+- cron:", weekly) and re.search(r"pip-audit .*-r constraints\.txt", weekly)


@pytest.mark.parametrize("path", [path for path in STARTERS if path.is_file()], ids=lambda path: path.name)
def test_no_server_is_started_without_its_token(path):
    assert not OPENED.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        "jupyter lab --IdentityProvider.token=''",
        "--ServerApp.token= --no-browser",
        '--ServerApp.password=""',
        "--ServerApp.disable_check_xsrf=True",
    ],
)
def test_a_server_without_its_token_would_be_found(line):
    assert OPENED.search(line)
