"""Writing a translation, token by token (greedy in lesson 05, search in lesson 10)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq_lessons.model import EncoderDecoder


@contextmanager
def inference(model: nn.Module) -> Iterator[None]:
    """No gradients and no dropout inside the block; afterwards the model is in the mode that it was in."""
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(was_training)


def greedy(
    model: EncoderDecoder, X: Tensor, valid_len: Tensor | None, bos_id: int, eos_id: int, max_steps: int = 50
) -> list[list[int]]:
    """Translate a batch, always taking the most probable next token and feeding it back.

    A sentence that has said `<eos>` leaves the batch.

    Args:
        model: an EncoderDecoder.
        X: source ids `(batch, steps)` int64, on the model's device.
        valid_len: real tokens per source `(batch,)` int64, best on the host; None when nothing is padded.
        bos_id, eos_id: of the target vocabulary.
        max_steps: a sentence that has not ended by then is cut.

    Returns:
        for each source the target ids, without `<bos>` and `<eos>`.
    """
    return _write(model, X, valid_len, bos_id, eos_id, max_steps, lambda logits: logits.argmax(dim=1))


def sample(
    model: EncoderDecoder,
    X: Tensor,
    valid_len: Tensor | None,
    bos_id: int,
    eos_id: int,
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

    def draw(logits: Tensor) -> Tensor:
        if top_k is not None and top_k < logits.shape[1]:
            kept = logits.topk(top_k, dim=1)
            logits = torch.full_like(logits, -torch.inf).scatter(1, kept.indices, kept.values)
        probabilities = torch.softmax(logits.float() / temperature, dim=1).cpu()
        return torch.multinomial(probabilities, 1, generator=generator)[:, 0].to(logits.device)

    return _write(model, X, valid_len, bos_id, eos_id, max_steps, draw)


def _write(model, X, valid_len, bos_id, eos_id, max_steps, choose: Callable[[Tensor], Tensor]) -> list[list[int]]:
    """Decode token by token; `choose` turns logits `(sentences, vocab)` into ids `(sentences,)`."""
    batch_size = X.shape[0]
    tokens = torch.full((batch_size, max_steps), eos_id, device=X.device)
    with inference(model):
        state = model.decoder.init_state(model.encoder(X, valid_len), valid_len)
        last = torch.full((batch_size,), bos_id, device=X.device)
        alive = torch.arange(batch_size, device=X.device)
        for t in range(max_steps):
            logits, state = model.decoder(last[:, None], state)
            last = choose(logits[:, 0])
            tokens[alive, t] = last
            going = (last != eos_id).nonzero()[:, 0]
            if len(going) == 0:
                break
            if len(going) < len(alive):
                alive, last, state = alive[going], last[going], state.select(going)
    return [row[: row.index(eos_id)] if eos_id in row else row for row in tokens.tolist()]


class Hypothesis(NamedTuple):
    """A translation that a search has found.

    ids: its tokens, without `<bos>` and `<eos>`.
    log_prob: the sum of its tokens' log-probabilities in nats, that of `<eos>` included if it ended.
    score: log_prob / length ** length_penalty, by which hypotheses are ranked; the length counts `<eos>`.
    """

    ids: list[int]
    log_prob: float
    score: float


def beam_search(
    model: EncoderDecoder,
    X: Tensor,
    valid_len: Tensor | None,
    bos_id: int,
    eos_id: int,
    max_steps: int = 50,
    width: int = 5,
    length_penalty: float = 0.0,
) -> list[list[Hypothesis]]:
    """Translate a batch, keeping the `width` most probable beginnings of each sentence at every step.

    A beginning that says `<eos>` while it is among the best `width` is finished. A sentence leaves the batch when it
    has `width` finished ones and none that is still being written is more probable than all of them. Beginnings that
    have not ended after max_steps are cut and count as they are.

    Args:
        width: 1 is greedy decoding.
        length_penalty: 0 ranks by the plain sum of log-probabilities, which favours short sentences; 1 by their mean;
            above 1 favours long ones.
        model, X, valid_len, bos_id, eos_id, max_steps: as in `greedy`.

    Returns:
        for each source its hypotheses, the best first, at least one.

    Raises:
        ValueError: a width below 1.

    Source: Wu et al. 2016 (arXiv 1609.08144), section 7, for a length penalty; this is its plain form.
    """
    if width < 1:
        raise ValueError(f"width is {width!r}; expected a whole number of at least 1 (1 is greedy decoding)")
    device = X.device
    found: list[list[Hypothesis]] = [[] for _ in range(X.shape[0])]
    alive = list(range(X.shape[0]))  # the sentences still in the batch
    with inference(model):
        state = model.decoder.init_state(model.encoder(X, valid_len), valid_len)
        # one beginning per sentence, then up to `width` of them, each a row of the decoder's batch
        last = torch.full((len(alive), 1), bos_id, device=device)
        written = torch.zeros(len(alive), 1, 0, dtype=torch.int64, device=device)
        log_probs = torch.zeros(len(alive), 1, device=device)
        for step in range(1, max_steps + 1):
            logits, state = model.decoder(last.reshape(-1, 1), state)
            next_log_probs = torch.log_softmax(logits, dim=2).reshape(*last.shape, -1)  # (alive, width, vocab)
            extended = (log_probs[:, :, None] + next_log_probs).flatten(1)
            # each beginning can end in one way only, so among twice the width there are `width` that go on, unless
            # there are fewer at all
            best, where = extended.topk(min(2 * width, extended.shape[1]), dim=1)
            beam, token = where // logits.shape[2], where % logits.shape[2]
            rows = torch.arange(len(alive), device=device)[:, None]
            written = torch.cat((written[rows, beam], token[:, :, None]), dim=2)  # (alive, 2 * width, step)

            ended = token == eos_id
            noted = (ended | (step == max_steps)) & ~best.isneginf()
            noted[:, width:] = False
            said, log_prob = written[noted].tolist(), best[noted].tolist()
            for row, *hypothesis in zip(noted.nonzero()[:, 0].tolist(), said, log_prob, strict=True):
                found[alive[row]].append(_hypothesis(*hypothesis, eos_id, length_penalty))
            going = torch.argsort(ended.int(), dim=1, stable=True)[:, :width]  # the best that have not ended
            hope = best.gather(1, going[:, :1]).flatten().tolist()  # of the most probable of these
            keep = [
                row
                for row, sentence in enumerate(alive)
                if len(found[sentence]) < width or hope[row] > max(h.log_prob for h in found[sentence])
            ]
            alive = [alive[row] for row in keep]
            if not alive:
                break
            rows, going = rows[keep], going[keep]
            state = state.select((rows * last.shape[1] + beam[rows, going]).flatten())
            log_probs = best[rows, going].masked_fill(ended[rows, going], -torch.inf)  # where there are fewer
            last, written = token[rows, going], written[rows, going]
    return [sorted(hypotheses, key=lambda h: -h.score)[:width] for hypotheses in found]


MAX_SENTENCES = 100_000


def exhaustive_search(
    model: EncoderDecoder,
    X: Tensor,
    valid_len: Tensor | None,
    bos_id: int,
    eos_id: int,
    max_steps: int,
    length_penalty: float = 0.0,
) -> list[Hypothesis]:
    """Score every sentence of at most max_steps tokens, `<eos>` included: what a search would find if it could wait.

    Args:
        X: one source, ids `(1, steps)`.
        model, valid_len, bos_id, eos_id, max_steps, length_penalty: as in `beam_search`.

    Returns:
        all hypotheses, the best first.

    Raises:
        ValueError: more than one source, or more than 100,000 sentences to score.
    """
    vocab_size = model.decoder.embedding.num_embeddings
    num_sentences = sum((vocab_size - 1) ** t for t in range(max_steps + 1))
    if X.shape[0] != 1 or num_sentences > MAX_SENTENCES:
        raise ValueError(
            f"{X.shape[0]} sources and {num_sentences:,} sentences of up to {max_steps} of {vocab_size} "
            f"tokens; expected one source and at most {MAX_SENTENCES:,}: try beam_search"
        )
    words = [token for token in range(vocab_size) if token != eos_id]
    hypotheses = []
    with inference(model):
        state = model.decoder.init_state(model.encoder(X, valid_len), valid_len)
        for num_words in range(max_steps + 1):
            ending = [eos_id] if num_words < max_steps else []
            ids = torch.tensor([[*said, *ending] for said in product(words, repeat=num_words)], device=X.device)
            fed = torch.cat((torch.full_like(ids[:, :1], bos_id), ids[:, :-1]), dim=1)
            logits, _ = model.decoder(fed, state.select(torch.zeros(len(ids), dtype=torch.int64, device=X.device)))
            log_probs = torch.log_softmax(logits, dim=2).gather(2, ids[:, :, None]).sum(dim=(1, 2))
            hypotheses += [
                _hypothesis(said, log_prob, eos_id, length_penalty)
                for said, log_prob in zip(ids.tolist(), log_probs.tolist(), strict=True)
            ]
    return sorted(hypotheses, key=lambda h: -h.score)


def _hypothesis(tokens: list[int], log_prob: float, eos_id: int, length_penalty: float) -> Hypothesis:
    score = log_prob / len(tokens) ** length_penalty
    return Hypothesis(tokens[:-1] if tokens[-1] == eos_id else tokens, log_prob, score)
