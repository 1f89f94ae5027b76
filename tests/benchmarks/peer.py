"""The d2l package (PyPI: d2l 1.0.3) as the peer: installed into a scratch folder, with stubs for what it does not need.

Its package holds the book's encoder and training function; the decoder is written here in the article's design (the
context is the running state's top layer), since the package leaves it out.
"""

import importlib
import subprocess
import sys
from pathlib import Path
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
    for name in STUBS:
        sys.modules.setdefault(name, MagicMock())
    sys.path.insert(0, str(folder))
    d2l = importlib.import_module("d2l.torch")
    d2l.Animator = MagicMock()  # the live curve would be drawn on the peer's time
    return d2l


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
        embedded = self.embedding(X).permute(1, 0, 2)
        context = state[-1].repeat(embedded.shape[0], 1, 1)
        output, state = self.rnn(torch.cat((embedded, context), 2), state)
        return self.dense(output).permute(1, 0, 2), state


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
    text = d2l.preprocess_nmt("\n".join(f"{source}\t{target}" for source, target in pairs))
    source, target = d2l.tokenize_nmt(text)
    vocabs = [d2l.Vocab(side, min_freq=2, reserved_tokens=["<pad>", "<bos>", "<eos>"]) for side in (source, target)]
    arrays = [d2l.build_array_nmt(side, vocab, num_steps) for side, vocab in zip((source, target), vocabs, strict=True)]
    return (*arrays[0], *arrays[1]), *vocabs
