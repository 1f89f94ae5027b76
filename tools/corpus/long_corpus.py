"""The grammar of "lessons-long": sentences of 2 to 25 tokens with the same words at every length.

Most sentences are lists whose items nothing predicts (names, numbers, objects with colours, verbs, days, places): they
cannot be compressed, so a single context vector of fixed size has room for the short ones only. The rest is agreement
at a distance. Every English sentence has one translation: where English leaves gender or person open ("they are",
"you", "the neighbour is tired") it is not said.

>>> rows, splits = build()
>>> sorted({label for _, label in splits})
['random']
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

from seq2seq_lessons.text import tokenize
from tools.corpus.french import (
    VERBS,
    Adjective,
    Noun,
    a_,
    de_,
    english_article,
    english_sentence,
    noun_phrase,
    sentence,
    verb_group,
)

SEED = 20
BINS = ((2, 5), (6, 8), (9, 11), (12, 14), (15, 17), (18, 20), (21, 25))
PER_LENGTH = 680
HELD_OUT_PER_BIN = 180
FARTHEST = 8  # tokens between a noun and the adjective that agrees with it

T = TypeVar("T")


# ---------------------------------------------------------------- words

WOMEN = ("Anna", "Marie", "Julie", "Sophie", "Emma")
MEN = ("Paul", "Marc", "Louis", "Thomas", "Antoine")
NUMBERS = (("two", "deux"), ("three", "trois"), ("four", "quatre"), ("five", "cinq"), ("six", "six"), ("seven", "sept"))
DAYS = (
    ("Monday", "lundi"),
    ("Tuesday", "mardi"),
    ("Wednesday", "mercredi"),
    ("Thursday", "jeudi"),
    ("Friday", "vendredi"),
    ("Saturday", "samedi"),
    ("Sunday", "dimanche"),
)
COLOURS = (
    Adjective("red", "rouge"),
    Adjective("green", "vert"),
    Adjective("yellow", "jaune"),
    Adjective("blue", "bleu"),
    Adjective("black", "noir"),
    Adjective("white", "blanc", "blanche"),
    Adjective("gray", "gris"),
)
SIZES = (
    Adjective("small", "petit", before=True),
    Adjective("big", "grand", before=True),
    Adjective("old", "vieux", "vieille", before=True),
    Adjective("new", "nouveau", "nouvelle", before=True),
)
BEAUTIFUL = Adjective("beautiful", "beau", "belle", before=True)
MOODS = (
    Adjective("tired", "fatigué"),
    Adjective("happy", "heureux"),
    Adjective("sad", "triste"),
    Adjective("ready", "prêt"),
    Adjective("alone", "seul"),
)
PREDICATES = (*COLOURS, *COLOURS, *SIZES[:3], BEAUTIFUL)  # "nouveau" after être would be "neuf"

OBJECTS = tuple(
    Noun(*entry)
    for entry in (
        ("hat", "chapeau", "m"),
        ("coat", "manteau", "m"),
        ("bag", "sac", "m"),
        ("book", "livre", "m"),
        ("vase", "vase", "m"),
        ("basket", "panier", "m"),
        ("umbrella", "parapluie", "m"),
        ("glove", "gant", "m"),
        ("pillow", "oreiller", "m"),
        ("cup", "tasse", "f"),
        ("plate", "assiette", "f"),
        ("lamp", "lampe", "f"),
        ("box", "boîte", "f"),
        ("scarf", "écharpe", "f", "scarves"),
        ("jacket", "veste", "f"),
        ("shirt", "chemise", "f"),
        ("candle", "bougie", "f"),
        ("clock", "horloge", "f"),
    )
)
APPLE = Noun("apple", "pomme", "f")
APPLE_COLOURS = COLOURS[:3]


def qualities(noun: Noun) -> tuple[tuple[Adjective, ...], tuple[Adjective, ...]]:
    """The adjectives that suit an object: before the noun in French, and after it."""
    return ((*SIZES[:2], BEAUTIFUL), APPLE_COLOURS) if noun is APPLE else ((*SIZES, BEAUTIFUL), COLOURS)


INDOORS = tuple(
    Noun(*entry)
    for entry in (
        ("table", "table", "f"),
        ("chair", "chaise", "f"),
        ("wardrobe", "armoire", "f"),
        ("armchair", "fauteuil", "m"),
        ("bed", "lit", "m"),
        ("piano", "piano", "m"),
    )
)
OUTDOORS = tuple(
    Noun(*entry)
    for entry in (
        ("car", "voiture", "f"),
        ("fountain", "fontaine", "f"),
        ("truck", "camion", "m"),
        ("tree", "arbre", "m"),
    )
)
FLAT = ("table", "chair", "bed", "armchair", "piano")  # what things lie on; they may lie under these and the tree
UNCOLOURED = ("fountain", "tree")
BESIDE = ("near", "next to", "behind", "in front of")
PREPOSITIONS = {
    "near": "près de",
    "next to": "à côté de",
    "behind": "derrière",
    "in front of": "devant",
    "on": "sur",
    "under": "sous",
}
PLACES = (
    Noun("market", "marché", "m"),
    Noun("museum", "musée", "m"),
    Noun("castle", "château", "m"),
    Noun("beach", "plage", "f"),
    Noun("station", "gare", "f"),
    Noun("school", "école", "f"),
)
ROOMS = (Noun("kitchen", "cuisine", "f"), Noun("bedroom", "chambre", "f"), Noun("garden", "jardin", "m"))
STRANGERS = (
    Noun("girl", "fille", "f"),
    Noun("woman", "femme", "f", "women"),
    Noun("boy", "garçon", "m"),
    Noun("man", "homme", "m", "men"),
)
FAMILY = (
    Noun("mother", "mère", "f"),
    Noun("sister", "sœur", "f"),
    Noun("father", "père", "m"),
    Noun("brother", "frère", "m"),
)


class Action(NamedTuple):
    """A verb: the English forms, the French infinitive, whether one does it every Monday, whether it goes with "at the
    museum" or another place, and whether its object may be "the box" or "my box" (nobody buys what is theirs)."""

    base: str
    third: str
    past: str
    french: str
    habit: bool = True
    anywhere: bool = True
    known: bool = True


