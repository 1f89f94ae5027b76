"""Is it the same computation? The article's run by us and by d2l, several seeds each: the loss curves side by side."""

from pathlib import Path
from statistics import mean

import torch

from benchmarks import article_run
from benchmarks.compare import value
from benchmarks.peer import load_d2l, peer_data
from seq2seq_lessons.config import ARTICLE, ARTICLE_MODEL, ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair

SEEDS = 3
EPOCHS_SHOWN = (1, 10, 30, 100, 200, 300)

Curves = dict[str, list[list[float]]]  # side -> for each seed, one loss per epoch


def measure(
    pairs: list[SentencePair],
    scratch: Path,
    threads: int,
    article: TrainConfig = ARTICLE,
    model: ModelConfig = ARTICLE_MODEL,
    seeds: int = SEEDS,
) -> tuple[list[dict], Curves]:
    """Rows: the mean loss of each side after some epochs, with the seeds' range; and the curves, for `draw`."""
    torch.set_num_threads(threads)
    pairs, d2l = pairs[: article_run.NUM_PAIRS], load_d2l(scratch)
    data = peer_data(d2l, pairs, article.num_steps)
    curves: Curves = {"ours": [], "d2l": []}
    for seed in range(seeds):
        curves["ours"].append(article_run.ours(pairs, article, model, article.epochs, seed).train_loss)
        curves["d2l"].append(article_run.peer(d2l, data, article, model, article.epochs, seed).losses)
    rows = []
    for epoch in (e for e in EPOCHS_SHOWN if e <= article.epochs):
        for side, losses in curves.items():
            there = [loss[epoch - 1] for loss in losses]
            spread = f"{min(there):.3f} to {max(there):.3f}"
            rows.append(
                value(f"training loss, epoch {epoch}, {side}, {seeds} seeds ({spread})", mean(there), "nats", all=there)
            )
    return rows, curves


def draw(curves: Curves, path: Path) -> None:
    """Each seed's curve, ours over d2l's."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for (side, losses), colour in zip(reversed(curves.items()), ("tab:orange", "tab:blue"), strict=True):
        for i, loss in enumerate(losses):
            axes.plot(range(1, len(loss) + 1), loss, color=colour, linewidth=1, label=None if i else side)
    axes.set(xlabel="epoch", ylabel="training loss (nats per token)", ylim=(0, None))
    axes.legend()
    figure.savefig(path, dpi=120)
