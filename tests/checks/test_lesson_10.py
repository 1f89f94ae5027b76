"""Lesson 10's predictions and exercises: typical answers, and the line that each gets."""

import math

import pytest
import torch

from seq2seq_lessons.checks import check, predict

PATH = {"greedy": 0.2, "best": 0.4}
WIDTHS = {"width_1": 0.19, "width_2": 0.05}
LENGTHS = {"sum": 1, "alpha_075": 1, "alpha_15": 4}
WARMER = {"best_word": "same", "its_probability": "falls", "entropy": "rises"}
SWITCHES = {"eval_forgotten": True, "no_grad_forgotten": False}


def said(capsys, call, *args, **named):
    call(*args, **named)
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("number", "right", "wrong", "piece"),
    [
        ("10.1", PATH, {"greedy": 0.4}, "with which word do 60 %"),
        ("10.1", PATH, {"greedy": 0.6}, "and the second word's"),
        ("10.1", PATH, {"greedy": 1 / 3}, "and the first word's"),
        ("10.1", PATH, {"best": 0.2}, "which greedy does not look at"),
        ("10.1", PATH, {"best": 0.6}, "three of them share it"),
        ("10.1", PATH, {"best": 1}, "all four of them"),
        ("10.1", PATH, {"greedy": 20}, "greedy: a probability, not per cent"),
        ("10.1", PATH, {"greedy": 0.12}, "Which factor is in it twice"),
        ("10.1", PATH, {"best": 0.24}, "anything left to multiply"),
        ("10.1", PATH, {"best": 40}, "best: a probability, not per cent"),
        ("10.3", WIDTHS, {"width_2": 0.1}, "which one is left out"),
        ("10.3", WIDTHS, {"width_2": 0.4}, "a first letter alone"),
        ("10.3", WIDTHS, {"width_2": 0.025}, "one too many"),
        ("10.3", WIDTHS, {"width_1": 0.16}, "the second-best letter"),
        ("10.3", WIDTHS, {"width_1": 0.15}, "the least probable letter"),
        ("10.4", LENGTHS, {"sum": -1}, "that is a score"),
        ("10.4", LENGTHS, {"alpha_15": -0.5}, "that is a score"),
        ("10.4", LENGTHS, {"alpha_075": "short"}, "one of the lengths"),
        ("10.4", LENGTHS, {"alpha_15": "same"}, "at which alpha would they be alike"),
        ("10.3", WIDTHS, {"width_1": 0.2}, "may it go back"),
        ("10.3", WIDTHS, {"width_1": 0.5}, "the first letter alone"),
        ("10.3", WIDTHS, {"width_1": 0.38}, "the second letter alone"),
        ("10.3", WIDTHS, {"width_1": 0.05}, "that is below B"),
        ("10.3", WIDTHS, {"width_2": 0.19}, "which two of the five are kept"),
        ("10.3", WIDTHS, {"width_2": 0.2}, "the sentence is not over"),
        ("10.3", WIDTHS, {"width_2": 0.25}, "the third letter alone"),
        ("10.4", LENGTHS, {"sum": 4}, "which is the greater number"),
        ("10.4", LENGTHS, {"alpha_075": 4}, "by 1, 1.68, 2.83"),
        ("10.4", LENGTHS, {"alpha_15": 1}, "by 1, 2.83, 8"),
        ("10.4", LENGTHS, {"alpha_15": 2}, "Compute all three"),
        ("10.5", WARMER, {"best_word": "other"}, "before and after halving both"),
        ("10.5", WARMER, {"its_probability": "rises"}, "halves their differences"),
        ("10.5", WARMER, {"entropy": "falls"}, "Which way does a higher temperature go"),
        ("10.6", SWITCHES, {"eval_forgotten": False}, "what does dropout do"),
        ("10.6", SWITCHES, {"no_grad_forgotten": True}, "Does recording change"),
    ],
)
def test_predictions_in_parts(capsys, number, right, wrong, piece):
    assert said(capsys, predict, number, **dict.fromkeys(right)) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, **right).startswith(f"Prediction {number}: right. ")
    assert piece in said(capsys, predict, number, **right | wrong)


