"""The pictures of attention: cells, frames and bars follow the data, bad input is refused."""

import pytest
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.patches import FancyArrowPatch, Rectangle

from seq2seq_lessons.plots.attention import attention_map, errorless_curves, forced_look, score_table, written_bars
from seq2seq_lessons.plots.bars import Bars
from seq2seq_lessons.plots.style import BLUE, BLUE_TINT, GREEN, ORANGE, ORANGE_TINT, PURPLE, TICK_SIZE
from seq2seq_lessons.plots.transformer import HALF, READ, attention_step, beside_transformer
from seq2seq_lessons.plots.transformer import WRITTEN as SAID

SOURCE, WRITTEN = ["a", "red", "hat"], ["un", "chapeau", "rouge", "<eos>"]
WEIGHTS = [[0.6, 0.1, 0.3], [0, 0.1, 0.9], [0, 1, 0], [0.2, 0.3, 0.5]]


def frames(ax, filled=False):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_fill() == filled]


def test_attention_map_has_a_row_for_each_step_and_frames_the_largest():
    picture = attention_map(SOURCE, WRITTEN, WEIGHTS)
    ax, bar = picture.axes
    (image,) = ax.images
    assert image.get_array().tolist() == WEIGHTS and image.get_clim() == (0, 1)
    assert [text.get_text() for text in ax.get_xticklabels()] == SOURCE
    assert [text.get_text() for text in ax.get_yticklabels()] == WRITTEN
    middles = [(frame.get_x() + frame.get_width() / 2, frame.get_y() + frame.get_height() / 2) for frame in frames(ax)]
    assert [(round(x), round(y)) for x, y in middles] == [(0, 0), (2, 1), (1, 2), (2, 3)]
    assert picture.words == "Attention weights of each step over 3 source tokens: a red hat"
    assert (
        picture.alt == picture.words + "; most weight: 'un' on 'a' 60%, 'chapeau' on 'hat' 90%, "
        "'rouge' on 'red' 100%, '<eos>' on 'hat' 50%"
    )
    assert bar.get_ylabel() == "weight" and ax.get_xlabel() and ax.get_ylabel()
    assert min(text.get_fontsize() for text in ax.get_xticklabels() + ax.get_yticklabels()) >= TICK_SIZE


def test_all_of_the_map_is_on_the_picture():
    words = ["a", "the", "next to", "umbrellas", "and", "of", "Thursday's", "wardrobe", ".", "<eos>"]
    picture = attention_map(words, ["parapluies", "y"], [[0.1] * 10, [0.1] * 10])
    picture.canvas.draw()
    ax = picture.axes[0]
    for text in ax.get_xticklabels() + ax.get_yticklabels() + [ax.xaxis.label, ax.yaxis.label]:
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= picture.bbox.x1 and box.y1 <= picture.bbox.y1, text


@pytest.mark.parametrize(
    "weights", [WEIGHTS[:3], [row[:2] for row in WEIGHTS], [[1.1, 0, 0]] * 4, [[-0.1, 1, 0.1]] * 4, [1, 0, 0]]
)
def test_attention_map_refuses(weights):
    with pytest.raises(ValueError, match="weight"):
        attention_map(SOURCE, WRITTEN, weights)


ROWS = {"one vector": [92.4, 60.6, 0], "attention": [97, 96, 85.8]}


def test_score_table_writes_each_score_where_it_belongs():
    picture = score_table(["≤ 5", "≤ 8", "≤ 25"], ROWS, unit="exact match (%)", across="source length (tokens)")
    ax, bar = picture.axes
    (image,) = ax.images
    assert image.get_array().tolist() == list(ROWS.values()) and image.get_clim() == (0, 100)
    cells = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in ax.texts}
    assert cells == {(0, 0): "92", (0, 1): "61", (0, 2): "0", (1, 0): "97", (1, 1): "96", (1, 2): "86"}
    assert {text.get_text(): text.get_color() for text in ax.texts}["0"] == "white"
    assert [text.get_text() for text in ax.get_yticklabels()] == list(ROWS)
    assert (ax.get_xlabel(), bar.get_ylabel()) == ("source length (tokens)", "exact match (%)")
    assert picture.words == "exact match (%) by source length (tokens): one vector, attention"
    assert picture.alt.endswith("; one vector: 92, 61, 0; attention: 97, 96, 86")


