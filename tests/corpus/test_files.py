"""Laws of both corpora's files: format, pairs, splits, English. Each is seen to fail on a row that breaks it."""

import re
from collections import Counter, defaultdict

import pytest

from seq2seq_lessons.text import source_key, tokenize
from tests.corpus.files import DATA, NAMES, REFERENCES, Row, held_out, path, references, rows, train
from tools.corpus import long_corpus, short_corpus, spelling

BRITISH = re.compile(
    r"\b(?:\w*(?:colour|favour|neighbour|honour)\w*|centre|theatre|metre|grey|mum|jewellery|cheque|tyre|programme|"
    r"(?:travel|cancel)l(?:ed|ing|er)|(?:real|organ|apolog|recogn)is(?:e|es|ed|ing)|lorr(?:y|ies)|holidaymaker)\b",
    re.I,
)
ARTICLE = re.compile(
    r"\ban? (?:(?<=an )(?!hour|honest|heir)[^aeiou\W]|(?<=an )(?:uni|use|euro|one\b)|"
    r"(?<=\ba )(?:hour|honest|heir)|(?<=\ba )(?!uni|use|usual|euro|one\b)[aeiou])\w*",
    re.I,
)
both = pytest.mark.parametrize("name", NAMES)


def problems(found: list[Row]) -> list[str]:
    """What is wrong with rows, each by itself and together."""
    said = [f"twice: {pair}" for pair, count in Counter((en, fr) for en, fr, _ in found).items() if count > 1]
    for row in found:
        english, french, kind = row
        length = len(tokenize(english))
        wrong = {
            "kind": kind not in ("grammar", "hand"),
            "length": not (2 <= length <= 25 and 2 <= len(tokenize(french)) <= 2 * length + 6),
            "marks": not re.fullmatch(r"(?:\d|[A-Z])(?:[A-Za-z0-9'-]| (?=\w)|[,.](?=[ \d]))*[.?!]", english),
            "ends alike": (english[-1] == "?") != (french[-1] == "?"),
            "British": BRITISH.search(english),
            "a or an": ARTICLE.search(english),
        }
        said += [f"{what}: {row}" for what, is_wrong in wrong.items() if is_wrong]
    return said


@both
def test_rows(name):
    assert problems(rows(name)) == []


def test_more_references_are_new_and_of_held_out_sources_written_by_hand():
    mine = {row.english for row in rows("lessons") if held_out("lessons").get(row.english) == "hand"}
    assert {row.english for row in references()} <= mine
    tokens = [(row.english, *tokenize(row.french)) for row in (*rows("lessons"), *references()) if row.english in mine]
    assert max(Counter(tokens).values()) == 1
    assert problems(references()) == []


@pytest.mark.parametrize(
    ("row", "law"),
    [
        (("Go.", "Va !", "written"), "kind"),
        (("Go now", "Pars !", "hand"), "marks"),
        (("go.", "Va !", "hand"), "marks"),
        (("It's  me.", "C'est moi.", "hand"), "marks"),
        (("It’s me.", "C'est moi.", "hand"), "marks"),
        (("Go .", "Va !", "hand"), "marks"),
        (("Go?", "Va !", "hand"), "ends alike"),
        (("Hello.", "Bonjour à toutes et à tous, et soyez les bienvenus.", "hand"), "length"),
        (("The grey car.", "La voiture grise.", "hand"), "British"),
        (("I realised it.", "Je l'ai compris.", "hand"), "British"),
        (("I have a apple.", "J'ai une pomme.", "hand"), "a or an"),
        (("Wait an minute.", "Attends une minute.", "hand"), "a or an"),
        (("Wait a hour.", "Attends une heure.", "hand"), "a or an"),
    ],
)
def test_a_bad_row_is_found(row, law):
    assert [problem.partition(":")[0] for problem in problems([Row(*row)])] == [law]


def test_right_rows_are_not():
    right = [
        ("It's an hour.", "Il est une heure."),
        ("A used car, a one-way street and a university.", "Une voiture d'occasion, un sens unique et une université."),
        ("Is it 7.30 or 1,000?", "Est-il 7.30 ou 1,000 ?"),
    ]
    assert problems([Row(*pair, "hand") for pair in right]) == []


def test_a_pair_that_stands_there_twice_is_found():
    assert problems([Row("Go.", "Va !", "hand"), Row("Go.", "Va !", "grammar")]) == ["twice: ('Go.', 'Va !')"]


@both
def test_plain_text_files(name):
    for file in (path(name), DATA / f"{NAMES[name]}.splits.tsv", REFERENCES):
        data = file.read_bytes()
        assert b"\r" not in data and not data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\n")


def in_two_splits(found: list[Row], where: dict[str, str]) -> dict[str, set[str]]:
    """Sources, whatever their capitals and spaces, that stand in more than one split."""
    splits = defaultdict(set)
    for row in found:
        splits[source_key(row.english)].add(where.get(row.english, "train"))
    return {source: names for source, names in splits.items() if len(names) > 1}


@both
def test_no_source_stands_in_two_splits(name):
    assert in_two_splits(rows(name), held_out(name)) == {}
    assert held_out(name).keys() <= {row.english for row in rows(name)}


def test_a_source_in_two_splits_is_found():
    found = [Row("Go now.", "Pars !", "hand"), Row("go now .", "Va-t'en !", "hand")]
    assert in_two_splits(found, {"go now .": "random"}) == {"go now .": {"train", "random"}}


@both
def test_no_word_of_a_random_test_sentence_is_unseen(name):
    for side in (0, 1):
        seen = Counter(word for row in train(name) for word in tokenize(row[side]))
        for row in rows(name):
            if held_out(name).get(row.english) == "random":
                assert min(seen[word] for word in tokenize(row[side])) >= 2, row


@pytest.mark.soak
def test_committed_files_are_what_the_scripts_write(tmp_path):
    for written in (*short_corpus.write(tmp_path), *long_corpus.write(tmp_path)):
        assert written.read_bytes() == (DATA / written.name).read_bytes(), "run `make corpus` and commit the files"


@pytest.mark.soak
def test_every_word_is_in_a_dictionary():
    assert spelling.check([*(path(name) for name in NAMES), REFERENCES]) == {}
