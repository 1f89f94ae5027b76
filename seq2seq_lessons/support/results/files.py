"""Where stored results lie, how one is read, and how it is written."""

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from seq2seq_lessons import __version__
from seq2seq_lessons.support.start import delivered

COMMAND = "python -m seq2seq_lessons.support.results"


def read(name: str) -> dict[str, Any]:
    """What is stored under that name, from the folder `results` where one works, or else as delivered.

    Raises:
        FileNotFoundError: it is in neither.
    """
    paths = [folder / f"{name}.json" for folder in (Path("results"), delivered() / "results")]
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        raise FileNotFoundError(f"no {paths[0]} here: this measures it: {COMMAND} {name}")
    told: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    return told


def write(name: str, made_of: dict[str, Any], seeds: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Store a result; returns its file.

    Args:
        made_of: what it depends on; one whose file says otherwise is out of date.
        seeds: what each seed gave.
    """
    machine = {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "threads": 1,
        "torch": torch.__version__,
        "instruction_set": torch.backends.cpu.get_cpu_capability(),
    }
    header = {"command": f"{COMMAND} {name} --seeds {len(seeds)}", "version": __version__, "machine": machine}
    path = folder / f"{name}.json"
    path.write_text(json.dumps(header | made_of | {"seeds": seeds}, indent=1) + "\n", encoding="utf-8")
    return path
