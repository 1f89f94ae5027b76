"""A sentence taken apart for the rules: tokens, noun phrases, and clauses (who does what).

It understands the kind of French that the corpus is written in, not all of French. Where it finds no subject it finds
no clause, so that a rule stays silent rather than guess; the tests count what is seen.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .french_words import (
    ADJECTIVES,
    ADVERBS,
    ANYONE,
    CLITICS,
    CONJUNCTIONS,
    DETERMINERS,
    FIXED,
    NAMES,
    NOUNS,
    NUMERALS,
    PREPOSED,
    PREPOSITIONS,
    STRESSED,
    SUBJECTS,
    TIMES,
    VERBS,
    NounForm,
    listed,
)

Words = tuple[str, ...]
AFTER_HYPHEN = listed("je tu il elle on nous vous ils elles ce moi toi lui leur le la les y en t là ci même mêmes")
PUNCTUATION = frozenset(".,!?;:")
DEGREES = ("très", "trop", "plus", "si", "assez", "bien")
AFTER_A = ("gauche", "droite", "milieu", "bord")  # "à gauche de", "au bord de"


# ---------------------------------------------------------------- tokens


def tokens(sentence: str) -> Words:
    """Words in lower case (names keep their capital), elided words and hyphenated pronouns apart, marks by themselves.

    "J'ai vu l'île." -> j' ai vu l' île . and "A-t-elle fini ?" -> a -t -elle fini ?
    """
    found: list[str] = []
    for chunk in re.findall(r"[\w'-]+|[^\w\s]", sentence):
        found += [chunk] if chunk in PUNCTUATION else _word(chunk)
    return tuple(found)


def _word(word: str) -> list[str]:
    if word in NAMES:
        return [word]
    low = word.lower()
    if low in FIXED or low in NOUNS or all(part in NUMERALS for part in low.split("-")):
        return [low]
    elided, apostrophe, rest = word.partition("'")
    if apostrophe:
        return [elided.lower() + "'", *(_word(rest) if rest else [])]
    first, *others = low.split("-")
    if others and all(part in AFTER_HYPHEN for part in others):
        return [first, *(f"-{part}" for part in others)]
    return [low]


# ---------------------------------------------------------------- noun phrases


class NounPhrase(NamedTuple):
    """tokens[start:end]; agreements that its noun allows; the determiner and the adjectives as (index, word)."""

    start: int
    end: int
    noun: str
    agreements: frozenset[str]
    determiners: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def numbers(self) -> str:
        return "".join(sorted({agreement[1] for agreement in self.agreements}))


def agreements_of(form: NounForm) -> frozenset[str]:
    return frozenset(gender + number for gender in form.genders for number in form.numbers)


def narrowed(agreements: frozenset[str], words: tuple[str, ...], table: dict) -> frozenset[str]:
    """The agreements that the words leave open; where a word contradicts them all, the agreements as they were."""
    for word in words:
        allowed = table[word].split() if isinstance(table[word], str) else table[word]
        agreements = (agreements & frozenset(allowed)) or agreements
    return agreements


WHOLE = ("tout", "toute", "tous", "toutes")


@lru_cache(maxsize=512)  # the rules look at every word of a sentence again and again
def noun_phrase(words: Words, start: int) -> NounPhrase | None:
    """The noun phrase that starts exactly here, or None: a name, or determiner, adjectives, noun, adjectives."""
    if words[start : start + 1] in (("de",), ("d'",)) and start + 1 < len(words) and words[start + 1] in PREPOSED:
        return _plural_with_de(words, start)
    if start < len(words) and words[start] in ANYONE and (start == 0 or words[start - 1] in CONJUNCTIONS):
        return NounPhrase(start, start + 1, words[start], frozenset({"ms"}))
    if start < len(words) and words[start] in NAMES:
        return NounPhrase(start, start + 1, words[start], frozenset(gender + "s" for gender in NAMES[words[start]]))
    i, determiners = start, []
    if words[i : i + 1] and words[i] in WHOLE and i + 1 < len(words) and words[i + 1] in DETERMINERS:
        determiners.append(words[i])
        i += 1
    if i < len(words) and words[i] in DETERMINERS:
        determiners.append(words[i])
        i += 1
        if i < len(words) and words[i] in NUMERALS:  # "les deux chapeaux"
            determiners.append(words[i])
            i += 1
    if not determiners or (len(determiners) == 1 and determiners[0] in CLITICS and is_clitic(words, start)):
        return None
    before, i = _adjectives_before(words, i)
    if i >= len(words) or words[i] not in NOUNS:
        return None
    noun = words[i]
    if noun in VERBS.finite and i == start + 1 and words[start] in CLITICS and _may_be_subject(words, start - 1):
        return None  # "Anne les aide"
    after, end = _adjectives_after(words, i + 1, noun)
    known = [word for word in determiners if word in DETERMINERS]
    agreements = narrowed(agreements_of(NOUNS[noun]), tuple(known), DETERMINERS)
    return NounPhrase(start, end, noun, agreements, tuple(determiners), before, after)


def _may_be_subject(words: Words, i: int) -> bool:
    return i >= 0 and (words[i] in NAMES or words[i] in ANYONE or (words[i] in NOUNS and words[i] not in TIMES))


def _plural_with_de(words: Words, start: int) -> NounPhrase | None:
    """ "de belles robes roses": de for des before an adjective."""
    before, i = _adjectives_before(words, start + 1)
    if i >= len(words) or words[i] not in NOUNS or "p" not in NOUNS[words[i]].numbers:
        return None
    after, end = _adjectives_after(words, i + 1, words[i])
    agreements = narrowed(agreements_of(NOUNS[words[i]]), before, ADJECTIVES)
    return NounPhrase(start, end, words[i], agreements, (), before, after)


def _adjectives_before(words: Words, i: int) -> tuple[tuple[str, ...], int]:
    """The adjectives that stand here before a noun, and the noun's index."""
    before = []
    while i < len(words) and words[i] in PREPOSED and i + 1 < len(words) and _noun_follows(words, i + 1):
        before.append(words[i])
        i += 1
    return tuple(before), i


