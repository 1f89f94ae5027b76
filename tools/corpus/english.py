"""The English of a clause: verb forms, do-support, questions, negation and the contractions that people speak."""

from __future__ import annotations

PRONOUNS = {  # object and possessive
    "I": ("me", "my"),
    "you": ("you", "your"),
    "he": ("him", "his"),
    "she": ("her", "her"),
    "it": ("it", "its"),
    "we": ("us", "our"),
    "they": ("them", "their"),
}
BE = {"present": ("am", "is", "are"), "past": ("was", "was", "were")}  # I, he, all others
MODALS = {"can": "could", "must": "must", "should": "should", "would": "would", "may": "may"}
NOT = {"can": "can't", "will": "won't", "am": "am not"}
SHORT = {"am": "'m", "is": "'s", "are": "'re", "have": "'ve", "will": "'ll", "would": "'d"}
BEFORE_VERB = {"perfect": "have", "progressive": "be", "was-doing": "be", "going": "be", "future": "will"}


def third_person(base: str) -> str:
    """have -> has, go -> goes, watch -> watches, carry -> carries."""
    if base in {"have", "be"}:
        return {"have": "has", "be": "is"}[base]
    if base.endswith(("s", "x", "ch", "sh", "o", "zz")):
        return base + "es"
    return base[:-1] + "ies" if base.endswith("y") and base[-2] not in "aeiou" else base + "s"


def _doubled(base: str) -> str:
    """stop -> stopp, plan -> plann; verbs of one syllable that end in one vowel and one consonant."""
    vowels = sum(letter in "aeiou" for letter in base)
    short = len(base) > 2 and vowels == 1 and base[-2] in "aeiou" and base[-1] not in "wxy"
    return base + base[-1] if short else base


def past_of(base: str, irregular: list[str]) -> str:
    if irregular:
        return irregular[0]
    if base.endswith("e"):
        return base + "d"
    return base[:-1] + "ied" if base.endswith("y") and base[-2] not in "aeiou" else _doubled(base) + "ed"


def ing_of(base: str, irregular: list[str]) -> str:
    if len(irregular) > 2:
        return irregular[2]
    if base.endswith("ie"):
        return base[:-2] + "ying"
    return base[:-1] + "ing" if base.endswith("e") and base not in {"be", "see"} else _doubled(base) + "ing"


def english_clause(
    subject: str, person: int, base: str, irregular: list[str], form: str, negation: str = "", mid: str = ""
) -> tuple[str, str]:
    """Subject and verb, for a statement and for a question: ("he isn't going", "isn't he going").

    `person` is 3 for he, she, it and one person, else another number; `form` a name that templates.txt lists;
    `negation` is "not", "never", "no longer" or empty, `mid` an adverb such as "often".
    """
    third, past = person == 3, form in ("past", "was-doing", "used")
    auxiliary, rest = BEFORE_VERB.get(form, ""), base
    if form == "perfect":
        rest = irregular[1] if len(irregular) > 1 else past_of(base, irregular)
    elif form in ("progressive", "was-doing"):
        rest = ing_of(base, irregular)
    elif form == "going":
        rest = f"going to {base}"
    elif form in ("might", "would"):
        auxiliary = form
    elif form == "used":
        rest = f"used to {base}"
    elif base == "be" or base in MODALS:
        auxiliary, rest = base, ""
    if auxiliary == "be":
        auxiliary = BE["past" if past else "present"][0 if subject == "I" else 1 if third else 2]
    elif auxiliary == "have":
        auxiliary = "has" if third else "have"
    elif auxiliary in MODALS and past:
        auxiliary = MODALS[auxiliary]
    do = "did" if past else "does" if third else "do"
    adverb = " ".join(word for word in (negation if negation != "not" else "", mid) if word)
    finite = rest if form == "used" else past_of(base, irregular) if past else third_person(base) if third else base
    if not auxiliary and negation == "not":
        said = f"{subject} {do}n't {adverb} {rest}"
    elif not auxiliary:
        said = f"{subject} {adverb} {finite}"
    elif negation == "not":
        denied = NOT.get(auxiliary, f"{auxiliary}n't")
        said = f"{subject} {denied} {adverb} {rest}".replace("I am", "I'm")
    else:
        said = f"{_shortened(subject, auxiliary)} {adverb} {rest}"
    asking = auxiliary or do
    if negation == "not":
        asking = NOT.get(asking, asking + "n't").replace("am not", "aren't")
    return " ".join(said.split()), " ".join(f"{asking} {subject} {adverb} {rest}".split())


def _shortened(subject: str, auxiliary: str) -> str:
    """I'm, he's, we'll; "he has" and names stay whole."""
    if subject in PRONOUNS and auxiliary in SHORT and not (subject == "it" and auxiliary == "will"):
        return subject + SHORT[auxiliary]
    return f"{subject} {auxiliary}"
