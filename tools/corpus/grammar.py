"""Fills the slots of templates.txt with the words of lexicon.txt; the heads of both files explain how they are written.

A slot's name is a class of the lexicon, with a digit where there are several of the class. What was chosen for it (a
`Chosen`) is the same wherever the name returns, in both languages and in the template's second sentence.
"""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tools.corpus.english import PRONOUNS, english_clause
from tools.corpus.french import CLITIC_ORDER, VERBS, Adjective, english_article, noun_phrase, opens_with_vowel, sentence
from tools.corpus.lexicon import Entry, Lexicon, Option

NUMBERS = [("two", "deux"), ("three", "trois"), ("four", "quatre"), ("five", "cinq")]
PLURALS = 0.12  # of things with the, this or own that could be one or several
OWNERS = {"my": 1, "your": 2, "ton": 2, "votre": 5, "his": 3, "her": 3, "our": 4, "their": 6}
ADJECTIVES = 0.4  # of the slots that may have one
NEGATIONS = {"not": "pas", "never": "jamais", "no-longer": "plus", "nothing": "rien", "nobody": ""}
TENSES = {"perfect": "past", "progressive": "present", "was-doing": "imperfect", "used": "imperfect"}
TENSES |= {"might": "future", "would": "conditional"}
IMPERATIVES = {"tu": 2, "let's": 4, "vous": 5}
REFLEXIVE = {1: "me", 2: "te", 3: "se", 4: "nous", 5: "vous", 6: "se"}
STRESSED = {1: "moi", 2: "toi", 4: "nous", 5: "vous"}
AFTER_VERB = ["le", "la", "les", "moi", "toi", "lui", "nous", "vous", "leur", "y", "en"]  # order in an order
SLOT = re.compile(r"\{([^{}]+)\}")
SLOT_OR_WORD = re.compile(r"\{[^{}]+\}|[^\s{}]+")
INVERTED = {"tu", "il", "elle", "nous", "vous", "ils", "elles"}
SOME = re.compile(r"^ (?:une? |des |du |de la |de l')(?!\{)")
VERB = re.compile(r"((?:(?:se|le|la|les|y|en|me|lui) )*)(\S+?(?:er|ir|re))(?::(\w+))?((?: .*)?)$")


class Unfit(Exception):
    """The words drawn do not suit each other: draw again."""


class Item(NamedTuple):
    """An English sentence, its French variants (text, share), its template, and the words that the splits ask for."""

    english: str
    variants: tuple[tuple[str, float], ...]
    group: str
    nouns: frozenset[str]
    combinations: frozenset[tuple[str, str]]


class Template(NamedTuple):
    """A line of templates.txt and those that share its words: for each, English and the French variants."""

    group: str
    count: int
    sentences: list[tuple[str, list[tuple[str, float]]]]


def read_templates(path: Path) -> list[Template]:
    templates: list[Template] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        count, english, *french = (part.strip() for part in line.split("|"))
        variants = []
        for text in french or [english]:
            share, percent, rest = text.partition("% ")
            variants.append((rest, int(share) / 100) if percent else (text, 1.0))
        if count == "+":
            templates[-1].sentences.append((english, variants))
        else:
            templates.append(Template(english, int(count), [(english, variants)]))
    return templates


@dataclass(eq=False)
class Chosen:
    """What stands in a slot; `inner` holds a verb phrase's own slots, `now` the reading that is being written."""

    entry: Entry
    plural: bool = False
    number: tuple[str, str] = ("", "")
    adjective: Entry | None = None
    inner: dict[str, Chosen] = field(default_factory=dict)
    now: int = 0
    woman_first: bool = False

    @property
    def option(self) -> Option:
        """Person and gender, as now read."""
        if self.entry.noun:
            return Option("", 6 if self.plural else 3, self.entry.noun.gender, 1.0)
        return self.entry.options[self.now]

    @property
    def share(self) -> float:
        return self.entry.options[-1 - self.now if self.woman_first else self.now].share

    @property
    def pronoun(self) -> str:
        """The English pronoun that takes up a person; Unfit where English does not tell the gender."""
        genders = {option.gender for option in self.entry.options}
        if self.entry.en in PRONOUNS:
            return self.entry.en
        if self.option.person > 3 or "they" in self.entry.classes:
            return "they"
        if self.entry.noun:
            return "it"
        if len(genders) > 1:
            raise Unfit
        return "he" if genders == {"m"} else "she"


