"""The pictures of decoding: cells, boxes and curves follow the data, bad input is refused."""

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from seq2seq_lessons.plots.decoding import Decoding, right_word_curves, seed_dots, transplant
from seq2seq_lessons.plots.style import BLUE_TINT, ORANGE_TINT


def fills(ax):
    return [patch.get_facecolor()[:3] for patch in ax.patches if isinstance(patch, Rectangle)]


A = Decoding("A: one", "A", "A", ["un", "mot", "."])
B = Decoding("B: two", "B", "B", ["deux", "mots", "."])


def test_transplant_colours_parts_by_their_donor_and_tokens_by_whose_they_are():
    mixed = Decoding("mixed", "B", "A", ["deux", "mot", ".", "!"])
    picture = transplant([A, B, mixed], words="words")
    (ax,) = picture.axes
    drawn = [(t.get_text(), f) for t, f in zip([t for t in ax.texts if t.get_ha() == "center"], fills(ax), strict=True)]
    assert drawn[10:] == [
        ("hidden B", to_rgb(ORANGE_TINT)),
        ("context A", to_rgb(BLUE_TINT)),
        ("deux", to_rgb(ORANGE_TINT)),
        ("mot", to_rgb(BLUE_TINT)),
        (".", to_rgb("#EDEDED")),
        ("!", to_rgb("#EDEDED")),
    ]
    assert drawn[:3] == [("hidden A", to_rgb(BLUE_TINT)), ("context A", to_rgb(BLUE_TINT)), ("un", to_rgb(BLUE_TINT))]
    assert picture.alt.endswith("mixed: hidden state of B, context of A, writes 'deux mot . !'")
    assert picture.css_size == transplant([A, B, A], words="words").css_size


def test_a_long_translation_stays_in_the_picture():
    picture = transplant([A, B, Decoding("long", "A", "B", ["anticonstitutionnellement"] * 6)], words="words")
    picture.canvas.draw()
    last = picture.axes[0].texts[-1].get_window_extent()
    assert last.x1 <= picture.bbox.x1
    transplant([A, B, Decoding("says nothing", "A", "B", [])], words="words").png()


@pytest.mark.parametrize("wrong", [[A], [A, Decoding("c", "C", "A", [])]])
def test_transplant_refuses(wrong):
    with pytest.raises(ValueError, match="expected A's row, B's row"):
        transplant(wrong, words="words")


def test_right_word_curves():
    picture = right_word_curves({"kept": [0.5, 0.9, 1.0], "drifting": [0.5, 0.4, 0.98]})
    (ax,) = picture.axes
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.5, 0.9, 1.0], [0.5, 0.4, 0.98]]
    high, low = (text.xy[1] for text in ax.texts)
    assert high <= 1 and high - low >= 0.0999
    assert picture.words == "Mean probability of the right word at each of 3 steps: kept, drifting"
    assert picture.alt.endswith("drifting: 0.50, 0.40, 0.98")
    both_low = [text.xy[1] for text in right_word_curves({"a": [0, 0], "b": [0, 0]}).axes[0].texts]
    assert min(both_low) == 0 and max(both_low) >= 0.0999


@pytest.mark.parametrize(
    "curves",
    [
        {},
        {"a": [0.5]},
        {"a": [0.5, 0.6], "b": [0.5]},
        {"a": [0.5, 1.2]},
        {"a": [-0.1, 1]},
        {name: [0, 1] for name in "abcd"},
    ],
)
def test_right_word_curves_refuse(curves):
    with pytest.raises(ValueError, match="curves:"):
        right_word_curves(curves)


def test_seed_dots():
    picture = seed_dots({"kept": [30.0, 33.0], "none": [18.0, 19.0]}, xlabel="BLEU")
    (ax,) = picture.axes
    dots = [[tuple(place) for place in each.get_offsets()] for each in ax.collections if len(each.get_offsets())]
    assert dots[:2] == [[(30, 0), (33, 0)], [(18, 1), (19, 1)]]
    assert [line.get_xydata().tolist() for line in ax.lines[:2]] == [[[30, 0], [18, 1]], [[33, 0], [19, 1]]]  # a seed
    assert [text.get_text() for text in ax.texts] == ["31.5", "18.5"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["kept", "none"] and ax.get_ylim() == (1.5, -0.5)
    assert picture.alt == "BLEU of each seed: kept, none; kept: 30.0, 33.0; none: 18.0, 19.0"
    assert picture.words == "BLEU of each seed: kept, none"  # and no number of a trained model


@pytest.mark.parametrize("runs", [{}, {"a": []}, {"a": [1, -1]}, {"a": [1, 2], "b": [1]}])
def test_seed_dots_refuse(runs):
    with pytest.raises(ValueError, match="runs: expected"):
        seed_dots(runs, xlabel="BLEU")
