"""Lesson 04's predictions and exercises: typical answers, and the line that each gets."""

import pytest
import torch

from seq2seq_lessons.checks import check, predict
from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder

START = {"starts_from": "state", "shape": (2, 3, 16)}
SHAPES = {"words": (6, 3, 8), "input": (6, 3, 24), "output": (6, 3, 16), "logits": (3, 6, 17)}
COPIES = {"repeat": 288, "expand": 0}
PARTING = {"one_call": 0, "step_by_step": 2}


def said(capsys, call, *args, **named):
    call(*args, **named)
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("number", "right", "wrong", "piece"),
    [
        ("4.1", START, {"starts_from": "output"}, "a row for every word that was read"),
        ("4.1", START, {"shape": (4, 3, 16)}, "each of the four source steps"),
        ("4.1", START, {"shape": (1, 3, 16)}, "who gives the second layer"),
        ("4.1", START, {"shape": (3, 2, 16)}, "batch stands second"),
        ("4.1", START, {"starts_from": "context"}, "look again at starts_from"),
        ("4.2", COPIES, {"expand": 288}, "it looks like 288 numbers"),
        ("4.2", COPIES, {"expand": 48}, "Are they moved"),
        ("4.2", COPIES, {"repeat": 48}, "How many steps are there"),
        ("4.2", COPIES, {"repeat": 240}, "does not keep the original"),
        ("4.3", SHAPES, {"words": (3, 6, 8)}, "before the permute"),
        ("4.3", SHAPES, {"input": (6, 3, 8)}, "the word alone"),
        ("4.3", SHAPES, {"input": (6, 3, 16)}, "the context alone"),
        ("4.3", SHAPES, {"output": (3, 6, 16)}, "the order of its input"),
        ("4.3", SHAPES, {"output": (6, 3, 24)}, "how many does it write"),
        ("4.3", SHAPES, {"logits": (6, 3, 17)}, "before the last permute"),
        ("4.3", SHAPES, {"logits": (3, 6, 16)}, "how many words"),
        ("4.4", PARTING, {"one_call": 2}, "How many calls are there"),
        ("4.4", PARTING, {"one_call": 1}, "one_call: the first state comes from init_state"),
        ("4.4", PARTING, {"step_by_step": 1}, "step_by_step: the first state comes from init_state"),
        ("4.4", PARTING, {"step_by_step": 0}, "after the first call"),
    ],
)
def test_predictions(capsys, number, right, wrong, piece):
    assert said(capsys, predict, number, **dict.fromkeys(right)) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, **right).startswith(f"Prediction {number}: right. ")
    assert piece in said(capsys, predict, number, **right | wrong)


def article(forward):
    return type("ArticleDecoder", (Seq2SeqDecoder,), {"forward": forward})


def test_unanswered(capsys):
    assert said(capsys, check, "4.1", lambda embedded, context: None) == "Exercise 4.1: your turn"
    assert said(capsys, check, "4.2", article(lambda self, X, state: None)) == "Exercise 4.2: your turn"
    assert said(capsys, check, "4.3", lambda a, b, X, state: None) == "Exercise 4.3: your turn"


def joined(embedded, context, *, words=lambda x: x.permute(1, 0, 2), rows=lambda c, n: c.repeat(n, 1, 1)):
    return torch.cat((words(embedded), rows(context, embedded.shape[1])), dim=2)


def with_a_loop(embedded, context):
    return torch.stack([torch.cat((embedded[:, t], context), dim=1) for t in range(embedded.shape[1])])


@pytest.mark.parametrize("answer", [joined, with_a_loop])
def test_gru_input_right(capsys, answer):
    assert said(capsys, check, "4.1", answer).startswith("Exercise 4.1: right. ")


def batch_first(embedded, context):
    return torch.cat((embedded, context[:, None].expand(-1, embedded.shape[1], -1)), dim=2)


def context_first(embedded, context):
    return torch.cat((context.repeat(embedded.shape[1], 1, 1), embedded.permute(1, 0, 2)), dim=2)


def words_reshaped(embedded, context):
    return joined(embedded, context, words=lambda x: x.reshape(x.shape[1], x.shape[0], -1))


def tiled_along_the_units(embedded, context):
    return joined(embedded, context, rows=lambda c, n: c.repeat(1, n).reshape(n, len(c), -1))


def first_sentence_for_all(embedded, context):
    return joined(embedded, context, rows=lambda c, n: c[0].repeat(n, len(c), 1))


def at_the_first_step(embedded, context):
    rows = torch.zeros(embedded.shape[1], *context.shape)
    rows[0] = context
    return joined(embedded, context, rows=lambda c, n: rows)


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (batch_first, "batch stands first"),
        (context_first, "the context stands before the word"),
        (words_reshaped, "the words have changed owners"),
        (tiled_along_the_units, "right shape, wrong owner"),
        (first_sentence_for_all, "What is the context's axis 0"),
        (at_the_first_step, "only step 0 hears the context"),
        (lambda embedded, context: embedded.permute(1, 0, 2), "where is the context"),
        (lambda embedded, context: embedded.permute(1, 0, 2) + context, "your code stopped with RuntimeError"),
        (lambda embedded, context: 2 * joined(embedded, context), "numbers differ"),
    ],
)
def test_gru_input_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "4.1", answer)


