"""What a probe reads in the encoder's final state, beside controls that may read nothing, and what the decoder uses.

Lesson 12 draws it. Sentences stand in minimal pairs (`gender`): each is read once with every noun, so that all else in
it cannot tell women from men. A probe is made with the nouns of seven pairs in training sentences, and asked about
unseen sentences, with those nouns and with the pair that it has not met, for each of the eight pairs.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from random import Random
from statistics import fmean
from typing import Any, NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.corpus import load_splits
from seq2seq_lessons.encoder import Seq2SeqEncoder
from seq2seq_lessons.inspection import best_unit
from seq2seq_lessons.support.pairs import corpus_fingerprint
from seq2seq_lessons.support.results import files
from seq2seq_lessons.support.results.gender import (
    CORPUS,
    NOUNS,
    NUM_FRAMES,
    OF_WOMEN,
    PAIRS,
    final_states,
    frames,
    says_woman,
    write,
)
from seq2seq_lessons.support.shared_models import LESSONS_MODEL, LESSONS_TRAINING, MODELS_VERSION
from seq2seq_lessons.translator import Translator

NAMES = ("probes",)
NUM_LOTS = 24
RIDGE = 1.0  # how strongly a linear probe's weights are held small; one value, not tuned
MOVES = (
    "the best unit, its difference",
    "the best unit, as far",
    "all units, by their means",
    "all units, by the probe",
    "all units, shuffled",
)

Predict = Callable[[Tensor], Tensor]
MakeProbe = Callable[[Tensor, Tensor], Predict]  # from states and which of them have the feature


class Probes(NamedTuple):
    """What the stored file says: shares in [0, 1], a list for each seed, and in it one for each two nouns left out.

    known, held_out: way -> how often the probe is right in unseen sentences, with nouns that it was made with and with
        those that were left out.
    told: move of `MOVES` -> how often its direction tells the nouns that were left out, see `along`.
    changed: move -> in how many translations the noun changes its gender when the final state is moved to the other
        gender's side, of those that had the right one.
    units: the best unit of each seed, chosen without the first pair.
    """

    known: dict[str, list[list[float]]]
    held_out: dict[str, list[list[float]]]
    told: dict[str, list[list[float]]]
    changed: dict[str, list[list[float]]]
    units: list[int]


class Question(NamedTuple):
    """What a probe is to tell.

    made_with, asked_about: which sentences have the feature, bool `(nouns, sentences)`.
    left_out: the two nouns that it is made without.
    """

    made_with: Tensor
    asked_about: Tensor
    left_out: list[int]


def stored() -> Probes:
    """The stored result.

    Raises:
        FileNotFoundError: it is not stored.
    """
    seeds = files.read(NAMES[0])["seeds"]
    known, held_out, told, changed = (
        {way: [seed[part][way] for seed in seeds] for way in seeds[0][part]} for part in Probes._fields[:-1]
    )
    return Probes(known, held_out, told, changed, [seed["unit"] for seed in seeds])


def interval(shares: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Within which 95 % of the means lie when trainings (the rows) and what was left out (the columns) are drawn anew,
    1,000 times."""
    rng, n = Random(0), len(shares[0])
    draws = ((rng.choices(shares, k=len(shares)), rng.choices(range(n), k=n)) for _ in range(1000))
    means = sorted(fmean(row[column] for row in rows for column in columns) for rows, columns in draws)
    return means[25], means[974]


def made_of(name: str) -> dict[str, Any]:
    """What the result depends on: one that says otherwise in its file is out of date."""
    training, splits = asdict(LESSONS_TRAINING), load_splits(CORPUS)
    del training["seed"]
    return {
        "models_version": MODELS_VERSION,
        "corpus": {part: corpus_fingerprint(splits[part]) for part in ("train", "random")},
        "model": asdict(LESSONS_MODEL),
        "training": training,
        "nouns": list(NOUNS),
        "num_frames": NUM_FRAMES,
    }


def measure(name: str, seed: int) -> dict[str, Any]:
    """Train the lessons' translator with one seed; probe its encoder and an untrained one, and move its states."""
    config = replace(LESSONS_TRAINING, seed=seed)
    translator = Translator.train(load_splits(CORPUS)["train"], LESSONS_MODEL, config, progress=False)
    vocab = translator.source_vocab
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        untrained = Seq2SeqEncoder(len(vocab), LESSONS_MODEL.embed_size, LESSONS_MODEL.num_hiddens, num_layers=1)
    own, raw = (
        [final_states(encoder, vocab, frames(split)) for split in ("train", "random")]
        for encoder in (translator.model.encoder, untrained)
    )
    told = {
        "gender, one unit": _told(own, one_unit, _genders()),
        "gender, all units": _told(own, all_units, _genders()),
        "untrained encoder, all units": _told(raw, all_units, _genders()),
        "nouns by lot, one unit": _told(own, one_unit, _lots()),
        "nouns by lot, all units": _told(own, all_units, _lots()),
        "labels by lot, all units": _told(own, all_units, _shuffled()),
    }
    return {
        "seed": seed,
        "seconds": round(translator.history.seconds[-1], 1),
        "known": {way: [known for known, _ in shares] for way, shares in told.items()},
        "held_out": {way: [held_out for _, held_out in shares] for way, shares in told.items()},
        "told": {move: [held_out for _, held_out in _told(own, along(move), _genders())] for move in MOVES},
        "changed": _changed(translator, *own),
        "unit": best_unit(own[0][2:].flatten(0, 1), OF_WOMEN[2:].repeat_interleave(NUM_FRAMES)).unit,
    }


