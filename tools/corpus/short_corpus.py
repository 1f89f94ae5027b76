"""The "lessons" corpus: the families' sentences, the hand-written phrases and the held-out sets, as two files."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools.corpus import lexicon as lex
from tools.corpus.drawing import Draw, Item, Unfit
from tools.corpus.families import FAMILIES, WITH_ADJECTIVE, WITH_LONG_SOURCES, WITH_RARE_NOUN

SEED = 2024
MAX_TOKENS = 10  # of either side
MAX_TRAIN_TOKENS = 9  # of a training source; the set "longer" lies beyond
RANDOM_SHARE = 0.08  # of the distinct sources, the grammar's and the hand-written ones
RARE_ONCE, RARE_FEW = 20, 40
FREQUENT = 8  # times that a word of a held-out source is to be expected in training, before it is held out
LONGER = 150  # sources of that set
UNSEEN_EACH = 8  # sources for each combination that training never shows
ARTICLE_SENTENCES = ("Go.", "I lost.", "He's calm.", "I'm home.")

# Combinations of known words that training never shows: (adjective, noun).
UNSEEN = [
    ("green", "hat"),
    ("blue", "bag"),
    ("white", "cup"),
    ("black", "bag"),
    ("blue", "bike"),
    ("yellow", "box"),
    ("old", "chair"),
    ("small", "table"),
    ("big", "hat"),
    ("black", "shirt"),
    ("green", "car"),
    ("blue", "book"),
    ("old", "dog"),
    ("white", "truck"),
    ("red", "cup"),
    ("black", "lamp"),
    ("blue", "phone"),
    ("black", "cat"),
    ("old", "key"),
    ("new", "bag"),
    ("big", "box"),
    ("green", "bottle"),
    ("white", "coat"),
    ("red", "chair"),
]


def tokens(text: str) -> list[str]:
    """The article's tokens: lower case, a space before , . ! ? and a cut at spaces."""
    return re.sub(r"([,.!?])", r" \1 ", text.lower()).split()


def build(hand: list[tuple[str, str]]) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """The corpus from the hand-written pairs and the grammar.

    Returns the lines (English, French, "grammar" or "hand") and, for each English source that is not for training,
    the name of its held-out set.
    """
    hand_sources = {key(english) for english, _ in hand}
    known = set(hand_sources)
    pool = draw_families(known)
    frequent = {word for word, count in count_words(pool).items() if count >= FREQUENT}
    longer = draw_longer(known, frequent)
    hand_words = Counter(word for english, _ in hand for word in tokens(english))
    rare = [thing for thing in lex.RARE_THINGS if hand_words[thing.noun.en] == 0][: RARE_ONCE + RARE_FEW]
    unseen, in_train, in_rare = draw_unseen(known, frequent), [], []
    for index, thing in enumerate(rare):
        quota = 1 if index < RARE_ONCE else 2 + index % 2
        items = draw_rare(thing, quota + 2, known)
        in_train += items[:quota]
        in_rare += items[quota:]
    held = pick_random(pool, in_train)
    splits = {item.english: "random" for item in held}
    splits |= {item.english: "combinations" for item in unseen}
    splits |= {item.english: "longer" for item in longer}
    splits |= {item.english: "rare" for item in in_rare}
    trained = [item for item in pool if item.english not in splits] + in_train
    lines = [(english, french, "grammar") for english, french in draw_variants(trained)]
    for item in [*held, *unseen, *longer, *in_rare]:
        lines += [(item.english, french, "grammar") for french, _ in item.variants]
    held_hand = pick_hand(hand, lines, splits)
    splits |= held_hand
    lines += [(english, french, "hand") for english, french in dict.fromkeys(hand)]
    lines.sort(key=lambda line: (len(tokens(line[0])), line[0].lower()))
    return lines, dict(sorted(splits.items(), key=lambda row: (row[1], len(tokens(row[0])), row[0].lower())))


