"""Explorers of search: a beam search as a tree, and a token forced upon the decoder at any temperature."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

from seq2seq_lessons.plots import Picture
from seq2seq_lessons.plots.decoding import Bars
from seq2seq_lessons.plots.search import DROPPED, Node, forced_choice, search_tree
from seq2seq_lessons.plots.style import BLUE, ORANGE
from seq2seq_lessons.translator import Translator

from .beam import are_sums, beam_nodes, best_of, rank_nodes
from .controls import Choice, LogSlider, Options, Steps
from .decoding import check_offer
from .frames import Frame, Law, frame_of
from .live import LiveExplorer
from .stepped import Explorer
from .writing import Run, cut, forcing, run_of

WIDTHS = range(1, 6)
ALPHAS = (0.0, 0.5, 1.0, 1.5, 2.0)
LOWEST = -4.0  # nats: what is less probable than one in 50 is counted, not drawn
MOST_STEPS = 16  # a picture has room for
TEMPERATURES = (0.1, 0.2, 0.5, 0.8, 1.0, 1.25, 2.0, 5.0, 10.0)


def tree_of(translator: Translator, sentence: str, width: int, length_penalty: float = 0.0) -> Picture:
    """A beam search of one sentence as a static picture, see `plots.search.search_tree`.

    Args:
        length_penalty: ranks the finished sentences; by the plain sum when left out, as lesson 10 draws it first.

    Raises:
        ValueError: the sentence has no token.
    """
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
    Law: every node is the sum of its log-probabilities; width 1 is greedy.

    Args:
        translator: a trained one.
        sentence: what it translates, of at least one token.

    Raises:
        ValueError: a sentence without a token, or one whose translation is too long for the picture.
    """
    trees = {width: beam_nodes(translator, sentence, width) for width in WIDTHS}
    low = _low(trees.values())
    steps = max(node.step for nodes in trees.values() for node in nodes if node.log_prob >= low)
    words = "Tree of a beam search, with its finished sentences in the order of their scores."
    draw = partial(search_tree, steps=_checked_steps(sentence, steps), low=low, words=words)
    names = [f"{alpha:g}" for alpha in ALPHAS]
    drawn: dict[int, Picture] = {}

    def picture_of(width: int) -> Picture:
        if width not in drawn:  # the positions come width by width: one picture at a time is kept
            drawn.clear()
            rankings = {f"length penalty {alpha:g}": rank_nodes(trees[width], alpha) for alpha in ALPHAS}
            drawn[width] = draw(trees[width], rankings)
        return drawn[width]

    greedy = run_of(translator.write(translator.read(sentence)), translator.target_vocab).tokens
    is_greedy = best_of(trees[1], 0.0)[0] == greedy
    holds = {width: is_greedy and are_sums(nodes) for width, nodes in trees.items()}

    def frame_at(width: int, alpha_at: int) -> Frame:
        tokens, score = best_of(trees[width], ALPHAS[alpha_at])
        law = Law("every node is the sum of its log-probabilities, and width 1 is greedy", holds[width])
        status = f"Width {width}, length penalty {names[alpha_at]}: '{' '.join(tokens)}', score {score:.2f}"
        return frame_of(picture_of(width).show(alpha_at), status, law)

    controls = [Steps(WIDTHS[-1], start=2, label="width"), Choice("length penalty α", names)]
    return Explorer("Beam tree", words, controls, frame_at)


def _low(trees: Iterable[Sequence[Node]]) -> float:
    """The lowest node that is not dropped, as far as it is worth drawing."""
    return max(LOWEST, min(node.log_prob for nodes in trees for node in nodes if node.fate != DROPPED))


