"""Looking inside a trained GRU: its gates, what was written when, units that follow a feature, a map (lesson 12)."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq_lessons.decoding import inference
from seq2seq_lessons.encoder import Seq2SeqEncoder
from seq2seq_lessons.gru import gru_step, gru_weights


class GateRun(NamedTuple):
    """One layer of a GRU, step by step.

    states, reset, update, candidate: `(steps, batch, num_hiddens)`; states[t] is the state after step t, and
        states[t] = (1 - update[t]) * candidate[t] + update[t] * (the state before step t).
    h0: the state before the first step `(batch, num_hiddens)`.
    """

    states: Tensor
    reset: Tensor
    update: Tensor
    candidate: Tensor
    h0: Tensor


class Ledger(NamedTuple):
    """Whose writing the final state consists of, unit by unit.

    shares: the weight of each step's candidate in the final state `(steps, batch, num_hiddens)`, in [0, 1].
    initial_share: the weight that is left to h0 `(batch, num_hiddens)`. With it, each unit's shares sum to 1.
    writes: what was written at each step, the candidates `(steps, batch, num_hiddens)`.
    h0: `(batch, num_hiddens)`.
    """

    shares: Tensor
    initial_share: Tensor
    writes: Tensor
    h0: Tensor

    def rebuild(self) -> Tensor:
        """The final state `(batch, num_hiddens)`: every write times its share, and what is left of h0."""
        return (self.shares * self.writes).sum(dim=0) + self.initial_share * self.h0


@torch.no_grad()
def gates(
    rnn: nn.RNNBase, X: Tensor, h0: Tensor | None = None, reset: float | None = None, update: float | None = None
) -> list[GateRun]:
    """Recompute every gate of a GRU from its weights; without forcing, the states are those of `rnn.eval()(X, h0)`.

    Args:
        rnn: any number of layers, with or without bias, one direction, `batch_first=False`; no dropout is applied.
        X: `(steps, batch, input_size)`, one step at least.
        h0: `(num_layers, batch, num_hiddens)`, zeros when None.
        reset, update: a number in [0, 1] puts that gate at this value, in all layers and at all steps.

    Returns:
        one GateRun per layer, the lowest first.

    Raises:
        ValueError: not a GRU (an LSTM has other gates), two directions, batch_first, or a gate outside [0, 1].
    """
    _check(rnn, reset, update)
    if h0 is None:
        h0 = X.new_zeros(rnn.num_layers, X.shape[1], rnn.hidden_size)
    runs = []
    for layer in range(rnn.num_layers):
        weights, h, steps = _forced(gru_weights(rnn, layer), reset, update), h0[layer], []
        for x in X:
            h, written = gru_step(x, h, *weights)
            steps.append((h, *written))
        states, r, z, n = (torch.stack(column) for column in zip(*steps, strict=True))
        runs.append(GateRun(states, r, z, n, h0[layer]))
        X = runs[-1].states
    return runs


def memory_ledger(run: GateRun) -> Ledger:
    """What was written when: the share of each step's candidate in the final state.

    At step t a GRU writes (1 - z_t) * n_t, and every later step keeps z of what it finds, so that the share of n_t in
    the end is (1 - z_t) times the product of all later z, and that of h0 the product of all z.
    """
    kept = torch.ones_like(run.update)  # what the steps after t keep, together; nothing comes after the last one
    kept[:-1] = run.update[1:].flip(0).cumprod(dim=0).flip(0)
    return Ledger((1 - run.update) * kept, run.update.prod(dim=0), run.candidate, run.h0)


def influence(encoder: Seq2SeqEncoder, X: Tensor, replacement_id: int | Sequence[int]) -> Tensor:
    """How much each word matters to the final state: the change when it is replaced by another word.

    Args:
        encoder: reads in one direction.
        X: ids of one sentence `(1, steps)` int64, without padding.
        replacement_id: the word to put in its place; of several, those equal to the word are left out and the changes
            averaged. A word that has no other to be replaced by has influence 0.

    Returns:
        `(steps,)`: the Euclidean length of the change of the top layer's final state.

    Raises:
        ValueError: X holds another number of sentences than one, or the encoder reads in two directions.
    """
    if encoder.rnn.bidirectional:
        raise ValueError("this encoder reads in two directions; influence compares final states of one direction")
    if X.dim() != 2 or len(X) != 1:
        raise ValueError(f"X has shape {tuple(X.shape)}; expected ids of one sentence, (1, steps)")
    others = torch.as_tensor(replacement_id, dtype=X.dtype, device=X.device).reshape(-1)
    num_steps, num_others = X.shape[1], len(others)
    edited = X.repeat(num_steps * num_others, 1)  # row (t, k): word t replaced by other k
    steps = torch.arange(num_steps, device=X.device).repeat_interleave(num_others)
    edited[torch.arange(len(edited), device=X.device), steps] = others.repeat(num_steps)
    with inference(encoder):
        output, _ = encoder(torch.cat((X, edited)))
    final = output[-1]  # (1 + steps * others, num_hiddens)
    changes = (final[1:] - final[0]).norm(dim=1).reshape(num_steps, num_others)
    differs = X[0][:, None] != others  # (steps, others); where a word is replaced by itself nothing changes
    return changes.sum(dim=1) / differs.sum(dim=1).clamp(min=1)


class UnitProbe(NamedTuple):
    """A unit that tells a feature by a threshold.

    unit: its number, from 0. threshold: on its value. above: the feature is said to be there above the threshold (else
    below). accuracy: share of right answers, in [0, 1], on the sentences that the unit was chosen on.
    """

    unit: int
    threshold: float
    above: bool
    accuracy: float

    def predict(self, states: Tensor) -> Tensor:
        """Which sentences have the feature, bool `(sentences,)`, from states `(sentences, num_hiddens)`."""
        is_above = states[:, self.unit].double() > self.threshold  # in double: float32 would round the threshold
        return is_above if self.above else ~is_above


def best_unit(states: Tensor, feature: Tensor) -> UnitProbe:
    """Of all units and all thresholds, the one that tells a feature right most often (ties: the first unit).

    Args:
        states: one state per sentence `(sentences, num_hiddens)`.
        feature: which sentences have it, bool `(sentences,)`; some have it and some have not.

    Raises:
        ValueError: shapes that do not fit, a feature that all or none have, or units that are all constant.
    """
    if states.dim() != 2 or feature.shape != states.shape[:1] or feature.dtype != torch.bool:
        raise ValueError(
            f"states has shape {tuple(states.shape)} and feature {tuple(feature.shape)} of "
            f"{feature.dtype}; expected (sentences, num_hiddens) and bool (sentences,)"
        )
    num_sentences, num_with = len(feature), int(feature.sum())
    if num_with in (0, num_sentences):
        raise ValueError(f"{num_with} of {num_sentences} sentences have the feature; there is nothing to tell apart")
    values, order = states.detach().double().sort(dim=0)
    with_below = feature[order].cumsum(dim=0)[:-1]  # (cuts, num_hiddens): cut i lies behind the i + 1 lowest values
    without_below = torch.arange(1, num_sentences)[:, None].to(with_below) - with_below
    right_if_above = without_below + (num_with - with_below)
    right = torch.maximum(right_if_above, num_sentences - right_if_above)
    right = right.masked_fill(values[1:] == values[:-1], -1)  # no threshold lies between two equal values
    best_of_unit, cuts = right.max(dim=0)
    unit = int((best_of_unit == best_of_unit.max()).int().argmax())
    if best_of_unit[unit] < 0:
        raise ValueError("every unit has the same value in all sentences: none of them can tell anything")
    cut = int(cuts[unit])
    low, high = values[cut, unit].item(), values[cut + 1, unit].item()
    middle = (low + high) / 2
    threshold = middle if low <= middle < high else low  # neighbours in floating point have no number between them
    above = bool(right_if_above[cut, unit] == right[cut, unit])
    return UnitProbe(unit, threshold, above, best_of_unit[unit].item() / num_sentences)


class StateMap(NamedTuple):
    """A flat map of states: their two directions of largest variance (principal component analysis).

    mean: `(num_hiddens,)`. axes: two directions of length 1, at right angles `(2, num_hiddens)`. points: each state's
    place on the map `(n, 2)`. explained: the share of the variance along each axis `(2,)`; what is missing to 1 the map
    does not show.
    """

    mean: Tensor
    axes: Tensor
    points: Tensor
    explained: Tensor

    def project(self, states: Tensor) -> Tensor:
        """The places of other states `(n, num_hiddens)` on this map `(n, 2)`."""
        return (states - self.mean) @ self.axes.T


def state_map(states: Tensor) -> StateMap:
    """The map of states `(n, num_hiddens)`, n at least 3, by singular value decomposition.

    Each axis points so that its largest number is positive: the map comes out the same each time.

    Raises:
        ValueError: fewer than three states, fewer than two units, or all states the same.
    """
    if states.dim() != 2 or len(states) < 3 or states.shape[1] < 2:
        shape = tuple(states.shape)
        raise ValueError(f"states has shape {shape}; expected (n, num_hiddens), at least three states of two units")
    mean = states.mean(dim=0)
    centred = states - mean
    _, lengths, axes = torch.linalg.svd(centred, full_matrices=False)
    if not (variances := lengths.square()).sum() > 0:
        raise ValueError("all states are the same: a map of them is one point")
    axes = axes[:2] * axes[:2].gather(1, axes[:2].abs().argmax(dim=1, keepdim=True)).sign()
    return StateMap(mean, axes, centred @ axes.T, variances[:2] / variances.sum())


def nearest(states: Tensor, k: int = 1) -> Tensor:
    """The k nearest others of each state by Euclidean distance over all units, as indices `(n, k)`, nearest first.

    Raises ValueError unless k is 1 to n - 1.
    """
    if not 1 <= k < len(states):
        raise ValueError(f"k is {k}; {len(states)} states have 1 to {len(states) - 1} nearest others")
    # by differences: the quicker matrix product rounds short distances between long vectors away
    distances = torch.cdist(states, states, compute_mode="donot_use_mm_for_euclid_dist")
    return distances.fill_diagonal_(torch.inf).argsort(dim=1, stable=True)[:, :k]


def _check(rnn: nn.RNNBase, reset: float | None, update: float | None) -> None:
    if not isinstance(rnn, nn.GRU):
        name = type(rnn).__name__
        raise ValueError(f"expected an nn.GRU, not {name}: an LSTM has other gates, and a cell beside the state")
    if rnn.bidirectional:
        raise ValueError("this GRU reads in two directions; gates are recomputed for one with bidirectional=False")
    if rnn.batch_first:
        raise ValueError("this GRU has batch_first=True; gates reads X (steps, batch, input): permute X and rebuild it")
    for name, value in (("reset", reset), ("update", update)):
        if value is not None and not 0 <= value <= 1:
            raise ValueError(f"{name} is {value}; a gate is forced to a number from 0 to 1, or None")


def _forced(weights: tuple[Tensor, ...], reset: float | None, update: float | None) -> list[Tensor]:
    """The weights with a gate's rows replaced by zeros and the bias that brings its sigmoid to the value forced."""
    W_ih, W_hh, b_ih, b_hh = (w.detach().clone() for w in weights)
    num_hiddens = W_hh.shape[1]
    for start, value in ((0, reset), (num_hiddens, update)):  # PyTorch's order: reset, update, candidate
        if value is not None:
            rows = slice(start, start + num_hiddens)
            W_ih[rows], W_hh[rows], b_hh[rows] = 0, 0, 0
            b_ih[rows] = torch.logit(torch.tensor(float(value), dtype=torch.float64))  # 0 and 1 give -inf and inf
    return [W_ih, W_hh, b_ih, b_hh]
