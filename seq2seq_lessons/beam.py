"""Beam search, step by step (lesson 10); `decoding.beam_search` collects the sentences."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.decoder import DecoderState
from seq2seq_lessons.model import EncoderDecoder
from seq2seq_lessons.text import Vocab


class Hypothesis(NamedTuple):
    """A translation that a search has found.

    ids: its tokens, without `<bos>` and `<eos>`.
    log_prob: the sum of its tokens' log-probabilities in nats, that of `<eos>` included if it ended.
    score: log_prob / length ** length_penalty, by which hypotheses are ranked; the length counts `<eos>`.
    """

    ids: list[int]
    log_prob: float
    score: float


class BeamStep(NamedTuple):
    """One step of a beam search, of the n sentences that are still searched; a beginning is a place in the beam.

    rows: which sentences of the batch these are `(n,)`.
    next_log_probs: of every token after every beginning that was kept before `(n, places before, vocab)`.
    parents: the beginning that each of the best goes on from, by its place before `(n, places)`.
    written: the best beginnings so far, the best first `(n, places, steps)`.
    log_probs: the sums of their log-probabilities `(n, places)`; -inf where there are fewer.
    ended: which of them have said `<eos>`, or are cut here `(n, places)` bool; the others go on.
    """

    rows: Tensor
    next_log_probs: Tensor
    parents: Tensor
    written: Tensor
    log_probs: Tensor
    ended: Tensor


def beam_steps(
    model: EncoderDecoder,
    state: DecoderState,
    max_steps: int = 50,
    width: int = 5,
    length_penalty: float = 1.0,
    num_best: int | None = None,
    bos_id: int = Vocab.bos_id,
    eos_id: int = Vocab.eos_id,
) -> Iterator[BeamStep]:
    """A beam search, step by step; `beam_search` says what it does, and what the arguments mean."""
    rows = state.rows()
    fed = torch.full_like(rows, bos_id)[:, None]
    written = fed[:, :, None][:, :, :0]  # (n, places, steps): one beginning a sentence, of no token
    log_probs = torch.zeros(fed.shape, device=fed.device)
    free = torch.full_like(rows, width)  # places that no finished sentence holds
    best_scores = torch.full((len(rows), num_best or width), -torch.inf, device=fed.device)  # of finished ones
    for step in range(1, max_steps + 1):
        logits, state = model.decoder(fed.reshape(-1, 1), state)
        next_log_probs = torch.log_softmax(logits[:, 0], dim=1).unflatten(0, fed.shape)  # (n, places, vocab)
        sums = (log_probs[:, :, None] + next_log_probs).flatten(1)
        best, where = sums.topk(min(width, sums.shape[1]), dim=1)
        best = best.masked_fill(torch.arange(best.shape[1], device=fed.device) >= free[:, None], -torch.inf)
        parents, tokens = where // next_log_probs.shape[2], where % next_log_probs.shape[2]
        written = torch.cat((_pick(written, parents), tokens[:, :, None]), dim=2)
        ended = ((tokens == eos_id) | (step == max_steps)) & ~best.isneginf()
        yield BeamStep(rows, next_log_probs, parents, written, best, ended)

        free = free - ended.sum(dim=1)
        scores = (best / step**length_penalty).masked_fill(~ended, -torch.inf)
        best_scores = torch.cat((best_scores, scores), dim=1).topk(best_scores.shape[1], dim=1).values
        log_probs = best.masked_fill(ended, -torch.inf)
        # a sum falls with every token: a beginning ends with no better score than its sum has at full length
        hope = log_probs.amax(dim=1) / max_steps**length_penalty
        going = (hope > best_scores[:, -1]).nonzero()[:, 0]
        if len(going) == 0:
            return
        state = state.select((going[:, None] * fed.shape[1] + parents[going]).flatten())
        rows, fed, written = rows[going], tokens[going], written[going]
        log_probs, free, best_scores = log_probs[going], free[going], best_scores[going]


def _pick(beginnings: Tensor, parents: Tensor) -> Tensor:
    """Of the beginnings `(n, places before, steps)` those at `parents (n, places)`."""
    return beginnings.gather(1, parents[:, :, None].expand(-1, -1, beginnings.shape[2]))


def hypothesis_of(tokens: list[int], log_prob: float, eos_id: int, length_penalty: float) -> Hypothesis:
    """A hypothesis from its tokens, `<eos>` included if it ended, and their log-probability."""
    score = log_prob / len(tokens) ** length_penalty
    return Hypothesis(tokens[:-1] if tokens[-1] == eos_id else tokens, log_prob, score)


def check_search(width: int, length_penalty: float, num_best: int | None) -> None:
    """ValueError for a setting of a search that is out of its range."""
    if width < 1:
        raise ValueError(f"width is {width!r}; expected a whole number of at least 1 (1 is greedy decoding)")
    if not 0 <= length_penalty < math.inf:
        raise ValueError(f"length_penalty is {length_penalty!r}; expected a number of at least 0")
    if num_best is not None and not 1 <= num_best <= width:
        raise ValueError(f"num_best is {num_best!r}; a beam of width {width} finds 1 to {width}: take a wider one")
