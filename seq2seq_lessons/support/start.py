"""`seq2seq-lessons start`: the lessons in a folder of the learner's own, and JupyterLab open at the first one."""

import os
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from seq2seq_lessons import __version__
from seq2seq_lessons.support.environment import DISTRIBUTION

PACKAGE = Path(__file__).parents[1]


def delivered() -> Path:
    """The folder of the lessons as delivered: inside an installed package, beside it in a clone."""
    inside = PACKAGE / "notebooks"
    return inside if inside.is_dir() else PACKAGE.parent / "notebooks"


def deliver(folder: Path) -> list[str]:
    """Copy the lessons, and what they read, into a folder; a file that is there already stays as it is.

    A link out of the folder of lessons becomes one to the repository, at this version: nothing is beside the copy.

    Returns:
        the files that were there and differ from the delivered ones: the learner's work.
    """
    source, repository, kept = delivered(), _address_of_the_repository(), []
    for path in sorted([*source.glob("*.ipynb"), *source.glob("results/*.json")]):
        name = path.relative_to(source)
        target = folder / name
        copy = path.read_bytes().replace(b"](../", f"]({repository}/".encode())
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(copy)
        elif target.read_bytes() != copy:
            kept.append(str(name))
    return kept


def _address_of_the_repository() -> str:
    urls = dict(line.split(", ") for line in metadata.metadata(DISTRIBUTION).get_all("Project-URL", []))
    return f"{urls['Repository']}/blob/v{__version__}"


def open_lab(folder: Path, options: Sequence[str] = ()) -> None:
    """Run JupyterLab in a folder, at its first lesson, until it is shut down.

    Args:
        options: JupyterLab's own, such as --no-browser.

    Raises:
        ModuleNotFoundError: JupyterLab is not installed.
    """
    try:
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f'JupyterLab is not installed ({error}): pip install "seq2seq-lessons[lab]", or open the lessons in '
            f"{folder} with an editor that runs notebooks"
        ) from error
    first = min(path.name for path in delivered().glob("*.ipynb"))
    os.chdir(folder)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0  # as in a container; JupyterLab would end at once
    LabApp.launch_instance([f"--LabApp.default_url=/lab/tree/{first}", *["--allow-root"] * is_root, *options])
