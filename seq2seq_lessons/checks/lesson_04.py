"""Lesson 04: the decoder's first state, its input, the context that stays and the one that drifts."""

import torch
from torch import Tensor

from seq2seq_lessons.checks.comparing import difference
from seq2seq_lessons.checks.judging import Exercise, FunctionExercise, Prediction
from seq2seq_lessons.checks.running import Unanswered, guarded, is_stub
from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder
from seq2seq_lessons.support.results.contexts import DriftingDecoder

PREDICTIONS = {
    "4.1": Prediction(
        right="Each decoder layer goes on where the encoder's layer stopped: one vector per layer and sentence.",
        smaller="how many vectors, for each sentence, does a GRU of two layers need before it can read?",
        where="What the decoder starts from",
        expected={"starts_from": "state", "shape": (2, 3, 16)},
        mistakes=[
            (
                {"starts_from": "output"},
                "starts_from: output has a row for every word that was read. How many rows has a GRU to begin with?",
            ),
            (
                {"shape": (4, 3, 16)},
                "shape: that is a vector for each of the four source steps. The decoder's GRU has "
                "no use for steps that are over: what does it have two of?",
            ),
            ({"shape": (1, 3, 16)}, "shape: who gives the second layer its first state?"),
            ({"shape": (3, 2, 16)}, "shape: batch first? What stands before the batch in a GRU's state (lesson 02)?"),
            ({"shape": (3, 16)}, "shape: that is one layer's. How many layers has this decoder?"),
        ],
    ),
    "4.2": Prediction(
        right="repeat writes six copies of 48 numbers; expand writes none and reads the old 48 six times.",
        smaller="one letter copied six times, and one letter read by six people: how many words does each have "
        "to write?",
        where="Optional: repeat, expand, and what they write to memory",
        expected={"repeat": 288, "expand": 0},
        mistakes=[
            ({"expand": 288}, "expand: it looks like 288 numbers. Does anyone need to write the same row six times?"),
            ({"expand": 48}, "expand: the 48 numbers exist already, in the encoder's state. Are they moved?"),
            ({"expand": 240}, "expand: five rows more, you say. Is a row that is equal a row that is new?"),
            ({"repeat": 48}, "repeat: 48 is one step's worth. How many steps are there?"),
            ({"repeat": 240}, "repeat: it does not keep the original as its first row. How many rows does it write?"),
            ({"repeat": 0}, "repeat: its rows can be changed one by one, so they cannot all be the old one."),
            ({"repeat": 6}, "repeat: count numbers, not rows."),
        ],
    ),
    "4.3": Prediction(
        right="Steps first from the first permute to the last one, and the width goes 8, 24, 16, 17.",
        smaller="at one step, for one sentence: how many numbers has the word, how many have word and context "
        "end to end?",
        where="Beside every word",
        expected={"words": (6, 3, 8), "input": (6, 3, 24), "output": (6, 3, 16), "logits": (3, 6, 17)},
        mistakes=[
            ({"words": (3, 6, 8)}, "words: that is its shape before the permute."),
            ({"words": (6, 3, 24)}, "words: the context has not been joined to it yet."),
            ({"input": (6, 3, 8)}, "input: that is the word alone. How many numbers stand beside it?"),
            ({"input": (6, 3, 16)}, "input: that is the context alone, or a sum. Joined end to end, how many?"),
            ({"input": (12, 3, 8)}, "input: joined along the steps, the context would be read as words."),
            ({"input": (3, 6, 24)}, "input: it is batch first again: who has permuted it back?"),
            ({"output": (3, 6, 16)}, "output: what a GRU returns has its axes in the order of its input."),
            ({"output": (6, 3, 24)}, "output: the GRU reads 24 numbers; how many does it write?"),
            ({"output": (2, 3, 16)}, "output: that is the state. For what has output a row each?"),
            ({"logits": (6, 3, 17)}, "logits: that is its shape before the last permute."),
            ({"logits": (3, 6, 16)}, "logits: a score for every word of the vocabulary: how many words?"),
            ({"logits": (3, 17)}, "logits: at how many of its steps does a sentence get scores?"),
        ],
    ),
    "4.4": Prediction(
        right="Inside one call nobody looks at the state between steps; from call to call it is another one each time.",
        smaller="how often does forward ask for its context: in one call with six tokens, and in six calls with one?",
        where="The context that drifts",
        expected={"one_call": 0, "step_by_step": 2},
        mistakes=[
            ({"one_call": 2}, "one_call: forward asks for the context once per call. How many calls are there?"),
            ({"one_call": 1}, "one_call: the first state comes from init_state. What is its hidden[-1]?"),
            ({"step_by_step": 1}, "step_by_step: the first state comes from init_state. What is its hidden[-1]?"),
            ({"step_by_step": 0}, "step_by_step: after the first call, whose state is state.hidden[-1]?"),
            (
                {"step_by_step": 3},
                "step_by_step: how many tokens has the decoder read when hidden is no longer the encoder's?",
            ),
            ({"step_by_step": 6}, "step_by_step: you name the last step. How early does hidden change?"),
        ],
    ),
    "4.5": Prediction(
        right="What a model has learned to use must be there, and as it was, when it is used.",
        smaller="for each of the three: what stood beside the words in training, and what stands there in use?",
        where="Kept, drifting, or none at all?",
        expected={"lowest": "mismatch"},
        mistakes=[
            (
                {"lowest": "none"},
                "lowest: this one has learned to do without. Which of the three meets something in use that it has "
                "never met in training?",
            ),
            (
                {"lowest": "drifting"},
                "lowest: this one has met drifting contexts in training, too. Which of the three meets something in "
                "use that it has never met in training?",
            ),
            (
                {"lowest": "kept"},
                "lowest: the first model, used as it was trained, is none of the three: which of them are there?",
            ),
        ],
    ),
}

