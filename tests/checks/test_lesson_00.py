"""Lesson 00's exercise: answers in several styles, right and wrong, and the line that each wrong one gets."""

from seq2seq_lessons.text import tokenize
from tests.checks.answers import Answers


def by_a_loop(translation, references):
    found = False
    for reference in references:
        found = found or translation == reference
    return found


def returns_too_early(translation, references):
    for reference in references:
        return translation == reference


ANSWERS = {
    "0.1": Answers(
        right={
            "in": lambda translation, references: translation in references,
            "a loop": by_a_loop,
            "any": lambda translation, references: any(translation == reference for reference in references),
            "counted": lambda translation, references: references.count(translation) > 0,
            "token by token": lambda translation, references: tokenize(translation) in map(tokenize, references),
        },
        wrong={
            "the first only": (lambda translation, references: translation == references[0], "only the first"),
            "a loop that returns too early": (returns_too_early, "only the first"),
            "a string and a list": (lambda translation, references: translation == references, "equal a list"),
            "the operands exchanged": (
                lambda translation, references: references in translation,
                "which of the two is looked for, and in which is it looked for? (your code stopped with TypeError",
            ),
            "a part will do": (
                lambda translation, references: any(translation in reference for reference in references),
                "a part of a reference counts",
            ),
            "the same words": (
                lambda translation, references: set(translation.split()) in [set(r.split()) for r in references],
                "it returns True",
            ),
        },
    )
}
