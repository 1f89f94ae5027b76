"""How fast the X-ray answers, on a plain page in headless Chromium: a step, a hover, a new sentence of ten words.

    python -m benchmarks.xray [--times 60]

The clock starts at the event's own time stamp and stops after the page has been painted. Printed are the median and
the slowest of each, beside the target, and the law's line.
"""

import statistics
import sys

from playwright.sync_api import Page

from benchmarks.paints import AFTER_PAINT, slowest, times_asked
from seq2seq_lessons.explorers.xray import page_state
from seq2seq_lessons.support.shared_models import lessons_translator
from tests.browser import lab
from tests.browser.xray_page import open_page, show

SENTENCES = ("the girl next to the truck is tired today .", "where are my old keys and my new hat ?")
FRAME_MS, SENTENCE_MS = 16, 100

# Resolves with the milliseconds from an event of this kind until after the next paint.
WATCH = f"""kind => {{ const afterPaint = {AFTER_PAINT}; window.measured = new Promise(done => {{
    addEventListener(kind, event => {{
        const painted = () => afterPaint(() => done(performance.now() - event.timeStamp));
        const look = () => document.querySelector(".xray-root").ariaBusy === "true" ? setTimeout(look) : painted();
        queueMicrotask(look);
    }}, {{capture: true, once: true}});
}}); }}"""
# The script's own share: from the event until its listeners have run, without the wait for a frame.
WORK = """kind => { let started;
    addEventListener(kind, () => { started = performance.now(); }, {capture: true, once: true});
    addEventListener(kind, () => { window.worked = performance.now() - started; }, {once: true}); }"""


def timed(page: Page, kind: str, act) -> tuple[float, float]:
    """Milliseconds until painted, and of script, of what `act` does by an event of this kind."""
    page.evaluate(WATCH, kind)
    page.evaluate(WORK, kind)
    act()
    return page.evaluate("measured"), page.evaluate("worked")


def report(name: str, times: list[tuple[float, float]], target: float) -> None:
    """One line: medians and the slowest."""
    painted, worked = zip(*times, strict=True)
    print(
        f"{name:<32} painted: median {statistics.median(painted):5.1f} ms (slowest {slowest(painted)}); script: median "
        f"{statistics.median(worked):5.1f} ms (slowest {max(worked):.0f}); target {target} ms"
    )


def main(arguments: list[str] | None = None) -> int:
    times = times_asked("xray", __doc__, arguments)
    with lab.chromium() as browser:
        page = open_page(browser, page_state(lessons_translator(progress=False), SENTENCES[0]))
        show(page)
        print(page.locator(".xray-law").inner_text())
        page.get_by_role("slider", name="step").focus()
        page.locator(".xray-now .xray-state").scroll_into_view_if_needed()
        box = page.locator(".xray-now .xray-state").bounding_box()
        text = page.get_by_role("textbox", name="sentence")

        def step(n: int) -> tuple[float, float]:
            return timed(page, "input", lambda: page.keyboard.press(("ArrowLeft", "ArrowRight")[n % 2]))

        def hover(n: int) -> tuple[float, float]:
            x, y = (4 + n * 7 % (box[side] - 8) for side in ("width", "height"))
            return timed(page, "pointermove", lambda: page.mouse.move(box["x"] + x, box["y"] + y))

        def type_(n: int) -> tuple[float, float]:
            text.fill(SENTENCES[(n + 1) % 2])
            return timed(page, "keydown", lambda: page.keyboard.press("Enter"))

        idle = [timed(page, "keydown", lambda: page.keyboard.press("Shift")) for _ in range(times)]
        report("nothing (the machine's own)", idle, FRAME_MS)
        report("a step", [step(n) for n in range(times)], FRAME_MS)
        report("a hover", [hover(n) for n in range(times)], FRAME_MS)
        report("a new sentence of ten words", [type_(n) for n in range(times)], SENTENCE_MS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
