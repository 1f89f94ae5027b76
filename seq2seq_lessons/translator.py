"""A translator: model, vocabularies and settings in one object (lesson 00)."""

import hashlib
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from seq2seq_lessons import __version__
from seq2seq_lessons.config import ModelConfig, TrainConfig, is_whole
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.decoding import beam_search, greedy, inference
from seq2seq_lessons.gru import Gates, run_gru
from seq2seq_lessons.model import EncoderDecoder, build_model
from seq2seq_lessons.support.device import pick_device
from seq2seq_lessons.support.storage import read_folder, write_folder
from seq2seq_lessons.text import SPECIAL_TOKENS, Vocab, encode_pairs, pad_rows, tokenize, tokenize_all
from seq2seq_lessons.training import BEFORE, History, split_by_source, train_seq2seq

TRANSLATE_BATCH_SIZE = 256


@dataclass(frozen=True)
class DecodingStep:
    """One step of decoding.

    fed: the token that the decoder read.
    token: the token that it wrote, the most probable one.
    probabilities: of every target token `(vocab,)`, in [0, 1], summing to 1.
    top: the most probable tokens with their probabilities, the best first.
    hidden: the decoder's state after the step `(num_layers, num_hiddens)`, in [-1, 1].
    gates: each layer's gates in this step, every tensor `(num_hiddens,)`.
    """

    fed: str
    token: str
    probabilities: Tensor
    top: list[tuple[str, float]]
    hidden: Tensor
    gates: list[Gates]


@dataclass(frozen=True)
class DecodingTrace:
    """All that happens when one sentence is translated.

    source_tokens: what the encoder reads, `<eos>` included; unknown words as `<unk>`.
    encoder_states: the encoder's state after each source token `(source_steps, num_layers, num_hiddens)`.
    encoder_gates: per layer and source token, every tensor `(num_hiddens,)`.
    context: `(num_hiddens,)`.
    steps: one for each token that the decoder writes, the last one `<eos>` unless the translation was cut.
    """

    source_tokens: list[str]
    encoder_states: Tensor
    encoder_gates: list[list[Gates]]
    context: Tensor
    steps: list[DecodingStep]

    @property
    def translation(self) -> str:
        """The tokens written, without `<eos>`, joined by spaces."""
        return " ".join(step.token for step in self.steps if step.token != "<eos>")


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
        pairs: Sequence[SentencePair],
        model: ModelConfig | None = None,
        training: TrainConfig | None = None,
        on_epoch: Callable[[History], None] | None = None,
        progress: bool = True,
        checkpoint: str | Path | None = None,
        resume: bool = False,
    ) -> "Translator":
        """Train a new translator.

        Args:
            pairs: (source, target) sentences, two distinct sources at least.
            model: the sizes; `ModelConfig()` when left out.
            training: how to train; `TrainConfig()` when left out.
            on_epoch, progress, checkpoint, resume: see `training.train_seq2seq`.

        Raises:
            ValueError: too few pairs, or pairs that are not (source, target) text.
        """
        model, training = model or ModelConfig(), training or TrainConfig()
        _check_pairs(pairs)
        train_pairs, val_pairs = split_by_source(pairs, training.val_fraction, training.seed)
        sources, targets = _tokenize_columns(train_pairs)
        source_vocab = Vocab.build(sources, training.min_freq)
        target_vocab = Vocab.build(targets, training.min_freq)
        _warn_if_cut(sources, targets, training.num_steps)
        train_data = encode_pairs(sources, targets, source_vocab, target_vocab, training.num_steps)
        val_data = encode_pairs(*_tokenize_columns(val_pairs), source_vocab, target_vocab, training.num_steps)
        with torch.random.fork_rng([]):
            torch.manual_seed(training.seed)
            network = build_model(model, len(source_vocab), len(target_vocab))
        history = train_seq2seq(
            network, train_data, training, target_vocab.bos_id, val_data, on_epoch, progress, checkpoint, resume
        )
        return cls(network, source_vocab, target_vocab, model, training, history, corpus_fingerprint(pairs))

    @property
    def device(self) -> torch.device:
        """Where the model lies."""
        return next(self.model.parameters()).device

    def translate(
        self, sentences: str | Sequence[str], beam_width: int = 1, length_penalty: float = 1.0
    ) -> str | list[str]:
        """Translate one sentence, or a list of them in batches.

        Args:
            sentences: text, or texts.
            beam_width: 1 is greedy; with more, beam search of that width, slower and usually a little better.
            length_penalty: of the beam search (`decoding.beam_search`).

        Returns:
            the target tokens joined by spaces; an empty sentence has the empty translation. A list for a list.

        Raises:
            TypeError: neither text nor a sequence of texts.
            ValueError: a beam_width that is no whole number of at least 1.
        """
        if not is_whole(beam_width) or beam_width < 1:
            raise ValueError(f"beam_width is {beam_width!r}; expected a whole number of at least 1 (1 is greedy)")
        is_one = isinstance(sentences, str)
        texts = [sentences] if is_one else sentences
        if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
            raise TypeError("translate takes a sentence (str) or a list of sentences")
        token_lists = [tokenize(text) for text in texts]
        self._warn_if_source_cut(token_lists)
        # sentences of similar length together; empty ones need no model
        order = sorted((i for i, tokens in enumerate(token_lists) if tokens), key=lambda i: -len(token_lists[i]))
        translations = [""] * len(texts)
        for start in range(0, len(order), TRANSLATE_BATCH_SIZE):
            rows = order[start : start + TRANSLATE_BATCH_SIZE]
            X, valid_len = self._encode([token_lists[i] for i in rows])
            how = (self.target_vocab.bos_id, self.target_vocab.eos_id, self.train_config.num_steps)
            if beam_width == 1:
                written = greedy(self.model, X, valid_len, *how)
            else:
                found = beam_search(self.model, X, valid_len, *how, beam_width, length_penalty)
                written = [hypotheses[0].ids for hypotheses in found]
            for i, ids in zip(rows, written, strict=True):
                translations[i] = " ".join(self.target_vocab.decode(ids))
        return translations[0] if is_one else translations

    def trace(self, sentence: str, k: int = 10) -> DecodingTrace:
        """Translate one sentence greedily and keep all that happens on the way, on the CPU.

        Args:
            sentence: text with at least one token.
            k: how many of the most probable tokens to list per step.

        Raises:
            ValueError: the sentence is empty, or the model is no plain GRU encoder-decoder with one context vector.
        """
        for name, expected in (("cell", "gru"), ("bidirectional", False), ("attention", False)):
            if (value := getattr(self.model_config, name)) != expected:
                raise ValueError(
                    f"trace follows a GRU's gates and one context vector; this one has {name}={value!r} "
                    f"(translate works): for a trace train with ModelConfig({name}={expected!r})"
                )
        tokens = tokenize(sentence)
        if not tokens:
            raise ValueError('there is no word to trace; give a sentence such as "i\'m home ."')
        self._warn_if_source_cut([tokens])
        vocab, (X, _) = self.target_vocab, self._encode([tokens])
        k = min(k, len(vocab))
        encoder, decoder = self.model.encoder, self.model.decoder
        with inference(self.model):
            embedded = encoder.embedding(X).permute(1, 0, 2)
            encoder_states, encoder_gates = _trace_gru(encoder.rnn, embedded, None)
            state = decoder.init_state(encoder(X))
            context, steps, last = state.context[0].cpu(), [], vocab.bos_id
            for _ in range(self.train_config.num_steps):
                fed = torch.tensor([[last]], device=self.device)
                inputs = torch.cat((decoder.embedding(fed).permute(1, 0, 2), state.context[None]), dim=2)
                _, gates = _trace_gru(decoder.rnn, inputs, state.hidden)
                logits, state = decoder(fed, state)
                probabilities = torch.softmax(logits[0, 0].float(), dim=0).cpu()
                best, written = probabilities.topk(k), int(logits[0, 0].argmax())
                top = list(zip(vocab.decode(best.indices), best.values.tolist(), strict=True))
                hidden = state.hidden[:, 0].cpu()
                token = vocab.tokens[written]
                steps.append(DecodingStep(vocab.tokens[last], token, probabilities, top, hidden, [g[0] for g in gates]))
                last = written
                if last == vocab.eos_id:
                    break
        read = self.source_vocab.decode(X[0].tolist())
        return DecodingTrace(read, encoder_states, encoder_gates, context, steps)

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
            train_config = TrainConfig(**BEFORE | description["training"])
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
        corpus = description.get("corpus", "")
        return cls(network, source_vocab, target_vocab, model_config, train_config, history, corpus)

    def _encode(self, token_lists: Sequence[Sequence[str]]) -> tuple[Tensor, Tensor]:
        X, valid_len = pad_rows(token_lists, self.source_vocab, self.train_config.num_steps)
        return X.to(self.device), valid_len

    def _warn_if_source_cut(self, token_lists: Sequence[Sequence[str]]) -> None:
        longest = self.train_config.num_steps - 1
        num_cut = sum(len(tokens) > longest for tokens in token_lists)
        if num_cut:
            warnings.warn(
                f"{num_cut} of {len(token_lists)} sentences cut to their first {longest} tokens, the length "
                "this translator was trained for (num_steps)",
                stacklevel=3,
            )


