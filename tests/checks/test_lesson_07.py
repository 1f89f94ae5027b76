"""Lesson 07's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from seq2seq_lessons.checks import lesson_07, predict
from seq2seq_lessons.loss import MaskedSoftmaxCELoss, sequence_mask
from tests.checks.answers import Answers


def test_about_eight_is_good_enough_for_an_untrained_model(capsys):
    predict("7.7", loss_log_2=2, perfect=1, untrained_loss=8, untrained=3531)
    assert "right" in capsys.readouterr().out


def test_a_perplexity_may_come_from_a_rounded_loss(capsys):
    predict("7.7", loss_log_2=2, perfect=1, untrained_loss=8.2, untrained=math.exp(8.2))
    assert "right" in capsys.readouterr().out
    predict("7.7", loss_log_2=2.2, perfect=1, untrained_loss=8.2, untrained=math.exp(8.2))
    assert "look again at loss_log_2." in capsys.readouterr().out
    predict("7.7", 8.2)
    assert "is not it" in capsys.readouterr().out


@pytest.mark.parametrize(("valid_len", "steps", "real"), [([6, 5, 3], 6, 14), ([5, 4, 2], 6, 11), ([7, 6, 4], 6, 16)])
def test_the_counts_of_prediction_3(valid_len, steps, real):
    assert sequence_mask(torch.tensor(valid_len), steps).sum() == real


def losses_of(logits, labels):
    return F.cross_entropy(logits.permute(0, 2, 1), labels, reduction="none")


def with_lengths(combine):
    """A loss made of the losses, a mask of zeros and ones, and the lengths."""

    def loss(logits, labels, valid_len):
        return combine(losses_of(logits, labels), sequence_mask(valid_len, labels.shape[1]).float(), valid_len)

    return loss


def by_rows(logits, labels, valid_len):
    losses = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), labels.reshape(-1), reduction="none")
    return losses[sequence_mask(valid_len, labels.shape[1]).reshape(-1)].mean()


def in_a_loop(logits, labels, valid_len):
    chosen = [losses_of(logits, labels)[i, :n] for i, n in enumerate(valid_len)]
    return torch.cat(chosen).mean()


def in_place(logits, labels, valid_len):
    losses = losses_of(logits, labels)
    losses[~sequence_mask(valid_len, labels.shape[1])] = 0
    return losses.sum() / valid_len.sum()


def by_gathering(logits, labels, valid_len):
    said = logits.double().log_softmax(dim=-1).gather(2, labels[..., None]).squeeze(2)
    return -sum(row[:n].sum() for row, n in zip(said, valid_len, strict=True)) / valid_len.sum()


def on_masked_logits(logits, labels, valid_len):
    mask = sequence_mask(valid_len, labels.shape[1])
    return losses_of(logits * mask[..., None], labels).sum() / mask.sum()


def on_reshaped_logits(logits, labels, valid_len):
    batch, steps, vocab = logits.shape
    losses = F.cross_entropy(logits.reshape(batch, vocab, steps), labels, reduction="none")
    return losses[sequence_mask(valid_len, steps)].mean()


def tokens(valid_lens):
    return torch.tensor([n.sum() for n in valid_lens])


def mean(values, weights):
    return (torch.tensor(values) * weights).sum() / weights.sum()


def perplexity_by_loop(losses, valid_lens):
    nats = num_tokens = 0
    for loss, lengths in zip(losses, valid_lens, strict=True):
        for length in lengths.tolist():
            nats, num_tokens = nats + loss * length, num_tokens + length
    return math.e ** (nats / num_tokens)


def perplexity_by_average(losses, valid_lens):
    return np.exp(np.average(losses, weights=[lengths.sum().item() for lengths in valid_lens]))


ANSWERS = {
    "7.1": Answers(
        right={
            "the package's": MaskedSoftmaxCELoss(),
            "rows chosen by the mask": by_rows,
            "a loop over sentences": in_a_loop,
            "pads zeroed in place": in_place,
            "a product with the mask": with_lengths(lambda losses, mask, n: (losses * mask).sum() / mask.sum()),
            "pads ignored by id": lambda logits, labels, n: F.cross_entropy(
                logits.permute(0, 2, 1), labels, ignore_index=0
            ),
            "log_softmax and gather, in float64": by_gathering,
        },
        wrong={
            "softmax first": (
                lambda logits, labels, n: by_rows(logits.softmax(dim=2), labels, n),
                "what do you hand it?",
            ),
            "per sentence": (
                with_lengths(lambda losses, mask, n: (losses * mask).sum() / len(n)),
                "that is the loss per sentence",
            ),
            "masked logits": (on_masked_logits, "you masked the logits: scores that are all 0"),
            "reshaped logits": (on_reshaped_logits, "reshape does not move the vocabulary's axis"),
            "divided by all": (with_lengths(lambda losses, mask, n: (losses * mask).mean()), "still count below it"),
            "mean of means": (
                with_lengths(lambda losses, mask, n: ((losses * mask).sum(1) / n).mean()),
                "a word in a short sentence weighs more",
            ),
            "a plain number": (lambda *batch: in_a_loop(*batch).item(), "what would backward start from"),
            "cut off from the logits": (
                lambda *batch: by_rows(*batch).detach(),
                "what would backward go back through?",
            ),
            "no gradient recorded": (torch.no_grad()(by_rows), "what would backward go back through?"),
            "the sign forgotten": (lambda *batch: -by_rows(*batch), "which sign has log p, and which has a loss?"),
            "the lesson's sizes": (
                lambda logits, labels, n: F.cross_entropy(logits.reshape(18, 3531), labels.reshape(18)),
                "which sizes has this one? (your code stopped",
            ),
            "the lesson's steps": (
                lambda logits, labels, n: losses_of(logits, labels)[torch.arange(6) < n[:, None]].mean(),
                "how many steps has this one? (your code stopped",
            ),
            "words in the last axis": (
                lambda logits, labels, n: F.cross_entropy(logits, labels),
                "cross_entropy looks for the words in axis 1: what stands there in yours? (your code stopped",
            ),
            "one mean, masked": (
                with_lengths(lambda losses, mask, n: (losses.mean() * mask).sum() / mask.sum()),
                "is there still a loss for each of them when valid_len comes in?",
            ),
            "scores flat, labels not": (
                lambda logits, labels, n: F.cross_entropy(logits.reshape(-1, logits.shape[2]), labels),
                "are both of them flat? (your code stopped",
            ),
            "a mask without an axis": (
                lambda logits, labels, n: losses_of(logits, labels)[torch.arange(labels.shape[1]) < n].mean(),
                "which of yours is not (batch, steps)? (your code stopped",
            ),
        },
    ),
    "7.2": Answers(
        right={
            "rounded": 2.67,
            "rounded to one place": 2.7,
            "a tensor": torch.tensor(16 / 6),
            "a fraction": Fraction(8, 3),
            "float32 of numpy": np.float32(16) / np.float32(6),
        },
        wrong={
            "all positions": (4.25, "18 of your 34 came from padding"),
            "positions below": (2, "still count below it"),
            "mean of means": (2.5, "weighs twice another"),
            "divided twice": (0.67, "you divided by steps, then by tokens"),
            "per sentence": (8, "that is per sentence"),
            "the pads' mean": (9, "that is the mean of the two pads"),
            "text": ("16/6", "expected a number, not text"),
            "a slip of the pen": (1.67, "1.67 is not it"),
        },
    ),
    "7.3": Answers(
        right={
            "weighted, in tensors": lambda losses, lens: mean(losses, tokens(lens)).exp(),
            "a loop": perplexity_by_loop,
            "numpy's average": perplexity_by_average,
        },
        wrong={
            "means over tokens": (
                lambda losses, lens: math.exp(sum(losses) / int(torch.cat(list(lens)).sum())),
                "what you added up are means",
            ),
            "lengths not summed": (
                lambda losses, lens: math.exp(sum(loss * n for loss, n in zip(losses, lens, strict=True)) / sum(lens)),
                "which one number do you want of it? (your code stopped",
            ),
            "lengths stacked": (
                lambda losses, lens: math.exp(sum(losses) / torch.stack(list(lens)).sum()),
                "which one number do you want of it? (your code stopped",
            ),
            "a plain mean": (lambda losses, lens: torch.tensor(losses).mean().exp(), "every batch weighs the same"),
            "by sentences": (
                lambda losses, lens: mean(losses, torch.tensor([len(n) for n in lens])).exp(),
                "by their sentences",
            ),
            "exp first": (
                lambda losses, lens: mean([math.exp(loss) for loss in losses], tokens(lens)),
                "a mean of perplexities",
            ),
            "no exp": (lambda losses, lens: mean(losses, tokens(lens)), "one step is left"),
            "torch.exp of a number": (
                lambda losses, lens: torch.exp(perplexity_by_loop(losses, lens)),
                "which exp takes a plain number? (your code stopped with TypeError",
            ),
            "a list that sums": (lambda losses, lens: lens.sum(), "who is to be summed? (your code stopped"),
            "lengths taken for a number": (
                lambda losses, lens: math.exp(sum(loss * float(n) for loss, n in zip(losses, lens, strict=True))),
                "how many tokens has that batch? (your code stopped",
            ),
        },
    ),
}


def test_hidden_labels_have_zeros_at_the_pads_only():
    """So that ignore_index, which is right in the lesson, is right here."""
    for _, labels, valid_len in lesson_07.EXERCISES["7.1"].inputs:
        assert torch.equal(labels != 0, sequence_mask(valid_len, labels.shape[1]))
