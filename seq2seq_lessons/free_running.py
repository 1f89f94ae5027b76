"""The decoder fed its own words, always or by the toss of a coin (lesson 09)."""

from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.config import FORCING_UNITS
from seq2seq_lessons.decoding import decode
from seq2seq_lessons.model import EncoderDecoder
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import Batch, drop_words


class Pass(NamedTuple):
    """What the decoder said, `logits (batch, steps, vocab)`, and the ids that it was fed, `fed (batch, steps)`."""

    logits: Tensor
    fed: Tensor


def scheduled_pass(
    model: EncoderDecoder, batch: Batch, teacher_forcing: float, per: str = "token", word_dropout: float = 0.0
) -> Pass:
    """Run the decoder for as many steps as the labels have, on right tokens, its own, or a mixture.

    After `<bos>` each step is fed the right token with probability `teacher_forcing`, else the token that the decoder
    itself found most probable one step before. No gradient flows through that choice.

    Args:
        model: an EncoderDecoder.
        batch: sentence pairs, as `text.batches` cuts them.
        teacher_forcing: 1.0 feeds right tokens only, in one pass; 0.0 feeds the decoder's own only (free running).
        per: "token" tosses a coin for each token, "sentence" one for each sentence. They come from torch's CPU
            generator, so that a seed means the same on every device.
        word_dropout: probability that a source word, or a right target word, is fed as `<unk>` (`text.drop_words`).

    Raises:
        ValueError: a probability outside [0, 1], or another unit.

    Source: Bengio et al. 2015 (arXiv 1506.03099), Scheduled Sampling for Sequence Prediction with Recurrent Neural
    Networks.
    """
    if not 0 <= teacher_forcing <= 1:
        raise ValueError(f"teacher_forcing is {teacher_forcing!r}; expected a probability from 0 to 1")
    if per not in FORCING_UNITS:
        raise ValueError(f'per is {per!r}; expected "token" or "sentence"')
    source = drop_words(batch.source, word_dropout)
    gold = drop_words(decoder_input(batch.target), word_dropout)
    if teacher_forcing == 1:
        logits, _ = model(source, gold, batch.source_len)
        return Pass(logits, gold)

    batch_size, num_steps = gold.shape
    coins = torch.rand(batch_size, num_steps if per == "token" else 1).expand(batch_size, num_steps)
    forced = (coins < teacher_forcing).to(gold.device, non_blocking=True)

    def choose(number: int, logits: Tensor) -> Tensor:
        following = min(number + 1, num_steps - 1)  # what is chosen last is fed to nobody
        return torch.where(forced[:, following], gold[:, following], logits.argmax(dim=1))

    steps = list(decode(model, model.init_state(source, batch.source_len), choose, num_steps, eos_id=None))
    return Pass(torch.stack([s.logits for s in steps], dim=1), torch.stack([s.fed for s in steps], dim=1))
