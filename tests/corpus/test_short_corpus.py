"""What the lessons need to find in the "lessons" corpus, counted in its files."""

import itertools
import math
import re
from collections import Counter, defaultdict

import pytest

from seq2seq_lessons.text import tokenize
from tests.corpus.files import held_out, rows, train

SETS = {"random", "hand", "combinations", "longer", "rare"}
NAME = r"[A-Z]\w+"
NUMBER = "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
PAIRS, TRAIN, HELD_OUT = rows("lessons"), train("lessons"), held_out("lessons")
DRAWN = [row for row in TRAIN if row.kind == "grammar"]
HAND = {row.english for row in PAIRS if row.kind == "hand"}
SEEN = Counter(word for row in TRAIN for word in tokenize(row.english))


def count(pairs, english: str, french: str = "") -> int:
    """Pairs whose English and French both match, ignoring case."""
    return sum(1 for en, fr, _ in pairs if re.search(english, en, re.I) and re.search(french, fr, re.I))


def sources(name: str) -> list[str]:
    return [english for english, where in HELD_OUT.items() if where == name]


# ---------------------------------------------------------------- sizes and held-out sets


def test_sizes():
    kinds = {row.english: row.kind for row in PAIRS}
    sizes = Counter((name, kinds[english]) for english, name in HELD_OUT.items())
    all_kinds = Counter(kinds.values())
    assert sum(row.kind == "grammar" for row in PAIRS) >= 25_000 and len(HAND) >= 6000
    assert all(len(tokenize(side)) <= 10 for row in PAIRS for side in row[:2])
    assert set(HELD_OUT.values()) == SETS
    assert 0.06 < sizes["random", "grammar"] / all_kinds["grammar"] < 0.1
    assert sizes["hand", "hand"] >= 500
    assert sizes["combinations", "grammar"] >= 150
    assert sizes["longer", "grammar"] >= 50
    assert sizes["rare", "grammar"] >= 100


def test_the_articles_sentences_are_for_training():
    article = {
        ("Go.", "Va !"),
        ("I lost.", "J'ai perdu."),
        ("He's calm.", "Il est calme."),
        ("I'm home.", "Je suis chez moi."),
    }
    assert article <= {row[:2] for row in TRAIN if row.kind == "hand"}


def test_longer_sources_are_longer_than_any_training_source():
    longest = max(len(tokenize(row.english)) for row in TRAIN)
    assert all(len(tokenize(english)) > longest for english in sources("longer"))


def test_rare_sources_hold_a_word_that_training_shows_once_to_three_times():
    for english in sources("rare"):
        assert any(1 <= SEEN[word] <= 3 for word in tokenize(english.replace("'s", ""))), english


def singular(english: str) -> list[str]:
    return [re.sub(r"(?<=x)es$|s$", "", word) for word in tokenize(english)]


def test_unseen_combinations_are_of_well_known_words_that_never_stood_together():
    known = Counter(word for row in TRAIN for word in singular(row.english))
    trained = {pair for row in TRAIN for pair in itertools.pairwise(singular(row.english))}
    tested = Counter(pair for english in sources("combinations") for pair in itertools.pairwise(singular(english)))
    new = [pair for pair, n in tested.items() if n >= 3 and pair not in trained]
    unseen = [pair for pair in new if min(known[word] for word in pair) >= 10]
    for english in sources("combinations"):
        assert any(set(pair) <= set(singular(english)) for pair in unseen), english


