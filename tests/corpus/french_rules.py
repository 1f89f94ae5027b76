"""Rules of written French for the corpus: each reads one finished sentence and lists what is wrong with it.

Every rule is a pure function `rule(sentence) -> list[str]`, empty for a sentence without a finding; `RULES` names them
all and `problems` runs them. They know nothing of the program that wrote the sentences.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from . import french_words as lexicon
from .french_grammar import PUNCTUATION, Clause, Words, complement, is_clitic, noun_phrase, parse, tokens
from .french_words import (
    ADJECTIVES,
    CLITICS,
    DETERMINERS,
    NEGATORS,
    NOUNS,
    PREPOSED,
    SUBJECTS,
    VERBS,
    listed,
    opens_with_vowel,
)

VOWEL_FORMS = {"beau": "bel", "nouveau": "nouvel", "vieux": "vieil"}


# ---------------------------------------------------------------- letters and marks


def punctuation(sentence: str) -> list[str]:
    """One capital first, one . ! or ? last, spaces as the corpus writes them, plain characters, NFC."""
    checks = {
        "not NFC": unicodedata.normalize("NFC", sentence) != sentence,
        "a character other than French letters, digits, ' - and .,!?;: and the plain space": re.search(
            r"[^a-zA-ZàâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ0-9'\-.,!?;: ]", sentence
        ),
        "two spaces, or a space at an end": "  " in sentence or sentence != sentence.strip(),
        "no capital first": not sentence[:1].isupper(),
        "no . ! or ? last": sentence[-1:] not in tuple(".!?"),
        "no space before ? ! ; or :": re.search(r"[^ ][?!;:]", sentence),
        "a space before a comma or full stop": re.search(r" [.,]", sentence),
        "no space after a mark": re.search(r"[.,!?;:][^ ]", sentence),
        "more than one mark at the end": re.search(r"[.,!?;:] ?[.,!?;:]", sentence),
        "an apostrophe that joins nothing": re.search(r"(^|\W)'|'(\W|$)", sentence),
        "a full stop, ? or ! within": re.search(r"[.!?].", sentence),
    }
    return [what for what, wrong in checks.items() if wrong]


def accents(sentence: str) -> list[str]:
    """The accents that a capital loses most easily: À, Ça, Êtes, Où, École, É- in general is hunspell's."""
    found = []
    if re.match(r"A (?!-)", sentence):
        found.append('"A" for "À"')
    if re.match(r"(Ca|Etes|Etre|Ecoute|Ecris|Eteins)\b", sentence):
        found.append("a capital without its accent")
    if re.match(r"Ou (est|sont|vas|va|allez|es|êtes|habite\w*|as|avez)\b", sentence):
        found.append('"Ou" for "Où"')
    return found


def hyphens(sentence: str) -> list[str]:
    """Hyphens of inversion and of the imperative: "vas-tu", "est-ce que", "donne-moi", and the t of "a-t-il"."""
    words, found = tokens(sentence), []
    for i, (word, following) in enumerate(zip(words, words[1:], strict=False)):
        alone = i == 0 or words[i - 1] not in SUBJECTS and words[i - 1] not in CLITICS
        readings = VERBS.finite.get(word, ())
        asks = following in ("tu", "il", "ils", "je") or words[i + 1 : i + 3] in (("ce", "que"), ("ce", "qu'"))
        if asks and alone and i == _first_verb(words) and SUBJECTS[following][0] in {form.person for form in readings}:
            found.append(f'"{word} {following}" without a hyphen')
        if following in ("moi", "toi") and word in VERBS.imperatives and (i == 0 or words[i - 1] == ","):
            found.append(f'"{word} {following}" without a hyphen')
        if following in ("-il", "-elle", "-on") and word[-1] not in "td" and word in VERBS.finite:
            found.append(f'"{word}{following}" without -t-')
        if following == "-t" and word[-1] in "td":
            found.append(f'"{word}-t-" with a needless -t-')
    return found


def _first_verb(words: Words) -> int:
    return next((i for i, word in enumerate(words) if word in VERBS.finite or word in VERBS.imperatives), -1)


# ---------------------------------------------------------------- elision and contraction

ELIDING = listed("je me te se le la de ne que jusque lorsque puisque")


