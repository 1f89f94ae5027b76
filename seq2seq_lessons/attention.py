"""Attention: at every step a new context, a weighted mean of all that the encoder wrote (lesson 13)."""

import torch
from torch import Tensor, nn

from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder, top_layer


class AttentionDecoder(Seq2SeqDecoder):
    """The decoder of lesson 04 with one change: where the context comes from.

    Before each step it compares its state with the encoder's output at every source token, turns the scores into
    weights that sum to 1, and takes the mean of the outputs, so weighted, for its context.

    Args:
        vocab_size, embed_size, num_hiddens, num_layers, dropout, cell: as `Seq2SeqDecoder`'s.

    Source: Bahdanau et al. 2015 (arXiv 1409.0473), whose scores are additive.
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
        super().__init__(vocab_size, embed_size, num_hiddens, num_layers, dropout, cell)
        self.query = nn.Linear(num_hiddens, num_hiddens, bias=False)
        self.key = nn.Linear(num_hiddens, num_hiddens, bias=False)
        self.score = nn.Linear(num_hiddens, 1, bias=False)

    def init_state(self, enc_outputs: tuple[Tensor, Tensor], valid_len: Tensor | None = None) -> DecoderState:
        """The first state, from the encoder's output and state.

        Args:
            enc_outputs: what the encoder returned.
            valid_len: real tokens per source, `(batch,)` int64; None when nothing is padded.

        Returns:
            a DecoderState whose context is `(values, keys, mask)`: the outputs and their keys, each
            `(batch, source_steps, num_hiddens)`, and True at real tokens, `(batch, source_steps)`.
        """
        output, state = enc_outputs
        values = output.permute(1, 0, 2)  # (source_steps, batch, hiddens) -> (batch, source_steps, hiddens)
        mask = torch.ones(values.shape[:2], dtype=torch.bool, device=values.device)
        if valid_len is not None:
            places = torch.arange(values.shape[1], device=values.device)
            mask = places < valid_len.to(values.device, non_blocking=True)[:, None]
        return DecoderState(context=(values, self.key(values), mask), hidden=state)

    def step(self, X: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """`forward` without the dense layer: output `(steps, batch, num_hiddens)`, and the state to go on with."""
        hidden, outputs = state.hidden, []
        for fed in X.split(1, dim=1):  # one step at a time: each looks with the state before it
            seen, _ = self.attend(top_layer(hidden), state.context)
            output, hidden = self.rnn(self.rnn_input(fed, seen), hidden)
            outputs.append(output)
        return torch.cat(outputs), DecoderState(state.context, hidden)

    def attend(self, query: Tensor, context: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Where to look, and what is seen there.

        Args:
            query: the decoder's state before the step, `(batch, num_hiddens)`.
            context: `(values, keys, mask)` of `init_state`.

        Returns:
            the weighted mean of the values `(batch, num_hiddens)`, and the weights `(batch, source_steps)`, which sum
            to 1 and are exactly 0 at padding.
        """
        values, keys, mask = context
        scores = self.score(torch.tanh(self.query(query)[:, None] + keys))[:, :, 0]  # (batch, source_steps)
        weights = torch.softmax(scores.masked_fill(~mask, -torch.inf), dim=1)
        return (weights[:, None] @ values)[:, 0], weights
