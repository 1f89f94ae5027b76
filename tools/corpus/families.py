"""The families of the "lessons" grammar: each draws one kind of sentence, or a minimal pair of them.

What a lesson needs to find in the corpus is in a family of its own: lists, agreement at a distance, the adverb that
fixes a tense, the final "please", clitics, negation, several translations of unequal frequency.
"""

from __future__ import annotations

from collections.abc import Callable

from tools.corpus import lexicon as lex
from tools.corpus.drawing import (
    FIRST,
    HE,
    NEGATIONS,
    SHE,
    WE,
    Draw,
    Item,
    Phrase,
    Subject,
    Unfit,
    english_clause,
    french_clause,
    with_open_gender,
)
from tools.corpus.french import VERBS, Adjective, Noun, a_, de_, english_article, noun_phrase, verb_group

CHILDREN = Phrase("the children", "les enfants", "mp")


def mood_form(mood: Adjective, agreement: str) -> str:
    return mood.fr if mood.en in lex.INVARIABLE else mood.form(agreement)


# ---------------------------------------------------------------- things


def objects(d: Draw) -> Item:
    """Someone does something with a thing: nouns, adjectives, their order and agreement."""
    action, subject = d.one(lex.TRANSITIVE), d.subject()
    tense = d.one(action.tenses)
    np = d.np(action.kinds, action.determiners, 0.7, subject)
    return d.item(
        "objects",
        [english_clause(subject, action, tense), np.en, "."],
        [*french_clause(subject, action, tense), np.fr, "."],
    )


def thing_list(d: Draw) -> Item:
    """A list of things in an order that nothing predicts: "A hat, a key and two lemons."."""
    form = d.one(["bare", "bare", "bare", "have", "see", "please", "bought"])
    count = 3 if form == "bare" and d.chance(0.6) else 2
    parts = []
    for _ in range(count):
        numbered = d.chance(0.3)
        thing = d.thing("gf", plural=numbered, first=24)
        parts.append(d.np("", "number" if numbered else "a", 0.0 if count == 3 else 0.35, thing=thing))
    en = " , ".join(part.en for part in parts[:-1]) + f" and {parts[-1].en}"
    fr = " , ".join(part.fr for part in parts[:-1]) + f" et {parts[-1].fr}"
    if form == "bare":
        return d.item("list", [en, "."], [fr, "."])
    if form == "please":
        return d.item("list", [en, ", please ."], [fr, ", s'il vous plaît ."])
    subject = d.subject()
    action = next(a for a in lex.TRANSITIVE if form in (a.base, a.past))
    tense = "past" if form == "bought" else "present"
    return d.item(
        "list", [english_clause(subject, action, tense), en, "."], [*french_clause(subject, action, tense), fr, "."]
    )


def name_list(d: Draw) -> Item:
    """A list of names, and a predicate that agrees with all of them."""
    names = d.rng.sample(lex.WOMEN_NAMES if d.chance(0.3) else lex.WOMEN_NAMES + lex.MEN_NAMES, 3)
    three = f"{names[0]} , {names[1]} and {names[2]}", f"{names[0]} , {names[1]} et {names[2]}"
    two = f"{names[0]} and {names[1]}", f"{names[0]} et {names[1]}"
    form = d.one(["three", "three", "know", "wait", "here", "moods", "moods", "where"])
    if form == "three":
        return d.item("list", [three[0], "."], [three[1], "."])
    if form in {"know", "wait"}:
        subject, action = d.one([FIRST, HE, SHE, WE]), next(a for a in lex.WITH_PERSON if a.base == form)
        return d.item(
            "list",
            [english_clause(subject, action, "present"), three[0], "."],
            [*french_clause(subject, action, "present"), three[1], "."],
        )
    if form == "here":
        return d.item("list", [three[0], "are here ."], [three[1], "sont ici ."])
    if form == "where":
        return d.item("list", ["where are", three[0], "?"], ["où sont", three[1], "?"])
    mood, negated = d.one(lex.GENDERED_MOODS), d.chance(0.3)
    agreement = "fp" if set(names[:2]) <= set(lex.WOMEN_NAMES) else "mp"
    return d.item(
        "list",
        [two[0], "aren't" if negated else "are", mood.en, "."],
        [two[1], "ne sont pas" if negated else "sont", mood_form(mood, agreement), "."],
    )


def number_list(d: Draw) -> Item:
    """A list of numbers."""
    numbers = d.rng.sample(list(lex.NUMBERS), 3)
    fr = [lex.NUMBERS[number] for number in numbers]
    form = d.one(["code", "code", "page", "bare"])
    if form == "code":
        return d.item(
            "list",
            [f"the code is {numbers[0]} , {numbers[1]} , {numbers[2]} ."],
            [f"le code est {fr[0]} , {fr[1]} , {fr[2]} ."],
        )
    start = "pages" if form == "page" else ""
    return d.item(
        "list", [start, f"{numbers[0]} , {numbers[1]} and {numbers[2]} ."], [start, f"{fr[0]} , {fr[1]} et {fr[2]} ."]
    )


