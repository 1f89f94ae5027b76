"""The HTML edition without a browser: what becomes of links and widgets, and what the built files hold."""

import functools
import itertools
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup

from tests.notebooks.hygiene import tags
from tests.site.conftest import Site
from tools.folding import unfold
from tools.notebooks import NOTEBOOKS, ROOT
from tools.site import SOURCE, needed, row, smaller, with_links


@pytest.fixture
def pages(site) -> dict[str, BeautifulSoup]:
    """Every page, by its path below the site's root."""
    return read(site.html)


@functools.cache
def read(html: Path) -> dict[str, BeautifulSoup]:
    return {
        path.relative_to(html).as_posix(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in html.rglob("*.html")
    }


def lesson_pages(pages: dict[str, BeautifulSoup]) -> dict[str, BeautifulSoup]:
    return {name: page for name, page in pages.items() if name.startswith("notebooks/")}


def test_there_is_a_page_for_each_lesson_and_a_way_to_it(site, pages):
    names = [f"notebooks/{name}.html" for name in site.lessons]
    assert sorted(lesson_pages(pages)) == names
    table = [link["href"] for link in pages["index.html"].select("table a")]
    sidebar = [link["href"] for link in pages["index.html"].select(".sidebar-tree a")]
    assert table == names and sidebar[: len(names)] == names
    for first, second in itertools.pairwise(names):
        assert pages[first].select_one("a.next-page")["href"] == Path(second).name
        assert pages[second].select_one("a.prev-page")["href"] == Path(first).name


def test_links_lead_to_pages_and_headings(site, pages):
    for name, page in pages.items():
        for link in page.select("a[href], link[href]"):
            target, heading = re.fullmatch(r"([^?#]*)[^#]*#?(.*)", unquote(link["href"])).groups()
            if re.match(r"\w+:", target):
                continue
            there = ((site.html / name).parent / target).resolve() if target else site.html / name
            assert there.is_file(), f"{name}: a link to {link['href']}"
            if heading and there.suffix == ".html":
                assert pages[there.relative_to(site.html.resolve()).as_posix()].find(id=heading), (
                    f"{name}: {link['href']}"
                )


def test_nothing_is_loaded_from_elsewhere(site, pages):
    for name, page in pages.items():
        loaded = [
            element.get("src") or element.get("href")
            for element in page.select("script[src], img[src], link[href], iframe[src], source[src]")
        ]
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)], name
    for path in site.html.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", path.read_text(encoding="utf-8")), path


def test_pictures_have_the_alt_text_of_their_data(pages):
    found = 0
    for name, page in lesson_pages(pages).items():
        notebook = nbformat.read(NOTEBOOKS / f"{Path(name).stem}.ipynb", as_version=4)
        shown = [
            output
            for cell in notebook.cells
            for output in unfold(cell.get("outputs", []))
            if "image/png" in output.get("data", {})
        ]
        images = page.select("article img")
        assert len(images) == len(shown)
        for image, output in zip(images, shown, strict=True):
            # the alt text may hold numbers of the model, which differ from machine to machine: compare its words
            stored = output.metadata["image/png"]["alt"]
            assert image["alt"].split(";")[0] == stored.split(";")[0] and len(image["alt"].split()) > 3
            assert int(image["width"]) == output.metadata["image/png"]["width"]
        found += len(images)
    assert found


def test_answers_are_folded(pages):
    assert any(page.select("details.hide") for page in lesson_pages(pages).values())
    for name, page in lesson_pages(pages).items():
        notebook = nbformat.read(NOTEBOOKS / f"{Path(name).stem}.ipynb", as_version=4)
        reveals = [cell for cell in notebook.cells if "reveal" in tags(cell) and cell.outputs]
        folded = page.select("details.hide")
        assert len(folded) == len(reveals)
        for details, cell in zip(folded, reveals, strict=True):
            assert not details.has_attr("open") and "Show the answer" in details.summary.get_text()
            assert not details.summary.has_attr("aria-label")  # it would be read instead of the words
            printed = "".join(output.get("text", "") for output in unfold(cell.outputs)).split()
            if printed and "nbval-ignore-output" not in tags(cell):
                assert printed == details.select_one(".cell_output").get_text().split()


def test_solutions_are_folded_and_formulas_drawn(pages):
    solutions = [
        details
        for page in lesson_pages(pages).values()
        for details in page.select("details")
        if details.summary.get_text() == "Solution"
    ]
    assert len(solutions) >= 2 and all(solution.select_one("div.highlight pre") for solution in solutions)
    for page in lesson_pages(pages).values():
        assert "$" not in page.select_one("article p").text
    assert any(page.select("math") for page in lesson_pages(pages).values())