def _adjectives_after(words: Words, i: int, noun: str) -> tuple[tuple[str, ...], int]:
    """The adjectives that stand here behind the noun, and where they end."""
    after, end = [], i
    while i < len(words):
        if words[i] in DEGREES and i + 1 < len(words) and _describes(words[i + 1]):
            i += 1
        elif _describes(words[i]) and noun != "air":  # "elle a l'air contente" agrees with "elle"
            after.append(words[i])
            i += 1
            end = i
        elif words[i] == "et" and after and i + 1 < len(words) and _describes(words[i + 1]):
            i += 1
        else:
            break
    return tuple(after), end


def is_clitic(words: Words, index: int) -> bool:
    """le, la, les, leur before a verb: after a subject pronoun or another clitic ("je la porte", "il me le montre")."""
    return (
        index > 0
        and words[index - 1] in (set(SUBJECTS) | set(CLITICS)) - {"ce", "cela", "en", "leur"}
        and not (words[index - 1] in STRESSED and index > 1 and words[index - 2] in PREPOSITIONS)
    )


def _noun_follows(words: Words, index: int) -> bool:
    while index < len(words) and words[index] in PREPOSED:
        if words[index] in NOUNS:
            return True
        index += 1
    return index < len(words) and words[index] in NOUNS


def _describes(word: str) -> bool:
    """An adjective or participle that can stand after its noun (not a word that may as well be the noun's verb)."""
    return (
        (word in ADJECTIVES or word in VERBS.participles) and word not in VERBS.finite and word not in (*WHOLE, "été")
    )


class Group(NamedTuple):
    """Nouns that one verb goes with ("Anna, Paul et la fille à côté du lit"): tokens[start:end], their agreements."""

    start: int
    end: int
    agreements: frozenset[str]
    numbers: str


