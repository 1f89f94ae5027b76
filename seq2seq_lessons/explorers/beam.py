"""A beam search of one sentence as the nodes of a tree."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from seq2seq_lessons.beam import BeamStep, beam_steps
from seq2seq_lessons.decoding import inference
from seq2seq_lessons.plots.search import DROPPED, FINISHED, KEPT, Node, path_to
from seq2seq_lessons.text import BOS
from seq2seq_lessons.translator import Translator


def beam_nodes(translator: Translator, sentence: str, width: int, num_dropped: int = 2) -> list[Node]:
    """All that a beam search of one sentence keeps and finishes, and at each step the best of what it drops.

    The search is asked for as many sentences as it has places, so it goes on until every place holds a finished one.
    The length penalty then only ranks what was found: the tree is the same for every penalty.

    Args:
        num_dropped: how many of the dropped tokens to keep for the picture at each step.

    Raises:
        ValueError: the sentence has no token.
    """
    model, tokens = translator.model, translator.target_vocab.tokens
    nodes, first = [Node(0, BOS, 0.0, 1.0, None, KEPT)], 0  # the nodes of the beam's places follow one another
    going = torch.zeros(1, device=translator.device)  # the sum of each place's log-probabilities; -inf if none goes on
    with inference(model):
        steps = beam_steps(model, translator.read(sentence), translator.train_config.num_steps, width)
        for number, step in enumerate(steps, 1):
            parents, first = first, len(nodes)
            for place, token, log_prob, fate in (*_kept(step), *_dropped(step, going, num_dropped)):
                probability = math.exp(step.next_log_probs[0, place, token])
                nodes.append(Node(number, tokens[token], log_prob, probability, parents + place, fate))
            going = step.log_probs[0].masked_fill(step.ended[0], -math.inf)
    return nodes


_Grown = tuple[int, int, float, str]  # the place it goes on from, token, sum of log-probabilities, fate


def _kept(step: BeamStep) -> list[_Grown]:
    """What a beam search of one sentence keeps or finishes in a step, the best first."""
    columns = step.parents[0], step.written[0, :, -1], step.log_probs[0], step.ended[0]
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [(*row, FINISHED if ended else KEPT) for *row, ended in rows if row[2] > -math.inf]


def _dropped(step: BeamStep, going: Tensor, most: int) -> list[_Grown]:
    """The best of what it drops, from the sums that it had before the step."""
    sums = going[:, None] + step.next_log_probs[0]  # (places before, vocab)
    for place, token, _, _ in _kept(step):
        sums[place, token] = -math.inf
    best, where = sums.flatten().topk(min(most, sums.numel()))
    rows = zip(where.tolist(), best.tolist(), strict=True)
    return [(*divmod(at, sums.shape[1]), log_prob, DROPPED) for at, log_prob in rows if log_prob > -math.inf]


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
