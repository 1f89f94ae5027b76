"""One code cell of a notebook that is open in JupyterLab: run it, read what it says."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser import lab
from tests.browser.explorer import PageExplorer

HAS_RUN = r"/\[\d+\]/.test(cell.querySelector('.jp-InputPrompt').textContent)"
PATIENCE_MS = 600_000  # for a machine that has much else to do


class Cell:
    """A code cell in the page."""

    def __init__(self, page: Page, number: int):
        self.page, self.root = page, page.locator(".jp-Notebook-cell").nth(number)

    @property
    def output(self) -> str:
        return "\n".join(self.root.locator(".jp-OutputArea-output").all_inner_texts())

    @property
    def prompt(self) -> str:
        return self.root.locator(".jp-InputPrompt").inner_text()

    @property
    def explorer(self) -> PageExplorer:
        """The first explorer that the cell shows, once its picture is there."""
        root = self.root.locator(".s2s-explorer").first
        root.locator("img[data-status]").wait_for(timeout=PATIENCE_MS)
        return PageExplorer(self.page, root)

    def start(self) -> None:
        """Run the cell; returns once the page shows that it runs, or has run."""
        before = self.prompt
        self.root.locator(".jp-InputArea-editor").click()
        self.page.keyboard.press("Control+Enter")
        self.until("([cell, before]) => cell.querySelector('.jp-InputPrompt').textContent !== before", before)

    def end(self) -> str:
        """Wait until the cell has run; returns its output."""
        self.until(f"([cell]) => {HAS_RUN}")
        self.page.wait_for_timeout(300)  # the last line may reach the page after the prompt
        lab.assert_no_cell_error(self.page)
        return self.output

    def run(self) -> str:
        self.start()
        return self.end()

    def until(self, condition: str, *values) -> None:
        """Wait until `condition`, a JavaScript function of an array of the cell's element and `values`, is true."""
        self.page.wait_for_function(condition, arg=[self.root.element_handle(), *values], timeout=PATIENCE_MS)


def cells(page: Page) -> list[Cell]:
    """The code cells in the page, from the top."""
    return [Cell(page, number) for number in range(page.locator(".jp-Notebook-cell").count())]
