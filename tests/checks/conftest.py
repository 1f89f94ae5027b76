"""What the tests of all lessons' exercises need."""

import pytest

from seq2seq_lessons.checks import check


@pytest.fixture
def said(capsys):
    """The one line that the checker prints for an answer: `said("3.1", answer)`."""

    def line(number, answer) -> str:
        check(number, answer)
        out = capsys.readouterr().out
        assert out.count("\n") == 1
        return out.rstrip("\n")

    return line
