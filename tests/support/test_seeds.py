"""The mean over seeds and its interval, by a case that is worked out elsewhere, and how often it holds the truth."""

import random

import pytest

from seq2seq_lessons.support.results.seeds import STUDENT, interval


def test_a_case_from_a_table():
    mean, low, high = interval([1.0, 2.0, 3.0, 4.0, 5.0])  # deviation 1.5811, t 2.776 with 4 degrees of freedom
    assert (mean, round(low, 3), round(high, 3)) == (3.0, 1.037, 4.963)


@pytest.mark.parametrize("num_seeds", range(2, len(STUDENT) + 2))
def test_it_holds_the_true_mean_nineteen_times_of_twenty(num_seeds):
    draw = random.Random(num_seeds)
    held = 0
    for _ in range(4000):
        _, low, high = interval([draw.gauss(7, 2) for _ in range(num_seeds)])
        held += low < 7 < high
    assert 0.935 < held / 4000 < 0.965


@pytest.mark.parametrize("values", [[], [1.0], [1.0] * 11])
def test_it_refuses_what_it_has_no_factor_for(values):
    with pytest.raises(ValueError, match=f"one for each of 2 to 10 seeds, got {len(values)}"):
        interval(values)
