"""Lesson 06: right and wrong answers, and the hint that each wrong one gets."""

import pytest
import torch

from seq2seq_lessons.checks import check, lesson_06, predict

ROWS = {"fed": "<bos> je suis chez moi .", "must_say": "je suis chez moi . <eos>"}
LAST = {"dropped": ("<pad>", "<eos>", "<pad>"), "rows_with_eos": 2}
WHICH = {"lower_loss": "unshifted", "translates": "shifted"}
FIRST = {"shifted": 4, "unshifted": 3}
CALLS = {"one_pass": 1, "step_by_step": 6, "updates": 6}


def said(capsys, function, *args, **named):
    function(*args, **named)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return out.rstrip("\n")


@pytest.mark.parametrize(
    ("number", "right", "wrong", "piece"),
    [
        ("6.1", ROWS, {"fed": "je suis chez moi . <eos>"}, "What is fed before the first word?"),
        ("6.1", ROWS, {"fed": "<bos> je suis chez moi . <eos>"}, "what would be left to say"),
        ("6.1", ROWS, {"must_say": "<bos> je suis chez moi . <eos>"}, "have to say <bos>"),
        ("6.1", ROWS, {"must_say": "je suis chez moi ."}, "stops at a word that the decoder says"),
        ("6.1", ROWS, {"fed": "moi"}, "look again at fed."),
        ("6.2", LAST, {"dropped": ("<eos>", "<eos>", "<eos>")}, "the last of row 0"),
        ("6.2", LAST, {"dropped": ("!", ".", ".")}, "these are the last words"),
        ("6.2", LAST, {"rows_with_eos": 0}, "before the pads of row 0"),
        ("6.2", LAST, {"rows_with_eos": 3}, "what does the longest row lose"),
        ("6.3", WHICH, {"lower_loss": "shifted"}, "when it is fed je"),
        ("6.3", WHICH, {"translates": "unshifted"}, "fed its own words then"),
        ("6.4", FIRST, {"shifted": 3}, "At which step is it fed chez"),
        ("6.4", FIRST, {"unshifted": 4}, "What stands at step 4"),
        ("6.4", FIRST, {"unshifted": 1}, "What has it read at step 1"),
        ("6.5", CALLS, {"one_pass": 6}, "how many rows stand before it"),
        ("6.5", CALLS, {"step_by_step": 5}, "<bos> is fed, too"),
        ("6.5", CALLS, {"updates": 1}, "for the state of step 4"),
    ],
)
def test_predictions(capsys, number, right, wrong, piece):
    assert said(capsys, predict, number, **dict.fromkeys(right)) == f"Prediction {number}: your turn"
    assert said(capsys, predict, number, **right).startswith(f"Prediction {number}: right. ")
    assert piece in said(capsys, predict, number, **right | wrong)


@pytest.mark.parametrize("number", ["6.1", "6.2"])
def test_unanswered(capsys, number):
    assert said(capsys, check, number, lambda *args: None) == f"Exercise {number}: your turn"


def bos(labels, bos_id):
    return torch.full((len(labels), 1), bos_id)


def joined(labels, bos_id):
    return torch.cat((bos(labels, bos_id), labels[:, :-1]), dim=1)


def rolled(labels, bos_id):
    fed = torch.roll(labels, 1, dims=1)
    fed[:, 0] = bos_id
    return fed


def by_loop(labels, bos_id):
    return torch.tensor([[bos_id, *row[:-1]] for row in labels.tolist()])


@pytest.mark.parametrize("answer", [joined, rolled, by_loop])
def test_decoder_input_right(capsys, answer):
    assert said(capsys, check, "6.1", answer).startswith("Exercise 6.1: right. ")


def row_0(labels, bos_id):
    fed = labels.clone()
    fed[0, 1:] = labels[0, :-1]
    fed[0, 0] = bos_id
    return fed


def writes_into_labels(labels, bos_id):
    labels[:, 1:] = labels[:, :-1].clone()
    labels[:, 0] = bos_id
    return labels