def elision(sentence: str) -> list[str]:
    """je, me, te, se, le, la, de, ne, que, si il before a vowel or mute h, and only there; ce before est, était, en."""
    words, found = tokens(sentence), []
    for word, following in zip(words, words[1:], strict=False):
        if following in PUNCTUATION or following.startswith("-"):
            continue
        vowel = opens_with_vowel(following)
        if word in ELIDING and vowel:
            found.append(f'"{word} {following}" without elision')
        elif word == "si" and following in ("il", "ils"):
            found.append(f'"si {following}" without elision')
        elif word == "s'" and following not in ("il", "ils") and not vowel:
            found.append(f'"s\'{following}"')
        elif word == "ce" and following in ("est", "était", "étaient", "en"):
            found.append(f'"ce {following}" without elision')
        elif word.endswith("'") and not vowel:
            found.append(f'"{word}{following}" elides before a consonant or an aspirated h')
    return found


def contraction(sentence: str) -> list[str]:
    """du, des, au, aux: no "de le", "de les", "à le", "à les" except before an infinitive; no "du" before a vowel."""
    words, found = tokens(sentence), []
    for i, (word, following) in enumerate(zip(words, words[1:], strict=False)):
        if word in ("de", "à") and following in ("le", "les"):
            j = i + 2
            while j < len(words) and words[j] in ("lui", "leur", "y", "en"):
                j += 1
            if j >= len(words) or words[j] not in VERBS.infinitives or words[j] in NOUNS:
                found.append(f'"{word} {following}" not contracted')
        elif word in ("de", "d'") and following in ("du", "des"):
            found.append(f'"{word} {following}"')
        elif word in ("du", "au") and opens_with_vowel(following):
            found.append(f'"{word} {following}" before a vowel')
    return found


# ---------------------------------------------------------------- noun phrases


def noun_agreement(sentence: str) -> list[str]:
    """Article, adjectives and noun agree; ma or mon, ce or cet, beau or bel, des or de as the next word asks."""
    words, found = tokens(sentence), []
    for start in range(len(words)):
        phrase = noun_phrase(words, start)
        if phrase is None or (start and words[start - 1] in DETERMINERS and words[start] in DETERMINERS):
            continue
        text = " ".join(words[phrase.start : phrase.end])
        known = NOUNS.get(phrase.noun)
        allowed = {g + n for g in known.genders for n in known.numbers} if known else set(phrase.agreements)
        for word in phrase.determiners:
            agreements = set(DETERMINERS[word].split()) if word in DETERMINERS else ADJECTIVES[word]
            if not allowed & agreements:
                found.append(f'"{text}": {word} with {phrase.noun}')
            allowed = (allowed & agreements) or allowed
        if (
            phrase.determiners[-1:] in (("mon",), ("ton",), ("son",))
            and known
            and known.genders == "f"
            and not opens_with_vowel((*phrase.before, phrase.noun)[0])
        ):
            found.append(f'"{text}"')
        for word in phrase.before:
            if not allowed & ADJECTIVES[word]:
                found.append(f'"{text}": {word} with {phrase.noun}')
        for word in phrase.after:
            if not allowed & _agreements(word) and not _shared(words, start, _agreements(word)):
                found.append(f'"{text}": {word} with {phrase.noun}')
        found += _before_vowel(words, phrase.start)
        if phrase.determiners == ("des",) and phrase.before and _after_verb(words, start):
            found.append(f'"{text}": des before an adjective')
    return found + _undetermined(words) + _orphans(words) + _superlatives(words)


def _agreements(word: str) -> set[str]:
    return set(ADJECTIVES.get(word, ())) | {agreement for _base, agreement in VERBS.participles.get(word, ())}


def _shared(words: Words, start: int, agreements: set[str]) -> bool:
    """The adjective belongs to an earlier noun ("un verre d'eau froid") or to two ("une robe et une jupe rouges")."""
    if start and words[start - 1] in ("de", "d'", "du", "à", "et"):
        for earlier in range(start - 2, -1, -1):
            phrase = noun_phrase(words, earlier)
            if phrase and phrase.end == start - 1:
                if words[start - 1] != "et":
                    return bool(agreements & phrase.agreements)
                second = noun_phrase(words, start)
                feminine = all(agreement[0] == "f" for agreement in phrase.agreements | second.agreements)
                return ("fp" if feminine else "mp") in agreements
    return False


