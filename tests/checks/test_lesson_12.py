"""Lesson 12's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import numpy as np
import torch

from seq2seq_lessons.inspection import best_unit, nearest
from tests.checks.answers import Answers


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


def forwards(z):
    shares, start = torch.zeros(0, z.shape[1]), torch.ones(z.shape[1])
    for z_t in z:
        shares, start = torch.cat((shares * z_t, (1 - z_t)[None])), start * z_t
    return shares, start


# --- 12.2


def halves(states, feature):
    half = len(states) // 2
    return states[:half], feature[:half], states[half:], feature[half:]


def honest(states, feature):
    a, has_a, b, has_b = halves(states, feature)
    return (best_unit(a, has_a).predict(b) == has_b).float().mean()


def by_threshold(states, feature):
    a, has_a, b, has_b = halves(states, feature)
    probe = best_unit(a, has_a)
    above = b[:, probe.unit].double() > probe.threshold
    return sum(said == has for said, has in zip((above == probe.above).tolist(), has_b.tolist(), strict=True)) / len(b)


# --- 12.3


def kept(states, points):
    return (nearest(states)[:, 0] == nearest(points)[:, 0]).float().mean()


def kept_by_loop(states, points):
    same = 0
    for i in range(len(states)):
        near = [
            min((j for j in range(len(A)) if j != i), key=lambda j, A=A: float((A[j] - A[i]).norm()))
            for A in (states, points)
        ]
        same += near[0] == near[1]
    return same / len(states)


def kept_by_second_best(states, points):
    second = [torch.cdist(A, A).topk(2, largest=False).indices[:, 1] for A in (states, points)]
    return torch.eq(*second).double().mean()


def kept_without_floats(states, points):
    return (nearest(states)[:, 0] == nearest(points)[:, 0]).mean()


ANSWERS = {
    "12.1": Answers(
        right={
            "a loop from the end": ledger,
            "filled in": filled_in,
            "the rest is the start's": changed(lambda z, shares, start: (shares, 1 - shares.sum(dim=0))),
            "a product for each step": lambda z: [
                torch.stack([(1 - z[t]) * z[t + 1 :].prod(dim=0) for t in range(len(z))]),
                z.prod(dim=0),
            ],
            "each step shrinks those before it": forwards,
        },
        wrong={
            "one product too few": (
                lambda z: ((1 - z) * z.flip(0).cumprod(dim=0).flip(0)[1:], z.prod(dim=0)),
                "which of your factors has another shape? (your code stopped",
            ),
            "writes with z": (lambda z: ledger(1 - z), "which of the two holds in PyTorch"),
            "when written": (changed(lambda z, shares, start: (1 - z, start)), "at the moment of writing"),
            "divided by a running product": (
                lambda z: ((1 - z) * z.prod(0) / z.cumprod(0), z.prod(0)),
                "a gate may be 0: what do you divide by?",
            ),
            "its own z, too": (changed(lambda z, shares, start: (shares * z, start)), "a step's own z is among"),
            "shares alone": (changed(lambda z, shares, start: shares), "the start's share is missing"),
            "a product over everything": (
                changed(lambda z, shares, start: (shares, z.prod())),
                "one number for all units",
            ),
        },
    ),
    "12.2": Answers(
        right={
            "a tensor": honest,
            "a float": lambda s, f: honest(s, f).item(),
            "by the threshold": by_threshold,
            "numpy": lambda s, f: np.mean(
                best_unit(*halves(s, f)[:2]).predict(halves(s, f)[2]).numpy() == halves(s, f)[3].numpy()
            ),
        },
        wrong={
            "all rows predicted": (
                lambda s, f: (best_unit(*halves(s, f)[:2]).predict(s) == halves(s, f)[3]).float().mean(),
                "which rows were predicted? (your code stopped with RuntimeError",
            ),
            "where chosen": (lambda s, f: best_unit(*halves(s, f)[:2]).accuracy, "what would shuffled labels"),
            "chosen on all": (
                lambda s, f: (best_unit(s, f).predict(halves(s, f)[2]) == halves(s, f)[3]).float().mean(),
                "had a say",
            ),
            "chosen again": (lambda s, f: best_unit(*halves(s, f)[2:]).accuracy, "you choose another unit"),
            "halves swapped": (
                lambda s, f: (best_unit(*halves(s, f)[2:]).predict(halves(s, f)[0]) == halves(s, f)[1]).float().mean(),
                "the halves are swapped",
            ),
            "half a row": (
                lambda s, f: best_unit(s[: len(s) / 2], f[: len(f) / 2]).accuracy,
                "which division makes one? (your code stopped with TypeError",
            ),
            "a mean of truth values": (
                lambda s, f: (best_unit(*halves(s, f)[:2]).predict(halves(s, f)[2]) == halves(s, f)[3]).mean(),
                "what makes numbers of them? (your code stopped with RuntimeError",
            ),
        },
    ),
    "12.3": Answers(
        right={"neighbours in order": kept, "a loop": kept_by_loop, "the second nearest of all": kept_by_second_best},
        wrong={
            "from states to points": (
                lambda S, P: (torch.cdist(S, P).argmin(1) == torch.arange(len(S))).float().mean(),
                "between whom are distances taken? (your code stopped with RuntimeError",
            ),
            "oneself": (
                lambda S, P: (torch.cdist(S, S).argmin(1) == torch.cdist(P, P).argmin(1)).float().mean(),
                "the diagonal",
            ),
            "oneself on the map only": (
                lambda S, P: (nearest(S)[:, 0] == torch.cdist(P, P).argmin(1)).float().mean(),
                "is oneself left out in both?",
            ),
            "the farthest": (
                lambda S, P: (torch.cdist(S, S).argmax(1) == torch.cdist(P, P).argmax(1)).float().mean(),
                "the farthest",
            ),
            "how many": (lambda S, P: (kept(S, P) * len(S)).round(), "how many are kept"),
            "lost": (lambda S, P: 1 - kept(S, P), "the share that is lost"),
            "a mean of truth values": (kept_without_floats, "what makes numbers of them? (your code stopped"),
        },
    ),
}