GET = (
    Action("buy", "buys", "bought", "acheter", known=False),
    Action("find", "finds", "found", "trouver", False),
    Action("lose", "loses", "lost", "perdre", False),
    Action("choose", "chooses", "chose", "choisir", True, False, known=False),
    Action("take", "takes", "took", "prendre", True, False),
    Action("see", "sees", "saw", "voir"),
    Action("sell", "sells", "sold", "vendre", known=False),
    Action("bring", "brings", "brought", "apporter", True, False),
)
MEET = (
    Action("see", "sees", "saw", "voir"),
    Action("invite", "invites", "invited", "inviter", True, False),
    Action("help", "helps", "helped", "aider"),
    Action("meet", "meets", "met", "rencontrer"),
)
GIVE = (
    Action("give", "gives", "gave", "donner"),
    Action("show", "shows", "showed", "montrer"),
    Action("lend", "lends", "lent", "prêter"),
)
HAND_OVER = (*GIVE, *GET[-2:])  # with "to": these, and to sell and to bring
DO = (
    Action("sing", "sings", "sang", "chanter"),
    Action("dance", "dances", "danced", "danser"),
    Action("sleep", "sleeps", "slept", "dormir", True, False),
    Action("work", "works", "worked", "travailler"),
    Action("swim", "swims", "swam", "nager", True, False),
    Action("laugh", "laughs", "laughed", "rire"),
    Action("wait", "waits", "waited", "attendre"),
    Action("read", "reads", "read", "lire"),
)
ARRIVE = Action("arrive", "arrives", "arrived", "arriver")
RETURN = Action("come back", "comes back", "came back", "revenir")


# English, then what `noun_phrase` calls it, and the person of the owner.
DETERMINERS = {
    "a": ("a", "un", 0),
    "some": ("some", "un", 0),
    "the": ("the", "le", 0),
    "my": ("my", "mon", 1),
    "our": ("our", "mon", 4),
}


# ---------------------------------------------------------------- phrases


class Phrase(NamedTuple):
    """The same words in both languages, lower case, elision left open."""

    en: str
    fr: str


class Subject(NamedTuple):
    """A phrase that a verb agrees with: French person (1, 3, 4 or 6) and agreement ("ms", "fs", "mp", "fp")."""

    en: str
    fr: str
    person: int
    agreement: str


class Agreement(NamedTuple):
    """A predicate adjective: French tokens between its noun and itself, and whether a noun of the other gender is the
    last one it could be thought to agree with."""

    distance: int
    attractor: bool


@dataclass(frozen=True)
class Clause:
    """A sentence in the making: words without capital and full stop, and the agreements at a distance in it."""

    en: str
    fr: str
    agreements: tuple[Agreement, ...] = ()
    mark: str = "."


@dataclass(frozen=True)
class Sentence:
    """A finished sentence, the name of the construction it came from, and its agreements at a distance."""

    en: str
    fr: str
    kind: str
    agreements: tuple[Agreement, ...]


def joined(phrases: Sequence[Phrase | Subject | Clause]) -> Phrase:
    """A list: "a, b and c"."""
    return Phrase(_series([phrase.en for phrase in phrases], "and"), _series([phrase.fr for phrase in phrases], "et"))


def _series(items: list[str], conjunction: str) -> str:
    return items[0] if len(items) == 1 else f"{' , '.join(items[:-1])} {conjunction} {items[-1]}"


