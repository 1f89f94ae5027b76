"""Closes what a cell showed once the cell has been run again and shows something else.

ipywidgets keeps every widget until it is closed, and IPython every output, so a cell run a hundred times would keep a
hundred sets of pictures. JupyterLab names the cell in its request to the kernel; a front end that does not (nbclient,
a terminal) keeps everything, as before.
"""

import ipywidgets as widgets
from IPython import get_ipython

_shown_now: list[widgets.Widget] = []  # by the cell that is running
_shown_by: dict[str, list[widgets.Widget]] = {}  # by the last run of each cell, by the cell's id


def remember(widget: widgets.Widget) -> None:
    """Call when `widget` is displayed; it must have `close`."""
    shell = get_ipython()
    if shell is None:
        return
    for event, watch in (("pre_run_cell", _begin), ("post_run_cell", _end)):
        if watch not in shell.events.callbacks[event]:
            shell.events.register(event, watch)
    _shown_now.append(widget)


def _begin(info) -> None:
    _shown_now.clear()  # of what was displayed between two cells, for example by a button


def _end(result) -> None:
    # At the end of the run, not when the new one is shown: a cell may show several, and one that it showed before.
    cell = result.info.cell_id
    if cell is None:
        return
    before, _shown_by[cell] = _shown_by.get(cell, []), list(_shown_now)
    stand = [id(widget) for there in _shown_by.values() for widget in there]
    shell = get_ipython()
    for widget in before:
        names = [name for name, value in shell.user_ns.items() if value is widget]
        # A variable of the learner's may be shown again; `_` and `_7` are IPython's history.
        if id(widget) not in stand and all(name.strip("_0123456789") == "" for name in names):
            widget.close()
            if names:
                shell.del_var(names[0])  # wherever IPython keeps the same object, `Out` too
