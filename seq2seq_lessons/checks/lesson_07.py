"""Lesson 07: the loss of a token, cross-entropy's axes, the mask, the denominators, perplexity."""

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction

PREDICTIONS = {
    "7.1": Prediction(
        right="Certainty costs nothing, a coin toss log 2, an even bet among n words log n.",
        smaller="a die has six faces: which p has each of them, and what is -log p?",
        where="The loss of one token",
        expected={"sure": 0.0, "half": math.log(2), "even_20": math.log(20)},
        tolerance=0.01,
        mistakes=[
            ({"sure": 1.0}, "sure: that is the probability. Which power of e is 1?"),
            ({"half": 0.5}, "half: that is a probability. The loss is its logarithm, with the sign turned."),
            ({"half": -math.log(2)}, "half: the logarithm of a number below 1 is negative; what does the minus do?"),
            ({"half": 1.0}, "half: that is the logarithm to base 2 (bits). Nats take the one to base e: math.log."),
            ({"half": math.log10(2)}, "half: that is the logarithm to base 10. math.log is the one to base e."),
            ({"even_20": 20}, "even_20: that is how many words there are. Which p has the right one, and which loss?"),
            ({"even_20": 1 / 20}, "even_20: that is the right word's probability. What is its loss?"),
            (
                {"even_20": 19 / 20},
                "even_20: that is the probability of all the other words. The loss asks for the right one's.",
            ),
            ({"even_20": -math.log(20)}, "even_20: a loss is never below 0; what does the minus do?"),
            ({"even_20": math.log2(20)}, "even_20: that is in bits. Nats take the logarithm to base e: math.log."),
            ({"even_20": math.log10(20)}, "even_20: that is the logarithm to base 10. math.log is the one to base e."),
        ],
    ),
    "7.2": Prediction(
        right="Only shapes are checked, and one of the two fits by accident.",
        smaller="take axis 1 away from (2, 5, 7): what is left, and labels of which shape would fit?",
        where="A batch, and which axis holds the words",
        expected={"words_3531": "error", "words_6": "number"},
        mistakes=[
            (
                {"words_3531": "number"},
                "words_3531: take axis 1 away from the logits. Is what is left the labels' shape?",
            ),
            (
                {"words_6": "error"},
                "words_6: take axis 1 away from the logits. Does what is left differ from the labels' shape?",
            ),
        ],
    ),
    "7.3": Prediction(
        right="6 + 5 + 3: each row compares the same step numbers with its own length.",
        smaller="the steps 0, 1, 2 beside the lengths 2 and 1: which row of True and False does each length give?",
        where="The mask",
        expected={"shape": (3, 6), "real": 14},
        mistakes=[
            ({"shape": (6, 3)}, "shape has steps first: which of the two operands has an axis of 1 at the end?"),
            ({"shape": (6,)}, "shape is one row: does every sentence end at the same step?"),
            ({"shape": (3,)}, "shape has one number per sentence: how many positions does a sentence have?"),
            ({"shape": (3, 1)}, "shape is that of the lengths: what does an axis of size 1 do beside one of 6?"),
            ({"real": 18}, "real: that is every position. Which ones are smaller than the row's length?"),
            ({"real": 11}, "real: you leave the <eos> out. Does valid_len count it?"),
            ({"real": 16}, "real: you let `<` be true where both are equal. Steps are counted from 0."),
            ({"real": 4}, "real: those are the pads. Is the mask True there?"),
        ],
    ),
    "7.4": Prediction(
        right="A gradient belongs to one number; of fourteen each would have its own.",
        smaller="of the two losses 3 and 5: what are sum and mean, and does one number say how fast both grow?",
        where="One number, and its denominator",
        expected={"fourteen": "error", "sum_to_mean": 14},
        mistakes=[
            (
                {"fourteen": "gradients"},
                "fourteen: a gradient says how fast the loss grows. Of fourteen losses, which one is meant?",
            ),
            ({"sum_to_mean": 1}, "sum_to_mean: the sum is how many times the mean? Does a gradient notice a factor?"),
            ({"sum_to_mean": 1 / 14}, "sum_to_mean: you have it upside down: which of the two is the larger number?"),
            ({"sum_to_mean": 18}, "sum_to_mean: that counts every position. How many losses are added up?"),
            ({"sum_to_mean": 3}, "sum_to_mean: that counts the sentences. How many losses are added up?"),
        ],
    ),
    "7.5": Prediction(
        right="The two that have pads above or below the line.",
        smaller="one sentence with the losses 2 and 4, then two pads behind it: which sums and which counts change?",
        where="One number, and its denominator",
        expected={"sum": False, "all_positions": True, "real_tokens": False, "article": True},
        mistakes=[
            ({"sum": True}, "sum: which of its terms are new?"),
            ({"all_positions": False}, "all_positions: it counts the pads' losses and the pads. Would both stay?"),
            ({"real_tokens": True}, "real_tokens: is a new pad above the line? Below it?"),
            ({"article": False}, "article: the mean over the steps divides by the number of steps. Does that stay?"),
        ],
    ),
    "7.6": Prediction(
        right="A pad is easy for a model that is asked for it, and hopeless for one that never is.",
        smaller="which of the two models has been taught what to say after <eos>?",
        where="What the mask decides",
        expected={"with_mask": "real tokens", "without_mask": "all positions"},
        mistakes=[
            (
                {"with_mask": "all positions"},
                "with_mask: has this model ever been told to say <pad>? Look at the pads in the picture of part 3.",
            ),
            (
                {"without_mask": "real tokens"},
                "without_mask: this model is asked for pads as well. How hard is the word after a <pad>?",
            ),
        ],
    ),
    "7.7": Prediction(
        right="exp undoes the log: an even bet among n words has a perplexity of n.",
        smaller="a die has six faces: which loss has an even bet among them, and what is e to that power?",
        where="Where it starts, and perplexity",
        expected={"loss_log_2": 2.0, "perfect": 1.0, "untrained_loss": math.log(3531), "untrained": 3531.0},
        tolerance={"loss_log_2": 0.1, "perfect": 0.1, "untrained_loss": 0.18, "untrained": 120},  # of 8 or 8.2, rounded
        mistakes=[
            ({"loss_log_2": math.log(2)}, "loss_log_2: that is the loss. What does e to its power give?"),
            (
                {"loss_log_2": 0.5},
                "loss_log_2: that is the probability of one word of two. Among how many does the model hesitate?",
            ),
            ({"perfect": 0.0}, "perfect: that is its loss. What is exp(0)?"),
            (
                {"untrained_loss": 0.0},
                "untrained_loss: near 0 is what a model pays that knows every word. What does this one know?",
            ),
            (
                {"untrained_loss": 3531},
                "untrained_loss: that is the number of words. Which loss has an even bet among them?",
            ),
            ({"untrained_loss": math.log2(3531)}, "untrained_loss: that is in bits. Which logarithm gives nats?"),
            (
                {"untrained_loss": math.log10(3531)},
                "untrained_loss: that is the logarithm to base 10. Which one gives nats?",
            ),
            (
                {"untrained": math.log(3531)},
                "untrained: that is about its loss, or less. What does e to the power of that loss give?",
            ),
        ],
    ),
}


