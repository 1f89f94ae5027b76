"""The pictures of feeding: curves, cells and bars follow the data, bad input is refused."""

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from seq2seq_lessons.plots.bars import Bars
from seq2seq_lessons.plots.feeding import GREY_TINT, FedRows, Feeding, fed_rows, share_curves, two_feedings
from seq2seq_lessons.plots.style import BLUE, BLUE_TINT, GREEN, GREY, ORANGE, ORANGE_TINT


def filled(ax):
    return [to_rgb(patch.get_facecolor()) for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_fill()]


def test_share_curves():
    picture = share_curves(range(1, 4), {"gold": [0.5, 0.9, 1.0], "own": [0.5, 0.4, 0.98]}, xlabel="step")
    (ax,) = picture.axes
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.5, 0.9, 1.0], [0.5, 0.4, 0.98]]
    assert [list(line.get_xdata()) for line in ax.lines] == [[1, 2, 3]] * 2
    assert ax.get_ylim() == (0, 1) and ax.get_xlabel() == "step" and list(ax.get_xticks()) == [1, 2, 3]
    high, low = (text.xy[1] for text in ax.texts)
    assert high <= 1 and high - low >= 0.0999
    assert picture.words == "Share of right words by step: gold, own"
    assert picture.alt.endswith("gold: 0.50, 0.90, 1.00; own: 0.50, 0.40, 0.98")
    assert picture.png().startswith(b"\x89PNG")


def test_share_curves_mark_the_first_error_and_show_both_curves_where_they_agree():
    picture = share_curves([-1, 0, 1], {"gold": [1, 0, 1], "own": [1, 0, 0]}, xlabel="steps after the first error")
    (ax,) = picture.axes
    gold, own, mark = ax.lines
    assert list(mark.get_xdata()) == [0, 0] and [text.get_text() for text in ax.texts][-1] == "first error"
    assert mark.get_zorder() < gold.get_zorder()
    assert gold.get_linewidth() > own.get_linewidth() and gold.get_zorder() <= own.get_zorder()
    assert len(share_curves([0, 1], {"gold": [1, 0]}, xlabel="step").axes[0].lines) == 1


@pytest.mark.parametrize(
    "places, curves",
    [
        ([1, 2], {}),
        ([1], {"a": [0.5]}),
        ([1, 2], {"a": [0.5]}),
        ([1, 2], {"a": [0.5, 1.2]}),
        ([1, 2], {"a": [-0.1, 1]}),
        ([1, 2], {name: [0, 1] for name in "abcd"}),
    ],
)
def test_share_curves_refuse(places, curves):
    with pytest.raises(ValueError, match="curves:"):
        share_curves(places, curves, xlabel="step")


ROWS = FedRows(
    "per token", [["<bos>", "je", "dors"], ["<bos>", "il", "<eos>"]], [[False, True, False], [True, False, True]]
)
ONE = FedRows("per sentence", [["<bos>", "il", "lit"]], [[True, True, True]])


def test_fed_rows_colour_each_token_by_its_origin():
    picture = fed_rows([ROWS, ONE])
    token, sentence = picture.axes
    assert [text.get_text() for text in token.texts] == ["<bos>", "je", "dors", "<bos>", "il", "<eos>"]
    first, right, own = map(to_rgb, (GREEN, BLUE_TINT, ORANGE_TINT))
    assert filled(token) == [first, right, own, first, own, right]
    assert filled(sentence) == [first, right, right]
    assert picture.words == "What a batch is fed, right and own tokens in two colours: per token; per sentence"
    assert picture.alt.endswith(
        "; per token: <bos> je (gold) dors (own) / <bos> il (own) <eos> (gold); "
        "per sentence: <bos> il (gold) lit (gold)"
    )
    assert sentence.get_xlabel() == "step" and token.get_ylabel() == "sentence"
    (legend,) = picture.legends
    assert {
        t.get_text(): to_rgb(p.get_facecolor()) for t, p in zip(legend.texts, legend.get_patches(), strict=True)
    } == {"always fed first": first, "the right token": right, "the decoder's own": own}
    assert picture.png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "panels",
    [
        [],
        [FedRows("a", [["<bos>", "je"]], [[True]])],
        [FedRows("a", [["<bos>", "je"]], [])],
        [ONE, FedRows("a", [["je"]], [[True]])],
    ],
)
def test_fed_rows_refuse(panels):
    with pytest.raises(ValueError, match="rows of one length"):
        fed_rows(panels)


LABELS = ["il", "lit", "bien", "<eos>"]
GOLD = Feeding(["<bos>", "il", "lit", "bien"], ["il", "dort", "bien", "<eos>"], [0.9, 0.3, 0.8, 0.95])
OWN = Feeding(["<bos>", "il", "dort"], ["il", "dort", "<eos>"], [0.9, 0.3, 0.04])
BARS = Bars("after 'dort'", ["<eos>", "bien"], [0.85, 0.04], {"<eos>": ORANGE, "bien": BLUE})


