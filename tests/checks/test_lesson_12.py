"""Lesson 12's predictions and exercises: right answers, and wrong ones with the hint that each must get."""

import pytest
import torch

from seq2seq_lessons.checks import check, predict
from seq2seq_lessons.inspection import best_unit, memory_ledger, nearest


def said(capsys, ask, *args, **named):
    ask(*args, **named)
    return capsys.readouterr().out


RIGHT = {
    "12.1": {"free": True, "z1": False, "z0": True, "z0_r0": False},
    "12.2": {"start": 0.3, "step1": 0.1, "step2": 0.4, "step3": 0.2},
    "12.3": {"share": 0, "changes": True},
    "12.5": {"near": False, "far": True},
}


@pytest.mark.parametrize("number", RIGHT)
def test_predictions_right(capsys, number):
    assert said(capsys, predict, number, **RIGHT[number]).startswith(f"Prediction {number}: right. ")
    none = dict.fromkeys(RIGHT[number])
    assert said(capsys, predict, number, **none) == f"Prediction {number}: your turn\n"


def test_the_luckiest_right(capsys):
    assert said(capsys, predict, "12.4", 28).startswith("Prediction 12.4: right. ")
    assert said(capsys, predict, "12.4", None) == "Prediction 12.4: your turn\n"


@pytest.mark.parametrize(
    ("number", "answer", "piece"),
    [
        ("12.1", {"z1": True}, "Which of the two terms is left"),
        ("12.1", {"z0": False}, "What does the candidate look at"),
        ("12.1", {"z0_r0": True}, "put r = 0 into"),
        ("12.1", {"free": False}, "leave at the last column"),
        ("12.2", {"start": 0.025, "step1": 0.075, "step2": 0.1, "step3": 0.8}, "z write and 1 - z hold"),
        ("12.2", {"start": 0.1, "step1": 0.3}, "step1: which of the two writes there"),
        ("12.2", {"step1": 0.3}, "step1: which of the two writes there"),
        ("12.2", {"step3": 0.8}, "step3: which of the two writes there"),
        ("12.2", {"start": 0.075, "step1": 0.025, "step2": 0.1, "step3": 0.8}, "step3 has z write"),
        ("12.2", {"start": 0.3, "step1": 0.25, "step2": 0.5, "step3": 0.2}, "shares when written"),
        ("12.2", {"start": 0.3, "step1": 0.25, "step2": 0.375, "step3": 0.075}, "what the *earlier* steps kept"),
        ("12.2", {"start": 0.3, "step1": 0.075, "step2": 0.2, "step3": 0.16}, "a step's own z"),
        ("12.2", {"start": 0.0}, "how much of it is left after step 1"),
        ("12.2", {"step3": 0.3}, "look again at step3"),
        ("12.3", {"share": 1 / 9}, "nine equal shares"),
        ("12.3", {"share": 0.11}, "nine equal shares"),
        ("12.3", {"share": 1.0}, "How much of what it finds"),
        ("12.3", {"changes": False}, "What does r let through"),
        ("12.5", {"near": True}, "may the two differ there"),
        ("12.5", {"far": False}, "Pythagoras"),
    ],
)
def test_predictions_wrong(capsys, number, answer, piece):
    assert piece in said(capsys, predict, number, **{**RIGHT[number], **answer})


@pytest.mark.parametrize(("answer", "piece"), [(20, "on average"), (23, "every fifth time"), (38, "in a billion")])
def test_the_luckiest_wrong(capsys, answer, piece):
    assert piece in said(capsys, predict, "12.4", answer)


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


def test_ledger_right(capsys):
    assert said(capsys, check, "12.1", ledger).startswith("Exercise 12.1: right. ")
    assert said(capsys, check, "12.1", filled_in).startswith("Exercise 12.1: right. ")
    by_rest = changed(lambda z, shares, start: (shares, 1 - shares.sum(dim=0)))
    assert said(capsys, check, "12.1", by_rest).startswith("Exercise 12.1: right. ")
    assert said(capsys, check, "12.1", lambda z: None) == "Exercise 12.1: your turn\n"


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda z: ledger(1 - z), "which of the two holds in PyTorch"),
        (changed(lambda z, shares, start: (1 - z, start)), "at the moment of writing"),
        (
            lambda z: ((1 - z) * torch.stack([z[:t].prod(0) for t in range(len(z))]), z.prod(0)),
            "over the earlier steps",
        ),
        (lambda z: ((1 - z) * torch.stack([z[t:].prod(0) for t in range(len(z))]), z.prod(0)), "a step's own z"),
        (
            lambda z: ((1 - z) * torch.stack([z[t + 1 : t + 2].prod(0) for t in range(len(z))]), z.prod(0)),
            "only the next step",
        ),
        (changed(lambda z, shares, start: (start, shares)), "swapped"),
        (changed(lambda z, shares, start: shares), "the start's share is missing"),
        (changed(lambda z, shares, start: (shares, shares.sum(0))), "what do they leave"),
        (changed(lambda z, shares, start: (shares, z[0])), "what step 1 leaves of it"),
        (changed(lambda z, shares, start: (shares, 1 - z[0])), "what step 1 writes"),
        (changed(lambda z, shares, start: (shares, torch.zeros_like(start))), "its share is not"),
        (changed(lambda z, shares, start: (shares, z.prod())), "along which axis does the product run"),
        (changed(lambda z, shares, start: torch.cat((start[None], shares))), "return two"),
        (changed(lambda z, shares, start: torch.cat((shares, start[None]))), "return two"),
        (changed(lambda z, shares, start: (shares.flip(0), start)), "reverse order"),
        (
            changed(
                lambda z, shares, start: (torch.ones_like(z) / (len(z) + 1), torch.ones_like(start) / (len(z) + 1))
            ),
            "equal shares",
        ),
        (changed(lambda z, shares, start: (shares, start / 2)), "called with"),
        (lambda z: memory_ledger(z), "your code stopped with AttributeError"),
    ],
)
def test_ledger_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "12.1", answer)


