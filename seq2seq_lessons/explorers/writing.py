"""What a decoder writes, word by word, as the explorers of decoding look at it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.decoder import top_layer
from seq2seq_lessons.decoding import Step
from seq2seq_lessons.plots.bars import Bars
from seq2seq_lessons.text import BOS, EOS, Vocab

NUM_BARS = 4  # of the most probable tokens of a step


class Run(NamedTuple):
    """A sentence that was written, by whatever choice.

    tokens: what was chosen at each step, `<eos>` included.
    logits: of every token at each step `(steps, vocab)`, on the CPU.
    states: the decoder's top layer after each step `(steps, num_hiddens)`, on the CPU.
    """

    tokens: list[str]
    logits: Tensor
    states: Tensor

    @property
    def fed(self) -> list[str]:
        """What the decoder read at each step."""
        return [BOS, *self.tokens[:-1]]

    @property
    def probabilities(self) -> Tensor:
        """Of every token at each step `(steps, vocab)`."""
        return torch.softmax(self.logits, dim=1)

    @property
    def sentence(self) -> str:
        """The tokens without `<eos>`, joined by spaces."""
        return " ".join(token for token in self.tokens if token != EOS)

    def same_until(self, other: "Run", step: int) -> bool:
        """Whether the numbers are the same up to and including `step`, and the words before it."""
        return (
            self.fed[:step] == other.fed[:step]
            and torch.equal(self.logits[:step], other.logits[:step])
            and torch.equal(self.states[:step], other.states[:step])
        )


def run_of(steps: Sequence[Step], vocab: Vocab) -> Run:
    """The steps of one sentence (`Translator.write`), of a decoder with that vocabulary."""
    return Run(
        vocab.decode(torch.cat([step.chosen for step in steps])),
        torch.cat([step.logits for step in steps]).float().cpu(),
        torch.cat([top_layer(step.after.hidden) for step in steps]).float().cpu(),
    )


def best_tokens(title: str, probabilities: Tensor, vocab: Vocab, colours: Mapping[str, str]) -> Bars:
    """Bars of the most probable tokens; probabilities `(vocab,)`."""
    best = probabilities.topk(min(NUM_BARS, len(vocab)))
    return Bars(title, vocab.decode(best.indices), best.values.tolist(), colours)


def cut(tokens: list[str], columns: int) -> list[str]:
    """The tokens, as far as a picture has room for them."""
    return tokens if len(tokens) <= columns else [*tokens[: columns - 1], "…"]
