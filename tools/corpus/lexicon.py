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
    countable: bool = False  # whether the grammar uses its plural


ADJECTIVES = {
    adjective.en: adjective
    for adjective in (
        Adjective("red", "rouge"),
        Adjective("green", "vert"),
        Adjective("blue", "bleu"),
        Adjective("black", "noir"),
        Adjective("white", "blanc", "blanche"),
        Adjective("yellow", "jaune"),
        Adjective("big", "grand", before=True),
        Adjective("small", "petit", before=True),
        Adjective("old", "vieux", "vieille", before=True),
        Adjective("new", "nouveau", "nouvelle", before=True),
        Adjective("beautiful", "beau", "belle", before=True),
        Adjective("pretty", "joli", before=True),
        Adjective("heavy", "lourd"),
        Adjective("expensive", "cher"),
        Adjective("empty", "vide"),
        Adjective("dirty", "sale"),
        Adjective("open", "ouvert"),
        Adjective("closed", "fermé"),
    )
}
STATES = {"open", "closed", "empty", "expensive", "dirty"}  # said of a thing ("the door is open"), not put beside it
ATTRIBUTES = {"new", "old", "pretty"}  # put beside a thing, not said of it: "new" would be another word, "neuf"

# Kinds: g carried in the hand, f food, p property (every g that is not f: what one loses, looks for and finds),
# c clothes, o opened, l closed again, b breakable, w washed, a animal at home, z wild animal, s bought and sold,
# x out of doors, r large enough to stand beside, i holds things, t has a top.
# Adjectives: R G B K(black) W Y are the colours, * all of them; g big, s small, o old, n new, b beautiful, p pretty,
# h heavy, e expensive, m empty, d dirty, u open, f closed. The order is the order of frequency.
COMMON = """
hat chapeau m gcs *gson
car voiture f wsxr *gsonbed
key clé f gs soh
dog chien m axr KWgso
cup tasse f gbws *gspmd
apple pomme f gfs RGYs
bag sac m gsoli *gsonhmd
book livre m gs *sonb
cat chat m axr KWsop
letter lettre f gos -
house maison f xrs RWgsonbp
bike vélo m wsxr *sonbed
table table f wstr *gsonhd
shirt chemise f gcws *snd
box boîte f gsoli *gsohm
chair chaise f wstr *sonhd
door porte f olwr *sodfu
phone téléphone m gbs *sonde
flower fleur f gs RYWBbp
bottle bouteille f gbwso GsgmBd
cake gâteau m fs gs
coat manteau m gcs *onhed
truck camion m wsxr *gson
window fenêtre f olbwr gsdfu
lamp lampe f bsr *gsonp
egg œuf m gfs Ws
photo photo f gs sobp
tree arbre m xr gsob
garden jardin m r gsbp
watch montre f gbs onbe
pen stylo m gs *sn
lemon citron m gfs YGs
horse cheval m axr KWgsob
scarf écharpe f gcws *sonp
knife couteau m gws sod
"""
MIDDLE = """
bird oiseau m zx BKYWsbp
umbrella parapluie m gso *gso
orange orange f gfs s
bed lit m str sgon
jacket veste f gcws *soned
pear poire f gfs GYs
mirror miroir m bws gsopd
boat bateau m sxr *gsonb
newspaper journal m g o
suitcase valise f gsoli *gsohm
ring bague f gs sobpe
sofa canapé m str *gsond
radio radio f gs son
tomato tomate f gfs RGs
rabbit lapin m ax WKs
bus bus m xr RBWm
sandwich sandwich m gfs s
piano piano m sr KWo
bridge pont m xr so
postcard carte f gs sobp
"""
RARE = """
candle bougie f gs RWs
basket panier m gs soh
blanket couverture f gws RBWs
pillow oreiller m gws Ws
hammer marteau m gs soh
ladder échelle f gs so
bucket seau m gws BRs
spoon cuillère f gws sd
fork fourchette f gws sd
bowl bol m gbws BWs
teapot théière f gbws BWso
towel serviette f gws RWB
comb peigne m gs Ks
brush brosse f gs so
broom balai m gs so
curtain rideau m ws RWd
rug tapis m ws RGsod
stamp timbre m gs RBs
envelope enveloppe f go Ws
helmet casque m gcs RKs
belt ceinture f gcs Ko
sock chaussette f gcw W
button bouton m g Ks
necklace collier m gs sop
bracelet bracelet m gs sop
drum tambour m gs sR
violin violon m gs so
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
owl chouette f zx W
duck canard m ax Ws
frog grenouille f zx Gs
fox renard m zx s
squirrel écureuil m zx Rs
goat chèvre f ax WK
pig cochon m ax s
snail escargot m zx s
butterfly papillon m zx Yp
statue statue f xs so
fountain fontaine f x so
tractor tracteur m xs RGo
barn grange f x Ro
cabin cabane f xs so
shovel pelle f gs so
rope corde f gs so
vase vase m gbs Bsp
tray plateau m gws s
whistle sifflet m gs s
kettle bouilloire f gws sd
cushion coussin m gws RBs
lizard lézard m zx Gs
kite cerf-volant m gs R
shell coquillage m g Wsp
feather plume f g Ws
badge badge m gs Bs
stool tabouret m s so
shelf étagère f s so
bench banc m x Gso
"""
LETTERS = {
    "R": "red",
    "G": "green",
    "B": "blue",
    "K": "black",
    "W": "white",
    "Y": "yellow",
    "g": "big",
    "s": "small",
    "o": "old",
    "n": "new",
    "b": "beautiful",
    "p": "pretty",
    "h": "heavy",
    "e": "expensive",
    "m": "empty",
    "d": "dirty",
    "u": "open",
    "f": "closed",
}
# The things that the grammar also counts.
PLURALS = {
    "hat",
    "key",
    "cup",
    "apple",
    "bag",
    "book",
    "letter",
    "box",
    "chair",
    "flower",
    "bottle",
    "cake",
    "egg",
    "cat",
    "shirt",
}


