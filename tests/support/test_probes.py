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


DIRECTIONS = {move: probes.along(move) for move in probes.MOVES if "shuffled" not in move}


@pytest.mark.parametrize("probe", [probes.one_unit, probes.all_units, *DIRECTIONS.values()])
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
    states, is_woman = states_of(gender.OF_WOMEN, 0).flatten(0, 1), WOMEN.flatten()
    found = probes.moves(states, is_woman)
    shift = found["all units, by their means"]
    assert shift[2] == pytest.approx(1, abs=0.05) and sorted(found) == sorted(probes.MOVES)
    one, as_far = found["the best unit, its difference"], found["the best unit, as far"]
    assert one[2] == shift[2] and one.nonzero()[:, 0].tolist() == as_far.nonzero()[:, 0].tolist() == [2]
    assert as_far[2] > one[2]
    assert sorted(found["all units, shuffled"].tolist()) == pytest.approx(sorted(shift.tolist()))
    for move in probes.MOVES[1:]:
        assert found[move].norm() == pytest.approx(shift.norm().item())
    assert found["all units, by the probe"].argmax() == 2


def test_the_direction_of_the_probe_tells_what_the_probe_tells():
    states, is_woman = states_of(gender.OF_WOMEN, 0).flatten(0, 1), WOMEN.flatten()
    asked = torch.randn(500, 6, generator=torch.Generator().manual_seed(2)) * 0.5 + states.mean(dim=0)
    said = [make(states, is_woman)(asked) for make in (probes.all_units, probes.along("all units, by the probe"))]
    assert torch.equal(*said) and 100 < said[0].sum() < 400
    shuffled = probes.along("all units, shuffled")(states, is_woman)(states) == is_woman
    assert 0.4 < shuffled.float().mean() < 0.6


def test_an_interval_holds_the_mean_and_widens_with_the_differences_between_columns_and_between_rows():
    assert probes.interval([[0.6] * 8] * 2) == pytest.approx((0.6, 0.6))
    low, high = probes.interval([[0.0, 1.0] * 4])
    assert 0 < low < 0.3 and 0.7 < high < 1
    assert probes.interval([[0.5] * 8, [0.7] * 8]) == pytest.approx((0.5, 0.7))  # two trainings are not their mean


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


def percent(share):
    return round(100 * share)


def test_the_probes_bear_out_what_lesson_12_says():
    result = probes.stored()
    known, held_out, told, changed = (
        {way: percent(fmean(map(fmean, runs))) for way, runs in part.items()} for part in result[:4]
    )
    assert known["gender, all units"] == 100 and known["nouns by lot, all units"] == 90
    ends = {
        way: [percent(end) for end in probes.interval(runs)]
        for part in (result.held_out, result.changed)
        for way, runs in part.items()
    }
    assert (held_out["gender, all units"], ends["gender, all units"]) == (97, [90, 100])
    assert (held_out["nouns by lot, all units"], ends["nouns by lot, all units"]) == (53, [43, 62])
    assert (held_out["gender, one unit"], ends["gender, one unit"]) == (79, [53, 99])
    assert (held_out["nouns by lot, one unit"], ends["nouns by lot, one unit"]) == (48, [38, 58])
    assert held_out["untrained encoder, all units"] == 51
    lots = sum(result.held_out["nouns by lot, all units"], [])
    assert min(lots) < 0.05 and max(lots) > 0.95
    assert len(set(result.units)) == 3  # no unit is "the gender unit"
    assert [percent(run[0]) for run in result.held_out["gender, one unit"]] == [95, 22, 88]  # woman and man
    assert [percent(run[0]) for run in result.held_out["gender, all units"]] == [97, 71, 98]
    assert (told["all units, by the probe"], told["all units, by their means"]) == (97, 97)
    assert [changed[move] for move in probes.MOVES] == [2, 12, 75, 22, 1]
    assert ends["all units, by the probe"] == [11, 32] and ends["all units, by their means"] == [63, 86]


def test_the_looks_bear_out_what_lesson_13_says():
    """For each training, over 540 sentences, half of them with each gender first."""
    result = looks.stored()

    def written(word):
        """For each training: un and une before nouns of un, un and une before nouns of une."""
        both = (looks.written(result, word, nouns) for nouns in (looks.MASCULINE, looks.FEMININE))
        return [(*before_un, *before_une) for before_un, before_une in zip(*both, strict=True)]

    assert [percent((a + d) / 2) for a, _, _, d in written("its noun")] == [100, 98, 100]
    assert [percent((b + c) / 2) for _, b, c, _ in written("the other noun")] == [95, 82, 97]
    assert [percent((b + d) / 2) for _, b, _, d in written("its own a")] == [82, 100, 100]
    for a, b, c, d in written("its own a"):  # an article, and the same whatever the noun
        assert a + b > 0.99 and c + d > 0.99 and abs(b - d) < 0.05
    assert [percent(fmean(run)) for run in result.own_weight["its own a"]] == [24, 46, 35]


def test_what_is_written_is_told_by_gender():
    nouns = looks.first_nouns()
    assert sorted(nouns) == sorted((*looks.MASCULINE, *looks.FEMININE)) and nouns[:3] == ["hat", "cup", "plate"]
    right = [[1.0 if noun in looks.MASCULINE else 0.25 for noun in nouns]]
    other = [[0.0 if noun in looks.MASCULINE else 0.5 for noun in nouns]]
    result = looks.Looks({}, {"verb": right * 2}, {"verb": other * 2})
    assert looks.written(result, "verb", looks.MASCULINE) == [(1, 0)] * 2
    assert looks.written(result, "verb", looks.FEMININE) == [(0.5, 0.25)] * 2  # un is the other article there


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
