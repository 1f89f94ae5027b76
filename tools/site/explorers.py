"""The explorers and X-rays of a lesson as files: site_src/_static/explorers/show.js fetches them when they are seen."""

import base64
import hashlib
import json
import shutil
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any, Self

import numpy as np
from nbformat import NotebookNode

from seq2seq_lessons.explorers.modules import script
from seq2seq_lessons.explorers.xray import MODULES
from seq2seq_lessons.plots.style import stored
from tools.notebooks import WIDGET_VIEW

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
SCRIPTS = ("frames.js", "frames.css", "elements.js", "inputs.js", "xray.css")  # of the package, as they are
FRAMES = ("size", "grids", "frames", "shape", "title", "controls", "at0", "at1", "at2")
WIDGETS_OWN = ("layout", "tabbable", "tooltip")


class Files:
    """A folder of files that are named by what is in them, so that equal ones are there once."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True)

    def add(self, content: bytes, kind: str) -> str:
        """Keep a file; returns its name."""
        name = f"{hashlib.sha256(content).hexdigest()[:12]}.{kind}"
        (self.folder / name).write_bytes(content)
        return name

    def add_json(self, content: dict[str, Any]) -> str:
        return self.add(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), "json")


class Widgets:
    """The state of an executed notebook's widgets, by their ids."""

    def __init__(self, state: dict[str, Any]):
        self._state = state

    @classmethod
    def of(cls, notebook: NotebookNode) -> Self:
        """What the notebook's metadata keep; nothing, if it was not executed for the site."""
        return cls(notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {}))

    def has(self, output: NotebookNode) -> bool:
        """Whether an output shows an explorer, or an X-ray."""
        view = output.get("data", {}).get(WIDGET_VIEW, {}).get("model_id")
        return any(name.startswith("s2s-") for name in self.classes(view)) if view in self._state else False

    def classes(self, view: str) -> list[str]:
        return self._state[view]["state"]["_dom_classes"]

    def picture(self, view: str) -> dict[str, Any]:
        """The traits of the anywidget in a view, those of bytes as bytes."""
        ids = [child.removeprefix("IPY_MODEL_") for child in self._state[view]["state"]["children"]]
        model = next(self._state[each] for each in ids if "_esm" in self._state[each]["state"])
        traits = json.loads(json.dumps(model["state"]))
        for buffer in model.get("buffers", []):
            *path, last = buffer["path"]
            place = traits
            for key in path:
                place = place[key]
            place[last] = base64.b64decode(buffer["data"])
        return {name: value for name, value in traits.items() if name[0] != "_" and name not in WIDGETS_OWN}


def explorer_html(image: str, widgets: Widgets, view: str, files: Files) -> str:
    """The place of an explorer: its picture, which stays where no script runs, and the name of its file."""
    traits = widgets.picture(view)
    if "s2s-xray" in widgets.classes(view):
        return xray_html(image, traits, files)
    about = {name: traits[name] for name in FRAMES} | {"live": "s2s-live" in widgets.classes(view)}
    names = [files.add(stored(png), "png") for png in traits["pictures"]]
    return place_html(image, kind="frames", file=files.add_json(about | {"pictures": names}))


def xray_html(image: str, traits: dict[str, Any], files: Files, is_first: bool = False) -> str:
    """The place of an X-ray; its weights are files of their own, the coarse part of them first.

    The home page's is seen first: the browser hears what will be asked for, and no request waits for another.
    """
    weights, numbers = [traits["weights"]], sum(rows * width for rows, width in traits["sizes"]["tensors"])
    if traits["precision"] == "int16":
        weights = parts(traits["weights"], numbers)
    names = [files.add(part, "bin") for part in weights]
    about = {"numbers": numbers, "traced": base64.b64encode(traits["traced"]).decode()}
    rest = {name: value for name, value in traits.items() if name != "weights"}
    file = files.add_json(rest | about)
    place = place_html(image, kind="xray", file=file, weights=" ".join(names))
    if not is_first:
        return place
    asked = (f'<link rel="preload" as="fetch" crossorigin href="_static/data/{name}">' for name in (names[0], file))
    modules = (f'<link rel="modulepreload" href="_static/explorers/{name}.js">' for name in ("elements", "xray"))
    return "".join((*modules, *asked, place))


def parts(weights: bytes, numbers: int) -> list[bytes]:
    """What comes first, the six highest bits of each number and the scale of each row; and the ten other bits.

    Two bits after two of all numbers, four numbers to a byte; a gzip of the six would be a twentieth smaller.
    """
    fours = np.pad(np.frombuffer(weights[: 2 * numbers], np.uint16), (0, -numbers % 4)).reshape(-1, 4)
    pairs = [((fours >> at & 3) << (6, 4, 2, 0)).sum(axis=1).astype(np.uint8).tobytes() for at in range(14, -1, -2)]
    return [b"".join(pairs[:3]) + weights[2 * numbers :], b"".join(pairs[3:])]


def place_html(image: str, **data: str) -> str:
    attributes = "".join(f' data-{name}="{value}"' for name, value in data.items())
    return f'<div class="explorer"{attributes}>{image}</div>'


def copy_scripts(folder: Path) -> None:
    """Put the package's scripts and style sheets beside the site's own; the X-ray's modules become one."""
    package = package_files("seq2seq_lessons.explorers")
    for name in SCRIPTS:
        shutil.copy(str(package / name), folder)
    (folder / "xray.js").write_text(f"{script(*MODULES)}\nexport {{ mount }};\n", encoding="utf-8")
