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

from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class Verb:
    """A French verb: six present forms, participle, future stem, auxiliary ("avoir" or "être")."""

    infinitive: str
    present: tuple[str, ...]
    participle: str
    future_stem: str
    auxiliary: str = "avoir"
    imperfect_stem: str = field(default="")

    def form(self, person: int, tense: str = "present") -> str:
        """The finite form in "present", "future" or "imperfect"; the auxiliary's present in "past"."""
        if tense == "present":
            return self.present[person - 1]
        if tense == "future":
            return self.future_stem + FUTURE[person - 1]
        if tense == "imperfect":
            return self._imperfect(person)
        if tense == "past":
            return VERBS[self.auxiliary].present[person - 1]
        raise ValueError(f"tense is {tense!r}; expected present, future, imperfect or past")

    def _imperfect(self, person: int) -> str:
        stem = self.imperfect_stem or self.present[3].removesuffix("ons")
        if stem.endswith(("ge", "ç")) and person in (4, 5):  # mangeons -> mangions, commençons -> commencions
            stem = stem[:-1] if stem.endswith("ge") else stem[:-1] + "c"
        return stem + IMPERFECT[person - 1]

    def agreed_participle(self, agreement: str = "ms") -> str:
        base = self.participle
        if agreement[0] == "f":
            base += "e"
        return plural_of(base) if agreement[1] == "p" else base

    def imperative(self, person: int = 5) -> str:
        """The imperative of tu (2), nous (4) or vous (5): "va", "mange", "finissez"."""
        special = {"être": {2: "sois", 4: "soyons", 5: "soyez"}, "avoir": {2: "aie", 4: "ayons", 5: "ayez"}}
        if self.infinitive in special:
            return special[self.infinitive][person]
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


def _er(infinitive: str, silent: str = "", auxiliary: str = "avoir") -> Verb:
    """A verb in -er; `silent` is the stem before a mute ending where it changes (acheter: achèt)."""
    stem = infinitive[:-2]
    silent = silent or stem
    nous = stem + "e" if stem.endswith("g") else stem[:-1] + "ç" if stem.endswith("c") else stem
    present = tuple((nous if i == 3 else stem if i == 4 else silent) + end for i, end in enumerate(PRESENT_ER))
    # préférer keeps é in the future (préférerai), acheter and appeler take the changed stem (achèterai)
    future = infinitive if "é" in stem and silent != stem else silent + "er"
    return Verb(infinitive, present, stem + "é", future, auxiliary)


def _ir(infinitive: str) -> Verb:
    stem = infinitive[:-2]
    return Verb(infinitive, tuple(stem + end for end in PRESENT_IR), stem + "i", infinitive)


def _re(infinitive: str) -> Verb:
    stem = infinitive[:-2]
    return Verb(infinitive, tuple(stem + end for end in PRESENT_RE), stem + "u", infinitive[:-1])


def _irregular(
    infinitive: str, present: str, participle: str, future_stem: str, auxiliary: str = "avoir", imperfect_stem: str = ""
) -> Verb:
    return Verb(infinitive, tuple(present.split()), participle, future_stem, auxiliary, imperfect_stem)


WITH_ETRE = "tomber arriver entrer rentrer rester monter"
WITH_AVOIR = (
    "aimer adorer chercher trouver regarder écouter chanter danser parler travailler jouer marcher donner montrer "
    "prêter porter laver préparer visiter aider inviter oublier apporter garder casser fermer goûter détester "
    "raconter expliquer demander téléphoner dessiner cuisiner nager manger ranger partager changer commencer quitter "
    "rencontrer gagner penser poser voyager accepter attraper couper compter continuer photographier réparer "
    "imaginer utiliser voler sauter crier pleurer dîner déjeuner"
)


