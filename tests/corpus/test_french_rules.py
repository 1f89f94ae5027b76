"""The rules of French catch planted errors, accept right sentences that look wrong, and find none in the corpus."""

from collections import Counter
from pathlib import Path

import pytest

from tests.corpus import french_rules as rules
from tests.corpus.french_grammar import clauses, noun_phrase, parse, tokens
from tests.corpus.french_words import ADJECTIVES, CLITICS, DETERMINERS, NOUNS, PREPOSITIONS, VERBS

ROOT = Path(__file__).parents[2]
FILES = {
    "phrases": ROOT / "tools" / "corpus" / "phrases.tsv",
    "lessons": ROOT / "seq2seq_lessons" / "data" / "eng-fra.tsv",
    "lessons-long": ROOT / "seq2seq_lessons" / "data" / "eng-fra-long.tsv",
}

# A wrong sentence and a right one, as near to it as may be, for every rule.
WRONG = {
    "punctuation": [
        "je suis là.",
        "Je suis là",
        "Où es-tu?",
        "Viens!",
        "Je suis là .",
        "Oui ,merci.",
        "Oui,merci.",
        "Je  suis là.",
        "Je suis là. ",
        "C’est moi.",
        "Où es-tu\u00a0?",
        "Où es-tu\u202f?",
        "Il est e\u0301mu.",
        "Je suis là !.",
        "Je suis là. Et toi ?",
        "J' ai faim.",
        "Dix € par jour.",
    ],
    "accents": ["A demain !", "Ca va ?", "Etes-vous là ?", "Ou est la gare ?", "Ecoute Paul."],
    "hyphens": [
        "Est ce que tu viens ?",
        "Donne moi le pain.",
        "Comment vas tu ?",
        "Va-il au marché ?",
        "Es tu là ?",
        "Est-t-il là ?",
        "Ferme la porte, attends moi.",
    ],
    "elision": [
        "Je ai faim.",
        "Il ne est pas là.",
        "La école est loin.",
        "Le homme est là.",
        "Je sais que il vient.",
        "Un verre de eau.",
        "Si il vient, je pars.",
        "Ce est moi.",
        "Je te aime.",
        "Il se appelle Paul.",
        "J'voyage demain.",
        "L'haricot est vert.",
        "L'onze mai.",
        "Je crois qu'oui.",
        "La horloge de Anne est grise.",
        "Il me y attend.",
    ],
    "contraction": [
        "Je viens de le marché.",
        "Il parle à les enfants.",
        "La porte de les voisins.",
        "Je vais à le parc.",
        "Près de le lit.",
        "Il vient du hôtel.",
        "Je vais au école.",
        "Un verre de du lait.",
        "Près de le dîner.",
    ],
    "noun_agreement": [
        "La chat dort.",
        "Le fille dort.",
        "Une livre vert.",
        "Les chat dorment.",
        "Un pommes rouges.",
        "Une pomme vert.",
        "Des robes rouge.",
        "La petit maison.",
        "Une robes rouges.",
        "Ma frère est là.",
        "Mon sœur est là.",
        "Ma amie est là.",
        "Ce arbre est vieux.",
        "Cet chat est vieux.",
        "Un beau arbre.",
        "Un nouvel livre.",
        "Cette garçon dort.",
        "Il a vu des grandes maisons.",
        "Tous les semaines.",
        "Quel heure est-il ?",
        "La banque le plus proche.",
        "Lundi prochaine.",
        "Il boit de l'eau froid.",
        "Deux chapeau.",
        "De petits maisons.",
        "Il a une chapeau et une robe.",
        "Un chapeau et une robe vertes.",
        "Bonnes nuit.",
        "Au marchées.",
        "Cette n'est pas Paul.",
        "La portez est ouverte.",
        "Son petite clé.",
    ],
    "quantity": ["Il y a beaucoup des livres.", "J'ai trop du travail.", "Il y a trop de la neige."],
    "verb_agreement": [
        "Je va bien.",
        "Tu est là.",
        "Il sont là.",
        "Nous va bien.",
        "Vous est là.",
        "Ils est là.",
        "Les chats dort.",
        "Le chat dorment.",
        "Anna et Paul dort.",
        "La fille à côté des camions sont là.",
        "Les clés de Paul est là.",
        "Où est les clés ?",
        "Où sont la clé ?",
        "Je prêt.",
        "Tu pleut.",
        "Alice dort et courent.",
        "Elle dort, travaille et nagent.",
        "Les chats qui dort sont gris.",
        "Hier soir Paul ont dormi.",
        "Mon frère, le père d'Anna, sont là.",
        "Je crois que les chats dort.",
        "Je peux viens.",
        "Qui sont est là ?",
        "Quel âge a tes sœurs ?",
        "Est-ce que les filles dort ?",
        "Chaque jour nous chante.",
    ],
    "imperative": ["Manges ta soupe !", "Fermes la porte.", "Vas au marché !", "Ne parles pas si vite !"],
    "predicate": [
        "Elle est fatigué.",
        "Il est contente.",
        "Ils sont fatigué.",
        "Elles sont prêts.",
        "Nous sommes fatigué.",
        "La fille à côté du camion est fatigué.",
        "Le garçon à côté de la voiture est fatiguée.",
        "La porte du magasin est ouvert.",
        "Les chapeaux de la fille sont vertes.",
        "Anna et Marie sont fatigués.",
        "Anna et Paul sont fatiguées.",
        "Elle est allé au parc.",
        "Elles sont venus hier.",
        "Anna est arrivé.",
        "Elle est petite et vert.",
        "La pomme n'est pas encore mûr.",
        "Elle s'est levé tôt.",
        "Il fait chaude.",
        "J'ai froide.",
        "La fille que j'ai vue est content.",
        "Le magasin est-il fermée ?",
        "Elle s'est lavée les mains.",
        "Elle a contente.",
        "Ils se sont couché tôt.",
        "Les filles restent calme.",
    ],
    "auxiliary": [
        "J'ai allé au parc.",
        "Elle a venu hier.",
        "Il est mangé une pomme.",
        "Je suis dormi.",
        "Il a tombé.",
        "Elle s'a levé tôt.",
        "Je m'ai couché tard.",
        "Elle a sorti hier.",
        "Il est cassé sa tasse.",
    ],
    "participle": [
        "Elle a mangée.",
        "Nous avons dormis.",
        "Ils ont finis.",
        "Je les ai vu.",
        "Les clés que j'ai perdu.",
        "La lettre qu'il a écrit.",
        "Elle a dansé, chantée et ri.",
        "Elle m'a donnée un livre.",
        "Il l'a vus.",
        "Je lui ai parlée.",
    ],
    "clitics": ["Je lui le donne.", "Je me lui donne.", "J'ai le vu.", "Elle y me voit.", "Nous avons la perdue."],
    "negation": [
        "Je ne mange.",
        "Je mange pas.",
        "Il a jamais vu Paul.",
        "Je vois rien.",
        "Je n'ai mangé pas.",
        "Je n'ai vu rien.",
        "Je n'ai personne vu.",
        "Je n'ai pas une voiture.",
        "Elle ne mange pas du pain.",
        "Il n'y a plus du lait.",
        "Il ne pas vient.",
        "Je connais personne ici.",
    ],
    "address": [
        "Fermez la porte, s'il te plaît.",
        "Ferme la porte, s'il vous plaît.",
        "Pouvez-vous venir, s'il te plaît ?",
        "Donne-moi ton sac, s'il vous plaît.",
        "Peux-tu venir, s'il vous plaît ?",
        "Aide Simon, s'il vous plaît.",
    ],
    "unknown_words": ["Le zorgl est rouge.", "Cla page.", "Il a mangées un schtroumpf."],
}

