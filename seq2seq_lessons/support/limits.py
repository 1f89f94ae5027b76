"""What a container, or a share of a hub's machine, may use: the machine's own figures tell more than there is."""

import os
from contextlib import suppress
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")  # where Linux writes the limits of a container, in its second version and its first


def num_visible_processors() -> int:
    """The number of processors that this process may run on, for each of which torch starts a thread."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def num_processors() -> int:
    """The number of processors whose time this process may take, at least 1."""
    numbers = [num_visible_processors()]
    with suppress(OSError, ValueError):
        quota, period = map(int, (CGROUP / "cpu.max").read_text().split())
        numbers.append(quota // period)
    with suppress(OSError, ValueError):
        quota, period = (int((CGROUP / "cpu" / f"cpu.cfs_{name}_us").read_text()) for name in ("quota", "period"))
        numbers += [quota // period] * (quota > 0)
    return max(1, min(numbers))


def memory_bytes() -> int | None:
    """The memory that all of this machine's or this container's programs have together; None if nobody says."""
    numbers = []
    with suppress(AttributeError, OSError, ValueError):
        numbers.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            numbers.append(int((CGROUP / name).read_text()))
    return min(numbers, default=None)
