"""How nbval compares a lesson's outputs: an answer by what is folded in it, a picture by its words."""

from tools.folding import unfold


def pytest_collection_modifyitems(items):
    for item in items:
        if "outputs" in getattr(item, "cell", {}):  # a code cell of a notebook
            item.cell.outputs = unfold(item.cell.outputs)
            # What a picture says beside its words differs from machine to machine; image/png is not compared either.
            item.parent.skip_compare = (*item.parent.skip_compare, "text/html")