def _fixed(english: str, french: str, person: int) -> Entry:
    return Entry(english, "", frozenset(), 0, options=(Option(french, person, "m", 1.0),))


FIXED = {"tu": _fixed("you", "tu", 2), "vous": _fixed("you", "vous", 5), "let's": _fixed("we", "nous", 4)}
FIXED |= {"he": _fixed("he", "il", 3), "it": _fixed("it", "il", 3), "one": _fixed("", "", 3)}  # "to get up"


class Draw:
    """One filling of a template; `forced` is a noun, and an adjective for it, that the sentence is asked to hold."""

    def __init__(self, lexicon: Lexicon, rng: random.Random, forced: Entry | None = None, adjective: str = ""):
        self.lexicon, self.rng, self.forced, self.forced_adjective = lexicon, rng, forced, adjective
        self.slots: dict[str, Chosen] = {}
        self.all: list[Chosen] = []
        self.combinations: set[tuple[str, str]] = set()
        self.said = ""  # the adjective after "be": its translations keep their shares over all templates

    def items(self, template: Template) -> list[Item]:
        """The template's sentences, filled with the same words; Unfit where they do not suit each other."""
        for english, _ in template.sentences:
            self.choose(english, self.slots)
        return [self._item(template.group, *pair) for pair in template.sentences]

    def _item(self, group: str, english: str, french: list[tuple[str, float]]) -> Item:
        en = _tidy(self.english(english, self.slots))
        if re.search(r"(n't|never|no longer|nobody)\b.* something", en, re.I):
            raise Unfit  # it would be "anything", which is said elsewhere
        shares: dict[str, float] = {}
        several = [chosen for chosen in self.all if len(chosen.entry.options) > 1]
        for reading in itertools.product(*(range(len(chosen.entry.options)) for chosen in several)):
            part = 1.0
            for chosen, now in zip(several, reading, strict=True):
                chosen.now = now
                part *= chosen.share
            for text, share in french:
                written = sentence(_contracted(self.french(text, self.slots)))
                shares[written] = round(shares.get(written, 0.0) + share * part, 4)
        if len(shares) > 4:
            raise Unfit
        nouns = frozenset(chosen.entry.en for chosen in self.all)
        return Item(en, tuple(shares.items()), self.said or group, nouns, frozenset(self.combinations))

    # ------------------------------------------------------------ choosing

    def choose(self, text: str, slots: dict[str, Chosen], subject: Chosen | None = None) -> None:
        """Choose what stands in the slots of a text, from left to right."""
        for slot in SLOT.findall(text):
            who, verb, _ = _parts(slot)
            *determiners, name = who.lstrip("~").split() or [""]
            if name and name.rstrip("+") not in [*slots, *FIXED]:
                slots[name.rstrip("+")] = self._one(name, determiners, subject)
            if verb and not verb.startswith("=") and verb not in slots:
                slots[verb] = self._verb(verb, slots.get(name.rstrip("+")))
            if name in slots and verb in slots and slots[name].entry.en == "I":
                slots[name].woman_first = slots[verb].entry.line % 2 == 1

    def _one(self, name: str, determiners: list[str], subject: Chosen | None) -> Chosen:
        entry = self._pick(name.rstrip("+"), subject)
        if "verb" in entry.classes:
            return self._with_slots(entry, subject)
        chosen = Chosen(entry)
        self.all.append(chosen)
        if entry.noun:
            self._count(chosen, determiners, subject)
            forced = entry is self.forced and self.forced_adjective
            if name.endswith("++") or name.endswith("+") and (forced or self.rng.random() < ADJECTIVES):
                chosen.adjective = self._adjective(chosen, "predicate")
        return chosen

    def _verb(self, name: str, subject: Chosen | None) -> Chosen:
        """A verb phrase of the class, or "be" and an adjective: one of a class (is mood), or one that suits (is)."""
        if name.split()[0] != "is":
            return self._with_slots(self._pick(name, subject), subject)
        kind = name[3:] or "adjective"
        adjective = self._adjective(subject, "attribute", kind) if subject and subject.entry.noun else self._pick(kind)
        if not adjective or (subject and subject.adjective is adjective):
            raise Unfit
        self.said = adjective.en
        mark = "" if " " in adjective.fr else "~"  # "en retard" does not change
        phrase = Entry(
            f"be {adjective.en}", f"être {adjective.fr}{mark}", frozenset({"verb", "imparfait"}), adjective.line
        )
        return Chosen(phrase)

    def _with_slots(self, entry: Entry, subject: Chosen | None) -> Chosen:
        chosen = Chosen(entry)
        self.all.append(chosen)
        self.choose(entry.en, chosen.inner, subject)
        return chosen

    def _pick(self, name: str, subject: Chosen | None = None) -> Entry:
        entries, weights = self.lexicon.weighted(name.rstrip("123456789"))
        used = {chosen.entry for chosen in self.all}
        if self.forced in entries and self.forced not in used:
            return self.forced
        for entry in self.rng.choices(entries, cum_weights=weights, k=5):
            if entry not in used and not _same(entry, subject):
                return entry
        raise Unfit

    def _count(self, chosen: Chosen, determiners: list[str], subject: Chosen | None) -> None:
        entry, determiner = chosen.entry, determiners[0] if determiners else ""
        maybe = determiner in {"the", "this", "own"} and "single" not in entry.classes and self.rng.random() < PLURALS
        if determiner == "own" and subject and subject.option.agreement[1] == "p" and entry.classes & {"wear", "small"}:
            maybe = "single" not in entry.classes  # several people put on several hats
        one = entry.counted == "one" and "rare" not in entry.classes
        if determiner == "num" and not one:
            raise Unfit
        chosen.plural = entry.counted == "many" or (one and (maybe or determiner in {"num", "pl", "all"}))
        chosen.number = self.rng.choice(NUMBERS) if determiner == "num" else ("", "")

    def _adjective(self, chosen: Chosen, barred: str, kind: str = "adjective") -> Entry | None:
        """An adjective that suits the noun, unless it stands in the other position only."""
        fitting = [
            entry
            for entry in self.lexicon.classes[kind]
            if entry.classes & chosen.entry.classes and barred not in entry.classes
        ]
        if chosen.entry is self.forced:
            fitting = [entry for entry in fitting if entry.en == self.forced_adjective] or fitting
        if not fitting:
            return None
        adjective = self.rng.choice(fitting)
        self.combinations.add((adjective.en, chosen.entry.en))
        return adjective

    # ------------------------------------------------------------ English

    def english(self, text: str, slots: dict[str, Chosen], subject: Chosen | None = None, some: str = "some") -> str:
        """The text with its slots filled; `some` is "any" where something is asked or denied."""

        def fill(match: re.Match[str]) -> str:
            who, verb, form = _parts(match[1])
            if verb:
                return self._english_clause(who, verb, form, slots)
            *determiners, name = who.split()
            chosen = slots[name.rstrip("+")]
            if "verb" in chosen.entry.classes:
                return self.english(chosen.entry.en, chosen.inner, subject, some)
            return _english_noun(chosen, determiners, subject, some)

        return SLOT.sub(fill, text)

    def _english_clause(self, who: str, name: str, form: list[str], slots: dict[str, Chosen]) -> str:
        subject, said = self._subject(form[0] if form[0] in IMPERATIVES else who, slots)
        verb = slots.get(name) or Chosen(Entry(name[1:], name[1:], frozenset({"verb"}), 0))
        head, _, tail = verb.entry.en.partition(" ")
        negation = next((word for word in form if word in NEGATIONS), "")
        denied = "?" in form or negation in ("not", "never", "no-longer")
        tail = self.english(tail, verb.inner, subject, "any" if denied else "some")
        tense, mid = form[0], self._adverb(form, slots, "en")
        if tense in IMPERATIVES:
            start = {"tu": "", "vous": "", "let's": "let's"}[tense]
            start += "" if negation != "not" else " not" if start else "don't"
            return f"{start} {'never' if negation == 'never' else ''} {head} {tail}"
        if tense in ("inf", "subjunctive"):
            return f"{'not to' if negation else ''} {head} {tail}"
        negation = {"no-longer": "no longer", "nothing": "", "nobody": ""}.get(negation, negation)
        if negation == "not" and "they" in subject.entry.classes:
            raise Unfit  # "everyone isn't" says two things
        option = subject.option
        irregular = self.lexicon.english.get(head, [])
        person = 0 if said == "you" or said == "they" else option.person
        statement, question = english_clause(said, person, head, irregular, tense, negation, mid)
        if who.startswith("~"):
            statement = english_clause("~", person, head, irregular, tense, negation, mid)[0].removeprefix("~ ")
        return f"{question if '?' in form else statement} {tail}"

    def _subject(self, who: str, slots: dict[str, Chosen]) -> tuple[Chosen, str]:
        """The subject and its English."""
        *determiners, name = who.lstrip("~").split() or ["one"]
        chosen = Chosen(FIXED[name]) if name in FIXED else slots[name.rstrip("+")]
        return chosen, _english_noun(chosen, determiners, None, "some")

    def _adverb(self, form: list[str], slots: dict[str, Chosen], language: str) -> str:
        words = [word for word in form[1:] if word not in NEGATIONS and word != "?" and word[0] != "~"]
        for word in words:
            if word not in slots:
                slots[word] = Chosen(self._pick(word))
        return " ".join(getattr(slots[word].entry, language) for word in words)

    # ------------------------------------------------------------ French

    def french(self, text: str, slots: dict[str, Chosen], subject: Chosen | None = None) -> str:
        """The text with its slots filled; articles that contract are marked with °."""

        def fill(match: re.Match[str]) -> str:
            who, verb, form = _parts(match[1])
            if verb:
                return self._french_clause(who, verb, form, slots)
            *determiners, name = who.split()
            return _french_noun(slots[name.rstrip("+")], determiners, subject)

        return SLOT.sub(fill, text)

    def _french_clause(self, who: str, name: str, form: list[str], slots: dict[str, Chosen]) -> str:
        subject, _ = self._subject(who, slots)
        phrase = slots[name] if name in slots else Chosen(Entry("", name[1:], frozenset({"verb"}), 0))
        negation = next((word for word in form if word in NEGATIONS), "")
        mid, tense = self._adverb(form, slots, "fr"), form[0]
        if tense in IMPERATIVES:
            subject = Chosen(FIXED[tense])
        if tense == "inf":
            return self._infinitive(phrase, subject, negation)
        if tense == "going":
            aller = Chosen(Entry("", "aller {do} ", frozenset({"verb"}), 0), inner={"do": phrase})
            return self._finite(aller, subject, who, ["present", *form[1:]], negation, mid)
        if tense == "past" and "imparfait" in phrase.entry.classes:
            form = ["imperfect", *form[1:]]
        if tense == "might":
            mid = f"{mid} peut-être"
        return self._finite(phrase, subject, who, [TENSES.get(form[0], form[0]), *form[1:]], negation, mid)

    def _infinitive(self, phrase: Chosen, subject: Chosen | None, negation: str = "", denied: bool = False) -> str:
        verb, _, clitics, early, tail, _ = self._pieces(phrase, subject, denied or bool(negation))
        denied = f"ne {NEGATIONS[negation]}" if negation else ""
        return " ".join([denied, early, *clitics, verb.infinitive, tail])

    def _finite(self, phrase: Chosen, subject: Chosen, who: str, form: list[str], negation: str, mid: str) -> str:
        verb, own_tense, clitics, early, tail, agreement = self._pieces(phrase, subject, bool(negation))
        tense, person = form[0] if form[0] != "present" else own_tense or "present", subject.option.person
        ne, pas = ("ne", NEGATIONS[negation]) if negation else ("", "")
        if tense in IMPERATIVES:
            return _order(verb, person, clitics, (ne, pas), f"{mid} {early} {tail}")
        for word in form:
            if word.startswith("~"):
                agreement = self.slots[word[1:]].option.agreement
        participle = verb.agreed_participle(agreement) if tense == "past" else ""
        reflexive = REFLEXIVE[person] in clitics and re.match("se |s'", phrase.entry.fr)
        finite = VERBS["être"].form(person) if reflexive and tense == "past" else verb.form(person, tense)
        said = "" if who.startswith("~") else _french_noun(subject, who.split()[:-1], None)
        if "?" in form and said in INVERTED:
            link = "-t-" if said in ("il", "elle") and finite[-1] in "aeé" else "-"
            return " ".join([ne, *clitics, f"{finite}{link}{said}", pas, mid, early, participle, tail])
        return " ".join([said, ne, *clitics, finite, pas, mid, early, participle, tail])

    def _pieces(self, phrase: Chosen, subject: Chosen | None, denied: bool):
        """Verb, a tense of its own, clitics, adverbs that stand early, the rest, and the participle's agreement."""
        found = VERB.match(re.sub(r"^([smtl])'", r"\1e ", phrase.entry.fr))
        if not found:
            raise ValueError(f"no French verb in {phrase.entry.fr!r}")
        rest = SOME.sub(" de ", found[4]) if denied and found[2] != "être" else found[4]
        verb, option = VERBS[found[2]], subject.option if subject else Option("", 3, "m", 1.0)
        clitics = [REFLEXIVE[option.person] if word == "se" else word for word in found[1].split()]
        agreement = option.agreement if verb.auxiliary == "être" else "ms"
        if "se" in found[1].split() and not re.match(r" (?:l[ea]s?|un|\{)", rest):  # but: elle s'est lavé les mains
            agreement = option.agreement
        early, tail = [], []
        for word in SLOT_OR_WORD.findall(rest):
            slot = SLOT.fullmatch(word)
            if not slot:
                (early if word[0] == "<" else tail).append(_agreed(word.lstrip("<"), option.agreement, self.lexicon))
                continue
            *determiners, name = slot[1].split()
            chosen = phrase.inner[name.rstrip("+")]
            if "verb" in chosen.entry.classes:
                tail.append(self._infinitive(chosen, subject, denied=denied))
            elif chosen.entry.en in PRONOUNS and tail[-1:] == ["à"]:
                clitics.append(_clitic(chosen.option, {"ms": "lui", "fs": "lui", "mp": "leur", "fp": "leur"}))
                tail.pop()
            elif chosen.entry.en in PRONOUNS and not tail:
                clitics.append(_clitic(chosen.option, {"ms": "le", "fs": "la", "mp": "les", "fp": "les"}))
                agreement = chosen.option.agreement
            elif chosen.entry.en in PRONOUNS:
                tail.append(_stressed(chosen.option))
            else:
                none = denied and not tail and verb.infinitive != "être"
                if none and determiners[:1] in (["a"], ["pl"]):
                    determiners = ["no"]
                written = _french_noun(chosen, determiners, subject)
                tail.append(SOME.sub(" de ", f" {written}").strip() if none and not chosen.entry.noun else written)
        return verb, found[3], sorted(clitics, key=CLITIC_ORDER.index), " ".join(early), " ".join(tail), agreement


