"""`report`: what a class of thirty answered, read from what they saved; every fault a line, nothing lost."""

import csv
import io
import os
import re
import time

import numpy as np
import pytest
from PIL import Image

from seq2seq_lessons.__main__ import main
from seq2seq_lessons.support import report
from seq2seq_lessons.support.answers import ABSENT, DOUBTFUL, NOT_RUN, RIGHT, UNANSWERED, WRONG, Item, lessons, read
from seq2seq_lessons.support.handed_in import gather
from tests.support.class_of_thirty import LESSON, SOLVED, Notebook, make, said, usual
from tests.support.class_of_thirty import WRONG as WAYS

EXERCISES = [Item("exercise", number) for number in SOLVED]


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    return folder, make(folder)


def states(notebook: Notebook) -> list[str]:
    return [read(notebook.bytes(), lessons()).answers[item].state for item in EXERCISES]


def reported(capsys, *argv) -> tuple[list[str], str]:
    """The report's lines, and what stderr says."""
    assert main(["report", *map(str, argv)]) == 0
    out, err = capsys.readouterr()
    return out.splitlines(), err


# What one notebook says


def test_a_lesson_as_delivered_is_unanswered():
    """Every item that the lessons' tags name is found, and nothing else is said of it."""
    for path in sorted(LESSON.parent.glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        saved = read(path.read_bytes(), lessons())
        assert {f"{item.kind}-{item.number}" for item in saved.answers} == {
            *re.findall(r'"((?:exercise|prediction)-\d+\.\d+)"', text)
        }
        assert {answer.state for answer in saved.answers.values()} <= {UNANSWERED} and saved.faults == []
        assert saved.lesson == path.name[:2] and saved.title in text


@pytest.mark.parametrize("number", SOLVED)
def test_right_wrong_and_unanswered(number):
    item = Item("exercise", number)
    assert read(Notebook().answer(number, SOLVED[number]).bytes(), lessons()).answers[item].state == RIGHT
    for code in WAYS[number]:
        answer = read(Notebook().answer(number, code).bytes(), lessons()).answers[item]
        assert (answer.state, answer.tries) == (WRONG, 1)
        assert answer.hints[0] in said(code)


def test_tries_show_where_a_hint_came_again_and_the_hint_stays_the_same():
    code = WAYS["2.2"][0]
    answers = [read(Notebook().answer("2.2", code, times=n).bytes()).answers[EXERCISES[1]] for n in (1, 2, 3)]
    assert [answer.tries for answer in answers] == [1, 2, 3]
    assert len({answer.hints for answer in answers}) == 1
    assert "A smaller question" in said(code, 2) and 'Read "' in said(code, 3)


def test_an_error_that_a_question_was_asked_about_is_no_part_of_the_hint():
    code = WAYS["2.3"][2]
    assert "(your code stopped with" in said(code)
    (hint,) = read(Notebook().answer("2.3", code).bytes()).answers[EXERCISES[2]].hints
    assert hint and hint in said(code) and "stopped" not in hint


def test_a_copied_cell_is_another_try_and_the_better_answer_counts():
    notebook = Notebook().answer("2.1", SOLVED["2.1"])
    copy = Notebook().answer("2.1", WAYS["2.1"][0]).cell("2.1")
    notebook.content["cells"].append(copy)
    answer = read(notebook.bytes()).answers[EXERCISES[0]]
    assert (answer.state, answer.tries) == (RIGHT, 2) and answer.hints[0] in said(WAYS["2.1"][0])


def test_a_cell_that_was_not_run_and_one_that_stopped():
    notebook = Notebook().answer("2.1", SOLVED["2.1"], "").answer("2.2", "def f(:", "")
    notebook.cell("2.2")["outputs"] = [{"output_type": "error", "ename": "SyntaxError", "evalue": "invalid syntax"}]
    assert states(notebook)[:2] == [NOT_RUN, WRONG]
    hints = read(notebook.bytes()).answers[EXERCISES[1]].hints
    assert hints == ("the cell stopped with SyntaxError: invalid syntax",)


def test_what_shows_that_an_output_was_edited():
    right = said(SOLVED["2.1"])
    never_run = Notebook().answer("2.1", SOLVED["2.1"])
    never_run.cell("2.1")["execution_count"] = None
    own = Notebook().answer("2.1", SOLVED["2.1"])
    own.content["cells"][1]["source"] = "def check(number, answer):\n    print('…')"
    for notebook in (
        Notebook().answer("2.1", "".join(Notebook().cell("2.1")["source"]), right),
        Notebook().answer("2.1", f"print({right!r})", right),
        never_run,
        own,
    ):
        saved = read(notebook.bytes(), lessons())
        assert saved.answers[EXERCISES[0]].state == DOUBTFUL
        assert len(saved.faults) == 1 and saved.faults[0].startswith("exercise 2.1 says right, but ")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "broken JSON"),
        (b"\xff\xfe\x00", "no notebook as Jupyter saves it"),
        (b"[" * 100_000, "no notebook as Jupyter saves it"),
        (b"null", "no notebook as Jupyter saves it"),
        (b'{"worksheets": []}', "no notebook as Jupyter saves it"),
        (b'{"cells": [null]}', "no notebook as Jupyter saves it"),
        (b'{"cells": [{"cell_type": "code", "source": null, "metadata": {}}]}', "no notebook as Jupyter saves it"),
        (b'{"cells": []}', "no lesson of this course"),
        (b'{"cells": [{"cell_type": "code", "source": "check(\\"99.1\\", f)", "metadata": {}}]}', "lesson 99, which"),
    ],
)
def test_whatever_a_file_holds_is_said_in_words(content, why):
    with pytest.raises(ValueError, match=re.escape(why)):
        read(content, lessons())


