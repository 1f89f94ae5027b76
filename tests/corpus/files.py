"""The corpora's files as the tests read them."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DATA = ROOT / "seq2seq_lessons" / "data"
REFERENCES = DATA / "eng-fra.references.tsv"
NAMES = {"lessons": "eng-fra", "lessons-long": "eng-fra-long"}


class Row(NamedTuple):
    """A line of a corpus; kind is "grammar" (drawn by the script) or "hand"."""

    english: str
    french: str
    kind: str


def path(name: str) -> Path:
    return DATA / f"{NAMES[name]}.tsv"


@cache
def rows(name: str) -> list[Row]:
    return [Row(*line.split("\t")) for line in path(name).read_text(encoding="utf-8").splitlines()]


@cache
def references() -> list[Row]:
    """More translations of held-out sentences written by hand, which are in `load_splits` only."""
    lines = REFERENCES.read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t"), "hand") for line in lines]


@cache
def held_out(name: str) -> dict[str, str]:
    """The set of each held-out source."""
    lines = (DATA / f"{NAMES[name]}.splits.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


@cache
def train(name: str) -> list[Row]:
    return [row for row in rows(name) if row.english not in held_out(name)]


@cache
def french(name: str) -> list[str]:
    """The different French sentences."""
    return sorted({row.french for row in rows(name)})
