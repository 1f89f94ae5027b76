"""The "lessons" corpus: a small grammar of English with its French, merged with the hand-written phrases.

Each family below draws one kind of sentence; `FAMILIES` says how many distinct sources it contributes. What a lesson
needs to find in the corpus is in a family of its own: lists, agreement at a distance, the adverb that fixes a tense,
the final "please", clitics, negation, several translations of unequal frequency.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tools.corpus import lexicon as lex
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

SEED = 2024
MAX_TOKENS = 10          # of either side
MAX_TRAIN_TOKENS = 9     # of a training source; the set "longer" lies beyond
RANDOM_SHARE = 0.08      # of the grammar's distinct sources
RARE_ONCE, RARE_FEW = 20, 40
ARTICLE_SENTENCES = ("Go.", "I lost.", "He's calm.", "I'm home.")

# Combinations of known words that training never shows: (adjective, noun).
UNSEEN = [
    ("green", "hat"), ("blue", "key"), ("white", "cup"), ("black", "bag"), ("red", "bike"), ("yellow", "box"),
    ("old", "chair"), ("small", "table"), ("big", "hat"), ("black", "shirt"), ("green", "car"), ("blue", "book"),
    ("old", "dog"), ("white", "truck"), ("small", "house"), ("red", "cup"), ("yellow", "bird"), ("blue", "phone"),
    ("black", "door"), ("old", "key"), ("new", "bag"), ("big", "box"), ("green", "bottle"), ("white", "coat"),
]


def tokens(text: str) -> list[str]:
    """The article's tokens: lower case, a space before , . ! ? and a cut at spaces."""
    return re.sub(r"([,.!?])", r" \1 ", text.lower()).split()


class Unfit(Exception):
    """The words drawn do not make a natural sentence: draw again."""


class Item(NamedTuple):
    """One English sentence with its French variants (text, share), what it is an example of, and its word pairs."""

    english: str
    variants: tuple[tuple[str, float], ...]
    family: str
    nouns: frozenset[str]
    combinations: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Phrase:
    """A noun phrase on both sides."""

    en: str
    fr: str
    agreement: str
    person: int = 3

    @property
    def plural(self) -> bool:
        return self.agreement[1] == "p"


@dataclass(frozen=True)
class Subject:
    """A subject on both sides; `open_to` lists the agreements English leaves open, the more frequent first."""

    en: str
    fr: str
    person: int
    agreement: str
    possessor: int = 3
    possessive: str = "his"
    open_to: tuple[tuple[str, float], ...] = ()

    @property
    def third(self) -> bool:
        return self.person == 3

    def be(self, negated: bool = False) -> str:
        """Subject and form of "be": "I'm", "Anne is", "the boys aren't"."""
        if self.en == "I":
            return "I'm not" if negated else "I'm"
        verb = "is" if self.third else "are"
        if negated:
            return f"{self.en} {verb}n't"
        if self.en in {"he", "she", "we", "they", "you"}:
            return f"{self.en}'{verb[-1] if verb == 'is' else 're'}"
        return f"{self.en} {verb}"


MASCULINE_FIRST, FEMININE_FIRST = (("ms", 0.67), ("fs", 0.33)), (("fs", 0.67), ("ms", 0.33))
I = Subject("I", "je", 1, "ms", 1, "my", MASCULINE_FIRST)  # noqa: E741
HE, SHE = Subject("he", "il", 3, "ms", 3, "his"), Subject("she", "elle", 3, "fs", 3, "her")
WE = Subject("we", "nous", 4, "mp", 4, "our", (("mp", 0.75), ("fp", 0.25)))
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

    def one(self, options):
        return self.rng.choice(options)

    def thing(self, kinds: str, gender: str = "", plural: bool = False, exclude: str = "") -> lex.Thing:
        """A thing of one of the kinds, by rank: the n-th noun is about n times rarer than the first."""
        if self.forced and self.forced.kinds & set(kinds) and self.forced.noun.en not in self.nouns:
            return self.forced
        pool = [
            (thing, 1 / (rank + 3) ** 1.15) for rank, thing in enumerate(lex.COMMON_THINGS + lex.MIDDLE_THINGS)
            if thing.kinds & set(kinds) and gender in ("", thing.noun.gender) and (thing.countable or not plural)
            and thing.noun.en != exclude and thing.noun.en not in self.nouns
        ]
        if not pool:
            raise Unfit
        return self.rng.choices([thing for thing, _ in pool], [weight for _, weight in pool])[0]

    def adjective(self, thing: lex.Thing, predicate: bool = False) -> Adjective | None:
        if thing is self.forced and self.forced_adjective and (self.forced_adjective, thing.noun.en) not in (
                self.combinations):
            name = self.forced_adjective
            if predicate and name in lex.NEVER_PREDICATE:
                return None
        else:
            names = [name for name in thing.adjectives
                     if name not in (lex.NEVER_PREDICATE if predicate else lex.STATES)]
            if predicate:
                names = [name for name in names if name not in {"old", "pretty"}] or names
            if not names:
                return None
            name = self.one(names)
        self.combinations.add((name, thing.noun.en))
        return lex.ADJECTIVES[name]

    def np(self, kinds: str, determiners: str = "a the", adjective: float = 0.5, subject: Subject | None = None,
           thing: lex.Thing | None = None) -> Phrase:
        """A thing with one of the determiners: a the this own (the subject's) number plural ("the books")."""
        determiner = self.one(determiners.split())
        plural = determiner in {"number", "plural"} or (determiner == "own" and self.chance(0.2))
        thing = thing or self.thing(kinds, plural=plural)
        if (plural and not thing.countable) or thing in lex.RARE_THINGS:
            plural = False
            determiner = "a" if determiner == "number" else "the" if determiner == "plural" else determiner
        self.nouns.add(thing.noun.en)
        wants = self.chance(adjective) or (thing is self.forced and self.forced_adjective)
        return self._phrase(thing.noun, self.adjective(thing) if wants else None, determiner, plural, subject)

    def _phrase(self, noun: Noun, adjective: Adjective | None, determiner: str, plural: bool,
                subject: Subject | None) -> Phrase:
        core = " ".join(word for word in (adjective.en if adjective else "", noun.english(plural)) if word)
        if determiner == "a":
            en, fr = f"{english_article(core)} {core}", noun_phrase(noun, adjective, "un")
        elif determiner == "this":
            en = f"{'these' if plural else 'this'} {core}"
            fr = noun_phrase(noun, adjective, "ce", plural)
        elif determiner == "own":
            owner = subject or I
            en = f"{owner.possessive} {core}"
            fr = noun_phrase(noun, adjective, "mon", plural, owner=owner.possessor)
        elif determiner == "number":
            number = self.one(["two", "two", "three", "three", "four", "five", "six", "ten"])
            en, fr = f"{number} {core}", noun_phrase(noun, adjective, lex.NUMBERS[number], True)
        else:
            en, fr = f"the {core}", noun_phrase(noun, adjective, "le", plural)
        return Phrase(en, fr, noun.agreement(plural))

    def name(self, gender: str = "") -> Phrase:
        gender = gender or self.one("mf")
        name = self.one(lex.MEN_NAMES if gender == "m" else lex.WOMEN_NAMES)
        return Phrase(name, name, gender + "s")

    def person(self, gender: str = "", plural: float = 0.0, own: float = 0.5) -> Phrase:
        """the girl, my sister, his uncle, the children: people whose gender English tells."""
        if self.chance(plural):
            if not gender and self.chance(0.4):
                return Phrase("the children", "les enfants", "mp", 6)
            noun = self.one([noun for noun in lex.PEOPLE if gender in ("", noun.gender)])
            return Phrase(f"the {noun.english(True)}", noun_phrase(noun, None, "le", True), noun.agreement(True), 6)
        if self.chance(own):
            noun = self.one([noun for noun in lex.FAMILY if gender in ("", noun.gender)])
            en, owner = self.one([("my", 1), ("my", 1), ("his", 3), ("her", 3), ("our", 4)])
            return Phrase(f"{en} {noun.en}", noun_phrase(noun, None, "mon", owner=owner), noun.agreement())
        noun = self.one([noun for noun in lex.PEOPLE if gender in ("", noun.gender)])
        return Phrase(f"the {noun.en}", noun_phrase(noun), noun.agreement())

    def subject(self, gender: str = "", pronouns: str = "I he she we", plural: float = 0.15) -> Subject:
        """A pronoun (where gender is open to it), a name, or a person; never one whose gender English hides."""
        if pronouns and self.chance(0.45):
            options = {"I": I, "he": HE, "she": SHE, "we": WE}
            pool = [options[p] for p in pronouns.split() if gender in ("", options[p].agreement[0])]
            if pool:
                return self.one(pool)
        who = self.name(gender) if self.chance(0.5) else self.person(gender, plural)
        possessive, possessor = ("their", 6) if who.plural else ("her" if who.agreement[0] == "f" else "his", 3)
        return Subject(who.en, who.fr, who.person, who.agreement, possessor, possessive)

    def item(self, family: str, en: Iterable[str], *variants: tuple[list[str], float] | list[str]) -> Item:
        """Put the words together; a variant is its list of French words, with its share where there are several."""
        shares = [variant if isinstance(variant, tuple) else (variant, 1.0) for variant in variants]
        french = tuple((sentence(words), share) for words, share in shares)
        return Item(english_sentence(list(en)), french, family, frozenset(self.nouns), frozenset(self.combinations))


