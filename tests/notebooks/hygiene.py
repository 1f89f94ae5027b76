"""What every committed notebook must be: the rules of CONTRIBUTING.md, as a list of problems."""

import ast
import json
import re
import sys

from tools.folding import unfold
from tools.minutes import NOT_PROSE, stated
from tools.notebooks import find

MAX_BYTES = 500_000
MAX_CELL_LINES = 15
MAX_PROSE_WORDS = 1500
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def problems(notebook: dict, num_bytes: int) -> list[str]:
    """One line for each thing wrong with a notebook, given as parsed JSON."""
    found = []
    cells = notebook["cells"]
    code = [c for c in cells if c["cell_type"] == "code" and source(c).strip()]
    if [c.get("execution_count") for c in code] != list(range(1, len(code) + 1)):
        found.append(f"code cells are not counted 1 to {len(code)}: run it with `make lessons`")
    ids = [c.get("id") for c in cells]
    if None in ids or len(set(ids)) != len(ids):
        found.append("cells without an id, or with the same one")
    if "widgets" in notebook["metadata"]:
        found.append("widget state is stored")
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        found.append("the kernelspec is not python3")
    if num_bytes > MAX_BYTES:
        found.append(f"{num_bytes} bytes, at most {MAX_BYTES} allowed")
    words = sum(len(NOT_PROSE.sub("", source(c)).split()) for c in cells if c["cell_type"] == "markdown")
    if words > MAX_PROSE_WORDS:
        found.append(f"{words} words of prose, at most {MAX_PROSE_WORDS} allowed")
    for cell in cells:
        found += [f"cell {cell.get('id')}: {problem}" for problem in _cell_problems(cell)]
    found += _names_of_skipped_cells(code)
    return found


def minutes_problems(cells: list[dict]) -> list[str]:
    """The minutes that the title's cell states are those of the rule."""
    title = next(source(c) for c in cells if c["cell_type"] == "markdown")
    return [] if stated(cells) in title else [f"the first cell does not say {stated(cells)!r} (tools/minutes.py)"]


def optional_problems(cells: list[dict]) -> list[str]:
    """What may be skipped stands under a heading "Optional: …" that is stored folded, and nothing else does."""
    found, level = [], 0  # of the "Optional" heading that we are under; 0: none
    for cell in cells:
        heading = re.match(r"(#+) (.*)", source(cell)) if cell["cell_type"] == "markdown" else None
        if heading and heading[2].startswith("Optional: "):
            level = len(heading[1])
            if cell["metadata"].get("jp-MarkdownHeadingCollapsed") is not True or "more" not in tags(cell):
                found.append(f"cell {cell['id']}: heading not folded (jp-MarkdownHeadingCollapsed) or not tagged more")
        elif heading and len(heading[1]) <= level:
            level = 0
        if ("more" in tags(cell)) != bool(level):
            found.append(f"cell {cell['id']}: what is tagged more stands under '## Optional: …', and nothing else does")
    return found


def source(cell: dict) -> str:
    """A cell's text; the file may hold it as a string or as lines."""
    return "".join(cell["source"])


def tags(cell: dict) -> list[str]:
    """A cell's tags."""
    return cell["metadata"].get("tags", [])


def _cell_problems(cell: dict) -> list[str]:
    found = []
    if len({"core", "more"} & set(tags(cell))) != 1:
        found.append("needs exactly one of the tags core and more")
    if bool(cell.get("outputs")) and ("reveal" in tags(cell)) != (unfold(cell["outputs"]) is not cell["outputs"]):
        found.append("a cell tagged reveal is stored folded, and no other one is")
    if cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
        found.append("outputs_hidden prints the first line of what it hides: tag the cell reveal")
    if "execution" in cell["metadata"]:
        found.append("execution times are stored")
    if cell["cell_type"] != "code":
        if re.search(r"!\[[^\]]*\]\(\s*https?:", source(cell)):
            found.append("shows a picture from elsewhere, which a room without network does not see")
        return found
    if len(source(cell).splitlines()) > MAX_CELL_LINES:
        found.append(f"{len(source(cell).splitlines())} lines, at most {MAX_CELL_LINES} allowed")
    if "nbval-skip" in tags(cell):
        found.append("nbval-skip is not used here: a cell that cannot run is no lesson")
    if "lessons_translator(" in source(cell) and "nbval-ignore-output" not in tags(cell):
        found.append("a lesson run alone trains its model first and says so: tag the cell nbval-ignore-output")
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            found.append(f"stores an error: {output.get('ename')}")
        if output.get("name") == "stderr":
            found.append("a warning reaches the learner")
        data = output.get("data", {})
        if WIDGET_VIEW in data:
            found.append("stores a widget view, which a reopened notebook cannot show")
        if re.search(r"\w+Box\(children=|<IPython|<Figure size", "".join(data.get("text/plain", ""))):
            found.append("its text output is a Python representation, not words")
    return found


def _names_of_skipped_cells(code: list[dict]) -> list[str]:
    """Names that only a skippable cell defines and that a core cell uses."""
    defined_in_core: set[str] = set()
    defined_in_more: set[str] = set()
    found = []
    for cell in code:
        tree = ast.parse(source(cell))
        stored, loaded = _stored(tree), {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        if "more" in tags(cell):
            defined_in_more |= stored - defined_in_core
            continue
        broken = (loaded & defined_in_more) - stored - defined_in_core
        if broken:
            found.append(f"cell {cell.get('id')} is core and uses {', '.join(sorted(broken))} of a skippable cell")
        defined_in_core |= stored
        defined_in_more -= stored
    return found


def _stored(tree: ast.AST) -> set[str]:
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


if __name__ == "__main__":
    for path in find(sys.argv[1:]):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        found = problems(notebook, path.stat().st_size)
        print(
            path.stem, *found, *minutes_problems(notebook["cells"]), *optional_problems(notebook["cells"]), sep="\n  "
        )
