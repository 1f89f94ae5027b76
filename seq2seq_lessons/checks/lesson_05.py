"""Lesson 05: the whole model, its parameters, the step law, greedy decoding."""

from functools import partial

import torch
from torch import Tensor

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction
from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder
from seq2seq_lessons.encoder import Seq2SeqEncoder
from seq2seq_lessons.model import EncoderDecoder

PREDICTIONS = {
    "5.1": Prediction(
        right="The source's four steps are gone, and the context is one of the state's two layers.",
        smaller="one sentence, and a decoder that is fed four tokens: how many rows of scores, and how many "
        "scores in each?",
        where="Assembly",
        expected={"logits": (3, 6, 15), "context": (3, 16), "hidden": (2, 3, 16)},
        mistakes=[
            ({"logits": (3, 4, 15)}, "logits has the source's steps: who is asked for a word, and how many times?"),
            ({"logits": (6, 3, 15)}, "logits has steps first, as inside the decoder: what does its last line do?"),
            ({"logits": (3, 6, 16)}, "logits has the width of the state: it scores words. How many are there?"),
            ({"logits": (3, 6, 11)}, "logits has the width of the source's vocabulary: which language is written?"),
            ({"logits": (3, 15)}, "logits has one row per sentence: the decoder is fed six tokens, and answers each."),
            ({"context": (2, 3, 16)}, "context has all layers: which of them is read beside every word?"),
            ({"context": (6, 3, 16)}, "context has an axis of steps: how often is it kept, and when is it copied?"),
            ({"context": (4, 3, 16)}, "context has the source's steps: a state is what is left when they are over."),
            ({"hidden": (3, 16)}, "hidden has one layer: how many has the decoder's GRU?"),
            ({"hidden": (3, 2, 16)}, "hidden has batch first: what stands before the batch in a state (lesson 02)?"),
            ({"hidden": (6, 3, 16)}, "hidden has an axis of steps: after how many of them is a last state taken?"),
            ({"hidden": (2, 3, 24)}, "hidden has the width of the GRU's input: how wide is what a GRU keeps?"),
        ],
    ),
    "5.2": Prediction(
        right="The weights of the GRUs and of the dense layer; names and types decide, nothing else.",
        smaller="of which class is the part that owns the tensor, and does the tensor's name begin with weight?",
        where="Optional: where the numbers start",
        expected={"embedding": False, "gru_weight": True, "gru_bias": False, "dense_weight": True, "dense_bias": False},
        mistakes=[
            ({"embedding": True}, "embedding: is nn.Embedding a Linear or a GRU?"),
            ({"gru_weight": False}, "gru_weight: what do the names weight_ih_l0 and weight_hh_l0 start with?"),
            ({"gru_bias": True}, "gru_bias: what does the name bias_ih_l0 start with?"),
            ({"dense_weight": False}, "dense_weight: which class is decoder.dense?"),
            ({"dense_bias": True}, "dense_bias: which of a Linear's two tensors does the second line name?"),
        ],
    ),
    "5.3": Prediction(
        right="At step 1 both hold the encoder's context; after it, one of them holds the decoder's own state.",
        smaller="which state does the second call get, and whose top layer stands in it?",
        where="Step by step must equal one pass",
        expected={"kept": 6, "drifting": 1},
        mistakes=[
            ({"drifting": 6}, "drifting: in one pass the context is read once. How often is it read in six calls?"),
            ({"drifting": 0}, "drifting: at step 1, which state does the top layer come from?"),
            ({"drifting": 2}, "drifting: at step 2 the state has been through one step. Whose top layer is it now?"),
            ({"drifting": 5}, "drifting: a wrong step changes the state. Does a later one recover from it?"),
            ({"kept": 1}, "kept: same context, same state, same word. What could differ at step 2?"),
            ({"kept": 0}, "kept: same context, same state, same word. What could differ?"),
            ({"kept": 5}, "kept: five of the six are fed a word, one is fed <bos>. Which way leaves that one out?"),
        ],
    ),
    "5.4": Prediction(
        right="The source is read once; the last of the six calls says <eos>.",
        smaller="for the translation oui, one word: what does each call of the decoder write, until it stops?",
        where="Greedy decoding",
        expected={"encoder": 1, "decoder": 6},
        mistakes=[
            ({"encoder": 6}, "encoder: what of the source changes between two words of the translation?"),
            ({"encoder": 5}, "encoder: what of the source changes between two words of the translation?"),
            ({"encoder": 4}, "encoder: those are its GRU's steps. How many calls do they take?"),
            ({"encoder": 3}, "encoder: those are the words that it reads. How many calls do they take?"),
            ({"decoder": 5}, "decoder: after five words, who says that this is all?"),
            ({"decoder": 7}, "decoder: <bos> is fed, not said. Which call writes it?"),
            ({"decoder": 1}, "decoder: could a single call be fed a word that is not yet written?"),
        ],
    ),
    "5.5": Prediction(
        right="Step 3's probabilities stood before its word was chosen; step 4 is the first to be fed another word.",
        smaller="what has the decoder been fed when it computes the probabilities of step 2?",
        where="Greedy decoding",
        expected=4,
        mistakes=[
            (3, "at step 3 the probabilities come first, then the word: which of the two did you change?"),
            (2, "step 2 was over when you changed a word of step 3."),
            (1, "a step reads what was written before it. What has step 1 to do with the word of step 3?"),
            (5, "which step is fed the word that step 3 wrote?"),
        ],
    ),
    "5.6": Prediction(
        right="All that the decoder gets from a source is these two; and the hidden state is where it starts.",
        smaller="which of the two moves with every word, and so can say how far the decoder has come?",
        where="What the decoder knows of the source",
        expected={"both_of_b": "B", "hidden_of_b": "B"},
        mistakes=[
            ({"both_of_b": "A"}, "both_of_b: A was read, but which of the decoder's inputs still comes from it?"),
            (
                {"hidden_of_b": "A"},
                "hidden_of_b: the context stands beside every word, but it never changes. Which of the two says what "
                "has been written so far?",
            ),
        ],
    ),
}


