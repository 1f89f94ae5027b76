"""`start`: the lessons in a folder of one's own, never over what a learner wrote, and JupyterLab on them."""

import json
import os
import re
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path

import pytest

from seq2seq_lessons import __version__
from seq2seq_lessons.__main__ import main
from seq2seq_lessons.support import start
from seq2seq_lessons.support.start import deliver, delivered

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_a_clone_delivers_its_own_notebooks():
    assert delivered() == ROOT / "notebooks"


def test_an_installed_package_delivers_those_inside(tmp_path, monkeypatch):
    (tmp_path / "package" / "notebooks" / "results").mkdir(parents=True)
    for name in ("00_first.ipynb", "results/lengths.json", "notes.txt"):
        (tmp_path / "package" / "notebooks" / name).write_text("{}")
    monkeypatch.setattr(start, "PACKAGE", tmp_path / "package")
    assert deliver(tmp_path / "mine") == []
    found = {str(path.relative_to(tmp_path / "mine")) for path in (tmp_path / "mine").rglob("*.*")}
    assert found == {"00_first.ipynb", str(Path("results", "lengths.json"))}


def test_a_lesson_that_differs_is_kept(tmp_path, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr("jupyterlab.labapp.LabApp.launch_instance", lambda argv: opened.append((Path.cwd(), argv)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    folder = tmp_path / "dossier d'\u00e9t\u00e9"
    assert main(["start", str(folder)]) == 0
    assert sorted(path.name for path in folder.glob("*.ipynb")) == NAMES
    assert [path.name for path in folder.iterdir() if path.is_dir()] == ["results"]
    assert capsys.readouterr().err == f"the lessons are in {folder}\n"
    (folder / NAMES[2]).write_text("mine")
    (folder / "random.py").write_text("")
    (folder / NAMES[3]).unlink()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 0)  # root, as in a container, whom JupyterLab wants a word from
    assert main(["start", folder.name, "--no-browser", "--port=9000"]) == 0
    assert (folder / NAMES[2]).read_text() == "mine"
    assert cells(folder / NAMES[3]) == cells(ROOT / "notebooks" / NAMES[3])
    kept = f"kept {NAMES[2]} as you left it: it differs from the delivered one\n"
    hides = f"{folder / 'random.py'} hides the module 'random' from Python: give the file another name\n"
    assert capsys.readouterr().err == f"{kept}{hides}the lessons are in {folder}\n"
    first = ["--LabApp.default_url=/lab/tree/00_start_here.ipynb"]
    assert opened == [(folder, first), (folder, [*first, "--allow-root", "--no-browser", "--port=9000"])]


def cells(notebook: Path) -> int:
    return len(json.loads(notebook.read_text(encoding="utf-8"))["cells"])


def test_links_out_of_the_folder_lead_to_the_repository(tmp_path):
    """Beside the copies there is no package; everything else of a lesson is as delivered."""
    assert deliver(tmp_path) == [] and deliver(tmp_path) == []  # and they are no learner's work
    with (ROOT / "pyproject.toml").open("rb") as file:
        repository = tomllib.load(file)["project"]["urls"]["Repository"]
    num_links = 0
    for name in NAMES:
        mine, original = ((folder / name).read_text(encoding="utf-8") for folder in (tmp_path, ROOT / "notebooks"))
        repo = rf"\]\({re.escape(repository)}/blob/v{re.escape(__version__)}/"
        address = repo + r"((?:seq2seq_lessons|docs)/\w+\.\w+)(#[\w-]+)?\)"
        assert re.sub(address, r"](../\1\2)", mine) == original
        linked = [path for path, _ in re.findall(address, mine)]
        assert all((ROOT / path).is_file() for path in linked)
        assert "](../" not in mine
        num_links += len(linked)
    assert num_links >= len(NAMES)


def test_the_folder_has_a_name_of_its_own_or_one_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setattr("jupyterlab.labapp.LabApp.launch_instance", lambda argv: None)
    monkeypatch.chdir(tmp_path)
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    assert main(["start"]) == main(["start", "~/mine"]) == 0
    assert (tmp_path / "seq2seq-lessons-notebooks" / NAMES[0]).is_file()
    assert (tmp_path / "home" / "mine" / NAMES[0]).is_file()


def test_without_jupyterlab_one_line_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    assert main(["start", str(tmp_path / "mine")]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("error: JupyterLab is not installed") and 'pip install "seq2seq-lessons[lab]"' in error
    assert (tmp_path / "mine" / NAMES[0]).is_file()


def test_a_file_in_the_folders_place_is_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["start", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.startswith("error: ")


@pytest.fixture
def server(tmp_path):
    """JupyterLab as `start` runs it: its process, and its address with the token."""
    options = ["--no-browser", "--ServerApp.port=0", "--ServerApp.port_retries=0"]
    command = [sys.executable, "-m", "seq2seq_lessons", "start", str(tmp_path / "mes le\u00e7ons"), *options]
    environment = {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=tmp_path, env=os.environ | environment, stderr=subprocess.DEVNULL)
    try:
        yield process, tmp_path / "runtime"
    finally:
        process.kill()
        process.wait()


def test_jupyterlab_serves_lesson_00(server):
    process, runtime = server
    deadline = time.monotonic() + 120
    while (lesson := asked_for_lesson_00(runtime)) is None:
        assert process.poll() is None and time.monotonic() < deadline, "JupyterLab does not answer"
        time.sleep(0.2)
    assert lesson["name"] == NAMES[0]


def asked_for_lesson_00(runtime: Path) -> dict | None:
    """What the server's API says of the lesson; None while it does not listen."""
    try:
        (written,) = runtime.glob("jpserver-*.json")
        running = json.loads(written.read_text())
        address = f"{running['url']}api/contents/{NAMES[0]}?token={running['token']}"
        with urllib.request.urlopen(address, timeout=30) as response:
            return json.load(response)
    except (ValueError, OSError):
        return None
