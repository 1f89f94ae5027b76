"""`report --run`: each notebook in a process of its own, with limits; what it prints then counts."""

import json
import os
import sys
from pathlib import Path

import pytest

from seq2seq_lessons.support import report, rerun
from seq2seq_lessons.support.answers import DOUBTFUL, NOT_RUN, RIGHT, UNANSWERED, WRONG, Item, lessons, read
from seq2seq_lessons.support.handed_in import HandedIn, gather
from seq2seq_lessons.support.rerun import Limits, run_again
from tests.support.class_of_thirty import LESSON, SOLVED, STUCK, Notebook, make, said
from tests.support.class_of_thirty import WRONG as WAYS

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="limits and signals as Unix has them")


def ran(notebook: Notebook, limits: Limits = Limits(3, 4, 5)) -> tuple[list[str], dict[str, str]]:  # noqa: B008
    """The lines that tell what is odd, and the exercises' states, after a notebook was run again."""
    one = HandedIn("anna", "a.ipynb", notebook.bytes())
    work = report.collect([one], run_again([one], limits))
    return work.faults, {item.number: answer.state for item, answer in work.answers["anna"].items()}


@UNIX
def test_what_a_cell_does_stays_in_its_cell():
    """An endless loop, the network, all memory, a broken cell: the ones after it run, and a right answer counts."""
    notebook = Notebook().answer("2.1", SOLVED["2.1"], "").answer("2.2", WAYS["2.2"][0], "").answer("2.3", STUCK, "")
    notebook.only("2.3", "2.1", "2.2")
    cells = [
        "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=30)",
        "hoard = bytearray(5 * 10**9)",
        "def broken(:",
        "import os\nassert 'SECRET' not in os.environ and os.environ['HOME'] == os.getcwd()",
    ]
    for place, source in enumerate(cells, 2):
        cell = {"source": source, "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1}
        notebook.content["cells"].insert(place, cell)
    os.environ["SECRET"] = "a token of the teacher's"
    try:
        faults, states = ran(notebook)
    finally:
        del os.environ["SECRET"]
    assert (states["2.1"], states["2.2"], states["2.3"]) == (RIGHT, WRONG, WRONG)
    assert "run again, 3 of its other cells stopped, the first with PermissionError: the network is closed" in faults[0]


def test_an_edited_output_is_found_out_and_nothing_is_run_in_place_or_changed(tmp_path):
    edited = Notebook().answer("2.1", SOLVED["2.1"]).answer("2.2", WAYS["2.2"][1], said(SOLVED["2.2"]))
    edited.only("2.1", "2.2").content["cells"][0]["source"] += "\nopen('trace', 'w').write('x')"
    assert read(edited.bytes(), lessons()).answers[Item("exercise", "2.2")].state == RIGHT  # nothing shows it
    edited.save(tmp_path / "class" / "anna" / LESSON.name)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    handed_in, _ = gather(tmp_path / "class")
    work = report.collect(handed_in, run_again(handed_in, Limits(3, 4, 20)))
    states = [work.answers["anna"][Item("exercise", number)].state for number in ("2.1", "2.2")]
    assert states == [RIGHT, WRONG]
    assert any("exercise 2.2 was saved as right; run again, it is wrong" in fault for fault in work.faults)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@UNIX
def test_what_ends_its_process_is_a_line_and_what_was_before_it_counts():
    ends = ["import os\nos._exit(0)", "import os\nos.remove('lesson.ipynb')\nos.mkfifo('lesson.ipynb')\nos._exit(0)"]
    notebooks = [Notebook().answer("2.1", SOLVED["2.1"], "").answer("2.2", end, "").only("2.1", "2.2") for end in ends]
    handed_in = [HandedIn(name, name, notebook.bytes()) for name, notebook in zip("ab", notebooks, strict=True)]
    work = report.collect(handed_in, run_again(handed_in, Limits(3, 4, 20)))
    assert any(fault.startswith("a, a: run again, its process ended before its last cell") for fault in work.faults)
    assert any(fault.startswith("b, b: run again, its file was gone afterwards") for fault in work.faults)
    states = {(name, n): work.answers[name][Item("exercise", n)].state for name in "ab" for n in ("2.1", "2.2")}
    assert states == {("a", "2.1"): RIGHT, ("a", "2.2"): NOT_RUN, ("b", "2.1"): NOT_RUN, ("b", "2.2"): NOT_RUN}


@UNIX
def test_what_takes_no_interrupt_is_stopped():
    deaf = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
    faults, states = ran(Notebook().answer("2.1", deaf, "").only("2.1"), Limits(0.1, 4, 1))
    assert any("it was stopped after 0.1 minutes" in fault for fault in faults) and states["2.1"] == NOT_RUN


def test_what_is_no_lesson_is_not_run(monkeypatch):
    monkeypatch.setattr(rerun, "_run", lambda *_: pytest.fail("it was run"))
    files = [HandedIn("anna", "a.ipynb", b"{"), HandedIn("ben", "b.ipynb", b'{"cells": []}')]
    assert run_again(files) == {}
    assert len(report.collect(files, {}).faults) == 2


def test_the_report_says_how_the_network_is_closed(monkeypatch):
    monkeypatch.setattr(rerun, "APART", ("no-such-program",))
    rerun.is_apart.cache_clear()
    assert "a shell's commands still have it" in rerun.how_closed()
    rerun.is_apart.cache_clear()


@pytest.mark.soak
def test_the_class_of_thirty(tmp_path):
    """As saved and as run again: the same answers, but for the edited one and the loop."""
    make(tmp_path)
    handed_in, _ = gather(tmp_path)
    saved = report.collect(handed_in)
    again = report.collect(handed_in, run_again(handed_in, Limits(10, 4, 60)))
    differ = {
        (learner, item.number): (answer.state, again.answers[learner][item].state)
        for learner, answers in saved.answers.items()
        for item, answer in answers.items()
        if answer.state != again.answers[learner][item].state
    }
    assert differ == {("Cleo", "2.2"): (DOUBTFUL, UNANSWERED), ("Dora", "2.3"): (NOT_RUN, WRONG)}
    assert "exercise 2.2 was saved as right; run again, it is unanswered" in "\n".join(again.faults)


@pytest.mark.soak
@pytest.mark.parametrize("path", sorted(LESSON.parent.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_lesson_as_delivered_runs_to_its_end(path: Path):
    """Without a kernel, a network or a home: no cell of it stops, and every item is unanswered."""
    one = HandedIn("anna", path.name, path.read_bytes())
    content, stopped = run_again([one], Limits(20, 4, 600))[path.name]
    saved = read(content, lessons())
    assert stopped == "" and saved.errors == [] and saved.faults == []
    assert {answer.state for answer in saved.answers.values()} <= {UNANSWERED}
    assert json.loads(content)["cells"]
