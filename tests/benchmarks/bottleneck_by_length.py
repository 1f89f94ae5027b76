"""Exact match on "lessons-long" by source length: one context vector against attention, same sizes, same training.

    python tests/benchmarks/bottleneck_by_length.py [--hidden 224 --epochs 16 --seed 0 --device auto]

The attention model is written for this table only; the course's own is `seq2seq_lessons.attention`.

With the defaults (seed 0, one CPU thread) the exact match on sources of at most 8 tokens was .925 with one context
vector and .992 with attention; on those of 18 and more .017 and .961; attention's lowest bin was 21-25 with .939.
"""

import argparse
import time
from collections import Counter
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seq2seq_lessons.corpus import SentencePair, load_splits
from seq2seq_lessons.decoder import Seq2SeqDecoder
from seq2seq_lessons.decoding import greedy
from seq2seq_lessons.device import pick_device
from seq2seq_lessons.encoder import Seq2SeqEncoder
from seq2seq_lessons.loss import MaskedSoftmaxCELoss
from seq2seq_lessons.model import EncoderDecoder, xavier_init
from seq2seq_lessons.text import Batch, Vocab, batches, encode_pairs, tokenize

BINS = ((2, 5), (6, 8), (9, 11), (12, 14), (15, 17), (18, 20), (21, 25))
NUM_STEPS = 40  # longer than any sentence: nothing is cut


class BothWaysEncoder(nn.Module):
    """Reads forwards and backwards, half of the hidden units each."""

    def __init__(self, vocab_size: int, embed_size: int, num_hiddens: int, num_layers: int, dropout: float):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.rnn = nn.GRU(embed_size, num_hiddens // 2, num_layers, bidirectional=True,
                          dropout=dropout if num_layers > 1 else 0.0)

    def forward(self, X: Tensor, valid_len: Tensor) -> tuple[Tensor, Tensor]:
        """output (steps, batch, hiddens); state (layers, batch, hiddens), both readers' last states side by side."""
        packed = pack_padded_sequence(self.embedding(X).permute(1, 0, 2), valid_len, enforce_sorted=False)
        output, state = self.rnn(packed)
        layers = state.unflatten(0, (-1, 2))  # (layers, 2, batch, hiddens / 2)
        return pad_packed_sequence(output, total_length=X.shape[1])[0], torch.cat((layers[:, 0], layers[:, 1]), dim=2)


class AttentionState(NamedTuple):
    memory: Tensor  # (batch, source steps, hiddens)
    padding: Tensor  # (batch, 1, source steps), True where there is no word
    hidden: Tensor  # (layers, batch, hiddens)

    def select(self, rows: Tensor) -> "AttentionState":
        return AttentionState(self.memory[rows], self.padding[rows], self.hidden[:, rows])


class AttentionDecoder(nn.Module):
    """After each step of the GRU, looks at all of the encoder's outputs (Luong et al. 2015, arXiv 1508.04025)."""

    def __init__(self, vocab_size: int, embed_size: int, num_hiddens: int, num_layers: int, dropout: float):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.rnn = nn.GRU(embed_size, num_hiddens, num_layers, dropout=dropout if num_layers > 1 else 0.0)
        self.query = nn.Linear(num_hiddens, num_hiddens, bias=False)
        self.mix = nn.Linear(2 * num_hiddens, num_hiddens)
        self.dense = nn.Linear(num_hiddens, vocab_size)

    def init_state(self, enc_outputs: tuple[Tensor, Tensor], valid_len: Tensor) -> AttentionState:
        output, state = enc_outputs
        padding = torch.arange(len(output), device=output.device) >= valid_len.to(output.device)[:, None]
        return AttentionState(output.permute(1, 0, 2), padding[:, None], state)

    def forward(self, X: Tensor, state: AttentionState) -> tuple[Tensor, AttentionState]:
        output, hidden = self.rnn(self.embedding(X).permute(1, 0, 2), state.hidden)
        output = output.permute(1, 0, 2)  # (batch, target steps, hiddens)
        scores = self.query(output) @ state.memory.mT  # (batch, target steps, source steps)
        weights = scores.masked_fill(state.padding, float("-inf")).softmax(dim=2)
        mixed = torch.tanh(self.mix(torch.cat((weights @ state.memory, output), dim=2)))
        return self.dense(mixed), state._replace(hidden=hidden)


