"""The explorers and the X-ray in Jupyter Notebook 7, whose own keys go from heading to heading and fold sections."""

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser import demo, lab
from tests.browser.explorer import explorers
from tests.browser.test_xray import CELLS as XRAY_CELLS

NAME = "notebook7.ipynb"


@pytest.fixture(scope="module")
def shown(browser, tmp_path_factory):
    """A page with headings around a stepped explorer and the X-ray; both have been run, and the kernel is stopped."""
    root = tmp_path_factory.mktemp("notebook7")
    path = demo.write(root / NAME, (demo.CELLS[0], demo.CELLS[1], *XRAY_CELLS))
    notebook = nbformat.read(path, as_version=4)
    for place in (3, 1):
        notebook.cells.insert(place, nbformat.v4.new_markdown_cell("# A heading"))
    nbformat.write(notebook, path)
    with lab.serve(root) as server:
        page = lab.new_page(browser)
        lab.open_lesson(page, server, NAME, app="notebooks")
        lab.run_all(page, timeout_s=180)
        expect(page.locator(".xray-law")).to_contain_text("✓", timeout=30_000)
        server.shut_down_kernels()
        yield page
        page.close()


def test_it_is_notebook_7(shown):
    assert shown.evaluate("document.body.dataset.notebook") == "notebooks"


def test_arrow_keys_move_the_slider_and_nothing_else(shown):
    (explorer,) = explorers(shown)
    assert explorer.press(explorer.handles[0], "ArrowRight").startswith("Step 2 of 7")
    assert explorer.press(explorer.handles[0], "ArrowLeft").startswith("Step 1 of 7")
    step = shown.get_by_role("slider", name="step").last
    for key, place in (("ArrowRight", 5), ("ArrowRight", 6), ("ArrowLeft", 5)):
        step.press(key)
        expect(shown.locator(".xray-status")).to_contain_text(f"Step {place} of ")
        assert step.evaluate("node => node === document.activeElement")
    assert shown.locator(".jp-mod-hiddenCellsButton").count() == 0
    assert all(cell.is_visible() for cell in shown.locator(".jp-Notebook-cell").all())


def test_a_cells_letters_do_nothing_to_it(shown):
    before = shown.locator(".jp-Notebook-cell").count()
    (explorer,) = explorers(shown)
    for place in (explorer.handles[0], shown.locator(".xray-now .xray-state")):
        for key in ("d", "d", "m", "a"):
            place.press(key)
            assert place.evaluate("node => node === document.activeElement")
    assert shown.locator(".jp-Notebook-cell").count() == before
    assert shown.locator(".jp-MarkdownCell").count() == 2
