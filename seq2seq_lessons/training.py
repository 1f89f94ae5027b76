"""The training loop: batches, loss, clipping, Adam, validation, stopping and resuming (lesson 08)."""

import math
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypedDict, Unpack

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.free_running import scheduled_pass
from seq2seq_lessons.loss import MaskedSoftmaxCELoss
from seq2seq_lessons.model import EncoderDecoder
from seq2seq_lessons.support import distributed
from seq2seq_lessons.support.adamw import AdamW
from seq2seq_lessons.support.checkpoint import Checkpoint, Resume, Weights, identity, open_checkpoint
from seq2seq_lessons.support.device import autocast, is_out_of_memory, pick_device, pick_precision
from seq2seq_lessons.support.memory import freed_memory_kept
from seq2seq_lessons.support.progress import Clock, History, bar
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import Batch, batches

EVAL_BATCH_SIZE = 256
Score = Callable[[EncoderDecoder], float]


class Fitting(TypedDict, total=False):
    """The arguments of `Trainer.fit`, for those who pass them on."""

    on_epoch: Callable[[History], None] | None
    score: Score | None
    progress: bool
    checkpoint: str | Path | None
    resume: Resume


class Trainer:
    """Trains a model in place: `step` on a batch, `epoch` on all batches, `fit` for all epochs.

    Under torchrun (`distributed.process_group`) every process makes one with the same arguments. A batch is cut into
    shares, one a process; the steps are those of one process with the whole batch.

    Args:
        model: trained from the weights that it has; moved to the configured device.
        train_data, val_data: encoded pairs (`text.encode_pairs`); without val_data the last epoch's weights are kept.
        config: how to train.

    Raises:
        ValueError: nothing to train on.
    """

    def __init__(self, model: EncoderDecoder, train_data: Batch, config: TrainConfig, val_data: Batch | None = None):
        if len(train_data.source_len) == 0:
            raise ValueError("there is no sentence pair to train on; load some with load_pairs()")
        self.config, self.device = config, pick_device(config.device)
        self.precision = pick_precision(config.precision, self.device, model.decoder.rnn.hidden_size)
        self.model = model.to(self.device)
        self.forward = distributed.synchronised(model, scheduled_pass)
        factors = [config.rnn_lr_factor if ".rnn." in name else 1.0 for name, _ in model.named_parameters()]
        self.optimizer = AdamW(model.parameters(), config.lr, config.weight_decay, factors)
        self.train_data = train_data.to(self.device)
        self.val_data = val_data.to(self.device) if val_data is not None and len(val_data.source_len) else None
        self.history = History(device=self.device.type, precision=self.precision)
        self.initial, self.best = self._weights(), Weights()
        self._start_clock()

    def step(self, batch: Batch) -> Tensor:
        """Forward, backward, clip, update.

        Returns:
            `(2,)`, on the device: the loss before the update, summed over the batch's real tokens (with several
            processes: those of this one's share), and 1 if the gradient was clipped, else 0.
        """
        num_tokens, batch = int(batch.target_len.sum()), distributed.share(batch)
        ratio = self.config.teacher_forcing_at(len(self.history.train_loss))
        self.optimizer.zero_grad()
        with autocast(self.device, self.precision):
            logits, _ = self.forward(batch, ratio, self.config.teacher_forcing_per, self.config.word_dropout)
            loss_sum = objective = MaskedSoftmaxCELoss("sum")(logits, batch.target, batch.target_len)
            if self.config.label_smoothing:
                smoothed = MaskedSoftmaxCELoss("sum", self.config.label_smoothing)
                objective = smoothed(logits, batch.target, batch.target_len)
        # processes take the mean of their gradients, the loss is the sum over their shares: hence times their number
        (objective * distributed.world_size() / num_tokens).backward()
        norm = clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
        self.optimizer.step()
        return torch.stack((loss_sum.detach().float(), (norm > self.config.clip_norm).float()))

    def epoch(self, on_step: Callable[[], object] = lambda: None) -> tuple[float, float, float]:
        """One pass over the training data.

        Its random numbers depend on the seed and the epoch's number alone, so that a resumed run repeats them, and the
        caller's generator is left as it was. No step waits for the device: the sums are read once, after the last one.

        Returns:
            the loss per real token, the share of clipped steps, and the real target tokens per second.
        """
        number, started, num_tokens, num_steps = len(self.history.train_loss), time.perf_counter(), 0, 0
        sums = torch.zeros(2, device=self.device)  # the loss over real tokens, the clipped steps
        with _epoch_randomness(self.config.seed, number, self.device) as generator:
            self.model.train()
            for batch in batches(self.train_data, self.config.batch_size, generator):
                for group in self.optimizer.param_groups:
                    group["lr"] = self.config.learning_rate_at(self.clock.progress(number, num_steps))
                sums += self.step(batch)
                num_tokens += int(batch.target_len.sum())
                num_steps += 1
                on_step()
                if self.clock.is_over():
                    break
        loss_sum, num_clipped = distributed.total(sums).tolist()
        num_clipped /= distributed.world_size()  # all have clipped the same gradient
        return loss_sum / num_tokens, num_clipped / num_steps, num_tokens / (time.perf_counter() - started)

    def fit(
        self,
        on_epoch: Callable[[History], None] | None = None,
        progress: bool = True,
        checkpoint: str | Path | None = None,
        resume: Resume = False,
        score: Score | None = None,
    ) -> History:
        """Train until the epochs or the time are over, and leave the best weights in the model.

        Ctrl-C (or the notebook's stop button) ends training early and returns; a second one raises KeyboardInterrupt.
        Under torchrun Ctrl-C raises at once: resume instead.

        Args:
            on_epoch: called with the history after each epoch.
            progress: show a bar with the loss and tokens/s (on stderr, or as a widget in a notebook).
            checkpoint: a folder in which to store, after each epoch, all that is needed to go on; under torchrun one
                that every machine sees. A full disk there is a warning.
            resume: go on from the checkpoint ("auto": if there is one): with the same epochs the result is that of an
                uninterrupted run; more of them, another device, patience or time limit may be given.
            score: of the model after an epoch, the higher the better: chooses the best one, not the validation loss.

        Raises:
            FileExistsError: the folder holds a checkpoint, and resume was not asked for.
            FileNotFoundError: resume was asked for, and there is no checkpoint.
            ValueError: the checkpoint belongs to other settings or data.
            MemoryError: a batch does not fit; the message says which size to try. The last checkpoint stands.
        """
        self.score, run = score, identity(self.config, self.train_data, self.initial) if checkpoint is not None else {}
        self._restore(open_checkpoint(checkpoint, resume, run))
        self._start_clock()
        try:
            with freed_memory_kept(), bar(progress, len(self.history.train_loss), self.clock) as shown:
                while not (reason := self.history.reason_to_stop(self.config)):
                    self._record(*self.epoch(shown.update))
                    shown.set_postfix_str(str(self.history), refresh=False)
                    if checkpoint is not None and distributed.rank() == 0:
                        self._checkpoint(run).save_or_warn(checkpoint)
                    if on_epoch is not None:
                        on_epoch(self.history)
        except KeyboardInterrupt:
            if distributed.world_size() > 1:
                raise  # the others wait for this process in vain
            reason = "interrupted"
        except FloatingPointError as error:
            reason, self.best = "diverged", self.best or self.initial
            warnings.warn(str(error), stacklevel=2)
        except RuntimeError as error:
            self.best = self.best or self.initial
            if not is_out_of_memory(error):
                raise
            raise MemoryError(
                f"a batch of {self.config.batch_size} pairs does not fit into the {self.device.type}'s memory: try "
                f"batch_size={max(1, self.config.batch_size // 2)}, or a smaller model"
            ) from error
        finally:
            if self.best:
                self.model.load_state_dict(self.best)
        self.history.stopped = reason
        return self.history

    def _record(self, train_loss: float, clipped: float, tokens_per_s: float) -> None:
        """Add an epoch to the history, and keep its weights if they are the best."""
        if not math.isfinite(train_loss):
            epoch = self.history.best_epoch
            kept = "initial weights" if epoch is None else f"weights of epoch {epoch}"
            raise FloatingPointError(
                f"the loss of epoch {len(self.history.train_loss)} is not a finite number; the {kept} are kept. The "
                f"usual cause is a learning rate that is too high: try lr={self.config.lr / 3:.2g}"
            )
        val_loss = self.val_data and distributed.agreed(evaluate_loss(self.model, self.val_data, self.precision))
        with inference(self.model):
            score = self.score and distributed.agreed(self.score(self.model))
        history = self.history.with_epoch(train_loss, val_loss, clipped, tokens_per_s, self.clock.elapsed(), score)
        best = self.best if history.best_epoch == self.history.best_epoch else self._weights()
        self.history, self.best = history, best  # together: an interrupted epoch is in neither

    def _start_clock(self) -> None:
        steps_per_epoch = math.ceil(len(self.train_data.source_len) / self.config.batch_size)
        self.clock = Clock(self.config, steps_per_epoch, sum(self.history.seconds[-1:]))

    def _weights(self) -> Weights:
        return {name: tensor.detach().clone() for name, tensor in self.model.state_dict().items()}

    def _checkpoint(self, run: dict[str, Any]) -> Checkpoint:
        optimizer = self.optimizer.state_dict()["state"]
        return Checkpoint(self.model.state_dict(), self.best, optimizer, run, asdict(self.history))

    def _restore(self, saved: Checkpoint | None) -> None:
        if saved is None:
            return
        self.model.load_state_dict(saved.weights)
        self.best = {name: tensor.to(self.device) for name, tensor in saved.best.items()}
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": saved.optimizer})
        self.history = History(**saved.history)


