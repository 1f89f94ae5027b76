"""What the engine's tests share: a toy corpus, random models and batches, and comparisons."""

import hashlib

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.encoder import Seq2SeqEncoder
from seq2seq_lessons.model import EncoderDecoder, build_model
from seq2seq_lessons.text import Batch, Vocab
from seq2seq_lessons.translator import Translator

NAMES = ("anna", "ben", "clara", "david", "emma")
VERBS = {"sings": "chante", "sleeps": "dort", "reads": "lit", "laughs": "rit"}
PAIRS = [SentencePair(f"{name} {verb}.", f"{name} {verbe}.") for name in NAMES for verb, verbe in VERBS.items()]
PAIRS += [
    SentencePair(f"{name} never {verb} today.", f"{name} ne {verbe} jamais aujourd'hui.")
    for name in NAMES
    for verb, verbe in VERBS.items()
]

MODEL = ModelConfig(embed_size=16, num_hiddens=32, num_layers=2)
TRAINING = TrainConfig(epochs=40, batch_size=8, lr=0.01, min_freq=1, num_steps=12, precision="float32", device="cpu")
# enough for tests of what training does, not of what it learns
TINY = ModelConfig(embed_size=5, num_hiddens=6, num_layers=2, dropout=0.3)
BRIEFLY = TrainConfig(epochs=4, batch_size=8, min_freq=1, num_steps=12, precision="float32", device="cpu")

seeds = st.integers(0, 2**32 - 1)
SWAPS = st.tuples(st.sampled_from(["gru", "lstm"]), st.booleans(), st.booleans())  # cell, bidirectional, attention
lengths = st.lists(st.integers(1, 7), min_size=1, max_size=6)


def assert_same(got: Tensor | tuple, expected: Tensor | tuple) -> None:
    """Equal to 1e-10 in float64, which leaves room for the order of additions and for nothing else."""
    if isinstance(expected, tuple):  # an LSTM's (h, c)
        assert len(got) == len(expected)
        for part, expected_part in zip(got, expected, strict=True):
            assert_same(part, expected_part)
        return
    assert got.dtype == expected.dtype == torch.float64
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-10)


@st.composite
def models(draw, max_layers: int = 3, max_vocab: int = 12, swaps: bool = False) -> EncoderDecoder:
    """A random float64 model in eval mode, biases included: no bias is left at zero where a mistake could hide.

    With swaps it may be an LSTM, read both ways, use attention, or all three.
    """
    cell, both_ways, attention = draw(SWAPS) if swaps else ("gru", False, False)
    num_hiddens = draw(st.integers(1, 8)) if not both_ways else 2 * draw(st.integers(1, 4))
    config = ModelConfig(
        draw(st.integers(1, 6)), num_hiddens, draw(st.integers(1, max_layers)), 0.0, cell, both_ways, attention
    )
    torch.manual_seed(draw(seeds))
    model = build_model(config, draw(st.integers(5, max_vocab)), draw(st.integers(5, max_vocab))).double().eval()
    for name, parameter in model.named_parameters():
        if "bias" in name:
            nn.init.normal_(parameter)
    return model


def random_translator(decoder_class, vocab: Vocab, num_steps: int, seed: int) -> Translator:
    """Random weights, large enough that sentences differ; what holds for any weights needs no training."""
    sizes = ModelConfig(5, 7, 2)
    torch.manual_seed(seed)
    model = EncoderDecoder(Seq2SeqEncoder(len(vocab), 5, 7, 2), decoder_class(len(vocab), 5, 7, 2))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter *= 4
    return Translator(model, vocab, vocab, sizes, TrainConfig(num_steps=num_steps, device="cpu"))


def random_ids(vocab_size: int, valid_len: list[int], seed: int, extra_pads: int = 0) -> Tensor:
    """Rows of random words, then `<eos>`, then `<pad>`: (batch, longest + extra_pads) int64."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.full((len(valid_len), max(valid_len) + extra_pads), Vocab.pad_id)
    for row, n in zip(ids, valid_len, strict=True):
        row[: n - 1] = torch.randint(4, vocab_size, (n - 1,), generator=generator)
        row[n - 1] = Vocab.eos_id
    return ids


def random_batch(
    model: EncoderDecoder, source_len: list[int], target_len: list[int], seed: int, extra_pads: int = 0
) -> Batch:
    """Random sentence pairs for a model, as a Batch in the given order."""
    return Batch(
        random_ids(model.encoder.embedding.num_embeddings, source_len, seed, extra_pads),
        torch.tensor(source_len),
        random_ids(model.decoder.embedding.num_embeddings, target_len, seed + 1, extra_pads),
        torch.tensor(target_len),
    )


@st.composite
def models_and_batches(draw, swaps: bool = False) -> tuple[EncoderDecoder, Batch]:
    """A random model (see `models`) and a padded batch for it, in any order of lengths."""
    model, source_len = draw(models(swaps=swaps)), draw(lengths)
    target_len = draw(st.lists(st.integers(1, 7), min_size=len(source_len), max_size=len(source_len)))
    return model, random_batch(model, source_len, target_len, draw(seeds) >> 1, draw(st.integers(0, 3)))


def alone(batch: Batch, i: int) -> Batch:
    """The i-th pair of a batch by itself, without padding."""
    n, m = int(batch.source_len[i]), int(batch.target_len[i])
    return Batch(
        batch.source[i : i + 1, :n],
        batch.source_len[i : i + 1],
        batch.target[i : i + 1, :m],
        batch.target_len[i : i + 1],
    )


def digest(model: nn.Module) -> str:
    """A hash of every weight's bits."""
    h = hashlib.sha256()
    for name, tensor in model.state_dict().items():
        h.update(name.encode() + tensor.cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return h.hexdigest()
