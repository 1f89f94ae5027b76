"""The d2l package (PyPI: d2l 1.0.3) as the peer: installed into a scratch folder, with stubs for what it does not need.

Its package holds the book's encoder and training function; the decoder is written here in the article's design (the
context is the running state's top layer), since the package leaves it out.
"""

import contextlib
import importlib
import io
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from unittest import mock
from unittest.mock import MagicMock

import torch
from torch import nn

VERSION = "1.0.3"
# drawing, pictures and data frames: imported by d2l, used by nothing that is measured here
STUBS = ("torchvision", "torchvision.transforms", "scipy", "scipy.spatial")


def load_d2l(scratch: Path):
    """Install d2l into `scratch` if it is not there, and import its torch half."""
    folder = scratch / f"d2l-{VERSION}"
    if not (folder / "d2l").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps"]
        subprocess.run([*pip, "--target", str(folder), f"d2l=={VERSION}"], check=True)
    missing = [name for name in STUBS if name not in sys.modules]
    sys.modules.update({name: MagicMock() for name in missing})
    sys.path.insert(0, str(folder))
    try:
        d2l = importlib.import_module("d2l.torch")
    finally:
        sys.path.remove(str(folder))
        for name in missing:  # nobody else may take a stub for the real thing
            del sys.modules[name]
    d2l.Animator = MagicMock()  # the live curve would be drawn on the peer's time
    # the original fails on a translation of no word or one
    d2l.Vocab.to_tokens = lambda self, ids: [self.idx_to_token[int(i)] for i in ids]
    return d2l


class Trained(NamedTuple):
    """What a run of d2l's training took and came to.

    losses: per real token, one for each epoch; num_tokens: real target tokens of an epoch.
    """

    seconds: float
    losses: list[float]
    num_tokens: int


class PeerDecoder(nn.Module):
    """The article's decoder: the context at every call is the top layer of the state that it is given."""

    def __init__(self, vocab_size: int, embed_size: int, num_hiddens: int, num_layers: int, dropout: float):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.rnn = nn.GRU(embed_size + num_hiddens, num_hiddens, num_layers, dropout=dropout)
        self.dense = nn.Linear(num_hiddens, vocab_size)

    def init_state(self, enc_outputs, *args):
        return enc_outputs[1]

    def forward(self, X, state):
        return self.step(X, state, state[-1])

    def step(self, X, state, context):
        embedded = self.embedding(X).permute(1, 0, 2)
        context = context.repeat(embedded.shape[0], 1, 1)
        output, state = self.rnn(torch.cat((embedded, context), 2), state)
        return self.dense(output).permute(1, 0, 2), state


class KeptContext(nn.Module):
    """A trained PeerDecoder that keeps the encoder's context for all steps, as the book's later editions do."""

    def __init__(self, decoder: PeerDecoder):
        super().__init__()
        self.decoder = decoder

    def init_state(self, enc_outputs, *args):
        state = enc_outputs[1]
        return state, state[-1]

    def forward(self, X, state):
        hidden, context = state
        logits, hidden = self.decoder.step(X, hidden, context)
        return logits, (hidden, context)


class PeerModel(nn.Module):
    """The book's encoder and the article's decoder; returns logits and state, as `d2l.train_seq2seq` wants."""

    def __init__(self, d2l, source_vocab_size: int, target_vocab_size: int, sizes: tuple):
        super().__init__()
        self.encoder = d2l.Seq2SeqEncoder(source_vocab_size, *sizes)
        self.decoder = PeerDecoder(target_vocab_size, *sizes)

    def forward(self, enc_X, dec_X, *args):
        return self.decoder(dec_X, self.decoder.init_state(self.encoder(enc_X, *args)))


def peer_data(d2l, pairs, num_steps: int):
    """The pairs as d2l's arrays (source, source_len, target, target_len) and vocabularies."""
    return arrays_of_text(d2l, "\n".join(f"{source}\t{target}" for source, target in pairs), num_steps)


def arrays_of_text(d2l, text: str, num_steps: int):
    """What `d2l.load_data_nmt` does with a file's text: its arrays and vocabularies, as in `peer_data`."""
    source, target = d2l.tokenize_nmt(d2l.preprocess_nmt(text))
    vocabs = [d2l.Vocab(side, min_freq=2, reserved_tokens=["<pad>", "<bos>", "<eos>"]) for side in (source, target)]
    arrays = [d2l.build_array_nmt(side, vocab, num_steps) for side, vocab in zip((source, target), vocabs, strict=True)]
    return (*arrays[0], *arrays[1]), *vocabs


def train_peer(d2l, net: nn.Module, batches, lr: float, epochs: int, target_vocab, num_steps: int) -> Trained:
    """Run `d2l.train_seq2seq`; it prints a loss that is num_steps times too small, here is the right one."""
    sums = []  # one accumulator an epoch: summed loss / num_steps, and real target tokens

    class Recorded(d2l.Accumulator):
        def __init__(self, n: int):
            super().__init__(n)
            sums.append(self)

    started = time.perf_counter()
    with mock.patch.object(d2l, "Accumulator", Recorded), contextlib.redirect_stdout(io.StringIO()):
        d2l.train_seq2seq(net, batches, lr, epochs, target_vocab, torch.device("cpu"))
    losses = [num_steps * loss / num_tokens for loss, num_tokens in sums]
    return Trained(time.perf_counter() - started, losses, int(sums[-1][1]))
