"""Beam search over 2,000 sentences: in batches, sorted by length, against one sentence at a time.

    python -m benchmarks.beam_batched [--sentences 2000 --width 5 --batch 256 --rounds 5 --threads N]

At the article's sizes, and with the lessons' own translator from the cache, where one sentence at a time is no small
work either: its five rows go through the same matrices together. Both sides take turns, so that a busy machine slows
both; the ratio is the median of the rounds' ratios, and all of them are printed. Both must find the same translations.
"""

import argparse
import statistics
import time
from dataclasses import replace
from itertools import cycle, islice

import torch

from seq2seq_lessons.config import ARTICLE_MODEL
from seq2seq_lessons.corpus import load_splits
from seq2seq_lessons.decoding import Hypothesis, beam_search
from seq2seq_lessons.support.shared_models import LESSONS_TRAINING, lessons_translator
from seq2seq_lessons.text import pad_rows, tokenize
from seq2seq_lessons.translator import Translator

MAX_STEPS = 50
TIE = 1e-4  # nats: two sentences whose sums differ by less may change places


def search(translator: Translator, token_lists: list[list[str]], width: int, batch_size: int) -> list[Hypothesis]:
    """The best hypothesis of each sentence, in the order given."""
    vocab, found = translator.target_vocab, {}
    order = sorted(range(len(token_lists)), key=lambda i: -len(token_lists[i]))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        X, valid_len = pad_rows([token_lists[i] for i in rows], translator.source_vocab, MAX_STEPS)
        hypotheses = beam_search(translator.model, X, valid_len, vocab.bos_id, vocab.eos_id, MAX_STEPS, width)
        found.update(zip(rows, (best[0] for best in hypotheses), strict=True))
    return [found[i] for i in range(len(token_lists))]


def sentences(number: int) -> list[list[str]]:
    """Tokens of held-out sources, each once, and then of training sources until there are enough."""
    splits = load_splits("lessons")
    held_out = sorted({pair.source for name in splits if name != "train" for pair in splits[name]})
    trained = sorted({pair.source for pair in splits["train"]})
    return [tokenize(source) for source in islice(cycle(held_out + trained), number)]


def article_sized() -> Translator:
    """A translator of the article's sizes, trained for some seconds: sentences end where they should, mostly."""
    pairs = load_splits("lessons")["train"]
    return Translator.train(pairs, ARTICLE_MODEL, replace(LESSONS_TRAINING, epochs=4, lr=0.01), progress=False)


def compare(name: str, translator: Translator, token_lists: list[list[str]], args: argparse.Namespace) -> None:
    """Both sides in turn; prints medians, spread and the rounds' ratios."""
    search(translator, token_lists[:64], args.width, 32)  # warm up
    seconds: dict[str, list[float]] = {"batched": [], "one at a time": []}
    results = {}
    for _ in range(args.rounds):
        for side, batch_size in (("batched", args.batch), ("one at a time", 1)):
            start = time.perf_counter()
            results[side] = search(translator, token_lists, args.width, batch_size)
            seconds[side].append(time.perf_counter() - start)
    print(
        f"{name}: beam search of width {args.width} over {len(token_lists):,} sentences, {args.threads} thread(s), "
        f"batches of {args.batch}"
    )
    for side, values in seconds.items():
        print(f"{side:14} median {statistics.median(values):6.2f} s, from {min(values):.2f} to {max(values):.2f}")
    ratios = sorted(one / batched for batched, one in zip(*seconds.values(), strict=True))
    print(f"ratio          median {statistics.median(ratios):6.1f}, all: {', '.join(f'{r:.1f}' for r in ratios)}")
    pairs = list(zip(*results.values(), strict=True))
    differing = sum(a.ids != b.ids and abs(a.log_prob - b.log_prob) > TIE for a, b in pairs)
    print(f"translations that differ: {differing}")
    if differing:
        raise SystemExit("the two sides must find the same")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--width", type=int, default=5)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="default: torch's own")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    token_lists = sentences(args.sentences)
    compare("the article's sizes (32, 2 layers)", article_sized(), token_lists, args)
    compare("the lessons' translator (256)", lessons_translator(), token_lists, args)


if __name__ == "__main__":
    main()
