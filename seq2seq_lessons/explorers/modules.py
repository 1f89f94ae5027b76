"""The explorers' JavaScript and CSS, which are files of the package."""

import re
from importlib.resources import files


def read(name: str) -> str:
    """The text of a file beside this one."""
    return files(__package__).joinpath(name).read_text("utf-8")


def script(*names: str) -> str:
    """JavaScript as one module, which is all that a widget may have: files, without what joins them in a page.

    Each of them needs only those before it.
    """
    return "\n".join(re.sub(r"^(import .*|export (?!default))", "", read(f"{name}.js"), flags=re.M) for name in names)
