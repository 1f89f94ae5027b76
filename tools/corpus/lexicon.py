"""The words of the "lessons" grammar: things in order of frequency, people, places, adjectives and verbs."""

from __future__ import annotations

from dataclasses import dataclass

from tools.corpus.french import Adjective, Noun


@dataclass(frozen=True)
class Thing:
    """A noun with what one does with it (kinds) and which adjectives suit it."""

    noun: Noun
    kinds: frozenset[str]
    adjectives: tuple[str, ...]
    countable: bool = True  # False where one of the two plurals is irregular or ambiguous


ADJECTIVES = {
    adjective.en: adjective for adjective in (
        Adjective("red", "rouge"), Adjective("green", "vert"), Adjective("blue", "bleu"), Adjective("black", "noir"),
        Adjective("white", "blanc", "blanche"), Adjective("yellow", "jaune"), Adjective("gray", "gris"),
        Adjective("big", "grand", before=True), Adjective("small", "petit", before=True),
        Adjective("old", "vieux", "vieille", before=True), Adjective("new", "nouveau", "nouvelle", before=True),
        Adjective("beautiful", "beau", "belle", before=True), Adjective("pretty", "joli", before=True),
        Adjective("heavy", "lourd"), Adjective("expensive", "cher"), Adjective("empty", "vide"),
        Adjective("dirty", "sale"), Adjective("clean", "propre"), Adjective("broken", "cassé"),
        Adjective("open", "ouvert"), Adjective("closed", "fermé"),
    )
}
COLOURS = ("red", "green", "blue", "black", "white", "yellow", "gray")
STATES = {"open", "closed"}  # said of a thing ("the door is open"), not put beside it
NEVER_PREDICATE = {"new"}    # "nouveau" as a predicate would be another word, "neuf"

