"""Build the HTML edition of the course: `python -m tools.site [NN ...]`.

The lessons are executed in this environment, with the state of their widgets kept, into BUILD/executed. Sphinx then
makes BUILD/html of them in an environment of its own (build/site-venv, from site_src/requirements.txt), which needs no
torch. Nothing is written into notebooks/.
"""

import argparse
import base64
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterable
from importlib.metadata import files
from pathlib import Path

import anywidget
import nbformat
import widgetsnbextension
from filelock import FileLock
from nbformat import NotebookNode

from seq2seq_lessons.plots.style import stored
from tools.folding import unfold
from tools.links import current
from tools.notebooks import NOTEBOOKS, ROOT, WIDGET_VIEW, find, run_cells

SOURCE = ROOT / "site_src"
ENVIRONMENT = ROOT / "build" / "site-venv"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"

NOTE = """::::{{container}} reading
This page is for reading: sliders move, cells do not run. Answer in your head before you press *Show the answer*.
To run the cells and have your answers checked, open `{name}.ipynb` [in Jupyter](../index.md#on-your-own-machine).
::::"""


def build(numbers: list[str], folder: Path, *, keep: bool = False) -> Path:
    """Build the site of the lessons with the given numbers (all without any) in `folder`; returns the HTML's folder.

    keep: use the executed copies that an earlier build left, where there are any.
    """
    paths = find(numbers)
    executed = folder / "executed"
    executed.mkdir(parents=True, exist_ok=True)
    notebooks = {}
    for path in paths:
        copy = executed / path.name
        if not (keep and copy.exists()):
            started = time.perf_counter()
            nbformat.write(run_cells(nbformat.read(path, as_version=4), NOTEBOOKS, store_widget_state=True), copy)
            print(f"{path.name}: {time.perf_counter() - started:.0f} s", flush=True)
        notebooks[path.stem] = nbformat.read(copy, as_version=4)
    write_source(notebooks, folder / "source")
    python = environment()
    shutil.rmtree(folder / "html", ignore_errors=True)
    sphinx = subprocess.run(
        [
            python,
            "-m",
            "sphinx",
            "-b",
            "html",
            "-W",
            "--keep-going",
            "-q",
            "-d",
            folder / "doctrees",
            folder / "source",
            folder / "html",
        ]
    )
    if sphinx.returncode:
        raise SystemExit("the site has the faults that Sphinx names above")
    return folder / "html"


def write_source(notebooks: dict[str, NotebookNode], folder: Path) -> None:
    """Write what Sphinx reads: the files of site_src, a page for each lesson, and one for each module they link to."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("requirements.txt"))
    (folder / "notebooks").mkdir()
    modules: set[str] = set()
    for name, notebook in notebooks.items():
        modules |= make_page(notebook, name, set(notebooks))
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    (folder / "seq2seq_lessons").mkdir()
    for module in modules:
        code = (ROOT / "seq2seq_lessons" / f"{module}.py").read_text(encoding="utf-8")
        page = f"# {module}.py\n\n`seq2seq_lessons/{module}.py`\n\n``````{{code-block}} python\n{code}``````\n"
        (folder / "seq2seq_lessons" / f"{module}.md").write_text(page, encoding="utf-8")
    fill(
        folder / "index.md",
        {
            "LESSONS": "\n".join(row(name, notebook) for name, notebook in notebooks.items()),
            "EXPLORER": first_explorer(notebooks.values()),
            "LESSON_PAGES": "\n".join(f"notebooks/{name}" for name in notebooks),
            "MODULE_PAGES": "\n".join(f"seq2seq_lessons/{module}" for module in sorted(modules)),
            "REPOSITORY": current(),
        },
    )
    copy_widgets(folder / "_static" / "widgets")


def fill(path: Path, values: dict[str, str]) -> None:
    """Replace each `{{NAME}}` in a file by the value of that name."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], text), encoding="utf-8")


def row(name: str, notebook: NotebookNode) -> str:
    """A lesson's row in the table of lessons: title, promise and minutes, as the cell with its title states them."""
    top = notebook.cells[title_at(notebook)].source
    title, promise, *rest = top[top.index("# ") + 2 :].split("\n\n")
    minutes = re.search(r"(\d+) minutes", "\n".join(rest))
    promise = promise.replace("\n", " ").replace("**", "")
    return f"| [{title}](notebooks/{name}.ipynb) | {promise} | {minutes[1] if minutes else ''} |"


def title_at(notebook: NotebookNode) -> int:
    """The index of the cell with the lesson's title; a cell for Colab may stand before it."""
    return next(
        i
        for i, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown" and re.search(r"^# ", cell.source, re.M)
    )


def first_explorer(notebooks: Iterable[NotebookNode]) -> str:
    """The first explorer of the lessons, once their pages are made; none, if there is none."""
    outputs = (output for notebook in notebooks for cell in notebook.cells for output in cell.get("outputs", []))
    shown = (output.get("data", {}).get("text/html", "") for output in outputs)
    return next((text for text in shown if 'class="explorer"' in text), "")


# One lesson's page


