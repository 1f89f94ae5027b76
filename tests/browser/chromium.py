"""Finds a Chromium for the browser tests; as a command, `make browser`, installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

VARIABLE = "SEQ2SEQ_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LAUNCH_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


HELP = (
    "install it with `apt-get install chromium` or `python -m playwright install --with-deps chromium`, "
    f"or set {VARIABLE} to its path"
)


class NoChromium(RuntimeError):
    """There is no Chromium, or none could be installed; the message is one line that says what to do."""


def find() -> str | None:
    """The path of a Chromium that is here: the environment variable's, one on PATH, or playwright's own download."""
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_file():
            raise NoChromium(f"{VARIABLE}={named}: no such file; point it at a Chromium, or unset it")
        return named
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    if on_path:
        return on_path
    own = downloaded()
    return own if Path(own).is_file() else None


def installed() -> str:
    """The path of a Chromium that is here."""
    found = find()
    if not found:
        raise NoChromium(f"no Chromium for the browser tests: run `make browser` first, or {HELP}")
    return found


def downloaded() -> str:
    """Where playwright keeps its own Chromium once it has downloaded one."""
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def find_or_install() -> str:
    """The path of a Chromium, installed first if need be (apt-get as root, else playwright's download)."""
    if here := find():
        return here
    said = []
    for command in _installers():
        done = subprocess.run(command, capture_output=True, text=True)
        said.append(f"`{' '.join(command)}` ended with {done.returncode}")
        if done.returncode == 0 and (here := find()):
            return here
    raise NoChromium(f"no Chromium for the browser tests ({'; '.join(said)}): {HELP}")


def _installers():
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        yield ["apt-get", "update"]
        yield ["apt-get", "install", "-y", "chromium"]
    yield [sys.executable, "-m", "playwright", "install", "chromium"]


if __name__ == "__main__":
    try:
        print("browser tests use", find_or_install())
    except NoChromium as error:
        sys.exit(str(error))
