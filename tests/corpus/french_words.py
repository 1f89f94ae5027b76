"""The words that the rules of French know: nouns with their genders, adjectives, verbs, and the small words.

Written by hand and apart from the generator's own lexicon, so that an error in one is seen by the other. A word of the
corpus that is missing here is itself a finding (`french_rules.unknown_words`): what the rules cannot see they cannot
check.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

GENDERS = Path(__file__).with_name("genders.tsv")


def listed(words: str) -> frozenset[str]:
    """The words of a string, for tables."""
    return frozenset(words.split())


def plural(word: str) -> str:
    """The regular plural of a noun or adjective."""
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith(("eau", "eu")) and word not in ("bleu",):
        return word + "x"
    return word[:-2] + "aux" if word.endswith("al") else word + "s"


# ---------------------------------------------------------------- nouns and names


class NounForm(NamedTuple):
    """What a noun's form may be: genders among "m" and "f", numbers among "s" and "p"."""

    genders: str
    numbers: str


def _nouns_and_names() -> tuple[dict[str, NounForm], dict[str, str]]:
    """The file's lines are word, gender (m, f, mf), plural where irregular ("-plural": the word is only plural)."""
    nouns: dict[str, NounForm] = {}
    names: dict[str, str] = {}
    for line in GENDERS.read_text(encoding="utf-8").splitlines():
        word, gender, *irregular = line.split("\t")
        if word[0].isupper():
            names[word] = gender
        elif irregular == ["-plural"]:
            nouns[word] = NounForm(gender, "p")
        else:
            many = irregular[0] if irregular else plural(word)
            nouns[word] = NounForm(gender, "sp" if many == word else "s")
            if many != word:
                nouns[many] = NounForm(gender, "p")
    return nouns, names


NOUNS, NAMES = _nouns_and_names()
TIMES = listed(  # nouns that say when, and then stand before a subject: "ce matin Paul ..."
    "lundi mardi mercredi jeudi vendredi samedi dimanche matin soir nuit jour jours matins soirs journée soirée "
    "semaine semaines mois année an ans été hiver week-end fois après-midi midi minuit heure heures"
)


# ---------------------------------------------------------------- adjectives

SAME_IN_BOTH = (
    "rouge jaune rose calme triste malade sale vide propre jeune facile difficile célèbre timide sage autre même "
    "libre large utile fragile magnifique drôle bizarre sympathique tranquille terrible possible proche grave "
    "sombre pauvre riche simple moderne rapide humide solide énorme pâle orange marron"
)
INVARIABLE = ("orange", "marron")
ADD_E = (
    "grand petit vert bleu noir joli content fatigué prêt sûr surpris occupé fâché perdu lourd froid chaud cassé "
    "ouvert fermé plein âgé gris court rond fort mauvais seul vrai fini assis levé important intéressant amusant "
    "méchant haut laid gai poli droit désolé enrhumé inquiété poilu pointu carré brun blond parfait étonné pressé "
    "fichu mouillé rempli rangé couché bruyant patient élégant charmant excellent différent prochain lointain mûr "
    "cru cuit dur clair lent absent présent ravi réveillé plat étroit profond français anglais"
)
IRREGULAR = """
blanc blanche
vieux vieille vieux vieilles
vieil - - -
beau belle beaux belles
bel - - -
nouveau nouvelle nouveaux nouvelles
nouvel - - -
bon bonne
gros grosse
gentil gentille
long longue
heureux heureuse
délicieux délicieuse
joyeux joyeuse
sérieux sérieuse
curieux curieuse
dangereux dangereuse
courageux courageuse
paresseux paresseuse
malheureux malheureuse
nerveux nerveuse
inquiet inquiète
cher chère
fier fière
léger légère
premier première
dernier dernière
doux douce
frais fraîche
sec sèche
neuf neuve
vif vive
violet violette
mignon mignonne
ancien ancienne
épais épaisse
bas basse
faux fausse
jaloux jalouse
tout toute tous toutes
"""
PREPOSED = listed(  # adjectives that stand before their noun
    "petit petite petits petites grand grande grands grandes vieux vieil vieille vieilles beau bel belle beaux "
    "belles nouveau nouvel nouvelle nouveaux nouvelles joli jolie jolis jolies bon bonne bons bonnes mauvais "
    "mauvaise mauvaises gros grosse grosses jeune jeunes long longue longs longues autre autres même mêmes "
    "premier première premiers premières dernier dernière derniers dernières prochain prochaine prochains "
    "prochaines joyeux cher chère chers chères seul seule vrai vraie"
)


