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
from seq2seq_lessons.plots.style import BLUE, GREY, INK, ORANGE

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
    return search_tree(NODES, RANKINGS, **{"low": -4.0, "words": "words", **how})


def dots(ax):
    return {
        (line.get_xdata()[0], round(float(line.get_ydata()[0]), 3), line.get_marker(), line.get_markerfacecolor())
        for line in ax.lines
        if len(line.get_xdata()) == 1
    }


def lines(ax):
    """Where each line between two nodes ends, with its look."""
    return {
        (line.get_xdata()[1], round(float(line.get_ydata()[1]), 3)): line
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_linewidth() >= 0.8 and line.get_zorder() == 2
    }


def test_a_node_stands_at_its_step_and_sum_and_its_line_is_as_thick_as_it_is_probable():
    (ax,) = tree().axes
    assert dots(ax) == {
        (0, 0.0, "o", INK),
        (1, -0.5, "o", INK),
        (1, -1.2, "o", INK),
        (2, -1.9, "s", INK),
        (2, -1.2, "s", INK),
        (2, -3.0, "o", "white"),
    }
    drawn = lines(ax)
    assert set(drawn) == {(1, -0.5), (1, -1.2), (2, -1.9), (2, -1.2), (2, -3.0)}
    for (x, y), line in drawn.items():
        node = next(node for node in NODES if (node.step, node.log_prob) == (x, y))
        assert line.get_linewidth() == pytest.approx(max(0.8, THICKEST * node.probability))
        dropped = node.fate == DROPPED
        assert (line.get_color(), line.get_linestyle()) == ((GREY, "--") if dropped else (BLUE, "-"))


def test_the_best_sentence_is_orange_and_follows_the_ranking():
    picture = tree()
    (ax,) = picture.axes
    (best,) = ax.collections
    assert [tuple(segment[-1]) for segment in best.get_segments()] == [(1, -1.2), (2, -1.2)]
    assert to_rgb(ORANGE) == tuple(best.get_colors()[0][:3])
    listed = [text.get_text() for text in picture.texts]
    assert listed[5:10] == ["1.", "-1.20", "-1.20", "2", "tu veux"] and listed[10:15][4] == "est-ce que"
    assert picture.alt == "words; sum: finished, by score: 'tu veux' -1.20, 'est-ce que' -1.90"
    picture.show(1)
    assert [tuple(segment[-1]) for segment in best.get_segments()] == [(1, -0.5), (2, -1.9)]
    assert [text.get_text() for text in picture.texts][5:10] == ["1.", "-0.40", "-1.90", "2", "est-ce que"]
    assert picture.alt.startswith("words; other: finished, by score: 'est-ce que' -0.40")


def test_what_lies_below_the_scale_is_counted():
    (ax,) = tree().axes
    assert "+1" in [text.get_text() for text in ax.texts] and "quoi" not in [text.get_text() for text in ax.texts]
    (ax,) = tree(low=-10.0).axes
    assert "+1" not in [text.get_text() for text in ax.texts] and "quoi" in [text.get_text() for text in ax.texts]
    (ax,) = tree(steps=1).axes
    assert {text.get_text() for text in ax.texts} == {"<bos>", "est-ce", "tu"}


@pytest.mark.parametrize("height", [-1.0, -3.9])
def test_nodes_and_labels_of_one_step_do_not_touch_and_stay_on_the_scale(height):
    crowd = [NODES[0], *(Node(1, f"w{i}", height - 0.01 * i, 0.2, 0, FINISHED) for i in range(5))]
    picture = search_tree(crowd, {"sum": [(1, height)]}, low=-4.0, words="words")
    picture.canvas.draw()
    (ax,) = picture.axes
    heights = sorted((y for x, y, *_ in dots(ax) if x), reverse=True)
    assert len(heights) == 5 and all(-4.0 - 1e-6 <= y <= 0 for y in heights)
    boxes = sorted((t.get_window_extent() for t in ax.texts if t.get_text().startswith("w")), key=lambda box: box.y0)
    assert len(boxes) == 5 and all(a.y1 <= b.y0 + 1 for a, b in zip(boxes, boxes[1:], strict=False))