def group(words: Words, start: int) -> Group | None:
    """Noun phrases joined by commas and "et", each with the prepositional phrases after it."""
    first = _with_places(words, start)
    if first is None:
        return None
    heads, end, i = [first[0]], first[1], first[1]
    pending: list[NounPhrase] = []
    while i < len(words) and words[i] in (",", "et", "ou"):
        following = _with_places(words, i + 1)
        if following is None:
            break
        pending.append(following[0])
        joined = words[i] in ("et", "ou")
        i = following[1]
        if joined:
            heads += pending
            pending, end = [], i
    if len(heads) == 1:
        return Group(start, end, heads[0].agreements, heads[0].numbers)
    masculine = any(all(agreement[0] == "m" for agreement in head.agreements) for head in heads)
    feminine = all(all(agreement[0] == "f" for agreement in head.agreements) for head in heads)
    agreements = {"mp"} if masculine else {"fp"} if feminine else {"mp", "fp"}
    return Group(start, end, frozenset(agreements), "p")


def _with_places(words: Words, start: int) -> tuple[NounPhrase, int] | None:
    """A noun phrase and where its prepositional phrases end: "la fille | à côté du camion"."""
    phrase = noun_phrase(words, start)
    if phrase is None:
        return None
    end = phrase.end
    while (further := prepositional(words, end)) > end:
        end = further
    return phrase, end


def prepositional(words: Words, start: int) -> int:
    """Where the prepositional phrase that starts here ends; `start` itself where there is none."""
    i = start
    while i < len(words) and (words[i] in PREPOSITIONS or words[i] in AFTER_A):
        i += 1
    contracted = i < len(words) and words[i] in ("du", "des", "au", "aux")
    if i == start and not contracted:
        return start
    last = words[i - 1] if i > start else ""
    if last in ("du", "des", "au", "aux"):  # they are determiners as well
        i -= 1
    if i < len(words) and words[i] in STRESSED:
        return i + 1
    phrase = noun_phrase(words, i)
    if phrase is None:
        bare = i < len(words) and words[i] in NOUNS
        return i + 1 if bare and i > start else start
    if "entre" in words[start:i] and phrase.end < len(words) and words[phrase.end] == "et":
        second = noun_phrase(words, phrase.end + 1)
        return second.end if second else phrase.end
    return phrase.end


# ---------------------------------------------------------------- clauses


class Clause(NamedTuple):
    """A subject and its finite verb: index of the verb, person, the subject's agreements and clitics before the verb.

    `subject` is the words themselves; `after` is where what follows the verb (and an inverted pronoun) begins;
    `antecedent` holds the agreements of the noun that "que" stands for, in a clause like "les clés que j'ai perdues".
    """

    subject: str
    persons: frozenset[int]
    agreements: frozenset[str]
    clitics: tuple[str, ...]
    verb: int
    after: int
    antecedent: frozenset[str] = frozenset()


@lru_cache(maxsize=16)
def parse(sentence: str) -> tuple[Words, list[Clause]]:
    """The sentence's tokens and clauses, kept for the rules that read the same sentence one after the other."""
    words = tokens(sentence)
    return words, clauses(words)


def verb_after(words: Words, start: int) -> tuple[int, tuple[str, ...]] | None:
    """Index of the finite verb that stands here, and the clitics before it; None where there is none."""
    i = start
    while i < len(words) and words[i] in CLITICS:
        i += 1
    if i < len(words) and words[i] in VERBS.finite:
        return i, tuple(words[start:i])
    return None