def _before_vowel(words: Words, start: int) -> list[str]:
    """mon amie, cet hiver, un bel arbre; and ma, ce, beau before a consonant."""
    found = []
    for word, following in zip(words[start:], words[start + 1 : start + 4], strict=False):
        if following in PUNCTUATION or following not in NOUNS and following not in PREPOSED:
            continue
        vowel = opens_with_vowel(following)
        plain = {"ma": "mon", "ta": "ton", "sa": "son", "ce": "cet", **VOWEL_FORMS}
        many = following in NOUNS and NOUNS[following].numbers == "p"
        if word in plain and vowel and not (word == "vieux" and many):
            found.append(f'"{word} {following}" for "{plain[word]} {following}"')
        if word in ("cet", "bel", "nouvel", "vieil") and not vowel:
            found.append(f'"{word} {following}" before a consonant')
    return found


def _after_verb(words: Words, start: int) -> bool:
    """True where "des" is an article for sure: straight after a verb or participle that does not go with "de"."""
    previous = words[start - 1] if start else ""
    readings = {form.infinitive for form in VERBS.finite.get(previous, ())}
    takes_de = readings & {"parler", "revenir", "venir", "jouer"} or previous in ("parlé", "revenu", "venu", "joué")
    return bool(readings or previous in VERBS.participles) and not takes_de


def _undetermined(words: Words) -> list[str]:
    """Nouns without article but with an adjective: "lundi prochain", "d'eau froide", "pas de petits pains"."""
    found = []
    for previous, word, following in zip(("", *words), words, words[1:], strict=False):
        if (
            word in NOUNS
            and previous not in DETERMINERS
            and previous not in PREPOSED
            and following in ("prochain", "prochaine", "dernier", "dernière", "prochains", "prochaines")
        ):
            allowed = {g + n for g in NOUNS[word].genders for n in NOUNS[word].numbers}
            if not allowed & ADJECTIVES[following]:
                found.append(f'"{word} {following}"')
        if (
            previous not in DETERMINERS
            and previous not in PREPOSED
            and word in PREPOSED
            and word not in NOUNS
            and following in NOUNS
            and following not in PREPOSED
        ):
            allowed = {g + n for g in NOUNS[following].genders for n in NOUNS[following].numbers}
            if not allowed & ADJECTIVES[word]:
                found.append(f'"{word} {following}"')
    return found


def _orphans(words: Words) -> list[str]:
    """Determiners that no noun follows: "au marchées", "cette n'est", "la portez"."""
    found = []
    for i, (word, following) in enumerate(zip(words, words[1:], strict=False)):
        if word not in DETERMINERS or following in FOLLOWS_ARTICLE | PUNCTUATION or noun_phrase(words, i):
            continue
        if word in ("le", "la", "l'", "les", "leur", "un", *lexicon.NUMERALS):
            pronoun = is_clitic(words, i) or (i and words[i - 1] in CAN_BE_SUBJECT)
            wrong = following in VERBS.finite and following not in NOUNS and following not in CLITICS and not pronoun
        else:
            wrong = not (word == "ce" and (following in VERBS.finite or following in ("ne", "n'", "que", "qui")))
        if wrong and not (i and words[i - 1] in DETERMINERS):
            found.append(f'"{word} {following}" without a noun')
    return found


CAN_BE_SUBJECT = frozenset().union(NOUNS, lexicon.NAMES, ADJECTIVES, lexicon.ANYONE, {"qui", "cela", "ça"})
FOLLOWS_ARTICLE = listed("plus moins peu même mêmes autre autres deux trois revoir chaud frais tout tous et de d' ou")


def _superlatives(words: Words) -> list[str]:
    """ "la banque la plus proche": the second article is the first one's."""
    found = []
    for start in range(len(words)):
        phrase = noun_phrase(words, start)
        if (
            phrase
            and words[phrase.end + 1 : phrase.end + 2] in (("plus",), ("moins",))
            and words[phrase.end] in ("le", "la", "les")
        ):
            end = phrase.end + 3
            agreements = (
                set(DETERMINERS[words[phrase.end]].split()) & _agreements(words[end - 1])
                if end <= len(words)
                else set()
            )
            if not agreements & phrase.agreements:
                found.append(f'"{" ".join(words[start:end])}"')
    return found