def key(english: str) -> str:
    """What makes a source distinct: its tokens."""
    return " ".join(tokens(english))


def attempt(family: Callable[[Draw], Item | list[Item]], draw: Draw) -> list[Item]:
    """One draw of a family; empty where its words did not suit each other."""
    try:
        made = family(draw)
    except Unfit:
        return []
    return made if isinstance(made, list) else [made]


def fits(item: Item, known: set[str]) -> bool:
    lengths = [len(tokens(text)) for text in (item.english, *(french for french, _ in item.variants))]
    return key(item.english) not in known and min(lengths) >= 2 and max(lengths) <= MAX_TOKENS


def draw_families(known: set[str]) -> list[Item]:
    """The sources of every family that are short enough for training."""
    pool: list[Item] = []
    for family, count in FAMILIES:
        rng = random.Random(f"{SEED} {family.__name__}")
        pool += draw(rng, [family], count, known, short)
    return pool


def draw_longer(known: set[str], frequent: set[str]) -> list[Item]:
    """Sources of the same families beyond the longest training source, of frequent words."""
    rng = random.Random(f"{SEED} longer")
    wanted = partial(is_long, frequent=frequent)
    return draw(rng, WITH_LONG_SOURCES, LONGER, known, wanted)


def draw(
    rng: random.Random,
    families: list,
    count: int,
    known: set[str],
    wanted: Callable[[Item], bool],
    thing: lex.Thing | None = None,
    adjective: str = "",
) -> list[Item]:
    """`count` new sources of the families that are as wanted; an unseen combination only where it is asked for."""
    items: list[Item] = []
    asked = {(adjective, thing.noun.en)} if thing else set()
    for _ in range(60 * count + 4000):
        if len(items) >= count:
            return items
        for item in attempt(rng.choice(families), Draw(rng, thing, adjective)):
            if fits(item, known) and wanted(item) and not (item.combinations - asked) & set(UNSEEN):
                known.add(key(item.english))
                items.append(item)
    raise RuntimeError(
        f"{len(items)} of {count} sources found for {[family.__name__ for family in families]} "
        f"{thing.noun.en if thing else ''}: ask for fewer"
    )


def draw_unseen(known: set[str], frequent: set[str]) -> list[Item]:
    """For each unseen combination the sources that test it, of frequent words."""
    things = {thing.noun.en: thing for thing in lex.COMMON_THINGS}
    items = []
    for adjective, noun in UNSEEN:
        rng = random.Random(f"{SEED} unseen {adjective} {noun}")
        wanted = partial(has_combination, adjective=adjective, noun=noun, frequent=frequent)
        items += draw(rng, WITH_ADJECTIVE, UNSEEN_EACH, known, wanted, things[noun], adjective)[:UNSEEN_EACH]
    return items


def draw_rare(thing: lex.Thing, count: int, known: set[str]) -> list[Item]:
    """Sources that hold a rare noun and have one translation, so that the noun's count is theirs."""
    rng, wanted = random.Random(f"{SEED} rare {thing.noun.en}"), partial(has_noun, noun=thing.noun.en)
    return draw(rng, WITH_RARE_NOUN, count, known, wanted, thing)[:count]


def has_combination(item: Item, adjective: str, noun: str, frequent: set[str]) -> bool:
    return (adjective, noun) in item.combinations and short(item) and words_of(item).keys() <= frequent


def has_noun(item: Item, noun: str) -> bool:
    return noun in item.nouns and len(item.variants) == 1 and short(item)


def is_long(item: Item, frequent: set[str]) -> bool:
    return not short(item) and words_of(item).keys() <= frequent


def short(item: Item) -> bool:
    """Short enough for training."""
    return len(tokens(item.english)) <= MAX_TRAIN_TOKENS


