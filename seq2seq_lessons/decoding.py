"""Writing a translation, token by token (greedy in lesson 05, search in lesson 10)."""

from collections.abc import Iterator
from contextlib import contextmanager

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
    batch_size = X.shape[0]
    tokens = torch.full((batch_size, max_steps), eos_id, device=X.device)
    with inference(model):
        state = model.decoder.init_state(model.encoder(X, valid_len), valid_len)
        last = torch.full((batch_size, 1), bos_id, device=X.device)
        alive = torch.arange(batch_size, device=X.device)
        for t in range(max_steps):
            logits, state = model.decoder(last, state)
            last = logits.argmax(dim=2)  # (alive, 1)
            tokens[alive, t] = last[:, 0]
            going = (last[:, 0] != eos_id).nonzero()[:, 0]
            if len(going) == 0:
                break
            if len(going) < len(alive):
                alive, last, state = alive[going], last[going], state.select(going)
    return [row[: row.index(eos_id)] if eos_id in row else row for row in tokens.tolist()]
