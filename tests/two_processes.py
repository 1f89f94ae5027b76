"""What tests/support/test_distributed.py starts under torchrun: epochs in float64, each step's loss, the last weights.

torchrun --nproc-per-node 2 -m tests.two_processes FOLDER
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

import torch

from seq2seq_lessons import training
from seq2seq_lessons.model import build_model
from seq2seq_lessons.support import distributed
from seq2seq_lessons.text import batches
from tests.toy import BRIEFLY, TINY, digest, random_batch

# the third batch of each epoch has one sentence: fewer than there are processes
LENGTHS = [[3, 5, 2, 6, 1, 4, 4, 2, 7], [4, 1, 6, 2, 5, 3, 3, 7, 2]]


def steps(swap: dict) -> tuple[list[float], str, list[float]]:
    """The loss per token of each step, the weights' hash, and a few weights."""
    torch.manual_seed(0)
    model = build_model(replace(TINY, dropout=0.0, **swap), 12, 15).double()
    data = random_batch(model, *LENGTHS, seed=0)
    config = replace(BRIEFLY, batch_size=4, lr=0.01)
    trainer = training.Trainer(model, data, config)
    trainer.optimizer = torch.optim.Adam(model.parameters(), lr=config.lr)
    losses = []
    for epoch in range(2):
        for batch in batches(data, config.batch_size, training.epoch_generator(0, epoch)):
            sums = trainer.step(batch)
            losses.append(distributed.total(sums)[0].item() / int(batch.target_len.sum()))
    weights = torch.cat([p.detach().flatten() for p in model.parameters()])
    return losses, digest(model), weights[:: max(1, len(weights) // 50)].tolist()


def epoch() -> list[float]:
    """An epoch's loss per token and its share of clipped steps, some of which are."""
    torch.manual_seed(0)
    model = build_model(replace(TINY, dropout=0.0), 12, 15).double()
    config = replace(BRIEFLY, batch_size=2, clip_norm=0.55)
    trainer = training.Trainer(model, random_batch(model, *LENGTHS, seed=0), config)
    trainer.optimizer = torch.optim.Adam(model.parameters())
    return list(trainer.epoch()[:2])


if __name__ == "__main__":
    with distributed.process_group("cpu"):
        result = {name: steps(swap) for name, swap in (("gru", {}), ("attention", {"attention": True}))}
        result["epoch"] = epoch()
        path = Path(sys.argv[1]) / f"{distributed.rank()}.json"
        path.write_text(json.dumps(result))
