"""What an attention decoder writes when, at the step of an article, all its weight lies on one source word.

Lesson 13 draws it. The sentences are all those of `FRAMES` with a noun whose French is masculine and one whose French
is feminine, in either order; the step is the one that writes the article of the first.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from statistics import fmean
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor

from seq2seq_lessons.attention import AttentionDecoder
from seq2seq_lessons.corpus import load_splits
from seq2seq_lessons.decoder import DecoderState, top_layer
from seq2seq_lessons.decoding import decode, inference
from seq2seq_lessons.support.pairs import corpus_fingerprint
from seq2seq_lessons.support.results import files
from seq2seq_lessons.support.shared_models import COMPARISON_TRAINING, COMPARISONS, MODELS_VERSION
from seq2seq_lessons.text import pad_rows
from seq2seq_lessons.translator import Translator

NAMES = ("looks",)
CORPUS, MODEL = "lessons-long", COMPARISONS["attention-128"].model
FRAMES = ("marc brought", "marc shows", "emma sees")
WORDS = ("name", "verb", "its own a", "its noun", "and", "the other a", "the other noun", ".", "<eos>")  # of a source
MASCULINE = ("hat", "coat", "bag", "book", "vase", "basket", "umbrella", "glove", "pillow")
FEMININE = ("cup", "plate", "lamp", "box", "scarf", "jacket", "shirt", "candle", "clock", "apple")


class Looks(NamedTuple):
    """What the stored file says. Each list has a list for each seed, and in it a number for each of `first_nouns()`.

    own_weight: word of the source -> the weight that the step itself puts on it.
    right, other: word of the source -> with all the weight on it, how often the step writes the right article, and how
        often the article of the other gender. What is missing to 1 is no article.
    """

    own_weight: dict[str, list[list[float]]]
    right: dict[str, list[list[float]]]
    other: dict[str, list[list[float]]]


def stored() -> Looks:
    """The stored result.

    Raises:
        FileNotFoundError: it is not stored.
    """
    seeds = files.read(NAMES[0])["seeds"]
    return Looks(*({word: [seed[part][word] for seed in seeds] for word in WORDS} for part in Looks._fields))


def written(result: Looks, word: str, gender: Sequence[str]) -> list[tuple[float, float]]:
    """For each seed, how often *un* and how often *une* is written before the first nouns of a gender.

    Args:
        word: of the source, on which all the weight lies.
        gender: `MASCULINE` or `FEMININE`.
    """
    places = [place for place, noun in enumerate(first_nouns()) if noun in gender]
    right, other = ([fmean(run[place] for place in places) for run in part[word]] for part in result[1:])
    return list(zip(right, other, strict=True) if gender == MASCULINE else zip(other, right, strict=True))


def made_of(name: str) -> dict[str, Any]:
    """What the result depends on: one that says otherwise in its file is out of date."""
    training = asdict(COMPARISON_TRAINING)
    del training["seed"]
    return {
        "models_version": MODELS_VERSION,
        "corpus": corpus_fingerprint(load_splits(CORPUS)["train"]),
        "model": asdict(MODEL),
        "training": training,
        "frames": list(FRAMES),
        "nouns": first_nouns(),
    }


def measure(name: str, seed: int) -> dict[str, Any]:
    """Train the attention model with one seed and put the weight of a step on each source word in turn."""
    translator = Translator.train(
        load_splits(CORPUS)["train"], MODEL, replace(COMPARISON_TRAINING, seed=seed), progress=False
    )
    found = [force_each_word(translator, frame) for frame in FRAMES]
    parts = [torch.cat(columns, dim=1) for columns in zip(*found, strict=True)]  # (words, frames * sentences)
    firsts = [first for first, _ in noun_pairs()] * len(FRAMES)
    by_noun = {
        part: {word: _means(row, firsts) for word, row in zip(WORDS, numbers, strict=True)}
        for part, numbers in zip(Looks._fields, parts, strict=True)
    }
    return {"seed": seed, "seconds": round(translator.history.seconds[-1], 1), **by_noun}


def noun_pairs() -> list[tuple[str, str]]:
    """Every noun with every noun of the other gender behind it."""
    return [pair for a in MASCULINE for b in FEMININE for pair in ((a, b), (b, a))]


def first_nouns() -> list[str]:
    """The nouns in the order of the stored numbers: as they first stand first in `noun_pairs()`."""
    return list(dict.fromkeys(first for first, _ in noun_pairs()))


def source_of(frame: str, nouns: tuple[str, str]) -> list[str]:
    """The tokens of a source, "marc brought a hat and a cup ."."""
    first, second = ([("an" if noun[0] in "aeiou" else "a"), noun] for noun in nouns)
    return [*frame.split(), *first, "and", *second, "."]


def force_each_word(translator: Translator, frame: str) -> tuple[Tensor, Tensor, Tensor]:
    """The parts of `Looks` for the sentences of a frame, each `(words, sentences)`.

    Raises:
        ValueError: the translator does not write the article of each first noun, all at the same step.
    """
    model, decoder, pairs = translator.model, cast(AttentionDecoder, translator.model.decoder), noun_pairs()
    X, valid_len = pad_rows([source_of(frame, pair) for pair in pairs], translator.source_vocab, num_steps=20)
    un, une = translator.target_vocab.encode(["un", "une"])
    right = torch.tensor([un if first in MASCULINE else une for first, _ in pairs])
    with inference(model):
        start = model.init_state(X.to(translator.device), valid_len)
        steps = list(decode(model, start, max_steps=10, eos_id=None))
        number = next((step.number for step in steps if torch.equal(step.chosen.cpu(), right)), None)
        if number is None:
            raise ValueError(f"{frame!r}: at no step the article of every first noun is written")
        at = steps[number]
        values, keys, mask = start.context
        _, own = decoder.attend(top_layer(at.before.hidden), start.context)
        said = []
        for place in range(len(WORDS)):
            only = torch.zeros_like(mask)
            only[:, place] = True
            logits, _ = decoder(at.fed[:, None], DecoderState((values, keys, only), at.before.hidden))
            said.append(logits[:, 0].argmax(dim=1).cpu())
    written = torch.stack(said)  # (words, sentences)
    return own.T.cpu(), (written == right).float(), (written == un + une - right).float()


def _means(numbers: Tensor, names: Sequence[str]) -> list[float]:
    """The mean of the numbers of each name, in the order in which the names first occur."""
    return [
        numbers[torch.tensor([own == name for own in names])].double().mean().item() for name in dict.fromkeys(names)
    ]