def quantity(sentence: str) -> list[str]:
    """beaucoup, trop, assez and combien take de alone: "beaucoup de pain"."""
    words, found = tokens(sentence), []
    for i in range(len(words) - 2):
        partitive = words[i + 1] in ("du", "des") or (words[i + 1] == "de" and words[i + 2] in ("la", "l'"))
        noun = words[i + 2] if words[i + 1] in ("du", "des") else words[i + 3] if i + 3 < len(words) else ""
        if (
            words[i] in ("beaucoup", "trop", "combien", "assez")
            and partitive
            and noun in NOUNS
            and not (i and words[i - 1] in ("parle", "parles", "parlé"))
        ):
            found.append(f'"{words[i]} {words[i + 1]}"')
    return found


# ---------------------------------------------------------------- verbs


def verb_agreement(sentence: str) -> list[str]:
    """The finite verb has its subject's person and number; after a subject pronoun there is a verb at all."""
    (words, said), found = parse(sentence), []
    for clause in said:
        readings = VERBS.finite[words[clause.verb]]
        persons = {form.person for form in readings}
        if clause.subject in ("ce", "c'"):
            persons |= {3} if persons & {6} else set()  # "ce sont"
        if not persons & clause.persons:
            found.append(f'"{clause.subject}" with "{words[clause.verb]}"')
        if all(form.tense == "impersonal" for form in readings) and clause.subject not in ("il", "ce", "ça"):
            found.append(f'"{clause.subject}" with the impersonal "{words[clause.verb]}"')
        i = complement(words, clause.after)
        relative = clause.antecedent or clause.subject.endswith(" qui")
        if not relative and i < len(words) and words[i] in VERBS.finite and not _something_else(words[i]):
            found.append(f'"{words[clause.verb]}" and then "{words[i]}"')
    covered = {clause.verb for clause in said}
    for i, word in enumerate(words):
        if word in ("je", "j'", "tu", "il", "ils", "on"):
            j = i + 1
            while j < len(words) and words[j] in CLITICS:
                j += 1
            if j not in covered:
                found.append(f'"{word}" without its verb: "{words[j] if j < len(words) else ""}"')
    return found


def _something_else(word: str) -> bool:
    """A finite form that may as well be another part of speech."""
    return (
        word in NOUNS
        or word in ADJECTIVES
        or word in VERBS.participles
        or word in CLITICS
        or word in DETERMINERS
        or word in lexicon.PREPOSITIONS
    )


def imperative(sentence: str) -> list[str]:
    """A sentence that opens with a verb without subject commands: "mange", not "manges"; "va", not "vas"."""
    words = tokens(sentence)
    i = 1 if words[0] in ("ne", "n'") else 0
    while i and i < len(words) and words[i] in CLITICS:
        i += 1
    word = words[i] if i < len(words) else ""
    following = words[i + 1] if i + 1 < len(words) else ""
    if word not in VERBS.finite or following.startswith("-") and following[1:] in SUBJECTS:
        return []
    if following == "-t" or (word == "vas" and following == "-y"):
        return []
    if word in VERBS.imperatives:
        return []
    return [f'"{word}" opens the sentence and is no imperative']


LINKING = {"être", "devenir", "rester", "sembler"}


def predicate(sentence: str) -> list[str]:
    """After être: adjective or participle agrees with the subject ("la fille à côté du camion est fatiguée")."""
    (words, said), found = parse(sentence), []
    for clause in said:
        infinitives = {form.infinitive for form in VERBS.finite[words[clause.verb]]}
        i = complement(words, clause.after)
        if (
            infinitives & {"faire", "avoir"}
            and i < len(words)
            and (
                words[i] in ADJECTIVES
                and words[i] not in VERBS.participles
                and not _opens_noun_phrase(words, i)
                and words[i] not in (NOUNS if "faire" in infinitives else ("froid", "chaud"))
                and ("avoir" in infinitives or clause.subject in ("il", "ça") and "ms" not in ADJECTIVES[words[i]])
            )
        ):
            found.append(f'"{words[clause.verb]} {words[i]}"')
        if not infinitives & LINKING or (infinitives & {"suivre"} and _has_object(words, clause)):
            continue
        if any(clitic in ("me", "m'", "te", "t'", "se", "s'") for clitic in clause.clitics) or (
            clause.subject in ("nous", "vous") and clause.subject in clause.clitics
        ):
            found += _pronominal(words, clause)
            continue
        while i < len(words) and _agreements(words[i]) and not _opens_noun_phrase(words, i):
            if not _agreements(words[i]) & clause.agreements:
                found.append(f'"{clause.subject}" with "{words[i]}"')
            i += 1
            if i < len(words) and words[i] in ("et", "mais", "ou", "ni", ","):
                i = complement(words, i + 1)
            else:
                break
    return found


