"""The check for the day before."""

import errno
import shutil
import subprocess
import sys
import types
from collections import namedtuple
from importlib import metadata

import pytest

from seq2seq_lessons.__main__ import main
from seq2seq_lessons.support import environment
from seq2seq_lessons.support.environment import problems


@pytest.fixture(autouse=True)
def all_is_well(cache, monkeypatch):
    """A machine with room and memory enough, whatever this one is."""
    monkeypatch.setattr(environment, "MIN_FREE_BYTES", 0)
    monkeypatch.setattr(environment, "MIN_MEMORY_BYTES", 0)
    monkeypatch.setattr(environment, "num_visible_processors", lambda: 1)


@pytest.fixture
def untried(monkeypatch):
    """Only what is known without trying it."""
    monkeypatch.setattr(environment, "_trial_problems", list)


@pytest.fixture
def tried(monkeypatch, tmp_path):
    """A function that lets what is tried import modules of these texts, and tries these things only."""

    def write(trials: dict[str, tuple[str, str]] | None = None, **modules: str) -> None:
        for name, text in modules.items():
            (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setattr(environment, "TRIALS", trials or {})

    return write


def declare(monkeypatch, *requirements: str) -> None:
    """Let the installed package need these."""
    monkeypatch.setattr(environment.metadata, "requires", lambda name: list(requirements))


def test_nothing_is_missing_here(capsys):
    """All is imported, a step trained, a picture drawn and a slider moved, by processes of their own."""
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "Everything the course needs is here.\n"


def test_a_missing_package_is_named_with_what_to_do(monkeypatch, untried, capsys):
    declare(monkeypatch, "numpy>=1", "no-such-package<2,>=1")
    assert problems() == ['no-such-package is not installed: pip install "no-such-package<2,>=1"']
    assert main(["check"]) == 1
    assert capsys.readouterr().out == 'no-such-package is not installed: pip install "no-such-package<2,>=1"\n'


def test_all_that_the_package_declares_is_asked_for(monkeypatch, untried):
    def nothing(name):
        raise metadata.PackageNotFoundError(name)

    declare(monkeypatch, "torch", "jupyterlab; extra == 'lab'", "pytest; extra == 'test'", "winpty; os_name == 'hp'")
    monkeypatch.setattr(environment.metadata, "version", nothing)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    assert [found.split()[0] for found in problems()] == ["torch", "jupyterlab"]
    monkeypatch.setitem(sys.modules, "ipykernel", object())  # something has opened this notebook
    assert [found.split()[0] for found in problems()] == ["torch"]


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("2.5.9", False),
        ("2.6.0+cpu", True),
        ("2.13.0", True),
        ("1.13", False),
        ("3.0rc1", False),
        ("2.7.0a0+git1", True),
        ("9.0rc1", False),
    ],
)
def test_a_version_that_does_not_fit_is_named(monkeypatch, untried, version, fits):
    monkeypatch.setitem(sys.modules, "torch", None)
    declare(monkeypatch, "torch<3,>=2.6")
    monkeypatch.setattr(environment.metadata, "version", lambda name: version)
    expected = f'torch {version} does not fit: pip install "torch<3,>=2.6"'
    assert problems() == ([] if fits else [expected])


def test_a_package_that_was_replaced_while_it_is_in_memory(monkeypatch, untried):
    declare(monkeypatch, "ipywidgets>=8", "pooch")
    monkeypatch.setitem(sys.modules, "ipywidgets", types.SimpleNamespace(__version__="7.7.1"))
    version = metadata.version("ipywidgets")
    assert problems() == [f"ipywidgets 7.7.1 is in memory, {version} is installed: restart the kernel"]


TWICE = """
import os, sys
print("OMP: Hint This means that multiple copies of the OpenMP runtime", file=sys.stderr, flush=True)
os._exit(3)
"""


@pytest.mark.parametrize(
    ("text", "fault", "remedy"),
    [
        ("import nothing_such", "ModuleNotFoundError: No module named 'nothing_such'", "pip install --force-reinstall"),
        ("raise OSError('[WinError 126] c10.dll')", "OSError: [WinError 126] c10.dll", "install Microsoft's Visual"),
        (TWICE, "OMP: Hint This means that multiple copies of the OpenMP runtime", "conda's and pip's packages are"),
        ("raise SystemExit(3)", "exit status 3", "pip install --force-reinstall"),
        pytest.param(
            "import os, signal; os.kill(os.getpid(), signal.SIGILL)",
            "killed by SIGILL",
            "this processor lacks what this build needs: take Binder or Colab",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="no such signals"),
        ),
    ],
)
def test_a_package_that_cannot_be_imported_is_named_with_what_to_do(monkeypatch, tried, text, fault, remedy):
    tried(anywidget=text)
    declare(monkeypatch, "packaging", "anywidget>=0.9", "filelock")
    (found,) = problems()
    assert found.startswith(f"anywidget is here, and cannot be imported ({fault}): {remedy}")


