"""A translator: model, vocabularies and settings in one object (lesson 00)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Unpack, overload

import torch
from torch import Tensor

from seq2seq_lessons import __version__
from seq2seq_lessons.beam import check_search
from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.decoder import DecoderState
from seq2seq_lessons.decoding import Choose, Edit, Step, beam_search, decode, greedy, inference, most_probable
from seq2seq_lessons.model import EncoderDecoder, build_model
from seq2seq_lessons.support.device import pick_device
from seq2seq_lessons.support.pairs import checked_pairs, corpus_fingerprint, encode_split, warn_if_sources_cut
from seq2seq_lessons.support.storage import read_folder, write_folder
from seq2seq_lessons.support.tracing import DecodingTrace, check_traceable, trace_ids
from seq2seq_lessons.text import SPECIAL_TOKENS, Vocab, pad_rows, tokenize
from seq2seq_lessons.training import Fitting, History, Trainer

Texts = list[str] | tuple[str, ...]
TRANSLATE_BATCH_SIZE = 256


class Translator:
    """A trained model that turns sentences into sentences.

    Make one with `Translator.train(pairs)` or `Translator.load(folder)`; its `.history` tells how the training went.
    """

    def __init__(
        self,
        model: EncoderDecoder,
        source_vocab: Vocab,
        target_vocab: Vocab,
        model_config: ModelConfig,
        train_config: TrainConfig,
        history: History | None = None,
        corpus: str = "",
    ):
        self.model = model
        self.source_vocab, self.target_vocab = source_vocab, target_vocab
        self.model_config, self.train_config = model_config, train_config
        self.history = history if history is not None else History()
        self.corpus = corpus

    @classmethod
    def train(
        cls,
        pairs: Iterable[tuple[str, str]],
        model: ModelConfig | None = None,
        training: TrainConfig | None = None,
        **fitting: Unpack[Fitting],
    ) -> "Translator":
        """Train a new translator.

        Args:
            pairs: (source, target) sentences, two distinct sources at least.
            model: the sizes; `ModelConfig()` when left out.
            training: how to train; `TrainConfig()` when left out.
            **fitting: on_epoch, progress, checkpoint and resume, see `training.Trainer.fit`.

        Raises:
            TypeError: a text, a table or mappings instead of pairs; the message has the line that works.
            ValueError: too few pairs, or pairs that are not (source, target) text.
        """
        model, training, pairs = model or ModelConfig(), training or TrainConfig(), checked_pairs(pairs)
        data = encode_split(pairs, training)
        with torch.random.fork_rng([]):
            torch.manual_seed(training.seed)
            network = build_model(model, len(data.source_vocab), len(data.target_vocab))
        history = Trainer(network, data.train_data, training, data.val_data).fit(**fitting)
        corpus = corpus_fingerprint(pairs)
        return cls(network, data.source_vocab, data.target_vocab, model, training, history, corpus)

    def train_more(
        self, pairs: Iterable[tuple[str, str]], training: TrainConfig | None = None, **fitting: Unpack[Fitting]
    ) -> History:
        """Go on training from the weights that there are. The vocabularies stay: words that they lack are `<unk>`.

        Args:
            pairs, **fitting: as in `train`.
            training: how to train; as before when left out. It becomes the translator's.

        Returns:
            the new run's history, which becomes the translator's.

        Raises what `train` does.
        """
        training, pairs = training or self.train_config, checked_pairs(pairs)
        data = encode_split(pairs, training, (self.source_vocab, self.target_vocab))
        self.history = Trainer(self.model, data.train_data, training, data.val_data).fit(**fitting)
        self.train_config, self.corpus = training, f"{self.corpus}+{corpus_fingerprint(pairs)}"
        return self.history

    @property
    def device(self) -> torch.device:
        """Where the model lies."""
        return next(self.model.parameters()).device

    @overload
    def translate(self, sentences: str, beam_width: int = 1, length_penalty: float = 1.0) -> str: ...
    @overload
    def translate(self, sentences: Texts, beam_width: int = 1, length_penalty: float = 1.0) -> list[str]: ...
    @overload
    def translate(
        self, sentences: str | Texts, beam_width: int, length_penalty: float = 1.0, *, num_best: int
    ) -> list[Any]: ...
    def translate(self, sentences, beam_width=1, length_penalty=1.0, num_best=None):
        """Translate one sentence, or a list of them in batches.

        Args:
            sentences: text, or texts.
            beam_width: 1 is greedy; with more, beam search of that width, slower and usually a little better.
            length_penalty: of the beam search (`decoding.beam_search`).
            num_best: how many translations of each sentence to return, at most beam_width; None for the best alone.

        Returns:
            the target tokens joined by spaces; an empty sentence has the empty translation. A list for a list. With
            num_best a list in place of each translation, the best first.

        Raises:
            TypeError: neither text nor a sequence of texts.
            ValueError: a beam_width, num_best or length_penalty that is out of its range.
        """
        check_search(beam_width, length_penalty, num_best)
        is_one = isinstance(sentences, str)
        texts = [sentences] if is_one else sentences
        if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
            raise TypeError("translate takes a sentence (str) or a list of sentences")
        token_lists = [tokenize(text) for text in texts]
        warn_if_sources_cut(token_lists, self.train_config.num_steps)
        found = [[""] for _ in texts]
        # sentences of similar length together; empty ones need no model
        order = sorted((i for i, tokens in enumerate(token_lists) if tokens), key=lambda i: -len(token_lists[i]))
        for start in range(0, len(order), TRANSLATE_BATCH_SIZE):
            rows = order[start : start + TRANSLATE_BATCH_SIZE]
            batch = self._search([token_lists[i] for i in rows], beam_width, length_penalty, num_best or 1)
            for i, best in zip(rows, batch, strict=True):
                found[i] = [" ".join(self.target_vocab.decode(ids)) for ids in best]
        translations = found if num_best is not None else [best[0] for best in found]
        return translations[0] if is_one else translations

    def _search(
        self, token_lists: Sequence[Sequence[str]], beam_width: int, length_penalty: float, num_best: int
    ) -> list[list[list[int]]]:
        """The ids of each sentence's best translations."""
        X, valid_len = self._encode(token_lists)
        how = (self.target_vocab.bos_id, self.target_vocab.eos_id, self.train_config.num_steps)
        if beam_width == 1:
            return [[ids] for ids in greedy(self.model, X, valid_len, *how)]
        found = beam_search(self.model, X, valid_len, *how, beam_width, length_penalty, num_best)
        return [[hypothesis.ids for hypothesis in hypotheses] for hypotheses in found]

    def read(self, sentence: str) -> DecoderState:
        """Let the encoder read a sentence (ValueError without a token): the state that the decoder starts from."""
        with inference(self.model):
            return self.model.init_state(*self._encode([self._tokens(sentence)]))

    def write(
        self,
        state: DecoderState,
        choose: Choose = most_probable,
        max_steps: int | None = None,
        edit: Edit | None = None,
    ) -> list[Step]:
        """Let the decoder write one sentence: every step, see `decoding.decode`.

        Args:
            state: what it starts from, for example what `read` returned.
            choose, edit: as in `decoding.decode`.
            max_steps: as there; `num_steps` of the training when left out.
        """
        with inference(self.model):
            return list(decode(self.model, state, choose, max_steps or self.train_config.num_steps, edit=edit))

    def trace(self, sentence: str, k: int = 10) -> DecodingTrace:
        """Translate one sentence greedily and keep all that happens on the way, on the CPU.

        Args:
            sentence: text with at least one token.
            k: how many of the most probable tokens to list per step.

        Raises:
            ValueError: the sentence is empty, or the model is no plain GRU encoder-decoder with one context vector.
        """
        check_traceable(self.model_config)
        tokens = self._tokens(sentence)
        warn_if_sources_cut([tokens], self.train_config.num_steps)
        X, _ = self._encode([tokens])
        return trace_ids(self.model, X, (self.source_vocab, self.target_vocab), self.write, k)

    def save(self, folder: str | Path) -> None:
        """Store the translator in a folder (made if missing), replacing an older one only when all is written.

        Raises:
            NotADirectoryError: `folder` is a file.
            OSError: the disk is full or read-only; an older model in the folder stands.
        """
        description = {
            "package_version": __version__,
            "corpus": self.corpus,
            "model": asdict(self.model_config),
            "training": asdict(self.train_config),
            "history": asdict(self.history),
            "source_tokens": self.source_vocab.tokens[len(SPECIAL_TOKENS) :],
            "target_tokens": self.target_vocab.tokens[len(SPECIAL_TOKENS) :],
        }
        write_folder(folder, "model", self.model.state_dict(), description)

    @classmethod
    def load(cls, folder: str | Path, device: str = "auto") -> "Translator":
        """The translator that `save` stored, on the given device.

        Raises:
            FileNotFoundError: no saved translator there.
            ValueError: it is damaged, incomplete, or from a newer version; the message says which.
        """
        tensors, description = read_folder(folder, "model")
        try:
            source_vocab, target_vocab = Vocab(description["source_tokens"]), Vocab(description["target_tokens"])
            model_config = ModelConfig(**description["model"])
            train_config = TrainConfig(**description["training"])
            history = History(**description["history"])
            network = build_model(model_config, len(source_vocab), len(target_vocab))
            network.load_state_dict(tensors)
        except (KeyError, TypeError, RuntimeError, AttributeError, ValueError) as error:
            path, reason = Path(folder) / "model.json", " ".join(str(error).split("\n", 2)[:2])
            raise ValueError(
                f"{path} and its weights do not describe a translator of this version ({reason}): train "
                "again, or install the version that saved it"
            ) from error
        network.to(pick_device(device))
        return cls(network, source_vocab, target_vocab, model_config, train_config, history, description["corpus"])

    def _tokens(self, sentence: str) -> list[str]:
        if tokens := tokenize(sentence):
            return tokens
        raise ValueError(f'the sentence {sentence!r} has no token to read; give one such as "I\'m home."')

    def _encode(self, token_lists: Sequence[Sequence[str]]) -> tuple[Tensor, Tensor]:
        X, valid_len = pad_rows(token_lists, self.source_vocab, self.train_config.num_steps)
        return X.to(self.device), valid_len
