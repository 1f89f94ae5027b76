"""What Binder builds and starts, as far as that goes without Docker: a fresh environment, postBuild, start, and two
lessons side by side, each kernel in 2 GB of address space.

One test, since each worker of a parallel run would make an environment of its own.
"""

import contextlib
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest
import requests
from jupyter_client import BlockingKernelClient

from seq2seq_lessons.corpus import cache_folder
from seq2seq_lessons.support.shared_models import COMPARISONS
from tests.binder.pins import FROZEN, ROOT, install_torch, make_environment, pins, pip_install
from tools.notebooks import find

pytestmark = [pytest.mark.soak, pytest.mark.skipif(sys.platform != "linux", reason="Binder's images are Linux")]

ADDRESS_SPACE = 2_000_000_000  # bytes, for each process
IN_2_GB = ("bash", "-c", f'ulimit -v {ADDRESS_SPACE // 1024} && exec "$@"', "bash")
MEMORY = 1_000_000_000  # bytes, what Binder guarantees, for all of them
REPOSITORY = ("binder", "seq2seq_lessons", "notebooks", "pyproject.toml", "setup.py", "README.md", "LICENSE")


class Image:
    """A folder that stands for Binder's image: Python with its packages, a copy of the repository, a home folder."""

    def __init__(self, folder: Path):
        self.python, self.repository, self.home = folder / "env" / "bin" / "python", folder / "repo", folder / "home"
        self.models = folder / "env" / "share" / "seq2seq_lessons" / "models"
        self.home.mkdir()
        self.environment = {  # nothing else of this machine
            "PATH": f"{self.python.parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
        }

    def install(self) -> None:
        make_environment(self.python.parents[1])
        frozen = pins(FROZEN)
        install_torch(self.python, frozen.pop("torch"))
        pip_install(self.python, "--no-deps", "--no-compile", *(f"{name}=={v}" for name, v in frozen.items()))

    def copy_repository(self) -> None:
        skip = shutil.ignore_patterns("__pycache__", ".copies", ".ipynb_checkpoints")
        for name in REPOSITORY:
            source, target = ROOT / name, self.repository / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=skip)
            else:
                shutil.copy(source, target)

    def copy_comparison_models(self) -> None:
        """Minutes of training: taken from this machine where it has them. (The lessons' translator is trained here.)"""
        for name in COMPARISONS:
            for model in (cache_folder() / "models").glob(f"{name}-*/"):
                shutil.copytree(model, self.models / model.name)

    def run(self, *command: str) -> str:
        """What the command says; it runs in the repository, as in a Dockerfile."""
        done = subprocess.run(
            command,
            cwd=self.repository,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-3000:]}"
        return done.stdout


class Server:
    """JupyterLab as BinderHub starts it: `start jupyter lab …`, with two CPUs, in little address space."""

    def __init__(self, image: Image, process: subprocess.Popen, url: str, token: str):
        self.image, self.process, self.url = image, process, url
        self.headers = {"Authorization": f"token {token}"}

    def page(self) -> str:
        answer = requests.get(f"{self.url}/lab", headers=self.headers, timeout=60)
        answer.raise_for_status()
        return answer.text

    def open(self, notebook: str) -> BlockingKernelClient:
        """Start a kernel for a notebook, as JupyterLab does when it opens one."""
        body = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
        answer = requests.post(f"{self.url}/api/sessions", json=body, headers=self.headers, timeout=120)
        answer.raise_for_status()
        kernel = answer.json()["kernel"]["id"]
        client = BlockingKernelClient()
        client.load_connection_file(str(self.image.home / "runtime" / f"kernel-{kernel}.json"))
        client.start_channels()
        client.wait_for_ready(timeout=120)
        return client

    def processes(self) -> list[psutil.Process]:
        server = psutil.Process(self.process.pid)
        return [server, *server.children(recursive=True)]


@contextlib.contextmanager
def serve(image: Image) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token, log = secrets.token_hex(8), image.home / "server.log"
    command = [
        *IN_2_GB,
        "binder/start",
        "jupyter",
        "lab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
    ]
    with log.open("w") as said:
        process = subprocess.Popen(
            command, cwd=image.repository, env=image.environment | {"CPU_LIMIT": "2.0"}, stdout=said, stderr=said
        )
    server, end = Server(image, process, f"http://127.0.0.1:{port}", token), time.monotonic() + 120
    try:
        while True:
            with contextlib.suppress(requests.ConnectionError):
                server.page()
                break
            assert process.poll() is None and time.monotonic() < end, f"no JupyterLab:\n{log.read_text()[-3000:]}"
            time.sleep(0.2)
        yield server
    finally:
        process.terminate()
        process.wait(60)


def run_all(client: BlockingKernelClient, notebook: Path) -> str:
    """Run a notebook's code cells in a kernel; returns all that they print."""
    printed = []

    def hear(message: dict) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            reply = client.execute_interactive(cell.source, timeout=300, allow_stdin=False, output_hook=hear)
            said = reply["content"]
            assert said["status"] == "ok", f"{notebook.name}: {said.get('evalue')} in:\n{cell.source}"
    return "".join(printed)


def test_two_lessons_run_side_by_side_in_what_binder_builds():
    with tempfile.TemporaryDirectory(prefix="binder-") as folder:
        image = Image(Path(folder))
        image.install()
        image.copy_repository()

        image.copy_comparison_models()
        image.run("binder/postBuild")
        # a machine that has seen an earlier version of the code holds that version's models too
        names = {path.parent.name.rpartition("-")[0] for path in image.models.glob("*/model.json")}
        assert names == {"lessons", *COMPARISONS}
        assert image.run("python", "-m", "pip", "check") == "No broken requirements found.\n"
        trained = {path: path.stat().st_mtime_ns for path in image.models.glob("*/*")}

        asked = (
            "from seq2seq_lessons.support.shared_models import lessons_translator\n"
            "print(lessons_translator().translate('go .'))"
        )
        answer = image.run(*IN_2_GB, "binder/start", "python", "-c", asked)
        assert answer.count("\n") == 1 and "training" not in answer

        lessons = [image.repository / "notebooks" / path.name for path in find(["02", "05"])]  # both use the translator
        with serve(image) as server:
            assert '"disabledExtensions": ["@jupyterlab/apputils-extension:announcements"]' in server.page()
            clients = [server.open(f"notebooks/{lesson.name}") for lesson in lessons]
            with ThreadPoolExecutor() as pool:
                printed = list(pool.map(run_all, clients, lessons))
            assert not any("training the lessons' translator" in text for text in printed)

            kernels = [p for p in server.processes() if "ipykernel_launcher" in " ".join(p.cmdline())]
            assert len(kernels) == 2
            for kernel in kernels:
                assert 0 < kernel.rlimit(psutil.RLIMIT_AS)[0] <= ADDRESS_SPACE
                assert kernel.environ()["OMP_NUM_THREADS"] == "2"
            held = sum(process.memory_full_info().pss for process in server.processes())
            assert held < MEMORY, f"the server and two kernels hold {held / 1e6:.0f} MB"
            for client in clients:
                client.stop_channels()
        assert {path: path.stat().st_mtime_ns for path in image.models.glob("*/*")} == trained
        assert not (image.home / ".cache" / "seq2seq_lessons").exists()
