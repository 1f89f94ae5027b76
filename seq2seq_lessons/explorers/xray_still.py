"""The X-ray as a still picture, for whoever has no widget: the master diagram with the trace's own numbers."""

from collections.abc import Sequence

from seq2seq_lessons.plots.machine import machine_of
from seq2seq_lessons.plots.style import Picture
from seq2seq_lessons.support.tracing import DecodingTrace
from seq2seq_lessons.text import Vocab


def picture_of(trace: DecodingTrace, places: Sequence[Sequence[int]], vocabs: tuple[Vocab, Vocab]) -> Picture:
    """The whole translation of a trace, its units where the X-ray has them.

    Args:
        trace: of the sentence.
        places: for each layer its units in the order of their places, as `arranging.arrange` has them.
        vocabs: of the source and the target language.
    """

    def arranged(state):  # (layers, units)
        return [layer[order].float().numpy() for layer, order in zip(state, places, strict=True)]

    fed = [step.fed for step in trace.steps]
    return machine_of(
        trace.source_tokens,
        [arranged(state) for state in trace.encoder_states],
        fed,
        [arranged(step.hidden) for step in trace.steps],
        [step.top[:3] for step in trace.steps],
        [step.token for step in trace.steps],
        ids=(vocabs[0].encode(trace.source_tokens), vocabs[1].encode(fed)),
    )