@pytest.mark.parametrize("rows", [{}, {"a": [1, 2]}, {"a": [1, 2, 101]}, {"a": [-1, 2, 3]}])
def test_score_table_refuses(rows):
    with pytest.raises(ValueError, match="rows"):
        score_table(["x", "y", "z"], rows, unit="u", across="v")


OWN = Bars("with its own weights", ["chapeau", "sac"], [0.9, 0.1], {"chapeau": BLUE})
ELSEWHERE = Bars("all weight on 'red'", ["rouge", "chapeau"], [0.7, 0.2], {"rouge": ORANGE})


def draw(
    forced=("un", "rouge", "rouge", "<eos>"),
    step=2,
    looked=1,
    weights=(0.1, 0.2, 0.7),
    bars=(OWN, ELSEWHERE),
    columns=5,
):
    return forced_look(SOURCE, weights, WRITTEN, forced, step, looked, bars, k=3, columns=columns, words="words")


def test_forced_look_shows_the_weights_and_what_follows():
    picture = draw()
    look, cells, own, elsewhere = picture.axes
    bars, (outline,) = frames(look, True), frames(look)
    assert [bar.get_height() for bar in bars] == [0.1, 0.2, 0.7] and look.get_ylim() == (0, 1)
    assert [to_rgb(bar.get_facecolor()) for bar in bars] == [to_rgb(c) for c in (BLUE, ORANGE, BLUE)]
    assert (outline.get_height(), outline.get_x() + 0.4) == (1, 1)
    assert [text.get_text() for text in cells.texts] == [*WRITTEN, "un", "rouge", "rouge", "<eos>"]
    fills = [to_rgb(cell.get_facecolor()) for cell in frames(cells, True)]
    assert fills == [to_rgb(c) for c in [BLUE_TINT] * 5 + [ORANGE_TINT] + [BLUE_TINT] * 2]
    assert [(round(f.get_x() + f.get_width() / 2), to_rgb(f.get_edgecolor())) for f in frames(cells)] == [
        (2, to_rgb(BLUE)),
        (2, to_rgb(ORANGE)),
    ]
    assert [bar.get_width() for bar in own.patches] == [0.9, 0.1]
    assert [bar.get_width() for bar in elsewhere.patches] == [0.7, 0.2]
    assert [text.get_text() for text in picture.texts] == [OWN.title, ELSEWHERE.title]
    assert picture.alt == (
        "words; step 2, forced to look at 'red'; weights: 'a' 10%, 'red' 20%, 'hat' 70%; its own: "
        "un chapeau rouge <eos>; forced: un rouge rouge <eos>; with its own weights: 'chapeau' 90%, "
        "'sac' 10%; all weight on 'red': 'rouge' 70%, 'chapeau' 20%"
    )


def test_left_alone_nothing_is_orange():
    look, cells, _, _ = draw(forced=WRITTEN, looked=None, bars=(OWN, OWN)).axes
    assert not frames(look) and len(frames(cells)) == 1
    assert {to_rgb(bar.get_facecolor()) for bar in frames(look, True)} == {to_rgb(BLUE)}
    assert {to_rgb(cell.get_facecolor()) for cell in frames(cells, True)} == {to_rgb(BLUE_TINT)}


