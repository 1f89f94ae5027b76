"""Letters that matplotlib's own font lacks: drawn in a font of this machine that has them, or said once."""

import warnings

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib.font_manager import FontEntry, fontManager

from seq2seq_lessons import plots
from seq2seq_lessons.plots import style

STATES = np.zeros((3, 4))
WORDS = ["\u4f60", "\u597d", "caf\u00e9"]  # Chinese: you, good


@pytest.fixture(autouse=True)
def fonts(monkeypatch):
    """The fonts of a machine that has matplotlib's only; one can be added."""
    monkeypatch.setattr(style, "FONTS", {})
    own = [font for font in fontManager.ttflist if "matplotlib" in font.fname]
    monkeypatch.setattr(fontManager, "ttflist", own)
    fontManager._findfont_cached.cache_clear()
    yield own
    fontManager._findfont_cached.cache_clear()


def make_font(path, letters: str) -> FontEntry:
    """A font in which each of these letters is a filled square."""
    pen = TTGlyphPen(None)
    for number, at in enumerate([(0, 0), (0, 900), (900, 900), (900, 0)]):
        (pen.lineTo if number else pen.moveTo)(at)
    pen.closePath()
    names = [".notdef", "square"]
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): "square" for letter in letters})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "square": pen.glyph()})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return FontEntry(fname=str(path), name="Squares", style="normal", variant="normal", weight=400)


def drawn() -> tuple[bytes, list[str]]:
    """A picture over these words, and what was said when it was drawn."""
    with warnings.catch_warnings(record=True, action="always") as caught:
        png = plots.state_heatmap(STATES, WORDS).png()
        assert plots.state_heatmap(STATES, WORDS).png() == png
    return png, [str(warning.message) for warning in caught]


def test_a_font_that_has_them_is_used_without_a_word(fonts, tmp_path):
    boxes, _ = drawn()
    style.FONTS.clear()
    fonts[:0] = [
        make_font(tmp_path / "squares.ttf", WORDS[0] + WORDS[1]),
        FontEntry(str(tmp_path / "gone.ttf"), "Gone"),
    ]
    squares, said = drawn()
    assert said == [] and squares != boxes


def test_without_one_a_single_warning_names_the_script():
    _, (said,) = drawn()
    assert said.startswith(
        "no font here has CJK letters such as '\u4f60', and pictures show boxes for them: install one"
    )


def test_letters_that_the_own_font_has_are_left_to_it():
    picture = plots.state_heatmap(STATES, ["caf\u00e9", "\u042f", "\u03b1"])
    before = [text.get_fontfamily() for text in picture.findobj(style.Text)]
    picture.png()
    assert [text.get_fontfamily() for text in picture.findobj(style.Text)] == before
