"""The explorer of lesson 09: one sentence decoded on right words, and on the decoder's own."""

from __future__ import annotations

import torch
from torch import Tensor

from seq2seq_lessons.decoding import inference
from seq2seq_lessons.plots.decoding import Bars
from seq2seq_lessons.plots.feeding import GOLD, OWN, Feeding, two_feedings
from seq2seq_lessons.plots.style import BLUE, ORANGE
from seq2seq_lessons.text import Batch, encode_pairs, tokenize
from seq2seq_lessons.translator import Translator

from .stepped import Choice, Explorer, Frame, Law, Steps, frame_of


def gold_or_own(translator: Translator, source: str, target: str, *, k: int = 4) -> Explorer:
    """A sentence decoded twice, step by step: fed the right tokens, and fed the decoder's own most probable ones.

    Cures: "low training loss means good translations".
    Law: both runs are identical up to and including the step of the first error; they differ in what follows it.

    translator: a trained one.
    source, target: a sentence and its right translation, each of at least one token.
    k: how many of the most probable tokens to draw as bars.
    """
    vocab = translator.target_vocab
    if not tokenize(source) or not tokenize(target) or not 1 <= k <= len(vocab):
        raise ValueError(
            f"source {source!r}, target {target!r}, k={k}: expected a token to read, a token to say, and "
            f"k from 1 to {len(vocab)}"
        )
    pair = encode_pairs(
        [tokenize(source)], [tokenize(target)], translator.source_vocab, vocab, translator.train_config.num_steps
    ).to(translator.device)
    labels = pair.target[0].tolist()
    must_say = vocab.decode(labels)
    runs = {name: _decode(translator, pair, own_tokens=name == OWN) for name in (GOLD, OWN)}
    said = {name: probabilities.argmax(dim=1).tolist() for name, (_, probabilities) in runs.items()}
    feedings = {
        name: Feeding(
            vocab.decode(fed),
            vocab.decode(said[name]),
            [float(row[label]) for row, label in zip(probabilities, labels, strict=False)],
        )
        for name, (fed, probabilities) in runs.items()
    }
    first = next((step for step, (a, b) in enumerate(zip(said[GOLD], labels, strict=True), 1) if a != b), 0)
    (gold_fed, gold), (own_fed, own) = runs[GOLD], runs[OWN]
    until = first or len(labels)
    law = Law(
        "both ways are identical up to and including the step of the first error",
        gold_fed[:until] == own_fed[:until] and torch.equal(gold[:until], own[:until]),
    )
    words = (
        "What the decoder is fed and what it says, step by step, on right words or on its own; the probability "
        f"of the word that it must say, both ways; bars of the {k} most probable words at the step."
    )

    def frame_at(step: int, feeding: int) -> Frame:
        name = (GOLD, OWN)[feeding]
        shown = feedings[name]
        if step > len(shown.fed):
            bars = Bars(f"step {step}: nothing is fed after <eos>", [], [], {})
            status = f"Step {step}, its own words: the sentence has ended"
        else:
            best = runs[name][1][step - 1].topk(k)
            bars = Bars(
                f"step {step}: the most probable tokens after '{shown.fed[step - 1]}'",
                vocab.decode(best.indices),
                best.values.tolist(),
                {shown.said[step - 1]: ORANGE} | {must_say[step - 1]: BLUE},
            )
            status = (
                f"Step {step}, fed {name} '{shown.fed[step - 1]}': says '{shown.said[step - 1]}', must say "
                f"'{must_say[step - 1]}'" + (" (the first error)" if step == first else "")
            )
        picture = two_feedings(
            must_say, feedings[GOLD], feedings[OWN], step=step, shown=name, bars=bars, k=k, words=words
        )
        return frame_of(picture, status, law)

    # opens on its own words, two steps after the first error, where the two ways have parted
    controls = [
        Steps(len(labels), start=min(first + 2, len(labels)) if first else len(labels)),
        Choice("the decoder is fed", ("gold words", "own words"), start=1),
    ]
    return Explorer("Gold or own words", words, controls, frame_at)


def _decode(translator: Translator, pair: Batch, own_tokens: bool) -> tuple[list[int], Tensor]:
    """One sentence, token by token: the ids fed, and the probabilities (steps, vocab) at each step, on the CPU.

    Its own run ends with `<eos>`, at the latest with the labels. Both ways take the same calls of one step each, so
    that equal tokens give equal numbers, to the last digit.
    """
    decoder, vocab = translator.model.decoder, translator.target_vocab
    token, ids, probabilities = vocab.bos_id, [], []
    with inference(translator.model):
        state = decoder.init_state(translator.model.encoder(pair.source, pair.source_len), pair.source_len)
        for label in pair.target[0].tolist():
            ids.append(token)
            logits, state = decoder(torch.tensor([[token]], device=translator.device), state)
            probabilities.append(torch.softmax(logits[0, 0].float(), dim=0).cpu())
            token = int(probabilities[-1].argmax()) if own_tokens else label
            if own_tokens and token == vocab.eos_id:
                break
    return ids, torch.stack(probabilities)
