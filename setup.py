"""What pyproject.toml cannot say of the build: a wheel carries the lessons, which lie beside the package."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

NOTEBOOKS = Path("notebooks")


class BuildWithNotebooks(build_py):
    """Put the lessons into the package; an editable install finds them where they are."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for path in sorted([*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("results/*.json")]):
            target = Path(self.build_lib, "seq2seq_lessons", path)
            self.mkpath(str(target.parent))
            self.copy_file(str(path), str(target))


setup(cmdclass={"build_py": BuildWithNotebooks})
