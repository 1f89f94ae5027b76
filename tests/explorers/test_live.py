"""The live explorers' pattern: what a move does in the kernel, without a browser."""

import base64
import gc
import weakref

import ipywidgets as widgets
import pytest

from seq2seq_lessons.explorers import Choice, Frame, Law, LiveExplorer, Number, Steps
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


def live(*controls, at=None):
    at = Drawn() if at is None else at
    controls = controls or (Steps(3, start=1), Choice("word", "abcd", start=2), Number("unit", 0, 99, 5))
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
    assert made.start == made.values == (1, 2, 5) and at.calls == [(1, 2, 5)]
    assert page(made) == (png(1), 'picture "(1, 2, 5)" <b>', "Status (1, 2, 5)")
    assert shown(made)[0]["law"] == "first is small" and made.status == "Status (1, 2, 5)" and made.holds


@pytest.mark.parametrize(
    "number, state, values",
    [(0, {"value": 2}, (2, 2, 5)), (1, {"index": 3}, (1, 3, 5)), (2, {"value": 25}, (1, 2, 25))],
)
def test_a_move_of_any_control_redraws_the_one_picture_in_place(number, state, values):
    made, at = live()
    picture = made.picture
    move(made.inputs[number], **state)
    assert at.calls[1:] == [values] and made.values == values
    assert made.picture is picture is made.children[-1]
    assert page(made) == (png(2), f'picture "{values}" <b>', f"Status {values}")


def test_nothing_is_drawn_twice_at_the_same_values():
    made, at = live()
    made.set(2, 3, 50)
    made.set(2, 3, 50)
    move(made.inputs[2], value=50)
    assert at.calls[1:] == [(2, 3, 50)]


def test_a_law_that_breaks_says_so():
    made, _ = live(Number("unit", 0, 12, 4))
    move(made.inputs[0], value=9)
    assert not made.holds and not shown(made)[0]["holds"]


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
    frame = made.set(3, 1, 25)
    assert frame is made.frame and frame.status == "Status (3, 1, 25)" == made.status
    assert at.calls[1:] == [(3, 1, 25)]
    assert [made.inputs[0].value, made.inputs[1].index, made.inputs[2].value] == [3, 1, 25]


def test_reset_goes_back_to_the_first_position_and_draws_once():
    made, at = live()
    (button,) = all_widgets(made, widgets.Button)
    assert button.description == "Reset" and button.tooltip
    made.set(3, 0, 10)
    at.calls.clear()
    button.click()
    assert made.values == made.start and at.calls == [made.start]


@pytest.mark.parametrize(
    "values, words",
    [
        ((1, 2), "expected 3 values"),
        ((4, 0, 1), "'step' is 4; expected a whole number from 1 to 3"),
        ((3, 4, 1), "'word' is 4; expected a whole number from 0 to 3"),
        ((1, -1, 1), "'word' is -1; expected"),
        ((1, 0, 0.5), "'unit' is 0.5; expected a whole number from 0 to 99"),
    ],
)
def test_set_refuses_and_moves_nothing(values, words):
    made, at = live()
    with pytest.raises(ValueError, match=words):
        made.set(*values)
    assert made.values == made.start and len(at.calls) == 1


def test_an_error_of_a_move_is_one_line_in_words_and_the_next_move_is_fine():
    made, at = live()
    at.fails[2, 2, 5] = ValueError("no such\n  word <b>")
    at.fails[3, 2, 5] = KeyError("chat")
    move(made.inputs[0], value=2)
    assert made.status == "Not possible here: no such word <b>" and not made.holds
    assert page(made) == (None, f"No picture: {made.status}", made.status) and shown(made)[0]["law"] == ""
    move(made.inputs[0], value=3)
    assert made.status == "Not possible here: KeyError: 'chat'"
    move(made.inputs[0], value=1)
    assert made.error is None and made.holds and made.status == "Status (1, 2, 5)"


def test_an_error_is_tried_again_and_raised_in_python():
    made, at = live()
    at.fails[2, 2, 5] = ValueError("no such word")
    for _ in range(2):
        with pytest.raises(ValueError, match="no such word"):
            made.set(2, 2, 5)
    assert at.calls[1:] == [(2, 2, 5)] * 2 and "no such word" in page(made)[2]
    at.fails.clear()
    assert made.set(2, 2, 5).status == made.status


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


@pytest.mark.parametrize(
    "controls, words",
    [
        ((Steps(2),) * 4, "one to three"),
        ((Number("unit", 0, 3, 4),), "'unit' is 4; expected"),
        ((Choice("way", ("a", "b"), start=2),), "'way' is 2; expected"),
    ],
)
def test_it_refuses(controls, words):
    with pytest.raises(ValueError, match=words):
        live(*controls)
    with pytest.raises(ValueError, match="one to three"):
        LiveExplorer("Title", "words", (), Drawn())


def test_stored_output_is_the_first_picture_and_words_wherever_it_stands():
    made, _ = live()
    made.set(3, 0, 1)
    data, metadata = made._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/html", "text/plain"}
    assert base64.b64decode(data["image/png"]) == stored(png(1))
    assert metadata["image/png"] == {"alt": 'picture "(1, 2, 5)" <b>', "width": 40, "height": 30}
    assert data["text/plain"].splitlines() == [
        "Title",
        "What it shows.",
        "Controls: step 1 to 3; word: a | b | c | d; unit 0 to 99",
        "(each move needs the running kernel)",
        "✓ first is small",
    ]
    assert "needs the running kernel" in made.children[0].value


def test_close_frees_every_widget():
    before = set(widgets.widget._instances)
    made, _ = live()
    made.set(3, 1, 2)
    made.close()
    assert set(widgets.widget._instances) == before
