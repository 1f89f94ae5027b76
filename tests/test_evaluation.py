"""Scores: against sacrebleu called directly, and cases counted by hand."""

import math
import random

import numpy as np
import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.significance import PairedTest

from seq2seq_lessons.evaluation import (
    Difference,
    bleu,
    brevity_penalty,
    clipped_matches,
    closest_length,
    corpus_report,
    group_references,
    nearest_neighbour,
    ngrams,
    paired_bootstrap,
    precisions,
)

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


def sacrebleus(said, references, smoothing="exp"):
    """sacrebleu called as its documentation says: the n-th references of all sentences together, None for a gap."""
    streams = [[refs[i] if i < len(refs) else None for refs in references] for i in range(max(map(len, references)))]
    return sacrebleu.corpus_bleu(said, streams, smooth_method=smoothing, tokenize="none", force=True).score


sentences = st.lists(st.sampled_from(["le", "chat", "dort", "ici", "."]), max_size=9).map(" ".join)
corpora = st.lists(st.tuples(sentences, st.lists(sentences, min_size=1, max_size=4)), min_size=1, max_size=6)


@given(corpora, st.sampled_from(["exp", "none"]))
def test_bleu_by_hand_is_sacrebleus(corpus, smoothing):
    said, references = (list(column) for column in zip(*corpus, strict=True))
    expected = sacrebleus(said, references, smoothing)
    assert bleu(said, references, smoothing) == pytest.approx(expected, rel=1e-12, abs=1e-9)


def random_sentence(generator, longest):
    return " ".join(generator.choices(["je", "suis", "chez", "moi", "."], k=generator.randint(0, longest)))


def test_bleu_by_hand_is_sacrebleus_on_a_thousand_random_outputs():
    """Alone and as one corpus; most are short or empty, so that every order is without a match, or without n-grams."""
    generator = random.Random(0)
    said = [random_sentence(generator, 12 if i % 2 else 4) for i in range(1000)]
    references = [[random_sentence(generator, 12) for _ in range(generator.randint(1, 4))] for _ in said]
    assert "" in said and any(1 <= len(s.split()) < 4 for s in said) and any("" in refs for refs in references)
    assert {len(refs) for refs in references} == {1, 2, 3, 4}
    assert bleu(said, references) == pytest.approx(sacrebleus(said, references), rel=1e-12, abs=1e-9)
    for smoothing in ("exp", "none"):
        alone = [bleu([s], [refs], smoothing) for s, refs in zip(said, references, strict=True)]
        theirs = [sacrebleus([s], [refs], smoothing) for s, refs in zip(said, references, strict=True)]
        assert alone == pytest.approx(theirs, rel=1e-12, abs=1e-9)
        assert 0 in alone and any(0 < score < 100 for score in alone)
    assert bleu([""] * 1000, references) == sacrebleus([""] * 1000, references) == 0
    assert bleu(["", ""], [[""], ["", ""]]) == sacrebleus(["", ""], [[""], ["", ""]]) == 0


def test_bleu_counted_by_hand():
    # 4 of 5 words, 2 of 4 pairs, 1 of 3 triples, none of 2 groups of four: smoothed to half a match
    expected = 100 * (4 / 5 * 2 / 4 * 1 / 3 * 0.5 / 2) ** (1 / 4)
    assert bleu(["je suis chez toi ."], [["je suis chez moi ."]]) == pytest.approx(expected)
    assert bleu(["je suis chez toi ."], [["je suis chez moi ."]], "none") == 0
    assert bleu(["Je suis chez moi."], [["je suis là .", "je suis chez moi ."]]) == pytest.approx(100)
    assert bleu(["va !"], [["va !"]]) == 0, "two tokens have no group of four"
    short = bleu(["je suis chez moi", "va"], [["je suis chez moi ."], ["va"]])
    assert short == pytest.approx(100 * math.exp(1 - 6 / 5))


def test_the_steps_of_bleu():
    assert ngrams(list("abab"), 2) == {("a", "b"): 2, ("b", "a"): 1}
    assert ngrams(list("ab"), 3) == ngrams([], 1) == {}
    assert clipped_matches(list("aaaa"), [list("aba"), list("ac")], 1) == 2, "the maximum, not the sum"
    assert clipped_matches(list("ab"), [list("ba")], 2) == 0
    assert [closest_length(4, lengths) for lengths in ([9, 5, 3], [5, 9], [2, 4])] == [3, 5, 4]
    assert [brevity_penalty(*pair) for pair in ((5, 5), (10, 5), (5, 10), (0, 5), (0, 0))] == [1, 1, math.exp(-1), 0, 1]
    assert precisions([3, 0, 1, 0], [5, 4, 3, 2], "none") == [3 / 5, 0, 1 / 3, 0]
    assert precisions([3, 0, 1, 0], [5, 4, 3, 2]) == [3 / 5, 0.5 / 4, 1 / 3, 0.25 / 2]
    assert precisions([1, 0, 0, 0], [2, 1, 0, 0]) == [1 / 2, 1 / 2, 0, 0]


def test_bleu_says_which_smoothing_it_knows():
    with pytest.raises(ValueError, match='smoothing is \'floor\'; expected "exp" or "none"'):
        bleu(["va"], [["va"]], "floor")


