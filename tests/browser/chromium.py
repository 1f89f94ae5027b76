"""Finds a Chromium for the browser tests, or installs one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock
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


class NoChromium(RuntimeError):
    """No Chromium was found and none could be installed; the message is one line that says what to install."""


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


def downloaded() -> str:
    """Where playwright keeps its own Chromium once it has downloaded one."""
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def find_or_install() -> str:
    """The path of a Chromium, installed first if need be (apt-get as root, else playwright's download)."""
    # the workers of a parallel run must not start two installations, of which the package manager would refuse one
    with FileLock(Path(tempfile.gettempdir()) / "seq2seq-lessons-chromium.lock"):
        return find() or _install()


def _install() -> str:
    said = []
    for command in _installers():
        done = subprocess.run(command, capture_output=True, text=True)
        said.append(f"`{' '.join(command)}` ended with {done.returncode}")
        path = find() if done.returncode == 0 else None
        if path:
            return path
    raise NoChromium(
        f"no Chromium for browser tests ({'; '.join(said)}): install it with `apt-get install chromium` "
        f"or `python -m playwright install --with-deps chromium`, or set {VARIABLE} to its path"
    )


def _installers():
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        yield ["apt-get", "update"]
        yield ["apt-get", "install", "-y", "chromium"]
    yield [sys.executable, "-m", "playwright", "install", "chromium"]
