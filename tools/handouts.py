"""A page to print for each lesson, with its questions and no answer: `python -m tools.handouts` writes docs/printed.

All of it comes from the notebooks, and a test compares.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from tools.notebooks import ROOT, find, write_text

FOLDER = ROOT / "docs" / "printed"
MARKER = re.compile(r"\*\*(?:Predict|Exercise)\b")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\([^)]*\)")
ITEM = re.compile(r"(?:exercise|prediction)-")
NAME = "Name: " + r"\_" * 30


def page(cells: list[dict]) -> str:
    """A lesson's page: its title, promise and goals, the machine, its questions, and room for a summary."""
    title, *_ = (_source(cell) for cell in cells if cell["cell_type"] == "markdown")
    goals = next((i for i, text in enumerate(title.split("\n\n")) if text.startswith("- ")), 0)
    parts = [*title.split("\n\n")[: goals + 1], NAME, "![The machine](../machine.png)"]
    for number, (question, code) in enumerate(_questions(cells), 1):
        parts += [f"## Question {number}", question, _room(code)]
    parts += ["## In three sentences of your own", _room("")]
    after = [text for cell in cells[-2:] for text in _source(cell).split("\n\n") if re.match(r"\**Next\b", text)]
    text = LINK.sub(r"\1", "\n\n".join([*parts, *after]))
    return text.replace("```python\n", "```\n") + "\n"  # code with gaps is none: ruff would take out its blank lines


def _questions(cells: list[dict]) -> Iterator[tuple[str, str]]:
    """Each question's words, and the code of its cell with gaps ("" if it has none)."""
    asked: list[str] = []  # since a paragraph that asks
    before = ""
    for cell in cells:
        text = _source(cell)
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown":
            found = _from_the_marker(text)
            if asked and (found or text.startswith("#")):
                yield "\n\n".join(asked), ""
                asked = []
            if found or asked:
                asked.append(found or text)
            before = re.sub(r"^#+ .*\n+", "", text)
        elif any(map(ITEM.match, tags)):
            yield "\n\n".join(asked or [before]), _with_gaps(text)
            asked = []
        elif asked and "reveal" in tags:
            yield "\n\n".join(asked), ""
            asked = []
        elif asked:
            asked.append(f"```\n{text}\n```")


def _from_the_marker(text: str) -> str:
    """What a cell's text asks: what stands above may tell the answer to the question before."""
    paragraphs = text.split("\n\n")
    start = next((i for i, paragraph in enumerate(paragraphs) if MARKER.search(paragraph)), len(paragraphs))
    return "\n\n".join(paragraphs[start:])


def _with_gaps(code: str) -> str:
    """A cell's code with gaps in the places to fill, without the checker's call where it has no gap."""
    kept = [line.split("  # your code here")[0] for line in code.splitlines()]
    kept = [line for line in kept if "None" in line or not line.startswith("check(")]
    gaps = [line if re.match(r" *def ", line) else re.sub(r"\bNone\b", "____", line) for line in kept]
    return "\n".join(gaps).rstrip()


def _room(code: str) -> str:
    """A box with the code to complete, and lines to write on where more than its gaps is to be filled."""
    num_lines = 8 if re.search(r"^(?:def|class) ", code, re.M) else 0 if code else 4
    return "```\n" + (f"{code}\n" if code else "") + "\n" * num_lines + "```"


def _source(cell: dict) -> str:
    return "".join(cell["source"])


def pages() -> dict[Path, str]:
    """Every lesson's page, by its file."""
    lessons = ((path, json.loads(path.read_text(encoding="utf-8"))["cells"]) for path in find([]))
    return {FOLDER / f"{path.stem}.md": page(cells) for path, cells in lessons}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path, text in pages().items():
        write_text(text, path)
