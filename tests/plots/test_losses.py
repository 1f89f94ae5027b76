"""The pictures of the loss: their numbers, colours and hatching follow the data; bad input is refused."""

import math

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from seq2seq_lessons.plots.losses import masked_losses, reported_losses, surprise_curve, two_reports
from seq2seq_lessons.plots.style import BLUE, ORANGE

LOSSES = torch.tensor([[0.5, 3.25, 0.0], [7.0, 9.0, 12.5]])
MASK = torch.tensor([[True, True, True], [True, False, False]])
TOKENS = [["je", "dors", "<eos>"], ["<eos>", "<pad>", "<pad>"]]


def fills(ax):
    return [to_hex(cell.get_facecolor()) for cell in ax.patches]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_surprise_curve_marks_each_word_on_the_curve():
    picture = surprise_curve({"je": 0.5, "tu": 0.25})
    curve, *marks = picture.axes[0].lines
    p, loss = curve.get_data()
    assert np.allclose(loss, -np.log(p))
    assert [(m.get_xdata()[0], m.get_ydata()[0]) for m in marks] == [(0.5, math.log(2)), (0.25, math.log(4))]
    assert texts(picture.axes[0]) == ["je  0.69", "tu  1.39"]
    assert picture.words.endswith("marked: je, tu")
    assert picture.alt.endswith("je with p = 0.50 costs 0.69; tu with p = 0.25 costs 1.39")


@pytest.mark.parametrize("wrong", [{}, {"je": 0.0}, {"je": 1.5}])
def test_surprise_curve_refuses(wrong):
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        surprise_curve(wrong)


def test_masked_losses_shows_losses_mask_and_what_it_leaves():
    picture = masked_losses(LOSSES, MASK, TOKENS)
    losses, mask, left = picture.axes[:3]
    assert [ax.get_title(loc="left") for ax in (losses, mask, left)] == [
        "loss at each position",
        "mask",
        "losses where the mask is 1",
    ]
    assert texts(losses) == [
        "0.50",
        "je",
        "3.25",
        "dors",
        "0.00",
        "<eos>",
        "7.00",
        "<eos>",
        "9.00",
        "<pad>",
        "12.50",
        "<pad>",
    ]
    assert texts(mask) == ["1", "1", "1", "1", "0", "0"]
    assert texts(left) == ["0.50", "3.25", "0.00", "7.00", "0", "0"]
    assert [bool(cell.get_hatch()) for cell in losses.patches] == [False] * 6
    for ax in (mask, left):
        assert [bool(cell.get_hatch()) for cell in ax.patches] == [False] * 4 + [True] * 2
    assert "dors 3.25, <eos> 0.00; sentence 2: <eos> 7.00, <pad> 9.00 masked, <pad> 12.50 masked" in picture.alt
    assert picture.words == "The loss at each position of a batch (2, 3), the mask, and the losses that it leaves"


def test_masked_losses_colours_lie_on_a_fixed_scale():
    losses, mask, product, bar = masked_losses(LOSSES, MASK, TOKENS).axes
    assert fills(losses)[3] == fills(losses)[4] == fills(losses)[5]  # at the limit and above
    assert fills(product)[:4] == fills(losses)[:4]
    assert len(set(fills(losses)[:4])) == 4
    assert fills(product)[4] == fills(mask)[0] not in fills(losses)
    assert bar.get_ylim()[0] == 0 and bar.get_ylim()[1] == 7
    other = masked_losses(LOSSES / 2, MASK, TOKENS).axes[0]
    assert fills(other)[2] == fills(losses)[2] and fills(other)[0] != fills(losses)[0]


def test_long_tokens_stay_inside_their_cells():
    picture = masked_losses(torch.ones(1, 7), torch.ones(1, 7), [["anticonstitutionnellement", *"bcdefg"]])
    picture.canvas.draw()
    number, token = picture.axes[0].texts[:2]
    cell = picture.axes[0].patches[0].get_window_extent()
    assert token.get_text() == "anticonstitutionnellement"
    assert token.get_window_extent().width <= cell.width and number.get_window_extent().width <= cell.width


@pytest.mark.parametrize(
    "wrong",
    [(LOSSES[:1], MASK, TOKENS), (LOSSES, MASK[:, :2], TOKENS), (LOSSES, MASK, [["je"], ["<eos>", "<pad>", "<pad>"]])],
)
def test_masked_losses_refuses_different_shapes(wrong):
    with pytest.raises(ValueError, match="expected one shape"):
        masked_losses(*wrong)


def test_reported_losses_draws_a_bar_for_each():
    picture = reported_losses({"sum": torch.tensor(16.0), "mean": 4.25})
    (ax,) = picture.axes
    assert [bar.get_width() for bar in ax.patches] == [16.0, 4.25]
    assert texts(ax) == ["16.00", "4.25"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["sum", "mean"]
    assert ax.get_xlim() == (0, 16.0)
    assert picture.words == "One batch's loss, reported in several ways: sum, mean"
    assert picture.alt.endswith("sum 16.00, mean 4.25")


@pytest.mark.parametrize("wrong", [{}, {"a": -1.0}])
def test_reported_losses_refuses(wrong):
    with pytest.raises(ValueError, match="at least one number, none below 0"):
        reported_losses(wrong)


RUNS = {"masked": [(5.0, 5.5), (6.0, 2.0), (7.0, 1.0)], "plain": [(5.0, 5.5), (2.0, 3.0), (1.0, 1.5)]}


def test_two_reports_draws_both_lines_of_each_run_on_one_scale():
    picture = two_reports(RUNS, top=8)
    for ax, (name, values) in zip(picture.axes, RUNS.items(), strict=True):
        assert ax.get_title(loc="left") == name
        every, real = ax.lines
        assert list(zip(every.get_ydata(), real.get_ydata(), strict=True)) == values
        assert (every.get_color(), real.get_color()) == (ORANGE, BLUE)
        assert (every.get_label(), real.get_label()) == ("all positions", "real tokens")
        assert ax.get_ylim() == (0, 8)
    assert [text.get_text() for text in picture.legends[0].get_texts()] == ["all positions", "real tokens"]
    assert "masked, all positions: from 5.00 to 7.00; masked, real tokens: from 5.50 to 1.00" in picture.alt
    assert not any(digit in picture.words for digit in "0123456789")


@pytest.mark.parametrize("wrong", [{}, {"a": [(1.0, 2.0)]}, {"a": [(1.0,), (2.0,)]}, dict.fromkeys("abc", [(1, 2)])])
def test_two_reports_refuses(wrong):
    with pytest.raises(ValueError, match="expected one or two"):
        two_reports(wrong, top=8)
