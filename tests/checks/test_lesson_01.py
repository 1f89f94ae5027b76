"""Lesson 01's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import numpy as np
import torch

from seq2seq_lessons.checks import predict
from tests.checks.answers import Answers


def right_row(ids, num_steps, eos_id, pad_id):
    row = ids[: num_steps - 1] + [eos_id]
    return row + [pad_id] * (num_steps - len(row))


def place_by_place(ids, num_steps, eos_id, pad_id):
    end = min(len(ids), num_steps - 1)
    return [ids[t] if t < end else eos_id if t == end else pad_id for t in range(num_steps)]


def filled_tensor(ids, num_steps, eos_id, pad_id):
    row = torch.full((num_steps,), pad_id)
    end = min(len(ids), num_steps - 1)
    row[:end] = torch.tensor(ids[:end])
    row[end] = eos_id
    return row


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


def pads_counted(lengths, batch_size):
    pads = cells = 0
    for i, length in enumerate(lengths):
        width = max(lengths[i - i % batch_size :][:batch_size])
        pads, cells = pads + width - length, cells + width
    return pads / cells


def by_arrays(lengths, batch_size):
    batches = np.array_split(lengths, range(batch_size, len(lengths), batch_size))
    return 1 - np.sum(lengths) / sum(batch.size * batch.max() for batch in batches)


def average_of_shares(lengths, batch_size):
    shares = [1 - real / cells for cells, real in sums_of_batches(lengths, batch_size)]
    return sum(shares) / len(shares)


def full_batches_only(lengths, batch_size):
    return right_share(lengths[: len(lengths) - len(lengths) % batch_size], batch_size)


def last_batch_full(lengths, batch_size):
    widths = [max(lengths[start : start + batch_size]) for start in range(0, len(lengths), batch_size)]
    return 1 - sum(lengths) / (batch_size * sum(widths))


ANSWERS = {
    "1.1": Answers(
        right={"cut, append, fill": right_row, "place by place": place_by_place, "a filled tensor": filled_tensor},
        wrong={
            "just fits, not cut": (
                lambda ids, n, eos, pad: (ids[: n - 1] if len(ids) > n else ids) + [eos] + [pad] * (n - 1 - len(ids)),
                "where is its <eos> to go?",
            ),
            "appends, then cuts": (appended_then_cut, "a long sentence has lost its <eos>"),
            "leaves no room for eos": (one_too_long, "num_steps + 1 ids"),
            "eos without brackets": (
                lambda ids, n, eos, pad: ids[: n - 1] + eos,
                "what makes a list of one id? (your code stopped with TypeError",
            ),
            "stores what append returns": (
                lambda ids, n, eos, pad: ids[: n - 1].append(eos) + [pad],
                "append and extend change the list and return None",
            ),
            "no padding": (lambda ids, n, eos, pad: ids[: n - 1] + [eos], "What fills a row up"),
        },
    ),
    "1.2": Answers(
        right={
            "compare and sum": lambda ids, pad_id: (ids != pad_id).sum(1),
            "a list, by a loop": lambda ids, pad_id: [sum(i != pad_id for i in row) for row in ids.tolist()],
            "an array": lambda ids, pad_id: np.count_nonzero(ids.numpy() != pad_id, axis=1),
            "total minus padding": lambda ids, pad_id: ids.shape[1] - torch.eq(ids, pad_id).int().sum(dim=-1),
        },
        wrong={
            "zero for padding": (lambda ids, pad_id: ids.bool().sum(1), "granted that padding is 0"),
            "place of eos": (lambda ids, pad_id: (ids == 3).nonzero()[:, 1], "you left <eos> out"),
            "argmax of the padding": (
                lambda ids, pad_id: (ids == pad_id).long().argmax(dim=1),
                "a row without padding gets 0",
            ),
            "index of the first pad": (
                lambda ids, pad_id: [row.index(pad_id) for row in ids.tolist()],
                "the longest row has no padding: what is there to find in it? (your code stopped with ValueError",
            ),
            "one number for all": (lambda ids, pad_id: (ids != pad_id).sum(), "one number for the whole batch"),
        },
    ),
    "1.3": Answers(
        right={"one minus real over cells": right_share, "pads counted": pads_counted, "arrays": by_arrays},
        wrong={
            "average of shares": (average_of_shares, "you averaged the batches' shares"),
            "the longest of all": (
                lambda lengths, batch_size: 1 - sum(lengths) / len(lengths) / max(lengths),
                "longest sentence of all",
            ),
            "the last batch a full one": (last_batch_full, "you count the last batch as a full one"),
            "full batches only": (full_batches_only, "The last batch may be smaller"),
            "a batch too many": (
                lambda lengths, size: sum(max(lengths[i * size :][:size]) for i in range(len(lengths))),
                "where does your loop over the batches end? (your code stopped with ValueError",
            ),
        },
    ),
}


def test_a_prediction_may_be_a_list_of_tokens(capsys):
    predict(
        "1.2",
        source=["he’s", "calm", ".", "<eos>"],
        decoder_input=["<bos>", "il", "est", "calme", "."],
        labels=("il", "est", "calme", ".", "<eos>"),
    )
    assert "right. " in capsys.readouterr().out
