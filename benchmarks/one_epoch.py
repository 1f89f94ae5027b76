"""Reading, encoding and one epoch at the article's sizes; prints seconds, tokens and the peak of memory as JSON.

    python -m benchmarks.one_epoch FILE THREADS

A process of its own, since a peak never comes down again, that imports little beside the package.
"""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import torch

from benchmarks.data import encode
from benchmarks.memory import peak_bytes
from seq2seq_lessons.config import ARTICLE, ARTICLE_MODEL
from seq2seq_lessons.corpus import load_pairs
from seq2seq_lessons.model import build_model
from seq2seq_lessons.training import train_seq2seq

NUM_STEPS = 200  # longer than any sentence here: nothing is cut
PHASES = ("read", "encode", "epoch")


def read_and_train(file: Path, limit: int | None = None) -> dict:
    """Seconds of each phase, and the tokens of both languages."""
    config = replace(ARTICLE, epochs=1, num_steps=NUM_STEPS, device="cpu")
    marks = [time.perf_counter()]
    pairs = load_pairs(file, limit)
    marks.append(time.perf_counter())
    data, vocabs = encode(pairs, NUM_STEPS)
    marks.append(time.perf_counter())
    torch.manual_seed(0)
    train_seq2seq(build_model(ARTICLE_MODEL, *map(len, vocabs)), data, config, progress=False)
    marks.append(time.perf_counter())
    result = dict(zip(PHASES, (b - a for a, b in zip(marks, marks[1:], strict=False)), strict=True))
    return result | {"tokens": int(data.source_len.sum() + data.target_len.sum())}


def main() -> None:
    file, threads = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    read_and_train(file, limit=64)  # what torch loads at its first step is no cost of a pair
    result = read_and_train(file)
    result["peak MB"] = peak_bytes(psutil.Process()) / 1e6
    print(json.dumps(result))


if __name__ == "__main__":
    main()
