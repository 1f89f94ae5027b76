"""binder/start: as many threads as the CPU limit allows, then the command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.binder.pins import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Binder's images are Linux")

START = ROOT / "binder" / "start"
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}"


def threads(limit: str | None, start: Path = START) -> int:
    """The number that `start` sets in all three variables."""
    environment = os.environ | {"PATH": PATH, "OMP_NUM_THREADS": "7"}  # what it was before does not count
    environment.pop("CPU_LIMIT", None)
    if limit is not None:
        environment["CPU_LIMIT"] = limit
    show = "import json, os; print(json.dumps(dict(os.environ)))"
    said = json.loads(subprocess.check_output([start, sys.executable, "-c", show], env=environment))
    assert said["OMP_WAIT_POLICY"] == "PASSIVE" and said["MALLOC_ARENA_MAX"] == "2"
    assert said["MALLOC_TRIM_THRESHOLD_"] == "100000" and said["ONEDNN_PRIMITIVE_CACHE_CAPACITY"] == "16"
    (number,) = {said[name] for name in THREADS}
    return int(number)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("2.0", 2), ("2", 2), ("1", 1), ("0.5", 1), (".5", 1), ("0", 1), ("1.9", 1), ("3.5", 3), ("16.0", 16)],
)
def test_whole_cpus_of_the_limit_and_at_least_one(limit, expected):
    assert threads(limit) == expected


@pytest.mark.parametrize("limit", [None, "", "500m", "two", "."])
@pytest.mark.parametrize(
    ("cgroup", "expected"),
    [("150000 100000", 1), ("50000 100000", 1), ("400000 100000", 4), ("max 100000", None), (None, None)],
)
def test_without_a_limit_the_containers_quota_else_the_cores(tmp_path, limit, cgroup, expected):
    if cgroup:
        (tmp_path / "cpu.max").write_text(f"{cgroup}\n")
    script, start = START.read_text(), tmp_path / "start"
    assert script.count("/sys/fs/cgroup/cpu.max") == 1
    start.write_text(script.replace("/sys/fs/cgroup/cpu.max", str(tmp_path / "cpu.max")))
    start.chmod(0o755)
    assert threads(limit, start) == (expected or len(os.sched_getaffinity(0)))


def test_torch_uses_no_more():
    environment = os.environ | {"PATH": PATH, "CPU_LIMIT": "1.0"}
    command = [START, sys.executable, "-c", "import torch; print(torch.get_num_threads())"]
    assert subprocess.check_output(command, env=environment, text=True) == "1\n"


def test_models_beside_python_are_used_unless_another_cache_is_named(tmp_path):
    (tmp_path / "python").write_text(f"#!/bin/bash\necho {tmp_path}\n")
    (tmp_path / "python").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [START, "bash", "-c", "echo $SEQ2SEQ_LESSONS_CACHE"]
    assert subprocess.check_output(command, env=environment, text=True) == "\n"
    models = tmp_path / "share" / "seq2seq_lessons"
    models.mkdir(parents=True)
    assert subprocess.check_output(command, env=environment, text=True) == f"{models}\n"
    environment["SEQ2SEQ_LESSONS_CACHE"] = "/elsewhere"
    assert subprocess.check_output(command, env=environment, text=True) == "/elsewhere\n"


def test_it_becomes_the_command():
    started = subprocess.Popen(
        [START, "bash", "-c", 'echo $$ "$1"; exit 3', "bash", "a  b"], stdout=subprocess.PIPE, text=True
    )
    assert started.communicate()[0] == f"{started.pid} a  b\n"  # a signal to it reaches the server
    assert started.returncode == 3
