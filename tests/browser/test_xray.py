"""The X-ray in a real Chromium: its laws, on the arithmetic of the page; then what a hand, a key and an eye meet."""

import math

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import load_splits
from seq2seq_lessons.decoder import DecoderState
from seq2seq_lessons.explorers.xray import page_state, tokenizer_rules
from seq2seq_lessons.model import build_model, inference
from seq2seq_lessons.support.results.contexts import DriftingDecoder
from seq2seq_lessons.support.shared_models import lessons_translator
from seq2seq_lessons.text import EOS, Vocab, tokenize
from seq2seq_lessons.translator import Translator
from tests.browser import demo, lab
from tests.browser.accessibility import violations
from tests.browser.explorer import LUMINANCE
from tests.browser.xray_page import numbers, open_page, show
from tests.toy import PAIRS

CLOSE = {"int16": 0.003, "float32": 0.00001}
TIE = 0.001


@pytest.fixture(scope="module")
def trained() -> Translator:
    return lessons_translator(progress=False)


@pytest.fixture(scope="module")
def held_out() -> list[str]:
    return [pair.source for pair in load_splits("lessons")["random"]][::9][:200]


@pytest.fixture(scope="module")
def pages(browser):
    """A page for a translator and a precision, opened once."""
    opened: dict = {}

    def page_of(translator: Translator, precision: str = "float32"):
        key = id(translator), precision
        if key not in opened:
            opened[key] = open_page(browser, page_state(translator, precision=precision))
        return opened[key]

    yield page_of
    for page in opened.values():
        page.close()


def odd_translator() -> Translator:
    """Three layers of sizes that no four divides, random biases, and weights large enough that sentences differ."""
    torch.manual_seed(5)
    vocab, config = Vocab(f"w{number}" for number in range(19)), ModelConfig(5, 7, 3)
    model = build_model(config, len(vocab), len(vocab))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_().mul_(0.8)
    return Translator(model, vocab, vocab, config, TrainConfig(num_steps=9, device="cpu"))


def source_of(translator: Translator, sentence: str) -> list[int]:
    tokens = tokenize(sentence)[: translator.train_config.num_steps - 1]
    return [*translator.source_vocab.encode(tokens), Vocab.eos_id]


def assert_computes_what_torch_does(page, translator: Translator, sentences: list[str], precision: str) -> None:
    config, ties = translator.model_config, 0
    computed = page.evaluate("compute", [{"source": source_of(translator, sentence)} for sentence in sentences])
    for sentence, got in zip(sentences, computed, strict=True):
        trace = translator.trace(sentence)
        said = translator.target_vocab.encode(step.token for step in trace.steps)
        states = torch.cat((trace.encoder_states, torch.stack([step.hidden for step in trace.steps]))).numpy()
        differs = next((t for t, ids in enumerate(zip(got["said"], said, strict=False)) if ids[0] != ids[1]), None)
        if differs is not None:
            (_, best), (_, second), *_ = trace.steps[differs].top
            assert best - second < TIE, (sentence, differs)
            ties += 1
        same = len(trace.source_tokens) + (len(said) if differs is None else differs + 1)
        shape = (-1, config.num_layers, config.num_hiddens)
        assert np.abs(numbers(got["states"], *shape)[:same] - states[:same]).max() < CLOSE[precision], sentence
    assert ties <= len(sentences) / 100


@pytest.mark.parametrize("precision", CLOSE)
def test_it_computes_what_torch_computes(pages, trained, held_out, precision):
    sentences = held_out if precision == "int16" else held_out[:60]
    assert_computes_what_torch_does(pages(trained, precision), trained, sentences, precision)


@pytest.mark.parametrize("precision", CLOSE)
def test_two_layers(pages, translator, precision):
    sentences = [pair.source for pair in PAIRS]
    assert_computes_what_torch_does(pages(translator, precision), translator, sentences, precision)


