"""Live explorers in the real JupyterLab: each control moves picture and status; fast moves end at the right picture."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import demo, lab
from tests.browser.cell import cells
from tests.browser.explorer import PageExplorer, explorers

CELLS = (
    """\
import time
import torch
from seq2seq_lessons.explorers.gates import gate_microscope, written_when
from seq2seq_lessons.explorers.search import beam_tree
from seq2seq_lessons.explorers.sentence import SentenceBox
from seq2seq_lessons.explorers import Choice, Law, LiveExplorer, Number, Steps, frame_of
from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.model import build_model
from seq2seq_lessons.plots import topk_bars
from seq2seq_lessons.text import Vocab
from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.translator import Translator

torch.manual_seed(0)
vocab, sizes = Vocab("the small black cat is tired . not very".split()), ModelConfig(8, 64, 1)
model = build_model(sizes, len(vocab), len(vocab))
with torch.no_grad():
    for parameter in model.encoder.parameters():
        parameter *= 6
translator = Translator(model, vocab, vocab, sizes, TrainConfig(num_steps=16, device="cpu"))""",
    'gate_microscope(translator, "the small cat is not tired .", unit=5)',
    'written_when(translator, "the small cat is not tired .", unit=5)',
    """\
words = ["chat", "chien", "lit"]

def frame_at(step, rank, share):
    if words[rank] == "lit":
        raise ValueError("this word cannot be forced")
    picture = topk_bars(["chat", "chien"], [0.2 + 0.1 * step + 0.05 * rank, share / 100])
    return frame_of(picture, f"Step {step}: '{words[rank]}', {share} %", Law("bars", True))

controls = [Steps(3), Choice("force", words), Number("share", 0, 99, 10)]
LiveExplorer("Forced", "Bars.", controls, frame_at)""",
    """\
drawn = []
def slow(number):
    drawn.append(number)
    time.sleep(0.1)
    return frame_of(topk_bars(["chat"], [number / 300]), f"{number} of 300, {len(drawn)} pictures", Law("bars", True))

LiveExplorer("Slow", "A bar.", [Number("number", 0, 300, 20)], slow)""",
    """\
