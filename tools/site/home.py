"""What is not a lesson: the X-ray of the home page, the glossary, the card and the map that other sites read."""

import io
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

from seq2seq_lessons.explorers.xray import page_state
from seq2seq_lessons.explorers.xray_still import picture_of
from seq2seq_lessons.plots.style import Picture, stored
from seq2seq_lessons.support.shared_models import lessons_translator
from tools.notebooks import NOTEBOOKS

from .explorers import Files, place_html, xray_file
from .lessons import picture

SENTENCE = "she bought a green dress ."
SHORT = "i'm home ."
SWITCHES = ("step", "sentence", "context", "force", "unit")
GLOSSARY = NOTEBOOKS / "00_start_here.ipynb"
CARD = (1200, 630)  # the size that messengers and networks show


class Term(NamedTuple):
    """A row of lesson 00's glossary."""

    word: str
    chinese: str
    meaning: str


def still_of(sentence: str) -> tuple[dict[str, Any], Picture]:
    """The X-ray of the lessons' translator at the end of a sentence: its traits, and its picture."""
    translator = lessons_translator(progress=False)
    state = page_state(translator, sentence, SWITCHES)
    vocabs = translator.source_vocab, translator.target_vocab
    return state, picture_of(translator.trace(sentence), state["places"], vocabs)


def xray(files: Files) -> str:
    """The X-ray at the head of the home page."""
    state, still = still_of(SENTENCE)
    image = picture(files.add(stored(still.png()), "png"), still.alt, still.css_size, base="", lazy=False)
    return place_html(image, "xray", xray_file(state, files))


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


def draw_card(path: Path) -> None:
    """The picture that stands beside a link to the site: the machine at work, on white."""
    _, still = still_of(SHORT)
    card = Image.new("RGB", CARD, "white")
    with Image.open(io.BytesIO(still.png())) as image:
        scale = min((side - 60) / own for side, own in zip(CARD, image.size, strict=True))
        small = image.convert("RGB").resize(
            (round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS
        )
    card.paste(small, tuple((side - own) // 2 for side, own in zip(CARD, small.size, strict=True)))
    card.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def write_sitemap(html: Path, address: str) -> None:
    """The list of pages that search engines read."""
    paths = sorted(path.relative_to(html).as_posix() for path in html.rglob("*.html"))
    places = "".join(f"<url><loc>{address}/{path}</loc></url>\n" for path in paths if path != "search.html")
    (html / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{places}</urlset>\n",
        encoding="utf-8",
    )
