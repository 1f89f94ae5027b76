"""Lesson 08's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import copy
import math
from collections import Counter

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from seq2seq_lessons.checks import lesson_08
from seq2seq_lessons.checks.comparing import difference
from seq2seq_lessons.config import ModelConfig
from seq2seq_lessons.corpus import load_splits, split_by_source
from seq2seq_lessons.loss import MaskedSoftmaxCELoss
from seq2seq_lessons.model import build_model, xavier_init
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import Vocab, tokenize
from tests.checks.answers import Answers


def test_log_v_is_the_lessons():
    few, _ = split_by_source(load_splits("lessons")["train"][:3000:2], 0.2)
    assert len(Vocab.build([tokenize(pair.target) for pair in few])) == lesson_08.VOCAB_SIZE


# --- 8.1


def whole_batch_step(model, parts, optimizer):
    """Right by another way: one backward pass over the sum of all parts' losses."""
    losses = []
    for part in parts:
        logits, _ = model(part.source, decoder_input(part.target, 2), part.source_len)
        for row, labels, n in zip(logits, part.target, part.target_len.tolist(), strict=True):
            losses.append(cross_entropy(row[:n], labels[:n], reduction="none"))
    loss = torch.cat(losses).mean()
    optimizer.zero_grad()
    loss.backward()
    clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss


def step(
    model,
    parts,
    optimizer,
    before=lambda opt: opt.zero_grad(),
    between=lambda model, opt: None,
    loss_of=None,
    after=("clip", "step"),
    result=None,
    fed=decoder_input,
    lengths=True,
):
    num_tokens = sum(int(part.target_len.sum()) for part in parts)
    total = 0.0
    before(optimizer)
    for part in parts:
        logits, _ = model(part.source, fed(part.target, 2), part.source_len if lengths else None)
        loss_sum = MaskedSoftmaxCELoss("sum")(logits, part.target, part.target_len)
        loss = loss_of(logits, part, parts) if loss_of else loss_sum / num_tokens
        loss.backward()
        total += loss_sum.item() / num_tokens
        between(model, optimizer)
    for what in after:
        optimizer.step() if what == "step" else clip_grad_norm_(model.parameters(), 1.0)
    return total if result is None else result(total, num_tokens)


def changed_step(**changes):
    return lambda *args: step(*args, **changes)


def forgets_at_the_end(model, parts, optimizer):
    total = step(model, parts, optimizer, before=lambda opt: None)
    optimizer.zero_grad()
    return total


def forgets(model, parts, optimizer):
    num_tokens = sum(int(part.target_len.sum()) for part in parts)
    for part in parts:
        optimizer.zero_grad()
        logits, _ = model(part.source, decoder_input(part.target, 2), part.source_len)
        (mean_of(logits, part) * part.target_len.sum() / num_tokens).backward()
    clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return 0.0


def steps(model, parts, optimizer):
    return sum(step(model, [part], optimizer) for part in parts)


def weighed_means(model, parts, optimizer):
    optimizer.zero_grad()
    sizes = torch.tensor([part.target_len.sum() for part in parts])
    total = 0
    for part, share in zip(parts, sizes / sizes.sum(), strict=True):
        loss = mean_of(model(part.source, decoder_input(part.target, 2), part.source_len)[0], part) * share
        loss.backward()
        total += loss.detach()
    clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return total


def gradients_by_hand(model, parts, optimizer):
    """No .grad is added to: each part's gradients are asked for, and their sum is clipped by its own norm."""
    weights, nats, num_tokens, sums = list(model.parameters()), 0.0, 0, None
    for part in parts:
        logits, _ = model(part.source, decoder_input(part.target, 2), part.source_len)
        loss = MaskedSoftmaxCELoss("sum")(logits, part.target, part.target_len)
        grads = torch.autograd.grad(loss, weights)
        sums = grads if sums is None else [a + b for a, b in zip(sums, grads, strict=True)]
        nats, num_tokens = nats + loss.item(), num_tokens + int(part.target_len.sum())
    norm = torch.cat([grad.flatten() for grad in sums]).norm() / num_tokens
    for weight, grad in zip(weights, sums, strict=True):
        weight.grad = grad / num_tokens / max(norm, 1)
    optimizer.step()
    return nats / num_tokens


def mean_of(logits, part):
    return MaskedSoftmaxCELoss()(logits, part.target, part.target_len)


def test_both_kinds_of_gradient_are_tried():
    """One that is clipped in every step, and one that stays whole even per sentence, where a divisor cannot hide."""
    clipped, whole = lesson_08._STEP_CASES
    for case, divide, is_right in (
        (clipped, lesson_08._all_tokens, lambda norm: norm > 1.2),
        (whole, lesson_08._all_sentences, lambda norm: norm < 0.98),
    ):
        model, parts, optimizer = copy.deepcopy(case)
        for _ in range(2):
            lesson_08._step_in_parts(model, parts, optimizer, clip="never", step="never", divide=divide)
            assert is_right(clip_grad_norm_(model.parameters(), math.inf))
            lesson_08._step_in_parts(model, parts, optimizer)


