"""Laws of written French that a pattern or a short list of words can state: each pattern finds what must not be there.

They catch what a list of sentences gets wrong most easily; they are no grammar. Spelling is hunspell's.
"""

import re
from collections import defaultdict


def _either(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


# ---------------------------------------------------------------- words

ASPIRATED = _either(
    "hache haie hall hamac hamster hangar haricot harpe hasard haut héros hérisson hibou hockey homard honte hors "
    "hublot huit(?!r) onz oui yacht yaourt yoga"
)
VOWEL = rf"(?!{ASPIRATED})(?:[aàâeéèêiîoôuûœh]|y\b|yeux\b)"  # what asks for elision

FEMININE_NOUNS = _either(
    "banque boîte bouteille chaise chambre chemise clé cuisine école famille femme fenêtre fille gare heure lampe main "
    "maison mère montre nuit orange photo place pomme porte robe rue semaine sœur soupe table tasse valise ville "
    "voiture"
)
MASCULINE_NOUNS = _either(
    "ami arbre bateau bureau café camion chapeau chat chien couteau frère garçon gâteau homme jardin jour lait lit "
    "livre manteau marché matin pain parc père piano problème sac soir stylo thé train travail vélo verre village"
)
EITHER_GENDER = _either(
    "autre camarade de dentiste drôle enfant jeune pauvre plus si troisième très élève"
)  # people of both genders, and what may stand between article and noun

ADJECTIVES = """
    fatigué/fatiguée content/contente prêt/prête occupé/occupée inquiet/inquiète fier/fière fâché/fâchée perdu/perdue
    ouvert/ouverte fermé/fermée assis/assise surpris/surprise heureux/heureuse
    vert/verte noir/noire blanc/blanche bleu/bleue gris/grise froid/froide cassé/cassée
    allé/allée venu/venue parti/partie arrivé/arrivée né/née resté/restée tombé/tombée revenu/revenue devenu/devenue
"""
ALIKE = "jaune malade rouge"
MASCULINE = _either(" ".join(re.findall(r"(\w+)/", ADJECTIVES)))
FEMININE = _either(" ".join(re.findall(r"/(\w+)", ADJECTIVES)))
SINGULAR = _either(" ".join(re.findall(r"\w+(?<![sx])\b", ADJECTIVES + ALIKE)))
WITH_ETRE = _either("allé venu parti arrivé né resté tombé revenu devenu")

BEFORE = r"(?:^|, |\b(?:et|que|si|quand|mais|où) |\b(?:qu|s)')"  # where a clause may begin
CLITICS = r"(?:(?:ne|me|te|se|le|la|les|lui|leur|nous|vous|y|en) |[nmtsl]')*+"  # between subject and verb
VERB = rf"{CLITICS}\w++"
ADVERB = r"(?:(?:pas|plus|jamais|très|trop|encore|déjà|toujours|souvent|bien) )?"
NEGATORS = r"(?:\b(?:pas|plus|jamais|rien|personne|que|aucune?|ni)\b|qu')"
MEN, WOMEN = rf"(?:le|un|ce|cet|[mts]on(?! {VOWEL}))", r"(?:la|une|cette|ma|ta|sa)"  # mon écharpe is feminine
MANY = r"(?:les|des|mes|tes|ses|ces|nos|vos|leurs|deux|trois|quatre)"

# ---------------------------------------------------------------- laws

LAWS = {
    "marks": [
        r"[^a-zA-ZàâæçéèêëîïôœùûüÿÀÂÇÉÈÊÎÔŒÙÛ0-9'\-.,!?;:\n ]",  # no typographic apostrophe, no no-break space
        r"  |^ | $|^[^A-ZÀÂÇÉÈÊÎÔŒÙÛ]|[^.!?]$",
        r"[^ ][?!;:]| [.,]|[.,!?;:][^ \n]|[.!?] .|(?<!\w)'|'(?!\w)",
    ],
    "accents": [r"^A (?!-)|^(?:Ca|Etes|Ecoute|Ecris)\b|^Ou (?:est|sont|vas?|allez|es|habite)\b"],
    "hyphens": [
        r"(?<!c')\best ce qu|\b(?:vas|es|as|veux|peux|fais|viens|sais) tu\b|[ae]-(?:il|elle|on)\b|[td]-t-",
        r"^(?:Donne|Dis|Attends|Aide|Montre|Regarde|Laisse|Appelle|Passe) (?:moi|toi)\b",
    ],
    "elision": [
        rf"(?<![-'])\b(?:je|me|te|se|le|la|de|ne|que|jusque|lorsque|puisque) {VOWEL}",
        r"\bsi ils?\b|(?<!-)\bce (?:est|était|étaient|en)\b",
        rf"\b(?:[jmtsldnc]|qu|lorsqu|puisqu|jusqu)'(?!{VOWEL})",
    ],
    "contraction": [
        r"\b(?:de|à) les? (?!(?:(?:lui|leur|y|en) )?\w+(?:er|ir|re)\b)|\bde (?:du|des)\b",
        rf"\b(?:du|au) {VOWEL}",
    ],
    "before a vowel": [rf"(?<!-)\b(?:ma|ta|sa|ce) (?!à |a |et |ou ){VOWEL}|\b(?:cet|bel|nouvel|vieil) (?!{VOWEL})"],
    "quantity": [r"\b(?:beaucoup|trop|assez) (?:du|des|de la|de l')\b"],
    "gender": [
        rf"\b(?:un|ce|cet|du|au) {FEMININE_NOUNS}\b|^le {FEMININE_NOUNS}\b",
        rf"\b(?:une|cette|ma|ta|sa|de la|à la) {MASCULINE_NOUNS}\b|^la {MASCULINE_NOUNS}\b",
        rf"\b{WOMEN} \w+ {MASCULINE}\b|\b{MEN} (?!peu )\w+ (?!prête){FEMININE}\b|\b{MANY} \w+[sx] {SINGULAR}\b",
    ],
    "predicate": [
        rf"{BEFORE}elle {CLITICS}(?:est|était) {ADVERB}{MASCULINE}\b",
        rf"{BEFORE}il {CLITICS}(?:est|était) {ADVERB}{FEMININE}\b",
        rf"{BEFORE}elles {CLITICS}sont {ADVERB}{MASCULINE}s?\b|{BEFORE}ils {CLITICS}sont {ADVERB}{FEMININE}s?\b",
        rf"\bsont {ADVERB}{SINGULAR}\b|(?<!on )\best {ADVERB}{SINGULAR}s\b",
        rf"^{WOMEN} (?:(?! est | et |,|qu[ei'] ?).)* (?:n')?est {ADVERB}{MASCULINE}\b",
        rf"^(?!ce (?:matin|soir) ){MEN} (?:(?! est | et |,|qu[ei'] ?).)* (?:n')?est {ADVERB}{FEMININE}\b",
    ],
    "verb": [
        rf"{BEFORE}(?:je |j'){VERB}(?<![esx])(?<!ai)|{BEFORE}tu {VERB}(?<![sx])",
        rf"{BEFORE}(?:il|elle|on) {VERB}(?:(?<=[sx])|(?<=ont)|(?<=ent)(?<!vient)(?<!tient)(?<!sent)(?<!ment))",
        rf"^nous (?!deux|tous|aussi){VERB}(?<!ons)(?<!sommes)|^vous (?!deux|tous|aussi){VERB}(?<!ez)(?<!tes)",
        rf"{BEFORE}(?:ils|elles) {VERB}(?<!nt)",
        rf"^(?!ce ne )(?:{MEN}|{WOMEN}) \w+ (?:sont|ont|vont|font)\b|^{MANY} \w+ (?:est|a|va|fait)\b",
    ],
    "imperative": [r"^Vas |^(?:Mange|Ferme|Parle|Écoute|Regarde|Donne)s "],
    "auxiliary": [
        rf"\b(?:ai|as|a|avons|avez|ont) {ADVERB}{WITH_ETRE}e?s?\b",
        r"(?:^|, |\b(?:et|mais|où) )(?:j'ai|(?:tu|il|elle|nous|vous|ils|elles) (?:as?|avons|avez|ont)) "
        r"(?!plus|quelque|tous)\w+[éu](?:e|s|es)\b",
    ],
    "pronouns": [
        r"\b(?:je|tu|ils?|elles?) (?:ne )?(?:(?:lui|leur) (?:le |la |les |l')|(?:le|la|les) (?:me|te|nous|vous) )"
    ],
    "negation": [
        rf"^(?!.*{NEGATORS}).*(?:\bne |\bn'(?!importe))",
        r"^(?!.*(?:\bne |\bn')).*\b(?:je |j'|tu |ils? |elles? )\w+ (?:pas|jamais|rien)\b",
    ],
    "address": [
        r"ez\b.*s'il te plaît",
        r"^(?:Ferme|Ouvre|Donne|Aide|Passe|Montre|Attends|Viens|Prends|Mets|Fais|Dis)\b.*s'il vous plaît",
    ],
}
_CASE_MATTERS = {"marks", "accents"}
_PATTERNS = {
    law: [re.compile(pattern, re.M | (0 if law in _CASE_MATTERS else re.I)) for pattern in patterns]
    for law, patterns in LAWS.items()
}


def problems(sentences: list[str]) -> list[str]:
    """A line for each law that a sentence breaks: the law, the words, the sentence."""
    text = "\n".join(sentences)
    found = []
    for law, patterns in _PATTERNS.items():
        for match in (match for pattern in patterns for match in pattern.finditer(text)):
            sentence = text[text.rfind("\n", 0, match.start()) + 1 :].partition("\n")[0]
            found.append(f"{law}: {match[0]!r} in {sentence!r}")
    return found


def of_both_genders(sentences: list[str]) -> dict[str, list[str]]:
    """Words after a masculine article here and a feminine one there, with a sentence of either kind."""
    after = {
        "m": re.compile(r"\b(?:un|ce|du|au) ([\w-]+)", re.I),
        "f": re.compile(r"\b(?:une|cette|ma|ta|sa) ([\w-]+)", re.I),
    }
    seen: dict[str, dict[str, str]] = defaultdict(dict)
    for sentence in sentences:
        for gender, pattern in after.items():
            for word in pattern.findall(sentence):
                seen[word][gender] = sentence
    return {
        word: [*said.values()]
        for word, said in seen.items()
        if len(said) == 2 and not re.fullmatch(EITHER_GENDER, word)
    }
