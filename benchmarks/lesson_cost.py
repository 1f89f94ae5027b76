"""What each lesson costs: its time under strict nbval, and the peak memory of its kernel.

    python -m benchmarks.lesson_cost [NN ...] [--threads 2]

The models that the lessons share are trained first, and their time is printed by itself.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.memory import peak_bytes
from seq2seq_lessons.support.shared_models import lessons_translator
from tools.notebooks import ROOT, find

LIMIT_S, LIMIT_MB = 180, 800  # lessons 00 to 09 together; each kernel


def cost(notebook: Path, threads: int) -> tuple[float, float]:
    """Seconds under strict nbval, and the kernel's peak in MB.

    Raises:
        RuntimeError: the lesson's outputs are not the stored ones.
    """
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", str(notebook)]
    environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
    started, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile("w+") as said:
        run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
        while run.poll() is None:
            try:
                for child in psutil.Process(run.pid).children(recursive=True):
                    if "ipykernel_launcher" in " ".join(child.cmdline()):
                        peak = max(peak, peak_bytes(child))
            except (psutil.Error, FileNotFoundError, ProcessLookupError):
                pass  # it ended between two looks
            time.sleep(0.05)
        seconds = time.perf_counter() - started
        if run.returncode:
            said.seek(0)
            raise RuntimeError(f"{notebook.name} fails under nbval:\n{said.read()[-3000:]}")
    return seconds, peak / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="two digits, such as 03; all without any")
    parser.add_argument("--threads", type=int, default=2, help="torch's threads in each kernel (default: 2)")
    args = parser.parse_args()
    started = time.perf_counter()
    lessons_translator(progress=False)
    print(f"the models that lessons share: {time.perf_counter() - started:.1f} s (near 0 when they are cached)")
    costs = {}
    for notebook in find(args.lessons):
        costs[notebook.stem] = cost(notebook, args.threads)
        seconds, megabytes = costs[notebook.stem]
        print(f"{notebook.stem:28} {seconds:6.1f} s   kernel's peak {megabytes:4.0f} MB", flush=True)
    print(
        f"{'together':28} {sum(s for s, _ in costs.values()):6.1f} s   at most "
        f"{max(m for _, m in costs.values()):11.0f} MB   (targets: {LIMIT_S} s for 00 to 09, {LIMIT_MB} MB)"
    )
    folder = ROOT / "bench-results"
    folder.mkdir(exist_ok=True)
    path = folder / f"lesson-cost-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps({"threads": args.threads, "lessons": costs}, indent=1))
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
