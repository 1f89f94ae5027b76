"""The built site in Chromium, with every other host cut off: explorers move, both themes, a phone, paper, search."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, expect

from tests.browser.explorer import LUMINANCE, contrast

WITH_EXPLORERS = "notebooks/02_gru_output_and_state.html"
WHOLE = pytest.mark.parametrize("site", [pytest.param("whole", marks=pytest.mark.soak)], indirect=True)


def open_all(page: Page) -> None:
    """Open what is folded, and wait for the explorers that are seen then."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    for place in page.locator(".explorer").all():
        place.scroll_into_view_if_needed()
        place.locator(":is(.s2s-law, .xray-law)", has_text="✓").wait_for()


def test_the_x_ray_at_the_head_translates_what_is_typed_and_falls_apart_when_the_context_drifts(visit):
    page = visit().open("index.html")
    root = page.locator(".xray-root")
    expect(root.locator(".xray-law")).to_contain_text("✓ computed in this page", timeout=30_000)  # with all bits
    said = root.locator(".xray-band.of-decoder button.xray-said")
    page.get_by_role("button", name="i'm home .").click()
    expect(said).to_have_text(["je", "suis", "chez", "moi", ".", "<eos>"])
    root.get_by_role("textbox", name="sentence").fill("i lost .")
    page.keyboard.press("Enter")
    expect(said).to_have_text(["j'ai", "perdu", ".", "<eos>"])
    page.get_by_role("button", name="she bought a green dress .").click()
    expect(said.nth(1)).to_have_text("a")
    right = said.all_inner_texts()
    root.get_by_role("button", name="drifting").click()
    expect(said.nth(len(right) - 2)).not_to_have_text(right[-2])
    root.get_by_role("slider", name="step").press("Home")
    expect(root.locator(".xray-status")).to_contain_text("Step 1 of")


def test_the_x_ray_answers_before_all_bits_are_here(visit):
    visited, asked = visit(), []

    def answer(route):  # the first file of weights only; the second is left to wait
        asked.append(route.request.url)
        if len(asked) == 1:
            route.continue_()

    visited.page.route("**/*.bin", answer)
    page = visited.open("index.html")
    root = page.locator(".xray-root")
    expect(root.locator(".xray-law")).to_contain_text("with 6 bits of each weight", timeout=30_000)
    said = root.locator(".xray-band.of-decoder button.xray-said")
    expect(said).to_have_text(["où", "sont", "mes", "clés", "?", "<eos>"])
    page.get_by_role("button", name="i'm home .").click()
    expect(said).to_have_text(["je", "suis", "chez", "moi", ".", "<eos>"])
    assert len(asked) == 2 and "✓" not in root.locator(".xray-law").inner_text()


def test_what_the_home_page_asks_for_at_once_is_fetched_once_and_used(visit):
    visited, asked, said = visit(), [], []
    page = visited.page
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.on("console", lambda message: said.append(message.text))  # Chromium warns of what was loaded and not used
    visited.open("index.html")
    expect(page.locator(".xray-law")).to_contain_text("✓", timeout=30_000)
    page.wait_for_timeout(4000)
    preloaded = page.locator("link[rel$=preload]").evaluate_all("links => links.map(link => link.href)")
    names = [address.rpartition("/")[2] for address in preloaded]
    assert len(names) == 4 and [asked.count(name) for name in names] == [1] * 4
    assert not [text for text in said if "preload" in text]


def test_an_explorer_comes_when_it_is_seen_and_moves_with_the_network_cut_off(visit):
    visited = visit()
    asked: list[str] = []
    coming: set[Request] = set()
    visited.page.on("request", lambda request: (asked.append(request.url), coming.add(request)))
    for end in ("requestfinished", "requestfailed"):
        visited.page.on(end, lambda request: coming.discard(request))
    page = visited.open(WITH_EXPLORERS)
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.endswith(("json", "frames.js"))]
    place = page.locator(".explorer").first
    place.scroll_into_view_if_needed()
    status, picture = place.get_by_role("status"), place.locator("img")
    expect(place.locator(".s2s-law")).to_contain_text("✓")
    with page.expect_response(lambda response: response.url.endswith("png")):
        place.get_by_role("group", name="directions").hover()
    while coming:  # the pictures of the next moves; "networkidle" is a state of the page's beginning
        page.wait_for_timeout(20)
    visited.context.set_offline(True)
    before, source = status.inner_text(), picture.get_attribute("src")
    place.get_by_role("button", name="one").press("Enter")
    expect(status).not_to_have_text(before)
    expect(place.get_by_role("button", name="one")).to_have_attribute("aria-pressed", "true")
    assert picture.get_attribute("src") != source
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 600


def broken_rules(page: Page) -> list[tuple[str, str]]:
    """What axe-core finds wrong in a page with everything opened: a rule, and the element that breaks it."""
    open_all(page)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("path", ["index.html", WITH_EXPLORERS])
def test_axe_finds_nothing(visit, path):
    assert broken_rules(visit().open(path)) == []


@WHOLE
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(visit, site, theme):
    visited = visit(color_scheme=theme)
    for path in sorted(path.relative_to(site.html).as_posix() for path in site.html.rglob("*.html")):
        assert broken_rules(visited.open(path)) == [], path