def test_a_node_that_was_moved_down_takes_its_line_along():
    """A sum never grows, so no line may rise, though its parent had to give way to a neighbour."""
    crowd = [
        NODES[0],
        Node(1, "a", -1.0, 0.4, 0, KEPT),
        Node(1, "b", -1.01, 0.4, 0, KEPT),
        Node(2, "c", -1.02, 1, 2, KEPT),
    ]
    (ax,) = search_tree([*crowd, Node(3, "d", -1.03, 1, 3, FINISHED)], {"sum": [(4, -1.03)]}, low=-4.0, words="").axes
    by_step = {x: y for x, y, *_ in sorted(dots(ax), key=lambda dot: -dot[1])}
    assert by_step[1] < -1.2 and by_step[1] == by_step[2] == by_step[3]


def test_all_colours_and_marks_are_named():
    (ax,) = tree().axes
    marks = {
        text.get_text(): handle
        for text, handle in zip(ax.get_legend().texts, ax.get_legend().legend_handles, strict=True)
    }
    looks = {name: (line.get_color(), line.get_linestyle(), line.get_marker()) for name, line in marks.items()}
    assert looks["kept"] == (BLUE, "-", "o") and looks["ended"] == (BLUE, "-", "s")
    assert looks["dropped"] == (GREY, "--", "o") and marks["dropped"].get_markerfacecolor() == "white"
    assert looks["the best that ended"][0] == ORANGE and set(marks) > {"more probable", "+1: another below"}


def test_a_node_tells_its_numbers():
    told = {spots.words[0][0]: spots.box for spots in tree().spots}
    assert set(told) == {
        "step 1, 'est-ce' after '<bos>': 60%, sum −0.50, kept",
        "step 1, 'tu' after '<bos>': 40%, sum −1.20, kept",
        "step 2, 'que' after 'est-ce': 33%, sum −1.90, finished",
        "step 2, 'veux' after 'tu': 100%, sum −1.20, finished",
        "step 2, 'as' after 'tu': 10%, sum −3.00, dropped",
    }
    left, top, width, height = told["step 2, 'as' after 'tu': 10%, sum −3.00, dropped"]
    (ax,) = tree().axes
    x, y = ax.transData.transform((2, -3.0)) * 96 / ax.figure.dpi
    assert (left + width / 2, tree().css_size[1] - top - height / 2) == (
        pytest.approx(x, abs=1),
        pytest.approx(y, abs=1),
    )


def test_one_size_for_a_series():
    assert tree(steps=9).css_size == search_tree(NODES[:5], RANKINGS, steps=9, low=-4.0, words="words").css_size


LONG = ["<bos>", "est-ce", "que", "vous", "désirez", "cette", "bouteille", "blanche", "?", "<eos>"]


def chain(tokens):
    return [
        Node(i, token, -0.1 * i, 0.9, i - 1 if i else None, FINISHED if token == "<eos>" else KEPT)
        for i, token in enumerate(tokens)
    ]


def test_steps_are_even_and_each_label_stands_above_its_node():
    picture = search_tree(chain(LONG), {"sum": [(9, -0.9)]}, words="words")
    picture.canvas.draw()
    (ax,) = picture.axes
    assert ax.get_xlabel() == "step" and list(ax.get_xticks()) == list(range(1, 10))
    labels = {text.get_text(): text.get_window_extent() for text in ax.texts}
    assert list(labels) == LONG
    for at, box in enumerate(labels.values()):
        x, y = ax.transData.transform((at, -0.1 * at))
        assert (box.x0 + box.x1) / 2 == pytest.approx(x, abs=2) and box.y0 > y
    assert max(box.x1 for box in labels.values()) <= picture.bbox.x1
    ends = [line.get_xydata() for line in ax.lines if line.get_zorder() == 2]
    assert [tuple(start) for start, _ in ends] == [(at, pytest.approx(-0.1 * at)) for at in range(9)]


def test_steps_that_do_not_fit_are_left_out_and_the_axis_says_so():
    tokens = [*LONG[:-1], *LONG[1:8], "<eos>"]
    picture = search_tree(chain(tokens), {"sum": [(16, -1.6)]}, words="words")
    (ax,) = picture.axes
    shown = max(ax.get_xticks())
    assert ax.get_xlabel() == f"step (the first {shown} of 16)" and 6 <= shown < 12
    assert [text.get_text() for text in ax.texts] == tokens[: shown + 1]
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
