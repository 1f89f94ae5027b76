"""Widgets with their names, and rows of them."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets


def row(parts: Sequence[widgets.Widget]) -> widgets.HBox:
    """Widgets that stay together where the line of controls is broken."""
    together = {"align_items": "center", "flex_flow": "row wrap", "overflow": "visible", "margin": "0 12px 0 0"}
    return widgets.HBox(list(parts), layout=widgets.Layout(**together))


def labelled(kind: type[widgets.Widget], label: str, width: str, *args: Any, **settings: Any) -> widgets.Widget:
    """A widget with its whole label, which is its accessible name too."""
    style, layout = {"description_width": "initial"}, widgets.Layout(width=width)
    return kind(*args, description=label, style=style, layout=layout, **settings)


def number_box(name: str, *ends: int) -> widgets.BoundedIntText:
    """A box for a number beside its slider; its name is read aloud, not shown again."""
    box = labelled(widgets.BoundedIntText, name, "72px", *ends)
    box.add_class("s2s-box")
    return box
