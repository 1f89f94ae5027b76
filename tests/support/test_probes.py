"""The probes of lesson 12 and the forced looks of lesson 13: what they measure, and what the files bear out."""

import json
from pathlib import Path
from statistics import fmean

import pytest
import torch

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.decoding import decode
from seq2seq_lessons.model import build_model
from seq2seq_lessons.support.results import gender, looks, probes
from seq2seq_lessons.text import Vocab
from seq2seq_lessons.translator import Translator

DELIVERED = Path(__file__).parents[2] / "notebooks" / "results"
WOMEN = gender.OF_WOMEN[:, None].expand(-1, gender.NUM_FRAMES)


def states_of(feature: torch.Tensor, seed: int) -> torch.Tensor:
    """States of six units for each noun and sentence; unit 2 follows a feature of the nouns, the others nothing."""
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(len(gender.NOUNS), gender.NUM_FRAMES, 6, generator=generator) * 0.1
    states[..., 2] += feature[:, None].float()
    return states


@pytest.mark.parametrize("probe", [probes.one_unit, probes.all_units])
def test_a_probe_finds_what_is_there_and_only_that(probe):
    states = [states_of(gender.OF_WOMEN, seed) for seed in (0, 1)]
    told = probes._told(states, probe, probes._genders())
    assert all(known > 0.99 and held_out > 0.99 for known, held_out in told)
    nothing = probes._told([torch.randn_like(part) for part in states], probe, probes._genders())
    assert 0.4 < fmean(held_out for _, held_out in nothing) < 0.6
    assert 0.4 < fmean(known for known, _ in probes._told(states, probe, probes._shuffled())) < 0.6


def test_what_is_left_out_has_no_say():
    """Only the first pair's states tell anything: a probe made without it knows nothing of it."""
    states = states_of(torch.zeros(len(gender.NOUNS)), 1)
    states[0, :, 5] += 5
    states[1, :, 5] -= 5
    (_, held_out), *others = probes._told([states, states], probes.one_unit, probes._genders())
    assert held_out < 0.7 and all(known > 0.5 for known, _ in others)


def test_lots_have_as_many_women_as_men_and_leave_out_one_of_each_side():
    questions = probes._lots()
    assert len(questions) == probes.NUM_LOTS
    for question in questions:
        labels = question.made_with[:, 0]
        assert torch.equal(question.made_with, labels[:, None].expand(-1, gender.NUM_FRAMES))
        assert labels[gender.OF_WOMEN].sum() == labels[~gender.OF_WOMEN].sum() == 4
        a, b = question.left_out
        assert labels[a] and not labels[b] and a % 2 == b % 2
    assert len({tuple(question.left_out) for question in questions}) > probes.NUM_LOTS / 2


def test_the_moves_lead_from_men_to_women():
    found = probes.moves(states_of(gender.OF_WOMEN, 0), gender.OF_WOMEN)
    shift = found["all units, by their means"]
    assert shift[2] == pytest.approx(1, abs=0.05) and found["the best unit"].nonzero()[:, 0].tolist() == [2]
    assert sorted(found["all units, shuffled"].tolist()) == sorted(shift.tolist())
    assert found["all units, by the probe"].norm() == pytest.approx(shift.norm().item())
    assert found["all units, by the probe"].argmax() == 2


def test_an_interval_holds_the_mean_and_widens_with_the_differences_between_columns():
    assert probes.interval([[0.5] * 8, [0.7] * 8]) == pytest.approx((0.6, 0.6))
    low, high = probes.interval([[0.0, 1.0] * 4])
    assert 0 < low < 0.3 and 0.7 < high < 1


def test_frames_have_a_person_in_second_place_and_are_unseen():
    seen, unseen = gender.frames("train"), gender.frames("random")
    assert len(seen) == len(unseen) == gender.NUM_FRAMES
    assert all(row[0] in gender.DETERMINERS and row[1] in gender.NOUNS for row in seen + unseen)
    assert not {tuple(row) for row in seen} & {tuple(row) for row in unseen}


def test_the_first_french_noun_decides():
    assert gender.says_woman(["ma", "mère", "aime", "son", "père", "."]) is True
    assert gender.says_woman(["l'homme", "aime", "sa", "femme", "."]) is False
    assert gender.says_woman(["il", "dort", "."]) is None


@pytest.mark.parametrize("module", [probes, looks], ids=lambda module: module.NAMES[0])
def test_a_delivered_result_is_of_today(module):
    told = json.loads((DELIVERED / f"{module.NAMES[0]}.json").read_text(encoding="utf-8"))
    expected = module.made_of(module.NAMES[0])
    assert {key: told[key] for key in expected} == expected
    assert [seed["seed"] for seed in told["seeds"]] == list(range(3 if module is probes else 2))


