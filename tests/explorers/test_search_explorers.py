"""The beam tree and the sentence box: their laws on the data that is drawn."""

import math
from dataclasses import replace

import pytest
import torch

from seq2seq_lessons.decoder import Seq2SeqDecoder
from seq2seq_lessons.decoding import beam_search
from seq2seq_lessons.explorers import search
from seq2seq_lessons.explorers.beam import NUM_DROPPED, beam_nodes, rank_nodes
from seq2seq_lessons.explorers.search import ALPHAS, beam_tree, tree_of
from seq2seq_lessons.explorers.sentence import SentenceBox
from seq2seq_lessons.plots.search import DROPPED, FINISHED, KEPT, path_to
from seq2seq_lessons.text import tokenize
from seq2seq_lessons.translator import Translator
from tests.explorers.test_decoding import VOCAB
from tests.toy import random_translator

SENTENCE = "a b c"


@pytest.fixture
def few(monkeypatch):
    """Fewer positions than a learner gets: drawing them all takes seconds."""
    monkeypatch.setattr(search, "WIDTHS", range(1, 3))
    monkeypatch.setattr(search, "ALPHAS", (0.0, 1.0))


def translator(decoder_class=Seq2SeqDecoder, seed=1) -> Translator:
    return random_translator(decoder_class, VOCAB, num_steps=6, seed=seed)


@torch.no_grad()
def logits_after(made_by: Translator, sentence: str, fed: list[str]) -> torch.Tensor:
    """What the model says after `<bos>` and the tokens fed, in one pass: logits (vocab,)."""
    X = torch.tensor([VOCAB.encode([*tokenize(sentence), "<eos>"])])
    return made_by.model.eval()(X, torch.tensor([[VOCAB.bos_id, *VOCAB.encode(fed)]]))[0][0, -1]


def searched(subject: Translator, width: int, alpha: float = 0.0):
    X = torch.tensor([VOCAB.encode([*SENTENCE.split(), "<eos>"])])
    return beam_search(subject.model, X, None, VOCAB.bos_id, VOCAB.eos_id, 6, width, alpha)[0]


def text_of(nodes, leaf):
    return [nodes[at].token for at in path_to(nodes, leaf)]


# The beam tree


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("width", [1, 2, 5])
def test_the_tree_finishes_what_the_search_by_the_plain_sum_finds(width, seed):
    subject = translator(seed=seed)
    nodes = beam_nodes(subject, SENTENCE, width)
    ranked, found = rank_nodes(nodes, 0.0), searched(subject, width)
    assert len(ranked) >= len(found)
    for (leaf, score), hypothesis in zip(ranked, found, strict=False):
        assert [t for t in text_of(nodes, leaf) if t != "<eos>"] == VOCAB.decode(hypothesis.ids)
        assert score == pytest.approx(hypothesis.score, abs=1e-4)
    for alpha in ALPHAS:  # a penalty ranks the same sentences
        scores = [score for _, score in rank_nodes(nodes, alpha)]
        assert scores == sorted(scores, reverse=True)
        assert {leaf for leaf, _ in rank_nodes(nodes, alpha)} == {leaf for leaf, _ in ranked}


@pytest.mark.parametrize("width", [1, 3])
def test_the_nodes_of_a_step_are_the_best_of_what_one_pass_says(width):
    """Of all continuations the best `width` may finish, the best `width` others go on, and the best of the rest are
    dropped."""
    subject = translator()
    nodes = beam_nodes(subject, SENTENCE, width)
    going, last = {0: []}, nodes[-1].step  # node: its words
    for step in range(1, last + 1):
        continued = [
            (nodes[at].log_prob + log_prob, at, token)
            for at, words in going.items()
            for token, log_prob in zip(
                VOCAB.tokens, torch.log_softmax(logits_after(subject, SENTENCE, words), dim=0).tolist(), strict=True
            )
        ]
        continued.sort(reverse=True)
        finished = [c for c in continued[:width] if c[2] == "<eos>" or step == 6]
        kept = [c for c in continued if c[2] != "<eos>" and step < 6][:width]
        rest = [c for c in continued if c not in finished and c not in kept][:NUM_DROPPED]
        expected = [(c, FINISHED) for c in finished] + [(c, KEPT) for c in kept]
        expected = [*sorted(expected, reverse=True), *((c, DROPPED) for c in rest)]
        here = [at for at, node in enumerate(nodes) if node.step == step]
        for at, ((log_prob, parent, token), fate) in zip(here, expected, strict=True):
            node = nodes[at]
            assert (node.parent, node.token) == (parent, token)
            assert node.log_prob == pytest.approx(log_prob, abs=1e-4)
            assert math.log(node.probability) == pytest.approx(log_prob - nodes[parent].log_prob, abs=1e-4)
            assert node.fate == (DROPPED if step == last and fate == KEPT else fate)  # alive at the stop
        going = {at: [*going[nodes[at].parent], nodes[at].token] for at in here if nodes[at].fate == KEPT}
    assert not going