def there_is(d: Draw) -> Item:
    """ "There is a black cat in the garden." """
    place_en, place_fr, kinds, inside = d.one(
        [
            ("in", "dans", "i", "g"),
            ("on", "sur", "t", "g"),
            ("behind", "derrière", "r", "az"),
            ("in", "dans", "garden", "az"),
        ]
    )
    np = d.np(inside, "a a number", 0.45)
    if kinds == "garden":
        where_en, where_fr = d.one([("the garden", "le jardin"), ("the street", "la rue")])
    else:
        place = d.np(kinds, "the", 0.0)
        where_en, where_fr = place.en, place.fr
    return d.item(
        "there is",
        ["there are" if np.plural else "there is", np.en, place_en, where_en, "."],
        ["il y a", np.fr, place_fr, where_fr, "."],
    )


def what_a(d: Draw) -> Item:
    """ "What a beautiful house!" """
    thing = d.thing("gcasx")
    names = [name for name in thing.adjectives if name in {"beautiful", "pretty", "big", "small", "old"}]
    if not names:
        raise Unfit
    name = d.one(names)
    d.nouns.add(thing.noun.en)
    d.combinations.add((name, thing.noun.en))
    determiner = "quel" if thing.noun.gender == "m" else "quelle"
    return d.item(
        "what a",
        ["what", english_article(name), name, thing.noun.en, "!"],
        [noun_phrase(thing.noun, lex.ADJECTIVES[name], determiner), "!"],
    )


def need(d: Draw) -> Item:
    """avoir besoin d'un, d'une, de ce: "J'ai besoin d'une clé."."""
    subject = d.subject()
    np = d.np("gf", "a a this own number", 0.45, subject)
    negated = d.chance(0.25) and np.en.split()[0] not in {"a", "an"}
    action = lex.Action("need", "needs", "needed", "needing", "avoir")
    return d.item(
        "need",
        [english_clause(subject, action, "present", "not" if negated else ""), np.en, "."],
        [*french_clause(subject, action, "present", "not" if negated else ""), "besoin", de_(np.fr), "."],
    )


def this_is(d: Draw) -> Item:
    """c'est, ce sont, ce n'est pas: "C'est la voiture de Paul."."""
    negated = d.chance(0.3)
    if d.chance(0.4):
        owner, np = d.owner(), d.np("gca", "the", 0.0)
        en, fr = f"{owner.en}'s {np.bare}", f"{np.fr} {de_(owner.fr)}"
    else:
        own = negated or d.chance(0.35)
        np = d.np("gcas" if own else "gcasxz", "own" if own else "a", 0.7, d.one([FIRST, HE, SHE, WE]))
        en, fr = np.en, np.fr
    this, be = ("these", "are") if np.plural else ("this", "is")
    french_be = "sont" if np.plural else "est"
    return d.item(
        "this is",
        [this, be + ("n't" if negated else ""), en, "."],
        ["ce ne" if negated else "ce", french_be, "pas" if negated else "", fr, "."],
    )


def this_thing(d: Draw) -> Item:
    """ce, cet, cette and a predicate: "Cette voiture est trop chère."."""
    thing = d.thing("gcasx")
    np = d.np("", "this", 0.0, thing=thing)
    adjective = d.adjective(thing, predicate=True)
    degrees = [("", ""), ("very", "très"), ("too", "trop")]
    graded = {"big", "small", "heavy", "expensive", "old", "dirty"}
    degree = d.one(degrees) if adjective.en in graded else degrees[0]
    negated = d.chance(0.3) and not degree[0]
    return d.item(
        "this thing",
        [np.en, "isn't" if negated else "is", degree[0], adjective.en, "."],
        [np.fr, "ne est pas" if negated else "est", degree[1], adjective.form(np.agreement), "."],
    )


# ---------------------------------------------------------------- agreement at a distance, possessors


def mood(d: Draw) -> Item:
    """How someone is: "Anne is very tired today."; "I'm tired." is both fatigué and fatiguée."""
    subject = d.subject(plural=0.3) if d.chance(0.8) else FIRST
    index = d.rng.randrange(len(lex.MOODS))
    state = lex.MOODS[index]
    negation = d.one(["", "", "", "not", "never", "no longer"])
    degree = time = ("", "")
    if not negation and state.en != "ready" and d.chance(0.4):
        degree = d.one([("very", "très"), ("always", "toujours"), ("often", "souvent")])
    elif negation in {"", "not"} and d.chance(0.3):
        time = d.one([("today", "aujourd'hui"), ("this morning", "ce matin"), ("tonight", "ce soir")])

    def french(who: Subject) -> list[str]:
        return [
            who.fr,
            *verb_group(VERBS["être"], who.person, negation=NEGATIONS.get(negation, "")),
            degree[1],
            mood_form(state, who.agreement),
            time[1],
            ".",
        ]

    adverb = negation if negation in {"never", "no longer"} else degree[0]
    return d.item(
        "mood",
        [subject.be(negation == "not"), adverb, state.en, time[0], "."],
        *with_open_gender(subject, french, flip=index % 2 == 1),
        group=f"mood {state.en}",
    )