# --- 5.1: parameters of a GRU


def _parameters(input_size: int, num_hiddens: int, num_layers: int, gates: int = 3, biases: int = 2, old: int = 1):
    inputs = [input_size] + [num_hiddens] * (num_layers - 1)
    return sum(gates * num_hiddens * (size + old * num_hiddens + biases) for size in inputs)


def _first_layer(input_size: int, num_hiddens: int, num_layers: int) -> int:
    return _parameters(input_size, num_hiddens, 1)


def _equal_layers(input_size: int, num_hiddens: int, num_layers: int) -> int:
    return num_layers * _parameters(input_size, num_hiddens, 1)


def _miscounts(**what):
    return lambda *sizes: _parameters(*sizes, **what)


# --- 5.2: the step law


class _Forgetful(Seq2SeqDecoder):
    """Returns the state that it was given."""

    def forward(self, X: Tensor, state: DecoderState):
        return super().forward(X, state)[0], state


class _Drifting(Seq2SeqDecoder):
    """Hands on a context mixed with its own top layer: `share` of it, from the call after `start` on."""

    share, start = 1.0, 0

    def init_state(self, enc_outputs, valid_len=None):
        return super().init_state(enc_outputs, valid_len), 0

    def forward(self, X: Tensor, state):
        (before, calls) = state
        logits, after = super().forward(X, before)
        share = self.share if calls >= self.start else 0.0
        return logits, (DecoderState(torch.lerp(before.context, after.hidden[-1], share), after.hidden), calls + 1)


class _Late(_Drifting):
    start = 4


class _Slight(_Drifting):
    share = 0.01


class _InOneRow(_Drifting):
    """The context drifts in one sentence of the batch only."""

    row = 0

    def forward(self, X: Tensor, state):
        before = state[0].context
        logits, (after, calls) = super().forward(X, state)
        kept = torch.arange(len(X)) != self.row % len(X)
        return logits, (after._replace(context=torch.where(kept[:, None], before, after.context)), calls)


class _InTheLastRow(_InOneRow):
    row = -1


class _Peeking(Seq2SeqDecoder):
    """Adds the last token that it is fed to every step; what it adds sums to 0."""

    def forward(self, X: Tensor, state: DecoderState):
        logits, state = super().forward(X, state)
        peeked = self.embedding(X[:, -1:]).sum(dim=2, keepdim=True)
        return logits + peeked * torch.linspace(-1, 1, logits.shape[2]), state