# ---------------------------------------------------------------- words and phrases


def _parts(slot: str) -> tuple[str, str, list[str]]:
    """ "who, do, past not" -> who, do, [past, not]; "do, inf" has no person, "a thing" neither verb nor form."""
    *who, verb, form = [part.strip() for part in slot.split(",")] if "," in slot else [slot, "", ""]
    return "".join(who), verb, form.split()


def _same(entry: Entry, subject: Chosen | None) -> bool:
    """Whether an object would be the subject again: nobody says "I help us"."""
    if not subject or not entry.options or not subject.entry.options:
        return False
    pair = {entry.en, subject.entry.en}
    return entry.en in subject.entry.en.split() or pair in ({"I", "we"}, {"they", "them"})


def _english_noun(chosen: Chosen, determiners: list[str], subject: Chosen | None, some: str) -> str:
    entry, determiner = chosen.entry, determiners[0] if determiners else ""
    if determiner == "he":
        return chosen.pronoun
    if determiner in ("him", "his"):
        return PRONOUNS[chosen.pronoun][0 if determiner == "him" else 1]
    if not entry.noun:
        words = PRONOUNS[entry.en][0] if entry.en in PRONOUNS and subject else entry.en
        return re.sub("^some ", f"{some} ", words)
    core = entry.noun.english(chosen.plural)
    core = f"{chosen.adjective.en} {core}" if chosen.adjective else core
    if determiner == "a":
        return f"{some if chosen.plural or entry.counted != 'one' else english_article(core)} {core}"
    if determiner == "own":
        if not subject or not subject.entry.en:
            raise Unfit
        determiner = PRONOUNS[subject.pronoun][1]
    if determiner == "this" and chosen.plural:
        determiner = "these"
    return f"{ {'all': '', 'pl': '', 'num': chosen.number[0]}.get(determiner, determiner) } {core}".strip()


