"""The explorers of lesson 12: one unit's gates, what of the final state was written when, a path over the state map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from seq2seq_lessons import inspection
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.gru import gru_weights
from seq2seq_lessons.inspection import GateRun, gates, influence, memory_ledger
from seq2seq_lessons.plots.gates import UnitLines, gate_lines, map_paths, written_bars
from seq2seq_lessons.text import SPECIAL_TOKENS, pad_rows, tokenize
from seq2seq_lessons.translator import Translator

from .live import LiveExplorer, Number
from .stepped import Choice, Explorer, Frame, Law, Steps, frame_of

FORCED = {"free": {}, "z = 1": {"update": 1.0}, "z = 0": {"update": 0.0}, "r = 0": {"reset": 0.0}}
NEAREST = (1, 3, 5)  # how many neighbours the map offers to join
REPLACEMENTS = 50  # words that stand in for each word of the sentence


def gate_microscope(translator: Translator, sentence: str, *, unit: int | None = None) -> LiveExplorer:
    """r, z, n and h of one unit of the encoder's top layer while a sentence is read, free or with a gate held.

    Cures: "z = 1 means write" (PyTorch's z = 1 holds).
    Law: free, the states are nn.GRU's; z = 1, h stays h0; z = 0, h is n; r = 0, n follows from the input alone.

    translator: a trained one, whose encoder is a GRU in one direction. sentence: of at least one token.
    unit: where it begins, from 0; when left out, a unit that once keeps its state against a different candidate, and
        once writes. It begins at the step of keeping.
    """
    tokens, X, embedded = _read(translator, sentence)
    rnn = translator.model.encoder.rnn
    runs = {name: gates(rnn, embedded, **forced) for name, forced in FORCED.items()}
    tops = {name: layers[-1] for name, layers in runs.items()}
    laws = _gate_laws(translator, X, embedded, runs)
    keeps, writes = _keeps_and_writes(tops["free"])
    if unit is None:
        unit = int(torch.minimum(keeps.amax(dim=0), writes.amax(dim=0)).argmax())
    words = f"One unit of the encoder while it reads '{' '.join(tokens)}': gates r and z, candidate n and state h."
    picture = gate_lines([_lines(name, run) for name, run in tops.items()], tokens, words=words)
    names = list(FORCED)

    def frame_at(unit: int, forced: int, step: int) -> Frame:
        run = tops[names[forced]]
        before = (run.states[step - 2] if step > 1 else run.h0)[0, unit].item()
        z, n, h = (part[step - 1, 0, unit].item() for part in (run.update, run.candidate, run.states))
        status = (
            f"Unit {unit}, {names[forced]}, '{tokens[step - 1]}': h = (1 − z) · n + z · old h = "
            f"{1 - z:.2f} · {_signed(n)} + {z:.2f} · {_signed(before)} = {_signed(h)}"
        )
        return frame_of(picture.show((unit, forced, step)), status, laws[names[forced]])

    start = int(keeps[:, unit % rnn.hidden_size].argmax()) + 1  # LiveExplorer refuses a unit that is not there
    controls = [Number("unit", 0, rnn.hidden_size - 1, unit), Choice("gates", names), Steps(len(tokens), start=start)]
    return LiveExplorer("Gate microscope", words, controls, frame_at)


def written_when(
    translator: Translator, sentence: str, *, unit: int | None = None, replacements: Sequence[str] | None = None
) -> LiveExplorer:
    """The share of each step in the encoder's final state, and beside it the influence of each word.

    Cures: "the final state holds all steps alike"; "what was written at a word is about that word".
    Law: the shares and h0's sum to 1 in every unit, and the writes times their shares give the final state.

    translator, sentence, unit: as in `gate_microscope`; left out, it begins at a unit in which share and influence
        differ much.
    replacements: the words that stand in for each word in turn, their changes averaged; the translator's fifty most
        frequent ones when left out.
    """
    tokens, X, embedded = _read(translator, sentence)
    encoder, vocab = translator.model.encoder, translator.source_vocab
    first = len(SPECIAL_TOKENS)
    ids = (
        list(range(first, min(first + REPLACEMENTS, len(vocab))))
        if replacements is None
        else vocab.encode(list(replacements))
    )
    run = gates(encoder.rnn, embedded)[-1]
    ledger = memory_ledger(run)
    shares = torch.cat((ledger.initial_share, ledger.shares[:, 0])).cpu()  # (1 + steps, units)
    with inference(encoder):
        final = encoder(X)[0][-1]
    holds = torch.allclose(shares.sum(dim=0), torch.ones(()), rtol=0, atol=1e-5) and torch.allclose(
        ledger.rebuild(), final, rtol=0, atol=1e-5
    )
    law = Law("the shares sum to 1, and Σ share · n + the start's share · h0 is the final state", holds)
    by_unit = unit_influence(translator, X, ids)
    lengths = influence(encoder, X, ids).cpu()

    words = (
        f"Bars over the words '{' '.join(tokens)}': the share of the final state that was written at each step, "
        "and how far the final state moves when the word is replaced."
    )
    caption = "Written at that step, not about that word."
    pictures = [
        written_bars(shares, by_unit, tokens, limit=2, influence_name="influence\non this unit", words=words),
        written_bars(
            shares.mean(dim=1, keepdim=True),
            lengths[:, None],
            tokens,
            words=words,
            limit=_limit(lengths),
            influence_name="influence\n(distance moved)",
        ),
    ]
    named = ["the start", *(f"'{token}'" for token in tokens)]

    def frame_at(unit: int, over: int) -> Frame:
        column, moves = (shares.mean(dim=1), lengths) if over else (shares[:, unit], by_unit[:, unit])
        most, strongest = int(column.argmax()), int(moves.argmax())
        what = "Mean over units" if over else f"Unit {unit}"
        status = (
            f"{what}: most was written at {named[most]} ({column[most]:.0%}); most influence: "
            f"{named[strongest + 1]}. {caption}"
        )
        return frame_of(pictures[over].show(0 if over else unit), status, law)

    if unit is None:
        unit = _telling_unit(shares[1:], by_unit)
    controls = [Number("unit", 0, run.states.shape[-1] - 1, unit), Choice("shown", ("unit", "mean over units"))]
    return LiveExplorer("What was written when", f"{words} {caption}", controls, frame_at)


def state_map(translator: Translator, sentences: Mapping[str, Sequence[str]], paths: Sequence[str]) -> Explorer:
    """A map of final encoder states, and over it the path of a sentence that is being read, with its true neighbours.

    Cures: "what is near on the map is near"; shows at which word sentences part.
    Law: the map is one and the same at every position, and no sentence is nearer, over all units, than those joined.

    sentences: kind -> sentences whose final states make the map; up to five kinds, some forty sentences in all.
    paths: two or three other sentences, of equally many tokens. It begins with the second of them, at the first step
        at which it reads another token than the first of them.
    """
    readings = [_states(translator, sentence) for sentence in paths]
    if not 2 <= len(readings) <= 3 or len({len(tokens) for tokens, _ in readings}) > 1:
        raise ValueError(
            "paths: expected two or three sentences of equally many tokens, got "
            f"{[' '.join(tokens) for tokens, _ in readings]}"
        )
    groups = [kind for kind, own in sentences.items() for _ in own]
    texts = [" ".join(tokenize(sentence)) for own in sentences.values() for sentence in own]
    if len(texts) <= NEAREST[-1]:
        raise ValueError(f"sentences: {len(texts)} of them make no map; expected more than {NEAREST[-1]}, some forty")
    finals = torch.stack([_states(translator, text)[1][-1] for text in texts])
    mapped = inspection.state_map(finals)
    steps = len(readings[0][0])
    away = [torch.cdist(states.double(), finals.double()) for _, states in readings]  # (steps, sentences)
    nearest = [distances.argsort(dim=1, stable=True) for distances in away]
    places = [mapped.project(states) for _, states in readings]
    near_on_map = [torch.cdist(place, mapped.points).argmin(dim=1) for place in places]
    words = f"Map of the final states of {len(texts)} sentences, and the path of a sentence that is being read."
    picture = map_paths(
        mapped.points,
        groups,
        mapped.explained.tolist(),
        places,
        [tokens for tokens, _ in readings],
        [order[:, : NEAREST[-1]] for order in nearest],
        words=words,
    )
    fixed = torch.allclose(mapped.project(finals), mapped.points, rtol=0, atol=1e-4)

    def frame_at(step: int, number: int, count: int) -> Frame:
        k, tokens = NEAREST[count], readings[number][0]
        joined, distances = nearest[number][step - 1, :k], away[number][step - 1]
        left = torch.ones(len(texts), dtype=torch.bool)
        left[joined] = False
        law = Law(
            "the map never moves; no sentence is nearer, over all units, than those joined",
            fixed and bool(distances[joined].max() <= distances[left].min()),
        )
        status = (
            f"Step {step} of {steps}, '{tokens[step - 1]}': nearest over all units '{texts[joined[0]]}', "
            f"on the map '{texts[near_on_map[number][step - 1]]}'"
        )
        return frame_of(picture.show((number, step, k)), status, law)

    first, second = readings[0][0], readings[1][0]
    parting = next((step for step in range(1, steps) if first[step - 1] != second[step - 1]), steps)
    controls = [
        Steps(steps, start=parting),
        Choice("sentence", list(paths), start=1),
        Choice("nearest", [str(k) for k in NEAREST], start=1),
    ]
    return Explorer("State map", f"{words} {'; '.join(sentences)}.", controls, frame_at)


def unit_influence(translator: Translator, X: Tensor, ids: Sequence[int]) -> Tensor:
    """How far each unit of the final state moves when a word is replaced, `(steps, num_hiddens)`.

    As `inspection.influence` (whose length this leaves out), unit by unit: the mean over `ids`, the word itself not
    among them.
    """
    others, steps = torch.as_tensor(list(ids), dtype=X.dtype, device=X.device), X.shape[1]
    rows = X.repeat(steps * len(others), 1).reshape(steps, len(others), steps)
    rows[torch.arange(steps), :, torch.arange(steps)] = others
    with inference(translator.model.encoder):
        output, _ = translator.model.encoder(torch.cat((X, rows.flatten(0, 1))))
    moved = (output[-1][1:] - output[-1][0]).abs().reshape(steps, len(others), -1)
    differs = (X[0][:, None] != others)[..., None]
    return ((moved * differs).sum(dim=1) / differs.sum(dim=1).clamp(min=1)).cpu()


def _read(translator: Translator, sentence: str) -> tuple[list[str], Tensor, Tensor]:
    """The tokens that the encoder reads, their ids (1, steps), and their embeddings (steps, 1, embed_size)."""
    tokens = tokenize(sentence)
    if not tokens:
        raise ValueError(f'the sentence {sentence!r} has no token to read; give one such as "I\'m home."')
    X, _ = pad_rows([tokens], translator.source_vocab, translator.train_config.num_steps)
    X = X.to(translator.device)
    with inference(translator.model):
        embedded = translator.model.encoder.embedding(X).permute(1, 0, 2)
    return translator.source_vocab.decode(X[0].tolist()), X, embedded


def _states(translator: Translator, sentence: str) -> tuple[list[str], Tensor]:
    """The tokens read, and the top layer's state after each of them (steps, num_hiddens)."""
    tokens, X, _ = _read(translator, sentence)
    with inference(translator.model):
        return tokens, translator.model.encoder(X)[0][:, 0].cpu()


def _lines(name: str, run: GateRun) -> UnitLines:
    states = torch.cat((run.h0, run.states[:, 0]))
    parts = (run.reset[:, 0], run.update[:, 0], run.candidate[:, 0], states)
    return UnitLines(name, *(part.cpu().numpy() for part in parts))


def _gate_laws(translator: Translator, X: Tensor, embedded: Tensor, runs: dict[str, list[GateRun]]) -> dict[str, Law]:
    with inference(translator.model):
        output, _ = translator.model.encoder(X)
    free, hold, write = (runs[name][-1] for name in ("free", "z = 1", "z = 0"))
    return {
        "free": Law(
            "free: these are the states that nn.GRU computes", torch.allclose(free.states, output, rtol=0, atol=1e-5)
        ),
        "z = 1": Law("z = 1 holds: h is h0 at every word, in every unit", bool((hold.states == hold.h0).all())),
        "z = 0": Law("z = 0 writes: h is n at every word, in every unit", torch.equal(write.states, write.candidate)),
        "r = 0": Law(
            "r = 0: n follows from the word read and the biases, whatever h was",
            _candidates_of_inputs(translator.model.encoder.rnn, embedded, runs["r = 0"]),
        ),
    }


@torch.no_grad()
def _candidates_of_inputs(rnn: nn.GRU, embedded: Tensor, layers: Sequence[GateRun]) -> bool:
    """Whether each layer's candidates are tanh(W_in x + b_in) of what it read, and of nothing else."""
    inputs = [embedded, *(run.states for run in layers[:-1])]
    same = []
    for number, (x, run) in enumerate(zip(inputs, layers, strict=True)):
        W_ih, _, b_ih, _ = gru_weights(rnn, number)
        new = slice(2 * rnn.hidden_size, None)  # PyTorch's order: reset, update, candidate
        same.append(torch.allclose(run.candidate, torch.tanh(x @ W_ih[new].T + b_ih[new]), rtol=0, atol=1e-5))
    return all(same)


def _keeps_and_writes(run: GateRun) -> tuple[Tensor, Tensor]:
    """How far each unit, at each step, stays away from its candidate, and how far it moves: both (steps, units)."""
    before = torch.cat((run.h0[None], run.states[:-1]))
    apart = (run.candidate - before).abs()
    return (run.update * apart)[:, 0], ((1 - run.update) * apart)[:, 0]


def _telling_unit(shares: Tensor, moves: Tensor) -> int:
    """The unit where most was written at one step, while the most influential word is another, at which little was."""
    strongest = moves.max(dim=0)
    there = shares.gather(0, strongest.indices[None])[0]
    return int(((shares.amax(dim=0) - there) * strongest.values).argmax())


def _limit(lengths: Tensor) -> float:
    """A round end of the axis, at or above the largest."""
    return 4.0 * max(1, -(-int(lengths.max().ceil()) // 4))


def _signed(value: float) -> str:
    """Two decimals, a negative number in brackets; a nought without sign."""
    text = f"{value:.2f}"
    return "0.00" if float(text) == 0 else f"({text.replace('-', '−')})" if value < 0 else text
