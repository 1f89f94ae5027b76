"""French morphology for the corpus grammars: small pure functions and three records (Noun, Adjective, Verb).

A phrase is a list of words or a string of words separated by spaces; `sentence` elides, joins, capitalises and
punctuates it in one place, so that a grammar never writes an apostrophe itself.

>>> sentence(["je", "entends", "la", "sœur", de_("le voisin"), "."])
"J'entends la sœur du voisin."
>>> sentence(["elle"] + verb_group(VERBS["voir"], 3, "past", clitics=["la"], negation="pas", agree_with="fs") + ["."])
"Elle ne l'a pas vue."

Persons are 1 je, 2 tu, 3 il/elle, 4 nous, 5 vous, 6 ils/elles. Agreement is one of "ms", "fs", "mp", "fp".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

VOWELS = "aàâäeéèêëiîïoôöuùûüyœæ"
# Words before which nothing elides although they begin with h or a vowel ("le huit", "le onze", "le yaourt").
ASPIRATED = {
    "hamster",
    "hamsters",
    "haricot",
    "haricots",
    "haut",
    "haute",
    "hautes",
    "hauts",
    "hibou",
    "hiboux",
    "homard",
    "homards",
    "huit",
    "huitième",
    "hockey",
    "hérisson",
    "hérissons",
    "hache",
    "haches",
    "hall",
    "hangar",
    "harpe",
    "harpes",
    "hors",
    "hauteur",
    "hollande",
    "onze",
    "onzième",
    "oui",
    "ouistiti",
    "yaourt",
    "yaourts",
    "yoga",
}
ELIDING = {"je", "me", "te", "se", "le", "la", "ne", "de", "que", "jusque", "lorsque", "puisque"}
MASCULINE_BEFORE_VOWEL = {"beau": "bel", "nouveau": "nouvel", "vieux": "vieil", "ce": "cet"}
POSSESSIVES = {  # person of the owner: masculine, feminine, plural
    1: ("mon", "ma", "mes"),
    2: ("ton", "ta", "tes"),
    3: ("son", "sa", "ses"),
    4: ("notre", "notre", "nos"),
    5: ("votre", "votre", "vos"),
    6: ("leur", "leur", "leurs"),
}
CLITIC_ORDER = ["me", "te", "se", "nous", "vous", "le", "la", "les", "lui", "leur", "y", "en"]


# ---------------------------------------------------------------- spelling between words


def opens_with_vowel(word: str) -> bool:
    """True where the word asks for elision: a vowel or a mute h ("ami", "heure"), not "huit" or "onze"."""
    first = word.split()[0].split("-")[0].rstrip(".,").lower()
    return first not in ASPIRATED and first[0] in VOWELS + "h"


def elide(words: list[str]) -> list[str]:
    """Write j', l', d', qu', n', m', t', s', c' where the next word opens with a vowel: ["je", "ai"] -> ["j'ai"]."""
    done: list[str] = []
    for word in reversed(words):  # from the right: the clitic of "je ne l'ai pas" is joined before "ne" is looked at
        following = done[-1] if done else ""
        low = word.lower()
        if following and following[0] not in ",.!?" and opens_with_vowel(following):
            if low in ELIDING:
                done[-1] = word[:-1] + "'" + following
                continue
            if low == "ce" and following.split("'")[0] in {"est", "était", "étaient", "en"}:
                done[-1] = word[:-1] + "'" + following
                continue
        if low == "si" and following in {"il", "ils"}:
            done[-1] = word[:-1] + "'" + following
            continue
        done.append(word)
    return done[::-1]


def sentence(words: list[str]) -> str:
    """Words to a sentence: elision, a plain space before ? and !, none before . and a comma, a capital in front."""
    flat = [word for phrase in words for word in phrase.split()]
    text = " ".join(elide(flat)).replace(" ,", ",").replace(" .", ".")
    return text[0].upper() + text[1:]


def de_(phrase: str) -> str:
    """Put "de" before: "le chat" -> "du chat", "les filles" -> "des filles", "Anne" -> "de Anne" (not elided)."""
    return _contract("de", {"le": "du", "les": "des"}, phrase)