_generator = torch.Generator().manual_seed(4)


def _randn(*size: int) -> Tensor:
    return torch.randn(*size, generator=_generator)


# --- 4.1: the GRU's input


def _gru_input(embedded: Tensor, context: Tensor) -> Tensor:
    words = embedded.permute(1, 0, 2)
    return torch.cat((words, context.expand(len(words), -1, -1)), dim=2)


def _context_first(embedded: Tensor, context: Tensor) -> Tensor:
    return _gru_input(embedded, context).roll(context.shape[1], dims=2)


def _batch_first(embedded: Tensor, context: Tensor) -> Tensor:
    return _gru_input(embedded, context).permute(1, 0, 2)


def _words_reshaped(embedded: Tensor, context: Tensor) -> Tensor:
    batch, steps, embed = embedded.shape
    return torch.cat((embedded.reshape(steps, batch, embed), context.expand(steps, -1, -1)), dim=2)


def _owners_mixed(embedded: Tensor, context: Tensor) -> Tensor:
    steps = embedded.shape[1]
    rows = context.repeat_interleave(steps, dim=0).reshape(steps, len(context), -1)
    return torch.cat((embedded.permute(1, 0, 2), rows), dim=2)


def _at_the_first_step(embedded: Tensor, context: Tensor) -> Tensor:
    rows = torch.zeros(embedded.shape[1], *context.shape)
    rows[0] = context
    return torch.cat((embedded.permute(1, 0, 2), rows), dim=2)


def _one_for_all(embedded: Tensor, context: Tensor) -> Tensor:
    return _gru_input(embedded, context[:1].expand_as(context))


# --- 4.2 and 4.3: decoders that differ

_VOCAB_SIZE = 13
_SIZES = (_VOCAB_SIZE, 4, 6, 2)  # vocab, embed, hiddens, layers
_X = torch.tensor([[2, 5, 6, 7, 8], [2, 6, 5, 9, 7], [2, 7, 8, 5, 6]])  # only sentence 1 is fed the 9, at step 4