BESIDE = [("next to", "à côté", de_), ("next to", "à côté", de_), ("near", "près", de_), ("behind", "derrière", str)]


def distance(d: Draw) -> Item:
    """A subject, a noun of either gender, and the adjective: "La fille à côté du camion est fatiguée."."""
    gender, attractor = d.one("mf"), d.one("mf")
    if d.chance(0.65):
        noun, plural = d.one([noun for noun in lex.PEOPLE if noun.gender == gender]), d.chance(0.2)
        head = d.phrase(noun, None, "the", plural)
        state = d.one(lex.GENDERED_MOODS)
        adjective = mood_form(state, head.agreement)
        en, fr, link = d.one(BESIDE)
        where = d.np("", "the", 0.0, thing=d.thing("r", attractor))
    else:
        en, fr, link, kinds = d.one([("in", "dans", str, "i"), ("on", "sur", str, "t"), ("near", "près", de_, "r")])
        thing = d.thing("g" if kinds != "r" else "a", gender)
        head = d.np("", "the plural", 0.0, thing=thing)
        where = d.np("", "the", 0.0, thing=d.thing(kinds, attractor))
        state = d.adjective(thing, predicate=True)
        adjective = state.form(head.agreement)
    negated = d.chance(0.25)
    verb = verb_group(VERBS["être"], head.person, negation="pas" if negated else "")
    be = ("are" if head.plural else "is") + ("n't" if negated else "")
    return d.item(
        "distance", [head.en, en, where.en, be, state.en, "."], [head.fr, fr, link(where.fr), *verb, adjective, "."]
    )


def apposition(d: Draw) -> Item:
    """The longest distance: "Marie, la sœur de Paul, est fatiguée." with eight tokens from name to adjective."""
    who, owner = d.name(), d.name()
    if who.en == owner.en:
        raise Unfit
    role = d.one([noun for noun in lex.FAMILY if noun.gender == who.agreement[0]])
    state = d.one(lex.MOODS[:-1])
    return d.item(
        "distance",
        [f"{who.en} , {owner.en}'s {role.en} , is", state.en, "."],
        [f"{who.fr} , {noun_phrase(role)} {de_(owner.fr)} , est", mood_form(state, who.agreement), "."],
    )


def relative(d: Draw) -> Item:
    """A relative clause with its participle: "La voiture que Paul a achetée est rouge."."""
    action = d.one([a for a in lex.TRANSITIVE if a.base in {"buy", "find", "choose", "see"}])
    thing = d.thing("g" if action.base != "buy" else "s")
    head = d.np("", "the the plural", 0.0, thing=thing)
    who = d.subject("I he she", plural=0.0)
    adjective = d.adjective(thing, predicate=True)
    return d.item(
        "relative",
        [head.en, "that", who.en, action.past, "are" if head.plural else "is", adjective.en, "."],
        [
            head.fr,
            "que",
            *french_clause(who, action, "past", agree_with=head.agreement),
            VERBS["être"].form(head.person),
            adjective.form(head.agreement),
            ".",
        ],
    )


def owned_subject(d: Draw) -> Item:
    """Possessor before in English, after in French: "Le vélo du garçon est rouge."."""
    owner = d.owner()
    if d.chance(0.35) and owner.en.split()[0] not in {"my", "his", "her"}:
        role, state = d.one(lex.FAMILY), d.one(lex.GENDERED_MOODS)
        np = d.phrase(role, None, "the")
        adjective = mood_form(state, np.agreement)
    else:
        thing = d.thing("gca" if d.chance(0.7) else "r")
        np = d.np("", "the", 0.0, thing=thing)
        state = d.adjective(thing, predicate=True)
        adjective = state.form(np.agreement)
    negated = d.chance(0.25)
    return d.item(
        "possessor",
        [f"{owner.en}'s {np.bare}", "isn't" if negated else "is", state.en, "."],
        [f"{np.fr} {de_(owner.fr)}", "ne est pas" if negated else "est", adjective, "."],
    )