def test_beam_tree_shows_the_best_by_each_score():
    subject = translator()
    made = beam_tree(subject, SENTENCE)
    assert made.holds and made.start == (2, 0) and len(made.frames) == 25
    for (width, at), frame in made.frames.items():
        nodes = beam_nodes(subject, SENTENCE, width)
        best = " ".join(text_of(nodes, rank_nodes(nodes, ALPHAS[at])[0][0]))
        assert frame.status.startswith(f"Width {width}, length penalty {ALPHAS[at]:g}: '{best}', score ")
        assert f"length penalty {ALPHAS[at]:g}: finished, by score: '{best}'" in frame.alt
    made.close()


class Rolling(Seq2SeqDecoder):
    """Says something else each time that it is asked."""

    def forward(self, X, state):
        logits, state = super().forward(X, state)
        return torch.randn_like(logits) * 9, state


def test_beam_tree_says_when_its_law_is_broken(few):
    assert not beam_tree(translator(Rolling), SENTENCE).holds


def test_a_sum_that_is_none_is_noticed(few, monkeypatch):
    def without_sums(*args, **named):
        nodes = beam_nodes(*args, **named)
        return [replace(node, log_prob=node.log_prob / 2) if node.step > 2 else node for node in nodes]

    monkeypatch.setattr(search, "beam_nodes", without_sums)
    assert not beam_tree(translator(), SENTENCE).holds


def test_a_sentence_too_long_for_the_picture_is_refused(few, monkeypatch):
    monkeypatch.setattr(search, "MOST_STEPS", 2)
    with pytest.raises(ValueError, match="room for 2: give a shorter sentence"):
        beam_tree(translator(), SENTENCE)


def test_the_trees_of_all_widths_are_of_one_size(few, monkeypatch):
    scales, draw = [], search.search_tree

    def recorded(*args, **named):
        scales.append((named["steps"], named["ranks"]))
        return draw(*args, **named)

    monkeypatch.setattr(search, "search_tree", recorded)
    beam_tree(translator(), SENTENCE)
    assert len(scales) == 2 and scales[0] == scales[1] and None not in scales[0]


def test_a_static_tree():
    picture = tree_of(translator(), SENTENCE, 2)
    assert picture.words == "Tree of a beam search of width 2, with its finished sentences"
    assert "α = 0: finished, by score" in picture.alt


# The sentence box


def box(sentence=SENTENCE, vocab=VOCAB):
    subjects = translator(), translator(seed=2)
    return SentenceBox(sentence, lambda s: [beam_tree(subject, s) for subject in subjects], vocab)


def is_open(explorer):
    return explorer.comm is not None


def test_every_explorer_follows_the_sentence_and_the_old_ones_are_closed(few):
    made = box()
    before = made.explorers
    made.text.value = "e d"  # what Enter does
    assert made.sentence == "e d" and made.words == ""
    assert len(made.explorers) == 2 and not set(map(id, made.explorers)) & set(map(id, before))
    assert list(made.children[2].children) == made.explorers
    assert not any(map(is_open, before)) and all(map(is_open, made.explorers))
    fresh = box(sentence="e d")
    assert [e.first_frame.alt for e in made.explorers] == [e.first_frame.alt for e in fresh.explorers]
    assert [e.first_frame.alt for e in made.explorers] != [e.first_frame.alt for e in box().explorers]


def test_an_error_is_a_line_and_the_old_explorers_stay(few):
    made = box()
    before = made.explorers
    made.type("   ")
    assert made.words.startswith("the sentence '   ' has no token to read") and f"“{SENTENCE}”" in made.words
    assert "has no token to read" in made.children[1].value
    assert made.explorers == before and all(map(is_open, before)) and made.sentence == SENTENCE
    made.type("a")
    assert made.words == "" and made.sentence == "a"

    def fails(sentence):
        if sentence == "b":
            raise RuntimeError("out of ink")
        return [beam_tree(translator(), sentence)]

    made = SentenceBox("a", fails)
    made.type("b")
    assert made.words.startswith("RuntimeError: out of ink")


def test_unknown_words_are_named_and_markup_is_not_obeyed(few):
    made = box(sentence="a xylophone b")
    assert made.words.startswith("read as <unk>: xylophone")
    assert "&lt;unk&gt;" in made.children[1].value
    assert box(sentence="a xylophone", vocab=None).words == ""
    made.type("a b")
    assert made.words == ""


def test_a_first_sentence_that_fails_is_raised(few):
    with pytest.raises(ValueError, match="has no token to read"):
        box(sentence="")


def test_stored_words_hold_no_number_of_the_weights(few, painted):
    stored = []
    for seed in (1, 2):
        subject = translator(seed=seed)
        made = SentenceBox(SENTENCE, lambda s, t=subject: [beam_tree(t, s), beam_tree(t, s[:-2])])
        data, metadata = made._repr_mimebundle_()
        stored.append(data["text/plain"])
        alt = metadata["image/png"]["alt"]
        assert all(explorer.first_frame.alt in alt for explorer in made.explorers)
        assert metadata["image/png"]["height"] == sum(explorer.first_frame.size[1] for explorer in made.explorers)
        made.close()
        assert not any(map(is_open, made.explorers)) and not is_open(made)
    assert stored[0] == stored[1]
    assert stored[0].startswith(f"A sentence to type: {SENTENCE}\n\nBeam tree\n")
    assert stored[0].count("Beam tree\n") == 2 and "Box(" not in stored[0]
