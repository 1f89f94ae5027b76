"""What the tests of all lessons' exercises need."""

import pytest

from seq2seq_lessons.checks import check
from seq2seq_lessons.checks.judging import RIGHT, WRONG, met


@pytest.fixture(autouse=True)
def nothing_met():
    """Each test begins as a fresh kernel: no hint has been given yet."""
    met.clear()


@pytest.fixture
def said(capsys):
    """The one line that the checker prints for an answer, without its sign: `said("3.1", answer)`."""

    def line(number, answer) -> str:
        check(number, answer)
        out = capsys.readouterr().out
        assert out.count("\n") == 1
        return out.rstrip("\n").removeprefix(RIGHT).removeprefix(WRONG)

    return line
