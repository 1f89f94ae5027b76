"""Greedy translation of many sentences: in batches, one at a time, and by `d2l.predict_seq2seq`, the same weights."""

import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import torch

from benchmarks.compare import row, take_turns
from benchmarks.peer import PeerModel, load_d2l
from seq2seq_lessons.config import ARTICLE, ARTICLE_MODEL, ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.text import Vocab, tokenize
from seq2seq_lessons.translator import Translator

NUM_SENTENCES = 2000
LARGE = ModelConfig(embed_size=256, num_hiddens=256, num_layers=2, dropout=0.1)
# trained until they write sentences of an ordinary length, not until they are good: (model, training, pairs, target)
SIZES = {
    "the article's sizes": (ARTICLE_MODEL, replace(ARTICLE, epochs=60, device="cpu"), 600, 30),
    "256": (LARGE, replace(ARTICLE, time_limit_s=20, precision="auto", device="cpu"), 25_000, 8),
}


def measure(
    pairs: list[SentencePair],
    scratch: Path,
    rounds: int,
    threads: int,
    number: int = NUM_SENTENCES,
    sizes: dict[str, tuple[ModelConfig, TrainConfig, int, float]] = SIZES,
) -> list[dict]:
    """Two rows for each size: sentences/s in batches against one at a time, by our own code and by d2l's."""
    torch.set_num_threads(threads)
    d2l, rows = load_d2l(scratch), []
    for name, (model, training, num_pairs, target) in sizes.items():
        translator = Translator.train(pairs[:num_pairs], model, training, progress=False)
        short_enough = [p.source for p in pairs[:num_pairs] if len(tokenize(p.source)) < training.num_steps]
        sentences = list(islice(cycle(dict.fromkeys(short_enough)), number))
        translate = {
            "batched": lambda t=translator, s=sentences: t.translate(s),
            "one at a time": lambda t=translator, s=sentences: [t.translate(sentence) for sentence in s],
            "d2l": peer(d2l, translator, sentences),
        }
        said: dict[str, list[str]] = {}

        def seconds(side: str, translate=translate, said=said) -> float:
            started = time.perf_counter()
            said[side] = translate[side]()
            return time.perf_counter() - started

        rounds_of = take_turns({side: lambda i, s=side, f=seconds: f(s) for side in translate}, rounds)
        written = {f"tokens written, {side}": sum(len(t.split()) for t in said[side]) for side in said}
        differing = sum(a != b for a, b in zip(said["batched"], said["one at a time"], strict=True))
        for other, wanted in (("one at a time", target), ("d2l", None)):
            rows.append(
                row(
                    f"greedy, {number:,} sentences, {name}, against {other}",
                    rounds_of["batched"],
                    rounds_of[other],
                    wanted,
                    number,
                    "sentences/s",
                    threads,
                    differing=differing,
                    **written,
                )
            )
    return rows


def peer(d2l, translator: Translator, sentences: list[str]):
    """A function that translates the sentences with `d2l.predict_seq2seq`, one at a time, by the same weights.

    Its translations differ: its decoder takes a new context from its own state at every step.
    """
    net = same_weights(d2l, translator)
    vocabs = [same_ids(d2l, vocab) for vocab in (translator.source_vocab, translator.target_vocab)]
    ready = [" ".join(tokenize(sentence)) for sentence in sentences]
    num_steps, device = translator.train_config.num_steps, torch.device("cpu")
    return lambda: [d2l.predict_seq2seq(net, text, *vocabs, num_steps, device)[0] for text in ready]


def same_weights(d2l, translator: Translator) -> PeerModel:
    """d2l's model with a translator's weights. Its GRU is wrapped once more than ours."""
    config = translator.model_config
    sizes = (config.embed_size, config.num_hiddens, config.num_layers, config.dropout)
    net = PeerModel(d2l, len(translator.source_vocab), len(translator.target_vocab), sizes)
    weights = translator.model.state_dict()
    net.load_state_dict({name.replace("encoder.rnn.", "encoder.rnn.rnn."): weights[name] for name in weights})
    return net


def same_ids(d2l, vocab: Vocab):
    """d2l's vocabulary with the ids of ours."""
    peer_vocab = d2l.Vocab()
    peer_vocab.idx_to_token = list(vocab.tokens)
    peer_vocab.token_to_idx = {token: i for i, token in enumerate(vocab.tokens)}
    return peer_vocab
