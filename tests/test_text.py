"""Tokens, vocabulary, padding, valid lengths, batches."""

import unicodedata
from collections import Counter
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.text import (
    SPECIAL_TOKENS,
    Batch,
    Vocab,
    batches,
    drop_words,
    encode_pairs,
    pad_rows,
    tokenize,
    tokenize_all,
)
from tests.toy import lengths, random_ids, seeds

words = st.text("abcé'", min_size=1, max_size=3)
sentences = st.lists(words, max_size=9)


def articles_tokens(sentence: str) -> list[str]:
    """The article's rule, character by character: a space before , . ! ? unless there is one already."""
    spaced = ""
    for character in sentence.lower():
        if character in ",.!?" and not spaced.endswith(" "):
            spaced += " "
        spaced += character
    return [token for token in spaced.split(" ") if token]


@given(st.from_regex(r"( ?[aZé]+(['-][aZé]+)*){1,4} ?[,.!?]?", fullmatch=True))
def test_a_plain_sentence_is_split_as_in_the_article(sentence):
    assert tokenize(sentence) == articles_tokens(sentence)


@pytest.mark.parametrize(
    ("sentence", "tokens"),
    [
        ("Go.", ["go", "."]),
        ("I'm home.", ["i'm", "home", "."]),
        ("J'ai faim !", ["j'ai", "faim", "!"]),
        ("Ça va\u202f?", ["ça", "va", "?"]),  # narrow no-break space
        ("«\u00a0Oui\u00a0»", ["«", "oui", "»"]),  # no-break spaces
        ("J\u2019ai", ["j'ai"]),  # curly apostrophe
        ("Cafe\u0301", ["caf\u00e9"]),  # e and a combining accent
        ("Why?!", ["why", "?", "!"]),
        ("Hello,world", ["hello", ",", "world"]),
        ("Wait...what?", ["wait", ".", ".", ".", "what", "?"]),
        (
            "(\u201cYes\u201d; [no]: a/b)",
            ["(", "\u201c", "yes", "\u201d", ";", "[", "no", "]", ":", "a", "/", "b", ")"],
        ),
        ("1,000.50 \u20ac", ["1,000.50", "\u20ac"]),
        ("3, 4,5. 6.", ["3", ",", "4,5", ".", "6", "."]),
        ("1st 7.30am -5", ["1st", "7.30am", "-", "5"]),
        ("est-ce peut-être aujourd'hui t'-il", ["est-ce", "peut-être", "aujourd'hui", "t", "'", "-", "il"]),
        ("'tis the dogs' a--b", ["'", "tis", "the", "dogs", "'", "a", "-", "-", "b"]),
        (
            "\u0643\u064a\u0641\u061f \u0646\u0639\u0645\u060c",
            ["\u0643\u064a\u0641", "\u061f", "\u0646\u0639\u0645", "\u060c"],
        ),  # Arabic
        (
            "\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902\u0964",
            ["\u0939\u093f\u0928\u094d\u0926\u0940", "\u092e\u0947\u0902", "\u0964"],
        ),  # Hindi: signs in the word
        ("\u6211\u7231\u4f60\u3002OK", ["\u6211", "\u7231", "\u4f60", "\u3002", "ok"]),  # Chinese
        ("\u30ab\u306f\u732b\uff01", ["\u30ab", "\u306f", "\u732b", "\uff01"]),  # Japanese
        (
            "\u0e14\u0e35 \u0eab\u0ebb\u0e81 \u1780\u17b6",
            ["\u0e14\u0e35", "\u0eab\u0ebb", "\u0e81", "\u1780\u17b6"],
        ),  # Thai, Lao, Khmer, with their signs
        ("\uc548\ub155 \uc138\uacc4", ["\uc548\ub155", "\uc138\uacc4"]),  # Korean has spaces
        ("<eos> <pad>", ["<", "eos", ">", "<", "pad", ">"]),
        ("\tone \r\n two ", ["one", "two"]),
        ("   ", []),
        ("", []),
    ],
)
def test_tokens_of(sentence, tokens):
    assert tokenize(sentence) == tokens


@given(st.text(max_size=30))
def test_the_same_text_typed_in_another_way_has_the_same_tokens(text):
    tokens = tokenize(text)
    assert tokenize(unicodedata.normalize("NFD", text)) == tokens
    assert tokenize(" ".join(tokens)) == tokens
    assert all(token and not any(c.isspace() for c in token) for token in tokens)


@given(st.lists(st.text(max_size=20) | st.sampled_from(["ΟΔΟΣ", "\u0301e", "a\nb", "\u2028", "J’ai,\u00a0non!", ""])))
def test_all_at_once_are_the_tokens_of_each(sentences):
    assert tokenize_all(sentences) == [tokenize(sentence) for sentence in sentences]


