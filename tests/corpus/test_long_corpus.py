"""The file behind "lessons-long": flat by length, the same words at every length, lists, agreement at a distance."""

import re
import statistics
from collections import Counter, defaultdict

import pytest

from seq2seq_lessons.text import tokenize
from tests.corpus.files import held_out, rows, train

BINS = ((2, 5), (6, 8), (9, 11), (12, 14), (15, 17), (18, 20), (21, 25))
ROWS = rows("lessons-long")


def bin_of(english: str) -> tuple[int, int]:
    length = len(tokenize(english))
    return next(edges for edges in BINS if edges[0] <= length <= edges[1])


def test_about_flat_by_length():
    """Every length from 4 to 25 is equally frequent; of two and three tokens there are only so many sentences."""
    counts = Counter(len(tokenize(row.english)) for row in ROWS)
    assert 8_000 <= len(ROWS) <= 16_000 and set(counts) == set(range(2, 26))
    assert len({counts[length] for length in range(4, 26)}) == 1
    assert counts[3] >= counts[4] / 2 and counts[2] >= 30


def test_every_source_once_and_drawn():
    assert len({tuple(tokenize(row.english)) for row in ROWS}) == len(ROWS)
    assert {row.kind for row in ROWS} == {"grammar"}


def test_the_same_words_at_every_length():
    """Whoever fails on long sentences does not fail for want of words: what is said often is said at every length."""
    said: dict[tuple[int, int], Counter] = defaultdict(Counter)
    for row in ROWS:
        said[bin_of(row.english)].update(tokenize(row.english))
    often = {word for word, count in sum(said.values(), Counter()).items() if count >= 100}
    assert len(often) > 100
    for edges in BINS:
        least = 0.8 if edges == BINS[0] else 0.98  # five tokens have no room for "between" and "did he bring"
        assert len(often & said[edges].keys()) > least * len(often), f"{edges}: {often - said[edges].keys()}"


def test_held_out_sources():
    assert set(held_out("lessons-long").values()) == {"random"}
    counts = Counter(bin_of(english) for english in held_out("lessons-long"))
    assert min(counts[edges] for edges in BINS) >= 150
    assert len(train("lessons-long")) + counts.total() == len(ROWS)


def test_long_sentences_are_lists_that_nothing_predicts():
    """Items per sentence grow with the length, and no name tells the next: the most frequent pair of neighbours is
    hardly more frequent than chance."""
    for edges, least in zip(BINS, (0, 0.5, 1, 1.5, 2, 2.5, 3), strict=True):
        joints = [len(re.findall(r",| and | but ", row.english)) for row in ROWS if bin_of(row.english) == edges]
        assert statistics.mean(joints) >= least
    following: dict[str, Counter] = defaultdict(Counter)
    for row in ROWS:
        for name, after in re.findall(r"\b([A-Z]\w+)(?=(?:,| and) ([A-Z]\w+))", row.english):
            following[name][after] += 1
    for counts in following.values():
        assert len(counts) == len(following) - 1
        assert max(counts.values()) < 2.5 * counts.total() / len(counts)


PLACED = re.compile(r"(Le|La|Mon|Ma) \w+ ((?:près|à côté|derrière|devant|sur|sous|entre) .+) est \w+\.")


def test_agreement_at_a_distance():
    """In sentences of one noun, a place and a predicate: 3 to 8 words between, and half of them mislead."""
    distances, misled = Counter(), 0
    for row in ROWS:
        found = PLACED.fullmatch(row.french)
        if found and " est " not in found[2]:
            distances[len(found[2].split()) + 1] += 1
            last = re.findall(r"\b(le|la|du|au|mon|ma|l')(?= |\b)", found[2])[-1:] or ["l'"]
            misled += last[0] != "l'" and (last[0] in ("la", "ma")) != (found[1] in ("La", "Ma"))
    assert set(distances) >= {3, 4, 5, 6, 7, 8} and max(distances) == 8
    assert 0.35 <= misled / distances.total() <= 0.6


def test_read_alone_takes_its_tense_from_the_first_words():
    """ "Every day Anna and Paul read.", "Yesterday Anna and Paul read.": without the time nobody knows."""
    group, tenses = r"(?:[A-Z]\w+, )*[A-Z]\w+ and [A-Z]\w+", Counter()
    for row in ROWS:
        assert not re.fullmatch(rf"(I|We|{group}) read\.", row.english)
        if found := re.fullmatch(rf"(Every \w+|Yesterday|Last night|This morning|On \w+) {group} read\.", row.english):
            past = row.french.endswith(" ont lu.")
            assert past or row.french.endswith(" lisent.")
            assert past != found[1].startswith("Every"), row
            tenses[past] += 1
    assert min(tenses[True], tenses[False]) >= 3


@pytest.mark.parametrize(
    "wanted",
    [
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
    ],
)
def test_french_phenomena(wanted):
    assert sum(bool(re.search(wanted, row.french, re.I)) for row in ROWS) >= 15