# Letters: g carried in the hand, f food, c clothes, o opened and closed, b breakable, w washed, r repaired, a animal,
# s bought and sold, x out of doors, i holds things, t has a top. Colours: R G B K(black) W Y A(gray), * for all.
# Adjectives: g big, s small, o old, n new, b beautiful, p pretty, h heavy, e expensive, m empty, d dirty, c clean,
# k broken, u open, f closed. The order is the order of frequency.
COMMON = """
hat chapeau m gcs *sonp
car voiture f wrsx *sonbedc
key clé f gs soh
dog chien m ax KWgso
cup tasse f gbws *gspmdck
apple pomme f gfs RGYs
bag sac m gcosi *gsonhmd
book livre m gs *sonbhe
cat chat m ax KWAsop
house maison f sx WRgsonbpm
letter lettre f go -
door porte f ow *sodfu
bike vélo m wrsx *sonedk
table table f wrst *gsonhdc
flower fleur f gs RYWBbp
shirt chemise f gcws *sondc
box boîte f gosi *gsohmfu
chair chaise f wrst *sonhk
phone téléphone m gbrs *sonek
bird oiseau m ax BKYWGRsbp
truck camion m rsx *gson
cake gâteau m fs gs
tree arbre m x gsob
bottle bouteille f gowsi GBWsgmc
window fenêtre f bow gsdcfu
photo photo f gs sob
dress robe f gcws *sonbpec
garden jardin m x gsbp
pen stylo m gs *sne
lamp lampe f bwrs *gsonpk
horse cheval m ax KWAgsob
boat bateau m rsx *gsonb
coat manteau m gcs *onhed
shoe chaussure f gcw KWBRsodc
watch montre f gbrs oneb
umbrella parapluie m gos *gsok
lemon citron m gfs YGs
guitar guitare f grs *sone
knife couteau m gws sodc
egg œuf m gfs Ws
bed lit m t sgonb
pear poire f gfs GYs
ball balle f gs *s
scarf écharpe f gcws *sonp
rabbit lapin m ax WAKs
orange orange f gfs s
newspaper journal m g o
skirt jupe f gcws *sonpc
sofa canapé m st *gsonde
tomato tomate f gfs RGs
"""
MIDDLE = """
ring bague f gs sobe
mirror miroir m bws gsopdk
bus bus m rx RBWm
radio radio f grs sonk
cow vache f ax KW
suitcase valise f gosi *gsohm
sweater pull m gcws *sond
clock horloge f rs so
train train m x Bo
piano piano m rs KWo
kitchen cuisine f - sgnd
bridge pont m x so
sandwich sandwich m gfs s
glove gant m gcw *s
postcard carte f gs sop
wall mur m x WGA
banana banane f gfs YGs
stone pierre f gx WAKs
tie cravate f gcs *sonp
street rue f x s
chicken poulet m fs s
jacket veste f gcws *sone
ticket billet m gs -
river rivière f x s
wallet portefeuille m gos KRsom
"""
RARE = """
candle bougie f gs RWs
basket panier m gsi soh
blanket couverture f gws RBWs
pillow oreiller m gws Ws
hammer marteau m gs soh
ladder échelle f gs so
bucket seau m gwsi BRsm
spoon cuillère f gws sdc
fork fourchette f gws sdc
bowl bol m gbws BWsm
teapot théière f gbws BWsop
towel serviette f gws RWBc
comb peigne m gs Ks
brush brosse f gs so
broom balai m gs so
curtain rideau m ws RWd
rug tapis m ws RGsod
stamp timbre m gs RBs
envelope enveloppe f go Ws
helmet casque m gcs RKs
belt ceinture f gcs Kos
sock chaussette f gcw Wsd
button bouton m g Ks
necklace collier m gs sop
bracelet bracelet m gs sop
drum tambour m gs sR
violin violon m grs so
flute flûte f gs so
trumpet trompette f gs so
puppet marionnette f gs sop
doll poupée f gs sop
sled luge f gs Rs
tent tente f gs GsR
lantern lanterne f gbs so
compass boussole f gs so
notebook cahier m gs Rs
pencil crayon m gs BRs
eraser gomme f gs Ws
peach pêche f gfs s
plum prune f gfs s
mushroom champignon m gf Ws
carrot carotte f gfs s
onion oignon m gfs Ws
pumpkin citrouille f gfs s
turtle tortue f ax sG
owl chouette f ax W
duck canard m ax Ws
frog grenouille f ax Gs
fox renard m ax s
squirrel écureuil m ax Rs
goat chèvre f ax WK
pig cochon m ax Ks
snail escargot m ax s
butterfly papillon m ax Yp
statue statue f x so
fountain fontaine f x so
tractor tracteur m rsx RGo
wagon chariot m rsx so
barn grange f x Ro
cabin cabane f sx so
shovel pelle f gs so
rope corde f gs so
vase vase m gbs Bsp
tray plateau m gws s
whistle sifflet m gs s
kettle bouilloire f gws sd
cushion coussin m gws RBs
lizard lézard m ax Gs
kite cerf-volant m gs R
shell coquillage m g Wsp
feather plume f g Ws
badge badge m gs Bs
pebble galet m g Ws
stool tabouret m rst so
shelf étagère f st s
bench banc m xt Gso
"""
LETTERS = {
    "R": "red", "G": "green", "B": "blue", "K": "black", "W": "white", "Y": "yellow", "A": "gray", "g": "big",
    "s": "small", "o": "old", "n": "new", "b": "beautiful", "p": "pretty", "h": "heavy", "e": "expensive", "m": "empty",
    "d": "dirty", "c": "clean", "k": "broken", "u": "open", "f": "closed",
}
ENGLISH_PLURALS = {"knife": "knives", "tomato": "tomatoes", "sandwich": "sandwiches", "shelf": "shelves"}
FEW_PLURALS = {"fish", "kitchen", "ball", "sofa", "piano", "garden", "bed", "chicken", "newspaper", "street", "river"}


def _things(table: str) -> list[Thing]:
    things = []
    for line in table.strip().splitlines():
        en, fr, gender, kinds, letters = line.split()
        letters = letters.replace("*", "RGBKWYA").replace("-", "")
        noun = Noun(en, fr, gender, ENGLISH_PLURALS.get(en, ""))
        things.append(Thing(noun, frozenset(kinds), tuple(LETTERS[c] for c in letters), en not in FEW_PLURALS))
    return things


