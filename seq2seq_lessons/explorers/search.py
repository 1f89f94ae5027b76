"""Explorers of search: a beam search as a tree, and a token forced upon the decoder at any temperature."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from seq2seq_lessons.decoding import beam_search, greedy, inference
from seq2seq_lessons.plots.decoding import Bars
from seq2seq_lessons.plots.search import DROPPED, FINISHED, KEPT, Node, forced_choice, label_room, path_to, search_tree
from seq2seq_lessons.plots.style import BLUE, ORANGE
from seq2seq_lessons.text import BOS, tokenize
from seq2seq_lessons.translator import Translator

from .decoding import _first_state
from .live import LiveExplorer, LogSlider, Options
from .stepped import Choice, Explorer, Frame, Law, Steps, frame_of

WIDTHS = range(1, 6)
ALPHAS = (0.0, 0.5, 1.0, 1.5, 2.0)
LOWEST = -4.0  # nats: what is less probable than one in 50 is counted, not drawn
MOST_STEPS = 16  # a picture has room for
TEMPERATURES = (0.1, 0.2, 0.5, 0.8, 1.0, 1.25, 2.0, 5.0, 10.0)


def beam_nodes(translator: Translator, sentence: str, width: int, num_dropped: int = 2) -> list[Node]:
    """All that a beam search of one sentence keeps and finishes, and at each step the best of what it drops.

    The rules are those of `decoding.beam_search`, for one sentence, written out node by node.

    num_dropped: how many of the dropped tokens to keep for the picture at each step.
    ValueError: the sentence has no token.
    """
    model, vocab, state = translator.model, translator.target_vocab, _first_state(translator, sentence)
    max_steps = translator.train_config.num_steps
    nodes, beam, finished = [Node(0, BOS, 0.0, 1.0, None, KEPT)], [0], []
    last = torch.tensor([[vocab.bos_id]], device=translator.device)
    with inference(model):
        for step in range(1, max_steps + 1):
            logits, state = model.decoder(last, state)
            next_log_probs = torch.log_softmax(logits[:, 0], dim=1)
            before = torch.tensor([nodes[at].log_prob for at in beam], device=translator.device)
            extended = (before[:, None] + next_log_probs).flatten()
            best, where = extended.topk(min(2 * width + num_dropped, len(extended)))
            going, rows, tokens, dropped = [], [], [], 0
            for rank, (log_prob, place) in enumerate(zip(best.tolist(), where.tolist(), strict=True)):
                row, token = divmod(place, len(vocab))
                ended = token == vocab.eos_id or step == max_steps
                if ended and rank < width:
                    fate = FINISHED
                    finished.append(len(nodes))
                elif not ended and len(going) < width:
                    fate = KEPT
                    going.append(len(nodes))
                    rows.append(row)
                    tokens.append(token)
                elif dropped < num_dropped:
                    fate, dropped = DROPPED, dropped + 1
                else:
                    continue
                probability = math.exp(next_log_probs[row, token].item())
                nodes.append(Node(step, vocab.tokens[token], log_prob, probability, beam[row], fate))
            hope = max((nodes[at].log_prob for at in going), default=-math.inf)
            if len(finished) >= width and max(nodes[at].log_prob for at in finished) >= hope:
                for at in going:
                    nodes[at] = replace(nodes[at], fate=DROPPED)
                break
            beam, last = going, torch.tensor(tokens, device=translator.device)[:, None]
            state = state.select(torch.tensor(rows, device=translator.device))
    return nodes


def rank_nodes(nodes: Sequence[Node], length_penalty: float) -> list[tuple[int, float]]:
    """The finished nodes with their scores, log-probability / length ** length_penalty, the best first."""
    scores = [(at, node.log_prob / node.step**length_penalty) for at, node in enumerate(nodes) if node.fate == FINISHED]
    return sorted(scores, key=lambda pair: -pair[1])


def tree_of(translator: Translator, sentence: str, width: int, length_penalty: float = 0.0):
    """A beam search of one sentence as a static picture, see `plots.search.search_tree`."""
    nodes = beam_nodes(translator, sentence, width)
    return search_tree(
        nodes,
        {f"α = {length_penalty:g}": rank_nodes(nodes, length_penalty)},
        low=_low([nodes]),
        rows=min(width, 5),
        words=f"Tree of a beam search of width {width}, with its finished sentences",
    )


def beam_tree(translator: Translator, sentence: str) -> Explorer:
    """A beam search as a tree, for widths 1 to 5, and its finished sentences in the order of their scores.

    Cures: "wider is always better", and "greedy finds the most probable sentence".
    Law: every node is the sum of its log-probabilities; width 1 is greedy; the best is the package's.

    translator: a trained one. sentence: what it translates, of at least one token.
    """
    trees = {width: beam_nodes(translator, sentence, width) for width in WIDTHS}
    low = _low(trees.values())
    steps = _checked_steps(
        sentence, max(node.step for nodes in trees.values() for node in nodes if node.log_prob >= low)
    )
    room = label_room(trees.values(), low)
    words = "Tree of a beam search, with its finished sentences in the order of their scores."
    names = [f"{alpha:g}" for alpha in ALPHAS]
    drawn: dict = {}

    def picture_of(width: int):
        if width not in drawn:  # the positions come width by width: one picture at a time is kept
            drawn.clear()
            rankings = {
                f"length penalty {name}": rank_nodes(trees[width], alpha)
                for name, alpha in zip(names, ALPHAS, strict=True)
            }
            drawn[width] = search_tree(trees[width], rankings, steps=steps, low=low, room=room, words=words)
        return drawn[width]

    holds = {width: _is_lawful(translator, sentence, width, nodes) for width, nodes in trees.items()}

    def frame_at(width: int, alpha_at: int) -> Frame:
        nodes, picture = trees[width], picture_of(width).show(alpha_at)
        leaf, score = rank_nodes(nodes, ALPHAS[alpha_at])[0]
        text = " ".join(nodes[at].token for at in path_to(nodes, leaf))
        law = Law("every node is the sum of its log-probabilities, and width 1 is greedy", holds[width])
        return frame_of(picture, f"Width {width}, length penalty {names[alpha_at]}: '{text}', score {score:.2f}", law)

    controls = [Steps(WIDTHS[-1], start=2, label="width"), Choice("length penalty α", names)]
    return Explorer("Beam tree", words, controls, frame_at)


def _low(trees) -> float:
    """The lowest node that is not dropped, as far as it is worth drawing."""
    return max(LOWEST, min(node.log_prob for nodes in trees for node in nodes if node.fate != DROPPED))


def _is_lawful(translator: Translator, sentence: str, width: int, nodes: Sequence[Node]) -> bool:
    """Sums are sums, and the package's search, or at width 1 the greedy one, writes the same."""
    sums = all(
        abs(node.log_prob - nodes[node.parent].log_prob - math.log(max(node.probability, 1e-38))) < 1e-3
        for node in nodes[1:]
    )
    vocab, model = translator.target_vocab, translator.model
    X, valid_len = translator._encode([tokenize(sentence)])
    args = model, X, valid_len, vocab.bos_id, vocab.eos_id, translator.train_config.num_steps
    ids = greedy(*args)[0] if width == 1 else beam_search(*args, width)[0][0].ids
    best = [nodes[at].token for at in path_to(nodes, rank_nodes(nodes, 0.0)[0][0])]
    return sums and [token for token in best if token != vocab.tokens[vocab.eos_id]] == vocab.decode(ids)


