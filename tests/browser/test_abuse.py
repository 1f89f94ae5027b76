"""Explorers under abuse, in the real JupyterLab and in a kernel: haste, copies, restarts, odd input, a long day."""

import random

import pytest

from tests.browser import demo, kernel, lab
from tests.browser.cell import cells
from tests.soak import soaked

pytestmark = pytest.mark.soak

SETUP = """\
import torch
from torch import nn
from seq2seq_lessons import explorers
from seq2seq_lessons.explorers.gates import gate_microscope
from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.model import build_model
from seq2seq_lessons.text import Vocab
from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.translator import Translator

torch.manual_seed(0)
sentence = "the small cat is tired ."
vocab, sizes = Vocab("the small black cat is tired . not very".split()), ModelConfig(8, 16, 1)
model = build_model(sizes, len(vocab), len(vocab))
translator = Translator(model, vocab, vocab, sizes, TrainConfig(device="cpu", num_steps=6))
A = sentence.split()
states = torch.tanh(torch.randn(len(A), 16).cumsum(0) / 2)"""
STEPPED = "stepped = explorers.step_scrubber(A, states)\nstepped"
EDITED = """\
def reader(gru):
    return lambda tokens: gru(torch.stack([embedded[token] for token in tokens])[:, None])[0][:, 0].detach()
embedded = dict(zip([*A, "dog"], torch.randn(7, 8)))
explorers.scrub_and_edit(A, [(2, "dog"), (3, "dog")], reader(nn.GRU(8, 16)))"""
LIVE = "live = gate_microscope(translator, sentence, unit=5)\nlive"
COUNT = "from ipywidgets.widgets import widget\nlen(widget._instances)"
CELLS = (SETUP, STEPPED, "stepped", LIVE, "live", COUNT, EDITED)
# Resolves once all explorers in `roots` show the same picture, with its words in their status lines.
_ALIKE = """roots => {
    const seen = roots.map(root => [root.querySelector('img[data-status]'), root.querySelector('[role=status]')]);
    return seen.every(([picture, line]) => picture && picture.complete && picture.alt === seen[0][0].alt
                                           && line.textContent === picture.dataset.status);
}"""


@pytest.fixture(scope="module")
def notebook(browser, server):
    """The cells of a notebook that has been run, and the console of its page."""
    demo.write(server.root / "abuse.ipynb", CELLS)
    page = lab.new_page(browser)
    console = lab.Console().watch(page)
    lab.open_lesson(page, server, "abuse.ipynb")
    lab.run_all(page, timeout_s=300)
    yield cells(page), console
    page.close()


@pytest.fixture
def opened(notebook):
    """The cells of the notebook; no error may stand on the console after a test."""
    opened, console = notebook
    yield opened
    assert console.errors == []


def alike(*explorers) -> bool:
    """Whether they come to show the same picture and words within ten seconds."""
    page = explorers[0].page
    page.wait_for_function(_ALIKE, arg=[explorer.root.element_handle() for explorer in explorers], timeout=10_000)
    return True


def picture(explorer) -> tuple[str, str]:
    return explorer.png, explorer.status


def test_hundred_fast_moves_of_a_stepped_explorer_end_at_the_right_picture(opened):
    explorer = opened[CELLS.index(EDITED)].explorer
    slider, buttons = explorer.handles[0], explorer.root.locator(".widget-toggle-button").all()
    last = explorer.value(slider)
    expected = {}
    for choice in (0, 1):  # slowly, waiting for each picture
        explorer.after(buttons[choice].click) if choice else None
        explorer.press(slider, "Home")
        for step in range(1, last + 1):
            explorer.press(slider, "ArrowRight") if step > 1 else None
            expected[step, choice] = picture(explorer)
    assert len(set(expected.values())) == 2 * last

    random_ = random.Random(0)
    step, choice = last, 1
    for round_ in range(soaked(2, 200)):
        slider.focus()
        for _ in range(100):
            key = random_.choice(["ArrowLeft", "ArrowRight"])
            explorer.page.keyboard.press(key)
            step = min(max(step + (1 if key == "ArrowRight" else -1), 1), last)
        if round_ % 2 == 0:
            choice = 1 - choice
            buttons[choice].click()
        assert alike(explorer)
        explorer.page.wait_for_timeout(200)  # nothing comes after it
        assert picture(explorer) == expected[step, choice] and explorer.value(slider) == step


@pytest.mark.parametrize("code", [STEPPED, LIVE], ids=["stepped", "live"])
def test_an_explorer_that_is_shown_twice_and_one_whose_cell_is_run_twice(opened, code):
    first, second = opened[CELLS.index(code) :][:2]
    first.run()
    second.run()
    one, two = first.explorer, second.explorer
    for here, there in ((one, two), (two, one)):
        before = here.status
        assert here.press(here.handles[-1], "ArrowRight") != before and alike(here, there)
    moved = picture(two)
    count = opened[CELLS.index(COUNT)]
    made = int(count.run())

    first.run()  # another explorer of the same name; the second cell still shows the old one
    one = first.explorer
    assert picture(one) != moved == picture(two)
    one.press(one.handles[-1], "ArrowRight")
    assert picture(two) == moved
    before = picture(one)
    two.press(two.handles[-1], "ArrowLeft")
    assert picture(one) == before and picture(two) != moved
    assert int(count.run()) > made

    second.run()
    two = second.explorer
    two.press(two.handles[-1], "ArrowRight")
    assert alike(one, two) and picture(two) != before
    assert int(count.run()) == made, "the explorer that no cell shows any more is kept"


