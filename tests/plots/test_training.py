"""The pictures of training: curves, bars and labels follow the data, bad input is refused."""

import math

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle

from seq2seq_lessons.plots.style import BLUE, GREY, LABEL_SIZE, ORANGE, TICK_SIZE
from seq2seq_lessons.plots.training import clipped_arrow, gradient_norms, rate_curve, step_losses, time_bars


def boxes(texts):
    return sorted((text.get_window_extent() for text in texts), key=lambda box: box.y0)


def test_step_losses_draw_each_run_and_the_level():
    picture = step_losses({"clipped": [5.8, 2.0, 0.5], "not clipped": [5.8, 20.0, 9.0]}, level=("log V", 5.79))
    (ax,) = picture.axes
    assert [list(line.get_ydata()) for line in ax.lines] == [[5.8, 2.0, 0.5], [5.8, 20.0, 9.0], [5.79] * 3]
    assert list(ax.lines[0].get_xdata()) == [1, 2, 3]
    assert ax.get_ylim() == (0, 21.0) and ax.get_xlim() == (1, 3)
    assert [line.get_color() for line in ax.lines[:2]] == [BLUE, ORANGE]
    assert {text.get_text().strip(): text.get_color() for text in ax.texts} == {
        "clipped": BLUE,
        "not clipped": ORANGE,
        "log V": GREY,
    }
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "loss (nats per token)")
    assert picture.words == "Loss per token by step, 3 steps: clipped, not clipped"
    assert picture.alt.endswith(
        "clipped: from 5.80 to 0.50; not clipped: from 5.80 to 9.00; dashed line at log V, 5.79"
    )
    assert picture.png().startswith(b"\x89PNG")


def test_labels_stand_at_the_ends_and_never_over_one_another():
    labels = {
        text.get_text().strip(): text
        for text in step_losses({"a": [5.0, 0.1], "b": [5.0, 3.0]}, level=("log V", 5.0)).axes[0].texts
    }
    assert labels["a"].xy == (2, 0.1) and labels["b"].xy == (2, 3.0)
    assert step_losses({"a": [1.0, 0.1]}, level=("log V", 5.0)).axes[0].get_ylim()[1] == 5.25  # the level is in sight
    picture = step_losses({"a": [5.0, 4.9], "b": [5.0, 4.9]}, level=("log V", 5.0))
    picture.canvas.draw()
    low, middle, high = boxes(picture.axes[0].texts)
    assert low.y1 <= middle.y0 + 1 and middle.y1 <= high.y0 + 1 and high.y1 <= picture.bbox.y1
    assert {text.get_fontsize() for text in picture.axes[0].texts} == {LABEL_SIZE}


def test_a_loss_that_is_not_finite_is_left_out():
    picture = step_losses({"diverges": [5.0, math.inf, math.nan], "goes down": [5.0, 2.0, 1.0]}, level=("log V", 5.0))
    assert picture.axes[0].get_ylim()[1] == pytest.approx(5.25)
    assert "diverges: from 5.00 to 5.00" in picture.alt
    heights = {text.get_text(): text.xy[1] for text in picture.axes[0].texts}
    assert 4 < heights["diverges"] < 5.25 and heights["goes down"] == 1.0
    lost = step_losses({"lost": [math.nan, math.nan]}, level=("log V", 5.0))
    assert "lost: never finite" in lost.alt and lost.png()


@pytest.mark.parametrize("curves", [{}, {"a": [1.0]}, {"a": [1, 2], "b": [1, 2, 3]}, {name: [1, 2] for name in "abc"}])
def test_step_losses_refuse(curves):
    with pytest.raises(ValueError, match="curves: expected one or two"):
        step_losses(curves, level=("log V", 5.0))


