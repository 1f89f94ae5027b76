"""Lesson 02: each typical wrong answer gets the hint that names its misconception."""

import pytest
import torch
from torch import nn

from seq2seq_lessons.checks import check, predict


def printed(capsys) -> str:
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("number", "answer", "piece"),
    [
        ("2.1", dict(output=(5, 3, 16), state=(2, 3, 16)), "right. "),
        ("2.1", dict(output=(3, 5, 16), state=(2, 3, 16)), "which comes first in X"),
        ("2.1", dict(output=(5, 3, 8), state=(2, 3, 16)), "how wide is what the GRU makes of it"),
        ("2.1", dict(output=(5, 3, 16), state=(1, 3, 16)), "how many layers"),
        ("2.1", dict(output=(5, 3, 16), state=(5, 3, 16)), "an axis of steps"),
        ("2.1", dict(output=(None, None, None), state=(None, None, None)), "your turn"),
        ("2.2", dict(state_0=False, state_1=True), "right. "),
        ("2.2", dict(state_0=True, state_1=True), "whose, with two layers"),
        ("2.2", dict(state_0=False, state_1=False), "follow the top layer's vector"),
        ("2.2", dict(state_0=True, state_1=False), "is it the top?"),
        ("2.3", dict(output=(5, 3, 32), state=(4, 3, 16), same=False), "right. "),
        ("2.3", dict(output=(5, 3, 32), state=(4, 3, 16), same=True), "how many words has the backward reader read"),
        ("2.3", dict(output=(5, 3, 16), state=(4, 3, 16), same=False), "how wide are they side by side"),
        ("2.3", dict(output=(5, 3, 32), state=(2, 3, 32), same=False), "state gives each its own row"),
        ("2.4", dict(answer=0.5), "right. "),
        ("2.4", dict(answer=-0.1), "which of the two does z multiply"),
        ("2.4", dict(answer=0.6), "the candidate adds its share"),
        ("2.5", dict(answer=[2, 3, 4]), "right. "),
        ("2.5", dict(answer=(2, 3, 4)), "right. "),
        ("2.5", dict(answer=[2]), "what does step 3 start from"),
        ("2.5", dict(answer=[1, 2, 3, 4]), "has the reader seen word 2"),
    ],
)
def test_predictions(capsys, number, answer, piece):
    predict(number, **answer)
    assert piece in printed(capsys)


@pytest.mark.parametrize(
    ("output", "state", "piece"),
    [
        ((4, 7, 18), (6, 4, 9), "right. "),
        ((7, 4, 18), (6, 4, 9), "the order in which X went in"),
        ((4, 7, 9), (6, 4, 9), "side by side"),
        ((4, 7, 18), (4, 6, 9), "batch_first does not reach state"),
        ((4, 7, 18), (3, 4, 9), "two readers, and each reader a row"),
        ((None, None, None), (None, None, None), "your turn"),
    ],
)
def test_shapes(capsys, output, state, piece):
    check("2.1", {"output": output, "state": state})
    assert piece in printed(capsys)


@pytest.mark.parametrize(
    ("last_words", "piece"),
    [
        (lambda output, state: torch.cat((state[2], state[3]), 1), "right. "),
        (lambda output, state: torch.cat((output[-1, :, :16], output[0, :, 16:]), 1), "right. "),
        (lambda output, state: output[-1], "the backward half has read one word"),
        (lambda output, state: state[-1], "one reader only"),
        (lambda output, state: state[-2:].reshape(3, 32), "row 0 holds sentence 1's numbers"),
        (lambda output, state: torch.cat((state[0], state[1]), 1), "layer 1's two readers"),
        (lambda output, state: torch.cat((state[3], state[2]), 1), "the backward reader first"),
        (lambda output, state: output[0, 0, 0, 0], "your code stopped with IndexError"),
        (lambda output, state: None, "your turn"),
    ],
)
def test_both_readers_last_words(capsys, last_words, piece):
    check("2.2", last_words)
    assert piece in printed(capsys)


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
        (lambda gru, X: gru(X)[1][0], "layer 1, but after the last step"),
        (lambda gru, X: gru(X[:4])[1][0], "four words are read"),
        (lambda gru, X: gru(X[:3])[1][1], "which row of state is the lowest layer's"),
        (lambda gru, X: ..., "your turn"),
    ],
)
def test_layer_one_at_step_three(capsys, layer_one, piece):
    check("2.3", layer_one)
    assert piece in printed(capsys)


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
def test_latch(capsys, function, piece):
    check("2.4", function)
    assert piece in printed(capsys)