def _french_noun(chosen: Chosen, determiners: list[str], subject: Chosen | None) -> str:
    entry, determiner = chosen.entry, determiners[0] if determiners else ""
    if determiner == "he":
        return entry.options[chosen.now].fr if entry.en in PRONOUNS else THIRD[chosen.option.agreement]
    if determiner == "him":
        return _stressed(chosen.option)
    if not entry.noun:
        words = chosen.option.fr if entry.options else entry.fr
        return f"°{words}" if re.match("les? ", words) else words
    adjective = chosen.adjective and chosen.adjective.adjective
    owner = subject.option.person if subject else 2
    if determiner in OWNERS:
        return noun_phrase(entry.noun, adjective, "mon", chosen.plural, OWNERS[determiner])
    if determiner in ("", "no"):
        return ("de " if determiner else "") + noun_phrase(entry.noun, adjective, "", chosen.plural).strip()
    if determiner == "num":
        return noun_phrase(entry.noun, adjective, chosen.number[1], True)
    if determiner in ("a", "pl") and entry.counted == "much":
        return f"°{'du' if entry.noun.gender == 'm' else 'de-la'} {noun_phrase(entry.noun, adjective, '').strip()}"
    kind = {"a": "un", "pl": "un", "this": "ce", "own": "mon"}.get(determiner, "le")
    written = noun_phrase(entry.noun, adjective, kind, chosen.plural, owner)
    return f"°{written}" if kind in ("le", "un") else written


