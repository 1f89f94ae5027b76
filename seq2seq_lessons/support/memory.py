"""Memory of a training, as the C library hands it out."""

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager

# Of mallopt, see its manual page, with glibc's own values: give the top of the heap back from so many free bytes on;
# take blocks from so many bytes on directly from the system.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
DEFAULT_BYTES, KEPT_BYTES, MOST_BYTES_OF_OLD = 128 << 10, 1 << 30, 32 << 20


@contextmanager
def freed_memory_kept() -> Iterator[None]:
    """While it lasts, what tensors free stays with the process, for the next ones; then the system gets it back.

    By itself glibc returns large blocks at once, and the system hands them out again zeroed, page by page: thousands of
    page faults a step. Other C libraries are left alone.
    """
    if platform.libc_ver()[0] != "glibc":
        yield
        return
    libc = ctypes.CDLL(None)
    libc.mallopt(M_MMAP_THRESHOLD, KEPT_BYTES) or libc.mallopt(M_MMAP_THRESHOLD, MOST_BYTES_OF_OLD)
    libc.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
    try:
        yield
    finally:
        for option in (M_MMAP_THRESHOLD, M_TRIM_THRESHOLD):
            libc.mallopt(option, DEFAULT_BYTES)
        libc.malloc_trim(0)