def _adjectives() -> dict[str, set[str]]:
    """Form: the agreements that it can express, among "ms", "fs", "mp" and "fp"."""
    forms: dict[str, set[str]] = {}

    def add(*words: str) -> None:
        for word, agreement in zip(words, ("ms", "fs", "mp", "fp"), strict=True):
            forms.setdefault(word, set()).add(agreement)

    for word in SAME_IN_BOTH.split():
        many = word if word in INVARIABLE else plural(word)
        add(word, word, many, many)
    for word in ADD_E.split():
        add(word, word + "e", plural(word), word + "es")
    for line in IRREGULAR.strip().splitlines():
        words = line.split()
        add(*(words if len(words) == 4 else (*words, plural(words[0]), plural(words[1]))))
    forms.pop("-")
    return forms


ADJECTIVES = _adjectives()


# ---------------------------------------------------------------- verbs


class VerbForm(NamedTuple):
    """One reading of a finite form: infinitive, mood ("present", "imperfect", ...), person 1 to 6."""

    infinitive: str
    tense: str
    person: int


# infinitive; present je tu il nous vous ils; participle; stem of the future; auxiliary where it is être
IRREGULAR_VERBS = """
être: suis es est sommes êtes sont; été; ser
avoir: ai as a avons avez ont; eu; aur
aller: vais vas va allons allez vont; allé; ir; être
faire: fais fais fait faisons faites font; fait; fer
venir: viens viens vient venons venez viennent; venu; viendr; être
revenir: reviens reviens revient revenons revenez reviennent; revenu; reviendr; être
devenir: deviens deviens devient devenons devenez deviennent; devenu; deviendr; être
tenir: tiens tiens tient tenons tenez tiennent; tenu; tiendr
partir: pars pars part partons partez partent; parti; partir; être
sortir: sors sors sort sortons sortez sortent; sorti; sortir; être
dormir: dors dors dort dormons dormez dorment; dormi; dormir
servir: sers sers sert servons servez servent; servi; servir
sentir: sens sens sent sentons sentez sentent; senti; sentir
courir: cours cours court courons courez courent; couru; courr
mourir: meurs meurs meurt mourons mourez meurent; mort; mourr; être
ouvrir: ouvre ouvres ouvre ouvrons ouvrez ouvrent; ouvert; ouvrir
offrir: offre offres offre offrons offrez offrent; offert; offrir
finir: finis finis finit finissons finissez finissent; fini; finir
choisir: choisis choisis choisit choisissons choisissez choisissent; choisi; choisir
remplir: remplis remplis remplit remplissons remplissez remplissent; rempli; remplir
réussir: réussis réussis réussit réussissons réussissez réussissent; réussi; réussir
grandir: grandis grandis grandit grandissons grandissez grandissent; grandi; grandir
voir: vois vois voit voyons voyez voient; vu; verr
savoir: sais sais sait savons savez savent; su; saur
pouvoir: peux peux peut pouvons pouvez peuvent; pu; pourr
vouloir: veux veux veut voulons voulez veulent; voulu; voudr
devoir: dois dois doit devons devez doivent; dû; devr
recevoir: reçois reçois reçoit recevons recevez reçoivent; reçu; recevr
boire: bois bois boit buvons buvez boivent; bu; boir
croire: crois crois croit croyons croyez croient; cru; croir
dire: dis dis dit disons dites disent; dit; dir
lire: lis lis lit lisons lisez lisent; lu; lir
relire: relis relis relit relisons relisez relisent; relu; relir
rire: ris ris rit rions riez rient; ri; rir
sourire: souris souris sourit sourions souriez sourient; souri; sourir
écrire: écris écris écrit écrivons écrivez écrivent; écrit; écrir
vivre: vis vis vit vivons vivez vivent; vécu; vivr
suivre: suis suis suit suivons suivez suivent; suivi; suivr
plaire: plais plais plaît plaisons plaisez plaisent; plu; plair
prendre: prends prends prend prenons prenez prennent; pris; prendr
apprendre: apprends apprends apprend apprenons apprenez apprennent; appris; apprendr
comprendre: comprends comprends comprend comprenons comprenez comprennent; compris; comprendr
mettre: mets mets met mettons mettez mettent; mis; mettr
promettre: promets promets promet promettons promettez promettent; promis; promettr
connaître: connais connais connaît connaissons connaissez connaissent; connu; connaîtr
naître: nais nais naît naissons naissez naissent; né; naîtr; être
perdre: perds perds perd perdons perdez perdent; perdu; perdr
vendre: vends vends vend vendons vendez vendent; vendu; vendr
rendre: rends rends rend rendons rendez rendent; rendu; rendr
attendre: attends attends attend attendons attendez attendent; attendu; attendr
entendre: entends entends entend entendons entendez entendent; entendu; entendr
répondre: réponds réponds répond répondons répondez répondent; répondu; répondr
descendre: descends descends descend descendons descendez descendent; descendu; descendr; être
éteindre: éteins éteins éteint éteignons éteignez éteignent; éteint; éteindr
peindre: peins peins peint peignons peignez peignent; peint; peindr
asseoir: assieds assieds assied asseyons asseyez asseyent; assis; assiér
acheter: achète achètes achète achetons achetez achètent; acheté; achèter
lever: lève lèves lève levons levez lèvent; levé; lèver
promener: promène promènes promène promenons promenez promènent; promené; promèner
préférer: préfère préfères préfère préférons préférez préfèrent; préféré; préférer
répéter: répète répètes répète répétons répétez répètent; répété; répéter
inquiéter: inquiète inquiètes inquiète inquiétons inquiétez inquiètent; inquiété; inquiéter
espérer: espère espères espère espérons espérez espèrent; espéré; espérer
appeler: appelle appelles appelle appelons appelez appellent; appelé; appeller
jeter: jette jettes jette jetons jetez jettent; jeté; jetter
envoyer: envoie envoies envoie envoyons envoyez envoient; envoyé; enverr
essayer: essaie essaies essaie essayons essayez essaient; essayé; essaier
payer: paie paies paie payons payez paient; payé; paier
nettoyer: nettoie nettoies nettoie nettoyons nettoyez nettoient; nettoyé; nettoier
"""
# il only: infinitive, present, participle, future, imperfect
IMPERSONAL = {"pleuvoir": "pleut plu pleuvra pleuvait", "falloir": "faut fallu faudra fallait"}
ER_WITH_ETRE = "arriver entrer rentrer rester tomber monter retourner passer"
ER = (
    "accepter adorer aider aimer allumer apporter attraper cacher casser changer chanter chercher commencer "
    "compter continuer couper coûter coucher crier cuisiner danser déjeuner demander dessiner détester dîner "
    "donner écouter embrasser expliquer fermer gagner garder goûter habiter imaginer inviter jouer laisser laver "
    "manger manquer marcher montrer nager neiger oublier parler partager penser photographier pleurer porter "
    "poser pousser préparer prêter quitter raconter ramasser ranger rater regarder rencontrer réparer reposer "
    "ressembler réveiller rêver saluer sauter sonner téléphoner terminer tirer toucher tourner travailler "
    "traverser trouver utiliser visiter voler voyager remercier présenter installer dépenser durer exister "
    "brosser habiller tricoter frapper chuchoter désirer ignorer"
)
# Their participle never stands with être (save as an adjective, which these are not).
NEVER_WITH_ETRE = listed(
    "dormi marché parlé travaillé couru ri souri plu neigé nagé voyagé pleuré dansé dîné déjeuné joué mangé bu "
    "été eu téléphoné voulu pu su dû réussi habité sauté crié chanté cuisiné attendu regardé écouté acheté vécu "
    "dessiné"
)
BETWEEN_THEMSELVES = listed("parlé dit écrit téléphoné souri ri plu répondu")  # "ils se sont parlé"
MOTION = listed("allé venu revenu devenu arrivé parti entré resté tombé né mort retourné")
MOTION_OR_TRANSITIVE = listed("sorti monté descendu rentré passé")  # "elle a sorti le chien"
IMPERFECT = ("ais", "ais", "ait", "ions", "iez", "aient")
FUTURE = ("ai", "as", "a", "ons", "ez", "ont")
PRESENT_ER = ("e", "es", "e", "ons", "ez", "ent")
IMPERATIVES = {  # those that are not the present's
    "être": {2: "sois", 4: "soyons", 5: "soyez"},
    "avoir": {2: "aie", 4: "ayons", 5: "ayez"},
    "savoir": {2: "sache", 4: "sachons", 5: "sachez"},
}


