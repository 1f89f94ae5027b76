"""All that happens when one sentence is translated, step by step."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder
from seq2seq_lessons.decoding import Step
from seq2seq_lessons.gru import Gates
from seq2seq_lessons.inspection import gates
from seq2seq_lessons.model import EncoderDecoder, inference
from seq2seq_lessons.text import EOS, Vocab


@dataclass(frozen=True)
class DecodingStep:
    """One step of decoding.

    fed: the token that the decoder read.
    token: the token that it wrote, the most probable one.
    probabilities: of every target token `(vocab,)`, in [0, 1], summing to 1.
    top: the most probable tokens with their probabilities, the best first.
    hidden: the decoder's state after the step `(num_layers, num_hiddens)`, in [-1, 1].
    gates: each layer's gates in this step, every tensor `(num_hiddens,)`.
    """

    fed: str
    token: str
    probabilities: Tensor
    top: list[tuple[str, float]]
    hidden: Tensor
    gates: list[Gates]


@dataclass(frozen=True)
class DecodingTrace:
    """All that happens when one sentence is translated.

    source_tokens: what the encoder reads, `<eos>` included; unknown words as `<unk>`.
    encoder_states: the encoder's state after each source token `(source_steps, num_layers, num_hiddens)`.
    encoder_gates: per layer and source token, every tensor `(num_hiddens,)`.
    context: `(num_hiddens,)`.
    steps: one for each token that the decoder writes, the last one `<eos>` unless the translation was cut.
    """

    source_tokens: list[str]
    encoder_states: Tensor
    encoder_gates: list[list[Gates]]
    context: Tensor
    steps: list[DecodingStep]

    @property
    def translation(self) -> str:
        """The tokens written, without `<eos>`, joined by spaces."""
        return " ".join(step.token for step in self.steps if step.token != EOS)


def trace_ids(
    model: EncoderDecoder,
    X: Tensor,
    vocabs: tuple[Vocab, Vocab],
    write: Callable[..., Iterable[Step]],
    k: int,
    context: str = "kept",
) -> DecodingTrace:
    """Read one sentence's ids `(1, steps)`, and keep all that happens while `write` writes its translation.

    Args:
        write: `Translator.write`.
        k: how many of the most probable tokens to list per step.
        context: "kept", "drifting" (the decoder's own last state, as in the article) or "none" (zeros).
    """

    def drift(_: int, state: DecoderState) -> DecoderState:
        return state._replace(context=state.hidden[-1])

    source_vocab, target_vocab = vocabs
    with inference(model):
        states, gates_read = trace_gru(model.encoder.rnn, model.encoder.embedding(X).permute(1, 0, 2))
        first = model.init_state(X)
        first = first._replace(context=first.context * (context != "none"))
        written = write(first, edit=drift if context == "drifting" else None)
        steps = [trace_step(step, model.decoder, target_vocab, k) for step in written]
    return DecodingTrace(source_vocab.decode(X[0]), states, gates_read, first.context[0].cpu(), steps)


def trace_gru(rnn: nn.RNNBase, X: Tensor, h0: Tensor | None = None) -> tuple[Tensor, list[list[Gates]]]:
    """One sentence `(steps, 1, input_size)` through a GRU, all on the CPU.

    Returns:
        states `(steps, num_layers, num_hiddens)`, and gates[layer][step], every tensor `(num_hiddens,)`.
    """
    runs = gates(rnn, X, h0)
    states = torch.stack([run.states[:, 0] for run in runs], dim=1).cpu()
    parts = [[part[:, 0].cpu() for part in (run.reset, run.update, run.candidate)] for run in runs]
    return states, [[Gates(*step) for step in zip(*layer, strict=True)] for layer in parts]


def trace_step(step: Step, decoder: Seq2SeqDecoder, vocab: Vocab, k: int) -> DecodingStep:
    """One sentence's step of decoding in words and on the CPU, with the k most probable tokens."""
    inputs = decoder.rnn_input(step.fed[:, None], step.before.context)
    _, step_gates = trace_gru(decoder.rnn, inputs, step.before.hidden)
    probabilities = torch.softmax(step.logits[0].float(), dim=0).cpu()
    best = probabilities.topk(min(k, len(vocab)))
    fed, token = vocab.decode([int(step.fed), int(step.chosen)])
    return DecodingStep(
        fed,
        token,
        probabilities,
        list(zip(vocab.decode(best.indices.tolist()), best.values.tolist(), strict=True)),
        step.after.hidden[:, 0].cpu(),
        [layer[0] for layer in step_gates],
    )


def check_traceable(config: ModelConfig) -> None:
    """ValueError for a model that is no plain GRU encoder-decoder with one context vector."""
    for name, expected in (("cell", "gru"), ("bidirectional", False), ("attention", False)):
        if (value := getattr(config, name)) != expected:
            raise ValueError(
                f"trace follows a GRU's gates and one context vector; this one has {name}={value!r} "
                f"(translate works): for a trace train with ModelConfig({name}={expected!r})"
            )
