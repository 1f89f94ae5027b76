"""The pictures of search: nodes stand where their sums are, the best path is marked, bad input is refused."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from seq2seq_lessons.plots.bars import Bars
from seq2seq_lessons.plots.search import (
    DROPPED,
    FINISHED,
    KEPT,
    THICKEST,
    Node,
    path_to,
    score_curves,
    search_tree,
    temperature_bars,
    width_curves,
)
from seq2seq_lessons.plots.style import BLUE, GREY, ORANGE
from seq2seq_lessons.plots.tree import CELL, FILLS

NODES = [
    Node(0, "<bos>", 0.0, 1.0, None, KEPT),
    Node(1, "est-ce", -0.5, 0.6, 0, KEPT),
    Node(1, "tu", -1.2, 0.4, 0, KEPT),
    Node(2, "que", -1.9, 0.33, 1, FINISHED),
    Node(2, "veux", -1.2, 1.0, 2, FINISHED),
    Node(2, "as", -3.0, 0.1, 2, DROPPED),
    Node(2, "quoi", -9.0, 0.001, 1, KEPT),
]
RANKINGS = {"sum": [(4, -1.2), (3, -1.9)], "other": [(3, -0.4), (4, -0.45)]}


def tree(**how):
    return search_tree(NODES, RANKINGS, **{"words": "words", **how})


def cells(ax):
    """The token of each cell, with its place and the cell's fill."""
    fills = {
        (round(p.get_x() + p.get_width() / 2, 3), round(p.get_y() + p.get_height() / 2, 3)): p.get_facecolor()[:3]
        for p in ax.patches
        if p.get_facecolor()[3]
    }
    return {text.get_text(): (text.get_position(), fills[text.get_position()]) for text in words_in(ax)}


def words_in(ax):
    return [text for text in ax.texts if text.get_position()[1] == int(text.get_position()[1])]


def lines(ax):
    """Which rank each line leads to, by the step that it leads to."""
    return {(round(line.get_xdata()[1] + CELL[0] / 2, 3), line.get_ydata()[1]): line for line in ax.lines}


def test_the_nodes_of_a_step_stand_by_their_sums_and_a_line_is_as_thick_as_its_token_is_probable():
    (ax,) = tree().axes
    kept, ended, dropped = (to_rgb(FILLS[fate]) for fate in (KEPT, FINISHED, DROPPED))
    assert cells(ax) == {
        "<bos>": ((0, 1), kept),
        "est-ce": ((1, 1), kept),
        "tu": ((1, 2), kept),
        "veux": ((2, 1), ended),
        "que": ((2, 2), ended),
        "as": ((2, 3), dropped),
        "quoi": ((2, 4), kept),
    }
    sums = {text.get_position(): text.get_text() for text in ax.texts if text not in words_in(ax)}
    assert sums[1, 1.46] == "−0.50" and sums[2, 4.46] == "−9.00" and len(sums) == 6
    drawn = lines(ax)
    assert set(drawn) == {(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 4)}
    for token, (place, _) in cells(ax).items():
        node = next(node for node in NODES if node.token == token)
        if node.parent is None:
            continue
        line = drawn[place]
        assert line.get_linewidth() == pytest.approx(max(0.8, THICKEST * node.probability))
        parent = cells(ax)[NODES[node.parent].token][0]
        assert (line.get_xdata()[0], line.get_ydata()[0]) == (pytest.approx(parent[0] + CELL[0] / 2), parent[1])
        is_dropped = node.fate == DROPPED
        assert (line.get_color(), line.get_linestyle()) == ((GREY, "--") if is_dropped else (BLUE, "-"))


def ends_of(best):
    return [(round(x + CELL[0] / 2, 3), y) for x, y in (segment[-1] for segment in best.get_segments())]


def framed(ax):
    """The places of the cells with an orange frame."""
    frames = [p for p in ax.patches if p.get_edgecolor() == (*to_rgb(ORANGE), 1)]
    return [(round(p.get_x() + p.get_width() / 2, 3), round(p.get_y() + p.get_height() / 2, 3)) for p in frames]


def test_the_best_sentence_is_orange_and_follows_the_ranking():
    picture = tree()
    (ax,) = picture.axes
    (best,) = ax.collections
    assert ends_of(best) == [(1, 2), (2, 1)] == framed(ax)
    assert to_rgb(ORANGE) == tuple(best.get_colors()[0][:3])
    listed = [text.get_text() for text in picture.texts]
    assert listed[5:10] == ["1.", "-1.20", "-1.20", "2", "tu veux"] and listed[10:15][4] == "est-ce que"
    assert picture.alt == "words; sum: finished, by score: 'tu veux' -1.20, 'est-ce que' -1.90"
    picture.show(1)
    assert ends_of(best) == [(1, 1), (2, 2)] == framed(ax)
    assert [text.get_text() for text in picture.texts][5:10] == ["1.", "-0.40", "-1.90", "2", "est-ce que"]
    assert picture.alt.startswith("words; other: finished, by score: 'est-ce que' -0.40")