def force_with_temperature(
    translator: Translator, sentence: str, *, steps: int | None = None, k: int = 10
) -> LiveExplorer:
    """One token of a greedy translation replaced by another likely one, and how a temperature changes that choice.

    Cures: "probabilities are decided in advance", "temperature changes what the model knows".
    Law: nothing changes up to and including step t; T = 1 is the softmax; entropy does not fall as T rises.

    Args:
        translator: a trained one.
        sentence: what it translates, of at least one token.
        steps: how many of the translation's steps to offer, from the first; all of them when left out.
        k: how many of the most probable tokens to offer at each step, at least 2.

    Raises:
        ValueError: a sentence without a token, one whose translation is too long for the picture, fewer than two
            tokens to offer, or no step.
    """
    check_offer(k, steps)
    vocab, start = translator.target_vocab, translator.read(sentence)
    original = run_of(translator.write(start), vocab)
    columns, k = _checked_steps(sentence, len(original.tokens)) + 3, min(k, len(vocab))
    best = original.logits.topk(k, dim=1).indices
    runs: dict[tuple[int, int], Run] = {}
    words = (
        f"The translation as it was and with one word forced; that step's {k} most probable words, as the model "
        "says and at another temperature; the decoder's state so far."
    )
    draw = partial(forced_choice, k=k, columns=columns, words=words)

    def bars(title: str, step: int, temperature: float, colours: Mapping[str, str]) -> Bars:
        ids = best[step - 1]
        shares = tempered(original.logits[step - 1], temperature)[ids]
        return Bars(title, vocab.decode(ids), shares.tolist(), colours, sets="force")

    def frame_at(step: int, rank: int, temperature: float) -> Frame:
        if (step, rank) not in runs:
            runs[step, rank] = run_of(translator.write(start, forcing(step, int(best[step - 1, rank]))), vocab)
        forced = runs[step, rank]
        colours = {original.tokens[step - 1]: BLUE, forced.tokens[step - 1]: ORANGE}
        panels = [
            bars(f"step {step}:\nas the model says", step, 1.0, colours),
            bars(f"step {step}: at\ntemperature {temperature:g}", step, temperature, colours),
        ]
        picture = draw(original.tokens, cut(forced.tokens, columns), step, panels, forced.states[:step])
        about = original, forced, step, temperature
        return frame_of(picture, _status(*about), _law(*about))

    last = min(len(original.tokens), steps or MOST_STEPS)
    controls = [
        Steps(last),
        Options("force", lambda step: bars("", step, 1.0, {}).labels, start=1),
        LogSlider("temperature", 0.1, 10.0, 2.0),
    ]
    return LiveExplorer("Force a token, at a temperature", words, controls, frame_at)


def _status(original: Run, forced: Run, step: int, temperature: float) -> str:
    was, now = original.tokens[step - 1], forced.tokens[step - 1]
    softened = tempered(original.logits[step - 1], temperature)
    return (
        f"Step {step}, temperature {temperature:g}: '{now}' instead of '{was}'; {softened.max():.0%} for the most "
        f"probable word, entropy {entropy(softened):.2f} nats; writes '{' '.join(forced.tokens)}'"
    )


def _law(original: Run, forced: Run, step: int, temperature: float) -> Law:
    logits = original.logits[step - 1]
    entropies = [entropy(tempered(logits, t)) for t in sorted({*TEMPERATURES, temperature})]
    return Law(
        f"nothing changes up to and including step {step}; at 1 it is the softmax; the entropy does not fall as the "
        "temperature rises",
        forced.same_until(original, step)
        and all(a <= b + 1e-9 for a, b in pairwise(entropies))
        and torch.allclose(tempered(logits, 1.0), torch.softmax(logits.double(), dim=0)),
    )


def tempered(logits: Tensor, temperature: float) -> Tensor:
    """softmax(logits / temperature) in float64; logits `(vocab,)`."""
    return torch.softmax(logits.double() / temperature, dim=0)


def entropy(probabilities: Tensor) -> float:
    """How open a choice is, -Σ p log p in nats: 0 when it is settled, log V when all are alike."""
    return float(torch.special.entr(probabilities).sum())


def _checked_steps(sentence: str, steps: int) -> int:
    if steps > MOST_STEPS:
        raise ValueError(
            f"the translation of {sentence!r} takes {steps} steps, and the picture has room for "
            f"{MOST_STEPS}: give a shorter sentence"
        )
    return steps
