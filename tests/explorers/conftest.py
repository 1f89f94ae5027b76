"""What all tests of the explorers share: they draw every position, and paint where a test asks for it."""

import io

import pytest
from PIL import Image

from seq2seq_lessons.plots import Picture

PAINT = Picture.png
_file = io.BytesIO()
Image.new("RGB", (1, 1)).save(_file, "png")
PAPER = _file.getvalue()


@pytest.fixture(autouse=True)
def unpainted(monkeypatch):
    """Laws, words and the data of a picture need no pixels, and pixels take most of the time."""
    monkeypatch.setattr(Picture, "png", lambda self: PAPER)


@pytest.fixture
def painted(unpainted, monkeypatch):
    """With pixels after all."""
    monkeypatch.setattr(Picture, "png", PAINT)