class _PeekingLater(_Peeking):
    """Peeks at every step but its first."""

    def forward(self, X: Tensor, state: DecoderState):
        unspoilt, _ = Seq2SeqDecoder.forward(self, X[:, :1], state)
        logits, state = super().forward(X, state)
        return torch.cat((unspoilt, logits[:, 1:]), dim=1), state


class _Rounded(Seq2SeqDecoder):
    """Right, and without the last digits, so that an exact comparison passes it on every machine."""

    def forward(self, X: Tensor, state: DecoderState):
        logits, state = super().forward(X, state)
        return logits.round(decimals=6), state


class _Rounding(Seq2SeqDecoder):
    """Right but for the last digits, so that an exact comparison fails it on every machine."""

    def forward(self, X: Tensor, state: DecoderState):
        logits, state = super().forward(X, state)
        return logits * (1 + 1e-12 * X.shape[1]), state


def _model(decoder_class, seed: int, name: str, spread: float = 1.0) -> EncoderDecoder:
    """A float64 model whose repr is its name, so that a hint can name it."""
    rng_state = torch.get_rng_state()
    torch.manual_seed(seed)
    model = EncoderDecoder(Seq2SeqEncoder(11, 4, 7, 2), decoder_class(9, 5, 7, 2)).double().eval()
    torch.set_rng_state(rng_state)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(spread)
            parameter.requires_grad_(False)
    model.__class__ = type("EncoderDecoder", (EncoderDecoder,), {"__repr__": lambda self: name})
    return model


def _ids(vocab_size: int, *size: int, seed: int) -> Tensor:
    return torch.randint(4, vocab_size, size, generator=torch.Generator().manual_seed(seed))


def _stepwise(model, enc_X: Tensor, dec_X: Tensor) -> Tensor:
    state, pieces = model.decoder.init_state(model.encoder(enc_X)), []
    for t in range(dec_X.shape[1]):
        logits, state = model.decoder(dec_X[:, t : t + 1], state)
        pieces.append(logits)
    return torch.cat(pieces, dim=1)


def _one_shot(model, enc_X: Tensor, dec_X: Tensor) -> Tensor:
    return model(enc_X, dec_X)[0]


def _obeys(model, enc_X: Tensor, dec_X: Tensor) -> bool:
    return torch.allclose(_stepwise(model, enc_X, dec_X), _one_shot(model, enc_X, dec_X), rtol=0, atol=1e-8)


def _compares(part):
    def obeys(model, enc_X: Tensor, dec_X: Tensor) -> bool:
        step_by_step, one_shot = part(_stepwise(model, enc_X, dec_X)), part(_one_shot(model, enc_X, dec_X))
        return torch.allclose(step_by_step, one_shot, rtol=0, atol=1e-8)

    return obeys


def _compares_exactly(model, enc_X: Tensor, dec_X: Tensor) -> bool:
    return torch.equal(_stepwise(model, enc_X, dec_X), _one_shot(model, enc_X, dec_X))


def _starts_anew(model, enc_X: Tensor, dec_X: Tensor) -> bool:
    pieces = [
        model.decoder(column, model.decoder.init_state(model.encoder(enc_X)))[0] for column in dec_X.split(1, dim=1)
    ]
    return torch.allclose(torch.cat(pieces, dim=1), _one_shot(model, enc_X, dec_X))


def _whole_beginnings(model, enc_X: Tensor, dec_X: Tensor) -> bool:
    """Each call reads everything up to its step, from the start."""
    start = model.decoder.init_state(model.encoder(enc_X))
    pieces = [model.decoder(dec_X[:, : t + 1], start)[0][:, -1:] for t in range(dec_X.shape[1])]
    return torch.allclose(torch.cat(pieces, dim=1), _one_shot(model, enc_X, dec_X))


def _feeds_its_own(model, enc_X: Tensor, dec_X: Tensor) -> bool:
    pieces, _ = _own_words(model, enc_X, dec_X)
    return torch.allclose(pieces, _one_shot(model, enc_X, dec_X))


