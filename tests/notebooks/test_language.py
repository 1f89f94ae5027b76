"""English spelling, and links: in the lessons, the README, the docs and the package's texts. Needs no network."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.notebooks.hygiene import source

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
FRENCH = ("fille", "filles", "fils", "rouge", "sais", "toi")  # words of the lessons' sentences
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)")


def text_of(path: Path) -> str:
    """The text that people wrote: a notebook's cells without their outputs, or the whole file."""
    text = path.read_text(encoding="utf-8")
    return "\n\n".join(source(cell) for cell in json.loads(text)["cells"]) if path.suffix == ".ipynb" else text


def misspelt(texts: dict[str, str], folder: Path) -> str:
    """What codespell says of them, a line for each word; nothing when all is well."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "codespell_lib", "--ignore-words-list", ",".join(FRENCH), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode in (0, 65) and not done.stderr, done.stderr
    return done.stdout


def test_english_is_spelt_right(tmp_path):
    code = [*(ROOT / "seq2seq_lessons").rglob("*.py"), *ROOT.glob("tools/*.py")]  # tools/corpus/ is full of French
    texts = {"-".join(path.relative_to(ROOT).parts): text_of(path) for path in [*NOTEBOOKS, *PAGES, *code]}
    assert misspelt(texts, tmp_path) == ""


def test_a_misspelt_word_is_found(tmp_path):
    assert "recieves ==> receives" in misspelt({"lesson.md": "The decoder recieves the state."}, tmp_path)


def broken_links(path: Path, text: str) -> list[str]:
    """Links to files that are not there, headings that are not there, and web addresses that cannot be right."""
    broken = []
    for link in LINK.findall(text):
        parts = urlsplit(link)
        if parts.scheme in ("http", "https"):
            if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.netloc):
                broken.append(f"{link}: no address of a web page")
        elif parts.scheme not in ("", "mailto"):
            broken.append(f"{link}: an unknown kind of link")
        elif parts.path and not (path.parent / unquote(parts.path)).exists():
            broken.append(f"{link}: no such file")
        elif parts.fragment:
            target = path.parent / unquote(parts.path) if parts.path else path
            if target.suffix == ".md" and parts.fragment not in anchors(target.read_text(encoding="utf-8")):
                broken.append(f"{link}: no such heading")
    return broken


def anchors(markdown: str) -> set[str]:
    """The names by which GitHub lets one link to the headings of a page."""
    headings = re.findall(r"^#+ +(.+?) *$", markdown, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES], ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    assert broken_links(path, text_of(path)) == []


@pytest.mark.parametrize("link", ["gone.md", "README.md#no-such-heading", "https://github", "htp://a.b", "a%20b.md"])
def test_a_broken_link_is_found(link):
    assert broken_links(ROOT / "README.md", f"see [this]({link}) and [that](LICENSE)")[0].startswith(link)


def test_a_right_link_is_not():
    assert broken_links(ROOT / "README.md", "[a](LICENSE) [b](CONTRIBUTING.md#checks) [c](https://d2l.ai)") == []
