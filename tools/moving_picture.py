"""The README's pictures: `python -m tools.moving_picture` writes docs/x-ray.gif and docs/machine.png.

The first is taken from the real X-ray in a page: the lessons' translator reads a sentence and writes its translation, a
frame for each step; then the context is switched to the article's. The second is the lessons' master diagram.
"""

import io

from PIL import Image

from seq2seq_lessons.explorers.xray import page_state
from seq2seq_lessons.plots.machine import machine
from seq2seq_lessons.support.shared_models import lessons_translator
from tests.browser import lab
from tests.browser.xray_page import open_page, show
from tools.notebooks import ROOT

SENTENCE = "she bought a green dress ."
OUT = ROOT / "docs" / "x-ray.gif"
WIDTH, COLORS = 1000, 64
FRAME_MS, LAST_MS = 700, 3500
LIMIT_BYTES = 1_000_000


def frames() -> list[tuple[Image.Image, int]]:
    """The X-ray at each step, then drifting; each with its time in milliseconds."""
    state = page_state(lessons_translator(progress=False), SENTENCE, ("step", "sentence", "context"), step=1)
    with lab.chromium() as browser:
        page = open_page(browser, state, width=WIDTH, height=1200)
        show(page)
        root, shots = page.locator(".xray-root"), []

        def shoot(milliseconds: int) -> None:
            page.wait_for_selector(".xray-root[aria-busy=false]")
            shots.append((Image.open(io.BytesIO(root.screenshot())).convert("RGB"), milliseconds))

        for step in range(1, state["num_steps"] + 1):
            page.evaluate("step => model.set('step', step)", step)
            shoot(FRAME_MS if step < state["num_steps"] else LAST_MS)
        page.get_by_role("button", name="drifting").click()
        page.wait_for_selector(".xray-root[aria-busy=false]")
        page.get_by_role("slider", name="step").press("End")
        shoot(LAST_MS)
    return shots


def main() -> None:
    shots = frames()
    height = max(shot.height for shot, _ in shots)
    sheets = [Image.new("RGB", (shots[0][0].width, height), "white") for _ in shots]
    for sheet, (shot, _) in zip(sheets, shots, strict=True):
        sheet.paste(shot)
    # one palette for all frames, so that nothing flickers
    palette = sheets[-1].quantize(COLORS, method=Image.Quantize.MEDIANCUT)
    first, *rest = [sheet.quantize(palette=palette, dither=Image.Dither.NONE) for sheet in sheets]
    durations = [milliseconds for _, milliseconds in shots]
    first.save(OUT, save_all=True, append_images=rest, duration=durations, loop=0, optimize=True)
    (OUT.parent / "machine.png").write_bytes(machine().png())
    size = OUT.stat().st_size
    print(f"{OUT.relative_to(ROOT)}: {len(shots)} frames of {first.size}, {size:,} bytes")
    if size > LIMIT_BYTES:
        raise SystemExit(f"larger than {LIMIT_BYTES:,} bytes: fewer colours or a smaller window")


if __name__ == "__main__":
    main()
