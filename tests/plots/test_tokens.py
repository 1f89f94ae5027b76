"""The pictures of lesson 01 show the tensors that they are given."""

import pytest
import torch
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from seq2seq_lessons.plots.style import BLUE, GREEN, ORANGE
from seq2seq_lessons.plots.tokens import PAD_FILL, batch_cells, token_cells
from seq2seq_lessons.text import Vocab, pad_rows


def test_token_cells_colour_the_special_tokens_and_name_the_rows():
    picture = token_cells({"labels": ["je", "<eos>", "<pad>"], "decoder input": ["<bos>", "je"]})
    (ax,) = picture.axes
    cells = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [c.get_facecolor()[:3] for c in cells] == [to_rgb(c) for c in (BLUE, ORANGE, PAD_FILL, GREEN, BLUE)]
    assert [text.get_text() for text in ax.texts] == ["je", "<eos>", "<pad>", "<bos>", "je"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["labels", "decoder input"]
    assert picture.alt.endswith("labels: je <eos> <pad>; decoder input: <bos> je")


def test_a_word_stays_inside_its_cell():
    picture = token_cells({"row": ["appartements", *["a"] * 9]})
    (ax,) = picture.axes
    picture.canvas.draw()
    for text, cell in zip(ax.texts, ax.patches, strict=True):
        assert text.get_window_extent().width <= cell.get_window_extent().width


def test_batch_cells_count_padding_of_all_batches_together():
    vocab = Vocab(["a"])
    wide, _ = pad_rows([["a"] * 5, ["a"]], vocab, 10)
    narrow, _ = pad_rows([["a"]], vocab, 10)
    picture = batch_cells({"two batches": [wide, narrow], "one": [torch.tensor([[3, 0, 0, 0]])]})
    assert [ax.get_title() for ax in picture.axes] == ["two batches\n29% padding", "one\n75% padding"]  # 4 of 14
    drawn = [mesh.get_array().reshape(-1).tolist() for mesh in picture.axes[0].collections]
    assert drawn == [[0, 0, 0, 0, 0, 1, 0, 1, 2, 2, 2, 2], [0, 1]]
    assert "29% of the cells" in picture.alt and not any(c.isdigit() for c in picture.words)


@pytest.mark.parametrize("rows", [{}, {"source": []}])
def test_token_cells_without_tokens(rows):
    with pytest.raises(ValueError, match="at least one row and one token"):
        token_cells(rows)


@pytest.mark.parametrize("batches", [[], [torch.zeros(3, dtype=torch.int64)], [torch.zeros(0, 4)]])
def test_batch_cells_without_cells(batches):
    with pytest.raises(ValueError, match="x: expected batches of ids"):
        batch_cells({"x": batches})


def test_batch_cells_without_layouts():
    with pytest.raises(ValueError, match="at least one layout"):
        batch_cells({})
