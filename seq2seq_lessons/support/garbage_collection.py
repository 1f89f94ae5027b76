"""A pause for Python's search for garbage, while many small objects are made that will stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """A block in which the collector does not run; it goes through all lists and tuples again and again as they grow.

    A third of the time of reading a large file of pairs. Objects are still freed when nothing refers to them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
