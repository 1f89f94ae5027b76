"""`make bench`, or `python -m tests.benchmarks [--pairs FILE]`: a table on stdout, JSON in bench-results/."""

import argparse
import json
import platform
import time
from pathlib import Path

import torch

from seq2seq_lessons.corpus import load_pairs
from tests.benchmarks import article_run

ROOT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed against the d2l package, in one run on this machine.")
    parser.add_argument("--pairs", default="lessons", help="sentence pairs; real ones give the figures of the README")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side runs, in turn (default: 5)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="thread counts (default: 1 2)")
    args = parser.parse_args()
    folder = ROOT / "bench-results"
    folder.mkdir(exist_ok=True)
    pairs = load_pairs(args.pairs)
    print(f"{platform.processor() or platform.machine()}, torch {torch.__version__}, pairs: {args.pairs}")
    print("the article's run: tokens/s of ours and of d2l 1.0.3, medians")
    results = []
    for threads in args.threads:
        result = article_run.run(pairs, folder, args.rounds, threads)
        results.append(result)
        low, high = result["spread of the ratio"][0], result["spread of the ratio"][-1]
        print(f"{threads} thread(s): {result['ours tokens/s']:,.0f} against {result['peer tokens/s']:,.0f}, "
              f"ratio {result['ratio']:.2f} ({low:.2f} to {high:.2f}); "
              f"loss after 300 epochs {result['final loss per token']:.3f} per token")
    path = folder / f"article-run-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps({"pairs": args.pairs, "torch": torch.__version__, "results": results}, indent=1))
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
