"""The pictures of one unit's gates: lines, bars and labels follow the data; bad input is refused."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from seq2seq_lessons.plots.gates import MAX_NUMBERS, UnitLines, gate_lines, map_paths, written_bars
from seq2seq_lessons.plots.style import BLUE, GREY, ORANGE

TOKENS = ["she", "isn't", "tired", "."]
RNG = np.random.default_rng(0)


def run(name, units=3, steps=4) -> UnitLines:
    gates = RNG.uniform(0, 1, (2, steps, units))
    return UnitLines(name, *gates, RNG.uniform(-1, 1, (steps, units)), RNG.uniform(-1, 1, (steps + 1, units)))


RUNS = [run("free"), run("z = 1"), run("r = 0")]


def draw(runs=RUNS, tokens=TOKENS):
    return gate_lines(runs, tokens, words="words")


def line(ax, label):
    """The line of a label's colour."""
    text = next(text for text in ax.texts if text.get_text() == label)
    return next(line for line in ax.lines if line.get_color() == text.get_color())


@pytest.mark.parametrize("unit, number, step", [(0, 0, 1), (2, 0, 4), (1, 1, 2), (2, 2, 3)])
def test_every_line_is_its_units_and_its_runs(unit, number, step):
    picture = draw().show((unit, number, step))
    gates, values = picture.axes
    drawn = RUNS[number]
    for ax, label, expected, first in (
        (gates, "z, update", drawn.update, 1),
        (gates, "r, reset", drawn.reset, 1),
        (values, "n, candidate", drawn.candidate, 1),
        (values, "h, state", drawn.states, 0),
        (values, "h, if free", RUNS[0].states, 0),
    ):
        x, y = line(ax, label).get_data()
        assert list(x) == list(range(first, 5)) and np.array_equal(y, expected[:, unit])
    assert line(values, "h, if free").get_visible() == (number > 0)
    assert gates.get_ylim() == (-0.06, 1.06) and values.get_ylim() == (-1.12, 1.12)
    for ax in picture.axes:
        assert ax.patches[0].get_x() + ax.patches[0].get_width() / 2 == pytest.approx(step)
    assert [tick.get_text() for tick in values.get_xticklabels()] == ["(start)", *TOKENS]
    assert values.get_xlabel() == "step (token read)"  # as in the pictures that do not move
    z = ", ".join(f"{value:.2f}" for value in drawn.update[:, unit])
    assert picture.alt.startswith(f"words; unit {unit}, {drawn.name}; z: {z}; r: ")
    assert picture.alt.endswith(f"marked: step {step} '{TOKENS[step - 1]}'")


@pytest.mark.parametrize("end", [-1, 0, 1])
def test_labels_neither_overlap_nor_leave_the_picture(end):
    same = replace(
        RUNS[0],
        reset=np.full((4, 3), abs(end)),
        update=np.full((4, 3), abs(end)),
        candidate=np.full((4, 3), end),
        states=np.full((5, 3), end),
    )
    picture = draw([same, same])
    for number in (0, 1):
        picture.show((0, number, 1)).png()
        boxes = [text.get_window_extent() for ax in picture.axes for text in ax.texts if text.get_visible()]
        assert len(boxes) == 4 + number
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
        for box in boxes:
            assert box.y0 >= 0 and box.y1 <= picture.bbox.y1 and box.x1 <= picture.bbox.x1


@pytest.mark.parametrize(
    "sentence", ["I'm home", "the little cat is not very happy today in the garden", "of the " * 13]
)
@pytest.mark.parametrize("kind", ["lines", "bars"])
def test_words_below_the_axes_do_not_overlap_and_stay_in_the_picture(sentence, kind):
    tokens = sentence.split()
    steps = len(tokens)
    picture = draw([run("free", steps=steps)], tokens) if kind == "lines" else bars(steps=steps, tokens=tokens)
    picture.png()
    labels = picture.axes[1].get_xticklabels()
    turn = labels[0].get_rotation()
    if turn != 30:  # boxes of slanted words overlap where the words do not
        boxes = [label.get_window_extent() for label in labels]
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    name = picture.axes[1].xaxis.label.get_window_extent()
    assert min(label.get_window_extent().y0 for label in labels) > name.y1 - 2 and name.y0 >= 0


