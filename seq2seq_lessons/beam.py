"""Beam search, step by step (lesson 10); `decoding.beam_search` collects the sentences."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.config import is_whole
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
    """One step of a beam search, of the n sentences that are still searched.

    rows: which sentences of the batch these are `(n,)`.
    next_log_probs: of every token after every beginning that was kept `(n, kept before, vocab)`.
    written: the candidates, the most probable continuations of these beginnings, twice as many as the beam is wide and
        the best first `(n, candidates, steps)`.
    parents: the beginning that each of them continues, by its place among those kept `(n, candidates)`.
    log_probs: the sums of their log-probabilities `(n, candidates)`; -inf where there are fewer.
    finished: which have said `<eos>` among the best `width`, or are cut here `(n, candidates)` bool.
    kept: which of them go on, by their place among the candidates `(n, width)`.
    goes_on: False where there are fewer that can go on `(n, width)` bool.
    """

    rows: Tensor
    next_log_probs: Tensor
    written: Tensor
    parents: Tensor
    log_probs: Tensor
    finished: Tensor
    kept: Tensor
    goes_on: Tensor


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
    """A beam search, step by step; `decoding.beam_search` says what it does, and what the arguments mean."""
    rows = state.rows()
    fed = torch.full_like(rows, bos_id)[:, None]  # (n, kept): one beginning a sentence, of no token
    written, log_probs = fed[:, :, None][:, :, :0], torch.zeros(fed.shape, device=fed.device)
    best_scores = torch.full((len(rows), num_best or width), -torch.inf, device=fed.device)  # of finished sentences
    for step in range(1, max_steps + 1):
        logits, state = model.decoder(fed.reshape(-1, 1), state)
        next_log_probs = torch.log_softmax(logits[:, 0], dim=1).unflatten(0, fed.shape)  # (n, kept, vocab)
        sums = (log_probs[:, :, None] + next_log_probs).flatten(1)
        # a beginning can end in one way only: of twice the width at least `width` go on, unless there are fewer at all
        best, where = sums.topk(min(2 * width, sums.shape[1]), dim=1)
        parents, tokens = where // next_log_probs.shape[2], where % next_log_probs.shape[2]
        written = torch.cat((_pick(written, parents), tokens[:, :, None]), dim=2)
        ended = (tokens == eos_id) | (step == max_steps)
        finished = ended & ~best.isneginf()
        finished[:, width:] = False
        kept = torch.argsort(ended.int(), dim=1, stable=True)[:, :width]  # the best that have not ended
        log_probs = best.masked_fill(ended, -torch.inf).gather(1, kept)
        yield BeamStep(rows, next_log_probs, written, parents, best, finished, kept, ~log_probs.isneginf())

        scores = (best / step**length_penalty).masked_fill(~finished, -torch.inf)
        best_scores = torch.cat((best_scores, scores), dim=1).topk(best_scores.shape[1], dim=1).values
        # a sum falls with every token: no beginning ends with a better score than its sum has at full length
        hope = log_probs[:, 0] / max_steps**length_penalty
        is_over = finished[:, 0] & (width == 1)  # greedy decoding ends where its sentence ends
        going = ((hope > best_scores[:, -1]) & ~is_over).nonzero()[:, 0]
        if len(going) == 0:
            return
        rows, kept, log_probs, best_scores = rows[going], kept[going], log_probs[going], best_scores[going]
        state = state.select((going[:, None] * fed.shape[1] + parents[going].gather(1, kept)).flatten())
        fed, written = tokens[going].gather(1, kept), _pick(written[going], kept)


def _pick(beginnings: Tensor, parents: Tensor) -> Tensor:
    """Of the beginnings `(n, places, steps)` those at `parents (n, chosen)`."""
    return beginnings.gather(1, parents[:, :, None].expand(-1, -1, beginnings.shape[2]))


def hypothesis_of(tokens: list[int], log_prob: float, eos_id: int, length_penalty: float) -> Hypothesis:
    """A hypothesis from its tokens, `<eos>` included if it ended, and their log-probability."""
    score = log_prob / len(tokens) ** length_penalty
    return Hypothesis(tokens[:-1] if tokens[-1] == eos_id else tokens, log_prob, score)


def check_search(width: int, length_penalty: float, num_best: int | None) -> None:
    """ValueError for a setting of a search that is out of its range."""
    if not is_whole(width) or width < 1:
        raise ValueError(f"the beam's width is {width!r}; expected a whole number of at least 1 (1 is greedy decoding)")
    if not (isinstance(length_penalty, int | float) and 0 <= length_penalty < math.inf):
        raise ValueError(f"length_penalty is {length_penalty!r}; expected a number of at least 0")
    if num_best is not None and not (is_whole(num_best) and 1 <= num_best <= width):
        raise ValueError(f"num_best is {num_best!r}; a beam of width {width} finds 1 to {width}: take a wider one")