@pytest.mark.parametrize(
    ("wrong", "piece"),
    [
        (1042, "how many are kept?"),
        (25, "How many tokens may follow"),
        (5, "not how many are looked at"),
        (15630, "At step 3 alone"),
        (10, "Among how many?"),
        (10420, "How many beginnings are extended"),
        (26050, "with nothing dropped at step 2"),
        (1042**3, "exhaustive search"),
        (125 * 1042, "with nothing dropped"),
        (7, "7 is not it"),
    ],
)
def test_prediction_of_continuations(capsys, wrong, piece):
    assert said(capsys, predict, "10.2", None) == "Prediction 10.2: your turn"
    assert said(capsys, predict, "10.2", 5210).startswith("Prediction 10.2: right. ")
    assert piece in said(capsys, predict, "10.2", wrong)


@pytest.mark.parametrize("number", ["10.1", "10.2", "10.3"])
def test_unanswered(capsys, number):
    assert said(capsys, check, number, lambda *args: None) == f"Exercise {number}: your turn"


def extend(sums, next_log_probs, width):
    best, where = (sums[:, None] + next_log_probs).flatten().topk(width)
    return best, where // next_log_probs.shape[1], where % next_log_probs.shape[1]


def by_sorting(sums, next_log_probs, width):
    every = [(s + n, row, token) for row, s in enumerate(sums) for token, n in enumerate(next_log_probs[row])]
    best = sorted(every, key=lambda one: -one[0])[:width]
    return tuple(torch.tensor(column) if i else torch.stack(column) for i, column in enumerate(zip(*best, strict=True)))


@pytest.mark.parametrize("answer", [extend, by_sorting])
def test_extend_right(capsys, answer):
    assert said(capsys, check, "10.1", answer).startswith("Exercise 10.1: right. ")


def one_each(sums, next_log_probs, width):
    best, tokens = (sums[:, None] + next_log_probs).max(dim=1)
    best, rows = best.sort(descending=True)
    return best, rows, tokens[rows]


def per_beginning(sums, next_log_probs, width):
    best, tokens = (sums[:, None] + next_log_probs).topk(width, dim=1)
    return best, torch.arange(len(sums)).repeat_interleave(width).reshape(-1, width), tokens


def in_each_row(sums, next_log_probs, width):
    best, where = (sums[:, None] + next_log_probs).topk(width)
    return best, where // next_log_probs.shape[1], where % next_log_probs.shape[1]


def taken_apart(sums, next_log_probs, width, how):
    best, where = (sums[:, None] + next_log_probs).flatten().topk(width)
    return best, *how(where, next_log_probs.shape[1])


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda s, n, w: extend(torch.zeros_like(s), n, w), "sums is not used"),
        (lambda s, n, w: extend(s, n.exp(), w), "adds probabilities to logarithms"),
        (lambda s, n, w: extend(torch.zeros_like(s), s[:, None] * n, w), "multiplies logarithms"),
        (one_each, "may one have two of the best"),
        (lambda s, n, w: extend(s.where(s == s.max(), torch.tensor(-99.0)), n, w), "only the best beginning"),
        (lambda s, n, w: (extend(s, n, w)[0], *extend(s, n, w)[:0:-1]), "changed places"),
        (lambda s, n, w: (s[:, None] + n).flatten().topk(w), "expected 3"),
        (lambda s, n, w: extend(s, n, 1), "its shape is (1,)"),
        (lambda s, n, w: (s[:, None] + n).topk(w, dim=1), "expected 3"),
        (per_beginning, "each beginning keeps its own best"),
        (in_each_row, "chose in each row of the table"),
        (lambda s, n, w: (s + n).flatten().topk(w), "to which axis do they belong"),
        (lambda s, n, w: taken_apart(s, n, w, lambda where, V: (where / V, where % V)), "rows are no whole numbers"),
        (lambda s, n, w: taken_apart(s, n, w, lambda where, V: (where // w, where % w)), "taken apart by the width"),
        (lambda s, n, w: [part.flip(0) for part in extend(s, n, w)], "the best first"),
        (lambda s, n, w: (*extend(s, n, w)[1:], extend(s, n, w)[0]), "the order: sums, rows, tokens"),
    ],
)
def test_extend_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "10.1", answer)


