"""The guard under which `make test` runs every lesson: no network but this machine's own addresses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OFFLINE = Path(__file__).parent / "offline"


def run(code: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(OFFLINE)}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    "call",
    [
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",  # an address that nobody has
        "socket.getaddrinfo('example.invalid', 80)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
        "__import__('urllib.request').request.urlopen('http://example.invalid')",
        "__import__('seq2seq_lessons.corpus').corpus.download_tatoeba()",
    ],
)
def test_whoever_reaches_out_fails_also_if_he_catches_exceptions(call, cache):
    done = run(f"import socket\ntry:\n    {call}\nexcept Exception:\n    pass\nprint('went on')")
    assert done.returncode == 1 and done.stdout == "" and "NetworkAccess: socket." in done.stderr


def test_this_machine_itself_may_be_reached():
    done = run("""
import socket
with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
    socket.getaddrinfo("localhost", 80)
print("went on")
""")
    assert (done.returncode, done.stdout) == (0, "went on\n"), done.stderr


def test_importing_the_package_reaches_for_nothing():
    names = "corpus, text, model, training, translator, evaluation, explorers, plots, checks"
    support = "shared_models, environment"
    done = run(f"from seq2seq_lessons import {names}\nfrom seq2seq_lessons.support import {support}\nprint('went on')")
    assert (done.returncode, done.stdout) == (0, "went on\n"), done.stderr


def test_the_lessons_run_under_the_guard():
    lines = [line for line in (ROOT / "Makefile").read_text().splitlines() if "--nbval" in line]
    assert len(lines) == 1 and "PYTHONPATH=$(OFFLINE)" in lines[0]
