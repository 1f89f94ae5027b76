"""Answers are folded away whole, and what nbval compares is what was folded."""

import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook, new_output, writes

from tools.folding import INSTEAD, fold, unfold
from tools.notebooks import ROOT

PICTURE = {"image/png": {"alt": 'a "grid" <b>', "width": 80, "height": 40}}
OUTPUTS = [
    new_output("stream", name="stdout", text="\n<bos> & 'x'\n  two\n"),
    new_output("display_data", data={"text/plain": "[1, <2>]"}),
    new_output("display_data", data={"image/png": "iVBO", "text/plain": 'A "grid"\nof <b>'}, metadata=PICTURE),
    new_output("stream", name="stdout", text="end"),
]


def test_what_is_folded_comes_back():
    assert unfold(fold(OUTPUTS)) == OUTPUTS
    assert unfold(OUTPUTS) is OUTPUTS and fold([]) == [] == unfold([])


def test_nothing_of_an_answer_stands_outside_its_fold():
    (folded,) = fold(OUTPUTS)
    page = BeautifulSoup(folded.data["text/html"], "html.parser")
    details = page.details.extract()
    assert page.get_text() == "" and not details.has_attr("open")
    assert details.summary.get_text() == "Show the answer" and details.img["alt"] == 'a "grid" <b>'
    assert details.pre.get_text() == OUTPUTS[0].text
    assert folded.data["text/plain"] == INSTEAD


@pytest.mark.parametrize("printed, passes", [("7\n", True), ("8\n", False)])
def test_nbval_compares_what_was_folded(printed, passes, tmp_path):
    outputs = fold([new_output("stream", name="stdout", text=printed)])
    cell = new_code_cell("print(3 + 4)", metadata={"tags": ["reveal"]}, outputs=outputs, execution_count=1)
    path = tmp_path / "answer.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(writes(new_notebook(cells=[cell], metadata=kernel)), encoding="utf-8")
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--rootdir", tmp_path, path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode == 0) == passes, done.stdout


def test_what_was_printed_in_pieces_is_stored_in_one():
    pieces = [new_output("stream", name="stdout", text=text) for text in ("kept ", "6 of 6\n")]
    assert [output.text for output in unfold(fold(pieces))] == ["kept 6 of 6\n"]
