"""The whole model: the encoder reads, its state starts the decoder, the decoder writes (lesson 05)."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from seq2seq_lessons.attention import AttentionDecoder
from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder
from seq2seq_lessons.encoder import Seq2SeqEncoder


class EncoderDecoder(nn.Module):
    """An encoder and a decoder as one model."""

    def __init__(self, encoder: Seq2SeqEncoder, decoder: Seq2SeqDecoder):
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
        return self.decoder(dec_X, self.init_state(enc_X, enc_valid_len))

    def init_state(self, enc_X: Tensor, enc_valid_len: Tensor | None = None) -> DecoderState:
        """Read the sources: the state that the decoder starts from."""
        return self.decoder.init_state(self.encoder(enc_X, enc_valid_len), enc_valid_len)


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


@contextmanager
def inference(model: nn.Module) -> Iterator[None]:
    """No gradients and no dropout inside the block; afterwards every module is in the mode that it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, was_training in modes:
            module.training = was_training