def test_odd_sizes_three_layers_unknown_words_and_a_sentence_that_is_cut(browser):
    odd = odd_translator()
    page = open_page(browser, page_state(odd, precision="float32"))
    sentences = ["w1 w2 w3", "w4", "w5 zebra w6", " ".join(f"w{number}" for number in range(19))]
    with pytest.warns(UserWarning, match="cut"):
        assert_computes_what_torch_does(page, odd, sentences, "float32")
    page.close()


def test_to_force_what_it_says_anyway_changes_nothing(pages, trained, held_out):
    page, tasks = pages(trained), [{"source": source_of(trained, sentence)} for sentence in held_out[:40]]
    own = page.evaluate("compute", tasks)
    forced = page.evaluate("compute", [
        task | {"forced": list(enumerate(one["said"]))} for task, one in zip(tasks, own, strict=True)
    ])  # fmt: skip
    assert forced == own
    other = page.evaluate("compute", [tasks[0] | {"forced": [[1, trained.target_vocab.encode(["pas"])[0]]]}])[0]
    assert other["said"][:1] == own[0]["said"][:1] and other["said"][1] != own[0]["said"][1]


def test_a_forced_word_changes_nothing_up_to_its_step_and_the_decoder_goes_on_by_its_best_words(
    pages, trained, held_out
):
    page, vocab_size, changed = pages(trained), len(trained.target_vocab), 0
    for number, sentence in enumerate(held_out[:40]):
        task = {"source": source_of(trained, sentence)}
        (own,) = page.evaluate("compute", [task])
        logits = numbers(own["logits"], -1, vocab_size)
        step = number % len(logits)  # whose word is forced, from 0
        second = int(logits[step].argsort()[-2])
        (forced,) = page.evaluate("compute", [task | {"forced": [[step, second]]}])
        assert forced["fed"][: own["reads"] + step + 1] == own["fed"][: own["reads"] + step + 1]
        for name, size, until in (
            ("states", trained.model_config.num_hiddens, own["reads"] + step + 1),
            ("logits", vocab_size, step + 1),
        ):
            before, after = (numbers(run[name], -1, size) for run in (own, forced))
            assert (before[:until] == after[:until]).all()
        assert forced["said"][step] == second
        best = numbers(forced["logits"], -1, vocab_size).argmax(axis=1).tolist()
        assert forced["said"][step + 1 :] == best[step + 1 :]
        changed += forced["said"][step + 1 :] != own["said"][step + 1 :]
    assert changed > 10


def test_temperature_divides_the_scores_and_opens_the_choice(pages, trained, held_out):
    page, temperatures = pages(trained), (0.1, 0.2, 0.5, 0.8, 1.0, 1.25, 2.0, 5.0, 10.0)
    for sentence in held_out[:4]:
        (got,) = page.evaluate("compute", [{"source": source_of(trained, sentence)}])
        logits = numbers(got["logits"], -1, len(trained.target_vocab))[1]
        seen = torch.tensor(page.evaluate(
            "([logits, temperatures]) => [1, ...temperatures].map((T, i) => "
            "[...(i ? gru.softmax(new Float32Array(logits), T) : gru.softmax(new Float32Array(logits)))])",
            [logits.tolist(), temperatures],
        ), dtype=torch.float64)  # fmt: skip
        scores = torch.tensor(logits, dtype=torch.float64)
        expected = torch.stack([torch.softmax(scores / T, dim=0) for T in (1.0, *temperatures)])
        torch.testing.assert_close(seen, expected, rtol=0, atol=1e-5)
        entropies = torch.special.entr(seen[1:]).sum(dim=1)
        assert (entropies.diff() > -1e-6).all() and entropies[-1] > entropies[0] + 1


