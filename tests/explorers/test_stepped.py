"""The pattern that all explorers share, without a browser."""

import base64
import io
from dataclasses import replace

import ipywidgets as widgets
import numpy as np
import pytest
from PIL import Image

from seq2seq_lessons.explorers import Choice, Explorer, Frame, Law, Steps, frame_of
from seq2seq_lessons.explorers.controls import PLAY_INTERVAL_MS
from seq2seq_lessons.plots import topk_bars
from seq2seq_lessons.plots.style import Spots, stored


def png(value: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((30, 40, 3), value, dtype=np.uint8)).save(out, "PNG")
    return out.getvalue()


def frame_at(*positions: int) -> Frame:
    return Frame(
        png(sum(positions) + 20 * positions[-1]),
        f'picture "{positions}" <b>',
        (40, 30),
        f"Status {positions}: 0.123",
        Law("positions are small", max(positions) < 9),
    )


def explorer(*controls, at=frame_at):
    return Explorer("Title", "What it shows.", controls or (Steps(4, start=2), Choice("way", ("a", "b"), start=1)), at)


def all_widgets(root, kind):
    found = [root] if isinstance(root, kind) else []
    for child in getattr(root, "children", ()):
        found += all_widgets(child, kind)
    return found


def links(kind: str) -> list[widgets.Widget]:
    return [widget for widget in widgets.widget._instances.values() if type(widget).__name__ == kind]


def shown(made, *positions: int) -> tuple[dict, bytes | None]:
    """What the page shows at `positions`, as frames.js finds it: the frame's words, and the PNG."""
    number = 0
    for (first, count), position in zip(made.picture.shape, positions, strict=len(made.picture.frames) > 1):
        number = number * count + position - first
    frame = made.picture.frames[number]
    return frame, made.picture.pictures[frame["picture"]] if frame["picture"] >= 0 else None


@pytest.mark.parametrize(
    "controls",
    [
        (Steps(4, start=2),),
        (Steps(3, first=0),),
        (Choice("way", ("a", "b")),),
        (Steps(4, start=2), Choice("way", ("a", "b"), start=1)),
        (Choice("way", ("a", "b")), Steps(3, first=0)),
        (Choice("x", "ab"), Choice("y", "abc"), Choice("z", "ab", start=1)),
        (Steps(3), Choice("y", "ab"), Choice("z", "ab")),
    ],
)
def test_every_position_of_the_controls_shows_its_own_frame(controls):
    made = explorer(*controls)
    linked = {
        (link.source[0], link.source[1]): link.target[1] for link in links("Link") if link.target[0] is made.picture
    }
    for number, source in enumerate(made.inputs):
        name = "value" if isinstance(source, widgets.IntSlider) else "index"
        assert linked[source, name] == f"at{number}"
    for positions, frame in made.frames.items():
        page, png = shown(made, *positions)
        assert (png, page["alt"], page["status"]) == (frame.png, frame.alt, frame.status)
        assert (page["law"], page["holds"]) == (frame.law.text, frame.law.holds)


def test_first_position_is_the_start_in_every_control_and_on_the_page():
    made = explorer()
    assert made.start == (2, 1) and made.first_frame is made.frames[2, 1]
    assert [made.inputs[0].value, made.inputs[1].index] == [2, 1]
    assert [made.picture.at0, made.picture.at1] == [2, 1]


def test_slider_box_and_play_share_range_start_and_value():
    made = explorer(Steps(7, first=0, start=3, label="pads"))
    (slider,) = all_widgets(made, widgets.IntSlider)
    (box,) = all_widgets(made, widgets.BoundedIntText)
    (play,) = all_widgets(made, widgets.Play)
    for widget in (slider, box, play):
        assert (widget.min, widget.max, widget.value) == (0, 7, 3)
    assert play.interval == PLAY_INTERVAL_MS >= 500 and not play.playing
    assert slider.description == "pads" and box.description == "pads (0–7)"  # the box's is its accessible name
    linked = {(link.source[0], link.target[0]) for link in links("Link")}
    assert {(slider, box), (slider, play)} <= linked


def test_pictures_of_one_explorer_have_one_size():
    assert explorer().picture.size == (40, 30)
    with pytest.raises(ValueError, match="one size keeps the page from jumping"):
        explorer(Steps(2), at=lambda step: Frame(png(1), "alt", (40, 30 + step), "s", Law("l", True)))


def test_mimebundle_holds_a_picture_and_words_beside_the_widget():
    data, metadata = explorer()._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/html", "text/plain"}
    assert base64.b64decode(data["image/png"]) == stored(frame_at(2, 1).png)
    assert metadata["image/png"] == {"alt": frame_at(2, 1).alt, "width": 40, "height": 30}
    assert data["text/plain"].splitlines() == [
        "Title",
        "What it shows.",
        "Controls: step 1 to 4; way: a | b",
        "✓ positions are small",
    ]


def test_broken_law_says_so_wherever_it_is_read():
    made = explorer(Steps(9, start=9))
    assert not made.holds and explorer().holds
    assert "✗ positions are small" in made._repr_mimebundle_()[0]["text/plain"]
    assert not shown(made, 9)[0]["holds"] and shown(made, 8)[0]["holds"]


def test_the_same_picture_is_sent_once():
    made = explorer(Steps(5), at=lambda step: frame_at(1))
    assert len(made.picture.pictures) == 1 and len(made.picture.frames) == 5


def test_spots_name_the_controls_that_a_click_moves():
    """Places of a picture, sent once for all frames; of the heatmap only the columns that have been read are told."""
    spots = Spots((10, 5, 30, 20), (("a", "b", "c"), ("d", "e", "f")), columns="step")
    alone = Spots((0, 0, 40, 4), (("g",),), columns="other")

    def at(step, way):
        return replace(frame_at(step, way), spots=(spots, alone), seen=step)

    made = explorer(Choice("way", ("a", "b")), Steps(3), at=lambda way, step: at(step, way))
    assert made.picture.grids == [
        {"cell": spots.cell, "words": spots.words, "control": 1},
        {"cell": alone.cell, "words": alone.words, "control": -1},
    ]
    assert shown(made, 1, 2)[0]["spots"] == [[0, 2], [1, 2]]


def test_close_frees_every_widget():
    before = set(widgets.widget._instances)
    made = explorer()
    made.close()
    assert set(widgets.widget._instances) == before


@pytest.mark.parametrize("controls", [(), (Steps(2),) * 4])
def test_number_of_controls(controls):
    with pytest.raises(ValueError, match="one to three"):
        Explorer("Title", "words", controls, frame_at)


@pytest.mark.parametrize(
    "control", [Steps(3, start=4), Steps(0), Choice("way", ("a", "b"), start=2), Choice("way", ())]
)
def test_start_must_be_a_position(control):
    with pytest.raises(ValueError, match="expected a whole number from"):
        explorer(control)


def test_frame_of_takes_what_the_picture_shows():
    picture = topk_bars(["chat"], [0.5])
    frame = frame_of(picture, "Step 1", Law("x", True))
    assert (frame.png, frame.alt, frame.size) == (picture.png(), picture.alt, picture.css_size)
    assert frame.spots == tuple(picture.spots) != ()
