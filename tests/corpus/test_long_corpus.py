"""The file behind "lessons-long": flat by length, the same words at every length, lists, agreement at a distance."""

import re
import statistics
from collections import Counter, defaultdict

import pytest

from seq2seq_lessons.corpus import load_pairs, load_splits
from seq2seq_lessons.text import tokenize
from tools.corpus import long_corpus

BINS = ((2, 5), (6, 8), (9, 11), (12, 14), (15, 17), (18, 20), (21, 25))
# The other words are verbs, nouns, names, numbers, days and adjectives: those must stand in sentences of every length.
GRAMMAR = {
    "a",
    "an",
    "the",
    "some",
    "my",
    "our",
    "he",
    "she",
    "i",
    "we",
    "there",
    "is",
    "are",
    "do",
    "does",
    "did",
    "where",
    "every",
    "on",
    "in",
    "at",
    "to",
    "from",
    "under",
    "behind",
    "near",
    "next",
    "front",
    "between",
    "of",
    "and",
    "but",
    "back",
    "this",
    "last",
    "day",
    "morning",
    "night",
    "yesterday",
    ",",
    ".",
    "?",
}


@pytest.fixture(scope="module")
def pairs():
    return load_pairs("lessons-long")


@pytest.fixture(scope="module")
def made():
    return long_corpus.sentences()


def bin_of(source: str) -> tuple[int, int]:
    length = len(tokenize(source))
    return next(edges for edges in BINS if edges[0] <= length <= edges[1])


def test_the_committed_files_are_what_the_script_writes(tmp_path):
    for path in long_corpus.write(tmp_path):
        committed = long_corpus.__file__.replace("tools/corpus/long_corpus.py", f"seq2seq_lessons/data/{path.name}")
        with open(committed, "rb") as file:
            assert file.read() == path.read_bytes(), f"{path.name}: run `make corpus`"


def test_another_seed_gives_other_sentences():
    first, second = ({made.en for made in long_corpus.sentences(seed, per_length=5)} for seed in (1, 2))
    assert len(first & second) < 0.5 * len(first)  # of two tokens there are few to choose from


def test_size_and_lengths(pairs):
    lengths = [len(tokenize(pair.source)) for pair in pairs]
    assert 8_000 <= len(pairs) <= 16_000
    assert (min(lengths), max(lengths)) == (2, 25)


def test_about_flat_by_length(pairs):
    """Every length from 4 to 25 is equally frequent; of two and three tokens there are only so many sentences."""
    counts = Counter(len(tokenize(pair.source)) for pair in pairs)
    assert len({counts[length] for length in range(4, 26)}) == 1
    assert counts[3] >= counts[4] / 2 and counts[2] >= 30


def test_every_source_once_and_with_one_translation(pairs):
    sources = Counter(tuple(tokenize(pair.source)) for pair in pairs)
    assert max(sources.values()) == 1


def test_the_same_words_at_every_length(pairs):
    """Whoever fails on long sentences does not fail for want of words: each bin says every word that the file says."""
    said: dict[tuple[int, int], Counter] = defaultdict(Counter)
    for pair in pairs:
        said[bin_of(pair.source)].update(lemmas(pair.source))
    words = set().union(*said.values()) - GRAMMAR
    assert len(words) > 100
    for edges in BINS:
        assert not words - set(said[edges]), f"never in sentences of {edges} tokens"
        # the shortest have few ways to name a place: "At the station.", "From the station?"
        rarest = min(words, key=said[edges].__getitem__)
        least = 3 if edges == BINS[0] else 10
        assert said[edges][rarest] >= least, f"{rarest!r} is said {said[edges][rarest]} times in {edges}"


def lemmas(source: str) -> list[str]:
    return [LEMMAS.get(word, word) for word in (token.removesuffix("'s") for token in tokenize(source))]


def _lemmas() -> dict[str, str]:
    table = {}
    for noun in (*long_corpus.OBJECTS, long_corpus.APPLE, *long_corpus.STRANGERS):
        table[noun.english(True)] = noun.en
    for verb in (
        *long_corpus.GET,
        *long_corpus.MEET,
        *long_corpus.GIVE,
        *long_corpus.DO,
        long_corpus.ARRIVE,
        long_corpus.RETURN,
    ):
        for form in (verb.third, verb.past):
            table[form.split()[0]] = verb.base.split()[0]
    return table


LEMMAS = _lemmas()


def test_held_out_sources(pairs):
    splits = load_splits("lessons-long")
    assert set(splits) == {"train", "random"}
    train, held_out = ({tuple(tokenize(pair.source)) for pair in splits[name]} for name in ("train", "random"))
    assert len(held_out) == len(splits["random"]) and not train & held_out
    assert len(splits["train"]) + len(held_out) == len(pairs)
    counts = Counter(bin_of(pair.source) for pair in splits["random"])
    assert min(counts[edges] for edges in BINS) >= 150


def test_no_held_out_word_is_new():
    splits = load_splits("lessons-long")
    for side in ("source", "target"):
        seen = Counter(token for pair in splits["train"] for token in tokenize(getattr(pair, side)))
        for pair in splits["random"]:
            rare = [token for token in tokenize(getattr(pair, side)) if seen[token] < 5]
            assert not rare, f"{pair}: {rare} hardly seen in training"