def a_(phrase: str) -> str:
    """Put "à" before: "le marché" -> "au marché", "les enfants" -> "aux enfants", "la gare" -> "à la gare"."""
    return _contract("à", {"le": "au", "les": "aux"}, phrase)


def _contract(preposition: str, forms: dict[str, str], phrase: str) -> str:
    first, _, rest = phrase.partition(" ")
    if first in forms and not (first == "le" and opens_with_vowel(rest)):
        return f"{forms[first]} {rest}"
    return f"{preposition} {phrase}"


# ---------------------------------------------------------------- nouns, articles, adjectives


def plural_of(word: str) -> str:
    """Regular plural of a noun or adjective: chat -> chats, gâteau -> gâteaux, cheval -> chevaux, bras -> bras."""
    if word[-1] in "sxz":
        return word
    if word.endswith(("eau", "eu")) and word not in {"bleu", "pneu"}:
        return word + "x"
    if word.endswith("al") and word not in {"bal", "festival", "carnaval", "final"}:
        return word[:-2] + "aux"
    return word + "s"


@dataclass(frozen=True)
class Noun:
    """A noun on both sides; gender is "m" or "f". Plurals are the regular ones unless given."""

    en: str
    fr: str
    gender: str
    en_plural: str = ""
    fr_plural: str = ""

    def english(self, plural: bool = False) -> str:
        return (self.en_plural or english_plural(self.en)) if plural else self.en

    def french(self, plural: bool = False) -> str:
        return (self.fr_plural or plural_of(self.fr)) if plural else self.fr

    def agreement(self, plural: bool = False) -> str:
        return self.gender + ("p" if plural else "s")


@dataclass(frozen=True)
class Adjective:
    """An adjective on both sides; `feminine` where it is irregular; `before` when it stands before its noun."""

    en: str
    fr: str
    feminine: str = ""
    before: bool = False

    def form(self, agreement: str, following: str = "") -> str:
        """The form for "ms" "fs" "mp" "fp"; before a masculine noun with a vowel: beau -> bel, vieux -> vieil."""
        if agreement[0] == "f":
            base = self.feminine or feminine_of(self.fr)
        elif agreement == "ms" and following and opens_with_vowel(following):
            base = MASCULINE_BEFORE_VOWEL.get(self.fr, self.fr)
        else:
            base = self.fr
        return plural_of(base) if agreement[1] == "p" else base


def feminine_of(word: str) -> str:
    """Regular feminine of an adjective or participle: petit -> petite, rouge -> rouge, heureux -> heureuse."""
    if word.endswith("e"):
        return word
    endings = {"eux": "euse", "er": "ère", "f": "ve", "el": "elle", "en": "enne", "on": "onne"}
    for ending, feminine in endings.items():
        if word.endswith(ending):
            return word[: -len(ending)] + feminine
    return word + "e"


def article(noun: str, agreement: str, definite: bool = True) -> str:
    """The article as a separate word, not yet elided: le, la, les, un, une, des."""
    if agreement[1] == "p":
        return "les" if definite else "des"
    if definite:
        return "le" if agreement[0] == "m" else "la"
    return "un" if agreement[0] == "m" else "une"


def possessive(owner: int, agreement: str, following: str) -> str:
    """mon, ma, mes ...: "mon amie" too, before a feminine noun that opens with a vowel."""
    masculine, feminine, plural = POSSESSIVES[owner]
    if agreement[1] == "p":
        return plural
    return feminine if agreement[0] == "f" and not opens_with_vowel(following) else masculine


def demonstrative(agreement: str, following: str) -> str:
    """ce, cet, cette or ces."""
    if agreement[1] == "p":
        return "ces"
    if agreement[0] == "f":
        return "cette"
    return "cet" if opens_with_vowel(following) else "ce"


