"""What an earlier version saved loads in this one and says the same."""

from pathlib import Path

import pytest

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.translator import Translator

# Written by Translator.save of the version in the name, trained on tests/toy.py's pairs. Never write it anew.
PROBABILITIES = [0.9403757, 0.9518617, 0.9354649, 0.9679852, 0.9871409, 0.9944049, 0.9955676]
FOLDER = Path(__file__).parent / "fixtures" / "translator-0.2.0"


def test_a_translator_of_version_0_2_0_translates_as_it_did():
    translator = Translator.load(FOLDER, device="cpu")
    assert translator.model_config == ModelConfig(8, 24, 1, cell="gru", bidirectional=False, attention=False)
    assert translator.translate(["anna sings.", "emma never reads today.", "ben laughs."]) == [
        "anna chante .",
        "emma ne lit jamais aujourd'hui .",
        "ben rit .",
    ]
    assert translator.train_config == TrainConfig(
        epochs=60,
        batch_size=8,
        lr=0.01,
        num_steps=12,
        teacher_forcing=(1.0, 0.75),
        weight_decay=0.125,
        min_freq=1,
        device="cpu",
        precision="float32",
    )
    assert len(translator.history.train_loss) == 60
    # numbers, too: a changed gate could hide behind the same words
    probabilities = [step.probabilities.max().item() for step in translator.trace("emma never reads today.").steps]
    assert probabilities == pytest.approx(PROBABILITIES, abs=1e-5)
