"""The figures about the bundled corpora that stand in docs/measurements.md: `python -m tools.corpus.statistics`."""

from collections import Counter

from seq2seq_lessons.corpus import BUNDLED, load_pairs, load_splits
from seq2seq_lessons.text import Vocab, tokenize


def table(source: str) -> str:
    """One bundled corpus as a Markdown list."""
    pairs, splits = load_pairs(source), load_splits(source)
    english = [tokenize(pair.source) for pair in pairs]
    french = [tokenize(pair.target) for pair in pairs]
    lengths = Counter(len(tokens) for tokens in {pair.source: tokenize(pair.source) for pair in pairs}.values())
    sizes = [len(Vocab.build(side, min_freq)) for side in (english, french) for min_freq in (1, 2)]
    held_out = ", ".join(f"{name} {len({p.source for p in part})}" for name, part in splits.items() if name != "train")
    return "\n".join(
        [
            f"`{source}`: {len(pairs):,} pairs, {len(set(p.source for p in pairs)):,} distinct sources",
            f"- vocabulary (special tokens included): {sizes[0]:,} English, {sizes[2]:,} French; {sizes[1]:,} and "
            f"{sizes[3]:,} of them seen twice or more",
            f"- held-out sources: {held_out}",
            "- distinct sources by length in tokens: "
            + ", ".join(f"{length}: {lengths[length]:,}" for length in sorted(lengths)),
        ]
    )


if __name__ == "__main__":
    print("\n\n".join(table(source) for source in BUNDLED))
