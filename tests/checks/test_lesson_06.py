"""Lesson 06's exercises: typical answers, right and wrong, and the line that each gets."""

import pytest
import torch

from seq2seq_lessons.checks import lesson_06


def bos(labels, bos_id):
    return torch.full((len(labels), 1), bos_id)


def joined(labels, bos_id):
    return torch.cat((bos(labels, bos_id), labels[:, :-1]), dim=1)


def rolled(labels, bos_id):
    fed = torch.roll(labels, 1, dims=1)
    fed[:, 0] = bos_id
    return fed


def by_loop(labels, bos_id):
    return torch.tensor([[bos_id, *row[:-1]] for row in labels.tolist()])


@pytest.mark.parametrize("answer", [joined, rolled, by_loop])
def test_decoder_input_right(said, answer):
    assert said("6.1", answer).startswith("Exercise 6.1: right. ")


def row_0(labels, bos_id):
    fed = labels.clone()
    fed[0, 1:] = labels[0, :-1]
    fed[0, 0] = bos_id
    return fed


def writes_into_labels(labels, bos_id):
    labels[:, 1:] = labels[:, :-1].clone()
    labels[:, 0] = bos_id
    return labels


@pytest.mark.parametrize(
    ("answer", "piece"), [(row_0, "row 0 is right"), (writes_into_labels, "the labels themselves have changed")]
)
def test_decoder_input_wrong(said, answer, piece):
    assert piece in said("6.1", answer)


def changed(score, labels, row, step):
    """(batch, steps): which logits change with another word at (row, step)."""
    edited = labels.clone()
    edited[row, step] = 4 if labels[0, step] != 4 else 5
    return (score(edited) - score(labels)).abs().amax(dim=2) > 1e-9


def peeks(score, labels, rows=None, steps=None, until=1):
    return any(
        changed(score, labels, row, step)[:, : step + until].any().item()
        for row in rows or range(len(labels))
        for step in steps or range(labels.shape[1])
    )


def all_rows_at_once(score, labels):
    return peeks(score, labels, rows=[slice(None)])


def all_that_follows(score, labels):
    """Every word from a step on is another."""
    for step in range(labels.shape[1]):
        edited = labels.clone()
        edited[:, step:] = (edited[:, step:] + 3) % 9
        if not torch.equal(score(edited)[:, : step + 1], score(labels)[:, : step + 1]):
            return True
    return False


@pytest.mark.parametrize("answer", [peeks, all_rows_at_once, all_that_follows])
def test_peeks_right(said, answer):
    assert said("6.2", answer).startswith("Exercise 6.2: right. ")


def edits_pile_up(score, labels):
    before = score(labels)
    for step in range(labels.shape[1]):
        labels[:, step] = (labels[:, step] + 1) % 9
        if (score(labels) != before)[:, : step + 1].any():
            return True
    return False


def first_step_only(score, labels):
    return bool((score((labels + 1) % 9) != score(labels))[:, 0].any())


@pytest.mark.parametrize(
    ("answer", "piece"),
    [(edits_pile_up, "is only one word changed at a time"), (first_step_only, "you look at the first step only")],
)
def test_peeks_wrong(said, answer, piece):
    assert piece in said("6.2", answer)


def test_a_right_path_is_fed_a_word_when_it_is_due():
    """A repeated word: whoever compares what is fed with what is due accuses the right path."""
    score, labels = lesson_06._CASES[0]
    assert repr(score) == "the path that is right"
    assert (score.make_input(labels) == labels).any()
