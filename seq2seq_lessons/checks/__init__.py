"""Predictions and exercises: `predict` and `check` print one line, and never raise over what a learner answered.

How to write a lesson's checks. `checks/lesson_02.py` holds two tables, keyed by the ids that the notebook uses:

    PREDICTIONS = {
        "2.1": Prediction(
            right="Time comes first, and the two layers show in the state only.",
            expected={"output": (5, 3, 16), "state": (2, 3, 16)},
            mistakes=[({"output": (3, 5, 16)}, "output has batch and steps swapped: which comes first in X?")],
        ),
    }
    EXERCISES = {
        "2.1": FunctionExercise(
            right="The last column of every row.",
            inputs=[(torch.arange(6).reshape(2, 3),), (torch.arange(20).reshape(4, 5),)],
            expected=lambda X: X[:, -1],
            mistakes=[(lambda X: X[-1], "that is the last sentence, not each sentence's last step.")],
        ),
    }

and the notebook's cells say `predict("2.1", output=(None, None, None), state=(None, None, None))` and
`check("2.1", last_step)`. An answer that is a value uses `Prediction` in either table; anything else is an `Exercise`
with a judge of its own, in which `difference` compares and `guarded` calls what the learner wrote.

- Every mistake that you know of is computed and matched exactly, on all inputs together. Sizes are pairwise different,
  so that no two of them agree (`tests/checks/test_tables.py` refuses two that do). Random inputs come from a generator
  with a fixed seed. The other answers get a neutral line with the failing case.
- A right answer in another dress (a list for a tensor, float64 for float32, an array's number) is right, unless the
  exercise is about it (`exact=True`).
- A hint names the misconception and asks the next question; it never says the answer. Met again, it is followed by the
  exercise's `smaller` question, and then by the part of the lesson to read again (`where`, a heading).
- `errors` turns what the learner's code commonly stops with into a question.
- The answer is unanswered when it is None or `...`, all of its parts are, or its function does nothing but return one.
- `tests/checks/test_lesson_02.py` holds, for each exercise, three right answers of different styles or more, and four
  wrong ones or more with a piece of the hint; `docs/exercises.md` is written from them.
"""

from seq2seq_lessons.checks.judging import check, predict

__all__ = ["check", "predict"]