@WHOLE
def test_steps_move_by_keys_and_by_play(visit):
    page = visit().open(WITH_EXPLORERS)
    place = page.locator(".explorer").last
    place.scroll_into_view_if_needed()
    slider, status = place.get_by_role("slider", name="step"), place.get_by_role("status")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        before, at = status.inner_text(), int(slider.input_value())
        slider.press(key)
        expect(status).not_to_have_text(before)
        assert abs(int(slider.input_value()) - at) == 1
    slider.press("End")
    last = slider.input_value()
    play = place.get_by_role("button", name="play")
    play.click()
    expect(slider).to_have_value("2")
    expect(slider).to_have_value(last)
    expect(play).to_have_attribute("aria-pressed", "false")


@WHOLE
def test_an_explorer_that_needs_a_kernel_says_so_calmly(visit):
    page = visit().open("notebooks/12_hidden_states_and_gates.html")
    live = page.locator(".explorer", has_text="run its cell in Jupyter").first
    open_all(page)
    live.wait_for()
    assert live.locator(":is(input, button)").count() == 0
    assert live.locator("img").evaluate("image => getComputedStyle(image).opacity") == "1"


@WHOLE
def test_every_picture_on_the_page_has_alt_text(visit):
    page = visit().open(WITH_EXPLORERS)
    open_all(page)
    alts = page.locator("article img").evaluate_all("images => images.map(image => image.alt)")
    assert len(alts) > 5 and all(len(alt.split()) > 3 for alt in alts)


@WHOLE
def test_without_scripts_the_first_pictures_stand_there(visit):
    page = visit(java_script_enabled=False).open(WITH_EXPLORERS)
    stills = page.locator(".explorer > img")
    assert stills.count() == page.locator(".explorer").count() > 1
    assert all(still.is_visible() and still.get_attribute("alt") for still in stills.all())
    page.locator("details.hide summary").first.click()
    assert page.locator("details.hide .cell_output").first.is_visible()


@WHOLE
def test_answers_wait_for_a_click(visit):
    page = visit().open(WITH_EXPLORERS)
    answer = page.locator("details.hide", has_text="output (5, 3, 16)")
    printed = answer.locator("pre")
    assert not printed.is_visible()
    answer.locator("summary").click()
    assert printed.is_visible()


@WHOLE
def test_paper_shows_what_is_folded_and_cuts_no_code(visit):
    page = visit().open(WITH_EXPLORERS)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    assert page.get_by_text("output (5, 3, 16)").is_visible()
    assert not page.locator(".skip-to-content").is_visible()
    wide = page.locator("article pre").evaluate_all(
        "all => all.filter(pre => pre.scrollWidth > pre.clientWidth + 1).length"
    )
    assert wide == 0


@WHOLE
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_are_legible(visit, theme):
    visited = visit(color_scheme=theme)
    page = visited.open(WITH_EXPLORERS)
    open_all(page)
    assert_legible(page, theme)
    page.evaluate("scrollTo(0, 0)")
    page.locator(".content-icon-container .theme-toggle").click()  # from the system's theme to the other one
    assert_legible(page, {"light": "dark", "dark": "light"}[theme])
    visited.open("index.html")  # the choice stays
    assert page.locator("body").get_attribute("data-theme") == {"light": "dark", "dark": "light"}[theme]
    open_all(page)
    _, ground = page.locator(".xray-root").evaluate(LUMINANCE)
    assert ground < 0.05 if theme == "light" else ground > 0.9


def assert_legible(page: Page, theme: str) -> None:
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
            "link": "article p a.reference:not(.term)",
            "term": "a.term",
            "title of an explorer": ".s2s-title",
            "status": "[role=status]",
            "label": ".s2s-control label",
            "pressed": ".s2s-control [aria-pressed=true]",
            "button": ".s2s-control [aria-pressed=false]",
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


@WHOLE
def test_search_finds_a_lesson_by_a_word_of_its_text(visit):
    page = visit().open("index.html")
    page.get_by_role("textbox", name="Search").fill("bidirectional")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a", timeout=10_000)
    found = page.locator("#search-results li a").evaluate_all("links => links.map(link => link.href.split('?')[0])")
    assert any(WITH_EXPLORERS in link for link in found)
    assert not any("07_masked_loss" in link for link in found)


@WHOLE
@pytest.mark.parametrize("width", [390, 820, 1080, 1600])
def test_pages_fit_the_window(visit, site, width):
    visited = visit()
    visited.page.set_viewport_size({"width": width, "height": 860})
    for path in ("index.html", "glossary.html", *(f"notebooks/{name}.html" for name in site.lessons)):
        page = visited.open(path)
        open_all(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@WHOLE
def test_nothing_jumps_while_the_home_page_arrives(visit):
    visited = visit()
    visited.page.add_init_script(
        "window.moved = 0; const add = (list) => list.getEntries().forEach((entry) => (moved += entry.value));"
        "new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true })"
    )
    page = visited.open("index.html")
    expect(page.locator(".xray-law")).to_contain_text("✓", timeout=30_000)
    assert page.evaluate("moved") < 0.1