class Speaker:
    """Draws words and builds phrases; all chance comes from one generator, through `random()` only, whose numbers
    Python keeps from version to version."""

    def __init__(self, rng: Random):
        self.rng = rng
        self.tense_of_all = ""  # set while a sentence of two clauses is made

    def one_of(self, items: Sequence[T]) -> T:
        return items[int(self.rng.random() * len(items))]

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def several(self, items: Sequence[T], count: int) -> list[T]:
        """Different items in random order."""
        left, drawn = list(items), []
        for _ in range(min(count, len(left))):
            drawn.append(left.pop(int(self.rng.random() * len(left))))
        return drawn

    def shuffled(self, items: Sequence[T]) -> list[T]:
        return self.several(items, len(items))

    # ------------------------------------------------------------ things

    def dressed(
        self,
        noun: Noun,
        determiner: Phrase | str,
        plural: bool,
        before: Sequence[Adjective],
        colours: Sequence[Adjective],
        adjectives: int | None = None,
    ) -> Phrase:
        """A noun with a determiner ("a", "the", "some", "my", "our" or a number) and none, one or two adjectives."""
        wanted = self.one_of((0, 0, 1, 1, 1, 2)) if adjectives is None else adjectives
        first = self.one_of(before) if wanted == 2 or (wanted == 1 and (self.chance(0.3) or not colours)) else None
        colour = self.one_of(colours) if colours and (wanted == 2 or (wanted == 1 and not first)) else None
        english = " ".join([*(adjective.en for adjective in (first, colour) if adjective), noun.english(plural)])
        said, french_determiner, owner = DETERMINERS.get(determiner) or (*determiner, 0)
        head = english_article(english) if said == "a" else said
        french = noun_phrase(noun, first, french_determiner, plural, owner)
        if colour:
            french += " " + colour.form(noun.agreement(plural))
        return Phrase(f"{head} {english}", french)

    def number(self) -> Phrase:
        return Phrase(*self.one_of(NUMBERS))

    def thing(self, noun: Noun, known: bool = True, adjectives: int | None = None) -> Phrase:
        """An object: "a green apple", "two small hats"; if known also "the box", "my red scarf"."""
        kinds = ("a",) * 8 + ("number",) * 8 + ("some",) * 3 + (("the",) * 4 + ("my",) * 2 if known else ())
        kind = self.one_of(kinds)
        determiner: Phrase | str = self.number() if kind == "number" else kind
        plural = kind in ("number", "some") or (kind in ("the", "my") and self.chance(0.3))
        if kind == "my" and plural and self.chance(0.5):
            determiner = "our"
        return self.dressed(noun, determiner, plural, *qualities(noun), adjectives)

    def things(self, count: int, known: bool = True) -> Phrase:
        adjectives = 0 if count == 1 and self.chance(0.4) else None  # short sentences shall say every verb
        return joined([self.thing(noun, known, adjectives) for noun in self.several((*OBJECTS, APPLE), count)])

    def beside(self, gender: str = "", lying: bool = True) -> Phrase:
        """Where something is: "behind the green armchair"; the landmark of the gender asked for."""
        noun = self.one_of([noun for noun in INDOORS * 2 + OUTDOORS if gender in ("", noun.gender)])
        prepositions = BESIDE
        if lying and noun.en in FLAT:
            prepositions += ("on", "on", "under", "under")
        elif lying and noun.en == "tree":
            prepositions += ("under",)
        return self.attached(self.one_of(prepositions), self.landmark(noun))

    def landmark(self, noun: Noun) -> Phrase:
        colours = () if noun.en in UNCOLOURED else COLOURS
        return self.dressed(noun, "the", False, SIZES, colours, self.one_of((0, 0, 0, 1, 1)))

    def attached(self, preposition: str, phrase: Phrase | Subject) -> Phrase:
        french = PREPOSITIONS[preposition]
        if french.endswith(" de"):
            return Phrase(f"{preposition} {phrase.en}", f"{french[:-3]} {de_(phrase.fr)}")
        return Phrase(f"{preposition} {phrase.en}", f"{french} {phrase.fr}")

    def between(self, gender: str = "") -> Phrase:
        """ "between the table and the old bed"; the second landmark of the gender asked for."""
        around = self.one_of((INDOORS, INDOORS, OUTDOORS))
        second = self.one_of([noun for noun in around if gender in ("", noun.gender)])
        first = self.landmark(self.one_of([noun for noun in around if noun is not second]))
        second = self.landmark(second)
        return Phrase(f"between {first.en} and {second.en}", f"entre {first.fr} et {second.fr}")

    def room(self, determiner: str = "the") -> Phrase:
        room = self.dressed(self.one_of(ROOMS), determiner, False, (), (), 0)
        return Phrase(f"in {room.en}", f"dans {room.fr}")

    def at(self) -> Phrase:
        place = self.one_of(PLACES)
        return Phrase(f"at the {place.en}", a_(noun_phrase(place)))

    def place_from(self) -> Phrase:
        place = self.one_of(PLACES)
        return Phrase(f"from the {place.en}", de_(noun_phrase(place)))

    # ------------------------------------------------------------ people

    def name(self, gender: str = "") -> Subject:
        gender = gender or self.one_of("mf")
        name = self.one_of(WOMEN if gender == "f" else MEN)
        return Subject(name, name, 3, gender + "s")

    def names(self, count: int, among: Sequence[str] = WOMEN + MEN) -> list[Subject]:
        return [Subject(name, name, 3, "fs" if name in WOMEN else "ms") for name in self.several(among, count)]

    def relative(self) -> Subject:
        """ "the girl", "my sister"."""
        noun = self.one_of(STRANGERS + FAMILY)
        determiner = "the" if noun in STRANGERS else "my"
        return Subject(*self.dressed(noun, determiner, False, (), (), 0), 3, noun.agreement())

    def stranger(self) -> Subject:
        """ "the girl" or "the men"."""
        noun, plural = self.one_of(STRANGERS), self.chance(0.4)
        return Subject(*self.dressed(noun, "the", plural, (), (), 0), 6 if plural else 3, noun.agreement(plural))

    def people(self, count: int) -> list[Subject]:
        """Different people, most of them by name."""
        people = self.names(count)
        if count > 1 and self.chance(0.3):
            people[int(self.rng.random() * count)] = self.relative()
        return people

    def others(self, subject: Subject, count: int) -> list[Subject]:
        """Different people, none of them in the subject."""
        people = self.people(count)
        while any(person.en in subject.en for person in people):
            people = self.people(count)
        return people

    def distinct(self, people: Sequence[Subject]) -> list[Subject]:
        return list({person.en: person for person in people}.values())

    def group(self, people: Sequence[Subject]) -> Subject:
        """People as one subject; French makes the group masculine where one of them is."""
        if len(people) == 1:
            return people[0]
        gender = "f" if all(person.agreement[0] == "f" for person in people) else "m"
        return Subject(*joined(people), 6, gender + "p")

    def subject(self, tense: str, gendered: bool = False) -> Subject:
        """Who does it. "I" and "we" come in the past only, where each verb needs no form of its own for them, and not
        where French must know the gender, which they leave open."""
        kind = self.rng.random()
        if kind < 0.28:
            known = (Subject("he", "il", 3, "ms"), Subject("she", "elle", 3, "fs"))
            first = (Subject("I", "je", 1, ""), Subject("we", "nous", 4, ""))
            return self.one_of(known if gendered or tense == "present" else (*known, *first))
        if kind < 0.55:
            return self.name()
        if kind < 0.65:
            return self.stranger() if self.chance(0.4) else self.relative()
        return self.group(self.people(3 if self.chance(0.2) else 2))

    # ------------------------------------------------------------ verbs

    def said(self, subject: Subject, action: Action, tense: str) -> Phrase:
        """The finite verb in both languages."""
        english = action.past if tense == "past" else action.third if subject.person == 3 else action.base
        agreement = subject.agreement if VERBS[action.french].auxiliary == "être" else "ms"
        return Phrase(english, " ".join(verb_group(VERBS[action.french], subject.person, tense, agree_with=agreement)))

    def when(self, tense: str) -> Phrase:
        day = self.one_of(DAYS)
        if tense == "past":
            return self.one_of(
                (
                    Phrase("yesterday", "hier"),
                    Phrase("this morning", "ce matin"),
                    Phrase("last night", "hier soir"),
                    Phrase(f"on {day[0]}", day[1]),
                    Phrase(f"on {day[0]}", day[1]),
                )
            )
        return self.one_of(
            (
                Phrase("every day", "chaque jour"),
                Phrase(f"every {day[0]}", f"chaque {day[1]}"),
                Phrase(f"every {day[0]}", f"chaque {day[1]}"),
            )
        )

    def framed(self, verbs: Sequence[Action], core: Clause, tense: str, timed: bool = False) -> Clause:
        """A clause, sometimes (if `timed` always) with the time first and sometimes with a place last."""
        parts = [core]
        if (tense == "past" or all(verb.habit for verb in verbs)) and (timed or self.chance(0.35)):
            time = self.when(tense)
            parts.insert(0, Phrase(time.en, f"{time.fr} ,"))  # French sets a comma after what stands in front
        if all(verb.anywhere for verb in verbs) and self.chance(0.25):
            parts.append(self.at())
        return replace(core, en=" ".join(part.en for part in parts), fr=" ".join(part.fr for part in parts))

    def tense(self, verb: Action | None = None) -> str:
        """Past or present; what one does not do every day is mostly in the past."""
        if self.tense_of_all:
            return self.tense_of_all
        return "past" if self.chance(0.55 if verb is None or verb.habit else 0.7) else "present"

    # ------------------------------------------------------------ constructions

    def word(self) -> Clause:
        """One word as an answer or a question: "Anna?", "Seven.", "Monday?"."""
        kind = self.rng.random()
        if kind < 0.5:
            phrase = self.name()
        elif kind < 0.75:
            phrase = self.number()
        else:
            phrase = Phrase(*self.one_of(DAYS))
        return Clause(phrase.en, phrase.fr, mark=self.one_of(".?"))

    def answer(self) -> Clause:
        """A short answer or question without a verb: "Two red cups.", "To Marie.", "Behind the truck?"."""
        kind = self.rng.random()
        if kind < 0.45:
            phrase = self.things(self.one_of((1, 1, 1, 1, 2, 2, 3)))
        elif kind < 0.55:
            phrase = joined(self.people(self.one_of((1, 2, 2, 3))))
        elif kind < 0.75:
            phrase = self.beside()
        elif kind < 0.8:
            first, second = self.names(2)
            phrase = Phrase(f"between {first.en} and {second.en}", f"entre {first.fr} et {second.fr}")
        elif kind < 0.9:
            phrase = self.one_of((self.room(), self.room("my"), self.at(), self.at(), self.place_from()))
        else:
            people = self.people(self.one_of((1, 2)))
            phrase = joined([Phrase(f"to {person.en}", a_(person.fr)) for person in people])
        return Clause(phrase.en, phrase.fr, mark=self.one_of("...?"))

    def deeds(self) -> Clause:
        """One person, several verbs: "Yesterday Anna sang, danced and cooked."."""
        tense = self.tense()
        subject = self.subject(tense)
        verbs = self.several(DO, self.one_of((1, 1, 1, 2, 2, 3, 4, 5, 6)))
        first, *others = [self.said(subject, verb, tense) for verb in verbs]
        if tense == "past":  # French says the auxiliary once: "a chanté, dansé et dormi"
            others = [Phrase(other.en, other.fr.split()[-1]) for other in others]
        verb = joined([first, *others])
        core = Clause(f"{subject.en} {verb.en}", f"{subject.fr} {verb.fr}")
        return self.framed(verbs, core, tense, timed=self.is_open(subject, verbs))

    def each_their_deed(self) -> Clause:
        """ "Anna sang, Paul danced and Marie slept."."""
        tense, count = self.tense(), self.one_of((2, 3, 4, 5, 6, 7))
        people, verbs = self.people(count), self.several(DO, count)
        clauses = []
        for person, verb in zip(people, verbs, strict=True):
            said = self.said(person, verb, tense)
            clauses.append(Phrase(f"{person.en} {said.en}", f"{person.fr} {said.fr}"))
        return self.framed(verbs, Clause(*joined(clauses)), tense)

    def crowd(self) -> Clause:
        """Many people, one verb: "Anna, Paul, Omar and my sister danced at the museum."."""
        tense, verb = self.tense(), self.one_of(DO)
        group = self.group(self.people(self.one_of((2, 3, 4, 5, 6, 7, 8, 9))))
        said = self.said(group, verb, tense)
        core = Clause(f"{group.en} {said.en}", f"{group.fr} {said.fr}")
        return self.framed([verb], core, tense, timed=self.is_open(group, [verb]))

    def is_open(self, subject: Subject, verbs: Sequence[Action]) -> bool:
        """Whether "read" alone leaves the tense open, which only the time in front can fix: "Yesterday we read."."""
        return subject.person != 3 and all(verb.base == verb.past for verb in verbs)

    def shopping(self) -> Clause:
        """ "Yesterday Paul bought a green apple, two hats and a small lamp."."""
        verb, count = self.one_of(GET), self.one_of((1, 1, 2, 3, 4, 5, 6))
        tense = self.tense(verb)
        subject = self.subject(tense)
        said, things = self.said(subject, verb, tense), self.things(count, verb.known)
        return self.framed(
            [verb], Clause(f"{subject.en} {said.en} {things.en}", f"{subject.fr} {said.fr} {things.fr}"), tense
        )

    def meeting(self) -> Clause:
        """ "We saw Anna, Marc, my uncle and Sophie at the station."."""
        verb = self.one_of(MEET)
        tense = self.tense(verb)
        subject = self.subject(tense)
        said, met = self.said(subject, verb, tense), self.others(subject, self.one_of((1, 1, 2, 3, 4, 5, 6, 7, 8)))
        met = joined(met)
        core = Clause(f"{subject.en} {said.en} {met.en}", f"{subject.fr} {said.fr} {met.fr}")
        return self.framed([verb], core, tense)

    def giving(self) -> Clause:
        """ "Anna gave a hat to Paul, two red cups to Marie and a lamp to my uncle."; short, "Anna gave two cups."."""
        tense = self.tense()
        subject = self.subject(tense)
        if self.chance(0.2):
            verb, gifts = self.one_of(GIVE), self.things(1)
        else:
            verb, count = self.one_of(HAND_OVER), self.one_of((1, 1, 2, 3, 4))
            people, nouns = self.others(subject, count), self.several((*OBJECTS, APPLE), count)
            gifts = []
            for person, noun in zip(people, nouns, strict=True):
                thing = self.things(2, verb.known) if count == 1 and self.chance(0.3) else self.thing(noun, verb.known)
                gifts.append(Phrase(f"{thing.en} to {person.en}", f"{thing.fr} {a_(person.fr)}"))
            gifts = joined(gifts)
        said = self.said(subject, verb, tense)
        core = Clause(f"{subject.en} {said.en} {gifts.en}", f"{subject.fr} {said.fr} {gifts.fr}")
        return self.framed([verb._replace(anywhere=False)], core, tense)

    def week(self) -> Clause:
        """ "On Monday Paul bought a hat, on Tuesday two lamps and on Friday a red vase."."""
        count = self.one_of((2, 3, 4, 5))
        start, (subject, verb) = self.shuffled(DAYS), (self.subject("past"), self.one_of(GET))
        days = sorted(start[:count], key=DAYS.index)
        said = self.said(subject, verb, "past")
        items = []
        for day, noun in zip(days, self.several((*OBJECTS, APPLE), count), strict=True):
            thing = self.thing(noun, verb.known)
            doer = Phrase("", "") if items else Phrase(f"{subject.en} {said.en}", f", {subject.fr} {said.fr}")
            items.append(Phrase(f"on {day[0]} {doer.en} {thing.en}", f"{day[1]} {doer.fr} {thing.fr}"))
        return Clause(*joined(items))

    def coming(self) -> Clause:
        """ "Paul came back from the museum, Anna from the beach and Marie from the station."; short, "He arrived."."""
        tense, verb = self.tense(), self.one_of((ARRIVE, RETURN))
        english, french = ("at", a_) if verb is ARRIVE else ("from", de_)
        if self.chance(0.4):
            subject = self.subject(tense, gendered=True)
            if self.chance(0.2):  # "sont arrivées" would be rare
                subject = self.group(self.names(2, WOMEN))
            said, place = self.said(subject, verb, tense), self.one_of(PLACES)
            where = Phrase("", "")
            if self.chance(0.65):
                where = Phrase(f"{english} the {place.en}", french(noun_phrase(place)))
            core = Clause(f"{subject.en} {said.en} {where.en}", f"{subject.fr} {said.fr} {where.fr}")
        else:
            count, items = self.one_of((2, 3, 4, 5, 6)), []
            for person, place in zip(self.names(count), self.several(PLACES, count), strict=True):
                said = Phrase("", "") if items else self.said(person, verb, tense)
                items.append(
                    Phrase(
                        f"{person.en} {said.en} {english} the {place.en}",
                        f"{person.fr} {said.fr} {french(noun_phrase(place))}",
                    )
                )
            core = Clause(*joined(items))
        return self.framed([verb._replace(anywhere=False)], core, tense)

    def state(self) -> Clause:
        """What things are like: "The lamp behind the green truck is red and my cups are white."."""
        nouns = self.several((*OBJECTS, APPLE), self.one_of((1, 1, 1, 1, 2, 2, 3, 4)))
        return self.conjoined([self.state_of(noun) for noun in nouns])

    def state_of(self, noun: Noun) -> Clause:
        """A thing, often where it lies or whose it is, and what it is like; half of what stands between is of the
        other gender."""
        plural = self.chance(0.4)
        number = self.number() if plural and self.chance(0.6) else None
        agreement, predicate = noun.agreement(plural), self.one_of(APPLE_COLOURS if noun is APPLE else PREDICATES)
        attractor, kind = self.chance(0.5), self.rng.random()
        gender = {"m": "f", "f": "m"}[noun.gender] if attractor else noun.gender
        named = (
            Phrase(f"{number.en} {noun.english(True)}", f"les {number.fr} {noun.french(True)}")
            if number
            else (Phrase(noun.english(plural), noun_phrase(noun, plural=plural)))
        )
        if 0.15 < kind < 0.35:
            owner = self.name(gender)
            owned = Phrase(f"{owner.en}'s {named.en}", named.fr)
            return self.predicated(owned, Phrase("", de_(owner.fr)), agreement, predicate, attractor)
        subject = Phrase(f"the {named.en}", named.fr)
        if not number and self.chance(0.3):
            subject = self.dressed(noun, "my", plural, (), (), 0)
        if kind < 0.15:
            return self.predicated(subject, Phrase("", ""), agreement, predicate, False)
        where = self.beside(gender) if kind < 0.8 else self.between(gender)
        return self.predicated(subject, where, agreement, predicate, attractor)

    def mood(self) -> Clause:
        """How people are: "The girl next to the truck is tired and Paul is happy."."""
        count = self.one_of((1, 1, 2, 2, 3, 4))
        people = [self.stranger() if self.chance(0.35) else person for person in self.people(count)]
        return self.conjoined([self.mood_of(person) for person in self.distinct(people)])

    def mood_of(self, person: Subject) -> Clause:
        """Someone, a stranger often with the place, and how they are."""
        attractor, where = self.chance(0.5), Phrase("", "")
        gender = {"m": "f", "f": "m"}[person.agreement[0]] if attractor else person.agreement[0]
        if any(person.en in (f"the {noun.en}", f"the {noun.english(True)}") for noun in STRANGERS) and self.chance(0.8):
            where = self.beside(gender, lying=False) if self.chance(0.7) else self.between(gender)
        return self.predicated(person, where, person.agreement, self.one_of(MOODS), attractor and bool(where.en))

    def predicated(
        self, subject: Phrase | Subject, where: Phrase, agreement: str, predicate: Adjective, attractor: bool
    ) -> Clause:
        plural = agreement[1] == "p"
        between = sentence([where.fr or "x"]).split() if where.fr else []
        return Clause(
            f"{subject.en} {where.en} {'are' if plural else 'is'} {predicate.en}",
            f"{subject.fr} {where.fr} {'sont' if plural else 'est'} {predicate.form(agreement)}",
            (Agreement(len(between) + 1, attractor),),
        )

    def conjoined(self, clauses: list[Clause]) -> Clause:
        return Clause(*joined(clauses), tuple(agreement for clause in clauses for agreement in clause.agreements))

    def alike(self) -> Clause:
        """Several with one predicate: "The cup, the book and the plate are white."."""
        if self.chance(0.5):
            people = self.group(self.people(self.one_of((2, 3, 4, 5, 6))))
            return self.predicated(people, Phrase("", ""), people.agreement, self.one_of(MOODS), False)
        nouns = self.several(OBJECTS, self.one_of((2, 3, 4, 5)))
        gender = "f" if all(noun.gender == "f" for noun in nouns) else "m"
        subject = joined([self.dressed(noun, "the", False, (), (), 0) for noun in nouns])
        return self.predicated(subject, Phrase("", ""), gender + "p", self.one_of(PREDICATES), False)

    def whose(self) -> Clause:
        """ "Anna's hat is red, Paul's cups are blue and Marie's lamp is green."."""
        count = self.one_of((1, 1, 2, 3, 4))
        clauses = []
        for owner, noun in zip(self.names(count), self.several(OBJECTS, count), strict=True):
            plural, predicate = self.chance(0.3), self.one_of(COLOURS)
            owned = Phrase(f"{owner.en}'s {noun.english(plural)}", noun_phrase(noun, plural=plural))
            clauses.append(
                self.predicated(
                    owned,
                    Phrase("", de_(owner.fr)),
                    noun.agreement(plural),
                    predicate,
                    owner.agreement[0] != noun.gender,
                )
            )
        return self.conjoined(clauses)

    def presence(self) -> Clause:
        """ "There are two red hats, a lamp and three cups on the table."."""
        things, where = self.things(self.one_of((1, 1, 2, 3, 4, 5)), known=False), Phrase("", "")
        if self.chance(0.8):
            where = self.one_of((self.room(), self.room(), self.beside(), self.beside(), self.at()))
        be = "is" if things.en.split()[0] in ("a", "an") else "are"
        return Clause(f"there {be} {things.en} {where.en}", f"il y a {things.fr} {where.fr}")

    def looking_for(self) -> Clause:
        """ "Where are the red hat, my two cups and Paul?"."""
        count = self.one_of((1, 1, 2, 3, 4, 5))
        if self.chance(0.3):
            sought, plural = self.people(count), count > 1
        else:
            sought, plural = [], count > 1
            for noun in self.several((*OBJECTS, APPLE), count):
                several = self.chance(0.3)
                plural = plural or several
                sought.append(self.dressed(noun, self.one_of(("the", "the", "my")), several, *qualities(noun)))
        sought = joined(sought)
        return Clause(
            f"where {'are' if plural else 'is'} {sought.en}", f"où {'sont' if plural else 'est'} {sought.fr}", mark="?"
        )

    def question(self) -> Clause:
        """ "Did Anna buy a red hat and two cups?", "Does he see Paul?"."""
        verb = self.one_of(self.one_of((DO, GET, MEET)))
        tense = self.tense(verb)
        subject, rest, where = self.subject(tense), Phrase("", ""), Phrase("", "")
        if subject.person == 1:  # nobody asks that of themselves
            subject = Subject("we", "nous", 4, "")
        if verb in GET:
            rest = self.things(self.one_of((1, 1, 2, 3, 4, 5)), verb.known)
        elif verb in MEET:
            rest = joined(self.others(subject, self.one_of((1, 1, 2, 3, 4, 5, 6))))
        if verb.anywhere and self.chance(0.2):
            where = self.at()
        do = "did" if tense == "past" else "does" if subject.person == 3 else "do"
        said = self.said(subject, verb, tense)
        return Clause(
            f"{do} {subject.en} {verb.base} {rest.en} {where.en}",
            f"est-ce que {subject.fr} {said.fr} {rest.fr} {where.fr}",
            mark="?",
        )

    def two_clauses(self) -> Clause:
        """ "Paul bought two hats, and Anna gave the red cup to Marie."; both in one tense."""
        if self.chance(0.2):
            first, second = self.state(), self.mood()
        else:
            self.tense_of_all = self.tense()
            first, second = (self.one_of(EVENTS)(self) for _ in range(2))
            while set(first.en.split()) & set(second.en.split()) & {*WOMEN, *MEN, "he", "she", "I", "we"}:
                second = self.one_of(EVENTS)(self)
            self.tense_of_all = ""
        english, french = self.one_of((("and", "et"), ("and", "et"), ("but", "mais")))
        return Clause(
            f"{first.en} , {english} {second.en}",
            f"{first.fr} , {french} {second.fr}",
            first.agreements + second.agreements,
        )


