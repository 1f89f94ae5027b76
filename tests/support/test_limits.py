"""What a container may use, as Linux writes it in the second version of its limits and in the first."""

import os

import pytest

from seq2seq_lessons.support import limits


@pytest.fixture
def say(monkeypatch, tmp_path):
    monkeypatch.setattr(limits, "CGROUP", tmp_path)
    monkeypatch.setattr(limits, "num_visible_processors", lambda: 64)

    def write(name: str, text: str) -> None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    return write


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 64),
        ({"cpu.max": "max 100000\n"}, 64),
        ({"cpu.max": "250000 100000\n"}, 2),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 64),
        ({"cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 4),
    ],
)
def test_processors(say, files, expected):
    for name, text in files.items():
        say(name, text)
    assert limits.num_processors() == expected


@pytest.mark.parametrize("name", ["memory.max", "memory/memory.limit_in_bytes"])
def test_memory(say, name, monkeypatch):
    whole = limits.memory_bytes()
    say(name, "1000000000\n")
    assert limits.memory_bytes() == 10**9
    say(name, "max\n")
    assert limits.memory_bytes() == whole
    say(name, f"{2**63}\n")  # how the first version writes that there is none
    assert limits.memory_bytes() == min(whole or 2**63, 2**63)
    monkeypatch.delattr(os, "sysconf", raising=False)  # Windows
    say(name, "max\n")
    assert limits.memory_bytes() is None
