"""The pictures of lesson 06: curves and cells follow the data, bad input is refused."""

import pytest
import torch
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from seq2seq_lessons.plots.forcing import UNTOUCHED, losses_by_step, noticed_steps
from seq2seq_lessons.plots.style import BLUE, ORANGE

LATER = torch.ones(3, 3).triu(1).bool()
OWN = torch.ones(3, 3).triu().bool()
DUE = ["va", "!", "<eos>"]


def fills(ax):
    (mesh,) = ax.collections
    return [tuple(mesh.to_rgba(row)) for row in mesh.get_array().reshape(-1)]


def test_losses_by_step():
    picture = losses_by_step({"shifted": [4.0, 1.0, 0.02], "unshifted": [4.0, 0.5, 0.01]})
    (ax,) = picture.axes
    assert [list(line.get_ydata()) for line in ax.lines] == [[4.0, 1.0, 0.02], [4.0, 0.5, 0.01]]
    assert [list(line.get_xdata()) for line in ax.lines] == [[1, 2, 3]] * 2
    assert [line.get_color() for line in ax.lines] == [BLUE, ORANGE]
    assert [text.get_text() for text in picture.legends[0].get_texts()] == ["shifted", "unshifted"]
    assert ax.get_yscale() == "log" and ax.get_ylim()[0] < 0.01 and ax.get_ylim()[1] > 4
    assert picture.words == "Training loss at each of 3 steps, logarithmic scale: shifted, unshifted"
    assert picture.alt.endswith("shifted from 4.00 to 0.020; unshifted from 4.00 to 0.010")


def test_a_logarithm_needs_losses_above_0():
    with pytest.raises(ValueError, match="above 0"):
        losses_by_step({"a": [4.0, 0.0]})


@pytest.mark.parametrize("losses", [{}, {"a": [1.0]}, {"a": [1.0, 2.0], "b": [1.0]}, {name: [1, 0] for name in "abcd"}])
def test_losses_by_step_refuses(losses):
    with pytest.raises(ValueError, match="one to three curves of one length"):
        losses_by_step(losses)


def test_noticed_steps_tells_later_steps_from_a_words_own():
    picture = noticed_steps({"shifted": LATER, "unshifted": OWN}, DUE)
    shifted, unshifted = picture.axes
    grey, blue, orange = map(to_rgba, (UNTOUCHED, BLUE, ORANGE))
    assert fills(shifted) == [grey, blue, blue, grey, grey, blue, grey, grey, grey]
    assert fills(unshifted) == [orange, blue, blue, grey, orange, blue, grey, grey, orange]
    assert [shifted.get_title(), unshifted.get_title()] == ["shifted", "unshifted"]
    assert [label.get_text() for label in shifted.get_yticklabels()] == ["va  1", "!  2", "<eos>  3"]
    assert shifted.get_ylim() == (3.5, 0.5)  # the first word on top
    outlined = [patch.get_center() for patch in shifted.patches if isinstance(patch, Rectangle)]
    assert outlined == [pytest.approx((step, step)) for step in (1, 2, 3)]
    named = [text.get_text() for text in picture.legends[0].get_texts()]
    assert named[:2] == ["a later step changes", "told too early"]
    assert picture.words == "Steps whose logits change when one of 3 words due is replaced: shifted, unshifted"
    assert "shifted: va changes step 2 3, ! changes step 3, <eos> changes no step; unshifted: va" in picture.alt


def test_a_step_before_a_words_own_is_told_too_early():
    early = torch.tensor([[False, False], [True, False]])
    (ax,) = noticed_steps({"rolled": early}, ["va", "<eos>"]).axes
    assert [fill == to_rgba(ORANGE) for fill in fills(ax)] == [False, False, True, False]


@pytest.mark.parametrize("n", [3, 6])
def test_everything_stays_inside_the_picture(n):
    cells = torch.eye(n)
    picture = noticed_steps({"shifted": cells, "unshifted": cells}, ["anticonstitutionnellement"] * n)
    picture.canvas.draw()
    boxes = [ax.get_tightbbox() for ax in picture.axes] + [picture.legends[0].get_window_extent()]
    assert all(box.x0 >= 0 and box.x1 <= picture.bbox.x1 and box.y0 >= 0 and box.y1 <= picture.bbox.y1 for box in boxes)


@pytest.mark.parametrize(
    ("panels", "due"),
    [({}, DUE), ({"a": OWN}, DUE[:2]), ({"a": OWN[:2]}, DUE), ({"a": []}, []), ({name: OWN for name in "abc"}, DUE)],
)
def test_noticed_steps_refuses(panels, due):
    with pytest.raises(ValueError, match="panels: expected one or two of shape"):
        noticed_steps(panels, due)
