"""Before anything runs (GitHub, nbviewer, a clone that is not trusted) each lesson reads well: rendered with nbconvert,
every explorer and picture is an image with alt text, nothing is a widget's Python text, and links lead somewhere."""

import ast
import base64
import functools
import io
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from tests.notebooks.hygiene import source, tags

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
# What must not be read anywhere: widgets' text, JupyterLab's excuse for a lost widget, nbconvert's for a lost alt text.
REFUSED = (
    "Box(children",
    "Error displaying widget",
    "Loading widget",
    "model not found",
    "No description has been provided",
    "application/vnd.jupyter.widget",
)
# What JupyterLab shows of a notebook that is not trusted, and GitHub of any
SHOWN_UNTRUSTED = {"image/png", "text/plain", "text/markdown"}


def rendered(notebook: nbformat.NotebookNode) -> BeautifulSoup:
    """The page that nbconvert makes; of its templates `classic` is the one that writes alt texts."""
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    return BeautifulSoup(page, "html.parser")


@functools.cache
def stored(path: Path) -> BeautifulSoup:
    """The page of a notebook as it is stored: lessons link to headings of one another."""
    return rendered(nbformat.read(path, as_version=4))


def shows_explorer(cell: nbformat.NotebookNode, explorers: set[str]) -> bool:
    """Whether a code cell ends with an explorer; `explorers` are the names imported so far, and grow here."""
    tree = ast.parse(source(cell))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("seq2seq_lessons.explorers"):
            explorers |= {alias.asname or alias.name for alias in node.names}
    last = tree.body[-1] if tree.body else None
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and getattr(last.value.func, "id", None) in explorers
    )


def problems(notebook: nbformat.NotebookNode, page: BeautifulSoup, folder: Path = NOTEBOOKS) -> list[str]:
    """One line for each thing that would not read well; `page` is the rendered notebook."""
    text = page.get_text(" ") + " ".join(image.get("alt", "") for image in page("img"))
    found = [f"the page says {refused!r}" for refused in REFUSED if refused in text]
    names: set[str] = set()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    areas = page.select("div.code_cell")
    assert len(areas) == len(code)
    for cell, area in zip(code, areas, strict=True):
        images = area.select(".output_png img, details img")  # an answer is folded
        if shows_explorer(cell, names) and len(images) != 1:
            found.append(f"cell {cell.id}: {len(images)} pictures for an explorer")
        for image in images:
            found += [f"cell {cell.id}: {problem}" for problem in picture_problems(image)]
        for output in cell.outputs:
            shown = set(output.get("data", {})) & SHOWN_UNTRUSTED
            if output.output_type in ("display_data", "execute_result") and not shown:
                found.append(f"cell {cell.id}: nothing to show where the notebook is not trusted")
    return found + link_problems(page, folder)


def picture_problems(image) -> list[str]:
    """What is wrong with an <img> element."""
    found = []
    if len(image.get("alt", "").split()) < 3:
        found.append(f"alt text {image.get('alt', '')!r}")
    with Image.open(io.BytesIO(base64.b64decode(image["src"].partition("base64,")[2]))) as picture:
        wide = picture.width / picture.height
    if abs(wide - int(image.get("width", 0)) / int(image.get("height", 1))) > 0.02:
        found.append("its width and height are not the picture's")
    return found


def link_problems(page: BeautifulSoup, folder: Path) -> list[str]:
    """Links to files that are not there, or to headings that the other lesson does not have."""
    found = []
    for link in page.select("div.text_cell a[href]"):
        path, _, heading = unquote(link["href"]).partition("#")
        if re.match(r"\w+:", path) or "anchor-link" in link.get("class", ()):
            continue
        if path and not (folder / path).exists():
            found.append(f"a link to {path}, which does not exist")
        elif heading and (not path or path.endswith(".ipynb")):
            target = stored(folder / path) if path else page
            if not target.find(id=heading):
                found.append(f"a link to {path}#{heading}: no such heading")
    return found


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_lesson_reads_well_before_it_is_run(path):
    assert problems(nbformat.read(path, as_version=4), stored(path)) == []


def test_lessons_show_explorers():
    """The rule above is not empty: of the lessons until now, these have explorers."""
    counts = {}
    for path in PATHS:
        names: set[str] = set()
        cells = nbformat.read(path, as_version=4).cells
        counts[path.name[:2]] = sum(shows_explorer(cell, names) for cell in cells if cell.cell_type == "code")
    assert {number for number, count in counts.items() if count} >= {"00", "02", "03", "04", "05"}


@pytest.mark.parametrize("path", PATHS[:-1], ids=lambda p: p.stem)
def test_next_lesson_is_linked_at_the_top_and_at_the_end(path):
    following = PATHS[PATHS.index(path) + 1].name
    prose = [
        source(cell)
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown" and not any(tag.startswith("solution-") for tag in tags(cell))
    ]
    assert f"({following}" in "".join(prose[:3]) and f"({following}" in prose[-1]


# Each rule is seen to fail.

EXPLORER = "from seq2seq_lessons.explorers import step_scrubber\n\nstep_scrubber([], [])"


def png(width: int = 40, height: int = 20) -> str:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def lesson(prose: str = "# 00 · Title", code: str = EXPLORER, **changes) -> nbformat.NotebookNode:
    """A notebook of two cells; `changes` go into its one output."""
    parts = {
        "data": {"image/png": png(), "text/plain": "A state"},
        "metadata": {"image/png": {"alt": "Three or more words", "width": 80, "height": 40}},
    } | changes
    return new_notebook(
        cells=[new_markdown_cell(prose), new_code_cell(code, outputs=[new_output("execute_result", **parts)])]
    )


def test_a_good_lesson_has_no_problem():
    good = lesson("# A\n\n[next](01_sentences_to_tensors.ipynb) [top](#A) [web](https://example.org)")
    assert problems(good, rendered(good)) == []


@pytest.mark.parametrize(
    "notebook, complaint",
    [
        (lesson(metadata={}), "No description has been provided"),
        (lesson(metadata={"image/png": {"alt": "picture", "width": 80, "height": 40}}), "alt text 'picture'"),
        (lesson(metadata={"image/png": {"alt": "a b c", "width": 80, "height": 80}}), "width and height"),
        (lesson(data={"text/plain": "A state"}), "0 pictures for an explorer"),
        (lesson(data={"text/plain": "VBox(children=(HTML(value=''),))"}), "'Box(children'"),
        (lesson(data={"text/html": "<b>only trusted</b>"}, code="1"), "nothing to show"),
        (lesson("Error displaying widget"), "'Error displaying widget'"),
        (lesson("[gone](77_gone.ipynb)"), "77_gone.ipynb, which does not exist"),
        (lesson("[gone](01_sentences_to_tensors.ipynb#Nowhere)"), "no such heading"),
        (lesson("[gone](#Nowhere)"), "no such heading"),
    ],
)
def test_each_rule_fails_when_broken(notebook, complaint):
    assert complaint in "\n".join(problems(notebook, rendered(notebook)))
