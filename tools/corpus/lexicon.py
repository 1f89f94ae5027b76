"""The words of lexicon.txt as records, in classes of meaning; the file's head explains how it is written."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from tools.corpus.english import PRONOUNS
from tools.corpus.french import Adjective, Noun


@dataclass(frozen=True)
class Option:
    """One French reading of a person: "je" said by a woman is person 1, gender f, with its share."""

    fr: str
    person: int
    gender: str
    share: float

    @property
    def agreement(self) -> str:
        return self.gender + ("p" if self.person in (4, 6) else "s")  # vous is one person here


@dataclass(frozen=True, eq=False)
class Entry:
    """A line of the lexicon: a noun, an adjective, a person (with options), or a phrase on both sides."""

    en: str
    fr: str
    classes: frozenset[str]
    line: int  # of the file; an odd one lets a woman say "I" more often than a man
    noun: Noun | None = None
    counted: str = ""  # of a noun: "one" (un, une), "much" (du), "many" (des)
    adjective: Adjective | None = None
    options: tuple[Option, ...] = ()

    @property
    def is_pronoun(self) -> bool:
        return bool(self.options) and self.en in PRONOUNS


@dataclass(eq=False)
class Lexicon:
    """Entries by class, adjectives by their French, and the English verbs that no rule gives."""

    classes: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    adjectives: dict[str, Adjective] = field(default_factory=dict)
    english: dict[str, list[str]] = field(default_factory=dict)
    _weighted: dict[str, tuple[list[Entry], list[float]]] = field(default_factory=dict)

    def add(self, entry: Entry, shared: list[str]) -> None:
        for name in shared if entry.adjective else entry.classes:  # a noun's classes on an adjective: what it suits
            self.classes[name].append(entry)
        if entry.adjective:
            self.adjectives[entry.adjective.fr] = entry.adjective

    def weighted(self, name: str) -> tuple[list[Entry], list[float]]:
        """The entries of a class and their cumulated weights: people and things follow Zipf, the rare are left out."""
        if name in self._weighted:
            return self._weighted[name]
        entries = self.classes[name]
        steep = 1.2 if entries[0].options else 0.5 if entries[0].noun else 0.0
        weights = [(rank + 4) ** -steep if "rare" not in entry.classes else 0 for rank, entry in enumerate(entries)]
        self._weighted[name] = entries, list(accumulate(weights))
        return self._weighted[name]

    def entries(self) -> list[Entry]:
        """Every entry once, in the file's order."""
        return sorted({entry for entries in self.classes.values() for entry in entries}, key=lambda entry: entry.line)

    def noun(self, english: str, adjective: str) -> Entry:
        """The noun of which the adjective can be said, not one of the rare."""
        suits = [entry for entry in self.classes["adjective"] if entry.en == adjective]
        nouns = [entry for entry in self.entries() if entry.noun and entry.en == english]
        return next(entry for entry in nouns if any(adjective.classes & entry.classes for adjective in suits))


def read_lexicon(path: Path) -> Lexicon:
    """Read the file, section by section."""
    lexicon, kind, shared = Lexicon(), "", []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("[") and "]" in line:
            kind, *shared = line[1 : line.index("]")].split()
        elif line.strip() and not line.startswith("#"):
            if kind == "english":
                base, *forms = line.split()
                lexicon.english[base] = forms
                continue
            en, fr, *more = (part.strip() for part in line.split("|"))
            classes = frozenset([*shared, *" ".join(more).split()])
            try:
                lexicon.add(MAKE[kind](en, fr, classes, number), shared)
            except (ValueError, KeyError) as error:
                raise ValueError(f"{path.name}, line {number}: {line!r}") from error
    return lexicon


def _noun(en: str, fr: str, classes: frozenset[str], number: int) -> Entry:
    found = re.fullmatch(r"(une?|du|de la|des|de l')\s*([^/]+?)(/\S+)?(?: ([mf]))?", fr)
    if not found:
        raise ValueError(fr)
    article, word, plural, gender = found.groups("")
    gender = gender or {"un": "m", "du": "m", "une": "f", "de la": "f"}[article]
    counted = {"un": "one", "une": "one", "des": "many"}.get(article, "much")
    singular, _, many = en.partition("/")
    if counted == "many":
        noun = Noun(singular, word, gender, singular, word)
    else:
        noun = Noun(singular, word, gender, many, plural.removeprefix("/"))
    return Entry(singular, word, classes, number, noun, counted)


def _adjective(en: str, fr: str, classes: frozenset[str], number: int) -> Entry:
    before = fr.endswith(" _")
    word, _, feminine = fr.removesuffix(" _").partition("/")
    return Entry(en, word, classes, number, adjective=Adjective(en, word, feminine, before))


def _person(en: str, fr: str, classes: frozenset[str], number: int) -> Entry:
    options = []
    for reading in fr.split(";"):
        words, person, gender, share = re.fullmatch(r"\s*(.+?) ([1-6])([mf])(?: (\d+))?\s*", reading).groups("100")
        options.append(Option(words, int(person), gender, int(share) / 100))
    return Entry(en, fr, classes | {"anybody"}, number, options=tuple(options))


MAKE = {"nouns": _noun, "adjectives": _adjective, "people": _person, "verbs": Entry, "words": Entry}