def _has_object(words: Words, clause: Clause) -> bool:
    """ "je suis Paul", "je suis le chat": suivre rather than être."""
    return noun_phrase(words, clause.after) is not None or any(c in ("le", "la", "l'", "les") for c in clause.clitics)


def _opens_noun_phrase(words: Words, i: int) -> bool:
    """A list's next item ("est rouge, trois ...") or a word that belongs to a noun ("tout le monde")."""
    return (
        words[i] in DETERMINERS
        or words[i] in ("tout", "tous")
        or (words[i] in PREPOSED and i + 1 < len(words) and words[i + 1] in NOUNS)
    )


ARTICLES = ("le", "la", "l'", "les", "un", "une", "des")


def _pronominal(words: Words, clause: Clause) -> list[str]:
    i = complement(words, clause.after)
    if i >= len(words) or words[i] not in VERBS.participles:
        return []
    readings = VERBS.participles[words[i]]
    with_object = noun_phrase(words, i + 1) is not None and words[i + 1] in ARTICLES
    indirect = {base for base, _ in readings} & lexicon.BETWEEN_THEMSELVES
    wanted = {"ms"} if with_object or indirect else clause.agreements
    if not {agreement for _, agreement in readings} & wanted:
        return [f'"{clause.subject}" with "{" ".join(words[clause.verb : i + 1])}"']
    return []


def auxiliary(sentence: str) -> list[str]:
    """être with verbs of motion and pronominal verbs, avoir with the others."""
    (words, said), found = parse(sentence), []
    for clause in said:
        infinitives = {form.infinitive for form in VERBS.finite[words[clause.verb]]}
        i = complement(words, clause.after)
        readings = {base for base, _ in VERBS.participles.get(words[i] if i < len(words) else "", ())}
        if not readings:
            continue
        text = f'"{" ".join(words[clause.verb : i + 1])}"'
        reflexive = _reflexive(clause)
        if "être" in infinitives and not reflexive and readings <= lexicon.NEVER_WITH_ETRE:
            found.append(f"{text}: avoir")
        if (
            "être" in infinitives
            and not infinitives & {"suivre"} | readings & lexicon.MOTION
            and not (_reflexive(clause) and "suivre" not in infinitives)
            and _object(words, i + 1)
        ):
            found.append(f"{text} with an object: avoir")
        if "avoir" in infinitives:
            direct = noun_phrase(words, i + 1) is not None or {"le", "la", "l'", "les"} & set(clause.clitics)
            if readings & lexicon.MOTION or (readings & lexicon.MOTION_OR_TRANSITIVE and not direct):
                found.append(f"{text}: être")
            if reflexive:
                found.append(f"{text}: être after a reflexive pronoun")
    return found


def _object(words: Words, i: int) -> bool:
    phrase = noun_phrase(words, i)
    return phrase is not None and phrase.noun not in lexicon.TIMES and phrase.noun not in lexicon.ANYONE


def _reflexive(clause: Clause) -> bool:
    own = {1: {"me", "m'"}, 2: {"te", "t'"}, 3: {"se", "s'"}, 4: {"nous"}, 5: {"vous"}, 6: {"se", "s'"}}
    return any(set(clause.clitics) & own[person] for person in clause.persons)


