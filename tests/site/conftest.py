"""The built site: of one lesson, as if an earlier build had run it; in the soak of all lessons, executed."""

import functools
import http.server
import threading
from pathlib import Path
from typing import NamedTuple

import ipywidgets
import nbformat
import pytest
from nbformat import NotebookNode

from seq2seq_lessons.explorers import shape_lab
from tests.browser import lab
from tools.notebooks import NOTEBOOKS
from tools.site import ENVIRONMENT, build
from tools.site.explorers import WIDGET_STATE

SMOKE = "02"  # it has formulas, folded answers and an explorer that needs no model
OPTIONAL = "## Optional: what a test adds\n\nIt is folded.\n\n### A part of it\n\nSo is this."


class Site(NamedTuple):
    """html: the folder of the pages. lessons: the names of the lessons in it."""

    html: Path
    lessons: list[str]


def built(numbers: list[str], folder: Path, *, keep: bool) -> Site:
    assert (ENVIRONMENT / "installed").exists(), "there is no environment with Sphinx: run `make sphinx` first"
    html = build(numbers, folder, keep=keep)
    return Site(html, sorted(path.stem for path in (folder / "executed").glob("*.ipynb")))


def ran(path: Path) -> NotebookNode:
    """The stored lesson with the outputs and the widgets of its shape lab, and with an optional part."""
    notebook, explorer = (
        nbformat.read(path, as_version=4),
        shape_lab(num_steps=5, batch_size=3, input_size=8, num_hiddens=16),
    )
    data, metadata = explorer._repr_mimebundle_()
    cell = next(cell for cell in notebook.cells if "shape_lab(" in cell.source)
    cell.outputs = [nbformat.v4.new_output("display_data", data=data, metadata=metadata)]
    notebook.metadata["widgets"] = {WIDGET_STATE: ipywidgets.Widget.get_manager_state()}
    notebook.cells.insert(-1, nbformat.v4.new_markdown_cell(OPTIONAL, metadata={"tags": ["more"]}))
    explorer.close()
    return notebook


@pytest.fixture(scope="session")
def smoke(tmp_path_factory) -> Site:
    """One lesson, as if an earlier build had executed it."""
    folder = tmp_path_factory.mktemp("smoke")
    (folder / "executed").mkdir()
    for path in NOTEBOOKS.glob(f"{SMOKE}_*.ipynb"):
        nbformat.write(ran(path), folder / "executed" / path.name)
    return built([SMOKE], folder, keep=True)


@pytest.fixture(scope="session")
def whole(tmp_path_factory) -> Site:
    """All lessons, executed, with their explorers."""
    return built([], tmp_path_factory.mktemp("whole"), keep=False)


@pytest.fixture(params=["smoke", pytest.param("whole", marks=pytest.mark.soak)])
def site(request) -> Site:
    return request.getfixturevalue(request.param)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Visit:
    """A page, its console's errors and the requests that it made to other hosts, all of which were refused."""

    def __init__(self, browser, address: str, **options):
        self.context = browser.new_context(viewport={"width": 1280, "height": 860}, **options)
        self.page = self.context.new_page()
        self.console = lab.Console().watch(self.page)
        self.foreign: list[str] = []
        self.address = address
        self.page.route(lambda url: not url.startswith((address, "blob:", "data:")), self._refuse)

    def _refuse(self, route):
        self.foreign.append(route.request.url)
        route.abort()

    def open(self, path: str):
        self.page.goto(f"{self.address}/{path}")
        return self.page

    def assert_clean(self):
        # a page that a test has cut off still tries to fetch the pictures of the next moves
        errors = [error for error in self.console.errors if "ERR_INTERNET_DISCONNECTED" not in str(error)]
        assert errors == [] and self.foreign == []


@pytest.fixture
def visit(browser, site):
    """Opens a context on the site; options as for Browser.new_context. Each test must leave it clean."""
    visits = []
    # as GitHub Pages shows it: in a folder, not at the server's root
    handler = functools.partial(Quiet, directory=str(site.html.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def new(**options) -> Visit:
            visits.append(Visit(browser, f"http://127.0.0.1:{server.server_port}/html", **options))
            return visits[-1]

        yield new
        for each in visits:
            each.context.close()
        server.shutdown()
    for each in visits:
        each.assert_clean()
