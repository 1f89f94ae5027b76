"""A checkpoint: what a training run needs to go on from the end of an epoch (lesson 08)."""

import hashlib
import json
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, NamedTuple

from torch import Tensor

from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.support import distributed
from seq2seq_lessons.support.storage import check_folder, read_folder, write_folder
from seq2seq_lessons.text import Batch

Weights = dict[str, Tensor]
Resume = bool | Literal["auto"]
MAY_CHANGE = ("device", "epochs", "patience", "time_limit_s")  # from a run to its resumption


def identity(config: TrainConfig, data: Batch, weights: Weights) -> dict[str, Any]:
    """What must be the same when a run goes on, as JSON has it: settings, training data, the shapes of the weights."""
    settings = {name: value for name, value in asdict(config).items() if name not in MAY_CHANGE}
    ids = b"".join(part.cpu().contiguous().numpy().tobytes() for part in data)
    shapes = {name: list(tensor.shape) for name, tensor in weights.items()}
    return json.loads(json.dumps(settings | {"pairs": hashlib.sha256(ids).hexdigest()[:16], "model": shapes}))


class Checkpoint(NamedTuple):
    """A run at the end of an epoch.

    weights, best: the model's at the end of the epoch, and the best ones so far.
    optimizer: what the optimizer keeps of each parameter, by the parameter's number.
    run: its `identity`.
    history: the run's, as JSON has it.
    """

    weights: Weights
    best: Weights
    optimizer: dict[int, Weights]
    run: dict[str, Any]
    history: dict[str, Any]

    def save(self, folder: str | Path) -> None:
        """Store it in a folder, in place of the one before.

        Raises:
            OSError: the disk is full or read-only; the one before stands.
        """
        tensors = {f"model.{name}": tensor for name, tensor in self.weights.items()}
        tensors |= {f"best.{name}": tensor for name, tensor in self.best.items()}
        for i, state in self.optimizer.items():
            tensors |= {f"adam.{i}.{name}": tensor for name, tensor in state.items()}
        write_folder(folder, "checkpoint", tensors, {"run": self.run, "history": self.history})

    def save_or_warn(self, folder: str | Path) -> None:
        """`save`, for whom a full disk is no reason to lose what is being learnt."""
        try:
            self.save(folder)
        except OSError as error:
            epoch = len(self.history["train_loss"]) - 1
            words = f"no checkpoint of epoch {epoch} ({error}): the one before stands, and training goes on"
            warnings.warn(words, stacklevel=4)

    @classmethod
    def load(cls, folder: str | Path) -> "Checkpoint":
        """The checkpoint that `save` stored.

        Raises:
            ValueError: it is damaged.
        """
        tensors, description = read_folder(folder, "checkpoint")
        parts: dict[str, Weights] = {"model": {}, "best": {}, "adam": {}}
        for name, tensor in tensors.items():
            part, rest = name.split(".", 1)
            parts[part][rest] = tensor
        optimizer: dict[int, Weights] = {}
        for name, tensor in parts["adam"].items():
            i, rest = name.split(".", 1)
            optimizer.setdefault(int(i), {})[rest] = tensor
        return cls(parts["model"], parts["best"], optimizer, description["run"], description["history"])


def open_checkpoint(folder: str | Path | None, resume: Resume, run: dict[str, Any]) -> Checkpoint | None:
    """Before the first epoch: the checkpoint to go on from, or None where a run begins and none can be lost.

    Args:
        folder: made if it is missing; None where no checkpoint is kept.
        resume: whether to go on; with "auto" if there is a checkpoint.
        run: the `identity` of the run.

    Raises:
        FileExistsError: the folder holds a checkpoint, and resume was not asked for.
        FileNotFoundError: resume was asked for, and there is none.
        ValueError: resume without a folder, or of another kind; or the checkpoint is damaged, or another run's; the
            message says in what they differ.
    """
    if resume not in (True, False, "auto"):
        raise ValueError(f'resume is {resume!r}; expected True, False or "auto"')
    if folder is None:
        if resume:
            raise ValueError(f"resume={resume!r} needs checkpoint=FOLDER, the folder that the first run was given")
        return None
    exists = (check_folder(folder) / "checkpoint.json").exists()
    if exists and not resume:
        raise FileExistsError(
            f'{folder} holds the checkpoint of a run: go on from it with resume=True (or "auto"), give another '
            "folder, or delete it to begin anew"
        )
    saved = Checkpoint.load(folder) if exists else None
    num_epochs = len(saved.history["seconds"]) if saved else 0
    if distributed.agreed(num_epochs) != num_epochs:
        raise ValueError(
            f"process {distributed.rank()} does not see the checkpoint that process 0 sees in {folder}: give a folder "
            "on a disk that all machines share"
        )
    if resume is True and saved is None:
        raise FileNotFoundError(
            f'no checkpoint in {folder} to go on from: begin a run there without resume, or with resume="auto"'
        )
    if saved and (differing := [name for name, value in run.items() if saved.run.get(name) != value]):
        raise ValueError(
            f"the checkpoint in {folder} belongs to another run ({', '.join(differing)} differ): give the settings "
            "and pairs of that run, or another folder"
        )
    return saved
