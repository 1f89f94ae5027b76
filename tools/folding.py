"""Answers of reveal cells: folded as they are stored, so that nobody sees one without asking, and unfolded again."""

import html
import re

from nbformat import NotebookNode
from nbformat.v4 import new_output

from seq2seq_lessons.plots.style import image_html

BEGINNING = "<details><summary>Show the answer</summary>"
INSTEAD = "The answer is folded. Run the cell to see it."
# In the order of the outputs: what was printed, the value of the last line, or a picture with its words.
PART = re.compile(
    r'<pre>(?P<printed>.*?)</pre>|<samp>(?P<value>.*?)</samp>|<div title="(?P<words>.*?)"><img alt="(?P<alt>.*?)" '
    r'width="(?P<width>\d+)" height="(?P<height>\d+)"[^>]*base64,(?P<png>[^"]*)">',
    re.DOTALL,
)


def fold(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """A cell's outputs as one, which is closed until somebody opens it: in Jupyter, trusted or not, and on GitHub."""
    if not outputs:
        return []
    printed = "</pre><pre>"  # a kernel may send what one cell prints in several pieces
    page = f"{BEGINNING}{''.join(map(_part, outputs)).replace(printed, '')}</details>"
    return [new_output("display_data", data={"text/html": page, "text/plain": INSTEAD})]


def unfold(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """What was folded; any other outputs as they are."""
    page = "".join(outputs[0].get("data", {}).get("text/html", "")) if len(outputs) == 1 else ""  # a file has lines
    if not page.startswith(BEGINNING):
        return outputs
    return [_output(part) for part in PART.finditer(page)]


def _part(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return f"<pre>{html.escape(output.text)}</pre>"
    words = html.escape(output.data["text/plain"])
    if "image/png" not in output.data:
        return f"<samp>{words}</samp>"
    about = output.metadata["image/png"]
    image = image_html(output.data["image/png"].strip(), about["alt"], (about["width"], about["height"]))
    return f'<div title="{words}">{image}</div>'


def _output(part: re.Match) -> NotebookNode:
    text = {name: html.unescape(value) for name, value in part.groupdict().items() if value is not None}
    if "printed" in text:
        return new_output("stream", name="stdout", text=text["printed"])
    if "value" in text:
        return new_output("display_data", data={"text/plain": text["value"]})
    about = {"alt": text["alt"], "width": int(text["width"]), "height": int(text["height"])}
    data = {"image/png": text["png"], "text/plain": text["words"]}
    return new_output("display_data", data=data, metadata={"image/png": about})