def train_seq2seq(
    model: EncoderDecoder, train_data: Batch, config: TrainConfig, val_data: Batch | None = None, **how: Unpack[Fitting]
) -> History:
    """Train a model in place, in one call; the arguments are those of `Trainer` and `Trainer.fit`."""
    return Trainer(model, train_data, config, val_data).fit(**how)


def evaluate_loss(model: EncoderDecoder, data: Batch, precision: str = "float32") -> float:
    """The teacher-forced loss in nats per real token, without dropout."""
    total, loss = torch.zeros((), device=data.source.device), MaskedSoftmaxCELoss("sum")
    with inference(model), autocast(data.source.device, precision):
        for batch in batches(data, EVAL_BATCH_SIZE):
            logits, _ = model(batch.source, decoder_input(batch.target), batch.source_len)
            total += loss(logits, batch.target, batch.target_len)
    return total.item() / int(data.target_len.sum())


def epoch_generator(seed: int, epoch: int) -> torch.Generator:
    """The random numbers that put the batches of an epoch (counted from 0) in order; on the CPU."""
    return torch.Generator().manual_seed(1_000_003 * seed + epoch)


@contextmanager
def _epoch_randomness(seed: int, epoch: int, device: torch.device) -> Iterator[torch.Generator]:
    generator = epoch_generator(seed, epoch)
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        # dropout, word dropout and scheduled sampling draw from it, each process for its own sentences
        torch.manual_seed(generator.initial_seed() + (distributed.rank() << 32))
        yield generator
