"""Lesson 08's training cell in the real JupyterLab: stopped with ■, used, gone on with, and begun anew on purpose."""

import json
import re

import pytest

from tests.browser import demo, lab
from tests.browser.cell import HAS_RUN, Cell
from tests.browser.conftest import NOTEBOOKS
from tests.notebooks.hygiene import source, tags

(LESSON,) = (path for path in NOTEBOOKS if path.name.startswith("08_"))
# what the lesson says of the training cell, asked of the translator that went on after ■
PROOF = """\
uninterrupted = Translator.train(short, sizes, settings, progress=False)
both = zip(translator.model.state_dict().values(), uninterrupted.model.state_dict().values(), strict=True)
print("the same weights:", all(torch.equal(a, b) for a, b in both))
print("the same losses:", translator.history.val_loss == uninterrupted.history.val_loss)"""


def lesson_cells(tag: str) -> list[str]:
    cells = json.loads(LESSON.read_text(encoding="utf-8"))["cells"]
    return [source(cell) for cell in cells if tag in tags(cell)]


class Training(Cell):
    """A cell that trains."""

    @property
    def epochs(self) -> list[int]:
        """The numbers of the epochs that the cell reports."""
        return [int(number) for number in re.findall(r"epoch (\d+):", self.output)]

    def interrupt_after_epoch(self, number: int) -> None:
        """Start the cell, press ■ when it has reported that epoch, and wait until it has ended."""
        self.start()
        self.until(f"([cell, line]) => cell.textContent.includes(line) || {HAS_RUN}", f"epoch {number}:")
        self.page.locator("[data-command='notebook:interrupt-kernel']").first.click()
        self.end()


def test_what_comes_before_the_training_cell_needs_no_other_cell():
    names: dict[str, object] = {}
    for cell in lesson_cells("training-setup"):
        exec(cell, names)
    assert callable(names["report"])


@pytest.mark.soak
def test_training_that_is_interrupted_goes_on(page, server):
    setup, (training,), (following,) = map(lesson_cells, ("training-setup", "training", "training-next"))
    demo.write(server.root / "interrupted.ipynb", [*setup, training, following, PROOF])
    lab.open_lesson(page, server, "interrupted.ipynb")
    *before, training, following, proof = (Training(page, number) for number in range(len(setup) + 3))
    for cell in before:
        cell.run()

    training.interrupt_after_epoch(2)
    assert training.epochs[:2] == [1, 2] and len(training.epochs) < 8
    said = following.run()
    finished = int(re.search(r"stopped by interrupted after (\d) epochs", said)[1])
    assert finished in (len(training.epochs), len(training.epochs) + 1)  # ■ may fall between an epoch and its line
    assert "it translates: True" in said

    training.run()
    first = min(training.epochs, default=0)
    assert 3 <= first <= finished + 1 and training.epochs == list(range(first, 9))
    assert "stopped by epochs after 8 epochs" in following.run()
    assert proof.run().split("\n")[:2] == ["the same weights: True", "the same losses: True"]

    training.run()  # all is done
    assert training.epochs == []
    assert "stopped by epochs after 8 epochs" in following.run()

    before[-1].run()  # a new folder
    training.interrupt_after_epoch(1)
    assert training.epochs[:1] == [1]
    assert "stopped by interrupted" in following.run()
