"""An explorer as it stands in the page: its parts, and what a reader sees and hears of it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page

# Resolves once the picture in the page is another one than `before` and has been decoded.
_CHANGED = """([root, before]) => {
    const picture = root.querySelector('img[data-status]');
    return picture && picture.complete && picture.naturalWidth > 0 && picture.src !== before;
}"""


# How light an element's text and its ground are, from 0 to 1.
LUMINANCE = """element => {
    const seen = property => {   // of the element, or of the nearest one around it that has a colour at all
        for (let e = element; e; e = e.parentElement) {
            const c = getComputedStyle(e)[property].match(/[\\d.]+/g).map(Number);
            if (c.length === 3 || c[3] > 0) return c;
        }
        return [255, 255, 255];
    };
    const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    return [light(seen('color')), light(seen('backgroundColor'))];
}"""


def contrast(element: Locator) -> float:
    """Of an element's text against its ground; 4.5 is legible."""
    ink, paper = sorted(element.evaluate(LUMINANCE))
    return (paper + 0.05) / (ink + 0.05)


class PageExplorer:
    def __init__(self, page: Page, root: Locator):
        self.page, self.root = page, root

    @property
    def picture(self) -> Locator:
        return self.root.locator("img[data-status]")

    @property
    def status(self) -> str:
        return self.root.get_by_role("status").inner_text()

    @property
    def is_live(self) -> bool:
        """Whether its moves need the kernel."""
        return "s2s-live" in self.root.get_attribute("class").split()

    @property
    def handles(self) -> list[Locator]:
        return self.root.locator(".noUi-handle").all()

    def value(self, handle: Locator) -> int:
        return round(float(handle.get_attribute("aria-valuenow")))

    @property
    def png(self) -> str:
        """The bytes of the picture, as text; its address is another one in each view and at each move."""
        return self.picture.evaluate(
            "async image => new TextDecoder('latin1').decode(await (await fetch(image.src)).arrayBuffer())"
        )

    def seen(self) -> bytes:
        """What the picture looks like on the screen, as PNG bytes."""
        return self.picture.screenshot()

    def press(self, control: Locator, key: str) -> str:
        """Press `key` on `control`, wait for another picture; returns the new status line."""
        return self.after(lambda: control.press(key))

    def click(self, name: str) -> str:
        """Click the button `name`, wait for another picture; returns the new status line."""
        return self.after(self.root.get_by_role("button", name=name, exact=True).click)

    def after(self, act: Callable[[], None]) -> str:
        before = self.picture.get_attribute("src")
        act()
        self.page.wait_for_function(_CHANGED, arg=[self.root.element_handle(), before], timeout=10_000)
        self.page.wait_for_function(
            "([root]) => root.querySelector('[role=status]').textContent ==="
            " root.querySelector('img[data-status]').dataset.status",
            arg=[self.root.element_handle()],
            timeout=10_000,
        )
        return self.status


def explorers(page: Page) -> list[PageExplorer]:
    """The explorers in the page, from the top."""
    return [PageExplorer(page, root) for root in page.locator(".s2s-explorer").all()]
