"""The X-ray: the whole encoder-decoder, unrolled and computed in the browser by the learner's own model.

What the page computes is in gru.js, what it draws in the other files of `MODULES`; here the model is made ready for it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import anywidget
import ipywidgets as widgets
import numpy as np
import torch
import traitlets
from torch import Tensor

from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.plots.style import Picture, still
from seq2seq_lessons.text import MARKS, REPLACED, SPECIAL_TOKENS, UNSPACED, tokenize
from seq2seq_lessons.translator import Translator

from .arranging import arrange, grid_columns, seen_states
from .base import below, free
from .labels import labelled, row
from .modules import read, script
from .rerun import remember
from .xray_still import still_of

SWITCHES = ("step", "sentence", "shapes", "padding", "context", "fed", "force", "temperature", "unit")
SENTENCE = "i'm home ."
# The page's modules; each needs only those before it.
MODULES = ("elements", "gru", "drawing", "words", "inputs", "switches", "wires", "columns", "unit", "xray")
WHITE_SPACE = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # where str.split cuts


def tokenizer_rules() -> dict[str, Any]:
    """`text.tokenize` for the page: after NFC and lower case, texts to replace, then `text.TOKEN` in JavaScript."""
    plain = r"\p{L}\p{N}_"  # Python's \w; JavaScript's own knows no é
    letter = rf"(?:(?![{UNSPACED}])[{plain}]|[{MARKS}])"
    word = rf"{letter}+(?:(?:['\-]|(?<=[0-9])[.,](?=[0-9])){letter}+)*"
    token = rf"{word}|[{UNSPACED}][{MARKS}]*|[^{plain}{WHITE_SPACE}]"
    return {"replace": REPLACED, "token": token}


class XRay(anywidget.AnyWidget):
    """The picture with its controls; every trait may be set from Python, or linked in the browser.

    step counts from 1 through both halves; num_steps is set by the page, which computes the translation. pads (0 to 4)
    are read or skipped; `context` is "kept", "drifting" or "none"; `fed` "own" or "right" (`reference`); `labels`
    "words" or "shapes"; `forced` a list of [step of the decoder from 0, id].
    """

    _esm = script(*MODULES)
    _css = read("xray.css")

    weights = traitlets.Bytes().tag(sync=True)
    precision = traitlets.Enum(("int16", "float32"), "int16").tag(sync=True)
    sizes = traitlets.Dict().tag(sync=True)
    source_tokens: traitlets.List = traitlets.List().tag(sync=True)
    target_tokens: traitlets.List = traitlets.List().tag(sync=True)
    tokenizer = traitlets.Dict().tag(sync=True)
    places: traitlets.List = traitlets.List().tag(sync=True)
    columns = traitlets.Int().tag(sync=True)
    traced = traitlets.Bytes().tag(sync=True)
    traced_ids: traitlets.List = traitlets.List().tag(sync=True)
    first_sentence = traitlets.Unicode().tag(sync=True)
    switches: traitlets.List = traitlets.List().tag(sync=True)

    sentence = traitlets.Unicode().tag(sync=True)
    reference = traitlets.Unicode().tag(sync=True)
    step = traitlets.Int(1).tag(sync=True)
    num_steps = traitlets.Int(1).tag(sync=True)
    context = traitlets.Enum(("kept", "drifting", "none"), "kept").tag(sync=True)
    fed = traitlets.Enum(("own", "right"), "own").tag(sync=True)
    labels = traitlets.Enum(("words", "shapes"), "words").tag(sync=True)
    pads = traitlets.Int(0, min=0, max=4).tag(sync=True)
    skip_pads = traitlets.Bool(True).tag(sync=True)
    temperature = traitlets.Float(1.0, min=0.1, max=10.0).tag(sync=True)
    forced: traitlets.List = traitlets.List().tag(sync=True)


def xray(
    translator: Translator,
    sentence: str | None = None,
    switches: Sequence[str] = SWITCHES,
    reference: str = "",
    step: int | None = None,
    sentences: Sequence[str] | None = None,
    precision: Literal["int16", "float32"] = "int16",
) -> "XRayExplorer":
    """Show a translator at work, whole: what the encoder reads and the decoder writes, step by step, in the browser.

    Args:
        translator: a GRU encoder-decoder of any sizes and layers, with one context vector.
        sentence: the first one; a learner may type others.
        switches: which of `SWITCHES` the learner may turn.
        reference: the right words, for the switch "fed".
        step: the first position, counted from 1 through both halves; the last one when left out.
        sentences: of the source language, over which units are compared to arrange them; see `arranging.seen_states`.
        precision: of the weights in the page, "float32" or "int16", which halves what is sent and is nine times as
            exact as float16 would be (`packed`).

    Raises:
        ValueError: another kind of model, a switch that there is none of, an empty sentence, or a step outside the
            translation.
    """
    picture = XRay(**page_state(translator, sentence, switches, reference, step, sentences, precision))
    return XRayExplorer(picture, lambda: still_of(translator, picture))


def page_state(
    translator: Translator,
    sentence: str | None = None,
    switches: Sequence[str] = SWITCHES,
    reference: str = "",
    step: int | None = None,
    sentences: Sequence[str] | None = None,
    precision: str = "int16",
) -> dict[str, Any]:
    """All that the page needs, by the names of XRay's traits; arguments as in `xray`."""
    check_model(translator.model_config)
    if unknown := [switch for switch in switches if switch not in SWITCHES]:
        raise ValueError(f"switches has {unknown}; expected some of {', '.join(map(repr, SWITCHES))}")
    sentence = sentence if sentence is not None else first_sentence(translator)
    trace = translator.trace(sentence)
    num_steps = len(trace.source_tokens) + len(trace.steps)
    if step is not None and not 1 <= step <= num_steps:
        raise ValueError(f"step is {step}; this sentence has the steps 1 to {num_steps}")
    states = torch.cat((trace.encoder_states, torch.stack([each.hidden for each in trace.steps])))
    columns = grid_columns(translator.model_config.num_hiddens)
    untouched = {name: trait.default() for name, trait in XRay.class_own_traits().items()}
    return untouched | {
        "weights": packed(translator.model.state_dict().values(), precision),
        "precision": precision,
        "sizes": sizes_of(translator),
        "source_tokens": translator.source_vocab.tokens,
        "target_tokens": translator.target_vocab.tokens,
        "tokenizer": tokenizer_rules(),
        "places": [arrange(layer, columns) for layer in seen_states(translator, sentences)],
        "columns": columns,
        "traced": states.float().numpy().tobytes(),
        "traced_ids": translator.target_vocab.encode(each.token for each in trace.steps),
        "first_sentence": sentence,
        "switches": list(switches),
        "sentence": sentence,
        "reference": reference,
        "step": step or num_steps,
        "num_steps": num_steps,
    }


