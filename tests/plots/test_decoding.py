"""The pictures of decoding: cells, boxes and bars follow the data, bad input is refused."""

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from seq2seq_lessons.plots.decoding import (
    BLUE_TINT,
    ORANGE_TINT,
    Bars,
    Decoding,
    forced_decoding,
    right_word_curves,
    transplant,
)
from seq2seq_lessons.plots.style import BLUE, GREY, ORANGE

ORIGINAL = ["ils", "sont", "calmes", "<eos>"]
FORCED = ["ils", "ont", "calmes", ".", "<eos>"]
NOW = Bars("step 2", ["sont", "ont"], [0.7, 0.25], {"sont": BLUE, "ont": ORANGE})
ENDED = Bars("step 3", [], [], {})


def draw(forced=FORCED, step=2, bars=(NOW, ENDED), columns=6):
    return forced_decoding(ORIGINAL, forced, step, bars, k=3, columns=columns, words="words")


def fills(ax):
    return [patch.get_facecolor()[:3] for patch in ax.patches if isinstance(patch, Rectangle)]


def test_forced_decoding_marks_the_forced_token_and_what_changed():
    picture = draw()
    cells, now, after = picture.axes
    assert [text.get_text() for text in cells.texts] == ORIGINAL + FORCED
    assert fills(cells) == [
        to_rgb(c) for c in [BLUE_TINT] * 4 + [BLUE_TINT, ORANGE, BLUE_TINT, ORANGE_TINT, ORANGE_TINT]
    ]
    assert [bar.get_width() for bar in now.patches] == [0.7, 0.25]
    assert fills(now) == [to_rgb(BLUE), to_rgb(ORANGE)]
    assert [label.get_text() for label in now.get_yticklabels()] == ["sont", "ont"]
    assert not after.patches and after.texts[0].get_text() == "nothing left\nto say"
    assert now.get_xlim() == after.get_xlim() == (0, 1)
    assert (
        picture.alt == "words; original: ils sont calmes <eos>; forced at step 2: ils ont calmes . <eos>; "
        "step 2: 'sont' 70%, 'ont' 25%; step 3: nothing left to say"
    )
    assert picture.png().startswith(b"\x89PNG")


def test_a_bar_that_stands_for_nothing_special_is_grey():
    assert fills(draw(bars=[Bars("b", ["x"], [1.0], {})]).axes[1]) == [to_rgb(GREY)]


def test_one_size_however_long_the_sentences_are():
    assert draw().css_size == draw(forced=["elles"], step=1, bars=[]).css_size


def test_long_tokens_stay_inside_their_cells():
    picture = draw(forced=["anticonstitutionnellement", "ont"], step=1)
    picture.canvas.draw()
    texts, cells = picture.axes[0].texts, picture.axes[0].patches
    for text, cell in zip(texts, cells, strict=True):
        assert text.get_window_extent().width <= cell.get_window_extent().width


@pytest.mark.parametrize(
    "wrong",
    [{"step": 0}, {"step": 6}, {"columns": 4}, {"bars": [NOW] * 4}, {"bars": [Bars("b", list("abcd"), [0.1] * 4, {})]}],
)
def test_forced_decoding_refuses(wrong):
    with pytest.raises(ValueError, match="expected"):
        draw(**wrong)


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