# --- 8.2


def counted_by_source(train, val):
    found = Counter(pair.source for pair in val)
    return sum(found[source] for source in {pair.source for pair in train})


# --- 8.3

LOSSES, LENGTHS = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), torch.tensor([1, 3])
ZEROED = torch.tensor([[1.0, 0.0, 0.0], [4.0, 5.0, 6.0]])
BATCH = lesson_08._part(7, [4, 3, 2], [5, 4, 2])


def new_model():
    torch.manual_seed(0)
    return build_model(ModelConfig(4, 8), 9, 9)


def loss_of(model):
    logits, _ = model(BATCH.source, decoder_input(BATCH.target, 2), BATCH.source_len)
    return mean_of(logits, BATCH).item()


def values_are_right(zero_padding):
    return torch.equal(zero_padding(LOSSES.clone(), LENGTHS), ZEROED)


def leaves_its_argument(zero_padding):
    losses = LOSSES.clone()
    zero_padding(losses, LENGTHS)
    return torch.equal(losses, LOSSES)


def returns_another(zero_padding):
    losses = LOSSES.clone()
    return zero_padding(losses, LENGTHS) is not losses


def mask_test(zero_padding):
    return values_are_right(zero_padding) and leaves_its_argument(zero_padding)


def gives(losses, lengths, number):
    losses, lengths = torch.tensor(losses), torch.tensor(lengths)
    return lambda per_token: abs(float(per_token(losses.clone(), lengths)) - number) < 1e-5


mean_test = gives([[1.0, 9.0, 9.0], [2.0, 3.0, 6.0]], [1, 3], 3.0)


def weights(model):
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def zero_steps_keep(go_on, part=lambda model: model):
    model = new_model()
    before = weights(part(model))
    go_on(model, BATCH, 0)
    return torch.equal(weights(part(model)), before)


def steps_change(go_on):
    model = new_model()
    before = weights(model)
    go_on(model, BATCH, 2)
    return not torch.equal(weights(model), before)


def loss_falls(go_on):
    model = new_model()
    before = loss_of(model)
    go_on(model, BATCH, 30)
    return loss_of(model) < before


def training_test(go_on):
    return zero_steps_keep(go_on) and steps_change(go_on)


def by_the_loss(go_on):
    """Another right test: a second call begins where the first ended."""
    model = new_model()
    start = loss_of(model)
    go_on(model, BATCH, 80)
    after = loss_of(model)
    go_on(model, BATCH, 1)
    return after < 0.7 * start and loss_of(model) < 1.3 * after


def compares_with_itself(go_on):
    model = new_model()
    before = model.state_dict()
    go_on(model, BATCH, 2)
    return all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def two_calls_of_no_step(go_on):
    """Right as well: after no step, a second call of no step finds the same weights."""
    model = new_model()
    go_on(model, BATCH, 0)
    before = weights(model)
    go_on(model, BATCH, 0)
    return torch.equal(weights(model), before) and steps_change(go_on)


def asserting_mask_test(zero_padding):
    losses = LOSSES.clone()
    assert torch.equal(zero_padding(losses, LENGTHS), ZEROED)
    assert torch.equal(losses, LOSSES), "the argument has changed"


def asserting_mean_test(per_token):
    losses = torch.tensor([[1.0, 9.0, 9.0], [2.0, 3.0, 6.0]])
    torch.testing.assert_close(torch.as_tensor(per_token(losses, torch.tensor([1, 3]))), torch.tensor(3.0))


def asserting_training_test(go_on):
    model = new_model()
    before = weights(model)
    go_on(model, BATCH, 0)
    assert torch.equal(weights(model), before), "it starts anew"
    go_on(model, BATCH, 2)
    assert not torch.equal(weights(model), before), "it does not train"


def asserts_values_only(zero_padding):
    assert torch.equal(zero_padding(LOSSES.clone(), LENGTHS), ZEROED)


RIGHT = [mask_test, mean_test, training_test]
ASSERTING = [asserting_mask_test, asserting_mean_test, asserting_training_test]


def test_each_test_may_wait(said):
    stub = [lambda candidate: None] * 3
    assert said("8.3", stub) == "Exercise 8.3: your turn"
    assert said("8.3", [mask_test, *stub[:2]]) == "Exercise 8.3: 1 of 3 right. mean_test: your turn"
    assert "expected a list of your three functions" in said("8.3", mask_test)
    assert "expected a list of your three functions" in said("8.3", [mask_test, mean_test, True])


