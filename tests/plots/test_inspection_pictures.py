"""Lesson 12's pictures: what is drawn is the data, colours and axes are fixed, bad input is refused."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from seq2seq_lessons.plots.inspection import (
    PALE,
    map_points,
    probe_bars,
    share_and_influence,
    unit_heatmaps,
    unit_story,
)
from seq2seq_lessons.plots.style import BLUE, GREY, ORANGE

TOKENS = ["i'm", "home", ".", "<eos>"]
LONG = ["the", "woman", "behind", "the", "truck", "isn't", "happy", ".", "<eos>"]
STATES = torch.linspace(-0.9, 0.9, 24).reshape(4, 6)
GATES = torch.linspace(0.05, 0.95, 24).reshape(4, 6)
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
    "heatmaps": lambda: unit_heatmaps({"state h": np.zeros((9, 6)), "update gate": np.zeros((9, 6))}, LONG),
    "shares": lambda: share_and_influence(TOKENS, SHARES, 0.1, INFLUENCE),
    "long shares": lambda: share_and_influence(LONG, [0.1] * 9, 0.1, [5] * 9, ("of another sentence", 15.0)),
    "story": lambda: unit_story({"woman": [0.5] * 9, "man": [0.5] * 9}, LONG, [0.1] * 9),
    "story at the rim": lambda: unit_story({"woman": [1.0] * 4, "man": [0.95] * 4}, TOKENS, SHARES),
    "probes": lambda: probe_bars(
        {
            f: dict.fromkeys(
                ("trained, chosen on", "trained, unseen", "untrained, unseen", "labels shuffled, unseen"), 0.5
            )
            for f in ("a", "b", "question")
        }
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
    assert all(ax.get_ylabel() for ax in picture.axes)


# --- heatmaps


def test_heatmaps_draw_states_and_gates_on_their_own_fixed_colours():
    picture = unit_heatmaps({"state h": STATES, "update gate": GATES}, TOKENS)
    state, gate, *_ = picture.axes  # the colour bars follow
    for ax, values, limits, colours in ((state, STATES, (-1, 1), "RdBu_r"), (gate, GATES, (0, 1), "cividis")):
        mesh = ax.collections[0]
        np.testing.assert_allclose(np.asarray(mesh.get_array()).reshape(6, 4), values.T.numpy())
        assert mesh.get_clim() == limits and mesh.get_cmap().name == colours
    assert state.get_ylim() == (6, 0)  # the lowest final value on top
    assert (state.get_ylabel(), gate.get_ylabel()) == ("state h\n6 units, by\nfinal value", "update gate\nsame order")
    assert labels(gate) == TOKENS and not labels(state) and gate.get_xlabel() == "step (token read)"
    assert list(gate.get_xticks()) == [0.5, 1.5, 2.5, 3.5]
    assert not len(gate.get_yticks())  # a place in the order is no unit's number
    assert "mean of update gate at 'i'm' 0.15" in picture.alt and "mean size of state h at 'i'm' 0.70" in picture.alt
    assert picture.words == "Heatmaps of 6 units by 4 steps: state h, update gate; sentence: i'm home . <eos>"


def test_heatmaps_sort_all_panels_by_the_first_ones_final_values():
    shuffled = [4, 0, 5, 2, 1, 3]
    picture = unit_heatmaps({"state h": STATES[:, shuffled], "update gate": GATES[:, shuffled]}, TOKENS)
    for ax, values in zip(picture.axes[:2], (STATES, GATES), strict=True):
        np.testing.assert_allclose(np.asarray(ax.collections[0].get_array()).reshape(6, 4), values.T.numpy())


@pytest.mark.parametrize(
    "panels", [{}, {"a": STATES, "b": STATES[:3]}, {"a": STATES.T}, {name: STATES for name in "abcd"}]
)
def test_heatmaps_refuse(panels):
    with pytest.raises(ValueError, match="expected one to three"):
        unit_heatmaps(panels, TOKENS)


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
    picture = unit_story({"woman": [0.1, 0.2, 0.3, 0.4], "man": [0.1, -0.2, -0.3, -0.4]}, TOKENS, SHARES)
    above, below = picture.axes
    assert [list(line.get_ydata()) for line in above.lines] == [[0.1, 0.2, 0.3, 0.4], [0.1, -0.2, -0.3, -0.4]]
    assert [(t.get_text(), to_rgb(t.get_color()), round(t.xy[1], 6)) for t in above.texts] == [
        ("woman", to_rgb(BLUE), 0.4),
        ("man", to_rgb(ORANGE), -0.4),
    ]
    assert [height for _, height, _ in bars(below)] == SHARES and below.get_ylim() == (0, 1)
    assert below.get_ylabel() == "share of last\nvalue, woman"
    assert above.get_ylim() == (-1.05, 1.05) and above.get_xlim() == below.get_xlim() and labels(below) == TOKENS
    assert "man: 0.10, -0.20" in picture.alt and "shares: 'i'm' 0.10" in picture.alt


def test_labels_of_lines_that_end_together_do_not_overlap():
    picture = unit_story({"woman": [0.5] * 4, "man": [0.48] * 4}, TOKENS, SHARES)
    picture.canvas.draw()
    high, low = (text.get_window_extent() for text in picture.axes[0].texts)
    assert low.y1 <= high.y0


@pytest.mark.parametrize(
    "wrong",
    [
        ({}, SHARES),
        ({"a": [0.1] * 3}, SHARES),
        ({"a": [0.1] * 4}, SHARES[:3]),
        ({name: [0.1] * 4 for name in "abc"}, SHARES),
    ],
)
def test_unit_story_refuses(wrong):
    with pytest.raises(ValueError, match="expected one or two lines"):
        unit_story(wrong[0], TOKENS, wrong[1])


# --- probes


def test_probe_bars():
    picture = probe_bars({"negation": {"chosen on": 0.8, "unseen": 0.7}, "question": {"chosen on": 1.0, "unseen": 0.9}})
    (ax,) = picture.axes
    pale, blue = to_rgb(PALE), to_rgb(BLUE)
    drawn = sorted(bars(ax))
    assert [(height, colour) for _, height, colour in drawn] == [(0.8, pale), (0.7, blue), (1.0, pale), (0.9, blue)]
    assert [round(x) for x, *_ in drawn] == [0, 0, 1, 1] and labels(ax) == ["negation", "question"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["chosen on", "unseen"]
    assert list(ax.lines[0].get_ydata()) == [0.5, 0.5] and ax.texts[0].get_text() == "base rate"
    assert ax.get_ylim() == (0, 1)
    assert picture.alt.endswith(
        "base rate 0.50; negation: chosen on 0.80, unseen 0.70; question: chosen on 1.00, unseen 0.90"
    )
    assert list(probe_bars({"a": {"x": 0.9}}, base_rate=0.8).axes[0].lines[0].get_ydata()) == [0.8, 0.8]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"a": {}},
        {"a": {"x": 0.5}, "b": {"y": 0.5}},
        {"a": {"x": 1.2}},
        {"a": {"x": -0.1}},
        {"a": dict.fromkeys("vwxyz", 0.5)},
    ],
)
def test_probe_bars_refuse(wrong):
    with pytest.raises(ValueError, match="accuracy: expected"):
        probe_bars(wrong)


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