def make_page(notebook: NotebookNode, name: str, lessons: set[str]) -> set[str]:
    """Make a page of an executed notebook, in place; returns the modules that it links to.

    lessons: the names of all lessons of the site; a link to another one becomes plain text.
    """
    state = notebook.metadata.pop("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "python"}
    modules: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_links(cell.source, lessons, modules)
            continue
        if "reveal" in cell.metadata.get("tags", []):
            cell.metadata["tags"] = [*cell.metadata["tags"], "hide-output"]
            cell.outputs = unfold(cell.outputs)  # of a lesson that was not run, but taken as it is stored
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output["data"] = {"text/html": picture_html(output, state)}
    notebook.cells.insert(title_at(notebook) + 1, nbformat.v4.new_markdown_cell(NOTE.format(name=name)))
    return modules


def with_links(text: str, lessons: set[str], modules: set[str]) -> str:
    """Markdown whose links lead to pages of the site or, for other files, to GitHub; adds the modules it links to."""

    def link(match: re.Match) -> str:
        words, (path, _, heading) = match[1], match[2].partition("#")
        if module := re.fullmatch(r"\.\./seq2seq_lessons/(\w+)\.py", path):
            modules.add(module[1])
            return f"[{words}](../seq2seq_lessons/{module[1]}.md)"
        if path.startswith("../"):
            return f"[{words}](https://github.com/{current()}/blob/HEAD/{path.removeprefix('../')})"
        if path.endswith(".ipynb") and "://" not in path and path.removesuffix(".ipynb") not in lessons:
            return words
        # Jupyter's anchors keep capitals, MyST's do not
        return f"[{words}]({path}#{heading.lower()})" if heading and "://" not in path else match[0]

    text = re.sub(r"\[!\[([^\]]*)\]\([^)]*\)\]", r"[\1]", text)  # a badge, whose picture is another site's
    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", link, text)


def picture_html(output: NotebookNode, state: dict) -> str:
    """An output's picture with its alt text; if it stands for a widget, the widget's models follow, which
    _static/explorers.js puts in its place."""
    about = output["metadata"].get("image/png", {})
    size = "".join(f' {key}="{about[key]}"' for key in ("width", "height") if key in about)
    image = (
        f'<img class="picture" alt="{html.escape(about.get("alt", ""))}"{size} '
        f'src="data:image/png;base64,{"".join(output["data"]["image/png"]).strip()}">'
    )
    view = output["data"].get(WIDGET_VIEW)
    if not view:
        return image
    models = {model_id: smaller(state[model_id]) for model_id in needed(view["model_id"], state)}
    data = json.dumps({"view": view["model_id"], "models": models}, separators=(",", ":")).replace("</", "<\\/")
    return f'<div class="explorer">{image}<script type="application/json">{data}</script></div>'


def needed(model_id: str, state: dict) -> list[str]:
    """The ids of the models that a view needs: those it refers to, theirs, and the links between any two of them."""
    found: list[str] = []
    waiting = [model_id]
    while waiting:
        if (new := waiting.pop()) not in found:
            found.append(new)
            waiting += re.findall(r'"IPY_MODEL_(\w+)"', json.dumps(state[new]["state"]))
    links = []
    for other, model in state.items():
        ends = [model["state"][end][0] for end in ("source", "target") if model["state"].get(end)]
        if len(ends) == 2 and all(end.removeprefix("IPY_MODEL_") in found for end in ends):
            links.append(other)
    return found + links


def smaller(model: dict) -> dict:
    """A model whose pictures have 256 colours: a third of the bytes."""
    buffers = [
        buffer | {"data": base64.b64encode(stored(base64.b64decode(buffer["data"]))).decode()}
        if buffer["path"][0] == "pictures"
        else buffer
        for buffer in model.get("buffers", [])
    ]
    return {**model, "buffers": buffers} if buffers else model


# What the pages stand on


def copy_widgets(folder: Path) -> None:
    """Copy the browser's halves of ipywidgets and anywidget, which the wheels bring, with their licences."""
    folder.mkdir()
    package = Path(widgetsnbextension.__file__).parent / "static"
    code = (package / "extension.js").read_text(encoding="utf-8")
    (folder / "extension.js").write_text(code.partition("\n//# sourceMappingURL")[0] + "\n", encoding="utf-8")
    shutil.copy(package / "extension.js.LICENSE.txt", folder)
    shutil.copy(Path(anywidget.__file__).parent / "nbextension" / "index.js", folder / "anywidget.js")
    for name in ("widgetsnbextension", "anywidget"):
        licence = next(file for file in files(name) if file.name == "LICENSE")
        shutil.copy(licence.locate(), folder / f"LICENSE-{name}")


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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="two digits, such as 03; all without any")
    parser.add_argument(
        "--build", type=Path, default=ROOT / "build" / "site", metavar="DIR", help="default: build/site"
    )
    parser.add_argument("--keep", action="store_true", help="do not run lessons that an earlier build has run")
    arguments = parser.parse_args()
    print(f"open {build(arguments.lessons, arguments.build.resolve(), keep=arguments.keep) / 'index.html'}")
    sys.exit(0)
