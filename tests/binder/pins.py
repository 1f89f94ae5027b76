"""The files of exact versions that `make freeze` writes, and an environment made of them."""

import subprocess
import tomllib
import venv
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
FROZEN = ROOT / "binder" / "requirements.txt"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def pins(path: Path) -> dict[str, str]:
    """The exact versions in a requirements file that hold here, by normalised name; options are left out.

    Raises:
        ValueError: a line names a package but not one exact version.
    """
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line and not line.startswith("-"):
            requirement = Requirement(line)
            if [each.operator for each in requirement.specifier] != ["=="]:
                raise ValueError(f"{path.name} has {line!r}; write an exact version: {requirement.name}==…")
            if requirement.marker is None or requirement.marker.evaluate():
                (exact,) = requirement.specifier
                found[canonicalize_name(requirement.name)] = exact.version
    return found


def declared(*extras: str, group: str | None = None) -> list[Requirement]:
    """What pyproject.toml asks for: to run the package, for its extras, and of a dependency group."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = list(table["project"]["dependencies"])
    for extra in extras:
        lines += table["project"]["optional-dependencies"][extra]
    if group:
        lines += table["dependency-groups"][group]
    return [Requirement(line) for line in lines]


def make_environment(folder: Path) -> Path:
    """An empty virtual environment; returns its python."""
    venv.create(folder, with_pip=True, symlinks=True)
    return folder / "bin" / "python"


def pip_install(python: Path, *arguments: str) -> None:
    subprocess.run([python, "-m", "pip", "install", "--quiet", *arguments], check=True)


def install_torch(python: Path, version: str) -> None:
    """Install torch alone. Only this asks PyTorch's index, and goes on when it does not answer: pip's own may do."""
    pip_install(
        python, "--no-deps", "--retries", "1", "--timeout", "20", "--extra-index-url", CPU_INDEX, f"torch=={version}"
    )