def _all_verbs() -> dict[str, Verb]:
    verbs = [
        _irregular("être", "suis es est sommes êtes sont", "été", "ser", imperfect_stem="ét"),
        _irregular("avoir", "ai as a avons avez ont", "eu", "aur"),
        _irregular("aller", "vais vas va allons allez vont", "allé", "ir", "être"),
        _irregular("venir", "viens viens vient venons venez viennent", "venu", "viendr", "être"),
        _irregular("revenir", "reviens reviens revient revenons revenez reviennent", "revenu", "reviendr", "être"),
        _irregular("partir", "pars pars part partons partez partent", "parti", "partir", "être"),
        _irregular("sortir", "sors sors sort sortons sortez sortent", "sorti", "sortir", "être"),
        _irregular("dormir", "dors dors dort dormons dormez dorment", "dormi", "dormir"),
        _irregular("servir", "sers sers sert servons servez servent", "servi", "servir"),
        _irregular("sentir", "sens sens sent sentons sentez sentent", "senti", "sentir"),
        _irregular("faire", "fais fais fait faisons faites font", "fait", "fer"),
        _irregular("dire", "dis dis dit disons dites disent", "dit", "dir"),
        _irregular("lire", "lis lis lit lisons lisez lisent", "lu", "lir"),
        _irregular("écrire", "écris écris écrit écrivons écrivez écrivent", "écrit", "écrir"),
        _irregular("boire", "bois bois boit buvons buvez boivent", "bu", "boir"),
        _irregular("voir", "vois vois voit voyons voyez voient", "vu", "verr"),
        _irregular("croire", "crois crois croit croyons croyez croient", "cru", "croir"),
        _irregular("savoir", "sais sais sait savons savez savent", "su", "saur"),
        _irregular("pouvoir", "peux peux peut pouvons pouvez peuvent", "pu", "pourr"),
        _irregular("vouloir", "veux veux veut voulons voulez veulent", "voulu", "voudr"),
        _irregular("devoir", "dois dois doit devons devez doivent", "dû", "devr"),
        _irregular("recevoir", "reçois reçois reçoit recevons recevez reçoivent", "reçu", "recevr"),
        _irregular("prendre", "prends prends prend prenons prenez prennent", "pris", "prendr"),
        _irregular("apprendre", "apprends apprends apprend apprenons apprenez apprennent", "appris", "apprendr"),
        _irregular(
            "comprendre", "comprends comprends comprend comprenons comprenez comprennent", "compris", "comprendr"
        ),
        _irregular("mettre", "mets mets met mettons mettez mettent", "mis", "mettr"),
        _irregular("promettre", "promets promets promet promettons promettez promettent", "promis", "promettr"),
        _irregular("connaître", "connais connais connaît connaissons connaissez connaissent", "connu", "connaîtr"),
        _irregular("suivre", "suis suis suit suivons suivez suivent", "suivi", "suivr"),
        _irregular("ouvrir", "ouvre ouvres ouvre ouvrons ouvrez ouvrent", "ouvert", "ouvrir"),
        _irregular("offrir", "offre offres offre offrons offrez offrent", "offert", "offrir"),
        _irregular("courir", "cours cours court courons courez courent", "couru", "courr"),
        _irregular("rire", "ris ris rit rions riez rient", "ri", "rir"),
        _irregular("envoyer", "envoie envoies envoie envoyons envoyez envoient", "envoyé", "enverr"),
    ]
    verbs += [_er(word) for word in WITH_AVOIR.split()]
    verbs += [_er(word, auxiliary="être") for word in WITH_ETRE.split()]
    verbs += [
        _er("acheter", "achèt"),
        _er("préférer", "préfèr"),
        _er("appeler", "appell"),
        _er("jeter", "jett"),
        _er("lever", "lèv"),
        _er("répéter", "répèt"),
        _er("essayer", "essai"),
        _er("nettoyer", "nettoi"),
        _er("payer", "pai"),
        _er("promener", "promèn"),
        _er("espérer", "espèr"),
    ]
    verbs += [_ir(word) for word in ("finir", "choisir", "remplir", "réussir")]
    verbs += [_re(word) for word in ("perdre", "vendre", "attendre", "entendre", "répondre", "rendre")]
    verbs.append(Verb("descendre", tuple("descend" + end for end in PRESENT_RE), "descendu", "descendr", "être"))
    return {verb.infinitive: verb for verb in verbs}


VERBS = _all_verbs()


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
