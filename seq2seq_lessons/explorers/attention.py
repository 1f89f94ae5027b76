"""An explorer of attention: at one step all the weight is put on one source word, and the decoder goes on."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.attention import AttentionDecoder
from seq2seq_lessons.decoder import top_layer
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.plots.attention import forced_look
from seq2seq_lessons.plots.decoding import Bars
from seq2seq_lessons.plots.style import BLUE, ORANGE
from seq2seq_lessons.text import EOS, pad_rows, tokenize
from seq2seq_lessons.translator import Translator

from .live import LiveExplorer
from .stepped import Choice, Frame, Law, Steps, frame_of

MORE = 2  # steps beyond its own translation for which the picture has room


class Look(NamedTuple):
    """A greedy translation with all that each step looked at.

    source, written: tokens, `<eos>` included. weights `(steps, source)`: each step's own, whatever was forced upon it.
    used `(steps, source)`: those that its context was made with. probabilities `(steps, vocab)`.
    """

    source: list[str]
    written: list[str]
    weights: Tensor
    used: Tensor
    probabilities: Tensor


def look(translator: Translator, sentence: str, step: int | None = None, place: int | None = None) -> Look:
    """Translate a sentence greedily; at `step` (from 1) all the weight is put on source token `place` (from 0).

    ValueError: no token to read, or a translator without attention.
    """
    decoder = translator.model.decoder
    if not isinstance(decoder, AttentionDecoder):
        raise ValueError("this translator has no attention: train one with ModelConfig(attention=True)")
    tokens = tokenize(sentence)
    if not tokens:
        raise ValueError(f"sentence {sentence!r} has no token to read")
    vocab, num_steps = translator.target_vocab, translator.train_config.num_steps
    X, valid_len = pad_rows([tokens], translator.source_vocab, num_steps)
    X, last = X.to(translator.device), vocab.bos_id
    rows: list[tuple[Tensor, Tensor, Tensor]] = []
    written: list[str] = []
    with inference(translator.model):
        context, hidden = decoder.init_state(translator.model.encoder(X, valid_len), valid_len)
        while last != vocab.eos_id and len(written) < num_steps:
            seen, weights = decoder.attend(top_layer(hidden), context)
            used = weights
            if place is not None and len(written) + 1 == step:
                used = torch.zeros_like(weights)
                used[0, place] = 1
                seen = context[0][:, place]  # the mean, when all the weight lies on one value
            word = decoder.embedding(torch.tensor([last], device=X.device))
            output, hidden = decoder.rnn(torch.cat((word, seen), dim=1)[None], hidden)
            logits = decoder.dense(output[0, 0]).float()
            rows.append((weights[0].cpu(), used[0].cpu(), torch.softmax(logits, dim=0).cpu()))
            last = int(logits.argmax())
            written.append(vocab.tokens[last])
    weights, used, probabilities = (torch.stack(column) for column in zip(*rows, strict=True))
    return Look(translator.source_vocab.decode(X[0].tolist()), written, weights, used, probabilities)


def look_elsewhere(
    translator: Translator, sentence: str, start: tuple[int, int] = (1, 0), steps: int | None = None, k: int = 4
) -> LiveExplorer:
    """At any step, put all the weight on any source word; see the next word's probabilities and the new translation.

    Cures: "where it looks is why it says so"; "attention copies the word that it looks at".
    Law: the weights sum to 1 at every step, forced or not, and before the forced step nothing changes.

    translator: trained with attention. start: the first step, and which source token it looks at, counted from 1, or 0
    for its own weights. steps: offer this many steps at most. k: bars in a panel.
    """
    own = look(translator, sentence)
    tokens = own.source
    last = min(len(own.written), steps or len(own.written))
    runs = {
        (step, place): look(translator, sentence, step, place)
        for step in range(1, last + 1)
        for place in range(len(tokens))
    }
    columns = min(max(len(run.written) for run in (own, *runs.values())), len(own.written) + MORE)
    vocab = translator.target_vocab
    words = (
        "The weights of a step over the source tokens; the translation as it was, and with all the weight of the "
        f"step on one token; bars of the {k} most probable words at the step, both ways."
    )

    def panel(title: str, run: Look, step: int, colour: str) -> Bars:
        best = run.probabilities[step - 1].topk(min(k, len(vocab)))
        names = vocab.decode(best.indices)
        return Bars(title, names, best.values.tolist(), {run.written[step - 1]: colour})

    def frame_at(step: int, choice: int) -> Frame:
        run = runs[step, choice - 1] if choice else own
        place = choice - 1 if choice else None
        title = "with its own weights" if place is None else f"all weight on '{tokens[place]}'"
        bars = [panel("with its own weights", own, step, BLUE), panel(title, run, step, ORANGE)]
        forced = run.written if len(run.written) <= columns else [*run.written[: columns - 1], "…"]
        picture = forced_look(
            tokens,
            own.weights[step - 1].tolist(),
            own.written,
            forced,
            step,
            place,
            bars,
            k=k,
            columns=columns,
            words=words,
        )
        sums = torch.cat((own.used, run.used)).sum(dim=1)
        before = slice(step - 1)
        holds = bool((sums - 1).abs().max() < 1e-5) and all(
            torch.equal(a[before], b[before]) for a, b in zip(own[2:], run[2:], strict=True)
        )
        law = Law(f"the weights of every step sum to 1, and before step {step} nothing changes", holds)
        then = "left alone" if place is None else f"looks at '{tokens[place]}'"
        said = "" if run.written[step - 1] == own.written[step - 1] else f" instead of '{own.written[step - 1]}'"
        status = f"Step {step}, {then}: writes '{run.written[step - 1]}'{said}; in the end '{sentence_of(run.written)}'"
        return frame_of(picture, status, law)

    controls = [Steps(last, start=start[0]), Choice("all weight on", ["as it is", *tokens], start[1])]
    return LiveExplorer("Look elsewhere", words, controls, frame_at)


def sentence_of(written: list[str]) -> str:
    """The tokens written, without `<eos>`, joined by spaces."""
    return " ".join(token for token in written if token != EOS)
