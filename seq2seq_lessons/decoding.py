"""Writing a translation, token by token (greedy in lesson 05, search in lesson 10)."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.beam import Hypothesis, beam_steps, check_search, hypothesis_of
from seq2seq_lessons.decoder import DecoderState
from seq2seq_lessons.model import EncoderDecoder, inference
from seq2seq_lessons.text import Vocab

MAX_SENTENCES = 100_000  # that exhaustive search scores


class Step(NamedTuple):
    """One step of decoding, of the n sentences that are still being written.

    number: of the step, from 0.
    rows: which sentences of the batch these are `(n,)`.
    fed: the ids that the decoder reads `(n,)`.
    before, after: the state that the step starts from, and the one that it leaves.
    logits: the scores of every token as the next one `(n, vocab)`.
    chosen: the ids that are written `(n,)`, and fed in the next step.
    """

    number: int
    rows: Tensor
    fed: Tensor
    before: DecoderState
    logits: Tensor
    after: DecoderState
    chosen: Tensor


Choose = Callable[[int, Tensor], Tensor]
Edit = Callable[[int, DecoderState], DecoderState]


def most_probable(number: int, logits: Tensor) -> Tensor:
    """Greedy's choice, whatever the step: the ids `(n,)` of the highest of the logits `(n, vocab)`."""
    return logits.argmax(dim=1)


def decode(
    model: EncoderDecoder,
    state: DecoderState,
    choose: Choose = most_probable,
    max_steps: int = 50,
    bos_id: int = Vocab.bos_id,
    eos_id: int | None = Vocab.eos_id,
    edit: Edit | None = None,
) -> Iterator[Step]:
    """Write step by step: feed a token, score the next one, choose, feed what was chosen.

    A sentence that has said `<eos>` leaves the batch. Gradients and dropout are as the caller has them (`inference`).

    Args:
        model: an EncoderDecoder.
        state: what the decoder starts from, see `EncoderDecoder.init_state`.
        choose: from a step's number and its logits `(n, vocab)` to the ids that are written `(n,)`. Greedy decoding,
            sampling, a forced word and right words instead of the decoder's own are such choices.
        max_steps: sentences that have not ended by then are cut.
        bos_id, eos_id: of the target vocabulary; with eos_id None no sentence leaves the batch, and nothing is read
            back from the device.
        edit: changes the state that a step starts from, given the step's number and the state.
    """
    rows = state.rows()
    fed = torch.full_like(rows, bos_id)
    for number in range(max_steps):
        before = edit(number, state) if edit else state
        logits, state = model.decoder(fed[:, None], before)
        chosen = choose(number, logits[:, 0])
        yield Step(number, rows, fed, before, logits[:, 0], state, chosen)
        fed = chosen
        if eos_id is not None:
            going = (chosen != eos_id).nonzero()[:, 0]
            if len(going) == 0:
                return
            if len(going) < len(rows):
                rows, fed, state = rows[going], chosen[going], state.select(going)


def greedy(
    model: EncoderDecoder,
    X: Tensor,
    valid_len: Tensor | None = None,
    bos_id: int = Vocab.bos_id,
    eos_id: int = Vocab.eos_id,
    max_steps: int = 50,
) -> list[list[int]]:
    """Translate a batch, always taking the most probable next token and feeding it back.

    Args:
        model: an EncoderDecoder.
        X: source ids `(batch, steps)` int64, on the model's device.
        valid_len: real tokens per source `(batch,)` int64, best on the host; None when nothing is padded.
        bos_id, eos_id: of the target vocabulary.
        max_steps: a sentence that has not ended by then is cut.

    Returns:
        for each source the target ids, without `<bos>` and `<eos>`.
    """
    with inference(model):
        steps = decode(model, model.init_state(X, valid_len), most_probable, max_steps, bos_id, eos_id)
        return _sentences(steps, len(X), eos_id)


def sample(
    model: EncoderDecoder,
    X: Tensor,
    valid_len: Tensor | None = None,
    bos_id: int = Vocab.bos_id,
    eos_id: int = Vocab.eos_id,
    max_steps: int = 50,
    temperature: float = 1.0,
    top_k: int | None = None,
    generator: torch.Generator | None = None,
) -> list[list[int]]:
    """Translate a batch, drawing each next token from the model's own probabilities.

    Args:
        temperature: the logits are divided by it before the softmax: below 1 the draw leans to the best tokens, above
            1 to all alike. The order of the tokens stays.
        top_k: draw from this many most probable tokens only; None for all.
        generator: of the CPU, so that a seed means the same on every device; torch's own when left out.
        model, X, valid_len, bos_id, eos_id, max_steps: as in `greedy`, whose result it returns the like of.

    Raises:
        ValueError: a temperature that is not above 0, or a top_k below 1.
    """
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature!r}; expected a number above 0 (for the limit at 0 use greedy)")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k is {top_k!r}; expected a whole number of at least 1, or None for all tokens")

    def draw(number: int, logits: Tensor) -> Tensor:
        if top_k is not None and top_k < logits.shape[1]:
            kept = logits.topk(top_k, dim=1)
            logits = torch.full_like(logits, -torch.inf).scatter(1, kept.indices, kept.values)
        probabilities = torch.softmax(logits.float() / temperature, dim=1).cpu()
        return torch.multinomial(probabilities, 1, generator=generator)[:, 0].to(logits.device)

    with inference(model):
        steps = decode(model, model.init_state(X, valid_len), draw, max_steps, bos_id, eos_id)
        return _sentences(steps, len(X), eos_id)