def writes_bos_only(labels, bos_id):
    labels[:, 0] = bos_id
    return torch.cat((labels[:, :1], labels[:, :-1]), dim=1)


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda labels, bos_id: torch.roll(labels, 1, 1), "a row is not a ring"),
        (lambda labels, bos_id: labels[:, :-1], "a step is missing"),
        (lambda labels, bos_id: labels[:, 1:], "these are the next words"),
        (lambda labels, bos_id: labels.clone(), "these are the labels"),
        (lambda labels, bos_id: torch.cat((bos(labels, bos_id), labels[:, 1:]), 1), "taken the place of the first"),
        (lambda labels, bos_id: torch.cat((labels[:, :-1], bos(labels, bos_id)), 1), "at which end of the row"),
        (lambda labels, bos_id: torch.cat((labels, bos(labels, bos_id)), 1), "the row has become longer"),
        (lambda labels, bos_id: torch.cat((labels[:, 1:], bos(labels, bos_id)), 1), "shifted the other way"),
        (lambda labels, bos_id: torch.cat((bos(labels, bos_id), labels), 1), "one column too many"),
        (row_0, "row 0 is right"),
        (writes_into_labels, "the labels themselves have changed"),
        (writes_bos_only, "the labels themselves have changed"),
        (lambda labels, bos_id: torch.cat((bos_id * torch.ones(len(labels), 1), labels[:, :-1]), 1), "for the dtype"),
        (lambda labels, bos_id: joined(labels, 2), "use the argument"),
        (lambda labels, bos_id: torch.roll(labels, 1, 0).index_fill(0, torch.tensor(0), bos_id), "the sentence before"),
        (lambda labels, bos_id: joined(labels.masked_fill(labels == 3, 0), bos_id), "taken every <eos> away"),
        (lambda labels, bos_id: joined(labels, bos_id).flip(1), "numbers differ"),
        (lambda labels, bos_id: joined(labels, bos_id).tolist(), "expected a tensor, not a list"),
        (lambda labels, bos_id: torch.cat((bos_id, labels[:, :-1]), 1), "your code stopped with TypeError"),
    ],
)
def test_decoder_input_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "6.1", answer)


def changed(score, labels, row, step):
    """(batch, steps): which logits change with another word at (row, step)."""
    edited = labels.clone()
    edited[row, step] = 4 if labels[0, step] != 4 else 5
    return (score(edited) - score(labels)).abs().amax(dim=2) > 1e-9


def peeks(score, labels, rows=None, steps=None, until=1):
    return any(
        changed(score, labels, row, step)[:, : step + until].any().item()
        for row in rows or range(len(labels))
        for step in steps or range(labels.shape[1])
    )


def all_rows_at_once(score, labels):
    return peeks(score, labels, rows=[slice(None)])


def all_that_follows(score, labels):
    """Every word from a step on is another."""
    for step in range(labels.shape[1]):
        edited = labels.clone()
        edited[:, step:] = (edited[:, step:] + 3) % 9
        if not torch.equal(score(edited)[:, : step + 1], score(labels)[:, : step + 1]):
            return True
    return False


@pytest.mark.parametrize("answer", [peeks, all_rows_at_once, all_that_follows])
def test_peeks_right(capsys, answer):
    assert said(capsys, check, "6.2", answer).startswith("Exercise 6.2: right. ")


def edits_pile_up(score, labels):
    before = score(labels)
    for step in range(labels.shape[1]):
        labels[:, step] = (labels[:, step] + 1) % 9
        if (score(labels) != before)[:, : step + 1].any():
            return True
    return False


def first_step_only(score, labels):
    return bool((score((labels + 1) % 9) != score(labels))[:, 0].any())


@pytest.mark.parametrize(
    ("answer", "piece"),
    [
        (lambda score, labels: score(labels).shape[:2] != labels.shape, "it clears every path"),
        (lambda score, labels: peeks(score, labels, until=9), "which steps may know a word"),
        (edits_pile_up, "is only one word changed at a time"),
        (lambda score, labels: peeks(score, labels, until=2), "the step after a word is due"),
        (lambda score, labels: peeks(score, labels, until=0), "you clear the one without a shift"),
        (lambda score, labels: peeks(score, labels, steps=[0]), "you edit the first word only"),
        (lambda score, labels: peeks(score, labels, steps=[5]), "you edit the last word only"),
        (lambda score, labels: peeks(score, labels, rows=[0]), "you edit row 0 only"),
        (first_step_only, "you look at the first step only"),
        (lambda score, labels: not peeks(score, labels), "called with (the path that is right, "),
        (lambda score, labels: changed(score, labels, 0, 0), "expected True or False, not a tensor"),
        (lambda score, labels: score(labels, 2), "your code stopped with TypeError"),
    ],
)
def test_peeks_wrong(capsys, answer, piece):
    assert piece in said(capsys, check, "6.2", answer)


def test_a_right_path_is_fed_a_word_when_it_is_due():
    """A repeated word: whoever compares what is fed with what is due accuses the right path."""
    score, labels = lesson_06._CASES[0]
    assert repr(score) == "the path that is right"
    assert (score.make_input(labels) == labels).any()
