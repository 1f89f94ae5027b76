"""Lesson 01's wrong answers and the hint that each must get."""

import pytest
import torch

from seq2seq_lessons.checks import check, predict

ROWS = {"source": "i'm home . <eos>", "decoder_input": "<bos> je suis chez moi .", "labels": "je suis chez moi . <eos>"}


def said(capsys, function, *args, **named):
    function(*args, **named)
    return capsys.readouterr().out.rstrip("\n")


@pytest.mark.parametrize(
    ("number", "right", "unanswered"),
    [
        ("1.1", {"home": 3, "lost": 3}, {"home": None, "lost": None}),
        ("1.2", ROWS, dict.fromkeys(ROWS)),
        ("1.3", {"shape": (3, 7), "valid_len": (4, 7, 3)}, {"shape": (None, None), "valid_len": (None, None, None)}),
        ("1.4", {"answer": 1 / 3}, {"answer": None}),
    ],
)
def test_predictions(capsys, number, right, unanswered):
    assert said(capsys, predict, number, **unanswered) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, **right).startswith(f"Prediction {number}: right. ")


@pytest.mark.parametrize(
    ("number", "wrong", "hint"),
    [
        ("1.1", {"home": 2, "lost": 3}, "you counted the words of the first sentence"),
        ("1.1", {"home": 3, "lost": 4}, "you cut j'ai at its apostrophe"),
        ("1.2", ROWS | {"source": "<bos> i'm home . <eos>"}, "your source has a start signal"),
        ("1.2", ROWS | {"decoder_input": "<bos> je suis chez moi . <eos>"}, "your decoder reads <eos>"),
        ("1.2", ROWS | {"labels": "<bos> je suis chez moi . <eos>"}, "your decoder has to say <bos>"),
        ("1.2", ROWS | {"labels": "je suis <eos>"}, "look again at labels"),
        ("1.3", {"shape": (3, 10), "valid_len": (4, 7, 3)}, "a limit, not a width"),
        ("1.3", {"shape": (3, 7), "valid_len": (3, 6, 2)}, "Is <eos> padding"),
        ("1.4", {"answer": 2 / 3}, "the share of real tokens"),
        ("1.4", {"answer": 16 / 30}, "How wide is this batch?"),
        ("1.4", {"answer": 10 / 21}, "you counted <eos> as padding"),
    ],
)
def test_wrong_predictions(capsys, number, wrong, hint):
    assert hint in said(capsys, predict, number, **wrong)


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


def padded_before_eos(ids, num_steps, eos_id, pad_id):
    row = ids[: num_steps - 1]
    return row + [pad_id] * (num_steps - 1 - len(row)) + [eos_id]


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
        ("1.1", lambda ids, num_steps, eos_id, pad_id: ..., "your turn"),
        ("1.1", right_row, "right. Every row"),
        ("1.1", appended_then_cut, "a long sentence has lost its <eos>"),
        ("1.1", one_too_long, "num_steps + 1 ids"),
        ("1.1", padded_before_eos, "your <eos> comes after the padding. "),
        ("1.1", lambda ids, num_steps, eos_id, pad_id: right_row(ids, num_steps, 3, 0), "you wrote 3 and 0"),
        ("1.1", lambda *args: torch.tensor(right_row(*args)), "expected a list or tuple, not a tensor"),
        ("1.2", lambda ids, pad_id: ..., "your turn"),
        ("1.2", lambda ids, pad_id: (ids != pad_id).sum(1), "right. One length"),
        ("1.2", lambda ids, pad_id: ids.bool().sum(1), "granted that padding is 0"),
        ("1.2", lambda ids, pad_id: (ids == 3).nonzero()[:, 1], "you left <eos> out"),
        ("1.2", lambda ids, pad_id: (ids != pad_id).sum(0), "Along which dimension"),
        ("1.2", lambda ids, pad_id: torch.tensor([ids.shape[1]] * len(ids)), "the length of the rows"),
        ("1.2", lambda ids, pad_id: (ids != pad_id).float().sum(1), "its dtype is torch.float32"),
        ("1.3", lambda lengths, batch_size: None, "your turn"),
        ("1.3", right_share, "right. Padding over cells"),
        ("1.3", average_of_shares, "you averaged the batches' shares"),
        ("1.3", lambda lengths, batch_size: 1 - sum(lengths) / len(lengths) / max(lengths), "longest sentence of all"),
        ("1.3", lambda lengths, batch_size: 1 - right_share(lengths, batch_size), "the share of the real tokens"),
        ("1.3", lambda lengths, batch_size: right_share(sorted(lengths), batch_size), "you sorted the lengths"),
    ],
)
def test_exercises(capsys, number, answer, line):
    assert said(capsys, check, number, answer).startswith(f"Exercise {number}: ")
    assert line in said(capsys, check, number, answer)