# ---------------------------------------------------------------- clauses

def english_clause(subject: Subject, action: lex.Action, tense: str, negation: str = "") -> str:
    """Subject and verb: "Anne doesn't see", "I'm looking for", "the boys will buy"."""
    particle = f" {action.particle}" if action.particle else ""
    verb = _english_verb(subject, action, tense, negation)
    return verb + particle


def _english_verb(subject: Subject, action: lex.Action, tense: str, negation: str) -> str:
    if tense == "future":
        words = {"not": "won't", "never": "will never"}.get(negation, "will")
        return f"{subject.en} {words} {action.base}"
    if tense == "past":
        return f"{subject.en} didn't {action.base}" if negation == "not" else (
            f"{subject.en} {negation if negation == 'never' else ''} {action.past}".replace("  ", " "))
    if action.progressive and negation in ("", "not"):
        return f"{subject.be(negation == 'not')} {action.ing}"
    if negation == "not":
        return f"{subject.en} {'does' if subject.third else 'do'}n't {action.base}"
    finite = action.third if subject.third else action.base
    return f"{subject.en} {negation} {finite}" if negation in ("never", "no longer") else f"{subject.en} {finite}"


def french_clause(subject: Subject, action: lex.Action, tense: str, negation: str = "", clitics: Iterable[str] = (),
                  agree_with: str = "") -> list[str]:
    """Subject and verb group; with être the participle agrees with the subject, with avoir with `agree_with`."""
    verb = VERBS[action.french]
    agreement = subject.agreement if verb.auxiliary == "être" else agree_with or "ms"
    return [subject.fr, *verb_group(verb, subject.person, tense, list(clitics), NEGATIONS.get(negation, ""), agreement)]


def with_open_gender(subject: Subject, build: Callable[[Subject], list[str]], flip: bool = False) -> list:
    """The French for each gender that "I" or "we" may have, with unequal shares; one variant for other subjects."""
    if not subject.open_to:
        return [build(subject)]
    open_to = FEMININE_FIRST if subject is I and flip else subject.open_to
    return [(build(Subject(subject.en, subject.fr, subject.person, agreement)), share) for agreement, share in open_to]


DETERMINERS = {
    "see": "a the number the", "have": "a a number", "want": "a this number", "buy": "a the number",
    "find": "a the own", "lose": "own own the", "look": "own the", "eat": "a the number", "draw": "a the number",
    "sell": "own the this", "wear": "a this own", "wash": "the own this", "break": "the a this",
    "open": "the own this", "close": "the own this", "forget": "own the", "bring": "a the number",
    "choose": "a this the", "repair": "own the this",
}


# ---------------------------------------------------------------- families

def objects(d: Draw) -> Item:
    """Someone does something with a thing: nouns, adjectives, their order and agreement."""
    action, subject = d.one(lex.TRANSITIVE), d.subject()
    tense = d.one(action.tenses)
    np = d.np(action.kinds, DETERMINERS[action.base], 0.6, subject)
    return d.item("objects", [english_clause(subject, action, tense), np.en, "."],
                  [*french_clause(subject, action, tense), np.fr, "."])


def thing_list(d: Draw) -> Item:
    """A list of things in an order that nothing predicts: "Two lemons, a cake and three keys."."""
    form = d.one(["bare", "bare", "bare", "have", "see", "want", "please", "bought"])
    kinds = "gf" if form in {"bare", "please"} else "gfs"
    count = 3 if form == "bare" and d.chance(0.7) else 2
    parts = [d.np(kinds, "a a number", 0.15 if count == 3 else 0.35) for _ in range(count)]
    en = " , ".join(part.en for part in parts[:-1]) + f" and {parts[-1].en}"
    fr = " , ".join(part.fr for part in parts[:-1]) + f" et {parts[-1].fr}"
    if form == "bare":
        return d.item("list", [en, "."], [fr, "."])
    if form == "please":
        return d.item("list", [en, ", please ."], [fr, ", s'il vous plaît ."])
    subject = d.subject(pronouns="I he she we")
    action = next(a for a in lex.TRANSITIVE if form in (a.base, a.past))
    tense = "past" if form == "bought" else "present"
    return d.item("list", [english_clause(subject, action, tense), en, "."],
                  [*french_clause(subject, action, tense), fr, "."])


def name_list(d: Draw) -> Item:
    """A list of names, and a predicate that agrees with all of them."""
    names = d.rng.sample(lex.WOMEN_NAMES + lex.MEN_NAMES, 3)
    if d.chance(0.35):
        names = d.rng.sample(lex.WOMEN_NAMES, 3)
    form = d.one(["three", "three", "know", "wait", "here", "moods", "moods", "where", "with"])
    three = f"{names[0]} , {names[1]} and {names[2]}", f"{names[0]} , {names[1]} et {names[2]}"
    two = f"{names[0]} and {names[1]}", f"{names[0]} et {names[1]}"
    if form == "three":
        return d.item("list", [three[0], "."], [three[1], "."])
    if form in {"know", "wait"}:
        subject = d.one([I, HE, SHE, WE])
        action = next(a for a in lex.WITH_PERSON if a.base == form)
        return d.item("list", [english_clause(subject, action, "present"), three[0], "."],
                      [*french_clause(subject, action, "present"), three[1], "."])
    if form == "here":
        return d.item("list", [three[0], "are here ."], [three[1], "sont ici ."])
    if form == "where":
        return d.item("list", ["where are", three[0], "?"], ["où sont", three[1], "?"])
    if form == "with":
        subject = d.one([I, HE, SHE, WE])
        action = d.one([a for a in lex.ALONE if a.base in {"work", "sing", "dance", "play"}])
        return d.item("list", [english_clause(subject, action, "present"), "with", two[0], "."],
                      [*french_clause(subject, action, "present"), "avec", two[1], "."])
    mood, negated = d.one(lex.MOODS[:-4]), d.chance(0.3)
    agreement = "fp" if set(names[:2]) <= set(lex.WOMEN_NAMES) else "mp"
    return d.item("list", [two[0], "aren't" if negated else "are", mood.en, "."],
                  [two[1], *(["ne sont pas"] if negated else ["sont"]), mood_form(mood, agreement), "."])


