"""The masked loss against a plain loop, and law 3."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.loss import MaskedSoftmaxCELoss, sequence_mask
from tests.toy import assert_same, seeds


def plain_loss(scores: list[float], label: int, smoothing: float) -> float:
    """Cross-entropy of one position with numbers only; smoothing spreads its share over the whole vocabulary."""
    log_sum = math.log(sum(math.exp(s) for s in scores))
    wanted = [smoothing / len(scores) + (1 - smoothing) * (i == label) for i in range(len(scores))]
    return sum(p * (log_sum - s) for p, s in zip(wanted, scores, strict=True))


@st.composite
def cases(draw):
    """logits (batch, steps, vocab) float64, labels, valid_len (a sentence without a real token included)."""
    batch_size, num_steps, vocab_size = (draw(st.integers(1, 5)) for _ in range(3))
    valid_len = torch.tensor(draw(st.lists(st.integers(0, num_steps), min_size=batch_size, max_size=batch_size)))
    torch.manual_seed(draw(seeds))
    logits = 3 * torch.randn(batch_size, num_steps, vocab_size, dtype=torch.float64)
    return logits, torch.randint(0, vocab_size, (batch_size, num_steps)), valid_len


@given(cases(), st.sampled_from([0.0, 0.1, 0.5]))
def test_it_equals_a_plain_loop(case, smoothing):
    logits, labels, valid_len = case
    expected = torch.zeros(labels.shape, dtype=torch.float64)
    for i, n in enumerate(valid_len.tolist()):
        for t in range(n):
            expected[i, t] = plain_loss(logits[i, t].tolist(), int(labels[i, t]), smoothing)
    assert_same(MaskedSoftmaxCELoss("none", smoothing)(*case), expected)
    assert_same(MaskedSoftmaxCELoss("sum", smoothing)(*case), expected.sum())
    assert_same(MaskedSoftmaxCELoss("mean", smoothing)(*case), expected.sum() / max(1, int(valid_len.sum())))


@given(cases())
def test_law_3_the_gradient_at_padding_is_exactly_zero(case):
    logits, labels, valid_len = case
    logits.requires_grad_()
    MaskedSoftmaxCELoss()(logits, labels, valid_len).backward()
    real = sequence_mask(valid_len, labels.shape[1])
    assert logits.grad[~real].eq(0).all()
    if logits.shape[2] > 1:  # with one word there is nothing to learn
        assert logits.grad[real].ne(0).all()


@given(cases())
def test_law_3_a_batchs_loss_is_the_token_weighted_mean_of_its_sentences(case):
    logits, labels, valid_len = case
    loss = MaskedSoftmaxCELoss()
    alone = [loss(logits[i : i + 1, :n], labels[i : i + 1, :n], torch.tensor([n])) for i, n in enumerate(valid_len)]
    weighted = sum(n * one for n, one in zip(valid_len.tolist(), alone, strict=True))
    assert_same(loss(logits, labels, valid_len), weighted / max(1, int(valid_len.sum())))


@given(cases(), seeds)
def test_what_stands_at_padding_does_not_matter(case, seed):
    logits, labels, valid_len = case
    torch.manual_seed(seed)
    padding = ~sequence_mask(valid_len, labels.shape[1])
    before = logits.clone(), labels.clone(), valid_len.clone()
    other_labels = torch.where(padding, torch.randint(0, logits.shape[2], labels.shape), labels)
    other_logits = torch.where(padding[..., None], 100 * torch.randn_like(logits), logits)
    loss = MaskedSoftmaxCELoss()
    assert_same(loss(other_logits, other_labels, valid_len), loss(*case))
    assert all(torch.equal(now, then) for now, then in zip(case, before, strict=True))  # no argument was changed


def test_the_default_is_the_mean_per_real_token():
    logits = torch.zeros(2, 4, 7)  # log 7 at each of the six real tokens
    loss = MaskedSoftmaxCELoss()(logits, torch.zeros(2, 4, dtype=torch.int64), torch.tensor([2, 4]))
    assert math.isclose(loss, math.log(7), rel_tol=1e-6)


def test_the_mask():
    assert sequence_mask(torch.tensor([0, 1, 3]), 3).tolist() == [[False] * 3, [True, False, False], [True] * 3]


def test_an_unknown_reduction_is_refused():
    with pytest.raises(ValueError, match="reduction is 'average'; expected one of 'mean', 'sum', 'none'"):
        MaskedSoftmaxCELoss("average")
