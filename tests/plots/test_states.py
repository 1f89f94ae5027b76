import io

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from PIL import Image

from seq2seq_lessons import plots
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


def cells_inside(extents, num_steps, rows):
    return {
        (step, row)
        for left, right, bottom, top in extents
        for step in range(1, num_steps + 1)
        for row in range(rows)
        if left < step < right and bottom < row < top
    }


@pytest.mark.parametrize("layers, steps", [(1, 3), (2, 5), (3, 7)])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_rnn_grid_outlines_what_nn_gru_returns(layers, steps, bidirectional):
    """The outlined cells are those whose vectors `output` and `state` of a real nn.GRU hold."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    directions = 2 if bidirectional else 1
    gru = nn.GRU(8, 16, layers, bidirectional=bidirectional)
    X = torch.randn(steps, 1, 8)
    with torch.no_grad():
        output, state = gru(X)
    top = output[:, 0].reshape(steps, directions, 16)  # what the top layer's readers wrote at each step
    in_both = {
        (step + 1, (layers - 1) * directions + d)
        for step in range(steps)
        for d in range(directions)
        if torch.equal(top[step, d], state[(layers - 1) * directions + d, 0])
    }
    picture = plots.rnn_grid(layers, steps, bidirectional=bidirectional)
    rows = layers * directions
    output_cells = cells_inside(outlined(picture, ORANGE), steps, rows)
    state_cells = cells_inside(outlined(picture, BLUE), steps, rows)
    assert output_cells == {(s, r) for s in range(1, steps + 1) for r in range(rows - directions, rows)}
    assert len(state_cells) == len(state) == rows
    assert output_cells & state_cells == in_both
