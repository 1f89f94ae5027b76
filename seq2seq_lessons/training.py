"""The training loop: batches, loss, clipping, Adam, validation, stopping and resuming (lesson 08)."""

import hashlib
import json
import math
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.free_running import Pass, scheduled_pass
from seq2seq_lessons.loss import MaskedSoftmaxCELoss
from seq2seq_lessons.model import EncoderDecoder
from seq2seq_lessons.support import distributed
from seq2seq_lessons.support.device import pick_device, pick_precision
from seq2seq_lessons.support.storage import check_folder, read_folder, write_folder
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import Batch, batches

EVAL_BATCH_SIZE = 256


# What runs did before a setting existed: models and checkpoints of that time do not name it.
BEFORE = {"weight_decay": 0.0}


@dataclass
class History:
    """What happened in a training run; the lists have one entry per finished epoch.

    train_loss, val_loss: nats per real token (val_loss is empty without a validation split).
    tokens_per_s: real target tokens per second of training, validation not counted.
    clipped: share of the steps whose gradient was longer than clip_norm.
    seconds: since the start of training, at the end of the epoch.
    best_epoch: whose weights were kept, counted from 0; None before the first epoch's end.
    stopped: why it ended: "epochs", "time limit", "interrupted", "patience" or "diverged".
    """

    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    tokens_per_s: list[float] = field(default_factory=list)
    clipped: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    best_epoch: int | None = None
    stopped: str = ""
    device: str = ""
    precision: str = ""