def clauses(words: Words) -> list[Clause]:
    """The clauses whose subject can be told: a pronoun, an inverted pronoun, or a noun phrase at a clause's start."""
    found: list[Clause] = []
    i, opening = 0, True
    while i < len(words):
        word = words[i]
        if word in SUBJECTS and (clause := _pronoun_clause(words, i)):
            found.append(clause)
            i, opening = clause.after, False
            continue
        if word in VERBS.finite and i + 1 < len(words) and (pronoun := _inverted(words, i + 1)):
            index, name = pronoun
            person, agreements = SUBJECTS[name]
            clitics = _clitics_before(words, i)
            found.append(Clause(name, frozenset({person}), frozenset(agreements.split()), clitics, i, index + 1))
            i, opening = index + 1, name == "ce"
            continue
        asked = i + 1 if word in ("où", "comment", "quand", "combien", "que") else _asked(words, i)
        if asked and (clause := _inverted_noun(words, asked)):
            found.append(clause)
            i, opening = clause.after, False
            continue
        if found and found[-1].verb == i - 1 and (clause := _same_subject(words, i, found[-1])):
            found.append(clause)
            i, opening = clause.after, False
            continue
        if opening and (who := group(words, i)):
            made, i, opening = _noun_clauses(words, who)
            found += made
            continue
        opening = word in CONJUNCTIONS or word in (",", ";", ":") or (opening and word in ADVERBS) or word in TIMES
        i += 1
    return found


def _same_subject(words: Words, i: int, first: Clause) -> Clause | None:
    """ "Alice dort | , | travaille | et | court": a verb joined to a verb. "si tu veux, venez" is another clause."""
    if words[i] not in (",", "et") or words[i + 1 : i + 2] == () or words[i + 1] not in VERBS.finite:
        return None
    verb = words[i + 1]
    agrees = bool({form.person for form in VERBS.finite[verb]} & first.persons)
    if not agrees and (verb in NOUNS or words[i] == "," and verb in VERBS.imperatives):
        return None
    return Clause(first.subject, first.persons, first.agreements, (), i + 1, i + 2)


def _clitics_before(words: Words, verb: int) -> tuple[str, ...]:
    start = verb
    while start > 0 and words[start - 1] in CLITICS:
        start -= 1
    return tuple(words[start:verb])


def _pronoun_clause(words: Words, i: int) -> Clause | None:
    word = words[i]
    verb = verb_after(words, i + 1)
    previous = words[i - 1] if i else ""
    if (
        word in STRESSED
        and previous in PREPOSITIONS | {"que", "qu'", "et"}
        and (verb is None or previous in PREPOSITIONS - {"comme"})
    ):
        return None
    if verb is None or previous in ("ne", "n'"):  # "ne vous inquiétez pas"
        return None
    if word == "ce" and not any(form.infinitive == "être" for form in VERBS.finite[words[verb[0]]]):
        return None
    person, agreements = SUBJECTS[word]
    return Clause(
        word, frozenset({person}), frozenset(agreements.split()), verb[1], verb[0], verb[0] + 1, _antecedent(words, i)
    )


def _antecedent(words: Words, subject: int) -> frozenset[str]:
    """Agreements of the noun before "que" ("les clés que | j'ai perdues"), empty where there is none."""
    if subject == 0 or words[subject - 1] not in ("que", "qu'"):
        return frozenset()
    for start in range(subject - 2, -1, -1):
        phrase = noun_phrase(words, start)
        if phrase and phrase.end == subject - 1:
            return phrase.agreements
    return frozenset()


def _inverted(words: Words, i: int) -> tuple[int, str] | None:
    if words[i] == "-t":
        i += 1
    if i >= len(words) or not words[i].startswith("-") or words[i][1:] not in SUBJECTS:
        return None
    verb, name = words[i - 1], words[i][1:]
    if name in ("nous", "vous") and verb in VERBS.imperatives and not _may_agree(verb, name):  # "invite-nous"
        return None
    return i, name


def _may_agree(verb: str, pronoun: str) -> bool:
    return any(form.person == SUBJECTS[pronoun][0] for form in VERBS.finite.get(verb, ()))


