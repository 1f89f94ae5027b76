"""A notebook that shows each explorer which needs no trained model."""

from __future__ import annotations

from pathlib import Path

import nbformat

NAME = "all-explorers.ipynb"
CELLS = (
    """\
import torch
from torch import nn
from seq2seq_lessons import explorers, plots

torch.manual_seed(0)
A = "the small cat is tired . <eos>".split()
ids = {word: number for number, word in enumerate([*A, "dog", "was"])}
embed, one, both = nn.Embedding(len(ids), 8), nn.GRU(8, 16), nn.GRU(8, 8, bidirectional=True)

def reader(gru):
    @torch.no_grad()
    def read(tokens):
        return gru(embed(torch.tensor([[ids[token]] for token in tokens])))[0][:, 0]
    return read""",
    "explorers.step_scrubber(A, reader(one))",
    'explorers.scrub_and_edit(A, [(3, "dog"), (4, "was")], reader(one), reader(both))',
    """\
rows = torch.tanh(torch.randn(5, 16).cumsum(0) / 2)
explorers.padding({"plain": rows, "padding_idx": rows * 0.9, "packed": rows[[0] * 5]})""",
    'explorers.context("<bos> le petit chat dort".split(), rows[[0] * 5], rows)',
    "explorers.shape_lab()",
    "plots.rnn_grid(rows, rows[:4, :8])",
)


PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}


def write(path: Path, cells=CELLS, kernelspec=PYTHON) -> Path:
    """Write the notebook, unexecuted, to `path`."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell, id=f"cell-{number}") for number, cell in enumerate(cells)],
        metadata={"kernelspec": kernelspec} if kernelspec else {},
    )
    nbformat.write(notebook, path)
    return path
