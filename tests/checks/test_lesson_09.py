"""Lesson 09's predictions and exercises: typical answers, and the line that each gets."""

import pytest
import torch

from seq2seq_lessons.checks import check, predict

FED = {"gold": "lit", "own": "vend"}
SAME = {"before": True, "at": True, "after": False}
WAYS = {"token": 2**7, "sentence": 2}
USES = {"validation_loss": "gold", "bleu": "own", "user": "own"}


def said(capsys, call, *args, **named):
    call(*args, **named)
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("number", "right", "wrong", "piece"),
    [
        ("9.1", FED, {"gold": "vend"}, "whose words does this way feed"),
        ("9.1", FED, {"gold": "un"}, "what it must say at step 3"),
        ("9.1", FED, {"own": "lit"}, "nobody tells this decoder"),
        ("9.1", FED, {"own": "elle"}, "which word is the latest"),
        ("9.1", FED, {"own": "<bos>"}, "look again at own"),
        ("9.3", SAME, {"before": False}, "which words has either way fed"),
        ("9.3", SAME, {"at": False}, "At which step is it fed"),
        ("9.3", SAME, {"after": True}, "one way now reads the wrong word"),
        ("9.4", WAYS, {"token": 256}, "what is fed at step 1"),
        ("9.4", WAYS, {"token": 7}, "that is the number of coins"),
        ("9.4", WAYS, {"token": 14}, "fall independently"),
        ("9.4", WAYS, {"token": 2}, "from right to own and back"),
        ("9.4", WAYS, {"sentence": 1}, "two sides"),
        ("9.4", WAYS, {"sentence": 128}, "how many coins are tossed for one row"),
        ("9.5", USES, {"validation_loss": "own"}, "how probable the reference is"),
        ("9.5", USES, {"bleu": "gold"}, "locked away"),
        ("9.5", USES, {"user": "gold"}, "who would know"),
    ],
)
def test_predictions_in_parts(capsys, number, right, wrong, piece):
    assert said(capsys, predict, number, **dict.fromkeys(right)) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, **right).startswith(f"Prediction {number}: right. ")
    assert piece in said(capsys, predict, number, **right | wrong)


@pytest.mark.parametrize(
    ("wrong", "piece"),
    [("fewer", "What would its own words have been"), ("more", "at its first wrong word"), (760, "760 is not it")],
)
def test_prediction_of_whole_sentences(capsys, wrong, piece):
    assert said(capsys, predict, "9.2", None) == "Prediction 9.2: your turn"
    assert said(capsys, predict, "9.2", "as many").startswith("Prediction 9.2: right. ")
    assert piece in said(capsys, predict, "9.2", wrong)


@pytest.mark.parametrize("number", ["9.1", "9.2", "9.3"])
def test_unanswered(capsys, number):
    assert said(capsys, check, number, lambda *args: None) == f"Exercise {number}: your turn"


def first_error(said, labels, valid_len):
    for t in range(valid_len):
        if said[t] != labels[t]:
            return t + 1
    return 0


def by_tensors(said, labels, valid_len):
    differs = torch.tensor(said[:valid_len]) != torch.tensor(labels[:valid_len])
    return differs.int().argmax() + 1 if differs.any() else 0


def last_error(said, labels, valid_len):
    last = 0
    for t in range(valid_len):
        if said[t] != labels[t]:
            last = t + 1
    return last


@pytest.mark.parametrize("answer", [first_error, by_tensors])
def test_first_error_right(capsys, answer):
    assert said(capsys, check, "9.1", answer).startswith("Exercise 9.1: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda s, y, n: first_error(s, y, len(y)), "it looks at the pads"),
        (lambda s, y, n: first_error(s, y, n - 1), "one real token is never looked at"),
        (lambda s, y, n: next((t for t in range(n) if s[t] != y[t]), 0), "it counts from 0: how"),
        (lambda s, y, n: next((t for t in range(n) if s[t] != y[t]), -1), "with -1 for none"),
        (last_error, "that is the last error"),
        (lambda s, y, n: sum(s[t] != y[t] for t in range(n)), "how many errors there are"),
        (lambda s, y, n: s[:n] != y[:n], "not where"),
        (lambda s, y, n: next((t + 1 for t in range(n) if s[t] != y[t]), n), "gets its last step"),
        (lambda s, y, n: next((t + 1 for t in range(n) if s[t] == y[t]), 0), "at which it is right"),
        (lambda s, y, n: 7, "called with ([5, 8, 7, 3, 3], "),
        (lambda s, y, n: [1], "it returns [1]: expected a number"),
    ],
)
def test_first_error_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "9.1", answer)


