"""Teacher forcing: what the decoder is fed is what it must say, shifted by one (lesson 06)."""

import torch
from torch import Tensor

from seq2seq_lessons.text import Vocab


def decoder_input(labels: Tensor, bos_id: int = Vocab.bos_id) -> Tensor:
    """Feed `<bos>` first, then each right answer one step after it was due.

    The last column of the labels is never fed: nothing is left to say after it.

    Args:
        labels: what the decoder must say, ids `(batch, steps)`.
        bos_id: id of `<bos>` in the target vocabulary.

    Returns:
        ids `(batch, steps)`, on the labels' device.

    Source: Williams and Zipser 1989, A Learning Algorithm for Continually Running Fully Recurrent Neural Networks.
    """
    bos = torch.full_like(labels[:, :1], bos_id)
    return torch.cat((bos, labels[:, :-1]), dim=1)
