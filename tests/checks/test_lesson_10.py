"""Lesson 10's exercises: typical answers, right and wrong, and the line that each gets."""

import math

import pytest
import torch


def extend(sums, next_log_probs, width):
    best, where = (sums[:, None] + next_log_probs).flatten().topk(width)
    return best, where // next_log_probs.shape[1], where % next_log_probs.shape[1]


def by_sorting(sums, next_log_probs, width):
    every = [(s + n, row, token) for row, s in enumerate(sums) for token, n in enumerate(next_log_probs[row])]
    best = sorted(every, key=lambda one: -one[0])[:width]
    return tuple(torch.tensor(column) if i else torch.stack(column) for i, column in enumerate(zip(*best, strict=True)))


@pytest.mark.parametrize("answer", [extend, by_sorting])
def test_extend_right(said, answer):
    assert said("10.1", answer).startswith("Exercise 10.1: right. ")


def one_each(sums, next_log_probs, width):
    best, tokens = (sums[:, None] + next_log_probs).max(dim=1)
    best, rows = best.sort(descending=True)
    return best, rows, tokens[rows]


def per_beginning(sums, next_log_probs, width):
    best, tokens = (sums[:, None] + next_log_probs).topk(width, dim=1)
    return best, torch.arange(len(sums)).repeat_interleave(width).reshape(-1, width), tokens


@pytest.mark.parametrize(
    ("answer", "piece"),
    [(one_each, "may one have two of the best"), (per_beginning, "each beginning keeps its own best")],
)
def test_extend_wrong(said, answer, piece):
    assert piece in said("10.1", answer)


def tipping(short_sum, short, long_sum, long):
    return math.log(long_sum / short_sum) / math.log(long / short)


def by_halving(short_sum, short, long_sum, long):
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if short_sum / short**middle > long_sum / long**middle else (low, middle)
    return low


@pytest.mark.parametrize("answer", [tipping, by_halving])
def test_tipping_point_right(said, answer):
    assert said("10.2", answer).startswith("Exercise 10.2: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda a, m, b, n: -tipping(a, m, b, n), "which sum is further from 0"),
        (lambda a, m, b, n: 1 / tipping(a, m, b, n), "upside down"),
    ],
)
def test_tipping_point_wrong(said, answer, piece):
    assert piece in said("10.2", answer)


def distribution(logits, temperature, top_k):
    kept = logits.topk(top_k)
    only = torch.full_like(logits, -math.inf).scatter(0, kept.indices, kept.values)
    return torch.softmax(only / temperature, dim=0)


def normalised(logits, temperature, top_k):
    p = torch.softmax(logits / temperature, dim=0)
    p = torch.where(p >= p.topk(top_k).values[-1], p, torch.zeros_like(p))
    return p / p.sum()


@pytest.mark.parametrize("answer", [distribution, normalised])
def test_distribution_right(said, answer):
    assert said("10.3", answer).startswith("Exercise 10.3: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda x, t, k: distribution(x, 1 / t, k), "multiplies by the temperature"),
        (lambda x, t, k: distribution(x, 1, k) / t / (distribution(x, 1, k) / t).sum(), "changes nothing"),
    ],
)
def test_distribution_wrong(said, answer, piece):
    assert piece in said("10.3", answer)
