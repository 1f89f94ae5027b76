"""`progress`: how far a learner's folder of lessons is, and what is next."""

import re

import pytest

from seq2seq_lessons.__main__ import main
from seq2seq_lessons.support.answers import lessons
from seq2seq_lessons.support.standing import progress
from seq2seq_lessons.support.start import deliver
from tests.support.class_of_thirty import LESSON, SOLVED, WRONG, Notebook


@pytest.fixture
def folder(tmp_path):
    """The lessons as `start` delivers them."""
    deliver(tmp_path / "mine")
    return tmp_path / "mine"


def shares(out: str, number: str) -> list[str]:
    (line,) = re.findall(rf"^{number} .*$", out, re.M)
    return re.findall(r"\d+ of \d+", line)


def test_nothing_done_yet(folder, capsys):
    progress(folder)
    out = capsys.readouterr().out
    assert shares(out, "00") == ["0 of 2", "0 of 1"]
    for number, lesson in lessons().items():
        kinds = [item.kind for item in lesson.answers]
        assert shares(out, number) == [f"0 of {kinds.count(kind)}" for kind in ("prediction", "exercise")]
    assert "Next: exercise 0.1 in 00_start_here.ipynb (unanswered)\n" in out
    assert "in mine, as they were last saved; nothing is sent anywhere.\n" in out  # lesson 00 stores this: no path


def test_what_is_right_counts_wherever_it_stands(folder, capsys):
    """In two copies of a lesson together; what is wrong is next."""
    for path in folder.glob("0[01]_*.ipynb"):
        path.unlink()
    first = Notebook().answer("2.1", SOLVED["2.1"]).answer("2.2", WRONG["2.2"][0])
    first.save(folder / LESSON.name)
    Notebook().answer("2.3", SOLVED["2.3"]).save(folder / "a copy.ipynb")
    assert main(["progress", str(folder)]) == 0
    out = capsys.readouterr().out
    assert shares(out, "02") == ["0 of 7", "2 of 4"] and shares(out, "01")[1].startswith("0 of")
    assert "Next: exercise 0.1 in 00_start_here.ipynb (absent)" in out


def test_all_is_right(folder, capsys, monkeypatch):
    from seq2seq_lessons.support import standing

    monkeypatch.setattr(standing, "lessons", lambda: {"02": lessons()["02"]})
    notebook = Notebook()
    for number, code in SOLVED.items():
        notebook.answer(number, code)
    notebook.save(folder / LESSON.name)
    progress(folder)
    assert "All exercises are right.\n" in capsys.readouterr().out


def test_a_lesson_that_cannot_be_read_is_a_line_and_other_files_are_the_learners_own(folder, capsys):
    (folder / LESSON.name).write_text("{")
    (folder / "notes.ipynb").write_text("{")
    progress(folder)
    out = capsys.readouterr().out
    assert f"\n{LESSON.name}: broken JSON" in out and "notes" not in out


def test_the_folder_is_the_one_at_hand_or_the_one_that_start_made(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["progress"]) == 1
    assert f"no lesson is in {tmp_path}; expected the folder" in capsys.readouterr().err
    deliver(tmp_path / "seq2seq-lessons-notebooks")
    assert main(["progress"]) == 0
    monkeypatch.chdir(tmp_path / "seq2seq-lessons-notebooks")
    assert main(["progress"]) == 0
    assert main(["progress", "nowhere"]) == 1
    assert "nowhere is no folder" in capsys.readouterr().err


def test_in_a_notebook_no_lesson_is_a_line(tmp_path, capsys):
    """As on Colab, where a lesson is opened without a folder around it."""
    progress(tmp_path)
    assert capsys.readouterr().out.startswith("no lesson is in ")