@given(st.lists(sentences, max_size=6), st.integers(1, 3))
def test_a_vocabulary_is_ordered_by_frequency_then_alphabet(token_lists, min_freq):
    vocab = Vocab.build(token_lists, min_freq)
    counts = Counter(token for tokens in token_lists for token in tokens)
    assert vocab.tokens[:4] == list(SPECIAL_TOKENS) == ["<pad>", "<unk>", "<bos>", "<eos>"]
    assert (vocab.pad_id, vocab.unk_id, vocab.bos_id, vocab.eos_id) == (0, 1, 2, 3)
    kept = vocab.tokens[4:]
    assert set(kept) == {token for token, n in counts.items() if n >= min_freq}
    assert kept == sorted(kept, key=lambda token: (-counts[token], token))
    assert len(vocab) == 4 + len(kept)


def test_ties_go_from_a_to_z_whatever_comes_first():
    assert Vocab.build([["b", "a", "c", "c"]], min_freq=1).tokens[4:] == ["c", "a", "b"]


def test_a_word_seen_once_is_left_out_by_default():
    assert Vocab.build([["twice", "once"], ["twice"]]).tokens[4:] == ["twice"]


@given(st.text(max_size=8).map(lambda text: f"{text}<eos>{text}") | st.sampled_from(SPECIAL_TOKENS))
def test_no_token_of_a_text_is_a_special_one(text):
    assert not set(tokenize(text)) & set(SPECIAL_TOKENS)


@given(st.text(max_size=30))
def test_no_character_but_space_is_lost(text):
    wanted = unicodedata.normalize("NFC", text).lower().replace("\u2019", "'")
    assert "".join(tokenize(text)) == "".join(wanted.split())


def test_special_tokens_in_the_text_keep_their_ids():
    vocab = Vocab.build([["<eos>", "a", "<eos>", "<pad>"]], min_freq=1)
    assert vocab.tokens == [*SPECIAL_TOKENS, "a"]
    assert vocab.encode(["<eos>"]) == [vocab.eos_id]


@given(st.lists(sentences, max_size=6), sentences)
def test_decode_undoes_encode_except_for_unknown_words(token_lists, sentence):
    vocab = Vocab.build(token_lists, min_freq=1)
    ids = vocab.encode(sentence)
    assert vocab.decode(ids) == [token if token in vocab else "<unk>" for token in sentence]
    assert vocab.decode(torch.tensor(ids, dtype=torch.int64)) == vocab.decode(ids)


@pytest.mark.parametrize("wrong_id", [-1, 6])
def test_decoding_an_id_outside_the_vocabulary_says_which(wrong_id):
    with pytest.raises(IndexError, match=f"id {wrong_id} .*0 to 5"):
        Vocab(["a", "b"]).decode([4, wrong_id])


@pytest.mark.parametrize("tokens", [["a", "b", "a"], ["<unk>"]])
def test_a_vocabulary_refuses_repeats(tokens):
    with pytest.raises(ValueError, match="each token once"):
        Vocab(tokens)


@given(st.lists(sentences, max_size=6), st.integers(1, 12))
def test_rows_hold_the_tokens_then_eos_then_padding(token_lists, num_steps):
    vocab = Vocab(["a", "b", "é"])
    ids, valid_len = pad_rows(token_lists, vocab, num_steps)
    assert ids.dtype == valid_len.dtype == torch.int64
    assert valid_len.tolist() == [min(len(tokens), num_steps - 1) + 1 for tokens in token_lists]
    assert ids.shape == (len(token_lists), max(valid_len.tolist(), default=0))
    for row, n, tokens in zip(ids.tolist(), valid_len.tolist(), token_lists, strict=True):
        assert row[: n - 1] == vocab.encode(tokens)[: n - 1]
        assert row[n - 1] == vocab.eos_id  # also where the sentence was cut
        assert row[n:] == [vocab.pad_id] * (ids.shape[1] - n)


def test_a_row_needs_room_for_eos():
    with pytest.raises(ValueError, match="num_steps is 0"):
        pad_rows([["a"]], Vocab(["a"]), 0)


def test_sources_and_targets_are_as_many():
    with pytest.raises(ValueError, match="2 sources and 1 targets"):
        encode_pairs([["a"], ["a"]], [["a"]], Vocab(["a"]), Vocab(["a"]), 5)


def test_encoding_pairs_takes_each_sides_own_vocabulary():
    data = encode_pairs([["a", "b"]], [["b"]], Vocab(["a", "b"]), Vocab(["b"]), 5)
    assert data.source.tolist() == [[4, 5, 3]] and data.source_len.tolist() == [3]
    assert data.target.tolist() == [[4, 3]] and data.target_len.tolist() == [2]


def numbered_data(source_len: list[int], target_len: list[int]) -> Batch:
    """Pair i consists of the word 4 + i only, so that a row says which pair it is."""
    source, target = random_ids(5, source_len, 0), random_ids(5, target_len, 0)
    number = 4 + torch.arange(len(source_len))[:, None]
    return Batch(
        torch.where(source == Vocab.pad_id, source, number),
        torch.tensor(source_len),
        torch.where(target == Vocab.pad_id, target, number),
        torch.tensor(target_len),
    )


