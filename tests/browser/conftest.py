"""One JupyterLab server for all browser tests of a session."""

from pathlib import Path

import pytest

from tests.browser import demo, lab

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """JupyterLab over copies of all lessons and over a notebook that shows every explorer."""
    root = lab.copy_of_notebooks(NOTEBOOKS, tmp_path_factory.mktemp("lessons"))
    demo.write(root / demo.NAME)
    with lab.serve(root) as server:
        yield server


@pytest.fixture
def page(browser):
    page = lab.new_page(browser)
    yield page
    page.close()