def test_words_follow_zipf_and_some_are_rare():
    counts = sorted(SEEN.values(), reverse=True)
    assert counts.count(1) >= 18 and counts.count(2) + counts.count(3) >= 36
    top = [(math.log(rank + 4), math.log(n)) for rank, n in enumerate(counts) if n > 3]
    mean_x, mean_y = (sum(column) / len(top) for column in zip(*top, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in top) / sum((x - mean_x) ** 2 for x, _ in top)
    assert -1.8 < slope < -0.8


# ---------------------------------------------------------------- phenomena


def test_lists():
    names = re.compile(rf"({NAME}), ({NAME}) and ({NAME})")
    assert count(PAIRS, rf"{NUMBER}, {NUMBER}(,| and) {NUMBER}") >= 80
    assert count(PAIRS, r"\b(a|an|two|three|four|five|ten) \w+(, .*)? and (a|an|two|three|four|five|ten) \w+") >= 300
    lists = [(found, row) for row in PAIRS if (found := names.search(row.english))]
    assert sum(f"{found[1]}, {found[2]} et {found[3]}" in row.french for found, row in lists) >= 150
    order = sum(found[1] < found[2] for found, _ in lists) / len(lists)
    assert 0.4 < order < 0.6  # the order is not the alphabet's


def test_agreement_at_a_distance_with_attractors_of_either_gender():
    genders = {"la": "f", "une": "f", "ma": "f", "le": "m", "un": "m", "mon": "m", "du": "m"}
    cases = []
    for row in PAIRS:
        found = re.match(
            r"(la|le) \w+ (?:à côté|près|derrière) (?:de |d')?(la|le|du|une?) \w+.* est (\w+)\.", row[1], re.I
        )
        if found:
            cases.append((genders[found[1].lower()], genders[found[2]], len(tokenize(row.french)) - 3))
    other = sum(subject != between for subject, between, _ in cases) / len(cases)
    assert len(cases) >= 100 and 0.4 < other < 0.6
    assert {5, 6, 7} <= {distance for *_, distance in cases}


def test_the_first_adverb_alone_fixes_the_tense():
    verbs = {
        "read": "lis|lisons|lisent",
        "put": "mets|mettons|mettent",
        "cut": "coup(e|ons|ent)",
        "shut": "ferm(e|ons|ent)",
    }
    past = r"\b(j'ai|avons|ont) (lu|mis|coupé|fermé)"
    counts = Counter()
    for verb, french in verbs.items():
        subject = rf"(I|we|the \w+|my parents) {verb}\b"
        counts["past"] += count(PAIRS, rf"^(yesterday|last \w+) {subject}", past)
        counts["present"] += count(PAIRS, rf"^every \w+ {subject}", rf"\b({french})\b")
        assert not count(PAIRS, rf"^every \w+ {subject}", past)
    assert min(counts.values()) >= 150


def test_a_final_please_changes_the_first_word():
    french, pairs = {row.english: row.french for row in reversed(PAIRS)}, 0  # of several, the first
    for english, formal in french.items():
        familiar = french.get(english.replace(", please.", "."))
        if familiar and familiar != formal and re.search(r"^\S+ez\b.*s'il vous plaît", formal):
            assert not re.match(r"\S+ez\b", familiar), english
            pairs += 1
    assert pairs >= 150


def test_the_person_addressed_last_selects_te_or_vous():
    assert count(PAIRS, r"you, (sir|madam|doctor)\.", r"\bvous\b") >= 40
    assert count(PAIRS, r"you, \w+\.", r"\b(te|t'\w+)\b") >= 40
    assert not count(PAIRS, r"^(I|We|he|she)\b.* you, (sir|madam|doctor)\.", r"\b(te |t')")


def test_word_order_crosses():
    colours = r"\w+ (rouge|vert|bleu|noir|blanc|blanche|jaune)"
    assert count(PAIRS, r"\b(red|green|blue|black|white|yellow) \w+", colours) >= 450
    assert count(PAIRS, r"\b(big|small) \w+", r"\b(grande?s?|petite?s?) \w+") >= 120
    assert not count(PAIRS, r"\b(red|blue|black) \w", r"\b(rouges?|bleue?s?|noire?s?) (chapeau|voiture|clé|tasse)")
    for linker, least in (("du ", 25), ("de la ", 15), ("des ", 15), ("de l'", 5), ("de ", 100), ("d'", 30)):
        assert count(PAIRS, r"\w's \w+", rf"\b{linker}\w+") >= least, linker
    assert count(PAIRS, r"\?$", r"^est-ce qu") >= 200


def test_clitics_stand_before_the_verb():
    given = r"\b(it|them) to (him|her|them|me|us)\."
    assert count(PAIRS, r"\b(him|her|them)\.", r"\b(le|la|les|l'\w+)\b") >= 250
    assert count(PAIRS, given, r"\b(le|la|les) (lui|leur) ") >= 150
    assert count(PAIRS, given, r"\b(me|nous) (l'|les? |la )") >= 100
    assert count(PAIRS, r"\bto (the boy|the man)\.", r"\b(au garçon|à l'homme)\.") >= 5
    assert count(PAIRS, r"\b(gave|lent|showed|sold) (him|her|them) ", r"\b(lui|leur) (ai|as|a|avons|ont)\b") >= 30


def without_negation(french: str) -> str:
    """The affirmative of a negated sentence, both spelt without elision: "je n'ai pas vu" -> "je ai vu"."""
    words = re.sub(r"\b([jnldmt])'", r"\1e ", " ".join(tokenize(french))).split()
    return " ".join(word for word in words if word not in {"ne", "pas", "jamais", "plus"})


def test_negation_comes_in_minimal_pairs():
    affirmative = {without_negation(row.french) for row in PAIRS if not re.search(r"\bn(e\b|')", row.french, re.I)}
    for word, least in (("pas", 550), ("jamais", 60), ("plus", 50)):
        negated = [row.french for row in PAIRS if re.search(rf"\b(ne |n').*\b{word}\b", row.french, re.I)]
        assert sum(without_negation(french) in affirmative for french in negated) >= least, word
    english = {row.english for row in PAIRS}
    nothing = [row.english for row in PAIRS if row.english.endswith(" nothing.") and " rien" in row.french]
    assert sum(sentence.replace("nothing", "something") in english for sentence in nothing) >= 35
    assert count(PAIRS, "didn't", r"\b(n'ai|n'as|n'a|n'avons|n'ont) pas \w+") >= 60  # around the auxiliary
    assert count(PAIRS, "didn't", r"\bne (me|nous|le|la|les|lui|leur|l'\w+)\b.* pas \w+") >= 50  # and a clitic with it
    assert count(PAIRS, r"n't have|no longer ha", r"\b(n'ai|n'a|n'avons|n'ont) (pas|plus) (de |d')") >= 20


# ---------------------------------------------------------------- several translations

OFFER = r"^Do you want (a|an|some|this|these|two|three|four|five) .*\?$"
DUTY = r"^(?!Do|If|Who|I think|I know|I hope).* ha(ve|s) to "
TIRED = ("tired", "happy", "ready", "surprised", "busy", "worried", "nervous", "hurt")
FEMININE = r"(ée|ête|ise|ète|euse)\b"


def shares(english: str, *variants: str) -> list[float]:
    """How the drawn training pairs of the sources that match are divided among the variants of the French."""
    targets = [row.french for row in DRAWN if re.search(english, row.english)]
    return [sum(bool(re.search(variant, target)) for target in targets) / len(targets) for variant in variants]


def test_the_garden_path():
    assert len({row.english for row in DRAWN if re.search(OFFER, row.english)}) >= 200
    found = shares(OFFER, "^Veux-tu", "^Est-ce que tu veux", "^Est-ce que vous voulez", "^Est-ce que tu voudrais")
    assert found == pytest.approx([0.4, 0.2, 0.2, 0.2], abs=0.02)


def test_the_short_rival():
    assert count(DRAWN, DUTY) >= 250
    assert shares(DUTY, "^(?!Il faut)", "^Il faut qu") == pytest.approx([0.6, 0.4], abs=0.02)


@pytest.mark.parametrize(
    ("english", "rare"),
    [
        (r"^They\b", "^Elles "),
        (r"^You\b", "^Vous "),
        (r"(gave|lent|showed|sold|didn't \w+) it to ", r"(donné|prêté|montré|vendu|envoyé|apporté|expliqué)e\b"),
        (r"(gave|lent|showed|sold|didn't \w+) them to ", r"[éu]es\b"),
        (r"(saw|helped|invited|waited for|found|didn't \w+) them\.", r"[éu]es\."),
    ],
)
def test_open_pronouns_have_a_frequent_and_a_rare_translation(english, rare):
    assert count(DRAWN, english) >= 15
    assert shares(english, rare) == pytest.approx([0.25], abs=0.1)


def test_i_m_tired_is_said_by_men_and_women_in_unequal_shares():
    women = [shares(rf"^I'm (\w+ )*{adjective}\b", FEMININE)[0] for adjective in TIRED]
    assert all(0.1 < share < 0.9 and abs(share - 0.5) > 0.025 for share in women), women
    assert 2 <= sum(share > 0.5 for share in women) <= len(women) - 2  # neither gender is the rule


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        (OFFER, 4),
        (DUTY, 2),
        (r"^They ", 2),
        (r"^You ", 2),
        (r"^I'm (not |never |very |often |always |no longer )?(tired|happy|ready|busy|hurt|surprised)", 2),
        (r"^(We're|We were|I'm) (\w+ )?(lost|ready|busy|hurt|surprised|worried)\b", 2),
    ],
)
def test_held_out_sources_have_every_admissible_reference(english, expected):
    references = defaultdict(set)
    for row in PAIRS:
        if row.english in HELD_OUT and row.kind == "grammar" and re.search(english, row.english):
            references[row.english].add(row.french)
    assert references and min(len(found) for found in references.values()) >= expected
