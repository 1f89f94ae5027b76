"""An explorer of search: a beam search as a tree."""

from functools import partial

from seq2seq_lessons.plots import Picture
from seq2seq_lessons.plots.search import search_tree
from seq2seq_lessons.plots.tree import num_ranks
from seq2seq_lessons.translator import Translator

from .beam import are_sums, beam_nodes, best_of, rank_nodes
from .controls import Choice, Steps
from .frames import Frame, Law, frame_of
from .stepped import Explorer
from .writing import run_of

WIDTHS = range(1, 6)
ALPHAS = (0.0, 0.5, 1.0, 1.5, 2.0)
MOST_STEPS = 16  # a picture has room for


def tree_of(translator: Translator, sentence: str, width: int) -> Picture:
    """A beam search by the plain sum as a static picture, see `plots.search.search_tree`.

    Raises:
        ValueError: the sentence has no token.
    """
    nodes = beam_nodes(translator, sentence, width)
    return search_tree(
        nodes,
        {"α = 0": rank_nodes(nodes, 0.0)},
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
    steps, ranks = max(node.step for nodes in trees.values() for node in nodes), max(map(num_ranks, trees.values()))
    words = "Tree of a beam search, with its finished sentences in the order of their scores."
    draw = partial(search_tree, steps=_checked_steps(sentence, steps), ranks=ranks, words=words)
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


def _checked_steps(sentence: str, steps: int) -> int:
    if steps > MOST_STEPS:
        raise ValueError(
            f"the translation of {sentence!r} takes {steps} steps, and the picture has room for "
            f"{MOST_STEPS}: give a shorter sentence"
        )
    return steps
