"""What a learner sees, hears and does with each explorer, in the real JupyterLab."""

import io
import re

import nbformat
import numpy as np
import pytest
from PIL import Image

from tests.browser import demo, lab
from tests.browser.accessibility import violations
from tests.browser.explorer import contrast, explorers
from tools.notebooks import execute


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """JupyterLab in its dark theme over a notebook that shows every explorer."""
    root = tmp_path_factory.mktemp("dark")
    demo.write(root / demo.NAME)
    with lab.serve(root, dark=True) as server:
        yield server


@pytest.fixture(scope="module")
def shown(browser, server):
    """A page in which every explorer has been run; its kernel is stopped, so all that follows works without one."""
    page = lab.new_page(browser)
    lab.open_lesson(page, server, demo.NAME)
    lab.run_all(page)
    server.shut_down_kernels()
    yield page
    page.close()


LAPTOP = 647  # pixels of a window of 1366 by 768 in which the notebook shows


def named(shown, title):
    return next(explorer for explorer in explorers(shown) if title in explorer.root.inner_text())


def columns_of(png: bytes, steps: int) -> list[np.ndarray]:
    """The pixels of each step's column, inside the outline and the axes, in all three panels of scrub and edit."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    left, right = 1.10 / 7.2 * pixels.shape[1], (1 - 1.05 / 7.2) * pixels.shape[1]
    width = (right - left) / steps
    # The lowest panel, B - A: 1.05 inches high, 0.62 above the bottom; 8 pixels stay clear of outline and frame.
    bottom, dpi = pixels.shape[0], 96
    rows = slice(round(bottom - (0.62 + 1.05) * dpi) + 8, round(bottom - 0.62 * dpi) - 8)
    return [pixels[rows, round(left + k * width) + 8 : round(left + (k + 1) * width) - 8] for k in range(steps)]


def test_every_picture_has_alt_text_and_its_words_stand_in_the_live_status_line(shown):
    assert len(explorers(shown)) == 5
    for explorer in explorers(shown):
        assert len(explorer.picture.get_attribute("alt")) > 40
        assert explorer.status == explorer.picture.get_attribute("data-status") != ""
        assert explorer.root.get_by_role("status").get_attribute("aria-live") == "polite"


def test_status_line_stays_in_the_page_while_its_text_changes(shown):
    """A screen reader announces a changed text only if the live region itself was there before."""
    explorer = named(shown, "step by step")
    line = explorer.root.get_by_role("status").element_handle()
    status = explorer.press(explorer.handles[0], "ArrowRight")
    assert line.evaluate("node => node.isConnected")
    assert line.inner_text() == status
    assert re.fullmatch(r"Step \d of 7: reads '.+'", status)


def test_every_control_has_an_accessible_name(shown):
    for explorer in explorers(shown):
        for handle in explorer.handles:
            assert handle.get_attribute("aria-label")
        for button in explorer.root.locator("button").all():
            if button.is_visible():
                assert button.get_attribute("aria-label") or button.inner_text()
        for box in explorer.root.locator("input[type=number]").all():
            assert shown.locator(f"label[for='{box.get_attribute('id')}']").inner_text()


def test_number_box_play_and_reset_move_the_same_picture(shown):
    explorer = named(shown, "step by step")
    box = explorer.root.get_by_label("step (1–7)")
    slider, play = explorer.handles[0], explorer.root.get_by_role("button", name="play or pause")
    stop = explorer.root.get_by_role("button", name="stop and go back to the first step")

    explorer.press(slider, "End")
    assert (explorer.value(slider), box.input_value()) == (7, "7")
    assert explorer.press(box, "ArrowDown").startswith("Step 6 of 7")
    assert explorer.value(slider) == 6
    assert explorer.press(stop, "Enter").startswith("Step 1 of 7")
    assert explorer.press(play, "Enter").startswith("Step 2 of 7")  # from where the slider is
    stop.press("Enter")
    shown.wait_for_timeout(1500)
    assert explorer.status.startswith("Step 1 of 7")


def test_nothing_plays_by_itself(shown):
    before = [explorer.status for explorer in explorers(shown)]
    shown.wait_for_timeout(1200)
    assert [explorer.status for explorer in explorers(shown)] == before


def test_page_does_not_jump_when_a_picture_changes(shown):
    for explorer in explorers(shown):
        if explorer.handles:
            box = explorer.root.bounding_box()
            explorer.press(explorer.handles[0], "Home" if explorer.value(explorer.handles[0]) > 1 else "ArrowRight")
            assert explorer.root.bounding_box()["height"] == box["height"]


def test_picture_and_law_fit_their_room(shown):
    for explorer in explorers(shown):
        law, room = (explorer.root.locator(place).bounding_box() for place in (".s2s-law", "xpath=."))
        assert law["y"] + law["height"] <= room["y"] + room["height"] < room["y"] + LAPTOP
        assert explorer.root.locator(".s2s-law").inner_text().startswith("✓ ")


def test_pictures_shrink_with_their_room(shown):
    size = shown.viewport_size
    shown.set_viewport_size({"width": 1024, "height": 768})
    for explorer in explorers(shown):
        picture, room = explorer.picture.bounding_box(), explorer.root.bounding_box()
        assert picture["width"] < 650 and picture["x"] + picture["width"] <= room["x"] + room["width"]
        assert picture["width"] / picture["height"] == pytest.approx(
            int(explorer.picture.get_attribute("width")) / int(explorer.picture.get_attribute("height")), rel=0.01
        )
    shown.set_viewport_size(size)


def test_choices_are_groups_with_a_pressed_button_and_labels_stand_once(shown):
    lab_ = named(shown, "Shape lab")
    group = lab_.root.get_by_role("group", name="layers")
    group.get_by_role("button", name="1", exact=True).click()
    assert [b.get_attribute("aria-pressed") for b in group.get_by_role("button").all()] == ["true", "false"]
    group.get_by_role("button", name="2", exact=True).click()
    assert [b.get_attribute("aria-pressed") for b in group.get_by_role("button").all()] == ["false", "true"]
    steps = named(shown, "step by step").root
    labels = [label for label in steps.locator("label").all() if (label.bounding_box() or {"width": 0})["width"] > 2]
    assert [label.inner_text() for label in labels] == ["step"]


def test_the_notebooks_keys_do_nothing_while_the_focus_is_in_an_explorer(shown):
    """`m` would make a cell of text of it, `d d` delete it, an arrow go to another cell."""
    explorer = named(shown, "Scrub and edit")
    before = shown.locator(".jp-Notebook-cell.jp-CodeCell").count()
    for place in (explorer.handles[0], explorer.root.get_by_role("button", name="one", exact=True), card(explorer)):
        for key in ("m", "d", "d", "a", "x", "ArrowLeft", "ArrowDown", "ArrowUp"):
            place.press(key)
            assert place.evaluate("node => node === document.activeElement"), key
    assert shown.locator(".jp-Notebook-cell.jp-CodeCell").count() == before


def card(explorer):
    return explorer.root.locator(".s2s-card")


def test_pointer_and_arrow_keys_read_a_value_and_a_click_sets_the_step(shown):
    explorer = named(shown, "step by step")
    slider, line = explorer.handles[0], explorer.root.get_by_role("status")
    explorer.press(slider, "Home") if explorer.value(slider) > 1 else None
    explorer.press(slider, "ArrowRight")
    own = explorer.status
    card(explorer).focus()
    said = [own]
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight"):
        shown.keyboard.press(key)
        said.append(line.inner_text())
    assert [re.sub(r"[−\d.]+$", "#", words) for words in said[1:]] == [
        "state h: unit 1 at 'the': #",
        "state h: unit 2 at 'the': #",
        "state h: unit 2 at 'small': #",
        "state h: unit 2 at 'small': #",  # what has not been read has nothing to say
    ]
    assert explorer.root.locator(".s2s-mark").is_visible()
    shown.keyboard.press("Escape")
    assert line.inner_text() == own and not explorer.root.locator(".s2s-mark").is_visible()

    box = explorer.picture.bounding_box()
    width, place = (7.2 - 1.10 - 1.05) / 7 / 7.2, 1.10 / 7.2
    at = [box["x"] + box["width"] * (place + width * (step - 0.5)) for step in range(1, 8)]
    shown.mouse.move(at[0], box["y"] + box["height"] / 2)
    assert re.fullmatch(r"state h: unit \d+ at 'the': [−\d.]+", line.inner_text())
    shown.mouse.move(at[4], box["y"] + box["height"] / 2)
    assert line.inner_text() == own
    explorer.after(lambda: shown.mouse.click(at[4], box["y"] + box["height"] / 2))
    shown.mouse.move(0, 0)
    assert line.inner_text() == "Step 5 of 7: reads 'tired'" and explorer.value(slider) == 5


def test_scrub_and_edit_on_the_screen(shown):
    """Its law, on the pixels: in one direction no column of B - A before the edit is coloured, from the edit on all."""
    explorer = named(shown, "Scrub and edit")
    zero = np.array([247, 247, 247])  # the middle of RdBu_r
    for button, edit in (("4: is → was", 4), ("3: cat → dog", 3)):
        explorer.click(button)
        if explorer.value(explorer.handles[0]) > 1:
            explorer.press(explorer.handles[0], "Home")
        for step in range(1, 8):
            if step > 1:
                explorer.press(explorer.handles[0], "ArrowRight")
            columns = columns_of(explorer.seen(), 7)
            for number, column in enumerate(columns[:step], 1):
                coloured = bool((np.abs(column - zero) > 2).any())
                assert coloured == (number >= edit), f"step {step}, column {number}, edit at {edit}"


def test_shape_lab_on_the_screen(shown):
    explorer = named(shown, "Shape lab")
    statuses = {explorer.status}
    for button in ("1", "one", "True"):
        statuses.add(explorer.click(button))
    assert explorer.status == "1 layer, one direction, batch_first=True: output (3, 5, 16), state (1, 3, 16)"
    assert len(statuses) == 4


def test_reopened_notebook_shows_the_picture_with_its_words(browser, server):
    """What `make lessons` stores shows the picture, not "model not found"."""
    path = server.root / "stored.ipynb"
    notebook = execute(nbformat.read(demo.write(path, demo.CELLS[:2]), as_version=4), server.root)
    output = notebook.cells[1].outputs[0]
    assert set(output.data) == {"image/png", "text/plain"}
    assert "Step" not in output.data["text/plain"]  # the status line may hold measured numbers
    nbformat.write(notebook, path)
    page = lab.new_page(browser)
    lab.open_lesson(page, server, "stored.ipynb")
    picture = page.locator(".jp-RenderedImage img")
    picture.wait_for()
    assert picture.bounding_box()["width"] == output.metadata["image/png"]["width"]
    page.close()


def test_a_static_picture_has_its_alt_text_on_the_page(shown):
    image = shown.locator(".jp-OutputArea-output img:not(.s2s-card img)").last
    assert image.get_attribute("alt").startswith("Grid of hidden vectors") and image.bounding_box()["width"] == 692


def test_in_the_dark_theme_words_are_legible_and_pictures_stand_on_white(shown):
    assert shown.evaluate("document.body.dataset.jpThemeLight") == "false"
    for explorer in explorers(shown):
        assert contrast(explorer.root.get_by_role("status")) >= 4.5
        assert explorer.picture.evaluate("image => getComputedStyle(image).backgroundColor") == "rgb(255, 255, 255)"


def test_axe_finds_nothing_in_explorers_and_pictures_in_both_themes(shown):
    parts = [".s2s-explorer", ".jp-RenderedHTMLCommon:has(> img)"]
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        set_theme(shown, theme)
        assert [line for part in parts for line in violations(shown, part)] == []


def set_theme(page, theme: str) -> None:
    """By the menu, as a learner does."""
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-item").get_by_text("Theme", exact=True).hover()
    page.locator(".lm-Menu-item").get_by_text(theme, exact=True).click()
    page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=str("Light" in theme).lower())
