"""Corpus BLEU on held-out pairs after the same seconds of training: ours, with one context vector, and its peers."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch

from benchmarks import tutorial_peers
from benchmarks.compare import row, value
from benchmarks.data import encode
from benchmarks.peer import KeptContext, PeerModel, load_d2l
from benchmarks.tutorial_peers import AttentionPeer, LstmPeer
from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair, split_by_source
from seq2seq_lessons.evaluation import corpus_report, group_references, nearest_neighbour
from seq2seq_lessons.text import Batch, Vocab, tokenize
from seq2seq_lessons.translator import Translator

TEST_FRACTION = 0.05
MAX_STEPS = 50
BEAM = ", beam of 5"  # the peers decode greedily, as their tutorials do
# embed, hidden, layers, dropout; batch size: the article's, and those of the book's own translation chapter
D2L_SIZES = {"the article's sizes": ((32, 32, 2, 0.1), 64), "256": ((256, 256, 2, 0.2), 128)}
D2L_LR = 0.005


class Split(NamedTuple):
    """What all sides are given: no source of the test set is among the training pairs."""

    train: list[SentencePair]
    sources: list[list[str]]  # the tokens of each distinct test source
    references: list[list[str]]  # its translations
    data: Batch  # the training pairs, encoded
    vocabs: tuple[Vocab, Vocab]


def split(pairs: list[SentencePair], fraction: float = TEST_FRACTION) -> Split:
    train, test = split_by_source(pairs, fraction)
    sources, references = group_references(test)
    data, vocabs = encode(train, MAX_STEPS)
    return Split(train, [tokenize(s) for s in sources], references, data, vocabs)


def measure(
    pairs: list[SentencePair],
    scratch: Path,
    threads: int,
    seconds: float = 120,
    peers: tuple[str, ...] | None = None,
    model: ModelConfig | None = None,
    seed: int = 0,
) -> list[dict]:
    """A row for each system, and two for ours, greedy and by beam search, against the best peer.

    d2l's model is scored as its own prediction decodes, and with the encoder's context kept: the better one counts.
    """
    torch.set_num_threads(threads)
    parts, rows = split(pairs), []
    systems: dict[str, Callable] = {"ours": lambda: _ours(parts, seconds, model or ModelConfig(), seed)}
    for name in D2L_SIZES:
        systems[f"d2l, {name}"] = lambda name=name: _d2l(load_d2l(scratch), parts, seconds, *D2L_SIZES[name], seed)
    systems["LSTM, uniform start"] = lambda: _lstm(parts, seconds, seed)
    systems["GRU with attention"] = lambda: _attention(parts, seconds, seed)
    bleu = {}
    for name in systems:
        if peers is not None and name not in ("ours", *peers):
            continue
        translations, how = systems[name]()
        for way, said in translations.items():
            report = corpus_report(said, parts.references)
            bleu[name + way] = report.bleu
            rows.append(
                value(
                    f"BLEU after {seconds:g} s, {name}{way}",
                    report.bleu,
                    "BLEU",
                    threads=threads,
                    report=report._asdict(),
                    **how,
                )
            )
    copied = nearest_neighbour(parts.train, _texts(parts))
    rows.append(value("BLEU of the nearest neighbour", corpus_report(copied, parts.references).bleu, "BLEU"))
    own = {name: bleu.pop(name) for name in ("ours", f"ours{BEAM}")}
    if bleu:
        best = max(bleu, key=bleu.get)
        rows += [
            row(
                f"BLEU of {name} against the best, {best}",
                [figure],
                [max(bleu[best], 1e-9)],
                3,
                unit="BLEU",
                threads=threads,
                more_is_better=True,
                pairs=len(pairs),
                sources=len(parts.sources),
            )
            for name, figure in own.items()
        ]
    return rows


def _texts(parts: Split) -> list[str]:
    return [" ".join(tokens) for tokens in parts.sources]


def _ours(parts: Split, seconds: float, model: ModelConfig, seed: int):
    config = TrainConfig(time_limit_s=seconds, val_fraction=0.05, seed=seed, device="cpu")  # more to learn from
    translator = Translator.train(parts.train, model, config, progress=False)
    history = translator.history
    how = {"seconds": history.seconds[-1], "epochs": len(history.train_loss), "loss": history.train_loss[-1]}
    texts = _texts(parts)
    return {"": translator.translate(texts), BEAM: translator.translate(texts, beam_width=5)}, how


def _lstm(parts: Split, seconds: float, seed: int):
    torch.manual_seed(seed)
    return _tutorial(LstmPeer(*map(len, parts.vocabs)), parts, seconds, 128, 0.5, 1.0, seed)


def _attention(parts: Split, seconds: float, seed: int):
    torch.manual_seed(seed)
    return _tutorial(AttentionPeer(*map(len, parts.vocabs)), parts, seconds, 32, 1.0, float("inf"), seed)


def _tutorial(model, parts: Split, seconds: float, batch_size: int, forcing: float, clip_norm: float, seed: int):
    run = tutorial_peers.train(model, parts.data, seconds, batch_size, forcing, clip_norm, seed)
    return {"": tutorial_peers.translate(model, parts.sources, *parts.vocabs, MAX_STEPS)}, run._asdict()


class _TimeIsOver(Exception):
    pass


class Until:
    """Batches for `d2l.train_seq2seq` until the time is over, which they say by an exception.

    It runs from the first epoch on: before that the optimizer is made, and imports torch's compiler for seconds.
    """

    def __init__(self, batches, seconds: float):
        self.batches, self.seconds, self.given, self.started = batches, seconds, 0, 0.0

    def __iter__(self):
        self.started = self.started or time.perf_counter()
        for batch in self.batches:
            if time.perf_counter() - self.started >= self.seconds:
                raise _TimeIsOver
            self.given += 1
            yield batch


def _d2l(d2l, parts: Split, seconds: float, sizes: tuple, batch_size: int, seed: int):
    """d2l's arrays, loop and prediction; each row is padded to the length that holds 99 % of the sentences."""
    torch.manual_seed(seed)
    columns = [[tokenize(text) for text in column] for column in zip(*parts.train, strict=True)]
    vocabs = [d2l.Vocab(column, min_freq=2, reserved_tokens=["<pad>", "<bos>", "<eos>"]) for column in columns]
    lengths = sorted(len(tokens) + 1 for column in columns for tokens in column)
    num_steps = lengths[int(0.99 * (len(lengths) - 1))]
    arrays = [d2l.build_array_nmt(column, vocab, num_steps) for column, vocab in zip(columns, vocabs, strict=True)]
    net = PeerModel(d2l, *map(len, vocabs), sizes)
    batches = Until(d2l.load_array((*arrays[0], *arrays[1]), batch_size), seconds)
    with contextlib.suppress(_TimeIsOver):
        d2l.train_seq2seq(net, batches, D2L_LR, 10**9, vocabs[1], torch.device("cpu"))
    how = {
        "seconds": time.perf_counter() - batches.started,
        "epochs": batches.given / len(batches.batches),
        "num_steps": num_steps,
    }

    def predict() -> list[str]:
        with torch.no_grad():
            predictions = [
                d2l.predict_seq2seq(net, text, *vocabs, num_steps, torch.device("cpu")) for text in _texts(parts)
            ]
        return [said for said, _ in predictions]

    translations = {"": predict()}
    net.decoder = KeptContext(net.decoder)
    return translations | {", context kept": predict()}, how
