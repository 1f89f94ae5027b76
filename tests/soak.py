"""How long the long tests run: a little in `make test`, for hours in `make soak`."""

import os

SOAK = bool(os.environ.get("SOAK"))


def soaked(normally: int, in_soak: int) -> int:
    """A number of repetitions."""
    return in_soak if SOAK else normally
