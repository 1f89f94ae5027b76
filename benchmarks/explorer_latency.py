"""Key press to new picture in a stepped explorer, in a real JupyterLab in headless Chromium.

    python -m benchmarks.explorer_latency [--times 60]

The clock starts at the keydown event's own time stamp and stops after the page has been painted with the new,
decoded picture. Printed are the median and the slowest presses, with the kernel running and after it was stopped.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.paints import AFTER_PAINT, slowest, times_asked
from tests.browser import demo, lab
from tests.browser.explorer import PageExplorer, explorers

TARGET_MS = 40

_WATCH = f"""root => {{
    const afterPaint = {AFTER_PAINT};
    const box = window.__latency = {{times: [], pressed: null}}, picture = root.querySelector('img[data-status]');
    const painted = () => {{
        if (box.pressed !== null) box.times.push(performance.now() - box.pressed);
        box.pressed = null;
    }};
    root.addEventListener('keydown', event => {{ box.pressed = event.timeStamp; }}, true);
    new MutationObserver(() => {{
        if (box.pressed !== null) picture.decode().then(() => afterPaint(painted));
    }}).observe(picture, {{attributeFilter: ['src']}});
}}"""


def press_times(explorer: PageExplorer, presses: int) -> list[float]:
    """Milliseconds from key press to painted picture, for `presses` presses to and fro along the slider."""
    page, handle = explorer.page, explorer.handles[0]
    explorer.root.evaluate(_WATCH)
    handle.focus()
    low, high = (int(float(handle.get_attribute(name))) for name in ("aria-valuemin", "aria-valuemax"))
    key = "ArrowRight"
    for number in range(presses):
        at = explorer.value(handle)
        key = "ArrowLeft" if at == high else "ArrowRight" if at == low else key
        page.keyboard.press(key)
        page.wait_for_function("number => window.__latency.times.length > number", arg=number, timeout=5000)
        page.wait_for_timeout(60)  # a person's presses do not overlap either
    return explorer.page.evaluate("window.__latency.times")


def report(name: str, times: list[float]) -> None:
    """Print one line."""
    told = f"median {statistics.median(times):5.1f} ms of {len(times)} presses (slowest {slowest(times)})"
    print(f"{name:<44} {told}; target {TARGET_MS} ms")


def main(arguments: list[str] | None = None) -> int:
    presses = times_asked("explorer_latency", __doc__, arguments)
    with tempfile.TemporaryDirectory() as folder:
        demo.write(Path(folder) / demo.NAME)
        with lab.serve(Path(folder)) as server, lab.chromium() as browser:
            page = lab.new_page(browser)
            lab.open_lesson(page, server, demo.NAME)
            lab.run_all(page, timeout_s=180)
            stepped = [explorer for explorer in explorers(page) if explorer.handles]
            titles = [explorer.root.inner_text().splitlines()[0] for explorer in stepped]
            for kernel in ("kernel running", "kernel stopped"):
                if kernel == "kernel stopped":
                    server.shut_down_kernels()
                for title, explorer in zip(titles, stepped, strict=True):
                    report(f"{title}, {kernel}", press_times(explorer, presses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
