"""The "lessons" corpus: the drawn sentences, the hand-written ones and the held-out sets, as two files."""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path

from seq2seq_lessons.text import source_key, tokenize
from tools.corpus.grammar import Draw, Item, Template, Unfit, read_templates
from tools.corpus.lexicon import Entry, read_lexicon

HERE = Path(__file__).parent
SEED = 2024
MAX_TOKENS = 10  # of either side
MAX_TRAIN_TOKENS = 9  # of a training source; the set "longer" lies beyond
RANDOM_SHARE = 0.08  # of the distinct sources, the grammar's and the hand-written ones
RARE_ONCE, RARE_FEW = 20, 40
FREQUENT = 8  # times that a word of a held-out source is to be expected in training, before it is held out
KNOWN = 4  # times that training shows a word of a hand-written source, at least, when that is held out
LONGER = 150  # sources of that set
UNSEEN_EACH = 8  # sources for each combination that training never shows
ARTICLE_SENTENCES = ("Go.", "I lost.", "He's calm.", "I'm home.")
WITH_THING = re.compile(r"\{a (?:list|thing|buy|small|needed|animal)\+*\}")  # templates that can hold a rare noun

# Combinations of known words that training never shows: (adjective, noun); those of a hand-written sentence drop out.
UNSEEN = """
green hat, blue bag, white cup, black bag, blue bike, yellow box, old suitcase, small table, big box, black shirt,
green car, blue book, old dog, white truck, red cup, black umbrella, old phone, black cat, old key, new bag,
green bottle, white coat, blue notebook, new watch, big house, yellow scarf, gray jacket
"""


class Grammar:
    """Templates and words, and the sources that are taken already."""

    def __init__(self, hand: list[tuple[str, str]]):
        self.lexicon, self.templates = read_lexicon(HERE / "lexicon.txt"), read_templates(HERE / "templates.txt")
        self.known = {source_key(english) for english, _ in hand}
        self.barred = set((HERE / "barred.txt").read_text(encoding="utf-8").split())
        written = " ".join(self.known)
        combinations = [tuple(pair.split()) for pair in UNSEEN.replace("\n", " ").split(",")]
        self.unseen = [pair for pair in combinations if " ".join(pair) not in written]
        common = " ".join(entry.en for entry in self.lexicon.entries() if "rare" not in entry.classes)
        text = f" {written} {common}"
        self.rare = [entry for entry in self.lexicon.classes["rare"] if f" {entry.en}" not in text]

    def draw(
        self,
        name: str,
        templates: list[Template],
        count: int,
        wanted: Callable[[Item], bool],
        noun: Entry | None = None,
        adjective: str = "",
        patience: int = 2000,
    ) -> list[Item]:
        """At most `count` new sources that are as wanted; an unseen combination only where it is asked for."""
        rng, items = random.Random(f"{SEED} {name}"), []
        weights = [template.count for template in templates]
        asked = {(adjective, noun.en)} if noun else set()
        for _ in range(patience * count):
            if len(items) >= count:
                return items
            template = rng.choices(templates, weights)[0]
            try:
                drawn = Draw(self.lexicon, rng, noun, adjective).items(template)
            except Unfit:
                continue
            for item in drawn:
                if self._is_new(item) and wanted(item) and not (item.combinations - asked) & set(self.unseen):
                    self.known.add(source_key(item.english))
                    items.append(item)
        return items

    def _is_new(self, item: Item) -> bool:
        lengths = [len(tokenize(text)) for text in (item.english, *(french for french, _ in item.variants))]
        key = source_key(item.english)
        return not (key in self.known or digest(key) in self.barred or min(lengths) < 2 or max(lengths) > MAX_TOKENS)

    def draw_unseen(self, frequent: set[str]) -> list[Item]:
        """For each unseen combination the sources that test it, of frequent words."""
        items = []
        with_adjective = [template for template in self.templates if "+" in template.group]
        nouns = {noun: self.lexicon.noun(noun, adjective) for adjective, noun in self.unseen}
        for adjective, noun in self.unseen:
            wanted = partial(has_combination, pair=(adjective, noun), frequent=frequent)
            name = f"unseen {adjective} {noun}"
            items += self.draw(name, with_adjective, UNSEEN_EACH, wanted, nouns[noun], adjective)[:UNSEEN_EACH]
        return items

    def draw_rare(self, noun: Entry, count: int) -> list[Item]:
        """Sources that hold a rare noun and have one translation, so that the noun's count is theirs."""
        templates = [template for template in self.templates if WITH_THING.search(template.group)]
        return self.draw(f"rare {noun.en}", templates, count, partial(has_noun, noun=noun.en), noun)[:count]


