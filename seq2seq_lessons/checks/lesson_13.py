"""Lesson 13: attention's weights and contexts, an LSTM's state, and the grade of a learner's own translator."""

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.evaluation import Report, corpus_report, group_references, nearest_neighbour
from seq2seq_lessons.support.pairs import corpus_fingerprint
from seq2seq_lessons.text import source_key, tokenize
from seq2seq_lessons.translator import Translator

PREDICTIONS = {
    "13.1": Prediction(
        right="A state after each of 26 tokens, and with one layer context and hidden are the same 128 numbers.",
        smaller="two words and <eos>, hidden size 4: how many numbers has output, and how many the last state?",
        where="What is thrown away",
        expected={"computed": 26 * 128, "handed_over": 128},
        mistakes=[
            ({"computed": 25 * 128}, "computed: are the words all that an encoder reads?"),
            ({"computed": 128}, "computed: that is one state. After how many tokens is there one?"),
            ({"computed": 26}, "computed: that is how many states there are; of how many numbers is each?"),
            (
                {"handed_over": 256},
                "handed_over: context and hidden are two names. Are they two vectors, with one layer?",
            ),
            ({"handed_over": 1}, "handed_over: that counts vectors. How many numbers are in one?"),
            ({"handed_over": 2}, "handed_over: that counts vectors, or names of them. How many numbers are in one?"),
            ({"handed_over": 26 * 128}, "handed_over: lesson 04's init_state throws one of the two results away."),
            ({"handed_over": 25 * 128}, "handed_over: lesson 04's init_state throws one of the two results away."),
        ],
    ),
    "13.2": Prediction(
        right="A key for each source token, a score for each key, and the sum over the tokens leaves one vector.",
        smaller="one sentence of one token: how many numbers has its key, and how many scores does it get?",
        where="Attention by hand",
        expected={"keys": (2, 7, 16), "scores": (2, 7), "context": (2, 16)},
        mistakes=[
            ({"keys": (7, 2, 16)}, "keys: the values have been permuted, and a linear layer works on the last axis."),
            ({"keys": (2, 10, 16)}, "keys: num_steps=10 is the most that pad_rows allows; look at the values."),
            ({"keys": (2, 7, 8)}, "keys: 8 is the size of the embedding. What does the encoder put out?"),
            ({"keys": (2, 16)}, "keys: how many are there, one for a sentence or one for each of its tokens?"),
            ({"scores": (2, 7, 16)}, "scores: v turns the 16 numbers of a token into how many?"),
            ({"scores": (2, 16)}, "scores: is there one for each unit, or for each token?"),
            ({"scores": (7, 2)}, "scores: which axis is first in the values?"),
            ({"scores": (2, 1)}, "scores: is there one for a sentence, or for each of its tokens?"),
            ({"context": (2, 7, 16)}, "context: which axis does the sum over s take away?"),
            ({"context": (2, 7)}, "context: it is a mean of the values. How long is one value?"),
            ({"context": (7, 16)}, "context: you sum over the sentences. Over what does s run?"),
        ],
    ),
    "13.3": Prediction(
        right="The softmax of each step shares out one whole; nothing says how often a source word is looked at.",
        smaller="what does one softmax make, a row of the map or a column?",
        where="Where it looks",
        expected={"every_row": True, "every_column": False},
        mistakes=[
            ({"every_row": False}, "every_row: a row is what one softmax returned. What do its numbers sum to?"),
            ({"every_column": True}, "every_column: could two steps in a row look at one word, and none at another?"),
        ],
    ),
    "13.4": Prediction(
        right="[-1] of a tensor is its last layer; [-1] of a pair is its second half, c, of all layers.",
        smaller="what is [-1] of a pair (a, b), and what is [-1] of a tensor (layers, batch, hidden)?",
        where="Optional: three swaps",
        expected={"gru": (3, 16), "lstm": (2, 3, 16)},
        mistakes=[
            ({"gru": (2, 3, 16)}, "gru: that is the whole state. How much of it does [-1] take?"),
            ({"gru": (2, 16)}, "gru: which axis is first in a state? [-1] takes one entry along it."),
            ({"lstm": (3, 16)}, "lstm: its state is a tuple of two. What is a tuple's [-1]?"),
            ({"lstm": ((2, 3, 16), (2, 3, 16))}, "lstm: that is the whole state, h and c. What is a tuple's [-1]?"),
            ({"lstm": (2, 2, 3, 16)}, "lstm: h and c are not stacked, they stand in a tuple."),
            ({"lstm": (2, 16)}, "lstm: its state is a tuple of two. What is a tuple's [-1]?"),
        ],
    ),
    "13.5": Prediction(
        right="Two layers are left, each with its two readers' numbers in one row; the context is the last of them.",
        smaller="one layer, two readers of 5 units: how many rows are left when they stand side by side, and how wide?",
        where="Optional: three swaps",
        expected={"joined": (2, 3, 16), "context": (3, 16)},
        mistakes=[
            ({"joined": (4, 3, 8)}, "joined: that is PyTorch's state. Which of its rows belong together?"),
            ({"joined": (4, 3, 16)}, "joined: two rows have become one. How many are left?"),
            ({"joined": (2, 3, 8)}, "joined: side by side, not added up. How wide are two rows of 8?"),
            ({"joined": (2, 6, 8)}, "joined: side by side they are wider, but the batch is as large as before."),
            ({"joined": (1, 3, 32)}, "joined: the readers of one layer are put together, not those of all layers."),
            ({"context": (3, 8)}, "context: that is one reader's last state. How wide are two, side by side?"),
            ({"context": (2, 3, 16)}, "context: that is every layer. How much of it does [-1] take?"),
            ({"context": (2, 16)}, "context: which axis is first in a state? [-1] takes one entry along it."),
        ],
    ),
    "13.6": Prediction(
        right="Four tokens weigh the same in the first; in the second the lonely one weighs as much as three.",
        smaller="rank 0 has the losses 1 and 1, rank 1 has 4: what is the mean of all three, and that of the "
        "two means?",
        where="Optional: the full file, and several GPUs",
        expected={"per_token": 5, "mean_of_means": 8},
        mistakes=[
            (
                {"per_token": 8},
                "per_token: in yours each rank counts once. What is the sum of all losses, and over how many tokens?",
            ),
            ({"per_token": 20}, "per_token: that is the sum; the loss is per real token."),
            ({"per_token": 10}, "per_token: divide by the tokens, not by the ranks."),
            ({"mean_of_means": 5}, "mean_of_means: in yours each token counts once. First take the mean on each rank."),
            ({"mean_of_means": 2}, "mean_of_means: that is rank 0's mean. What of the other?"),
            ({"mean_of_means": 14}, "mean_of_means: that is rank 1's mean. What of the other?"),
            ({"mean_of_means": 10}, "mean_of_means: that is half of the sum of all; first take each rank's own mean."),
            ({"mean_of_means": 16}, "mean_of_means: that is the sum of the two means. By what is it divided?"),
            ({"mean_of_means": 4}, "mean_of_means: divide the two means by the ranks, not by the tokens."),
        ],
    ),
    # the review of lessons 07 to 13
    "13.7": Prediction(
        right="13 nats for five real tokens.",
        smaller="which of the six losses belong to real tokens?",
        where="lesson 07: One number, and its denominator",
        expected=13 / 5,
        tolerance=0.01,
        mistakes=[
            (21 / 6, "that counts the pad, above the line and below it: which of the six are real?"),
            (13 / 6, "the pad is gone from above the line: by how many is it divided?"),
            (5 / 2, "that is a mean of the sentences' means: is every word worth the same in it?"),
            (21 / 5, "the pad's 8 nats are still above the line."),
            (13, "that is the sum: per what is it wanted?"),
        ],
    ),
    "13.8": Prediction(
        right="log 1,000: an even bet among all words.",
        smaller="which loss has an even bet among ten words?",
        where="lesson 07: Where it starts, and perplexity",
        expected=math.log(1000),
        tolerance=0.15,
        mistakes=[
            (1000, "that is the perplexity: which loss has it?"),
            (math.log2(1000), "that is in bits: which logarithm does cross-entropy take?"),
            (3, "that is the logarithm to base 10: which one does cross-entropy take?"),
            (0, "that is what a model pays that knows every word: does this one?"),
        ],
    ),
    "13.9": Prediction(
        right="Divided by its length, 10: shorter, in the same direction.",
        smaller="how long is (0, 3), and what is left of it when it is clipped at 1?",
        where="lesson 08: Clipping",
        expected=(0.6, 0.8),
        mistakes=[
            ((1, 1), "each number clipped by itself: has the direction stayed?"),
            ((6, 8), "how long is it?"),
            ((0.75, 1), "divided by its largest number: is that its length?"),
            ((6 / 14, 8 / 14), "divided by the sum: the length takes squares, and a root."),
            ((0.06, 0.08), "divided by the sum of the squares: the root is missing."),
        ],
    ),
    "13.10": Prediction(
        right="By itself it keeps the epoch of the lowest validation loss; what you report may ask for another.",
        smaller="which of the two losses speaks of sentences that were not trained on?",
        where="lesson 08: Learned, or remembered?",
        expected=6,
        mistakes=[
            (20, "the training loss is lowest there: of which sentences does that tell?"),
            (7, "from there on the validation loss no longer falls: which epoch was the best?"),
            (5, "does the validation loss fall once more?"),
        ],
    ),
    "13.11": Prediction(
        right="The loss asks how probable a given sentence is; in use nobody gives one.",
        smaller="where is there a right translation to feed?",
        where="lesson 09: In evaluation",
        expected={"validation_loss": "gold", "in_use": "own"},
        mistakes=[
            ({"validation_loss": "own"}, "validation_loss: whose third word does it ask about, and after which words?"),
            ({"in_use": "gold"}, "in_use: who would know the right words?"),
        ],
    ),
    "13.12": Prediction(
        right="Each of the three beginnings is extended by every token.",
        smaller="two beginnings, five tokens: how many continuations?",
        where="lesson 10: Beam search",
        expected=3000,
        mistakes=[
            (1000, "that is one beginning's: how many are kept?"),
            (3, "that is how many are kept afterwards: among how many?"),
            (6, "that is how many of the best the code looks at, or two steps of three: how many tokens may follow?"),
            (6000, "step 2 alone: how many beginnings has it got?"),
            (1000**2, "that is with every beginning: how many are kept after step 1?"),
        ],
    ),
    "13.13": Prediction(
        right="-2 is more than -3, and -3 / 4 is more than -2 / 2.",
        smaller="which is greater, -1 or -4, and which of -1 / 1 and -4 / 8?",
        where="lesson 10: The length penalty",
        expected={"by_sum": 2, "by_mean": 4},
        mistakes=[
            ({"by_sum": 4}, "by_sum: which is the greater number, -2 or -3?"),
            ({"by_mean": 2}, "by_mean: divide either sum by its length."),
        ],
    ),
    "13.14": Prediction(
        right="exp(1 - 10 / 5): half the length costs almost two thirds.",
        smaller="a translation of four tokens, a reference of five: what is 1 - r / c?",
        where="lesson 11: One number",
        expected=math.exp(-1),
        tolerance=0.005,
        mistakes=[
            (0.5, "that is the ratio of the lengths: the penalty has an exponential."),
            (1, "is five less than ten?"),
            (math.exp(0.5), "the two lengths have changed places. Can a penalty be a reward?"),
            (math.e, "the sign of the exponent: can a penalty be a reward?"),
            (math.exp(-0.5), "which of r / c and c / r stands in the exponent?"),
            (math.exp(-2), "what is subtracted from what in the exponent?"),
        ],
    ),
    "13.15": Prediction(
        right="The start passes three gates, and what step 3 writes passes none.",
        smaller="z = 0.9 at two steps: which share is left of the start, and which of what step 2 wrote?",
        where="lesson 12: What was written when",
        expected={"start": 0.125, "step_3": 0.5},
        mistakes=[
            ({"start": 0.5}, "start: how many steps does it pass?"),
            ({"start": 0.25}, "start: how many steps does it pass?"),
            ({"start": 0}, "start: does any of the three steps keep nothing?"),
            ({"step_3": 0.125}, "step_3: how many steps come after it?"),
            ({"step_3": 0.25}, "step_3: how many steps come after it?"),
            ({"step_3": 1}, "step_3: how much of what it finds does it keep?"),
        ],
        tolerance=1e-3,
    ),
    "13.16": Prediction(
        right="A weight for each source token, and one mean of the values for each sentence.",
        smaller="one sentence, two source tokens, values of 5 numbers: how many weights, and how long is a mean "
        "of two values?",
        where="Attention by hand",
        expected={"weights": (3, 7), "context": (3, 16)},
        mistakes=[
            ({"weights": (7, 3)}, "weights: which axis is first in a batch?"),
            ({"weights": (3, 7, 16)}, "weights: how many numbers weigh one value?"),
            ({"weights": (3, 16)}, "weights: one for each source token. How many are there?"),
            ({"context": (3, 7, 16)}, "context: the sum over the tokens leaves one axis less."),
            ({"context": (3, 7)}, "context: it is a mean of values. How long is one value?"),
            ({"context": (7, 16)}, "context: what is summed, tokens or sentences?"),
        ],
    ),
    # which word decides, and what a Transformer computes
    "13.17": Prediction(
        right="The noun decides. At *a* the encoder has not read the noun, so its output there cannot know the gender.",
        smaller="the encoder reads from the left: which words has it read at a, and which at hat?",
        where="Where it looks",
        expected={"its_noun": "right", "other_noun": "other", "its_a": "same"},
        mistakes=[
            (
                {"its_noun": "other"},
                "its_noun: the context is then the encoder's output at that noun. What has it read?",
            ),
            ({"its_noun": "same"}, "its_noun: does French not say the gender by the noun?"),
            ({"other_noun": "right"}, "other_noun: at *cup*, which noun has the encoder just read?"),
            ({"other_noun": "same"}, "other_noun: has the encoder's output at a noun no trace of which noun it is?"),
            ({"its_a": "right"}, "its_a: the encoder reads from the left. What has it read when it stands at *a*?"),
            ({"its_a": "other"}, "its_a: had the encoder read the other noun when it stood at this *a*?"),
        ],
    ),
    "13.18": Prediction(
        right="One for each source token; and each of the 26 against each of the 26.",
        smaller="three tokens: how many pairs of query and key, with one query, and with a query for each token?",
        where="The road to the Transformer",
        expected={"one_step": 26, "self_attention": 676},
        mistakes=[
            ({"one_step": 1}, "one_step: one query, and how many keys?"),
            ({"one_step": 676}, "one_step: how many queries are there at one step?"),
            ({"one_step": 25}, "one_step: is `<eos>` left out?"),
            ({"self_attention": 26}, "self_attention: that is for one query. How many tokens ask?"),
            ({"self_attention": 650}, "self_attention: does a token not look at itself?"),
            ({"self_attention": 351}, "self_attention: only what was read before? The encoder's tokens see all."),
            ({"self_attention": 325}, "self_attention: each pair once? A query and a key are not the same."),
            ({"self_attention": 52}, "self_attention: not added: each with each."),
        ],
    ),
    "13.19": Prediction(
        right="0.67 of the first and 0.09 of the third, then 0.24 and 0.09; with equal scores the mean.",
        smaller="the states (1, 0) and (0, 1), with equal scores: which weights, and which sum of weight times state?",
        where="Attention by hand",
        expected={"context": (0.76, 0.33), "equal": (2 / 3, 2 / 3)},
        tolerance=0.011,
        mistakes=[
            ({"context": (0.67, 0.24)}, "context: the third state has a one in both units. Where is its share?"),
            ({"context": (2, 1)}, "context: those are sums of scores. What has to be made of the scores first?"),
            ({"context": (2 / 3, 1 / 3)}, "context: you divided the scores by their sum: is that the softmax?"),
            ({"context": (0.67, 0.24, 0.09)}, "context: those are the weights: what is it that they weigh?"),
            ({"context": (1, 0)}, "context: that is the best state alone. Have the others no weight?"),
            ({"equal": (2, 2)}, "equal: that is the sum of the states. What is each one's weight?"),
            ({"equal": (1 / 3, 1 / 3)}, "equal: that is one state's weight. How many states have a one in a unit?"),
            ({"equal": (1 / 3,) * 3}, "equal: those are the weights: what is it that they weigh?"),
            ({"equal": (0.5, 0.5)}, "equal: three states, of which how many have a one in the first unit?"),
        ],
    ),
    "13.20": Prediction(
        right="see you soon . has four tokens; night, morning, see, you and soon occur once.",
        smaller="how many tokens has Good night., and which of them does another row have, too?",
        where="lesson 01: Tokens",
        expected={"longest": 4, "once": 5},
        mistakes=[
            ({"longest": 3}, "longest: you counted words. What else is a token (lesson 01)?"),
            ({"longest": 5}, "longest: one too many. Is `<eos>` to be counted here?"),
            ({"longest": 13}, "longest: those are characters. How many tokens?"),
            ({"once": 7}, "once: that is all the different tokens. Which of them occur twice and more?"),
            ({"once": 2}, "once: that is how many occur more than once. And the others?"),
            ({"once": 6}, "once: does the period occur once?"),
            ({"once": 10}, "once: that is every token of the three rows. Which of them stands in one row only?"),
        ],
    ),
}


