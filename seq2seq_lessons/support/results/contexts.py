"""What becomes of a translator whose context is kept, drifts, or is missing: in training, in use, or in both.

Lesson 04 draws it. A result has for each seed the scores on held-out sources of "lessons" of three models, each used as
it was trained, and of a fourth way: the one that kept its context in training, drifting in use.
"""

from dataclasses import asdict, replace
from typing import Any

import torch
from torch import Tensor

from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import load_splits
from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder
from seq2seq_lessons.encoder import Seq2SeqEncoder
from seq2seq_lessons.evaluation import Report, corpus_report, group_references
from seq2seq_lessons.model import EncoderDecoder, xavier_init
from seq2seq_lessons.support.pairs import corpus_fingerprint, encode_split
from seq2seq_lessons.support.results import files
from seq2seq_lessons.support.shared_models import MODELS_VERSION
from seq2seq_lessons.training import Trainer
from seq2seq_lessons.translator import Translator

CORPUS = "lessons"
EVERY = 2  # of its training pairs, so that a training takes less than a minute
MODEL = ModelConfig(64, 128)
TRAINING = TrainConfig(
    epochs=2, batch_size=64, lr=0.01, val_fraction=0.02, min_freq=3, device="cpu", precision="float32"
)
NAMES = ("contexts",)
MISMATCH = "trained kept, used drifting"


class DriftingDecoder(Seq2SeqDecoder):
    """The article's decoder: each call takes its context from the state that it is given.

    In the first call that is the encoder's; called word by word, from the second on it is the decoder's own.
    """

    def forward(self, X: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """As `Seq2SeqDecoder.forward`."""
        return super().forward(X, state._replace(context=state.hidden[-1]))


class DriftingInTraining(DriftingDecoder):
    """A drifting decoder that goes word by word in training, too."""

    def forward(self, X: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """As `Seq2SeqDecoder.forward`."""
        pieces = []
        for fed in X.split(1, dim=1):
            logits, state = super().forward(fed, state)
            pieces.append(logits)
        return torch.cat(pieces, dim=1), state


class NoContext(Seq2SeqDecoder):
    """A decoder whose context is zeros: of the source it has its first state, and nothing else."""

    def init_state(self, enc_outputs: tuple[Tensor, Tensor], valid_len: Tensor | None = None) -> DecoderState:
        """As `Seq2SeqDecoder.init_state`."""
        context, hidden = super().init_state(enc_outputs, valid_len)
        return DecoderState(torch.zeros_like(context), hidden)


DECODERS = {"kept": Seq2SeqDecoder, "none": NoContext, "drifting": DriftingInTraining}


def stored() -> dict[str, list[Report]]:
    """The way to train and use the context -> its report for each seed.

    Raises:
        FileNotFoundError: no such result is stored.
    """
    seeds = files.read(*NAMES)["seeds"]
    return {way: [Report(**seed["reports"][way]) for seed in seeds] for way in (*DECODERS, MISMATCH)}


def made_of(name: str) -> dict[str, Any]:
    """What the result depends on: one that says otherwise in its file is out of date."""
    training = asdict(TRAINING)
    del training["seed"]
    return {
        "models_version": MODELS_VERSION,
        "corpus": {part: corpus_fingerprint(load_splits(CORPUS)[part]) for part in ("train", "random")},
        "every": EVERY,
        "model": asdict(MODEL),
        "training": training,
    }


def measure(name: str, seed: int) -> dict[str, Any]:
    """Train three models with one seed; their reports, and that of the fourth way."""
    splits, config = load_splits(CORPUS), replace(TRAINING, seed=seed)
    sources, references = group_references(splits["random"])
    data = encode_split(splits["train"][::EVERY], config)
    sizes = MODEL.embed_size, MODEL.num_hiddens, MODEL.num_layers
    source_vocab, target_vocab = data.source_vocab, data.target_vocab

    def report(model: EncoderDecoder) -> dict[str, Any]:
        translator = Translator(model, source_vocab, target_vocab, MODEL, config)
        return corpus_report(translator.translate(sources), references)._asdict()

    reports = {}
    for way, decoder_class in DECODERS.items():
        torch.manual_seed(seed)
        encoder, decoder = Seq2SeqEncoder(len(source_vocab), *sizes), decoder_class(len(target_vocab), *sizes)
        model = EncoderDecoder(encoder, decoder).apply(xavier_init)
        Trainer(model, data.train_data, config, data.val_data).fit(progress=False)
        reports[way] = report(model)
        if way == "kept":
            drifting = DriftingDecoder(len(target_vocab), *sizes)
            drifting.load_state_dict(decoder.state_dict())
            reports[MISMATCH] = report(EncoderDecoder(encoder, drifting))
    return {"seed": seed, "reports": reports}
