"""Lesson 06's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import numpy as np
import torch

from seq2seq_lessons.checks import lesson_06
from tests.checks.answers import Answers


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


def filled_in(labels, bos_id):
    fed = torch.empty_like(labels)
    fed[:, 0], fed[:, 1:] = bos_id, labels[:, :-1]
    return fed


def row_0(labels, bos_id):
    fed = labels.clone()
    fed[0, 1:] = labels[0, :-1]
    fed[0, 0] = bos_id
    return fed


def writes_into_labels(labels, bos_id):
    labels[:, 1:] = labels[:, :-1].clone()
    labels[:, 0] = bos_id
    return labels


def changed(score, labels, row, step):
    """(batch, steps): which logits change with another word at (row, step)."""
    edited = labels.clone()
    edited[row, step] = (edited[row, step] + 2) % 9
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


def edits_pile_up(score, labels):
    before = score(labels)
    for step in range(labels.shape[1]):
        labels[:, step] = (labels[:, step] + 1) % 9
        if (score(labels) != before)[:, : step + 1].any():
            return True
    return False


def first_step_only(score, labels):
    return bool((score((labels + 1) % 9) != score(labels))[:, 0].any())


def own_step_only(score, labels):
    return any(
        changed(score, labels, row, step)[:, step].any().item()
        for row in range(len(labels))
        for step in range(labels.shape[1])
    )


def a_word_too_large(score, labels):
    return bool((score(labels + 9) != score(labels))[:, 0].any())


def compares_all_as_one(score, labels):
    return bool(score(labels) == score(labels.flip(0)))


def numpy_bool(score, labels):
    return np.bool_(peeks(score, labels))


ANSWERS = {
    "6.1": Answers(
        right={"cat": joined, "roll": rolled, "a loop": by_loop, "filled in": filled_in},
        wrong={
            "row 0 only": (row_0, "row 0 is right"),
            "into the labels": (writes_into_labels, "the labels themselves have changed"),
            "without bos": (lambda labels, bos_id: labels[:, :-1], "a step is missing"),
            "floats": (lambda labels, bos_id: joined(labels, bos_id).float(), "right but for the dtype"),
            "a ring": (lambda labels, bos_id: labels.roll(1, 1), "a row is not a ring"),
            "a list": (
                lambda labels, bos_id: joined(labels, bos_id).tolist(),
                "expected a tensor, not a list or tuple",
            ),
            "one bos for all": (
                lambda labels, bos_id: torch.cat((torch.tensor([[bos_id]]), labels[:, :-1]), dim=1),
                "how many has your column of <bos>? (your code stopped with RuntimeError",
            ),
            "bos as a number": (
                lambda labels, bos_id: torch.cat((bos_id, labels[:, :-1]), dim=1),
                "how is a column of bos_id made? (your code stopped with TypeError",
            ),
            "labels moved along themselves": (
                lambda labels, bos_id: labels[:, 1:].copy_(labels[:, :-1]),
                "into which tensor do you write? (your code stopped with RuntimeError",
            ),
            "bos without a column": (
                lambda labels, bos_id: torch.cat((torch.tensor([bos_id] * len(labels)), labels[:, :-1]), dim=1),
                "a column of a batch has two axes: how many has yours? (your code stopped",
            ),
        },
    ),
    "6.2": Answers(
        right={
            "each word in turn": peeks,
            "all rows at once": all_rows_at_once,
            "all that follows": all_that_follows,
            "a numpy boolean": numpy_bool,
        },
        wrong={
            "the word's own step and the one before": (
                lambda score, labels: any(
                    changed(score, labels, row, step)[:, max(step - 1, 0) : step + 1].any().item()
                    for row in range(len(labels))
                    for step in range(labels.shape[1])
                ),
                "you look at its own step, or near it",
            ),
            "edits pile up": (edits_pile_up, "is only one word changed at a time"),
            "the first step": (first_step_only, "you look at the first step only"),
            "the word's own step": (own_step_only, "Which steps come before it"),
            "the step after, too": (lambda score, labels: peeks(score, labels, until=2), "the step after a word"),
            "the last row": (lambda score, labels: peeks(score, labels, rows=[2]), "you edit the last row only"),
            "the first row": (lambda score, labels: peeks(score, labels, rows=[0]), "you edit row 0 only"),
            "every row but the middle one": (
                lambda score, labels: peeks(score, labels, rows=[0, 2]),
                "you edit every other row",
            ),
            "every word but the fourth": (
                lambda score, labels: peeks(score, labels, steps=[0, 1, 2, 4, 5]),
                "called with (the path that tells word 4 only",
            ),
            "an id too large": (a_word_too_large, "all ids are below 9: what does your edit make of the largest?"),
            "a comparison as a truth value": (compares_all_as_one, "which call makes one of them? (your code"),
        },
    ),
    "6.3": Answers(
        right={"the letter": "B", "a small one": "b", "in a list": ["B"]},
        wrong={
            "the word of its own step": ("A", "the path without the shift of part 4"),
            "no labels": ("C", "what do they say, what is fed, or what is due?"),
            "no states": ("D", "Count the updates of part 6"),
            "another letter": ("E", "'E' is not it"),
        },
    ),
}


def test_a_right_path_is_fed_a_word_when_it_is_due():
    """A repeated word: whoever compares what is fed with what is due accuses the right path."""
    score, labels = lesson_06._CASES[0]
    assert repr(score) == "the path that is right"
    assert (score.make_input(labels) == labels).any()
