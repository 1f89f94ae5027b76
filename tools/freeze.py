"""Write binder/requirements.txt: `python -m tools.freeze`, after every change of requirements.txt.

It runs on Linux with the Python of binder/runtime.txt. A fresh environment gets what the course needs at run time
(pyproject.toml) at the pins of requirements.txt, and what builds the package; the file lists all that is in it then.
"""

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FROZEN = ROOT / "binder" / "requirements.txt"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
BESIDE = ["notebook"]  # Binder's images have one, and each release of it fits one JupyterLab only
HEADER = f"""\
# Written by `python -m tools.freeze`. Nothing here is local, so Binder installs before it copies the repository, and
# an edited notebook installs nothing again.
--extra-index-url {CPU_INDEX}
"""


def pins(path: Path) -> dict[str, str]:
    """The exact versions in a requirements file, by normalised name; options and `-e .` are left out.

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
            (exact,) = requirement.specifier
            found[canonicalize_name(requirement.name)] = exact.version
    return found


def needed(project: Path = ROOT / "pyproject.toml") -> list[str]:
    """The names of the packages that the course needs at run time."""
    lines = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    return [canonicalize_name(Requirement(line).name) for line in lines]


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


def freeze() -> list[str]:
    """The lines of a new binder/requirements.txt, without its header."""
    pinned = pins(ROOT / "requirements.txt")
    builders = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"  # a package of the tests may come along here: psutil does
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in pinned.items()))
        python = make_environment(Path(folder) / "environment")
        install_torch(python, f"{pinned['torch']}+cpu")
        pip_install(python, "--upgrade", "--constraint", str(constraints), *needed(), *BESIDE, *builders)
        command = [python, "-m", "pip", "freeze", "--all", "--exclude", "pip"]
        return subprocess.check_output(command, text=True).splitlines()


def main() -> None:
    wanted = (ROOT / "binder" / "runtime.txt").read_text().strip()
    here = f"python-{sys.version_info.major}.{sys.version_info.minor}"
    if sys.platform != "linux" or here != wanted:
        raise SystemExit(f"Binder has Linux and {wanted}; here are {sys.platform} and {here}")
    lines = freeze()
    FROZEN.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{FROZEN.relative_to(ROOT)}: {len(lines)} packages")


if __name__ == "__main__":
    main()
