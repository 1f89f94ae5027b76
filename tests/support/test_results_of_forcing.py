"""The stored trainings on right and on own words: how they are measured, and what lesson 09 says of them."""

import json
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest

from seq2seq_lessons.support.results import files, forcing
from seq2seq_lessons.support.results.forcing import RUNS, after_the_first_error, measure, stored
from seq2seq_lessons.support.results.seeds import interval
from seq2seq_lessons.text import encode_pairs, tokenize_all
from tests.toy import BRIEFLY, PAIRS, TINY

DELIVERED = Path(__file__).parents[2] / "notebooks" / "results"


@pytest.fixture
def toy(tmp_path, monkeypatch):
    small = {name: replace(config, epochs=2, batch_size=BRIEFLY.batch_size) for name, config in RUNS.items()}
    monkeypatch.setattr(forcing, "MODEL", TINY)
    monkeypatch.setattr(forcing, "RUNS", small)
    monkeypatch.setattr(forcing, "load_splits", lambda name: {"train": PAIRS, "random": PAIRS[::2]})
    monkeypatch.setattr(forcing, "load_pairs", lambda name: PAIRS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_measured_is_what_a_lesson_reads(toy):
    (toy / "results").mkdir()
    runs = [measure("forcing-50", seed) for seed in (0, 1)]
    files.write("forcing-50", forcing.made_of("forcing-50"), runs, toy / "results")
    result = stored("forcing-50")
    for field in forcing.Result._fields:
        assert getattr(result, field) == [run[field] for run in runs]
    assert result.loss[0] != result.loss[1] and all(len(run) == forcing.NUM_PLACES for run in result.own)
    others = [measure(name, 0)["loss"] for name in ("forcing-100", "forcing-50-sentence", "forcing-0")]
    assert len({*others, result.loss[0]}) == 4


def test_after_the_first_error_counts_as_a_loop_does(translator):
    """Fed word by word: the right ones, or its own; only sentences with an error count, and no place behind the end."""
    pairs = [pair._replace(target=f"{pair.target} {pair.target}") for pair in PAIRS[:40]]  # longer than it learnt
    batch = encode_pairs(*map(tokenize_all, zip(*pairs, strict=True)), *_vocabs(translator), 20)
    found = after_the_first_error(translator, batch)
    right = {place: {"gold": [], "own": []} for place in range(1, forcing.NUM_PLACES + 1)}
    num_erring = 0
    for i, n in enumerate(batch.target_len.tolist()):
        labels = batch.target[i, :n].tolist()
        said = {way: _said(translator, batch, i, labels, way) for way in ("gold", "own")}
        wrong = [t for t in range(n) if said["own"][t] != labels[t]]
        num_erring += bool(wrong)
        for place, ways in right.items():
            if wrong and wrong[0] + place < n:
                for way, shares in ways.items():
                    shares.append(said[way][wrong[0] + place] == labels[wrong[0] + place])
    assert found["erring"] == num_erring > 5
    for way in ("gold", "own"):
        assert found[way] == pytest.approx([100 * fmean(right[place][way]) for place in right], abs=1e-3)


def _vocabs(translator):
    return translator.source_vocab, translator.target_vocab


def _said(translator, batch, i, labels, way):
    state = translator.model.init_state(batch.source[i : i + 1], batch.source_len[i : i + 1])
    token, said = translator.target_vocab.bos_id, []
    for label in labels:
        logits, state = translator.model.decoder(batch.target.new_tensor([[token]]), state)
        said.append(int(logits.argmax()))
        token = label if way == "gold" else said[-1]
    return said


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="name is 'forcing'; expected one of 'forcing-100'"):
        stored("forcing")


@pytest.mark.parametrize("name", RUNS)
def test_a_delivered_result_is_of_today(name):
    told = json.loads((DELIVERED / f"{name}.json").read_text(encoding="utf-8"))
    expected = json.loads(json.dumps(forcing.made_of(name)))
    assert {key: told[key] for key in expected} == expected
    assert len(told["seeds"]) == 4


def told(values, digits=1):
    """Mean and interval as a lesson prints them."""
    return tuple(round(value, digits) for value in interval(values))


def ahead(better, worse):
    return [a - b for a, b in zip(better, worse, strict=True)]


def test_they_bear_out_what_lesson_09_says(monkeypatch):
    monkeypatch.chdir(DELIVERED.parent)
    names = ("100", "75", "50", "falling", "50-sentence", "0")
    gold, most, half, falling, sentence, none = runs = [stored(f"forcing-{name}") for name in names]
    assert told(ahead(gold.bleu, most.bleu)) == (2.3, -0.2, 4.7)
    assert told(ahead(gold.bleu, half.bleu)) == (2.4, -1.6, 6.4)
    assert told(ahead(gold.bleu, falling.bleu)) == (1.0, -2.0, 4.0)
    assert told(ahead(gold.bleu, sentence.bleu)) == (5.5, -2.1, 13.2)
    assert max(none.bleu) < min(gold.bleu + most.bleu + half.bleu + falling.bleu)
    assert all(min(ahead(other.loss, gold.loss)) > 0 for other in runs[1:])  # with every seed
    assert round(max(max(run.bleu) - min(run.bleu) for run in runs), 1) == 7.5  # what the seed alone moves
    by_place = [list(zip(*run.own, strict=True)) for run in (gold, half, none)]  # a number for each seed
    places = [[told(ahead(*pair)) for pair in zip(own, by_place[0], strict=True)] for own in by_place[1:]]
    assert places[1] == [(5.8, 3.0, 8.6), (3.4, -1.2, 8.1), (9.8, 4.8, 14.7), (10.0, 4.3, 15.7)]
    assert places[0][0] == (2.4, -0.8, 5.6)
    assert all(low < 0 < high for _, low, high in places[0])
    shares = [[fmean(seed[0] for seed in seeds) for seeds in (run.own, run.gold)] for run in (gold, half, none)]
    assert [[round(own), round(right)] for own, right in shares] == [[31, 56], [34, 48], [37, 38]]
