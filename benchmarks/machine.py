"""What this machine can do at most, and how much a training run asks of it."""

import time
from collections.abc import Callable

import torch
from torch.utils.flop_counter import FlopCounterMode


def matrix_rate(dtype: torch.dtype, rows: int, inner: int, columns: int, seconds: float = 0.5) -> float:
    """GFLOP/s of the product (rows, inner) @ (inner, columns): the fastest of those that fit into the seconds."""
    a, b = torch.randn(rows, inner).to(dtype), torch.randn(inner, columns).to(dtype)
    best, end = float("inf"), time.perf_counter() + seconds
    with torch.no_grad():
        a @ b  # warm up
        while (started := time.perf_counter()) < end:
            a @ b
            best = min(best, time.perf_counter() - started)
    return 2 * rows * inner * columns / best / 1e9


def flops(run: Callable[[], object]) -> int:
    """The floating-point operations of all matrix products in a run, forward and backward."""
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()
