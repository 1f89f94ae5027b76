"""Lesson 02's exercises: typical answers, right and wrong, and the line that each gets."""

import pytest
import torch
from torch import nn


@pytest.mark.parametrize(
    ("output", "state", "piece"),
    [
        ((4, 7, 18), (6, 4, 9), "right. "),
        ((7, 4, 18), (6, 4, 9), "the order in which X went in"),
        ((4, 7, 9), (6, 4, 9), "side by side"),
    ],
)
def test_shapes(said, output, state, piece):
    assert piece in said("2.1", {"output": output, "state": state})


@pytest.mark.parametrize(
    ("last_words", "piece"),
    [
        (lambda output, state: torch.cat((state[2], state[3]), 1), "right. "),
        (lambda output, state: torch.cat((output[-1, :, :16], output[0, :, 16:]), 1), "right. "),
        (lambda output, state: output[-1], "the backward half has read one word"),
        (lambda output, state: state[-1], "one reader only"),
    ],
)
def test_both_readers_last_words(said, last_words, piece):
    assert piece in said("2.2", last_words)


def by_loop(gru, X):
    state = None
    for x in X[:3]:
        _, state = gru(x[None], state)
    return state[0]


def by_forgetful_loop(gru, X):
    for x in X[:3]:
        _, state = gru(x[None])
    return state[0]


@pytest.mark.parametrize(
    ("layer_one", "piece"),
    [
        (by_loop, "right. "),
        (lambda gru, X: gru(X[:3])[1][0], "right. "),
        (by_forgetful_loop, "this reader has read word 3 only"),
        (lambda gru, X: gru(X)[0][2], "does output ever show layer 1"),
    ],
)
def test_layer_one_at_step_three(said, layer_one, piece):
    assert piece in said("2.3", layer_one)


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


@pytest.mark.parametrize(
    ("function", "piece"),
    [
        (latch(1, 20), "right. "),
        (latch(1, 20, name="bias_ih_l0"), "right. "),
        (latch(0, 20), "the reset gate, which decides what the candidate sees"),
        (latch(2, 20), "those rows belong to the candidate"),
        (latch(1, -20), "z is near 0 in those units"),
        (latch(1, 20, rows=range(5)), "the others were to read on"),
        (latch(1, 3), "not near enough to 1 yet"),
        (latch(1, 20, returns=False), "end with return gru"),
        (latch(1, 0), "nothing is latched yet"),
        (replaced_weights, "it changes weights"),
        (lambda gru, units: nn.GRU(3, 6), "of another size"),
        (lambda gru, units: gru.bias_hh_l0, "expected the changed nn.GRU"),
        (lambda gru, units: gru.no_such_name, "your code stopped with AttributeError"),
        (lambda gru, units: None, "your turn"),
        (None, "your turn"),
    ],
)
def test_latch(said, function, piece):
    assert piece in said("2.4", function)
