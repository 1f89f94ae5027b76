"""From a file of pairs to tensors: ours and d2l's functions in turn."""

import tempfile
import time
from pathlib import Path

from benchmarks.compare import row, take_turns
from benchmarks.data import encode, write
from benchmarks.peer import arrays_of_text, load_d2l
from seq2seq_lessons.corpus import SentencePair, load_pairs

NUM_PAIRS = 142_000  # about as many as the file that d2l keeps has
NUM_STEPS = 10


def ours(path: Path):
    """Batch and vocabularies by the package's functions."""
    return encode(load_pairs(path), NUM_STEPS)


def peer(d2l, path: Path):
    """Arrays and vocabularies by d2l's functions."""
    return arrays_of_text(d2l, path.read_text(encoding="utf-8"), NUM_STEPS)


def measure(pairs: list[SentencePair], scratch: Path, rounds: int, number: int = NUM_PAIRS) -> list[dict]:
    """One row: pairs/s of reading, tokenising, counting words and encoding."""
    d2l = load_d2l(scratch)
    with tempfile.TemporaryDirectory() as folder:
        path = write(pairs, number, Path(folder) / "pairs.tsv")

        def seconds(function, *args) -> float:
            started = time.perf_counter()
            result = function(*args)
            taken = time.perf_counter() - started
            del result  # on nobody's time
            return taken

        sides = {"ours": lambda i: seconds(ours, path), "d2l": lambda i: seconds(peer, d2l, path)}
        rounds_of = take_turns(sides, rounds)
    repeated = f" ({len(pairs):,} lines, repeated)" if number > len(pairs) else ""
    what = f"reading and encoding {number:,} pairs{repeated}"
    return [row(what, rounds_of["ours"], rounds_of["d2l"], 4, number, "pairs/s")]
