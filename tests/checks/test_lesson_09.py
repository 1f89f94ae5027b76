"""Lesson 09's exercises: typical answers, right and wrong, and the line that each gets."""

import pytest
import torch


def first_error(said, labels, valid_len):
    for t in range(valid_len):
        if said[t] != labels[t]:
            return t + 1
    return 0


def by_tensors(said, labels, valid_len):
    differs = torch.tensor(said[:valid_len]) != torch.tensor(labels[:valid_len])
    return differs.int().argmax() + 1 if differs.any() else 0


def last_error(said, labels, valid_len):
    last = 0
    for t in range(valid_len):
        if said[t] != labels[t]:
            last = t + 1
    return last


@pytest.mark.parametrize("answer", [first_error, by_tensors])
def test_first_error_right(said, answer):
    assert said("9.1", answer).startswith("Exercise 9.1: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [(lambda s, y, n: first_error(s, y, len(y)), "it looks at the pads"), (last_error, "that is the last error")],
)
def test_first_error_wrong(said, answer, piece):
    assert piece in said("9.1", answer)


def shifted(ids, bos_id):
    return torch.cat((torch.full((len(ids), 1), bos_id), ids[:, :-1]), dim=1)


def mix(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, shifted(labels, bos_id), shifted(said, bos_id))


def by_loop(labels, said, coins, ratio, bos_id):
    fed = torch.full_like(labels, bos_id)
    for i in range(len(labels)):
        for t in range(1, labels.shape[1]):
            fed[i, t] = labels[i, t - 1] if coins[i, t] < ratio else said[i, t - 1]
    return fed


@pytest.mark.parametrize("answer", [mix, by_loop])
def test_mix_right(said, answer):
    assert said("9.2", answer).startswith("Exercise 9.2: right. ")


def unshifted(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, labels, said)


def own_unshifted(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, shifted(labels, bos_id), said)


@pytest.mark.parametrize(
    ("answer", "piece"), [(own_unshifted, "was said one step before it"), (unshifted, "what must be said there")]
)
def test_mix_wrong(said, answer, piece):
    assert piece in said("9.2", answer)


def schedule(epoch, epochs, first, last):
    return first if epochs == 1 else first - epoch * (first - last) / (epochs - 1)


def test_schedule_right(said):
    assert said("9.3", schedule).startswith("Exercise 9.3: right. ")
    by_linspace = said("9.3", lambda e, n, a, b: torch.linspace(a, b, n, dtype=torch.float64)[e])
    assert by_linspace.startswith("Exercise 9.3: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda e, n, a, b: a + (b - a) * e / n, "the last epoch does not get `last`"),
        (lambda e, n, a, b: a + (b - a) * (e + 1) / n, "the first epoch does not get `first`"),
    ],
)
def test_schedule_wrong(said, answer, piece):
    assert piece in said("9.3", answer)
