"""The probes of lesson 12 and the forced looks of lesson 13: what they measure, and what the files bear out."""

import json
from pathlib import Path
from statistics import fmean

import pytest
import torch

from seq2seq_lessons.support.results import gender, looks, probes

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
    """The states of the pair that is left out are other ones: the probe of the other nouns stays the same."""
    states = states_of(gender.OF_WOMEN, 0)
    turned = states.clone()
    turned[:2, :, 2] = 1 - turned[:2, :, 2]
    (known, held_out), *_ = probes._told([turned, states], probes.one_unit, probes._genders())
    assert known > 0.99 and held_out > 0.99


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
    assert [seed["seed"] for seed in told["seeds"]] == [0, 1, 2]


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