COMMON_THINGS, MIDDLE_THINGS, RARE_THINGS = _things(COMMON), _things(MIDDLE), _things(RARE)

# People whose gender English tells.
PEOPLE = [
    Noun("girl", "fille", "f"), Noun("boy", "garçon", "m"), Noun("woman", "femme", "f", "women"),
    Noun("man", "homme", "m", "men"),
]
FAMILY = [
    Noun("sister", "sœur", "f"), Noun("brother", "frère", "m"), Noun("mother", "mère", "f"),
    Noun("father", "père", "m"), Noun("aunt", "tante", "f"), Noun("uncle", "oncle", "m"),
    Noun("grandmother", "grand-mère", "f"), Noun("grandfather", "grand-père", "m"),
]
CHILDREN = Noun("child", "enfant", "m", "children")
WOMEN_NAMES = ("Anne", "Marie", "Julie", "Claire", "Alice", "Emma", "Nina", "Sophie")
MEN_NAMES = ("Paul", "Luc", "Marc", "Thomas", "Hugo", "Louis", "Simon", "Victor")

# How people are. The gender that is more frequent after "I'm" alternates along this list.
MOODS = [
    Adjective("tired", "fatigué"), Adjective("happy", "content", "contente"), Adjective("ready", "prêt"),
    Adjective("surprised", "surpris"), Adjective("busy", "occupé"), Adjective("worried", "inquiet", "inquiète"),
    Adjective("alone", "seul"), Adjective("proud", "fier"), Adjective("angry", "fâché"), Adjective("lost", "perdu"),
    Adjective("serious", "sérieux"), Adjective("late", "en retard"), Adjective("calm", "calme"),
    Adjective("sad", "triste"), Adjective("sick", "malade"),
]
INVARIABLE = {"late"}

PLACES = [
    Noun("market", "marché", "m"), Noun("school", "école", "f"), Noun("station", "gare", "f"),
    Noun("park", "parc", "m"), Noun("beach", "plage", "f"), Noun("museum", "musée", "m"),
    Noun("library", "bibliothèque", "f"), Noun("hotel", "hôtel", "m"), Noun("bakery", "boulangerie", "f"),
    Noun("restaurant", "restaurant", "m"), Noun("hospital", "hôpital", "m"), Noun("pool", "piscine", "f"),
    Noun("farm", "ferme", "f"), Noun("airport", "aéroport", "m"),
]

NUMBERS = dict(zip(
    "one two three four five six seven eight nine ten eleven twelve twenty".split(),  # noqa: SIM905
    "un deux trois quatre cinq six sept huit neuf dix onze douze vingt".split(), strict=True))  # noqa: SIM905


@dataclass(frozen=True)
class Action:
    """An English verb with its forms and the French verb that translates it.

    kinds: letters of the things it takes; tenses: those that the grammar uses; progressive: whether the English
    present is "is -ing" rather than the simple form; particle: "for" in "look for", "at" in "look at".
    """

    base: str
    third: str
    past: str
    ing: str
    french: str
    kinds: str = ""
    tenses: tuple[str, ...] = ("present", "past", "future")
    progressive: bool = False
    particle: str = ""