def test_one_size_and_long_tokens_stay_in_their_cells():
    long = draw(forced=("un", "anticonstitutionnellement", "rouge", "et", "<eos>"))
    assert long.css_size == draw().css_size
    long.canvas.draw()
    cells = long.axes[1]
    for text, cell in zip(cells.texts, frames(cells, True), strict=True):
        assert text.get_window_extent().width <= cell.get_window_extent().width
    assert len({text.get_fontsize() for text in cells.texts}) == 2  # the one that does not fit at 8 points, the others


@pytest.mark.parametrize("columns", [5, 10])
def test_tokens_of_a_picture_are_of_one_size_and_steps_end_with_the_longer_row(columns):
    cells = draw(columns=columns).axes[1]
    assert len({text.get_fontsize() for text in cells.texts}) == 1 and 8 <= cells.texts[0].get_fontsize() <= TICK_SIZE
    assert list(cells.get_xticks()) == [1, 2, 3, 4] and cells.get_xlim() == (0.5, columns + 0.5)
    assert list(draw(forced=[*WRITTEN, "y"], columns=columns).axes[1].get_xticks()) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "wrong",
    [
        {"step": 0},
        {"step": 5},
        {"columns": 3},
        {"weights": (0.5, 0.5)},
        {"bars": (OWN,)},
        {"bars": (OWN, Bars("b", list("abcd"), [0.1] * 4, {}))},
    ],
)
def test_forced_look_refuses(wrong):
    with pytest.raises(ValueError, match="expected"):
        draw(**wrong)


# --- errors by word


def test_errorless_curves_draw_the_shares_and_name_each_at_its_end():
    picture = errorless_curves({"one vector": [0.9, 0.4, 0.1], "attention": [1.0, 0.95, 0.9]})
    (ax,) = picture.axes
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.9, 0.4, 0.1], [1.0, 0.95, 0.9]]
    assert list(ax.lines[0].get_xdata()) == [1, 2, 3] and ax.get_ylim() == (0, 1)
    assert [text.get_text() for text in ax.texts] == ["one vector", "attention"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("words written", "without an error")
    assert "; one vector: 90% after word 1, 10% after word 3; attention: 100%" in picture.alt
    assert not any(digit in picture.words for digit in "0123456789")
    picture.canvas.draw()
    assert all(text.get_window_extent().x1 <= picture.bbox.x1 for text in ax.texts)


@pytest.mark.parametrize("wrong", [{}, {"a": [0.5, 1.2]}, {"a": [0.5, 0.5], "b": [0.5]}, dict.fromkeys("abcd", [1, 1])])
def test_errorless_curves_refuse(wrong):
    with pytest.raises(ValueError, match="shares: "):
        errorless_curves(wrong)


# --- which of two words is written

PANELS = {"hat": {"noun": (1, 0), "its own a": (0.2, 0.75)}, "cup": {"noun": (0, 0.9), "its own a": (0.15, 0.85)}}


def test_written_bars_stand_one_behind_the_other_and_leave_out_what_is_neither():
    picture = written_bars(PANELS, ("un", "une"), "share of sentences")
    for ax, panel in zip(picture.axes, PANELS.values(), strict=True):
        bars = [(round(b.get_x(), 6), round(b.get_width(), 6), to_rgb(b.get_facecolor())) for b in ax.patches]
        un = [(0, first, to_rgb(BLUE)) for first, _ in panel.values()]
        assert bars == un + [(first, second, to_rgb(ORANGE)) for first, second in panel.values()]
        assert ax.get_xlim() == (0, 1) and ax.get_ylim() == (1.5, -0.5) and ax.get_xlabel() == "share of sentences"
    assert [label.get_text() for label in picture.axes[0].get_yticklabels()] == ["noun", "its own a"]
    assert [text.get_text() for text in picture.axes[0].get_legend().get_texts()] == ["un", "une"]
    assert [text.get_text() for text in picture.texts] == list(PANELS)
    assert "; hat: noun 100% un, 0% une, its own a 20% un, 75% une; cup: noun 0% un" in picture.alt
    picture.canvas.draw()
    for text in [*picture.axes[0].get_legend().get_texts(), *picture.axes[0].get_yticklabels(), *picture.texts]:
        box = text.get_window_extent()
        assert text.get_fontsize() >= TICK_SIZE and box.x0 >= 0 and box.y0 >= 0 and box.y1 <= picture.bbox.y1, text


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"a": {}},
        {"a": {"x": (0, 1)}, "b": {"y": (0, 1)}},
        {name: {"x": (0, 1)} for name in "abc"},
        {"a": {"x": (0.6, 0.6)}},
        {"a": {"x": (-0.1, 0.6)}},
    ],
)
def test_written_bars_refuse(wrong):
    with pytest.raises(ValueError, match="panels: expected"):
        written_bars(wrong, ("un", "une"), "share")