def corpus_fingerprint(pairs: Sequence[SentencePair]) -> str:
    """A short hash of the pairs, in order: which corpus was this trained on?"""
    text = "\n".join(f"{source}\t{target}" for source, target in pairs)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _trace_gru(rnn: torch.nn.GRU, X: Tensor, h0: Tensor | None) -> tuple[Tensor, list[list[Gates]]]:
    """One sentence through a GRU: states (steps, layers, hiddens), and gates[layer][step], each (hiddens,), on CPU."""
    hidden, states, gates = h0, [], [[] for _ in range(rnn.num_layers)]
    for t in range(len(X)):
        _, hidden, step_gates = run_gru(rnn, X[t : t + 1], hidden)
        states.append(hidden[:, 0])
        for layer, (g,) in enumerate(step_gates):
            gates[layer].append(Gates(*(part[0].cpu() for part in g)))
    return torch.stack(states).cpu(), gates


def _tokenize_columns(pairs: Sequence[SentencePair]) -> tuple[list[list[str]], list[list[str]]]:
    return tokenize_all([source for source, _ in pairs]), tokenize_all([target for _, target in pairs])


def _check_pairs(pairs: Sequence[SentencePair]) -> None:
    for i, pair in enumerate(pairs):
        if len(pair) != 2 or not all(isinstance(text, str) for text in pair):
            raise ValueError(f"pair {i} is {pair!r}; expected two texts, (source, target)")
    if len({source for source, _ in pairs}) < 2:
        raise ValueError(
            f"{len(pairs)} pairs with fewer than two distinct sources; a translator needs more to learn "
            "from: see load_pairs()"
        )


def _warn_if_cut(sources: list[list[str]], targets: list[list[str]], num_steps: int) -> None:
    num_cut = sum(len(s) >= num_steps or len(t) >= num_steps for s, t in zip(sources, targets, strict=True))
    if num_cut:
        warnings.warn(
            f"{num_cut} of {len(sources)} training pairs cut to num_steps={num_steps} tokens, <eos> "
            "included; raise num_steps to keep them whole",
            stacklevel=3,
        )