def number_list(d: Draw) -> Item:
    """A list of numbers."""
    numbers = d.rng.sample(sorted(lex.NUMBERS), 3)
    fr = [lex.NUMBERS[number] for number in numbers]
    form = d.one(["code", "code", "page", "bare"])
    if form == "code":
        return d.item("list", [f"the code is {numbers[0]} , {numbers[1]} , {numbers[2]} ."],
                      [f"le code est {fr[0]} , {fr[1]} , {fr[2]} ."])
    start_en, start_fr = ("pages", "pages") if form == "page" else ("", "")
    return d.item("list", [start_en, f"{numbers[0]} , {numbers[1]} and {numbers[2]} ."],
                  [start_fr, f"{fr[0]} , {fr[1]} et {fr[2]} ."])


DEGREES = [("very", "très"), ("a little", "un peu"), ("always", "toujours"), ("often", "souvent")]
NO_DEGREE = {"alone", "ready", "lost"}
TIMES = [("today", "aujourd'hui"), ("this morning", "ce matin"), ("tonight", "ce soir")]


def mood_form(mood: Adjective, agreement: str) -> str:
    return mood.fr if mood.en in lex.INVARIABLE else mood.form(agreement)


def mood(d: Draw) -> Item:
    """How someone is: "Anne is very tired today."; "I'm tired." is both fatigué and fatiguée."""
    subject = d.subject(plural=0.3) if d.chance(0.75) else I
    index = d.rng.randrange(len(lex.MOODS))
    state = lex.MOODS[index]
    negation = d.one(["", "", "", "not", "never", "no longer"])
    degree = d.one(DEGREES) if d.chance(0.35) and state.en not in NO_DEGREE else ("", "")
    if negation:
        degree = ("", "")
    time = d.one(TIMES) if d.chance(0.3) and negation in ("", "not") and degree[0] not in {"always", "often"} else (
        "", "")
    en = subject.be(negation == "not")
    en += f" {negation}" if negation in {"never", "no longer"} else ""

    def french(who: Subject) -> list[str]:
        return [who.fr, *verb_group(VERBS["être"], who.person, negation=NEGATIONS.get(negation, "")), degree[1],
                mood_form(state, who.agreement), time[1], "."]
    variants = with_open_gender(subject, french, flip=index % 2 == 1)
    if len({tuple(variant[0]) for variant in variants if isinstance(variant, tuple)}) == 1:
        variants = [variants[0][0]]  # "calme", "triste", "malade" and "en retard" show no gender
    return d.item("mood", [en, degree[0], state.en, time[0], "."], *variants)


BESIDE = [("next to", "à côté", de_), ("near", "près", de_), ("behind", "derrière", str), ("in front of", "devant", str)]
BESIDE += BESIDE[:1]


def beside(d: Draw, gender: str) -> tuple[str, str]:
    """ "next to the truck", with a noun of the given gender: what stands between a subject and its adjective."""
    en, fr, link = d.one(BESIDE)
    thing = d.thing("xrsto" if d.chance(0.8) else "a", gender)
    np = d.np("", "the", 0.0, thing=thing)
    return f"{en} {np.en}", f"{fr} {link(np.fr)}"


def distance(d: Draw) -> Item:
    """A subject, something of either gender in between, and the adjective: "La fille à côté du camion est fatiguée."."""
    gender = d.one("mf")
    attractor = d.one("mf")
    negation = "not" if d.chance(0.25) else ""
    if d.chance(0.6):
        noun = d.one([noun for noun in lex.PEOPLE if noun.gender == gender])
        plural = d.chance(0.2)
        head = Phrase(f"the {noun.english(plural)}", noun_phrase(noun, None, "le", plural), noun.agreement(plural))
        state = d.one([m for m in lex.MOODS if m.en not in {"alone", "late"}])
        adjective = mood_form(state, head.agreement)
        between = beside(d, attractor)
    else:
        places = [("in", "dans", "i"), ("on", "sur", "t"), ("near", "près", "xt"), ("behind", "derrière", "xt")]
        en, fr, kinds = d.one(places)
        thing = d.thing("gc" if en in {"in", "on"} else "acrsx", gender)
        head = d.np("", "the plural" if thing.countable else "the", 0.0, thing=thing)
        where = d.np("", "the", 0.0, thing=d.thing(kinds, attractor))
        between = f"{en} {where.en}", f"{fr} {de_(where.fr) if fr == 'près' else where.fr}"
        state = d.adjective(thing, predicate=True)
        if state is None:
            raise Unfit
        adjective = state.form(head.agreement)
    subject = Subject(head.en, head.fr, 6 if head.plural else 3, head.agreement)
    verb = verb_group(VERBS["être"], subject.person, negation=NEGATIONS.get(negation, ""))
    be = ("are" if head.plural else "is") + ("n't" if negation else "")
    return d.item("distance", [head.en, between[0], be, state.en, "."], [head.fr, between[1], *verb, adjective, "."])


def relative(d: Draw) -> Item:
    """A relative clause with its participle: "La robe que Paul a achetée est rouge."."""
    action = d.one([a for a in lex.TRANSITIVE if a.base in {"buy", "find", "sell", "draw", "choose", "repair"}])
    thing = d.thing(action.kinds)
    head = d.np("", "the the plural" if thing.countable else "the", 0.0, thing=thing)
    who = d.subject(pronouns="I he she", plural=0.0)
    adjective = d.adjective(thing, predicate=True)
    if adjective is None:
        raise Unfit
    person, be = (6, "are") if head.plural else (3, "is")
    return d.item(
        "relative", [head.en, "that", who.en, action.past, be, adjective.en, "."],
        [head.fr, "que", *french_clause(who, action, "past", agree_with=head.agreement),
         VERBS["être"].form(person), adjective.form(head.agreement), "."])


def apposition(d: Draw) -> Item:
    """The longest distance: "Marie, la sœur de Paul, est fatiguée." with eight tokens from name to adjective."""
    who, owner = d.name(), d.name()
    if who.en == owner.en:
        raise Unfit
    role = d.one([noun for noun in lex.FAMILY[:6] if noun.gender == who.agreement[0]])
    state = d.one([m for m in lex.MOODS if m.en != "late"])
    return d.item("distance", [f"{who.en} , {owner.en}'s {role.en} , is", state.en, "."],
                  [f"{who.fr} , {noun_phrase(role)} {de_(owner.fr)} , est", mood_form(state, who.agreement), "."])


