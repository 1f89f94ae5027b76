"""Run the lessons, write what Sphinx reads, run Sphinx."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
import venv
from pathlib import Path
from typing import Any

import nbformat
from filelock import FileLock
from nbformat import NotebookNode

from tools import links
from tools.notebooks import NOTEBOOKS, ROOT, find, run_cells

from . import home
from .explorers import Files, copy_scripts
from .lessons import Lesson, make_page

SOURCE = ROOT / "site_src"
ENVIRONMENT = ROOT / "build" / "site-venv"


def build(numbers: list[str], folder: Path, *, keep: bool = False) -> Path:
    """Build the site of the lessons with the given numbers (all without any) in `folder`; returns the HTML's folder.

    keep: use the executed copies that an earlier build left, where there are any.
    """
    executed = folder / "executed"
    executed.mkdir(parents=True, exist_ok=True)
    notebooks = {path.stem: ran(path, executed / path.name, keep=keep) for path in find(numbers)}
    address = links.pages(links.current())
    write_source(notebooks, folder / "source")
    shutil.rmtree(folder / "html", ignore_errors=True)
    options = ["-b", "html", "-W", "--keep-going", "-q", "-D", f"html_baseurl={address}/", "-d", folder / "doctrees"]
    if subprocess.run([environment(), "-m", "sphinx", *options, folder / "source", folder / "html"]).returncode:
        raise SystemExit("the site has the faults that Sphinx names above")
    home.write_sitemap(folder / "html", address)
    return folder / "html"


def ran(path: Path, copy: Path, *, keep: bool) -> NotebookNode:
    """A lesson, executed, with the state of its widgets; `copy` keeps it for another build."""
    if not (keep and copy.exists()):
        started = time.perf_counter()
        nbformat.write(run_cells(nbformat.read(path, as_version=4), NOTEBOOKS, store_widget_state=True), copy)
        print(f"{path.name}: {time.perf_counter() - started:.0f} s", flush=True)
    return nbformat.read(copy, as_version=4)


def write_source(notebooks: dict[str, NotebookNode], folder: Path) -> None:
    """Write what Sphinx reads: the files of site_src, a page for each lesson, one for each module they link to."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("requirements.txt"))
    files, lessons, modules = Files(folder / "_static" / "data"), {}, set()
    (folder / "notebooks").mkdir()
    for name, notebook in notebooks.items():
        lessons[name] = Lesson.of(notebook)
        modules |= make_page(notebook, name, set(notebooks), files)
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    (folder / "seq2seq_lessons").mkdir()
    for module in modules:
        code = (ROOT / "seq2seq_lessons" / f"{module}.py").read_text(encoding="utf-8")
        page = f"# {module}.py\n\n`seq2seq_lessons/{module}.py`\n\n``````{{code-block}} python\n{code}``````\n"
        (folder / "seq2seq_lessons" / f"{module}.md").write_text(page, encoding="utf-8")
    terms, first = home.terms(), next(iter(lessons))
    fill(
        folder / "index.md",
        LESSONS="\n".join(lesson.row(name) for name, lesson in lessons.items()),
        FIRST=first,
        FIRST_TITLE=lessons[first].title,
        XRAY=home.front(files, folder / "_static" / "card.png"),
        LESSON_PAGES="\n".join(f"notebooks/{name}" for name in lessons),
        MODULE_PAGES="\n".join(f"seq2seq_lessons/{module}" for module in sorted(modules)),
        REPOSITORY=links.current(),
    )
    fill(folder / "glossary.md", TERMS=home.glossary(terms))
    promises = {f"notebooks/{name}": lesson.promise for name, lesson in lessons.items()}
    about = {"terms": [term.word for term in terms], "promises": promises}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    copy_scripts(folder / "_static" / "explorers")


def fill(path: Path, **values: Any) -> None:
    """Replace each `{{NAME}}` in a file by the value of that name."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], text), encoding="utf-8")


def environment() -> Path:
    """The Python of Sphinx's environment, made anew when site_src/requirements.txt has changed."""
    wanted = hashlib.sha256((SOURCE / "requirements.txt").read_bytes()).hexdigest()
    done = ENVIRONMENT / "installed"
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ENVIRONMENT.parent.mkdir(exist_ok=True)
    with FileLock(f"{ENVIRONMENT}.lock"):  # two tests at once must not make it twice
        if not done.exists() or done.read_text() != wanted:
            print(f"installing Sphinx into {ENVIRONMENT.relative_to(ROOT)}", flush=True)
            venv.create(ENVIRONMENT, clear=True, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "-q", "-r", SOURCE / "requirements.txt"], check=True)
            done.write_text(wanted)
    return python
