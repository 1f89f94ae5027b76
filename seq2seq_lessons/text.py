"""Sentences to tensors: tokens, vocabulary, special tokens, padding, valid lengths, batches (lesson 01)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq_lessons.support.garbage_collection import no_garbage_collection

PAD, UNK, BOS, EOS = SPECIAL_TOKENS = ("<pad>", "<unk>", "<bos>", "<eos>")

# Scripts that put no space between words: Thai and Lao, Khmer, kana, Chinese characters. Each character is a token.
UNSPACED = (
    "\u0e00-\u0eff\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# What is written above, below or beside the letter before it, as Hindi's vowels are: no letter for `re`, but one here.
MARKS = "".join(chr(c) for c in range(0x300, 0x3100) if unicodedata.category(chr(c)).startswith("M"))
# A curly apostrophe is a straight one; a soft hyphen, a space of no width and a byte order mark show nothing.
REPLACED = (("\u2019", "'"), ("\u00ad", ""), ("\u200b", ""), ("\ufeff", ""))
_LETTER = rf"(?:[^\W{UNSPACED}]|[{MARKS}])"
TOKEN = re.compile(
    rf"""
      {_LETTER}+ (?: (?: ['-] | (?<=\d)[.,](?=\d) ) {_LETTER}+ )*  # a word: j'ai, peut-être; a number: 1,000.50
    | [{UNSPACED}][{MARKS}]*                                      # a character of a script without spaces
    | [^\w\s]                                                       # any other mark, alone
    """,
    re.VERBOSE,
)


def tokenize(sentence: str) -> list[str]:
    """Split a sentence into lower-case tokens: words, numbers, and each punctuation mark by itself.

    Apostrophes and hyphens inside a word belong to it (`j'ai` is one token), and so do the dot and the comma inside a
    number. Chinese, Japanese, Thai, Lao and Khmer, which have no spaces, are cut into characters. No token is a special
    one: `<eos>` in a text is `<`, `eos`, `>`. The text is NFC-normalised first, so that an é typed as one character or
    as two is the same word; a curly apostrophe is a straight one, and what shows nothing (`REPLACED`) is nothing.
    """
    return TOKEN.findall(_normal(sentence))


def source_key(sentence: str) -> str:
    """What makes two source sentences the same one: their tokens. Case, spacing and the form of apostrophes do not."""
    return " ".join(tokenize(sentence))


def tokenize_all(sentences: Iterable[str]) -> list[list[str]]:
    """`tokenize` of each sentence, three times as fast: what stands between two spaces is cut once, then looked up."""
    known = _Cut()
    with no_garbage_collection():
        return [list(chain.from_iterable(map(known.__getitem__, _normal(text).split()))) for text in sentences]


class _Cut(dict[str, list[str]]):
    """The tokens of each text without a space, cut when it is first asked for."""

    def __missing__(self, text: str) -> list[str]:
        self[text] = TOKEN.findall(text)
        return self[text]


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFC", text).lower()
    for old, new in REPLACED:
        text = text.replace(old, new)
    return text


class Vocab:
    """A two-way table between tokens and ids; ids 0 to 3 are `<pad> <unk> <bos> <eos>`.

    Args:
        tokens: the words, most frequent first, without the special tokens.
    """

    pad_id, unk_id, bos_id, eos_id = range(4)

    def __init__(self, tokens: Iterable[str]):
        self.tokens = [*SPECIAL_TOKENS, *tokens]
        self._ids = {token: i for i, token in enumerate(self.tokens)}
        if len(self._ids) != len(self.tokens):
            raise ValueError("a vocabulary holds each token once, and none of the special tokens: remove the repeats")

    @classmethod
    def build(cls, token_lists: Iterable[Sequence[str]], min_freq: int = 2) -> "Vocab":
        """Count the tokens and keep those seen at least `min_freq` times, the most frequent first (ties: a to z)."""
        counts = Counter(chain.from_iterable(token_lists))
        kept = [t for t, n in counts.items() if n >= min_freq and t not in SPECIAL_TOKENS]
        return cls(sorted(kept, key=lambda t: (-counts[t], t)))

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: str) -> bool:
        return token in self._ids

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """The id of each token; an unknown one gets `unk_id`."""
        get, unk = self._ids.get, self.unk_id
        return [get(token, unk) for token in tokens]

    def decode(self, ids: Iterable[int] | Tensor) -> list[str]:
        """The token of each id, special tokens included.

        Raises:
            IndexError: an id is outside `0 .. len(vocab) - 1`.
        """
        ids = [int(i) for i in ids]
        for i in ids:
            if not 0 <= i < len(self):
                raise IndexError(
                    f"id {i} is not in this vocabulary: expected 0 to {len(self) - 1}. Is it the other "
                    "language's vocabulary?"
                )
        return [self.tokens[i] for i in ids]


def pad_rows(token_lists: Sequence[Sequence[str]], vocab: Vocab, num_steps: int) -> tuple[Tensor, Tensor]:
    """Encode sentences as rows of ids: the tokens, `<eos>`, then `<pad>` up to the longest row.

    A sentence with more than `num_steps - 1` tokens is cut, and still ends in `<eos>`.

    Returns:
        ids `(len(token_lists), longest)` int64 with longest <= num_steps, and valid_len `(len(token_lists),)` int64,
        which counts the tokens and the `<eos>`.
    """
    if num_steps < 1:
        raise ValueError(f"num_steps is {num_steps}; a row needs at least one step, for <eos>")
    valid_len = torch.tensor([min(len(tokens) + 1, num_steps) for tokens in token_lists], dtype=torch.int64)
    longest = int(valid_len.max()) if len(token_lists) else 0
    ids = torch.full((len(token_lists), longest), vocab.pad_id)
    # all rows' tokens one after another, in one pass: they fill the real places from left to right, top to bottom
    tokens = chain.from_iterable(chain(tokens[: num_steps - 1], (EOS,)) for tokens in token_lists)
    ids[torch.arange(longest) < valid_len[:, None]] = torch.tensor(vocab.encode(tokens), dtype=torch.int64)
    return ids, valid_len


class Batch(NamedTuple):
    """Sentence pairs as tensors, the longest source first.

    source `(batch, source_steps)` and target `(batch, target_steps)` are int64 ids on the training device, trimmed to
    the longest sentence of the batch; source_len and target_len `(batch,)` are int64 and stay on the host, where
    packing wants them and reading them makes nobody wait.
    """

    source: Tensor
    source_len: Tensor
    target: Tensor
    target_len: Tensor

    def to(self, device: torch.device | str) -> "Batch":
        """The same batch with its ids on `device`."""
        return self._replace(source=self.source.to(device), target=self.target.to(device))


def encode_pairs(
    source: Sequence[Sequence[str]],
    target: Sequence[Sequence[str]],
    source_vocab: Vocab,
    target_vocab: Vocab,
    num_steps: int,
) -> Batch:
    """All sentence pairs (lists of tokens) as one large Batch, in the given order."""
    if len(source) != len(target):
        raise ValueError(f"{len(source)} sources and {len(target)} targets: expected one target for each source")
    return Batch(*pad_rows(source, source_vocab, num_steps), *pad_rows(target, target_vocab, num_steps))


def batches(data: Batch, batch_size: int, generator: torch.Generator | None = None) -> Iterator[Batch]:
    """Cut the data into batches of sentences of similar length, each trimmed to its longest sentence.

    With a generator the pairs are shuffled first and the batches come in random order; without one the order is fixed.
    Only host-side lengths are read, so nothing here waits for a GPU.
    """
    n = len(data.source_len)
    shuffled = torch.arange(n) if generator is None else torch.randperm(n, generator=generator)
    length = data.source_len[shuffled] * (int(data.target_len.max()) + 1 if n else 1) + data.target_len[shuffled]
    # stable: sentences of equal length stay shuffled among themselves; descending: each batch's longest source is first
    order = shuffled[torch.argsort(length, descending=True, stable=True)]
    order_there = order.to(data.source.device, non_blocking=True)
    starts = torch.arange(0, n, batch_size)
    if generator is not None:
        starts = starts[torch.randperm(len(starts), generator=generator)]
    for start in starts.tolist():
        here, there = order[start : start + batch_size], order_there[start : start + batch_size]
        source_len, target_len = data.source_len[here], data.target_len[here]
        yield Batch(
            data.source[:, : int(source_len.max())].index_select(0, there),
            source_len,
            data.target[:, : int(target_len.max())].index_select(0, there),
            target_len,
        )


def drop_words(ids: Tensor, probability: float) -> Tensor:
    """The ids with words replaced by `<unk>` at random; padding, `<bos>` and `<eos>` stay.

    Coins come from torch's CPU generator, so that a seed means the same on every device; probability 0 tosses none.

    Source: Iyyer et al. 2015 (ACL, Deep Unordered Composition), Bowman et al. 2016 (arXiv 1511.06349) for decoders.
    """
    if probability == 0:
        return ids
    coins = (torch.rand(ids.shape) < probability).to(ids.device, non_blocking=True)
    return torch.where(coins & (ids >= len(SPECIAL_TOKENS)), Vocab.unk_id, ids)
