"""Lesson 05's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import numpy as np
import torch
from torch import nn

from seq2seq_lessons.checks import lesson_05
from tests.checks.answers import Answers


def real_count(input_size, num_hiddens, num_layers):
    return sum(p.numel() for p in nn.GRU(input_size, num_hiddens, num_layers).parameters())


def stepwise(model, enc_X, dec_X):
    state, pieces = model.decoder.init_state(model.encoder(enc_X)), []
    for t in range(dec_X.shape[1]):
        logits, state = model.decoder(dec_X[:, t : t + 1], state)
        pieces.append(logits[:, 0])
    return torch.stack(pieces, dim=1)


def largest(model, enc_X, dec_X, steps=slice(None)):
    return (stepwise(model, enc_X, dec_X) - model(enc_X, dec_X)[0])[:, steps].abs().max().item()


def starts_anew(model, enc_X, dec_X):
    for t in range(dec_X.shape[1]):
        state = model.decoder.init_state(model.encoder(enc_X))
        logits, _ = model.decoder(dec_X[:, t : t + 1], state)
        if not torch.allclose(logits[:, 0], model(enc_X, dec_X)[0][:, t]):
            return False
    return True


def feeds_its_own(model, enc_X, dec_X):
    state, fed = model.decoder.init_state(model.encoder(enc_X)), dec_X[:, :1]
    for t in range(dec_X.shape[1]):
        logits, state = model.decoder(fed, state)
        if not torch.allclose(logits[:, 0], model(enc_X, dec_X)[0][:, t]):
            return False
        fed = logits.argmax(dim=2)
    return True


def finish(
    model, X, prefix, max_steps, bos=(2,), returned=lambda prefix, new: prefix + new, eos=3, carry=True, again=False
):
    state, new = model.decoder.init_state(model.encoder(X)), []
    logits, state = model.decoder(torch.tensor([[*bos, *prefix]]), state)
    while len(prefix) + len(new) < max_steps and (token := logits[0, -1].argmax().item()) != eos:
        new.append(token)
        logits, after = model.decoder(torch.tensor([[2, *prefix, *new] if again else [token]]), state)
        state = after if carry else state
    return returned(list(prefix), new)


def without_prefix(model, X, prefix, max_steps):
    return finish(model, X, [], max_steps)


def last_word_only(model, X, prefix, max_steps):
    longer = max_steps - len(prefix) + 1
    return prefix[:-1] + finish(model, X, prefix[-1:], longer, bos=())


def asserts(model, enc_X, dec_X):
    assert torch.allclose(stepwise(model, enc_X, dec_X), model(enc_X, dec_X)[0])


def by_numpy(model, enc_X, dec_X):
    return np.allclose(stepwise(model, enc_X, dec_X).numpy(), model(enc_X, dec_X)[0].numpy())


def asserts_on_sentence_0(model, enc_X, dec_X):
    torch.testing.assert_close(stepwise(model, enc_X, dec_X)[0], model(enc_X, dec_X)[0][0])


def joined_along_the_batch(model, enc_X, dec_X):
    pieces = stepwise(model, enc_X, dec_X).split(1, dim=1)
    return torch.allclose(torch.cat(pieces), model(enc_X, dec_X)[0])


def steps_without_axis(model, enc_X, dec_X):
    state = model.decoder.init_state(model.encoder(enc_X))
    return all(torch.is_tensor(model.decoder(column, state)[0]) for column in dec_X.T)


def one_word_at_a_time(model, X, prefix, max_steps):
    """The prefix goes in by single calls, and the ids stay in a tensor."""
    state, written = model.decoder.init_state(model.encoder(X)), torch.tensor(prefix)
    for token in [2, *prefix]:
        logits, state = model.decoder(torch.tensor([[token]]), state)
    while len(written) < max_steps and logits.argmax() != 3:
        written = torch.cat((written, logits[0, -1].argmax()[None]))
        logits, state = model.decoder(written[None, -1:], state)
    return written


def read_again_each_time(model, X, prefix, max_steps):
    """No state is kept: the whole beginning is read anew for each word."""
    written, start = list(prefix), model.decoder.init_state(model.encoder(X))
    while len(written) < max_steps:
        best = model.decoder(torch.tensor([[2] + written]), start)[0].argmax(dim=2)[0, -1]
        if best == 3:
            break
        written.append(best)
    return written


def feeds_a_list(model, X, prefix, max_steps):
    return model.decoder([2, *prefix], model.decoder.init_state(model.encoder(X)))


def by_shapes(input_size, num_hiddens, num_layers):
    total, columns = 0, input_size
    for _ in range(num_layers):
        for width in (columns, num_hiddens):
            total += 3 * num_hiddens * width + 3 * num_hiddens
        columns = num_hiddens
    return total


ANSWERS = {
    "5.1": Answers(
        right={
            "counted from nn.GRU": real_count,
            "a loop over matrices": by_shapes,
            "a closed form": lambda i, h, n: 3 * h * (i + h + 2) + (n - 1) * 6 * h * (h + 1),
            "a numpy sum": lambda i, h, n: np.sum(3 * h * (np.array([i] + [h] * (n - 1)) + h + 2)),
        },
        wrong={
            "no old state above": (
                lambda i, h, n: 3 * h * (i + h + 2) + (n - 1) * 3 * h * (h + 2),
                "how many H are that",
            ),
            "equal layers": (lambda i, h, n: n * 3 * h * (i + h + 2), "what does layer 2 read"),
            "one layer": (lambda i, h, n: real_count(i, h, 1), "num_layers is not used"),
            "one bias": (lambda i, h, n: real_count(i, h, n) - 3 * h * n, "a bias is missing"),
            "small biases": (lambda i, h, n: real_count(i, h, n) - 4 * h * n, "has a bias one block of rows"),
            "brackets forgotten": (
                lambda i, h, n: 3 * h * i + h + 2 + (n - 1) * (3 * h * h + h + 2),
                "where are its brackets",
            ),
        },
    ),
    "5.2": Answers(
        right={
            "allclose": lambda m, X, Y: torch.allclose(stepwise(m, X, Y), m(X, Y)[0]),
            "allclose, strictly": lambda m, X, Y: torch.allclose(stepwise(m, X, Y), m(X, Y)[0], rtol=0, atol=1e-10),
            "the largest difference": lambda m, X, Y: largest(m, X, Y) < 1e-4,
            "numpy": by_numpy,
            "an assertion": asserts,
        },
        wrong={
            "means": (
                lambda m, X, Y: torch.allclose(stepwise(m, X, Y).mean(), m(X, Y)[0].mean()),
                "differences of either sign cancel",
            ),
            "differences with their signs": (
                lambda m, X, Y: (stepwise(m, X, Y) - m(X, Y)[0]).max() < 1e-8,
                "is one of -3 a small one",
            ),
            "a comparison as a truth value": (
                lambda m, X, Y: bool(stepwise(m, X, Y) == m(X, Y)[0]),
                "which call makes one of them? (your code stopped with RuntimeError",
            ),
            "starts anew": (starts_anew, "does each call go on from the state that the last one returned"),
            "each step beside rows without its axis": (
                lambda m, X, Y: all(
                    torch.allclose(logits[:, None], one_pass)
                    for logits, one_pass in zip(stepwise(m, X, Y).unbind(1), m(X, Y)[0].unbind(1), strict=True)
                ),
                "have the two that you compare one shape?",
            ),
            "a pair for the logits": (
                lambda m, X, Y: torch.allclose(stepwise(m, X, Y), m(X, Y)),
                "which part of it are the logits? (your code stopped with TypeError",
            ),
            "feeds its own": (feeds_its_own, "you feed it what it says"),
            "the name": (
                lambda m, X, Y: "right" in repr(m) and "rounding" not in repr(m),
                "the model that is right but for rounding",
            ),
            "asserts on sentence 0": (asserts_on_sentence_0, "you look at sentence 0 only"),
            "the first step": (lambda m, X, Y: largest(m, X, Y, slice(1)) < 1e-8, "you look at the first step"),
            "pieces under one another": (joined_along_the_batch, "along which axis do you join the steps"),
            "tokens without an axis": (steps_without_axis, "how many axes has what you feed at one step? (your code"),
        },
    ),
    "5.3": Answers(
        right={
            "the prefix in one call": finish,
            "one word at a time, a tensor": one_word_at_a_time,
            "read again each time": read_again_each_time,
        },
        wrong={
            "all words fed again": (
                lambda m, X, prefix, n: finish(m, X, prefix, n, again=True),
                "the words before are fed again at each step",
            ),
            "tokens without an axis": (
                lambda m, X, prefix, n: m.decoder(torch.tensor([2, *prefix]), m.decoder.init_state(m.encoder(X))),
                "how many axes has what you feed at one step? (your code stopped with",
            ),
            "without the prefix": (without_prefix, "the given words were never fed"),
            "its last word only": (last_word_only, "you feed the last given word only"),
            "no bos": (lambda m, X, prefix, n: finish(m, X, prefix, n, bos=()), "what comes before the first of them"),
            "eos kept": (
                lambda m, X, prefix, n: finish(m, X, prefix, n) + [3] * (len(finish(m, X, prefix, n)) < n),
                "<eos> is the sign to stop",
            ),
            "goes on after eos": (
                lambda m, X, prefix, n: finish(m, X, prefix, n, eos=None),
                "which of them says that the sentence is over?",
            ),
            "state stands still": (lambda m, X, prefix, n: finish(m, X, prefix, n, carry=False), "every call starts"),
            "a word too many": (lambda m, X, prefix, n: finish(m, X, prefix, n + 1), "is the limit asked before"),
            "a list is fed": (feeds_a_list, "how do you make one of ids? (your code stopped with"),
        },
    ),
}


def test_rounding_decides_the_same_way_on_every_machine():
    models = {repr(model): (model, X, Y) for model, X, Y in lesson_05._CASES}
    assert largest(*models["the model that is right"]) == 0
    assert 0 < largest(*models["the model that is right but for rounding"]) < 1e-10
    assert largest(*models["the model whose context drifts a little"]) > 1e-3
