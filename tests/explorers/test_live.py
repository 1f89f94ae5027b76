"""The live explorers' pattern: what a move does in the kernel, without a browser."""

import base64
import gc
import weakref

import ipywidgets as widgets
import pytest

from seq2seq_lessons.explorers import Choice, Frame, Law, LiveExplorer, LogSlider, Number, Options, Steps
from seq2seq_lessons.plots.style import stored
from tests.explorers.test_stepped import all_widgets, links, png, shown


class Drawn:
    """A frame_at that counts its calls and can fail."""

    def __init__(self):
        self.calls, self.fails = [], {}

    def __call__(self, *values) -> Frame:
        self.calls.append(values)
        if values in self.fails:
            raise self.fails[values]
        return Frame(
            png(len(self.calls) % 200),
            f'picture "{values}" <b>',
            (40, 30),
            f"Status {values}",
            Law("first is small", values[0] < 9),
        )


WORDS = {1: ["a", "b", "c", "d"], 2: ["x", "y", "z", "a"], 3: ["p", "q"]}


def options_at(step, *_):
    return WORDS[step]


def live(*controls, at=None):
    at = Drawn() if at is None else at
    controls = controls or (Steps(3, start=1), Options("word", options_at, start=2), LogSlider("T", 0.1, 10, 1))
    return LiveExplorer("Title", "What it shows.", controls, at), at


def move(widget, **state):
    """What the browser does: it sends a widget's new state."""
    widget.set_state(state)


def page(made) -> tuple[bytes, str, str]:
    """PNG, alt text and status line of the page."""
    frame, picture = shown(made)
    return picture, frame["alt"], frame["status"]


def test_first_position_is_drawn_once_and_shown():
    made, at = live()
    assert made.start == made.values == (1, 2, 1.0) and at.calls == [(1, 2, 1.0)]
    assert page(made) == (png(1), 'picture "(1, 2, 1.0)" <b>', "Status (1, 2, 1.0)")
    assert shown(made)[0]["law"] == "first is small" and made.status == "Status (1, 2, 1.0)" and made.holds


@pytest.mark.parametrize(
    "number, state, values",
    [(0, {"value": 2}, (2, 2, 1.0)), (1, {"index": 3}, (1, 3, 1.0)), (2, {"value": 0.25}, (1, 2, 0.25))],
)
def test_a_move_of_any_control_redraws_the_one_picture_in_place(number, state, values):
    made, at = live()
    picture = made.picture
    move(made.inputs[number], **state)
    assert at.calls[1:] == [values] and made.values == values
    assert made.picture is picture is made.children[-1]
    assert page(made) == (png(2), f'picture "{values}" <b>', f"Status {values}")


def test_controls_of_the_kit_and_numbers_move_too():
    made, at = live(Number("unit", 0, 12, 4), Choice("gates", ("free", "z = 1"), start=1))
    assert made.start == (4, 1)
    move(made.inputs[0], value=9)
    move(made.inputs[1], index=0)
    assert at.calls == [(4, 1), (9, 1), (9, 0)]
    assert not made.holds and not shown(made)[0]["holds"]


def test_a_change_refills_the_dropdowns_behind_it_and_draws_once():
    made, at = live()
    step, word, _ = made.inputs
    assert word.options == ("a", "b", "c", "d") and word.index == 2
    move(step, value=2)
    assert word.options == ("x", "y", "z", "a") and word.index == 2
    move(step, value=3)  # fewer options: the last one
    assert word.options == ("p", "q") and word.index == 1
    assert at.calls == [(1, 2, 1.0), (2, 2, 1.0), (3, 1, 1.0)]


def test_a_dropdown_asks_only_the_controls_before_it():
    asked = []
    made, _ = live(Steps(3), Options("word", lambda *values: asked.append(values) or ["a", "b"]), Steps(3))
    asked.clear()
    move(made.inputs[2], value=2)
    move(made.inputs[1], index=1)
    assert asked == []
    move(made.inputs[0], value=2)
    assert asked == [(2,)]


def test_nothing_is_drawn_twice_at_the_same_values():
    made, at = live()
    made.set(2, 3, 0.5)
    made.set(2, 3, 0.5)
    move(made.inputs[2], value=0.50004)  # the same to three digits
    assert at.calls[1:] == [(2, 3, 0.5)] and made.inputs[2].value == 0.5


