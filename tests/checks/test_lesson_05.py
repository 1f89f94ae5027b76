"""Lesson 05's predictions and exercises: typical answers, and the line that each gets."""

import pytest
import torch
from torch import nn

from seq2seq_lessons.checks import check, lesson_05, predict

SHAPES = {"logits": (3, 6, 15), "context": (3, 16), "hidden": (2, 3, 16)}
CHANGED = {"embedding": False, "gru_weight": True, "gru_bias": False, "dense_weight": True, "dense_bias": False}
STEPS = {"kept": 6, "drifting": 1}
CALLS = {"encoder": 1, "decoder": 6}


def said(capsys, call, *args, **named):
    call(*args, **named)
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("number", "right", "wrong", "piece"),
    [
        ("5.1", SHAPES, {"logits": (3, 4, 15)}, "has the source's steps"),
        ("5.1", SHAPES, {"logits": (6, 3, 15)}, "logits has steps first"),
        ("5.1", SHAPES, {"context": (2, 3, 16)}, "it is the top one only"),
        ("5.1", SHAPES, {"hidden": (2, 3, 24)}, "how wide is what a GRU keeps"),
        ("5.2", CHANGED, {"embedding": True}, "is nn.Embedding a Linear"),
        ("5.2", CHANGED, {"gru_bias": True}, "what does the name bias_ih_l0 start with"),
        ("5.2", CHANGED, {"dense_bias": True}, "does the second line name"),
        ("5.3", STEPS, {"drifting": 6}, "How often is it read in six calls"),
        ("5.3", STEPS, {"drifting": 0}, "which state does the top layer come from"),
        ("5.3", STEPS, {"drifting": 2}, "Whose top layer is it now"),
        ("5.4", CALLS, {"encoder": 6}, "what of the source changes"),
        ("5.4", CALLS, {"decoder": 5}, "who says that this is all"),
        ("5.4", CALLS, {"decoder": 7}, "<bos> is fed, not said"),
    ],
)
def test_predictions_in_parts(capsys, number, right, wrong, piece):
    assert said(capsys, predict, number, **dict.fromkeys(right)) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, **right).startswith(f"Prediction {number}: right. ")
    assert piece in said(capsys, predict, number, **right | wrong)


@pytest.mark.parametrize(
    ("number", "right", "wrong", "piece"),
    [
        ("5.5", 4, 3, "the probabilities come first"),
        ("5.5", 4, 1, "What has step 1 to do with"),
        ("5.6", "B", "A", "which of the decoder's inputs still comes from it"),
    ],
)
def test_predictions_of_one_value(capsys, number, right, wrong, piece):
    assert said(capsys, predict, number, None) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, right).startswith(f"Prediction {number}: right. ")
    assert piece in said(capsys, predict, number, wrong)


@pytest.mark.parametrize("number", ["5.1", "5.2", "5.3"])
def test_unanswered(capsys, number):
    assert said(capsys, check, number, lambda *args: None) == f"Exercise {number}: your turn"


def real_count(input_size, num_hiddens, num_layers):
    return sum(p.numel() for p in nn.GRU(input_size, num_hiddens, num_layers).parameters())


def test_gru_parameters_right(capsys):
    assert said(capsys, check, "5.1", real_count).startswith("Exercise 5.1: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda i, h, n: n * 3 * h * (i + h + 2), "what does layer 2 read"),
        (lambda i, h, n: real_count(i, h, 1), "num_layers is not used"),
        (lambda i, h, n: real_count(i, h, n) - n * 3 * h, "a bias is missing"),
        (lambda i, h, n: real_count(i, h, n) - n * 6 * h, "the biases are missing"),
        (lambda i, h, n: sum(p.numel() for p in nn.RNN(i, h, n).parameters()), "that is a plain RNN"),
        (lambda i, h, n: sum(p.numel() for p in nn.LSTM(i, h, n).parameters()), "are an LSTM's"),
        (lambda i, h, n: real_count(i, h, n) - n * 3 * h * h, "read the old state are missing"),
        (lambda i, h, n: 0, "called with (8, 16, 1), it returns 0"),
    ],
)
def test_gru_parameters_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "5.1", answer)


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
def test_obeys_right(capsys, answer):
    assert said(capsys, check, "5.2", answer).startswith("Exercise 5.2: right. ")


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
        (lambda m, X, Y: stepwise(m, X, Y).shape == m(X, Y)[0].shape, "it clears every model"),
        (lambda m, X, Y: largest(m, X, Y, slice(0, 1)) < 1e-9, "you look at the first step"),
        (lambda m, X, Y: largest(m, X, Y, slice(0, 2)) < 1e-9, "you look at two steps"),
        (lambda m, X, Y: largest(m, X, Y, slice(-1, None)) < 1e-9, "you look at the last step"),
        (lambda m, X, Y: torch.equal(stepwise(m, X, Y).argmax(2), m(X, Y)[0].argmax(2)), "you compare the best words"),
        (lambda m, X, Y: torch.equal(stepwise(m, X, Y), m(X, Y)[0]), "over a rounding in the last digits"),
        (starts_anew, "each of your calls starts from the encoder's state"),
        (feeds_its_own, "you feed it what it says"),
        (lambda m, X, Y: stepwise(m, X, Y) == m(X, Y)[0], "expected True or False, not a tensor"),
        (lambda m, X, Y: "right" in repr(m) and "rounding" not in repr(m), "the model that is right but for rounding"),
        (lambda m, X, Y: m(X)[0], "your code stopped with TypeError"),
    ],
)
def test_obeys_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "5.2", answer)


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


def test_finish_right(capsys):
    assert said(capsys, check, "5.3", finish).startswith("Exercise 5.3: right. ")


def without_prefix(model, X, prefix, max_steps):
    return finish(model, X, [], max_steps)


def last_word_only(model, X, prefix, max_steps):
    longer = max_steps - len(prefix) + 1
    return prefix[:-1] + finish(model, X, prefix[-1:], longer, bos=())


def bos_again(model, X, prefix, max_steps):
    state = model.decoder.init_state(model.encoder(X))
    _, state = model.decoder(torch.tensor([[2, *prefix]]), state)
    token, written = 2, list(prefix)
    while len(written) < max_steps:
        logits, state = model.decoder(torch.tensor([[token]]), state)
        token = logits.argmax().item()
        if token == 3:
            break
        written.append(token)
    return written


def keeps_eos(model, X, prefix, max_steps):
    written = finish(model, X, prefix, max_steps)
    return written + [3] if len(written) < max_steps else written


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (without_prefix, "the given words were never fed"),
        (last_word_only, "you feed the last given word only"),
        (lambda *args: finish(*args, bos=()), "what comes before the first of them"),
        (lambda *args: finish(*args, carry=False), "every call starts from the same state"),
        (bos_again, "you feed <bos> again"),
        (keeps_eos, "<eos> is the sign to stop"),
        (lambda *args: finish(*args, returned=lambda prefix, new: new), "return them, too"),
        (lambda m, X, prefix, n: finish(m, X, prefix, n + len(prefix)), "the given ones too"),
        (lambda m, X, prefix, n: finish(m, X, prefix, n)[::-1], "called with (model 1, "),
        (lambda m, X, prefix, n: torch.tensor(finish(m, X, prefix, n)), "not a tensor"),
    ],
)
def test_finish_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "5.3", answer)