def force_with_temperature(
    translator: Translator, sentence: str, *, steps: int | None = None, k: int = 10
) -> LiveExplorer:
    """One token of a greedy translation replaced by another likely one, and how a temperature changes that choice.

    Cures: "probabilities are decided in advance", "temperature changes what the model knows".
    Law: nothing changes up to and including step t; T = 1 is the softmax; entropy does not fall as T rises.

    translator: a trained one. sentence: what it translates, of at least one token.
    steps: how many of the translation's steps to offer, from the first; all of them when left out.
    k: how many of the most probable tokens to offer at each step, at least 2.
    ValueError: a sentence without a token, or one whose translation is too long for the picture.
    """
    if k < 2 or steps is not None and steps < 1:
        raise ValueError(f"k={k}, steps={steps}: expected k of at least 2, and at least one step")
    original = _run(translator, sentence, {})
    columns = _checked_steps(sentence, len(original.tokens)) + 3
    last = min(len(original.tokens), steps or len(original.tokens))
    k = min(k, len(translator.target_vocab))
    best = original.logits.topk(k, dim=1).indices
    names = translator.target_vocab.tokens
    runs: dict[tuple[int, int], _Run] = {}
    words = (
        f"The translation as it was and with one word forced; that step's {k} most probable words, as the model "
        "says and at another temperature; the decoder's state so far."
    )

    def bars(title: str, probabilities: Tensor, step: int, colours: Mapping[str, str]) -> Bars:
        tokens = best[step - 1]
        return Bars(title, [names[i] for i in tokens], probabilities[tokens].tolist(), colours)

    def options_at(step: int) -> list[str]:
        probabilities = tempered(original.logits[step - 1], 1.0)
        return [f"{names[i]} ({probabilities[i]:.1%})" for i in best[step - 1]]

    def frame_at(step: int, rank: int, temperature: float) -> Frame:
        if (step, rank) not in runs:
            runs[step, rank] = _run(translator, sentence, {step: int(best[step - 1, rank])})
        forced, logits = runs[step, rank], original.logits[step - 1]
        was, now = original.tokens[step - 1], forced.tokens[step - 1]
        colours = {was: BLUE, now: ORANGE}
        softened = tempered(logits, temperature)
        panels = [
            bars(f"step {step}:\nas the model says", tempered(logits, 1.0), step, colours),
            bars(f"step {step}: at\ntemperature {temperature:g}", softened, step, colours),
        ]
        entropies = [entropy(tempered(logits, t)) for t in sorted({*TEMPERATURES, temperature})]
        law = Law(
            f"nothing changes up to and including step {step}; at 1 it is the softmax; the entropy does not "
            "fall as the temperature rises",
            _same_until(original, forced, step)
            and all(a <= b + 1e-9 for a, b in zip(entropies, entropies[1:], strict=False))
            and torch.allclose(tempered(logits, 1.0), torch.softmax(logits.double(), dim=0)),
        )
        picture = forced_choice(
            original.tokens,
            _cut(forced.tokens, columns),
            step,
            panels,
            forced.states[:step],
            k=k,
            columns=columns,
            words=words,
        )
        status = (
            f"Step {step}, temperature {temperature:g}: '{now}' instead of '{was}'; {softened.max():.0%} for "
            f"the most probable word, entropy {entropy(softened):.2f} nats; writes '{' '.join(forced.tokens)}'"
        )
        return frame_of(picture, status, law)

    controls = [Steps(last), Options("force", options_at, start=1), LogSlider("temperature", 0.1, 10.0, 2.0)]
    return LiveExplorer("Force a token, at a temperature", words, controls, frame_at)


