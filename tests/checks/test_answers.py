"""Every exercise against the answers in the lessons' own tests: right ones in several styles, wrong ones and slips."""

import pytest

from tests.checks.answers import PAGE, page, tried
from tests.checks.test_tables import NOTEBOOKS, TABLES

TRIED = tried()
EXERCISES = {
    number: item for (what, _), table in TABLES.items() if what == "EXERCISE" for number, item in table.items()
}
RIGHT = [(number, how) for number, answers in TRIED.items() for how in answers.right]


def test_each_exercise_has_three_right_answers_and_four_wrong_ones():
    assert TRIED.keys() == EXERCISES.keys()
    few = [number for number, answers in TRIED.items() if len(answers.right) < 3 or len(answers.wrong) < 4]
    assert few == []


@pytest.mark.parametrize(("number", "how"), RIGHT)
def test_right(said, number, how):
    assert said(number, TRIED[number].right[how]) == f"Exercise {number}: right. {EXERCISES[number].right}"


@pytest.mark.parametrize("number", EXERCISES)
def test_wrong(said, number):
    """Each wrong answer gets its hint, and each question that an error can lead to is asked."""
    lines = {what: said(number, answer) for what, (answer, _) in TRIED[number].wrong.items()}
    for what, (_, piece) in TRIED[number].wrong.items():
        assert piece in lines[what] and not lines[what].startswith(f"Exercise {number}: right."), what
    for _, question in EXERCISES[number].errors:
        assert any(f"{question} (your code stopped with" in line for line in lines.values()), question


@pytest.mark.parametrize(("number", "words", "count"), [("5.2", "eleven models", 11), ("6.2", "eighteen paths", 18)])
def test_the_lesson_says_on_how_many_a_test_is_tried(number, words, count):
    (path,) = NOTEBOOKS.glob(f"0{number[0]}_*.ipynb")
    assert f"tried on {words}" in path.read_text(encoding="utf-8") and len(EXERCISES[number].inputs) == count


def test_the_page_of_answers_is_what_the_lists_say():
    assert PAGE.read_text(encoding="utf-8") == page(), "write it with `python -m tests.checks.answers`"