def owned_subject(d: Draw) -> Item:
    """Possessor before in English, after in French, as a subject: "Le vélo du garçon est rouge."."""
    owner = d.name() if d.chance(0.5) else d.person()
    if d.chance(0.3) and not owner.en.startswith(("my", "his", "her", "our")):
        role = d.one(lex.FAMILY)
        en, fr, agreement = role.en, noun_phrase(role), role.agreement()
        state = d.one([m for m in lex.MOODS if m.en != "late"])
        adjective = mood_form(state, agreement)
    else:
        thing = d.thing("gcvrs" if d.chance(0.8) else "a")
        np = d.np("", "the", 0.0, thing=thing)
        en, fr, agreement = np.en.removeprefix("the "), np.fr, np.agreement
        state = d.adjective(thing, predicate=True)
        if state is None:
            raise Unfit
        adjective = state.form(agreement)
    negated = d.chance(0.25)
    return d.item("possessor", [f"{owner.en}'s {en}", "isn't" if negated else "is", state.en, "."],
                  [f"{fr} {de_(owner.fr)}", "ne est pas" if negated else "est", adjective, "."])


def owned_object(d: Draw) -> Item:
    """The same as an object: "Je vois le chien de la fille."."""
    action = d.one([a for a in lex.TRANSITIVE if a.base not in {"have", "want", "buy", "wear", "choose"}])
    tense, subject = d.one(action.tenses), d.subject(plural=0.05)
    owner = Phrase("the children", "les enfants", "mp", 6) if d.chance(0.12) else (
        d.name() if d.chance(0.5) else d.person())
    if owner.en == subject.en:
        raise Unfit
    np = d.np(action.kinds, "the", 0.1)
    en = f"{owner.en}'s {np.en.removeprefix('the ')}"
    return d.item("possessor", [english_clause(subject, action, tense), en, "."],
                  [*french_clause(subject, action, tense), f"{np.fr} {de_(owner.fr)}", "."])


PERSON_CLITICS = [("him", "le", "ms"), ("her", "la", "fs"), ("them", "les", "mp")]


def clitic(d: Draw) -> Item:
    """A pronoun object moves before the verb: "Je le vois.", "Elle ne l'a pas vu."."""
    action, subject = d.one(lex.WITH_PERSON), d.subject(plural=0.2)
    tense = d.one(action.tenses)
    negation = d.one(["", "", "not", "never"] if tense == "past" else ["", "", "not", "no longer", "never"])
    if tense == "future" and negation == "no longer":
        negation = "not"
    if action.progressive and negation in {"never", "no longer"}:
        negation = ""
    en, fr, agreement = d.one(PERSON_CLITICS)
    words = [english_clause(subject, action, tense, negation), en, "."]

    def french(agree: str) -> list[str]:
        return [*french_clause(subject, action, tense, negation, [fr], agree), "."]
    if en == "them" and tense == "past":
        return d.item("clitic", words, (french("mp"), 0.75), (french("fp"), 0.25))
    return d.item("clitic", words, french(agreement))


def two_clitics(d: Draw) -> Item:
    """Two pronouns before the verb: "Je le lui ai donné."; "it" may be le or la."""
    action, subject = d.one(lex.GIVING), d.subject(plural=0.2)
    tense, negation = d.one(["past", "past", "future", "present"]), d.one(["", "", "not"])
    if tense == "present":
        negation = ""
        words = [f"{subject.be()} {action.ing}"]
    else:
        words = [english_clause(subject, action, tense, negation)]
    thing_en = d.one(["it", "it", "them"])
    to_en, to_fr = d.one([("him", "lui"), ("her", "lui"), ("them", "leur"), ("me", "me"), ("us", "nous")])
    if (to_en == "me" and subject is I) or (to_en == "us" and subject in (WE, I)):
        to_en, to_fr = "him", "lui"
    shares = [("le", "ms", 0.75), ("la", "fs", 0.25)] if thing_en == "it" else [("les", "mp", 0.75), ("les", "fp", 0.25)]
    variants = [([*french_clause(subject, action, tense, negation, [clitic_fr, to_fr], agree), "."], share)
                for clitic_fr, agree, share in shares]
    if variants[0][0] == variants[1][0]:
        variants = [variants[0][0]]
    return d.item("two clitics", [*words, thing_en, f"to {to_en}", "."], *variants)


def dative(d: Draw) -> Item:
    """Something to someone, as a noun (au garçon) or a pronoun (lui, leur, me, nous) before the verb."""
    action, subject = d.one(lex.GIVING), d.subject(plural=0.1)
    tense = d.one(["past", "past", "future"])
    np = d.np("gf", "a the own" if action.base != "sell" else "own the", 0.3, subject)
    if d.chance(0.5):
        to = d.name() if d.chance(0.4) else d.person(plural=0.25)
        if to.en == subject.en:
            raise Unfit
        return d.item("dative", [english_clause(subject, action, tense), np.en, "to", to.en, "."],
                      [*french_clause(subject, action, tense), np.fr, a_(to.fr), "."])
    to_en, to_fr = d.one([("him", "lui"), ("her", "lui"), ("them", "leur"), ("me", "me"), ("us", "nous")])
    if (to_en == "me" and subject is I) or (to_en == "us" and subject in (WE, I)):
        to_en, to_fr = "her", "lui"
    return d.item("dative", [english_clause(subject, action, tense), to_en, np.en, "."],
                  [*french_clause(subject, action, tense, clitics=[to_fr]), np.fr, "."])


PAIR_ADVERBS = [("here", "ici"), ("a lot", "beaucoup"), ("with Paul", "avec Paul"), ("with Anne", "avec Anne"),
                ("at night", "la nuit"), ("in the garden", "dans le jardin")]


def negation(d: Draw) -> list[Item]:
    """A sentence and its negation, differing in nothing else: ne ... pas, jamais, plus, rien, around the auxiliary."""
    kind = d.one(["object", "object", "alone", "moving", "nothing", "nothing", "none", "this"])
    subject = d.subject(plural=0.2)
    if kind == "none":
        thing = d.thing("gcs")
        return _have_none(d, subject, thing)
    if kind == "nothing":
        action = d.one(lex.SOMETHING)
        tense = d.one(action.tenses)
        verb = VERBS[action.french]
        yes = d.item("negation", [english_clause(subject, action, tense), "something ."],
                     [*french_clause(subject, action, tense), "quelque chose ."])
        no = d.item("negation", [english_clause(subject, action, tense), "nothing ."],
                    [subject.fr, *verb_group(verb, subject.person, tense, negation="rien"), "."])
        return [yes, no]
    if kind in {"object", "this"}:
        action = d.one([a for a in lex.TRANSITIVE if a.base not in {"have", "wear"}])
        tense = d.one(action.tenses)
        np = d.np(action.kinds, "this" if kind == "this" else "the own", 0.25, subject)
        tail = (np.en, np.fr)
    elif kind == "alone":
        action, tense = d.one(lex.ALONE), d.one(["present", "past", "future"])
        tail = d.one(PAIR_ADVERBS)
    else:
        action = d.one(lex.MOVING)
        tense = d.one(action.tenses)
        tail = d.one([("yesterday", "hier"), ("this morning", "ce matin"), ("with Paul", "avec Paul"),
                      ("with Anne", "avec Anne")]) if tense == "past" else (
            d.one([("tomorrow", "demain"), ("tonight", "ce soir")]) if tense == "future" else ("early", "tôt"))
    how = d.one(["not", "not", "never"] if tense != "present" else ["not", "never", "no longer"])
    if kind == "moving" and tense != "present":
        how = "not"
    if action.progressive and tense == "present":
        how = "not"

    def pair(negation: str) -> Item:
        variants = with_open_gender(
            subject, lambda who: [*french_clause(who, action, tense, negation), tail[1], "."]
        ) if VERBS[action.french].auxiliary == "être" and tense == "past" else [
            [*french_clause(subject, action, tense, negation), tail[1], "."]]
        return d.item("negation", [english_clause(subject, action, tense, negation), tail[0], "."], *variants)
    return [pair(""), pair(how)]


