"""The same seed on the same machine gives the same weights to the bit: here, on the command line, in a notebook."""

import warnings
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from seq2seq_lessons.__main__ import main
from seq2seq_lessons.translator import Translator
from tests.toy import BRIEFLY, PAIRS, TINY, digest

ROOT = Path(__file__).parents[1]
TRAINING = replace(BRIEFLY, epochs=3, seed=5)
IN_A_NOTEBOOK = """
from dataclasses import replace
from seq2seq_lessons.corpus import load_pairs
from seq2seq_lessons.translator import Translator
from tests.toy import digest
from tests.test_reproducible import TINY, TRAINING
digest(Translator.train(load_pairs({path!r}), TINY, TRAINING, progress=False).model)
"""


@pytest.mark.soak
def test_the_command_line_and_a_notebook_train_the_same_weights(pairs_file, tmp_path, monkeypatch):
    # for the kernel, as in tests/conftest.py: the order of additions follows the threads
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    here = digest(Translator.train(PAIRS, TINY, TRAINING, progress=False).model)

    settings = {
        "pairs": pairs_file,
        "out": tmp_path / "model",
        "test-fraction": 0,
        "epochs": 3,
        "seed": 5,
        "batch-size": 8,
        "min-freq": 1,
        "num-steps": 12,
        "precision": "float32",
        "device": "cpu",
        "embed-size": 5,
        "num-hiddens": 6,
        "num-layers": 2,
        "dropout": 0.3,
    }
    flags = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
    with warnings.catch_warnings():  # the command line prints them its own way
        assert main(["train", *flags]) == 0
    assert digest(Translator.load(tmp_path / "model", device="cpu").model) == here

    cell = nbformat.v4.new_code_cell(IN_A_NOTEBOOK.format(path=str(pairs_file)))
    NotebookClient(
        notebook := nbformat.v4.new_notebook(cells=[cell]),
        kernel_name="python3",
        resources={"metadata": {"path": str(ROOT)}},
    ).execute()
    assert notebook.cells[0].outputs[0]["data"]["text/plain"] == repr(here)