def sizes_of(translator: Translator) -> dict[str, Any]:
    """What the page has to know of the weights: rows and width of each tensor, how far an embedding reaches (twice its
    standard deviation: the scale of its colours), the most steps of a sentence."""
    config, tensors = translator.model_config, translator.model.state_dict().values()
    return {
        "embed": config.embed_size,
        "hiddens": config.num_hiddens,
        "layers": config.num_layers,
        "target": len(translator.target_vocab),
        "steps": translator.train_config.num_steps,
        "tensors": [list(torch.atleast_2d(tensor).shape) for tensor in tensors],
        "spread": 2 * translator.model.encoder.embedding.weight.square().mean().sqrt().item(),
    }


def packed(tensors: Iterable[Tensor], precision: str) -> bytes:
    """The numbers of all tensors, one after another; as "int16" whole numbers, and the scale of each row at the end.

    A row of a matrix shares one scale: its largest number is 32767.
    """
    arrays = [np.atleast_2d(tensor.detach().float().cpu().numpy()) for tensor in tensors]
    if precision == "float32":
        return b"".join(array.tobytes() for array in arrays)
    scales = [np.maximum(np.abs(array).max(axis=1, keepdims=True), 1e-30) / 32767 for array in arrays]
    whole = [np.rint(array / scale).astype(np.int16) for array, scale in zip(arrays, scales, strict=True)]
    return b"".join(array.tobytes() for array in (*whole, *scales))


def check_model(config: ModelConfig) -> None:
    """ValueError for a model that the X-ray cannot show."""
    for name, expected in (("cell", "gru"), ("bidirectional", False), ("attention", False)):
        if (value := getattr(config, name)) != expected:
            raise ValueError(
                "the X-ray shows a GRU encoder-decoder, of any sizes and layers, that reads in one direction and hands "
                f"over one context vector; this one has {name}={value!r}: train with ModelConfig({name}={expected!r})"
            )


def first_sentence(translator: Translator) -> str:
    """The course's sentence, or, for a translator of other words, its most frequent ones."""
    vocab = translator.source_vocab
    if all(token in vocab for token in tokenize(SENTENCE)):
        return SENTENCE
    return " ".join(vocab.tokens[len(SPECIAL_TOKENS) :][:4])


class XRayExplorer(widgets.VBox):
    """The X-ray, and above it its step: a slider and Play, linked to it in the browser.

    `picture` is the XRay, whose traits are the switches.
    """

    title = "X-ray of a translation"

    def __init__(self, picture: XRay, draw: Callable[[], Picture]):
        self.picture, self._draw = picture, draw
        self._links: list[widgets.Widget] = []
        rows = [self._steps(), picture] if "step" in picture.switches else [picture]
        super().__init__(rows, layout=widgets.Layout(overflow="visible", padding="4px"))
        self.add_class("s2s-xray")

    def _steps(self) -> widgets.HBox:
        ends = {"min": 1, "max": self.picture.num_steps, "value": self.picture.step}
        play = widgets.Play(**ends, interval=700, show_repeat=False)
        slider = labelled(widgets.IntSlider, "step", "min(420px, 70%)", **ends)
        for control in (slider, play):  # the range before the place in it
            self._links.append(widgets.jsdlink((self.picture, "num_steps"), (control, "max")))
            self._links.append(widgets.jslink((self.picture, "step"), (control, "value")))
        return row([play, slider])

    @property
    def in_words(self) -> str:
        """What is stored for whoever sees no picture: no number that a trained model decides."""
        shown = f"“{self.picture.sentence}”, read word by word by the encoder, written word by word by the decoder."
        return f"{self.title}\n{shown}\nSwitches: {', '.join(self.picture.switches)}. It moves in Jupyter."

    def close(self) -> None:
        """Free the page's and the kernel's copies of the weights."""
        for widget in (*getattr(self, "_links", ()), *below(self)):
            free(widget)
        super().close()

    def _repr_mimebundle_(self, **kwargs):
        """The live widget, and for whoever cannot run it a still picture of what it shows now, and a few words."""
        remember(self)
        drawn = self._draw()
        data, metadata = still(drawn.png(), drawn.alt, drawn.css_size, self.in_words)
        return super()._repr_mimebundle_(**kwargs) | data, metadata
