"""Lesson 12's pictures: what is drawn is the data, colours and axes are fixed, bad input is refused."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from seq2seq_lessons.plots.inspection import map_points, share_and_influence, share_dots, unit_heatmaps, unit_story
from seq2seq_lessons.plots.style import BLUE, GREY, ORANGE

TOKENS = ["i'm", "home", ".", "<eos>"]
LONG = ["the", "woman", "behind", "the", "truck", "isn't", "happy", ".", "<eos>"]
STATES = torch.linspace(-0.9, 0.9, 24).reshape(4, 6)
GATES = torch.linspace(0.05, 0.95, 24).reshape(4, 6)
UNITS = [7, 11, 13, 17, 19, 23]
SHARES, INFLUENCE = [0.1, 0.5, 0.1, 0.2], [4.0, 9.0, 1.0, 0.0]


def bars(ax):
    return [(round(p.get_x() + p.get_width() / 2, 6), p.get_height(), p.get_facecolor()[:3]) for p in ax.patches]


def labels(ax):
    return [label.get_text() for label in ax.get_xticklabels()]


def all_texts(picture):
    picture.canvas.draw()
    for ax in picture.axes:
        for axis, (low, high) in ((ax.xaxis, sorted(ax.get_xlim())), (ax.yaxis, sorted(ax.get_ylim()))):
            yield from (
                label
                for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)
                if low <= place <= high and label.get_text()
            )  # matplotlib draws no tick beyond the axis
            yield from [axis.label] * bool(axis.label.get_text())
        yield from ax.texts
        if ax.get_legend():
            yield from ax.get_legend().get_texts()


PICTURES = {
    "heatmaps": lambda: unit_heatmaps({"state h": np.zeros((9, 6)), "update gate": np.zeros((9, 6))}, LONG, UNITS),
    "shares": lambda: share_and_influence(TOKENS, SHARES, 0.1, INFLUENCE),
    "long shares": lambda: share_and_influence(LONG, [0.1] * 9, 0.1, [5] * 9, ("of another sentence", 15.0)),
    "story": lambda: unit_story(
        {"woman": [0.5] * 9, "man": [0.5] * 9}, LONG, dict.fromkeys(("woman", "man"), [0.1] * 9)
    ),
    "story at the rim": lambda: unit_story(
        {"woman": [1.0] * 4, "man": [0.95] * 4}, TOKENS, {"woman": SHARES, "man": SHARES}
    ),
    "dots": lambda: share_dots(
        {title: {"untrained encoder, all units": [0.0, 1.0], "one unit": [1.0]} for title in ("known nouns", "others")},
        {title: {"untrained encoder, all units": (0, 1), "one unit": (1, 1)} for title in ("known nouns", "others")},
        "share right",
        0.5,
    ),
    "map": lambda: map_points(np.eye(6)[:, :2] * 9, ["question", "please", "she", "we", "i", "i"], [0.1, 0.1]),
}


@pytest.mark.parametrize("name", PICTURES)
def test_all_text_is_inside_large_enough_and_the_png_is_made(name):
    picture = PICTURES[name]()
    for text in all_texts(picture):
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= picture.bbox.x1 and box.y0 >= 0 and box.y1 <= picture.bbox.y1, text
        assert text.get_fontsize() >= 11, text
    assert picture.png().startswith(b"\x89PNG")
    assert picture.alt.startswith(picture.words) and len(picture.alt) > len(picture.words)
    assert name == "dots" or all(ax.get_ylabel() for ax in picture.axes)  # its rows are named


# --- heatmaps


def drawn(ax):
    return np.asarray(ax.collections[0].get_array()).reshape(6, 4)


def rows(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_heatmaps_draw_states_and_gates_on_their_own_fixed_colours():
    picture = unit_heatmaps({"state h": STATES, "update gate": GATES}, TOKENS, UNITS)
    state, gate, *_ = picture.axes  # the colour bars follow
    for ax, values, limits, colours in ((state, STATES, (-1, 1), "RdBu_r"), (gate, GATES, (0, 1), "cividis")):
        np.testing.assert_allclose(drawn(ax), values.T.numpy())
        assert ax.collections[0].get_clim() == limits and ax.collections[0].get_cmap().name == colours
        numbers = [float(text.get_text()) for text in ax.texts]
        np.testing.assert_allclose(numbers, values.T.flatten().numpy(), atol=0.051)
        assert rows(ax) == [str(unit) for unit in UNITS] and ax.get_ylabel() == "unit"
    assert state.get_ylim() == (6, 0)  # the lowest final value on top
    assert [text.get_text() for text in picture.texts] == ["state h", "update gate"]
    assert labels(gate) == TOKENS and not labels(state) and gate.get_xlabel() == "step (token read)"
    assert list(gate.get_xticks()) == [0.5, 1.5, 2.5, 3.5]
    assert "mean of update gate at 'i'm' 0.15" in picture.alt and "mean size of state h at 'i'm' 0.70" in picture.alt
    assert picture.words == "6 units by 4 steps: state h, update gate; sentence: i'm home . <eos>"


def test_heatmaps_sort_all_panels_by_the_first_ones_final_values():
    shuffled = [4, 0, 5, 2, 1, 3]
    panels = {"state h": STATES[:, shuffled], "update gate": GATES[:, shuffled]}
    picture = unit_heatmaps(panels, TOKENS, [UNITS[place] for place in shuffled])
    for ax, values in zip(picture.axes[:2], (STATES, GATES), strict=True):
        np.testing.assert_allclose(drawn(ax), values.T.numpy())
        assert rows(ax) == [str(unit) for unit in UNITS]


def test_a_nought_in_a_heatmap_has_no_sign():
    picture = unit_heatmaps({"state h": torch.full((4, 6), -0.01)}, TOKENS, UNITS)
    assert {text.get_text() for text in picture.axes[0].texts} == {"0.0"}


@pytest.mark.parametrize(
    ("panels", "units"),
    [
        ({}, UNITS),
        ({"a": STATES, "b": STATES[:3]}, UNITS),
        ({"a": STATES.T}, UNITS),
        ({name: STATES for name in "abcd"}, UNITS),
        ({"a": STATES}, UNITS[1:]),
    ],
)
def test_heatmaps_refuse(panels, units):
    with pytest.raises(ValueError, match="expected one to three"):
        unit_heatmaps(panels, TOKENS, units)


# --- shares and influence


def test_share_and_influence():
    picture = share_and_influence(TOKENS, SHARES, 0.1, INFLUENCE)
    above, below = picture.axes
    blue, grey, orange = map(to_rgb, (BLUE, GREY, ORANGE))
    assert bars(above) == [(0, 0.1, grey), (1, 0.1, blue), (2, 0.5, blue), (3, 0.1, blue), (4, 0.2, blue)]
    assert bars(below) == [(1, 4.0, orange), (2, 9.0, orange), (3, 1.0, orange), (4, 0.0, orange)]
    assert above.get_ylim() == (0, 1) and below.get_ylim()[0] == 0 and above.get_xlim() == below.get_xlim()
    assert labels(below) == ["(start)", *TOKENS] and list(below.get_xticks()) == [0, 1, 2, 3, 4]
    assert "start 0.10, 'i'm' 0.10, 'home' 0.50" in picture.alt and "influence: 'i'm' 4.0, 'home' 9.0" in picture.alt
    assert below.get_ylabel() == "influence\n(distance moved)" and not below.lines
    assert not any(digit in picture.words for digit in "0123456789")


@pytest.mark.parametrize("distance", [3.0, 15.0])
def test_a_scale_beside_the_influence(distance):
    picture = share_and_influence(TOKENS, SHARES, 0.1, INFLUENCE, ("to another", distance))
    below = picture.axes[1]
    (line,), (name,) = below.lines, below.texts
    assert list(line.get_ydata()) == [distance] * 2 and name.get_text() == "to another" and name.xy[1] == distance
    assert below.get_ylim()[0] == 0 and below.get_ylim()[1] > max(9, distance)
    assert picture.alt.endswith(f"; dashed, to another: {distance}")
    assert not any(digit in picture.words for digit in "0123456789")


@pytest.mark.parametrize(
    "wrong", [(SHARES, 0.3, INFLUENCE), (SHARES[:3], 0.3, INFLUENCE[:3]), (SHARES, 0.1, INFLUENCE[:3])]
)
def test_share_and_influence_refuse(wrong):
    with pytest.raises(ValueError, match="summing to 1"):
        share_and_influence(TOKENS, *wrong)


# --- one unit


def test_unit_story():
    values = {"woman": [0.1, 0.2, 0.3, 0.4], "man": [0.1, -0.2, -0.3, -0.4]}
    picture = unit_story(values, TOKENS, {"woman": SHARES, "man": SHARES[::-1]})
    above, below = picture.axes
    assert [list(line.get_ydata()) for line in above.lines] == [[0.1, 0.2, 0.3, 0.4], [0.1, -0.2, -0.3, -0.4]]
    assert [(t.get_text(), to_rgb(t.get_color()), round(t.xy[1], 6)) for t in above.texts] == [
        ("woman", to_rgb(BLUE), 0.4),
        ("man", to_rgb(ORANGE), -0.4),
    ]
    blue, orange = to_rgb(BLUE), to_rgb(ORANGE)
    beside = [(x - 0.2, share, blue) for x, share in enumerate(SHARES)]
    beside += [(x + 0.2, share, orange) for x, share in enumerate(SHARES[::-1])]
    assert bars(below) == beside and below.get_ylim() == (0, 1)
    assert below.get_ylabel() == "share of\nlast value"
    assert above.get_ylim() == (-1.05, 1.05) and above.get_xlim() == below.get_xlim() and labels(below) == TOKENS
    assert "man: 0.10, -0.20" in picture.alt and "-0.40, shares: 'i'm' 0.20, 'home' 0.10" in picture.alt
    (alone,) = {x for x, *_ in bars(unit_story({"a": [0.1]}, ["hi"], {"a": [0.9]}).axes[1])}
    assert alone == 0  # in the middle


def test_labels_of_lines_that_end_together_do_not_overlap():
    picture = unit_story({"woman": [0.5] * 4, "man": [0.48] * 4}, TOKENS, {"woman": SHARES, "man": SHARES})
    picture.canvas.draw()
    high, low = (text.get_window_extent() for text in picture.axes[0].texts)
    assert low.y1 <= high.y0


@pytest.mark.parametrize(
    "wrong",
    [
        ({}, {}),
        ({"a": [0.1] * 3}, {"a": SHARES}),
        ({"a": [0.1] * 4}, {"a": SHARES[:3]}),
        ({"a": [0.1] * 4}, {"b": SHARES}),
        ({name: [0.1] * 4 for name in "abc"}, dict.fromkeys("abc", SHARES)),
    ],
)
def test_unit_story_refuses(wrong):
    with pytest.raises(ValueError, match="expected one or two lines"):
        unit_story(wrong[0], TOKENS, wrong[1])


# --- shares as dots


def test_share_dots():
    panels = {"known": {"one": [0.8, 0.9, 1.0], "all": [1.0]}, "others": {"one": [0.2, 0.4], "all": [0.5]}}
    ends = {"known": {"one": (0.85, 0.95), "all": (1, 1)}, "others": {"one": (0.2, 0.4), "all": (0.5, 0.5)}}
    picture = share_dots(panels, ends, "share right", 0.5)
    known, others = picture.axes
    for ax, title in ((known, "known"), (others, "others")):
        for y, (way, dots) in enumerate(zip(panels[title], ax.collections, strict=True)):
            x, heights = np.asarray(dots.get_offsets()).T
            assert x.tolist() == panels[title][way] and (abs(heights - y) < 0.5).all()
            interval, mean = ax.lines[2 * y : 2 * y + 2]
            assert tuple(interval.get_xdata()) == ends[title][way] and tuple(interval.get_ydata()) == (y, y)
            assert mean.get_xdata() == pytest.approx([np.mean(panels[title][way])])
        assert list(ax.lines[-1].get_xdata()) == [0.5, 0.5]
        assert ax.get_xlim() == (0, 1) and ax.get_ylim() == (1.5, -0.5) and ax.get_xlabel() == "share right"
    assert rows(known) == ["one", "all"] and [text.get_text() for text in picture.texts] == ["known", "others"]
    assert "; known, one: 90% (85% to 95%); known, all: 100%" in picture.alt
    assert not any(digit in picture.words for digit in "0123456789")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"a": {}},
        {"a": {"x": [0.5]}, "b": {"y": [0.5]}},
        {name: {"x": [0.5]} for name in "abc"},
        {"a": {"x": [1.2]}},
        {"a": {"x": [-0.1]}},
    ],
)
def test_share_dots_refuse(wrong):
    with pytest.raises(ValueError, match="panels: expected"):
        share_dots(wrong, {title: dict.fromkeys(ways, (0, 1)) for title, ways in wrong.items()}, "share")


# --- map


def test_map_points():
    points = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [-2.0, -1.0]])
    picture = map_points(points, ["she", "we", "she", "i"], [0.125, 0.0625])
    (ax,) = picture.axes
    offsets = [np.asarray(dots.get_offsets()).tolist() for dots in ax.collections]
    assert offsets == [[[0, 1], [4, 5]], [[2, 3]], [[-2, -1]]]
    assert len({tuple(dots.get_facecolor()[0][:3]) for dots in ax.collections}) == 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["she", "we", "i"]
    assert ax.get_xlabel() == "axis 1 (12% of the variance)" and ax.get_ylabel() == "axis 2 (6% of the variance)"
    assert ax.get_aspect() == 1  # a distance is the same length in every direction
    assert picture.words == "Map of 4 states in two dimensions, by kind: she, we, i"
    assert "she (2.0, 3.0)" in picture.alt and "12% and 6% of the variance" in picture.alt


@pytest.mark.parametrize("wrong", [(np.zeros((3, 2)), "ab"), (np.zeros((2, 3)), "ab"), (np.zeros((6, 2)), "abcdef")])
def test_map_points_refuse(wrong):
    with pytest.raises(ValueError, match="one to five different"):
        map_points(*wrong, [0.1, 0.1])