EVENTS = (Speaker.shopping, Speaker.meeting, Speaker.giving, Speaker.deeds, Speaker.coming)
CONSTRUCTIONS = (
    (Speaker.word, 1),
    (Speaker.answer, 4),
    (Speaker.deeds, 3),
    (Speaker.each_their_deed, 2),
    (Speaker.crowd, 2),
    (Speaker.shopping, 5),
    (Speaker.meeting, 4),
    (Speaker.giving, 5),
    (Speaker.week, 2),
    (Speaker.coming, 3),
    (Speaker.state, 5),
    (Speaker.mood, 3),
    (Speaker.alike, 2),
    (Speaker.whose, 2),
    (Speaker.presence, 3),
    (Speaker.looking_for, 2),
    (Speaker.question, 3),
    (Speaker.two_clauses, 5),
)


# ---------------------------------------------------------------- the corpus


def finished(clause: Clause, kind: str) -> Sentence:
    english = english_sentence([*clause.en.split(), clause.mark])
    return Sentence(english, sentence([clause.fr, clause.mark]), kind, clause.agreements)


def bin_of(length: int) -> tuple[int, int]:
    """The bin of source lengths that a length falls in, both ends included."""
    return next(edges for edges in BINS if edges[0] <= length <= edges[1])


@cache
def sentences(seed: int = SEED, per_length: int = PER_LENGTH) -> tuple[Sentence, ...]:
    """Different sentences in random order, `per_length` of each length from 4 to 25; of 2 and 3 tokens there are fewer
    to be had."""
    speaker = Speaker(Random(seed))
    weighted = [construction for construction, weight in CONSTRUCTIONS for _ in range(weight)]
    shortest, longest = BINS[0][0], BINS[-1][1]
    missing = dict.fromkeys(range(shortest, longest + 1), per_length) | {2: per_length // 20, 3: per_length // 2}
    said: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)  # words, and "." once per sentence, in each bin
    found: dict[str, Sentence] = {}
    while any(missing.values()):
        construction = speaker.one_of(weighted)
        clause = construction(speaker)
        words = clause.en.split()
        if not missing.get(len(words) + 1) or any(agreement.distance > FARTHEST for agreement in clause.agreements):
            continue
        counts = said[bin_of(len(words) + 1)]
        has_rare_word = min(counts[word] for word in words) <= counts["."] // 120
        new = finished(clause, construction.__name__)
        if (has_rare_word or speaker.chance(0.25)) and new.en not in found:
            found[new.en] = new
            missing[len(words) + 1] -= 1
            counts.update({".", *words})
    return tuple(speaker.shuffled(list(found.values())))


def build() -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """All rows (English, French, "grammar"), and (English, "random") for each held-out source."""
    corpus = sentences()
    taken: Counter[tuple[int, int]] = Counter()
    splits = []
    for made in corpus:  # the order is random already
        edges = bin_of(len(tokenize(made.en)))
        if taken[edges] < HELD_OUT_PER_BIN:
            taken[edges] += 1
            splits.append((made.en, "random"))
    return [(made.en, made.fr, "grammar") for made in corpus], splits


def write(folder: Path) -> list[Path]:
    """Write eng-fra-long.tsv and eng-fra-long.splits.tsv into the folder and return their paths."""
    paths = [folder / "eng-fra-long.tsv", folder / "eng-fra-long.splits.tsv"]
    for path, lines in zip(paths, build(), strict=True):
        path.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8", newline="\n")
    return paths
