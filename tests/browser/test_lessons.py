"""Every lesson in the real JupyterLab: it runs, and its explorers move, with the kernel and without."""

import nbformat
import pytest

from tests.browser import demo, lab
from tests.browser.conftest import NOTEBOOKS
from tests.browser.explorer import explorers
from tests.notebooks.hygiene import tags
from tools.folding import unfold

# ipywidgets reports each message that it cannot send to a stopped kernel.
NO_KERNEL = "Could not send widget sync message"


def move_every_slider(page, live: bool) -> int:
    """Step every slider by keyboard, of live or of stepped explorers; its picture and status line must change.

    Returns how many.
    """
    moved = 0
    for explorer in explorers(page):
        if explorer.is_live != live:
            continue
        for handle in explorer.handles:
            at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
            status, seen = explorer.status, explorer.seen()
            assert explorer.press(handle, "ArrowLeft" if at_end else "ArrowRight") != status
            assert explorer.seen() != seen, f"{status!r} and {explorer.status!r} look the same"
            moved += 1
    return moved


def test_no_answer_stands_in_a_freshly_opened_lesson_and_keys_open_one(page, server):
    (path,) = (path for path in NOTEBOOKS if path.name.startswith("02"))
    lab.open_lesson(page, server, path.name)
    cells = nbformat.read(path, as_version=4).cells
    reveals = [cell for cell in cells if "reveal" in tags(cell)]
    in_text = sum(cell.source.count("<summary>Show the answer") for cell in cells if cell.cell_type == "markdown")
    answers = [
        (out.get("text") or out.data["text/plain"], cell.source) for cell in reveals for out in unfold(cell.outputs)
    ]
    lines = {line for answer, code in answers for line in answer.splitlines() if len(line) > 3 and line not in code}
    text = page.locator(".jp-Notebook").inner_text()
    assert len(lines) > 8 and not [line for line in lines if line in text]
    assert text.count("Show the answer") == len(reveals) + in_text
    first = page.locator("details", has_text="output (5, 3, 16)")
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert first.locator("pre").is_visible() and "output (5, 3, 16)" in page.locator(".jp-Notebook").inner_text()


@pytest.mark.soak
@pytest.mark.parametrize("name", [*(path.name for path in NOTEBOOKS), demo.NAME])
def test_lesson_runs_and_its_explorers_move_with_and_without_a_kernel(page, server, name):
    console = lab.Console().watch(page)
    lab.open_lesson(page, server, name)
    lab.run_all(page, timeout_s=300)
    lab.unfold_headings(page)
    sliders = move_every_slider(page, live=False)
    move_every_slider(page, live=True)
    assert console.errors == []

    server.shut_down_kernels()
    assert move_every_slider(page, live=False) == sliders
    assert [error for error in console.errors if NO_KERNEL not in error] == []


@pytest.mark.soak
def test_a_notebook_that_names_no_kernel_is_reported(page, server):
    demo.write(server.root / "nameless.ipynb", ("1 + 1",), kernelspec={})
    with pytest.raises(AssertionError, match="Select Kernel"):
        lab.open_lesson(page, server, "nameless.ipynb")


@pytest.mark.soak
def test_run_all_reports_a_failing_cell(page, server):
    demo.write(server.root / "fails.ipynb", ("1 + 1", "raise ValueError('no such word')", "2 + 2"))
    lab.open_lesson(page, server, "fails.ipynb")
    with pytest.raises(AssertionError, match="ValueError: no such word"):
        lab.run_all(page)