def _asked(words: Words, i: int) -> int:
    """Where "quel âge" ends, 0 where no such question starts."""
    phrase = noun_phrase(words, i) if words[i] in ("quel", "quelle", "quels", "quelles") else None
    return phrase.end if phrase else 0


def _inverted_noun(words: Words, i: int) -> Clause | None:
    """ "où | sont les clés": the verb before a noun phrase that is its subject."""
    if i >= len(words) or words[i] not in VERBS.finite:
        return None
    who = group(words, i + 1)
    if who is None:
        return None
    persons = frozenset({3} if who.numbers == "s" else {6} if who.numbers == "p" else {3, 6})
    return Clause(" ".join(words[who.start : who.end]), persons, who.agreements, (), i, who.end)


def _noun_clauses(words: Words, who: Group) -> tuple[list[Clause], int, bool]:
    """A noun's clauses (the relative, then its own), the index to go on from, and whether a clause may open there."""
    made: list[Clause] = []
    persons = frozenset({3} if who.numbers == "s" else {6} if who.numbers == "p" else {3, 6})
    name = " ".join(words[who.start : who.end])
    i = who.end
    if i < len(words) and words[i] == "qui" and (verb := verb_after(words, i + 1)):
        made.append(Clause(name + " qui", persons, who.agreements, verb[1], verb[0], verb[0] + 1))
        i = _past_relative(words, verb[0] + 1)
    elif i < len(words) and words[i] in ("que", "qu'"):
        inner = _relative_clause(words, i + 1, who.agreements)
        if inner:
            made.append(inner)
            i = _past_relative(words, inner.after)
    elif (
        i + 1 < len(words)
        and words[i] == ","
        and (other := _with_places(words, i + 1))
        and words[other[1]] == ","
        and verb_after(words, other[1] + 1)
    ):  # "Anne, la sœur de Luc, est fatiguée"
        i = other[1] + 1
    timely = any(word in TIMES for word in words[who.start : who.end])
    verb = verb_after(words, i)
    if verb and not (timely and words[i] in ("nous", "vous")):  # "ce matin | nous avons"
        after = verb[0] + 1
        if inverted := _inverted(words, after) if after < len(words) else None:  # "le magasin est-il fermé"
            after = inverted[0] + 1
        made.append(Clause(name, persons, who.agreements, verb[1], verb[0], after))
        return made, after, False
    return made, max(i, who.end), timely


def _relative_clause(words: Words, i: int, antecedent: frozenset[str]) -> Clause | None:
    """The clause after "que": its subject may be a pronoun or a noun phrase."""
    if i < len(words) and words[i] in SUBJECTS:
        clause = _pronoun_clause(words, i)
        return clause._replace(antecedent=antecedent) if clause else None
    who = group(words, i)
    verb = verb_after(words, who.end) if who else None
    if who is None or verb is None:
        return None
    persons = frozenset({3} if who.numbers == "s" else {6} if who.numbers == "p" else {3, 6})
    name = " ".join(words[who.start : who.end])
    return Clause(name, persons, who.agreements, verb[1], verb[0], verb[0] + 1, antecedent)


def _past_relative(words: Words, i: int) -> int:
    """Index of the finite verb after a relative clause's own: past its participle, adjectives, places and objects."""
    i = complement(words, i)
    while i < len(words) and words[i] in VERBS.participles:
        i += 1
    while i < len(words) and words[i] not in PUNCTUATION:
        if verb_after(words, i):
            return i
        if (end := prepositional(words, i)) > i:
            i = end
        elif phrase := noun_phrase(words, i):
            i = phrase.end
        else:
            i += 1
    return i


def complement(words: Words, start: int) -> int:
    """Index of the first word after a verb that is no adverb or negation: "n'est pas très | grande"."""
    i = start
    while i < len(words) and words[i] in ADVERBS and words[i] != "debout":
        if words[i] == "mal" and words[i + 1 : i + 2] and words[i + 1] not in VERBS.participles:
            break  # "j'ai mal au dos"
        i += 1
    return i
