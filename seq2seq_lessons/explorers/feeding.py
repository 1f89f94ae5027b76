"""The explorer of lesson 09: one sentence decoded on right words, and on the decoder's own."""

from typing import NamedTuple

from torch import Tensor

from seq2seq_lessons.decoding import most_probable
from seq2seq_lessons.plots.bars import Bars
from seq2seq_lessons.plots.feeding import GOLD, OWN, Feeding, two_feedings
from seq2seq_lessons.plots.style import BLUE, ORANGE
from seq2seq_lessons.text import Vocab, pad_rows, tokenize
from seq2seq_lessons.translator import Translator

from .controls import Choice, Steps
from .frames import Frame, Law, frame_of
from .stepped import Explorer
from .writing import NUM_BARS, Run, best_tokens, run_of


def gold_or_own(translator: Translator, source: str, target: str) -> Explorer:
    """A sentence decoded twice, step by step: fed the right tokens, and fed the decoder's own most probable ones.

    Cures: "low training loss means good translations".
    Law: both runs are identical up to and including the step of the first error; they differ in what follows it.

    Args:
        translator: a trained one.
        source, target: a sentence and its right translation, each of at least one token.

    Raises:
        ValueError: a sentence without a token.
    """
    if not tokenize(source) or not tokenize(target):
        raise ValueError(f"source {source!r}, target {target!r}: expected a token to read and a token to say")
    both = _decoded(translator, source, target)
    steps, first = len(both.must_say), both.first_error
    law = Law(
        "both ways are identical up to and including the step of the first error",
        both.runs[GOLD].same_until(both.runs[OWN], first or steps),
    )
    words = (
        "What the decoder is fed and what it says, step by step, on right words or on its own; the probability "
        f"of the word that it must say, both ways; bars of the {NUM_BARS} most probable words at the step."
    )

    def frame_at(step: int, way: int) -> Frame:
        name = (GOLD, OWN)[way]
        bars, status = both.at(step, name, translator.target_vocab)
        picture = two_feedings(both.must_say, *both.feedings, step=step, shown=name, bars=bars, k=NUM_BARS, words=words)
        return frame_of(picture, status, law)

    # opens on its own words, two steps after the first error, where the two ways have parted
    controls = [
        Steps(steps, start=min(first + 2, steps) if first else steps),
        Choice("the decoder is fed", ("gold words", "own words"), start=1),
    ]
    return Explorer("Gold or own words", words, controls, frame_at)


class _Decoded(NamedTuple):
    """A sentence decoded both ways.

    must_say: the right tokens, `<eos>` included.
    runs: GOLD or OWN -> what was written. feedings: the same to be drawn, in that order.
    """

    must_say: list[str]
    runs: dict[str, Run]
    feedings: list[Feeding]

    @property
    def first_error(self) -> int:
        """The step, from 1, at which it first says another token than it must; 0 if there is none."""
        pairs = zip(self.feedings[0].said, self.must_say, strict=True)
        return next((step for step, (said, must) in enumerate(pairs, 1) if said != must), 0)

    def at(self, step: int, name: str, vocab: Vocab) -> tuple[Bars, str]:
        """The bars and the status line at a step, fed in one of the two ways."""
        run = self.runs[name]
        if step > len(run.tokens):
            ended = f"Step {step}, its own words: the sentence has ended"
            return Bars(f"step {step}: nothing is fed after <eos>", [], [], {}), ended
        feeding = self.feedings[(GOLD, OWN).index(name)]
        fed, said, must = feeding.fed[step - 1], feeding.said[step - 1], self.must_say[step - 1]
        title = f"step {step}: the most probable tokens after '{fed}'"
        bars = best_tokens(title, run.probabilities[step - 1], vocab, {said: ORANGE} | {must: BLUE})
        error = " (the first error)" if step == self.first_error else ""
        return bars, f"Step {step}, fed {name} '{fed}': says '{said}', must say '{must}'{error}"


def _decoded(translator: Translator, source: str, target: str) -> _Decoded:
    """Its own run ends with `<eos>`, at the latest with the right one."""
    vocab, start = translator.target_vocab, translator.read(source)
    labels = pad_rows([tokenize(target)], vocab, translator.train_config.num_steps)[0].to(translator.device)

    def right(number: int, logits: Tensor) -> Tensor:
        return labels[:, number]

    runs = {
        name: run_of(translator.write(start, choose, labels.shape[1]), vocab)
        for name, choose in ((GOLD, right), (OWN, most_probable))
    }
    return _Decoded(vocab.decode(labels[0]), runs, [_feeding(run, labels[0].cpu(), vocab) for run in runs.values()])


def _feeding(run: Run, labels: Tensor, vocab: Vocab) -> Feeding:
    right = run.probabilities.gather(1, labels[: len(run.tokens), None])[:, 0]
    return Feeding(run.fed, vocab.decode(run.logits.argmax(dim=1)), right.tolist())
