"""The script that writes the bundled corpora: `python -m tools.corpus`."""