@st.composite
def data_to_cut(draw) -> Batch:
    source_len = draw(st.lists(st.integers(1, 6), min_size=0, max_size=30))
    target_len = draw(st.lists(st.integers(1, 6), min_size=len(source_len), max_size=len(source_len)))
    if not source_len:
        empty = torch.zeros(0, dtype=torch.int64)
        return Batch(torch.zeros(0, 0, dtype=torch.int64), empty, torch.zeros(0, 0, dtype=torch.int64), empty)
    return numbered_data(source_len, target_len)


@given(data_to_cut(), st.integers(1, 8), st.none() | seeds)
def test_batches_hold_every_pair_once_trimmed_and_sorted(data, batch_size, seed):
    cut = list(batches(data, batch_size, None if seed is None else torch.Generator().manual_seed(seed)))
    numbers = [int(row[0]) - 4 for batch in cut for row in batch.source]
    assert sorted(numbers) == list(range(len(data.source_len)))
    assert sum(len(batch.source) < batch_size for batch in cut) <= 1
    for batch in cut:
        assert batch.source.shape == (len(batch.source_len), batch.source_len.max())
        assert batch.target.shape == (len(batch.target_len), batch.target_len.max())
        assert batch.source_len.tolist() == sorted(batch.source_len.tolist(), reverse=True)
        for i, row in enumerate(batch.source[:, 0] - 4):
            for ids, valid_len, whole in (
                (batch.source[i], batch.source_len[i], data.source[row]),
                (batch.target[i], batch.target_len[i], data.target[row]),
            ):
                assert torch.equal(ids, whole[: len(ids)])
                assert int((whole != Vocab.pad_id).sum()) == int(valid_len)


@given(data_to_cut(), st.integers(1, 8), seeds)
def test_a_batch_holds_neighbours_by_length(data, batch_size, seed):
    cut = list(batches(data, batch_size, torch.Generator().manual_seed(seed)))

    def are_apart(sides) -> bool:
        """No sentence of one batch lies, by length, strictly between two of another."""
        spans = [sorted(zip(*(getattr(b, side).tolist() for side in sides), strict=True)) for b in cut]
        spans.sort(key=lambda span: (span[0], span[-1]))
        return all(one[-1] <= next_one[0] for one, next_one in pairwise(spans))

    assert are_apart(("target_len", "source_len")) or are_apart(("source_len", "target_len"))


@given(lengths, st.integers(1, 3), seeds)
def test_the_order_is_the_generators(source_len, batch_size, seed):
    data = numbered_data(source_len, source_len)
    first, second = (
        [b.source.tolist() for b in batches(data, batch_size, torch.Generator().manual_seed(seed))] for _ in range(2)
    )
    assert first == second


def test_another_seed_mixes_equal_lengths_and_batches_differently():
    data = numbered_data([3] * 20 + [5] * 20, [3] * 40)
    order = {
        seed: [tuple(b.source[:, 0].tolist()) for b in batches(data, 4, torch.Generator().manual_seed(seed))]
        for seed in (0, 1)
    }
    assert order[0] != order[1]
    assert {frozenset(rows) for rows in order[0]} != {frozenset(rows) for rows in order[1]}  # other batch mates
    widths = [b.source.shape[1] for b in batches(data, 4, torch.Generator().manual_seed(0))]
    assert widths not in ([3] * 5 + [5] * 5, [5] * 5 + [3] * 5)  # batches come in random order, not by length


def test_without_a_generator_the_order_is_fixed_and_by_length():
    data = numbered_data([2, 5, 2, 4], [2, 5, 2, 4])
    orders = [[b.source[:, 0].tolist() for b in batches(data, 2)] for _ in range(2)]
    assert orders[0] == orders[1]
    assert sorted(orders[0]) == [[4, 6], [5, 7]]


def test_moving_a_batch_moves_its_ids_and_leaves_its_lengths_on_the_host():
    batch = numbered_data([2, 1], [1, 1]).to("meta")
    assert batch.source.device.type == batch.target.device.type == "meta"
    assert batch.source_len.device.type == batch.target_len.device.type == "cpu"


def test_dropping_words():
    ids = torch.randint(0, 50, (100, 100), generator=torch.Generator().manual_seed(0))
    torch.manual_seed(1)
    dropped = drop_words(ids, 0.3)
    words = ids >= len(SPECIAL_TOKENS)
    assert torch.equal(dropped[~words], ids[~words])
    changed = dropped != ids
    assert (dropped[changed] == Vocab.unk_id).all()
    assert 0.28 < changed.sum() / words.sum() < 0.32
    torch.manual_seed(1)
    assert torch.equal(drop_words(ids, 0.3), dropped)


def test_no_dropping_tosses_no_coin():
    ids = torch.arange(10).reshape(2, 5)
    before = torch.get_rng_state()
    assert drop_words(ids, 0.0) is ids
    assert torch.equal(torch.get_rng_state(), before)


def test_dropping_words_waits_for_no_device():
    assert drop_words(torch.zeros(3, 4, dtype=torch.int64, device="meta"), 0.5).shape == (3, 4)


def test_what_shows_nothing_is_nothing():
    assert tokenize("\ufeffgo\u200bing to a co\u00adop .") == ["going", "to", "a", "coop", "."]
