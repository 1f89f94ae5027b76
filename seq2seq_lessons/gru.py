"""A GRU by hand, gate by gate, as PyTorch computes it (lesson 02)."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq_lessons.config import CELLS


def recurrent(cell: str) -> type[nn.GRU] | type[nn.LSTM]:
    """PyTorch's class for "gru" or "lstm". A GRU's state is one tensor h, an LSTM's is two, `(h, c)` (lesson 13).

    Raises:
        ValueError: another name.

    Source: Cho et al. 2014 (arXiv 1406.1078) for the GRU; Hochreiter and Schmidhuber 1997, Long Short-Term Memory.
    """
    if cell not in CELLS:
        raise ValueError(f"cell is {cell!r}; expected one of {', '.join(map(repr, CELLS))}")
    return nn.GRU if cell == "gru" else nn.LSTM


class Gates(NamedTuple):
    """What one GRU step computes on the way; each `(batch, num_hiddens)`.

    reset and update lie in (0, 1), candidate in (-1, 1). update = 1 keeps the old state, 0 replaces it.
    """

    reset: Tensor
    update: Tensor
    candidate: Tensor


def gru_step(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> tuple[Tensor, Gates]:
    """One step of one GRU layer.

    Args:
        x: the input `(batch, input_size)`.
        h: the state before the step `(batch, num_hiddens)`.
        W_ih `(3 * num_hiddens, input_size)`, W_hh `(3 * num_hiddens, num_hiddens)`, b_ih and b_hh `(3 * num_hiddens,)`:
            the three gates' weights stacked in PyTorch's order reset, update, candidate.

    Returns:
        the new state `(batch, num_hiddens)`, and the gates.

    Source: PyTorch's nn.GRU, which resets after the matrix product (Cho et al. 2014, arXiv 1406.1078v1); the published
    version (v3) resets the state before it.
    """
    x_r, x_z, x_n = (x @ W_ih.T + b_ih).chunk(3, dim=-1)
    h_r, h_z, h_n = (h @ W_hh.T + b_hh).chunk(3, dim=-1)
    r = torch.sigmoid(x_r + h_r)
    z = torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h, Gates(r, z, n)


def gru_weights(gru: nn.RNNBase, layer: int, reverse: bool = False) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """W_ih, W_hh, b_ih, b_hh of one layer and direction of an `nn.GRU`; zeros where it has no bias."""
    suffix = f"_l{layer}" + ("_reverse" if reverse else "")
    W_ih, W_hh = getattr(gru, "weight_ih" + suffix), getattr(gru, "weight_hh" + suffix)
    if gru.bias:
        return W_ih, W_hh, getattr(gru, "bias_ih" + suffix), getattr(gru, "bias_hh" + suffix)
    zeros = W_ih.new_zeros(W_ih.shape[0])
    return W_ih, W_hh, zeros, zeros


def run_gru(gru: nn.GRU, X: Tensor, h0: Tensor | None = None) -> tuple[Tensor, Tensor, list[list[Gates]]]:
    """Run an `nn.GRU`'s weights step by step; same numbers as `gru.eval()(X, h0)`, and the gates besides.

    Args:
        gru: any layers and directions, with or without bias, `batch_first=False`; dropout is not applied.
        X: `(steps, batch, input_size)`.
        h0: `(layers * directions, batch, num_hiddens)`, zeros when None.

    Returns:
        output `(steps, batch, directions * num_hiddens)`, state `(layers * directions, batch, num_hiddens)`, and
        gates[layer * directions + direction][step].

    Raises:
        ValueError: the GRU has batch_first=True.
    """
    if gru.batch_first:
        raise ValueError("this GRU has batch_first=True; run_gru reads (steps, batch, input): permute X and rebuild it")
    directions = 2 if gru.bidirectional else 1
    if h0 is None:
        h0 = X.new_zeros(gru.num_layers * directions, X.shape[1], gru.hidden_size)
    states, gates = [], []
    for layer in range(gru.num_layers):
        outputs = []
        for direction in range(directions):
            weights = gru_weights(gru, layer, reverse=direction == 1)
            steps = range(len(X)) if direction == 0 else reversed(range(len(X)))
            h, seen, written = h0[layer * directions + direction], {}, {}
            for t in steps:
                h, written[t] = gru_step(X[t], h, *weights)
                seen[t] = h
            outputs.append(torch.stack([seen[t] for t in range(len(X))]))
            gates.append([written[t] for t in range(len(X))])
            states.append(h)
        X = torch.cat(outputs, dim=-1)  # (steps, batch, directions * num_hiddens): the next layer's input
    return X, torch.stack(states), gates
