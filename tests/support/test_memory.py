"""What the C library is told while a model trains, and that it is told the opposite afterwards, whatever happened."""

import ctypes
import platform
from types import SimpleNamespace

import pytest

from seq2seq_lessons.support import memory
from seq2seq_lessons.support.memory import freed_memory_kept


@pytest.fixture
def told(monkeypatch):
    """What a glibc of the given limit for M_MMAP_THRESHOLD is told; it refuses what is above."""
    calls: list[tuple] = []

    def mallopt(option, value):
        calls.append((option, value))
        return int(option != memory.M_MMAP_THRESHOLD or value <= told.limit)

    told = SimpleNamespace(calls=calls, limit=1 << 62)
    library = SimpleNamespace(mallopt=mallopt, malloc_trim=lambda pad: calls.append(("trim", pad)))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.36"))
    return told


KEEP, BACK = [(-3, 1 << 30), (-1, 1 << 30)], [(-3, 128 << 10), (-1, 128 << 10), ("trim", 0)]


def test_large_blocks_are_kept_until_the_end(told):
    with freed_memory_kept():
        assert told.calls == KEEP
    assert told.calls == KEEP + BACK


def test_an_interrupted_training_gives_them_back_too(told):
    with pytest.raises(KeyboardInterrupt), freed_memory_kept():
        raise KeyboardInterrupt
    assert told.calls == KEEP + BACK


def test_an_old_glibc_refuses_a_gigabyte(told):
    told.limit = 32 << 20
    with freed_memory_kept():
        assert told.calls == [(-3, 1 << 30), (-3, 32 << 20), (-1, 1 << 30)]


def test_other_libraries_are_left_alone(told, monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    with freed_memory_kept():
        pass
    assert told.calls == []


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="settings of glibc")
def test_the_real_library_takes_them():
    libc = ctypes.CDLL(None)
    for option in (memory.M_MMAP_THRESHOLD, memory.M_TRIM_THRESHOLD):
        assert libc.mallopt(option, memory.MOST_BYTES_OF_OLD) and libc.mallopt(option, memory.DEFAULT_BYTES)