@pytest.mark.parametrize("name", lesson_08.BUG_TESTS)
def test_no_two_verdicts_are_alike(name):
    exercise = lesson_08.BUG_TESTS[name]
    verdicts = [exercise.results(exercise.expected), *(exercise.results(mistake) for mistake, _ in exercise.mistakes)]
    for i, verdict in enumerate(verdicts):
        assert all(difference(verdict, other) for other in verdicts[:i])


def test_the_planted_bugs_are_those_of_the_lesson():
    planted = [exercise.inputs[2][0] for exercise in lesson_08.BUG_TESTS.values()]
    assert {candidate.name for candidate in planted} == {"the one of the cell above"}
    mask, mean, train = planted
    losses = LOSSES.clone()
    assert mask(losses, LENGTHS) is losses and torch.equal(losses, ZEROED)
    assert mean(LOSSES.clone(), LENGTHS).item() == pytest.approx(16 / 3 / 4)
    model = new_model()
    before = copy.deepcopy(model)
    train(model, BATCH, 0)
    same = {name for name, tensor in model.state_dict().items() if torch.equal(tensor, before.state_dict()[name])}
    drawn = {name for name, _ in model.named_parameters() if "bias" not in name and "embedding" not in name}
    assert set(model.state_dict()) - same == drawn
    again = copy.deepcopy(before)
    again.apply(xavier_init)
    assert not torch.equal(weights(again), weights(before))


def test_a_loop_that_starts_anew_leaves_the_random_numbers_alone():
    model = new_model()
    before = torch.get_rng_state()
    lesson_08.BUG_TESTS["training_test"].inputs[2][0](model, BATCH, 1)
    assert torch.equal(torch.get_rng_state(), before)


def with_one(place, answer):
    """The three right tests, one of them replaced."""
    return [answer if i == place else test for i, test in enumerate(RIGHT)]


def backward_on_a_growing_sum(model, parts, optimizer):
    total = 0
    for part in parts:
        logits, _ = model(part.source, decoder_input(part.target, 2), part.source_len)
        total = total + mean_of(logits, part)
        total.backward()
    optimizer.step()
    return total


