"""The article's run, ours and d2l's in turn: tokens/s at the same batch size, and the time until the same loss."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from benchmarks.compare import row, take_turns, value
from benchmarks.peer import PeerModel, Trained, load_d2l, peer_data, train_peer
from seq2seq_lessons.config import ARTICLE, ARTICLE_MODEL, ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.training import History
from seq2seq_lessons.translator import Translator

NUM_PAIRS = 600
EPOCHS_PER_ROUND = 30
# The same model and data, and the settings with which ours is soonest at the loss that the article's run ends at.
SOONEST = replace(ARTICLE, epochs=260, batch_size=128, lr=0.02, schedule="warmup-decay", clip_norm=0.25)


def measure(
    pairs: list[SentencePair],
    scratch: Path,
    rounds: int,
    threads: int,
    article: TrainConfig = ARTICLE,
    soonest: TrainConfig = SOONEST,
    model: ModelConfig = ARTICLE_MODEL,
    epochs_per_round: int = EPOCHS_PER_ROUND,
) -> list[dict]:
    """Rows: tokens/s; from call to return; until d2l's last loss, by our soonest settings and the article's; that loss.

    d2l trains once for all its epochs; the rounds take its time for all of them from `epochs_per_round` of them.
    """
    torch.set_num_threads(threads)
    pairs = pairs[:NUM_PAIRS]
    d2l = load_d2l(scratch)
    data = peer_data(d2l, pairs, article.num_steps)
    whole = peer(d2l, data, article, model, article.epochs, seed=0)
    goal = whole.losses[-1]
    waited: dict[str, list[float]] = {"ours": [], "peer": []}

    def train(side: str, call: Callable[[], History | Trained]) -> float:
        """The seconds of the training itself; those from call to return, text to model, go to `waited`."""
        started = time.perf_counter()
        result = call()
        waited[side].append(time.perf_counter() - started)
        return result.seconds[-1] if isinstance(result, History) else result.seconds

    def whole_peer(i: int) -> Trained:
        return peer(d2l, peer_data(d2l, pairs, article.num_steps), article, model, epochs_per_round, i)

    seconds = take_turns(
        {
            "ours": lambda i: train("ours", lambda: ours(pairs, article, model, epochs_per_round, i)),
            "peer": lambda i: train("peer", lambda: whole_peer(i)),
            "soonest": lambda i: seconds_until(goal, ours(pairs, soonest, model, soonest.epochs, i)),
        },
        rounds,
    )
    by_article = seconds_until(goal, ours(pairs, article, model, article.epochs, 0))
    all_epochs = [article.epochs / epochs_per_round * s for s in seconds["peer"]]
    num_tokens = epochs_per_round * whole.num_tokens  # both sides count d2l's real target tokens
    loss = f"{goal:.3f}"
    return [
        row("the article's run", seconds["ours"], seconds["peer"], 2.3, num_tokens, "tokens/s", threads),
        row("the same from the call to its return, text to model", waited["ours"], waited["peer"], threads=threads),
        row(
            f"until its last loss, {loss} per token",
            seconds["soonest"],
            all_epochs,
            8,
            threads=threads,
            settings=str(soonest),
            loss=goal,
        ),
        row(f"until {loss} by the article's own settings, once", [by_article], [whole.seconds], threads=threads),
        value("loss per token after the article's epochs, d2l", goal, "nats", threads=threads),
    ]


def seconds_until(loss: float, history: History) -> float:
    """When the training loss was first as low; infinity when it never was."""
    epochs = zip(history.seconds, history.train_loss, strict=True)
    return next((seconds for seconds, train_loss in epochs if train_loss <= loss), math.inf)


def ours(pairs, config: TrainConfig, model: ModelConfig, epochs: int, seed: int) -> History:
    """Our training on the CPU."""
    config = replace(config, epochs=epochs, seed=seed, device="cpu")
    return Translator.train(pairs, model, config, progress=False).history


def peer(d2l, data, config: TrainConfig, model: ModelConfig, epochs: int, seed: int) -> Trained:
    """d2l's training of a model of the same sizes; data as from `peer_data`."""
    torch.manual_seed(seed)
    arrays, source_vocab, target_vocab = data
    sizes = (model.embed_size, model.num_hiddens, model.num_layers, model.dropout)
    net = PeerModel(d2l, len(source_vocab), len(target_vocab), sizes)
    batches = d2l.load_array(arrays, config.batch_size)
    return train_peer(d2l, net, batches, config.lr, epochs, target_vocab, config.num_steps)