def participle(sentence: str) -> list[str]:
    """After avoir the participle agrees with a direct object before it (le, la, les, que) and with nothing else."""
    (words, said), found = parse(sentence), []
    for clause in said:
        if not any(form.infinitive == "avoir" for form in VERBS.finite[words[clause.verb]]):
            continue
        i = complement(words, clause.after)
        if i >= len(words) or words[i] not in VERBS.participles:
            continue
        if noun_phrase(words, clause.after) or i + 1 < len(words) and words[i + 1] in VERBS.participles:
            continue
        clitics = set(clause.clitics)
        if clause.antecedent:
            wanted = set(clause.antecedent)
        elif "les" in clitics:
            wanted = {"mp", "fp"}
        elif clitics & {"l'", "le", "la"}:
            wanted = {"ms", "fs"}
        elif clitics & {"me", "m'", "te", "t'", "nous", "vous"}:
            wanted = {"mp", "fp"} if clitics & {"nous"} else {"ms", "fs"} if not clitics & {"vous"} else set()
            if (
                not wanted
                or {base for base, _ in VERBS.participles[words[i]]} & lexicon.BETWEEN_THEMSELVES
                or noun_phrase(words, i + 1)
                or "en" in clitics
            ):
                wanted = {"ms"}  # an indirect object: "elle m'a donné un livre"
                if clitics & {"vous"} and not noun_phrase(words, i + 1):
                    wanted = {"ms", "fs", "mp", "fp"}
        elif words[0].startswith("quel") or words[0] == "combien":
            continue
        else:
            wanted = {"ms"}
        while i < len(words) and words[i] in VERBS.participles:  # "a dansé, chanté et ri"
            if not {agreement for _, agreement in VERBS.participles[words[i]]} & wanted:
                before = " ".join(clause.clitics) or clause.subject
                found.append(f'"{" ".join(words[clause.verb : i + 1])}" after "{before}"')
            i = i + 2 if words[i + 1 : i + 2] in ((",",), ("et",)) else len(words)
    return found


def clitics(sentence: str) -> list[str]:
    """Pronouns before the verb: in their order (je le lui donne), before the auxiliary (je l'ai vu), not "me lui"."""
    (words, said), found = parse(sentence), []
    for clause in said:
        ranks = [CLITICS[word] for word in clause.clitics]
        if ranks != sorted(ranks) or len(set(ranks)) < len(ranks) or {1, 3} <= set(ranks):
            found.append(f'"{" ".join(clause.clitics)}" before "{words[clause.verb]}"')
        infinitives = {form.infinitive for form in VERBS.finite[words[clause.verb]]}
        i = complement(words, clause.after)
        if (
            "avoir" in infinitives
            and i + 1 < len(words)
            and words[i] in ("le", "la", "l'", "les", "lui", "leur")
            and words[i + 1] in VERBS.participles
            and words[i + 1] not in NOUNS
        ):
            found.append(f'"{words[i]}" after the auxiliary')
    return found


# ---------------------------------------------------------------- negation


def negation(sentence: str) -> list[str]:
    """ne has its pas, jamais, plus, rien, personne, que or aucun, and these have their ne, in the right order."""
    (words, said), found = parse(sentence), []
    for i, word in enumerate(words):
        if word in ("ne", "n'"):
            rest = words[i + 1 :]
            end = next((k for k, later in enumerate(rest) if later in PUNCTUATION - {","}), len(rest))
            if not NEGATORS & set(rest[:end]) and not (NEGATORS - {"que", "qu'"}) & set(words[:i]):
                found.append('"ne" alone')
            k = 1 if rest[:1] and rest[0] in ("pas", "jamais", "plus", "rien") else 0  # "ne pas le voir"
            while k < len(rest) and rest[k] in CLITICS:
                k += 1
            verb = rest[k] if k < len(rest) else ""
            infinitive = rest[:1] and rest[0] in NEGATORS
            if verb not in VERBS.infinitives and (infinitive or verb not in VERBS.finite.keys() | VERBS.imperatives):
                found.append(f'"ne {" ".join(rest[: k + 1])}"')
    for clause in said:
        start = clause.after
        following = words[start] if start < len(words) else ""
        denied = any(clitic in ("ne", "n'") for clitic in clause.clitics) or (
            clause.verb and words[clause.verb - 1] in ("ne", "n'")
        )
        if following in ("pas", "jamais", "rien", "personne") and not denied and clause.subject != "personne":
            found.append(f'"{words[clause.verb]} {following}" without ne')
        if denied:
            found += _negation_order(words, clause)
    return found


