"""The HTML edition without a browser: what becomes of links and widgets, and what the built files hold."""

import functools
import gzip
import itertools
import re
from pathlib import Path
from urllib.parse import unquote

import ipywidgets
import nbformat
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from seq2seq_lessons.explorers import shape_lab
from tests.notebooks.hygiene import tags
from tools.folding import unfold
from tools.notebooks import NOTEBOOKS, ROOT
from tools.site import SOURCE
from tools.site.explorers import Files, Widgets
from tools.site.home import terms
from tools.site.lessons import Lesson, with_links


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
        elements = page.select("script[src], img[src], link[href]:not([rel=canonical]), iframe[src], source[src]")
        loaded = [element.get("src") or element.get("href") for element in elements]
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)], name
    for path in site.html.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", path.read_text(encoding="utf-8")), path
    for path in (site.html / "_static" / "explorers").glob("*.js"):
        assert set(re.findall(r"https?://[^\"]*", path.read_text(encoding="utf-8"))) <= {"http://www.w3.org/2000/svg"}


LIMIT = 75_000  # bytes of a page, its scripts and style sheets, packed as GitHub Pages sends them


def test_a_page_is_light_and_loads_only_what_it_uses(site, pages):
    for name, page in pages.items():
        files = [element.get("src") or element["href"] for element in page.select("script[src], link[rel=stylesheet]")]
        paths = [(site.html / name).parent / file.partition("?")[0] for file in files]
        if name != "search.html":
            assert sum(len(gzip.compress(path.read_bytes())) for path in [site.html / name, *paths]) < LIMIT, name
            assert {path.name for path in paths if path.suffix == ".js"} <= {"furo.js", "show.js"}, name
        assert bool(page.select(".explorer")) == ("show.js" in [path.name for path in paths]), name
        assert not page.select("img[src^=data]"), name


def test_every_page_says_what_it_is(site, pages):
    descriptions = {}
    for name, page in pages.items():
        meta = {tag.get("name") or tag.get("property"): tag["content"] for tag in page.select("meta[content]")}
        assert 20 < len(meta["description"]) < 300 and meta["og:description"] == meta["description"]
        assert meta["og:title"] in page.title.text
        assert meta["og:image"].endswith("/_static/card.png")
        if name != "search.html":
            assert meta["og:url"] == page.select_one("link[rel=canonical]")["href"]
        descriptions[name] = meta["description"]
    lessons = [descriptions[name] for name in lesson_pages(pages)]
    assert len(set(lessons)) == len(lessons)
    with Image.open(site.html / "_static" / "card.png") as card:
        assert card.size == (1200, 630) and len(set(card.convert("L").tobytes())) > 20


def test_the_sitemap_has_every_page(site, pages):
    listed = re.findall(r"<loc>(.*?)</loc>", (site.html / "sitemap.xml").read_text(encoding="utf-8"))
    canonical = {
        page.select_one("link[rel=canonical]")["href"] for name, page in pages.items() if name != "search.html"
    }
    assert set(listed) == canonical and len(listed) == len(canonical)


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


def test_answers_are_folded_and_explorers_are_not(pages):
    found = 0
    for name, page in lesson_pages(pages).items():
        notebook = nbformat.read(NOTEBOOKS / f"{Path(name).stem}.ipynb", as_version=4)
        folded = page.select("details.hide")
        for details in folded:
            assert not details.has_attr("open") and "Show the answer" in details.summary.get_text()
            assert not details.summary.has_attr("aria-label")  # it would be read instead of the words
            assert not details.select(".explorer")
        hidden = [details.select_one(".cell_output").get_text().split() for details in folded]
        for cell in notebook.cells:
            if "reveal" in tags(cell) and "nbval-ignore-output" not in tags(cell):
                printed = "".join(output.get("text", "") for output in unfold(cell.outputs)).split()
                assert not printed or printed in hidden, cell.id
                found += bool(printed)
    assert found > 3 and any(page.select(".explorer") for page in lesson_pages(pages).values())


def test_what_only_jupyter_needs_is_left_out(pages):
    for page in lesson_pages(pages).values():
        code = "".join(cell.get_text() for cell in page.select(".cell_input"))
        assert "google.colab" not in code and 'predict("' not in code
        assert "your turn" not in page.select_one("article").get_text()
        assert {"on Binder", "in Colab"} <= {link.text for link in page.select(".reading a")}