def _have_none(d: Draw, subject: Subject, thing: lex.Thing) -> list[Item]:
    """ "I have a car." and "I don't have a car.": un, une become de."""
    np = d.np("", "a", 0.2, thing=thing)
    have = next(a for a in lex.TRANSITIVE if a.base == "have")
    bare = np.fr.split(" ", 1)[1]
    how = d.one(["not", "not", "no longer"])
    return [
        d.item("negation", [english_clause(subject, have, "present"), np.en, "."],
               [*french_clause(subject, have, "present"), np.fr, "."]),
        d.item("negation", [english_clause(subject, have, "present", how), np.en, "."],
               [*french_clause(subject, have, "present", how), "de", bare, "."]),
    ]


PAST_ADVERBS = [("yesterday", "hier"), ("last night", "hier soir"), ("last week", "la semaine dernière"),
                ("last Monday", "lundi dernier")]
PRESENT_ADVERBS = [("every day", "tous les jours"), ("every morning", "chaque matin"), ("every evening", "chaque soir"),
                   ("on Sundays", "le dimanche")]
SAME_IN_PAST = [  # the English past of these looks like the present
    ("read", "lire"), ("read", "lire"), ("put", "mettre"), ("put on", "mettre"), ("cut", "couper"), ("shut", "fermer"),
]


def tense_adverb(d: Draw) -> Item:
    """The first adverb alone fixes the tense: "Yesterday I read ..." j'ai lu, "Every day I read ..." je lis."""
    past = d.chance(0.5)
    adverb = d.one(PAST_ADVERBS if past else PRESENT_ADVERBS)
    en, infinitive = d.one(SAME_IN_PAST)
    subject = d.one([I, I, WE, WE, Subject("the children", "les enfants", 6, "mp", 6, "their"),
                     Subject("my parents", "mes parents", 6, "mp", 6, "their"),
                     Subject("the girls", "les filles", 6, "fp", 6, "their"),
                     Subject("the boys", "les garçons", 6, "mp", 6, "their")])
    if en == "read":
        reading = d.one([("letter", "lettre", "f"), ("book", "livre", "m"), ("newspaper", "journal", "m"),
                         ("story", "histoire", "f"), ("page", "page", "f"), ("postcard", "carte", "f")])
        noun = Noun(*reading)
        determiner = d.one(["a", "the", "this"])
        np = d._phrase(noun, None, determiner, False, None)
        if d.chance(0.25) and noun.en in {"letter", "book", "story", "postcard"}:
            owner = d.name()
            np = Phrase(f"{owner.en}'s {noun.en}", f"{noun_phrase(noun)} {de_(owner.fr)}", np.agreement)
    elif en == "cut":
        np = d.np("f", "the a", 0.1) if d.chance(0.7) else d.one([
            Phrase("the bread", "le pain", "ms"), Phrase("the paper", "le papier", "ms"),
            Phrase("the flowers", "les fleurs", "fp"), Phrase("the meat", "la viande", "fs")])
    elif en == "shut":
        np = d.np("o", "the", 0.2)
    elif en == "put on":
        np = d.np("c", "a own", 0.4, subject)
    else:
        np = d.np("g", "the own", 0.0, subject)
        place_en, place_fr, kinds = d.one([("in", "dans", "i"), ("on", "sur", "t")])
        where = d.np(kinds, "the", 0.0)
        np = Phrase(f"{np.en} {place_en} {where.en}", f"{np.fr} {place_fr} {where.fr}", np.agreement)
    verb = verb_group(VERBS[infinitive], subject.person, "past" if past else "present")
    return d.item("tense adverb", [adverb[0], subject.en, en, np.en, "."],
                  [adverb[1], ",", subject.fr, *verb, np.fr, "."])


ORDERS = [  # English, infinitive, how the object comes
    ("give", "donner", "me"), ("give", "donner", "me"), ("show", "montrer", "me"), ("bring", "apporter", "me"),
    ("open", "ouvrir", "o"), ("close", "fermer", "o"), ("take", "prendre", "g"), ("look at", "regarder", "gax"),
    ("wash", "laver", "w"), ("choose", "choisir", "gc"), ("sell", "vendre", "s"), ("eat", "manger", "f"),
    ("wait for", "attendre", "person"), ("help", "aider", "person"), ("call", "appeler", "person"),
    ("invite", "inviter", "person"), ("listen to", "écouter", "person"),
]


def please(d: Draw) -> list[Item]:
    """A final "please" turns tu into vous from the first word on; both sentences of the pair are kept."""
    en, infinitive, kinds = d.one(ORDERS)
    verb = VERBS[infinitive]
    negated = kinds not in {"me", "person"} and d.chance(0.2)
    if kinds == "person":
        pronouns = [("me", "moi", "me"), ("us", "nous", "nous"), ("him", "le", "le"), ("her", "la", "la")]
        if d.chance(0.6):
            np = d.name() if d.chance(0.6) else d.person(plural=0.2)
            object_en, suffix, tail = np.en, "", np.fr
        else:
            object_en, enclitic, _ = d.one(pronouns)
            suffix, tail = f"-{enclitic}", ""
    elif kinds == "me":
        np = d.np("gf", "a the this number", 0.4)
        object_en, suffix, tail = f"me {np.en}", "-moi", np.fr
        if d.chance(0.3):
            object_en, suffix = f"us {np.en}", "-nous"
    else:
        np = d.np(kinds, "the the this plural", 0.4)
        object_en, suffix, tail = np.en, "", np.fr
    items = []
    for person, final_en, final_fr in ((2, "", ""), (5, ", please", ", s'il vous plaît")):
        form = verb.imperative(person) + suffix
        fr = ["ne", form, "pas"] if negated else [form]
        items.append(d.item("please", ["don't" if negated else "", en, object_en, final_en, "."],
                            [*fr, tail, final_fr, "."]))
    return items


def vocative(d: Draw) -> Item:
    """The person addressed, named last, selects te or vous: "Je vous attends, madame."."""
    polite = d.chance(0.5)
    who = d.one([("sir", "monsieur"), ("madam", "madame"), ("doctor", "docteur")]) if polite else (
        (d.name().en,) * 2 if d.chance(0.7) else d.one([("Mom", "maman"), ("Dad", "papa")]))
    subject = d.one([I, I, WE, WE, HE, SHE])
    action = d.one([a for a in lex.WITH_PERSON if a.base in {"see", "help", "wait", "know", "look", "invite", "find"}])
    tense = d.one([tense for tense in action.tenses if tense != "past"])
    negation = d.one(["", "", "not"])
    return d.item("vocative", [english_clause(subject, action, tense, negation), "you ,", who[0], "."],
                  [*french_clause(subject, action, tense, negation, ["vous" if polite else "te"]), ",", who[1], "."])


