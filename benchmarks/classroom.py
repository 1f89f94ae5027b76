"""What a student's machine (or a teacher's hub) has to bear: a cold start, memory and processor time.

    python -m benchmarks.classroom [--lessons 00 05] [--binder]

Clones this checkout into a new folder, runs `make lab` there with an empty cache, opens lesson after lesson in headless
Chromium, runs all cells, and adds up what the server and its kernels hold (proportional set size: shared pages are
counted once) and have computed. Linux only. What is not committed is not measured.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import psutil

from tests.browser import lab
from tools.notebooks import ROOT, find

ADDRESS = re.compile(r"(http://[\w.:-]+)/lab/tree/\S*[?&]token=(\w+)")
LIMIT_MB = 1000  # what Binder guarantees


class Watch(threading.Thread):
    """Looks twice a second at a process and all below it."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.root, self.peak, self.seconds, self.ended = psutil.Process(pid), 0, {}, threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.5):
            held = 0
            for process in [self.root, *self.root.children(recursive=True)]:
                try:
                    held += process.memory_full_info().pss
                    times = process.cpu_times()
                    self.seconds[process.pid] = times.user + times.system
                except psutil.Error:
                    continue  # it ended between two looks
            self.peak = max(self.peak, held)


def start_lab(folder: Path, home: Path, binder: bool) -> tuple[subprocess.Popen, lab.Lab]:
    """`make lab` in a clone, with binder/start's settings or without, until the server has said where it is.

    Raises:
        RuntimeError: it ended before that.
    """
    names = (
        "JUPYTER_RUNTIME_DIR",
        "JUPYTER_CONFIG_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
        "SEQ2SEQ_LESSONS_CACHE",
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {name: str(home / name.lower()) for name in names}
    log = home / "make-lab.log"
    with log.open("w") as said:
        command = [*["binder/start"] * binder, "make", "lab"]
        make = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
    while not (found := ADDRESS.search(log.read_text())):
        if make.poll() is not None:
            raise RuntimeError(f"`make lab` ended with {make.returncode}:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)
    return make, lab.Lab(found[1], found[2], folder, log)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lessons", nargs="+", default=["00", "05"], metavar="NN", help="opened one after the other")
    parser.add_argument("--binder", action="store_true", help="with the settings of binder/start, for little memory")
    args = parser.parse_args()
    names = [path.name for path in find(args.lessons)]
    result: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="classroom-") as home:
        clone, started = Path(home) / "course", time.perf_counter()
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        subprocess.run(["make", ".venv/installed"], cwd=clone, check=True, stdout=subprocess.DEVNULL)
        result["install, s"] = time.perf_counter() - started
        started = time.perf_counter()
        make, server = start_lab(clone, Path(home), args.binder)
        result["`make lab` to JupyterLab's address, s"] = time.perf_counter() - started
        watch = Watch(make.pid)
        watch.start()
        try:
            with lab.chromium() as browser:
                for name in names:
                    page, before = lab.new_page(browser), sum(watch.seconds.values())
                    lab.open_lesson(page, server, f"notebooks/{name}")
                    result[f"… until {name} is open, s"] = time.perf_counter() - started
                    lab.run_all(page, timeout_s=600)
                    time.sleep(1)  # one more look
                    result[f"… until Run All has ended in {name}, s"] = time.perf_counter() - started
                    result[f"processor time of {name}, s"] = sum(watch.seconds.values()) - before
        finally:
            watch.ended.set()
            os.killpg(make.pid, signal.SIGTERM)
            make.wait()
        result[f"server and {len(names)} kernels at their peak, MB"] = watch.peak / 1e6
    for what, value in result.items():
        print(f"{what:56} {value:7.1f}")
    print(f"{'target for server and two kernels, MB':56} {LIMIT_MB:7.1f}")
    folder = ROOT / "bench-results"
    folder.mkdir(exist_ok=True)
    path = folder / f"classroom-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False))
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
