"""Run the notebooks and store their outputs, or put one back: `python -m tools.notebooks run|reset [NN ...]`.

What is committed is the executed notebook. A notebook whose cells differ from the committed ones is somebody's work:
before anything is written over it, it is copied to notebooks/.copies/.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tools.folding import fold, unfold

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def find(numbers: list[str]) -> list[Path]:
    """The notebooks whose names begin with the given numbers; all of them without any."""
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    chosen = [p for p in paths if not numbers or p.name[:2] in numbers]
    missing = set(numbers) - {p.name[:2] for p in chosen}
    if missing:
        raise SystemExit(f"no lesson {', '.join(sorted(missing))}; there are {', '.join(p.name[:2] for p in paths)}")
    return chosen


def execute(notebook: nbformat.NotebookNode, folder: Path = NOTEBOOKS) -> nbformat.NotebookNode:
    """Run all cells in a fresh kernel that stands in `folder`, and tidy the result."""
    return tidy(run_cells(notebook, folder, store_widget_state=False))


def run_cells(notebook: nbformat.NotebookNode, folder: Path, *, store_widget_state: bool) -> nbformat.NotebookNode:
    """Run all cells in a fresh kernel that stands in `folder`; the outputs are as they come."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=900,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=store_widget_state,
        resources={"metadata": {"path": str(folder)}},
    )
    return client.execute()


def tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Remove what differs from run to run or breaks on reopening; fold what gives an answer away."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "file_extension": ".py"},
        }
    )
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            # a reopened notebook then shows the stored picture, not "model not found"
            data.pop(WIDGET_VIEW, None)
            output.get("metadata", {}).pop(WIDGET_VIEW, None)
            if "image/png" in data:
                data.pop("text/html", None)  # the same picture again, for a running kernel's page
        if "reveal" in cell.metadata.get("tags", []):
            cell.outputs = fold(unfold(cell.outputs))
            cell.metadata.pop("jupyter", None)
    return notebook


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Replace the file in one step."""
    write_text(nbformat.writes(notebook) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Replace the file in one step."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, path)


def committed(path: Path) -> str | None:
    """The notebook's text at HEAD; None where there is no such commit."""
    spec = f"HEAD:{path.relative_to(ROOT).as_posix()}"
    result = subprocess.run(["git", "show", spec], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    return result.stdout if result.returncode == 0 else None


def keep_copy_if_changed(path: Path) -> None:
    """Copy the notebook aside unless its cells are the committed ones."""
    mine, theirs = nbformat.read(path, as_version=4), committed(path)
    if theirs is not None and _sources(mine) == _sources(nbformat.reads(theirs, as_version=4)):
        return
    copies = path.parent / ".copies"
    copies.mkdir(exist_ok=True)
    copy = copies / f"{path.stem}-{time.strftime('%Y%m%d-%H%M%S')}.ipynb"
    copy.write_bytes(path.read_bytes())
    print(f"{path.name} has been changed; a copy is kept in {copy.relative_to(ROOT)}")


def _sources(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def run(numbers: list[str]) -> int:
    """Execute and store; a notebook that fails keeps the outputs that it had."""
    failed = []
    for path in find(numbers):
        started = time.perf_counter()
        try:
            notebook = execute(nbformat.read(path, as_version=4))
        except CellExecutionError as error:
            failed.append(path.name)
            print(f"{path.name}: failed, not changed\n{error}", file=sys.stderr)
            continue
        keep_copy_if_changed(path)
        write(notebook, path)
        print(f"{path.name}: {time.perf_counter() - started:.0f} s")
    return 1 if failed else 0


def reset(numbers: list[str]) -> int:
    """Put the committed notebook back."""
    if not numbers:
        raise SystemExit("say which lesson to put back, for example: make reset LESSON=03")
    for path in find(numbers):
        text = committed(path)
        if text is None:
            raise SystemExit(f"{path.name} is in no commit of this checkout: take it from the repository's page")
        keep_copy_if_changed(path)
        write(nbformat.reads(text, as_version=4), path)
        print(f"{path.name}: as delivered")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["run", "reset"])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="two digits, such as 03")
    arguments = parser.parse_args()
    sys.exit({"run": run, "reset": reset}[arguments.action](arguments.lessons))
