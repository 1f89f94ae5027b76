"""The decoder: the context beside every input token, a GRU, a dense layer (lesson 04)."""

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from seq2seq_lessons.gru import recurrent


class DecoderState(NamedTuple):
    """What the decoder carries from step to step.

    context `(batch, num_hiddens)`: the top layer of the encoder's final state; it never changes during decoding.
    hidden `(num_layers, batch, num_hiddens)`: the decoder GRU's own state; it changes at every step.

    Either may be a tuple of tensors: an LSTM's hidden is `(h, c)`, an attention decoder's context is all that it may
    look at (lesson 13).
    """

    context: Any
    hidden: Any

    def rows(self) -> Tensor:
        """The numbers of the batch's sentences, `(batch,)` int64."""
        top = top_layer(self.hidden)
        return torch.arange(len(top), device=top.device)

    def select(self, rows: Tensor) -> "DecoderState":
        """The state of some sentences of the batch only, or of some repeated: rows `(n,)` int64."""
        return DecoderState(_select(self.context, rows, 0), _select(self.hidden, rows, 1))


def _select(part: Any, rows: Tensor, dim: int) -> Any:
    if isinstance(part, tuple):
        return tuple(_select(inner, rows, dim) for inner in part)
    return part.index_select(dim, rows)


class Seq2SeqDecoder(nn.Module):
    """A GRU that writes a sentence, one token after another, from the encoder's final state.

    Args:
        vocab_size: number of target tokens.
        embed_size, num_hiddens, num_layers, dropout, cell: as the encoder's; num_hiddens, num_layers and cell must be
            equal to the encoder's, whose state becomes this GRU's first.

    Raises:
        ValueError: another cell than "gru" or "lstm".

    Source: Cho et al. 2014 (arXiv 1406.1078), which feeds the context at every step.
    """

    def __init__(
        self,
        vocab_size: int,
        embed_size: int,
        num_hiddens: int,
        num_layers: int,
        dropout: float = 0.0,
        cell: str = "gru",
    ):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_size)
        dropout = dropout if num_layers > 1 else 0.0
        self.rnn = recurrent(cell)(embed_size + num_hiddens, num_hiddens, num_layers, dropout=dropout)
        self.dense = nn.Linear(num_hiddens, vocab_size)

    def init_state(self, enc_outputs: tuple[Tensor, Tensor], valid_len: Tensor | None = None) -> DecoderState:
        """The first state, from what the encoder returned: its state, not its output."""
        _, state = enc_outputs
        return DecoderState(context=top_layer(state), hidden=state)

    def forward(self, X: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read the tokens fed to the decoder and score every word as the next one, at every step.

        Args:
            X: ids `(batch, steps)` int64.
            state: from `init_state`, or from the previous call.

        Returns:
            logits `(batch, steps, vocab_size)`, and the state to go on with.
        """
        output, state = self.step(X, state)
        return self.dense(output).permute(1, 0, 2), state  # (steps, batch, vocab) -> (batch, steps, vocab)

    def step(self, X: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """`forward` without the dense layer: output `(steps, batch, num_hiddens)`, and the state to go on with."""
        output, hidden = self.rnn(self.rnn_input(X, state.context), state.hidden)
        return output, DecoderState(state.context, hidden)

    def rnn_input(self, X: Tensor, context: Tensor) -> Tensor:
        """What the GRU reads, each token's embedding with the context beside it: `(steps, batch, embed + hiddens)`.

        Args:
            X: ids `(batch, steps)` int64.
            context: `(batch, num_hiddens)`.
        """
        embedded = self.embedding(X).permute(1, 0, 2)  # (batch, steps, embed) -> (steps, batch, embed)
        context = context.expand(X.shape[1], -1, -1)  # (batch, hiddens) -> (steps, batch, hiddens), no copy
        return torch.cat((embedded, context), dim=2)


def top_layer(state: Tensor | tuple[Tensor, Tensor]) -> Tensor:
    """h of the highest layer, `(batch, num_hiddens)`, from a GRU's state h or an LSTM's `(h, c)`."""
    return state[0][-1] if isinstance(state, tuple) else state[-1]
