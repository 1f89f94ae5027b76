import io

import numpy as np
import pytest
import torch
from matplotlib.patches import Rectangle
from PIL import Image
from torch import nn

from seq2seq_lessons import plots
from seq2seq_lessons.plots.labels import signed
from seq2seq_lessons.plots.style import BLUE, ORANGE
from tests.plots.test_style import STATES, TOKENS


def pixels(picture):
    return np.asarray(Image.open(io.BytesIO(picture.png()))).astype(int)


def column(picture, step, panel=0):
    """The pixels of a step's column, clear of frame and outline."""
    ax = picture.axes[panel]
    (x0, y1), (x1, y0) = (ax.transData.transform(point) for point in ((step - 0.5, 0.5), (step + 0.5, 16.5)))
    image = pixels(picture)
    return image[round(len(image) - y1) + 6 : round(len(image) - y0) - 6, round(x0) + 6 : round(x1) - 6]


def coloured(picture, step, panel=0):
    patch = column(picture, step, panel)
    return bool((patch.max(axis=-1) - patch.min(axis=-1) > 8).any())  # grey, white and hatching are not


@pytest.mark.parametrize("step", range(8))
def test_later_columns_are_blank(step):
    picture = plots.state_heatmap(STATES, TOKENS, 0).show(step)
    assert [coloured(picture, number) for number in range(1, 8)] == [number <= step for number in range(1, 8)]


def test_moved_picture_is_the_picture_drawn_at_that_step():
    moved = plots.state_heatmap(STATES, TOKENS, 1)
    moved.png()
    for step in (5, 2, 7):
        assert (pixels(moved.show(step)) == pixels(plots.state_heatmap(STATES, TOKENS, step))).all()


def test_earlier_columns_keep_their_pixels():
    picture = plots.state_heatmap(STATES, TOKENS, 3)
    before = [column(picture, number) for number in (1, 2, 3)]
    picture.show(6)
    assert all((column(picture, number) == before[number - 1]).all() for number in (1, 2, 3))


def test_colours_are_fixed_from_minus_one_to_one():
    halved = plots.state_heatmap(STATES / 2, TOKENS)
    assert halved.axes[0].images[0].get_clim() == (-1, 1)
    assert plots.context_strip(STATES, TOKENS).axes[1].images[0].get_clim() == (-1, 1)


def test_current_column_is_outlined():
    picture = plots.state_heatmap(STATES, TOKENS, 4)
    outline = next(p for p in picture.axes[0].patches if isinstance(p, Rectangle) and not p.get_fill())
    assert (outline.get_x(), outline.get_width(), outline.get_visible()) == (3.5, 1, True)
    picture.show(0)
    assert not outline.get_visible()


def test_alt_text_tells_the_step_its_token_and_its_values():
    picture = plots.state_heatmap(STATES, TOKENS, 3)
    assert "step 3 of 7" in picture.alt and "'cat'" in picture.alt and f"{STATES[2].max():.2f}" in picture.alt
    assert "no step read yet" in picture.show(0).alt


def test_wrong_arrays_are_refused():
    with pytest.raises(ValueError, match=r"expected an array of shape \(steps, units\), got shape \(16,\)"):
        plots.state_heatmap(STATES[0], TOKENS)
    with pytest.raises(ValueError, match="6 tokens for 7 steps"):
        plots.state_heatmap(STATES, TOKENS[:6])
    with pytest.raises(ValueError, match="step 8"):
        plots.state_heatmap(STATES, TOKENS, 8)
    with pytest.raises(ValueError, match=r"shape \(6, 16\)"):
        plots.state_panels([plots.Panel("A", STATES, TOKENS), plots.Panel("B", STATES[:6], TOKENS[:6])], words="")
    with pytest.raises(ValueError, match=r"expected one length"):
        plots.state_strips({"a": [0.0, 1.0], "b": [0.0]}, words="")


def outlined(picture, colour):
    """Extents (left, right, bottom, top) of the outlines of that colour, in grid coordinates."""
    from matplotlib.colors import to_rgba

    return [
        (p.get_x(), p.get_x() + p.get_width(), p.get_y(), p.get_y() + p.get_height())
        for p in picture.axes[0].patches
        if isinstance(p, Rectangle) and not p.get_fill() and p.get_edgecolor() == to_rgba(colour)
    ]


def cells_inside(extents, num_steps, heights):
    return {
        (step, row)
        for left, right, bottom, top in extents
        for step in range(1, num_steps + 1)
        for row, height in enumerate(heights)
        if left < step < right and bottom < height < top
    }


def returned(layers, steps, bidirectional, hidden):
    """What an nn.GRU returns for one sentence."""
    torch.manual_seed(0)
    with torch.no_grad():
        output, state = nn.GRU(8, hidden, layers, bidirectional=bidirectional)(torch.randn(steps, 1, 8))
    return output[:, 0], state[:, 0]


@pytest.mark.parametrize("layers, steps", [(1, 3), (2, 5), (3, 7)])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_rnn_grid_outlines_what_nn_gru_returns(layers, steps, bidirectional):
    """The outlined cells are those whose vectors `output` and `state` of a real nn.GRU hold."""
    directions = 2 if bidirectional else 1
    output, state = returned(layers, steps, bidirectional, 16)
    top = output.reshape(steps, directions, 16)  # what the top layer's readers wrote at each step
    in_both = {
        (step + 1, (layers - 1) * directions + d)
        for step in range(steps)
        for d in range(directions)
        if torch.equal(top[step, d], state[(layers - 1) * directions + d])
    }
    picture = plots.rnn_grid(output, state)
    heights = picture.axes[0].get_yticks()[1:]
    rows = layers * directions
    output_cells = cells_inside(outlined(picture, ORANGE), steps, heights)
    state_cells = cells_inside(outlined(picture, BLUE), steps, heights)
    assert output_cells == {(s, r) for s in range(1, steps + 1) for r in range(rows - directions, rows)}
    assert len(state_cells) == len(state) == rows == len(heights)
    assert output_cells & state_cells == in_both


@pytest.mark.parametrize("bidirectional", [False, True])
def test_rnn_grid_writes_the_digits_of_short_vectors_where_they_belong(bidirectional):
    output, state = returned(2, 3, bidirectional, 2)
    picture = plots.rnn_grid(output, state)
    texts = {(text.get_position()[0], text.get_text()) for text in picture.axes[0].texts}

    def digits(vector):
        return "  ".join(map(signed, vector.tolist()))

    for step in (1, 2, 3):
        halves = map(digits, output[step - 1].split(2))
        assert {(step, text) for text in (f"X[{step - 1}]", f"output[{step - 1}]", *halves)} <= texts
    for row, vector in enumerate(state):
        step = 1 if bidirectional and row % 2 else 3
        assert {(step, digits(vector)), (step, f"state[{row}]")} <= texts
        assert f"row {row}, step {step}: {digits(vector)}" in picture.alt
    long = plots.rnn_grid(*returned(2, 3, bidirectional, 16))
    assert not any("0." in text.get_text() for text in long.axes[0].texts)


def test_rnn_grid_refuses_what_one_network_did_not_return():
    (output, state), (_, other) = returned(2, 3, False, 4), returned(2, 3, False, 3)
    for wrong in (other, state[:, :1]):
        with pytest.raises(ValueError, match=r"of one network and one sentence"):
            plots.rnn_grid(output, wrong)
