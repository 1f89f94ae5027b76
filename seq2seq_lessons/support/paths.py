"""Paths as people write them."""

import os
from pathlib import Path


def expanded(path: str | Path) -> Path:
    """The path with `~` and variables such as `$HOME` replaced, as a shell does it where they are not in quotes."""
    return Path(os.path.expandvars(os.path.expanduser(path)))