def test_skipped_pads_change_nothing_and_read_ones_do(pages, trained, held_out):
    page, hiddens = pages(trained), trained.model_config.num_hiddens
    for sentence in held_out[:20]:
        task = {"source": source_of(trained, sentence)}
        plain, skipped, read = page.evaluate(
            "compute", [task, task | {"pads": 3, "skipPads": True}, task | {"pads": 3}]
        )
        assert skipped["said"] == plain["said"] and skipped["reads"] == plain["reads"] + 3
        assert skipped["states"] == plain["states"]  # a skipped pad leaves none
        written = numbers(read["states"], -1, hiddens)[read["reads"]]
        assert np.abs(written - numbers(plain["states"], -1, hiddens)[plain["reads"]]).max() > 0.01


def test_right_words_fed_are_the_one_shot_teacher_forced_pass(pages, trained):
    page, vocab = pages(trained), trained.target_vocab
    for source, target in load_splits("lessons")["random"][:40]:
        ids, right = source_of(trained, source), vocab.encode(tokenize(target))
        got = page.evaluate("compute", [{"source": ids, "right": right}])[0]
        with inference(trained.model):
            logits, _ = trained.model(torch.tensor([ids]), torch.tensor([[vocab.bos_id, *right]]))
        assert np.abs(numbers(got["logits"], -1, len(vocab)) - logits[0].numpy()).max() < 0.0001
        assert got["said"] == logits[0].argmax(dim=1).tolist()


@pytest.mark.parametrize("context", ["drifting", "none"])
def test_another_context(pages, trained, held_out, context):
    page, sizes = pages(trained), trained.model_config
    size = len(trained.target_vocab), sizes.embed_size, sizes.num_hiddens, sizes.num_layers
    drifting = DriftingDecoder(*size).eval()  # lessons 04 and 05
    drifting.load_state_dict(trained.model.decoder.state_dict())
    decoder = drifting if context == "drifting" else trained.model.decoder
    changed = 0
    for sentence in held_out[:40]:
        plain, got = page.evaluate(
            "compute", [{"source": source_of(trained, sentence), "context": c} for c in ("kept", context)]
        )
        state = trained.read(sentence)
        state = state if context == "drifting" else DecoderState(torch.zeros_like(state.context), state.hidden)
        fed, said, hidden = Vocab.bos_id, [], []
        with torch.no_grad():
            while fed != Vocab.eos_id and len(said) < trained.train_config.num_steps:
                logits, state = decoder(torch.tensor([[fed]]), state)
                fed = int(logits.argmax())
                said.append(fed)
                hidden.append(state.hidden[:, 0])
        states = numbers(got["states"], -1, sizes.num_layers, sizes.num_hiddens)[got["reads"] :]
        assert got["said"] == said
        apart = np.abs(states - torch.stack(hidden).numpy())  # a drifting decoder's rounding grows from step to step
        assert apart[:3].max() < CLOSE["float32"] and apart[:10].max() < CLOSE["int16"]
        changed += got["said"] != plain["said"]
    assert changed > 5


TEXTS = [
    "I'm home.",
    "J’ai faim !",
    "É e\u0301 ÇA",
    "a\u00a0b\u202fc\u3000d\x85e\x1ff",
    "1,000.50",
    "ΟΔΟΣ İ ß",
    "",
    " .,?! ",
    "x\ufeffy\u200bz",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=40), min_size=30, max_size=30))
def test_the_page_cuts_sentences_as_python_does(pages, trained, texts):
    texts = texts + TEXTS
    got = pages(trained).evaluate(
        "([texts, rules]) => texts.map((text) => gru.tokenize(text, rules))", [texts, tokenizer_rules()]
    )
    assert got == [tokenize(text) for text in texts]


# ------------------------------------------------------------------------------------------ the picture


@pytest.fixture
def xray(browser, trained):
    """Opens an X-ray of the lessons' translator on a plain page; arguments as `page_state`'s and `open_page`'s."""
    opened = []

    def new(theme="light", width=1280, **arguments):
        page = open_page(browser, page_state(trained, **arguments), theme=theme, width=width)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        show(page)
        opened.append((page, errors))
        return page

    yield new
    for page, errors in opened:
        assert errors == []
        page.close()


