"""What must hold of a GRU's gates and of the ledger of what they write, whatever the weights."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from seq2seq_lessons.gru import gru_weights
from seq2seq_lessons.inspection import GateRun, Ledger

from .encoding import Reading
from .frames import Law


def gate_laws(reading: Reading, runs: Mapping[str, Sequence[GateRun]]) -> dict[str, Law]:
    """The law of each run: "free", or with a gate held, "z = 1", "z = 0" and "r = 0"; runs[name][layer]."""
    free, hold, write = (runs[name][-1] for name in ("free", "z = 1", "z = 0"))
    return {
        "free": Law("free: these are the states that nn.GRU computes", _close(free.states, reading.output)),
        "z = 1": Law("z = 1 holds: h is h0 at every word, in every unit", bool((hold.states == hold.h0).all())),
        "z = 0": Law("z = 0 writes: h is n at every word, in every unit", torch.equal(write.states, write.candidate)),
        "r = 0": Law(
            "r = 0: n follows from the word read and the biases, whatever h was",
            _candidates_of_inputs(reading, runs["r = 0"]),
        ),
    }


@torch.no_grad()
def _candidates_of_inputs(reading: Reading, layers: Sequence[GateRun]) -> bool:
    """Whether each layer's candidates are tanh(W_in x + b_in) of what it read, and of nothing else."""
    inputs = [reading.embedded, *(run.states for run in layers[:-1])]
    same = []
    for number, (x, run) in enumerate(zip(inputs, layers, strict=True)):
        W_ih, _, b_ih, _ = gru_weights(reading.rnn, number)
        new = slice(2 * reading.rnn.hidden_size, None)  # PyTorch's order: reset, update, candidate
        same.append(_close(run.candidate, torch.tanh(x @ W_ih[new].T + b_ih[new])))
    return all(same)


def ledger_law(shares: Tensor, ledger: Ledger, final: Tensor) -> Law:
    """Of the shares that are drawn `(1 + steps, units)`, the ledger that they come from, and the final state."""
    holds = _close(shares.sum(dim=0), torch.ones(shares.shape[1])) and _close(ledger.rebuild(), final)
    return Law("the shares sum to 1, and Σ share · n + the start's share · h0 is the final state", holds)


def _close(a: Tensor, b: Tensor) -> bool:
    return torch.allclose(a, b, rtol=0, atol=1e-5)