def split_by_source(
    pairs: Sequence[SentencePair], fraction: float, seed: int = 0
) -> tuple[list[SentencePair], list[SentencePair]]:
    """Training and validation pairs, so that no source sentence is in both.

    Args:
        pairs: sentence pairs; a source may occur several times, with different translations.
        fraction: share of the distinct sources that goes to validation, at least one source unless it is 0.
    """
    sources = list(dict.fromkeys(source for source, _ in pairs))
    num_held_out = max(1, round(fraction * len(sources))) if fraction > 0 and len(sources) > 1 else 0
    order = torch.randperm(len(sources), generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = {sources[i] for i in order[:num_held_out]}
    return [p for p in pairs if p[0] not in held_out], [p for p in pairs if p[0] in held_out]


def train_seq2seq(
    model: EncoderDecoder,
    train_data: Batch,
    config: TrainConfig,
    bos_id: int,
    val_data: Batch | None = None,
    on_epoch: Callable[[History], None] | None = None,
    progress: bool = True,
    checkpoint: str | Path | None = None,
    resume: bool = False,
) -> History:
    """Train a model in place, from the weights that it has, and leave the best ones in it.

    Ctrl-C (or the notebook's stop button) ends training early and returns; a second one raises KeyboardInterrupt.

    Under torchrun (`distributed.process_group`) every process calls this with the same arguments. A batch is cut into
    shares, one a process; the steps are those of one process with the whole batch. Ctrl-C then raises: resume instead.

    Args:
        model: moved to the configured device.
        train_data, val_data: encoded pairs (`text.encode_pairs`); without val_data the last epoch's weights are kept.
        bos_id: of the target vocabulary.
        on_epoch: called with the history after each epoch.
        progress: show a bar with the loss and tokens/s (on stderr, or as a widget in a notebook).
        checkpoint: a folder in which to store, after each epoch, all that is needed to go on; under torchrun one that
            every machine sees. A full disk there is a warning.
        resume: go on from the checkpoint, if there is one; the result is that of an uninterrupted run.

    Raises:
        ValueError: nothing to train on; the checkpoint belongs to other settings or data.
        MemoryError: a batch does not fit; the message says which size to try. The last checkpoint stands.
    """
    if len(train_data.source_len) == 0:
        raise ValueError("there is no sentence pair to train on; load some with load_pairs()")
    if checkpoint is not None:
        check_folder(checkpoint)  # before the first epoch, not after it
    device = pick_device(config.device)
    precision = pick_precision(config.precision, device, model.decoder.rnn.hidden_size)
    run = _Run(model.to(device), config, History(device=device.type, precision=precision), train_data, checkpoint)
    if resume and checkpoint is not None:
        run.load()
        if distributed.agreed(len(run.history.seconds)) != len(run.history.seconds):
            raise ValueError(
                f"process {distributed.rank()} does not see the checkpoint that process 0 sees in "
                f"{checkpoint}: give a folder on a disk that all machines share"
            )
    forward = distributed.synchronised(_Forward(model))
    train_data = train_data.to(device)
    val_data = val_data.to(device) if val_data is not None and len(val_data.source_len) else None
    history = run.history
    clock = _Clock(config, math.ceil(len(train_data.source_len) / config.batch_size), sum(history.seconds[-1:]))
    try:
        with _bar(progress, clock, len(history.train_loss)) as bar:
            history.stopped = _reason_to_stop(history, config, clock)  # a resumed run may have been at its end
            while not history.stopped:
                epoch = len(history.train_loss)
                train_loss, clipped, tokens_per_s = train_epoch(
                    model, train_data, run.optimizer, config, bos_id, epoch, precision, clock, bar.update, forward
                )
                if not math.isfinite(train_loss):
                    history.stopped = "diverged"
                    run.best = run.best or run.initial
                    break
                history.train_loss.append(train_loss)
                history.clipped.append(clipped)
                history.tokens_per_s.append(tokens_per_s)
                if val_data is not None:
                    history.val_loss.append(distributed.agreed(evaluate_loss(model, val_data, bos_id, precision)))
                history.seconds.append(clock.elapsed())
                run.keep_if_best()
                _report(bar, history)
                if checkpoint is not None and distributed.rank() == 0:
                    try:
                        run.save()
                    except OSError as error:  # a full disk is no reason to lose what is being learnt
                        warnings.warn(
                            f"no checkpoint of epoch {epoch} ({error}): the one before stands, and training goes on",
                            stacklevel=2,
                        )
                if on_epoch is not None:
                    on_epoch(history)
                history.stopped = _reason_to_stop(history, config, clock)
    except KeyboardInterrupt:
        if distributed.world_size() > 1:
            raise  # the others wait for this process in vain
        history.stopped = "interrupted"
    except RuntimeError as error:  # a GPU raises a class of its own, the CPU's allocator does not
        if not isinstance(error, torch.OutOfMemoryError) and "you tried to allocate" not in str(error):
            raise
        raise MemoryError(
            f"a batch of {config.batch_size} pairs does not fit into the {device.type}'s memory: try "
            f"batch_size={max(1, config.batch_size // 2)}, or a smaller model"
        ) from error
    run.restore_best()
    if history.stopped == "diverged":
        kept = "initial weights" if history.best_epoch is None else f"weights of epoch {history.best_epoch}"
        warnings.warn(
            f"the loss of epoch {len(history.train_loss)} is not a finite number; the {kept} are kept. The "
            f"usual cause is a learning rate that is too high: try lr={config.lr / 3:.2g}",
            stacklevel=2,
        )
    return history


def make_optimizer(model: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
    """AdamW, which without weight decay is Adam; fused, where that exists: one pass over all weights."""
    fused = next(model.parameters()).device.type in ("cpu", "cuda")
    return torch.optim.AdamW(model.parameters(), lr=config.lr, weight_decay=config.weight_decay, fused=fused)


def train_epoch(
    model: EncoderDecoder,
    data: Batch,
    optimizer: torch.optim.Optimizer,
    config: TrainConfig,
    bos_id: int,
    epoch: int,
    precision: str,
    clock: "_Clock",
    on_step: Callable[[], object] = lambda: None,
    forward: Callable[..., Pass] | None = None,
) -> tuple[float, float, float]:
    """One pass over the data.

    The epoch's random numbers depend on the seed and the epoch's number alone, so that a resumed run repeats them, and
    the caller's generator is left as it was. No step waits for the device: the sums are read once, after the last one.

    Returns:
        the loss per real token, the share of clipped steps, and the real target tokens per second.
    """
    device = data.source.device
    started, num_tokens, num_steps = time.perf_counter(), 0, 0
    sums = torch.zeros(2, device=device)  # the loss over real tokens, the clipped steps
    with _epoch_randomness(config.seed, epoch, device) as generator:
        model.train()
        for batch in batches(data, config.batch_size, generator):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(config, clock.progress(epoch, num_steps))
            tokens_in_batch = int(batch.target_len.sum())
            batch = distributed.share(batch)
            sums += train_step(model, batch, optimizer, config, bos_id, precision, epoch, forward, tokens_in_batch)
            num_tokens += tokens_in_batch
            num_steps += 1
            on_step()
            if clock.is_over():
                break
    loss_sum, num_clipped = distributed.total(sums).tolist()
    num_clipped /= distributed.world_size()  # all have clipped the same gradient
    return loss_sum / num_tokens, num_clipped / num_steps, num_tokens / (time.perf_counter() - started)


def train_step(
    model: EncoderDecoder,
    batch: Batch,
    optimizer: torch.optim.Optimizer,
    config: TrainConfig,
    bos_id: int,
    precision: str = "float32",
    epoch: int = 0,
    forward: Callable[..., Pass] | None = None,
    num_tokens: int | None = None,
) -> Tensor:
    """Forward, backward, clip, update; returns `(2,)`: the summed loss before the update, and 1 if clipped, else 0.

    The epoch decides how often the decoder is fed right tokens (`TrainConfig.teacher_forcing`). With several processes
    `batch` is this one's share, num_tokens counts the real target tokens of all shares, and `forward` runs the model
    and lets the processes exchange their gradients on the way back.
    """
    forward = forward or _Forward(model)
    num_tokens = num_tokens or int(batch.target_len.sum())
    how = (config.teacher_forcing_at(epoch), config.teacher_forcing_per, config.word_dropout)
    optimizer.zero_grad()
    with autocast(batch.source.device, precision):
        logits, _ = forward(batch, bos_id, *how)
        loss_sum = MaskedSoftmaxCELoss("sum")(logits, batch.target, batch.target_len)
        objective = loss_sum
        if config.label_smoothing:
            smoothed = MaskedSoftmaxCELoss("sum", config.label_smoothing)
            objective = smoothed(logits, batch.target, batch.target_len)
    # the exchange takes the mean over processes, the loss is the sum over all shares: hence times their number
    (objective * distributed.world_size() / num_tokens).backward()
    norm = clip_grad_norm_(model.parameters(), config.clip_norm)
    optimizer.step()
    return torch.stack((loss_sum.detach().float(), (norm > config.clip_norm).float()))


class _Forward(nn.Module):
    """A step's whole forward computation as one module, which is what DistributedDataParallel can wrap."""

    def __init__(self, model: EncoderDecoder):
        super().__init__()
        self.model = model

    def forward(self, batch: Batch, bos_id: int, teacher_forcing: float, per: str, word_dropout: float) -> Pass:
        return scheduled_pass(self.model, batch, bos_id, teacher_forcing, per, word_dropout)


def evaluate_loss(model: EncoderDecoder, data: Batch, bos_id: int, precision: str = "float32") -> float:
    """The teacher-forced loss in nats per real token, without dropout."""
    total = torch.zeros((), device=data.source.device)
    loss = MaskedSoftmaxCELoss("sum")
    with inference(model), autocast(data.source.device, precision):
        for batch in batches(data, EVAL_BATCH_SIZE):
            logits, _ = model(batch.source, decoder_input(batch.target, bos_id), batch.source_len)
            total += loss(logits, batch.target, batch.target_len)
    return total.item() / int(data.target_len.sum())


def autocast(device: torch.device, precision: str) -> AbstractContextManager:
    """A block whose matrix products run in bfloat16 when precision is "bf16"."""
    return torch.autocast(device.type, dtype=torch.bfloat16) if precision == "bf16" else nullcontext()


def learning_rate(config: TrainConfig, progress: float) -> float:
    """Adam's rate when a share of the run is done (0 to 1): up in the first 5 %, then down along a cosine."""
    factor = 1.0
    if config.schedule == "warmup-decay":
        warmup = 0.05
        factor = progress / warmup if progress < warmup else (1 + math.cos(math.pi * (progress - warmup) / 0.95)) / 2
    return config.lr * max(factor, 0.01)


def epoch_generator(seed: int, epoch: int) -> torch.Generator:
    """The random numbers that put the batches of an epoch (counted from 0) in order; on the CPU."""
    return torch.Generator().manual_seed(_epoch_seed(seed, epoch))


def _epoch_seed(seed: int, epoch: int) -> int:
    return 1_000_003 * seed + epoch


@contextmanager
def _epoch_randomness(seed: int, epoch: int, device: torch.device) -> Iterator[torch.Generator]:
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        # dropout, word dropout and scheduled sampling draw from it, each process for its own sentences
        torch.manual_seed(_epoch_seed(seed, epoch) + (distributed.rank() << 32))
        yield epoch_generator(seed, epoch)


class _Clock:
    """How far a run is, by epochs or by its time limit, whichever is further."""

    def __init__(self, config: TrainConfig, steps_per_epoch: int, seconds_before: float = 0.0):
        self.epochs, self.limit, self.steps_per_epoch = config.epochs, config.time_limit_s, steps_per_epoch
        self.started = time.perf_counter() - seconds_before

    def elapsed(self) -> float:
        return distributed.agreed(time.perf_counter() - self.started)

    def is_over(self) -> bool:
        return self.limit is not None and self.elapsed() >= self.limit

    def progress(self, epoch: int, step: int) -> float:
        done = (epoch * self.steps_per_epoch + step) / (self.epochs * self.steps_per_epoch)
        return min(1.0, done if self.limit is None else max(done, self.elapsed() / self.limit))


def _as_json(config: TrainConfig) -> dict:
    """The settings as they come back from a file."""
    return json.loads(json.dumps(asdict(config)))


class _Run:
    """What a run changes as it goes on: weights, optimiser, history, the best weights; stored in a checkpoint."""

    def __init__(self, model: EncoderDecoder, config: TrainConfig, history: History, data: Batch, folder):
        self.model, self.config, self.history, self.folder = model, config, history, folder
        self.optimizer = make_optimizer(model, config)
        self.initial, self.best = self._weights(), {}
        # what must be the same when a run is resumed
        resumable = {k: v for k, v in _as_json(config).items() if k not in ("device", "time_limit_s")}
        ids = b"".join(part.cpu().contiguous().numpy().tobytes() for part in data)
        shapes = {name: list(tensor.shape) for name, tensor in self.initial.items()}
        self.fingerprint = resumable | {"pairs": hashlib.sha256(ids).hexdigest()[:16], "model": shapes}

    def _weights(self) -> dict[str, Tensor]:
        return {name: tensor.detach().clone() for name, tensor in self.model.state_dict().items()}

    def keep_if_best(self) -> None:
        history = self.history
        lowest = min(filter(math.isfinite, history.val_loss), default=-math.inf)
        if not history.val_loss or history.val_loss[-1] <= lowest:
            history.best_epoch = len(history.train_loss) - 1
            self.best = self._weights()

    def restore_best(self) -> None:
        if self.best:
            self.model.load_state_dict(self.best)

    def save(self) -> None:
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        tensors |= {f"best.{name}": tensor for name, tensor in self.best.items()}
        for i, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"adam.{i}.{name}": tensor for name, tensor in state.items()}
        write_folder(self.folder, "checkpoint", tensors, {"run": self.fingerprint, "history": asdict(self.history)})

    def load(self) -> None:
        if not (Path(self.folder) / "checkpoint.json").exists():
            return
        tensors, description = read_folder(self.folder, "checkpoint")
        recorded = _as_json(TrainConfig(**BEFORE)) | description["run"]
        differing = [k for k, v in self.fingerprint.items() if recorded.get(k) != v]
        if differing:
            raise ValueError(
                f"the checkpoint in {self.folder} belongs to another run ({', '.join(differing)} "
                "differ): give the settings and pairs of that run, or another folder"
            )
        parts: dict[str, dict] = {"model": {}, "best": {}, "adam": {}}
        for name, tensor in tensors.items():
            part, rest = name.split(".", 1)
            parts[part][rest] = tensor
        self.model.load_state_dict(parts["model"])
        device = next(self.model.parameters()).device
        self.best = {name: tensor.to(device) for name, tensor in parts["best"].items()}
        state: dict[int, dict] = {}
        for name, tensor in parts["adam"].items():
            i, rest = name.split(".", 1)
            state.setdefault(int(i), {})[rest] = tensor
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": state})
        self.history = History(**description["history"])


def _reason_to_stop(history: History, config: TrainConfig, clock: _Clock) -> str:
    num_epochs = len(history.train_loss)
    if num_epochs == 0:
        return ""
    if clock.is_over():
        return "time limit"
    best_epoch = -1 if history.best_epoch is None else history.best_epoch
    if config.patience and num_epochs - 1 - best_epoch >= config.patience:
        return "patience"
    return "epochs" if num_epochs >= config.epochs else ""


def _bar(progress: bool, clock: _Clock, epochs_done: int):
    from tqdm.auto import tqdm

    done, total = epochs_done * clock.steps_per_epoch, clock.epochs * clock.steps_per_epoch
    seconds_between_lines = 0.1 if sys.stderr.isatty() else 5.0  # a log file is no terminal: do not fill it
    return tqdm(initial=done, total=total, disable=not progress, unit="batch", mininterval=seconds_between_lines)


def _report(bar, history: History) -> None:
    val = f", val {history.val_loss[-1]:.3f}" if history.val_loss else ""
    words = f"loss {history.train_loss[-1]:.3f}{val}, {history.tokens_per_s[-1]:,.0f} tokens/s"
    bar.set_postfix_str(words, refresh=False)
