"""What the benchmarks in a browser share: how often they measure, the wait for a paint, the slowest of their times."""

import argparse
from collections.abc import Sequence

LEAST, DEFAULT = 40, 60

# A function of JavaScript that calls `done` after the next frame has been painted.
AFTER_PAINT = """done => requestAnimationFrame(() => {
    const channel = new MessageChannel();   // its message comes after the frame's paint
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
})"""


def times_asked(name: str, description: str, arguments: Sequence[str] | None) -> int:
    """How often to measure, as the command line of `benchmarks.name` says."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=description.splitlines()[0])
    parser.add_argument(
        "--times", type=int, default=DEFAULT, help=f"of each kind, at least {LEAST} (default {DEFAULT})"
    )
    times = parser.parse_args(arguments).times
    if times < LEAST:
        parser.error(f"--times {times}: at least {LEAST}, or the median says little")
    return times


def slowest(times: Sequence[float]) -> str:
    """The three slowest, in milliseconds."""
    return ", ".join(f"{time:.0f}" for time in sorted(times)[-3:])
