"""Explorers: a control bound to a picture, with a status line in words and the explorer's own law beside it.

For writers of lessons
----------------------
Show one by ending a cell with it (never inside an Output widget, never with interact):

    from seq2seq_lessons.explorers import step_scrubber
    step_scrubber(tokens, states)

Moves happen in the browser: no kernel is asked, and setting `slider.value` in Python moves no picture.

A stored notebook holds a PNG of the first position (its alt text in the metadata) and text/plain; `make lessons` takes
out what a running kernel adds, a widget view and text/html. nbval compares the text/plain: the title, `words`, the
controls' labels and the law's line, none of which may hold a number that a trained model decides; tokens, shapes and
positions may. Measured values belong into `status` and `alt`. A law that breaks changes ✓ to ✗, and nbval fails.

A new stepped explorer in eight lines:

    from seq2seq_lessons.explorers import Explorer, Law, Steps, frame_of
    from seq2seq_lessons.plots import topk_bars

    def best_tokens(tokens, probabilities):            # tokens and probabilities (steps, k), best first
        def frame_at(step):
            picture = topk_bars(tokens[step - 1], probabilities[step - 1])
            law = Law("no probability exceeds 1", max(probabilities[step - 1]) <= 1)
            return frame_of(picture, f"Step {step}: best token '{tokens[step - 1][0]}'", law)
        return Explorer("Best tokens", "Bars of the best tokens.", [Steps(len(tokens))], frame_at)

Controls are `Steps`, `Choice` and `Number(label, first, last, start)`; `frame_at` gets one position per control: its
number, or for a `Choice` an index from 0. Pictures of one explorer must have one size. What `plots.layout.tell` put
into one is told under the pointer. A picture with `show(step)` (see `plots.state_panels`) is drawn once and moved, some
ten times faster than a new one per step. At most three controls; keep the product of their positions under a hundred.
Ask for a prediction in the cell before, and show one plain static picture beside the explorer.

Where there are more positions (units), make a live explorer: `LiveExplorer(title, words, controls, frame_at)`, with the
same controls. Its `frame_at` is called for the first position, then at each move, in the kernel: keep it under 60 ms,
best by a picture with `show(step)`. What it raises becomes one line on the page, so raise `ValueError` with a text that
a learner can use. Only the first picture is stored; a trained number may be a control's start, but must not stand in a
label or a range. Test its law without a browser: `explorer.set(2, 0)` moves all controls and returns the frame. Start
where every slider matters: the browser test moves each one.
"""

import sys
from importlib import import_module

from .controls import Choice, Number, Steps
from .decoding import state_transplant
from .frames import Frame, Law, frame_of
from .gates import gate_microscope, state_map, written_when
from .live import LiveExplorer
from .reading import scrub_and_edit, step_scrubber
from .shapes import shape_lab
from .stepped import Explorer
from .vectors import context, padding
from .xray import xray

if "google.colab" in sys.modules:  # which shows widgets of other packages only where it is told to
    import_module("google.colab.output").enable_custom_widget_manager()

__all__ = [
    "Choice",
    "Explorer",
    "Frame",
    "Law",
    "LiveExplorer",
    "Number",
    "Steps",
    "context",
    "frame_of",
    "gate_microscope",
    "padding",
    "scrub_and_edit",
    "shape_lab",
    "state_map",
    "state_transplant",
    "step_scrubber",
    "written_when",
    "xray",
]
