"""The GRU cell drawn: one unit's numbers are nn.GRU's, and what is written is them."""

import io

import numpy as np
import pytest
import torch
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Text
from PIL import Image
from torch import nn

from seq2seq_lessons.gru import gru_step, gru_weights
from seq2seq_lessons.plots.gru_cell import gru_cell, gru_cell_of, unit_step
from tests.plots.test_machine import overlapping

UNIT = 3


def one_unit(seed):
    """A unit's arguments from a random nn.GRU in float64, its step from `gru_step`, and its new state from nn.GRU."""
    torch.manual_seed(seed)
    gru = nn.GRU(4, 6).double()
    for parameter in gru.parameters():
        nn.init.normal_(parameter)  # a misplaced bias shows
    x, h = torch.randn(4).double(), torch.rand(6).double() * 2 - 1
    W_ih, W_hh, b_ih, b_hh = (weight.detach() for weight in gru_weights(gru, 0))
    from_x, from_h = (W_ih @ x + b_ih).view(3, -1)[:, UNIT], (W_hh @ h + b_hh).view(3, -1)[:, UNIT]
    _, gates = gru_step(x[None], h[None], W_ih, W_hh, b_ih, b_hh)
    new = gru(x[None, None], h[None, None])[1][0, 0, UNIT].item()
    return (from_x, from_h, h[UNIT]), [gate[0, UNIT].item() for gate in gates], new


def shown(picture):
    return [text.get_text() for text in picture.findobj(Text) if text.get_text().strip()]


@pytest.mark.parametrize("seed", range(8))
def test_a_units_step_is_that_of_nn_gru(seed):
    (from_x, from_h, h), gates, new = one_unit(seed)
    step = unit_step(from_x.tolist(), from_h.tolist(), h.item())
    assert list(step) == pytest.approx([*gates, new], abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_the_numbers_on_the_picture_are_the_units_own(seed):
    arguments, (r, z, n), new = one_unit(seed)
    (from_x, from_h, h) = arguments
    picture = gru_cell_of(*arguments, unit=UNIT)
    r_, z_, n_, new_, rest, h_, kept, written = (
        f"{number:.2f}".replace("-", "−").replace("−0.00", "0.00")
        for number in (r, z, n, new, 1 - z, h, z * h, (1 - z) * n)
    )
    texts = shown(picture)
    for text in (
        f"≈ {r_}",
        f"≈ {z_}",
        f"≈ {n_}",
        f"h {h_}",
        f"h′ {new_}",
        f"n {n_}",
        f"z · h ≈ {kept}",
        f"1 − z ≈ {rest}",
    ):
        assert text in texts
    assert f"(1 − z) · n\n≈ {written}" in texts
    for gate, x_part, h_part in zip("rzn", from_x.tolist(), from_h.tolist(), strict=True):
        start, times = ("tanh", f"{r_} · ") if gate == "n" else ("σ", "")
        assert f"{start}({x_part:.2f}".replace("-", "−") in texts
        assert f"{'+' if h_part >= 0 else '−'} {times}{abs(h_part):.2f})" in texts
    assert f"r {r_}, z {z_}, n {n_}, h {h_}" in picture.alt and picture.alt.endswith(f"≈ {new_}")


def test_words_hold_the_unit_and_none_of_its_numbers():
    first, second = (gru_cell_of(*one_unit(seed)[0], unit=UNIT) for seed in (0, 1))
    assert first.words == second.words and "unit 3" in first.words
    assert first.alt.startswith(first.words) and first.alt != second.alt


def test_the_schematic_cell_has_the_formulas_and_the_shapes():
    picture = gru_cell(8, 16)
    texts = shown(picture)
    assert {"x (8)", "h (16)", "h′ (16)"} <= set(texts) and texts.count("(16)") == 3
    assert r"$\;+\;r\,(W_{hn}h + b_{hn}))$" in texts  # the reset gate multiplies the bias, too
    assert "n = tanh(W_in x + b_in + r · (W_hn h + b_hn))" in picture.alt


EXTREMES = [
    ([0.41, -0.9, 1.2], [0.1, -0.1, -0.5], -0.62),
    ([-2.41, 2.9, -11.2], [-3.1, 0.1, -0.5], -0.98),
    ([-12.41, -12.9, 111.2], [-13.1, -10.1, -120.5], 1.0),
    ([0, 0, 0.0], [0, 0, 0.0], 0.0),
    ([900.0, 900.0, -900.0], [900.0, 900.0, 900.0], 0.999),
]


@pytest.mark.parametrize("arguments", EXTREMES)
def test_no_text_lies_over_another_leaves_the_picture_or_is_crossed_by_a_line(arguments):
    picture = gru_cell_of(*arguments)
    picture.canvas.draw()
    assert overlapping(picture) == ([], [], [])
    assert min(text.get_fontsize() for text in picture.findobj(Text) if text.get_text().strip()) >= 8


def test_the_schematic_cells_texts_keep_apart():
    picture = gru_cell(128, 256)
    picture.canvas.draw()
    assert overlapping(picture) == ([], [], [])
    assert min(text.get_fontsize() for text in picture.findobj(Text) if text.get_text().strip()) >= 11


def test_the_new_state_lies_on_the_line_between_n_and_h():
    h = -0.62
    picture = gru_cell_of([0.41, -0.9, 1.2], [0.1, -0.1, -0.5], h)
    step = unit_step([0.41, -0.9, 1.2], [0.1, -0.1, -0.5], h)
    n, old, new = (line.get_xdata()[0] for line in picture.axes[0].lines)
    assert (new - n) / (old - n) == pytest.approx(step.z)
    thick = [line for line in picture.findobj(FancyArrowPatch) if line.get_linewidth() == 5]
    lengths = [abs(line.get_path().vertices[-1][0] - line.get_path().vertices[0][0]) for line in thick]
    assert lengths[0] / sum(lengths) == pytest.approx(step.z)


def test_a_lesson_can_hold_them_on_a_white_card():
    for picture in (gru_cell(8, 16), gru_cell_of(*EXTREMES[0])):
        assert len(picture._repr_mimebundle_()[0]["image/png"]) < 40_000
        pixels = np.asarray(Image.open(io.BytesIO(picture.png())))
        assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()


def test_three_numbers_are_expected_from_each():
    with pytest.raises(ValueError, match="from_x has 2 numbers, from_h 3; expected three of each"):
        gru_cell_of([0.1, 0.2], [0.1, 0.2, 0.3], 0.0)