def _softened(stem: str, ending: str) -> str:
    """The stem of -ger and -cer before a and o: mangeons, commençais."""
    if ending[0] in "ao" and stem.endswith("g"):
        return stem + "e"
    return stem[:-1] + "ç" if ending[0] in "ao" and stem.endswith("c") else stem


class Verbs:
    """The tables above, conjugated. `finite`: form to its readings; `participles`: form to {(base, agreement)}."""

    def __init__(self) -> None:
        self.finite: dict[str, set[VerbForm]] = {}
        self.imperatives: dict[str, set[VerbForm]] = {}
        self.participles: dict[str, set[tuple[str, str]]] = {}
        self.infinitives: set[str] = set()
        for line in IRREGULAR_VERBS.strip().splitlines():
            infinitive, _, rest = line.partition(": ")
            present, participle, future, *_ = rest.split("; ")
            self._verb(infinitive, present.split(), participle, future)
        for infinitive in f"{ER} {ER_WITH_ETRE}".split():
            stem = infinitive[:-2]
            self._verb(infinitive, [_softened(stem, end) + end for end in PRESENT_ER], stem + "é", infinitive)
        for infinitive, forms in IMPERSONAL.items():
            present, participle, *others = forms.split()
            self.infinitives.add(infinitive)
            self._participle(participle)
            for form in (present, *others):
                self._finite(form, infinitive, "impersonal", 3)
        for person, ending in enumerate(IMPERFECT, 1):
            self._finite("voudr" + ending, "vouloir", "conditional", person)  # "je voudrais un café"

    def _finite(self, form: str, infinitive: str, tense: str, person: int) -> None:
        self.finite.setdefault(form, set()).add(VerbForm(infinitive, tense, person))

    def _participle(self, base: str) -> None:
        forms = ("dû", "due", "dus", "dues") if base == "dû" else (base, base + "e", plural(base), base + "es")
        for form, agreement in zip(forms, ("ms", "fs", "mp", "fp"), strict=True):
            self.participles.setdefault(form, set()).add((base, agreement))

    def _verb(self, infinitive: str, present: list[str], participle: str, future: str) -> None:
        self.infinitives.add(infinitive)
        self._participle(participle)
        stem = "ét" if infinitive == "être" else present[3].removesuffix("ons")
        for person in range(1, 7):
            self._finite(present[person - 1], infinitive, "present", person)
            ending = IMPERFECT[person - 1]
            soft = stem
            if infinitive.endswith(("ger", "cer")) and ending.startswith("i"):  # nous mangions, vous commenciez
                soft = infinitive[:-2]
            self._finite(soft + ending, infinitive, "imperfect", person)
            self._finite(future + FUTURE[person - 1], infinitive, "future", person)
        for person in (2, 4, 5):
            form = present[person - 1]
            if person == 2 and form.endswith(("es", "as")):  # mange, ouvre, va; but finis, dors
                form = form[:-1]
            form = IMPERATIVES.get(infinitive, {}).get(person, form)
            self.imperatives.setdefault(form, set()).add(VerbForm(infinitive, "imperative", person))


