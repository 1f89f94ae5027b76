"""Lesson 07's exercises: typical answers, right and wrong, and the line that each gets."""

import math

import pytest
import torch
from torch.nn import functional as F

from seq2seq_lessons.checks import lesson_07, predict
from seq2seq_lessons.loss import MaskedSoftmaxCELoss, sequence_mask


def test_about_eight_is_good_enough_for_an_untrained_model(capsys):
    predict("7.6", loss_log_2=2, perfect=1, untrained_loss=8, untrained=3531)
    assert "right" in capsys.readouterr().out


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


@pytest.mark.parametrize(
    "answer",
    [
        MaskedSoftmaxCELoss(),
        by_rows,
        in_a_loop,
        in_place,
        with_lengths(lambda losses, mask, n: (losses * mask).sum() / mask.sum()),
        lambda logits, labels, n: F.cross_entropy(logits.permute(0, 2, 1), labels, ignore_index=0),
    ],
)
def test_masked_loss_right(said, answer):
    assert said("7.1", answer).startswith("Exercise 7.1: right. ")


def on_masked_logits(logits, labels, valid_len):
    mask = sequence_mask(valid_len, labels.shape[1])
    return losses_of(logits * mask[..., None], labels).sum() / mask.sum()


def on_reshaped_logits(logits, labels, valid_len):
    batch, steps, vocab = logits.shape
    losses = F.cross_entropy(logits.reshape(batch, vocab, steps), labels, reduction="none")
    return losses[sequence_mask(valid_len, steps)].mean()


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (on_masked_logits, "you masked the logits: scores that are all 0"),
        (on_reshaped_logits, "reshape does not move the vocabulary's axis"),
    ],
)
def test_masked_loss_wrong(said, answer, piece):
    assert piece in said("7.1", answer)


def test_hidden_labels_have_zeros_at_the_pads_only():
    """So that ignore_index, which is right in the lesson, is right here."""
    for _, labels, valid_len in lesson_07.EXERCISES["7.1"].inputs:
        assert torch.equal(labels != 0, sequence_mask(valid_len, labels.shape[1]))


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (2.67, "right. "),
        (torch.tensor(16 / 6), "right. "),
        (4.25, "18 of your 34 came from padding"),
        (2, "still count below it"),
    ],
)
def test_which_denominator(said, answer, piece):
    assert piece in said("7.2", answer)


def tokens(valid_lens):
    return torch.tensor([n.sum() for n in valid_lens])


def mean(values, weights):
    return (torch.tensor(values) * weights).sum() / weights.sum()


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda losses, lens: mean(losses, tokens(lens)).exp(), "right. "),
        (lambda losses, lens: math.exp(mean(losses, tokens(lens))), "right. "),
        (lambda losses, lens: torch.tensor(losses).mean().exp(), "every batch weighs the same"),
        (lambda losses, lens: mean(losses, torch.tensor([len(n) for n in lens])).exp(), "by their sentences"),
    ],
)
def test_epoch_perplexity(said, answer, piece):
    assert piece in said("7.3", answer)
