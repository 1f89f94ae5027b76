"""Grids of tokens and the embedding as a product: their text follows the data, bad input is refused."""

import pytest
import torch
from torch.nn import functional as F

from seq2seq_lessons.plots.grids import Grid, lookup_product, token_grids

WORDS = [["a", "b", "c"], ["d", "e", "<pad>"]]


def test_a_grid_follows_each_token():
    place = torch.arange(6).reshape(2, 3)
    permuted = Grid.of("permute", place.permute(1, 0), WORDS, "step", "sentence")
    reshaped = Grid.of("reshape", place.reshape(3, 2), WORDS, "row", "column")
    assert permuted.title == "permute (3, 2)"
    assert permuted.tokens == [["a", "d"], ["b", "e"], ["c", "<pad>"]]
    assert permuted.owners == [[0, 1], [0, 1], [0, None]]
    assert reshaped.tokens == [["a", "b"], ["c", "d"], ["e", "<pad>"]]
    assert reshaped.owners == [[0, 0], [0, 1], [1, None]]


def test_token_grids_says_what_it_shows():
    grid = Grid.of("X", torch.arange(6).reshape(2, 3), WORDS, "sentence", "step")
    picture = token_grids([grid, grid], words="two grids")
    assert picture.words == "two grids"
    assert picture.alt.endswith("X (2, 3): a b c / d e <pad>")
    texts = [text.get_text() for text in picture.axes[0].texts]
    assert texts.count("<pad>") == 2 and texts.count("step →") == 2


def test_cells_are_painted_by_owner():
    grid = Grid.of("X", torch.arange(6).reshape(2, 3), WORDS, "sentence", "step")
    cells = token_grids([grid], words="a grid").axes[0].patches
    colours = [cell.get_facecolor() for cell in cells]
    assert colours[0] == colours[1] == colours[2] and colours[3] == colours[4] and len(set(colours)) == 3


@pytest.mark.parametrize(
    ("grids", "message"),
    [
        ([], "at least one Grid"),
        ([Grid("X", [["a", "b"], ["c"]], [[0, 0], [1]], "row", "column")], "rows of one length"),
        ([Grid("X", [["a", "b"]], [[0]], "row", "column")], "one owner for each token"),
    ],
)
def test_token_grids_refuses(grids, message):
    with pytest.raises(ValueError, match=message):
        token_grids(grids, words="a grid")


def test_lookup_product_draws_the_rows_that_are_picked():
    weight = torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    ids = torch.tensor([2, 0, 3])
    picture = lookup_product(F.one_hot(ids, 4), weight, ["a", "b", "c"], ["w", "x", "y", "z"])
    assert picture.words == "One-hot rows (3, 4) times the table (4, 2) gives the embedded rows (3, 2)"
    assert picture.alt.endswith("a picks row 2, b picks row 0, c picks row 3")
    product = torch.tensor(picture.axes[2].images[0].get_array())
    assert torch.equal(product, weight[ids].double())
    outlined = [patch.get_y() + 0.5 for patch in picture.axes[1].patches]
    assert outlined == [2, 0, 3]
    edges = [[patch.get_edgecolor() for patch in ax.patches] for ax in picture.axes[:3]]
    assert edges[0] == edges[1] == edges[2] and len(set(edges[0])) == 3  # a row has one colour in all three


def test_lookup_product_refuses_a_table_of_another_size():
    with pytest.raises(ValueError, match="needs a table of 4 rows, 4 words and 1 tokens; got 5, 4 and 1"):
        lookup_product(torch.eye(4)[:1], torch.zeros(5, 2), ["a"], list("wxyz"))