RIGHT = [
    # elision: aspirated h, onze, oui, y, names, inversion
    "Le hibou est sur le hangar.",
    "Le onze mai.",
    "Je crois que oui.",
    "J'y vais.",
    "Il est onze heures.",
    "L'horloge d'Anne est grise.",
    "Le haricot est vert.",
    "S'il vient, je pars.",
    "Elle vient si elle peut.",
    "Dis-le à Anna.",
    "Puis-je entrer ?",
    "Le huit mai.",
    "Lorsqu'il pleut, je reste.",
    "Jusqu'à demain !",
    # contraction: a pronoun before an infinitive, l' before a vowel, an aspirated h
    "Je viens de le voir.",
    "Il a peur de les perdre.",
    "J'ai essayé de le lui dire.",
    "Je commence à le comprendre.",
    "Il vient de l'hôtel.",
    "Je vais à l'école.",
    "Je sors du hangar.",
    "La porte des voisins est ouverte.",
    # noun phrases
    "Mon amie est là.",
    "Cet hiver est long.",
    "Un bel arbre.",
    "De vieux arbres.",
    "Un verre d'eau froide.",
    "Une tasse de thé vert.",
    "Une robe et une jupe rouges.",
    "Un chapeau et une robe verts.",
    "De petites maisons.",
    "Il a vu de grandes maisons.",
    "Tout le monde est là.",
    "Toute la journée.",
    "Les deux sœurs sont là.",
    "La banque la plus proche.",
    "Lundi prochain.",
    "Des robes orange.",
    "Les bras ouverts.",
    "Mes nouvelles clés.",
    "Le toit des petites maisons est rouge.",
    # le, la, les, leur as pronouns before a word that is also a noun
    "Je la porte.",
    "Il le montre à Anna.",
    "Anne les aide.",
    "Tu la fermes.",
    "Je le leur montre.",
    "Paul la visite.",
    # subjects far from their verb, with attractors
    "La fille à côté du camion est fatiguée.",
    "Les clés de mon frère sont là.",
    "Le chat des voisines est gris.",
    "Anna, Paul et Marie sont fatigués.",
    "Anna et Marie sont fatiguées.",
    "Anne, la sœur de Luc, est contente.",
    "La fille qui est dans le jardin est contente.",
    "Les garçons qui chantent sont grands.",
    "Les chapeaux que je vois sont grands.",
    "La lampe entre le lit et le piano est noire.",
    "Ce matin nous avons dormi.",
    "Chaque jour nous chantons.",
    "Il nous voit.",
    "Ma mère nous aime.",
    "Elle vit avec nous.",
    "Je sais où est Paul.",
    "Quel âge ont tes sœurs ?",
    "Où sont la clé et le sac ?",
    "Le magasin est-il fermé ?",
    "Alice dort, travaille et court.",
    "Ce sont mes clés.",
    "Si tu veux, venez.",
    "Nous nous couchons tôt.",
    "Elle est plus grande que lui.",
    # imperatives
    "Va au marché !",
    "Vas-y !",
    "Ouvre la porte !",
    "Invite-nous.",
    "Ne vous inquiétez pas.",
    "N'aie pas peur.",
    # predicates
    "Elle a l'air contente.",
    "Nous sommes fatiguées.",
    "On est contents.",
    "C'est bon.",
    "C'est une belle maison.",
    "Vous êtes prêtes ?",
    "Il est tard.",
    "Il est huit heures.",
    "Il fait beau.",
    "J'ai froid.",
    "J'ai mal au dos.",
    "Elle est petite et verte.",
    "Elle s'est lavé les mains.",
    "Elle s'est levée tôt.",
    "Ils se sont parlé.",
    # auxiliaries and participles
    "Elle a sorti le chien.",
    "Elle est sortie.",
    "Il est parti le matin.",
    "La porte est fermée le lundi.",
    "Les clés que j'ai perdues sont là.",
    "Les sacs que j'ai choisis sont rouges.",
    "Je les ai vues.",
    "Je l'ai vue.",
    "Elle m'a donné un livre.",
    "Il m'a appelée.",
    "Je vous ai vus.",
    "Je lui ai parlé.",
    "Il y a eu du bruit.",
    "Nous avons dormi.",
    "Elle a dansé, chanté et ri.",
    # clitics
    "Je le lui donne.",
    "Elle me le donne.",
    "Il y en a.",
    "Je ne le lui ai pas donné.",
    # negation
    "Personne ne vient.",
    "Je ne vois que Paul.",
    "Je n'ai rien vu.",
    "Je n'ai vu personne.",
    "Non, pas encore.",
    "Il n'y a plus de lait.",
    "Ce n'est pas un chat.",
    "Il ne joue pas du piano.",
    "Je ne connais pas la réponse.",
    "Elle est plus belle.",
    "Je ne veux pas partir.",
    "Je veux ne pas partir.",
    # forms of address
    "Ferme la porte, s'il te plaît.",
    "Fermez la porte, s'il vous plaît.",
    "Où est la gare, s'il vous plaît ?",
    "Aidez Simon, s'il vous plaît.",
    # marks
    "À demain !",
    "Ça va ?",
    "Où est-il ?",
    "A-t-il faim ?",
    "C'est vrai : il pleut.",
]


