"""The article's run, ours and d2l's in turn: tokens/s at the same batch size, and the per-token loss at the end."""

import contextlib
import io
import statistics
import time
from dataclasses import replace
from pathlib import Path

import torch

from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.training import ARTICLE, ARTICLE_MODEL, History
from seq2seq_lessons.translator import Translator
from tests.benchmarks.peer import PeerModel, load_d2l, peer_data

NUM_PAIRS = 600
EPOCHS_PER_ROUND = 30


def run(pairs: list[SentencePair], scratch: Path, rounds: int, threads: int, seed: int = 0) -> dict:
    """Interleave ours and the peer's (A B A B …) at the article's sizes, then train ours for its 300 epochs."""
    torch.set_num_threads(threads)
    pairs = pairs[:NUM_PAIRS]
    d2l = load_d2l(scratch)
    data = peer_data(d2l, pairs, ARTICLE.num_steps)
    num_tokens = EPOCHS_PER_ROUND * int(data[0][3].sum())  # both sides count the peer's real target tokens
    speeds: dict[str, list[float]] = {"ours": [], "peer": []}
    for i in range(rounds):
        speeds["ours"].append(num_tokens / _ours(pairs, seed + i, EPOCHS_PER_ROUND).seconds[-1])
        speeds["peer"].append(num_tokens / _peer(d2l, data, seed + i))
    loss = _ours(pairs, seed, ARTICLE.epochs).train_loss[-1]
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    return {
        "threads": threads,
        "ours tokens/s": medians["ours"],
        "peer tokens/s": medians["peer"],
        "ratio": medians["ours"] / medians["peer"],
        "spread of the ratio": sorted(a / b for a, b in zip(speeds["ours"], speeds["peer"], strict=True)),
        "final loss per token": loss,
    }


def _ours(pairs, seed: int, epochs: int) -> History:
    config = replace(ARTICLE, epochs=epochs, seed=seed, device="cpu")
    return Translator.train(pairs, ARTICLE_MODEL, config, progress=False).history


def _peer(d2l, data, seed: int) -> float:
    torch.manual_seed(seed)
    arrays, source_vocab, target_vocab = data
    sizes = (ARTICLE_MODEL.embed_size, ARTICLE_MODEL.num_hiddens, ARTICLE_MODEL.num_layers, ARTICLE_MODEL.dropout)
    net = PeerModel(d2l, len(source_vocab), len(target_vocab), sizes)
    batches = d2l.load_array(arrays, ARTICLE.batch_size)
    started = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):  # it prints a loss that is num_steps times too small
        d2l.train_seq2seq(net, batches, ARTICLE.lr, EPOCHS_PER_ROUND, target_vocab, torch.device("cpu"))
    return time.perf_counter() - started
