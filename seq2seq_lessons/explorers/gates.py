"""The explorers of lesson 12: one unit's gates, what of the final state was written when, a path over the state map."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons import inspection
from seq2seq_lessons.inspection import GateRun, StateMap, gates, influence, memory_ledger
from seq2seq_lessons.plots.gates import UnitLines, gate_lines, map_paths, written_bars
from seq2seq_lessons.plots.labels import signed
from seq2seq_lessons.text import SPECIAL_TOKENS, tokenize
from seq2seq_lessons.translator import Translator

from .controls import Choice, Number, Steps
from .encoding import Reading, reading_of, unit_influence
from .frames import Frame, Law, frame_of
from .gate_laws import gate_laws, ledger_law
from .live import LiveExplorer
from .stepped import Explorer

NEAREST = (1, 3, 5)  # how many neighbours the map offers to join
REPLACEMENTS = 50  # words that stand in for each word of the sentence
CAPTION = "Written at that step, not about that word."
MAP_LAW = "the map never moves; no sentence is nearer, over all units, than those joined"


def gate_microscope(translator: Translator, sentence: str, *, unit: int | None = None) -> LiveExplorer:
    """r, z, n and h of one unit of the encoder's top layer while a sentence is read, free or with a gate held.

    Cures: "z = 1 means write" (PyTorch's z = 1 holds).
    Law: free, the states are nn.GRU's; z = 1, h stays h0; z = 0, h is n; r = 0, n follows from the input alone.

    Args:
        translator: a trained one, whose encoder is a GRU in one direction.
        sentence: of at least one token.
        unit: where it begins, from 0; when left out, a unit that once keeps its state against a different candidate,
            and once writes. It begins at the step of keeping.

    Raises:
        ValueError: a sentence without a token, a unit that is not there, or another encoder.
    """
    reading = reading_of(translator, sentence)
    tokens, rnn = reading.tokens, reading.rnn
    runs = {
        "free": gates(rnn, reading.embedded),
        "z = 1": gates(rnn, reading.embedded, update=1.0),
        "z = 0": gates(rnn, reading.embedded, update=0.0),
        "r = 0": gates(rnn, reading.embedded, reset=0.0),
    }
    laws = gate_laws(reading, runs)
    keeps, writes = _keeps_and_writes(runs["free"][-1])
    if unit is None:
        unit = int(torch.minimum(keeps.amax(dim=0), writes.amax(dim=0)).argmax())
    words = f"One unit of the encoder while it reads '{' '.join(tokens)}': gates r and z, candidate n and state h."
    picture = gate_lines([_lines(name, layers[-1]) for name, layers in runs.items()], tokens, words=words)
    names = list(runs)

    def frame_at(unit: int, forced: int, step: int) -> Frame:
        run = runs[names[forced]][-1]
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

    Args:
        translator, sentence: as in `gate_microscope`.
        unit: where it begins; when left out, a unit in which share and influence differ much.
        replacements: the words that stand in for each word in turn, their changes averaged; the translator's fifty
            most frequent ones when left out.

    Raises:
        ValueError: as `gate_microscope`.
    """
    reading, vocab = reading_of(translator, sentence), translator.source_vocab
    if replacements is None:
        replacements = vocab.tokens[len(SPECIAL_TOKENS) :][:REPLACEMENTS]
    ids = vocab.encode(list(replacements))
    ledger = memory_ledger(gates(reading.rnn, reading.embedded)[-1])
    shares = torch.cat((ledger.initial_share, ledger.shares[:, 0])).cpu()  # (1 + steps, units)
    law = ledger_law(shares, ledger, reading.output[-1])
    by_unit = unit_influence(translator, reading.X, ids)
    lengths = influence(translator.model.encoder, reading.X, ids).cpu()
    words = (
        f"Bars over the words '{' '.join(reading.tokens)}': the share of the final state that was written at each "
        "step, and how far the final state moves when the word is replaced."
    )
    # for each choice of what is shown: shares and moves, both with one column for each unit, or with one for all
    shown = ((shares, by_unit), (shares.mean(dim=1, keepdim=True), lengths[:, None]))
    pictures = [
        written_bars(*numbers, reading.tokens, limit=limit, influence_name=f"influence\n{name}", words=words)
        for numbers, limit, name in zip(shown, (2, _limit(lengths)), ("on this unit", "(distance moved)"), strict=True)
    ]
    named = ["the start", *(f"'{token}'" for token in reading.tokens)]

    def frame_at(unit: int, over: int) -> Frame:
        column = 0 if over else unit
        written, moved = (numbers[:, column] for numbers in shown[over])
        most, strongest = int(written.argmax()), int(moved.argmax())
        status = (
            f"{'Mean over units' if over else f'Unit {unit}'}: most was written at {named[most]} "
            f"({written[most]:.0%}); most influence: {named[strongest + 1]}. {CAPTION}"
        )
        return frame_of(pictures[over].show(column), status, law)

    if unit is None:
        unit = _telling_unit(shares[1:], by_unit)
    controls = [Number("unit", 0, shares.shape[1] - 1, unit), Choice("shown", ("unit", "mean over units"))]
    return LiveExplorer("What was written when", f"{words} {CAPTION}", controls, frame_at)


def state_map(translator: Translator, sentences: Mapping[str, Sequence[str]], paths: Sequence[str]) -> Explorer:
    """A map of final encoder states, and over it the path of a sentence that is being read, with its true neighbours.

    Cures: "what is near on the map is near"; shows at which word sentences part.
    Law: the map is one and the same at every position, and no sentence is nearer, over all units, than those joined.

    Args:
        translator: a trained one.
        sentences: kind -> sentences whose final states make the map; up to five kinds, some forty sentences in all.
        paths: two or three other sentences, of equally many tokens. It begins with the second of them, at the first
            step at which it reads another token than the first of them.

    Raises:
        ValueError: other numbers of paths, of tokens or of sentences, or a sentence without a token.
    """
    readings = [reading_of(translator, sentence) for sentence in paths]
    tokens = [reading.tokens for reading in readings]
    if not 2 <= len(paths) <= 3 or len(set(map(len, tokens))) > 1:
        raise ValueError(
            f"paths: expected two or three sentences of equally many tokens, got {[' '.join(path) for path in tokens]}"
        )
    texts = [" ".join(tokenize(sentence)) for own in sentences.values() for sentence in own]
    if len(texts) <= NEAREST[-1]:
        raise ValueError(f"sentences: {len(texts)} of them make no map; expected more than {NEAREST[-1]}, some forty")
    finals = torch.stack([reading_of(translator, text).output[-1, 0] for text in texts]).cpu()
    mapped = inspection.state_map(finals)
    steps, ways = len(tokens[0]), [_way_of(reading, mapped, finals) for reading in readings]
    words = f"Map of the final states of {len(texts)} sentences, and the path of a sentence that is being read."
    picture = map_paths(
        mapped.points,
        [kind for kind, own in sentences.items() for _ in own],
        mapped.explained.tolist(),
        [way.places for way in ways],
        tokens,
        [way.nearest[:, : NEAREST[-1]] for way in ways],
        words=words,
    )
    fixed = torch.allclose(mapped.project(finals), mapped.points, rtol=0, atol=1e-4)

    def frame_at(step: int, number: int, count: int) -> Frame:
        way, k = ways[number], NEAREST[count]
        law = Law(MAP_LAW, fixed and way.joins_the_nearest(step, k))
        status = (
            f"Step {step} of {steps}, '{tokens[number][step - 1]}': nearest over all units "
            f"'{texts[way.nearest[step - 1, 0]]}', on the map '{texts[way.nearest_on_map[step - 1]]}'"
        )
        return frame_of(picture.show((number, step, k)), status, law)

    parting = next((step for step, (a, b) in enumerate(zip(*tokens[:2], strict=True), 1) if a != b), steps)
    counts = [str(k) for k in NEAREST]
    controls = [Steps(steps, start=parting), Choice("sentence", list(paths), 1), Choice("nearest", counts, 1)]
    return Explorer("State map", f"{words} {'; '.join(sentences)}.", controls, frame_at)


class _Way(NamedTuple):
    """The way of a sentence over the map.

    places: after each token `(steps, 2)`.
    away: how far each sentence of the map is then, over all units `(steps, sentences)`.
    nearest: the sentences in that order `(steps, sentences)`.
    nearest_on_map: the one that is nearest on the map `(steps,)`.
    """

    places: Tensor
    away: Tensor
    nearest: Tensor
    nearest_on_map: Tensor

    def joins_the_nearest(self, step: int, k: int) -> bool:
        """Whether no sentence is nearer than the first k of `nearest`."""
        distances, joined = self.away[step - 1], self.nearest[step - 1, :k]
        left = torch.ones(len(distances), dtype=torch.bool)
        left[joined] = False
        return bool(distances[joined].max() <= distances[left].min())


def _way_of(reading: Reading, mapped: StateMap, finals: Tensor) -> _Way:
    states = reading.output[:, 0].cpu()
    places, away = mapped.project(states), torch.cdist(states.double(), finals.double())
    on_map = torch.cdist(places, mapped.points).argmin(dim=1)
    return _Way(places, away, away.argsort(dim=1, stable=True), on_map)


def _lines(name: str, run: GateRun) -> UnitLines:
    states = torch.cat((run.h0, run.states[:, 0]))
    parts = (run.reset[:, 0], run.update[:, 0], run.candidate[:, 0], states)
    return UnitLines(name, *(part.cpu().numpy() for part in parts))


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
    """A negative number in brackets."""
    text = signed(value)
    return f"({text})" if text.startswith("−") else text
