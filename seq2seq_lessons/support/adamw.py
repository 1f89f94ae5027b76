"""The optimizer: torch's AdamW, without what its class imports."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw


class AdamW:
    """The numbers of `torch.optim.AdamW`, to the bit, computed by torch's own function.

    torch's class imports torch's compiler when it is made: some two seconds and 84 MB of every process that trains.
    What a training loop uses has the names that torch gives it.

    Args:
        parameters: on one device; where torch has it, one fused pass goes over all of them.
        lr, weight_decay: as torch's; without weight decay this is Adam.
        factors: of each parameter's rate, as torch's class has groups of parameters; all 1 when left out.

    Source: Kingma and Ba 2015 (arXiv 1412.6980), Loshchilov and Hutter 2019 (arXiv 1711.05101).
    """

    def __init__(
        self, parameters: Iterable[nn.Parameter], lr: float, weight_decay: float, factors: Sequence[float] = ()
    ):
        self.parameters, self.weight_decay = list(parameters), weight_decay
        self.factors = factors or [1.0] * len(self.parameters)
        self.param_groups = [{"lr": lr}]
        self.is_fused = self.parameters[0].device.type in ("cpu", "cuda")
        self.state = [
            {
                "step": torch.zeros((), device=p.device if self.is_fused else "cpu"),
                "exp_avg": torch.zeros_like(p),
                "exp_avg_sq": torch.zeros_like(p),
            }
            for p in self.parameters
        ]

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Update the parameters that have a gradient."""
        for factor in dict.fromkeys(self.factors):
            everything = zip(self.parameters, self.state, self.factors, strict=True)
            rows = [(p, p.grad, s) for p, s, its in everything if its == factor and p.grad is not None]
            kept: dict[str, list[Tensor]] = {name: [s[name] for _, _, s in rows] for name in self.state[0]}
            adamw(
                [p for p, _, _ in rows],
                [grad for _, grad, _ in rows],
                kept["exp_avg"],
                kept["exp_avg_sq"],
                [],
                kept["step"],
                fused=self.is_fused,
                amsgrad=False,
                beta1=0.9,
                beta2=0.999,
                lr=self.param_groups[0]["lr"] * factor,
                weight_decay=self.weight_decay,
                eps=1e-8,
                maximize=False,
            )

    def state_dict(self) -> dict[str, Any]:
        """What it keeps of each parameter, by the parameter's number."""
        return {"state": dict(enumerate(self.state))}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` returned."""
        for i, kept in saved["state"].items():
            for name, tensor in kept.items():
                self.state[i][name].copy_(tensor)