def test_format(pairs):
    with open(
        long_corpus.__file__.replace("tools/corpus/long_corpus.py", "seq2seq_lessons/data/eng-fra-long.tsv"),
        encoding="utf-8",
        newline="",
    ) as file:
        text = file.read()
    assert "\r" not in text and text.endswith("\n")
    assert set(re.sub(r"[A-Za-zàâçèéêîôœùûÀÉÎ' ,.?!\t\n-]", "", text)) == set()
    for line in text.splitlines():
        source, target, label = line.split("\t")
        assert label == "grammar"
        assert re.fullmatch(r"[A-Z][A-Za-z' ,]*[.?!]", source), source
        assert re.fullmatch(r"\S.*(\.| \?| !)", target) and target[0].isupper(), target
        assert "  " not in source + target and source[-1] == target[-1]


def test_long_sentences_are_lists_that_nothing_predicts(pairs):
    """Items per sentence grow with the length, and no item tells the next: the most frequent pair of neighbouring list
    words is hardly more frequent than chance."""
    for edges, least in zip(BINS, (0, 0.5, 1, 1.5, 2, 2.5, 3), strict=True):
        joints = [
            source.count(",") + source.count(" and ") + source.count(" but ")
            for source, _ in pairs
            if bin_of(source) == edges
        ]
        assert statistics.mean(joints) >= least
    names = {*long_corpus.WOMEN, *long_corpus.MEN}
    following: dict[str, Counter] = defaultdict(Counter)
    for pair in pairs:
        words = re.findall(r"\w+", pair.source.replace(" and ", " "))
        for word, after in zip(words, words[1:], strict=False):
            if word in names and after in names:
                following[word][after] += 1
    for counts in following.values():
        assert len(counts) == len(names) - 1
        assert max(counts.values()) < 2.5 * sum(counts.values()) / len(counts)


def test_agreement_at_a_distance(made):
    """1 to 8 French tokens between noun and adjective, each distance often; half of what stands between misleads."""
    agreements = [agreement for sentence in made for agreement in sentence.agreements]
    counts = Counter(agreement.distance for agreement in agreements)
    assert set(counts) == set(range(1, 9))
    assert min(counts.values()) >= 50
    apart = [agreement for agreement in agreements if agreement.distance > 1]
    assert len(apart) > 1_500
    assert 0.45 <= sum(agreement.attractor for agreement in apart) / len(apart) <= 0.55


PLACED = re.compile(r"(?:Le |La |L'|Mon |Ma )(\w+) ((?:près|à côté|derrière|devant|sur|sous|entre) .+) est (\w+)\.")


def test_the_distances_are_those_of_the_text(pairs):
    """Counted again from the finished French, in sentences of one noun, a place and a predicate."""
    nouns = (
        *long_corpus.OBJECTS,
        long_corpus.APPLE,
        *long_corpus.INDOORS,
        *long_corpus.OUTDOORS,
        *long_corpus.STRANGERS,
    )
    gender = {noun.french(): noun.gender for noun in nouns}
    feminine, masculine = (
        {adjective.form(form) for adjective in (*long_corpus.PREDICATES, *long_corpus.MOODS)} for form in ("fs", "ms")
    )
    seen, misled = Counter(), 0
    for _, target in pairs:
        found = PLACED.fullmatch(target)
        if found and " est " not in found[2]:
            noun, where, adjective = found.groups()
            seen[len(where.split()) + 1] += 1
            between = [word for word in re.findall(r"\w+", where) if word in gender]
            misled += gender[between[-1]] != gender[noun]
            assert adjective in (feminine if gender[noun] == "f" else masculine), target
    assert set(seen) >= {3, 4, 5, 6, 7, 8} and max(seen) == 8
    assert 0.4 <= misled / sum(seen.values()) <= 0.6


def test_read_alone_takes_its_tense_from_the_first_words(pairs):
    """ "Every day Anna and Paul read.", "Yesterday Anna and Paul read.": without the time nobody knows."""
    names = "|".join((*long_corpus.WOMEN, *long_corpus.MEN))
    group = rf"(?:(?:{names}), )*(?:{names}) and (?:{names})"
    tenses = Counter()
    for source, target in pairs:
        assert not re.fullmatch(rf"(I|We|{group}) read\.", source)
        if found := re.fullmatch(rf"(Every \w+|Yesterday|Last night|This morning|On \w+) {group} read\.", source):
            past = target.endswith(" ont lu.")
            assert past or target.endswith(" lisent.")
            assert past != found[1].startswith("Every"), source
            tenses[past] += 1
    assert min(tenses[True], tenses[False]) >= 3


def test_constructions(made):
    """Every kind of sentence is there in numbers, and beyond eleven tokens at least four in five hold a list."""
    kinds = Counter(sentence.kind for sentence in made)
    assert len(kinds) == len(long_corpus.CONSTRUCTIONS) and min(kinds.values()) >= 25
    long = [sentence.en for sentence in made if len(tokenize(sentence.en)) > 11]
    assert sum(source.count(",") + source.count(" and ") >= 2 for source in long) >= 0.8 * len(long)


def test_french_phenomena(pairs):
    targets = " ".join(target for _, target in pairs).lower()
    for wanted in (
        r"\bj'ai\b",
        r"\bl'assiette\b",
        r"\bd'(anna|emma|alice|antoine|omar)\b",
        r"\bqu'(il|elle|anna)\b",
        r"\bdu (camion|musée)\b",
        r"\bau (marché|garçon)\b",
        r"\bà l'école\b",
        r"\bde l'armoire\b",
        r"\b(vieil|bel|nouvel) (oreiller|éventail)\b",
        r"\bmon (assiette|écharpe)\b",
        r"\bde petites\b",
        r"\b(est|sont) arrivée?s?\b",
        r"\bsont fatiguées\b",
    ):
        assert len(re.findall(wanted, targets)) >= 15, wanted
