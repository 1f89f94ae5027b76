"""What is fed back where: the words, the colours and the arrows follow what is fed."""

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from seq2seq_lessons.plots.feedback import fed_back
from seq2seq_lessons.plots.style import BLUE, BLUE_TINT, GREEN, ORANGE, ORANGE_TINT

DUE, SAID = ["elle", "lit", "un"], ["elle", "vend", "un"]


def test_each_token_is_fed_where_its_arrow_ends():
    picture = fed_back(DUE, SAID, {"gold": [True] * 3, "own": [False] * 3, "coin": [True, False, True]})
    assert picture.words == "What is fed back where: gold; own; coin"
    assert "; gold: must say elle lit un; is fed <bos> elle (gold) lit (gold); says elle vend un" in picture.alt
    assert "; own: must say elle lit un; is fed <bos> elle (own) vend (own); says elle vend un" in picture.alt
    assert "; coin: must say elle lit un; is fed <bos> elle (own) lit (gold); says elle vend un" in picture.alt
    (ax,) = picture.axes
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    for colour, number, falls in ((BLUE, 3, True), (ORANGE, 3, False)):  # two of a panel, and one of the coin's each
        own = [arrow for arrow in arrows if to_rgb(arrow.get_edgecolor()) == to_rgb(colour)]
        ways = [arrow.get_path().vertices for arrow in own]  # with the head, whose tip is farthest to the right
        tips = [way[way[:, 0].argmax()] for way in ways]
        assert len(own) == number
        assert all((tip[1] > way[0][1]) == falls for tip, way in zip(tips, ways, strict=True))
    fills = [to_rgb(patch.get_facecolor()) for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    assert [fills.count(to_rgb(colour)) for colour in (GREEN, BLUE_TINT, ORANGE_TINT)] == [3, 3, 3]
    assert picture.png().startswith(b"\x89PNG")


def test_panels_and_texts_lie_within_the_picture():
    picture = fed_back(DUE * 2, SAID * 2, {"gold": [True] * 6, "own": [False] * 6})
    picture.canvas.draw()
    assert all(
        picture.bbox.contains(*corner)
        for text in picture.axes[0].texts
        for corner in text.get_window_extent().corners()
    )


@pytest.mark.parametrize(
    "due, said, panels",
    [
        (DUE, SAID, {}),
        ([], [], {"gold": []}),
        (DUE, SAID[:2], {"gold": [True] * 3}),
        (DUE, SAID, {"gold": [True] * 2}),
        (["a"] * 7, ["a"] * 7, {"gold": [True] * 7}),
    ],
)
def test_fed_back_refuses(due, said, panels):
    with pytest.raises(ValueError, match="one to six steps"):
        fed_back(due, said, panels)