def pick_random(pool: list[Item], in_train: list[Item]) -> list[Item]:
    """Eight per cent of the grammar's sources, leaving every word of theirs several times in training."""
    counts = count_words(pool + in_train)
    rng, held = random.Random(f"{SEED} random"), []
    wanted = round(RANDOM_SHARE * (len(pool) + len(in_train)))
    for item in rng.sample(pool, len(pool)):
        words = words_of(item)
        if len(held) < wanted and all(counts[word] >= FREQUENT for word in words):
            counts.subtract(words)
            held.append(item)
    return held


def count_words(items: list[Item]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for item in items:
        counts.update(words_of(item))
    return counts


def words_of(item: Item) -> dict[str, float]:
    """English and French words, told apart by a mark, and how often the item is expected to show them in training."""
    expected = {"en " + word: 1.0 for word in tokens(item.english)}
    for french, share in item.variants:
        for word in set(tokens(french)):
            expected["fr " + word] = expected.get("fr " + word, 0.0) + share
    return expected


def pick_hand(hand: list[tuple[str, str]], lines: list[tuple[str, str, str]], splits: dict[str, str]) -> dict[str, str]:
    """Held-out hand-written sources: long ones join "longer", one in twelve of those with known words "random"."""
    references = defaultdict(list)
    for english, french in hand:
        references[english].append(french)
    counts: Counter[str] = Counter()
    for english, french, _ in lines:
        if english not in splits:
            counts.update("en " + word for word in tokens(english))
            counts.update("fr " + word for word in tokens(french))
    held = {english: "longer" for english in references if len(tokens(english)) > MAX_TRAIN_TOKENS}
    for english, variants in references.items():
        if english not in held:
            counts.update("en " + word for word in tokens(english))
            counts.update("fr " + word for french in variants for word in tokens(french))
    rng = random.Random(f"{SEED} hand")
    free = [english for english in references if english not in held and english not in ARTICLE_SENTENCES]
    wanted = round(RANDOM_SHARE * len(references))
    for english in rng.sample(free, len(free)):
        words = ["en " + word for word in tokens(english)]
        words += ["fr " + word for french in references[english] for word in tokens(french)]
        if wanted and all(counts[word] > 2 * words.count(word) for word in words):
            counts.subtract(words)
            held[english] = "random"
            wanted -= 1
    return held


def draw_variants(items: list[Item]) -> list[tuple[str, str]]:
    """One translation for a training source, two for every fifth that has several, in the shares of its family.

    The variant that lags furthest behind its share is taken, so the shares hold over any stretch of the corpus.
    """
    due: dict[tuple, list[float]] = {}
    seen: Counter[tuple] = Counter()
    lines = []
    for item in items:
        shares = tuple(share for _, share in item.variants)
        group = (item.group, shares)
        lag = due.setdefault(group, [0.0] * len(shares))
        seen[group] += 1
        taken: list[int] = []
        for _ in range(2 if len(shares) > 1 and seen[group] % 5 == 0 else 1):
            lag[:] = [behind + share for behind, share in zip(lag, shares, strict=True)]
            pick = max((i for i in range(len(shares)) if i not in taken), key=lambda i: lag[i])
            lag[pick] -= sum(shares)
            taken.append(pick)
        lines += [(item.english, item.variants[i][0]) for i in sorted(taken)]
    return lines


def read_phrases(path: Path) -> list[tuple[str, str]]:
    """The hand-written pairs: English, tab, French, a line each."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(row[0], row[1]) for row in rows]


def write(folder: Path, phrases: Path) -> list[Path]:
    """Write eng-fra.tsv and eng-fra.splits.tsv into the folder and return their paths."""
    lines, splits = build(read_phrases(phrases))
    pairs, sets = folder / "eng-fra.tsv", folder / "eng-fra.splits.tsv"
    pairs.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8", newline="\n")
    sets.write_text("".join(f"{english}\t{name}\n" for english, name in splits.items()), encoding="utf-8", newline="\n")
    return [pairs, sets]