# --- one step, and beside the Transformer


def test_one_step_writes_scores_and_weights_and_leaves_the_context_open():
    picture = attention_step(["i'm", "home", "."], [[1, 0], [0, 1], [1, 1]], [2, 1, 0])
    (ax,) = picture.axes
    texts = [text.get_text() for text in ax.texts]
    assert [text for text in texts if text.startswith("(")] == ["(?, ?)", "(1, 0)", "(0, 1)", "(1, 1)"]
    assert [text for text in texts if text.startswith("0.")] == ["0.67", "0.24", "0.09"]
    green = [p for p in ax.patches if isinstance(p, FancyArrowPatch) and p.get_edgecolor() == to_rgba(GREEN)]
    assert [p.get_linewidth() for p in green] == pytest.approx(
        [0.8 + 5 * w for w in (0.6652, 0.2447, 0.0900)], abs=1e-3
    )
    assert picture.alt.endswith(
        "; 'i'm': score 2, weight 0.67; 'home': score 1, weight 0.24; '.': score 0, weight 0.09"
    )
    picture.canvas.draw()
    for text in ax.texts:
        box = text.get_window_extent()
        assert text.get_fontsize() >= TICK_SIZE and box.x0 >= 0 and box.x1 <= picture.bbox.x1 and box.y0 >= 0, text


@pytest.mark.parametrize(
    ("tokens", "states", "scores"),
    [
        ([], [[]], []),
        (list("abcde"), [[1, 0]] * 5, [1] * 5),
        (["a", "b"], [[1, 0]], [1, 2]),
        (["a", "b"], [[1, 0]] * 2, [1]),
    ],
)
def test_one_step_refuses(tokens, states, scores):
    with pytest.raises(ValueError, match="expected one to four tokens"):
        attention_step(tokens, states, scores)


def test_both_halves_have_the_same_tokens_and_looks_and_each_what_is_its_own():
    picture = beside_transformer()
    (ax,) = picture.axes
    texts = [text.get_text() for text in ax.texts]
    for token in (*READ, *SAID):
        assert texts.count(token) == 2
    assert [text for text in texts if text.startswith("+")] == ["+ 1", "+ 2", "+ 3"]
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    sides = {
        colour: [patch.get_path().vertices[0][0] < HALF for patch in arrows if patch.get_edgecolor() == to_rgba(colour)]
        for colour in (GREEN, ORANGE, PURPLE)
    }
    assert sorted(sides[GREEN]) == [False] * 3 + [True] * 3  # kept: three looks on either side
    assert sides[ORANGE] == [True] * 5  # dropped: two steps a row, and from the encoder to the decoder
    assert sides[PURPLE] == [False] * 9  # new: six within the source, three towards what is written later
    assert [text.get_text() for text in picture.legends[0].get_texts()][0] == "kept"
    picture.canvas.draw()
    for text in [*ax.texts, *picture.legends[0].get_texts()]:
        box = text.get_window_extent()
        assert text.get_fontsize() >= TICK_SIZE and box.x0 >= 0 and box.x1 <= picture.bbox.x1 and box.y0 >= 0