def build(hand: list[tuple[str, str]]) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """The corpus from the hand-written pairs and the grammar.

    Returns the lines (English, French, "grammar" or "hand") and, for each English source that is not for training,
    the name of its held-out set.
    """
    grammar = Grammar(hand)
    pool: list[Item] = []
    for index, template in enumerate(grammar.templates):
        pool += grammar.draw(f"{index} {template.group}", [template], template.count, short, patience=30)
    frequent = {word for word, count in count_words(pool).items() if count >= FREQUENT}
    longer = grammar.draw("longer", grammar.templates, LONGER, partial(is_long, frequent=frequent))
    unseen, in_train, in_rare = grammar.draw_unseen(frequent), [], []
    for index, noun in enumerate(grammar.rare[: RARE_ONCE + RARE_FEW]):
        quota = 1 if index < RARE_ONCE else 2 + index % 2
        items = grammar.draw_rare(noun, quota + 2)
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
    splits |= pick_hand(hand, lines, splits)
    lines += [(english, french, "hand") for english, french in dict.fromkeys(hand)]
    lines.sort(key=lambda line: (len(tokenize(line[0])), line[0].lower()))
    return lines, dict(sorted(splits.items(), key=lambda row: (row[1], len(tokenize(row[0])), row[0].lower())))


def digest(key: str) -> str:
    """What stands in barred.txt for a source: the sentences themselves are other people's."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def has_combination(item: Item, pair: tuple[str, str], frequent: set[str]) -> bool:
    return " ".join(pair) in item.english and short(item) and words_of(item).keys() <= frequent


def has_noun(item: Item, noun: str) -> bool:
    return noun in item.nouns and len(item.variants) == 1 and short(item)


def is_long(item: Item, frequent: set[str]) -> bool:
    return not short(item) and words_of(item).keys() <= frequent


def short(item: Item) -> bool:
    """Short enough for training."""
    return len(tokenize(item.english)) <= MAX_TRAIN_TOKENS


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
    expected = {"en " + word: 1.0 for word in tokenize(item.english)}
    for french, share in item.variants:
        for word in set(tokenize(french)):
            expected["fr " + word] = expected.get("fr " + word, 0.0) + share
    return expected


def pick_hand(hand: list[tuple[str, str]], lines: list[tuple[str, str, str]], splits: dict[str, str]) -> dict[str, str]:
    """Held-out hand-written sources: long ones join "longer", one in twelve of those with known words "hand"."""
    references = defaultdict(list)
    for english, french in hand:
        references[english].append(french)
    counts: Counter[str] = Counter()
    for english, french, _ in lines:
        if english not in splits:
            counts.update("en " + word for word in tokenize(english))
            counts.update("fr " + word for word in tokenize(french))
    held = {english: "longer" for english in references if len(tokenize(english)) > MAX_TRAIN_TOKENS}
    for english, variants in references.items():
        if english not in held:
            counts.update("en " + word for word in tokenize(english))
            counts.update("fr " + word for french in variants for word in tokenize(french))
    rng = random.Random(f"{SEED} hand")
    free = [english for english in references if english not in held and english not in ARTICLE_SENTENCES]
    wanted = round(RANDOM_SHARE * len(references))
    for english in rng.sample(free, len(free)):
        words = ["en " + word for word in tokenize(english)]
        words += ["fr " + word for french in references[english] for word in tokenize(french)]
        if wanted and all(counts[word] >= words.count(word) + KNOWN for word in words):
            counts.subtract(words)
            held[english] = "hand"
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


def read_phrases() -> list[tuple[str, str]]:
    """The hand-written pairs, English, tab, French, a line each: a file for each topic."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((HERE / "phrases").glob("*.tsv"))]
    rows = [line.split("\t") for text in texts for line in text.splitlines()]
    return [(english, french) for english, french in rows]


def write(folder: Path) -> list[Path]:
    """Write eng-fra.tsv and eng-fra.splits.tsv into the folder and return their paths."""
    lines, splits = build(read_phrases())
    pairs, sets = folder / "eng-fra.tsv", folder / "eng-fra.splits.tsv"
    pairs.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8", newline="\n")
    sets.write_text("".join(f"{english}\t{name}\n" for english, name in splits.items()), encoding="utf-8", newline="\n")
    return [pairs, sets]