def draw(step=3, shown="own", bars=BARS, k=3):
    return two_feedings(LABELS, GOLD, OWN, step=step, shown=shown, bars=bars, k=k, words="words")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_two_feedings_draw_the_chosen_tokens_and_both_probabilities():
    picture = draw()
    cells, bars = picture.axes
    assert names(cells) == ["must say", "fed (own)", "says", "", "gold", "own"]
    tokens = [*LABELS, "<bos>", "il", "dort", "il", "dort", "<eos>"]
    assert texts(cells) == [*tokens, "90%", "30%", "80%", "90%", "30%", "4%"]
    rows = [cell.get_center()[1] for cell in cells.patches if cell.get_fill()]
    assert rows == [0] * 4 + [1] * 3 + [2] * 3 + [4] * 3 + [5] * 3
    assert list(cells.get_xticks()) == [1, 2, 3, 4]
    assert [text.get_text() for text in picture.texts] == [
        "probability of the token that it must say, fed gold and fed its own",
        "after 'dort'",
    ]
    grey, right, wrong = map(to_rgb, (GREY_TINT, BLUE_TINT, ORANGE_TINT))
    assert filled(cells)[:10] == [grey] * 4 + [right, right, wrong] + [right, wrong, wrong]
    colours = filled(cells)[10:]
    assert colours[:2] == colours[3:5] and colours[2] != colours[5] and len(set(colours)) == 4
    assert [label.get_fontweight() for label in cells.get_yticklabels()] == ["normal"] * 5 + ["bold"]
    assert [bar.get_width() for bar in bars.patches] == [0.85, 0.04] and bars.get_xlim() == (0, 1)
    assert [to_rgb(bar.get_facecolor()) for bar in bars.patches] == [to_rgb(ORANGE), to_rgb(BLUE)]
    assert (
        picture.alt == "words; must say: il lit bien <eos>; fed own: <bos> il dort; says: il dort <eos>; "
        "probability of the token that it must say: gold 90%, 30%, 80%; own 90%, 30%, 4%; "
        "after 'dort': '<eos>' 85%, 'bien' 4%"
    )
    assert picture.png().startswith(b"\x89PNG")


def test_two_feedings_of_gold():
    cells, _ = draw(shown="gold").axes
    assert names(cells)[1] == "fed (gold)" and texts(cells)[4:10] == ["<bos>", "il", "lit", "il", "dort", "bien"]
    right, wrong = map(to_rgb, (BLUE_TINT, ORANGE_TINT))
    assert filled(cells)[4:10] == [right, right, right, right, wrong, right]
    assert [label.get_fontweight() for label in cells.get_yticklabels()][4:] == ["bold", "normal"]


@pytest.mark.parametrize("step, framed", [(1, []), (2, [(2, 2)]), (3, [(2, 2)])])
def test_the_first_error_is_framed_once_it_is_drawn(step, framed):
    frames = [patch for patch in draw(step=step).axes[0].patches if not patch.get_fill()]
    assert [tuple(frame.get_center()) for frame in frames] == [pytest.approx(place) for place in framed]
    assert all(to_rgb(frame.get_edgecolor()) == to_rgb(ORANGE) for frame in frames)


def test_a_run_that_has_ended_leaves_its_cells_empty():
    picture = draw(step=4, bars=Bars("ended", [], [], {}))
    assert texts(picture.axes[0])[4:10] == ["<bos>", "il", "dort", "il", "dort", "<eos>"]
    assert picture.axes[1].texts[0].get_text() == "the sentence has ended"
    assert picture.alt.endswith("ended: nothing left to say")


def test_one_size_and_no_text_outside():
    sizes = {draw(step, shown).css_size for step in (1, 4) for shown in ("gold", "own")}
    assert len(sizes) == 1
    picture = draw()
    picture.canvas.draw()
    drawn = [*picture.texts, *(ax.xaxis.label for ax in picture.axes)]
    for text in (*drawn, *(text for ax in picture.axes for text in (*ax.texts, *ax.get_yticklabels()))):
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= picture.bbox.x1 and box.y0 >= 0 and box.y1 <= picture.bbox.y1


def test_a_bar_that_stands_for_nothing_special_is_grey():
    assert to_rgb(draw(bars=Bars("b", ["x"], [1.0], {})).axes[1].patches[0].get_facecolor()) == to_rgb(GREY)


@pytest.mark.parametrize("wrong", [{"shown": "both"}, {"step": 0}, {"step": 5}, {"k": 1}])
def test_two_feedings_refuse(wrong):
    with pytest.raises(ValueError, match="expected 'gold' or 'own'"):
        draw(**wrong)
