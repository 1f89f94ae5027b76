"""A sentence while the encoder reads it, as the explorers of lessons 12 and 13 look at it."""

from collections.abc import Sequence
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from seq2seq_lessons.decoding import inference
from seq2seq_lessons.text import pad_rows, tokenize
from seq2seq_lessons.translator import Translator


class Reading(NamedTuple):
    """One sentence, what the encoder's GRU is fed and what it returns.

    tokens: what is read, `<eos>` included and unknown words as `<unk>`.
    X: their ids `(1, steps)`.
    rnn: the encoder's GRU.
    embedded: what it is fed `(steps, 1, embed_size)`.
    output: its top layer's state after each token `(steps, 1, num_hiddens)`.
    """

    tokens: list[str]
    X: Tensor
    rnn: nn.GRU
    embedded: Tensor
    output: Tensor


def reading_of(translator: Translator, sentence: str) -> Reading:
    """Let the encoder read a sentence.

    Raises:
        ValueError: the sentence has no token.
    """
    (tokens, X), encoder = source_of(translator, sentence), translator.model.encoder
    rnn = cast(nn.GRU, encoder.rnn)  # an LSTM is refused in words where its gates are asked for
    with inference(encoder):
        return Reading(tokens, X, rnn, encoder.embedding(X).permute(1, 0, 2), encoder(X)[0])


def source_of(translator: Translator, sentence: str) -> tuple[list[str], Tensor]:
    """The tokens and the ids of a `Reading`, and ValueError for a sentence without a token."""
    tokens = tokenize(sentence)
    if not tokens:
        raise ValueError(f'the sentence {sentence!r} has no token to read; give one such as "I\'m home."')
    X, _ = pad_rows([tokens], translator.source_vocab, translator.train_config.num_steps)
    return translator.source_vocab.decode(X[0]), X.to(translator.device)


def unit_influence(translator: Translator, X: Tensor, ids: Sequence[int]) -> Tensor:
    """How far each unit of the final state moves when a word is replaced, as `inspection.influence`, unit by unit.

    Args:
        X: ids of one sentence `(1, steps)`.
        ids: the words that stand in for each word in turn; the word itself is left out, and the changes averaged.

    Returns:
        the changes `(steps, num_hiddens)`, on the CPU.
    """
    others, steps = torch.as_tensor(list(ids), dtype=X.dtype, device=X.device), X.shape[1]
    rows = X.repeat(steps * len(others), 1).reshape(steps, len(others), steps)
    rows[torch.arange(steps), :, torch.arange(steps)] = others
    with inference(translator.model.encoder):
        output, _ = translator.model.encoder(torch.cat((X, rows.flatten(0, 1))))
    moved = (output[-1][1:] - output[-1][0]).abs().reshape(steps, len(others), -1)
    differs = (X[0][:, None] != others)[..., None]
    return ((moved * differs).sum(dim=1) / differs.sum(dim=1).clamp(min=1)).cpu()