MOTIONS = [  # base, third, past, ing, preposition, French, contraction
    (lex.Action("go", "goes", "went", "going", "aller"), "to", a_),
    (lex.Action("arrive", "arrives", "arrived", "arriving", "arriver"), "at", a_),
    (lex.Action("come back", "comes back", "came back", "coming back", "revenir"), "from", de_),
    (lex.Action("stay", "stays", "stayed", "staying", "rester"), "at", a_),
    (lex.Action("work", "works", "worked", "working", "travailler"), "at", a_),
    (lex.Action("eat", "eats", "ate", "eating", "manger"), "at", a_),
]


def motion(d: Draw) -> Item:
    """au, à la, à l', du, de la, de l', and participles with être: "Anne est allée à la gare."."""
    action, preposition, contract = d.one(MOTIONS[:4] if d.chance(0.85) else MOTIONS[4:])
    subject, tense = d.subject(plural=0.3), d.one(["past", "past", "past", "present", "future"])
    place = d.one(lex.PLACES)
    negation = d.one(["", "", "", "not", "never"])
    time = ("", "") if negation == "never" or d.chance(0.6) else d.one(
        {"past": [("yesterday", "hier"), ("this morning", "ce matin")], "future": [("tomorrow", "demain")],
         "present": [("every day", "tous les jours")]}[tense])
    en = [english_clause(subject, action, tense, negation), f"{preposition} the {place.en}", time[0], "."]

    def french(who: Subject) -> list[str]:
        return [*french_clause(who, action, tense, negation), contract(noun_phrase(place)), time[1], "."]
    if tense == "past" and VERBS[action.french].auxiliary == "être":
        return d.item("motion", en, *with_open_gender(subject, french, flip=action.base in {"arrive", "stay"}))
    return d.item("motion", en, french(subject))


def leaving(d: Draw) -> Item:
    """Verbs with être and a time: "Elle est partie hier soir."."""
    action, subject = d.one(lex.MOVING), d.subject(plural=0.3)
    tense = "past" if d.chance(0.75) or action.tenses == ("past",) else "future"
    time = d.one([("yesterday", "hier"), ("this morning", "ce matin"), ("last night", "hier soir"),
                  ("last week", "la semaine dernière"), ("too late", "trop tard"), ("", "")] if tense == "past" else
                 [("tomorrow", "demain"), ("tonight", "ce soir"), ("this afternoon", "cet après-midi")])
    if action.base == "fall":
        time = d.one([("yesterday", "hier"), ("this morning", "ce matin"), ("in the street", "dans la rue"),
                      ("in the garden", "dans le jardin"), ("in the kitchen", "dans la cuisine")])
    variants = with_open_gender(subject, lambda who: [*french_clause(who, action, tense), time[1], "."],
                                flip=action.base in {"leave", "fall"}) if tense == "past" else [
        [*french_clause(subject, action, tense), time[1], "."]]
    return d.item("motion", [english_clause(subject, action, tense), time[0], "."], *variants)


def question(d: Draw) -> Item:
    """est-ce que, where English uses do, does, did or turns the verb round."""
    if d.chance(0.3):
        who, state = d.subject(pronouns="he she", plural=0.3), d.one(lex.MOODS)
        return d.item("question", ["are" if not who.third else "is", who.en, state.en, "?"],
                      ["est-ce que", who.fr, VERBS["être"].form(who.person), mood_form(state, who.agreement), "?"])
    who = d.subject(pronouns="he she", plural=0.2)
    action = d.one([a for a in lex.TRANSITIVE if a.base in {"see", "have", "want", "buy", "find", "lose", "forget",
                                                            "break", "open", "close", "choose", "sell"}])
    tense = "past" if "past" in action.tenses and d.chance(0.8) else (
        "present" if not action.progressive and "present" in action.tenses else "past")
    np = d.np(action.kinds, DETERMINERS[action.base], 0.35, who)
    auxiliary = "did" if tense == "past" else "does" if who.third else "do"
    particle = [action.particle] if action.particle else []
    return d.item("question", [auxiliary, who.en, action.base, *particle, np.en, "?"],
                  ["est-ce que", *french_clause(who, action, tense), np.fr, "?"])


def offer(d: Draw) -> Item:
    """The garden path: "Tu veux ..." at 40 %, three variants that share "Est-ce que" at 20 % each."""
    form = d.one("nnnndp")
    if form == "n":
        np = d.np("gf", "a a this number", 0.4)
        en, fr = np.en, np.fr
    elif form == "d":
        drinks = [("coffee", "du café"), ("tea", "du thé"), ("water", "de l'eau"), ("milk", "du lait"),
                  ("bread", "du pain"), ("cheese", "du fromage"), ("soup", "de la soupe"), ("salad", "de la salade")]
        picked = d.rng.sample(drinks, 2)
        both = d.chance(0.75)
        en = f"some {picked[0][0]}" + (f" and some {picked[1][0]}" if both else "")
        fr = picked[0][1] + (f" et {picked[1][1]}" if both else "")
    else:
        one, two = d.np("f", "a", 0.1), d.np("f", "a", 0.1)
        en, fr = f"{one.en} or {two.en}", f"{one.fr} ou {two.fr}"
    return d.item("garden path", ["do you want", en, "?"],
                  (["tu veux", fr, "?"], 0.4), (["est-ce que tu veux", fr, "?"], 0.2),
                  (["est-ce que vous voulez", fr, "?"], 0.2), (["est-ce que vous désirez", fr, "?"], 0.2))


def unknown_place(d: Draw) -> Item:
    """A short translation against a long one: "J'ignore où ..." beats "Je ne sais pas où ..." by its length alone."""
    if d.chance(0.35):
        who = d.name() if d.chance(0.4) else d.person(plural=0.25)
        en, fr, person = who.en, who.fr, 6 if who.plural else 3
    elif d.chance(0.25):
        place = d.one(lex.PLACES)
        en, fr, person = f"the {place.en}", noun_phrase(place), 3
    elif d.chance(0.4):
        owner = d.name() if d.chance(0.6) else d.person(own=0.7)
        np = d.np("gc", "the", 0.0)
        en, fr, person = f"{owner.en}'s {np.en.removeprefix('the ')}", f"{np.fr} {de_(owner.fr)}", 3
    else:
        np = d.np("gc", "the own plural", 0.5, d.one([I, HE, SHE, WE]))
        en, fr, person = np.en, np.fr, 6 if np.plural else 3
    be_en, be_fr = ("are", "sont") if person == 6 else ("is", "est")
    return d.item("short rival", ["I don't know where", en, be_en, "."],
                  (["je ignore où", be_fr, fr, "."], 0.6), (["je ne sais pas où", be_fr, fr, "."], 0.4))


def where_is(d: Draw) -> Item:
    np = d.np("gcv", "the own plural", 0.4, d.one([I, HE, SHE, WE]))
    if d.chance(0.35):
        who = d.name() if d.chance(0.3) else d.person(plural=0.2)
        np = Phrase(who.en, who.fr, who.agreement)
        d.nouns.clear()
        d.combinations.clear()
    en, fr = ("are", "sont") if np.plural else ("is", "est")
    return d.item("question", ["where", en, np.en, "?"], ["où", fr, np.fr, "?"])


