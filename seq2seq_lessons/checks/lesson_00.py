"""Predictions of lesson 00: where the loss ends, and what is learned rather than remembered."""

from seq2seq_lessons.checks.judging import Prediction

PREDICTIONS = {
    "0.1": Prediction(
        right="From 8.2 to below 1 in a minute or two.",
        smaller="a loss of 1 is a bet among 2.7 words: with the English beside it, how many words would you "
        "hesitate between?",
        where="Train it",
        expected="below 1",
        mistakes=[
            ("near 5", "that is still one guess in 150: how much more does a learner of simple sentences know?"),
            ("near 2", "that is one guess in seven at every word: do simple sentences surprise that much?"),
        ],
    ),
    # As measured (docs/measurements.md), with room for another machine's training.
    "0.2": Prediction(
        right="Copying gives next to nothing; templates are learned well, and people's sentences are harder.",
        smaller="change one word of an English sentence: must its French change, and is the rest enough for an "
        "exact match?",
        where="Learned, or remembered?",
        expected={"copier": 0, "drawn": 84, "written": 24},
        mistakes=[
            (
                {"copier": 50},
                "half of a sentence is often alike in both, but one other word is a miss: how often is none?",
            ),
            ({"copier": 85}, "the copier says another sentence's translation: must every word of it be right?"),
            ({"drawn": 15}, "it has practiced on thousands of sentences from the same templates: does that not help?"),
            ({"drawn": 50}, "it has practiced on thousands of sentences from the same templates: a little bolder?"),
            ({"written": 55}, "fewer: each written sentence is of its own kind, and one wrong word is a miss."),
            ({"written": 87}, "as good as on drawn ones? Who made the sentences that it practiced on most?"),
        ],
        tolerance=15,
    ),
}

EXERCISES: dict = {}