class _Decoder(Seq2SeqDecoder):
    """A decoder of the exercise: all have the same weights, but for what `change` does to them."""

    def __init__(self, name: str, change=None):
        super().__init__(*_SIZES)
        self.name = name
        with torch.no_grad():
            for weight in self.parameters():
                weight.copy_(0.8 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(weight.numel())))
            if change is not None:
                change(self)

    def __repr__(self) -> str:
        return f"the decoder {self.name}"


class _Drifting(DriftingDecoder, _Decoder):
    """The one of the lesson, with the exercise's weights."""


class _DriftingOnReturn(_Decoder):
    """Computes with the context that it is given, and hands on another: seen only by who keeps its own state."""

    def forward(self, X: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        logits, state = super().forward(X, state)
        return logits, state._replace(context=state.hidden[-1])


class _Rounding(_Decoder):
    def forward(self, X: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        logits, state = super().forward(X, state)
        return logits * (1 + 1e-6), state


def _another_nine(decoder: Seq2SeqDecoder) -> None:
    decoder.embedding.weight[9] += 1


def _another_bias(decoder: Seq2SeqDecoder) -> None:
    decoder.dense.bias.add_(1)


def _another_memory(decoder: Seq2SeqDecoder) -> None:
    decoder.rnn.get_parameter("weight_hh_l0").mul_(-1)


_encoded = torch.tanh(_randn(2, 3, 6))
_STATE = DecoderState(_encoded[-1], _encoded)
_EMPTY = DecoderState(_encoded[-1], torch.zeros(2, 3, 6))  # hides, for one step, how the old state is used

_RIGHT, _DRIFTING = _Decoder("that is right"), _Drifting("that drifts")
_PAIRS = [
    (_RIGHT, _DRIFTING, _X, _STATE),
    (_RIGHT, _Decoder("with the same weights"), _X, _STATE),
    (_RIGHT, _Decoder("with another vector for token 9", _another_nine), _X, _STATE),
    (_RIGHT, _Decoder("with another bias in dense", _another_bias), _X, _STATE),
    (_RIGHT, _Decoder("with another use of its old state", _another_memory), _X, _EMPTY),
    (_RIGHT, _Rounding("that rounds otherwise"), _X, _STATE),
    (_RIGHT, _DriftingOnReturn("whose returned context drifts"), _X, _STATE),
]


def _step_by_step(decoder, X: Tensor, state: DecoderState) -> tuple[Tensor, Tensor]:
    """Logits and top-layer states at each step, both with steps first."""
    logits, hidden = [], []
    for t in range(X.shape[1]):
        scores, state = decoder(X[:, t : t + 1], state)
        logits.append(scores[:, 0])
        hidden.append(state.hidden)
    return torch.stack(logits), torch.stack(hidden)


def _in_one_call(decoder, X: Tensor, state: DecoderState) -> Tensor:
    return decoder(X, state)[0].permute(1, 0, 2)


def _state_not_handed_on(decoder, X: Tensor, state: DecoderState) -> Tensor:
    return torch.stack([decoder(X[:, t : t + 1], state)[0][:, 0] for t in range(X.shape[1])])


def _same(a: Tensor, b: Tensor) -> bool:
    return torch.allclose(a, b, rtol=1e-4, atol=1e-5)


def _different(of, same=_same):
    """The learner's function: `of(decoder, X, state)` gives one tensor per step; the steps where they differ."""

    def steps(a, b, X: Tensor, state: DecoderState) -> list[int]:
        pairs = zip(of(a, X, state), of(b, X, state), strict=True)
        return [t for t, (left, right) in enumerate(pairs, start=1) if not same(left, right)]

    return steps


def _first(of, same=_same):
    steps = _different(of, same)
    return lambda *arguments: min(steps(*arguments), default=0)


def _logits_of(decoder, X: Tensor, state: DecoderState) -> Tensor:
    return _step_by_step(decoder, X, state)[0]


def _hidden_of(decoder, X: Tensor, state: DecoderState) -> Tensor:
    return _step_by_step(decoder, X, state)[1]


_all_steps = _different(_logits_of)


def _shared_state(a, b, X: Tensor, state: DecoderState) -> int:
    """Both decoders go on from what one of them returns."""
    for t in range(X.shape[1]):
        scores_a, after = a(X[:, t : t + 1], state)
        scores_b, state = b(X[:, t : t + 1], state)
        if not _same(scores_a, scores_b):
            return t + 1
    return 0


def _state_handed_across(a, b, X: Tensor, state: DecoderState) -> int:
    """b starts each step from what a has just returned."""
    for t in range(X.shape[1]):
        scores_a, state = a(X[:, t : t + 1], state)
        scores_b, state = b(X[:, t : t + 1], state)
        if not _same(scores_a, scores_b):
            return t + 1
    return 0


def _from_the_second_token(a, b, X: Tensor, state: DecoderState) -> int:
    step = _first(_logits_of)(a, b, X[:, 1:], state)
    return step + 1 if step else 0


# --- 4.2: the line that drifts


class _FromTheBottom(_Decoder):
    def forward(self, X: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        return super().forward(X, DecoderState(state.hidden[0], state.hidden))


class _FromTheFirstSentence(_Decoder):
    def forward(self, X: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        return super().forward(X, DecoderState(state.hidden[-1, :1].expand(len(X), -1), state.hidden))


_ARTICLE_MISTAKES = (
    (
        _RIGHT,
        "fed one by one, it agrees with the package's decoder: the context is still the one that was kept. Where "
        "does the line that drifts look?",
    ),
    (_FromTheBottom("from below"), "the context comes from the bottom layer: which index is the top one's?"),
    (
        _FromTheFirstSentence("of one sentence"),
        "every sentence reads sentence 0's context: hidden is (layers, batch, "
        "units). Which axis does the index belong to?",
    ),
)


def _judge_article_decoder(answer) -> str | None:
    """A class: what its decoder says, fed one by one, beside the drifting one and beside each misconception."""
    if not (isinstance(answer, type) and issubclass(answer, Seq2SeqDecoder)):
        return "expected a subclass of Seq2SeqDecoder: pass the class itself, without calling it."
    decoder = guarded(answer)(*_SIZES)
    decoder.load_state_dict(_RIGHT.state_dict())
    step = guarded(decoder)
    if is_stub(answer.forward):
        raise Unanswered
    first = step(_X[:, :1], _STATE)
    if not (isinstance(first, tuple) and len(first) == 2 and isinstance(first[1], DecoderState)):
        return "forward returns (logits, state), and the state is a DecoderState: what does the parent's return?"
    given = guarded(_logits_of)(step, _X, _STATE)
    if difference(given, _logits_of(_DRIFTING, _X, _STATE), 1e-5) is None:
        return None
    for decoder, hint in _ARTICLE_MISTAKES:
        if difference(given, _logits_of(decoder, _X, _STATE), 1e-5) is None:
            return hint
    return "fed one by one, its logits are not those of a decoder whose context is the top layer of the last state."


EXERCISES = {
    "4.1": FunctionExercise(
        right="Time first, and beside each word the context of its own sentence.",
        smaller="at one step, which two tensors stand side by side, and what are their shapes?",
        where="Beside every word",
        errors=[
            (
                "Sizes of tensors must match",
                "cat needs one length on each axis but the joined one: how many steps has your context, and how "
                "many sentences?",
            ),
            ("size of tensor", "the two are joined end to end and not added up: which call does that?"),
            ("same number of dimensions", "cat needs as many axes in both: which one is missing in the context?"),
        ],
        inputs=[(_randn(3, 5, 7), _randn(3, 4)), (_randn(6, 2, 3), _randn(6, 9))],
        expected=_gru_input,
        mistakes=[
            (
                _batch_first,
                "each word has its sentence's context, but batch stands first: what does a GRU take the "
                "first axis for?",
            ),
            (
                _context_first,
                "the context stands before the word. Either order could be learned, but a trained GRU's "
                "columns know one: which does the formula have?",
            ),
            (
                _words_reshaped,
                "the contexts are right, but the words have changed owners: reshape moves no number (lesson 03).",
            ),
            (
                _owners_mixed,
                "right shape, wrong owner: at step 0 every sentence hears sentence 0's context. Which "
                "axis of the context was missing, and where does it belong?",
            ),
            (
                lambda embedded, context: _batch_first(embedded, context).reshape(
                    embedded.shape[1], embedded.shape[0], -1
                ),
                "each word was beside its context, and then all changed owners: reshape moves no number (lesson 03).",
            ),
            (_one_for_all, "every sentence hears sentence 0's context. What is the context's axis 0?"),
            (_at_the_first_step, "only step 0 hears the context. What have the later steps to read beside the word?"),
            (lambda embedded, context: embedded.permute(1, 0, 2), "these are the words alone: where is the context?"),
        ],
    ),
    "4.2": Exercise(
        right="Your decoder asks the state that comes in, whosever it is.",
        smaller="hidden is (layers, batch, units): what is hidden[-1]?",
        where="The context that drifts",
        errors=[
            ("RecursionError", "your forward calls itself: whose forward should do the rest?"),
            ("attribute 'context'", "the parent wants the whole pair, by name: which call gives it another context?"),
            ("set attribute", "a pair cannot be changed: which call makes another one?"),
            ("RuntimeError", "the context is one vector per sentence, (batch, units): which shape has yours?"),
        ],
        judge=_judge_article_decoder,
    ),
    "4.3": FunctionExercise(
        right="It finds a difference in any sentence, forgives rounding, and hands the state on as decoding does.",
        smaller="after the first token, what has each decoder returned that it needs for its second?",
        where="The context that drifts",
        errors=[
            (
                "Boolean value of Tensor",
                "a comparison of tensors has an answer for each number: which call makes one of them?",
            ),
            ("permute", "the decoder is fed (batch, steps): how many axes has what you feed at one step?"),
        ],
        inputs=_PAIRS,
        expected=_first(_logits_of),
        mistakes=[
            (
                _first(_in_one_call),
                "it clears a decoder that drifts: you hand over all tokens in one call. Who takes "
                "a context from the state between two steps then?",
            ),
            (
                _first(_state_not_handed_on),
                "it clears a decoder that drifts: every step of yours starts from the "
                "first state. What does forward return beside the logits?",
            ),
            (
                _shared_state,
                "it clears a pair of which one returns another context: yours go on from one state. Whose?",
            ),
            (
                _state_handed_across,
                "it accuses two equal ones: the second reads each token in a state that has read it already. Whose?",
            ),
            (_from_the_second_token, "the first token is never fed: with which index does Python call the first?"),
            (
                _first(lambda *arguments: _logits_of(*arguments).argmax(dim=2)),
                "it clears a pair with the same best words and other numbers: what did the exercise ask to compare?",
            ),
            (
                lambda *arguments: max(min(_all_steps(*arguments), default=0) - 1, 0),
                "one too early: the first step is step 1.",
            ),
            (
                _first(lambda *arguments: _logits_of(*arguments)[:1]),
                "it looks at the first step only: what does a return inside the loop end?",
            ),
            (
                _first(lambda *arguments: _logits_of(*arguments)[:, 0]),
                "it clears a pair whose second sentence differs: logits has three rows. Which do you compare?",
            ),
            (
                _first(_hidden_of),
                "it clears a pair whose logits differ from the start: the states agree, what is "
                "computed from them does not. What did the exercise ask to compare?",
            ),
            (
                _first(_logits_of, torch.equal),
                "it accuses a pair over a rounding in the sixth digit: torch.allclose forgives it.",
            ),
            (
                lambda *arguments: max(_all_steps(*arguments), default=0),
                "that is the last step that differs: leave the loop at the first.",
            ),
            (lambda *arguments: len(_all_steps(*arguments)), "that is how many steps differ. Which is the first?"),
        ],
    ),
}