# --- 13.1: scores to weights


def _weights(scores: Tensor, mask: Tensor) -> Tensor:
    return torch.softmax(scores.masked_fill(~mask, -torch.inf), dim=1)


def _masked_afterwards(scores: Tensor, mask: Tensor) -> Tensor:
    return torch.softmax(scores, dim=1) * mask


def _set_to_zero(scores: Tensor, mask: Tensor) -> Tensor:
    return torch.softmax(scores * mask, dim=1)


def _mask_added(scores: Tensor, mask: Tensor) -> Tensor:
    return torch.softmax(scores + mask.float(), dim=1)


def _over_the_batch(scores: Tensor, mask: Tensor) -> Tensor:
    return torch.softmax(scores.masked_fill(~mask, -torch.inf), dim=0)


def _over_everything(scores: Tensor, mask: Tensor) -> Tensor:
    return torch.softmax(scores.masked_fill(~mask, -torch.inf).flatten(), dim=0).reshape(scores.shape)


def _inverted(scores: Tensor, mask: Tensor) -> Tensor:
    return _weights(scores, ~mask)


def _divided_by_the_sum(scores: Tensor, mask: Tensor) -> Tensor:
    return scores * mask / (scores * mask).sum(dim=1, keepdim=True)


def _not_divided(scores: Tensor, mask: Tensor) -> Tensor:
    return scores.exp() * mask