def noun_phrase(
    noun: Noun, adjective: Adjective | None = None, determiner: str = "le", plural: bool = False, owner: int = 0
) -> str:
    """A noun with determiner and adjective, contractions and elision left open: "le petit chat", "une pomme verte".

    determiner: "le" definite, "un" indefinite, "ce" demonstrative, "mon" possessive (owner = person 1..6), or any
    other word, kept as it is ("trois", "de"). "des" becomes "de" before an adjective: "de petites maisons".
    """
    agreement, word = noun.agreement(plural), noun.french(plural)
    before = bool(adjective and adjective.before)
    if adjective:
        form = adjective.form(agreement, word if before else "")
        core = f"{form} {word}" if before else f"{word} {form}"
    else:
        core = word
    if determiner == "le":
        head = article(core, agreement)
    elif determiner == "un":
        head = "de" if before and plural else article(core, agreement, definite=False)
    elif determiner == "ce":
        head = demonstrative(agreement, core)
    elif determiner == "mon":
        head = possessive(owner, agreement, core)
    else:
        head = determiner
    return f"{head} {core}"


# ---------------------------------------------------------------- verbs

PRESENT_ER = ("e", "es", "e", "ons", "ez", "ent")
PRESENT_IR = ("is", "is", "it", "issons", "issez", "issent")
PRESENT_RE = ("s", "s", "", "ons", "ez", "ent")
IMPERFECT = ("ais", "ais", "ait", "ions", "iez", "aient")
FUTURE = ("ai", "as", "a", "ons", "ez", "ont")
SOIS = ("sois", "sois", "soit", "soyons", "soyez", "soient")
AIE = ("aie", "aies", "ait", "ayons", "ayez", "aient")


@dataclass(frozen=True)
class Verb:
    """A French verb: six present forms, participle, future stem, auxiliary; je and nous of an odd subjunctive."""

    infinitive: str
    present: tuple[str, ...]
    participle: str
    future_stem: str
    auxiliary: str = "avoir"
    odd_subjunctive: tuple[str, ...] = ()

    def form(self, person: int, tense: str = "present") -> str:
        """The finite form; "past" is the auxiliary's present, to which the participle belongs."""
        index = person - 1
        if tense == "present":
            return self.present[index]
        if tense == "past":
            return VERBS[self.auxiliary].present[index]
        if tense == "future":
            return self.future_stem + FUTURE[index]
        if tense == "conditional":
            return self.future_stem + IMPERFECT[index]
        if tense == "imperfect":
            return self._imperfect(person)
        if tense == "subjunctive":
            return self._subjunctive(person)
        raise ValueError(f"tense is {tense!r}; expected present, past, future, conditional, imperfect or subjunctive")

    def _imperfect(self, person: int) -> str:
        stem = "ét" if self.infinitive == "être" else self.present[3].removesuffix("ons")
        if stem.endswith(("ge", "ç")) and person in (4, 5):  # mangeons -> mangions, commençons -> commencions
            stem = stem[:-1] if stem.endswith("ge") else stem[:-1] + "c"
        return stem + IMPERFECT[person - 1]

    def _subjunctive(self, person: int) -> str:
        je, *nous = self.odd_subjunctive or (self.present[5].removesuffix("ent") + "e",)
        if self.infinitive in {"être", "avoir"}:
            return {"être": SOIS, "avoir": AIE}[self.infinitive][person - 1]
        if person in (4, 5):
            stem = je[:-1] if je.endswith("-") else nous[0].removesuffix("ions") if nous else ""
            return stem + IMPERFECT[person - 1] if stem else self._imperfect(person)
        return je[:-1] + PRESENT_ER[person - 1]

    def agreed_participle(self, agreement: str = "ms") -> str:
        base = self.participle.replace("dû", "du") if agreement != "ms" else self.participle
        if agreement[0] == "f":
            base += "e"
        return plural_of(base) if agreement[1] == "p" else base

    def imperative(self, person: int = 5) -> str:
        """The imperative of tu (2), nous (4) or vous (5): "va", "mange", "finissez"."""
        if self.infinitive in {"être", "avoir", "savoir"}:
            form = self._subjunctive(person).replace("sachions", "sachons").replace("sachiez", "sachez")
            return form.removesuffix("s") if form in {"aies", "saches"} else form
        form = self.present[person - 1]
        return form[:-1] if person == 2 and form.endswith(("es", "as")) else form