# --- 7.1: the masked loss


NO_TENSOR, CUT_OFF = "a plain number", "a tensor without a way back"


@dataclass(frozen=True, kw_only=True)
class _ATensor(FunctionExercise):
    """A loss that backward can start from: where it cannot, it is told apart from the right one."""

    def results(self, function) -> list:
        found: list = []
        for logits, labels, valid_len in copy.deepcopy(list(self.inputs)):
            given = function(logits.requires_grad_() + 0, labels, valid_len)  # as in training: not a leaf
            if isinstance(given, Tensor):
                found.append(given.detach() if given.requires_grad else CUT_OFF)
            else:
                found.append(NO_TENSOR)
        return found


def _losses(logits: Tensor, labels: Tensor) -> Tensor:
    return cross_entropy(logits.permute(0, 2, 1), labels, reduction="none")


def _mask(labels: Tensor, valid_len: Tensor) -> Tensor:
    return torch.arange(labels.shape[1]) < valid_len[:, None]


def _masked_loss(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    mask = _mask(labels, valid_len)
    return torch.where(mask, _losses(logits, labels), 0.0).sum() / mask.sum()


def _shifted(by: int):
    return lambda logits, labels, valid_len: _masked_loss(logits, labels, valid_len + by)


def _no_mask(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    return _losses(logits, labels).mean()


def _pads_above(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    return _losses(logits, labels).sum() / valid_len.sum()


def _pads_below(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    return (_losses(logits, labels) * _mask(labels, valid_len)).mean()


def _articles(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    return (_losses(logits, labels) * _mask(labels, valid_len)).mean(dim=1).sum() / valid_len.sum()


def _articles_objective(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    return (_losses(logits, labels) * _mask(labels, valid_len)).mean(dim=1).sum()


def _mean_of_sentences(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    return ((_losses(logits, labels) * _mask(labels, valid_len)).sum(dim=1) / valid_len).mean()


def _sum(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    return (_losses(logits, labels) * _mask(labels, valid_len)).sum()


def _masks_logits(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    return _pads_above(logits * _mask(labels, valid_len)[:, :, None], labels, valid_len)


def _masks_logits_no_denominator(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    return _no_mask(logits * _mask(labels, valid_len)[:, :, None], labels, valid_len)


def _masks_pads(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    pads = ~_mask(labels, valid_len)
    return (_losses(logits, labels) * pads).sum() / pads.sum()


def _reshapes(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    batch, steps, vocab = logits.shape
    return _masked_loss(logits.reshape(batch, vocab, steps).permute(0, 2, 1), labels, valid_len)


def _scores(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    right = logits.gather(2, labels[:, :, None])[:, :, 0]
    return -right[_mask(labels, valid_len)].mean()


def _every_position(logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
    return torch.where(_mask(labels, valid_len), _losses(logits, labels), 0.0)


def _batch_of(valid_len: list[int], vocab: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Random logits, labels whose pads are 0 and whose words are not, and the lengths."""
    generator = torch.Generator().manual_seed(seed)
    lengths, steps = torch.tensor(valid_len), max(valid_len)
    logits = 2 * torch.randn(len(valid_len), steps, vocab, generator=generator)
    labels = torch.randint(1, vocab, (len(valid_len), steps), generator=generator)
    return logits, labels * (torch.arange(steps) < lengths[:, None]), lengths


# --- 7.3: the perplexity of an epoch


def _perplexity(losses: Sequence[float], valid_lens: Sequence[Tensor]) -> float:
    return math.exp(_weighted(losses, [int(lengths.sum()) for lengths in valid_lens]))


def _weighted(values: Sequence[float], weights: Sequence[int]) -> float:
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)


def _tokens(valid_lens: Sequence[Tensor]) -> list[int]:
    return [int(lengths.sum()) for lengths in valid_lens]


def _positions(valid_lens: Sequence[Tensor]) -> list[int]:
    return [len(lengths) * int(lengths.max()) for lengths in valid_lens]


_EPOCHS = [
    ([2.0, 0.5, 1.25], [torch.tensor([7, 2]), torch.tensor([3, 3, 1]), torch.tensor([5])]),
    ([0.25, 3.0], [torch.tensor([4, 4, 6, 1]), torch.tensor([2])]),
]

EXERCISES = {
    "7.1": _ATensor(
        right="The losses of the real tokens, divided by their number.",
        smaller="two rows with 3 and 1 real tokens: which losses are added up, and by what is the sum divided?",
        where="The mask",
        errors=[
            ("Expected target size", "cross_entropy looks for the words in axis 1: what stands there in yours?"),
            ("invalid for input", "the lesson's batch had 18 positions and 3531 words: which sizes has this one?"),
            ("shape of the mask", "a mask is as wide as its batch: how many steps has this one?"),
            ("batch_size", "each row of scores needs its label: are both of them flat?"),
            ("size of tensor", "mask and losses must have one shape: which of yours is not (batch, steps)?"),
        ],
        inputs=[_batch_of([6, 5, 3], 11, seed=0), _batch_of([1, 4, 8, 2], 5, seed=1)],
        expected=_masked_loss,
        tolerance=1e-5,
        mistakes=[
            (
                _no_mask,
                "that is the mean over all positions: is there still a loss for each of them when valid_len comes in?",
            ),
            (_pads_above, "pads are gone from below the line, but their losses still stand above it."),
            (_pads_below, "pads vanish above the line but still count below it: how many numbers did you divide by?"),
            (_articles, "you divided twice: by the steps, then by the tokens."),
            (
                _articles_objective,
                "a mean over the steps, then a sum over the sentences: neither asks how many tokens there are.",
            ),
            (
                _mean_of_sentences,
                "a mean of the sentences' means: a word in a short sentence weighs more than one in a "
                "long one. Should it?",
            ),
            (
                lambda logits, labels, valid_len: _sum(logits, labels, valid_len) / len(labels),
                "that is the loss per sentence: per what is it wanted?",
            ),
            (
                lambda logits, labels, valid_len: _masked_loss(logits.softmax(dim=2), labels, valid_len),
                "cross_entropy makes the probabilities itself: what do you hand it?",
            ),
            (_sum, "that is the sum over real tokens: it doubles with the batch. Per what is it wanted?"),
            (
                _shifted(1),
                "one pad of each shorter sentence still counts: is step number valid_len, counted from 0, a real one?",
            ),
            (
                _shifted(-1),
                "the last real token of every sentence is left out: which token is that, and who else "
                "teaches the model to say it?",
            ),
            (
                _masks_logits,
                "you masked the logits: scores that are all 0 are an even bet, and that costs something at "
                "every pad. What should be 0 there?",
            ),
            (
                _masks_logits_no_denominator,
                "you masked the logits, so the pads cost an even bet; and they are counted below the line as well.",
            ),
            (_masks_pads, "that is the loss of the pads: the mask is upside down."),
            (
                _reshapes,
                "the axes have the right sizes and the wrong contents: reshape does not move the vocabulary's "
                "axis (lesson 03).",
            ),
            (
                lambda *batch: _masked_loss(*batch).item(),
                "a plain number: what would backward start from? The loss is wanted as a tensor.",
            ),
            (
                lambda *batch: _masked_loss(*batch).detach(),
                "a tensor that no longer knows the logits it was made of: what would backward go back through?",
            ),
            (
                lambda logits, labels, valid_len: _every_position(logits, labels, valid_len).sum(dim=1) / valid_len,
                "one number for each sentence: how many does backward take?",
            ),
            (
                lambda logits, labels, valid_len: -_masked_loss(logits, labels, valid_len),
                "below 0: which sign has log p, and which has a loss?",
            ),
            (_scores, "you took the scores themselves: what makes probabilities of them?"),
            (_every_position, "the right losses at the right places: now make one number of them."),
        ],
    ),
    "7.2": Prediction(
        right="16 nats for six real tokens.",
        smaller="which of the eight losses belong to real tokens?",
        where="One number, and its denominator",
        expected=16 / 6,
        tolerance=0.05,
        mistakes=[
            (34 / 8, "18 of your 34 came from padding: which losses are real, and how many?"),
            (16 / 8, "pads vanish above the line but still count below it: by how many did you divide?"),
            (5 / 2, "a word in the short sentence weighs twice another: what if each weighed the same?"),
            (4 / 6, "you divided by steps, then by tokens: which of the two is wanted?"),
            (34, "that is the sum of all eight: which of them are real, and per what is it wanted?"),
            (18, "those are the pads: which losses are real, and per what is it wanted?"),
            (9, "that is the mean of the two pads: which losses are real?"),
            (8, "that is per sentence: per what is it wanted?"),
            (34 / 6, "you divided by the real tokens, and 18 of your 34 came from padding."),
            (7 / 4, "you left out the last real token of each row: valid_len counts it."),
            (16, "that is the sum: per real token, please."),
            (4, "that is the article's training objective, a sum of means over the steps: no real token is counted."),
        ],
    ),
    "7.3": FunctionExercise(
        right="The mean over all tokens of the epoch first, exp last.",
        smaller="two batches with 10 and 30 tokens and the losses 1 and 2: how many nats are that together?",
        where="Where it starts, and perplexity",
        errors=[
            (
                "cannot be converted to Scalar",
                "each of valid_lens has a length for every sentence: how many tokens has that batch?",
            ),
            (
                "only one element tensors",
                "each of valid_lens has a length for every sentence: how many tokens has that batch?",
            ),
            (
                "stack expects",
                "each of valid_lens is as long as its batch has sentences: which one number do you want of it?",
            ),
            (
                "size of tensor",
                "each of valid_lens is as long as its batch has sentences: which one number do you want of it?",
            ),
            ("must be Tensor, not float", "torch.exp takes tensors: which exp takes a plain number?"),
            (
                "'list' object has no attribute",
                "a list cannot do that, and the tensors in it can: who is to be summed?",
            ),
        ],
        inputs=_EPOCHS,
        expected=_perplexity,
        tolerance=1e-3,
        mistakes=[
            (
                lambda losses, lens: math.exp(sum(losses) / len(losses)),
                "every batch weighs the same in it: has every batch as many tokens?",
            ),
            (
                lambda losses, lens: math.exp(_weighted(losses, [len(n) for n in lens])),
                "you weigh batches by their sentences: each loss is a mean over what?",
            ),
            (
                lambda losses, lens: math.exp(_weighted(losses, _positions(lens))),
                "you weigh batches by their positions, pads included: each loss is a mean over what?",
            ),
            (
                lambda losses, lens: _weighted([math.exp(loss) for loss in losses], _tokens(lens)),
                "that is a mean of perplexities: which comes first, exp or the mean?",
            ),
            (
                lambda losses, lens: sum(map(math.exp, losses)) / len(losses),
                "that is a plain mean of the batches' perplexities: which comes first, exp or the mean, and does every "
                "batch weigh the same?",
            ),
            (
                lambda losses, lens: _weighted(losses, _tokens(lens)),
                "that is the epoch's loss per token: one step is left.",
            ),
            (
                lambda losses, lens: math.exp(sum(losses) / sum(_tokens(lens))),
                "you divided by the tokens, but what you added up are means: how many nats has a batch of n tokens?",
            ),
            (lambda losses, lens: math.exp(sum(losses)), "you added the batches' losses up: each is a mean already."),
            (lambda losses, lens: math.exp(losses[-1]), "that is the last batch's: what of the others?"),
            (
                lambda losses, lens: 2 ** _weighted(losses, _tokens(lens)),
                "2 to the loss undoes bits: what undoes nats?",
            ),
            (
                lambda losses, lens: math.exp(sum(v * w for v, w in zip(losses, _tokens(lens), strict=True))),
                "the nats are added up: by what is the sum to be divided?",
            ),
            (
                lambda losses, lens: math.exp(
                    sum(loss * n for loss, n in zip(losses, _tokens(lens), strict=True)) / sum(len(n) for n in lens)
                ),
                "the nats are added up rightly, but divided by the sentences: per what is the loss?",
            ),
        ],
    ),
}
