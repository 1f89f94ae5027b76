import itertools

import numpy as np
import pytest
from matplotlib.patches import Polygon

from seq2seq_lessons import plots
from seq2seq_lessons.plots.style import GREEN, ORANGE, PURPLE


def texts(picture):
    return [text.get_text() for text in picture.axes[0].texts]


def test_shape_boxes_print_the_shapes_and_are_in_proportion():
    picture = plots.shape_boxes(
        {"input": [("steps", 5), ("batch", 3), ("features", 8)], "output": [("steps", 5), ("batch", 3), ("hidden", 16)]}
    )
    assert {"(5, 3, 8)", "(5, 3, 16)", "5 steps", "16 hidden"} <= set(texts(picture))
    assert "input (5, 3, 8), output (5, 3, 16)" in picture.alt
    fronts = [patch.get_xy() for patch in picture.axes[0].patches if isinstance(patch, Polygon)][::3]
    widths, heights = ([np.ptp(corners[:, axis]) for corners in fronts] for axis in (0, 1))
    assert widths[1] == pytest.approx(2 * widths[0])
    assert heights[0] == pytest.approx(heights[1]) == pytest.approx(3 / 8 * widths[0])


def test_room_keeps_the_scale_between_pictures():
    def width(hidden):
        picture = plots.shape_boxes({"state": [("layers", 2), ("batch", 3), ("hidden", hidden)]}, room=32)
        return np.ptp(picture.axes[0].patches[0].get_xy()[:, 0])

    assert width(32) == pytest.approx(2 * width(16))


@pytest.mark.parametrize("sizes", [(5, 3, 16), (1, 2, 16), (1, 1, 16)])
def test_each_edge_has_its_size_in_its_axis_colour(sizes):
    picture = plots.shape_boxes({"state": list(zip(("layers", "batch", "hidden"), sizes, strict=True))})
    picture.canvas.draw()
    told = [text for text in picture.axes[0].texts if text.get_text().isdigit()]
    assert [int(text.get_text()) for text in told] == list(sizes)
    assert [text.get_color() for text in told] == [PURPLE, ORANGE, GREEN]
    edges = [line for line in picture.axes[0].lines if line.get_linewidth() > 3]
    assert [line.get_color() for line in edges] == [PURPLE, ORANGE, GREEN]
    boxes = [text.get_window_extent() for text in told]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_boxes_need_three_axes():
    with pytest.raises(ValueError, match="expected three"):
        plots.shape_boxes({"logits": [("batch", 3), ("vocab", 30)]})


def test_loss_curve_draws_the_losses_from_zero_with_named_units():
    picture = plots.loss_curve([4.0, 2.0, 1.0], [4.2, 2.4, 2.6])
    ax = picture.axes[0]
    assert [list(line.get_ydata()) for line in ax.lines[:2]] == [[4.0, 2.0, 1.0], [4.2, 2.4, 2.6]]
    assert list(ax.lines[0].get_xdata()) == [1, 2, 3]
    assert ax.get_ylim()[0] == 0
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss (nats per token)")
    assert "training from 4.00 to 1.00" in picture.alt and "lowest validation loss at epoch 2" in picture.alt


def test_labels_of_close_curves_do_not_overlap():
    picture = plots.loss_curve([4.0, 0.30], [4.0, 0.31])
    picture.png()
    low, high = sorted((text.get_window_extent() for text in picture.axes[0].texts), key=lambda box: box.y0)
    assert low.y1 <= high.y0 + 1


def test_loss_curve_refuses_what_it_cannot_draw():
    with pytest.raises(ValueError, match="no epochs"):
        plots.loss_curve([])
    with pytest.raises(ValueError, match="1 epochs, but train has 2"):
        plots.loss_curve([1.0, 2.0], [1.0])
    assert plots.loss_curve([1.0]).png()


def test_histogram_counts():
    picture = plots.length_histogram([2, 3, 3, 5])
    assert [bar.get_height() for bar in picture.axes[0].patches] == [1, 2, 0, 1]
    assert "2 to 5 tokens, most often 3" in picture.alt
    with pytest.raises(ValueError, match="nothing to count"):
        plots.length_histogram({"source": [1], "target": []})


def test_topk_bars_are_sorted_on_the_scale_from_zero_to_one():
    picture = plots.topk_bars(["chien", "chat"], [0.1, 0.8])
    ax = picture.axes[0]
    assert [bar.get_width() for bar in ax.patches] == [0.8, 0.1]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["chat", "chien"]
    assert ax.get_xlim() == (0, 1)
    assert "'chat' 80%, 'chien' 10%" in picture.alt
    with pytest.raises(ValueError, match="2 tokens and 1 prob"):
        plots.topk_bars(["a", "b"], [0.5])
