"""Lesson 00: where the loss ends, and what is learned rather than remembered."""

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction

PREDICTIONS = {
    "0.1": Prediction(
        right="From 8.2 to below 1 in about a minute.",
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
        expected={"copier": 0, "drawn": 87, "written": 34},
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

_CALM, _GO = ["il est calme .", "il est tranquille ."], ["va .", "va !", "allez !"]

EXERCISES = {
    "0.1": FunctionExercise(
        right="Any of the references will do, and every word counts.",
        smaller="the references are va . and va !, and the model says va !: is that right?",
        where="Learned, or remembered?",
        errors=[("requires string as left operand", "which of the two is looked for, and in which is it looked for?")],
        inputs=[
            ("il est calme .", _CALM),
            ("il est tranquille .", _CALM),
            ("est calme", _CALM),
            ("calme il est .", _CALM),
            ("va !", _GO),
            ("allez", _GO),
            ("va ! va !", _GO),
            ("je suis chez moi .", ["je suis chez moi ."]),
        ],
        expected=lambda translation, references: translation in references,
        mistakes=[
            (
                lambda translation, references: translation == references[0],
                "only the first reference counts: where a sentence has several, any of them will do.",
            ),
            (
                lambda translation, references: translation == references[-1],
                "only the last reference counts: where a sentence has several, any of them will do.",
            ),
            (
                lambda translation, references: translation == references,
                "no translation is right: can a string equal a list of strings?",
            ),
            (
                lambda translation, references: all(translation == reference for reference in references),
                "it has to equal all references at once: of how many is it to be one?",
            ),
            (
                lambda translation, references: any(translation in reference for reference in references),
                "a part of a reference counts as right: which words of it may be missing?",
            ),
            (
                lambda translation, references: any(reference in translation for reference in references),
                "a reference with more words around it counts as right: which words may be too many?",
            ),
            (
                lambda translation, references: [translation == reference for reference in references],
                "that is a True or False for each reference: when is the translation right?",
            ),
            (
                lambda translation, references: translation not in references,
                "right and wrong are exchanged: when should True come out?",
            ),
            (
                lambda translation, references: any(
                    sorted(translation.split()) == sorted(reference.split()) for reference in references
                ),
                "the right words in another order count as right: does the order matter?",
            ),
        ],
    )
}
