"""Figures that take minutes of training: measured by a command, kept in results/NAME.json beside the lessons.

    python -m seq2seq_lessons.support.results [NAME ...] [--seeds 3] [--out results]

A module that `__main__` lists is an experiment: `NAMES` of its results, `made_of(name)` what one depends on,
`measure(name, seed)` what is found with one seed. A file says what was trained, by which version, on which machine,
and what each seed gave.
"""