def owned_object(d: Draw) -> Item:
    """The same as an object: "Je vois le chien de la fille."."""
    action = d.one(
        [
            a
            for a in lex.TRANSITIVE
            if a.base in {"see", "find", "look", "wash", "break", "open", "close", "sell", "lose"}
        ]
    )
    tense, subject = d.one(action.tenses), d.subject(plural=0.05)
    owner = CHILDREN if d.chance(0.12) else d.owner()
    if owner.en == subject.en:
        raise Unfit
    np = d.np("gca" if action.base == "see" else action.kinds, "the", 0.0)
    return d.item(
        "possessor",
        [english_clause(subject, action, tense), f"{owner.en}'s {np.bare}", "."],
        [*french_clause(subject, action, tense), f"{np.fr} {de_(owner.fr)}", "."],
    )


# ---------------------------------------------------------------- clitics and datives


def clitic(d: Draw) -> Item:
    """A pronoun object moves before the verb: "Je le vois.", "Elle ne l'a pas vu."."""
    action, subject = d.one(lex.WITH_PERSON), d.subject(plural=0.2)
    tense = d.one(action.tenses)
    negations = ["", "", "not"]
    if tense == "past":
        negations.append("never")
    elif tense == "present" and not action.progressive:
        negations += ["no longer"] if action.base == "know" else ["never", "no longer"]
    negation = d.one(negations)
    en, fr, agreement = d.one([("him", "le", "ms"), ("her", "la", "fs"), ("them", "les", "mp")])
    words = [english_clause(subject, action, tense, negation), en, "."]

    def french(agree: str) -> list[str]:
        return [*french_clause(subject, action, tense, negation, [fr], agree), "."]

    if en == "them" and tense == "past":
        return d.item("clitic", words, (french("mp"), 0.75), (french("fp"), 0.25))
    return d.item("clitic", words, french(agreement))


def receiver(d: Draw, subject: Subject) -> tuple[str, str]:
    """To whom, as a pronoun: him, her, them, me, us; never the subject itself."""
    options = [("him", "lui"), ("her", "lui"), ("them", "leur")]
    if subject not in (FIRST, WE):
        options += [("me", "me"), ("us", "nous")]
    return d.one(options)


def two_clitics(d: Draw) -> Item:
    """Two pronouns before the verb: "Je le lui ai donné."; "it" may be le or la."""
    action, subject = d.one(lex.GIVING), d.subject(plural=0.2)
    tense = d.one(["past", "past", "future"])
    negation = d.one(["", "", "not"])
    thing_en = d.one(["it", "it", "them"])
    to_en, to_fr = receiver(d, subject)
    shares = (
        [("le", "ms", 0.75), ("la", "fs", 0.25)] if thing_en == "it" else [("les", "mp", 0.75), ("les", "fp", 0.25)]
    )
    variants = [
        ([*french_clause(subject, action, tense, negation, [thing_fr, to_fr], agree), "."], share)
        for thing_fr, agree, share in shares
    ]
    if variants[0][0] == variants[1][0]:
        variants = [variants[0][0]]
    return d.item(
        "two clitics", [english_clause(subject, action, tense, negation), thing_en, f"to {to_en}", "."], *variants
    )


def dative(d: Draw) -> Item:
    """Something to someone, as a noun (au garçon) or a pronoun (lui, leur, me, nous) before the verb."""
    action, subject = d.one(lex.GIVING), d.subject(plural=0.1)
    tense = d.one(["past", "past", "future"])
    np = d.np("p" if action.base == "lend" else "gf", "a the own", 0.25, subject)
    if d.chance(0.5):
        to = d.name() if d.chance(0.4) else d.person(plural=0.25)
        if to.en == subject.en:
            raise Unfit
        return d.item(
            "dative",
            [english_clause(subject, action, tense), np.en, "to", to.en, "."],
            [*french_clause(subject, action, tense), np.fr, a_(to.fr), "."],
        )
    to_en, to_fr = receiver(d, subject)
    return d.item(
        "dative",
        [english_clause(subject, action, tense), to_en, np.en, "."],
        [*french_clause(subject, action, tense, clitics=[to_fr]), np.fr, "."],
    )


# ---------------------------------------------------------------- negation, tense, address


