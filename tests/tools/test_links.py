"""The command that points every badge and link at the repository, and that all of them point at it now."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.notebooks.hygiene import source
from tools import links

ADDRESS = re.compile(r"(?:mybinder\.org/v2/gh|colab\.research\.google\.com/github)/([^/\s]+/[^/\s)\"]+)")


@pytest.fixture
def project(tmp_path) -> Path:
    """A small project that names its repository in every way that the real one does."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\n[project.urls]\nRepository = "https://github.com/old/course"\n'
    )
    (tmp_path / "README.md").write_text(
        "https://mybinder.org/v2/gh/old/course/HEAD?urlpath=lab/tree/notebooks/00.ipynb https://old.github.io/course/ "
        "https://github.com/old/course-of-others https://github.com/else/course https://github.com/old/course.git"
    )
    (tmp_path / "notebooks" / "00.ipynb").write_text(
        '{"source": "[é](https://colab.research.google.com/github/old/course/blob/main/notebooks/00.ipynb)"}',
        encoding="utf-8",
    )
    return tmp_path


def test_every_address_of_the_repository_is_rewritten_and_no_other(project):
    changed = links.rewrite("New-Owner/its.course", project)
    assert {path.name for path in changed} == {"pyproject.toml", "README.md", "00.ipynb"}
    assert links.current(project) == "New-Owner/its.course"
    assert (project / "README.md").read_text() == (
        "https://mybinder.org/v2/gh/New-Owner/its.course/HEAD?urlpath=lab/tree/notebooks/00.ipynb "
        "https://new-owner.github.io/its.course/ https://github.com/old/course-of-others "
        "https://github.com/else/course https://github.com/New-Owner/its.course.git"
    )
    assert "[é](https://colab.research.google.com/github/New-Owner/its.course/blob" in (
        project / "notebooks" / "00.ipynb"
    ).read_text(encoding="utf-8")
    assert links.rewrite("New-Owner/its.course", project) == []
    assert not list(project.rglob("*.tmp"))


@pytest.mark.parametrize("wrong", ["course", "a/b/c", "https://github.com/a/b", "a/", "a b/c", "-a/b"])
def test_what_is_no_repository_is_refused(project, wrong, capsys):
    with pytest.raises(ValueError, match="expected OWNER/NAME"):
        links.rewrite(wrong, project)
    with pytest.raises(SystemExit):
        links.main([wrong] if not wrong.startswith("-") else ["--", wrong])
    assert "expected OWNER/NAME" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("remote", "repository"),
    [
        ("https://github.com/me/seq.git", "me/seq"),
        ("git@github.com:me/my.seq.git", "me/my.seq"),
        ("https://token@github.com/me/seq", "me/seq"),
        ("https://example.org/me/seq.git", None),
        (None, None),
    ],
)
def test_without_an_argument_the_remote_decides(tmp_path, remote, repository):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    if remote:
        subprocess.run(["git", "remote", "add", "origin", remote], cwd=tmp_path, check=True)
    assert links.from_remote(tmp_path) == repository


def test_all_badges_point_at_the_repository_of_pyproject():
    named = {}
    for path in links.files():
        for repository in ADDRESS.findall(path.read_text(encoding="utf-8")):
            named.setdefault(repository, []).append(path.name)
    named = {
        name: where for name, where in named.items() if not name.startswith("{{REPOSITORY}}")
    }  # filled by the site
    assert set(named) <= {links.current()}, named


NOTEBOOKS = sorted((links.ROOT / "notebooks").glob("*.ipynb"))


def test_the_readme_launches_every_lesson():
    readme = (links.ROOT / "README.md").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        assert f"https://mybinder.org/v2/gh/{links.current()}/HEAD?urlpath=lab/tree/notebooks/{path.name})" in readme
        assert f"https://colab.research.google.com/github/{links.current()}/blob/main/notebooks/{path.name})" in readme


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_lesson_opens_itself_in_colab(path):
    head = source(json.loads(path.read_text(encoding="utf-8"))["cells"][0])
    assert head.count("](https://colab.research.google.com/github/") == 1
    assert f"](https://colab.research.google.com/github/{links.current()}/blob/main/notebooks/{path.name})" in head


@pytest.mark.parametrize("on_colab", [True, False])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_first_code_cell_installs_the_package_on_colab_and_only_there(path, on_colab, monkeypatch):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    first = next(cell for cell in cells if cell["cell_type"] == "code")
    installed = []
    monkeypatch.setattr(subprocess, "run", lambda command, check: installed.append(command))
    if on_colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    exec(source(first), {})
    address = f"git+https://github.com/{links.current()}"
    assert installed == [[sys.executable, "-m", "pip", "install", "--quiet", address]] * on_colab