SentenceBox("the cat is tired .", lambda typed: [beam_tree(translator, typed), gate_microscope(translator, typed)],
            vocab)""",
)


@pytest.fixture(scope="module")
def shown(browser, server):
    demo.write(server.root / "live.ipynb", CELLS)
    page = lab.new_page(browser)
    console = lab.Console().watch(page)
    lab.open_lesson(page, server, "live.ipynb")
    lab.run_all(page)
    yield page
    page.close()
    assert console.errors == []


def named(shown, title):
    return next(explorer for explorer in explorers(shown) if title in explorer.root.inner_text())


def settle(shown, explorer, beginning: str) -> str:
    """Wait until the status line begins so and the picture says the same; returns the picture."""
    shown.wait_for_function(
        "([root, words]) => { const line = root.querySelector('[role=status]').textContent;"
        " return line.startsWith(words) && root.querySelector('img[data-status]').dataset.status === line; }",
        arg=[explorer.root.element_handle(), beginning],
        timeout=15_000,
    )
    return explorer.png


def test_every_control_moves_the_picture_and_the_status_line_stays_in_the_page(shown):
    microscope, written, forced = (named(shown, title) for title in ("Gate microscope", "written when", "Forced"))
    for explorer in (microscope, written, forced):
        assert "needs the running kernel" in explorer.root.inner_text()
        line, height = explorer.root.get_by_role("status").element_handle(), explorer.root.bounding_box()["height"]
        statuses = [explorer.status]
        for handle in explorer.handles:
            statuses.append(explorer.press(handle, "ArrowLeft" if explorer.value(handle) > 2 else "ArrowRight"))
        for button in explorer.root.locator(".widget-toggle-button:not(.mod-active)").all():
            statuses.append(explorer.after(button.click))
        assert len(set(statuses)) == len(statuses) > 2
        assert explorer.click("Reset") == statuses[0]
        assert line.evaluate("node => node.isConnected") and line.inner_text() == statuses[0]
        assert explorer.root.bounding_box()["height"] == height
    assert microscope.click("z = 1").startswith("Unit 5, z = 1, ")
    assert microscope.root.get_by_text("✓ z = 1 holds").is_visible()
    assert written.click("mean over units").startswith("Mean over units: ")


def test_two_number_boxes_move_their_sliders_and_follow_them(shown):
    forced = named(shown, "Forced")
    forced.root.get_by_role("button", name="Reset").click()
    settle(shown, forced, "Step 1: 'chat', 10 %")
    step, share = forced.root.get_by_label("step (1–3)"), forced.root.get_by_label("share (0–99)")
    assert forced.after(lambda: (step.fill("3"), step.press("Enter"))) == "Step 3: 'chat', 10 %"
    assert forced.after(lambda: (share.fill("25"), share.press("Enter"))) == "Step 3: 'chat', 25 %"
    assert [forced.value(handle) for handle in forced.handles] == [3, 25]
    assert forced.press(forced.handles[1], "End") == "Step 3: 'chat', 99 %"
    assert (step.input_value(), share.input_value()) == ("3", "99")


def test_every_control_has_an_accessible_name_and_every_picture_alt_text(shown):
    for explorer in explorers(shown):
        assert len(explorer.picture.get_attribute("alt")) > 20
        for handle in explorer.handles:
            assert handle.get_attribute("aria-label")
        for field in explorer.root.locator("input[type=number]").all():
            assert shown.locator(f"label[for='{field.get_attribute('id')}']").inner_text()


def test_a_step_of_a_live_explorer_is_read_and_set_by_keys(shown):
    microscope = named(shown, "Gate microscope")
    if microscope.value(microscope.handles[-1]) > 1:
        microscope.press(microscope.handles[-1], "Home")
    microscope.root.locator(".s2s-card").focus()
    for key in ("ArrowRight", "ArrowRight"):
        shown.keyboard.press(key)
    assert re.fullmatch(r"'small': z [\d.]+, r [\d.]+, n [−\d.]+, h [−\d.]+", microscope.status)
    microscope.press(microscope.root.locator(".s2s-card"), "Enter")
    assert "'small': h = " in microscope.status


def test_an_error_is_said_in_words(shown):
    forced = named(shown, "Forced")
    forced.root.get_by_role("button", name="Reset").click()
    settle(shown, forced, "Step 1: 'chat', 10 %")
    words = "Not possible here: this word cannot be forced"
    assert forced.click("lit") == words
    assert forced.picture.get_attribute("alt") == f"No picture: {words}"
    assert forced.status == words and forced.root.locator(".s2s-law").inner_text() == ""
    assert forced.click("chien") == "Step 1: 'chien', 10 %"


@pytest.mark.parametrize("title, first, beginning", [("Gate microscope", 5, "Unit 12, "), ("Slow", 20, "27 of 300")])
def test_hundred_fast_moves_end_at_the_right_picture(shown, title, first, beginning):
    explorer = named(shown, title)
    explorer.root.get_by_role("button", name="Reset").click()
    slider = explorer.handles[0]
    slider.focus()
    for _ in range(7):
        explorer.press(slider, "ArrowRight")
    expected = settle(shown, explorer, beginning)
    before = explorer.status
    slider.evaluate("""handle => {
        for (let n = 0; n < 100; n++)   // to and fro, ending where it began
            handle.dispatchEvent(new KeyboardEvent('keydown', {key: n % 50 < 25 ? 'ArrowRight' : 'ArrowLeft',
                                                               bubbles: true, cancelable: true}));
    }""")
    shown.wait_for_timeout(1000)
    assert settle(shown, explorer, beginning) == expected
    assert explorer.value(slider) == first + 7
    if title == "Slow":
        pictures = [int(status.split(", ")[1].split()[0]) for status in (before, explorer.status)]
        assert pictures[1] - pictures[0] < 20, "moves made while a picture is drawn must share the next one"


def test_an_empty_sentence_and_unknown_words(shown):
    cell = cells(shown)[-1]
    box = cell.root.get_by_label("sentence, then Enter:")
    line = cell.root.locator(".jp-OutputArea-output [role=status]").first

    def type_(sentence: str, words: str, *, refused: bool = False) -> list:
        if not refused:
            cell.root.locator(".s2s-explorer").evaluate_all("roots => roots.forEach(root => root.dataset.old = '')")
        box.fill(sentence)
        box.press("Enter")
        expect(line).to_have_text(re.compile(words), timeout=30_000)
        expect(cell.root.locator("[data-old]")).to_have_count(0, timeout=30_000)
        expect(cell.root.locator("img[data-status]")).to_have_count(2, timeout=30_000)
        return [PageExplorer(cell.page, root) for root in cell.root.locator(".s2s-explorer").all()]

    def move(explorers) -> None:
        tree, microscope = explorers
        tree.press(tree.handles[0], "ArrowRight")
        microscope.press(microscope.handles[0], "ArrowRight")

    for sentence in ("", "   "):
        shown = type_(sentence, "has no token to read", refused=True)
        assert line.inner_text().endswith("the explorers still show “the cat is tired .”")
        move(shown)  # the old ones go on working
    odd = "the zebra <b>dines</b> !"
    move(type_(odd, "read as <unk>: zebra, <, b, >, dines, /, !"))
    assert line.locator("*").count() == 0  # what is typed is text, not HTML
    move(type_("not " * 60, "^$"))
    shown = type_("the cat is not tired .", "^$")
    move(shown)