def test_sources_may_have_different_numbers_of_references():
    said = ["le chat dort ici", "il fait beau aujourd'hui"]
    references = [["le chat dort ici"], ["il fait froid", "il fait beau aujourd'hui", "il pleut"]]
    report = corpus_report(said, references)
    assert report.bleu == pytest.approx(100) and report.exact_match == 100
    uneven = sacrebleu.corpus_bleu(
        ["le chat dort", said[1]],
        [[references[0][0], references[1][0]], [None, references[1][1]]],
        tokenize="none",
        force=True,
    )
    report = corpus_report(["le chat dort", said[1]], [references[0], references[1][:2]])
    assert report.bleu == pytest.approx(uneven.score) != pytest.approx(100)


def test_any_reference_is_an_exact_match_and_case_and_spacing_do_not_count():
    report = corpus_report(["je suis là .", "j'ai faim"], [["Je reste.", "Je suis là."], ["j'ai soif"]])
    assert report.exact_match == 50
    assert corpus_report(["Je suis là."], [["je  suis là ."]])[:3] == pytest.approx((100, 100, 100))


def test_our_tokens_are_counted_not_sacrebleus():
    said, expected = ["le chat 10-12 dort ici"], ["le chat 12-10 dort ici"]
    bleu = {t: sacrebleu.corpus_bleu(said, [expected], tokenize=t, force=True).score for t in ("none", "13a")}
    assert corpus_report(said, [expected]).bleu == pytest.approx(bleu["none"]) != pytest.approx(bleu["13a"])


def test_an_empty_translation_scores_nothing():
    report = corpus_report(["", ""], [["va"], ["cours vite maintenant ."]])
    assert (report.bleu, report.chrf, report.exact_match) == (0, 0, 0)


@pytest.mark.parametrize(
    ("said", "references"), [([], []), (["a"], []), (["a"], [["a"], ["b"]]), (["a", "b"], [["a"], []])]
)
def test_scores_need_a_reference_for_each_translation(said, references):
    for score in (corpus_report, bleu):
        with pytest.raises(ValueError, match=f"{len(said)} translations and {len(references)} lists of references"):
            score(said, references)


@pytest.mark.parametrize(("said", "references"), [(["va"], ["va"]), ("va", [["v"], ["a"]])])
def test_a_text_is_no_list(said, references):
    for score in (corpus_report, bleu):
        with pytest.raises(ValueError, match="a text stands where a list is expected"):
            score(said, references)


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


def test_references_of_one_source_in_two_dresses_stand_together():
    pairs = [("I'm home.", "a"), ("Go.", "b"), ("i\u2019m HOME .", "c")]
    assert group_references(pairs) == (["I'm home.", "Go."], [["a", "c"], ["b"]])


def test_a_report_says_how_its_bleu_was_computed():
    report = corpus_report(["va !"], [["va !", "allez !"]])
    assert "tok:none" in report.signature and "nrefs:" in report.signature and "version:" in report.signature


# --- the paired bootstrap


def some_systems(generator, num_sentences=40):
    """References, translations with one word in three replaced, and with one in six."""
    references = [random_sentence(generator, 9) + " ." for _ in range(num_sentences)]
    systems = []
    for share in (1 / 3, 1 / 6):
        said = [[w if generator.random() > share else "x" for w in r.split()] for r in references]
        systems.append([" ".join(words) for words in said])
    return [[r] for r in references], *systems


def test_the_bootstrap_draws_sentences_and_reads_both_systems_on_them():
    references, worse, better = some_systems(random.Random(1), 8)
    found = paired_bootstrap(better, worse, references, seed=3)
    assert found.difference == pytest.approx(bleu(better, references) - bleu(worse, references))
    rng, by_hand = np.random.default_rng(3), []
    for _ in range(1000):
        rows = rng.integers(8, size=8)
        drawn = [[system[i] for i in rows] for system in (better, worse, references)]
        by_hand.append(bleu(drawn[0], drawn[2]) - bleu(drawn[1], drawn[2]))
    assert found.drawn == pytest.approx(sorted(by_hand))
    assert (found.low, found.high) == pytest.approx((np.quantile(by_hand, 0.025), np.quantile(by_hand, 0.975)))
    swapped = paired_bootstrap(worse, better, references, seed=3)
    assert (swapped.low, swapped.high) == pytest.approx((-found.high, -found.low))
    assert paired_bootstrap(better, better, references)[:3] == (0, 0, 0)


def test_the_bootstrap_agrees_with_sacrebleus():
    """Its p is the share of drawn differences, moved so that their mean is 0, that are above the real one."""
    references, worse, better = some_systems(random.Random(2))
    some = [b if i % 3 else w for i, (w, b) in enumerate(zip(worse, better, strict=True))]
    for system in (better, some):
        found = paired_bootstrap(system, worse, references)
        named = [("first", worse), ("second", system)]
        metric = sacrebleu.metrics.BLEU(tokenize="none", force=True, references=[[r for (r,) in references]])
        _, scores = PairedTest(named, {"BLEU": metric}, None, test_type="bs", n_samples=1000)()
        centered = np.array(found.drawn) - np.mean(found.drawn)
        p = (centered > found.difference).mean()
        assert p == pytest.approx(scores["BLEU"][1].p_value, abs=0.02)
    assert p > 0.01  # a p of nearly 0 would hold of any large difference


def test_a_difference_reads_as_a_line():
    line = str(Difference(1.25, -0.21, 2.78, []))
    assert line == "+1.2 BLEU, 95 % interval -0.2 to +2.8"


def test_the_bootstrap_needs_a_reference_for_each_translation():
    with pytest.raises(ValueError, match="2 translations and 1 lists of references"):
        paired_bootstrap(["va", "va"], ["va", "va"], [["va"]])
