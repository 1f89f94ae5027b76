"""Notebooks of a class run again, each in a process of its own, with limits. It is no sandbox: see docs/teaching.md."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tqdm.auto import tqdm

from seq2seq_lessons.support.answers import lessons, read
from seq2seq_lessons.support.handed_in import HandedIn
from seq2seq_lessons.support.limits import num_processors
from seq2seq_lessons.support.start import delivered

# No network and no process but its own, from the system itself, where it lets a user have that.
APART = ("unshare", "--user", "--map-current-user", "--net", "--pid", "--fork", "--kill-child")
KEPT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "PYTHONPATH",
    "SYSTEMROOT",
)  # of the environment; whatever else it holds is not theirs
DONE = 10  # exit status of a process that ran the last cell; exit() in a cell has another


class Limits(NamedTuple):
    """What a notebook may take: minutes in all, gigabytes of memory, seconds until a cell is interrupted."""

    minutes: float = 10
    memory_gb: float = 4
    cell_seconds: float = 180


@cache
def is_apart() -> bool:
    """Whether the system closes the network to what is run, and ends all that it started."""
    with suppress(OSError):
        return subprocess.run([*APART, "true"], capture_output=True).returncode == 0
    return False


def how_closed() -> str:
    """What the processes are kept from, in words."""
    if is_apart():
        return "each notebook runs in a process of its own, without network (closed by the system: unshare)"
    return (
        "each notebook runs in a process of its own, without network for its Python; a shell's commands still have it"
    )


def run_again(handed_in: Sequence[HandedIn], limits: Limits = Limits()) -> dict[str, tuple[bytes, str]]:  # noqa: B008
    """By path, each notebook as it is when run again, and what stopped it ("" if nothing).

    Nothing of the class's folder is touched: each runs as a copy in a folder of its own, which is then deleted. A file
    that is none of this course's lessons is not run.
    """
    ours = [one for one in handed_in if _is_ours(one.content)]
    with ThreadPoolExecutor(num_processors()) as pool:
        results = pool.map(lambda one: _run(one.content, limits), ours)
        bar = tqdm(results, "run again", total=len(ours), unit="notebook")
        return dict(zip([one.path for one in ours], bar, strict=True))


def _is_ours(content: bytes) -> bool:
    with suppress(ValueError):
        return bool(read(content, lessons()))
    return False


def _run(content: bytes, limits: Limits) -> tuple[bytes, str]:
    with tempfile.TemporaryDirectory(prefix="seq2seq-lessons-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        notebook = home / "lesson.ipynb"
        cleared = _cleared(content)
        notebook.write_bytes(cleared)
        results = delivered() / "results"
        if results.is_dir():
            shutil.copytree(results, home / "results")
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | _of_its_own(home)
        arguments = [notebook, f"{limits.cell_seconds:g}", f"{limits.memory_gb * 1e9:.0f}"]
        stopped = _process(["-m", "seq2seq_lessons.checks.again", *map(str, arguments)], home, environment, limits)
        if notebook.is_file() and not notebook.is_symlink():
            return notebook.read_bytes(), stopped
        return cleared, "its file was gone afterwards; nothing of it counts"


def _cleared(content: bytes) -> bytes:
    """The notebook without its outputs: whatever stops it, none of them counts."""
    notebook = json.loads(content.decode("utf-8-sig"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(notebook).encode()


def _of_its_own(home: Path) -> dict[str, str]:
    """The environment's part that is each notebook's own: its home, and a copy of the models that lessons share."""
    from seq2seq_lessons.corpus import cache_folder

    if cache_folder().is_dir():
        shutil.copytree(cache_folder(), home / "cache")
    own = {name: str(home) for name in ("HOME", "USERPROFILE", "IPYTHONDIR", "TMPDIR", "MPLCONFIGDIR")}
    more = {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "SEQ2SEQ_LESSONS_REPLAY": "1"}
    return own | more | {"SEQ2SEQ_LESSONS_CACHE": str(home / "cache")}


def _process(arguments: Sequence[str], home: Path, environment: dict[str, str], limits: Limits) -> str:
    """Run Python with these arguments; what stopped it, or ""."""
    command = [*(APART if is_apart() else ()), sys.executable, *arguments]
    none = subprocess.DEVNULL
    process = subprocess.Popen(
        command, cwd=home, env=environment, stdin=none, stdout=none, stderr=none, start_new_session=True
    )
    try:
        status = process.wait(limits.minutes * 60)
        ended = f"its process ended before its last cell (status {status}); the cells before count"
        return "" if status == DONE else ended
    except subprocess.TimeoutExpired:
        return f"it was stopped after {limits.minutes:g} minutes; the cells before count"
    finally:
        _end(process)


def _end(process: subprocess.Popen) -> None:
    """End a process and those that it started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
