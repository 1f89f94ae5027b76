"""Lesson 10's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import math

import numpy as np
import torch

from seq2seq_lessons.checks import predict
from tests.checks.answers import Answers


def extend(sums, next_log_probs, width):
    best, where = (sums[:, None] + next_log_probs).flatten().topk(width)
    return best, where // next_log_probs.shape[1], where % next_log_probs.shape[1]


def by_sorting(sums, next_log_probs, width):
    every = [(s + n, row, token) for row, s in enumerate(sums) for token, n in enumerate(next_log_probs[row])]
    best = sorted(every, key=lambda one: -one[0])[:width]
    return tuple(torch.tensor(column) if i else torch.stack(column) for i, column in enumerate(zip(*best, strict=True)))


def one_each(sums, next_log_probs, width):
    best, tokens = (sums[:, None] + next_log_probs).max(dim=1)
    best, rows = best.sort(descending=True)
    return best, rows, tokens[rows]


def per_beginning(sums, next_log_probs, width):
    best, tokens = (sums[:, None] + next_log_probs).topk(width, dim=1)
    return best, torch.arange(len(sums)).repeat_interleave(width).reshape(-1, width), tokens


def tipping(short_sum, short, long_sum, long):
    return math.log(long_sum / short_sum) / math.log(long / short)


def by_halving(short_sum, short, long_sum, long):
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if short_sum / short**middle > long_sum / long**middle else (low, middle)
    return low


def distribution(logits, temperature, top_k):
    kept = logits.topk(top_k)
    only = torch.full_like(logits, -math.inf).scatter(0, kept.indices, kept.values)
    return torch.softmax(only / temperature, dim=0)


def normalised(logits, temperature, top_k):
    p = torch.softmax(logits / temperature, dim=0)
    p = torch.where(p >= p.topk(top_k).values[-1], p, torch.zeros_like(p))
    return p / p.sum()


def by_arrays(sums, next_log_probs, width):
    table = sums.numpy()[:, None] + next_log_probs.numpy()
    order = np.argsort(-table, axis=None)[:width]
    return (np.sort(table, axis=None)[::-1][:width], *np.unravel_index(order, table.shape))


def chosen_by_row(sums, next_log_probs, width):
    """The best of each row first, then the best of those."""
    best, tokens = (sums[:, None] + next_log_probs).topk(min(width, next_log_probs.shape[1]), dim=1)
    top, where = best.flatten().topk(width)
    return top, where.div(best.shape[1], rounding_mode="floor"), tokens.flatten()[where]


def by_loop(logits, temperature, top_k):
    kept = sorted(range(len(logits)), key=lambda i: -logits[i])[:top_k]
    powers = [math.exp(logits[i] / temperature) if i in kept else 0.0 for i in range(len(logits))]
    return [power / sum(powers) for power in powers]


ANSWERS = {
    "10.1": Answers(
        right={
            "flatten, topk": extend,
            "all sorted": by_sorting,
            "arrays": by_arrays,
            "the best of each row first": chosen_by_row,
        },
        wrong={
            "one each": (one_each, "may one have two of the best"),
            "per beginning": (per_beginning, "each beginning keeps its own best"),
            "sums along the tokens": (
                lambda s, n, w: (s + n).flatten().topk(w),
                "to which axis do they belong? (your code stopped with RuntimeError",
            ),
            "sums forgotten": (lambda s, n, w: extend(s * 0, n, w), "sums is not used"),
            "probabilities added": (lambda s, n, w: extend(s, n.exp(), w), "it adds probabilities to logarithms"),
            "one row only": (
                lambda s, n, w: (s[0] + n[0]).topk(9),
                "have you made one list of all continuations? (your code stopped with RuntimeError",
            ),
        },
    ),
    "10.2": Answers(
        right={
            "two logarithms": tipping,
            "halving": by_halving,
            "logarithms of what is positive": lambda a, m, b, n: (
                (math.log(-b) - math.log(-a)) / (math.log(n) - math.log(m))
            ),
            "a logarithm to another base": lambda a, m, b, n: math.log(b / a, n / m),
            "tensors": lambda a, m, b, n: torch.tensor(b / a).log() / torch.tensor(n / m).log(),
        },
        wrong={
            "the sign": (lambda a, m, b, n: -tipping(a, m, b, n), "which sum is further from 0"),
            "upside down": (lambda a, m, b, n: 1 / tipping(a, m, b, n), "upside down"),
            "logarithms of the sums": (
                lambda a, m, b, n: (math.log(b) - math.log(a)) / math.log(n / m),
                "Which of their combinations is positive? (your code stopped with ValueError",
            ),
            "torch.log of a number": (
                lambda a, m, b, n: torch.log(b / a) / torch.log(n / m),
                "which log takes a plain number? (your code stopped with TypeError",
            ),
            "ratios without logarithms": (lambda a, m, b, n: (b / a) / (n / m), "how is an exponent brought down"),
            "without eos": (
                lambda a, m, b, n: math.log(b / a) / math.log((n - 1) / (m - 1)),
                "the lengths count <eos> already",
            ),
        },
    ),
    "10.3": Answers(
        right={
            "minus infinity, softmax": distribution,
            "cut and divided anew": normalised,
            "a loop": by_loop,
            "float32": lambda x, t, k: distribution(x.float(), t, k),
        },
        wrong={
            "times the temperature": (lambda x, t, k: distribution(x, 1 / t, k), "multiplies by the temperature"),
            "probabilities divided": (
                lambda x, t, k: distribution(x, 1, k) / t / (distribution(x, 1, k) / t).sum(),
                "changes nothing",
            ),
            "zeros among the logits": (
                lambda x, t, k: torch.softmax(torch.where(x >= x.topk(k).values[-1], x, 0) / t, dim=0),
                "which number has the exponential 0",
            ),
            "not divided anew": (
                lambda x, t, k: torch.where(x >= x.topk(k).values[-1], (x / t).softmax(0), 0),
                "what do they sum to now?",
            ),
            "topk's pair": (
                lambda x, t, k: (x / t).topk(k).softmax(0),
                "with which of them do you go on? (your code stopped with AttributeError",
            ),
            "one too many": (
                lambda x, t, k: torch.where(x >= x.sort(descending=True).values[k], x / t, -math.inf).softmax(0),
                "which place has the last of the best k?",
            ),
            "k numbers": (lambda x, t, k: (x.topk(k).values / t).softmax(0), "only the k numbers are left"),
            "k numbers beside all": (
                lambda x, t, k: x.softmax(0) * (x.topk(k).values / t).softmax(0),
                "how many numbers has topk left you? (your code stopped",
            ),
        },
    ),
}


def test_a_rounded_answer_is_told_apart_from_another_letter(capsys):
    predict("10.3", width_1=0.2, width_2=0.05)
    assert "if that is rounded, two decimals" in capsys.readouterr().out
