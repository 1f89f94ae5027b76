"""Lesson 03's exercises: typical answers, right and wrong, and the line that each gets."""

import pytest
import torch
from torch.nn import functional as F

from seq2seq_lessons.checks import lesson_03


@pytest.mark.parametrize(
    "answer",
    [
        lambda X, weight: weight[X].permute(1, 0, 2),
        lambda X, weight: weight[X.T],
        lambda X, weight: F.embedding(X, weight).transpose(0, 1),
        lambda X, weight: (F.one_hot(X, len(weight)).float() @ weight).permute(1, 0, 2),
    ],
)
def test_embed_and_permute_right(said, answer):
    assert said("3.1", answer).startswith("Exercise 3.1: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda X, weight: weight[X], "batch stands first"),
        (lambda X, weight: weight[X].reshape(X.shape[1], X.shape[0], -1), "the owner is wrong"),
    ],
)
def test_embed_and_permute_wrong(said, answer, piece):
    assert piece in said("3.1", answer)


def editing_each_row(encoder, X):
    before = encoder(X)
    for row in range(len(X)):
        edited = X.clone()
        edited[row] = edited[row].flip(0)
        others = [i for i in range(len(X)) if i != row]
        if not torch.equal(before[others], encoder(edited)[others]):
            return True
    return False


def reading_alone(encoder, X):
    alone = torch.cat([encoder(X[i : i + 1]) for i in range(len(X))])
    return not torch.allclose(encoder(X), alone, rtol=1e-4)


def another_order(encoder, X):
    return bool((encoder(X.flip(0)).flip(0) - encoder(X)).abs().max() > 1e-4)


@pytest.mark.parametrize("answer", [editing_each_row, reading_alone, another_order])
def test_leaks_right(said, answer):
    assert said("3.2", answer).startswith("Exercise 3.2: right. ")


def compares_shapes(encoder, X):
    return encoder(X).shape != (5, 16) and encoder(X).shape[0] != len(X)


def edits_the_last(encoder, X):
    edited = X.clone()
    edited[-1] = 0
    return bool((encoder(X)[:-1] != encoder(edited)[:-1]).any())


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (compares_shapes, "their shapes all agree"),
        (edits_the_last, "whom can the last row influence"),
        (lambda encoder, X: "right" in repr(encoder), "called with (the encoder that is right, "),
    ],
)
def test_leaks_wrong(said, answer, piece):
    assert piece in said("3.2", answer)


def test_one_encoder_rounds_on_every_machine():
    """So that an exact comparison is told from the right answer where the processor itself does not round."""
    rounding = {str(reader): reader for reader in lesson_03._READERS}["the encoder that is right but for rounding"]
    batch, alone = lesson_03._X, lesson_03._X[:1]
    assert (rounding(batch)[0] - rounding(alone)[0]).abs().max() > 2e-7
    assert torch.allclose(rounding(batch)[0], rounding(alone)[0])


@pytest.mark.parametrize(
    "answer",
    [
        lambda output, valid_len: output[valid_len - 1, torch.arange(len(valid_len))],
        lambda output, valid_len: torch.stack([output[n - 1, i] for i, n in enumerate(valid_len.tolist())]),
        lambda output, valid_len: output.gather(
            0, (valid_len - 1)[None, :, None].expand(1, -1, output.shape[2])
        ).squeeze(0),
    ],
)
def test_last_real_right(said, answer):
    assert said("3.3", answer).startswith("Exercise 3.3: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda output, valid_len: output[-1], "after the pads"),
        (lambda output, valid_len: output[valid_len, torch.arange(len(valid_len))], "one step late"),
    ],
)
def test_last_real_wrong(said, answer, piece):
    assert piece in said("3.3", answer)
