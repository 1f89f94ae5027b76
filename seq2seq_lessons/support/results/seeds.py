"""What a few seeds say together: the mean of a number that each of them gave, and how far it can be trusted."""

import statistics
from collections.abc import Sequence

# Student's t for 95 %, with 1 to 9 degrees of freedom
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean of a number for each seed, and the two ends of the mean's 95 % interval (Student's t).

    Of two trainings with the same seeds, the interval is that of their differences, seed by seed.

    Raises:
        ValueError: fewer than two seeds, or more than ten.
    """
    if not 2 <= len(values) <= len(STUDENT) + 1:
        raise ValueError(f"values: expected one for each of 2 to {len(STUDENT) + 1} seeds, got {len(values)}")
    mean = statistics.fmean(values)
    half = STUDENT[len(values) - 2] * statistics.stdev(values) / len(values) ** 0.5
    return mean, mean - half, mean + half