def test_hundred_moves_end_at_the_last_value_and_keep_no_picture():
    drawn, frames = Drawn(), []

    def frame_at(unit):
        frame = drawn(unit)
        frames.append(weakref.ref(frame))
        return frame

    made, at = live(Number("unit", 0, 200, 0), at=frame_at)[0], drawn
    before = len(widgets.widget._instances)
    for value in range(1, 101):
        move(made.inputs[0], value=value)
    assert made.values == (100,) and at.calls[-1] == (100,) and made.status == "Status (100,)"
    assert page(made)[2] == "Status (100,)"
    assert len(widgets.widget._instances) == before
    gc.collect()
    assert [frame() for frame in frames if frame() is not None] == [made.first_frame, made.frame]


def test_set_moves_every_control_and_draws_once():
    made, at = live()
    frame = made.set(3, 1, 2.5)
    assert frame is made.frame and frame.status == "Status (3, 1, 2.5)" == made.status
    assert at.calls[1:] == [(3, 1, 2.5)]
    assert [made.inputs[0].value, made.inputs[1].index, made.inputs[2].value] == [3, 1, 2.5]
    assert made.inputs[1].options == ("p", "q")


def test_reset_goes_back_to_the_first_position_by_button_and_from_python():
    made, at = live()
    (button,) = all_widgets(made, widgets.Button)
    assert button.description == "Reset" and button.tooltip
    for reset in (button.click, made.reset):
        made.set(3, 0, 10)
        at.calls.clear()
        reset()
        assert made.values == made.start and at.calls == [made.start]
        assert made.inputs[1].options == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    "values, words",
    [
        ((1, 2), "expected 3 values"),
        ((4, 0, 1.0), "'step' is 4; expected a whole number from 1 to 3"),
        ((3, 2, 1.0), "'word' is 2; expected a whole number from 0 to 1"),
        ((1, -1, 1.0), "'word' is -1; expected"),
        ((1, 0, 11.0), "'T' is 11.0; expected a number from 0.1 to 10"),
    ],
)
def test_set_refuses_and_moves_nothing(values, words):
    made, at = live()
    with pytest.raises(ValueError, match=words):
        made.set(*values)
    assert made.values == made.start and len(at.calls) == 1 and made.inputs[1].options == ("a", "b", "c", "d")


def test_an_error_of_a_move_is_one_line_in_words_and_the_next_move_is_fine():
    made, at = live()
    at.fails[2, 2, 1.0] = ValueError("no such\n  word <b>")
    at.fails[3, 1, 1.0] = KeyError("chat")
    move(made.inputs[0], value=2)
    assert made.status == "Not possible here: no such word <b>" and not made.holds
    assert page(made) == (None, f"No picture: {made.status}", made.status) and shown(made)[0]["law"] == ""
    move(made.inputs[0], value=3)
    assert made.status == "Not possible here: KeyError: 'chat'"
    move(made.inputs[0], value=1)
    assert made.error is None and made.holds and made.status == "Status (1, 1, 1.0)"


def test_an_error_is_tried_again_and_raised_in_python():
    made, at = live()
    at.fails[2, 2, 1.0] = ValueError("no such word")
    for _ in range(2):
        with pytest.raises(ValueError, match="no such word"):
            made.set(2, 2, 1.0)
    assert at.calls[1:] == [(2, 2, 1.0)] * 2 and "no such word" in page(made)[2]
    at.fails.clear()
    assert made.set(2, 2, 1.0).status == made.status


def test_a_dropdown_that_finds_no_options_says_so():
    words = {1: ["a"], 2: []}
    made, at = live(Steps(2), Options("word", words.get))
    move(made.inputs[0], value=2)
    assert made.status == "Not possible here: word: there is nothing to choose from" and len(at.calls) == 1
    move(made.inputs[0], value=1)
    assert made.status == "Status (1, 0)"


def test_a_picture_of_another_size_is_refused():
    made, _ = live(Steps(2), at=lambda step: Frame(png(1), "alt", (40, 29 + step), "s", Law("l", True)))
    move(made.inputs[0], value=2)
    assert "one size keeps the page from jumping" in made.status


def test_an_error_at_the_first_position_is_raised():
    at = Drawn()
    at.fails[1,] = ValueError("no such word")
    with pytest.raises(ValueError, match="no such word"):
        live(Steps(2), at=at)


