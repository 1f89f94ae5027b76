"""The masked loss: cross-entropy that padding takes no part in (lesson 07)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

REDUCTIONS = ("mean", "sum", "none")


def sequence_mask(valid_len: Tensor, num_steps: int) -> Tensor:
    """True at a sentence's real tokens, False at its padding: `(batch, num_steps)` bool, from valid_len `(batch,)`."""
    return torch.arange(num_steps, device=valid_len.device) < valid_len[:, None]


class MaskedSoftmaxCELoss(nn.Module):
    """Softmax cross-entropy in nats over real tokens only.

    Args:
        reduction: "mean" per real token of the whole batch, "sum" over the real tokens, or "none": one loss for each
            position, exactly 0 at padding.
        label_smoothing: share of each label's probability that is spread over the vocabulary.

    Raises:
        ValueError: an unknown reduction.
    """

    def __init__(self, reduction: str = "mean", label_smoothing: float = 0.0):
        super().__init__()
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction is {reduction!r}; expected one of {', '.join(map(repr, REDUCTIONS))}")
        self.reduction, self.label_smoothing = reduction, label_smoothing

    def forward(self, logits: Tensor, labels: Tensor, valid_len: Tensor) -> Tensor:
        """The loss of a batch.

        Args:
            logits: `(batch, steps, vocab)`.
            labels: ids `(batch, steps)` int64.
            valid_len: `(batch,)` int64, real tokens per sentence, `<eos>` included.

        Returns:
            a scalar, or `(batch, steps)` with reduction "none". A batch without a real token has loss 0.
        """
        # one row of scores per token, (steps * batch, vocab), in the order in which the dense layer wrote them
        rows = logits.transpose(0, 1).reshape(-1, logits.shape[2])
        losses = cross_entropy(rows, labels.T.reshape(-1), reduction="none", label_smoothing=self.label_smoothing)
        losses = losses.reshape(labels.T.shape).T  # (steps * batch,) -> (batch, steps)
        mask = sequence_mask(valid_len.to(logits.device, non_blocking=True), labels.shape[1])
        losses = torch.where(mask, losses, 0.0)
        if self.reduction == "none":
            return losses
        if self.reduction == "sum":
            return losses.sum()
        return losses.sum() / mask.sum().clamp(min=1)