def one_unit(states: Tensor, feature: Tensor) -> Predict:
    """A probe by one unit and one threshold."""
    return best_unit(states, feature).predict


def all_units(states: Tensor, feature: Tensor) -> Predict:
    """A linear probe: a weight for every unit, by least squares, and a threshold for their sum."""
    weights, centre, level = _linear(states, feature)
    return lambda asked: (asked.double() - centre) @ weights + level > 0


def along(move: str) -> MakeProbe:
    """Makes probes along one of the `moves`, the threshold half way between the two means."""

    def make_probe(states: Tensor, feature: Tensor) -> Predict:
        direction = moves(states, feature)[move]
        middle = (states[feature].mean(dim=0) + states[~feature].mean(dim=0)) / 2
        return lambda asked: (asked - middle) @ direction > 0

    return make_probe


def _linear(states: Tensor, feature: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """A linear probe's weights `(num_hiddens,)`, and the means of the states and of the targets 1 and -1."""
    X, y = states.double(), 2 * feature.double() - 1
    X, centre, y, level = X - X.mean(dim=0), X.mean(dim=0), y - y.mean(), y.mean()
    return torch.linalg.solve(X.T @ X + RIDGE * torch.eye(X.shape[1], dtype=X.dtype), X.T @ y), centre, level


def _genders() -> list[Question]:
    """Women or men; one pair left out."""
    labels = OF_WOMEN[:, None].expand(-1, NUM_FRAMES)
    return [Question(labels, labels, [2 * k, 2 * k + 1]) for k in range(len(PAIRS))]


def _lots() -> list[Question]:
    """Four women's nouns and four men's, drawn by lot, or not; one of these and one of the others left out, both of
    women or both of men."""
    questions, rng = [], Random(0)
    for _ in range(NUM_LOTS // 2):
        women, men = (rng.sample(range(first, len(NOUNS), 2), len(PAIRS)) for first in (0, 1))
        labels = torch.zeros(len(NOUNS), dtype=torch.bool)
        labels[women[:4] + men[:4]] = True
        rows = labels[:, None].expand(-1, NUM_FRAMES)
        questions += [Question(rows, rows, [nouns[0], nouns[-1]]) for nouns in (women, men)]
    return questions


def _shuffled() -> list[Question]:
    """A label for each sentence, by lot; one pair left out."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.rand(len(PAIRS), 2, len(NOUNS), NUM_FRAMES, generator=generator) > 0.5
    return [Question(first, second, [2 * k, 2 * k + 1]) for k, (first, second) in enumerate(labels)]


def _told(states: Sequence[Tensor], make_probe: MakeProbe, questions: Sequence[Question]) -> list[tuple[float, float]]:
    """For each question, how often a probe is right with the nouns that it was made with, and with those left out.

    Args:
        states: of the sentences that it is made with, and of those that it is asked about, see `final_states`.
    """
    made_with, asked_about = states
    shares = []
    for question in questions:
        kept = [noun for noun in range(len(NOUNS)) if noun not in question.left_out]
        predict = make_probe(made_with[kept].flatten(0, 1), question.made_with[kept].flatten())
        said = predict(asked_about.flatten(0, 1)).reshape(question.asked_about.shape)
        right = (said == question.asked_about).double().mean(dim=1)
        shares.append((right[kept].mean().item(), right[question.left_out].mean().item()))
    return shares


def moves(states: Tensor, feature: Tensor) -> dict[str, Tensor]:
    """Ways from the states without a feature to those with it, each `(num_hiddens,)`; all but the first equally long.

    Args:
        states: `(sentences, num_hiddens)`.
        feature: which sentences have it, bool `(sentences,)`.
    """
    shift = states[feature].mean(dim=0) - states[~feature].mean(dim=0)
    one = shift * (torch.arange(len(shift)) == best_unit(states, feature).unit)
    order = torch.randperm(len(shift), generator=torch.Generator().manual_seed(0))
    rest = [way * shift.norm() / way.norm() for way in (one, shift, _linear(states, feature)[0].float(), shift[order])]
    return dict(zip(MOVES, (one, *rest), strict=True))


def _changed(translator: Translator, made_with: Tensor, asked_about: Tensor) -> dict[str, list[float]]:
    """Each move's share of changed genders in translations of the pair that it was found without, pair by pair."""
    changed: dict[str, list[float]] = {move: [] for move in MOVES}
    is_woman = OF_WOMEN[:2].repeat_interleave(NUM_FRAMES)
    back = torch.where(is_woman, -1.0, 1.0)[:, None]
    for k in range(len(PAIRS)):
        kept = [noun for noun in range(len(NOUNS)) if noun // 2 != k]
        states = asked_about[2 * k : 2 * k + 2].flatten(0, 1)
        right = [
            says_woman(words) is has for words, has in zip(write(translator, states), is_woman.tolist(), strict=True)
        ]
        labels = OF_WOMEN[kept].repeat_interleave(NUM_FRAMES)
        for name, move in moves(made_with[kept].flatten(0, 1), labels).items():
            now = [says_woman(words) for words in write(translator, states + back * move)]
            turned = [said is (not has) for said, has, was in zip(now, is_woman.tolist(), right, strict=True) if was]
            changed[name].append(fmean(turned))
    return changed