def train(model: EncoderDecoder, data: Batch, args: argparse.Namespace, device: torch.device) -> float:
    """Adam, one-cycle learning rate, norm clipped at 1, batches of similar lengths. Returns the last epoch's loss."""
    loss_of, generator = MaskedSoftmaxCELoss(), torch.Generator().manual_seed(args.seed)
    steps = args.epochs * -(-len(data.source_len) // args.batch_size)
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, args.lr, total_steps=steps, pct_start=0.15)
    model.train()
    for epoch in range(args.epochs):
        total, count, started = torch.zeros((), device=device), 0, time.perf_counter()
        for batch in batches(data, args.batch_size, generator):
            bos = torch.full_like(batch.target[:, :1], Vocab.bos_id)
            logits, _ = model(batch.source, torch.cat((bos, batch.target[:, :-1]), dim=1), batch.source_len)
            loss = loss_of(logits, batch.target, batch.target_len)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + loss.detach(), count + 1
        last = total.item() / count
        if args.verbose:
            print(f"  epoch {epoch + 1:3d}  loss {last:.4f}  {time.perf_counter() - started:.1f} s", flush=True)
    return last


def exact_by_bin(
    model: EncoderDecoder, pairs: list[SentencePair], data: Batch, target_vocab: Vocab
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each bin of source lengths: how many translations are right, word for word, and how many there are."""
    right, total = Counter(), Counter()
    translations = greedy(model, data.source, data.source_len, Vocab.bos_id, Vocab.eos_id, NUM_STEPS)
    for pair, ids in zip(pairs, translations, strict=True):
        length = len(tokenize(pair.source))
        edges = next(edges for edges in BINS if edges[0] <= length <= edges[1])
        total[edges] += 1
        right[edges] += target_vocab.decode(ids) == tokenize(pair.target)
    return {edges: (right[edges], total[edges]) for edges in BINS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hidden", type=int, default=224, help="numbers per state, and in the context vector")
    parser.add_argument("--embed", type=int, default=96)
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--lr", type=float, default=0.004)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--models", nargs="+", default=["context", "attention"], choices=["context", "attention"])
    parser.add_argument("--verbose", action="store_true", help="print each epoch's loss")
    args = parser.parse_args()
    device = pick_device(args.device)

    splits = load_splits("lessons-long")
    sides = {name: tuple([tokenize(getattr(pair, side)) for pair in pairs] for side in ("source", "target"))
             for name, pairs in splits.items()}
    source_vocab, target_vocab = (Vocab.build(tokens, min_freq=1) for tokens in sides["train"])
    data = {name: encode_pairs(*tokens, source_vocab, target_vocab, NUM_STEPS).to(device)
            for name, tokens in sides.items()}
    print(f"{len(splits['train'])} training pairs, {len(source_vocab)} and {len(target_vocab)} words; settings: "
          + ", ".join(f"{name} {value}" for name, value in vars(args).items() if name not in ("models", "verbose")))

    table = {}
    for name in args.models:
        torch.manual_seed(args.seed)
        sizes = (args.embed, args.hidden, args.layers, args.dropout)
        halves = {"context": (Seq2SeqEncoder, Seq2SeqDecoder), "attention": (BothWaysEncoder, AttentionDecoder)}[name]
        model = EncoderDecoder(halves[0](len(source_vocab), *sizes), halves[1](len(target_vocab), *sizes))
        model.apply(xavier_init)
        model.to(device)
        started = time.perf_counter()
        loss = train(model, data["train"], args, device)
        seconds = time.perf_counter() - started
        table[name] = exact_by_bin(model, splits["random"], data["random"], target_vocab)
        parameters = sum(parameter.numel() for parameter in model.parameters())
        print(f"{name}: {parameters:,} parameters, trained in {seconds:.0f} s, last loss {loss:.4f}", flush=True)

    print("source length  test sources  " + "  ".join(f"{name:>9}" for name in table))
    groups = {f"{low}-{high}": [(low, high)] for low, high in BINS}
    groups |= {"at most 8": BINS[:2], "18 and more": BINS[-2:]}
    for label, edges in groups.items():
        counts = {name: [sum(cell) for cell in zip(*(bins[edge] for edge in edges), strict=True)]
                  for name, bins in table.items()}
        total = next(iter(counts.values()))[1]
        print(f"{label:>13}  {total:>12}  " + "  ".join(f"{right / total:>9.3f}" for right, total in counts.values()))


if __name__ == "__main__":
    main()
