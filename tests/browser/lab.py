"""A real JupyterLab driven in headless Chromium: start it, open a lesson, run it, look at it.

As a command it shows a lesson as a learner sees it:

    python -m tests.browser.lab NOTEBOOK OUT_DIR [--dark] [--no-run]

writes one screenshot for each screenful to OUT_DIR.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import LAUNCH_ARGS, installed

SETTINGS = {  # JupyterLab's own defaults otherwise
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},  # every cell is in the page, to be looked at
}
ERROR = '[data-mime-type="application/vnd.jupyter.stderr"]:has(.ansi-red-fg)'  # a traceback, not a plain warning
DARK = {"@jupyterlab/apputils-extension:themes": {"theme": "JupyterLab Dark"}}


@dataclass
class Lab:
    """A running JupyterLab server: where it is, and the folder it serves."""

    url: str
    token: str
    root: Path
    log: Path

    def api(self, path: str, method: str = "GET"):
        """Call the server's REST interface; returns the decoded answer, None where there is none."""
        request = urllib.request.Request(
            f"{self.url}/api/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def shut_down_kernels(self) -> None:
        """End every kernel, and wait until the server has none."""
        for kernel in self.api("kernels"):
            with contextlib.suppress(urllib.error.HTTPError):  # gone meanwhile: its session was closed first
                self.api(f"kernels/{kernel['id']}", "DELETE")
        _wait(lambda: not self.api("kernels"), 20, "kernels to end")


@dataclass
class Console:
    """What the page wrote to the console as errors, and its uncaught exceptions."""

    errors: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> Console:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        return self

    def _hear(self, said) -> None:
        if said.type == "error":
            self.errors.append(f"{said.text} ({said.location['url']})")


@contextlib.contextmanager
def serve(root: Path, *, dark: bool = False) -> Iterator[Lab]:
    """A JupyterLab on a free loopback port that serves `root`, with settings of its own; ended on leaving."""
    with tempfile.TemporaryDirectory(prefix="lab-") as home:
        folder = Path(home)
        settings = folder / "lab" / "user-settings"
        for plugin, values in (SETTINGS | (DARK if dark else {})).items():
            package, name = plugin.split(":")
            path = settings / package / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        lab = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(8), root, folder / "server.log")
        # Folders of their own: neither the learner's settings and running servers nor these tests' touch one another.
        env = os.environ | {
            "JUPYTERLAB_SETTINGS_DIR": str(settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "work"),
            "JUPYTER_RUNTIME_DIR": str(folder / "run"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "IPYTHONDIR": str(folder / "ipython"),
        }
        command = [
            sys.executable,
            "-m",
            "jupyter",
            "lab",
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={lab.token}",
            f"--ServerApp.root_dir={root}",
        ]
        with lab.log.open("w") as log:
            server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT, cwd=root)
        try:
            _wait(lambda: _answers(lab, server), 60, "JupyterLab to start")
            yield lab
        finally:
            with contextlib.suppress(OSError):
                lab.shut_down_kernels()
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(lab: Lab, server: subprocess.Popen) -> bool:
    if server.poll() is not None:
        raise RuntimeError(f"JupyterLab ended with {server.returncode}:\n{lab.log.read_text()[-2000:]}")
    try:
        lab.api("status")
    except OSError:
        return False
    return True


def _wait(done, seconds: float, what: str, pause: float = 0.1) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:g} s for {what}")
        time.sleep(pause)


def copy_of_notebooks(notebooks: list[Path], folder: Path) -> Path:
    """A folder with copies of the notebooks, so that running them leaves the originals alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in notebooks:
        shutil.copy(notebook, folder)
    return folder


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    path = installed()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGS)
        yield browser
        browser.close()


def new_page(browser: Browser) -> Page:
    """A page the size of a laptop's window."""
    return browser.new_page(viewport={"width": 1280, "height": 860})