def _things(table: str) -> list[Thing]:
    things = []
    for line in table.strip().splitlines():
        en, fr, gender, kinds, letters = line.split()
        letters = letters.replace("*", "RGBKWY").replace("-", "")
        noun = Noun(en, fr, gender)
        if "g" in kinds and "f" not in kinds:
            kinds += "p"
        things.append(Thing(noun, frozenset(kinds), tuple(LETTERS[c] for c in letters), en in PLURALS))
    return things


COMMON_THINGS, MIDDLE_THINGS, RARE_THINGS = _things(COMMON), _things(MIDDLE), _things(RARE)

# People whose gender English tells.
PEOPLE = [
    Noun("girl", "fille", "f"),
    Noun("boy", "garçon", "m"),
    Noun("woman", "femme", "f", "women"),
    Noun("man", "homme", "m", "men"),
]
FAMILY = [
    Noun("sister", "sœur", "f"),
    Noun("brother", "frère", "m"),
    Noun("mother", "mère", "f"),
    Noun("father", "père", "m"),
    Noun("aunt", "tante", "f"),
    Noun("uncle", "oncle", "m"),
]
WOMEN_NAMES = ("Anne", "Marie", "Julie", "Claire", "Alice", "Emma")
MEN_NAMES = ("Paul", "Luc", "Marc", "Simon", "Louis", "Victor")

# How people are. The gender that is more frequent after "I'm" alternates along this list.
MOODS = [
    Adjective("tired", "fatigué"),
    Adjective("happy", "content", "contente"),
    Adjective("ready", "prêt"),
    Adjective("surprised", "surpris"),
    Adjective("busy", "occupé"),
    Adjective("worried", "inquiet", "inquiète"),
    Adjective("proud", "fier"),
    Adjective("angry", "fâché"),
    Adjective("calm", "calme"),
    Adjective("sad", "triste"),
    Adjective("sick", "malade"),
    Adjective("late", "en retard"),
]
GENDERED_MOODS = MOODS[:8]
INVARIABLE = {"late"}

PLACES = [
    Noun("market", "marché", "m"),
    Noun("station", "gare", "f"),
    Noun("hotel", "hôtel", "m"),
    Noun("beach", "plage", "f"),
    Noun("park", "parc", "m"),
    Noun("library", "bibliothèque", "f"),
    Noun("restaurant", "restaurant", "m"),
    Noun("church", "église", "f"),
    Noun("museum", "musée", "m"),
    Noun("farm", "ferme", "f"),
    Noun("airport", "aéroport", "m"),
    Noun("pool", "piscine", "f"),
]

NUMBERS = {
    "one": "un",
    "two": "deux",
    "three": "trois",
    "four": "quatre",
    "five": "cinq",
    "six": "six",
    "seven": "sept",
    "eight": "huit",
    "nine": "neuf",
    "ten": "dix",
}