VERBS = Verbs()


# ---------------------------------------------------------------- small words

NUMERALS = listed(
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente cent mille"
)
DETERMINERS: dict[str, str] = {  # genders and numbers that they allow
    "le": "ms",
    "la": "fs",
    "l'": "ms fs",
    "les": "mp fp",
    "un": "ms",
    "une": "fs",
    "des": "mp fp",
    "du": "ms",
    "au": "ms",
    "aux": "mp fp",
    "ce": "ms",
    "cet": "ms",
    "cette": "fs",
    "ces": "mp fp",
    "ma": "fs",
    "ta": "fs",
    "sa": "fs",
    "mon": "ms fs",
    "ton": "ms fs",
    "son": "ms fs",
    "mes": "mp fp",
    "tes": "mp fp",
    "ses": "mp fp",
    "notre": "ms fs",
    "votre": "ms fs",
    "nos": "mp fp",
    "vos": "mp fp",
    "leur": "ms fs",
    "leurs": "mp fp",
    "chaque": "ms fs",
    "quel": "ms",
    "quelle": "fs",
    "quels": "mp",
    "quelles": "fp",
    "plusieurs": "mp fp",
    "quelques": "mp fp",
    "aucun": "ms",
    "aucune": "fs",
    **dict.fromkeys(NUMERALS, "mp fp"),
}
SUBJECTS: dict[str, tuple[int, str]] = {  # person and the agreements of what is said of it
    "je": (1, "ms fs"),
    "j'": (1, "ms fs"),
    "tu": (2, "ms fs"),
    "il": (3, "ms"),
    "elle": (3, "fs"),
    "on": (3, "ms fs mp fp"),
    "ce": (3, "ms"),
    "c'": (3, "ms"),
    "cela": (3, "ms"),
    "ça": (3, "ms"),
    "nous": (4, "mp fp"),
    "vous": (5, "ms fs mp fp"),
    "ils": (6, "mp"),
    "elles": (6, "fp"),
}
CLITICS: dict[str, int] = {  # in the order in which they stand before a verb
    "ne": 0,
    "n'": 0,
    "me": 1,
    "m'": 1,
    "te": 1,
    "t'": 1,
    "se": 1,
    "s'": 1,
    "nous": 1,
    "vous": 1,
    "le": 2,
    "la": 2,
    "l'": 2,
    "les": 2,
    "lui": 3,
    "leur": 3,
    "y": 4,
    "en": 5,
}
STRESSED = listed("moi toi lui elle nous vous eux elles soi")
ANYONE = listed("personne quelqu'un rien qui chacun")  # subjects of their own
PREPOSITIONS = listed(
    "à au aux de d' du des en dans sur sous devant derrière avec sans chez pour contre entre près loin côté face "
    "par vers avant après depuis pendant jusqu' comme"
)
NEGATORS = listed("pas plus jamais rien personne aucun aucune que qu' ni guère")
ADVERBS = listed(
    "pas plus jamais rien très trop encore toujours déjà si aussi assez vraiment bien presque souvent tout peu "
    "moins mal vite tôt tard bientôt maintenant aujourd'hui hier demain ici là là-bas ensemble dehors dedans loin "
    "près ensuite puis alors enfin beaucoup lentement fort mieux peut-être donc parfois partout surtout seulement "
    "longtemps doucement oui non merci pardon bonjour bonsoir salut bienvenue bravo voici voilà debout ailleurs "
    "autour d'abord quelquefois rarement heureusement soudain tant cela ça soit"
)
CONJUNCTIONS = listed(
    "et ou mais car ni que qu' quand si s' parce lorsque lorsqu' puisque puisqu' comme donc puis où comment "
    "pourquoi combien dont qui quoi"
)
OTHERS = listed(
    "personne quelqu'un quelque chose aucun aucune ceux celle celui celles eux qui quoi dont autant haut bas "
    "gauche droite travers cause milieu bord lequel laquelle jusqu' revoir plaît d' de à en y te me se ne "
    "monsieur madame mademoiselle tous toutes appétit"
)
FIXED = listed(
    "aujourd'hui quelqu'un quelqu'une peut-être là-bas au-dessus au-dessous d'abord d'accord presqu'île soi-même "
    "moi-même toi-même lui-même elle-même"
)  # not taken apart

