"""Lesson 03's exercises: answers in several styles, right and wrong, and the line that each wrong one gets."""

import numpy as np
import torch
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seq2seq_lessons.checks import lesson_03
from tests.checks.answers import Answers


def editing_each_row(encoder, X):
    before = encoder(X)
    for row in range(len(X)):
        edited = X.clone()
        edited[row] = edited[row].flip(0)
        others = [i for i in range(len(X)) if i != row]
        if not torch.equal(before[others], encoder(edited)[others]):
            return True
    return False


def reading_alone(encoder, X):
    alone = torch.cat([encoder(X[i : i + 1]) for i in range(len(X))])
    return not torch.allclose(encoder(X), alone, rtol=1e-4)


def another_order(encoder, X):
    return bool((encoder(X.flip(0)).flip(0) - encoder(X)).abs().max() > 1e-4)


def compares_shapes(encoder, X):
    return encoder(X).shape != (5, 16) and encoder(X).shape[0] != len(X)


def edits_the_last(encoder, X):
    edited = X.clone()
    edited[-1] = 0
    return bool((encoder(X)[:-1] != encoder(edited)[:-1]).any())


def edits_the_first_word(encoder, X):
    edited = X.clone()
    edited[:, 0] += 1
    return bool((encoder(X) != encoder(edited)).any())


def edits_last_words(encoder, X):
    before = encoder(X)
    for row in range(len(X)):
        edited = X.clone()
        edited[row, -1] = 14
        same = torch.isclose(before, encoder(edited)).all(dim=1)
        same[row] = True
        if not same.all():
            return True
    return False


def numpy_bool(encoder, X):
    return np.any([editing_each_row(encoder, X)])


def an_id_too_large(encoder, X):
    return editing_each_row(lambda Y: encoder(Y + 10 * (Y != X)), X)


def compares_tensors_as_one(encoder, X):
    return bool(encoder(X) != encoder(X.flip(0)))


def packed(embedding, gru, X, valid_len, enforce_sorted=False, part=1):
    rows = pack_padded_sequence(embedding(X).permute(1, 0, 2), valid_len.cpu(), enforce_sorted=enforce_sorted)
    found = gru(rows)[part]
    return found[-1] if part else found


def packed_batch_first(embedding, gru, X, valid_len):
    return gru(pack_padded_sequence(embedding(X), valid_len.tolist(), batch_first=True, enforce_sorted=False))[1][-1]


def read_alone(embedding, gru, X, valid_len):
    return torch.stack([gru(embedding(row[:n]))[1][-1] for row, n in zip(X, valid_len, strict=True)])


def sorted_and_back(embedding, gru, X, valid_len):
    order = valid_len.argsort(descending=True)
    return packed(embedding, gru, X[order], valid_len[order], enforce_sorted=True)[order.argsort()]