def _filled_with(number: float) -> Callable:
    return lambda scores, mask: torch.softmax(scores.masked_fill(~mask, number), dim=1)


def _logarithms(scores: Tensor, mask: Tensor) -> Tensor:
    return torch.log_softmax(scores.masked_fill(~mask, -torch.inf), dim=1)


def _scores(valid_len: list[int], seed: int, level: float = 0) -> tuple[Tensor, Tensor]:
    """Random scores about a level, and True at real tokens; the first sentence has no padding."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.arange(max(valid_len)) < torch.tensor(valid_len)[:, None]
    return level + 2 * torch.randn(mask.shape, generator=generator), mask


# --- 13.2: weights to a context


def _context(weights: Tensor, values: Tensor) -> Tensor:
    return (weights[:, None] @ values)[:, 0]


def _weighted(weights: Tensor, values: Tensor) -> Tensor:
    return weights[:, :, None] * values


def _heaviest(weights: Tensor, values: Tensor) -> Tensor:
    return values[torch.arange(len(values)), weights.argmax(dim=1)]


def _looked_at(batch_size: int, num_steps: int, num_hiddens: int, seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    weights = torch.softmax(torch.randn(batch_size, num_steps, generator=generator), dim=1)
    return weights, torch.randn(batch_size, num_steps, num_hiddens, generator=generator)


# --- 13.3: the top layer of either state


def _of_either(h_of: Callable, of_pair: Callable) -> Callable:
    """One way for a GRU's tensor, another for an LSTM's pair."""
    return lambda state: of_pair(state) if isinstance(state, tuple) else h_of(state)


def _state(*sizes: int, lstm: bool, seed: int) -> tuple:
    """The one argument of a call: a state h, or a pair (h, c)."""
    h, c = torch.randn(2, *sizes, generator=torch.Generator().manual_seed(seed))
    return ((h, c) if lstm else h,)


STILL_SCORES = "these are still scores: what turns a row into positive numbers that sum to 1?"
AXIS_LEFT = "the numbers are right, but an axis of size 1 is left over from the product: which one?"

EXERCISES = {
    "13.1": FunctionExercise(
        right="Padding is out before the softmax shares out its whole, so each row sums to 1 over the real tokens.",
        smaller="scores 1 and 2, and a third that is padding: what should the three weights sum to?",
        where="Attention by hand",
        errors=[
            ("boolean", "`~` turns a mask of truth values round: which type has yours?"),
            ("ambiguous", "`not` wants one truth value, and a mask has many: which sign inverts each of them?"),
            ('"dim"', "one softmax for each sentence: along which axis does it run?"),
            ("must match the size", "each row is divided by its own sum: which axis has your sum lost?"),
        ],
        inputs=[_scores([5, 3, 2], 0), _scores([4, 1], 1), _scores([3, 2, 2, 1], 2, level=-50)],
        tolerance=1e-5,
        expected=_weights,
        mistakes=[
            (
                lambda scores, mask: torch.softmax(scores, dim=1),
                "the mask has no say, and padding gets weight: where does it come in?",
            ),
            (
                _masked_afterwards,
                "you mask after the softmax: what was padding's share is gone, and what do the others sum to?",
            ),
            (_set_to_zero, "a score near 0 is a score like any other: what is exp(0)?"),
            (_mask_added, "you add the mask as 0 and 1: real tokens gain a little, and padding still gets weight."),
            (_over_the_batch, "your columns sum to 1, not your rows: whose words compete with one another?"),
            (_over_everything, "one whole is shared by all sentences: each of them needs its own."),
            (_inverted, "you hide the real tokens: where is the mask True?"),
            (_divided_by_the_sum, "scores divided by their sum may be negative: what makes each one positive first?"),
            (_not_divided, "each one is positive now, but what does a row sum to?"),
            (_filled_with(torch.inf), "exp(inf) is inf: which number has exp 0?"),
            (_filled_with(-20), "a score of -20 is low, and there are lower ones: which number is below all of them?"),
            (_filled_with(-1), "-1 is a score like any other: how small must it be for exp of it to be 0?"),
            (lambda scores, mask: scores.masked_fill(~mask, -torch.inf), STILL_SCORES),
            (lambda scores, mask: scores * mask, STILL_SCORES),
            (
                lambda scores, mask: mask / mask.sum(dim=1, keepdim=True),
                "equal weights for all real tokens: the scores have no say.",
            ),
            (_logarithms, "these are the logarithms of the weights."),
        ],
    ),
    "13.2": FunctionExercise(
        right="Each sentence's weights meet that sentence's values, and the steps are summed away.",
        smaller="one sentence with three steps: how many weights, how many values, and what is left of the steps?",
        where="Attention by hand",
        errors=[
            (
                "RuntimeError",
                "PyTorch cannot multiply these: the weights have two axes, the values three. An axis is missing: "
                "where?",
            )
        ],
        inputs=[_looked_at(2, 5, 3, 0), _looked_at(3, 4, 6, 1)],
        tolerance=1e-5,
        expected=_context,
        mistakes=[
            (lambda weights, values: weights[:, None] @ values, AXIS_LEFT),
            (lambda weights, values: values.mT @ weights[:, :, None], AXIS_LEFT),
            (
                lambda weights, values: weights @ values,
                "every sentence's weights meet every sentence's values: which axis must the weights get before @?",
            ),
            (_weighted, "each value has its weight now: over which axis is still to be summed?"),
            (
                lambda weights, values: _weighted(weights, values).mean(dim=1),
                "the weights sum to 1 already: why divide by the number of steps?",
            ),
            (
                lambda weights, values: _weighted(weights, values).sum(dim=2),
                "you add up the units of each step: which axis has to go?",
            ),
            (
                lambda weights, values: _weighted(weights, values).sum(dim=0),
                "you add up the sentences: which axis has to go?",
            ),
            (lambda weights, values: _weighted(weights, values).sum(), "you add up everything: which axis has to go?"),
            (lambda weights, values: values.mean(dim=1), "all steps count alike: where do the weights come in?"),
            (lambda weights, values: values.sum(dim=1), "all steps count alike: where do the weights come in?"),
            (_heaviest, "you take the value with the largest weight alone; the others have weights, too."),
            (lambda weights, values: values[:, -1], "that is the last step's value: where do the weights come in?"),
        ],
    ),
    "13.3": FunctionExercise(
        right="h of the last layer, whichever cell it came from.",
        smaller="what is [0] of a tensor (layers, batch, hidden), and what is [0] of a pair (h, c)?",
        where="Optional: three swaps",
        errors=[
            ("tuple indices", "an LSTM's state is a pair: which of the two has layers?"),
            ("to unpack", "a GRU's state is one tensor: when are there two parts to unpack?"),
            ("'tuple' object", "an LSTM's state is a pair: which of the two is asked for?"),
        ],
        inputs=[
            _state(2, 3, 5, lstm=False, seed=0),
            _state(2, 3, 5, lstm=True, seed=1),
            _state(1, 4, 6, lstm=True, seed=2),
            _state(4, 2, 3, lstm=False, seed=3),
        ],
        expected=_of_either(lambda h: h[-1], lambda pair: pair[0][-1]),
        mistakes=[
            (lambda state: state[-1], "right for a GRU; of an LSTM it takes c of every layer, the pair's second half."),
            (lambda state: state[0][-1], "right for an LSTM; a GRU's state is no pair: its [0] is the lowest layer."),
            (lambda state: state[-1][-1], "of a GRU that is one sentence only, of an LSTM it is c."),
            (lambda state: state[0], "of a GRU that is the lowest layer, of an LSTM it is h of all layers."),
            (
                _of_either(lambda h: h[-1], lambda pair: pair[0][0]),
                "right for a GRU; of an LSTM's h you take the lowest layer: which one is the top?",
            ),
            (
                _of_either(lambda h: h[0], lambda pair: pair[0][-1]),
                "right for an LSTM; of a GRU's state you take the lowest layer: which one is the top?",
            ),
            (
                _of_either(lambda h: h[:, -1], lambda pair: pair[0][:, -1]),
                "that is the last sentence of a batch: where are the layers?",
            ),
            (
                _of_either(lambda h: h[-1:], lambda pair: pair[0][-1:]),
                "the right layer, but an axis of size 1 is left: a slice keeps it.",
            ),
            (
                _of_either(lambda h: h[-1], lambda pair: pair[1][-1]),
                "of an LSTM you take c: which of the two is what `output` shows?",
            ),
            (_of_either(lambda h: h[0], lambda pair: pair[0][0]), "that is the lowest layer: which one is the top?"),
            (
                _of_either(lambda h: h, lambda pair: pair[0]),
                "those are all layers: how many of them does a context hold?",
            ),
        ],
    ),
}


# --- the closing project

FEW_SOURCES = 100
MUCH_UNKNOWN = 0.05
WIDE_GAP = 0.5  # nats per token
KNOWN = 0.5  # nats per token: above it a model does not know its training pairs yet
LINE = 88  # characters that a notebook's page shows without breaking a word


class Grade(NamedTuple):
    """How a learner's own translator did; print it.

    passed: it is better than the copier, and no test sentence was trained on.
    model, baseline: the scores of the translator and of the nearest-neighbour copier on the same test sources.
    hints: what to look at, one line each.
    """

    passed: bool
    model: Report
    baseline: Report
    hints: list[str]

    def __str__(self) -> str:
        lead = self.model.bleu - self.baseline.bleu
        verdict = "passed" if self.passed else "not yet"
        verdict += f": BLEU {abs(lead):.1f} {'above' if lead > 0 else 'below'} the copier"
        hints = [textwrap.fill(f"- {hint}", LINE, subsequent_indent="  ") for hint in self.hints]
        return "\n".join([f"copier: {self.baseline}", f"model:  {self.model}", verdict, *hints])


def grade(
    translator: Translator, train_pairs: Sequence[tuple[str, str]], test_pairs: Sequence[tuple[str, str]]
) -> Grade:
    """Grade a translator on pairs that it has not seen, beside a copier that has seen the same training pairs.

    Args:
        translator: trained on `train_pairs`.
        train_pairs, test_pairs: (source, target) texts, split by source (`corpus.split_by_source`).

    Raises:
        ValueError: nothing to test on, or nothing to copy from.
    """
    if not train_pairs or not test_pairs:
        raise ValueError(
            f"{len(train_pairs)} training pairs and {len(test_pairs)} test pairs; expected some of each: "
            "split_by_source(pairs, 0.1) holds a tenth of the sources out"
        )
    sources, references = group_references(test_pairs)
    model = corpus_report(translator.translate(sources), references)
    baseline = corpus_report(nearest_neighbour(train_pairs, sources), references)
    seen = {source_key(source) for source, _ in train_pairs}
    leaked = sum(source_key(source) in seen for source in sources)

    hints = []
    if leaked:
        hints.append(
            f"{leaked} of {len(sources)} test sources stand in the training pairs: split by source, and only "
            "once, before the training"
        )
    elif translator.corpus and translator.corpus != corpus_fingerprint([SentencePair(*pair) for pair in train_pairs]):
        hints.append("it was trained on other pairs than these, so nobody can say whether it has seen the test sources")
    if model.bleu <= baseline.bleu:
        hints.append(_why_below(translator))
    num_steps = translator.train_config.num_steps
    pairs = [*train_pairs, *test_pairs]
    cut = sum(max(len(tokenize(text)) for text in pair) >= num_steps for pair in pairs)
    if cut:
        hints.append(
            f"{cut} of {len(pairs)} pairs are longer than num_steps={num_steps} and were cut: raise it, or "
            "leave such pairs out and say so"
        )
    for side, vocab in enumerate((translator.source_vocab, translator.target_vocab)):
        tokens = [token for pair in test_pairs for token in tokenize(pair[side])]
        unknown = sum(token not in vocab for token in tokens)
        if unknown > MUCH_UNKNOWN * len(tokens):
            hints.append(
                f"{unknown} of {len(tokens)} tokens on the {('source', 'target')[side]} side of the test are "
                "<unk>: more pairs, or a lower min_freq; and are words and punctuation separated by spaces?"
            )
    if len(sources) < FEW_SOURCES:
        hints.append(f"{len(sources)} test sources are few: the next {len(sources)} could give quite another figure")
    return Grade(model.bleu > baseline.bleu and not leaked, model, baseline, hints)


def _why_below(translator: Translator) -> str:
    history = translator.history
    if history.train_loss and history.train_loss[-1] > KNOWN:
        return (
            f"below the copier, with a training loss of {history.train_loss[-1]:.1f} at the end: it does not know "
            "its training pairs yet, so train longer, or a larger model"
        )
    if history.val_loss and history.val_loss[-1] > history.train_loss[-1] + WIDE_GAP:
        return (
            f"below the copier, with a validation loss of {history.val_loss[-1]:.1f} and a training loss of "
            f"{history.train_loss[-1]:.1f} at the end: it remembers, so bring more pairs"
        )
    return "below the copier, and it does not know its training pairs much better: train longer"