def test_the_probes_bear_out_what_lesson_12_says():
    known, held_out, changed = (
        {way: fmean(map(fmean, runs)) for way, runs in part.items()} for part in probes.stored()
    )
    assert known["gender, all units"] > 0.995 and known["nouns by lot, all units"] > 0.9
    assert (
        round(100 * held_out["gender, all units"]) == 96 and round(100 * held_out["untrained encoder, all units"]) == 51
    )
    low, high = probes.interval(probes.stored().held_out["gender, all units"])
    assert (round(100 * low), round(100 * high)) == (87, 100)
    for way in ("nouns by lot, all units", "labels by lot, all units", "nouns by lot, one unit"):
        low, high = probes.interval(probes.stored().held_out[way])
        assert low < 0.51 and high < 0.61
    assert [round(100 * fmean(run)) for run in probes.stored().held_out["gender, one unit"]] == [98, 71, 73]
    assert [round(100 * share) for share in changed.values()] == [2, 83, 19, 1]
    ends = {move: probes.interval(runs) for move, runs in probes.stored().changed.items()}
    assert [round(100 * end) for end in ends["all units, by the probe"]] == [12, 26]
    assert [round(100 * end) for end in ends["all units, by their means"]] == [78, 87]


def test_the_looks_bear_out_what_lesson_13_says():
    """For each training, over 540 sentences."""
    result = looks.stored()
    right, other, own = (
        {word: [fmean(run) for run in runs] for word, runs in part.items()}
        for part in (result.right, result.other, result.own_weight)
    )
    assert [round(100 * share) for share in right["its noun"]] == [100, 98] and max(other["its noun"]) < 0.01
    assert [round(100 * share) for share in other["the other noun"]] == [95, 82] and max(right["the other noun"]) < 0.01
    for a, b in zip(right["its own a"], other["its own a"], strict=True):
        assert a + b > 0.99 and 0.4 < a < 0.6
    assert [round(100 * share) for share in own["its own a"]] == [24, 46]


def an_attention_model():
    """A toy translator with attention whose context decides the article: each noun's value says its gender."""
    torch.manual_seed(0)
    words = [*" ".join(looks.FRAMES).split(), "a", "an", "and", ".", *looks.MASCULINE, *looks.FEMININE]
    vocabs = Vocab(list(dict.fromkeys(words))), Vocab(["un", "une"])
    config = ModelConfig(4, 4, attention=True)
    network = build_model(config, *map(len, vocabs)).eval()
    return Translator(network, *vocabs, config, TrainConfig(device="cpu"))


def test_all_the_weight_lies_on_one_word(monkeypatch):
    """Whatever the model is, the forced step's context is that word's output, and nothing before the step changes."""
    translator = an_attention_model()
    decoder, seen = translator.model.decoder, []
    attend = decoder.attend
    monkeypatch.setattr(decoder, "attend", lambda query, context: seen.append(attend(query, context)) or seen[-1])
    monkeypatch.setattr(looks, "decode", lambda *args, **named: [first_step_as_right(*args, **named)])
    weight, right, other = looks.force_each_word(translator, "marc brought")
    assert weight.shape == right.shape == other.shape == (len(looks.WORDS), len(looks.noun_pairs()))
    forced = seen[-len(looks.WORDS) :]
    for place, (_, weights) in enumerate(forced):
        assert (weights[:, place] == 1).all() and (weights.sum(dim=1) == 1).all()
    assert torch.allclose(weight.sum(dim=0), torch.ones(len(looks.noun_pairs())), atol=1e-5)
    assert ((right + other) <= 1).all()


def first_step_as_right(model, state, **named):
    """A first step that writes each right article, as the trained models do."""
    step = next(decode(model, state, **named))
    return step._replace(chosen=torch.tensor([4 if first in looks.MASCULINE else 5 for first, _ in looks.noun_pairs()]))


def test_sources_have_nouns_of_both_genders_in_their_places():
    for pair in looks.noun_pairs():
        source = looks.source_of("emma sees", pair)
        assert len(source) + 1 == len(looks.WORDS) and source[3] == pair[0] and source[6] == pair[1]
        assert (source[2] == "an") == (pair[0][0] in "aeiou")
        assert (pair[0] in looks.MASCULINE) != (pair[1] in looks.MASCULINE)
    assert len(set(looks.noun_pairs())) == 2 * len(looks.MASCULINE) * len(looks.FEMININE) == 180


def test_a_model_that_writes_no_articles_is_refused():
    with pytest.raises(ValueError, match="'marc brought': at no step"):
        looks.force_each_word(an_attention_model(), "marc brought")