def test_gradient_norms_mark_what_is_clipped():
    picture = gradient_norms([0.5, 1.5, 1.0], clip_norm=1.0)
    (ax,) = picture.axes
    assert [bar.get_height() for bar in ax.patches] == [0.5, 1.5, 1.0]
    assert [bar.get_facecolor()[:3] for bar in ax.patches] == [to_rgb(c) for c in (BLUE, ORANGE, BLUE)]
    assert list(ax.lines[0].get_ydata()) == [1.0, 1.0]
    assert ax.get_ylim() == pytest.approx((0, 1.65)) and ax.get_ylabel() == "gradient's norm"
    assert picture.words == "The gradient's norm at each of 3 steps, clipped at 1"
    assert picture.alt.endswith("from 0.50 to 1.50, 1 of 3 above 1")
    assert gradient_norms([0.5], clip_norm=1.0).axes[0].get_ylim()[1] == pytest.approx(1.1)  # the limit is in sight


@pytest.mark.parametrize("norms", [[], [-1.0], [[1.0]]])
def test_gradient_norms_refuse(norms):
    with pytest.raises(ValueError, match="norms: expected one norm per step"):
        gradient_norms(norms, clip_norm=1.0)


def test_rate_curve_runs_from_the_beginning_to_the_end():
    picture = rate_curve([0.001, 0.004, 0.002, 0.001, 0.0])
    (ax,) = picture.axes
    assert list(ax.lines[0].get_xdata()) == [0, 25, 50, 75, 100]
    assert list(ax.lines[0].get_ydata()) == [0.001, 0.004, 0.002, 0.001, 0.0]
    assert ax.get_xlabel().endswith("(%)") and ax.get_ylim()[0] == 0
    assert picture.alt.endswith("0.001 at first, highest 0.004 after 25 %, 0 at last")
    with pytest.raises(ValueError, match="rates: expected at least two"):
        rate_curve([0.1])


def test_time_bars_are_shares_of_the_whole_in_the_given_order():
    picture = time_bars({"batch": 1.0, "backward": 2.0, "Adam": 1.0})
    (ax,) = picture.axes
    assert [bar.get_width() for bar in ax.patches] == [25.0, 50.0, 25.0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["batch", "backward", "Adam"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first part is on top
    assert ax.get_xlabel() == "share of the epoch's time (%)"
    assert picture.words == "Where the time of an epoch goes, in per cent: batch, backward, Adam"
    assert picture.alt.endswith("batch 25 %, backward 50 %, Adam 25 %")
    picture.canvas.draw()
    assert all(text.get_window_extent().x1 <= picture.bbox.x1 for text in ax.texts)
    assert {label.get_fontsize() for label in ax.get_yticklabels()} == {TICK_SIZE}


@pytest.mark.parametrize("seconds", [{}, {"a": 0.0}, {"a": -1.0, "b": 2.0}, {"a": math.nan}])
def test_time_bars_refuse(seconds):
    with pytest.raises(ValueError, match="seconds: expected times"):
        time_bars(seconds)


def test_clipped_arrow_draws_both_from_one_point_to_scale():
    picture = clipped_arrow((3, -4), (0.6, -0.8), limit=1)
    (ax,) = picture.axes
    assert [(arrow.xyann, arrow.xy) for arrow in ax.texts] == [((0, 0), (3, -4)), ((0, 0), (0.6, -0.8))]
    (circle,) = (patch for patch in ax.patches if isinstance(patch, Circle))
    assert circle.get_radius() == 1
    right, up = ax.transData.transform((1, 0)), ax.transData.transform((0, 1))
    origin = ax.transData.transform((0, 0))
    assert (right - origin)[0] == pytest.approx((up - origin)[1])  # a circle is one
    assert ax.get_xlim()[1] > 3 and ax.get_ylim()[0] < -4
    told = [text.get_text() for text in ax.get_legend().get_texts()]
    assert told == ["before: (3, -4), length 5", "clipped: (0.6, -0.8), length 1", "length 1"]
    assert all(line in picture.alt for line in told[:2]) and picture.png().startswith(b"\x89PNG")


@pytest.mark.parametrize("before, after", [((3, -4, 0), (0.6, -0.8, 0)), ((0, 0), (0, 0)), ((3, 4), (0.6,))])
def test_clipped_arrow_refuses(before, after):
    with pytest.raises(ValueError):
        clipped_arrow(before, after, 1)
