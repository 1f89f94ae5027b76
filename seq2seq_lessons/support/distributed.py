"""Several processes train one model: torchrun starts them, and each takes its share of every batch (lesson 13)."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch import distributed as dist
from torch.nn.parallel import DistributedDataParallel

from seq2seq_lessons.support.device import pick_device
from seq2seq_lessons.text import Batch


@contextmanager
def process_group(device: str = "auto") -> Iterator[None]:
    """Join the processes that torchrun started; outside torchrun nothing happens.

    They talk by NCCL between GPUs, by gloo between CPUs. Each process takes the GPU of its number on its machine.

    Args:
        device: as `TrainConfig.device`, the same in every process; without a number.

    Raises:
        ValueError: more processes on this machine than GPUs, or a GPU named by its number.
    """
    if int(os.environ.get("WORLD_SIZE", 1)) == 1:
        yield
        return
    on_gpu = pick_device(device).type == "cuda"
    if on_gpu:
        local_rank, num_gpus = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
        if local_rank >= num_gpus or ":" in device:
            raise ValueError(
                f"process {local_rank} of this machine, which has {num_gpus} GPUs, was given device "
                f'{device!r}; expected at most one process a GPU and "cuda" without a number: start '
                f"torchrun with --nproc-per-node {num_gpus}, or train with --device cpu"
            )
        torch.cuda.set_device(local_rank)  # "cuda" without a number now means this one
    dist.init_process_group("cpu:gloo,cuda:nccl" if on_gpu else "gloo")
    try:
        yield
    finally:
        dist.destroy_process_group()


def rank() -> int:
    """This process's number; 0 prints and saves."""
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def synchronised(model: nn.Module, run: Callable[..., Any]) -> Callable[..., Any]:
    """`run` with the model for its first argument; with several processes backward then leaves the mean of all their
    gradients in every process."""
    return DistributedDataParallel(_Run(model, run)) if dist.is_initialized() else partial(run, model)


class _Run(nn.Module):
    """A function of a model as the one module that DistributedDataParallel can wrap."""

    def __init__(self, model: nn.Module, run: Callable[..., Any]):
        super().__init__()
        self.model, self.run = model, run

    def forward(self, *args: Any) -> Any:
        return self.run(self.model, *args)


def share(batch: Batch) -> Batch:
    """This process's sentences of a batch, trimmed; every world_size-th, so that all shares have similar lengths.

    Where there are fewer sentences than processes, some get one without a token to say, which adds nothing.
    """
    if world_size() == 1:
        return batch
    part = Batch(*(tensor[rank() :: world_size()] for tensor in batch))
    if len(part.source_len) == 0:
        part = Batch(*(tensor[:1] for tensor in batch))._replace(target_len=torch.zeros(1, dtype=torch.int64))
    source_steps, target_steps = int(part.source_len.max()), max(1, int(part.target_len.max()))
    return part._replace(source=part.source[:, :source_steps], target=part.target[:, :target_steps])


def total(tensor: Tensor) -> Tensor:
    """The sum of all processes' tensors, in every process."""
    if dist.is_initialized():
        dist.all_reduce(tensor)
    return tensor


def agreed(number: float) -> float:
    """Process 0's number, in every process: what all must decide alike is decided by it."""
    if not dist.is_initialized():
        return number
    shared = torch.tensor(number, dtype=torch.float64)
    dist.broadcast(shared, src=0)
    return shared.item()
