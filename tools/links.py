"""Point every badge and link of the project at a repository: `python -m tools.links [OWNER/NAME]`.

The repository's owner and name stand in one place, `project.urls` in pyproject.toml. This command writes them there and
into every address of README, docs, notebooks and configuration that names the repository on GitHub, GitHub Pages,
Binder or Colab. Without an argument they are read from the git remote `origin`.
"""

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tools.notebooks import ROOT, write_text

FILES = ("pyproject.toml", "README.md", "CITATION.cff", "docs/*.md", "notebooks/*.ipynb", "site_src/*", ".github/**/*")
NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?"
HOSTS = ("github.com/", "mybinder.org/v2/gh/", "colab.research.google.com/github/", "raw.githubusercontent.com/")


def current(root: Path = ROOT) -> str:
    """OWNER/NAME as pyproject.toml has it."""
    urls = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    return urls["Repository"].removeprefix("https://github.com/")


def from_remote(root: Path = ROOT) -> str | None:
    """OWNER/NAME of the git remote `origin`, if that is a repository on GitHub."""
    asked = subprocess.run(["git", "remote", "get-url", "origin"], cwd=root, capture_output=True, text=True)
    found = re.search(r"github\.com[:/]([^/\s]+/[^/\s]+?)(?:\.git)?/?$", asked.stdout.strip())
    return found[1] if found else None


def files(root: Path = ROOT) -> list[Path]:
    """The files that may name the repository."""
    return [path for pattern in FILES for path in sorted(root.glob(pattern)) if path.is_file()]


def rewrite(repository: str, root: Path = ROOT) -> list[Path]:
    """Replace the current repository by OWNER/NAME everywhere; returns the files that changed.

    Raises:
        ValueError: not of the form OWNER/NAME.
    """
    if not re.fullmatch(rf"{NAME}/{NAME}", repository):
        raise ValueError(f"repository is {repository!r}; expected OWNER/NAME, as in the address github.com/OWNER/NAME")
    old = current(root)
    changed = []
    for path in files(root):
        text = path.read_text(encoding="utf-8")
        new = re.sub(rf"({'|'.join(map(re.escape, HOSTS))}){re.escape(old)}(?![\w-])", rf"\g<1>{repository}", text)
        new = new.replace(pages(old), pages(repository))
        if new != text:
            write_text(new, path)
            changed.append(path)
    return changed


def pages(repository: str) -> str:
    """Where GitHub Pages shows the HTML edition."""
    owner, name = repository.split("/")
    return f"https://{owner.lower()}.github.io/{name}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repository", nargs="?", metavar="OWNER/NAME", help="default: what the remote origin says")
    repository = parser.parse_args(arguments).repository or from_remote()
    if repository is None:
        parser.error("the git remote origin is not on GitHub: say which repository, as OWNER/NAME")
    try:
        changed = rewrite(repository)
    except ValueError as error:
        parser.error(str(error))
    print(f"{repository}: {len(changed)} files rewritten")
    return 0


if __name__ == "__main__":
    sys.exit(main())