def tempered(logits: Tensor, temperature: float) -> Tensor:
    """softmax(logits / temperature) in float64; logits `(vocab,)`."""
    return torch.softmax(logits.double() / temperature, dim=0)


def entropy(probabilities: Tensor) -> float:
    """How open a choice is, -Σ p log p in nats: 0 when it is settled, log V when all are alike."""
    return float(torch.special.entr(probabilities).sum())


@dataclass(frozen=True)
class _Run:
    """A greedy translation: its tokens, `<eos>` included, logits (steps, vocab), and the top layer's state after each
    step (steps, units)."""

    tokens: list[str]
    logits: Tensor
    states: Tensor


def _run(translator: Translator, sentence: str, forced: Mapping[int, int]) -> _Run:
    """Decode greedily, but write the id `forced[step]` at that step."""
    vocab, state = translator.target_vocab, _first_state(translator, sentence)
    token, tokens, logits, states = vocab.bos_id, [], [], []
    with inference(translator.model):
        for step in range(1, translator.train_config.num_steps + 1):
            scores, state = translator.model.decoder(torch.tensor([[token]], device=translator.device), state)
            logits.append(scores[0, 0].float().cpu())
            states.append(state.hidden[-1, 0].float().cpu())
            token = forced.get(step, int(logits[-1].argmax()))
            tokens.append(vocab.tokens[token])
            if token == vocab.eos_id:
                break
    return _Run(tokens, torch.stack(logits), torch.stack(states))


def _same_until(a: _Run, b: _Run, step: int) -> bool:
    """The same numbers up to and including the step, and the same words before it."""
    return (
        a.tokens[: step - 1] == b.tokens[: step - 1]
        and torch.equal(a.logits[:step], b.logits[:step])
        and torch.equal(a.states[:step], b.states[:step])
    )


def _cut(tokens: list[str], columns: int) -> list[str]:
    return tokens if len(tokens) <= columns else [*tokens[: columns - 1], "…"]


def _checked_steps(sentence: str, steps: int) -> int:
    if steps > MOST_STEPS:
        raise ValueError(
            f"the translation of {sentence!r} takes {steps} steps, and the picture has room for "
            f"{MOST_STEPS}: give a shorter sentence"
        )
    return steps