def test_a_lesson_tries_nothing(monkeypatch, tried, capsys):
    """It imports what it needs a moment later, and has no memory for a second process."""
    tried(anywidget="raise ImportError")
    declare(monkeypatch, "anywidget")
    environment.check()
    assert capsys.readouterr().out == "Everything the course needs is here.\n"


def test_what_fails_when_it_is_tried(monkeypatch, tried):
    declare(monkeypatch, "packaging")
    tried({"a step": ("raise RuntimeError('CUDA error: no kernel image')", ""), "a sleep": (SLEEP, "hurry")})
    monkeypatch.setattr(environment, "TRIAL_S", 1)
    step, sleep = problems()
    assert step.startswith(
        "a step fails (RuntimeError: CUDA error: no kernel image): set CUDA_VISIBLE_DEVICES to nothing"
    )
    assert sleep == "a sleep fails (not done after 1 seconds): hurry"


def test_a_torch_that_was_built_for_another_numpy(monkeypatch, tried):
    declare(monkeypatch, "packaging")
    without = "import torch\ndel torch.Tensor.numpy\n"
    code, remedy = environment.TRIALS["a training step"]
    tried({"a training step": (without + code, remedy)})
    (found,) = problems()
    assert found.startswith("a training step fails (AttributeError: ") and 'reinstall "torch" "numpy"' in found


SLEEP = "import time; time.sleep(60)"


def test_no_folder_for_the_fonts_that_were_found(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "file" / "below"))
    declare(monkeypatch, "packaging")
    monkeypatch.setattr(environment, "TRIALS", {"a picture": environment.TRIALS["a picture"]})
    words = "MPLCONFIGDIR is no folder that can be written"
    assert problems() == [f"a picture fails (AssertionError: {words}): set MPLCONFIGDIR to one"]


def test_a_file_that_hides_a_module(monkeypatch, untried, tmp_path):
    for name in ("random.py", "torch.py", "mine.py", "test.py", "random.txt"):
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    assert problems() == [
        f"{tmp_path / name}.py hides the module {name!r} from Python: give the file another name"
        for name in ("random", "torch")
    ]


def test_a_jupyterlab_without_the_widgets_part_of_it(monkeypatch, tmp_path, tried):
    tried()
    declare(monkeypatch, "packaging")
    (tmp_path / "anywidget").mkdir()
    (tmp_path / "anywidget" / "package.json").write_text("{}")
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *names: [str(tmp_path / "none"), str(tmp_path)])
    (found,) = problems()
    assert found.startswith("JupyterLab has no @jupyter-widgets/jupyterlab-manager, and will show no slider: pip")


def test_a_cache_on_a_file_system_without_locks(monkeypatch, untried):
    def acquire(self, timeout):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("seq2seq_lessons.support.storage.FileLock.acquire", acquire)
    (found,) = problems()
    assert "no locks" in found and found.endswith("(set SEQ2SEQ_LESSONS_CACHE to a folder elsewhere)")


@pytest.mark.parametrize("threads", ["", "2"])
def test_a_container_with_a_share_of_the_processors(monkeypatch, untried, threads):
    monkeypatch.setenv("OMP_NUM_THREADS", threads)
    monkeypatch.setattr(environment, "num_visible_processors", lambda: 64)
    monkeypatch.setattr(environment, "num_processors", lambda: 2)
    found = problems()
    assert (found == []) if threads else found[0].endswith("set OMP_NUM_THREADS=2")


def test_a_package_that_is_not_installed_says_so(monkeypatch, untried):
    monkeypatch.setattr(environment, "DISTRIBUTION", "no-such-distribution")
    assert problems() == [
        "no-such-distribution itself is not installed: pip install -r requirements.txt, in its folder"
    ]


def test_the_check_itself_needs_no_torch():
    code = (
        "import sys; sys.modules['torch'] = None; from seq2seq_lessons.support import environment as e; "
        "e.metadata.requires = lambda name: ['no-such-package']; print(e.problems())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.startswith("['no-such-package is not installed"), ran.stderr


def test_a_cache_that_cannot_be_written(monkeypatch, untried, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SEQ2SEQ_LESSONS_CACHE", str(tmp_path / "file"))
    (found,) = problems()
    assert f"the cache folder {tmp_path / 'file'} cannot be written" in found and "SEQ2SEQ_LESSONS_CACHE" in found


def test_a_full_disk(monkeypatch, untried, cache):
    monkeypatch.setattr(environment, "MIN_FREE_BYTES", 200e6)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: namedtuple("usage", "free")(free=3e6))
    (found,) = problems()
    assert found.startswith(f"only 3 MB free in {cache}")


def test_little_memory(monkeypatch, untried):
    monkeypatch.setattr(environment, "MIN_MEMORY_BYTES", 1e9)
    monkeypatch.setattr(environment, "memory_bytes", lambda: 4e8)
    (found,) = problems()
    assert found.startswith("0.4 GB of memory")