def _own_words(model, enc_X: Tensor, dec_X: Tensor) -> tuple[Tensor, Tensor]:
    """Greedy decoding for as many steps as dec_X has: logits, and what was fed."""
    state, fed, pieces = model.decoder.init_state(model.encoder(enc_X)), [dec_X[:, :1]], []
    for _ in range(dec_X.shape[1]):
        logits, state = model.decoder(fed[-1], state)
        pieces.append(logits)
        fed.append(logits.argmax(dim=2))
    return torch.cat(pieces, dim=1), torch.cat(fed[:-1], dim=1)


_enc_X, _dec_X = _ids(11, 3, 4, seed=0), _ids(9, 3, 6, seed=1)
_CASES = [
    (_model(_Rounded, 1, "the model that is right"), _enc_X, _dec_X),
    (_model(_Rounding, 2, "the model that is right but for rounding"), _enc_X, _dec_X),
    (_model(_Drifting, 3, "the model whose context drifts"), _enc_X, _dec_X),
    (_model(_Late, 4, "the model whose context drifts at the last step"), _enc_X, _dec_X),
    (_model(_Slight, 5, "the model whose context drifts a little"), _enc_X, _dec_X),
    (_model(_InOneRow, 9, "the model whose context drifts in the first sentence"), _enc_X, _dec_X),
    (_model(_InTheLastRow, 10, "the model whose context drifts in the last sentence"), _enc_X, _dec_X),
    (_model(_Forgetful, 6, "the model that forgets its state"), _enc_X, _dec_X),
    (_model(_Peeking, 7, "the model that peeks at the last word fed"), _enc_X, _dec_X),
    (_model(_PeekingLater, 11, "the model that peeks at the last word fed, but for step 1"), _enc_X, _dec_X),
]
_right = _model(Seq2SeqDecoder, 8, "the right model, fed what it would have said", spread=3.0)
_CASES.append((_right, _enc_X, _own_words(_right, _enc_X, _dec_X)[1]))


# --- 5.3: finish the sentence

_BOS, _EOS = 2, 3


def _finish(
    model,
    X: Tensor,
    prefix: list[int],
    max_steps: int,
    *,
    fed_first=True,
    reads_prefix=True,
    again=False,
    carries=True,
    keeps_eos=False,
    keeps_prefix=True,
) -> list[int]:
    """The right function; each switch makes one mistake."""
    state = model.decoder.init_state(model.encoder(X))
    token = _BOS
    if reads_prefix:
        fed = ([_BOS] if fed_first else []) + list(prefix)
        for token in fed[:-1]:
            _, state = model.decoder(torch.tensor([[token]]), state)
        token = fed[-1]
    elif prefix:
        token = prefix[-1]
    if again and prefix:
        _, state = model.decoder(torch.tensor([[token]]), state)
        token = _BOS
    written = list(prefix)
    while len(written) < max_steps:
        logits, after = model.decoder(torch.tensor([[token]]), state)
        state = after if carries else state
        token = int(logits[0, 0].argmax())
        if token == _EOS and not keeps_eos:
            break
        written.append(token)
        if token == _EOS:
            break
    return written if keeps_prefix else written[len(prefix) :]


def _mistake(**switch):
    return lambda model, X, prefix, max_steps: _finish(model, X, prefix, max_steps, **switch)


def _one_call(
    model, X: Tensor, prefix: list[int], max_steps: int, *, step: int = -1, again: bool = False, carries: bool = True
) -> list[int]:
    """Right too: the given words are read in one call, whose last step chooses; each switch makes one mistake."""
    state, written = model.decoder.init_state(model.encoder(X)), list(prefix)
    logits, state = model.decoder(torch.tensor([[_BOS, *prefix]]), state)
    while len(written) < max_steps and (token := int(logits[0, step].argmax())) != _EOS:
        written.append(token)
        logits, after = model.decoder(torch.tensor([[_BOS, *written] if again else [token]]), state)
        state = after if carries else state
    return written


def _ignores_prefix(model, X: Tensor, prefix: list[int], max_steps: int) -> list[int]:
    return _finish(model, X, [], max_steps)


def _never_stops(model, X: Tensor, prefix: list[int], max_steps: int) -> list[int]:
    written = list(prefix)
    while len(written) < max_steps:
        logits, _ = model(X, torch.tensor([[_BOS, *written]]))
        written.append(int(logits[0, -1].argmax()))
    return written