ASPIRATED = listed(  # h aspiré, and the vowels that act like one
    "hamster hamsters haricot haricots haut haute hauts hautes hauteur hibou hiboux homard homards huit huitième "
    "hockey hérisson hérissons hache haches hall halls hangar hangars harpe harpes hors héros hasard haie haies "
    "hamac hamacs honte huée hurlement housse hublot onze onzième oui ouistiti yaourt yaourts yoga yacht"
)
VOWELS = "aàâäeéèêëiîïoôöuùûüœæ"


def opens_with_vowel(word: str) -> bool:
    """True where the word asks for elision: a vowel or a mute h ("ami", "heure", "y"), not "huit" or "onze"."""
    low = word.lower()
    if low.split("-")[0] in ASPIRATED:
        return False
    return low[0] in VOWELS + "h" or low in ("y", "yeux")


@cache
def every_word() -> frozenset[str]:
    """All forms that some table holds."""
    return frozenset().union(
        NOUNS,
        NAMES,
        ADJECTIVES,
        VERBS.finite,
        VERBS.imperatives,
        VERBS.participles,
        VERBS.infinitives,
        NUMERALS,
        DETERMINERS,
        SUBJECTS,
        CLITICS,
        STRESSED,
        PREPOSITIONS,
        NEGATORS,
        ADVERBS,
        CONJUNCTIONS,
        OTHERS,
        FIXED,
    )
