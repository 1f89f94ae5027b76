"""Bands stand where their inches say; words fit, keep apart and are named at the ends of lines."""

import pytest

from seq2seq_lessons.plots.bars import number_bars
from seq2seq_lessons.plots.cells import cell, ink_on, row_axes
from seq2seq_lessons.plots.labels import apart, fitted, label_places, percent, signed, text_width
from seq2seq_lessons.plots.layout import Band, colour_bar, inches, page, stack, write
from seq2seq_lessons.plots.style import BLUE, BLUE_TINT, INK, ORANGE, TICK_SIZE, WIDTH


def places(picture, ax):
    """Left, top, right and bottom of the axes in inches from the picture's top left corner."""
    width, height = picture.get_size_inches()
    box = ax.get_position()
    return pytest.approx((box.x0 * width, (1 - box.y1) * height, box.x1 * width, (1 - box.y0) * height), abs=0.02)


def test_bands_stand_below_one_another_and_columns_side_by_side():
    upper = Band(1.0, left=0.5, right=0.3, above=0.25, below=0.75)
    lower = Band(2.0, left=0.7, above=0.5, below=0.5, columns=(1.0, 1.5), gap=0.25)
    picture, (above, left, right) = stack(upper, lower, words="words")
    assert picture.get_size_inches() == pytest.approx((WIDTH, 5.0), abs=0.02) and picture.words == "words"
    assert places(picture, above) == (0.5, 0.25, WIDTH - 0.3, 1.25)
    assert places(picture, left) == (0.7, 2.5, 1.7, 4.5)
    assert places(picture, right) == (1.95, 2.5, 3.45, 4.5)
    assert inches(right) == pytest.approx((1.5, 2.0), abs=0.02)


def test_columns_by_their_number_are_of_one_width():
    picture, axes = stack(Band(1.0, left=0.5, right=0.2, columns=3, gap=0.4), words="words")
    widths = {round(inches(ax)[0], 2) for ax in axes}
    assert widths == {round((WIDTH - 0.5 - 0.2 - 0.8) / 3, 2)}
    assert axes[-1].get_position().x1 * WIDTH == pytest.approx(WIDTH - 0.2, abs=0.02)


def test_a_page_and_a_text_are_measured_from_the_top_left_corner():
    picture, ax = page(2.0, "words")
    text = write(picture, 1.0, 0.5, "x")
    picture.canvas.draw()
    box, corner = text.get_window_extent(), ax.transData.transform((1.0, 0.5))
    assert (box.x0, (box.y0 + box.y1) / 2) == pytest.approx(tuple(corner), abs=4)
    assert corner[1] == pytest.approx(0.75 * picture.bbox.height, abs=2)


def test_a_colour_bar_is_as_high_as_what_it_stands_beside():
    picture, axes = stack(*[Band(1.0, right=1.05)] * 2, words="words")
    image = axes[0].imshow([[0.0, 2.0]], aspect="auto")
    colour_bar(image, axes, "both")
    colour_bar(image, axes[:1], "half", share=0.5)
    both, half = (ax.get_position() for ax in picture.axes[2:])
    assert (both.y0, both.y1) == pytest.approx((axes[1].get_position().y0, axes[0].get_position().y1))
    box = axes[0].get_position()
    assert (half.y0, half.y1) == pytest.approx((box.y0 + box.height / 4, box.y1 - box.height / 4))
    assert box.x1 < both.x0 < both.x1 < 1
    assert list(picture.axes[2].get_yticks()) == [0, 1, 2]


@pytest.mark.parametrize(
    ("given", "moved"),
    [
        ([0.1, 0.9], [0.1, 0.9]),
        ([0.5, 0.5], [0.5, 0.7]),
        ([0.95, 0.9], [1.0, 0.8]),
        ([-1.0, 0.1, 2.0], [0.0, 0.2, 1.0]),
        ([0.9, 0.9, 0.9], [0.6, 0.8, 1.0]),
    ],
)
def test_apart_keeps_the_order_the_gap_and_the_ends(given, moved):
    assert apart(given, 0.2, 0.0, 1.0) == pytest.approx(moved)


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_labels_keep_their_distance_on_either_scale(scale):
    _, (ax,) = stack(Band(2.0), words="words")
    ax.set(yscale=scale, ylim=(0.001, 1.0))
    end, low, high = (ax.transData.transform((0, y))[1] for y in (0.05, *label_places(ax, [0.05, 0.05])))
    assert low == pytest.approx(end) and (high - low) / ax.figure.dpi == pytest.approx(0.225)


@pytest.mark.parametrize("token", ["a", "<eos>", "parapluies", "anticonstitutionnellement"])
@pytest.mark.parametrize("columns", [5, 9, 14])
def test_a_token_fits_into_its_cell(token, columns):
    picture, (ax,) = stack(Band(0.34), words="words")
    row_axes(ax, ["row"], columns)
    cell(ax, (1, 0), token, BLUE_TINT)
    picture.canvas.draw()
    assert ax.texts[0].get_window_extent().width <= ax.patches[0].get_window_extent().width
    assert ax.texts[0].get_fontsize() == fitted(token, inches(ax)[0] / columns) <= TICK_SIZE


def test_text_is_measured():
    assert text_width("iiii") < text_width("mmmm") / 2 and text_width(" ") == 0


def test_ink_reads_on_its_fill():
    assert {ink_on(fill) for fill in (BLUE, ORANGE, "black")} == {"white"}
    assert {ink_on(fill) for fill in (BLUE_TINT, "white")} == {INK}


@pytest.mark.parametrize(("value", "inside"), [(0.0, False), (0.5, False), (0.99, True), (1.0, True)])
def test_a_number_stands_in_its_bar_where_there_is_no_room_beside_it(value, inside):
    picture, (ax,) = stack(Band(0.4), words="words")
    ax.set_xlim(0, 1)
    number_bars(ax, [value], BLUE, percent)
    picture.canvas.draw()
    box, end = ax.texts[0].get_window_extent(), ax.transData.transform((value, 0))[0]
    assert (box.x1 <= end, box.x0 >= end) == (inside, not inside)
    assert box.x1 <= ax.bbox.x1 and ax.texts[0].get_color() == ("white" if inside else INK)


@pytest.mark.parametrize("share, words", [(0, "0%"), (0.001, "<1%"), (0.0049, "<1%"), (0.0051, "1%"), (1, "100%")])
def test_a_small_share_is_not_nothing(share, words):
    assert percent(share) == words


@pytest.mark.parametrize("value, words", [(-0.834, "−0.83"), (0.5, "0.50"), (-0.001, "0.00")])
def test_a_number_has_a_minus_sign_and_nought_has_none(value, words):
    assert signed(value) == words
