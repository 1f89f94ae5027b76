"""The check for the day before: is everything here that the course needs?"""

import os
import shutil
import sys
import tempfile
from importlib import metadata

from packaging.requirements import Requirement

DISTRIBUTION = "seq2seq-lessons"
MIN_FREE_BYTES = 200e6  # in the cache folder: trained models and one download
MIN_MEMORY_BYTES = 1e9  # what Binder guarantees


def problems() -> list[str]:
    """One line for each thing that is missing, with what to do about it; empty when the course can begin."""
    return _package_problems() + _cache_problems() + _memory_problems()


def needed() -> list[Requirement]:
    """What the course needs on this machine, as the installed package declares it.

    Raises:
        PackageNotFoundError: the package itself is not installed.
    """
    extra = "" if "ipykernel" in sys.modules else "lab"  # who asks in a notebook has something that opens notebooks
    declared = [Requirement(line) for line in metadata.requires(DISTRIBUTION) or []]
    return [r for r in declared if r.marker is None or r.marker.evaluate({"extra": extra})]


def _package_problems() -> list[str]:
    try:
        requirements = needed()
    except metadata.PackageNotFoundError:
        return [f"{DISTRIBUTION} itself is not installed: pip install -r requirements.txt, in its folder"]
    found = []
    for requirement in requirements:
        wanted = f"{requirement.name}{requirement.specifier}"
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            found.append(f'{requirement.name} is not installed: pip install "{wanted}"')
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            found.append(f'{requirement.name} {version} does not fit: pip install "{wanted}"')
    return found


def _cache_problems() -> list[str]:
    try:
        from seq2seq_lessons.corpus import cache_folder

        folder = cache_folder()
    except ImportError:
        return []  # a package is missing, and named as such
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
