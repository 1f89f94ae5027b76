"""The built site in Chromium, from a local server, with every other host cut off: sliders move, themes, search."""

import functools
import http.server
import threading

import pytest

from tests.browser import lab
from tests.browser.explorer import LUMINANCE, contrast, explorers

pytestmark = pytest.mark.soak
WITH_EXPLORERS = "notebooks/02_gru_output_and_state.html"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address(whole):
    """Where a server of plain files, as GitHub Pages is one, shows the site: in a folder, not at its root."""
    handler = functools.partial(Quiet, directory=str(whole.html.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/html"
        server.shutdown()


class Visit:
    """A page, its console's errors and the requests that it made to other hosts, all of which were refused."""

    def __init__(self, browser, address: str, **options):
        self.context = browser.new_context(viewport={"width": 1280, "height": 860}, **options)
        self.page = self.context.new_page()
        self.console = lab.Console().watch(self.page)
        self.foreign: list[str] = []
        self.address = address
        self.page.route("**/*", self._answer)

    def _answer(self, route):
        if route.request.url.startswith(self.address):
            return route.continue_()
        self.foreign.append(route.request.url)
        return route.abort()

    def open(self, path: str):
        self.page.goto(f"{self.address}/{path}")
        return self.page

    def assert_clean(self):
        assert self.console.errors == [] and self.foreign == []


@pytest.fixture
def visit(browser, address):
    """Opens a context; options as for Browser.new_context. Closed after the test, which must have left it clean."""
    visits = []

    def new(**options) -> Visit:
        visits.append(Visit(browser, address, **options))
        return visits[-1]

    yield new
    for each in visits:
        each.assert_clean()
        each.context.close()


def open_answers(page) -> None:
    for summary in page.locator("details.hide > summary").all():
        summary.click()


def test_sliders_and_buttons_move_with_the_network_cut_off(visit):
    visited = visit()
    page = visited.open(WITH_EXPLORERS)
    page.wait_for_function("document.querySelectorAll('.s2s-explorer').length === 2")
    open_answers(page)
    visited.context.set_offline(True)
    shape_lab, scrub = explorers(page)
    (slider,) = scrub.handles
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        before, seen, at = scrub.status, scrub.seen(), scrub.value(slider)
        assert scrub.press(slider, key) != before
        assert scrub.seen() != seen and abs(scrub.value(slider) - at) == 1
    before = scrub.status
    assert scrub.click("both") != before
    before, seen = shape_lab.status, shape_lab.seen()
    assert shape_lab.click("one") != before and shape_lab.seen() != seen
    scrub.root.get_by_role("button", name="stop and go back to the first step").click()
    page.wait_for_function("[...document.querySelectorAll('.noUi-handle')].every(h => +h.ariaValueNow === 1)")


def test_the_home_page_has_the_x_ray_and_it_moves(visit):
    page = visit().open("")
    status = page.locator(".s2s-xray [role=status]").first
    status.wait_for()
    before = status.inner_text()
    page.locator(".s2s-xray .noUi-handle").first.press("ArrowLeft")
    page.wait_for_function("([line, before]) => line.textContent !== before", arg=[status.element_handle(), before])


def explorers_once_drawn(page, count: int):
    page.wait_for_function(f"document.querySelectorAll('.s2s-explorer').length === {count}")
    return explorers(page)


def test_every_picture_on_the_page_has_alt_text(visit):
    page = visit().open(WITH_EXPLORERS)
    explorers_once_drawn(page, 2)
    alts = page.locator("article img").evaluate_all("images => images.map(image => image.alt)")
    assert len(alts) > 5 and all(len(alt.split()) > 3 for alt in alts)
    assert page.locator(".s2s-explorer img").count() == 2  # and not the still pictures as well
    assert page.locator(".explorer > img").count() == 0


def test_without_scripts_the_first_pictures_stand_there(visit):
    page = visit(java_script_enabled=False).open(WITH_EXPLORERS)
    open_answers(page)
    stills = page.locator(".explorer > img")
    assert stills.count() == 2
    assert all(still.is_visible() and still.get_attribute("alt") for still in stills.all())


def test_answers_wait_for_a_click(visit):
    page = visit().open(WITH_EXPLORERS)
    answer = page.locator("details.hide", has_text="output (5, 3, 16)")
    printed = answer.locator("pre")
    assert not printed.is_visible()
    answer.locator("summary").click()
    assert printed.is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_are_legible(visit, theme):
    visited = visit(color_scheme=theme)
    page = visited.open(WITH_EXPLORERS)
    explorers_once_drawn(page, 2)
    open_answers(page)
    assert_legible(page, theme)
    page.locator(".content-icon-container .theme-toggle").click()  # from the system's theme to the other one
    assert_legible(page, {"light": "dark", "dark": "light"}[theme])
    visited.open("index.html")  # the choice stays
    assert page.locator("body").get_attribute("data-theme") == {"light": "dark", "dark": "light"}[theme]


def assert_legible(page, theme: str) -> None:
    """Text against its ground at 4.5 to 1 or better; pictures on white, whatever the theme."""
    _, ground = page.locator("body").evaluate(LUMINANCE)
    assert ground > 0.9 if theme == "light" else ground < 0.05
    texts = {
        name: page.locator(selector).first
        for name, selector in {
            "prose": "article p",
            "code": ".cell_input pre",
            "keyword": ".cell_input .kn",
            "comment": ".cell_input .c1",
            "output": ".cell_output pre",
            "answer": "details.hide summary p:visible",
            "link": "article p a",
            "title of an explorer": ".s2s-title",
            "status": "[role=status]",
            "label": ".s2s-explorer .widget-label",
            "pressed": ".s2s-explorer .mod-active",
            "button": ".s2s-explorer .widget-toggle-button:not(.mod-active)",
            "box": ".s2s-explorer input[type=number]",
            "law": ".s2s-law",
            "formula": "math",
            "table": "article td, article blockquote p",
            "note": ".reading p",
        }.items()
    }
    page.wait_for_timeout(300)  # colours fade
    for name, text in texts.items():
        assert contrast(text) >= 4.5, f"{name} in the {theme} theme"
    for picture in page.locator("article img").all():
        assert picture.evaluate("image => getComputedStyle(image).backgroundColor") == "rgb(255, 255, 255)"


def test_search_finds_a_lesson_by_a_word_of_its_text(visit):
    page = visit().open("index.html")
    page.get_by_role("textbox", name="Search").fill("bidirectional")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a", timeout=10_000)
    found = page.locator("#search-results li a").evaluate_all("links => links.map(link => link.href.split('?')[0])")
    assert any(WITH_EXPLORERS in link for link in found)
    assert not any("07_masked_loss" in link for link in found)


@pytest.mark.parametrize("width", [390, 820, 1080, 1600])
def test_pages_fit_the_window(visit, width):
    visited = visit()
    visited.page.set_viewport_size({"width": width, "height": 860})
    for path in ("index.html", WITH_EXPLORERS):
        page = visited.open(path)
        page.wait_for_selector(".s2s-explorer, .s2s-xray", state="attached")
        open_answers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