def test_text_is_as_written(pages):
    """Straight quotes and apostrophes, as in the corpora; no widget's Python text."""
    for page in lesson_pages(pages).values():
        text = page.select_one("article").get_text()
        code = "".join(cell.get_text() for cell in page.select(".cell_input"))  # 03 has “step” in a string
        for quote in "’“":
            assert text.count(quote) == code.count(quote)
        assert "Box(children" not in text and "Error displaying" not in text


def test_widgets_come_with_their_licence(site):
    widgets = site.html / "_static" / "widgets"
    assert (widgets / "extension.js").stat().st_size > 500_000
    assert "jQuery" in (widgets / "extension.js.LICENSE.txt").read_text(encoding="utf-8")
    assert "Project Jupyter Contributors" in (widgets / "LICENSE-widgetsnbextension").read_text(encoding="utf-8")
    assert "Permission is hereby granted" in (widgets / "LICENSE-anywidget").read_text(encoding="utf-8")
    assert (widgets / "extension.js").read_text(encoding="utf-8").endswith(")));\n")  # no address of a source map


def test_building_writes_no_widget_state_into_the_repository(site):
    for name in site.lessons:
        assert "widgets" not in nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).metadata


def test_workflow_only_makes_the_site():
    workflow = (ROOT / ".github" / "workflows" / "pages.yml").read_text(encoding="utf-8")
    assert re.findall(r"run: (.*)", workflow) == ["make site"]
    assert re.findall(r"^ +path: (.*)", workflow, re.M) == ["build/site/html"]
    assert 'default=ROOT / "build" / "site"' in (ROOT / "tools" / "site.py").read_text(encoding="utf-8")


def test_requirements_are_pinned():
    lines = (SOURCE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[\w-]+==[\w.]+", line) for line in lines if not line.startswith("#"))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("[b](02_b.ipynb)", "[b](02_b.ipynb)"),
        ("[b](02_b.ipynb#The-Map)", "[b](02_b.ipynb#the-map)"),
        ("[here](#The-Map)", "[here](#the-map)"),
        ("next: [c](03_c.ipynb).", "next: c."),
        ("[`run`](../seq2seq_lessons/gru.py)", "[`run`](../seq2seq_lessons/gru.md)"),
        (
            "[kit](../seq2seq_lessons/explorers/kit.py)",
            "[kit](https://github.com/O/N/blob/HEAD/seq2seq_lessons/explorers/kit.py)",
        ),
        ("[docs](../docs/teachers.md)", "[docs](https://github.com/O/N/blob/HEAD/docs/teachers.md)"),
        ("[web](https://x.org/A#B)", "[web](https://x.org/A#B)"),
        ("[![Colab](https://x.org/b.svg)](https://x.org/c)", "[Colab](https://x.org/c)"),
        ('models["kept"](X)', 'models["kept"](X)'),
    ],
)
def test_links_of_a_lesson(text, expected, monkeypatch):
    monkeypatch.setattr("tools.site.current", lambda: "O/N")
    modules: set[str] = set()
    assert with_links(text, {"01_a", "02_b"}, modules) == expected
    assert modules == ({"gru"} if "gru" in text else set())


def test_row_of_a_lesson():
    top = "[badge](x)\n\n# 02 · Title\n\n**After\nthis** all is new.\n\n- a\n\n20 minutes · b"
    cells = [nbformat.v4.new_code_cell("# setup"), nbformat.v4.new_markdown_cell(top)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert row("02_b", notebook) == "| [02 · Title](notebooks/02_b.ipynb) | After this all is new. | 20 |"


def model(**state) -> dict:
    return {"model_name": "M", "state": state}


def test_a_view_takes_along_what_it_needs_and_no_more():
    state = {
        "box": model(children=["IPY_MODEL_slider", "IPY_MODEL_stack"]),
        "slider": model(value=1),
        "stack": model(children=["IPY_MODEL_page"]),
        "page": model(value="text"),
        "link": model(source=["IPY_MODEL_slider", "value"], target=["IPY_MODEL_stack", "selected_index"]),
        "other": model(children=["IPY_MODEL_slider"]),
        "lone": model(value=2),
        "half": model(source=["IPY_MODEL_slider", "value"], target=["IPY_MODEL_lone", "value"]),
    }
    assert sorted(needed("box", state)) == ["box", "link", "page", "slider", "stack"]


@pytest.mark.soak
def test_pictures_of_a_model_get_smaller(whole: Site):
    executed = nbformat.read(next((whole.html.parent / "executed").glob("02_*")), as_version=4)
    states = executed.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    pages = [m for m in states.values() if any(buffer["path"][0] == "pictures" for buffer in m.get("buffers", []))]
    assert pages
    for page in pages:
        small = smaller(page)
        assert 3 * len(str(small["buffers"])) < 2 * len(str(page["buffers"])) and small["state"] == page["state"]
    assert smaller(model(value=3)) == model(value=3)
