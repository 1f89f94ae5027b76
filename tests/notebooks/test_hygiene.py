"""Every committed notebook is executed, clean and skippable where it says so; each rule is seen to fail."""

import copy
import json
import re
from pathlib import Path

import pytest
from nbformat.v4 import new_output

from tests.notebooks.hygiene import minutes_problems, optional_problems, problems, source, tags
from tools.folding import fold

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


def test_there_are_lessons():
    assert [p.name[:2] for p in PATHS] == [f"{i:02}" for i in range(len(PATHS))] and PATHS


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_notebook_is_clean(path):
    assert problems(json.loads(path.read_text(encoding="utf-8")), path.stat().st_size) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_minutes_are_true_and_what_is_optional_is_folded(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert minutes_problems(cells) + optional_problems(cells) == []


def a_cell(text: str, tag: str, **metadata) -> dict:
    return {"cell_type": "markdown", "id": text, "metadata": {"tags": [tag], **metadata}, "source": text}


FOLDED = {"jp-MarkdownHeadingCollapsed": True}


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        ([a_cell("## Optional: strides", "more", **FOLDED), a_cell("words", "more"), a_cell("## On", "core")], 0),
        ([a_cell("## Optional: strides", "more", **FOLDED), a_cell("### On", "core")], 1),
        ([a_cell("## Optional: strides", "more"), a_cell("words", "more")], 1),
        ([a_cell("words", "more")], 1),
        ([a_cell("## Optional: strides", "more", **FOLDED), a_cell("words", "core")], 1),
    ],
)
def test_optional_cells_out_of_place_are_seen(cells, number):
    assert len(optional_problems(cells)) == number


def test_other_minutes_are_seen():
    cells = [a_cell("**5 minutes**", "core"), a_cell(" ".join(["word"] * 1001), "core")]
    assert minutes_problems(cells) == ["the first cell does not say '**10 minutes**' (tools/minutes.py)"]
    cells[0]["source"] = "**10 minutes**"
    assert minutes_problems(cells) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_links_lead_to_files(path):
    text = "\n".join(source(c) for c in json.loads(path.read_text(encoding="utf-8"))["cells"])
    targets = [t for t in re.findall(r"\]\(([^)#]+)", text) if "://" not in t]
    assert targets and not [t for t in targets if not (NOTEBOOKS / t).exists()]


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_pictures_are_stored(path):
    """A clone that is not trusted, and GitHub, show a picture or a text where a widget lived."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                assert "".join(output["data"].get("text/plain", "")).strip(), cell["id"]


def clean_notebook() -> dict:
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {"tags": ["core"]}, "source": "# 00 · Title"},
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {"tags": ["core"]},
            "source": "x = 1\nx",
            "execution_count": 1,
            "outputs": [{"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}}],
        },
        {
            "cell_type": "code",
            "id": "c",
            "metadata": {"tags": ["more"]},
            "source": "y = x",
            "execution_count": 2,
            "outputs": [],
        },
    ]
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}}


def plant(**changes):
    """A clean notebook with one cell's keys replaced; the key `cell` says which (default 1)."""
    notebook = copy.deepcopy(clean_notebook())
    notebook["cells"][changes.pop("cell", 1)].update(changes)
    return notebook


def test_clean_notebook_has_no_problem():
    assert problems(clean_notebook(), 1000) == []


def output(**keys):
    return {"outputs": [{"output_type": "display_data", "data": {}, "metadata": {}, **keys}]}


@pytest.mark.parametrize(
    "notebook, complaint",
    [
        (plant(execution_count=None, outputs=[]), "not counted 1 to 2"),
        (plant(execution_count=7), "not counted"),
        (plant(cell=2, id="b"), "with the same one"),
        (plant(metadata={}), "exactly one of the tags"),
        (plant(metadata={"tags": ["core", "more"]}), "exactly one of the tags"),
        (plant(metadata={"tags": ["core", "reveal"]}), "is stored folded"),
        (plant(outputs=fold([new_output("stream", text="8")])), "no other one is"),
        (plant(metadata={"tags": ["core"], "jupyter": {"outputs_hidden": True}}), "prints the first line"),
        (plant(metadata={"tags": ["core"], "execution": {}}), "execution times"),
        (plant(metadata={"tags": ["core", "nbval-skip"]}), "nbval-skip"),
        (plant(source="\n".join(["x = 1"] * 16)), "16 lines"),
        (plant(source="x = lessons_translator()"), "trains its model first"),
        (plant(**output(output_type="error", ename="ValueError")), "stores an error: ValueError"),
        (plant(**output(name="stderr")), "a warning reaches"),
        (plant(**output(data={"application/vnd.jupyter.widget-view+json": {}})), "widget view"),
        (plant(**output(data={"text/plain": "VBox(children=())"})), "not words"),
        (
            plant(source="print(y)", cell=1)
            | {"cells": clean_notebook()["cells"][::2] + [clean_notebook()["cells"][1] | {"source": "print(y)"}]},
            "uses y of a skippable cell",
        ),
        (plant(cell=0, source="word " * 1501), "1501 words"),
        (plant(cell=0, source="[![Colab](https://a.org/badge.svg)](https://a.org)"), "a picture from elsewhere"),
        (clean_notebook() | {"metadata": {"kernelspec": {"name": "python3"}, "widgets": {}}}, "widget state"),
        (clean_notebook() | {"metadata": {"kernelspec": {"name": "mine"}}}, "not python3"),
    ],
)
def test_each_rule_fails_when_broken(notebook, complaint):
    assert complaint in "\n".join(problems(notebook, 1000))


def test_size_limit():
    assert "bytes" in problems(clean_notebook(), 500_001)[0]


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_exercises_have_solutions(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    exercises = [t.removeprefix("exercise-") for c in cells for t in tags(c) if t.startswith("exercise-")]
    solutions = [t.removeprefix("solution-") for c in cells for t in tags(c) if t.startswith("solution-")]
    assert exercises == solutions
