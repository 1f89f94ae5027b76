"""What axe-core, the field's checker of accessibility, finds wrong in a part of a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Rules on a page as a whole (its landmarks, its first heading), which is JupyterLab's.
PAGE_RULES = ("region", "page-has-heading-one", "landmark-one-main", "bypass")


def violations(page: Page, part: str) -> list[str]:
    """One line for each element within `part` (a CSS selector, which must be there) that breaks a rule.

    What is not drawn is not looked at: open what is folded before.
    """
    assert page.locator(part).count(), f"nothing on the page is {part}"
    options = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in PAGE_RULES}}
    found = Axe().run(page, part, options).response["violations"]
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]]