def there_is(d: Draw) -> Item:
    """ "There is a black cat in the garden." """
    place_en, place_fr, kinds, inside = d.one([
        ("in", "dans", "i", "g"), ("on", "sur", "t", "g"), ("in", "dans", "garden", "a"), ("behind", "derrière", "x", "a"),
        ("in", "dans", "garden", "x")])
    np = d.np(inside, "a a number", 0.4)
    if kinds == "garden":
        where = d.one([("the garden", "le jardin"), ("the street", "la rue"), ("the kitchen", "la cuisine")]
                      if inside == "a" else [("the garden", "le jardin"), ("the street", "la rue")])
    else:
        place = d.np(kinds, "the", 0.0)
        where = place.en, place.fr
    many = np.en.split()[0] not in {"a", "an"}
    return d.item("there is", ["there are" if many else "there is", np.en, place_en, where[0], "."],
                  ["il y a", np.fr, place_fr, where[1], "."])


def what_a(d: Draw) -> Item:
    """ "What a beautiful house!" """
    thing = d.thing("gcasx")
    names = [name for name in thing.adjectives if name in {"beautiful", "pretty", "big", "small", "old", "heavy",
                                                           "dirty", "expensive"}]
    if not names:
        raise Unfit
    name = d.forced_adjective if thing is d.forced and d.forced_adjective else d.one(names)
    d.nouns.add(thing.noun.en)
    d.combinations.add((name, thing.noun.en))
    adjective, noun = lex.ADJECTIVES[name], thing.noun
    en = f"{english_article(name)} {name} {noun.en}"
    return d.item("what a", ["what", en, "!"],
                  [noun_phrase(noun, adjective, "quel" if noun.gender == "m" else "quelle"), "!"])


def need(d: Draw) -> Item:
    """avoir besoin d'un, d'une, de ce: "J'ai besoin d'une clé." """
    subject = d.subject(plural=0.2)
    np = d.np("gf", "a a this own number", 0.35, subject)
    negated = d.chance(0.25) and np.en.split()[0] not in {"a", "an"}
    have = VERBS["avoir"]
    need_en = lex.Action("need", "needs", "needed", "needing", "avoir")
    return d.item("need", [english_clause(subject, need_en, "present", "not" if negated else ""), np.en, "."],
                  [subject.fr, *verb_group(have, subject.person, negation="pas" if negated else ""), "besoin",
                   de_(np.fr), "."])


def this_is(d: Draw) -> Item:
    """c'est, ce sont, ce n'est pas: "C'est la voiture de Paul." """
    negated = d.chance(0.3)
    if d.chance(0.5):
        owner = d.name() if d.chance(0.6) else d.person()
        np = d.np("gcasx", "the", 0.0)
        en, fr = f"{owner.en}'s {np.en.removeprefix('the ')}", f"{np.fr} {de_(owner.fr)}"
    else:
        np = d.np("gcasx", "a a own" if not negated else "own", 0.6, d.one([I, HE, SHE, WE]))
        en, fr = np.en, np.fr
    if np.plural:
        return d.item("this is", ["these", "aren't" if negated else "are", en, "."],
                      ["ce ne sont pas" if negated else "ce sont", fr, "."])
    return d.item("this is", ["this", "isn't" if negated else "is", en, "."],
                  ["ce ne est pas" if negated else "ce est", fr, "."])


def this_thing(d: Draw) -> Item:
    """ce, cet, cette, ces and a predicate: "Cette voiture est trop chère." """
    thing = d.thing("gcarsx")
    np = d.np("", "this", 0.0, thing=thing)
    adjective = d.adjective(thing, predicate=True)
    if adjective is None:
        raise Unfit
    degree = ("", "")
    if adjective.en in {"big", "small", "heavy", "expensive", "old", "dirty", "beautiful"}:
        degree = d.one([("", ""), ("very", "très"), ("too", "trop")] if adjective.en != "beautiful" else
                       [("", ""), ("very", "très")])
    negated = d.chance(0.3) and not degree[0]
    return d.item("this thing", [np.en, "isn't" if negated else "is", degree[0], adjective.en, "."],
                  [np.fr, "ne est pas" if negated else "est", degree[1], adjective.form(np.agreement), "."])


def they(d: Draw) -> Item:
    """ "they" is ils or elles, "you" tu or vous, three to one."""
    you = d.chance(0.5)
    if you:
        options = [(Subject("you", "tu", 2, "ms", 2, "your"), 0.75), (Subject("you", "vous", 5, "mp", 5, "your"), 0.25)]
    else:
        options = [(Subject("they", "ils", 6, "mp", 6, "their"), 0.75), (Subject("they", "elles", 6, "fp", 6, "their"),
                                                                      0.25)]
    subject = options[0][0]
    if d.chance(0.3):
        moods = [m for m in lex.MOODS if not you or m.en in {"late", "calm", "sad", "sick"}]
        state, negated, time = d.one(moods), d.chance(0.3), d.one([("", ""), *TIMES])
        return d.item("open subject", [subject.be(negated), state.en, time[0], "."], *[
            ([who.fr, *verb_group(VERBS["être"], who.person, negation="pas" if negated else ""),
              mood_form(state, who.agreement), time[1], "."], share) for who, share in options])
    action = d.one(lex.TRANSITIVE)
    tense = d.one(action.tenses)
    negated = d.chance(0.25) and action.base not in {"have", "wear"}
    np = d.np(action.kinds, "the this" if negated else DETERMINERS[action.base].replace("own", "the"), 0.4, subject)
    how = "not" if negated else ""
    return d.item("open subject", [english_clause(subject, action, tense, how), np.en, "."], *[
        ([*french_clause(who, action, tense, how), np.fr, "."], share) for who, share in options])


FAMILIES: list[tuple[Callable[[Draw], Item | list[Item]], int]] = [
    (objects, 900), (thing_list, 420), (name_list, 260), (number_list, 130), (mood, 420), (distance, 420),
    (relative, 170), (apposition, 60), (owned_subject, 220), (owned_object, 220), (clitic, 300), (two_clitics, 190),
    (dative, 300), (negation, 560), (tense_adverb, 420), (please, 420), (vocative, 140), (motion, 330), (leaving, 150),
    (question, 270), (offer, 320), (unknown_place, 220), (where_is, 110), (there_is, 180), (what_a, 70), (need, 150),
    (this_is, 160), (this_thing, 160), (they, 240),
]
WITH_ADJECTIVE = [objects, objects, objects, question, please, need, this_is, offer, there_is, unknown_place, where_is,
                  they, this_thing, what_a, owned_subject]
WITH_RARE_NOUN = [objects, this_is, there_is, need, dative, negation]


# ---------------------------------------------------------------- the corpus

def build(hand: list[tuple[str, str]]) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """The corpus from the hand-written pairs and the grammar.

    Returns the lines (English, French, "grammar" or "hand") and, for each English source that is not for training,
    the name of its held-out set.
    """
    hand_sources = {key(english) for english, _ in hand}
    known = set(hand_sources)
    pool, longer = draw_families(known)
    hand_words = Counter(word for english, _ in hand for word in tokens(english))
    rare = [thing for thing in lex.RARE_THINGS if hand_words[thing.noun.en] == 0][: RARE_ONCE + RARE_FEW]
    unseen, in_train, in_rare = draw_unseen(known), [], []
    for index, thing in enumerate(rare):
        quota = 1 if index < RARE_ONCE else 2 + index % 2
        items = draw_forced(f"rare {thing.noun.en}", known, WITH_RARE_NOUN, quota + 2, thing)
        in_train += items[:quota]
        in_rare += items[quota:]
    held = pick_random(pool, in_train, hand)
    splits = {item.english: "random" for item in held}
    splits |= {item.english: "combinations" for item in unseen}
    splits |= {item.english: "longer" for item in longer}
    splits |= {item.english: "rare" for item in in_rare}
    trained = [item for item in pool if item.english not in splits] + in_train
    lines = [(english, french, "grammar") for english, french in draw_variants(trained)]
    for item in [*held, *unseen, *longer, *in_rare]:
        lines += [(item.english, french, "grammar") for french, _ in item.variants]
    held_hand = pick_hand(hand, lines, splits)
    splits |= held_hand
    lines += [(english, french, "hand") for english, french in dict.fromkeys(hand)]
    lines.sort(key=lambda line: (len(tokens(line[0])), line[0].lower()))
    return lines, dict(sorted(splits.items(), key=lambda row: (row[1], len(tokens(row[0])), row[0].lower())))


