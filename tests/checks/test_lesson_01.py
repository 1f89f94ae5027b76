"""Lesson 01's exercises: typical answers, right and wrong, and the line that each gets."""

import pytest


def right_row(ids, num_steps, eos_id, pad_id):
    row = ids[: num_steps - 1] + [eos_id]
    return row + [pad_id] * (num_steps - len(row))


def appended_then_cut(ids, num_steps, eos_id, pad_id):
    row = (ids + [eos_id])[:num_steps]
    return row + [pad_id] * (num_steps - len(row))


def one_too_long(ids, num_steps, eos_id, pad_id):
    row = ids[:num_steps]
    row.append(eos_id)
    while len(row) < num_steps:
        row.append(pad_id)
    return row


def sums_of_batches(lengths, batch_size):
    for start in range(0, len(lengths), batch_size):
        batch = lengths[start : start + batch_size]
        yield len(batch) * max(batch), sum(batch)


def right_share(lengths, batch_size):
    return 1 - sum(lengths) / sum(cells for cells, _ in sums_of_batches(lengths, batch_size))


def average_of_shares(lengths, batch_size):
    shares = [1 - real / cells for cells, real in sums_of_batches(lengths, batch_size)]
    return sum(shares) / len(shares)


@pytest.mark.parametrize(
    ("number", "answer", "line"),
    [
        ("1.1", right_row, "right. Every row"),
        ("1.1", appended_then_cut, "a long sentence has lost its <eos>"),
        ("1.1", one_too_long, "num_steps + 1 ids"),
        ("1.2", lambda ids, pad_id: (ids != pad_id).sum(1), "right. One length"),
        ("1.2", lambda ids, pad_id: ids.bool().sum(1), "granted that padding is 0"),
        ("1.2", lambda ids, pad_id: (ids == 3).nonzero()[:, 1], "you left <eos> out"),
        ("1.3", right_share, "right. Padding over cells"),
        ("1.3", average_of_shares, "you averaged the batches' shares"),
        ("1.3", lambda lengths, batch_size: 1 - sum(lengths) / len(lengths) / max(lengths), "longest sentence of all"),
    ],
)
def test_exercises(said, number, answer, line):
    assert said(number, answer).startswith(f"Exercise {number}: ")
    assert line in said(number, answer)
