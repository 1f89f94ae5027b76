"""Scores: against sacrebleu called directly, and cases counted by hand."""

import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.evaluation import corpus_report, group_references, nearest_neighbour

phrases = st.lists(st.sampled_from(["le", "chat", "dort", "ici", "."]), min_size=1, max_size=8).map(" ".join)


@given(st.lists(st.tuples(phrases, phrases, phrases), min_size=1, max_size=6))
def test_bleu_and_chrf_are_sacrebleus(rows):
    said, first, second = (list(column) for column in zip(*rows, strict=True))
    report = corpus_report(said, [[a, b] for a, b in zip(first, second, strict=True)])
    bleu = sacrebleu.corpus_bleu(said, [first, second], tokenize="none", force=True)
    assert report.bleu == pytest.approx(bleu.score)
    assert report.chrf == pytest.approx(sacrebleu.corpus_chrf(said, [first, second]).score)
    assert report.exact_match == pytest.approx(100 * sum(s in (a, b) for s, a, b in rows) / len(rows))
    assert report.num_sentences == len(rows)


def test_sources_may_have_different_numbers_of_references():
    said = ["le chat dort ici", "il fait beau aujourd'hui"]
    references = [["le chat dort ici"], ["il fait froid", "il fait beau aujourd'hui", "il pleut"]]
    report = corpus_report(said, references)
    assert report.bleu == pytest.approx(100) and report.exact_match == 100
    uneven = sacrebleu.corpus_bleu(
        ["le chat dort", said[1]], [[references[0][0], references[1][0]], [None, references[1][1]]],
        tokenize="none", force=True,
    )  # fmt: skip
    report = corpus_report(["le chat dort", said[1]], [references[0], references[1][:2]])
    assert report.bleu == pytest.approx(uneven.score) != pytest.approx(100)


def test_any_reference_is_an_exact_match_and_case_and_spacing_do_not_count():
    report = corpus_report(["je suis là .", "j'ai faim"], [["Je reste.", "Je suis là."], ["j'ai soif"]])
    assert report.exact_match == 50
    assert corpus_report(["Je suis là."], [["je  suis là ."]])[:3] == pytest.approx((100, 100, 100))


def test_our_tokens_are_counted_not_sacrebleus():
    said, expected = ["le (petit) chat dort ici"], ["le petit (chat) dort ici"]
    bleu = {t: sacrebleu.corpus_bleu(said, [expected], tokenize=t, force=True).score for t in ("none", "13a")}
    assert corpus_report(said, [expected]).bleu == pytest.approx(bleu["none"]) != pytest.approx(bleu["13a"])


def test_an_empty_translation_scores_nothing():
    report = corpus_report(["", ""], [["va"], ["cours vite maintenant ."]])
    assert (report.bleu, report.chrf, report.exact_match) == (0, 0, 0)


@pytest.mark.parametrize(
    ("said", "references"), [([], []), (["a"], []), (["a"], [["a"], ["b"]]), (["a", "b"], [["a"], []])]
)
def test_scores_need_a_reference_for_each_translation(said, references):
    with pytest.raises(ValueError, match=f"{len(said)} translations and {len(references)} lists of references"):
        corpus_report(said, references)


def test_a_report_reads_as_a_line():
    line = str(corpus_report(["va", "viens"], [["va"], ["cours"]]))
    assert "exact match 50.0 %" in line and "(2 sentences)" in line and "\n" not in line


def test_references_are_grouped_by_source_in_order():
    sources, references = group_references([("go", "va"), ("run", "cours"), ("go", "allez")])
    assert sources == ["go", "run"]
    assert references == [["va", "allez"], ["cours"]]


def test_the_nearest_neighbour_shares_most_words_and_word_pairs():
    train = [
        ("the cat sleeps .", "le chat dort ."),
        ("the dog sleeps .", "le chien dort ."),
        ("sleeps the dog .", "dort le chien ."),
        ("the big dog sleeps in the garden .", "le grand chien dort dans le jardin ."),
        ("go", "va"),
    ]
    copies = nearest_neighbour(train, ["the dog sleeps .", "the dog sleeps", "a cat sleeps .", "Go.", "zebra"])
    assert copies == ["le chien dort .", "le chien dort .", "le chat dort .", "va", "le chat dort ."]


def test_word_order_and_repetition_count():
    train = [("a b c", "1"), ("c b a", "2"), ("a a a", "3")]
    assert nearest_neighbour(train, ["c b a", "a b c", "a a"]) == ["2", "1", "3"]
    train = [("x b c", "4 shared"), ("a a a", "6 shared")]
    assert nearest_neighbour(train, ["a a a b c"]) == ["6 shared"]


def test_a_longer_sentence_is_less_like():
    train = [("the cat sleeps and the dog runs", "long"), ("the cat sleeps", "short")]
    assert nearest_neighbour(train, ["the cat"]) == ["short"]


def test_of_equals_the_first_wins():
    assert nearest_neighbour([("a b", "first"), ("a b", "second")], ["a b"]) == ["first"]
