"""What the lessons need to find in the bundled "lessons" corpus, counted in the files themselves."""

import math
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tools.corpus import lexicon as lex
from tools.corpus import short_corpus

ROOT = Path(__file__).parents[2]
DATA = ROOT / "seq2seq_lessons" / "data"
SETS = {"random", "combinations", "longer", "rare"}
GENDERED = {  # an adjective or participle: masculine, feminine
    "tired": ("fatigué", "fatiguée"),
    "happy": ("content", "contente"),
    "ready": ("prêt", "prête"),
    "surprised": ("surpris", "surprise"),
    "busy": ("occupé", "occupée"),
    "worried": ("inquiet", "inquiète"),
    "proud": ("fier", "fière"),
    "angry": ("fâché", "fâchée"),
}


def tokens(text: str) -> list[str]:
    return re.sub(r"([,.!?])", r" \1 ", text.lower()).split()


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str, str]]:
    text = (DATA / "eng-fra.tsv").read_text(encoding="utf-8")
    return [tuple(line.split("\t")) for line in text.splitlines()]


@pytest.fixture(scope="module")
def held_out() -> dict[str, str]:
    lines = (DATA / "eng-fra.splits.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


@pytest.fixture(scope="module")
def train(rows, held_out) -> list[tuple[str, str]]:
    return [(english, french) for english, french, _ in rows if english not in held_out]


@pytest.fixture(scope="module")
def train_grammar(rows, held_out) -> list[tuple[str, str]]:
    return [(english, french) for english, french, kind in rows if english not in held_out and kind == "grammar"]


@pytest.fixture(scope="module")
def references(rows) -> dict[str, list[str]]:
    found = defaultdict(list)
    for english, french, _ in rows:
        found[english].append(french)
    return found


def count(pairs, english: str, french: str = "") -> int:
    """Pairs whose English and French both match, ignoring case."""
    return sum(1 for en, fr, *_ in pairs if re.search(english, en, re.I) and re.search(french, fr, re.I))


# ---------------------------------------------------------------- the files


def test_committed_files_are_what_the_script_writes(tmp_path):
    for written in short_corpus.write(tmp_path, ROOT / "tools" / "corpus" / "phrases.tsv"):
        assert written.read_bytes() == (DATA / written.name).read_bytes(), "run `make corpus` and commit the files"


def test_each_line_is_a_clean_pair_of_two_to_ten_tokens(rows):
    assert len(rows) >= 5000
    assert len(set(rows)) == len({row[:2] for row in rows}) == len(rows)
    for english, french, kind in rows:
        assert kind in {"grammar", "hand"}
        assert 2 <= len(tokens(english)) <= 10 and 2 <= len(tokens(french)) <= 10, (english, french)
        for text in (english, french):
            assert text == " ".join(text.split()) and text[0] == text[0].upper() and text[-1] in ".?!", text
            assert not set(text) & set('\u2019\u00a0\u202f"«»;:'), text
        assert not re.search(r"\S[?!]|\s[.,]", french), french
        assert not re.search(r"\s[.,?!]", english), english


def test_grammar_lines_alone_are_enough(rows):
    assert sum(kind == "grammar" for *_, kind in rows) >= 5000
    assert sum(kind == "hand" for *_, kind in rows) >= 500


def test_a_file_without_carriage_returns_or_byte_order_mark():
    for name in ("eng-fra.tsv", "eng-fra.splits.tsv"):
        data = (DATA / name).read_bytes()
        assert b"\r" not in data and not data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\n")


# ---------------------------------------------------------------- the held-out sets


def test_the_sets_are_distinct_by_source(rows, held_out):
    assert set(held_out.values()) == SETS
    assert held_out.keys() <= {english for english, *_ in rows}
    spellings = defaultdict(set)
    for english, *_ in rows:
        spellings[" ".join(tokens(english))].add(held_out.get(english, "train"))
    assert all(len(sets) == 1 for sets in spellings.values())


def test_the_sets_have_their_sizes(rows, held_out):
    kinds = {english: kind for english, _, kind in rows}
    sizes = Counter((name, kinds[english]) for english, name in held_out.items())
    sources = Counter(kinds.values())
    assert 0.06 < sizes["random", "grammar"] / sources["grammar"] < 0.1
    assert sizes["random", "hand"] >= 30
    assert sizes["combinations", "grammar"] >= 150
    assert sizes["longer", "grammar"] >= 50
    assert sizes["rare", "grammar"] >= 100


def test_the_article_s_sentences_are_for_training(rows, held_out):
    for english, french in (
        ("Go.", "Va !"),
        ("I lost.", "J'ai perdu."),
        ("He's calm.", "Il est calme."),
        ("I'm home.", "Je suis chez moi."),
    ):
        assert (english, french, "hand") in rows
        assert english not in held_out


@pytest.mark.parametrize("name", ["random", "combinations"])
def test_no_word_of_a_test_sentence_is_unseen(name, held_out, train, references):
    seen = Counter(word for english, _ in train for word in tokens(english))
    seen_french = Counter(word for _, french in train for word in tokens(french))
    for english, where in held_out.items():
        if where == name:
            assert min(seen[word] for word in tokens(english)) >= 2, english
            for french in references[english]:
                assert min(seen_french[word] for word in tokens(french)) >= 2, (english, french)


def test_longer_sources_are_longer_than_any_training_source(held_out, train):
    longest = max(len(tokens(english)) for english, _ in train)
    assert all(len(tokens(english)) > longest for english, name in held_out.items() if name == "longer")


def test_rare_sources_hold_a_noun_that_training_shows_once_to_three_times(held_out, train):
    seen = Counter(word for english, _ in train for word in tokens(english))
    nouns = {thing.noun.en for thing in lex.RARE_THINGS}
    for english, name in held_out.items():
        if name == "rare":
            assert any(1 <= seen[word] <= 3 for word in tokens(english.replace("'s", "")) if word in nouns), english


BEFORE = ("in the ", "on the ", "near the ", "behind the ", "next to the ")


def combined(english: str, adjective: str, noun: str) -> bool:
    """Whether the adjective stands beside the noun or is said of it ("The hat in the bag is blue": of the hat)."""
    if adjective not in english or noun not in english:
        return False
    noun = f"({noun}|{plural(noun)})"
    said = rf"(is|are|isn't|aren't) ((very|too|always|often) )?{adjective}\b"
    attractor = "".join(f"(?<!{words})" for words in BEFORE)
    return bool(
        re.search(rf"\b{adjective} {noun}\b|{attractor}\b{noun} {said}", english, re.I)
        or re.search(rf"^the {noun} (in|on|near|behind|next to|that)\b.* {said}", english, re.I)
    )


def plural(noun: str) -> str:
    return noun + ("es" if noun.endswith("x") else "s")


def test_unseen_combinations_are_of_known_words_and_unseen(held_out, train):
    genders = {thing.noun.en: thing.noun.gender for thing in lex.COMMON_THINGS}
    singular = {form: noun for noun in genders for form in (noun, plural(noun))}
    seen, with_gender = Counter(), Counter()
    for english, _ in train:
        words = tokens(english)
        seen.update(words)
        with_gender.update(
            (first, genders[singular[second]])
            for first, second in zip(words, words[1:], strict=False)
            if second in singular
        )
    tests = [english for english, name in held_out.items() if name == "combinations"]
    for adjective, noun in short_corpus.UNSEEN:
        assert seen[adjective] >= 10 and seen[noun] >= 10
        assert with_gender[adjective, genders[noun]] >= 10, (adjective, noun)
        assert not [english for english, _ in train if combined(english, adjective, noun)]
        assert sum(combined(english, adjective, noun) for english in tests) >= 5, (adjective, noun)
    assert all(any(combined(english, *pair) for pair in short_corpus.UNSEEN) for english in tests)


# ---------------------------------------------------------------- words


def test_nouns_follow_zipf(train):
    seen = Counter(word for english, _ in train for word in tokens(english))
    things = lex.COMMON_THINGS + lex.MIDDLE_THINGS + lex.RARE_THINGS
    counts = sorted((seen[thing.noun.en] for thing in things if seen[thing.noun.en]), reverse=True)
    assert 18 <= counts.count(1) <= 25
    assert 36 <= counts.count(2) + counts.count(3) <= 46
    # the r-th most frequent is seen about r times less often than the first, over the nouns that are not rare
    top = [(math.log(rank + 4), math.log(n)) for rank, n in enumerate(counts) if n > 3]
    mean_x, mean_y = (sum(column) / len(top) for column in zip(*top, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in top) / sum((x - mean_x) ** 2 for x, _ in top)
    assert -1.8 < slope < -0.8


def test_the_vocabulary_stays_small(rows):
    words = {word for english, _, kind in rows if kind == "grammar" for word in tokens(english)}
    assert 400 <= len(words) <= 800


# ---------------------------------------------------------------- the phenomena

NAME = "(?:{})".format("|".join(lex.WOMEN_NAMES + lex.MEN_NAMES))
NUMBER = "(?:{})".format("|".join(lex.NUMBERS))


def test_lists(rows):
    assert count(rows, rf"{NAME}, {NAME} and {NAME}", rf"{NAME}, {NAME} et {NAME}") >= 150
    assert count(rows, rf"{NUMBER}, {NUMBER}(,| and) {NUMBER}") >= 80
    assert count(rows, r"\b(a|an|two|three|four|five|ten) \w+(, .*)? and (a|an|two|three|four|five|ten) \w+") >= 300
    lists = [tuple(re.findall(NAME, en)) for en, *_ in rows if re.search(rf"{NAME}, {NAME} and {NAME}", en)]
    order = Counter(names[0] < names[1] for names in lists)
    assert 0.4 < order[True] / len(lists) < 0.6  # the order is not the alphabet's


def agreement_cases(rows):
    """(gender of the subject, gender of the noun between or "", distance in tokens, whether the French agrees)."""
    women, men = {"girl", "woman", "girls", "women"}, {"boy", "man", "boys", "men"}
    for english, french, _ in rows:
        found = re.match(r"The (\w+) (?:next to|near|behind) the (\w+) (?:is|are|isn't|aren't) (\w+)\.$", english)
        if found and found[1] in women | men and found[3] in GENDERED:
            words = tokens(french)
            between = next(word for word in words[2:] if word in {"du", "la", "le", "l'", "de"} or "'" in word)
            genders = {thing.noun.en: thing.noun.gender for thing in lex.COMMON_THINGS + lex.MIDDLE_THINGS}
            masculine, feminine = GENDERED[found[3]]
            wanted = feminine if found[1] in women else masculine
            agrees = words[-2] in {wanted, wanted + "s", wanted.rstrip("s")} and between
            yield "f" if found[1] in women else "m", genders[found[2]], len(words) - 3, bool(agrees)


def test_agreement_at_a_distance_with_attractors_of_either_gender(rows):
    cases = list(agreement_cases(rows))
    assert len(cases) >= 200
    assert all(agrees for *_, agrees in cases)
    other = sum(subject != between for subject, between, *_ in cases)
    assert 0.4 < other / len(cases) < 0.6
    assert {4, 5, 6, 7} <= {distance for _, _, distance, _ in cases}


def test_agreement_distances_run_from_one_to_eight(rows):
    distances = Counter()
    for adjective, (_, feminine) in GENDERED.items():
        for _, french, _ in [row for row in rows if adjective in row[0]]:
            words = tokens(french)
            if words[0] in {"elle", *map(str.lower, lex.WOMEN_NAMES)}:
                distances.update(place for place, word in enumerate(words) if word == feminine)
    distances[1] += count(rows, r"\b(red|green|blue) (apple|car|cup|shirt)", r"\b(pomme|voiture|tasse|chemise) \w")
    assert all(distances[length] >= 15 for length in (1, 2, 3, 8)), distances


def test_the_first_adverb_alone_fixes_the_tense(rows):
    verbs = {
        "read": "(lis|lisons|lisent)",
        "put": "(mets|mettons|mettent)",
        "cut": "(coupe|coupons|coupent)",
        "shut": "(ferme|fermons|ferment)",
    }
    past, present = 0, 0
    for verb, french in verbs.items():
        subject = r"(I|we|the \w+|my parents)"
        past += count(rows, rf"^(yesterday|last \w+) {subject} {verb}\b", r"\b(j'ai|avons|ont) (lu|mis|coupé|fermé)")
        present += count(rows, rf"^every \w+ {subject} {verb}\b", french)
        assert not count(rows, rf"^every \w+ {subject} {verb}\b", r"\b(j'ai|avons|ont) (lu|mis|coupé|fermé)")
    assert past >= 150 and present >= 150


def test_a_final_please_changes_the_first_word(references):
    pairs = 0
    for english, french in references.items():
        plain = english.replace(", please.", ".")
        if plain != english and plain in references and not plain.startswith("A"):
            formal, familiar = tokens(french[0])[0], tokens(references[plain][0])[0]
            if "s'il vous plaît" in french[0] and formal.split("-")[0].endswith("ez"):
                assert not familiar.endswith("ez"), plain
                pairs += 1
    assert pairs >= 150


def test_the_person_addressed_last_selects_te_or_vous(rows):
    assert count(rows, r"you, (sir|madam|doctor)\.", r"\bvous\b") >= 40
    assert count(rows, rf"you, ({NAME}|mom|dad)\.", r"\b(te|t'\w+)\b") >= 40
    assert not count(rows, r"^(I|we|he|she)\b.* you, (sir|madam|doctor)\.", r"\b(te |t')")


def test_word_order_crosses(rows):
    colours = r"\w+ (rouge|vert|bleu|noir|blanc|blanche|jaune)"
    assert count(rows, r"\b(red|green|blue|black|white|yellow) \w+", colours) >= 700
    assert count(rows, r"\b(big|small) \w+", r"\b(grande?s?|petite?s?) \w+") >= 250
    assert not count(rows, r"\b(red|blue|black) \w", r"\b(rouges?|bleue?s?|noire?s?) (chapeau|voiture|clé|tasse)")
    for linker, least in (("du ", 25), ("de la ", 15), ("des ", 15), ("de l'", 5), ("de ", 100), ("d'", 30)):
        assert count(rows, r"\w's \w+", rf"\b{linker}\w+") >= least, linker
    assert count(rows, r"\?$", r"^est-ce qu") >= 200


def test_clitics_stand_before_the_verb(rows):
    assert count(rows, r"\b(him|her|them)\.", r"\b(le|la|les|l'\w+)\b") >= 250
    given = r"\b(it|them) to (him|her|them|me|us)\."
    assert count(rows, given, r"\b(le|la|les) (lui|leur) ") >= 150
    assert count(rows, given, r"\b(me|nous) (l'|les? |la )") >= 100
    assert not count(rows, given, r"\b(lui|leur) (l'|les? |la )|\b(l'|les? |la )(me|nous) ")
    assert count(rows, r"\bto (the boy|the man)\.", r"\b(au garçon|à l'homme)\.") >= 5
    assert count(rows, r"\b(gave|lent|showed|sold) (him|her|them) ", r"\b(lui|leur) (ai|as|a|avons|ont)\b") >= 40


def without_negation(french: str) -> str:
    """The affirmative of a negated sentence, both spelt without elision: "je n'ai pas vu" -> "je ai vu"."""
    words = re.sub(r"\b(j|n|l|d|m|t)'", r"\1e ", " ".join(tokens(french))).split()
    return " ".join(word for word in words if word not in {"ne", "pas", "jamais", "plus"})


def test_negation_comes_in_minimal_pairs(rows):
    affirmative = {without_negation(french) for _, french, _ in rows if not re.search(r"\bn(e\b|')", french, re.I)}
    for word, least in (("pas", 850), ("jamais", 200), ("plus", 115)):
        negated = [fr for en, fr, _ in rows if re.search(rf"\b(ne |n').*\b{word}\b", fr, re.I)]
        assert sum(without_negation(french) in affirmative for french in negated) >= least, word
    sources = {english for english, *_ in rows}
    nothing = [english for english, french, _ in rows if english.endswith(" nothing.") and " rien" in french]
    assert sum(english.replace("nothing", "something") in sources for english in nothing) >= 50
    assert count(rows, "didn't", r"\b(n'ai|n'as|n'a|n'avons|n'ont) pas \w+") >= 60  # around the auxiliary
    assert count(rows, "didn't", r"\bne (me|nous|le|la|les|lui|leur|l'\w+)\b.* pas \w+") >= 50  # and a clitic with it
    assert count(rows, r"n't have|no longer ha", r"\b(n'ai|n'a|n'avons|n'ont) (pas|plus) (de |d')") >= 20


# ---------------------------------------------------------------- several translations


def shares(train, english: str, variants: dict[str, str]) -> dict[str, float]:
    """How the training lines of the sources that match are divided among the variants."""
    found = Counter()
    for source, target in train:
        if re.search(english, source):
            found.update([next(name for name, pattern in variants.items() if re.search(pattern, target))])
    return {name: found[name] / sum(found.values()) for name in variants}


OFFER = r"^Do you want (a|an|some|this|two|three|four|five|ten) .*\?$"
OFFERS = {
    "tu veux": r"^Tu veux",
    "est-ce que tu veux": r"^Est-ce que tu veux",
    "est-ce que vous voulez": r"^Est-ce que vous voulez",
    "est-ce que vous désirez": r"^Est-ce que vous désirez",
}


def test_the_garden_path(train_grammar):
    assert len({english for english, _ in train_grammar if re.search(OFFER, english)}) >= 200
    found = shares(train_grammar, OFFER, OFFERS)
    assert found.pop("tu veux") == pytest.approx(0.4, abs=0.02)
    assert all(share == pytest.approx(0.2, abs=0.02) for share in found.values())


def test_the_short_rival(train_grammar):
    source = r"^I don't know where .* (is|are)\.$"
    found = shares(train_grammar, source, {"short": "^J'ignore où", "long": "^Je ne sais pas où"})
    assert count(train_grammar, source) >= 120
    assert found["short"] == pytest.approx(0.6, abs=0.02)


@pytest.mark.parametrize(
    ("english", "frequent", "rare"),
    [
        (r"^They\b", "^Ils ", "^Elles "),
        (r"^You\b", "^(Tu |T')", "^Vous "),
        (
            r"(gave|lent|showed|sold|didn't \w+) it to ",
            r"\b(donné|prêté|montré|vendu)\.",
            r"(donné|prêté|montré|vendu)e\.",
        ),
        (r"(gave|lent|showed|sold|didn't \w+) them to ", r"[éu]s\.", r"[éu]es\."),
        (r"(saw|helped|invited|waited for|found|didn't \w+) them\.", r"[éu]s\.", r"[éu]es\."),
    ],
)
def test_open_pronouns_have_a_frequent_and_a_rare_translation(train_grammar, english, frequent, rare):
    assert count(train_grammar, english) >= 15
    assert shares(train_grammar, english, {"frequent": frequent, "rare": rare})["rare"] == pytest.approx(0.25, abs=0.1)


def test_i_m_tired_is_said_by_men_and_women_in_unequal_shares(train_grammar):
    majority = Counter()
    for adjective, (masculine, feminine) in GENDERED.items():
        endings = {"f": rf"\b{feminine}\b", "m": rf"\b{masculine}\b"}
        found = shares(train_grammar, rf"^I'm (\w+ )*{adjective}\b", endings)
        majority["f" if found["f"] > found["m"] else "m"] += 1
        assert min(found.values()) > 0.1 and abs(found["f"] - found["m"]) > 0.05, adjective
    assert majority["f"] >= 2 and majority["m"] >= 2  # neither gender is the rule


def test_held_out_sources_have_every_admissible_reference(rows, held_out, references):
    grammar = {english for english, _, kind in rows if kind == "grammar"}
    needs = [
        (OFFER, 4),
        (r"^I don't know where ", 2),
        (r"^They ", 2),
        (r"^You ", 2),
        (r"^I'm (not |never |very |often |always |no longer )?(tired|happy|ready|busy|proud|angry)", 2),
        (r"^(I|We) (arrived|left|went|came back|stayed|fell|went out)\b", 2),
    ]
    for pattern, expected in needs:
        sources = [english for english in held_out if english in grammar and re.search(pattern, english)]
        assert sources, pattern
        assert all(len(references[english]) == expected for english in sources), pattern
