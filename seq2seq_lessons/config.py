"""How large a model is and how it is trained: the settings, the article's presets, and their checks (lesson 08)."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

Cell = Literal["gru", "lstm"]
ForcingUnit = Literal["token", "sentence"]
Schedule = Literal["warmup-decay", "constant"]
Precision = Literal["auto", "bf16", "float32"]
CELLS, FORCING_UNITS, SCHEDULES, PRECISIONS = map(get_args, (Cell, ForcingUnit, Schedule, Precision))


@dataclass(frozen=True)
class ModelConfig:
    """The sizes of both halves.

    Args:
        embed_size: numbers per token.
        num_hiddens: numbers per hidden state; the context vector has as many.
        num_layers: GRU layers in each half.
        dropout: between layers, while training.
        cell: "gru" or "lstm", in both halves (lesson 13).
        bidirectional: the encoder reads both ways, with half of num_hiddens for each (lesson 13).
        attention: the decoder looks at all of the encoder's outputs instead of one context vector (lesson 13).

    Raises:
        ValueError: a size below 1, a dropout outside [0, 1), or another cell. An odd num_hiddens with bidirectional is
            refused by the encoder.
    """

    embed_size: int = 128
    num_hiddens: int = 256
    num_layers: int = 1
    dropout: float = 0.0
    cell: Cell = "gru"
    bidirectional: bool = False
    attention: bool = False

    def __post_init__(self):
        for name in ("embed_size", "num_hiddens", "num_layers"):
            check_setting(self, name, "a whole number of at least 1", lambda v: is_whole(v) and v >= 1)
        check_setting(self, "dropout", "a probability from 0 to below 1", lambda v: 0 <= v < 1)
        check_setting(self, "cell", " or ".join(map(repr, CELLS)), lambda v: v in CELLS)
        for name in ("bidirectional", "attention"):
            check_setting(self, name, "True or False", lambda v: isinstance(v, bool))


@dataclass(frozen=True)
class TrainConfig:
    """How to train.

    Args:
        epochs: passes over the training pairs.
        batch_size: sentence pairs per step.
        lr: Adam's highest learning rate.
        rnn_lr_factor: the recurrent layers' weights learn at this share of the rate: they act at every step of time, an
            embedding only where its word stands.
        schedule: "warmup-decay" (up in the first 5 %, then down along a cosine) or "constant".
        num_steps: tokens per sentence, `<eos>` included; longer sentences are cut.
        clip_norm: the gradient's norm is scaled down to this when it is larger.
        teacher_forcing: probability that the decoder is fed the right token and not its own (lesson 09); or a list (or
            tuple) of probabilities, one per epoch, the last of which holds for all later epochs.
        teacher_forcing_per: "token" or "sentence": for what the coin is tossed (`free_running.scheduled_pass`).
        word_dropout: probability that a word fed to the encoder, or a right one fed to the decoder, is replaced by
            `<unk>`: learning by heart gets harder, and the model learns to do with an unknown word.
        weight_decay: each step takes this share, times the learning rate, off every weight (AdamW, Loshchilov and
            Hutter 2019, arXiv 1711.05101): what the data does not keep asking for is forgotten. 0 is Adam.
        label_smoothing: share of each label's probability spread over the vocabulary; reported losses never include it.
        val_fraction: share of the distinct sources held out to choose the best epoch; 0 keeps the last one.
        patience: stop after this many epochs without a better validation loss; None never does.
        min_freq: a word seen less often in the training pairs is `<unk>`.
        seed: of the initial weights, the split, the order of the batches and dropout.
        device: "auto" (an NVIDIA GPU if there is one, else the CPU) or a device's name.
        precision: "bf16", "float32", or "auto": bf16 where the hardware is fast at it and the model large enough.
        time_limit_s: stop after this many seconds with the best weights so far; the schedule then follows the clock.

    Raises:
        ValueError: a value out of its range; the message says which range.
    """

    epochs: int = 30
    batch_size: int = 40
    lr: float = 0.006
    rnn_lr_factor: float = 1.0
    schedule: Schedule = "warmup-decay"
    num_steps: int = 50
    clip_norm: float = 1.0
    teacher_forcing: float | Sequence[float] = 1.0
    teacher_forcing_per: ForcingUnit = "token"
    word_dropout: float = 0.0
    weight_decay: float = 0.2
    label_smoothing: float = 0.0
    val_fraction: float = 0.1
    patience: int | None = None
    min_freq: int = 2
    seed: int = 0
    device: str = "auto"
    precision: Precision = "auto"
    time_limit_s: float | None = None

    def __post_init__(self):
        for name in ("epochs", "batch_size", "num_steps", "min_freq"):
            check_setting(self, name, "a whole number of at least 1", lambda v: is_whole(v) and v >= 1)
        for name in ("lr", "rnn_lr_factor"):
            check_setting(self, name, "a number above 0", lambda v: 0 < v < math.inf)
        check_setting(self, "clip_norm", "a number above 0", lambda v: v > 0)
        check_setting(self, "weight_decay", "a number of at least 0", lambda v: 0 <= v < math.inf)
        for name in ("val_fraction", "label_smoothing", "word_dropout"):
            check_setting(self, name, "a number from 0 to below 1", lambda v: 0 <= v < 1)
        if isinstance(self.teacher_forcing, list):
            object.__setattr__(self, "teacher_forcing", tuple(self.teacher_forcing))  # equal to itself read from JSON
        check_setting(
            self,
            "teacher_forcing",
            "a probability from 0 to 1, or a list of them, one per epoch",
            lambda v: all(0 <= p <= 1 for p in v) and len(v) > 0 if isinstance(v, tuple) else 0 <= v <= 1,
        )
        check_setting(self, "teacher_forcing_per", '"token" or "sentence"', lambda v: v in FORCING_UNITS)
        check_setting(self, "schedule", '"warmup-decay" or "constant"', lambda v: v in SCHEDULES)
        check_setting(
            self, "patience", "None or a whole number of at least 1", lambda v: v is None or is_whole(v) and v >= 1
        )
        check_setting(self, "time_limit_s", "None or seconds above 0", lambda v: v is None or v > 0)
        check_setting(self, "seed", "a whole number from 0 to 2**32 - 1", lambda v: is_whole(v) and 0 <= v < 2**32)
        check_setting(self, "precision", '"auto", "bf16" or "float32"', lambda v: v in PRECISIONS)

    def teacher_forcing_at(self, epoch: int) -> float:
        """The probability of feeding the right token in an epoch, counted from 0."""
        ratios = self.teacher_forcing
        return ratios if isinstance(ratios, int | float) else ratios[min(epoch, len(ratios) - 1)]

    def learning_rate_at(self, progress: float) -> float:
        """Adam's rate when a share of the run is done (0 to 1): up in the first 5 %, then down along a cosine."""
        factor = 1.0
        if self.schedule == "warmup-decay":
            warmup = 0.05
            down = (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup))) / 2
            factor = progress / warmup if progress < warmup else down
        return self.lr * max(factor, 0.01)


def check_setting(config: object, name: str, expected: str, is_right: Callable[[Any], bool]) -> None:
    """Refuse a dataclass's field: ValueError with its name, its value and what was expected."""
    value = getattr(config, name)
    try:
        right = is_right(value)
    except TypeError:
        right = False
    if not right:
        raise ValueError(f"{name} is {value!r}; expected {expected}")


def is_whole(value: Any) -> bool:
    """An int; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool)


# The article's run (lesson 08): `Translator.train(pairs[:600], ARTICLE_MODEL, ARTICLE)`.
ARTICLE_MODEL = ModelConfig(embed_size=32, num_hiddens=32, num_layers=2, dropout=0.1)
ARTICLE = TrainConfig(
    epochs=300,
    batch_size=64,
    lr=0.005,
    schedule="constant",
    num_steps=10,
    weight_decay=0.0,
    val_fraction=0.0,
    precision="float32",
)
