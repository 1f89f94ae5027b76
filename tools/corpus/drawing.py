"""What the families of the "lessons" grammar are made with: random choices, noun phrases, subjects and clauses."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from tools.corpus import lexicon as lex
from tools.corpus.french import (
    VERBS,
    Adjective,
    Noun,
    english_article,
    english_sentence,
    noun_phrase,
    sentence,
    verb_group,
)

T = TypeVar("T")
Words = list[str]
Variant = tuple[Words, float]


class Unfit(Exception):
    """The words drawn do not make a natural sentence: draw again."""


class Item(NamedTuple):
    """One English sentence with its French variants (text, share), what it is an example of, and its word pairs.

    The shares hold within a group of items: a family, or a part of it.
    """

    english: str
    variants: tuple[tuple[str, float], ...]
    family: str
    nouns: frozenset[str]
    combinations: frozenset[tuple[str, str]]
    group: str


@dataclass(frozen=True)
class Phrase:
    """A noun phrase on both sides."""

    en: str
    fr: str
    agreement: str

    @property
    def plural(self) -> bool:
        return self.agreement[1] == "p"

    @property
    def person(self) -> int:
        return 6 if self.plural else 3

    @property
    def bare(self) -> str:
        """The English without "the", as it stands after a possessor: "the red hat" -> "red hat"."""
        return self.en.removeprefix("the ")


@dataclass(frozen=True)
class Subject:
    """A subject on both sides; `open_to` lists the agreements that English leaves open, with their shares."""

    en: str
    fr: str
    person: int
    agreement: str
    possessive: str = "his"  # the determiner of what belongs to it, in English, and whose it is in French
    possessor: int = 3
    open_to: tuple[tuple[str, float], ...] = ()

    @property
    def third(self) -> bool:
        return self.person == 3

    @property
    def plural(self) -> bool:
        return self.person > 3

    def be(self, negated: bool = False) -> str:
        """Subject and form of "be": "I'm", "Anne is", "the boys aren't"."""
        if self.en == "I":
            return "I'm not" if negated else "I'm"
        verb = "is" if self.third else "are"
        if negated:
            return f"{self.en} {verb}n't"
        if self.en in {"he", "she", "we", "they", "you"}:
            return f"{self.en}'{'s' if self.third else 're'}"
        return f"{self.en} {verb}"


MASCULINE_FIRST, FEMININE_FIRST = (("ms", 0.67), ("fs", 0.33)), (("fs", 0.67), ("ms", 0.33))
FIRST = Subject("I", "je", 1, "ms", "my", 1, MASCULINE_FIRST)
HE, SHE = Subject("he", "il", 3, "ms", "his", 3), Subject("she", "elle", 3, "fs", "her", 3)
WE = Subject("we", "nous", 4, "mp", "our", 4, (("mp", 0.75), ("fp", 0.25)))
PRONOUNS = {"I": FIRST, "he": HE, "she": SHE, "we": WE}
NEGATIONS = {"not": "pas", "never": "jamais", "no longer": "plus", "nothing": "rien"}


@dataclass
class Draw:
    """Random choices, and the word that a sentence is asked to contain (`forced`), used at the first fitting place."""

    rng: random.Random
    forced: lex.Thing | None = None
    forced_adjective: str = ""
    nouns: set[str] = field(default_factory=set)
    combinations: set[tuple[str, str]] = field(default_factory=set)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def one(self, options: Sequence[T]) -> T:
        return self.rng.choice(options)

    def thing(self, kinds: str, gender: str = "", plural: bool = False, first: int | None = None) -> lex.Thing:
        """A thing of one of the kinds, never twice in a sentence, by rank: the n-th is about n times rarer.

        `first` leaves only so many of the most frequent things to choose from.
        """
        forced = self.forced
        if forced and forced.kinds & set(kinds) and forced.noun.en not in self.nouns:
            return forced
        pool = [
            (thing, 1 / (rank + 4) ** 1.2)
            for rank, thing in enumerate((lex.COMMON_THINGS + lex.MIDDLE_THINGS)[:first])
            if thing.kinds & set(kinds)
            and gender in ("", thing.noun.gender)
            and (thing.countable or not plural)
            and thing.noun.en not in self.nouns
        ]
        if not pool:
            raise Unfit
        return self.rng.choices([thing for thing, _ in pool], [weight for _, weight in pool])[0]

    def adjective(self, thing: lex.Thing, predicate: bool = False) -> Adjective:
        """An adjective that suits the thing, beside it or said of it; Unfit where there is none."""
        names = [name for name in thing.adjectives if name not in (lex.ATTRIBUTES if predicate else lex.STATES)]
        if thing is self.forced and self.forced_adjective in names:
            names = [self.forced_adjective]
        if not names:
            raise Unfit
        name = self.one(names)
        self.combinations.add((name, thing.noun.en))
        return lex.ADJECTIVES[name]

    def np(
        self,
        kinds: str,
        determiners: str = "a the",
        adjective: float = 0.5,
        subject: Subject | None = None,
        thing: lex.Thing | None = None,
    ) -> Phrase:
        """A thing with one of the determiners: a, the, this, own (the subject's), number, plural ("the books")."""
        determiner = self.one(determiners.split())
        if determiner == "own" and subject and kinds == "c":
            plural = subject.plural  # several people wear several hats
        else:
            plural = determiner in {"number", "plural"} or (determiner == "own" and self.chance(0.2))
        thing = thing or self.thing(kinds, plural=plural)
        if (plural and not thing.countable) or thing in lex.RARE_THINGS:
            plural = False
            determiner = {"number": "a", "plural": "the"}.get(determiner, determiner)
        self.nouns.add(thing.noun.en)
        wanted = self.chance(adjective) or (adjective and thing is self.forced and self.forced_adjective)
        some = wanted and not set(thing.adjectives) <= lex.STATES
        return self.phrase(thing.noun, self.adjective(thing) if some else None, determiner, plural, subject)

    def phrase(
        self,
        noun: Noun,
        adjective: Adjective | None,
        determiner: str,
        plural: bool = False,
        subject: Subject | None = None,
    ) -> Phrase:
        core = f"{adjective.en} {noun.english(plural)}" if adjective else noun.english(plural)
        if determiner == "a":
            en, fr = f"{english_article(core)} {core}", noun_phrase(noun, adjective, "un")
        elif determiner == "this":
            en, fr = f"{'these' if plural else 'this'} {core}", noun_phrase(noun, adjective, "ce", plural)
        elif determiner == "own":
            owner = subject or FIRST
            en, fr = f"{owner.possessive} {core}", noun_phrase(noun, adjective, "mon", plural, owner=owner.possessor)
        elif determiner == "number":
            number = self.one(["two", "two", "three", "three", "four", "ten"])
            en, fr = f"{number} {core}", noun_phrase(noun, adjective, lex.NUMBERS[number], True)
        else:
            en, fr = f"the {core}", noun_phrase(noun, adjective, "le", plural)
        return Phrase(en, fr, noun.agreement(plural))

    def name(self, gender: str = "") -> Phrase:
        gender = gender or self.one("mf")
        name = self.one(lex.MEN_NAMES if gender == "m" else lex.WOMEN_NAMES)
        return Phrase(name, name, gender + "s")

    def person(self, gender: str = "", plural: float = 0.0, own: float = 0.5) -> Phrase:
        """the girl, my sister, his uncle, the women, the children: people whose gender English tells."""
        if self.chance(plural):
            if not gender and self.chance(0.3):
                return Phrase("the children", "les enfants", "mp")
            noun = self.one([noun for noun in lex.PEOPLE if gender in ("", noun.gender)])
            return Phrase(f"the {noun.english(True)}", noun_phrase(noun, None, "le", True), noun.agreement(True))
        if self.chance(own):
            noun = self.one([noun for noun in lex.FAMILY if gender in ("", noun.gender)])
            en, owner = self.one([("my", 1), ("my", 1), ("his", 3), ("her", 3)])
            return Phrase(f"{en} {noun.en}", noun_phrase(noun, None, "mon", owner=owner), noun.agreement())
        noun = self.one([noun for noun in lex.PEOPLE if gender in ("", noun.gender)])
        return Phrase(f"the {noun.en}", noun_phrase(noun), noun.agreement())

    def owner(self) -> Phrase:
        return self.name() if self.chance(0.5) else self.person()

    def subject(self, pronouns: str = "I he she we", plural: float = 0.15) -> Subject:
        """One of the pronouns, a name, or a person; never one whose gender English hides, "I" and "we" apart."""
        if pronouns and self.chance(0.45):
            return PRONOUNS[self.one(pronouns.split())]
        who = self.name() if self.chance(0.45) else self.person(plural=plural)
        possessive, possessor = ("their", 6) if who.plural else ("her" if who.agreement[0] == "f" else "his", 3)
        return Subject(who.en, who.fr, who.person, who.agreement, possessive, possessor)

    def item(self, family: str, en: Iterable[str], *variants: Variant | Words, group: str = "") -> Item:
        """Put the words together; a variant is its list of French words, with its share where there are several."""
        shares = [variant if isinstance(variant, tuple) else (variant, 1.0) for variant in variants]
        french = tuple((sentence(words), share) for words, share in shares)
        return Item(
            english_sentence(list(en)),
            french,
            family,
            frozenset(self.nouns),
            frozenset(self.combinations),
            group or family,
        )


# ---------------------------------------------------------------- clauses


def english_clause(subject: Subject, action: lex.Action, tense: str, negation: str = "") -> str:
    """Subject and verb: "Anne doesn't see", "I'm looking for", "the boys will buy"."""
    verb = _english_verb(subject, action, tense, negation)
    return f"{verb} {action.particle}" if action.particle else verb


def _english_verb(subject: Subject, action: lex.Action, tense: str, negation: str) -> str:
    if tense == "future":
        modal = "won't" if negation == "not" else "will never" if negation == "never" else "will"
        return f"{subject.en} {modal} {action.base}"
    if tense == "past":
        if negation == "not":
            return f"{subject.en} didn't {action.base}"
        return f"{subject.en} never {action.past}" if negation == "never" else f"{subject.en} {action.past}"
    if action.progressive and negation in ("", "not"):
        return f"{subject.be(negation == 'not')} {action.ing}"
    if negation == "not":
        return f"{subject.en} {'does' if subject.third else 'do'}n't {action.base}"
    finite = action.third if subject.third else action.base
    return f"{subject.en} {negation} {finite}" if negation in ("never", "no longer") else f"{subject.en} {finite}"


def french_clause(
    subject: Subject,
    action: lex.Action,
    tense: str,
    negation: str = "",
    clitics: Iterable[str] = (),
    agree_with: str = "",
) -> Words:
    """Subject and verb group; with être the participle agrees with the subject, with avoir with `agree_with`."""
    verb = VERBS[action.french]
    agreement = subject.agreement if verb.auxiliary == "être" else agree_with or "ms"
    return [subject.fr, *verb_group(verb, subject.person, tense, list(clitics), NEGATIONS.get(negation, ""), agreement)]


def with_open_gender(subject: Subject, build: Callable[[Subject], Words], flip: bool = False) -> list[Words | Variant]:
    """The French for each gender that "I" or "we" may have, with unequal shares; one variant where none shows.

    `flip` makes the feminine the more frequent for "I", so that neither gender is the rule.
    """
    if not subject.open_to:
        return [build(subject)]
    open_to = FEMININE_FIRST if subject is FIRST and flip else subject.open_to
    variants = [
        (build(Subject(subject.en, subject.fr, subject.person, agreement)), share) for agreement, share in open_to
    ]
    return variants if variants[0][0] != variants[1][0] else [variants[0][0]]
