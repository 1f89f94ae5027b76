"""Lesson 12's exercises: typical answers, right and wrong, and the line that each gets."""

import pytest
import torch

from seq2seq_lessons.inspection import best_unit, nearest


def test_the_coins_are_as_the_hints_say():
    from math import comb

    at_least = {n: sum(comb(40, k) for k in range(n, 41)) / 2**40 for n in (23, 28, 38)}
    assert 0.2 < at_least[23] < 0.25 and at_least[38] < 1e-9
    assert 0.5 < at_least[28] * 256 < 4  # the best of 256 is expected about here


# --- 12.1


def ledger(z):
    shares, kept = [], torch.ones_like(z[0])
    for z_t in z.flip(0):
        shares.append((1 - z_t) * kept)
        kept = kept * z_t
    return torch.stack(shares[::-1]), kept


def changed(change):
    def answer(z):
        return change(z, *ledger(z))

    return answer


def filled_in(z):
    shares, kept = torch.zeros(z.shape), torch.ones(z.shape[1])
    for t in range(len(z) - 1, -1, -1):
        shares[t] = (1 - z[t]) * kept
        kept = kept * z[t]
    return shares, kept


def test_ledger_right(said):
    assert said("12.1", ledger).startswith("Exercise 12.1: right. ")
    assert said("12.1", filled_in).startswith("Exercise 12.1: right. ")
    by_rest = changed(lambda z, shares, start: (shares, 1 - shares.sum(dim=0)))
    assert said("12.1", by_rest).startswith("Exercise 12.1: right. ")
    assert said("12.1", lambda z: None) == "Exercise 12.1: your turn"


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda z: ledger(1 - z), "which of the two holds in PyTorch"),
        (changed(lambda z, shares, start: (1 - z, start)), "at the moment of writing"),
    ],
)
def test_ledger_wrong(said, answer, piece):
    assert piece in said("12.1", answer)


# --- 12.2


def halves(states, feature):
    half = len(states) // 2
    return states[:half], feature[:half], states[half:], feature[half:]


def honest(states, feature):
    a, has_a, b, has_b = halves(states, feature)
    return (best_unit(a, has_a).predict(b) == has_b).float().mean()


def test_honest_accuracy_right(said):
    assert said("12.2", honest).startswith("Exercise 12.2: right. ")
    assert said("12.2", lambda s, f: honest(s, f).item()).startswith("Exercise 12.2: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda s, f: best_unit(*halves(s, f)[:2]).accuracy, "what would shuffled labels"),
        (lambda s, f: (best_unit(s, f).predict(halves(s, f)[2]) == halves(s, f)[3]).float().mean(), "had a say"),
    ],
)
def test_honest_accuracy_wrong(said, answer, piece):
    assert piece in said("12.2", answer)


# --- 12.3


def kept(states, points):
    return (nearest(states)[:, 0] == nearest(points)[:, 0]).float().mean()


def test_kept_neighbours_right(said):
    assert said("12.3", kept).startswith("Exercise 12.3: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda S, P: (torch.cdist(S, S).argmin(1) == torch.cdist(P, P).argmin(1)).float().mean(), "the diagonal"),
        (lambda S, P: (torch.cdist(S, S).argmax(1) == torch.cdist(P, P).argmax(1)).float().mean(), "the farthest"),
    ],
)
def test_kept_neighbours_wrong(said, answer, piece):
    assert piece in said("12.3", answer)