def test_what_there_is_no_room_for_is_counted_or_left_out():
    (ax,) = tree(ranks=3).axes
    assert {text.get_text(): text.get_position() for text in words_in(ax)}["+2 more"] == (2, 3)
    assert not {"as", "quoi"} & {text.get_text() for text in words_in(ax)}
    (ax,) = tree(steps=1).axes
    assert set(cells(ax)) == {"<bos>", "est-ce", "tu"}


def test_the_best_may_go_through_what_is_not_drawn():
    crowd = [NODES[0], *(Node(1, f"w{i}", -0.1 * i, 0.2, 0, KEPT) for i in range(3))]
    picture = search_tree([*crowd, Node(2, ".", -0.3, 1, 3, FINISHED)], {"sum": [(4, -0.3)]}, ranks=2, words="")
    (ax,) = picture.axes
    (best,) = ax.collections
    assert ends_of(best) == [] and framed(ax) == [(2, 1)] and "'w2 .'" in picture.alt


def test_texts_do_not_touch_and_stay_inside():
    crowd = [NODES[0], *(Node(1, f"voudraient{i}", -10.01 * i, 0.2, 0, FINISHED) for i in range(7))]
    crowd += [Node(step, "<eos>", -12.5, 1, step + 5, FINISHED) for step in range(2, 10)]
    picture = search_tree(crowd, {"sum": [(1, -1.0)]}, words="words")
    picture.canvas.draw()
    (ax,) = picture.axes
    boxes = [text.get_window_extent() for text in ax.texts] + [ax.get_legend().get_window_extent()]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(box.x0 >= 0 and box.x1 <= picture.bbox.x1 and box.y1 <= picture.bbox.y1 for box in boxes)


def test_all_colours_and_marks_are_named():
    (ax,) = tree().axes
    marks = {
        text.get_text(): handle
        for text, handle in zip(ax.get_legend().texts, ax.get_legend().legend_handles, strict=True)
    }
    assert marks["kept"].get_facecolor()[:3] == to_rgb(FILLS[KEPT])
    assert marks["ended"].get_facecolor()[:3] == to_rgb(FILLS[FINISHED])
    assert (marks["dropped"].get_color(), marks["dropped"].get_linestyle()) == (GREY, "--")
    assert marks["the best that ended"].get_edgecolor()[:3] == to_rgb(ORANGE) and "more probable" in marks


def test_a_node_tells_its_numbers():
    told = {spots.words[0][0]: spots.box for spots in tree().spots}
    assert set(told) == {
        "step 1, 'est-ce' after '<bos>': 60%, sum −0.50, kept",
        "step 1, 'tu' after '<bos>': 40%, sum −1.20, kept",
        "step 2, 'que' after 'est-ce': 33%, sum −1.90, finished",
        "step 2, 'veux' after 'tu': 100%, sum −1.20, finished",
        "step 2, 'as' after 'tu': 10%, sum −3.00, dropped",
        "step 2, 'quoi' after 'est-ce': <1%, sum −9.00, kept",
    }
    left, top, width, height = told["step 2, 'as' after 'tu': 10%, sum −3.00, dropped"]
    (ax,) = tree().axes
    x, y = ax.transData.transform((2, 3)) * 96 / ax.figure.dpi
    assert (left + width / 2, tree().css_size[1] - top - height / 2) == (
        pytest.approx(x, abs=1),
        pytest.approx(y, abs=1),
    )


def test_one_size_for_a_series():
    assert tree(ranks=5).css_size == search_tree(NODES[:5], RANKINGS, ranks=5, words="words").css_size
    assert tree(ranks=5).css_size != tree(ranks=6).css_size


LONG = ["<bos>", "est-ce", "que", "vous", "désirez", "cette", "bouteille", "blanche", "?", "<eos>"]


def chain(tokens):
    return [
        Node(i, token, -0.1 * i, 0.9, i - 1 if i else None, FINISHED if token == "<eos>" else KEPT)
        for i, token in enumerate(tokens)
    ]


def test_steps_are_even_and_each_token_fits_its_cell():
    picture = search_tree(chain(LONG), {"sum": [(9, -0.9)]}, words="words")
    picture.canvas.draw()
    (ax,) = picture.axes
    assert ax.get_xlabel() == "step" and list(ax.get_xticks()) == list(range(1, 10))
    frames = {p.get_x() + p.get_width() / 2: p.get_window_extent() for p in ax.patches}
    for at, text in enumerate(words_in(ax)):
        assert text.get_text() == LONG[at] and text.get_position() == (at, 1)
        box, frame = text.get_window_extent(), next(f for x, f in frames.items() if round(x, 3) == at)
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
    assert set(lines(ax)) == {(at, 1) for at in range(1, 10)}


