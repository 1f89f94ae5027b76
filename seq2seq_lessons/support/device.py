"""Where to compute, and in which precision."""

import os
import warnings
from contextlib import AbstractContextManager, nullcontext
from functools import cache

import torch

# Below this hidden size bfloat16's conversions cost more than its products save (measured on a CPU with AVX512-BF16).
BF16_MIN_HIDDENS = 128


def pick_device(name: str = "auto") -> torch.device:
    """The device of that name; "auto" is the first NVIDIA (or AMD ROCm) GPU if there is one that works, else the CPU.

    Apple's "mps" is taken only on request: it has no float64, which the course's proofs use.

    Raises:
        ValueError: no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() and _does_cuda_compute() else "cpu")
    try:
        device = torch.device(name)
    except (RuntimeError, TypeError):
        raise ValueError(f'device is {name!r}; expected "auto", "cpu", "cuda", "cuda:1" or "mps"') from None
    num_gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    no_cuda = device.type == "cuda" and (device.index or 0) >= num_gpus
    no_mps = device.type == "mps" and not torch.backends.mps.is_available()
    if no_cuda or no_mps:
        raise ValueError(f'device {name!r} is not available here: use device="auto" or device="cpu"')
    return device


@cache
def _does_cuda_compute() -> bool:
    """Whether the GPU, which is there, adds; one that is too old or too new for this build of torch does not."""
    if "LOCAL_RANK" in os.environ:
        return True  # torchrun's processes take one each, and none is chosen yet
    try:
        return bool(torch.ones(2, device="cuda").sum() == 2)
    except RuntimeError as error:
        warnings.warn(f"the GPU is not used, since it fails ({str(error).splitlines()[0]})", stacklevel=4)
        return False


def pick_precision(name: str, device: torch.device, num_hiddens: int) -> str:
    """ "bf16" or "float32"; "auto" takes bf16 where the hardware multiplies it fast and the model is large enough.

    Raises:
        ValueError: another name.
    """
    if name in ("bf16", "float32"):
        return name
    if name != "auto":
        raise ValueError(f'precision is {name!r}; expected "auto", "bf16" or "float32"')
    return "bf16" if num_hiddens >= BF16_MIN_HIDDENS and _is_bf16_fast(device) else "float32"


def autocast(device: torch.device, precision: str) -> AbstractContextManager:
    """A block whose matrix products run in bfloat16 when precision is "bf16"."""
    return torch.autocast(device.type, dtype=torch.bfloat16) if precision == "bf16" else nullcontext()


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether memory was too small: a GPU raises a class of its own, the CPU's allocator does not."""
    return isinstance(error, torch.OutOfMemoryError) or "you tried to allocate" in str(error)


def _is_bf16_fast(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return False