def negation(d: Draw) -> list[Item]:
    """A sentence and its negation, differing in nothing else: ne ... pas, jamais, plus, rien, around the auxiliary."""
    kind = d.one(["object", "object", "alone", "moving", "nothing", "none"])
    subject = d.subject(plural=0.2)
    if kind == "none":
        return have_none(d, subject)
    if kind == "nothing":
        action = d.one(lex.SOMETHING)
        tense = d.one(action.tenses)
        verb = verb_group(VERBS[action.french], subject.person, tense, negation="rien")
        return [
            d.item(
                "negation",
                [english_clause(subject, action, tense), "something ."],
                [*french_clause(subject, action, tense), "quelque chose ."],
            ),
            d.item("negation", [english_clause(subject, action, tense), "nothing ."], [subject.fr, *verb, "."]),
        ]
    if kind == "object":
        action = d.one([a for a in lex.TRANSITIVE if a.base not in {"have", "wear", "want"}])
        tense = d.one(action.tenses)
        np = d.np(action.kinds, "the this own" if "own" in action.determiners else "the this", 0.25, subject)
        tail = (np.en, np.fr)
        ways = ["not"] if action.progressive and tense == "present" else ["not", "not", "never"]
    elif kind == "alone":
        action, tense = d.one(lex.ALONE), d.one(["present", "present", "past", "future"])
        tail = d.one(
            [
                ("here", "ici"),
                ("with Paul", "avec Paul"),
                ("with Anne", "avec Anne"),
                ("in the garden", "dans le jardin"),
            ]
        )
        ways = ["not", "never", "no longer"] if tense == "present" else ["not", "never"]
    else:
        action, tense = d.one(lex.MOVING), d.one(["past", "past", "present", "future"])
        tail = d.one(
            {
                "past": [("yesterday", "hier"), ("this morning", "ce matin")],
                "present": [("early", "tôt")],
                "future": [("tomorrow", "demain"), ("tonight", "ce soir")],
            }[tense]
        )
        ways = ["never", "not"] if tense == "present" else ["not"]

    def sentence_with(how: str) -> Item:
        def french(who: Subject) -> list[str]:
            return [*french_clause(who, action, tense, how), tail[1], "."]

        flip = action.base in {"arrive", "leave"}
        return d.item(
            "negation",
            [english_clause(subject, action, tense, how), tail[0], "."],
            *with_open_gender(subject, french, flip),
        )

    return [sentence_with(""), sentence_with(d.one(ways))]


def have_none(d: Draw, subject: Subject) -> list[Item]:
    """ "I have a car." and "I don't have a car.": un, une become de."""
    np = d.np("gcs", "a", 0.2)
    have = next(a for a in lex.TRANSITIVE if a.base == "have")
    how = d.one(["not", "not", "no longer"])
    return [
        d.item(
            "negation",
            [english_clause(subject, have, "present"), np.en, "."],
            [*french_clause(subject, have, "present"), np.fr, "."],
        ),
        d.item(
            "negation",
            [english_clause(subject, have, "present", how), np.en, "."],
            [*french_clause(subject, have, "present", how), "de", np.fr.split(" ", 1)[1], "."],
        ),
    ]


PAST_ADVERBS = [("yesterday", "hier"), ("last night", "hier soir"), ("last Monday", "lundi dernier")]
PRESENT_ADVERBS = [("every day", "tous les jours"), ("every morning", "chaque matin"), ("every evening", "chaque soir")]
SAME_IN_PAST = [  # the English past of these looks like the present
    ("read", "lire"),
    ("read", "lire"),
    ("put", "mettre"),
    ("put on", "mettre"),
    ("cut", "couper"),
    ("shut", "fermer"),
]
READING = [
    Noun("letter", "lettre", "f"),
    Noun("book", "livre", "m"),
    Noun("newspaper", "journal", "m"),
    Noun("story", "histoire", "f"),
    Noun("page", "page", "f"),
]
SEVERAL = [
    Subject(noun, french, 6, agreement, "their", 6)
    for noun, french, agreement in (
        ("the children", "les enfants", "mp"),
        ("my parents", "mes parents", "mp"),
        ("the girls", "les filles", "fp"),
        ("the boys", "les garçons", "mp"),
    )
]


def tense_adverb(d: Draw) -> Item:
    """The first adverb alone fixes the tense: "Yesterday I read ..." j'ai lu, "Every day I read ..." je lis."""
    past = d.chance(0.5)
    adverb = d.one(PAST_ADVERBS if past else PRESENT_ADVERBS)
    en, infinitive = d.one(SAME_IN_PAST)
    subject = d.one([FIRST, FIRST, WE, WE, *SEVERAL])
    if en == "read":
        np = d.phrase(d.one(READING), None, d.one(["a", "the", "this"]))
    elif en == "cut":
        np = (
            d.np("f", "the a", 0.0)
            if d.chance(0.5)
            else d.one(
                [
                    Phrase("the bread", "le pain", "ms"),
                    Phrase("the paper", "le papier", "ms"),
                    Phrase("the meat", "la viande", "fs"),
                ]
            )
        )
    elif en == "shut":
        np = d.np("l", "the", 0.2)
    elif en == "put on":
        np = d.np("c", "own" if subject.plural else "a own", 0.4, subject)
    else:
        np = d.np("g", "the", 0.0, subject)
        place_en, place_fr, kinds = d.one([("in", "dans", "i"), ("on", "sur", "t")])
        where = d.np(kinds, "the", 0.0)
        np = Phrase(f"{np.en} {place_en} {where.en}", f"{np.fr} {place_fr} {where.fr}", np.agreement)
    verb = verb_group(VERBS[infinitive], subject.person, "past" if past else "present")
    return d.item(
        "tense adverb", [adverb[0], subject.en, en, np.en, "."], [adverb[1], ",", subject.fr, *verb, np.fr, "."]
    )