def tipping(short_sum, short, long_sum, long):
    return math.log(long_sum / short_sum) / math.log(long / short)


def by_halving(short_sum, short, long_sum, long):
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if short_sum / short**middle > long_sum / long**middle else (low, middle)
    return low


@pytest.mark.parametrize("answer", [tipping, by_halving])
def test_tipping_point_right(capsys, answer):
    assert said(capsys, check, "10.2", answer).startswith("Exercise 10.2: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda a, m, b, n: -tipping(a, m, b, n), "which sum is further from 0"),
        (lambda a, m, b, n: 1 / tipping(a, m, b, n), "upside down"),
        (lambda a, m, b, n: b / a * m / n, "a quotient of ratios"),
        (lambda a, m, b, n: tipping(a, m - 1, b, n - 1), "count <eos> already"),
        (lambda a, m, b, n: (b - a) / (n - m), "each further token costs"),
        (lambda a, m, b, n: math.log(b / a), "where do the lengths come in"),
        (lambda a, m, b, n: math.log(b) - math.log(a), "the sums are negative, and have no logarithm"),
        (lambda a, m, b, n: tipping(a, m + 1, b, n + 1), "you add a token to the lengths"),
        (lambda a, m, b, n: 1.0, "Have these two the same mean"),
        (lambda a, m, b, n: a + b["sum"], "stopped with TypeError"),
    ],
)
def test_tipping_point_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "10.2", answer)


def distribution(logits, temperature, top_k):
    kept = logits.topk(top_k)
    only = torch.full_like(logits, -math.inf).scatter(0, kept.indices, kept.values)
    return torch.softmax(only / temperature, dim=0)


def normalised(logits, temperature, top_k):
    p = torch.softmax(logits / temperature, dim=0)
    p = torch.where(p >= p.topk(top_k).values[-1], p, torch.zeros_like(p))
    return p / p.sum()


def masked(logits, kept, temperature):
    return torch.softmax(torch.where(kept, logits, -math.inf) / temperature, dim=0)


@pytest.mark.parametrize("answer", [distribution, normalised])
def test_distribution_right(capsys, answer):
    assert said(capsys, check, "10.3", answer).startswith("Exercise 10.3: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda x, t, k: distribution(x, 1 / t, k), "multiplies by the temperature"),
        (lambda x, t, k: distribution(x, 1, k) / t / (distribution(x, 1, k) / t).sum(), "changes nothing"),
        (lambda x, t, k: distribution(x, 1, k) / t, "when?"),
        (lambda x, t, k: distribution(x, t, len(x)), "top_k is not used"),
        (lambda x, t, k: distribution(x, t, len(x)) * (distribution(x, t, k) > 0), "no longer sums to 1"),
        (lambda x, t, k: torch.softmax(x * (distribution(x, t, k) > 0) / t, dim=0), "a logit of 0"),
        (lambda x, t, k: (x / t).topk(k).values.softmax(dim=0), "only the k numbers are left"),
        (lambda x, t, k: distribution(x, t, k).tolist(), "expected a tensor"),
        (lambda x, t, k: x.softmax(dim=0), "neither temperature nor top_k"),
        (lambda x, t, k: x.softmax(dim=0) / t, "every token can still be drawn, and it does not sum to 1"),
        (lambda x, t, k: x.where(x >= x.topk(k).values[-1], -math.inf) / t, "logits still"),
        (lambda x, t, k: masked(x, x > x.topk(k).values[-1], t), "is the last of the best among your best"),
        (lambda x, t, k: masked(x, torch.arange(len(x)) < k, t), "the first k of the vocabulary"),
    ],
)
def test_distribution_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "10.3", answer)
