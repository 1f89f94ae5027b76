"""VS Code and Colab cannot be started here: what a widget's files must not use, so that they work there too.

A widget is one ES module, imported from a blob; its output may stand alone in a frame of its own; no class and no
variable of JupyterLab's is there.
"""

import re
import subprocess
import sys

import pytest

from seq2seq_lessons.explorers.frames import Frames
from seq2seq_lessons.explorers.modules import read
from seq2seq_lessons.explorers.xray import MODULES, XRay

WIDGETS = pytest.mark.parametrize("widget", [Frames, XRay])
LACKING = {
    "another module": r"^\s*import\b|\bimport\s*\(|import\.meta",
    "a name of one notebook's page": r"\b(Jupyter|IPython|require|requirejs|define|google|acquireVsCodeApi)\b\s*[.(]",
    "the widget manager": r"widget_manager|model\.(send|widget|comm)\b",
    "what a policy forbids": r"\beval\s*\(|new Function|innerHTML|document\.write|Worker\s*\(",
    "another host": r"\bfetch\s*\(|XMLHttpRequest|https?:(?!//www\.w3\.org)",
    "the page around its output": r"document\.(querySelector|getElement|head|body)|window\.(parent|top)|localStorage",
    "a class of JupyterLab's": r"[\"'\s.]jp-[A-Z]",
}


def words_of(script: str) -> str:
    """JavaScript or CSS without comments."""
    return re.sub(r"/\*.*?\*/|(?m:(?<!:)//(?! ?www).*$)", "", script, flags=re.DOTALL)


@WIDGETS
@pytest.mark.parametrize("what", LACKING)
def test_a_module_uses_nothing_that_another_front_end_lacks(widget, what):
    assert not re.findall(LACKING[what], words_of(str(widget._esm)), re.MULTILINE)


@pytest.mark.parametrize("what", LACKING)
def test_what_is_lacking_would_be_found(what):
    examples = (
        'import { a } from "./b.js"', "window.Jupyter.notebook", "model.send({})", 'eval("x")', 'fetch("x")',
        "document.querySelector('a')", 'el.closest(".jp-Cell")',
    )  # fmt: skip
    found = [example for example in examples if re.search(LACKING[what], words_of(example), re.MULTILINE)]
    assert found == [examples[list(LACKING).index(what)]]


@WIDGETS
def test_a_style_needs_no_class_and_no_variable_of_jupyterlabs(widget):
    style = words_of(str(widget._css))
    assert not re.findall(r"\.jp-|@import|url\(", style)
    assert not re.findall(r"var\(--(?:jp|vscode)-[\w-]+\s*\)", style)  # each has another value beside it
    own = set(re.findall(r"(--[a-z-]+)\s*:", style)) | set(re.findall(r"(--[a-z-]+)", "".join(map(read, SCRIPTS))))
    assert set(re.findall(r"var\((--[a-z-]+)\)", style)) <= own


SCRIPTS = [f"{name}.js" for name in (*MODULES, "frames")]


def test_bytes_may_come_as_any_view_of_a_larger_buffer():
    """ipywidgets hands over a DataView into its message; a fetched file is a view of its own."""
    use = "bufferOf(new DataView(new Uint8Array([9, 1, 2, 9]).buffer, 1, 2)), bufferOf(new Uint8Array([1, 2]))"
    code = f"{read('gru.js')}\nfor (const one of [{use}]) console.log([...new Uint8Array(one)].join());"
    run = subprocess.run(["node", "--input-type=module"], input=code, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1,2", "1,2"]


def test_colab_is_told_to_show_the_widgets():
    code = """if True:
        import sys, types
        colab, output = types.ModuleType("google.colab"), types.ModuleType("google.colab.output")
        output.enable_custom_widget_manager = lambda: print("enabled")
        sys.modules |= {"google.colab": colab, "google.colab.output": output}
        import seq2seq_lessons.explorers"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "enabled\n"
