"""How long a lesson takes, by one rule for all of them: `python -m tools.minutes [NN ...]`.

Reading: 200 words a minute, and a minute a code cell, over the cells tagged `core`, rounded up to five minutes. Five
minutes an exercise, said apart. A lesson's first cell says both: "**35 minutes**, and 15 for the 3 exercises".
"""

import json
import math
import re
import sys

from tools.notebooks import find

WORDS_A_MINUTE = 200
MINUTES_A_CELL = 1
MINUTES_AN_EXERCISE = 5
NOT_PROSE = re.compile(r"<details>(?s:.*?)</details>|^\|.*\|$", re.M)  # solutions; tables, as the glossary


def reading(cells: list[dict]) -> int:
    """Minutes for the core path without its exercises."""
    core = [cell for cell in cells if "core" in cell["metadata"]["tags"]]
    words = sum(len(NOT_PROSE.sub("", "".join(cell["source"])).split()) for cell in core if cell["cell_type"] != "code")
    stops = sum(cell["cell_type"] == "code" and not _has_tag(cell, "exercise-") for cell in core)
    stops -= sum("colab" in cell["metadata"]["tags"] for cell in core)
    return math.ceil((words / WORDS_A_MINUTE + stops * MINUTES_A_CELL) / 5) * 5


def exercises(cells: list[dict]) -> int:
    """How many exercises a lesson has."""
    return sum(_has_tag(cell, "exercise-") for cell in cells)


def stated(cells: list[dict]) -> str:
    """What the lesson's first cell has to say."""
    number = exercises(cells)
    which = f"{number} exercises" if number > 1 else "exercise"
    practice = f", and {number * MINUTES_AN_EXERCISE} for the {which}" if number else ""
    return f"**{reading(cells)} minutes**{practice}"


def _has_tag(cell: dict, start: str) -> bool:
    return any(tag.startswith(start) for tag in cell["metadata"]["tags"])


if __name__ == "__main__":
    for path in find(sys.argv[1:]):
        print(path.stem, stated(json.loads(path.read_text(encoding="utf-8"))["cells"]))