def test_optional_parts_are_folded(pages):
    found = 0
    for page in lesson_pages(pages).values():
        for heading in page.select("article :is(h2, h3)"):
            if heading.get_text().startswith("Optional:"):
                folded = heading.parent.parent
                assert folded.name == "details" and not folded.has_attr("open")
                assert heading.parent.name == "summary" and len(folded.find_all(recursive=False)) > 1
                assert folded.parent.find_all(recursive=False) in ([folded], [folded.parent.span, folded])
                found += 1
    assert found


def test_a_term_leads_to_the_glossary_where_it_is_used_first(pages):
    words = {term.word for term in terms()}
    assert len(words) > 20
    entries = {entry["id"]: entry.get_text() for entry in pages["glossary.html"].select("dt[id]")}
    assert {entry.rstrip("¶") for entry in entries.values()} == words
    chinese = [span.text for span in pages["glossary.html"].select("dd span[lang=zh]")]
    assert sorted(chinese) == sorted(term.chinese for term in terms())
    for name, page in lesson_pages(pages).items():
        links = page.select("a.term")
        assert len(links) > 5, name
        for link in links:
            path, _, anchor = link["href"].partition("#")
            assert path == "../glossary.html"
            assert link.text.lower().removesuffix("s") == entries[anchor].rstrip("¶").lower().removesuffix("s")
            assert not link.find_parent(["h1", "h2", "h3", "code", "pre", "table"])
        assert len({link["href"] for link in links}) == len(links)


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


def test_building_writes_no_widget_state_into_the_repository(site):
    for name in site.lessons:
        assert "widgets" not in nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).metadata


def test_workflow_only_makes_the_site():
    workflow = (ROOT / ".github" / "workflows" / "pages.yml").read_text(encoding="utf-8")
    assert re.findall(r"run: (.*)", workflow) == ["make site"]
    assert re.findall(r"^ +path: (.*)", workflow, re.M) == ["build/site/html"]
    assert 'default=ROOT / "build" / "site"' in (ROOT / "tools" / "site" / "__main__.py").read_text(encoding="utf-8")


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
        ("a\n\n[Open in Colab](https://colab.research.google.com/github/O/N/x.ipynb)", "a\n\n"),
        ('models["kept"](X)', 'models["kept"](X)'),
    ],
)
def test_links_of_a_lesson(text, expected, monkeypatch):
    monkeypatch.setattr("tools.site.lessons.current", lambda: "O/N")
    modules: set[str] = set()
    assert with_links(text, {"01_a", "02_b"}, modules) == expected
    assert modules == ({"gru"} if "gru" in text else set())


def test_row_of_a_lesson():
    top = "[badge](x)\n\n# 02 · Title\n\n**After\nthis** all is new.\n\n- a\n\n**20 minutes** · b"
    cells = [nbformat.v4.new_code_cell("# setup"), nbformat.v4.new_markdown_cell(top)]
    lesson = Lesson.of(nbformat.v4.new_notebook(cells=cells))
    assert lesson.row("02_b") == "| [02 · Title](notebooks/02_b.ipynb) | After this all is new. | 20 |"


def test_the_traits_of_a_widget_come_out_of_a_notebook_as_they_were():
    explorer = shape_lab(num_steps=5, batch_size=3, input_size=8, num_hiddens=16)
    widgets = Widgets(ipywidgets.Widget.get_manager_state()["state"])
    traits, picture = widgets.picture(explorer.model_id), explorer.picture
    for name in ("pictures", "frames", "grids", "controls", "title", "shape", "at0"):
        assert traits[name] == getattr(picture, name)
    assert traits["controls"][1] == {"label": "directions", "options": ["one", "both"]}
    assert not [name for name in traits if name.startswith("_") or name == "layout"]
    explorer.close()


def test_a_file_is_kept_once(tmp_path):
    files = Files(tmp_path / "data")
    names = {files.add(b"one", "bin"), files.add(b"one", "bin"), files.add(b"two", "bin")}
    assert sorted(path.name for path in files.folder.iterdir()) == sorted(names) and len(names) == 2
