"""How much memory a process has taken."""

from pathlib import Path

import psutil


def peak_bytes(process: psutil.Process) -> int:
    """The most memory that a process has held so far (Linux), or what it holds now (elsewhere)."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        lines = (line.split() for line in status.read_text().splitlines())
        return next((int(line[1]) * 1024 for line in lines if line[0] == "VmHWM:"), 0)
    return process.memory_info().rss