def shifted(ids, bos_id):
    return torch.cat((torch.full((len(ids), 1), bos_id), ids[:, :-1]), dim=1)


def mix(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, shifted(labels, bos_id), shifted(said, bos_id))


def by_loop(labels, said, coins, ratio, bos_id):
    fed = torch.full_like(labels, bos_id)
    for i in range(len(labels)):
        for t in range(1, labels.shape[1]):
            fed[i, t] = labels[i, t - 1] if coins[i, t] < ratio else said[i, t - 1]
    return fed


@pytest.mark.parametrize("answer", [mix, by_loop])
def test_mix_right(capsys, answer):
    assert said(capsys, check, "9.2", answer).startswith("Exercise 9.2: right. ")


def after_bos(function):
    def answer(labels, said, coins, ratio, bos_id):
        fed = function(labels, said, coins, ratio, bos_id)
        fed[:, 0] = bos_id
        return fed

    return answer


def unshifted(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, labels, said)


def own_unshifted(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, shifted(labels, bos_id), said)


def rolled(ids):
    return torch.cat((ids[:, -1:], ids[:, :-1]), dim=1)


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda y, s, c, r, b: mix(y, s, 1 - c, 1 - r, b), "the coin is inverted"),
        (lambda y, s, c, r, b: torch.where(c > r, shifted(y, b), shifted(s, b)), "the coin is inverted"),
        (lambda y, s, c, r, b: mix(y, s, c, 0.5, b), "always a fair one"),
        (lambda y, s, c, r, b: shifted(y if c[0, 0] < r else s, b), "one coin decides for the whole batch"),
        (lambda y, s, c, r, b: mix(y, s, c[:, :1], r, b), "one coin decides for a whole sentence"),
        (lambda y, s, c, r, b: mix(y, s, c[0], r, b), "share one row of coins"),
        (lambda y, s, c, r, b: shifted(unshifted(y, s, c, r, b), b), "you mix first"),
        (own_unshifted, "was said one step before it"),
        (after_bos(own_unshifted), "was said one step before it"),
        (lambda y, s, c, r, b: torch.where(c < r, y, shifted(s, b)), "the right words are not shifted"),
        (unshifted, "what must be said there"),
        (after_bos(unshifted), "what must be said there"),
        (lambda y, s, c, r, b: torch.where(c < r, shifted(y, b), rolled(s)), "may replace <bos>"),
        (lambda y, s, c, r, b: torch.where(c < r, rolled(y), rolled(s)), "<bos> is nowhere"),
        (lambda y, s, c, r, b: mix(y, s, c, r, 1), "numbers differ, the first at (0, 0)"),
        (lambda y, s, c, r, b: mix(y, s, c, r, b).float(), "its dtype is torch.float32"),
        (lambda y, s, c, r, b: torch.where(c < r, y, s, b), "your code stopped with TypeError"),
    ],
)
def test_mix_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "9.2", answer)


def schedule(epoch, epochs, first, last):
    return first if epochs == 1 else first - epoch * (first - last) / (epochs - 1)


def test_schedule_right(capsys):
    assert said(capsys, check, "9.3", schedule).startswith("Exercise 9.3: right. ")
    by_linspace = said(capsys, check, "9.3", lambda e, n, a, b: torch.linspace(a, b, n, dtype=torch.float64)[e])
    assert by_linspace.startswith("Exercise 9.3: right. ")


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda e, n, a, b: a + (b - a) * e / n, "the last epoch does not get `last`"),
        (lambda e, n, a, b: a + (b - a) * (e + 1) / n, "the first epoch does not get `first`"),
        (lambda e, n, a, b: schedule(e - 1, n, a, b) if n > 1 else a, "a value beyond `first`"),
        (lambda e, n, a, b: a + (b - a) * (e - 1) / max(n - 1, 1), "a value beyond `first`"),
        (lambda e, n, a, b: schedule(e, n, b, a), "from `last` to `first`"),
        (lambda e, n, a, b: max(a - 0.1 * e, b), "falls by a tenth"),
        (lambda e, n, a, b: schedule(e, n, 1.0, 0.0), "from 1 to 0 whatever"),
        (lambda e, n, a, b: a + (b - a) * e / (n - 1), "your code stopped with ZeroDivisionError"),
        (lambda e, n, a, b: b, "called with (0, 5, 1.0, 0.5), it returns 0.5"),
    ],
)
def test_schedule_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "9.3", answer)
