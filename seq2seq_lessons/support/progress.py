"""How far a training run is: its history, its clock, and the bar that shows them."""

import math
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.support import distributed


@dataclass
class History:
    """What happened in a training run; the lists have one entry per finished epoch.

    train_loss, val_loss: nats per real token (val_loss is empty without a validation split).
    tokens_per_s: real target tokens per second of training, validation not counted.
    clipped: share of the steps whose gradient was longer than clip_norm.
    seconds: since the start of training, at the end of the epoch.
    score: of `Trainer.fit`'s argument; empty without it.
    best_epoch: whose weights were kept, counted from 0; None before the first epoch's end.
    stopped: why it ended: "epochs", "time limit", "interrupted", "patience" or "diverged".
    """

    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    tokens_per_s: list[float] = field(default_factory=list)
    clipped: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    best_epoch: int | None = None
    stopped: str = ""
    device: str = ""
    precision: str = ""

    def with_epoch(
        self,
        train_loss: float,
        val_loss: float | None,
        clipped: float,
        tokens_per_s: float,
        seconds: float,
        score: float | None = None,
    ) -> "History":
        """A history that is longer by one epoch; this one stays as it is."""
        val_losses = self.val_loss if val_loss is None else [*self.val_loss, val_loss]
        scores = self.score if score is None else [*self.score, score]
        judged = val_losses if score is None else [-given for given in scores]  # the lowest is the best
        lowest = min(filter(math.isfinite, judged), default=-math.inf)
        return replace(
            self,
            train_loss=[*self.train_loss, train_loss],
            val_loss=val_losses,
            tokens_per_s=[*self.tokens_per_s, tokens_per_s],
            clipped=[*self.clipped, clipped],
            seconds=[*self.seconds, seconds],
            score=scores,
            best_epoch=len(self.train_loss) if not judged or judged[-1] <= lowest else self.best_epoch,
        )

    def reason_to_stop(self, config: TrainConfig) -> str:
        """Why no further epoch begins, as in `stopped`; "" if one does."""
        num_epochs, best_epoch = len(self.train_loss), -1 if self.best_epoch is None else self.best_epoch
        if num_epochs == 0:
            return ""
        if config.time_limit_s is not None and self.seconds[-1] >= config.time_limit_s:
            return "time limit"
        if config.patience and num_epochs - 1 - best_epoch >= config.patience:
            return "patience"
        return "epochs" if num_epochs >= config.epochs else ""

    def __str__(self) -> str:
        val = f", val {self.val_loss[-1]:.3f}" if self.val_loss else ""
        return f"loss {self.train_loss[-1]:.3f}{val}, {self.tokens_per_s[-1]:,.0f} tokens/s"


class Clock:
    """How far a run is, by epochs or by its time limit, whichever is further.

    Args:
        config: of the run.
        steps_per_epoch: how many batches an epoch has.
        seconds_before: that an interrupted run had already taken.
    """

    def __init__(self, config: TrainConfig, steps_per_epoch: int, seconds_before: float = 0.0):
        self.epochs, self.limit, self.steps_per_epoch = config.epochs, config.time_limit_s, steps_per_epoch
        self.started = time.perf_counter() - seconds_before

    def elapsed(self) -> float:
        """Seconds since the start, the same in every process."""
        return distributed.agreed(time.perf_counter() - self.started)

    def is_over(self) -> bool:
        """Whether the time limit has been reached."""
        return self.limit is not None and self.elapsed() >= self.limit

    def progress(self, epoch: int, step: int) -> float:
        """The share of the run that is done, 0 to 1, before a step of an epoch (both counted from 0)."""
        done = (epoch * self.steps_per_epoch + step) / (self.epochs * self.steps_per_epoch)
        return min(1.0, done if self.limit is None else max(done, self.elapsed() / self.limit))


def bar(is_shown: bool, epochs_done: int, clock: Clock) -> AbstractContextManager[Any]:
    """A bar over all batches of a run (tqdm's), on stderr, or as a widget in a notebook."""
    from tqdm.auto import tqdm

    return tqdm(
        initial=epochs_done * clock.steps_per_epoch,
        total=clock.epochs * clock.steps_per_epoch,
        disable=not is_shown or sys.stderr is None,  # None: a program without a terminal, such as pythonw
        unit="batch",
        mininterval=0.1 if sys.stderr and sys.stderr.isatty() else 5.0,  # a log file is no terminal: do not fill it
    )
