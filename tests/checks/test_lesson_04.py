"""Lesson 04's exercises: typical answers, right and wrong, and the line that each gets."""

import pytest
import torch

from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder


def article(forward):
    return type("ArticleDecoder", (Seq2SeqDecoder,), {"forward": forward})


def joined(embedded, context, *, words=lambda x: x.permute(1, 0, 2), rows=lambda c, n: c.repeat(n, 1, 1)):
    return torch.cat((words(embedded), rows(context, embedded.shape[1])), dim=2)


def with_a_loop(embedded, context):
    return torch.stack([torch.cat((embedded[:, t], context), dim=1) for t in range(embedded.shape[1])])


@pytest.mark.parametrize("answer", [joined, with_a_loop])
def test_gru_input_right(said, answer):
    assert said("4.1", answer).startswith("Exercise 4.1: right. ")


def batch_first(embedded, context):
    return torch.cat((embedded, context[:, None].expand(-1, embedded.shape[1], -1)), dim=2)


def context_first(embedded, context):
    return torch.cat((context.repeat(embedded.shape[1], 1, 1), embedded.permute(1, 0, 2)), dim=2)


def tiled_along_the_units(embedded, context):
    return joined(embedded, context, rows=lambda c, n: c.repeat(1, n).reshape(n, len(c), -1))


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (batch_first, "batch stands first"),
        (context_first, "the context stands before the word"),
        (tiled_along_the_units, "right shape, wrong owner"),
    ],
)
def test_gru_input_wrong(said, answer, piece):
    assert piece in said("4.1", answer)


def parent(self, X, context, state):
    return Seq2SeqDecoder.forward(self, X, DecoderState(context, state.hidden))


def on_return(self, X, state):
    """Right as well: what the next call finds in the pair is the top layer."""
    logits, state = Seq2SeqDecoder.forward(self, X, state)
    return logits, state._replace(context=state.hidden[-1])


@pytest.mark.parametrize("forward", [lambda self, X, state: parent(self, X, state.hidden[-1], state), on_return])
def test_article_decoder_right(said, forward):
    assert said("4.2", article(forward)).startswith("Exercise 4.2: right. ")


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
def test_article_decoder_wrong(said, answer, piece):
    assert piece in said("4.2", answer)


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
def test_first_difference_right(said, answer):
    assert said("4.3", answer).startswith("Exercise 4.3: right. ")


def in_one_call(a, b, X, state):
    logits_a, logits_b = a(X, state)[0], b(X, state)[0]
    return next((t + 1 for t in range(X.shape[1]) if not torch.allclose(logits_a[:, t], logits_b[:, t])), 0)


def always_from_the_start(a, b, X, state):
    for t in range(X.shape[1]):
        if not torch.allclose(a(X[:, [t]], state)[0], b(X[:, [t]], state)[0]):
            return t + 1
    return 0


@pytest.mark.parametrize(
    ("answer", "piece"),
    [(in_one_call, "all tokens in one call"), (always_from_the_start, "starts from the first state")],
)
def test_first_difference_wrong(said, answer, piece):
    assert piece in said("4.3", answer)
