"""A site of two lessons, built once for all tests of a run."""

from pathlib import Path

from filelock import FileLock

from tools.site import build

LESSONS = ("01", "02")  # one with tables and formulas, one with explorers


def built(tmp_path_factory) -> Path:
    """The folder of the built HTML; the workers of a parallel run share one."""
    base = tmp_path_factory.getbasetemp()
    if base.name.startswith("popen-"):  # a worker's own folder
        base = base.parent
    folder = base / "site"
    with FileLock(f"{folder}.lock"):
        if not (folder / "html" / "searchindex.js").exists():
            build(list(LESSONS), folder)
    return folder / "html"