def settled(page) -> None:
    """Wait until the page has computed what was asked for."""
    page.wait_for_selector(".xray-root[aria-busy=false]")


def status(page) -> str:
    return page.get_by_role("status").inner_text()


def said(page) -> str:
    return " ".join(page.locator(".xray-column .xray-said").all_inner_texts())


def test_the_law_stands_on_the_page_and_can_break(browser, trained, xray):
    assert xray().locator(".xray-law").inner_text().startswith("✓ computed in this page")
    state = page_state(trained)
    broken = np.frombuffer(state["weights"], np.int16).copy()
    size = trained.model_config.embed_size
    broken[size * Vocab.eos_id : size * (Vocab.eos_id + 1)] //= 2  # the embedding of <eos>
    page = open_page(browser, state | {"weights": broken.tobytes()})
    show(page)
    assert page.locator(".xray-law").inner_text().startswith("✗")
    page.close()


def test_a_step_shows_what_has_happened_and_hides_what_has_not(xray, trained):
    page = xray(step=3)
    num_steps = page.evaluate("model.get('num_steps')")
    assert status(page) == f"Step 3 of {num_steps}: the encoder reads “.” (id 4)."
    assert said(page).strip() == ""  # no answer before its step
    slider = page.get_by_role("slider", name="step")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    word = trained.translate("i'm home .").split()[0]
    assert status(page).startswith("Step 5 of ") and f"fed “<bos>”, the decoder says “{word}” (" in status(page)
    assert said(page).split() == [word]
    page.keyboard.press("End")
    assert said(page).split() == [*trained.translate("i'm home .").split(), EOS]


def test_any_sentence_may_be_typed_and_stays_text(xray, trained):
    page = xray()
    box = page.get_by_role("textbox", name="sentence")
    box.fill("the <b>zebra</b> is tired .")
    box.press("Enter")
    settled(page)
    expect(page.get_by_role("status")).to_contain_text("Read as <unk>, too rare in training: <, b, >, zebra, /.")
    assert page.locator(".xray-root b", has_text="zebra").count() == 0
    assert said(page).split()[:-1] == trained.translate("the <b>zebra</b> is tired .").split()
    box.fill("  ")
    box.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Type a sentence with at least one word.")


def test_one_switch_breaks_the_translation_and_mends_it(xray):
    page = xray(sentence="she bought a green dress .")
    before = said(page)
    page.get_by_role("button", name="drifting").click()
    settled(page)
    assert said(page) != before and page.locator(".xray-wires .drifting").count() > 0
    page.get_by_role("button", name="kept").click()
    settled(page)
    assert said(page) == before


def test_a_word_is_forced_by_keyboard_and_given_back(xray, trained):
    page = xray(step=6)
    before = said(page).split()
    page.locator(".xray-now button.xray-said").focus()
    page.keyboard.press("Enter")
    choices = page.get_by_role("group", name="what the decoder could say at step 6").get_by_role("button")
    assert choices.count() == 10
    page.keyboard.press("ArrowDown")
    other = choices.nth(1).locator("span").inner_text()
    page.keyboard.press("Enter")
    settled(page)
    assert said(page).split()[: len(before)] == [*before[:-1], other]
    own = trained.translate("i'm home .")
    assert status(page).endswith(f". Without your word: {own}")
    page.locator("button.xray-forced").click()
    page.get_by_role("button", name="its own choice again").click()
    settled(page)
    assert page.locator(".xray-forced").count() == 0 and "Without" not in status(page)
    page.evaluate("model.set('forced', [[0, 5], [1, 6]])")
    settled(page)
    assert status(page).endswith(f". Without your words: {own}")