def open_lesson(page: Page, lab: Lab, name: str, *, app: str = "lab/tree") -> None:
    """Open notebook `name` (a path below the server's root) alone in JupyterLab and wait until its kernel is ready.

    With the app "notebooks" in Jupyter Notebook 7.
    """
    page.goto(f"{lab.url}/{app}/{name}?reset&token={lab.token}")
    page.wait_for_selector(".jp-NotebookPanel .jp-Notebook .jp-Cell", timeout=60_000)
    # The page says "idle" before it has a kernel, and would then ask which one to start: ask the server first.
    _wait(lambda: _has_idle_kernel(lab, name) or page.locator(".jp-Dialog").count(), 60, f"the kernel of {name}")
    asked = page.locator(".jp-Dialog").all_inner_texts()
    assert not asked, f"{name}: JupyterLab asks {asked} (a notebook without kernelspec?)"
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=60_000)


def _has_idle_kernel(lab: Lab, name: str) -> bool:
    try:
        sessions = lab.api("sessions")
    except urllib.error.HTTPError:  # the server answers 500 at times while a kernel is being started
        return False
    kernels = [session["kernel"] for session in sessions if session["path"] == name]
    return any(kernel["execution_state"] == "idle" and kernel["connections"] for kernel in kernels)


def run_all(page: Page, timeout_s: float = 60) -> None:
    """Run > Run All Cells, and wait until every code cell has run or one has failed.

    Raises AssertionError with the error's name and message if a cell failed.
    """
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        """error => {
            if (document.querySelector(error)) return true;
            const prompts = [...document.querySelectorAll('.jp-Notebook-cell.jp-CodeCell')]
                .filter(cell => cell.querySelector('.jp-InputArea .cm-line')?.textContent)
                .map(cell => cell.querySelector('.jp-InputPrompt').textContent);
            return prompts.length > 0 && prompts.every(prompt => /\\[\\d+\\]/.test(prompt));
        }""",
        arg=ERROR,
        timeout=timeout_s * 1000,
    )
    page.wait_for_timeout(300)  # the last cell's widgets reach the page after its prompt
    assert_no_cell_error(page)


def unfold_headings(page: Page) -> None:
    """Open every optional part, as a click on its "cells hidden" does."""
    hidden = page.locator(".jp-showHiddenCellsButton:visible")
    while hidden.count():
        hidden.first.click()


def cell_errors(page: Page) -> list[str]:
    """The tracebacks shown under the cells, their last lines."""
    return [text.strip().splitlines()[-1] for text in page.locator(ERROR).all_inner_texts()]


def assert_no_cell_error(page: Page) -> None:
    errors = cell_errors(page)
    assert not errors, f"cells failed: {errors}"


def screenshot_full(page: Page, path: Path) -> Path:
    """A screenshot of the window as it is; the folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    return path


def screenshot_parts(page: Page, folder: Path) -> list[Path]:
    """Scroll through the notebook, one screenshot a screenful, named part-01.png and so on."""
    scroller = ".jp-WindowedPanel-outer"
    page.evaluate(f"document.querySelector('{scroller}').scrollTop = 0")
    paths = []
    while True:
        page.wait_for_timeout(150)
        paths.append(screenshot_full(page, folder / f"part-{len(paths) + 1:02d}.png"))
        moved = page.evaluate(f"""() => {{
            const s = document.querySelector('{scroller}'), before = s.scrollTop;
            s.scrollTop = before + s.clientHeight - 60;
            return s.scrollTop > before + 1;
        }}""")
        if not moved:
            return paths


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.browser.lab", description="Screenshots of a lesson in JupyterLab."
    )
    parser.add_argument("notebook", type=Path)
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--dark", action="store_true", help="JupyterLab's dark theme")
    parser.add_argument("--no-run", action="store_true", help="show the stored outputs instead of running the cells")
    given = parser.parse_args(arguments)
    if not given.notebook.is_file():
        parser.error(f"{given.notebook}: no such notebook")
    with tempfile.TemporaryDirectory() as folder:
        root = copy_of_notebooks([given.notebook], Path(folder))
        with serve(root, dark=given.dark) as lab, chromium() as browser:
            page = new_page(browser)
            console = Console().watch(page)
            open_lesson(page, lab, given.notebook.name)
            if not given.no_run:
                try:
                    run_all(page, timeout_s=300)
                except AssertionError as failed:
                    print(failed, file=sys.stderr)
            for path in screenshot_parts(page, given.out_dir):
                print(path)
    for error in console.errors:
        print("console:", error, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
