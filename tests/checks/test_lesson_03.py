"""Lesson 03's predictions and exercises: typical answers, and the line that each gets."""

import pytest
import torch
from torch.nn import functional as F

from seq2seq_lessons.checks import check, lesson_03, predict


def said(capsys, call, *args, **named):
    call(*args, **named)
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("number", "right", "wrong", "piece"),
    [
        ("3.1", {"one_hot": (3, 4, 15), "embedded": (3, 4, 8)}, {"embedded": (3, 4, 15)}, "how wide is the table"),
        ("3.1", {"one_hot": (3, 4, 15), "embedded": (3, 4, 8)}, {"embedded": (3, 8)}, "no word has been read yet"),
        ("3.1", {"one_hot": (3, 4, 15), "embedded": (3, 4, 8)}, {"one_hot": (12, 15)}, "has lost the sentences"),
        (
            "3.2",
            {"permuted": (4, 3, 8), "output": (4, 3, 16), "state": (2, 3, 16)},
            {"permuted": (3, 4, 8)},
            "permuted has batch first still",
        ),
        (
            "3.2",
            {"permuted": (4, 3, 8), "output": (4, 3, 16), "state": (2, 3, 16)},
            {"output": (4, 3, 8)},
            "still has the width of the embedding",
        ),
        (
            "3.2",
            {"permuted": (4, 3, 8), "output": (4, 3, 16), "state": (2, 3, 16)},
            {"state": (3, 2, 16)},
            "layers come before it",
        ),
        (
            "3.3",
            {"permute": ("i'm", "we're", "she"), "reshape": ("i'm", "home", ".")},
            {"reshape": ("i'm", "we're", "she")},
            "it moves no token",
        ),
        (
            "3.3",
            {"permute": ("i'm", "we're", "she"), "reshape": ("i'm", "home", ".")},
            {"permute": ("i'm", "home", ".")},
            "row 0 is step 0",
        ),
        ("3.5", {"plain": True, "padding_idx": True, "packed": False}, {"plain": False}, "at every step"),
        ("3.5", {"plain": True, "padding_idx": True, "packed": False}, {"padding_idx": False}, "Is nothing left"),
        ("3.5", {"plain": True, "padding_idx": True, "packed": False}, {"packed": True}, "What could differ"),
    ],
)
def test_predictions_in_parts(capsys, number, right, wrong, piece):
    assert said(capsys, predict, number, **dict.fromkeys(right)) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, **right).startswith(f"Prediction {number}: right. ")
    assert piece in said(capsys, predict, number, **right | wrong)


def test_prediction_of_the_forgotten_permute(capsys):
    assert said(capsys, predict, "3.4", (None, None, None)) == "Prediction 3.4: your turn"
    assert said(capsys, predict, "3.4", (2, 4, 16)).startswith("Prediction 3.4: right. ")
    assert "which axis stands where" in said(capsys, predict, "3.4", (2, 3, 16))
    assert "shape of output" in said(capsys, predict, "3.4", (3, 4, 16))


@pytest.mark.parametrize("number", ["3.1", "3.2", "3.3"])
def test_unanswered(capsys, number):
    assert said(capsys, check, number, lambda a, b: None) == f"Exercise {number}: your turn"


@pytest.mark.parametrize(
    "answer",
    [
        lambda X, weight: weight[X].permute(1, 0, 2),
        lambda X, weight: weight[X.T],
        lambda X, weight: F.embedding(X, weight).transpose(0, 1),
        lambda X, weight: (F.one_hot(X, len(weight)).float() @ weight).permute(1, 0, 2),
    ],
)
def test_embed_and_permute_right(capsys, answer):
    assert said(capsys, check, "3.1", answer).startswith("Exercise 3.1: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda X, weight: weight[X], "batch stands first"),
        (lambda X, weight: weight[X].reshape(X.shape[1], X.shape[0], -1), "the owner is wrong"),
        (lambda X, weight: weight[X.reshape(X.shape[1], X.shape[0])], "the owner is wrong"),
        (lambda X, weight: weight[X].permute(2, 1, 0), "Which axis has to stay"),
        (lambda X, weight: weight[X].permute(2, 0, 1), "only the first two change places"),
        (lambda X, weight: F.one_hot(X, len(weight)).float().permute(1, 0, 2), "product with weight is missing"),
        (lambda X, weight: F.one_hot(X, len(weight)) @ weight, "your code stopped with RuntimeError"),
        (lambda X, weight: 2 * weight[X].permute(1, 0, 2), "numbers differ"),
    ],
)
def test_embed_and_permute_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "3.1", answer)


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
def test_leaks_right(capsys, answer):
    assert said(capsys, check, "3.2", answer).startswith("Exercise 3.2: right. ")


def compares_shapes(encoder, X):
    return encoder(X).shape != (5, 16) and encoder(X).shape[0] != len(X)


def edits_the_last(encoder, X):
    edited = X.clone()
    edited[-1] = 0
    return bool((encoder(X)[:-1] != encoder(edited)[:-1]).any())


def edits_the_first(encoder, X):
    edited = X.clone()
    edited[0] = 0
    return not torch.allclose(encoder(X)[1:], encoder(edited)[1:])


def edits_first_words(encoder, X):
    for row in range(len(X)):
        edited = X.clone()
        edited[row, 0] = 1
        others = torch.arange(len(X)) != row
        if not torch.equal(encoder(X)[others], encoder(edited)[others]):
            return True
    return False


def counts_the_edited(encoder, X):
    edited = X.clone()
    edited[0] = 0
    return not torch.equal(encoder(X), encoder(edited))


def edits_in_place(encoder, X):
    before = encoder(X)
    for row in range(len(X)):
        X[row] = 0
        others = torch.arange(len(X)) != row
        if not torch.allclose(before[others], encoder(X)[others]):
            return True
    return False


def compares_exactly(encoder, X):
    return any(not torch.equal(encoder(X[i : i + 1])[0], encoder(X)[i]) for i in range(len(X)))


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (compares_shapes, "their shapes all agree"),
        (lambda encoder, X: False, "their shapes all agree"),
        (edits_the_last, "whom can the last row influence"),
        (edits_the_first, "Whom can the first row influence there"),
        (edits_first_words, "it passes on last words only"),
        (counts_the_edited, "the row that you edit should change"),
        (edits_in_place, "the edits pile up"),
        (compares_exactly, "over a rounding in the last digit"),
        (lambda encoder, X: encoder(X), "expected True or False, not a tensor"),
        (lambda encoder, X: [False] * len(X), "expected True or False, not a list"),
        (lambda encoder, X: bool(encoder(X) == 1), "your code stopped with RuntimeError"),
        (lambda encoder, X: "right" in repr(encoder), "called with (the encoder that is right, "),
    ],
)
def test_leaks_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "3.2", answer)


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
def test_last_real_right(capsys, answer):
    assert said(capsys, check, "3.3", answer).startswith("Exercise 3.3: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda output, valid_len: output[-1], "after the pads"),
        (lambda output, valid_len: output[valid_len, torch.arange(len(valid_len))], "one step late"),
        (lambda output, valid_len: output[valid_len - 1], "every sentence at every length"),
        (lambda output, valid_len: output[valid_len.max() - 1], "at the longest one's end"),
        (lambda output, valid_len: output[valid_len.min() - 1], "at the shortest one's end"),
        (lambda output, valid_len: output[range(len(valid_len)), valid_len - 1], "batch and steps swapped"),
        (lambda output, valid_len: output[valid_len - 1, 0], "numbers differ"),
    ],
)
def test_last_real_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "3.3", answer)
