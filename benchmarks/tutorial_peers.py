"""Two peers as well-known PyTorch tutorials set them: a two-layer LSTM, and a GRU with additive attention."""

import math
import time
from itertools import groupby
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from seq2seq_lessons.decoding import inference
from seq2seq_lessons.text import Batch, Vocab, batches, pad_rows

EVAL_BATCH_SIZE = 256


class StepwisePeer(nn.Module):
    """A model that writes one token after another; a subclass says how it starts and what a step is."""

    def start(self, X: Tensor):
        """The state before the first token, from source ids `(batch, steps)`, padding included."""
        raise NotImplementedError

    def step(self, last: Tensor, state):
        """Logits `(batch, vocab)` and the next state, from the tokens `(batch,)` fed."""
        raise NotImplementedError

    def forward(self, X: Tensor, labels: Tensor, teacher_forcing: float) -> Tensor:
        """Logits `(batch, steps, vocab)`; at each step a coin says whether the whole batch is fed the right token."""
        state, last, written = self.start(X), torch.full_like(labels[:, 0], Vocab.bos_id), []
        coins = torch.rand(labels.shape[1]) < teacher_forcing
        for t, forced in enumerate(coins.tolist()):
            logits, state = self.step(last, state)
            written.append(logits)
            last = labels[:, t] if forced else logits.argmax(dim=1)
        return torch.stack(written, dim=1)


class LstmPeer(StepwisePeer):
    """The encoder's last state is the decoder's first; weights start uniform in [-0.08, 0.08].

    Source: Sutskever et al. 2014 (arXiv 1409.3215), which the tutorials follow with two layers.
    """

    def __init__(self, source_size: int, target_size: int, embed=256, hidden=512, layers=2, dropout=0.5):
        super().__init__()
        self.source, self.target = nn.Embedding(source_size, embed), nn.Embedding(target_size, embed)
        self.encoder = nn.LSTM(embed, hidden, layers, dropout=dropout)
        self.decoder = nn.LSTM(embed, hidden, layers, dropout=dropout)
        self.dense, self.dropout = nn.Linear(hidden, target_size), nn.Dropout(dropout)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -0.08, 0.08)

    def start(self, X: Tensor) -> tuple[Tensor, Tensor]:
        return self.encoder(self.dropout(self.source(X.T)))[1]

    def step(self, last: Tensor, state: tuple[Tensor, Tensor]):
        output, state = self.decoder(self.dropout(self.target(last))[None], state)
        return self.dense(output[0]), state


class AttentionPeer(StepwisePeer):
    """One GRU layer on each side; each step looks at all of the encoder's outputs.

    Source: Bahdanau et al. 2015 (arXiv 1409.0473).
    """

    def __init__(self, source_size: int, target_size: int, hidden=128, dropout=0.1):
        super().__init__()
        self.source, self.target = nn.Embedding(source_size, hidden), nn.Embedding(target_size, hidden)
        self.encoder, self.decoder = nn.GRU(hidden, hidden), nn.GRU(2 * hidden, hidden)
        self.query, self.key, self.score = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 1)
        self.dense, self.dropout = nn.Linear(hidden, target_size), nn.Dropout(dropout)

    def start(self, X: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        outputs, hidden = self.encoder(self.dropout(self.source(X.T)))
        return outputs, self.key(outputs), hidden

    def step(self, last: Tensor, state: tuple[Tensor, Tensor, Tensor]):
        outputs, keys, hidden = state  # (source steps, batch, hidden) twice, (1, batch, hidden)
        weights = torch.softmax(self.score(torch.tanh(self.query(hidden) + keys)), dim=0)
        context = (weights * outputs).sum(dim=0, keepdim=True)
        fed = torch.cat((self.dropout(self.target(last))[None], context), dim=2)
        output, hidden = self.decoder(fed, hidden)
        return self.dense(output[0]), (outputs, keys, hidden)


class PeerRun(NamedTuple):
    """seconds and epochs that a training took; loss: the mean of the last 100 steps', in nats per token."""

    seconds: float
    epochs: float
    loss: float


def train(
    model: StepwisePeer,
    data: Batch,
    seconds: float,
    batch_size: int,
    teacher_forcing: float,
    clip_norm: float = math.inf,
    seed: int = 0,
    lr: float = 0.001,
    epochs: float = math.inf,
) -> PeerRun:
    """Adam at a constant rate until time or epochs are over; batches of similar lengths, no loss on padding."""
    torch.manual_seed(seed)
    generator, optimizer = torch.Generator().manual_seed(seed), torch.optim.Adam(model.parameters(), lr=lr)
    started, losses, steps_per_epoch = time.perf_counter(), [], math.ceil(len(data.source_len) / batch_size)
    model.train()
    while True:
        for batch in batches(data, batch_size, generator):
            optimizer.zero_grad()
            logits = model(batch.source, batch.target, teacher_forcing)
            loss = cross_entropy(logits.flatten(0, 1), batch.target.flatten(), ignore_index=Vocab.pad_id)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
            optimizer.step()
            losses.append(loss.item())
            taken, done, last = time.perf_counter() - started, len(losses) / steps_per_epoch, losses[-100:]
            if taken >= seconds or done >= epochs:
                return PeerRun(taken, done, sum(last) / len(last))


def translate(
    model: StepwisePeer, token_lists: list[list[str]], source_vocab: Vocab, target_vocab: Vocab, max_steps: int
) -> list[str]:
    """Greedy translations, in the order given. Only sources of equal length share a batch: no model reads padding."""
    said, order = [""] * len(token_lists), sorted(range(len(token_lists)), key=lambda i: len(token_lists[i]))
    for _, group in groupby(order, key=lambda i: len(token_lists[i])):
        rows = list(group)
        for start in range(0, len(rows), EVAL_BATCH_SIZE):
            part = rows[start : start + EVAL_BATCH_SIZE]
            X, _ = pad_rows([token_lists[i] for i in part], source_vocab, max_steps)
            for i, ids in zip(part, _greedy(model, X, max_steps), strict=True):
                said[i] = " ".join(target_vocab.decode(ids))
    return said


def _greedy(model: StepwisePeer, X: Tensor, max_steps: int) -> list[list[int]]:
    with inference(model):
        state, last, written = model.start(X), torch.full((len(X),), Vocab.bos_id), []
        for _ in range(max_steps):
            logits, state = model.step(last, state)
            last = logits.argmax(dim=1)
            written.append(last)
    rows = torch.stack(written, dim=1).tolist()
    return [row[: row.index(Vocab.eos_id)] if Vocab.eos_id in row else row for row in rows]