PAST_FUTURE = ("past", "future")
PRESENT = ("present",)
TRANSITIVE = [
    Action("see", "sees", "saw", "seeing", "voir", "gfcoasx"),
    Action("have", "has", "had", "having", "avoir", "gcs", PRESENT),
    Action("want", "wants", "wanted", "wanting", "vouloir", "gfs", PRESENT),
    Action("buy", "buys", "bought", "buying", "acheter", "s", ("present", "past", "future"), True),
    Action("find", "finds", "found", "finding", "trouver", "g", PAST_FUTURE),
    Action("lose", "loses", "lost", "losing", "perdre", "gc", ("past",)),
    Action("look", "looks", "looked", "looking", "chercher", "gca", ("present",), True, "for"),
    Action("eat", "eats", "ate", "eating", "manger", "f", ("present", "past", "future"), True),
    Action("draw", "draws", "drew", "drawing", "dessiner", "gasx", ("present", "past", "future"), True),
    Action("sell", "sells", "sold", "selling", "vendre", "s", ("present", "past", "future"), True),
    Action("wear", "wears", "wore", "wearing", "porter", "c", ("present", "future"), True),
    Action("wash", "washes", "washed", "washing", "laver", "w", ("present", "past", "future"), True),
    Action("break", "breaks", "broke", "breaking", "casser", "b", ("past",)),
    Action("open", "opens", "opened", "opening", "ouvrir", "o", ("present", "past", "future"), True),
    Action("close", "closes", "closed", "closing", "fermer", "o", ("present", "past", "future"), True),
    Action("forget", "forgets", "forgot", "forgetting", "oublier", "gc", ("past",)),
    Action("bring", "brings", "brought", "bringing", "apporter", "gf", PAST_FUTURE),
    Action("choose", "chooses", "chose", "choosing", "choisir", "gcs", PAST_FUTURE),
    Action("repair", "repairs", "repaired", "repairing", "réparer", "r", ("present", "past", "future"), True),
]
WITH_PERSON = [  # a person as the object: "I see him"
    Action("see", "sees", "saw", "seeing", "voir"),
    Action("know", "knows", "knew", "knowing", "connaître", tenses=PRESENT),
    Action("help", "helps", "helped", "helping", "aider"),
    Action("invite", "invites", "invited", "inviting", "inviter"),
    Action("find", "finds", "found", "finding", "trouver", tenses=PAST_FUTURE),
    Action("wait", "waits", "waited", "waiting", "attendre", progressive=True, particle="for"),
    Action("like", "likes", "liked", "liking", "aimer", tenses=PRESENT),
    Action("look", "looks", "looked", "looking", "chercher", tenses=PRESENT, progressive=True, particle="for"),
    Action("forget", "forgets", "forgot", "forgetting", "oublier", tenses=PAST_FUTURE),
]
GIVING = [  # something to someone
    Action("give", "gives", "gave", "giving", "donner"),
    Action("show", "shows", "showed", "showing", "montrer"),
    Action("lend", "lends", "lent", "lending", "prêter"),
    Action("sell", "sells", "sold", "selling", "vendre"),
    Action("bring", "brings", "brought", "bringing", "apporter"),
]
ALONE = [  # intransitive, with avoir
    Action("work", "works", "worked", "working", "travailler"),
    Action("sing", "sings", "sang", "singing", "chanter"),
    Action("dance", "dances", "danced", "dancing", "danser"),
    Action("sleep", "sleeps", "slept", "sleeping", "dormir"),
    Action("eat", "eats", "ate", "eating", "manger"),
    Action("swim", "swims", "swam", "swimming", "nager"),
    Action("play", "plays", "played", "playing", "jouer"),
]
MOVING = [  # intransitive, with être
    Action("arrive", "arrives", "arrived", "arriving", "arriver"),
    Action("leave", "leaves", "left", "leaving", "partir"),
    Action("fall", "falls", "fell", "falling", "tomber", tenses=("past",)),
    Action("come back", "comes back", "came back", "coming back", "revenir"),
    Action("go out", "goes out", "went out", "going out", "sortir"),
]
SOMETHING = [  # verbs that take something and nothing
    Action("see", "sees", "saw", "seeing", "voir"),
    Action("want", "wants", "wanted", "wanting", "vouloir", tenses=PRESENT),
    Action("buy", "buys", "bought", "buying", "acheter", tenses=("past", "future")),
    Action("eat", "eats", "ate", "eating", "manger", tenses=("past", "future")),
    Action("find", "finds", "found", "finding", "trouver", tenses=PAST_FUTURE),
    Action("lose", "loses", "lost", "losing", "perdre", tenses=("past",)),
    Action("forget", "forgets", "forgot", "forgetting", "oublier", tenses=("past",)),
    Action("break", "breaks", "broke", "breaking", "casser", tenses=("past",)),
    Action("choose", "chooses", "chose", "choosing", "choisir", tenses=PAST_FUTURE),
    Action("hear", "hears", "heard", "hearing", "entendre"),
]