def key(english: str) -> str:
    """What makes a source distinct: its tokens."""
    return " ".join(tokens(english))


def attempt(family: Callable[[Draw], Item | list[Item]], draw: Draw) -> list[Item]:
    """One draw of a family; empty where its words did not suit each other."""
    try:
        made = family(draw)
    except Unfit:
        return []
    return made if isinstance(made, list) else [made]


def fits(item: Item, known: set[str]) -> bool:
    lengths = [len(tokens(text)) for text in (item.english, *(french for french, _ in item.variants))]
    return key(item.english) not in known and min(lengths) >= 2 and max(lengths) <= MAX_TOKENS


def draw_families(known: set[str]) -> tuple[list[Item], list[Item]]:
    """The sources of every family, and, apart, those longer than a training source may be."""
    pool, longer, unseen = [], [], set(UNSEEN)
    for family, count in FAMILIES:
        rng, drawn, beyond = random.Random(f"{SEED} {family.__name__}"), 0, 0
        for _ in range(60 * count):
            if drawn >= count:
                break
            for item in attempt(family, Draw(rng)):
                if not fits(item, known) or item.combinations & unseen:
                    continue
                known.add(key(item.english))
                if len(tokens(item.english)) <= MAX_TRAIN_TOKENS:
                    pool.append(item)
                    drawn += 1
                elif beyond < count // 12:
                    longer.append(item)
                    beyond += 1
        if drawn < count:
            raise RuntimeError(f"{family.__name__} has only {drawn} distinct sources of {count}: ask for fewer")
    return pool, longer


def draw_forced(label: str, known: set[str], families: list, count: int, thing: lex.Thing,
                adjective: str = "") -> list[Item]:
    """`count` sources that hold the thing (and the adjective beside it), with a single translation each if rare."""
    rng, items = random.Random(f"{SEED} {label}"), []
    for _ in range(2000):
        for item in attempt(rng.choice(families), Draw(rng, thing, adjective)):
            wanted = (adjective, thing.noun.en) in item.combinations if adjective else (
                thing.noun.en in item.nouns and len(item.variants) == 1)
            others = item.combinations - {(adjective, thing.noun.en)}
            if len(items) < count and wanted and not others & set(UNSEEN) and fits(item, known) and (
                    len(tokens(item.english)) <= MAX_TRAIN_TOKENS):
                known.add(key(item.english))
                items.append(item)
        if len(items) >= count:
            return items
    raise RuntimeError(f"{label}: only {len(items)} of {count} sources could be drawn")


def draw_unseen(known: set[str]) -> list[Item]:
    things = {thing.noun.en: thing for thing in lex.COMMON_THINGS}
    items = []
    for adjective, noun in UNSEEN:
        items += draw_forced(f"unseen {adjective} {noun}", known, WITH_ADJECTIVE, 8, things[noun], adjective)
    return items


def pick_random(pool: list[Item], in_train: list[Item], hand: list[tuple[str, str]]) -> list[Item]:
    """Eight per cent of the grammar's sources, leaving every word of theirs at least three times in training."""
    counts: Counter[str] = Counter()
    for item in pool + in_train:
        counts.update(words_of(item))
    rng, held = random.Random(f"{SEED} random"), []
    wanted = round(RANDOM_SHARE * (len(pool) + len(in_train)))
    for item in rng.sample(pool, len(pool)):
        if len(held) == wanted:
            break
        if all(counts[word] >= 5 for word in words_of(item)):
            counts.subtract(words_of(item))
            held.append(item)
    return held


def words_of(item: Item) -> set[str]:
    """English and French words, told apart by a mark, since some are spelt alike."""
    words = {"en " + word for word in tokens(item.english)}
    return words | {"fr " + word for french, _ in item.variants for word in tokens(french)}


def pick_hand(hand: list[tuple[str, str]], lines: list[tuple[str, str, str]], splits: dict[str, str]) -> dict[str, str]:
    """Held-out hand-written sources: long ones join "longer", one in twelve of those with known words "random"."""
    references = defaultdict(list)
    for english, french in hand:
        references[english].append(french)
    counts: Counter[str] = Counter()
    for english, french, _ in lines:
        if english not in splits:
            counts.update("en " + word for word in tokens(english))
            counts.update("fr " + word for word in tokens(french))
    held = {english: "longer" for english in references if len(tokens(english)) > MAX_TRAIN_TOKENS}
    for english, variants in references.items():
        if english not in held:
            counts.update("en " + word for word in tokens(english))
            counts.update("fr " + word for french in variants for word in tokens(french))
    rng = random.Random(f"{SEED} hand")
    free = [english for english in references if english not in held and english not in ARTICLE_SENTENCES]
    wanted = round(RANDOM_SHARE * len(references))
    for english in rng.sample(free, len(free)):
        words = ["en " + word for word in tokens(english)]
        words += ["fr " + word for french in references[english] for word in tokens(french)]
        if wanted and all(counts[word] > 2 * words.count(word) for word in words):
            counts.subtract(words)
            held[english] = "random"
            wanted -= 1
    return held


def draw_variants(items: list[Item]) -> list[tuple[str, str]]:
    """One translation for a training source, two for every fifth that has several, in the shares of its family.

    The variant that lags furthest behind its share is taken, so the shares hold over any stretch of the corpus.
    """
    due: dict[tuple, list[float]] = {}
    seen: Counter[tuple] = Counter()
    lines = []
    for item in items:
        shares = tuple(share for _, share in item.variants)
        group = (item.family, shares)
        lag = due.setdefault(group, [0.0] * len(shares))
        seen[group] += 1
        taken: list[int] = []
        for _ in range(2 if len(shares) > 1 and seen[group] % 5 == 0 else 1):
            lag[:] = [behind + share for behind, share in zip(lag, shares, strict=True)]
            pick = max((i for i in range(len(shares)) if i not in taken), key=lambda i: lag[i])
            lag[pick] -= sum(shares)
            taken.append(pick)
        lines += [(item.english, item.variants[i][0]) for i in sorted(taken)]
    return lines


def read_phrases(path: Path) -> list[tuple[str, str]]:
    """The hand-written pairs: English, tab, French, a line each."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(row[0], row[1]) for row in rows]


def write(folder: Path, phrases: Path) -> list[Path]:
    """Write eng-fra.tsv and eng-fra.splits.tsv into the folder and return their paths."""
    lines, splits = build(read_phrases(phrases))
    pairs, sets = folder / "eng-fra.tsv", folder / "eng-fra.splits.tsv"
    pairs.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8", newline="\n")
    sets.write_text("".join(f"{english}\t{name}\n" for english, name in splits.items()), encoding="utf-8", newline="\n")
    return [pairs, sets]
