"""What each lever of the training's speed gives: an epoch with it and without it, in turn."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch.utils.data import DataLoader, TensorDataset

from benchmarks import training_256
from benchmarks.compare import row, take_turns
from benchmarks.data import encode
from seq2seq_lessons.config import ARTICLE, ARTICLE_MODEL, ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.loss import MaskedSoftmaxCELoss
from seq2seq_lessons.model import EncoderDecoder, build_model
from seq2seq_lessons.support.adamw import AdamW
from seq2seq_lessons.support.device import autocast, pick_precision
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import Batch, Vocab, batches
from seq2seq_lessons.training import Trainer

# model, training, pairs whose vocabularies count, pairs that a round trains on
SIZES = {
    "article": (ARTICLE_MODEL, ARTICLE, 600, 600),
    "256": (training_256.MODEL, training_256.TRAINING, 25_000, 15 * training_256.TRAINING.batch_size),
}


class Lever:
    """How an epoch is run; the defaults are the package's ways, a subclass does without one of them."""

    def batches(self, data: Batch, config: TrainConfig) -> Iterator[Batch]:
        return batches(data, config.batch_size, torch.Generator().manual_seed(config.seed))

    def optimizer(self, model: EncoderDecoder, config: TrainConfig) -> AdamW | torch.optim.Optimizer:
        return AdamW(model.parameters(), config.lr, config.weight_decay)

    def step(self, trainer: Trainer, batch: Batch) -> object:
        return trainer.step(batch)

    def precision(self, best: str) -> str:
        return best

    def threads(self, number: int) -> int:
        return number


class NoTrimming(Lever):
    """Random batches, padded to the longest sentence of all."""

    def batches(self, data, config):
        order = torch.randperm(len(data.source_len), generator=torch.Generator().manual_seed(config.seed))
        for rows in order.split(config.batch_size):
            yield Batch(*(part[rows] for part in data))


class NoLengthGroups(NoTrimming):
    """Random batches, trimmed to their own longest sentence."""

    def batches(self, data, config):
        for batch in super().batches(data, config):
            source, target = (int(lengths.max()) for lengths in (batch.source_len, batch.target_len))
            yield batch._replace(source=batch.source[:, :source], target=batch.target[:, :target])


class WithDataLoader(NoTrimming):
    """torch's DataLoader, which collects a batch row by row; padded to the longest sentence of all."""

    def batches(self, data, config):
        torch.manual_seed(config.seed)
        for parts in DataLoader(TensorDataset(*data), config.batch_size, shuffle=True):
            yield Batch(*parts)


class PaddingRead(Lever):
    """The encoder reads padding too instead of packing (its state then comes from padding: wrong, but timed)."""

    def batches(self, data, config):
        for batch in super().batches(data, config):
            yield batch._replace(source_len=torch.full_like(batch.source_len, batch.source.shape[1]))


class AlwaysPacked(Lever):
    """Every batch packed, also where there is no padding to skip."""

    def batches(self, data, config):
        for batch in super().batches(data, config):  # one column more is padding in every row
            wider = torch.nn.functional.pad(batch.source, (0, 1), value=Vocab.pad_id)
            yield batch._replace(source=wider)


class RealTokensOnly(Lever):
    """Dense layer and loss over the real tokens' outputs, gathered first."""

    def step(self, trainer, batch):
        model = trainer.model
        trainer.optimizer.zero_grad()
        real = (torch.arange(batch.target.shape[1]) < batch.target_len[:, None]).T
        with autocast(trainer.device, trainer.precision):
            state = model.init_state(batch.source, batch.source_len)
            output, _ = model.decoder.step(decoder_input(batch.target), state)
            logits = model.decoder.dense(output[real])[None]  # (1, real tokens, vocab)
            num_tokens = logits.shape[1]
            loss = MaskedSoftmaxCELoss("sum")(logits, batch.target.T[real][None], torch.tensor([num_tokens]))
        (loss / num_tokens).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), trainer.config.clip_norm)
        trainer.optimizer.step()


class PlainAdam(Lever):
    """Adam's own loop over the parameters."""

    def optimizer(self, model, config):
        return torch.optim.Adam(model.parameters(), lr=config.lr)


class ReadEveryStep(Lever):
    """The loss read after every step, not once an epoch."""

    def step(self, trainer, batch):
        return super().step(trainer, batch).tolist()


class Float32(Lever):
    """float32 where the package would take bf16."""

    def precision(self, best):
        return "float32"


class OneThread(Lever):
    """One thread."""

    def threads(self, number):
        return 1


LEVERS: dict[str, Lever] = {
    "DataLoader, all padded to the longest": WithDataLoader(),
    "tensors indexed, all padded to the longest": NoTrimming(),
    "random batches, trimmed to their longest": NoLengthGroups(),
    "every batch packed": AlwaysPacked(),
    "no batch packed": PaddingRead(),
    "dense layer and loss over gathered real tokens": RealTokensOnly(),
    "Adam not fused": PlainAdam(),
    "loss read at every step": ReadEveryStep(),
    "float32": Float32(),
    "one thread": OneThread(),
}


def measure(
    pairs: list[SentencePair],
    rounds: int,
    threads: int,
    sizes: dict[str, tuple[ModelConfig, TrainConfig, int, int]] = SIZES,
) -> list[dict]:
    """A row for each lever and size: an epoch as the package runs it, against one that does as the row says.

    A ratio above 1 is what the package's way gives; below 1 the other way is faster.
    """
    rows = []
    for name, (model, config, num_pairs, number) in sizes.items():
        data, vocabs = encode(pairs[:num_pairs], config.num_steps)
        picks = torch.randperm(len(data.source_len), generator=torch.Generator().manual_seed(0))[:number]
        data = Batch(*(part[picks] for part in data))
        best = pick_precision(config.precision, torch.device("cpu"), model.num_hiddens)
        ways = {"package": Lever()} | LEVERS

        def seconds(way: Lever, i: int, data=data, vocabs=vocabs, model=model, config=config, best=best) -> float:
            torch.set_num_threads(way.threads(threads))
            torch.manual_seed(i)
            return epoch(way, build_model(model, *map(len, vocabs)), data, replace(config, seed=i), best)

        for way in ways.values():  # warm up
            seconds(way, 0)
        sides: dict[str, Callable[[int], float]] = {
            side: lambda i, way=way, seconds=seconds: seconds(way, i) for side, way in ways.items()
        }
        taken = take_turns(sides, rounds)
        num_tokens = int(data.target_len.sum())
        rows += [
            row(
                f"{name}, package against: {side}", taken["package"], taken[side], None, num_tokens, "tokens/s", threads
            )
            for side in LEVERS
        ]
    torch.set_num_threads(threads)
    return rows


def epoch(way: Lever, model: EncoderDecoder, data: Batch, config: TrainConfig, best: str) -> float:
    """Seconds of one pass over the data."""
    trainer = Trainer(model, data, replace(config, precision=way.precision(best)))
    trainer.optimizer = way.optimizer(model, config)
    model.train()
    started = time.perf_counter()
    for batch in way.batches(data, config):
        way.step(trainer, batch)
    return time.perf_counter() - started