ORDERS = [  # English, infinitive, how the object comes
    ("give", "donner", "me"),
    ("give", "donner", "me"),
    ("show", "montrer", "me"),
    ("open", "ouvrir", "o"),
    ("close", "fermer", "l"),
    ("take", "prendre", "g"),
    ("look at", "regarder", "gaxz"),
    ("wash", "laver", "w"),
    ("choose", "choisir", "gc"),
    ("eat", "manger", "f"),
    ("wait for", "attendre", "person"),
    ("help", "aider", "person"),
    ("invite", "inviter", "person"),
]


def please(d: Draw) -> list[Item]:
    """A final "please" turns tu into vous from the first word on; both sentences of the pair are kept."""
    en, infinitive, kinds = d.one(ORDERS)
    verb = VERBS[infinitive]
    negated = kinds not in {"me", "person"} and d.chance(0.2)
    suffix = ""
    if kinds == "person" and d.chance(0.3):
        object_en, enclitic = d.one([("me", "moi"), ("us", "nous"), ("him", "le"), ("her", "la"), ("them", "les")])
        suffix, tail = f"-{enclitic}", ""
    elif kinds == "person":
        who = d.name() if d.chance(0.5) else d.person(plural=0.2)
        object_en, tail = who.en, who.fr
    elif kinds == "me":
        np = d.np("gf", "a the this number", 0.45)
        to, suffix = d.one([("me", "-moi"), ("me", "-moi"), ("us", "-nous")])
        object_en, tail = f"{to} {np.en}", np.fr
    else:
        np = d.np(kinds, "the the this plural", 0.45)
        object_en, tail = np.en, np.fr
    items = []
    for person, final_en, final_fr in ((2, "", ""), (5, ", please", ", s'il vous plaît")):
        form = verb.imperative(person) + suffix
        words = ["ne", form, "pas"] if negated else [form]
        items.append(
            d.item("please", ["don't" if negated else "", en, object_en, final_en, "."], [*words, tail, final_fr, "."])
        )
    return items


def vocative(d: Draw) -> Item:
    """The person addressed, named last, selects te or vous: "Je vous attends, madame."."""
    polite = d.chance(0.5)
    if polite:
        who_en, who_fr = d.one([("sir", "monsieur"), ("madam", "madame"), ("doctor", "docteur")])
    elif d.chance(0.7):
        who_en = who_fr = d.name().en
    else:
        who_en, who_fr = d.one([("Mom", "maman"), ("Dad", "papa")])
    subject, action = d.one([FIRST, FIRST, WE, WE, HE, SHE]), d.one(lex.WITH_PERSON)
    tense = d.one([tense for tense in action.tenses if tense != "past"])
    how = d.one(["", "", "not"])
    return d.item(
        "vocative",
        [english_clause(subject, action, tense, how), "you ,", who_en, "."],
        [*french_clause(subject, action, tense, how, ["vous" if polite else "te"]), ",", who_fr, "."],
    )


# ---------------------------------------------------------------- places

MOTIONS = [
    (lex.Action("go", "goes", "went", "going", "aller"), "to", a_, set()),
    (lex.Action("arrive", "arrives", "arrived", "arriving", "arriver"), "at", a_, set()),
    (lex.Action("come back", "comes back", "came back", "coming back", "revenir"), "from", de_, set()),
    (
        lex.Action("stay", "stays", "stayed", "staying", "rester"),
        "at",
        a_,
        {"hotel", "beach", "library", "farm", "pool", "museum"},
    ),
    (
        lex.Action("work", "works", "worked", "working", "travailler"),
        "at",
        a_,
        {"market", "station", "hotel", "library", "restaurant", "museum", "farm", "airport"},
    ),
]


def motion(d: Draw) -> Item:
    """au, à la, à l', du, de la, de l', and participles with être: "Anne est allée à la gare."."""
    action, preposition, contract, only = d.one(MOTIONS)
    subject, tense = d.subject(plural=0.3), d.one(["past", "past", "past", "present", "future"])
    place = d.one([place for place in lex.PLACES if not only or place.en in only])
    how = d.one(["", "", "", "not", "never"])
    time = ("", "")
    if how != "never" and d.chance(0.4):
        time = d.one(
            {
                "past": [("yesterday", "hier"), ("this morning", "ce matin")],
                "future": [("tomorrow", "demain")],
                "present": [("every day", "tous les jours")],
            }[tense]
        )

    def french(who: Subject) -> list[str]:
        return [*french_clause(who, action, tense, how), contract(noun_phrase(place)), time[1], "."]

    en = [english_clause(subject, action, tense, how), f"{preposition} the {place.en}", time[0], "."]
    return d.item("motion", en, *with_open_gender(subject, french, flip=action.base in {"arrive", "stay"}))