def test_the_focus_goes_along_and_stays_in_what_is_open(xray):
    page = xray(step=6)
    focused = "document.activeElement.className.split(' ')[0]"
    page.locator(".xray-now button.xray-said").focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focused) == "xray-said"
    page.keyboard.press("Home")  # the encoder says nothing
    assert page.evaluate(focused) == "xray-state" and status(page).startswith("Step 1 of")
    page.keyboard.press("End")
    page.locator(".xray-now button.xray-said").click()
    page.keyboard.press("ArrowDown")
    page.set_viewport_size({"width": 390, "height": 860})
    page.wait_for_selector(".xray-stacked")
    assert page.evaluate(focused) == "xray-bar"


def test_the_temperature_redraws_the_scores_and_keeps_their_order(xray):
    page = xray()
    bars = page.locator(".xray-now .xray-bar")
    before = bars.all_inner_texts()
    page.get_by_role("slider", name="temperature").press("End")
    after = bars.all_inner_texts()
    assert after != before and [text.split()[0] for text in after] == [text.split()[0] for text in before]


def test_a_unit_its_value_and_its_arithmetic(xray, trained):
    page = xray(step=5)
    page.locator(".xray-now .xray-state").focus()
    page.keyboard.press("ArrowDown")
    unit = int(status(page).split()[1])
    page.keyboard.press("Enter")
    trace = trained.trace("i'm home .")
    h, gates = trace.encoder_states[-1][0][unit].item(), trace.steps[0].gates[0]
    z, n, after = gates.update[unit].item(), gates.candidate[unit].item(), trace.steps[0].hidden[0][unit].item()
    _, sums = page.locator(".xray-equation").last.locator("span").inner_text().split("=", 1)
    shown = [
        float(number.replace("−", "-"))
        for number in sums.replace("(", "").replace(")", "").split()
        if number[-1].isdigit()
    ]
    assert np.abs(np.array(shown) - [z, h, 1 - z, n, after]).max() < 0.004
    hand = page.get_by_role("slider", name="z, the update gate, by hand")
    hand.press("Home")
    assert math.isclose(_new_state(page), n, abs_tol=0.004)
    hand.press("End")
    assert math.isclose(_new_state(page), h, abs_tol=0.004)
    page.get_by_role("button", name="the model's z").click()
    assert math.isclose(_new_state(page), after, abs_tol=0.004)
    page.get_by_role("spinbutton", name="unit").fill("7")
    assert page.get_by_role("img", name="Unit 7 over the steps").count() == 1


def _new_state(page) -> float:
    return float(page.locator(".xray-equation").last.locator("span").inner_text().split()[-1].replace("−", "-"))


def test_the_pointer_reads_a_value(xray, trained):
    page = xray()
    state = page.locator(".xray-column").nth(1).locator(".xray-state")
    box = state.bounding_box()
    cell = box["width"] / 16
    state.hover(position={"x": 3.5 * cell, "y": 2.5 * cell})
    unit = page.evaluate("model.get('places')[0][2 * 16 + 3]")
    value = trained.trace("i'm home .").encoder_states[1][0][unit].item()
    words = page.locator(".xray-pointed").inner_text()
    assert words.startswith(f"unit {unit} after “home”: ")
    assert abs(float(words.split()[4].replace("−", "-")) - value) < 0.004
    place = "state => ['--left', '--top'].map(name => state.style.getPropertyValue(name))"
    assert state.evaluate(place) == ["3", "2"]


def test_shapes_are_those_of_the_tensors(xray, trained):
    page = xray()
    page.get_by_role("button", name="ids and shapes").click()
    settled(page)
    X = torch.tensor([source_of(trained, "i'm home .")])
    output, state = trained.model.encoder(X)
    heading = page.locator(".of-encoder .xray-heading").inner_text()
    for shape in (X.shape, trained.model.encoder.embedding(X).shape, output.shape, state.shape):
        assert str(tuple(shape)) in heading
    assert page.locator(".of-read .xray-fed").all_inner_texts() == [str(token) for token in X[0].tolist()]


