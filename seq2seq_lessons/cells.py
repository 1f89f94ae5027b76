"""Which recurrent network stands in both halves: a GRU, or an LSTM in its place (lesson 13)."""

from torch import nn

CELLS = {"gru": nn.GRU, "lstm": nn.LSTM}


def recurrent(cell: str) -> type[nn.GRU] | type[nn.LSTM]:
    """PyTorch's class for "gru" or "lstm". A GRU's state is one tensor h, an LSTM's is two, `(h, c)`.

    Raises:
        ValueError: another name.

    Source: Cho et al. 2014 (arXiv 1406.1078) for the GRU; Hochreiter and Schmidhuber 1997, Long Short-Term Memory.
    """
    if cell not in CELLS:
        raise ValueError(f"cell is {cell!r}; expected one of {', '.join(map(repr, CELLS))}")
    return CELLS[cell]