HOME_OF_PERSON = {1: "moi", 4: "nous"}
HOME_OF_AGREEMENT = {"ms": "lui", "fs": "elle", "mp": "eux", "fp": "elles"}


def at_home(d: Draw) -> Item:
    """Whose home it is follows the subject: "I'm home." is "Je suis chez moi."."""
    subject = d.subject(plural=0.25) if d.chance(0.7) else FIRST
    negation, adverb, time = d.one(["", "", "", "not", "never"]), ("", ""), ("", "")
    if not negation and d.chance(0.3):
        adverb = d.one([("often", "souvent"), ("always", "toujours")])
    elif negation != "never" and d.chance(0.5):
        time = d.one([("today", "aujourd'hui"), ("this morning", "ce matin"), ("tonight", "ce soir")])
    own = HOME_OF_PERSON.get(subject.person) or HOME_OF_AGREEMENT[subject.agreement]
    group = verb_group(VERBS["être"], subject.person, negation=NEGATIONS.get(negation, ""))
    word = negation if negation == "never" else adverb[0]
    return d.item(
        "at home",
        [subject.be(negation == "not"), word, "home", time[0], "."],
        [subject.fr, *group, adverb[1], "chez", own, time[1], "."],
    )


def leaving(d: Draw) -> Item:
    """Verbs with être and a time: "Elle est partie hier soir."."""
    action, subject = d.one([*lex.MOVING, lex.FALLING]), d.subject(plural=0.3)
    tense = "past" if action is lex.FALLING or d.chance(0.75) else "future"
    times = [("yesterday", "hier"), ("this morning", "ce matin"), ("last night", "hier soir"), ("", "")]
    if tense == "future":
        times = [("tomorrow", "demain"), ("tonight", "ce soir")]
    elif action is lex.FALLING:
        times = [
            ("yesterday", "hier"),
            ("this morning", "ce matin"),
            ("in the street", "dans la rue"),
            ("in the garden", "dans le jardin"),
        ]
    time = d.one(times)
    return d.item(
        "motion",
        [english_clause(subject, action, tense), time[0], "."],
        *with_open_gender(
            subject,
            lambda who: [*french_clause(who, action, tense), time[1], "."],
            flip=action.base in {"leave", "fall"},
        ),
    )


# ---------------------------------------------------------------- questions and several translations


def question(d: Draw) -> Item:
    """est-ce que, where English uses does, did or turns the verb round."""
    who = d.subject("he she", plural=0.2)
    if d.chance(0.3):
        state = d.one(lex.MOODS)
        return d.item(
            "question",
            ["is" if who.third else "are", who.en, state.en, "?"],
            ["est-ce que", who.fr, VERBS["être"].form(who.person), mood_form(state, who.agreement), "?"],
        )
    action = d.one(
        [
            a
            for a in lex.TRANSITIVE
            if a.base in {"see", "have", "want", "buy", "find", "lose", "break", "open", "close", "choose"}
        ]
    )
    tense = "present" if action.base in {"have", "want"} else "past"
    np = d.np(action.kinds, action.determiners, 0.4, who)
    auxiliary = "did" if tense == "past" else "does" if who.third else "do"
    return d.item(
        "question",
        [auxiliary, who.en, action.base, np.en, "?"],
        ["est-ce que", *french_clause(who, action, tense), np.fr, "?"],
    )


def where_is(d: Draw) -> Item:
    """où est, où sont."""
    if d.chance(0.35):
        np = d.name() if d.chance(0.3) else d.person(plural=0.2)
    else:
        np = d.np("gca", "the own plural", 0.4, d.one([FIRST, HE, SHE, WE]))
    return d.item(
        "question",
        ["where", "are" if np.plural else "is", np.en, "?"],
        ["où", VERBS["être"].form(np.person), np.fr, "?"],
    )


DRINKS = [
    ("coffee", "du café"),
    ("tea", "du thé"),
    ("water", "de l'eau"),
    ("milk", "du lait"),
    ("bread", "du pain"),
    ("cheese", "du fromage"),
    ("soup", "de la soupe"),
    ("meat", "de la viande"),
]


