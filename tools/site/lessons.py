"""A page of an executed lesson: links that lead somewhere, answers folded, what only Jupyter needs left out."""

import base64
import html
import re
from typing import NamedTuple, Self

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tools.folding import unfold
from tools.links import current
from tools.notebooks import WIDGET_VIEW

from .explorers import Files, Widgets, explorer_html

NOTE = """::::{{container}} reading
Here you read, and sliders move; cells do not run. Answer in your head before you press *Show the answer*.
To run the cells and have your answers checked, open the lesson [on Binder]({binder}), [in Colab]({colab}), or
[on your own machine](../index.md#on-your-own-machine).
::::"""
BINDER = "https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/notebooks/{name}.ipynb"
COLAB = "https://colab.research.google.com/github/{repository}/blob/main/notebooks/{name}.ipynb"
UNANSWERED = re.compile(r"^(Prediction|Exercise) [\d.]+: your turn\n", re.M)


class Lesson(NamedTuple):
    """What the cell with a lesson's title says of it."""

    title: str
    promise: str
    minutes: str

    @classmethod
    def of(cls, notebook: NotebookNode) -> Self:
        top = notebook.cells[title_at(notebook)].source
        title, promise, *rest = top[top.index("# ") + 2 :].split("\n\n")
        minutes = re.search(r"(\d+) minutes", "\n".join(rest))
        return cls(title, promise.replace("\n", " ").replace("**", ""), minutes[1] if minutes else "")

    def row(self, name: str) -> str:
        """Its row in the table of lessons."""
        return f"| [{self.title}](notebooks/{name}.ipynb) | {self.promise} | {self.minutes} |"


def title_at(notebook: NotebookNode) -> int:
    """The index of the cell with the lesson's title; a cell for Colab may stand before it."""
    return next(
        i
        for i, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown" and re.search(r"^# ", cell.source, re.M)
    )


def make_page(notebook: NotebookNode, name: str, lessons: set[str], files: Files) -> set[str]:
    """Make a page of an executed notebook, in place; returns the modules that it links to.

    lessons: the names of all lessons of the site; a link to another one becomes plain text. files: where its pictures
    and explorers go.
    """
    widgets = Widgets.of(notebook)
    notebook.metadata = NotebookNode(language_info={"name": "python", "pygments_lexer": "python"})
    modules: set[str] = set()
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_links(cell.source, lessons, modules)
            cells.append(cell)
        elif not any(tag == "colab" or tag.startswith("prediction-") for tag in tags(cell)):
            cells += on_page(cell, widgets, files)
    notebook.cells = cells
    addresses = {"repository": current(), "name": name}
    note = NOTE.format(binder=BINDER.format(**addresses), colab=COLAB.format(**addresses))
    notebook.cells.insert(title_at(notebook) + 1, new_markdown_cell(note))
    return modules


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def on_page(cell: NotebookNode, widgets: Widgets, files: Files) -> list[NotebookNode]:
    """A code cell as the page has it: an answer is folded, but never an explorer, which gets a cell of its own."""
    answer, explorers = [], []
    for output in unfold(cell.outputs):  # folded in a lesson that was not run, but taken as it is stored
        if "text" in output:
            output.text = UNANSWERED.sub("", output.text)
        is_explorer = widgets.has(output)
        if "image/png" in output.get("data", {}):
            output["data"] = {"text/html": shown(output, widgets, files)}
        if output.get("text") != "":
            (explorers if is_explorer and "reveal" in tags(cell) else answer).append(output)
    cell.outputs = answer
    if "reveal" in tags(cell) and answer:
        cell.metadata["tags"] = [*tags(cell), "hide-output"]
    if not explorers:
        return [cell]
    # an empty cell would be left out
    return [cell, new_code_cell("# shows it", outputs=explorers, metadata={"tags": ["remove-input"]})]


def shown(output: NotebookNode, widgets: Widgets, files: Files) -> str:
    """An output's picture with its alt text; around it, if it stands for an explorer, the place for that."""
    about = output["metadata"].get("image/png", {})
    png = base64.b64decode("".join(output["data"]["image/png"]))
    image = picture(files.add(png, "png"), about.get("alt", ""), (about.get("width"), about.get("height")))
    return (
        explorer_html(image, widgets, output["data"][WIDGET_VIEW]["model_id"], files) if widgets.has(output) else image
    )


def picture(name: str, alt: str, size: tuple[int | None, int | None], *, base: str = "../", lazy: bool = True) -> str:
    """An `<img>` of a file in _static/data."""
    sides = "".join(f' {side}="{value}"' for side, value in zip(("width", "height"), size, strict=True) if value)
    loading = ' loading="lazy"' if lazy else ""
    return f'<img class="picture" alt="{html.escape(alt)}"{sides}{loading} src="{base}_static/data/{name}">'


def with_links(text: str, lessons: set[str], modules: set[str]) -> str:
    """Markdown whose links lead to pages of the site or, for other files, to GitHub; adds the modules it links to."""

    def link(match: re.Match) -> str:
        words, (path, _, heading) = match[1], match[2].partition("#")
        if module := re.fullmatch(r"\.\./seq2seq_lessons/(\w+)\.py", path):
            modules.add(module[1])
            return f"[{words}](../seq2seq_lessons/{module[1]}.md)"
        if path.startswith("../"):
            return f"[{words}](https://github.com/{current()}/blob/HEAD/{path.removeprefix('../')})"
        if path.endswith(".ipynb") and "://" not in path and path.removesuffix(".ipynb") not in lessons:
            return words
        # Jupyter's anchors keep capitals, MyST's do not
        return f"[{words}]({path}#{heading.lower()})" if heading and "://" not in path else match[0]

    text = re.sub(rf"^\[.*\]\({re.escape(COLAB.partition('{')[0])}\S+\)$", "", text, flags=re.M)  # the note has it
    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", link, text)
