"""`make bench`, or `python -m benchmarks [--pairs FILE]`: a table on stdout, JSON in bench-results/."""

import argparse
import json
import platform
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks import article_run, compare, curves, decoding, levers, quality, reading, scaling, startup, training_256
from seq2seq_lessons.corpus import load_pairs

ROOT = Path(__file__).parents[1]
MACHINE = platform.processor() or platform.machine()
PARTS = ("article", "curves", "training", "levers", "reading", "decoding", "scaling", "startup", "quality")


def main(arguments: list[str] | None = None, folder: Path = ROOT / "bench-results") -> Path:
    """Measure what was chosen, print it line by line, and return the path of the JSON."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Speed against the d2l package and other peers, in one run on this machine.",
    )
    parser.add_argument("--pairs", default="lessons", help="sentence pairs; real ones give the figures of the README")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side runs, in turn (default: 5)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="thread counts (default: 1 2)")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--quality", action="store_true", help="BLEU after equal seconds of training as well")
    parser.add_argument("--seconds", type=float, default=120, help="of training, for --quality (default: 120)")
    args = parser.parse_args(arguments)
    chosen = args.only or [part for part in PARTS if part != "quality" or args.quality]
    folder.mkdir(exist_ok=True)
    stem = folder / f"benchmarks-{time.strftime('%Y%m%d-%H%M%S')}"
    results = run(args, chosen, folder, stem.with_suffix(".png"))
    path = stem.with_suffix(".json")
    results = json.loads(json.dumps(results), parse_constant=str)  # JSON knows no infinity
    path.write_text(
        json.dumps(
            {
                "pairs": Path(args.pairs).name,
                "torch": torch.__version__,
                "machine": MACHINE,
                "rounds": args.rounds,
                "results": results,
            },
            indent=1,
            ensure_ascii=False,
        )
    )
    print(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
    return path


def run(args: argparse.Namespace, chosen: list[str], folder: Path, picture: Path) -> list[dict]:
    """The rows of the chosen parts; each is printed as soon as it is known."""
    pairs, most = load_pairs(args.pairs), max(args.threads)
    warnings.filterwarnings("ignore", message=".*cut to", category=UserWarning)  # both sides cut at num_steps
    each: dict[str, Callable[[int], list[dict]]] = {
        "article": lambda threads: article_run.measure(pairs, folder, args.rounds, threads),
        "training": lambda threads: training_256.measure(pairs, folder, args.rounds, threads),
        "decoding": lambda threads: decoding.measure(pairs, folder, args.rounds, threads),
    }

    def drawn(name: str, measured: tuple[list[dict], Any], draw: Callable[[Any, Path], None]) -> list[dict]:
        rows, found = measured
        draw(found, picture.with_stem(f"{picture.stem}-{name}"))
        return rows

    once: dict[str, Callable[[], list[dict]]] = {
        "curves": lambda: drawn("curves", curves.measure(pairs, folder, most), curves.draw),
        "levers": lambda: levers.measure(pairs, args.rounds, most),
        "reading": lambda: reading.measure(pairs, folder, args.rounds),
        "scaling": lambda: drawn("scaling", scaling.measure(pairs, args.rounds, most), scaling.draw),
        "startup": lambda: startup.measure(args.rounds),
        "quality": lambda: quality.measure(pairs, folder, most, args.seconds),
    }
    print(
        f"{MACHINE}, torch {torch.__version__}, pairs: {args.pairs} "
        f"({len(pairs):,}); medians of {args.rounds} rounds in turn, the other side is d2l 1.0.3 unless named"
    )
    print(compare.HEAD)
    results = []
    for part in PARTS:
        if part not in chosen:
            continue
        for threads in args.threads if part in each else [None]:
            rows = each[part](threads) if part in each else once[part]()
            for row in rows:
                print(compare.line(row), flush=True)
            results += [{"part": part} | row for row in rows]
    return results


if __name__ == "__main__":
    main()