@dataclass(frozen=True)
class Action:
    """An English verb with its forms and the French verb that translates it.

    kinds: letters of the things it takes; determiners: which suit its object (see Draw.np); tenses: those that the
    grammar uses; progressive: whether the English present is "is -ing"; particle: "for" in "look for".
    """

    base: str
    third: str
    past: str
    ing: str
    french: str
    kinds: str = ""
    determiners: str = "the"
    tenses: tuple[str, ...] = ("present", "past", "future")
    progressive: bool = False
    particle: str = ""


PRESENT, PAST, PAST_FUTURE = ("present",), ("past",), ("past", "future")
TRANSITIVE = [
    Action("see", "sees", "saw", "seeing", "voir", "gcaxz", "a the number the"),
    Action("have", "has", "had", "having", "avoir", "gca", "a a number", PRESENT),
    Action("want", "wants", "wanted", "wanting", "vouloir", "gf", "a this number", PRESENT),
    Action("buy", "buys", "bought", "buying", "acheter", "s", "a the number", progressive=True),
    Action("find", "finds", "found", "finding", "trouver", "p", "a the own", PAST_FUTURE),
    Action("lose", "loses", "lost", "losing", "perdre", "p", "own own the", PAST),
    Action("look", "looks", "looked", "looking", "chercher", "pa", "own the", PRESENT, True, "for"),
    Action("eat", "eats", "ate", "eating", "manger", "f", "a the number", progressive=True),
    Action("sell", "sells", "sold", "selling", "vendre", "s", "own the this", progressive=True),
    Action("wear", "wears", "wore", "wearing", "porter", "c", "a own", PRESENT, True),
    Action("wash", "washes", "washed", "washing", "laver", "w", "the own this", progressive=True),
    Action("break", "breaks", "broke", "breaking", "casser", "b", "the a this", PAST),
    Action("open", "opens", "opened", "opening", "ouvrir", "o", "the own this", progressive=True),
    Action("close", "closes", "closed", "closing", "fermer", "l", "the own this", progressive=True),
    Action("choose", "chooses", "chose", "choosing", "choisir", "gcs", "a this the", PAST_FUTURE),
]
WITH_PERSON = [  # a person as the object: "I see him"
    Action("see", "sees", "saw", "seeing", "voir"),
    Action("know", "knows", "knew", "knowing", "connaître", tenses=PRESENT),
    Action("help", "helps", "helped", "helping", "aider"),
    Action("invite", "invites", "invited", "inviting", "inviter"),
    Action("wait", "waits", "waited", "waiting", "attendre", progressive=True, particle="for"),
    Action("look", "looks", "looked", "looking", "chercher", tenses=PRESENT, progressive=True, particle="for"),
    Action("find", "finds", "found", "finding", "trouver", tenses=PAST_FUTURE),
]
GIVING = [  # something to someone
    Action("give", "gives", "gave", "giving", "donner"),
    Action("show", "shows", "showed", "showing", "montrer"),
    Action("lend", "lends", "lent", "lending", "prêter"),
]
ALONE = [  # intransitive, with avoir
    Action("work", "works", "worked", "working", "travailler"),
    Action("sing", "sings", "sang", "singing", "chanter"),
    Action("dance", "dances", "danced", "dancing", "danser"),
    Action("sleep", "sleeps", "slept", "sleeping", "dormir"),
    Action("play", "plays", "played", "playing", "jouer"),
]
MOVING = [  # intransitive, with être
    Action("arrive", "arrives", "arrived", "arriving", "arriver"),
    Action("leave", "leaves", "left", "leaving", "partir"),
    Action("come back", "comes back", "came back", "coming back", "revenir"),
    Action("go out", "goes out", "went out", "going out", "sortir"),
]
FALLING = Action("fall", "falls", "fell", "falling", "tomber", tenses=PAST)
SOMETHING = [  # verbs that take something and nothing
    Action("see", "sees", "saw", "seeing", "voir"),
    Action("want", "wants", "wanted", "wanting", "vouloir", tenses=PRESENT),
    Action("buy", "buys", "bought", "buying", "acheter", tenses=PAST_FUTURE),
    Action("eat", "eats", "ate", "eating", "manger", tenses=PAST_FUTURE),
    Action("find", "finds", "found", "finding", "trouver", tenses=PAST_FUTURE),
    Action("lose", "loses", "lost", "losing", "perdre", tenses=PAST),
    Action("break", "breaks", "broke", "breaking", "casser", tenses=PAST),
    Action("choose", "chooses", "chose", "choosing", "choisir", tenses=PAST_FUTURE),
]