# Last: the other tests' explorers lose their kernel.
def test_a_kernel_restarted_under_open_explorers(opened):
    setup, stepped, live = opened[0], opened[CELLS.index(STEPPED)], opened[CELLS.index(LIVE)]
    page = setup.page
    stepped.run()
    live.run()
    one, two = stepped.explorer, live.explorer
    room = one.root.bounding_box()["height"]
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.locator("[data-command='kernelmenu:restart']").click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.locator(".s2s-live.jupyter-widgets-disconnected").first.wait_for()

    before = one.seen()
    for step in range(2, 5):
        assert one.press(one.handles[0], "ArrowRight").startswith(f"Step {step} of 6")
    assert one.seen() != before
    assert one.root.bounding_box()["height"] == room

    words = "const own = node => getComputedStyle(node, '::before').content; return"
    before = picture(two)
    two.handles[0].press("ArrowRight")
    page.wait_for_timeout(500)
    assert picture(two) == before and before[1].startswith("Unit 5, ")  # the words are still the picture's
    said = two.root.evaluate(f"root => {{ {words} own(root) }}")
    assert "This picture moves with a running kernel: run its cell in Jupyter." in said
    for explorer in (one, two):  # and no broken chain before each of their parts
        before_each = explorer.root.evaluate(f"root => {{ {words} [...root.querySelectorAll('*')].map(own) }}")
        assert len(before_each) > 20 and not any("\uf127" in content for content in before_each)

    setup.run()
    live.run()
    two = live.explorer
    assert two.press(two.handles[0], "ArrowRight").startswith("Unit 6, ")
    assert "moves with a running kernel" not in two.root.evaluate(f"root => {{ {words} own(root) }}")


KERNEL_SETUP = (
    SETUP
    + """

import ctypes, gc, io
import psutil
from PIL import Image
from ipywidgets.widgets import widget
from seq2seq_lessons.explorers import Choice, Explorer, Frame, Law, LiveExplorer, Number, Steps, frame_of
from seq2seq_lessons.explorers.sentence import SentenceBox
from seq2seq_lessons.plots import topk_bars

trim = getattr(ctypes.CDLL(None), "malloc_trim", lambda pad: None)   # what was freed goes back to the system

def grey(*positions):   # as large as a real picture, and quicker to make
    out = io.BytesIO()
    Image.new("L", (400, 300), 20 * sum(positions) % 256).save(out, "PNG", compress_level=0)
    return Frame(out.getvalue(), "grey", (400, 300), f"Grey {positions}", Law("grey", True))

def make(number=0):
    return Explorer("Grey", "Grey.", [Steps(3), Choice("way", ("a", "b"))], lambda *at: grey(number, *at))

def measure():
    gc.collect()
    trim(0)
    print(psutil.Process().memory_info().rss, len(widget._instances), sum(type(o) is Frame for o in gc.get_objects()))
"""
)
MB = 2**20


@pytest.fixture(scope="module")
def kernel_process():
    with kernel.start() as process:
        process.run(KERNEL_SETUP)
        yield process


def measured(process) -> tuple[int, int, int]:
    """Resident bytes, open widgets and frames alive."""
    resident, opened, frames = map(int, process.run("measure()").split())
    return resident, opened, frames


def steady(process, code: str, first: int, last: int, *, at_once: int = 20, cell: str | None = None) -> None:
    """Run `code`, with `number` from 0, `last` times: after `first` times nothing may grow any more."""

    def run(numbers):
        for start in range(numbers.start, numbers.stop, at_once):
            process.run(
                "\n".join(f"number = {n}\n{code}" for n in range(start, min(start + at_once, numbers.stop))), cell
            )

    run(range(first))
    resident, opened, frames = measured(process)
    run(range(first, last))
    resident_then, opened_then, frames_then = measured(process)
    assert (opened_then, frames_then) == (opened, frames)
    assert resident_then - resident < 8 * MB, f"{(resident_then - resident) / MB:.1f} MB more"


def test_memory_is_steady_over_redraws_of_a_live_explorer(kernel_process):
    _, opened, frames = measured(kernel_process)
    # the first moves the artists of one figure, the second draws a new figure each time
    kernel_process.run(
        "live = gate_microscope(translator, sentence, unit=5)\n"
        "bars = LiveExplorer('Bars', 'Bars.', [Number('number', 0, 999, 0)],\n"
        "                    lambda n: frame_of(topk_bars(['chat'], [n / 999]), f'{n}', Law('bars', True)))"
    )
    steady(
        kernel_process,
        "frame = live.set(number % 16, number % 4, number % 6 + 1), bars.set(number % 1000)",
        soaked(20, 200),
        soaked(100, 1000),
    )
    kernel_process.run("live.close()\nbars.close()\ndel live, bars, frame")
    assert measured(kernel_process)[1:] == (opened, frames)


def test_memory_is_steady_over_stepped_explorers_that_are_made_and_closed(kernel_process):
    _, opened, frames = measured(kernel_process)
    steady(kernel_process, "made = make(number)\nmade.close()", soaked(10, 200), soaked(50, 1000))
    kernel_process.run("del made")
    assert measured(kernel_process)[1:] == (opened, frames)


@pytest.mark.parametrize(
    "code",
    [
        "make(number)",
        "made = make(number)\nmade",
        "display(make(number), make(number + 1))",
        "SentenceBox('the cat', lambda typed: [make(number)])",
    ],
    ids=["last line", "name", "two", "box"],
)
def test_memory_is_steady_while_a_cell_is_run_again_and_again(kernel_process, code):
    _, opened, _ = measured(kernel_process)
    steady(kernel_process, code, soaked(5, 200), soaked(20, 1000), at_once=1, cell="again")
    kernel_process.run("made = None", cell="again")  # the cell is changed: it shows none now
    assert measured(kernel_process)[1] == opened