def parent(self, X, context, state):
    return Seq2SeqDecoder.forward(self, X, DecoderState(context, state.hidden))


def on_return(self, X, state):
    """Right as well: what the next call finds in the pair is the top layer."""
    logits, state = Seq2SeqDecoder.forward(self, X, state)
    return logits, state._replace(context=state.hidden[-1])


@pytest.mark.parametrize("forward", [lambda self, X, state: parent(self, X, state.hidden[-1], state), on_return])
def test_article_decoder_right(capsys, forward):
    assert said(capsys, check, "4.2", article(forward)).startswith("Exercise 4.2: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (article(Seq2SeqDecoder.forward), "it agrees with the package's decoder"),
        (article(lambda self, X, state: parent(self, X, state.hidden[0], state)), "from the bottom layer"),
        (
            article(lambda self, X, state: parent(self, X, state.hidden[-1, 0].expand(len(X), -1), state)),
            "every sentence reads sentence 0's context",
        ),
        (article(lambda self, X, state: parent(self, X, state.hidden[:, -1], state)), "stopped with RuntimeError"),
        (article(lambda self, X, state: parent(self, X, 2 * state.hidden[-1], state)), "its logits are not those"),
        (article(lambda self, X, state: parent(self, X, state.context, state)[0]), "forward returns (logits, state)"),
        (Seq2SeqDecoder(5, 4, 6, 2), "pass the class itself"),
        (lambda X, state: X, "expected a subclass"),
    ],
)
def test_article_decoder_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "4.2", answer)


def first_difference(a, b, X, state, *, same=torch.allclose, part=lambda logits, state: logits, first=1):
    state_a = state_b = state
    for t in range(X.shape[1]):
        logits_a, state_a = a(X[:, t : t + 1], state_a)
        logits_b, state_b = b(X[:, t : t + 1], state_b)
        if not same(part(logits_a, state_a), part(logits_b, state_b)):
            return t + first
    return 0


def loosely(a, b, X, state):
    def close(left, right):
        return bool((left - right).abs().max() < 1e-4)

    return first_difference(a, b, X, state, same=close)


def growing_prefixes(a, b, X, state):
    """Right as well: for each length the tokens go in one by one from the start."""
    for length in range(1, X.shape[1] + 1):
        if first_difference(a, b, X[:, :length], state):
            return length
    return 0


@pytest.mark.parametrize("answer", [first_difference, loosely, growing_prefixes])
def test_first_difference_right(capsys, answer):
    assert said(capsys, check, "4.3", answer).startswith("Exercise 4.3: right. ")


def in_one_call(a, b, X, state):
    logits_a, logits_b = a(X, state)[0], b(X, state)[0]
    return next((t + 1 for t in range(X.shape[1]) if not torch.allclose(logits_a[:, t], logits_b[:, t])), 0)


def always_from_the_start(a, b, X, state):
    for t in range(X.shape[1]):
        if not torch.allclose(a(X[:, [t]], state)[0], b(X[:, [t]], state)[0]):
            return t + 1
    return 0


def counts_them(a, b, X, state, *, last=False):
    found, state_a, state_b = [], state, state
    for t in range(X.shape[1]):
        logits_a, state_a = a(X[:, [t]], state_a)
        logits_b, state_b = b(X[:, [t]], state_b)
        if not torch.allclose(logits_a, logits_b):
            found.append(t + 1)
    return max(found, default=0) if last else len(found)


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (in_one_call, "all tokens in one call"),
        (lambda a, b, X, state: 0 if torch.allclose(a(X, state)[0], b(X, state)[0]) else 1, "it returns 0"),
        (always_from_the_start, "starts from the first state"),
        (lambda *given: first_difference(*given, first=0), "the first step is step 1"),
        (lambda *given: first_difference(*given, part=lambda logits, state: logits[0]), "logits has three rows"),
        (lambda *given: first_difference(*given, part=lambda logits, state: state.hidden), "the states agree"),
        (lambda *given: first_difference(*given, same=torch.equal), "over a rounding"),
        (lambda *given: counts_them(*given, last=True), "the last step that differs"),
        (counts_them, "how many steps differ"),
        (lambda a, b, X, state: a(X, state)[0] == b(X, state)[0], "expected a number, not a tensor"),
        (lambda a, b, X, state: 2, "called with (the decoder that is right, the decoder with the same weights, "),
        (lambda a, b, X, state: a(X, state)[:, 0], "your code stopped with TypeError"),
    ],
)
def test_first_difference_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "4.3", answer)
