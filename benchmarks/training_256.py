"""Training at 256: tokens/s of ours and of d2l's own functions at the same sizes, and what the machine allows."""

import statistics
import time
from dataclasses import replace
from pathlib import Path

import torch

from benchmarks.compare import row, take_turns, value
from benchmarks.data import encode
from benchmarks.machine import flops, matrix_rate
from benchmarks.peer import PeerModel, load_d2l, peer_data, train_peer
from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.model import build_model
from seq2seq_lessons.support.device import pick_precision
from seq2seq_lessons.text import Batch
from seq2seq_lessons.training import train_seq2seq

NUM_PAIRS = 25_000
MODEL = ModelConfig(embed_size=256, num_hiddens=256, num_layers=2, dropout=0.1)
TRAINING = TrainConfig(
    epochs=1, batch_size=128, lr=0.005, schedule="constant", num_steps=10, weight_decay=0.0, device="cpu"
)
STEPS = 60  # per round, as fast as a whole epoch's 195; with 15, fewer sentences of one length meet: 15 % slower


def measure(
    pairs: list[SentencePair],
    scratch: Path,
    rounds: int,
    threads: int,
    steps: int = STEPS,
    model: ModelConfig = MODEL,
    training: TrainConfig = TRAINING,
) -> list[dict]:
    """Rows: tokens/s with precision "auto" and "float32" against d2l; GFLOP/s beside the machine's peak.

    The vocabularies are those of all pairs (25,000 at most); a round trains on as many of them, drawn at random and
    the same for all sides, as fill the steps.
    """
    torch.set_num_threads(threads)
    d2l, pairs = load_d2l(scratch), pairs[:NUM_PAIRS]
    picks = torch.randperm(len(pairs), generator=torch.Generator().manual_seed(0))[: steps * training.batch_size]
    peer_arrays, *peer_vocabs = peer_data(d2l, pairs, training.num_steps)
    peer_arrays = [part[picks] for part in peer_arrays]
    data, vocabs = encode(pairs, training.num_steps)
    data = Batch(*(part[picks] for part in data))
    names = {"auto": pick_precision("auto", torch.device("cpu"), model.num_hiddens), "float32": "float32"}

    def ours(precision: str, seed: int, data: Batch = data) -> float:
        torch.manual_seed(seed)
        net = build_model(model, *map(len, vocabs))
        config = replace(training, precision=precision, seed=seed)
        started = time.perf_counter()
        train_seq2seq(net, data, config, progress=False)
        return time.perf_counter() - started

    def peer(seed: int, arrays=peer_arrays) -> float:
        torch.manual_seed(seed)
        sizes = (model.embed_size, model.num_hiddens, model.num_layers, model.dropout)
        net, batches = PeerModel(d2l, *map(len, peer_vocabs), sizes), d2l.load_array(arrays, training.batch_size)
        return train_peer(d2l, net, batches, training.lr, 1, peer_vocabs[1], training.num_steps).seconds

    sides = {"auto": lambda i: ours("auto", i), "d2l": peer, "float32": lambda i: ours("float32", i)}
    for precision in names:  # warm up
        ours(precision, 0, Batch(*(part[: training.batch_size] for part in data)))
    peer(0, [part[: training.batch_size] for part in peer_arrays])
    seconds = take_turns(sides, rounds)
    work = {"ours": flops(lambda: ours("float32", 0)), "d2l": flops(lambda: peer(0))}
    num_tokens = int(peer_arrays[3].sum())
    sizes = f"embed {model.embed_size}, hidden {model.num_hiddens}, batch {training.batch_size}"
    rows = [
        row(
            f"{sizes}, {choice}{'' if choice == used else f' ({used})'}",
            seconds[choice],
            seconds["d2l"],
            3 if choice == "auto" else None,
            num_tokens,
            "tokens/s",
            threads,
            pairs=len(pairs),
            steps=steps,
            **{"tokens of ours": int(data.target_len.sum()), "tokens of d2l": num_tokens},
        )
        for choice, used in names.items()
    ]
    for side in seconds:
        gflop = work["d2l" if side == "d2l" else "ours"] / 1e9
        rate = gflop / statistics.median(seconds[side])
        rows.append(value(f"matrix products in it, {side}", rate, "GFLOP/s", threads=threads, gflop=gflop))
    one_step = (training.batch_size, model.num_hiddens, 3 * model.num_hiddens)  # a GRU's recurrent product
    shapes = {"1,024 squared": (1024, 1024, 1024), "a GRU's step": one_step}
    for dtype in dict.fromkeys((torch.float32, torch.bfloat16 if names["auto"] == "bf16" else torch.float32)):
        name = str(dtype).removeprefix("torch.")
        rows += [
            value(f"the machine's best, {which}, {name}", matrix_rate(dtype, *shape), "GFLOP/s", threads=threads)
            for which, shape in shapes.items()
        ]
    return rows
