"""What lesson 00 promises of the translator that it trains."""

from seq2seq_lessons.corpus import load_splits
from seq2seq_lessons.evaluation import corpus_report, group_references, nearest_neighbour
from seq2seq_lessons.support import shared_models

# Exact match in per cent, at least: drawn sentences, those written by hand, unseen combinations.
PROMISED = {"random": 80, "hand": 20, "combinations": 65}


def test_lesson_00_keeps_its_promise():
    """And on drawn sentences it is 40 points above copying the most similar training sentence's translation."""
    translator, splits = shared_models.lessons_translator(progress=False), load_splits("lessons")
    grouped = {name: group_references(splits[name]) for name in PROMISED}
    scores = {name: corpus_report(translator.translate(s), refs).exact_match for name, (s, refs) in grouped.items()}
    assert {name: score for name, score in scores.items() if score < PROMISED[name]} == {}
    sources, references = grouped["random"]
    copied = corpus_report(nearest_neighbour(splits["train"], sources), references).exact_match
    assert scores["random"] >= copied + 40


def test_the_words_of_three_of_the_articles_four_sentences_come_out_right():
    """Each machine rounds to a training of its own: on an AMD EPYC "Go." became "va aller ."."""
    translator = shared_models.lessons_translator(progress=False)
    right = {"Go.": ["va"], "I lost.": ["j'ai", "perdu"], "He's calm.": ["il", "est", "calme"]}
    right |= {"I'm home.": ["je", "suis", "chez", "moi"]}
    translations = translator.translate(list(right))
    words = [translation.split()[:-1] for translation in translations]  # a mark is the model's own choice: va . or va !
    assert sum(map(list.__eq__, words, right.values())) >= 3, translations
