"""A GRU encoder-decoder, one small module per idea; the notebooks teach it."""

__version__ = "0.2.0"