def test_moving_leaves_the_rest_as_it_was():
    picture = draw()
    first = picture.show((0, 0, 1)).png()
    assert picture.show((1, 2, 3)).png() != first
    assert picture.show((0, 0, 1)).png() == first
    assert draw(RUNS[:1]).css_size == picture.css_size


@pytest.mark.parametrize("at", [(3, 0, 1), (-1, 0, 1), (0, 3, 1), (0, 0, 0), (0, 0, 5)])
def test_gate_lines_has_no_such_position(at):
    with pytest.raises(ValueError, match="expected a unit from 0 to 2, a run from 0 to 2 and a step from 1 to 4"):
        draw().show(at)


@pytest.mark.parametrize(
    "wrong",
    [
        {"runs": []},
        {"tokens": TOKENS[:3]},
        {"runs": [RUNS[0], replace(RUNS[1], states=RUNS[1].states[1:])]},
        {"runs": [RUNS[0], replace(RUNS[1], reset=RUNS[1].reset[:, :2])]},
    ],
)
def test_gate_lines_refuses(wrong):
    with pytest.raises(ValueError, match="expected"):
        draw(**wrong)


SHARES = np.array([[0.1, 0.0], [0.2, 0.0], [0.3, 1.0], [0.4, 0.0], [0.0, 0.0]])
MOVES = np.array([[0.5, 1.25], [0.0, 2.0], [1.0, 0.0], [1.5, 0.5]])


def bars(shares=SHARES, moves=MOVES, tokens=TOKENS, steps=None):
    if steps:
        shares, moves = np.full((steps + 1, 1), 1 / (steps + 1)), np.full((steps, 1), 1.0)
    return written_bars(shares, moves, tokens, limit=2, influence_name="influence", words="words")


@pytest.mark.parametrize("unit", [0, 1])
def test_every_bar_is_its_units(unit):
    picture = bars().show(unit)
    above, below = picture.axes
    assert [bar.get_height() for bar in above.patches] == list(SHARES[:, unit])
    assert [bar.get_height() for bar in below.patches] == list(MOVES[:, unit])
    for ax, first in ((above, 0), (below, 1)):
        assert [bar.get_x() + bar.get_width() / 2 for bar in ax.patches] == pytest.approx(list(range(first, 5)))
        assert [text.get_position() for text in ax.texts] == [
            (at, bar.get_height()) for at, bar in enumerate(ax.patches, first)
        ]
    assert [text.get_text() for text in above.texts] == [f"{share:.0%}" for share in SHARES[:, unit]]
    assert [text.get_text() for text in below.texts] == [f"{move:.1f}" for move in MOVES[:, unit]]
    assert [bar.get_facecolor()[:3] for bar in above.patches] == [to_rgb(GREY), *[to_rgb(BLUE)] * 4]
    assert {bar.get_facecolor()[:3] for bar in below.patches} == {to_rgb(ORANGE)}
    assert above.get_ylim() == (0, 1) and below.get_ylim() == (0, 2)
    assert [tick.get_text() for tick in below.get_xticklabels()] == ["(start)", *TOKENS]
    assert above.get_xlim() == below.get_xlim()
    assert picture.alt.startswith(f"words; shares: start {SHARES[0, unit]:.0%}, 'she' {SHARES[1, unit]:.0%}, ")
    assert picture.alt.endswith(f"'tired' {MOVES[2, unit]:.2f}, '.' {MOVES[3, unit]:.2f}")


def test_numbers_above_full_bars_stay_in_the_picture_and_side_by_side():
    picture = bars().show(1)
    picture.png()
    assert max(text.get_window_extent().y1 for text in picture.axes[0].texts) <= picture.bbox.y1
    assert max(t.get_window_extent().y1 for t in picture.axes[1].texts) < picture.axes[0].get_window_extent().y0
    for steps in (MAX_NUMBERS, MAX_NUMBERS + 1):
        picture = bars(steps=steps, tokens=["a"] * steps)
        picture.png()
        boxes = [text.get_window_extent() for text in picture.axes[0].texts if text.get_text()]
        assert len(boxes) == (steps + 1 if steps == MAX_NUMBERS else 0)
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


