"""The encoder: ids -> embedding -> permute -> GRU (lesson 03)."""

from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Seq2SeqEncoder(nn.Module):
    """A GRU that reads a batch of sentences and returns its states.

    Args:
        vocab_size: number of source tokens.
        embed_size: numbers per token.
        num_hiddens: numbers per hidden state.
        num_layers: GRU layers, one above the other.
        dropout: probability of dropping a number between two layers (none after the last) while training.

    Source: Cho et al. 2014 (arXiv 1406.1078), Sutskever et al. 2014 (arXiv 1409.3215).
    """

    def __init__(self, vocab_size: int, embed_size: int, num_hiddens: int, num_layers: int, dropout: float = 0.0):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.rnn = nn.GRU(embed_size, num_hiddens, num_layers, dropout=dropout if num_layers > 1 else 0.0)

    def forward(self, X: Tensor, valid_len: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Read the sentences.

        Args:
            X: ids `(batch, steps)` int64.
            valid_len: `(batch,)` int64, real tokens per sentence, best on the host. With it padding is never read.

        Returns:
            output `(steps, batch, num_hiddens)`, the top layer's state after each step (0 after a sentence's end), and
            state `(num_layers, batch, num_hiddens)`, each layer's state after the last step, or, with `valid_len`,
            after each sentence's last real token.
        """
        embedded = self.embedding(X).permute(1, 0, 2)  # (batch, steps, embed) -> (steps, batch, embed)
        num_steps = X.shape[1]
        if valid_len is None:
            return self.rnn(embedded)
        lengths = valid_len.cpu()
        if bool((lengths == num_steps).all()):  # no padding, nothing to skip
            return self.rnn(embedded)
        is_sorted = bool((lengths[:-1] >= lengths[1:]).all())
        packed = pack_padded_sequence(embedded, lengths, enforce_sorted=is_sorted)
        output, state = self.rnn(packed)
        output, _ = pad_packed_sequence(output, total_length=num_steps)
        return output, state