@pytest.fixture(scope="module")
def lines() -> dict[str, list[str]]:
    """The different French sentences of each file. A missing file is a failure, not a skip."""
    return {
        name: sorted({line.split("\t")[1] for line in path.read_text(encoding="utf-8").splitlines()})
        for name, path in FILES.items()
    }


@pytest.mark.parametrize("name", rules.RULES)
def test_each_rule_has_planted_errors(name):
    assert len(WRONG[name]) >= 3


@pytest.mark.parametrize("name, sentence", [(name, sentence) for name in WRONG for sentence in WRONG[name]])
def test_a_rule_catches(name, sentence):
    assert rules.RULES[name](sentence), f"{name} accepts {sentence!r}"


@pytest.mark.parametrize("sentence", RIGHT)
def test_all_rules_accept(sentence):
    assert [found for found in rules.problems(sentence) if not found.startswith("unknown_words")] == []


@pytest.mark.parametrize("name", FILES)
def test_the_corpus_breaks_no_rule(lines, name):
    found = [f"{sentence}  <- {problem}" for sentence in lines[name] for problem in rules.problems(sentence)]
    assert not found, f"{len(found)} findings in {FILES[name].name}:\n" + "\n".join(found[:30])


@pytest.mark.parametrize("name", FILES)
def test_the_rules_see_the_verbs_of_the_corpus(lines, name):
    """A finite verb without a known subject is one that no rule has checked: at most one sentence in a hundred."""
    unseen = []
    for sentence in lines[name]:
        words, said = parse(sentence)
        covered = {clause.verb for clause in said}
        if any(index not in covered and _only_a_verb(word) for index, word in enumerate(words)):
            unseen.append(sentence)
    assert len(unseen) <= len(lines[name]) / 100, unseen[:20]


