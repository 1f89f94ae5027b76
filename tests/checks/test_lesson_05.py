"""Lesson 05's exercises: typical answers, right and wrong, and the line that each gets."""

import pytest
import torch
from torch import nn

from seq2seq_lessons.checks import lesson_05


def real_count(input_size, num_hiddens, num_layers):
    return sum(p.numel() for p in nn.GRU(input_size, num_hiddens, num_layers).parameters())


def test_gru_parameters_right(said):
    assert said("5.1", real_count).startswith("Exercise 5.1: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda i, h, n: n * 3 * h * (i + h + 2), "what does layer 2 read"),
        (lambda i, h, n: real_count(i, h, 1), "num_layers is not used"),
    ],
)
def test_gru_parameters_wrong(said, answer, piece):
    assert piece in said("5.1", answer)


def stepwise(model, enc_X, dec_X):
    state, pieces = model.decoder.init_state(model.encoder(enc_X)), []
    for t in range(dec_X.shape[1]):
        logits, state = model.decoder(dec_X[:, t : t + 1], state)
        pieces.append(logits[:, 0])
    return torch.stack(pieces, dim=1)


def largest(model, enc_X, dec_X, steps=slice(None)):
    return (stepwise(model, enc_X, dec_X) - model(enc_X, dec_X)[0])[:, steps].abs().max().item()


@pytest.mark.parametrize(
    "answer",
    [
        lambda m, X, Y: torch.allclose(stepwise(m, X, Y), m(X, Y)[0]),
        lambda m, X, Y: torch.allclose(stepwise(m, X, Y), m(X, Y)[0], rtol=0, atol=1e-10),
        lambda m, X, Y: largest(m, X, Y) < 1e-4,
    ],
)
def test_obeys_right(said, answer):
    assert said("5.2", answer).startswith("Exercise 5.2: right. ")


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


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (starts_anew, "each of your calls starts from the encoder's state"),
        (feeds_its_own, "you feed it what it says"),
        (lambda m, X, Y: "right" in repr(m) and "rounding" not in repr(m), "the model that is right but for rounding"),
    ],
)
def test_obeys_wrong(said, answer, piece):
    assert piece in said("5.2", answer)


def test_rounding_decides_the_same_way_on_every_machine():
    models = {repr(model): (model, X, Y) for model, X, Y in lesson_05._CASES}
    assert largest(*models["the model that is right"]) == 0
    assert 0 < largest(*models["the model that is right but for rounding"]) < 1e-10
    assert largest(*models["the model whose context drifts a little"]) > 1e-3


def finish(model, X, prefix, max_steps, bos=(2,), returned=lambda prefix, new: prefix + new, eos=3, carry=True):
    state, new = model.decoder.init_state(model.encoder(X)), []
    logits, state = model.decoder(torch.tensor([[*bos, *prefix]]), state)
    while len(prefix) + len(new) < max_steps and (token := logits[0, -1].argmax().item()) != eos:
        new.append(token)
        logits, after = model.decoder(torch.tensor([[token]]), state)
        state = after if carry else state
    return returned(list(prefix), new)


def test_finish_right(said):
    assert said("5.3", finish).startswith("Exercise 5.3: right. ")


def without_prefix(model, X, prefix, max_steps):
    return finish(model, X, [], max_steps)


def last_word_only(model, X, prefix, max_steps):
    longer = max_steps - len(prefix) + 1
    return prefix[:-1] + finish(model, X, prefix[-1:], longer, bos=())


@pytest.mark.parametrize(
    ("answer", "piece"),
    [(without_prefix, "the given words were never fed"), (last_word_only, "you feed the last given word only")],
)
def test_finish_wrong(said, answer, piece):
    assert piece in said("5.3", answer)
