"""`make` in a folder whose name has spaces, accents and an apostrophe."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = '#!/bin/sh\necho "$*" | head -1 >> calls\n'  # in place of the environment's


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
@pytest.mark.parametrize("target", ["lab", "test", "models"])
def test_make_in_a_folder_with_an_awkward_name(tmp_path, target):
    folder = tmp_path / "cours d'\u00e9t\u00e9 no 1"
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml", "setup.py", ".venv/installed"):
        (folder / name).write_text("")
    (folder / ".venv" / "bin" / "python").write_text(PYTHON)
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    ran = subprocess.run(["make", target], cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    expected = {"lab": "-m jupyterlab", "test": "-m pytest", "models": "-m seq2seq_lessons.support.shared_models"}
    assert expected[target] in (folder / "calls").read_text()