def offer(d: Draw) -> Item:
    """The garden path: "Tu veux ..." at 40 %, three variants that share "Est-ce que" at 20 % each."""
    form = d.one(["thing", "thing", "thing", "thing", "drink", "either"])
    if form == "thing":
        np = d.np("gf", "a a this number", 0.45)
        en, fr = np.en, np.fr
    elif form == "drink":
        one, two = d.rng.sample(DRINKS, 2)
        both = d.chance(0.4)
        en = f"some {one[0]} and some {two[0]}" if both else f"some {one[0]}"
        fr = f"{one[1]} et {two[1]}" if both else one[1]
    else:
        first, second = d.np("f", "a", 0.0), d.np("f", "a", 0.0)
        en, fr = f"{first.en} or {second.en}", f"{first.fr} ou {second.fr}"
    return d.item(
        "garden path",
        ["do you want", en, "?"],
        (["tu veux", fr, "?"], 0.4),
        (["est-ce que tu veux", fr, "?"], 0.2),
        (["est-ce que vous voulez", fr, "?"], 0.2),
        (["est-ce que vous désirez", fr, "?"], 0.2),
    )


def unknown_place(d: Draw) -> Item:
    """A short translation against a long one: "J'ignore où ..." beats "Je ne sais pas où ..." by its length alone."""
    if d.chance(0.35):
        np = d.name() if d.chance(0.4) else d.person(plural=0.25)
    elif d.chance(0.3):
        place = d.one(lex.PLACES)
        np = Phrase(f"the {place.en}", noun_phrase(place), place.agreement())
    elif d.chance(0.4):
        owner, np = d.owner(), d.np("gca", "the", 0.0)
        np = Phrase(f"{owner.en}'s {np.bare}", f"{np.fr} {de_(owner.fr)}", np.agreement)
    else:
        np = d.np("gca", "the own plural", 0.5, d.one([FIRST, HE, SHE, WE]))
    be_en, be_fr = ("are", "sont") if np.plural else ("is", "est")
    return d.item(
        "short rival",
        ["I don't know where", np.en, be_en, "."],
        (["je ignore où", be_fr, np.fr, "."], 0.6),
        (["je ne sais pas où", be_fr, np.fr, "."], 0.4),
    )


YOU = [(Subject("you", "tu", 2, "ms"), 0.75), (Subject("you", "vous", 5, "mp"), 0.25)]
THEY = [(Subject("they", "ils", 6, "mp"), 0.75), (Subject("they", "elles", 6, "fp"), 0.25)]


def open_subject(d: Draw) -> Item:
    """ "they" is ils or elles, "you" tu or vous, three to one."""
    options = d.one([YOU, THEY])
    subject, negated = options[0][0], d.chance(0.25)
    if d.chance(0.3):
        state = d.one(lex.MOODS[-1:] if options is YOU else lex.MOODS)  # "you're tired" would have five translations
        time = d.one([("", ""), ("today", "aujourd'hui"), ("this morning", "ce matin"), ("tonight", "ce soir")])
        return d.item(
            "open subject",
            [subject.be(negated), state.en, time[0], "."],
            *[
                (
                    [
                        who.fr,
                        *verb_group(VERBS["être"], who.person, negation="pas" if negated else ""),
                        mood_form(state, who.agreement),
                        time[1],
                        ".",
                    ],
                    share,
                )
                for who, share in options
            ],
        )
    action = d.one([a for a in lex.TRANSITIVE if a.base != "wear"])
    tense, how = d.one(action.tenses), "not" if negated and action.base not in {"have", "want"} else ""
    determiners = "the this" if how else action.determiners.replace("own", "the")
    np = d.np(action.kinds, determiners, 0.4)
    return d.item(
        "open subject",
        [english_clause(subject, action, tense, how), np.en, "."],
        *[([*french_clause(who, action, tense, how), np.fr, "."], share) for who, share in options],
    )


# Each family with the number of distinct sources it contributes.
FAMILIES: list[tuple[Callable[[Draw], Item | list[Item]], int]] = [
    (objects, 3240),
    (thing_list, 648),
    (name_list, 432),
    (number_list, 162),
    (there_is, 360),
    (what_a, 72),
    (need, 648),
    (this_is, 540),
    (this_thing, 396),
    (mood, 1008),
    (distance, 828),
    (apposition, 126),
    (relative, 396),
    (owned_subject, 612),
    (owned_object, 612),
    (clitic, 828),
    (two_clitics, 504),
    (dative, 1008),
    (negation, 1404),
    (tense_adverb, 756),
    (please, 1044),
    (vocative, 360),
    (motion, 864),
    (leaving, 288),
    (at_home, 180),
    (question, 972),
    (where_is, 162),
    (offer, 684),
    (unknown_place, 396),
    (open_subject, 504),
]
WITH_ADJECTIVE = [objects, objects, objects, please, need, this_is, offer, question, this_thing]
WITH_RARE_NOUN = [objects, this_is, there_is, need, dative, negation]
WITH_LONG_SOURCES = [thing_list, there_is, relative, dative, distance, motion, tense_adverb, unknown_place]