def verb_group(
    verb: Verb,
    person: int,
    tense: str = "present",
    clitics: list[str] | tuple[str, ...] = (),
    negation: str = "",
    agree_with: str = "ms",
) -> list[str]:
    """ne + clitics + finite verb + pas/jamais/plus/rien + participle, as words: ["ne", "la", "ai", "pas", "vue"].

    agree_with: the subject's agreement for verbs with être, the preceding direct object's for verbs with avoir.
    """
    words = ["ne"] if negation else []
    words += sorted(clitics, key=CLITIC_ORDER.index)
    words.append(verb.form(person, tense))
    if negation:
        words.append(negation)
    if tense == "past":
        words.append(verb.agreed_participle(agree_with))
    return words


WITH_ETRE = {"aller", "venir", "revenir", "devenir", "partir", "repartir", "sortir", "arriver", "entrer", "rentrer"}
WITH_ETRE |= {"rester", "tomber", "monter", "descendre", "naître", "mourir", "retourner"}


def regular(infinitive: str) -> Verb:
    """A verb like parler, finir or vendre; with acheter -> achète, préférer -> préfère, payer -> paie."""
    stem, ending = infinitive[:-2], infinitive[-2:]
    if ending == "ir":
        return Verb(infinitive, tuple(stem + end for end in PRESENT_IR), stem + "i", infinitive)
    if ending == "re":
        return Verb(infinitive, tuple(stem + end for end in PRESENT_RE), stem + "u", infinitive[:-1])
    silent = stem[:-1] + "i" if stem.endswith(("oy", "uy", "ay")) else re.sub(r"[eé]([^aeéiou])$", r"è\1", stem)
    nous = stem + "e" if stem.endswith("g") else stem[:-1] + "ç" if stem.endswith("c") else stem
    stems = (silent, silent, silent, nous, stem, silent)
    # préférer keeps é in the future (préférerai), acheter takes the changed stem (achèterai)
    future = infinitive if "é" in stem[-2:] else silent + "er"
    return Verb(infinitive, tuple(map(str.__add__, stems, PRESENT_ER)), stem + "é", future)


class _Verbs(dict[str, Verb]):
    """Any French verb by its infinitive: from conjugation.txt, like a verb that stands there, or regular."""

    def __missing__(self, infinitive: str) -> Verb:
        models = [model for model in self if infinitive.endswith(model)]
        if models:
            like = self[max(models, key=len)]
            prefix = infinitive.removesuffix(like.infinitive)
            subjunctive = tuple(prefix + form for form in like.odd_subjunctive)
            present = tuple(prefix + form for form in like.present)
            verb = Verb(
                infinitive, present, prefix + like.participle, prefix + like.future_stem, odd_subjunctive=subjunctive
            )
        else:
            verb = regular(infinitive)
        self[infinitive] = replace(verb, auxiliary="être" if infinitive in WITH_ETRE else "avoir")
        return self[infinitive]


def _read_verbs() -> _Verbs:
    verbs = _Verbs()
    for line in Path(__file__).with_name("conjugation.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            infinitive, *forms = line.split()
            auxiliary = "être" if infinitive in WITH_ETRE else "avoir"
            verbs[infinitive] = Verb(infinitive, tuple(forms[:6]), *forms[6:8], auxiliary, tuple(forms[8:]))
    return verbs


VERBS = _read_verbs()


# ---------------------------------------------------------------- the little English that is needed


def english_plural(word: str) -> str:
    """Regular English plural: cat -> cats, box -> boxes, cherry -> cherries, child and other irregulars are given."""
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def english_article(phrase: str) -> str:
    """Choose "a" or "an" before a phrase, by sound for the words used here: "an apple", "a useful book", "an hour"."""
    silent_h = phrase.startswith(("hour", "honest"))
    sounded_u = phrase.startswith(("uni", "use", "euro", "one"))
    return "an" if (phrase[0] in "aeiou" and not sounded_u) or silent_h else "a"


def english_sentence(words: list[str]) -> str:
    """Words to an English sentence: punctuation attached to the word before it, a capital in front."""
    flat = " ".join(word for word in words if word)
    for mark in ",.?!":
        flat = flat.replace(f" {mark}", mark)
    return flat[0].upper() + flat[1:]
