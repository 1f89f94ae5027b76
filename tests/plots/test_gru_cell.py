"""The GRU cell drawn: its formulas, its shapes, and room for them."""

import io

import numpy as np
from matplotlib.text import Text
from PIL import Image

from seq2seq_lessons.plots.gru_cell import gru_cell
from tests.plots.test_machine import overlapping


def shown(picture):
    return [text.get_text() for text in picture.findobj(Text) if text.get_text().strip()]


def test_the_cell_has_the_formulas_and_the_shapes():
    picture = gru_cell(8, 16)
    texts = shown(picture)
    assert {"x (8)", "h (16)", "h′ (16)"} <= set(texts) and texts.count("(16)") == 3
    assert r"$\;+\;r\,(W_{hn}h + b_{hn}))$" in texts  # the reset gate multiplies the bias, too
    assert "n = tanh(W_in x + b_in + r · (W_hn h + b_hn))" in picture.alt


def test_its_texts_keep_apart():
    picture = gru_cell(128, 256)
    picture.canvas.draw()
    assert overlapping(picture) == ([], [], [])
    assert min(text.get_fontsize() for text in picture.findobj(Text) if text.get_text().strip()) >= 11


def test_a_lesson_can_hold_it_on_a_white_card():
    picture = gru_cell(8, 16)
    assert len(picture._repr_mimebundle_()[0]["image/png"]) < 40_000
    pixels = np.asarray(Image.open(io.BytesIO(picture.png())))
    assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()
