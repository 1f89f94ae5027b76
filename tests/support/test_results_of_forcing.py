"""The stored trainings on right and on own words: how they are measured, and what lesson 09 says of them."""

import json
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev

import pytest

from seq2seq_lessons.support.results import files, forcing
from seq2seq_lessons.support.results.forcing import RUNS, after_the_first_error, measure, stored
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


def interval(values):
    """Mean and half the width of its 95 % interval (Student's t with 3 degrees of freedom)."""
    assert len(values) == 4
    return fmean(values), 3.182 * stdev(values) / 2


def test_they_bear_out_what_lesson_09_says(monkeypatch):
    monkeypatch.chdir(DELIVERED.parent)
    gold, most, half, sentence, none = (stored(f"forcing-{name}") for name in ("100", "75", "50", "50-sentence", "0"))
    mean, half_width = interval([a - b for a, b in zip(gold.bleu, half.bleu, strict=True)])
    assert (round(mean, 1), round(mean - half_width, 1), round(mean + half_width, 1)) == (2.4, -1.6, 6.4)
    assert max(none.bleu) < min(gold.bleu + most.bleu + half.bleu)
    assert fmean(gold.loss) < min(fmean(run.loss) for run in (most, half, sentence, none))
    assert max(max(run.bleu) - min(run.bleu) for run in (gold, most, half, sentence)) < 8  # what the seed alone moves
    for run, expected in ((half, (2.4, -0.8, 5.6)), (none, (5.8, 3.0, 8.6))):
        mean, half_width = interval([a[0] - b[0] for a, b in zip(run.own, gold.own, strict=True)])
        assert (round(mean, 1), round(mean - half_width, 1), round(mean + half_width, 1)) == expected
    shares = [[fmean(seed[0] for seed in seeds) for seeds in (run.own, run.gold)] for run in (gold, half, none)]
    assert [[round(own), round(right)] for own, right in shares] == [[31, 56], [34, 48], [37, 38]]
    assert round(shares[0][1] - shares[0][0]) == 25
