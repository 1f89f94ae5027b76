"""The whole model: the encoder reads, its state starts the decoder, the decoder writes (lesson 05)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from seq2seq_lessons.attention import AttentionDecoder
from seq2seq_lessons.cells import CELLS
from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder
from seq2seq_lessons.encoder import Seq2SeqEncoder


@dataclass(frozen=True)
class ModelConfig:
    """The sizes of both halves.

    Args:
        embed_size: numbers per token.
        num_hiddens: numbers per hidden state; the context vector has as many.
        num_layers: GRU layers in each half.
        dropout: between layers, while training.
        cell: "gru" or "lstm", in both halves (lesson 13).
        bidirectional: the encoder reads both ways, with half of num_hiddens for each (lesson 13).
        attention: the decoder looks at all of the encoder's outputs instead of one context vector (lesson 13).

    Raises:
        ValueError: a size below 1, a dropout outside [0, 1), or another cell. An odd num_hiddens with bidirectional is
            refused by the encoder.
    """

    embed_size: int = 128
    num_hiddens: int = 256
    num_layers: int = 1
    dropout: float = 0.0
    cell: str = "gru"
    bidirectional: bool = False
    attention: bool = False

    def __post_init__(self):
        for name in ("embed_size", "num_hiddens", "num_layers"):
            check_setting(self, name, "a whole number of at least 1", lambda v: is_whole(v) and v >= 1)
        check_setting(self, "dropout", "a probability from 0 to below 1", lambda v: 0 <= v < 1)
        check_setting(self, "cell", " or ".join(map(repr, CELLS)), lambda v: v in CELLS)
        for name in ("bidirectional", "attention"):
            check_setting(self, name, "True or False", lambda v: isinstance(v, bool))


def check_setting(config: object, name: str, expected: str, is_right: Callable[[Any], bool]) -> None:
    """Refuse a dataclass's field: ValueError with its name, its value and what was expected."""
    value = getattr(config, name)
    try:
        right = is_right(value)
    except TypeError:
        right = False
    if not right:
        raise ValueError(f"{name} is {value!r}; expected {expected}")


def is_whole(value: Any) -> bool:
    """An int; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool)


class EncoderDecoder(nn.Module):
    """An encoder and a decoder as one model."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, enc_X: Tensor, dec_X: Tensor, enc_valid_len: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """One teacher-forced pass.

        Args:
            enc_X: source ids `(batch, source_steps)` int64.
            dec_X: what the decoder is fed, ids `(batch, target_steps)` int64.
            enc_valid_len: real tokens per source, `(batch,)` int64, best on the host.

        Returns:
            logits `(batch, target_steps, target_vocab)`, and the decoder's last state.
        """
        enc_outputs = self.encoder(enc_X, enc_valid_len)
        return self.decoder(dec_X, self.decoder.init_state(enc_outputs, enc_valid_len))


def build_model(config: ModelConfig, source_vocab_size: int, target_vocab_size: int) -> EncoderDecoder:
    """A freshly initialised model: Xavier-uniform weights, drawn from torch's CPU generator."""
    sizes = (config.embed_size, config.num_hiddens, config.num_layers, config.dropout, config.cell)
    decoder_class = AttentionDecoder if config.attention else Seq2SeqDecoder
    model = EncoderDecoder(
        Seq2SeqEncoder(source_vocab_size, *sizes, config.bidirectional), decoder_class(target_vocab_size, *sizes)
    )
    model.apply(xavier_init)
    return model


def xavier_init(module: nn.Module) -> None:
    """Draw the weights of a Linear, GRU or LSTM module Xavier-uniformly, as the article does; for `model.apply`.

    A GRU's three gates lie stacked in one matrix, and the draw sees fan-out 3H instead of H (lesson 08 measures it).

    Source: Glorot and Bengio 2010.
    """
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
    if isinstance(module, (nn.GRU, nn.LSTM)):
        for name, parameter in module.named_parameters():
            if name.startswith("weight"):
                nn.init.xavier_uniform_(parameter)
