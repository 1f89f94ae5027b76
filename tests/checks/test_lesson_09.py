"""Lesson 09's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

from fractions import Fraction

import numpy as np
import torch

from tests.checks.answers import Answers


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


def by_product(labels, said, coins, ratio, bos_id):
    gold = (coins < ratio).long()
    fed = torch.full_like(labels, bos_id)
    fed[:, 1:] = gold[:, 1:] * labels[:, :-1] + (1 - gold[:, 1:]) * said[:, :-1]
    return fed


def unshifted(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, labels, said)


def own_unshifted(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, shifted(labels, bos_id), said)


def schedule(epoch, epochs, first, last):
    return first if epochs == 1 else first - epoch * (first - last) / (epochs - 1)


def looks_too_far(said, labels, valid_len):
    return next((t + 1 for t in range(valid_len + 2) if said[t] != labels[t]), 0)


ANSWERS = {
    "9.1": Answers(
        right={
            "a loop": first_error,
            "tensors": by_tensors,
            "next, with a default": lambda said, labels, n: next(
                (t for t, (a, b) in enumerate(zip(said[:n], labels, strict=False), 1) if a != b), 0
            ),
            "numpy": lambda said, labels, n: next(
                iter(np.flatnonzero(np.array(said[:n]) != np.array(labels[:n])) + 1), 0
            ),
        },
        wrong={
            "the place of what is not there": (
                lambda s, y, n: [a == b for a, b in zip(s[:n], y, strict=False)].index(False) + 1,
                "what is asked for then? (your code stopped with ValueError",
            ),
            "none, without a default": (
                lambda s, y, n: next(t for t in range(n) if s[t] != y[t]) + 1,
                "what is asked for then? (your code stopped with StopIteration",
            ),
            "argmax": (
                lambda s, y, n: (torch.tensor(s[:n]) != torch.tensor(y[:n])).int().argmax() + 1,
                "what does argmax say where there is nothing to find?",
            ),
            "pads, too": (lambda s, y, n: first_error(s, y, len(y)), "it looks at the pads"),
            "the last error": (last_error, "that is the last error"),
            "counts from 0": (lambda s, y, n: max(first_error(s, y, n) - 1, 0), "it counts from 0"),
            "whether, not where": (lambda s, y, n: s[:n] != y[:n], "not where"),
            "past the end": (looks_too_far, "which is the last index that you look at? (your code stopped"),
        },
    ),
    "9.2": Answers(
        right={
            "two shifted rows": mix,
            "a loop": by_loop,
            "a product with the mask": by_product,
            "numpy": lambda labels, said, coins, ratio, bos_id: np.where(
                coins.numpy() < ratio, shifted(labels, bos_id).numpy(), shifted(said, bos_id).numpy()
            ),
        },
        wrong={
            "a coin as large": (
                lambda labels, said, coins, ratio, bos_id: torch.where(
                    coins <= ratio, shifted(labels, bos_id), shifted(said, bos_id)
                ),
                "is it below it?",
            ),
            "bos along the batch": (
                lambda labels, said, coins, ratio, bos_id: torch.cat(
                    (torch.full((len(labels), 1), bos_id), torch.where(coins < ratio, labels, said)[:, :-1])
                ),
                "along which axis does <bos> come first? (your code stopped",
            ),
            "bos as a number": (
                lambda labels, said, coins, ratio, bos_id: torch.cat((bos_id, labels[:, :-1]), dim=1),
                "how is a column of bos_id made? (your code stopped with TypeError",
            ),
            "coins as a truth value": (
                lambda labels, said, coins, ratio, bos_id: shifted(labels if coins < ratio else said, bos_id),
                "which call takes from two rows by a condition? (your code stopped with RuntimeError",
            ),
            "bos is 2": (
                lambda labels, said, coins, ratio, bos_id: mix(labels, said, coins, ratio, 2),
                "where bos_id is 2",
            ),
            "own word of the same step": (own_unshifted, "was said one step before it"),
            "nothing shifted": (unshifted, "what must be said there"),
            "the other end of the coin": (
                lambda labels, said, coins, ratio, bos_id: mix(labels, said, 1 - coins, ratio, bos_id),
                "not those that the exercise names",
            ),
            "coins turned round": (
                lambda labels, said, coins, ratio, bos_id: mix(said, labels, coins, ratio, bos_id),
                "the coin is inverted",
            ),
            "a coin per sentence": (
                lambda labels, said, coins, ratio, bos_id: mix(labels, said, coins[:, :1], ratio, bos_id),
                "one coin decides for a whole sentence",
            ),
            "a row that is short": (
                lambda labels, said, coins, ratio, bos_id: torch.where(coins < ratio, labels[:, :-1], said[:, :-1]),
                "which of your rows is one short? (your code stopped with RuntimeError",
            ),
        },
    ),
    "9.3": Answers(
        right={
            "a difference for each epoch": schedule,
            "linspace": lambda e, n, a, b: torch.linspace(a, b, n, dtype=torch.float64)[e],
            "a weighted mean": lambda e, n, a, b: (a * (n - 1 - e) + b * e) / (n - 1) if n > 1 else a,
            "fractions": lambda e, n, a, b: Fraction(a) + Fraction(e, max(n - 1, 1)) * (Fraction(b) - Fraction(a)),
        },
        wrong={
            "never there": (lambda e, n, a, b: a + (b - a) * e / n, "the last epoch does not get `last`"),
            "too soon": (lambda e, n, a, b: a + (b - a) * (e + 1) / n, "the first epoch does not get `first`"),
            "backwards": (lambda e, n, a, b: b + (a - b) * e / max(n - 1, 1), "it runs from `last` to `first`"),
            "a single epoch forgotten": (
                lambda e, n, a, b: a + (b - a) * e / (n - 1),
                "what is asked for then? (your code stopped with ZeroDivisionError",
            ),
            "epochs from 1": (lambda e, n, a, b: a + (b - a) * (e - 1) / max(n - 1, 1), "epochs are counted from 0"),
        },
    ),
    "9.4": Answers(
        right={"the letter": "C", "a small one": "c", "in a list": ["C"]},
        wrong={
            "trained on": ("A", "the validation split is held out"),
            "pads": ("B", "what has lesson 07's mask left of the pads"),
            "sampling": ("D", "is any word drawn for that?"),
            "another letter": ("E", "'E' is not it"),
        },
    ),
}