ANSWERS = {
    "3.1": Answers(
        right={
            "index, permute": lambda X, weight: weight[X].permute(1, 0, 2),
            "index with the transposed ids": lambda X, weight: weight[X.T],
            "embedding, transpose": lambda X, weight: F.embedding(X, weight).transpose(0, 1),
            "one-hot product": lambda X, weight: (F.one_hot(X, len(weight)).float() @ weight).permute(1, 0, 2),
            "one-hot product in float64": lambda X, weight: torch.einsum(
                "bsv,ve->sbe", F.one_hot(X, len(weight)).double(), weight.double()
            ),
            "nested lists": lambda X, weight: [[weight[i].tolist() for i in step] for step in X.T.tolist()],
        },
        wrong={
            "the other axis indexed": (
                lambda X, weight: weight.T[X],
                "which axis do you index? (your code stopped with IndexError",
            ),
            "called as a layer": (
                lambda X, weight: weight(X),
                "how is a row of it picked? (your code stopped with Type",
            ),
            "batch first": (lambda X, weight: weight[X], "batch stands first"),
            "reshape": (lambda X, weight: weight[X].reshape(*X.shape[::-1], -1), "the owner is wrong"),
            "all axes reversed": (lambda X, weight: weight[X].transpose(0, 2), "all three axes have moved"),
            "whole numbers times floats": (
                lambda X, weight: F.one_hot(X, len(weight)) @ weight,
                "which of the two has to change? (your code stopped with RuntimeError",
            ),
            "one-hot too narrow": (
                lambda X, weight: F.one_hot(X % 5).float() @ weight,
                "is it one-hot, and how many columns has it? (your code stopped with RuntimeError",
            ),
        },
    ),
    "3.2": Answers(
        right={
            "each row edited in turn": editing_each_row,
            "each sentence alone": reading_alone,
            "another order": another_order,
            "a numpy boolean": numpy_bool,
        },
        wrong={
            "one sentence without its batch": (
                lambda encoder, X: not torch.allclose(encoder(X)[0], encoder(X[0])),
                "which shape has a batch of one sentence? (your code stopped",
            ),
            "turned round": (lambda encoder, X: not editing_each_row(encoder, X), "the other way round"),
            "a batch without its first row": (
                lambda encoder, X: not torch.allclose(encoder(X), encoder(X[1:])),
                "which rows belong together? (your code stopped with RuntimeError",
            ),
            "shapes": (compares_shapes, "their shapes all agree"),
            "the last row edited": (edits_the_last, "whom can the last row influence"),
            "last words edited": (edits_last_words, "it passes on first words only"),
            "by name": (lambda encoder, X: "right" in repr(encoder), "called with (the encoder that is right, "),
            "the edited row counts": (edits_the_first_word, "called with (the encoder that is right, "),
            "an id too large": (an_id_too_large, "all ids are below 15: what does your edit make of the largest?"),
            "many comparisons as one": (compares_tensors_as_one, "which call makes one of them? (your code stopped"),
        },
    ),
    "3.3": Answers(
        right={
            "six lines": packed,
            "each sentence alone": read_alone,
            "sorted, and put back": sorted_and_back,
            "batch first": packed_batch_first,
        },
        wrong={
            "unsorted lengths": (
                lambda *given: packed(*given, enforce_sorted=True),
                "which argument leaves the sorting to PyTorch? (your code stopped with RuntimeError",
            ),
            "the padded rows' lengths": (
                lambda embedding, gru, X, valid_len: packed(embedding, gru, X, torch.tensor([X.shape[1]] * len(X))),
                "all pads were read",
            ),
            "not packed": (
                lambda embedding, gru, X, valid_len: gru(embedding(X).permute(1, 0, 2))[1][-1],
                "all pads were read",
            ),
            "output[-1]": (
                lambda *given: pad_packed_sequence(packed(*given, part=0))[0][-1],
                "which sentences are still being read there?",
            ),
            "output[-1], not unpacked": (
                lambda *given: packed(*given, part=0).sum(dim=0),
                "a packed sequence is no tensor: what does the GRU return beside it? (your code stopped with Attribute",
            ),
            "sorted, not put back": (
                lambda embedding, gru, X, valid_len: packed(
                    embedding, gru, *(part[valid_len.argsort(descending=True)] for part in (X, valid_len))
                ),
                "who puts them back?",
            ),
            "no permute": (
                lambda embedding, gru, X, valid_len: gru(
                    pack_padded_sequence(embedding(X), valid_len, enforce_sorted=False)
                )[1][-1],
                "which axis is taken for the steps, and where are yours? (your code stopped with RuntimeError",
            ),
            "ids packed, not their vectors": (
                lambda embedding, gru, X, valid_len: gru(
                    embedding(pack_padded_sequence(X.T, valid_len, enforce_sorted=False))
                )[1][-1],
                "what is to be packed, the ids or their vectors? (your code stopped with TypeError",
            ),
            "looked up one step late": (
                lambda embedding, gru, X, valid_len: gru(embedding(X.T))[0][valid_len, torch.arange(len(X))],
                "stands the last of n tokens? (your code stopped with IndexError",
            ),
            "packed output": (lambda *given: packed(*given, part=0), "what does the GRU return beside it?"),
            "pads with a vector of zeros": (
                lambda embedding, gru, X, valid_len: gru(
                    (embedding(X).mT * (torch.arange(X.shape[1]) < valid_len[:, None])[:, None]).permute(2, 0, 1)
                )[1][-1],
                "does it leave the state as it was?",
            ),
            "put back by the order that sorted": (
                lambda embedding, gru, X, valid_len: packed(
                    embedding, gru, *(part[valid_len.argsort(descending=True)] for part in (X, valid_len))
                )[valid_len.argsort(descending=True)],
                "does not put them back",
            ),
            "sorted lengths in a column": (
                lambda embedding, gru, X, valid_len: packed(
                    embedding, gru, X, valid_len.sort(descending=True).values[:, None], enforce_sorted=True
                ),
                "along one axis: what are yours? (your code stopped with RuntimeError",
            ),
        },
    ),
    "3.4": Answers(
        right={
            "two indices": lambda output, valid_len: output[valid_len - 1, torch.arange(len(valid_len))],
            "a loop": lambda output, valid_len: torch.stack([output[n - 1, i] for i, n in enumerate(valid_len)]),
            "gather": lambda output, valid_len: output.gather(
                0, (valid_len - 1)[None, :, None].expand(1, -1, output.shape[2])
            ).squeeze(0),
            "a mask and a sum": lambda output, valid_len: torch.einsum(
                "sbh,sb->bh", output, (torch.arange(len(output))[:, None] == valid_len - 1).float()
            ),
            "batch first, a range": lambda output, valid_len: output.transpose(0, 1)[
                range(len(valid_len)), (valid_len - 1).tolist()
            ],
        },
        wrong={
            "whole sentences stacked": (
                lambda output, valid_len: torch.stack([output[:n, i] for i, n in enumerate(valid_len)]),
                "how many steps does yours take from each? (your code stopped with RuntimeError",
            ),
            "a mean": (
                lambda output, valid_len: torch.stack([output[:n, i].mean(0) for i, n in enumerate(valid_len)]),
                "that is a mean over each sentence's steps",
            ),
            "gather by a row": (
                lambda output, valid_len: output.gather(0, valid_len - 1),
                "gather wants an index with as many axes as output: how many has yours? (your code stopped",
            ),
            "the last step": (lambda output, valid_len: output[-1], "after the pads"),
            "one step late": (
                lambda output, valid_len: output[valid_len, torch.arange(len(valid_len))],
                "one step late",
            ),
            "every length": (lambda output, valid_len: output[valid_len - 1], "every sentence at every length"),
            "from the end": (
                lambda output, valid_len: output[-valid_len, torch.arange(len(valid_len))],
                "a negative index counts from the end",
            ),
            "unequal indices": (
                lambda output, valid_len: output[valid_len - 1, torch.arange(len(output))],
                "are yours equally long? (your code stopped with IndexError",
            ),
        },
    ),
}


def test_one_encoder_rounds_on_every_machine():
    """So that an exact comparison is told from the right answer where the processor itself does not round."""
    rounding = {str(reader): reader for reader in lesson_03._READERS}["the encoder that is right but for rounding"]
    batch, alone = lesson_03._X, lesson_03._X[:1]
    assert (rounding(batch)[0] - rounding(alone)[0]).abs().max() > 2e-7
    assert torch.allclose(rounding(batch)[0], rounding(alone)[0])