def test_steps_that_do_not_fit_are_left_out_and_the_axis_says_so():
    tokens = [*LONG[:-1], *LONG[1:8], "<eos>"]
    picture = search_tree(chain(tokens), {"sum": [(16, -1.6)]}, words="words")
    (ax,) = picture.axes
    shown = max(ax.get_xticks())
    assert ax.get_xlabel() == f"step (the first {shown} of 16)" and 6 <= shown < 12
    assert [text.get_text() for text in words_in(ax)] == tokens[: shown + 1]
    assert picture.texts[9].get_text() == " ".join(tokens[1:])  # the list below has the whole sentence


def test_path():
    assert path_to(NODES, 4) == [2, 4] and path_to(NODES, 0) == []


@pytest.mark.parametrize(
    ("nodes", "rankings"),
    [
        (NODES[:1], RANKINGS),
        (NODES, {}),
        (NODES, {"sum": []}),
        (NODES[1:], RANKINGS),
        ([*NODES[:1], *NODES[3:], NODES[1]], RANKINGS),
    ],
)
def test_search_tree_refuses(nodes, rankings):
    with pytest.raises(ValueError, match="expected the start"):
        search_tree(nodes, rankings, words="words")


def test_score_curves_cross_where_the_scores_are_equal():
    picture = score_curves((-2.0, 4), (-3.0, 8))
    (ax,) = picture.axes
    short, long, crossing = ax.lines
    alphas = short.get_xdata()
    np.testing.assert_allclose(short.get_ydata(), -1)
    np.testing.assert_allclose(long.get_ydata(), (-3 / 8**alphas) / (2 / 4**alphas))
    at = crossing.get_xdata()[0]
    assert -2 / 4**at == pytest.approx(-3 / 8**at)
    assert picture.words == "Scores of two sentences by the length penalty: short; long"
    assert picture.alt.endswith(
        "; short, 4 tokens: from -1.00 to -1.00; long, 8 tokens: from -1.50 to -0.38; they cross at 0.58"
    )
    assert len(score_curves((-2.0, 4), (-1.0, 8)).axes[0].lines) == 2  # no crossing at a positive alpha


@pytest.mark.parametrize(
    "sentences", [((-1.0, 2), (0.0, 3)), ((-1.0, 0), (-1.0, 3)), ((-1.0, 3), (-1.0, 3)), ((0.5, 2), (-1.0, 3))]
)
def test_score_curves_refuse(sentences):
    with pytest.raises(ValueError, match="the longer sentence second"):
        score_curves(*sentences)


COLD = Bars("T = 0.5", ["a", "b"], [0.9, 0.1], {})
WARM = Bars("T = 2", ["a", "b"], [0.6, 0.4], {})


def test_temperature_bars():
    picture = temperature_bars([COLD, WARM], words="words")
    assert [[bar.get_width() for bar in ax.patches] for ax in picture.axes] == [[0.9, 0.1], [0.6, 0.4]]
    assert [ax.get_xlim() for ax in picture.axes] == [(0, 1)] * 2
    assert picture.alt == "words; T = 0.5: 'a' 90%, 'b' 10%; T = 2: 'a' 60%, 'b' 40%"


@pytest.mark.parametrize("panels", [[], [COLD] * 4, [COLD, Bars("T", ["b", "a"], [0.5, 0.5], {})]])
def test_temperature_bars_refuse(panels):
    with pytest.raises(ValueError, match="one to three"):
        temperature_bars(panels, words="words")


def test_width_curves():
    bleu = {"α = 0": [[20, 21, 18], [22, 21, 16]], "α = 1": [[20, 22, 22]]}
    picture = width_curves([1, 4, 16], {"BLEU": bleu, "length": {name: [[1, 1, 0.5]] for name in bleu}})
    ax, other = picture.axes
    assert [list(line.get_ydata()) for line in ax.lines] == [[21, 21, 17], [20, 22, 22]]
    assert [c.get_offsets()[:, 1].tolist() for c in ax.collections] == [[20, 21, 18], [22, 21, 16], [20, 22, 22]]
    assert [line.get_color() for line in ax.lines] == [BLUE, ORANGE]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "4", "16"] and ax.get_xscale() == "log"
    assert (ax.get_ylabel(), other.get_ylabel()) == ("BLEU", "length")
    assert [text.get_text() for text in picture.legends[0].get_texts()] == ["α = 0", "α = 1"]
    assert "; BLEU, α = 0: 21.00, 21.00, 17.00; BLEU, α = 1: 20.00" in picture.alt
    boxes = [axes.get_tightbbox() for axes in picture.axes] + [picture.legends[0].get_window_extent()]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(box.x0 >= 0 and box.x1 <= picture.bbox.x1 and box.y0 >= 0 for box in boxes)


@pytest.mark.parametrize(
    "panels", [{}, {"BLEU": {}}, {"BLEU": {"a": [[1]]}}, {"x": {"a": [[1, 2]]}, "y": {"b": [[1, 2]]}}]
)
def test_width_curves_refuse(panels):
    with pytest.raises(ValueError, match="a number for each width"):
        width_curves([1, 2], panels)
