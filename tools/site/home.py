"""What is not a lesson: the X-ray of the home page, the glossary, the card and the map that other sites read."""

import io
import json
import re
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from seq2seq_lessons.explorers.xray import page_state
from seq2seq_lessons.explorers.xray_still import picture_of
from seq2seq_lessons.plots.style import stored
from seq2seq_lessons.support.shared_models import lessons_translator
from tools.notebooks import NOTEBOOKS

from .explorers import Files, xray_html
from .lessons import picture

SENTENCE = "where are my keys ?"
SHORT = "i'm home ."
SWITCHES = ("step", "sentence", "context", "force", "unit")
GLOSSARY = NOTEBOOKS / "00_start_here.ipynb"
CARD, MARGIN = (1200, 630), 30  # the size that messengers and networks show


class Term(NamedTuple):
    """A row of lesson 00's glossary."""

    word: str
    chinese: str
    meaning: str


def front(files: Files, card: Path) -> str:
    """The X-ray at the head of the home page; draws the card that stands beside a link to the site, too."""
    translator = lessons_translator(progress=False)
    state = page_state(translator, SENTENCE, SWITCHES)
    vocabs = translator.source_vocab, translator.target_vocab
    still, short = (picture_of(translator.trace(text), state["places"], vocabs) for text in (SENTENCE, SHORT))
    draw_card(short.png(), card)
    image = picture(files.add(stored(still.png()), "png"), still.alt, still.css_size, base="", lazy=False)
    return xray_html(image, state, files, is_first=True)


def draw_card(png: bytes, path: Path) -> None:
    """A picture as large as it fits, on white."""
    card = Image.new("RGB", CARD, "white")
    with Image.open(io.BytesIO(png)) as image:
        scale = min((side - 2 * MARGIN) / own for side, own in zip(CARD, image.size, strict=True))
        size = round(image.width * scale), round(image.height * scale)
        small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    card.paste(small, ((CARD[0] - size[0]) // 2, (CARD[1] - size[1]) // 2))
    card.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def terms() -> list[Term]:
    """The glossary at the end of lesson 00."""
    cells = ("".join(cell["source"]) for cell in json.loads(GLOSSARY.read_text(encoding="utf-8"))["cells"])
    table = next(cell for cell in cells if cell.startswith("## Glossary"))
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+) \|$", table, re.M)
    return [Term(*row) for row in rows[1:]]  # the first has the names of the columns


def glossary(terms: list[Term]) -> str:
    """The entries of Sphinx's glossary, in the order of the alphabet."""
    entry = '{0.word}\n  <span lang="zh">{0.chinese}</span> · {0.meaning}\n'
    return "\n".join(entry.format(term) for term in sorted(terms, key=lambda term: term.word.lower()))


def write_sitemap(html: Path, address: str) -> None:
    """The list of pages that search engines read."""
    paths = sorted(path.relative_to(html).as_posix() for path in html.rglob("*.html"))
    places = "".join(f"<url><loc>{address}/{path}</loc></url>\n" for path in paths if path != "search.html")
    (html / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{places}</urlset>\n",
        encoding="utf-8",
    )
