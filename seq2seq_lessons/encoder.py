"""The encoder: ids -> embedding -> permute -> GRU (lesson 03)."""

from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seq2seq_lessons.gru import recurrent


class Seq2SeqEncoder(nn.Module):
    """A GRU that reads a batch of sentences and returns its states.

    Args:
        vocab_size: number of source tokens.
        embed_size: numbers per token.
        num_hiddens: numbers per hidden state.
        num_layers: GRU layers, one above the other.
        dropout: probability of dropping a number between two layers (none after the last) while training.
        cell: "gru", or "lstm", whose state is a pair `(h, c)` (lesson 13).
        bidirectional: half of the numbers read the sentence forwards, half of them backwards (lesson 13).

    Raises:
        ValueError: another cell, or bidirectional with an odd num_hiddens.

    Source: Cho et al. 2014 (arXiv 1406.1078), Sutskever et al. 2014 (arXiv 1409.3215).
    """

    def __init__(
        self,
        vocab_size: int,
        embed_size: int,
        num_hiddens: int,
        num_layers: int,
        dropout: float = 0.0,
        cell: str = "gru",
        bidirectional: bool = False,
    ):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_size)
        dropout = dropout if num_layers > 1 else 0.0
        if bidirectional and num_hiddens % 2:
            raise ValueError(
                f"num_hiddens is {num_hiddens}; expected an even number: a bidirectional encoder gives "
                "half of it to each direction"
            )
        size = num_hiddens // 2 if bidirectional else num_hiddens
        self.rnn = recurrent(cell)(embed_size, size, num_layers, dropout=dropout, bidirectional=bidirectional)

    def forward(self, X: Tensor, valid_len: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Read the sentences.

        Args:
            X: ids `(batch, steps)` int64.
            valid_len: `(batch,)` int64, real tokens per sentence, best on the host. With it padding is never read.

        Returns:
            output `(steps, batch, num_hiddens)`, the top layer's state after each step (0 after a sentence's end), and
            state `(num_layers, batch, num_hiddens)`, each layer's state after the last step, or, with `valid_len`,
            after each sentence's last real token. (An LSTM's state is two such tensors, `(h, c)`.)
        """
        embedded = self.embedding(X).permute(1, 0, 2)  # (batch, steps, embed) -> (steps, batch, embed)
        num_steps = X.shape[1]
        lengths = valid_len.cpu() if valid_len is not None else None
        if lengths is None or bool((lengths == num_steps).all()):  # no padding, nothing to skip
            output, state = self.rnn(embedded)
        else:
            is_sorted = bool((lengths[:-1] >= lengths[1:]).all())
            packed = pack_padded_sequence(embedded, lengths, enforce_sorted=is_sorted)
            output, state = self.rnn(packed)
            output, _ = pad_packed_sequence(output, total_length=num_steps)
        return output, side_by_side(state) if self.rnn.bidirectional else state


def side_by_side(state):
    """Both readers' states next to each other: `(layers * 2, batch, hiddens / 2)` -> `(layers, batch, hiddens)`."""
    if isinstance(state, tuple):  # an LSTM's (h, c)
        return tuple(side_by_side(part) for part in state)
    return state.unflatten(0, (-1, 2)).permute(0, 2, 1, 3).flatten(2)  # by way of (layers, batch, 2, hiddens / 2)
