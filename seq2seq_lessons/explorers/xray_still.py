"""The X-ray as a still picture, for whoever has no widget: the master diagram with the numbers of what it shows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from torch.nn.functional import pad

from seq2seq_lessons.plots.machine import machine_of
from seq2seq_lessons.plots.style import Picture
from seq2seq_lessons.support.tracing import DecodingTrace, trace_ids
from seq2seq_lessons.text import Vocab, pad_rows, tokenize
from seq2seq_lessons.translator import Translator


def still_of(translator: Translator, shown: Any) -> Picture:
    """What an XRay shows, by its traits: the sentence, its pads, the context, the step, and shapes if it shows them."""
    trace, vocabs = follow(translator, shown), (translator.source_vocab, translator.target_vocab)
    step = shown.step if shown.step < shown.num_steps else None  # who stands at the end stands at the new end
    shapes = shapes_of(shown.sizes) if shown.labels == "shapes" else {}
    return picture_of(trace, shown.places, vocabs, context=shown.context, step=step, shapes=shapes)


def follow(translator: Translator, shown: Any) -> DecodingTrace:
    """The trace of a sentence as the page computes it: with pads behind it, read or skipped, and another context."""
    vocab = translator.source_vocab
    X, _ = pad_rows([tokenize(shown.sentence)], vocab, translator.train_config.num_steps)
    padded = pad(X, (0, shown.pads), value=vocab.pad_id)
    read, vocabs = (X if shown.skip_pads else padded).to(translator.device), (vocab, translator.target_vocab)
    trace = trace_ids(translator.model, read, vocabs, translator.write, 3, shown.context)
    return replace(trace, source_tokens=vocab.decode(padded[0]))  # pads are shown, read or not


def shapes_of(sizes: dict[str, int]) -> dict[str, str]:
    """The shapes at one step of one sentence, by the names of the rows."""
    widths = {"embedding": sizes["embed"], "scores": sizes["target"], "state": sizes["hiddens"]}
    widths |= {f"layer {layer + 1}": sizes["hiddens"] for layer in range(sizes["layers"])}
    return {name: f"(1, 1, {width})" for name, width in widths.items()}


def picture_of(
    trace: DecodingTrace, places: Sequence[Sequence[int]], vocabs: tuple[Vocab, Vocab], **options: Any
) -> Picture:
    """The whole translation of a trace, its units where the X-ray has them.

    Args:
        trace: of the sentence.
        places: for each layer its units in the order of their places, as `arranging.arrange` has them.
        vocabs: of the source and the target language.
        options: context, step and shapes, see `machine_of`.
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
        **options,
    )
