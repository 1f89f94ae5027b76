"""Explorers of greedy decoding: a state transplanted between sentences, and a word forced upon the decoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from seq2seq_lessons.decoder import DecoderState
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.plots.decoding import Bars, Decoding, forced_decoding, transplant
from seq2seq_lessons.plots.style import BLUE, ORANGE
from seq2seq_lessons.text import EOS, pad_rows, tokenize
from seq2seq_lessons.translator import Translator

from .stepped import Choice, Explorer, Frame, Law, Steps, frame_of

DONATIONS = ("nothing", "hidden", "context", "both")


def state_transplant(translator: Translator, sentences: Sequence[str]) -> Explorer:
    """Sentence A is read, then parts of the decoder's first state are replaced by those of sentence B.

    Cures: "the decoder sees the source words".
    Law: with both parts from B, the translation is exactly B's; with nothing from B, A's.

    translator: a trained one; the states are decoded greedily.
    sentences: two to four, offered for A and for B; different ones, of at least one token.
    """
    sentences = list(sentences)
    if not 2 <= len(sentences) <= 4 or len(set(sentences)) < len(sentences):
        raise ValueError(f"sentences: expected two to four different ones, got {sentences}")
    states = [_first_state(translator, sentence) for sentence in sentences]
    own = [translator.translate(sentence).split() for sentence in sentences]
    words = "Three decoders, and what each writes: one starts from A's state, one from B's, one from a mixture."

    def mixture(a: int, b: int, hidden: str, context: str) -> list[str]:
        state_of = {"A": states[a], "B": states[b]}
        written, _ = _write(translator, DecoderState(state_of[context].context, state_of[hidden].hidden))
        return [token for token in written if token != EOS]

    def frame_at(a: int, b: int, donation: int) -> Frame:
        donated = DONATIONS[donation]
        hidden, context = ("B" if donated in (part, "both") else "A" for part in ("hidden", "context"))
        tokens = mixture(a, b, hidden, context)
        law = Law(
            "both donated: exactly B's translation; nothing donated: exactly A's",
            mixture(a, b, "B", "B") == own[b] and mixture(a, b, "A", "A") == own[a],
        )
        picture = transplant(
            [
                Decoding(f"A: {sentences[a]}", "A", "A", own[a]),
                Decoding(f"B: {sentences[b]}", "B", "B", own[b]),
                Decoding(f"A is read, B donates {donated}", hidden, context, tokens),
            ],
            words=words,
        )
        status = f"A '{sentences[a]}', B '{sentences[b]}', B donates {donated}: writes '{' '.join(tokens)}'"
        return frame_of(picture, status, law)

    controls = [
        Choice("A", sentences, start=0),
        Choice("B", sentences, start=1),
        Choice("B donates", DONATIONS, start=DONATIONS.index("both")),
    ]
    return Explorer("State transplant", words, controls, frame_at)


def force_token(translator: Translator, sentence: str, *, steps: int | None = None, k: int = 5) -> Explorer:
    """One token of a greedy translation replaced by another likely one, and what the decoder makes of it.

    Cures: "probabilities are decided in advance".
    Law: nothing changes up to and including step t; its probabilities were there before the token was forced.

    translator: a trained one. sentence: what it translates, of at least one token.
    steps: how many of the translation's steps to offer, from the first; all of them when left out.
    k: how many of the most probable tokens to offer at each step, at least 2.
    """
    if k < 2 or steps is not None and steps < 1:
        raise ValueError(f"k={k}, steps={steps}: expected k of at least 2, and at least one step")
    original, before = _translate(translator, sentence)
    last = min(len(original), steps or len(original))
    tokens_of = translator.target_vocab.tokens
    best = before.topk(k, dim=1).indices
    runs = {
        (step, rank): _translate(translator, sentence, {step: int(best[step - 1, rank])})
        for step in range(1, last + 1)
        for rank in range(k)
    }
    columns = max(len(original), *(len(run) for run, _ in runs.values()))
    words = (
        f"The translation as it was and with one word forced; bars of the {k} most probable words at the forced "
        "step and, after either word, at the next."
    )

    def bars(title: str, probabilities: Tensor, step: int, colours: Mapping[str, str]) -> Bars:
        if step > len(probabilities):
            return Bars(title, [], [], {})
        top = probabilities[step - 1].topk(k)
        return Bars(title, [tokens_of[i] for i in top.indices], top.values.tolist(), colours)

    def frame_at(step: int, rank: int) -> Frame:
        forced, after = runs[step, rank]
        was, now = original[step - 1], forced[step - 1]
        panels = [bars(f"step {step}:\nwith and without", after, step, {was: BLUE, now: ORANGE})]
        for token, probabilities, run, colour in ((was, before, original, BLUE), (now, after, forced, ORANGE)):
            panels.append(
                bars(
                    f"step {step + 1},\nafter '{token}'",
                    probabilities,
                    step + 1,
                    {run[step]: colour} if len(run) > step else {},
                )
            )
        law = Law(
            f"nothing changes up to and including step {step}: its probabilities are the same",
            forced[: step - 1] == original[: step - 1] and torch.equal(before[:step], after[:step]),
        )
        picture = forced_decoding(original, forced, step, panels, k=k, columns=columns, words=words)
        status = f"Step {step}: '{now}' instead of '{was}'; writes '{' '.join(forced)}'"
        return frame_of(picture, status, law)

    ranks = [f"{rank}." for rank in range(1, k + 1)]
    controls = [Steps(last), Choice("force the most probable word number", ranks, start=1)]
    return Explorer("Force a token", words, controls, frame_at)


def _first_state(translator: Translator, sentence: str) -> DecoderState:
    tokens = tokenize(sentence)
    if not tokens:
        raise ValueError(f'the sentence {sentence!r} has no token to read; give one such as "I\'m home."')
    X, valid_len = pad_rows([tokens], translator.source_vocab, translator.train_config.num_steps)
    with inference(translator.model):
        enc_outputs = translator.model.encoder(X.to(translator.device), valid_len)
        return translator.model.decoder.init_state(enc_outputs, valid_len)


def _write(
    translator: Translator, state: DecoderState, forced: Mapping[int, int] | None = None
) -> tuple[list[str], Tensor]:
    """Decode greedily, but write the id `forced[step]` at that step: the tokens, and probabilities (steps, vocab)."""
    vocab, forced = translator.target_vocab, forced or {}
    token, written, probabilities = vocab.bos_id, [], []
    with inference(translator.model):
        for step in range(1, translator.train_config.num_steps + 1):
            logits, state = translator.model.decoder(torch.tensor([[token]], device=translator.device), state)
            probabilities.append(torch.softmax(logits[0, 0].float(), dim=0).cpu())
            token = forced.get(step, int(logits[0, 0].argmax()))
            written.append(vocab.tokens[token])
            if token == vocab.eos_id:
                break
    return written, torch.stack(probabilities)


def _translate(translator: Translator, sentence: str, forced: Mapping[int, int] | None = None):
    return _write(translator, _first_state(translator, sentence), forced)