# --- 12.2


def halves(states, feature):
    half = len(states) // 2
    return states[:half], feature[:half], states[half:], feature[half:]


def first_probe(states, feature):
    return best_unit(*halves(states, feature)[:2])


def honest(states, feature):
    a, has_a, b, has_b = halves(states, feature)
    return (best_unit(a, has_a).predict(b) == has_b).float().mean()


def test_honest_accuracy_right(capsys):
    assert said(capsys, check, "12.2", honest).startswith("Exercise 12.2: right. ")
    assert said(capsys, check, "12.2", lambda s, f: honest(s, f).item()).startswith("Exercise 12.2: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda s, f: best_unit(*halves(s, f)[:2]).accuracy, "what would shuffled labels"),
        (lambda s, f: (best_unit(s, f).predict(halves(s, f)[2]) == halves(s, f)[3]).float().mean(), "had a say"),
        (lambda s, f: best_unit(s, f).accuracy, "chosen on all rows"),
        (lambda s, f: best_unit(*halves(s, f)[2:]).accuracy, "you choose another unit"),
        (
            lambda s, f: (best_unit(*halves(s, f)[2:]).predict(halves(s, f)[0]) == halves(s, f)[1]).float().mean(),
            "halves are swapped",
        ),
        (lambda s, f: (best_unit(*halves(s, f)[:2]).predict(s) == f).float().mean(), "half of the rows"),
        (lambda s, f: best_unit(*halves(s, f)[:2]).predict(halves(s, f)[2]).float().mean(), "how often it says True"),
        (
            lambda s, f: (
                ((halves(s, f)[2][:, first_probe(s, f).unit] > first_probe(s, f).threshold) == halves(s, f)[3])
                .float()
                .mean()
            ),
            "on which side of it",
        ),
        (lambda s, f: (best_unit(s[::2], f[::2]).predict(s[1::2]) == f[1::2]).float().mean(), "every second row"),
        (lambda s, f: 100 * honest(s, f), "per cent"),
        (lambda s, f: 1 - honest(s, f), "it gets wrong"),
        (lambda s, f: int(honest(s, f) * (len(s) // 2) + 0.5), "not which share"),
        (lambda s, f: 0.5, "called with"),
    ],
)
def test_honest_accuracy_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "12.2", answer)


# --- 12.3


def away(A):
    return torch.cdist(A, A).fill_diagonal_(torch.inf)


def kept(states, points):
    return (nearest(states)[:, 0] == nearest(points)[:, 0]).float().mean()


def test_kept_neighbours_right(capsys):
    assert said(capsys, check, "12.3", kept).startswith("Exercise 12.3: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda S, P: (torch.cdist(S, S).argmin(1) == torch.cdist(P, P).argmin(1)).float().mean(), "the diagonal"),
        (lambda S, P: (torch.cdist(S, S).argmax(1) == torch.cdist(P, P).argmax(1)).float().mean(), "the farthest"),
        (
            lambda S, P: (
                ((S @ S.T).fill_diagonal_(-9e9).argmax(1) == (P @ P.T).fill_diagonal_(-9e9).argmax(1)).float().mean()
            ),
            "a large product",
        ),
        (lambda S, P: int((nearest(S) == nearest(P)).sum()), "how many are kept"),
        (lambda S, P: 1 - kept(S, P), "that is lost"),
        (lambda S, P: (away(S).min(1).values == away(P).min(1).values).float().mean(), "compare who it is"),
        (lambda S, P: (away(S).argmin() == away(P).argmin()).float().mean(), "argmin without dim"),
        (lambda S, P: 0.5, "called with"),
    ],
)
def test_kept_neighbours_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "12.3", answer)
