"""The pictures of several seeds: bands, lines and dots follow the data, bad input is refused."""

import base64

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from seq2seq_lessons.plots.seeds import seed_curves, seed_dots
from seq2seq_lessons.plots.style import BLUE, INK, ORANGE

TRAINING, NEW = [[4.0, 2.0, 0.2], [4.2, 1.0, 0.4]], [[3.0, 2.0, 3.0], [3.0, 2.2, 4.0]]
PANELS = {"loss (nats)": {"training": TRAINING, "new": NEW}, "BLEU": {"new": [[1.0, 5.0, 9.0], [2.0, 6.0, 7.0]]}}
DOTS = {"BLEU": {"1": [40.0, 44.0], "0.5": [38.0]}, "loss": {"1": [1.0, 1.2], "0.5": [2.0]}}


def test_a_curve_is_the_mean_of_its_seeds_and_the_band_their_range():
    picture = seed_curves(PANELS, mark=("lowest loss", 2.5))
    loss, bleu = picture.axes
    training, new, mark = loss.lines
    assert np.allclose(training.get_ydata(), [4.1, 1.5, 0.3]) and np.allclose(new.get_ydata(), [3.0, 2.1, 3.5])
    assert list(training.get_xdata()) == [1, 2, 3] and list(mark.get_xdata()) == [2.5, 2.5]
    band = loss.collections[1].get_paths()[0].vertices  # of the new sentences
    assert {2.0, 2.2} <= set(band[band[:, 0] == 2, 1].round(6)) and band[:, 1].max() == pytest.approx(4.0)
    assert [to_rgb(line.get_color()) for line in loss.lines] == [to_rgb(colour) for colour in (BLUE, ORANGE, INK)]
    assert to_rgb(bleu.lines[0].get_color()) == to_rgb(ORANGE)  # as in the other panel
    assert [ax.get_ylabel() for ax in picture.axes] == ["loss (nats)", "BLEU"]
    assert [ax.get_xlabel() for ax in picture.axes] == ["epoch"] * 2
    assert [text.get_text() for text in picture.legends[0].get_texts()] == ["training", "new", "lowest loss"]
    assert picture.words == "Scores by epoch, 3 epochs, means and ranges of all seeds: loss (nats); BLEU"
    assert "; loss (nats), new: 3 in epoch 1, 2.1 in epoch 2, 3.5 in epoch 3" in picture.alt
    assert picture.alt.endswith("; dashed: lowest loss, epoch 2.5")


def test_seed_dots_has_a_dot_for_each_seed_and_a_number_for_each_mean():
    picture = seed_dots(DOTS, rows="teacher forcing")
    bleu, loss = picture.axes
    dots = [tuple(point) for dots in bleu.collections[:2] for point in dots.get_offsets()]
    assert dots == [(40.0, 0), (44.0, 0), (38.0, 1)]
    assert [tuple(point) for point in bleu.collections[2].get_offsets()] == [(42.0, 0), (38.0, 1)]
    assert [text.get_text() for text in bleu.texts] == ["42.0", "38.0"]
    assert [text.get_text() for text in loss.texts] == ["1.10", "2.00"]
    assert [label.get_text() for label in bleu.get_yticklabels()] == ["1", "0.5"]
    assert bleu.get_ylim() == (1.5, -0.5) and bleu.get_xlim()[0] == 0  # the first on top
    assert (bleu.get_ylabel(), bleu.get_xlabel(), loss.get_xlabel()) == ("teacher forcing", "BLEU", "loss")
    assert picture.words == "A dot for each seed, and their means: BLEU; loss; by teacher forcing: 1, 0.5"
    assert picture.alt.endswith("; BLEU: 1 42.0, 0.5 38.0; loss: 1 1.10, 0.5 2.00")


@pytest.mark.parametrize("picture", [seed_curves(PANELS, ("lowest loss", 2)), seed_dots(DOTS, "teacher forcing")])
def test_nothing_is_cut_off_and_the_stored_picture_is_small(picture):
    assert len(base64.b64decode(picture._repr_mimebundle_()[0]["image/png"])) < 30_000
    drawn, (width, height) = picture.get_tightbbox(), picture.get_size_inches()
    assert drawn.x0 >= 0 and drawn.y0 >= 0 and drawn.x1 <= width and drawn.y1 <= height


@pytest.mark.parametrize(
    "panels",
    [
        {},
        {str(number): {"new": NEW} for number in range(4)},
        {"loss": {str(number): NEW for number in range(4)}},
        {"loss": {"new": [[1.0, 2.0], [1.0]]}},
        {"loss": {}},
    ],
)
def test_seed_curves_refuses_what_it_cannot_draw(panels):
    with pytest.raises(ValueError, match="expected one to three"):
        seed_curves(panels, ("lowest loss", 1))


@pytest.mark.parametrize(
    "panels", [{}, {"BLEU": {}}, {"BLEU": {"1": []}}, {"BLEU": {"1": [1.0]}, "loss": {"0": [1.0]}}]
)
def test_seed_dots_refuses_what_it_cannot_draw(panels):
    with pytest.raises(ValueError, match="expected the same trainings in each"):
        seed_dots(panels, "teacher forcing")
