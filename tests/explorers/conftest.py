"""What the explorers' tests share: pixels and pictures are made where a test asks for them, as they take the time."""

import io

import pytest
from PIL import Image

from seq2seq_lessons.plots import Picture

PAINT = Picture.png
_file = io.BytesIO()
Image.new("RGB", (1, 1)).save(_file, "PNG")
PIXEL = _file.getvalue()


@pytest.fixture(autouse=True)
def unpainted(monkeypatch):
    """Laws, words and the data of pictures need no pixels, and pixels take most of the time."""
    monkeypatch.setattr(Picture, "png", lambda self: PIXEL)


@pytest.fixture
def painted(unpainted, monkeypatch):
    """With pixels: at least one test of each explorer paints all of its positions."""
    monkeypatch.setattr(Picture, "png", PAINT)


@pytest.fixture
def undrawn(monkeypatch):
    """undrawn(module, name, ...): these functions draw nothing; the list of the arguments that they are given."""

    def record(module, *names):
        calls = []

        def draw(*args, **named):
            calls.append((args, named))
            return Picture(words="nothing is drawn")

        for name in names:
            monkeypatch.setattr(module, name, draw)
        return calls

    return record