@pytest.mark.parametrize("width", [390, 512, 700])
def test_nothing_scrolls_sideways(xray, width):
    page = xray(width=width, sentence="the girl next to the truck is tired .")
    page.evaluate("model.set('context', 'drifting')")
    settled(page)
    page.locator(".xray-now .xray-state").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [box.bounding_box() for box in page.locator(".xray-column").all()]
    assert max(box["x"] + box["width"] for box in boxes) <= width
    assert min(box["width"] for box in boxes) >= 46


def test_no_word_stands_over_another(xray):
    page = xray(width=390, sentence="the girl next to the truck is tired .")
    boxes = [
        text.bounding_box() for text in page.locator(".xray-column :is(.xray-said, .xray-fed, .xray-bar) > *").all()
    ]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            across = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
            down = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
            assert across < 1 or down < 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_legible(xray, theme):
    page = xray(theme=theme)
    page.locator(".xray-now .xray-state").click()
    parts = ".xray-status, .xray-law, .xray-heading, .xray-fed, .xray-id, .xray-names span, .xray-legend span"
    words = f".xray-root :is(button, small, {parts})"
    seen = page.locator(words).evaluate_all(
        f"""elements => elements
            .filter(element => element.checkVisibility({{visibilityProperty: true}}) && !element.disabled)
            .map(element => [element.textContent, ({LUMINANCE})(element)])"""
    )
    assert len(seen) > 60
    for text, (ink, paper) in seen:
        assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) >= 4.5, text


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(xray, theme, width):
    page = xray(theme=theme, width=width, step=5)
    assert violations(page, "main") == []
    page.locator(".xray-now .xray-state").click()
    page.locator(".xray-now button.xray-said").click()
    page.get_by_role("button", name="ids and shapes").click()
    page.get_by_role("button", name="drifting").click()
    settled(page)
    assert violations(page, "main") == []


def test_it_leaves_nothing_behind(xray):
    page = xray()
    page.evaluate("unmount()")
    assert page.locator(".xray-root").count() == 0
    page.evaluate("model.set('sentence', 'he is calm .'), model.set('step', 1)")  # nobody listens any more
    assert page.locator(".xray-root").count() == 0


# ------------------------------------------------------------------------------------------ in JupyterLab

CELLS = (
    """\
from seq2seq_lessons.explorers import xray
from seq2seq_lessons.support.results.contexts import DriftingDecoder
from seq2seq_lessons.support.shared_models import lessons_translator
translator = lessons_translator(progress=False)""",
    "xray(translator, step=4)",
)


def test_in_jupyterlab_it_moves_with_the_kernel_stopped_and_keeps_its_keys(server, page):
    demo.write(server.root / "xray.ipynb", CELLS)
    console = lab.Console().watch(page)
    lab.open_lesson(page, server, "xray.ipynb")
    lab.run_all(page, timeout_s=180)
    expect(page.locator(".xray-law")).to_contain_text("✓", timeout=30_000)
    assert console.errors == []
    server.shut_down_kernels()
    handle = page.get_by_role("slider", name="step")
    handle.press("ArrowRight")
    expect(page.locator(".xray-status")).to_contain_text("Step 5 of ")
    box = page.get_by_role("textbox", name="sentence")
    box.fill("he's calm .")
    box.press("Enter")
    expect(page.locator(".of-read .xray-fed").first).to_have_text("he's")
    expect(handle).to_have_attribute("aria-valuemax", page.locator(".xray-column").count().__str__() + ".0")
    cells = page.locator(".jp-Notebook-cell").count()
    for control in (handle, page.get_by_role("button", name="kept"), page.locator(".xray-now .xray-state")):
        control.focus()
        for key in ("d", "d", "m", "ArrowUp"):
            page.keyboard.press(key)
        assert control.evaluate("element => element === document.activeElement")
    assert page.locator(".jp-Notebook-cell").count() == cells and page.locator(".jp-MarkdownCell").count() == 0
