"""Which units stand next to each other in the X-ray's states: those that behave alike."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from seq2seq_lessons.decoding import decode
from seq2seq_lessons.inspection import gates
from seq2seq_lessons.model import inference
from seq2seq_lessons.text import SPECIAL_TOKENS, pad_rows, tokenize
from seq2seq_lessons.translator import Translator

NUM_SENTENCES, NUM_WORDS = 300, 6  # drawn where none are given
SWAPS_PER_UNIT = 60  # tried at each reach


def grid_columns(num_units: int) -> int:
    """How many units stand in a row of a state's grid: as square as it gets without a hole, if that is possible."""
    least = math.ceil(math.sqrt(num_units))
    return next((n for n in range(least, 2 * least + 1) if num_units % n == 0), least)


def seen_states(translator: Translator, sentences: Sequence[str] | None = None) -> Tensor:
    """The states of both halves while sentences are read and translated, `(num_layers, states, num_hiddens)`.

    Args:
        translator: a GRU translator.
        sentences: of the source language; when left out, rows of words from its vocabulary, frequent ones more often.
    """
    vocab, num_steps = translator.source_vocab, translator.train_config.num_steps
    if sentences is None:
        words = vocab.tokens[len(SPECIAL_TOKENS) :] or [SPECIAL_TOKENS[1]]
        weights = 1 / torch.arange(1, len(words) + 1)  # Zipf's law: a vocabulary stands in the order of frequency
        drawn = torch.multinomial(
            weights.expand(NUM_SENTENCES, -1), NUM_WORDS, True, generator=torch.Generator().manual_seed(0)
        )
        token_lists = [[words[i] for i in row] for row in drawn.tolist()]
    else:
        token_lists = [tokens for tokens in map(tokenize, sentences) if tokens]
    X, valid_len = pad_rows(token_lists, vocab, num_steps)
    X, model = X.to(translator.device), translator.model
    with inference(model):
        runs = gates(model.encoder.rnn, model.encoder.embedding(X).permute(1, 0, 2))
        read = torch.arange(X.shape[1])[:, None] < valid_len  # (steps, batch): what stands before the padding
        reading = torch.stack([run.states[read.to(X.device)] for run in runs])
        steps = decode(model, model.init_state(X, valid_len), max_steps=num_steps)
        writing = torch.cat([step.after.hidden for step in steps], dim=1)
    return torch.cat((reading, writing), dim=1).float().cpu()


def arrange(states: Tensor, columns: int) -> list[int]:
    """The units in the order of their places, row by row: the nearer two stand, the more their values go together.

    The two directions of most common variance give rows and columns; swaps that bring correlated units closer follow,
    at first across the grid, then among neighbours.

    Args:
        states: of one layer `(n, num_hiddens)`.
        columns: units per row of the grid.
    """
    size = states.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.nan_to_num(np.atleast_2d(np.corrcoef(states.numpy().T)))  # a unit that never moves: 0
    _, directions = np.linalg.eigh(correlation)
    by_row = np.argsort(directions[:, -1], kind="stable")
    across = directions[:, -min(2, size)]
    order = np.concatenate([row[np.argsort(across[row])] for row in np.split(by_row, range(columns, size, columns))])
    place = np.stack(np.divmod(np.arange(size), columns), axis=1)
    distance = np.square(place[:, None] - place).sum(axis=2)
    chance = np.random.default_rng(0)
    for reach in (3.0, 2.0, 1.0):
        nearness = np.exp(-distance / (2 * reach**2))
        for a, b in chance.integers(0, size, (SWAPS_PER_UNIT * size, 2)):
            u, v = order[a], order[b]
            pull = nearness[a] - nearness[b]
            pull[[a, b]] = 0  # their own distance stays
            if pull @ (correlation[v] - correlation[u])[order] > 0:
                order[a], order[b] = v, u
    return order.tolist()
