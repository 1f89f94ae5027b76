"""What a user gives as pairs: taken in any shape that is clear, else refused with the line that works."""

import re
import warnings

import pandas
import pytest

from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.support.pairs import checked_pairs, encode_split
from seq2seq_lessons.text import Vocab
from tests.toy import PAIRS

ENGLISH, FRENCH = ["Go.", "I lost."], ["Va !", "J'ai perdu."]
EXPECTED = [SentencePair("Go.", "Va !"), SentencePair("I lost.", "J'ai perdu.")]
TABLE = pandas.DataFrame({"en": ENGLISH, "fr": FRENCH})
NESTED = [{"id": i, "translation": {"en": e, "fr": f}} for i, (e, f) in enumerate(zip(ENGLISH, FRENCH, strict=True))]
ROWS = [{"en": e, "fr": f} for e, f in zip(ENGLISH, FRENCH, strict=True)]


class Dataset:
    """What other libraries' tables have: names of columns, and rows that are mappings."""

    def __init__(self, table):
        self.column_names = [*table]

    def __iter__(self):
        return iter(ROWS)


@pytest.mark.parametrize(
    "pairs",
    [
        zip(ENGLISH, FRENCH, strict=True),
        (pair for pair in EXPECTED),
        [["Go.", "Va !"], ["I lost.", "J'ai perdu."]],
        tuple(EXPECTED),
        dict(EXPECTED).items(),
        zip(TABLE["en"], TABLE["fr"], strict=True),
        ((row["en"], row["fr"]) for row in ROWS),
        TABLE.to_numpy(),
        TABLE.to_numpy().astype(str),
    ],
    ids=["zip", "generator", "lists", "tuple", "items", "columns", "rows", "array", "array of texts"],
)
def test_any_iterable_of_pairs_is_taken(pairs):
    assert checked_pairs(pairs) == EXPECTED


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (TABLE, "zip(table['en'], table['fr'])"),
        (ROWS, "[(row['en'], row['fr']) for row in pairs]"),
        (dict(EXPECTED), "pairs.items()"),
        ({"en": ENGLISH, "fr": FRENCH}, "zip(table['en'], table['fr'])"),
        (NESTED, "[(row['translation']['en'], row['translation']['fr']) for row in pairs]"),
        (Dataset(TABLE), "zip(table['en'], table['fr'])"),
        ("pairs.tsv", "load_pairs('pairs.tsv')"),
    ],
    ids=["table", "dicts", "dict", "text", "columns", "nested", "dataset"],
)
def test_tables_mappings_and_texts_are_refused_with_the_line_that_works(wrong, line):
    with pytest.raises(TypeError, match=re.escape(line)):
        checked_pairs(wrong)


@pytest.mark.parametrize("wrong", ["ab", ("a", "b", "c"), ("a",), ("a", 1), None, 7], ids=repr)
def test_what_is_no_pair_of_texts_is_refused_with_its_place(wrong):
    with pytest.raises(ValueError, match=re.escape(f"pair 1 is {wrong!r}; expected two texts")):
        checked_pairs([("Go.", "Va !"), wrong])


@pytest.mark.parametrize(
    "few", [[], EXPECTED[:1], [("Go.", "Va !"), ("GO .", "Allez !")]], ids=["none", "one", "twice"]
)
def test_fewer_than_two_distinct_sources_are_too_few(few):
    with pytest.raises(ValueError, match=f"{len(few)} pairs with fewer than two distinct sources"):
        checked_pairs(few)


def test_vocabularies_are_those_of_the_training_part_or_those_that_are_given():
    config = TrainConfig(val_fraction=0.5, min_freq=1)
    built = encode_split(PAIRS, config)
    assert len(built.train_data.source_len) + len(built.val_data.source_len) == len(PAIRS)
    assert not built.train_data.source.eq(Vocab.unk_id).any()
    with pytest.warns(UserWarning, match="words are <unk>"):
        given = encode_split(PAIRS, config, (Vocab(["anna"]), Vocab([])))
    assert len(given.source_vocab) == 5 and given.train_data.source.eq(Vocab.unk_id).any()


def warned(pairs: list[SentencePair], **settings) -> list[str]:
    """What is said when these are encoded."""
    with warnings.catch_warnings(record=True, action="always") as caught:
        encode_split(pairs, TrainConfig(val_fraction=0, **settings))
    return [str(warning.message) for warning in caught]


def test_a_side_that_is_mostly_unknown_is_said():
    long, short = ("{0} {0}x words", "words {0} {0}x"), ("{0} words", "words {0}")
    pairs = [SentencePair(long[i % 2].format(i), short[i % 2].format(i)) for i in range(30)]
    assert warned(pairs, min_freq=1) == []
    (said,) = warned(pairs, min_freq=30)  # of the targets half are unknown
    assert said.startswith("60 of 90 source words are <unk> (min_freq=30), and so will be")
    (said,) = warned([SentencePair(target, source) for source, target in pairs])
    assert said.startswith("60 of 90 target words are <unk>")


def test_one_target_for_all_sources_is_said():
    pairs = [SentencePair(f"{i} words", "fra") for i in range(30)]
    assert warned(pairs, min_freq=1) == ["all targets are the same sentence: there is nothing to translate"]
    assert warned([*pairs, SentencePair("go", "va")], min_freq=1) == []
