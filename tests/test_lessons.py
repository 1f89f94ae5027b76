"""What lesson 00 promises of the translator that it trains."""

from importlib import resources

from seq2seq_lessons.corpus import load_splits
from seq2seq_lessons.evaluation import corpus_report, group_references, nearest_neighbour
from seq2seq_lessons.support import shared_models


def grammar_sources() -> set[str]:
    text = (resources.files("seq2seq_lessons") / "data" / "eng-fra.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    return {source for source, _, kind in rows if kind == "grammar"}


def test_lesson_00_keeps_its_promise():
    """At least 85 % exact match on held-out grammar sources, 70 % on unseen combinations, 40 points above copying."""
    translator = shared_models.lessons_translator(progress=False)
    splits, grammar = load_splits("lessons"), grammar_sources()
    scores = {}
    for name in ("random", "combinations"):
        sources, references = group_references([pair for pair in splits[name] if pair.source in grammar])
        scores[name] = corpus_report(translator.translate(sources), references).exact_match
        scores[f"{name} copied"] = corpus_report(nearest_neighbour(splits["train"], sources), references).exact_match
    assert scores["random"] >= 85
    assert scores["combinations"] >= 70
    assert scores["random"] >= scores["random copied"] + 40


def test_the_articles_four_sentences_come_out_right():
    translator = shared_models.lessons_translator(progress=False)
    translations = translator.translate(["Go.", "I lost.", "He's calm.", "I'm home."])
    assert translations == ["va !", "j'ai perdu .", "il est calme .", "je suis chez moi ."]
