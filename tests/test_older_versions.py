"""What an earlier version saved loads in this one and says the same."""

from pathlib import Path

import pytest

from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.translator import Translator

# Written by Translator.save of the version in the name, trained on tests/toy.py's pairs. Never write it anew.
PROBABILITIES = [0.9558288, 0.9725055, 0.9659115, 0.9817281, 0.9930776, 0.9980367, 0.9980627]
FOLDER = Path(__file__).parent / "fixtures" / "translator-0.1.0"


def test_a_translator_of_version_0_1_0_translates_as_it_did():
    translator = Translator.load(FOLDER, device="cpu")
    assert translator.model_config == ModelConfig(8, 24, 1, cell="gru", bidirectional=False, attention=False)
    assert translator.translate(["anna sings.", "emma never reads today.", "ben laughs."]) == [
        "anna chante .",
        "emma ne lit jamais aujourd'hui .",
        "ben rit .",
    ]
    # which it did not know
    assert translator.train_config.word_dropout == translator.train_config.weight_decay == 0
    assert translator.train_config.epochs == len(translator.history.train_loss) == 60
    # numbers, too: a changed gate could hide behind the same words
    probabilities = [step.probabilities.max().item() for step in translator.trace("emma never reads today.").steps]
    assert probabilities == pytest.approx(PROBABILITIES, abs=1e-5)
