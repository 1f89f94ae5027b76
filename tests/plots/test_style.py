import base64
import gc
import io
import subprocess
import sys
import weakref

import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.text import Text
from PIL import Image

from seq2seq_lessons import plots
from seq2seq_lessons.plots.style import SCALE

RNG = np.random.default_rng(0)
STATES = np.tanh(np.cumsum(RNG.normal(size=(7, 16)), axis=0) / 2)
TOKENS = ["the", "small", "cat", "is", "tired", ".", "<eos>"]
SHAPES = {
    "input": [("steps", 5), ("batch", 3), ("features", 8)],
    "state": [("layers", 2), ("batch", 3), ("hidden", 16)],
}
ALL = {
    "state_heatmap": lambda: plots.state_heatmap(STATES, TOKENS),
    "state_heatmap at a step": lambda: plots.state_heatmap(STATES, TOKENS, 3),
    "state_heatmap, long tokens": lambda: plots.state_heatmap(STATES, ["unconstitutionally"] * 7),
    "context_strip": lambda: plots.context_strip(STATES, TOKENS, 2),
    "state_strips": lambda: plots.state_strips({"no pads": STATES[0], "3 pads": STATES[1]}, words="Final states"),
    "rnn_grid": lambda: plots.rnn_grid(STATES[:5, :2], STATES[:2, :2]),
    "rnn_grid, both directions": lambda: plots.rnn_grid(STATES[:5], STATES[:4, :8]),
    "shape_boxes": lambda: plots.shape_boxes(SHAPES),
    "loss_curve": lambda: plots.loss_curve([4.0, 2.0, 1.0], [4.1, 2.5, 2.6]),
    "length_histogram": lambda: plots.length_histogram({"source": [2, 3, 3, 9], "target": [3, 4, 4, 10]}),
    "topk_bars": lambda: plots.topk_bars(["chat", "chien"], [0.9, 0.05]),
}


@pytest.fixture(params=ALL, scope="module")
def picture(request):
    return ALL[request.param]()


def test_png_has_the_size_that_the_page_is_told(picture):
    pixels = Image.open(io.BytesIO(picture.png()))
    width, height = picture.css_size
    assert pixels.size == (width * SCALE, height * SCALE)
    assert 500 < width < 760  # beside an open file browser a notebook cell has about 840


def test_card_is_white(picture):
    pixels = np.asarray(Image.open(io.BytesIO(picture.png())))
    corners = pixels[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners == 255).all()


def test_text_is_readable_and_not_clipped(picture):
    picture.png()
    assert min(text.get_fontsize() for text in picture.findobj(Text) if text.get_text().strip()) >= 11
    drawn = picture.get_tightbbox()  # of everything that is drawn, in inches
    width, height = picture.get_size_inches()
    assert drawn.x0 >= 0 and drawn.y0 >= 0 and drawn.x1 <= width and drawn.y1 <= height


def test_mimebundle_has_png_words_and_alt_text(picture):
    data, metadata = picture._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == picture.words
    assert metadata["image/png"]["alt"] == picture.alt
    image = BeautifulSoup(data["text/html"], "html.parser").img
    assert image["alt"] == picture.alt and image["src"] == f"data:image/png;base64,{data['image/png']}"
    assert picture.alt.startswith(picture.words) and len(picture.alt) > len(picture.words) + 10


def test_stored_png_is_small_and_looks_the_same(picture):
    drawn, kept = picture.png(), base64.b64decode(picture._repr_mimebundle_()[0]["image/png"])
    assert len(kept) < len(drawn) / 2 and len(kept) < 30_000
    drawn, kept = (np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int) for png in (drawn, kept))
    assert np.abs(drawn - kept).max() <= 6


def test_words_hold_no_value_of_the_data():
    """text/plain is compared by nbval, so only shapes and tokens may stand in it."""
    assert plots.state_heatmap(STATES, TOKENS, 3).words == plots.state_heatmap(STATES / 2, TOKENS, 5).words
    assert plots.loss_curve([4.0, 2.0]).words == plots.loss_curve([3.0, 1.0]).words
    assert plots.topk_bars(["chat"], [0.9]).words == plots.topk_bars(["chat"], [0.2]).words


def test_pictures_are_freed_and_pyplot_knows_none_of_them():
    from matplotlib import pyplot

    picture = plots.state_heatmap(STATES, TOKENS, 2)
    picture.png()
    alive = weakref.ref(picture)
    del picture
    gc.collect()
    assert alive() is None
    assert pyplot.get_fignums() == []


def test_importing_plots_stays_light():
    code = (
        "import sys, seq2seq_lessons.plots as p; print([m for m in "
        "('seaborn', 'pandas', 'torch', 'ipywidgets', 'matplotlib.pyplot') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_a_picture_without_steps_says_so():
    with pytest.raises(ValueError, match="single state"):
        plots.loss_curve([1.0]).show(2)
