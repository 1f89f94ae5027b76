"""A beam search of one sentence as the nodes of a tree."""

import math
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from seq2seq_lessons.beam import BeamStep, beam_steps
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.plots.search import DROPPED, FINISHED, KEPT, Node, path_to
from seq2seq_lessons.text import BOS
from seq2seq_lessons.translator import Translator

NUM_DROPPED = 2  # of the tokens that a step drops, how many stand in the picture


def beam_nodes(translator: Translator, sentence: str, width: int) -> list[Node]:
    """All that a beam search of one sentence keeps and finishes, and at each step the best of what it drops.

    The search is the one by the plain sum, for as many sentences as it is wide: a length penalty ranks what that has
    found. (`decoding.beam_search` with a penalty of its own may wait longer for a long sentence.)

    Raises:
        ValueError: the sentence has no token.
    """
    model, tokens = translator.model, translator.target_vocab.tokens
    nodes = [Node(0, BOS, 0.0, 1.0, None, KEPT)]
    places, sums = [0], torch.zeros(1, device=translator.device)  # the nodes that go on, and their log-probabilities
    with inference(model):
        steps = beam_steps(model, translator.read(sentence), translator.train_config.num_steps, width, 0.0)
        for number, step in enumerate(steps, 1):
            kept = _kept(step)
            grown = [*kept, *_dropped(step, kept, sums)]
            first = len(nodes)
            for place, token, log_prob, fate in grown:
                probability = math.exp(step.next_log_probs[0, place, token])
                nodes.append(Node(number, tokens[token], log_prob, probability, places[place], fate))
            places = [first + i for i, (*_, fate) in enumerate(grown) if fate == KEPT]
            sums = torch.tensor([nodes[at].log_prob for at in places], device=translator.device)
    for at in places:  # what was alive when the search stopped
        nodes[at] = replace(nodes[at], fate=DROPPED)
    return nodes


_Grown = tuple[int, int, float, str]  # the place it goes on from, token, sum of log-probabilities, fate


def _kept(step: BeamStep) -> list[_Grown]:
    """What a beam search of one sentence keeps or finishes in a step, the best first."""
    columns = step.parents[0], step.written[0, :, -1], step.log_probs[0], step.finished[0]
    goes_on = set(step.kept[0, step.goes_on[0]].tolist())
    found: list[_Grown] = []
    for at, (parent, token, log_prob, finished) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        if finished or at in goes_on:
            found.append((parent, token, log_prob, FINISHED if finished else KEPT))
    return found


def _dropped(step: BeamStep, kept: Sequence[_Grown], sums: Tensor) -> list[_Grown]:
    """The best of what it drops, from the sums of what was kept before the step."""
    extended = sums[:, None] + step.next_log_probs[0, : len(sums)]  # (kept before, vocab)
    for place, token, _, _ in kept:
        extended[place, token] = -math.inf
    best, where = extended.flatten().topk(min(NUM_DROPPED, extended.numel()))
    rows = zip(where.tolist(), best.tolist(), strict=True)
    return [(*divmod(at, extended.shape[1]), log_prob, DROPPED) for at, log_prob in rows if log_prob > -math.inf]


def rank_nodes(nodes: Sequence[Node], length_penalty: float) -> list[tuple[int, float]]:
    """The finished nodes with their scores, log-probability / length ** length_penalty, the best first."""
    scores = [(at, node.log_prob / node.step**length_penalty) for at, node in enumerate(nodes) if node.fate == FINISHED]
    return sorted(scores, key=lambda pair: -pair[1])


def best_of(nodes: Sequence[Node], length_penalty: float) -> tuple[list[str], float]:
    """The tokens of the finished sentence that ranks first, `<eos>` included, and its score."""
    leaf, score = rank_nodes(nodes, length_penalty)[0]
    return [nodes[at].token for at in path_to(nodes, leaf)], score


def are_sums(nodes: Sequence[Node]) -> bool:
    """Whether each node's sum is its parent's and the logarithm of its own probability."""
    return all(
        node.parent is None
        or abs(node.log_prob - nodes[node.parent].log_prob - math.log(max(node.probability, 1e-38))) < 1e-3
        for node in nodes
    )
