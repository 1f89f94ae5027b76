"""How time and memory grow: reading, encoding and one epoch for more pairs, and for longer ones."""

import json
import math
import statistics
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

from benchmarks.compare import value
from benchmarks.data import join, write
from benchmarks.one_epoch import PHASES
from seq2seq_lessons.corpus import SentencePair

ROOT = Path(__file__).parents[1]
NUMBERS = (1_000, 10_000, 100_000)
LENGTHS = (1, 2, 4)  # so many sentences joined to one, 10,000 of them
LIMIT = 1.1  # time ~ tokens ** exponent: what still counts as linear


def measure(
    pairs: list[SentencePair],
    rounds: int,
    threads: int,
    numbers: tuple[int, ...] = NUMBERS,
    lengths: tuple[int, ...] = LENGTHS,
) -> tuple[list[dict], list[dict]]:
    """Rows of the table, and the points (medians of the rounds) for `draw`.

    All sizes repeat the same few lines, each twice at least, so that all have the same vocabulary.
    """
    few = numbers[0] // 2
    pairs = pairs[:: max(1, len(pairs) // few)][:few]
    sizes = [(number, 1) for number in numbers] + [(numbers[-2], length) for length in lengths if length > 1]
    runs: dict[tuple[int, int], list[dict]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for number, length in sizes:
            joined = join(list(islice(cycle(pairs), number * length)), length)
            files[number, length] = write(joined, number, Path(folder) / f"{number}-{length}.tsv")
        for _ in range(rounds):
            for size, file in files.items():
                runs[size].append(one_run(file, threads))
    points = [
        {"pairs": number, "sentences per pair": length}
        | {key: statistics.median(run[key] for run in runs[number, length]) for key in runs[number, length][0]}
        | {"all seconds": [sum(run[phase] for phase in PHASES) for run in runs[number, length]]}
        for number, length in sizes
    ]
    rows = []
    for p in points:
        what = f"read, encode, one epoch: {p['pairs']:,} pairs ({few:,} lines, repeated), {p['tokens']:,} tokens"
        rows.append(value(what, statistics.median(p["all seconds"]), "s", threads=threads, point=p))
        rows.append(value("  its peak of memory", p["peak MB"], "MB", threads=threads))
    more, longer = series(points).values()
    for name, first, last in (("pairs", *more[-2:]), ("length", longer[0], longer[-1])):
        power = exponent(*((p["tokens"], statistics.median(p["all seconds"])) for p in (first, last)))
        rows.append(value(f"time grows as tokens to the power of ({name})", power, "", LIMIT, threads))
    return rows, points


def series(points: list[dict]) -> dict[str, list[dict]]:
    """The points of more and more pairs, and those of as many but longer ones."""
    more = [p for p in points if p["sentences per pair"] == 1]
    number = next((p["pairs"] for p in points if p["sentences per pair"] > 1), more[-1]["pairs"])
    return {"more pairs": more, "longer pairs": [p for p in points if p["pairs"] == number]}


def exponent(first: tuple[float, float], last: tuple[float, float]) -> float:
    """b in y = a x ** b through two points; 1 is linear growth."""
    return math.log(last[1] / first[1]) / math.log(last[0] / first[0])


def one_run(file: Path, threads: int) -> dict:
    """Seconds of each phase, tokens and peak of memory, measured in a new process."""
    command = [sys.executable, "-m", "benchmarks.one_epoch", str(file), str(threads)]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def draw(points: list[dict], path: Path) -> None:
    """Two pictures side by side: seconds and memory over tokens, with a line of slope 1 beside the times."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter

    figure = Figure(figsize=(9, 4), layout="constrained")
    time_axes, memory_axes = figure.subplots(1, 2)
    for (name, chosen), marker in zip(series(points).items(), "os", strict=True):
        tokens = [p["tokens"] for p in chosen]
        time_axes.loglog(tokens, [statistics.median(p["all seconds"]) for p in chosen], marker=marker, label=name)
        memory_axes.semilogx(tokens, [p["peak MB"] for p in chosen], marker=marker, label=name)
    last = max(points, key=lambda p: p["tokens"])
    ends = [min(p["tokens"] for p in points), last["tokens"]]
    seconds = statistics.median(last["all seconds"])
    time_axes.loglog(ends, [seconds * n / ends[1] for n in ends], ":", color="gray", label="in proportion to tokens")
    for axes, label in ((time_axes, "reading, encoding, one epoch (s)"), (memory_axes, "peak of memory (MB)")):
        axes.set_xlabel("tokens, both languages")
        axes.set_ylabel(label)
        axes.xaxis.set_minor_formatter(NullFormatter())
    time_axes.yaxis.set_minor_formatter(NullFormatter())
    memory_axes.set_ylim(0, 1.1 * max(p["peak MB"] for p in points))
    time_axes.legend()
    figure.savefig(path, dpi=120)