def _sentences(steps: Iterable[Step], batch_size: int, eos_id: int) -> list[list[int]]:
    """Each sentence's ids, from the steps in which they were chosen."""
    columns = []
    for step in steps:
        columns.append(step.chosen.new_full((batch_size,), eos_id).index_put((step.rows,), step.chosen))
    rows = torch.stack(columns, dim=1).tolist() if columns else [[] for _ in range(batch_size)]
    return [row[: row.index(eos_id)] if eos_id in row else row for row in rows]


def beam_search(
    model: EncoderDecoder,
    X: Tensor,
    valid_len: Tensor | None = None,
    bos_id: int = Vocab.bos_id,
    eos_id: int = Vocab.eos_id,
    max_steps: int = 50,
    width: int = 5,
    length_penalty: float = 1.0,
    num_best: int | None = None,
) -> list[list[Hypothesis]]:
    """Translate a batch, keeping the `width` most probable beginnings of each sentence at every step.

    A beginning that says `<eos>` while it is among them is finished. A sentence leaves the batch when no beginning can
    end with a score that would change what is returned. What has not ended after max_steps is cut and counts as it is.

    Args:
        width: 1 is greedy decoding: the search ends where its one sentence ends.
        length_penalty: 1 ranks by the mean log-probability of a token; 0 by the plain sum, which favours short
            sentences; above 1 favours long ones.
        num_best: how many hypotheses are wanted; all `width` when left out. With fewer the search ends earlier.
        model, X, valid_len, bos_id, eos_id, max_steps: as in `greedy`.

    Returns:
        for each source its hypotheses, the best first, at least one.

    Raises:
        ValueError: a width below 1, a num_best that is not 1 to width, or a negative length_penalty.

    Source: Wu et al. 2016 (arXiv 1609.08144), section 7, for a length penalty, of which this is the plain form.
    """
    check_search(width, length_penalty, num_best)
    found: list[list[Hypothesis]] = [[] for _ in range(len(X))]
    with inference(model):
        state = model.init_state(X, valid_len)
        for step in beam_steps(model, state, max_steps, width, length_penalty, num_best, bos_id, eos_id):
            rows = step.rows[step.finished.nonzero()[:, 0]].tolist()
            for row, ids, log_prob in zip(
                rows, step.written[step.finished].tolist(), step.log_probs[step.finished].tolist(), strict=True
            ):
                found[row].append(hypothesis_of(ids, log_prob, eos_id, length_penalty))
    return [sorted(hypotheses, key=lambda h: -h.score)[: num_best or width] for hypotheses in found]


def exhaustive_search(
    model: EncoderDecoder,
    X: Tensor,
    valid_len: Tensor | None = None,
    bos_id: int = Vocab.bos_id,
    eos_id: int = Vocab.eos_id,
    max_steps: int = 4,
    length_penalty: float = 1.0,
) -> list[Hypothesis]:
    """Score every sentence of at most max_steps tokens, `<eos>` included: what a search would find if it could wait.

    Args:
        X: one source, ids `(1, steps)`.
        model, valid_len, bos_id, eos_id, max_steps, length_penalty: as in `beam_search`.

    Returns:
        all hypotheses, the best first.

    Raises:
        ValueError: more than one source, more than 100,000 sentences to score, or a negative length_penalty.
    """
    check_search(1, length_penalty, None)
    vocab_size = model.decoder.embedding.num_embeddings
    num_sentences = sum((vocab_size - 1) ** t for t in range(max_steps + 1))
    if X.shape[0] != 1 or num_sentences > MAX_SENTENCES:
        raise ValueError(
            f"{X.shape[0]} sources and {num_sentences:,} sentences of up to {max_steps} of {vocab_size} tokens; "
            f"expected one source and at most {MAX_SENTENCES:,}: try beam_search"
        )
    words = [token for token in range(vocab_size) if token != eos_id]
    hypotheses = []
    with inference(model):
        state = model.init_state(X, valid_len)
        for num_words in range(max_steps + 1):
            ending = [eos_id] if num_words < max_steps else []
            ids = torch.tensor([[*said, *ending] for said in product(words, repeat=num_words)], device=X.device)
            fed = torch.cat((torch.full_like(ids[:, :1], bos_id), ids[:, :-1]), dim=1)
            logits, _ = model.decoder(fed, state.select(torch.zeros(len(ids), dtype=torch.int64, device=X.device)))
            log_probs = torch.log_softmax(logits, dim=2).gather(2, ids[:, :, None]).sum(dim=(1, 2))
            hypotheses += [
                hypothesis_of(said, log_prob, eos_id, length_penalty)
                for said, log_prob in zip(ids.tolist(), log_probs.tolist(), strict=True)
            ]
    return sorted(hypotheses, key=lambda h: -h.score)
