"""From a user's pairs to what a training run takes: checked, split, tokenized, encoded."""

import hashlib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.corpus import SentencePair, split_by_source
from seq2seq_lessons.text import Batch, Vocab, encode_pairs, source_key, tokenize_all

MOSTLY = 0.5  # of a side's words unknown: what is learnt says "<unk>"


class Encoded(NamedTuple):
    """The pairs of a run as tensors, and the vocabularies that they are encoded with."""

    train_data: Batch
    val_data: Batch
    source_vocab: Vocab
    target_vocab: Vocab


def encode_split(
    pairs: Sequence[SentencePair], config: TrainConfig, vocabs: tuple[Vocab, Vocab] | None = None
) -> Encoded:
    """Hold out the validation pairs and encode both parts.

    Args:
        pairs: checked ones.
        config: its val_fraction, seed, min_freq and num_steps are used.
        vocabs: source and target; built from the training part when left out.
    """
    train_pairs, val_pairs = split_by_source(pairs, config.val_fraction, config.seed)
    sources, targets = _columns(train_pairs)
    _warn_if_cut(sources, targets, config.num_steps)
    vocabs = vocabs or (Vocab.build(sources, config.min_freq), Vocab.build(targets, config.min_freq))
    train_data = encode_pairs(sources, targets, *vocabs, config.num_steps)
    _warn_if_little_is_to_be_learnt(train_data, config.min_freq)
    return Encoded(train_data, encode_pairs(*_columns(val_pairs), *vocabs, config.num_steps), *vocabs)


def checked_pairs(pairs: Iterable[tuple[str, str]]) -> list[SentencePair]:
    """The pairs as a list.

    Raises:
        TypeError: a text, a table or a mapping; the message has the line that works.
        ValueError: something in it is no pair of texts, or it has fewer than two distinct sources.
    """
    if isinstance(pairs, str):
        raise TypeError(
            f"pairs is the text {pairs[:40]!r}; expected (source, target) texts: load_pairs({pairs[:40]!r})"
        )
    if isinstance(pairs, Mapping) and all(isinstance(value, str) for value in pairs.values()):
        raise TypeError("pairs is a mapping; expected (source, target) texts: pairs.items()")
    # a DataFrame or a Dataset, of whichever library, or a mapping from names to columns
    names = list(getattr(pairs, "columns", getattr(pairs, "column_names", ())))
    if len(names) > 1 or isinstance(pairs, Mapping):
        raise TypeError(
            "pairs is a table; expected (source, target) texts, as in zip(table[{!r}], table[{!r}])".format(
                *_two_names(names or pairs)
            )
        )
    found = pairs.tolist() if hasattr(pairs, "tolist") else list(pairs)
    for i, pair in enumerate(found):
        if isinstance(pair, Mapping):
            inside, row = next(((f"[{k!r}]", v) for k, v in pair.items() if isinstance(v, Mapping)), ("", pair))
            raise TypeError(
                "pair {0} is a mapping; expected two texts, (source, target), as in "
                "[(row{1}[{2!r}], row{1}[{3!r}]) for row in pairs]".format(i, inside, *_two_names(row))
            )
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2 or not _are_texts(pair):
            raise ValueError(f"pair {i} is {pair!r}; expected two texts, (source, target)")
    if len({source_key(source) for source, _ in found}) < 2:
        raise ValueError(
            f"{len(found)} pairs with fewer than two distinct sources; a translator needs more to learn from: see "
            "load_pairs()"
        )
    return [SentencePair(*pair) for pair in found]


def corpus_fingerprint(pairs: Sequence[SentencePair]) -> str:
    """A short hash of the pairs, in order: which corpus was this trained on?"""
    text = "\n".join(f"{source}\t{target}" for source, target in pairs)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _two_names(names: Iterable[Any]) -> tuple[Any, Any]:
    first, second, *_ = (*names, "source", "target")
    return first, second


def _are_texts(pair: Sequence[Any]) -> bool:
    return all(isinstance(text, str) for text in pair)


def _columns(pairs: Sequence[SentencePair]) -> tuple[list[list[str]], list[list[str]]]:
    return tokenize_all([source for source, _ in pairs]), tokenize_all([target for _, target in pairs])


def _warn_if_cut(sources: list[list[str]], targets: list[list[str]], num_steps: int) -> None:
    num_cut = sum(len(s) >= num_steps or len(t) >= num_steps for s, t in zip(sources, targets, strict=True))
    if num_cut:
        warnings.warn(
            f"{num_cut} of {len(sources)} training pairs cut to num_steps={num_steps} tokens, <eos> "
            "included; raise num_steps to keep them whole",
            stacklevel=4,
        )


def _warn_if_little_is_to_be_learnt(data: Batch, min_freq: int) -> None:
    for side, ids, lengths in (("source", data.source, data.source_len), ("target", data.target, data.target_len)):
        num_unknown, num_words = int(ids.eq(Vocab.unk_id).sum()), int(lengths.sum()) - len(lengths)
        if num_unknown > MOSTLY * num_words:
            warnings.warn(
                f"{num_unknown} of {num_words} {side} words are <unk> (min_freq={min_freq}), and so will be most of "
                "what is translated: give more pairs, or a lower min_freq",
                stacklevel=4,
            )
    if len(data.target) > 1 and bool(data.target.eq(data.target[0]).all()):
        warnings.warn("all targets are the same sentence: there is nothing to translate", stacklevel=4)


def warn_if_sources_cut(token_lists: Sequence[Sequence[str]], num_steps: int) -> None:
    """Say that sentences to be translated are longer than any that the translator was trained on."""
    num_cut = sum(len(tokens) >= num_steps for tokens in token_lists)
    if num_cut:
        warnings.warn(
            f"{num_cut} of {len(token_lists)} sentences cut to their first {num_steps - 1} tokens, the length this "
            "translator was trained for (num_steps)",
            stacklevel=3,
        )
