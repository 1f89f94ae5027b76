"""What is installed is pinned and audited, and a server that the project starts keeps its token."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STARTERS = [
    ROOT / "Makefile",
    *(ROOT / "binder").iterdir(),
    *ROOT.glob(".github/workflows/*.yml"),
    ROOT / "README.md",
    *ROOT.glob("docs/*.md"),
]
OPENED = re.compile(r"(token|password)\s*=\s*(''|\"\"|\s|$)|disable_check_xsrf|allow_unauthenticated|ip=\*", re.M)


def test_every_requirement_is_pinned_to_one_version():
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and line[0] not in "#-"]
    assert lines and all(re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.+!]+", line.split("#")[0].strip()) for line in lines)


def test_the_pins_are_audited_every_week():
    weekly = (ROOT / ".github" / "workflows" / "weekly.yml").read_text()
    assert re.search(r"schedule:\s+- cron:", weekly) and "pip-audit -r" in weekly


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
