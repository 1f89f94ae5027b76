"""An explorer of attention: at one step all the weight is put on one source word, and the decoder goes on."""

from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.attention import AttentionDecoder
from seq2seq_lessons.decoder import DecoderState, top_layer
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.plots.attention import forced_look
from seq2seq_lessons.plots.style import BLUE, ORANGE
from seq2seq_lessons.translator import Translator

from .controls import Choice, Steps
from .encoding import source_of
from .frames import Frame, Law, frame_of
from .live import LiveExplorer
from .writing import NUM_BARS, Run, best_tokens, cut, run_of

AS_IT_IS = "with its own weights"
MORE = 2  # steps beyond its own translation for which the picture has room


class Look(NamedTuple):
    """A greedy translation with all that each step looked at.

    run: what was written.
    weights: each step's own, whatever was forced upon it `(steps, source)`.
    used: those that its context was made with `(steps, source)`.
    """

    run: Run
    weights: Tensor
    used: Tensor

    def same_until(self, other: "Look", step: int) -> bool:
        """Whether the numbers are the same up to and including `step`, and the words before it."""
        pairs = ((self.weights, other.weights), (self.used, other.used))
        return self.run.same_until(other.run, step) and all(torch.equal(a[:step], b[:step]) for a, b in pairs)


def look(translator: Translator, sentence: str, step: int | None = None, place: int | None = None) -> Look:
    """Translate a sentence greedily; at `step` (from 1) all the weight is put on source token `place` (from 0).

    Raises:
        ValueError: no token to read, or a translator without attention.
    """
    decoder = translator.model.decoder
    if not isinstance(decoder, AttentionDecoder):
        raise ValueError("this translator has no attention: train one with ModelConfig(attention=True)")
    start = translator.read(sentence)

    def steered(number: int, state: DecoderState) -> DecoderState:
        if number + 1 != step:
            return DecoderState(start.context, state.hidden)
        values, keys, mask = start.context
        only = torch.zeros_like(mask)
        only[:, place] = True
        return DecoderState((values, keys, only), state.hidden)

    steps = translator.write(start, edit=steered)
    with inference(translator.model):
        states = [(top_layer(at.before.hidden), at.before.context) for at in steps]
        weights = torch.cat([decoder.attend(query, start.context)[1] for query, _ in states]).cpu()
        used = torch.cat([decoder.attend(query, context)[1] for query, context in states]).cpu()
    return Look(run_of(steps, translator.target_vocab), weights, used)


def look_elsewhere(
    translator: Translator, sentence: str, start: tuple[int, int] = (1, 0), steps: int | None = None
) -> LiveExplorer:
    """At any step, put all the weight on any source word; see the next word's probabilities and the new translation.

    Cures: "where it looks is why it says so"; "attention copies the word that it looks at".
    Law: the weights sum to 1 at every step, forced or not, and before the forced step nothing changes.

    Args:
        translator: trained with attention.
        sentence: what it translates, of at least one token.
        start: the first step, and which source token it looks at, counted from 1, or 0 for its own weights.
        steps: offer this many steps at most.

    Raises:
        ValueError: as `look`.
    """
    own, (tokens, _), vocab = look(translator, sentence), source_of(translator, sentence), translator.target_vocab
    written = own.run.tokens
    last = min(len(written), steps or len(written))
    looks = {
        (step, choice): look(translator, sentence, step, choice - 1) if choice else own
        for step in range(1, last + 1)
        for choice in range(len(tokens) + 1)
    }
    columns = min(max(len(forced.run.tokens) for forced in looks.values()), len(written) + MORE)
    words = (
        "The weights of a step over the source tokens; the translation as it was, and with all the weight of the "
        f"step on one token; bars of the {NUM_BARS} most probable words at the step, both ways."
    )
    draw = partial(forced_look, k=NUM_BARS, columns=columns, words=words)

    def frame_at(step: int, choice: int) -> Frame:
        forced, place = looks[step, choice], choice - 1 if choice else None
        title = f"all weight on '{tokens[place]}'" if place is not None else AS_IT_IS
        bars = [
            best_tokens(name, run.probabilities[step - 1], vocab, {run.tokens[step - 1]: colour})
            for name, run, colour in ((AS_IT_IS, own.run, BLUE), (title, forced.run, ORANGE))
        ]
        weights, said = own.weights[step - 1].tolist(), cut(forced.run.tokens, columns)
        picture = draw(tokens, weights, written, said, step, place, bars)
        then = f"looks at '{tokens[place]}'" if place is not None else "left alone"
        return frame_of(picture, f"Step {step}, {then}: {_said(own.run, forced.run, step)}", _law(own, forced, step))

    controls = [Steps(last, start=start[0]), Choice("all weight on", ["as it is", *tokens], start[1])]
    return LiveExplorer("Look elsewhere", words, controls, frame_at)


def _said(own: Run, forced: Run, step: int) -> str:
    was, now = own.tokens[step - 1], forced.tokens[step - 1]
    instead = "" if now == was else f" instead of '{was}'"
    return f"writes '{now}'{instead}; in the end '{forced.sentence}'"


def _law(own: Look, forced: Look, step: int) -> Law:
    sums = torch.cat((own.used, forced.used)).sum(dim=1)
    holds = bool((sums - 1).abs().max() < 1e-5) and forced.same_until(own, step - 1)
    return Law(f"the weights of every step sum to 1, and before step {step} nothing changes", holds)
