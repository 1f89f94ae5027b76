"""An explorer as it stands in the page: its parts, and what a reader sees and hears of it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page

# Resolves once the picture in the page is another one than `before` and has been decoded.
_CHANGED = """([root, before]) => {
    const picture = root.querySelector('img[data-status]');
    return picture && picture.complete && picture.naturalWidth > 0 && picture.src !== before;
}"""


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