# The class


def test_every_learner_is_in_the_report_and_every_fault_is_a_line(class_folder, capsys, tmp_path):
    folder, faults = class_folder
    started = time.perf_counter()
    lines, err = reported(capsys, folder, "--out", tmp_path / "out")
    assert time.perf_counter() - started < 30  # about 3 on a machine with nothing else to do; half of them the picture
    learners = [f"learner-{n:02}" for n in range(23)] + ["Ada", "Bea", "Cleo", "Dora", "Eve"]
    for learner in [*learners, "Gus"]:
        assert any(re.match(rf"  {learner} +\d+ right", line) for line in lines), learner
    told = lines[lines.index(f"To look at: {len(faults)}") + 1 :]
    assert len(told) == len(faults)
    for name, piece in faults:
        assert any(name in line and piece in line for line in told), (name, told)
    assert (tmp_path / "out" / "report.txt").read_text(encoding="utf-8").splitlines() == lines
    assert "report.txt, answers.csv, answers.png" in err


def test_the_class_table_counts(class_folder):
    folder, _ = class_folder
    handed_in, _ = gather(folder)
    work = report.collect(handed_in)
    expected = {number: {RIGHT: 0, WRONG: 0, UNANSWERED: 0} for number in SOLVED}
    for learner in range(23):
        for place, number in enumerate(SOLVED):
            expected[number][[RIGHT, RIGHT, WRONG, UNANSWERED][(learner + place) % 4]] += 1
    for item in EXERCISES:
        mine = [work.answers[f"learner-{n:02}"][item].state for n in range(23)]
        assert {state: mine.count(state) for state in expected[item.number]} == expected[item.number]
    assert work.answers["Eve"] == work.answers["learner-00"]
    assert work.answers["Dora"][EXERCISES[2]].state == NOT_RUN
    assert {answer.state for answer in work.answers["Ada"].values()} == {ABSENT}
    (line,) = [line for line in report.text(work) if line.startswith("  2.1 ")]
    states = [answers[EXERCISES[0]].state for answers in work.answers.values()]
    assert f"{states.count(RIGHT)} of {len(states) - states.count(ABSENT)} " in line


