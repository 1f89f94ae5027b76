"""Lesson 04's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import torch

from seq2seq_lessons.decoder import DecoderState, Seq2SeqDecoder
from tests.checks.answers import Answers


def article(forward):
    return type("ArticleDecoder", (Seq2SeqDecoder,), {"forward": forward})


def joined(embedded, context, *, words=lambda x: x.permute(1, 0, 2), rows=lambda c, n: c.repeat(n, 1, 1)):
    return torch.cat((words(embedded), rows(context, embedded.shape[1])), dim=2)


def with_a_loop(embedded, context):
    return torch.stack([torch.cat((embedded[:, t], context), dim=1) for t in range(embedded.shape[1])])


def batch_first(embedded, context):
    return torch.cat((embedded, context[:, None].expand(-1, embedded.shape[1], -1)), dim=2)


def filled_in(embedded, context):
    batch, steps, embed = embedded.shape
    made = torch.empty(steps, batch, embed + context.shape[1], dtype=torch.float64)
    made[..., :embed], made[..., embed:] = embedded.transpose(0, 1), context
    return made


def context_first(embedded, context):
    return torch.cat((context.repeat(embedded.shape[1], 1, 1), embedded.permute(1, 0, 2)), dim=2)


def tiled_along_the_units(embedded, context):
    return joined(embedded, context, rows=lambda c, n: c.repeat(1, n).reshape(n, len(c), -1))


def parent(self, X, context, state):
    return Seq2SeqDecoder.forward(self, X, DecoderState(context, state.hidden))


def on_return(self, X, state):
    """Right as well: what the next call finds in the pair is the top layer."""
    logits, state = Seq2SeqDecoder.forward(self, X, state)
    return logits, state._replace(context=state.hidden[-1])


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


def in_one_call(a, b, X, state):
    logits_a, logits_b = a(X, state)[0], b(X, state)[0]
    return next((t + 1 for t in range(X.shape[1]) if not torch.allclose(logits_a[:, t], logits_b[:, t])), 0)


def always_from_the_start(a, b, X, state):
    for t in range(X.shape[1]):
        if not torch.allclose(a(X[:, [t]], state)[0], b(X[:, [t]], state)[0]):
            return t + 1
    return 0


def one_state_for_both(a, b, X, state):
    for t in range(X.shape[1]):
        logits_a, after = a(X[:, t : t + 1], state)
        logits_b, _ = b(X[:, t : t + 1], state)
        if not torch.allclose(logits_a, logits_b, atol=1e-6):
            return t + 1
        state = after
    return 0


def handed_across(a, b, X, state):
    for t in range(X.shape[1]):
        logits_a, state = a(X[:, t : t + 1], state)
        logits_b, state = b(X[:, t : t + 1], state)
        if not torch.allclose(logits_a, logits_b, atol=1e-6):
            return t + 1
    return 0


def compares_with_equals(a, b, X, state):
    return first_difference(a, b, X, state, same=lambda left, right: bool(left == right))


def steps_without_axis(a, b, X, state):
    for t in range(X.shape[1]):
        if not torch.allclose(a(X[:, t], state)[0], b(X[:, t], state)[0]):
            return t + 1
    return 0


def by_stacking(a, b, X, state):
    """All logits first, then one comparison of all steps at once."""
    steps = []
    for decoder in (a, b):
        mine, logits = state, []
        for column in X.split(1, dim=1):
            scores, mine = decoder(column, mine)
            logits.append(scores)
        steps.append(torch.cat(logits, dim=1))
    differs = ((steps[0] - steps[1]).abs() > 1e-4).any(dim=2).any(dim=0)
    return differs.nonzero()[0] + 1 if differs.any() else 0


def written_out(self, X, state):
    context = state.hidden[-1]
    words = self.embedding(X).permute(1, 0, 2)
    output, hidden = self.rnn(torch.cat((words, context.repeat(len(words), 1, 1)), dim=2), state.hidden)
    return self.dense(output).permute(1, 0, 2), DecoderState(context, hidden)


def writes_into_the_pair(self, X, state):
    state.context = state.hidden[-1]
    return Seq2SeqDecoder.forward(self, X, state)


def joined_then_reshaped(embedded, context):
    return batch_first(embedded, context).reshape(embedded.shape[1], len(context), -1)


ANSWERS = {
    "4.1": Answers(
        right={
            "permute, repeat, cat": joined,
            "a loop over steps": with_a_loop,
            "batch first, then transposed": lambda embedded, context: batch_first(embedded, context).transpose(0, 1),
            "filled in, float64": filled_in,
        },
        wrong={
            "added": (
                lambda embedded, context: embedded.permute(1, 0, 2) + context,
                "joined end to end and not added up: which call does that? (your code stopped",
            ),
            "batch first": (batch_first, "batch stands first"),
            "context first": (context_first, "the context stands before the word"),
            "tiled along the units": (tiled_along_the_units, "right shape, wrong owner"),
            "joined, then reshaped": (joined_then_reshaped, "and then all changed owners"),
            "words not permuted": (
                lambda embedded, context: torch.cat((embedded, context.repeat(embedded.shape[1], 1, 1)), dim=2),
                "how many steps has your context, and how many sentences? (your code stopped with RuntimeError",
            ),
            "a context without steps": (
                lambda embedded, context: torch.cat((embedded.permute(1, 0, 2), context), dim=2),
                "which one is missing in the context? (your code stopped with RuntimeError",
            ),
        },
    ),
    "4.2": Answers(
        right={
            "the parent, fed another pair": article(lambda self, X, state: parent(self, X, state.hidden[-1], state)),
            "changed on return": article(on_return),
            "written out": article(written_out),
        },
        wrong={
            "a plain pair": (
                article(lambda self, X, state: Seq2SeqDecoder.forward(self, X, (state.hidden[-1], state.hidden))),
                "which call gives it another context? (your code stopped with AttributeError",
            ),
            "the parent's own": (article(Seq2SeqDecoder.forward), "it agrees with the package's decoder"),
            "the bottom layer": (
                article(lambda self, X, state: parent(self, X, state.hidden[0], state)),
                "from the bottom layer",
            ),
            "one sentence's context": (
                article(lambda self, X, state: parent(self, X, state.hidden[-1, 0].expand(len(X), -1), state)),
                "every sentence reads sentence 0's context",
            ),
            "the last sentence of all layers": (
                article(lambda self, X, state: parent(self, X, state.hidden[:, -1], state)),
                "which shape has yours? (your code stopped with RuntimeError",
            ),
            "state[-1] of the pair": (
                article(lambda self, X, state: parent(self, X, state[-1], state)),
                "which shape has yours? (your code stopped with RuntimeError",
            ),
            "written into the pair": (article(writes_into_the_pair), "a pair cannot be changed: which call"),
            "itself": (
                article(lambda self, X, state: self(X, state._replace(context=state.hidden[-1]))),
                "your forward calls itself",
            ),
            "another context": (
                article(lambda self, X, state: parent(self, X, 2 * state.hidden[-1], state)),
                "its logits are not those",
            ),
            "logits alone": (
                article(lambda self, X, state: parent(self, X, state.context, state)[0]),
                "forward returns (logits, state)",
            ),
            "an instance": (Seq2SeqDecoder(5, 4, 6, 2), "pass the class itself"),
            "a function": (lambda X, state: X, "expected a subclass"),
        },
    ),
    "4.3": Answers(
        right={
            "a loop with two states": first_difference,
            "the largest difference": loosely,
            "growing beginnings": growing_prefixes,
            "all steps stacked": by_stacking,
        },
        wrong={
            "in one call": (in_one_call, "all tokens in one call"),
            "always from the start": (always_from_the_start, "starts from the first state"),
            "one state for both": (one_state_for_both, "yours go on from one state"),
            "handed across": (handed_across, "in a state that has read it already"),
            "counts from 0": (lambda a, b, X, state: first_difference(a, b, X, state, first=0), "one too early"),
            "a comparison as a truth value": (compares_with_equals, "which call makes one of them? (your code stopped"),
            "tokens without an axis": (steps_without_axis, "how many axes has what you feed at one step? (your code"),
        },
    ),
}
