"""The README's moving picture, taken in a real JupyterLab: `python -m tools.moving_picture`.

Opens lesson 00, runs it (about a minute, for the training), moves the step scrubber at its end with the arrow keys, and
writes one frame per step to docs/step-scrubber.gif.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image

from tests.browser import lab
from tests.browser.explorer import explorers
from tools.notebooks import NOTEBOOKS, ROOT

LESSON = "00_start_here.ipynb"
OUT = ROOT / "docs" / "step-scrubber.gif"
FRAME_MS, LAST_MS = 1100, 2600
LIMIT_BYTES = 1_000_000


def frames() -> list[Image.Image]:
    """The explorer on the screen at each of its steps, from the first to the last."""
    with tempfile.TemporaryDirectory() as folder:
        root = lab.copy_of_notebooks([NOTEBOOKS / LESSON], Path(folder))
        with lab.serve(root) as server, lab.chromium() as browser:
            page = lab.new_page(browser)
            lab.open_lesson(page, server, LESSON)
            lab.run_all(page, timeout_s=600)
            explorer = explorers(page)[-1]
            slider, shots = explorer.handles[0], []
            slider.focus()
            while True:
                page.wait_for_timeout(200)
                shots.append(Image.open(io.BytesIO(explorer.root.screenshot())).convert("RGB"))
                if slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemax"):
                    return shots
                explorer.press(slider, "ArrowRight")


def main() -> None:
    shots = frames()
    # one palette for all frames, so that nothing flickers
    palette = shots[-1].quantize(128, method=Image.Quantize.MEDIANCUT)
    first, *rest = [shot.quantize(palette=palette, dither=Image.Dither.NONE) for shot in shots]
    durations = [FRAME_MS] * len(rest) + [LAST_MS]
    first.save(OUT, save_all=True, append_images=rest, duration=durations, loop=0, optimize=True)
    size = OUT.stat().st_size
    print(f"{OUT.relative_to(ROOT)}: {len(shots)} frames of {first.size}, {size:,} bytes")
    if size > LIMIT_BYTES:
        raise SystemExit(f"larger than {LIMIT_BYTES:,} bytes: fewer colours or a smaller window")


if __name__ == "__main__":
    main()