@pytest.mark.parametrize(
    "wrong", [{"tokens": TOKENS[:3]}, {"moves": MOVES[:, :1]}, {"shares": SHARES[1:]}, {"shares": SHARES * 0.99}]
)
def test_written_bars_refuses(wrong):
    with pytest.raises(ValueError, match="expected"):
        bars(**wrong)
    with pytest.raises(ValueError, match="unit 2: expected a whole number from 0 to 1"):
        bars().show(2)


POINTS = np.array([[0, 0], [4, 0], [0, 1], [2, 3], [1, 1], [3, 2], [4, 3]], dtype=float)
GROUPS = ["one", "one", "two", "two", "two", "one", "two"]
PATHS = [np.array([[1, 0], [2, 1], [6, 1]], dtype=float), np.array([[1, 0], [0, -1], [0, -2]], dtype=float)]
WORDS = [["she", "is", "."], ["she", "isn't", "."]]
NEAREST = [np.array([[0, 4], [5, 4], [1, 5]]), np.array([[0, 4], [0, 2], [0, 1]])]


def path_map(paths=PATHS, tokens=WORDS, nearest=NEAREST):
    return map_paths(POINTS, GROUPS, [0.5, 0.25], paths, tokens, nearest, words="words")


@pytest.mark.parametrize("number, step, k", [(0, 1, 0), (0, 3, 2), (1, 2, 1)])
def test_path_and_lines_go_where_they_should(number, step, k):
    picture = path_map().show((number, step, k))
    (ax,) = picture.axes
    *links, path, here = ax.lines
    place = PATHS[number][step - 1]
    assert np.array_equal(np.transpose(path.get_data()), PATHS[number][:step])
    assert np.array_equal(np.transpose(here.get_data()), [place])
    drawn = [np.transpose(link.get_data()) for link in links if link.get_visible()]
    assert len(drawn) == k
    for line, point in zip(drawn, NEAREST[number][step - 1], strict=False):
        assert np.array_equal(line, [place, POINTS[point]])
    (word,) = ax.texts
    assert word.get_text() == WORDS[number][step - 1] and word.xy == tuple(place)
    assert picture.words == "words" and picture.alt.startswith("words; Map of 7 states")
    kinds = ", ".join(GROUPS[point] for point in NEAREST[number][step - 1][:k])
    assert picture.alt.endswith(
        f"'{WORDS[number][step - 1]}' ({place[0]:.1f}, {place[1]:.1f}); lines to {k} points, of {kinds}"
    )


def test_the_map_holds_every_path_at_equal_scales_and_never_moves():
    picture = path_map()
    (ax,) = picture.axes
    before = [collection.get_offsets().tolist() for collection in ax.collections]
    seen = set()
    for at in [(0, 1, 0), (0, 3, 2), (1, 3, 2), (1, 1, 1)]:
        picture.show(at).png()
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        seen.add((left, right, low, high))
    assert len(seen) == 1 and [collection.get_offsets().tolist() for collection in ax.collections] == before
    x, y = np.concatenate([POINTS, *PATHS]).T
    assert left < x.min() and x.max() < right and low < y.min() and y.max() < high
    box = ax.get_window_extent()
    assert box.width / (right - left) == pytest.approx(box.height / (high - low))
    without = path_map()
    for artist in without._moving:
        artist.set_alpha(0)
        artist.set_visible(False)
    pixels = [np.asarray(p.canvas.buffer_rgba()) for p in (without, picture) if p.png()]
    changed = np.argwhere((pixels[0] != pixels[1]).any(axis=2))
    assert 0 < len(changed) < 0.05 * pixels[0][..., 0].size


def test_drawing_the_map_warns_of_nothing(caplog):
    path_map().png()
    assert caplog.records == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"paths": [], "tokens": [], "nearest": []},
        {"paths": [PATHS[0][:2], PATHS[1]]},
        {"tokens": [WORDS[0], WORDS[1][1:]]},
        {"nearest": [NEAREST[0][1:], NEAREST[1]]},
    ],
)
def test_map_paths_refuses(wrong):
    with pytest.raises(ValueError, match="expected one at least"):
        path_map(**wrong)


@pytest.mark.parametrize("at", [(2, 1, 1), (-1, 1, 1), (0, 0, 1), (0, 4, 1), (0, 1, 3)])
def test_map_paths_has_no_such_position(at):
    with pytest.raises(ValueError, match="expected a path from 0 to 1"):
        path_map().show(at)
