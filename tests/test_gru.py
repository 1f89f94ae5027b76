"""The GRU by hand: law 5."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from seq2seq_lessons.gru import gru_step, gru_weights, run_gru
from tests.toy import assert_same, seeds


@st.composite
def grus(draw) -> nn.GRU:
    torch.manual_seed(draw(seeds))
    num_layers = draw(st.integers(1, 3))
    gru = (
        nn.GRU(
            draw(st.integers(1, 5)),
            draw(st.integers(1, 6)),
            num_layers,
            bias=draw(st.booleans()),
            bidirectional=draw(st.booleans()),
            dropout=0.5 if num_layers > 1 else 0.0,
        )
        .double()
        .eval()
    )
    for name, parameter in gru.named_parameters():
        if "bias" in name:
            nn.init.normal_(parameter)  # a misplaced bias_hn must not hide behind a small one
    return gru


@given(grus(), st.integers(1, 6), st.integers(1, 4), st.booleans())
def test_law_5_by_hand_equals_torchs(gru, num_steps, batch_size, with_h0):
    X = torch.randn(num_steps, batch_size, gru.input_size).double()
    rows = gru.num_layers * (2 if gru.bidirectional else 1)
    h0 = torch.randn(rows, batch_size, gru.hidden_size).double() if with_h0 else None
    output, state, gates = run_gru(gru, X, h0)
    expected_output, expected_state = gru(X, h0)
    assert_same(output, expected_output)
    assert_same(state, expected_state)
    assert len(gates) == rows and all(len(steps) == num_steps for steps in gates)


@given(grus(), st.integers(1, 6))
def test_the_gates_of_a_step_rebuild_its_state(gru, num_steps):
    X = torch.randn(num_steps, 2, gru.input_size).double()
    output, _, gates = run_gru(gru, X)
    directions = 2 if gru.bidirectional else 1
    top = (gru.num_layers - 1) * directions
    for direction in range(directions):
        states = output[:, :, direction * gru.hidden_size : (direction + 1) * gru.hidden_size]
        steps = list(range(num_steps))[:: -1 if direction else 1]
        h = torch.zeros_like(states[0])
        for t in steps:
            r, z, n = gates[top + direction][t]
            assert ((r > 0) & (r < 1) & (z > 0) & (z < 1) & (n.abs() < 1)).all()
            h = (1 - z) * n + z * h
            assert_same(h, states[t])


def test_a_closed_update_gate_keeps_the_state_and_an_open_reset_gate_lets_it_in():
    x, h = torch.zeros(1, 1), torch.tensor([[0.5]])
    W_ih, W_hh, zero = torch.zeros(3, 1), torch.tensor([[0.0], [0.0], [2.0]]), torch.zeros(3)
    keep = torch.tensor([0.0, 100.0, 0.0])  # order: reset, update, candidate
    assert gru_step(x, h, W_ih, W_hh, keep, zero)[0] == h
    write = torch.tensor([0.0, -100.0, 0.0])
    forget = torch.tensor([-100.0, -100.0, 0.0])
    assert gru_step(x, h, W_ih, W_hh, write, zero)[0] == torch.tanh(torch.tensor(0.5 * 2 * 0.5))
    assert gru_step(x, h, W_ih, W_hh, forget, zero)[0] == 0
    b_hn = torch.tensor([0.0, 0.0, 3.0])  # inside the reset product
    assert gru_step(x, h, W_ih, W_hh, forget, b_hn)[0] == 0


def test_weights_without_bias_come_with_zeros():
    *_, b_ih, b_hh = gru_weights(nn.GRU(2, 3, bias=False), layer=0)
    assert torch.equal(b_ih, torch.zeros(9)) and torch.equal(b_hh, torch.zeros(9))


def test_batch_first_is_refused():
    with pytest.raises(ValueError, match="batch_first=True"):
        run_gru(nn.GRU(2, 3, batch_first=True), torch.zeros(4, 1, 2))