THIRD = {"ms": "il", "fs": "elle", "mp": "ils", "fp": "elles"}


def _clitic(option: Option, third: dict[str, str]) -> str:
    return {1: "me", 2: "te", 4: "nous", 5: "vous"}.get(option.person) or third[option.agreement]


def _stressed(option: Option) -> str:
    third = {"ms": "lui", "fs": "elle", "mp": "eux", "fp": "elles"}
    return STRESSED.get(option.person) or third[option.agreement]


def _agreed(word: str, agreement: str, lexicon: Lexicon) -> str:
    """A French word that ends in ~ agrees with the subject: fatigué~ -> fatiguée."""
    if not word.endswith("~"):
        return word
    return lexicon.adjectives.get(word[:-1], Adjective("", word[:-1])).form(agreement)


def _order(verb, person: int, clitics: list[str], denied: tuple[str, str], rest: str) -> str:
    """The imperative: "donne-le-moi", "ne le donne pas"."""
    form = verb.imperative(person)
    if denied[0]:
        return " ".join([denied[0], *clitics, form, denied[1], rest])
    if {"y", "en"} & set(clitics[:1]) and form[-1] in "ea":
        form += "s"
    after = sorted(({"me": "moi", "te": "toi"}.get(word, word) for word in clitics), key=AFTER_VERB.index)
    return f"{'-'.join([form, *after])} {rest}"


def _contracted(text: str) -> list[str]:
    """Join de and à with the articles marked °: "de °le chat" -> "du chat", "de °du pain" -> "de pain"."""
    words: list[str] = []
    for word, following in itertools.pairwise([*re.sub(r"([,.])", r" \1", text).split(), "."]):
        article = word.removeprefix("°")
        before = words[-1] if words and word != article else ""
        if before in ("de", "à") and article in ("le", "les") and not (article == "le" and opens_with_vowel(following)):
            words[-1] = {"dele": "du", "deles": "des", "àle": "au", "àles": "aux"}[before + article]
        elif not (before == "de" and article in ("du", "de-la", "des", "de")):
            words.append(article.replace("de-la", "de la"))
        if article == "du" and words[-1] == "du" and word != article and opens_with_vowel(following):
            words[-1] = "de le"
    return words


def _tidy(text: str) -> str:
    text = re.sub(r" ([,.?!])", r"\1", " ".join(text.split())).replace("s's ", "s' ")
    return text[0].upper() + text[1:]
