"""A saved notebook run again, cell by cell: `python -m seq2seq_lessons.checks.again NOTEBOOK SECONDS BYTES`.

`support/rerun.py` starts this for each notebook in a process of its own, which ends it if need be. After each cell the
file holds what the cells so far have printed.
"""

import contextlib
import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from seq2seq_lessons.support.rerun import DONE

MOST_PRINTED = 100_000  # characters of a cell that are kept


def main(path: Path, seconds: float, num_bytes: int) -> None:
    """Run the notebook's code cells, and store in its file what each of them prints.

    Args:
        path: of the notebook, which has no outputs and gets those of this run.
        seconds: after which a cell is interrupted, as by Jupyter's stop button; the next one goes on.
        num_bytes: the memory that the process may ask for.
    """
    from IPython.core.interactiveshell import InteractiveShell

    _limit(num_bytes)
    sys.addaudithook(_refuse)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    shell = InteractiveShell.instance()
    os.chdir(path.parent)
    for count, cell in enumerate(cells, 1):
        cell["outputs"], cell["execution_count"] = _run(shell, "".join(cell["source"]), seconds), count
        temporary = path.with_suffix(".part")
        temporary.write_text(json.dumps(notebook), encoding="utf-8")
        temporary.replace(path)


def _run(shell: Any, source: str, seconds: float) -> list[dict]:
    """A cell's outputs: what it printed, and the error that it stopped with."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()), _alarm(seconds):
        result = shell.run_cell(source, silent=True)
    outputs: list[dict] = [{"output_type": "stream", "name": "stdout", "text": printed.getvalue()[-MOST_PRINTED:]}]
    if (error := result.error_before_exec or result.error_in_exec) is not None:
        told = f"not done after {seconds:g} seconds" if isinstance(error, KeyboardInterrupt) else str(error)
        outputs.append({"output_type": "error", "ename": type(error).__name__, "evalue": told, "traceback": []})
    return outputs


@contextlib.contextmanager
def _alarm(seconds: float):
    """Interrupt what runs after some seconds, where the system has such a clock."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(num_bytes: int) -> None:
    """Have the system refuse more memory, and files larger than that, where it can."""
    with contextlib.suppress(ImportError):
        import resource

        for what in (resource.RLIMIT_DATA, resource.RLIMIT_FSIZE):
            resource.setrlimit(what, (num_bytes, num_bytes))


def _refuse(event: str, args: tuple) -> None:
    """Close the network to this process's Python; what it starts beside itself is not stopped by this."""
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.bind"):
        raise PermissionError("the network is closed while a class's notebooks are run again")


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
    os._exit(DONE)  # at once, whatever the notebook has left running
