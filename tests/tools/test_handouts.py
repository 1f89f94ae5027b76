"""The printed pages are those of today's notebooks, ask every question of a lesson, and tell no answer."""

import re

import pytest

from tests.notebooks.test_solutions import PATHS, tasks
from tools.handouts import FOLDER, page, pages

PAGES = pages()


def test_the_committed_pages_are_those_of_the_notebooks():
    """After a change of a lesson's questions: `python -m tools.handouts`."""
    assert {path: path.read_text(encoding="utf-8") for path in FOLDER.glob("*")} == PAGES


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_question_is_asked_and_no_answer_told(path):
    printed = PAGES[FOLDER / f"{path.stem}.md"]
    text = path.read_text(encoding="utf-8")
    numbers = re.findall(r'"prediction-(\d+\.\d+)"', text)
    assert printed.count('predict("') == len(numbers) and all(f'predict("{number}", ' in printed for number in numbers)
    for task in tasks(path):
        assert f"**Exercise {task.number}" in printed
        given = {line.strip() for line in [*task.stub.splitlines(), *"\n".join(task.above).splitlines()]}
        told = [line for line in map(str.strip, task.solution.splitlines()) if line not in given and line in printed]
        assert [line for line in told if len(line) > 3] == []
    assert "<details" not in printed and "](" not in printed.replace("![The machine](../machine.png)", "")


def cell(text: str, *tags: str, kind: str = "markdown") -> dict:
    return {"cell_type": kind, "source": text, "metadata": {"tags": [*tags]}}


def test_a_page():
    cells = [
        cell("# 07 · A title\n\nA promise.\n\nYou will\n\n- do [this](x.ipynb).\n\n**5 minutes**"),
        cell("It was 42.\n\n**Predict 7.1.** And now?"),
        cell('predict("7.1", None)', "prediction-7.1", kind="code"),
        cell("print(43)", "reveal", kind="code"),
        cell("It was 43.\n\n**Exercise 7.1.** Write it. Some data:"),
        cell("data = 5", kind="code"),
        cell("Mind the end."),
        cell('def f(x=None):\n    return None  # your code here\n\n\ncheck("7.1", f)', "exercise-7.1", kind="code"),
        cell("**Predict.** Louder?"),
        cell("print('yes')", "reveal", kind="code"),
        cell("Louder.\n\nNext: what comes?"),
    ]
    text = page(cells)
    assert text.startswith("# 07 · A title\n\nA promise.\n\nYou will\n\n- do this.\n\nName: ")
    assert '**Predict 7.1.** And now?\n\n```\npredict("7.1", ____)\n```' in text
    middle = "**Exercise 7.1.** Write it. Some data:\n\n```\ndata = 5\n```\n\nMind the end.\n\n```\n"
    assert f"{middle}def f(x=None):\n    return ____\n\n" in text
    assert "## Question 3\n\n**Predict.** Louder?\n" in text and text.endswith("Next: what comes?\n")
    assert not re.search("42|43|yes|Louder\\.|minutes|check", text)