def test_hints_that_several_met_come_first_in_their_own_words():
    """Eight of twelve met the first, three the second, one a third, which is not told."""
    notebooks = [(0, 8), (1, 3), (2, 1)]
    work = collected(
        {f"{way}-{i}": Notebook().answer("2.2", WAYS["2.2"][way]) for way, n in notebooks for i in range(n)}
    )
    lines = [line for line in report.text(work) if "exercise 2.2: " in line]
    assert [line.split("  exercise")[0].strip() for line in lines] == ["8 of 12   67%", "3 of 12   25%"]
    for line, way in zip(lines, (0, 1), strict=True):
        assert line.split("exercise 2.2: ")[1] in said(WAYS["2.2"][way])


def collected(notebooks: dict[str, Notebook], **how) -> report.Classwork:
    from seq2seq_lessons.support.handed_in import HandedIn

    return report.collect([HandedIn(name, f"{name}/x.ipynb", n.bytes()) for name, n in notebooks.items()], **how)


def test_of_two_notebooks_the_better_answers_count(tmp_path):
    Notebook().answer("2.1", SOLVED["2.1"]).answer("2.2", WAYS["2.2"][0]).save(tmp_path / "anna" / LESSON.name)
    Notebook().answer("2.2", SOLVED["2.2"]).save(tmp_path / "anna" / "again.ipynb")
    usual(3).save(tmp_path / "ben" / LESSON.name)
    work = report.collect(gather(tmp_path)[0])
    assert [work.answers["anna"][item].state for item in EXERCISES] == [RIGHT, RIGHT, UNANSWERED, UNANSWERED]
    assert work.faults == ["anna: 2 notebooks of lesson 02; of two answers the better counts"]


def test_the_table_is_read_by_a_spreadsheet_as_text(tmp_path):
    evil = Notebook().answer("2.2", 'check("2.2", 1)', "✗ Exercise 2.2: =HYPERLINK(1)\n\x1b[2J")
    work = collected({"=1+1": evil, "Zoé": usual(0)})
    report.write(work, tmp_path)
    text = (tmp_path / "answers.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == report.FIELDS and {row["learner"] for row in rows} == {"'=1+1", "Zoé"}
    (row,) = [row for row in rows if row["last hint"].startswith("'")]
    assert row["last hint"] == "'=HYPERLINK(1)" and row["number"] == "2.2"
    assert "\x1b" not in "".join(report.text(work))


def test_anonymous_names_nobody(class_folder, capsys, tmp_path):
    folder, faults = class_folder
    lines, _ = reported(capsys, folder, "--anonymous", "--out", tmp_path)
    written = "\n".join(lines) + (tmp_path / "answers.csv").read_text(encoding="utf-8-sig")
    assert [path.stem for path in folder.iterdir() if path.stem in written] == []
    assert {row.split(",")[0] for row in written.splitlines() if row.startswith("learner ")} == {
        f"learner {n:02}" for n in range(1, 30)
    }
    assert f"To look at: {len(faults)}" in lines


def test_numbers_tell_nothing_of_the_alphabet():
    names = [f"{n:03}" for n in range(100)]
    assert list(report._numbers(names).values()) != sorted(report._numbers(names).values())
    assert sorted(report._numbers(names).values()) == sorted({*report._numbers(names).values()})


def test_the_picture_has_a_cell_for_each_answer(tmp_path):
    report.write(collected({f"learner {n}": usual(n) for n in range(30)}), tmp_path)
    pixels = np.asarray(Image.open(tmp_path / "answers.png").convert("RGB"))
    assert pixels.shape[0] > 30 * 0.25 * 144
    assert ((pixels == (0x00, 0x72, 0xB2)).all(axis=2).mean() > 0.02) and (
        (pixels == (0xD5, 0x5E, 0)).all(axis=2).any()
    )


def test_without_a_picture_the_report_is_written_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "PYTHONPATH", str(tmp_path))
    (tmp_path / "matplotlib.py").write_text("raise ImportError('none here')")
    assert report.write(collected({"anna": usual(0)}), tmp_path)[2] == "(no picture: ImportError: none here)"
    assert (tmp_path / "answers.csv").is_file()
