"""Lesson 02's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import numpy as np
import pytest
import torch
from torch import nn

from seq2seq_lessons.checks import predict
from tests.checks.answers import Answers


def by_loop(gru, X):
    state = None
    for x in X[:3]:
        _, state = gru(x[None], state)
    return state[0]


def by_forgetful_loop(gru, X):
    for x in X[:3]:
        _, state = gru(x[None])
    return state[0]


def by_cells(gru, X):
    """Layer 1 by its own formula, without the layers above."""
    h, size = torch.zeros(X.shape[1], gru.hidden_size), gru.hidden_size
    for x in X[:3]:
        read = x @ gru.weight_ih_l0.T + gru.bias_ih_l0
        held = h @ gru.weight_hh_l0.T + gru.bias_hh_l0
        r, z = (torch.sigmoid(read[:, part] + held[:, part]) for part in (slice(0, size), slice(size, 2 * size)))
        n = torch.tanh(read[:, 2 * size :] + r * held[:, 2 * size :])
        h = (1 - z) * n + z * h
    return h


def by_loop_without_axis(gru, X):
    state = None
    for x in X[:3]:
        _, state = gru(x, state)
    return state[0]


def by_loop_with_both_results(gru, X):
    state = None
    for x in X[:3]:
        state = gru(x[None], state)
    return state[1][0]


def latch(third, amount, rows=None, name="bias_hh_l0", returns=True):
    """A learner's function that adds `amount` to one third of the biases, in the given units' rows or in all `rows`."""

    def function(gru, units):
        H = gru.hidden_size
        with torch.no_grad():
            for u in units if rows is None else rows:
                getattr(gru, name)[third * H + u] += amount
        return gru if returns else None

    return function


def replaced_weights(gru, units):
    with torch.no_grad():
        gru.weight_hh_l0.zero_()
    return gru


def set_in_data(gru, units):
    gru.bias_ih_l0.data[[gru.hidden_size + unit for unit in units]] = 50.0
    return gru


def through_the_thirds(gru, units):
    with torch.no_grad():
        gru.bias_hh_l0.reshape(3, -1)[1, units] += 30
    return gru


def by_state_dict(gru, units):
    weights = {name: tensor.clone() for name, tensor in gru.state_dict().items()}
    for unit in units:
        weights["bias_hh_l0"][gru.hidden_size + unit] = 40
    gru.load_state_dict(weights)
    return gru


def five_units(gru, units):
    with torch.no_grad():
        for unit in units:
            gru.bias_hh_l0[5 + unit] += 20
    return gru


def recorded(gru, units):
    for unit in units:
        gru.bias_hh_l0[gru.hidden_size + unit] += 20
    return gru


def shapes(output, state):
    return {"output": output, "state": state}


RETURNED = nn.GRU(5, 9, num_layers=3, bidirectional=True, batch_first=True)(torch.zeros(4, 7, 5))


def by_loop_from_zeros(gru, X):
    state = torch.zeros(gru.num_layers, X.shape[1], gru.hidden_size)
    for x in X[:3]:
        _, state = gru(x, state)
    return state[0]


def output_as_state(gru, X):
    output = None
    for x in X[:3]:
        output, state = gru(x[None], output)
    return state[0]


ANSWERS = {
    "2.1": Answers(
        right={
            "tuples": shapes((4, 7, 18), (6, 4, 9)),
            "lists": shapes([4, 7, 2 * 9], [3 * 2, 4, 9]),
            "the shapes of a run": shapes(*(tensor.shape for tensor in RETURNED)),
            "arrays": shapes(np.array([4, 7, 18]), torch.tensor([6, 4, 9])),
        },
        wrong={
            "steps first": (shapes((7, 4, 18), (6, 4, 9)), "the order in which X went in"),
            "one reader": (shapes((4, 7, 9), (6, 4, 9)), "side by side"),
            "state batch first": (shapes((4, 7, 18), (4, 6, 9)), "batch_first does not reach state"),
            "readers forgotten in state": (shapes((4, 7, 18), (3, 4, 9)), "each reader a row"),
            "as wide as the input": (shapes((4, 7, 5), (6, 4, 9)), "how wide a word is when it goes in"),
        },
    ),
    "2.2": Answers(
        right={
            "two rows of state": lambda output, state: torch.cat((state[2], state[3]), 1),
            "two ends of output": lambda output, state: torch.cat((output[-1, :, :16], output[0, :, 16:]), 1),
            "permute and reshape": lambda output, state: state[-2:].permute(1, 0, 2).reshape(3, 32),
            "a loop over sentences": lambda output, state: [
                [*forward, *backward] for forward, backward in zip(state[-2].tolist(), state[-1].tolist(), strict=True)
            ],
        },
        wrong={
            "rows of one tensor": (
                lambda output, state: torch.cat(state[2:], 1),
                "in brackets: which ones? (your code stopped with TypeError",
            ),
            "joined along a third axis": (
                lambda output, state: torch.cat((state[2], state[3]), dim=2),
                "one row of state has two axes: which number has the second? (your code stopped",
            ),
            "wide and narrow, one below the other": (
                lambda output, state: torch.cat((output[-1], state[-1])),
                "both halves need one length on the other axis",
            ),
            "the last step": (lambda output, state: output[-1], "the backward half has read one word"),
            "the last row": (lambda output, state: state[-1], "one reader only"),
            "reshape": (lambda output, state: state[-2:].reshape(3, -1), "right shape, wrong owner"),
            "both ends whole": (lambda output, state: torch.cat((output[-1], output[0]), 1), "that is (3, 64)"),
            "stacked": (lambda output, state: torch.stack((state[2], state[3]), 1), "as (3, 2, 16)"),
            "all rows reshaped": (
                lambda output, state: state.reshape(3, 32),
                "how many numbers has what you reshape, and how many has (3, 32)? (your code stopped with RuntimeError",
            ),
        },
    ),
    "2.3": Answers(
        right={
            "a loop": by_loop,
            "a shorter sequence": lambda gru, X: gru(X[:3])[1][0],
            "the formula of one layer": by_cells,
        },
        wrong={
            "output handed on as state": (
                output_as_state,
                "is that what your next call is given? (your code stopped with RuntimeError",
            ),
            "a first state, words without an axis": (
                by_loop_from_zeros,
                "is x alone a sequence? A GRU wants (steps, batch, input), with a state to match. (your code stopped",
            ),
            "forgets the state": (by_forgetful_loop, "this reader has read word 3 only"),
            "output's third row": (lambda gru, X: gru(X)[0][2], "does output ever show layer 1"),
            "words without an axis": (by_loop_without_axis, "what must each word have?"),
            "hands on both results": (by_loop_with_both_results, "gru returns two tensors"),
            "the final state": (lambda gru, X: gru(X)[1][0], "where must the loop stop"),
        },
    ),
    "2.4": Answers(
        right={
            "bias_hh, one by one": latch(1, 20),
            "bias_ih, set in data": set_in_data,
            "the update third, seen as a row": through_the_thirds,
            "a state_dict": by_state_dict,
        },
        wrong={
            "the reset gate": (latch(0, 20), "the reset gate, which decides what the candidate sees"),
            "the example's units": (latch(1, 20, rows=[1, 4]), "called with units [0, 3], it moves"),
            "the example's size": (five_units, "called with units [2, 3, 6], it moves"),
            "the candidate": (latch(2, 20), "those rows belong to the candidate"),
            "the other sign": (latch(1, -20), "z is near 0 in those units"),
            "all units": (latch(1, 20, rows=range(5)), "the others were to read on"),
            "too little": (latch(1, 3), "not near enough to 1 yet"),
            "no return": (latch(1, 20, returns=False), "end with return gru"),
            "nothing changed": (latch(1, 0), "nothing is latched yet"),
            "weights": (replaced_weights, "it changes weights"),
            "another GRU": (lambda gru, units: nn.GRU(3, 6), "of another size"),
            "a bias returned": (lambda gru, units: gru.bias_hh_l0, "expected the changed nn.GRU"),
            "the row before": (latch(1, 20, rows=[-1, 2]), "which one keeps, and where do its rows begin?"),
            "rows of another size": (
                lambda gru, units: gru.bias_hh_l0.data[16].add_(20),
                "where do the update gate's rows begin in this one? (your code stopped with IndexError",
            ),
            "recorded for backward": (recorded, "how is a change made that is not recorded? (your code stopped with"),
        },
    ),
}


@pytest.mark.parametrize("stub", [lambda gru, units: None, None])
def test_an_untouched_gru_waits(said, stub):
    assert said("2.4", stub) == "Exercise 2.4: your turn"


@pytest.mark.parametrize("columns", [{4, 3, 2}, range(2, 5), (2, 3, 4), torch.tensor([2, 3, 4])])
def test_the_columns_of_prediction_5_have_no_order(columns, capsys):
    predict("2.5", columns)
    assert "right. " in capsys.readouterr().out