def _too_many(model, X: Tensor, prefix: list[int], max_steps: int) -> list[int]:
    return _finish(model, X, prefix, max_steps + len(prefix))


_WRITERS = [  # the first four end by themselves, the last is cut
    (_model(Seq2SeqDecoder, seed, f"model {number}", spread=4.0), _ids(11, 1, 4, seed=seed), prefix, 8)
    for number, (seed, prefix) in enumerate([(331, [6, 8]), (1318, [6, 4]), (1041, [6]), (1212, [6]), (21, [5, 7])], 1)
]

STANDS_STILL = "after the given words every call starts from the same state: keep the one that the call returns."

EXERCISES = {
    "5.1": FunctionExercise(
        right="Three gates, each with a weight for the input, one for the state, and two biases.",
        smaller="one layer, input size 8, hidden size 16: how many numbers has weight_ih_l0?",
        where="What is learned",
        inputs=[(8, 16, 1), (8, 16, 2), (24, 16, 2), (5, 7, 3)],
        expected=_parameters,
        mistakes=[
            (_equal_layers, "right for one layer: what does layer 2 read, the embedding?"),
            (
                lambda I, H, n: _first_layer(I, H, n) + (n - 1) * 3 * H * (H + 2),  # noqa: E741
                "the layers above the first read the layer below and their own old state: how many H are that?",
            ),
            (
                lambda I, H, n: _first_layer(I, H, n) + (n - 1) * 3 * H * 2 * H,  # noqa: E741
                "in the first layer you count two biases: how many have the layers above it?",
            ),
            (
                lambda I, H, n: _first_layer(I, H, n) + n * 3 * H * (2 * H + 2),  # noqa: E741
                "a layer too many: how many stand above the first?",
            ),
            (
                lambda I, H, n: _first_layer(I, H, n) + (n - 1) * 3 * H * (I + 2 * H + 2),  # noqa: E741
                "the layers above the first read the layer below alone: who has read the embedding already?",
            ),
            (_first_layer, "that is the first layer: num_layers is not used."),
            (lambda I, H, n: _parameters(H, H, n), "who reads the input, and how wide is it?"),  # noqa: E741
            (
                lambda I, H, n: _parameters(I, H, n, biases=0) + 2 * n,  # noqa: E741
                "the weights are right; a bias is no single number: how many has bias_ih_l0?",
            ),
            (_miscounts(biases=1), "a bias is missing: which parameters has an nn.GRU of one layer, by name?"),
            (
                lambda I, H, n: _parameters(I, H, n, biases=0) + 2 * H * n,  # noqa: E741
                "the weights are right; has a bias one block of rows, or as many as the matrix beside it?",
            ),
            (
                lambda I, H, n: sum(3 * H * size + H + 2 for size in [I] + [H] * (n - 1)),  # noqa: E741
                "3 H multiplies the whole bracket: where are its brackets in your line?",
            ),
            (_miscounts(biases=0), "the weights are right: which of an nn.GRU's parameters are no weights?"),
            (_miscounts(gates=1), "that is a plain RNN: how many rows has weight_ih_l0?"),
            (_miscounts(gates=4), "four blocks are an LSTM's: which are the GRU's?"),
            (_miscounts(gates=2), "two blocks are the gates: who makes the candidate?"),
            (_miscounts(old=0), "what multiplies the old state? Its weights are missing."),
        ],
    ),
    "5.2": FunctionExercise(
        right="Two ways to the same logits, compared at every step.",
        smaller="which state does your second call of the decoder get, and who returned it?",
        where="Step by step must equal one pass",
        errors=[
            (
                "Boolean value of Tensor",
                "a comparison of tensors has an answer for each number: which call makes one of them?",
            ),
            ("permute", "the decoder is fed (batch, steps): how many axes has what you feed at one step?"),
            ("tuple", "model(enc_X, dec_X) returns a pair: which part of it are the logits?"),
            (
                "size of tensor",
                "one of the two has (batch, 6, vocab): along which axis do you join the steps of the other?",
            ),
        ],
        is_test=True,
        inputs=_CASES,
        expected=_obeys,
        mistakes=[
            (
                lambda model, enc_X, dec_X: True,
                "it clears every model. Do you feed one token per call, and compare numbers and not shapes?",
            ),
            (
                _whole_beginnings,
                "it clears models whose context drifts: you hand over the whole beginning in every call. Who takes a "
                "context from the state between two steps then?",
            ),
            (
                _compares(lambda logits: logits[:1]),
                "you look at sentence 0 only: one model is wrong in another. How many are in a batch?",
            ),
            (
                _compares(lambda logits: logits[-1:]),
                "you look at the last sentence only: one model is wrong in another. How many are in a batch?",
            ),
            (
                _compares(lambda logits: logits[:, :1]),
                "you look at the first step: there even a drifting context is still the encoder's.",
            ),
            (_compares(lambda logits: logits[:, :2]), "you look at two steps: one of the models goes wrong later."),
            (
                _compares(lambda logits: logits[:, -1:]),
                "you look at the last step: which model cannot be caught there?",
            ),
            (
                _compares(lambda logits: logits.argmax(dim=2).double()),
                "you compare the best words: one model's numbers are wrong and its best words are not.",
            ),
            (
                _compares(lambda logits: logits.mean()),
                "you compare one number for all logits: differences of either sign cancel.",
            ),
            (
                _compares_exactly,
                "you accuse a right one over a rounding in the last digits: torch.allclose forgives it.",
            ),
            (
                _starts_anew,
                "you accuse the right one: does each call go on from the state that the last one returned, and have "
                "the two that you compare one shape?",
            ),
            (_feeds_its_own, "you accuse the right one: you feed it what it says, and the one pass was fed dec_X."),
        ],
    ),
    "5.3": FunctionExercise(
        right="The decoder cannot tell a word that it was made to write from one of its own.",
        smaller="for the prefix [6, 8], what has the decoder been fed before it chooses its first word of its own?",
        where="Greedy decoding",
        errors=[
            ("permute", "the decoder is fed (batch, steps): how many axes has what you feed at one step?"),
            ("must be Tensor", "the decoder takes a tensor (batch, steps): how do you make one of ids?"),
        ],
        inputs=_WRITERS,
        expected=_finish,
        mistakes=[
            (
                lambda model, X, prefix, max_steps: [*prefix, *_ignores_prefix(model, X, prefix, max_steps)][
                    :max_steps
                ],
                "the given words are returned, but never fed: what has the decoder read when it goes on?",
            ),
            (_ignores_prefix, "that is the model's own sentence: the given words were never fed."),
            (
                _mistake(reads_prefix=False),
                "you feed the last given word only: what does the state know of those before it?",
            ),
            (_mistake(fed_first=False), "the given words are fed, but what comes before the first of them?"),
            (_mistake(again=True), "you feed <bos> again after the given words: which word should the next step read?"),
            (_mistake(carries=False), STANDS_STILL),
            (partial(_one_call, carries=False), STANDS_STILL),
            (
                partial(_one_call, again=True),
                "the words before are fed again at each step: what does the state that you hand on know already?",
            ),
            (
                partial(_one_call, step=0),
                "one call read <bos> and the given words, and its first step chooses: which step has read them all?",
            ),
            (
                lambda model, X, prefix, n: _finish(model, X, prefix, n - len(prefix)),
                "too short where the sentence is cut: which words does max_steps count?",
            ),
            (
                lambda model, X, prefix, n: _finish(model, X, prefix, n - 1),
                "a word too few where the sentence is cut: does something count that is not in the sentence?",
            ),
            (_never_stops, "it always writes max_steps ids: which of them says that the sentence is over?"),
            (_mistake(keeps_eos=True), "<eos> is the sign to stop: does it belong to the sentence that you return?"),
            (_mistake(keeps_prefix=False), "the sentence begins with the given words: return them, too."),
            (
                lambda model, X, prefix, max_steps: [_BOS, *_finish(model, X, prefix, max_steps)],
                "<bos> is fed and never said: does it belong to the sentence?",
            ),
            (
                lambda model, X, prefix, max_steps: _finish(model, X, prefix, max_steps + 1),
                "a word too many where the sentence is cut: is the limit asked before a word is written, or after?",
            ),
            (_too_many, "too long where the sentence is cut: which words does max_steps count?"),
        ],
    ),
}