def _negation_order(words: Words, clause: Clause) -> list[str]:
    """rien before the participle, personne after it, pas never after it; "de" rather than "un" or "du" after it."""
    found = []
    infinitives = {form.infinitive for form in VERBS.finite[words[clause.verb]]}
    i = complement(words, clause.after)
    compound = bool(infinitives & {"avoir", "être"}) and i < len(words) and words[i] in VERBS.participles
    if compound and i + 1 < len(words) and words[i + 1] in ("pas", "jamais", "rien", "plus"):
        found.append(f'"{words[i]} {words[i + 1]}"')
    after = words[clause.after] if clause.after < len(words) else ""
    if after == "personne" and clause.after + 1 < len(words) and words[clause.after + 1] in VERBS.participles:
        found.append(f'"personne {words[clause.after + 1]}"')
    verb = words[i] if compound else words[clause.verb]
    bases = infinitives | {base for base, _ in VERBS.participles.get(verb, ())}
    j = i + 1 if compound else i
    if (
        after in ("pas", "jamais", "plus")
        and not bases
        & {"parler", "parlé", "venir", "venu", "revenir", "revenu", "sortir", "sorti", "jouer", "joué", "devenir"}
        and (compound or "être" not in infinitives)
        and j < len(words)
    ):
        article = words[j] in ("un", "une", "du", "des") or words[j : j + 2] in (("de", "la"), ("de", "l'"))
        phrase = noun_phrase(words, j if words[j] != "de" else j + 1)
        if article and phrase and not any(word in ("seul", "seule") for word in phrase.before):
            found.append(f'"{after} {" ".join(words[j : phrase.end])}" for "{after} de"')
    return found


# ---------------------------------------------------------------- forms of address, and words


def address(sentence: str) -> list[str]:
    """s'il te plaît with tu, s'il vous plaît with vous."""
    words = tokens(sentence)
    text = " ".join(words)
    if "s' il te plaît" in text:
        others = {"vous", "votre", "vos", "-vous"} & set(words)
        others |= {
            word for word in words if {form.person for form in VERBS.finite.get(word, ())} == {5} and word not in NOUNS
        }
        return [f'"s\'il te plaît" with "{word}"' for word in sorted(others)]
    if "s' il vous plaît" in text:
        rest = text.replace("s' il vous plaît", "").split()
        others = {"tu", "te", "t'", "ton", "ta", "tes", "toi", "-toi", "-tu"} & set(rest)
        opening = next((word for word in rest if word not in ("ne", "n'") and word not in CLITICS), "")
        if {form.person for form in VERBS.imperatives.get(opening, ())} == {2}:
            others.add(opening)
        return [f'"s\'il vous plaît" with "{word}"' for word in sorted(others)]
    return []


def unknown_words(sentence: str) -> list[str]:
    """Words of which these rules know nothing, and so cannot check: add them to genders.tsv or french_words.py."""
    known = lexicon.every_word()
    return [word for word in tokens(sentence) if not _known(word, known)]


def _known(word: str, known: frozenset[str]) -> bool:
    if word in PUNCTUATION or word in known or word.isdigit():
        return True
    if word.startswith("-"):
        return word[1:] in lexicon.STRESSED | set(CLITICS) | set(SUBJECTS) | {"t", "là", "ci", "ce"}
    if word.endswith("'"):
        return word in {"j'", "m'", "t'", "s'", "n'", "l'", "d'", "c'", "qu'", "jusqu'", "lorsqu'", "puisqu'"}
    return all(part in lexicon.NUMERALS for part in word.split("-"))


RULES: dict[str, Callable[[str], list[str]]] = {
    rule.__name__: rule
    for rule in (
        punctuation,
        accents,
        hyphens,
        elision,
        contraction,
        noun_agreement,
        quantity,
        verb_agreement,
        imperative,
        predicate,
        auxiliary,
        participle,
        clitics,
        negation,
        address,
        unknown_words,
    )
}


def problems(sentence: str) -> list[str]:
    """Every finding of every rule, "rule: what"; empty for a sentence in which none finds anything."""
    return [f"{name}: {what}" for name, rule in RULES.items() for what in rule(sentence)]
