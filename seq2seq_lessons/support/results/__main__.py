"""The command that measures and stores results."""

import argparse
from collections.abc import Sequence
from typing import Any

import torch

from seq2seq_lessons.support.results import contexts, epochs, forcing, lengths, real
from seq2seq_lessons.support.results.files import COMMAND, write
from seq2seq_lessons.support.shared_models import a_training_per_core
from seq2seq_lessons.support.storage import check_folder

EXPERIMENTS = {name: module for module in (contexts, epochs, forcing, lengths, real) for name in module.NAMES}


def measure(name: str, seed: int) -> dict[str, Any]:
    """What one seed gives, found with one thread."""
    torch.set_num_threads(1)
    return EXPERIMENTS[name].measure(name, seed)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and store what is asked for, a training per core at a time; a line for each file."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Measure and store what the lessons draw.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(EXPERIMENTS)}; all without any")
    parser.add_argument(
        "--seeds", type=int, choices=range(1, 11), default=3, metavar="N", help="trainings of each (default: 3)"
    )
    parser.add_argument("--out", default="results", metavar="FOLDER", help="where the files go (default: results)")
    args = parser.parse_args(argv)
    if unknown := [name for name in args.names if name not in EXPERIMENTS]:
        parser.error(f"no result is called {', '.join(unknown)}")
    names, folder = args.names or list(EXPERIMENTS), check_folder(args.out)
    with a_training_per_core() as pool:
        runs = pool.map(measure, *zip(*((name, seed) for name in names for seed in range(args.seeds)), strict=True))
        for name in names:
            path = write(name, EXPERIMENTS[name].made_of(name), [next(runs) for _ in range(args.seeds)], folder)
            print(path, flush=True)


if __name__ == "__main__":
    from seq2seq_lessons.support.results.__main__ import main as named_main

    named_main()  # the pool's processes look for `measure` in a module by its name: "__main__" is another one there
