"""Inside a GRU: laws 5 and 6, influence, the probe, the map."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from seq2seq_lessons.encoder import Seq2SeqEncoder
from seq2seq_lessons.inspection import GateRun, best_unit, gates, influence, memory_ledger, nearest, state_map
from tests.toy import assert_same, seeds

values = st.floats(0, 1)


@st.composite
def grus(draw) -> nn.GRU:
    """Random weights, biases included: a misplaced bias_hn must not hide behind a small one. Dropout stays unused."""
    torch.manual_seed(draw(seeds))
    num_layers = draw(st.integers(1, 3))
    gru = nn.GRU(
        draw(st.integers(1, 5)),
        draw(st.integers(1, 6)),
        num_layers,
        bias=draw(st.booleans()),
        dropout=0.5 if num_layers > 1 else 0.0,
    ).double()
    for name, parameter in gru.named_parameters():
        if "bias" in name:
            nn.init.normal_(parameter)
    return gru


@st.composite
def readings(draw) -> tuple[nn.GRU, torch.Tensor, torch.Tensor | None]:
    gru = draw(grus())
    steps, batch = draw(st.integers(1, 7)), draw(st.integers(1, 4))
    X = torch.randn(steps, batch, gru.input_size).double()
    with_h0 = draw(st.booleans())
    return gru, X, torch.randn(gru.num_layers, batch, gru.hidden_size).double() if with_h0 else None


# --- gates


@given(readings())
def test_law_5_gates_give_torchs_states(reading):
    gru, X, h0 = reading
    runs = gates(gru, X, h0)
    output, state = gru.eval()(X, h0)
    assert_same(runs[-1].states, output.detach())
    assert len(runs) == gru.num_layers
    for layer, run in enumerate(runs):
        assert_same(run.states[-1], state[layer].detach())
        assert_same(run.h0, torch.zeros_like(run.h0) if h0 is None else h0[layer])
        before = torch.cat((run.h0[None], run.states[:-1]))
        assert_same((1 - run.update) * run.candidate + run.update * before, run.states)
        assert not run.states.requires_grad


def test_what_gates_returns_needs_no_detaching():
    X = torch.randn(3, 2, 4, requires_grad=True)  # as an embedding gives it
    assert not any(part.requires_grad for run in gates(nn.GRU(4, 5, 2), X) for part in run)


@given(grus(), st.integers(1, 6))
def test_the_gates_are_those_of_the_formulas(gru, num_steps):
    """r, z, n written out from the weights, b_hn inside the reset product: states alone do not tell r from n."""
    X = torch.randn(num_steps, 2, gru.input_size).double()
    run = gates(gru, X)[0]
    W_ih, W_hh = gru.weight_ih_l0, gru.weight_hh_l0
    b_ih, b_hh = (gru.bias_ih_l0, gru.bias_hh_l0) if gru.bias else 2 * [torch.zeros(len(W_ih)).double()]
    H = gru.hidden_size
    before = torch.cat((run.h0[None], run.states[:-1]))
    x, h = (X @ W_ih.T + b_ih).detach(), (before @ W_hh.T + b_hh).detach()
    assert_same(run.reset, torch.sigmoid(x[..., :H] + h[..., :H]))
    assert_same(run.update, torch.sigmoid(x[..., H : 2 * H] + h[..., H : 2 * H]))
    assert_same(run.candidate, torch.tanh(x[..., 2 * H :] + run.reset * h[..., 2 * H :]))


@given(readings())
def test_update_at_1_keeps_h0_and_at_0_is_the_candidate(reading):
    gru, X, h0 = reading
    for run in gates(gru, X, h0, update=1):
        assert torch.equal(run.states, run.h0.expand_as(run.states)) and bool((run.update == 1).all())
    for run in gates(gru, X, h0, update=0):
        assert torch.equal(run.states, run.candidate) and not run.update.any()


@given(readings())
def test_reset_at_0_hides_the_state_from_the_candidate(reading):
    gru, X, h0 = reading
    run = gates(gru, X, h0, reset=0)[0]
    assert not run.reset.any()
    H = gru.hidden_size
    bias = gru.bias_ih_l0[2 * H :] if gru.bias else 0
    assert_same(run.candidate, torch.tanh(X @ gru.weight_ih_l0[2 * H :].T + bias).detach())


@given(readings(), values, values)
def test_a_forced_gate_has_its_value_everywhere_and_the_other_stays_free(reading, reset, update):
    gru, X, h0 = reading
    before = {name: parameter.clone() for name, parameter in gru.named_parameters()}
    free, forced_reset = gates(gru, X, h0)[0], gates(gru, X, h0, reset=reset)[0]
    for run in gates(gru, X, h0, reset, update):
        assert_same(run.reset, torch.full_like(run.reset, reset))
        assert_same(run.update, torch.full_like(run.update, update))
    assert_same(forced_reset.update[0], free.update[0])  # at step 1 both see the same state
    for name, parameter in gru.named_parameters():
        assert torch.equal(parameter, before[name]), name  # forcing is done on copies


@pytest.mark.parametrize(
    ("rnn", "piece"),
    [
        (nn.LSTM(2, 3), "not LSTM"),
        (nn.GRU(2, 3, bidirectional=True), "two directions"),
        (nn.GRU(2, 3, batch_first=True), "batch_first=True"),
    ],
)
def test_what_gates_refuses(rnn, piece):
    with pytest.raises(ValueError, match=piece):
        gates(rnn, torch.zeros(4, 1, 2))


@pytest.mark.parametrize("forced", [{"reset": 1.1}, {"update": -0.1}, {"update": float("nan")}])
def test_a_gate_outside_0_to_1_is_refused(forced):
    with pytest.raises(ValueError, match=f"{next(iter(forced))} is .* from 0"):
        gates(nn.GRU(2, 3), torch.zeros(4, 1, 2), **forced)


# --- ledger


@given(readings())
def test_law_6_shares_sum_to_one_and_rebuild_the_final_state(reading):
    for run in gates(*reading):
        ledger = memory_ledger(run)
        assert ledger.shares.shape == run.states.shape and ledger.initial_share.shape == run.h0.shape
        assert bool((ledger.shares >= 0).all() and (ledger.initial_share >= 0).all())
        assert_same(ledger.shares.sum(dim=0) + ledger.initial_share, torch.ones_like(run.h0))
        assert_same(ledger.rebuild(), run.states[-1])


def test_the_ledger_of_one_unit_by_hand():
    z, n = torch.tensor([0.5, 0.2, 0.9]), torch.tensor([1.0, -0.5, 0.4])
    h0, states = torch.tensor(0.8), []
    for t in range(3):
        states.append((1 - z[t]) * n[t] + z[t] * (states[-1] if states else h0))
    column = [row.reshape(3, 1, 1) for row in (torch.stack(states), z, z, n)]
    ledger = memory_ledger(GateRun(*column, h0.reshape(1, 1)))
    torch.testing.assert_close(ledger.shares.flatten(), torch.tensor([0.5 * 0.2 * 0.9, 0.8 * 0.9, 0.1]))
    torch.testing.assert_close(ledger.initial_share.flatten(), torch.tensor([0.5 * 0.2 * 0.9]))
    torch.testing.assert_close(ledger.rebuild().flatten(), states[-1].reshape(1))


@given(readings())
def test_an_update_gate_at_0_or_1_once_decides_the_ledger(reading):
    run = gates(*reading)[-1]
    update = run.update.clone()
    update[-1] = 0  # the last step overwrites all
    ledger = memory_ledger(run._replace(update=update))
    assert bool((ledger.shares[-1] == 1).all()) and not ledger.shares[:-1].any() and not ledger.initial_share.any()


# --- influence


def encoder_of(num_layers: int = 1) -> Seq2SeqEncoder:
    torch.manual_seed(3)
    return Seq2SeqEncoder(9, 4, 6, num_layers, dropout=0.5).double()


@pytest.mark.parametrize("num_layers", [1, 2])
def test_influence_is_the_change_of_the_final_state(num_layers):
    encoder = encoder_of(num_layers).train()  # dropout must not reach the measurement
    X = torch.tensor([[5, 6, 5, 7, 3]])
    got = influence(encoder, X, 8)
    assert encoder.training and not got.requires_grad
    encoder.eval()
    for t in range(5):
        edited = X.clone()
        edited[0, t] = 8
        assert_same(got[t], (encoder(edited)[1][-1] - encoder(X)[1][-1]).norm().detach())


def test_influence_of_several_words_is_the_mean_over_those_that_differ():
    encoder, X = encoder_of(), torch.tensor([[5, 6, 7]])
    one, two = influence(encoder, X, 5), influence(encoder, X, 8)
    both = influence(encoder, X, [5, 8])
    assert one[0] < 1e-10  # replaced by itself
    assert_same(both[0], two[0])
    assert_same(both[1:], (one[1:] + two[1:]) / 2)


def test_influence_refuses():
    encoder = encoder_of()
    for X in (torch.tensor([5, 6]), torch.tensor([[5, 6], [7, 8]])):
        with pytest.raises(ValueError, match="expected ids of one sentence"):
            influence(encoder, X, 8)
    encoder.rnn = nn.GRU(4, 6, bidirectional=True).double()
    with pytest.raises(ValueError, match="two directions"):
        influence(encoder, torch.tensor([[5, 6]]), 8)


# --- units that follow a feature


@st.composite
def labelled_states(draw) -> tuple[torch.Tensor, torch.Tensor]:
    n, num_hiddens = draw(st.integers(2, 12)), draw(st.integers(1, 4))
    torch.manual_seed(draw(seeds))
    states = torch.randn(n, num_hiddens)
    if draw(st.booleans()):
        states = (states * 2).round() / 2  # equal values: no threshold lies between them
        states[0], states[1] = 1, 2
    feature = torch.rand(n) < 0.5
    feature[0], feature[-1] = True, False
    return states, feature


@given(labelled_states())
def test_best_unit_is_the_best_of_all_units_and_thresholds(labelled):
    states, feature = labelled
    probe = best_unit(states, feature)
    assert (probe.predict(states) == feature).double().mean().item() == pytest.approx(probe.accuracy, abs=1e-12)
    tried = []
    for unit in range(states.shape[1]):
        for threshold in sorted(set(states[:, unit].tolist()))[:-1]:
            share = ((states[:, unit] > threshold) == feature).double().mean().item()
            tried.append((max(share, 1 - share), -unit))
    accuracy, unit = max(tried)
    assert (probe.accuracy, probe.unit) == (pytest.approx(accuracy, abs=1e-12), -unit)


def test_a_unit_that_knows_the_feature_is_found_either_way_round():
    torch.manual_seed(0)
    states, feature = torch.randn(40, 8), torch.rand(40) < 0.3
    for sign in (1, -1):
        states[:, 5] = sign * (feature + 0.4 * torch.rand(40))
        probe = best_unit(states, feature)
        assert (probe.unit, probe.above, probe.accuracy) == (5, sign == 1, 1.0)
        assert 0.4 < sign * probe.threshold < 1
        assert torch.equal(probe.predict(states), feature)


def test_neighbours_in_floating_point_are_told_apart():
    feature = torch.tensor([False, True])
    for dtype in (torch.float32, torch.float64):
        low = torch.tensor(0.3, dtype=dtype)
        for _ in range(4):  # rounding to even would favour the lower one, or the upper one, in turn
            high = torch.nextafter(low, torch.tensor(1, dtype=dtype))
            states = torch.stack((low, high))[:, None]
            assert torch.equal(best_unit(states, feature).predict(states), feature)
            low = high


@pytest.mark.parametrize(
    ("states", "feature", "piece"),
    [
        (torch.zeros(3), torch.tensor([True, False, True]), "expected .sentences, num_hiddens"),
        (torch.zeros(3, 2), torch.tensor([True, False]), "expected .sentences, num_hiddens"),
        (torch.zeros(2, 2), torch.tensor([1, 0]), "of torch.int64"),
        (torch.zeros(2, 2), torch.tensor([True, True]), "2 of 2 sentences"),
        (torch.zeros(2, 2), torch.tensor([True, False]), "the same value in all sentences"),
    ],
)
def test_best_unit_refuses(states, feature, piece):
    with pytest.raises(ValueError, match=piece):
        best_unit(states, feature)


# --- the map


@given(seeds, st.integers(3, 12), st.integers(2, 6))
def test_state_map_is_pca(seed, n, num_hiddens):
    torch.manual_seed(seed)
    states = torch.randn(n, num_hiddens).double() * torch.arange(1, num_hiddens + 1)
    found = state_map(states)
    assert_same(found.axes @ found.axes.T, torch.eye(2).double())
    assert_same(found.points, found.project(states))
    assert_same(found.points.mean(dim=0), torch.zeros(2).double())
    variances = torch.linalg.eigvalsh(torch.cov(states.T)).flip(0)
    assert_same(found.explained, variances[:2] / variances.sum())
    assert_same(found.points.var(dim=0), variances[:2])
    largest = found.axes.gather(1, found.axes.abs().argmax(dim=1, keepdim=True))
    assert bool((largest > 0).all())


def test_states_in_a_plane_lose_nothing_on_the_map():
    torch.manual_seed(1)
    flat = torch.randn(9, 2).double() @ torch.randn(2, 7).double() + 3
    found = state_map(flat)
    assert_same(found.explained.sum(), torch.tensor(1.0).double())
    assert_same(found.points @ found.axes + found.mean, flat)


def test_nearest_is_over_all_units_and_never_oneself():
    states = torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.0, 5.0], [1.0, 1.0, 0.0], [0.0, 0.0, 5.0]])
    assert nearest(states).tolist() == [[2], [3], [0], [1]]  # 0 and 1 coincide in the first two units only
    assert nearest(states, 3)[0].tolist() == [2, 1, 3]
    for k in (0, 4):
        with pytest.raises(ValueError, match="1 to 3 nearest others"):
            nearest(states, k)


def test_short_distances_between_long_vectors_are_not_rounded_away():
    states = torch.full((40, 64), 1000.0)  # so many that torch's default would take the matrix product
    states[:, 0] += torch.arange(40) ** 2 / 100
    assert nearest(states)[:, 0].tolist() == [1, *range(39)]


@pytest.mark.parametrize("states", [torch.randn(2, 4), torch.randn(5), torch.randn(5, 1)])
def test_state_map_refuses(states):
    with pytest.raises(ValueError, match="at least three states"):
        state_map(states)


def test_a_map_of_one_point_is_refused():
    with pytest.raises(ValueError, match="one point"):
        state_map(torch.ones(4, 3))