def _only_a_verb(word: str) -> bool:
    others = (NOUNS, ADJECTIVES, VERBS.participles, VERBS.imperatives, CLITICS, DETERMINERS, PREPOSITIONS)
    return word in VERBS.finite and not any(word in table for table in others)


def test_tokens():
    assert tokens("J'ai vu l'île.") == ("j'", "ai", "vu", "l'", "île", ".")
    assert tokens("A-t-elle fini ?") == ("a", "-t", "-elle", "fini", "?")
    assert tokens("Aujourd'hui, Anna dîne.") == ("aujourd'hui", ",", "Anna", "dîne", ".")


def test_a_noun_phrase_takes_its_adjectives():
    words = tokens("Je vois les deux petites maisons blanches de Paul.")
    phrase = noun_phrase(words, 2)
    assert words[phrase.start : phrase.end] == ("les", "deux", "petites", "maisons", "blanches")
    assert phrase.agreements == {"fp"}


def test_clauses_find_subjects_and_verbs():
    words = tokens("La fille à côté du camion est là, et hier Paul et Anna ont dormi.")
    found = [(clause.subject, words[clause.verb]) for clause in clauses(words)]
    assert found == [("la fille à côté du camion", "est"), ("Paul et Anna", "ont")]


def test_phrases_file():
    """Everyday pairs: the article's four among them, tab-separated, 2 to 10 tokens a side, and words that come back."""
    text = FILES["phrases"].read_bytes().decode("utf-8")
    pairs = [tuple(line.split("\t")) for line in text.splitlines()]
    assert text.endswith("\n") and "\r" not in text
    assert all(len(pair) == 2 for pair in pairs) and len(set(pairs)) == len(pairs) >= 800
    assert {
        ("Go.", "Va !"),
        ("I lost.", "J'ai perdu."),
        ("He's calm.", "Il est calme."),
        ("I'm home.", "Je suis chez moi."),
    } <= set(pairs)
    assert all(2 <= len(_split(side)) <= 10 for pair in pairs for side in pair)
    english = Counter(word for source in {source for source, _ in pairs} for word in _split(source))
    assert len(english) <= 900
    assert sum(count >= 3 for count in english.values()) >= 0.75 * len(english)


def _split(sentence: str) -> list[str]:
    """The article's tokens: lower case, a space before , . ! ?, split at spaces."""
    for mark in ",.!?":
        sentence = sentence.replace(mark, f" {mark}")
    return sentence.lower().split()