def test_number_has_a_slider_and_a_linked_box_with_a_name_and_no_play():
    made, _ = live(Number("unit", 0, 63, 5))
    (slider,) = all_widgets(made, widgets.IntSlider)
    (box,) = all_widgets(made, widgets.BoundedIntText)
    assert not all_widgets(made, widgets.Play) and made.inputs == [slider]
    assert (slider.min, slider.max, slider.value) == (box.min, box.max, box.value) == (0, 63, 5)
    assert slider.description == "unit" and box.description == "unit (0–63)"
    assert (slider, box) in {(link.source[0], link.target[0]) for link in links("Link")}


def test_log_slider_and_box_move_together_and_are_rounded_alike():
    made, at = live(LogSlider("T", 0.1, 10, 1))
    (slider,) = all_widgets(made, widgets.FloatLogSlider)
    (box,) = all_widgets(made, widgets.BoundedFloatText)
    assert (slider.value, box.value, box.min, box.max, box.description) == (1, 1, 0.1, 10, "T (0.1–10)")
    move(slider, value=10**0.05)
    assert (box.value, at.calls[-1]) == (1.12, (1.12,)) and slider.value == 10**0.05  # not pushed off its place
    move(box, value=1 / 3)
    assert (slider.value, box.value, at.calls[-1]) == (pytest.approx(1 / 3, abs=1e-3), 0.333, (0.333,))
    move(slider, value=10**-0.5)  # the page puts the slider at its nearest place: the number typed stays
    assert box.value == 0.333 and len(at.calls) == 3
    move(slider, value=10**-0.45)
    assert box.value == 0.355
    move(slider, value=10.0)
    assert at.calls[1:] == [(1.12,), (0.333,), (0.355,), (10.0,)]
    for end in (0.1, 10):
        assert made.set(end).status == f"Status ({float(end)},)"


@pytest.mark.parametrize("low, high, start", [(0.1, 10, 1), (0.2, 5, 1), (0.5, 4, 0.5), (0.05, 2, 0.7)])
def test_log_slider_has_the_start_among_its_places(low, high, start):
    made, _ = live(LogSlider("T", low, high, start))
    (slider,) = all_widgets(made, widgets.FloatLogSlider)
    places = [float(f"{10 ** (slider.min + k * slider.step):.3g}") for k in range(21)]
    assert start in places and made.values == (start,)


@pytest.mark.parametrize("low, high, start", [(0, 1, 0.5), (1, 1, 1), (0.1, 10, 11), (2, 1, 1.5)])
def test_log_slider_refuses(low, high, start):
    with pytest.raises(ValueError, match="0 < low <= start <= high"):
        LogSlider("T", low, high, start)


@pytest.mark.parametrize(
    "controls, words",
    [
        ((Steps(2),) * 4, "one to three"),
        ((Number("unit", 0, 3, 4),), "'unit' is 4; expected"),
        ((Choice("way", ("a", "b"), start=2),), "'way' is 2; expected"),
        ((Options("word", lambda: "ab", start=2),), "'word' is 2; expected"),
        ((Options("word", lambda: ()),), "nothing to choose"),
    ],
)
def test_it_refuses(controls, words):
    with pytest.raises(ValueError, match=words):
        live(*controls)
    with pytest.raises(ValueError, match="one to three"):
        LiveExplorer("Title", "words", (), Drawn())


def test_stored_output_is_the_first_picture_and_words_wherever_it_stands():
    made, _ = live()
    made.set(3, 0, 0.1)
    data, metadata = made._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/html", "text/plain"}
    assert base64.b64decode(data["image/png"]) == stored(png(1))
    assert metadata["image/png"] == {"alt": 'picture "(1, 2, 1.0)" <b>', "width": 40, "height": 30}
    assert data["text/plain"].splitlines() == [
        "Title",
        "What it shows.",
        "Controls: step 1 to 3; word: a list; T 0.1 to 10",
        "(each move needs the running kernel)",
        "✓ first is small",
    ]
    assert "needs the running kernel" in made.children[0].value


def test_close_frees_every_widget():
    before = set(widgets.widget._instances)
    made, _ = live(Number("unit", 0, 5, 1), Options("word", lambda unit: ["a", "b"]), LogSlider("T", 0.1, 10, 1))
    made.set(3, 1, 2.0)
    made.close()
    assert set(widgets.widget._instances) == before
