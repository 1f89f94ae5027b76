"""The check for the day before: is everything here that the course needs?"""

import os
import shutil
import tempfile
from importlib import metadata

from seq2seq_lessons.corpus import cache_folder

NEEDED = {"torch": (2, 6), "jupyterlab": (4, 2), "ipywidgets": (8, 1), "matplotlib": (3, 9), "seaborn": (0, 13)}
MIN_FREE_BYTES = 200e6  # in the cache folder: trained models and one download
MIN_MEMORY_BYTES = 1e9  # what Binder guarantees


def problems() -> list[str]:
    """One line for each thing that is missing, with what to do about it; empty when the course can begin."""
    found = []
    for package, needed in NEEDED.items():
        wanted = ".".join(map(str, needed))
        try:
            version = metadata.version(package)
        except metadata.PackageNotFoundError:
            found.append(f"{package} is not installed: pip install -r requirements.txt")
            continue
        if tuple(int(part) for part in version.split("+")[0].split(".")[:2]) < needed:
            found.append(f"{package} {version}: needs {wanted} or newer: pip install -r requirements.txt")
    return found + _cache_problems() + _memory_problems()


def _cache_problems() -> list[str]:
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return [f"the cache folder {folder} cannot be written ({error}): set SEQ2SEQ_LESSONS_CACHE to one that can"]
    free = shutil.disk_usage(folder).free
    if free < MIN_FREE_BYTES:
        return [f"only {free / 1e6:.0f} MB free in {folder}: make room, or set SEQ2SEQ_LESSONS_CACHE"]
    return []


def _memory_problems() -> list[str]:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return []  # this system does not say (Windows)
    if total < MIN_MEMORY_BYTES:
        return [f"{total / 1e9:.1f} GB of memory: the lessons need 1 GB; close other programs or use Binder"]
    return []


def summary(found: list[str]) -> str:
    """The problems, a line each, or one line when there are none."""
    return "\n".join(found) or "Everything the course needs is here."


def check() -> None:
    """Print one line when all is well, or each problem with what to do."""
    print(summary(problems()))