ANSWERS = {
    "8.1": Answers(
        right={
            "sums over all tokens": step,
            "one backward pass": whole_batch_step,
            "means weighed by tokens": weighed_means,
            "gradients added by hand": gradients_by_hand,
        },
        wrong={
            "both that the model returns": (
                lambda model, parts, optimizer: MaskedSoftmaxCELoss()(
                    model(parts[0].source, parts[0].target), parts[0].target, parts[0].target_len
                ),
                "which of them are the logits? (your code stopped with AttributeError",
            ),
            "no return": (changed_step(result=lambda total, n: None), "what should stand behind its return?"),
            "a growing sum sent backward": (
                backward_on_a_growing_sum,
                "on which loss do you call backward, and how often? (your code stopped with RuntimeError",
            ),
            "one batch again": (
                lambda model, parts, opt: torch.cat([part.source for part in parts]),
                "what do you put together? (your code stopped with RuntimeError",
            ),
            "never forgets": (changed_step(before=lambda opt: None), "what do the gradients hold when you are called"),
            "forgets at the end only": (forgets_at_the_end, "you clean up after yourself, and somebody else has not"),
            "forgets between the parts": (forgets, "only the last part reaches the weights"),
            "a move after each part": (
                changed_step(between=lambda model, opt: opt.step(), after=("clip",)),
                "so the second part meets another model",
            ),
            "a step for each part": (steps, "how often should the weights move?"),
            "another number returned": (
                changed_step(result=lambda total, n: total + 1),
                "what you return is not the loss per real token",
            ),
            "clipped too short": (
                changed_step(between=lambda model, opt: clip_grad_norm_(model.parameters(), 0.5)),
                "after two calls the weights",
            ),
            "a number sent backward": (
                changed_step(loss_of=lambda logits, part, parts: mean_of(logits, part).item()),
                "when did yours become a plain number? (your code stopped with AttributeError",
            ),
            "detached": (
                changed_step(loss_of=lambda logits, part, parts: mean_of(logits, part).detach()),
                "what have you made of yours? (your code stopped with RuntimeError",
            ),
        },
    ),
    "8.2": Answers(
        right={
            "a set": lambda train, val: sum(p.source in {q.source for q in train} for p in val),
            "two loops": lambda train, val: len([p for p in val if any(p.source == q.source for q in train)]),
            "counted by source": counted_by_source,
            "numpy": lambda train, val: np.isin([p.source for p in val], [p.source for p in train]).sum(),
        },
        wrong={
            "place by place": (
                lambda train, val: sum(a.source == b.source for a, b in zip(train, val, strict=False)),
                "must they stand at one place?",
            ),
            "a text among pairs": (
                lambda train, val: sum(p.source in train for p in val),
                "do you look for a text among pairs",
            ),
            "the same pair": (lambda train, val: sum(p in train for p in val), "you look for the same pair"),
            "sources": (lambda train, val: len({p[0] for p in val} & {p[0] for p in train}), "you count sources"),
            "pairs of train": (
                lambda train, val: sum(p.source in {q.source for q in val} for p in train),
                "you count the pairs of train",
            ),
            "translations": (
                lambda train, val: sum(p[1] in {q[1] for q in train} for p in val),
                "you compare translations",
            ),
            "each double": (
                lambda train, val: sum(p[0] == q[0] for p in val for q in train),
                "once for each of its doubles",
            ),
        },
    ),
    "8.3": Answers(
        right={
            "numbers and weights compared": RIGHT,
            "assertions": ASSERTING,
            "the loss of a second call": with_one(2, by_the_loss),
            "two calls of no step": with_one(2, two_calls_of_no_step),
        },
        wrong={
            "mask: values only": (
                with_one(0, values_are_right),
                "2 of 3 right. mask_test: the numbers that come back are right in two of the wrong ones",
            ),
            "mask: argument only": (with_one(0, leaves_its_argument), "do you look at the numbers that come back"),
            "mask: another tensor comes back": (
                with_one(0, lambda f: values_are_right(f) and returns_another(f)),
                "what did it copy",
            ),
            "mask: another tensor at all": (with_one(0, returns_another), "two of the wrong ones do that"),
            "mask: shapes": (
                with_one(0, lambda f: f(LOSSES.clone(), LENGTHS).shape == LOSSES.shape),
                "it clears every one",
            ),
            "mask: never true": (with_one(0, lambda f: False), "it accuses the right ones, too"),
            "mask: a tensor returned": (
                with_one(0, lambda f: f(LOSSES.clone(), LENGTHS) == ZEROED),
                "expected True or False, not a tensor",
            ),
            "mask: an argument forgotten": (
                with_one(0, lambda f: f(LOSSES.clone())),
                "mask_test: your code stopped with TypeError",
            ),
            "mask: a comparison as a truth value": (
                with_one(0, lambda f: bool(f(LOSSES.clone(), LENGTHS) == ZEROED)),
                "2 of 3 right. mask_test: a comparison of tensors has an answer for each number",
            ),
            "mean: equal lengths": (
                with_one(1, gives([[1.0, 2.0, 9.0], [4.0, 5.0, 9.0]], [2, 2], 3.0)),
                "Are your sentences of one length",
            ),
            "mean: no padding": (with_one(1, gives([[1.0, 2.0], [4.0, 5.0]], [2, 2], 3.0)), "Is there padding in it"),
            "mean: one token": (with_one(1, gives([[1.0]], [1], 1.0)), "mean_test: it clears every one"),
            "mean: a wrong sum": (
                with_one(1, gives([[1.0, 9.0, 9.0], [2.0, 3.0, 6.0]], [1, 3], 7.0)),
                "mean_test: it accuses the right ones, too",
            ),
            "mean: the bug's own number": (
                with_one(1, gives([[1.0, 9.0, 9.0], [2.0, 3.0, 6.0]], [1, 3], 1.0)),
                "add up the real losses by hand",
            ),
            "mean: padding counts": (
                with_one(1, gives([[1.0, 9.0, 9.0], [2.0, 3.0, 6.0]], [1, 3], 5.0)),
                "padding counts",
            ),
            "mean: sentences weigh the same": (
                with_one(1, gives([[2.0, 9.0, 9.0], [2.0, 3.0, 7.0]], [1, 3], 3.0)),
                "a word of a short sentence weighs more",
            ),
            "mean: by name": (
                with_one(1, lambda f: "pads" not in repr(f)),
                "called with (the one of the cell above), it returns True",
            ),
            "training: no step only": (with_one(2, zero_steps_keep), "does your test ask whether anything was trained"),
            "training: steps only": (with_one(2, steps_change), "they do train"),
            "training: a falling loss": (with_one(2, loss_falls), "they do train"),
            "training: the encoder only": (
                with_one(2, lambda f: zero_steps_keep(f, lambda m: m.encoder) and steps_change(f)),
                "look at the whole model",
            ),
            "training: the encoder, no step only": (
                with_one(2, lambda f: zero_steps_keep(f, lambda m: m.encoder)),
                "and does it look at the whole model",
            ),
            "training: turned round": (
                with_one(2, lambda f: not compares_with_itself(f)),
                "it accuses the right ones, too",
            ),
            "training: compared with itself": (
                with_one(2, compares_with_itself),
                "The tensors of a state_dict are the model's own",
            ),
            "mask: asserts on values only": (with_one(0, asserts_values_only), "right in two of the wrong ones"),
            "one function alone": (mask_test, "expected a list of your three functions"),
        },
    ),
}
