"""How long a learner waits: importing the package, and from `jupyter lab` to the first translated sentence."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.compare import value
from seq2seq_lessons.support.shared_models import lessons_translator

ROOT = Path(__file__).parents[1]
UNWANTED = ("seaborn", "pandas", "ipywidgets", "matplotlib")
IMPORT = f"""
import json, sys, time
marks = [time.perf_counter()]
import torch
marks.append(time.perf_counter())
import seq2seq_lessons.support.shared_models
marks.append(time.perf_counter())
print(json.dumps([marks[1] - marks[0], marks[2] - marks[1], [m for m in {UNWANTED} if m in sys.modules]]))
"""
SENTENCE = "i'm home ."
NAME = "first-sentence.ipynb"
CELL = f"""\
from seq2seq_lessons.support.shared_models import lessons_translator
print("It says:", lessons_translator().translate({SENTENCE!r}))"""


def imports(rounds: int) -> list[dict]:
    """Rows: torch's own import, what the package adds to it, and modules that it should leave alone."""
    command = [sys.executable, "-c", IMPORT]
    runs = [
        json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        for _ in range(rounds)
    ]
    of_torch, ours, found = zip(*runs, strict=True)
    unwanted = sorted(set().union(*found))
    return [
        value("import torch", statistics.median(of_torch), "s", rounds=of_torch),
        value("import seq2seq_lessons.support.shared_models after it", statistics.median(ours), "s", rounds=ours),
        value(f"imported without need: {', '.join(unwanted) or 'none'}", len(unwanted), "modules", 0, modules=unwanted),
    ]


def first_sentence(rounds: int) -> list[dict]:
    """Rows: seconds from JupyterLab's start, until a notebook is open and until its one cell has translated.

    The translator is in the cache, Chromium runs already, and the server's folders are new.
    """
    from tests.browser import demo, lab

    lessons_translator(progress=False)
    opened, said = [], []
    with lab.chromium() as browser, tempfile.TemporaryDirectory() as folder:
        demo.write(Path(folder) / NAME, (CELL,))
        for _ in range(rounds):
            started = time.perf_counter()
            with lab.serve(Path(folder)) as server:
                page = lab.new_page(browser)
                lab.open_lesson(page, server, NAME)
                opened.append(time.perf_counter() - started)
                page.get_by_role("menuitem", name="Run", exact=True).click()
                page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
                page.wait_for_selector(".jp-OutputArea-output:has-text('It says:')", timeout=120_000)
                said.append(time.perf_counter() - started)
                page.close()
    return [
        value("from `jupyter lab` until a notebook is open", statistics.median(opened), "s", rounds=opened),
        value("… until its first translated sentence", statistics.median(said), "s", rounds=said),
    ]


def measure(rounds: int, browser: bool = True) -> list[dict]:
    """All rows; without a browser only those of the imports."""
    return imports(rounds) + (first_sentence(rounds) if browser else [])
