"""Lesson 07's predictions and exercises: typical answers, and the line that each gets."""

import math

import pytest
import torch
from torch.nn import functional as F

from seq2seq_lessons.checks import check, lesson_07, predict
from seq2seq_lessons.loss import MaskedSoftmaxCELoss, sequence_mask

NATS = {"sure": 0, "half": math.log(2), "even_20": math.log(20)}
AXES = {"words_1042": "error", "words_6": "number"}
MASK = {"shape": (3, 6), "real": 14}
PADS = {"sum": False, "all_positions": True, "real_tokens": False, "article": True}
REPORTS = {"with_mask": "real tokens", "without_mask": "all positions"}
PERPLEXITY = {"loss_log_2": 2, "perfect": 1, "untrained_loss": math.log(1042), "untrained": 1042}


def said(capsys, call, *args, **named):
    call(*args, **named)
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("number", "right", "wrong", "piece"),
    [
        ("7.1", NATS, {"sure": 1}, "Which power of e is 1"),
        ("7.1", NATS, {"half": 0.5}, "that is a probability"),
        ("7.1", NATS, {"half": 1}, "to base 2 (bits)"),
        ("7.1", NATS, {"half": math.log(0.5)}, "what does the minus do"),
        ("7.1", NATS, {"even_20": 0.05}, "What is its loss"),
        ("7.1", NATS, {"even_20": 1.301}, "to base 10"),
        ("7.2", AXES, {"words_1042": "number"}, "Is what is left the labels' shape"),
        ("7.2", AXES, {"words_6": "error"}, "Does what is left differ"),
        ("7.3", MASK, {"shape": (6, 3)}, "shape has steps first"),
        ("7.3", MASK, {"shape": (3, 1)}, "beside one of 6"),
        ("7.3", MASK, {"real": 11}, "you leave the <eos> out"),
        ("7.3", MASK, {"real": 16}, "Steps are counted from 0"),
        ("7.3", MASK, {"real": 18}, "that is every position"),
        ("7.4", PADS, {"sum": True}, "which of its terms are new"),
        ("7.4", PADS, {"all_positions": False}, "Would both stay"),
        ("7.4", PADS, {"real_tokens": True}, "above the line? Below it"),
        ("7.4", PADS, {"article": False}, "divides by the number of steps"),
        ("7.5", REPORTS, {"with_mask": "all positions"}, "ever been told to say <pad>"),
        ("7.5", REPORTS, {"without_mask": "real tokens"}, "How hard is the word after"),
        ("7.6", PERPLEXITY, {"loss_log_2": math.log(2)}, "loss_log_2: that is the loss"),
        ("7.6", PERPLEXITY, {"perfect": 0}, "What is exp(0)"),
        ("7.6", PERPLEXITY, {"untrained_loss": 1042}, "Which loss has an even bet"),
        ("7.6", PERPLEXITY, {"untrained": 6.95}, "that is the loss again"),
    ],
)
def test_predictions(capsys, number, right, wrong, piece):
    assert said(capsys, predict, number, **dict.fromkeys(right)) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, **right).startswith(f"Prediction {number}: right. ")
    assert piece in said(capsys, predict, number, **right | wrong)


def test_about_seven_is_good_enough_for_an_untrained_model(capsys):
    assert "right" in said(capsys, predict, "7.6", **PERPLEXITY | {"untrained_loss": 7})


@pytest.mark.parametrize(("valid_len", "steps", "real"), [([6, 5, 3], 6, 14), ([5, 4, 2], 6, 11), ([7, 6, 4], 6, 16)])
def test_the_counts_of_prediction_3(valid_len, steps, real):
    assert sequence_mask(torch.tensor(valid_len), steps).sum() == real


@pytest.mark.parametrize("number", ["7.1", "7.2", "7.3"])
def test_unanswered(capsys, number):
    answer = None if number == "7.2" else lambda *args: None
    assert said(capsys, check, number, answer) == f"Exercise {number}: your turn"


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
def test_masked_loss_right(capsys, answer):
    assert said(capsys, check, "7.1", answer).startswith("Exercise 7.1: right. ")


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
        (lambda logits, labels, n: losses_of(logits, labels).mean(), "is valid_len used anywhere"),
        (with_lengths(lambda losses, mask, n: losses.sum() / mask.sum()), "their losses still stand above it"),
        (with_lengths(lambda losses, mask, n: (losses * mask).mean()), "still count below it"),
        (with_lengths(lambda losses, mask, n: (losses * mask).mean(1).mean()), "still count below it"),
        (with_lengths(lambda losses, mask, n: (losses * mask).mean(1).sum() / n.sum()), "you divided twice"),
        (with_lengths(lambda losses, mask, n: (losses * mask).mean(1).sum()), "neither asks how many tokens"),
        (with_lengths(lambda losses, mask, n: ((losses * mask).sum(1) / n).mean()), "a mean of the sentences' means"),
        (with_lengths(lambda losses, mask, n: (losses * mask).sum()), "it doubles with the batch"),
        (lambda logits, labels, n: MaskedSoftmaxCELoss()(logits, labels, n + 1), "still counts"),
        (lambda logits, labels, n: MaskedSoftmaxCELoss()(logits, labels, n - 1), "the last real token of every"),
        (on_masked_logits, "you masked the logits: scores that are all 0"),
        (on_reshaped_logits, "reshape does not move the vocabulary's axis"),
        (with_lengths(lambda losses, mask, n: (losses * (1 - mask)).sum() / (1 - mask).sum()), "upside down"),
        (with_lengths(lambda losses, mask, n: losses * mask), "now make one number of them"),
        (lambda logits, labels, n: F.cross_entropy(logits, labels), "your code stopped with RuntimeError"),
        (lambda logits, labels, n: MaskedSoftmaxCELoss()(logits, labels, n).item(), "expected a tensor, not a number"),
        (lambda logits, labels, n: 2 * MaskedSoftmaxCELoss()(logits, labels, n), "it returns tensor("),
    ],
)
def test_masked_loss_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "7.1", answer)


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
        (2.5, "weighs twice another"),
        (0.67, "you divided by steps, then by tokens"),
        (5.67, "divided by the real tokens, and 18"),
        (1.75, "valid_len counts it"),
        (16, "that is the sum"),
        (3, "3 is not it"),
    ],
)
def test_which_denominator(capsys, answer, piece):
    assert piece in said(capsys, check, "7.2", answer)


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
        (lambda losses, lens: mean(losses, torch.tensor([len(n) * max(n) for n in lens])).exp(), "pads included"),
        (lambda losses, lens: mean([math.exp(x) for x in losses], tokens(lens)), "that is a mean of perplexities"),
        (lambda losses, lens: torch.tensor(losses).exp().mean(), "a plain mean of the batches' perplexities"),
        (lambda losses, lens: mean(losses, tokens(lens)), "one step is left"),
        (lambda losses, lens: math.exp(sum(losses)), "each is a mean already"),
        (lambda losses, lens: math.exp(losses[-1]), "that is the last batch's"),
        (lambda losses, lens: 7.0, "called with ([2.0, 0.5, 1.25]"),
    ],
)
def test_epoch_perplexity(capsys, answer, piece):
    assert piece in said(capsys, check, "7.3", answer)
