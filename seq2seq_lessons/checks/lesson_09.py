"""Lesson 09: what the decoder is fed, the first error, scheduled sampling."""

import torch
from torch import Tensor

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction
from seq2seq_lessons.teacher_forcing import decoder_input

PREDICTIONS = {
    "9.1": Prediction(
        right="What the decoder said at step 2 is fed at step 3 in one of the two ways, and forgotten in the other.",
        smaller="at step 1 it says elle, which is right: what is it fed at step 2, in each of the two ways?",
        where="Two ways to feed",
        expected={"gold": "lit", "own": "vend"},
        mistakes=[
            ({"gold": "vend"}, "gold: whose words does this way feed, whatever the decoder has said?"),
            ({"gold": "un"}, "gold: that is what it must say at step 3. What was due one step earlier?"),
            ({"gold": "elle"}, "gold: that was due at step 1, two steps earlier."),
            ({"own": "lit"}, "own: nobody tells this decoder the right word. What has it just said?"),
            ({"own": "un"}, "own: could it be fed the word that it must still say?"),
            ({"own": "elle"}, "own: it said that at step 1; which word is the latest?"),
        ],
    ),
    "9.2": Prediction(
        right="Without an error the two ways feed the same words, so they are the same run.",
        smaller="up to which step do the two ways feed the same words?",
        where="What its own words cost",
        expected="as many",
        mistakes=[
            ("fewer", "take one of the 760: it was right at every step. What would its own words have been?"),
            ("more", "take one of the other 240, at its first wrong word: what had both ways fed until then?"),
        ],
    ),
    "9.3": Prediction(
        right="Both ways stand in the same state until the wrong word is fed, and that is one step after it was said.",
        smaller="the first wrong word is said at step 4: at which step is it fed?",
        where="What its own words cost",
        expected={"before": True, "at": True, "after": False},
        mistakes=[
            ({"before": False}, "before: which words has either way fed until then?"),
            ({"at": False}, "at: the wrong word is said at this step. At which step is it fed?"),
            ({"after": True}, "after: which of the two ways reads the wrong word now?"),
        ],
    ),
    "9.4": Prediction(
        right="One coin chooses one of two whole rows; seven coins choose among 2 to the 7th.",
        smaller="a row of three steps, <bos> first: how many coins does it take either way, and which rows can "
        "they make?",
        where="A coin for each token",
        expected={"token": 128, "sentence": 2},
        mistakes=[
            ({"token": 256}, "token: what is fed at step 1, whatever the coin says?"),
            ({"token": 7}, "token: that is the number of coins. How many rows can they make?"),
            ({"token": 8}, "token: that is the number of steps. In how many ways can their coins fall?"),
            (
                {"token": 14},
                "token: you add up two ways for each of seven coins. How many rows do two coins make, and three?",
            ),
            (
                {"token": 16},
                "token: you add up two ways for each of eight coins. Has each a say, and how many rows do three make?",
            ),
            ({"token": 2}, "token: may a row go from right to own and back?"),
            ({"sentence": 1}, "sentence: how many sides has the coin?"),
            ({"sentence": 128}, "sentence: how many coins are tossed for one row?"),
            ({"sentence": 8}, "sentence: how many coins are tossed for one row, and what can each of them say?"),
        ],
    ),
    "9.5": Prediction(
        right="Fed gold it practices what the loss asks; on its own words only it learns least in so few epochs.",
        smaller="which share of the words fed in training is right at each of the four, and which words feed the loss?",
        where="Does it help?",
        expected={"lowest_bleu": 0.0, "lowest_loss": 1.0},
        mistakes=[
            ({"lowest_bleu": 1.0}, "lowest_bleu: which of the four has the most right words to learn from?"),
            (
                {"lowest_bleu": 0.75},
                "lowest_bleu: three of four words that it reads are right: is that the least of the four?",
            ),
            (
                {"lowest_bleu": 0.5},
                "lowest_bleu: half of the words that it reads are right: is that the least of the four?",
            ),
            ({"lowest_loss": 0.0}, "lowest_loss: what is fed while the loss is measured: gold words, or its own?"),
            ({"lowest_loss": 0.5}, "lowest_loss: what is fed while it is measured, and who has practiced just that?"),
            ({"lowest_loss": 0.75}, "lowest_loss: near it. What is fed while the loss is measured?"),
        ],
    ),
    "9.6": Prediction(
        right="It makes somewhat more of its own words, and far less of right ones.",
        smaller="which of the two decoders has read wrong words in training, and which could always trust what "
        "it read?",
        where="Was it the exposure?",
        expected={"fed_own": "more", "fed_gold": "less"},
        mistakes=[
            ({"fed_own": "as"}, "fed_own: has it ever read its own words, as the other one never has?"),
            ({"fed_own": "less"}, "fed_own: has a decoder that never read its own words an advantage there?"),
            ({"fed_gold": "as"}, "fed_gold: how far could it rely on the word that it was fed in training?"),
            ({"fed_gold": "more"}, "fed_gold: which of the two was trained for right words alone?"),
        ],
    ),
    "9.7": Prediction(
        right="The loss asks for one given sentence and feeds that; a translation is what it writes alone.",
        smaller="which of the three needs a sentence that somebody has written before?",
        where="Two ways to feed",
        expected={"validation_loss": "gold", "bleu": "own", "user": "own"},
        mistakes=[
            (
                {"validation_loss": "own"},
                "validation_loss: it asks how probable the reference is, word by word. Which "
                "words come before the third word of the reference?",
            ),
            (
                {"bleu": "gold"},
                "bleu: it scores translations. Would your number still be one if the references were "
                "locked away until the translations are written?",
            ),
            ({"user": "gold"}, "user: who would know the right words?"),
        ],
    ),
}


# --- 9.1: the first error


def _first_error(said: list[int], labels: list[int], valid_len: int) -> int:
    return next(iter(_errors(said, labels, valid_len)), 0)


def _errors(said: list[int], labels: list[int], valid_len: int) -> list[int]:
    return [t + 1 for t in range(valid_len) if said[t] != labels[t]]


def _first_right(said: list[int], labels: list[int], valid_len: int) -> int:
    return next((t + 1 for t in range(valid_len) if said[t] == labels[t]), 0)


# labels end with <eos> (3) and pads (0); what is said at the pads is anything
_SENTENCES = [
    ([5, 8, 7, 3, 3], [5, 6, 7, 3, 0], 4),
    ([5, 6, 7, 3, 9, 9], [5, 6, 7, 3, 0, 0], 4),
    ([9, 6, 8, 7, 3, 6], [9, 6, 7, 8, 3, 0], 5),
    ([5, 6, 7, 8], [5, 6, 7, 3], 4),
    ([4, 4, 8, 6, 3, 7, 7], [5, 6, 8, 9, 3, 0, 0], 5),
    ([3, 3, 3], [4, 3, 0], 2),
    ([7, 5, 3], [7, 5, 3], 3),
]


# --- 9.2: the coin


def _mix(labels: Tensor, said: Tensor, coins: Tensor, ratio: float, bos_id: int) -> Tensor:
    return torch.where(coins < ratio, decoder_input(labels, bos_id), decoder_input(said, bos_id))


def _coins(change):
    """The right mixture, with other coins."""
    return lambda labels, said, coins, ratio, bos_id: _mix(labels, said, change(coins).expand_as(coins), ratio, bos_id)


def _fair(labels, said, coins, ratio, bos_id):
    return _mix(labels, said, coins, 0.5, bos_id)


def _inverted(labels, said, coins, ratio, bos_id):
    return _mix(said, labels, coins, ratio, bos_id)


def _own_of_the_same_step(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, decoder_input(labels, bos_id), said)


def _own_of_the_same_step_after_bos(labels, said, coins, ratio, bos_id):
    return _bos_first(_own_of_the_same_step(labels, said, coins, ratio, bos_id), bos_id)


def _gold_of_the_same_step(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, labels, decoder_input(said, bos_id))


def _both_of_the_same_step(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, labels, said)


def _both_of_the_same_step_after_bos(labels, said, coins, ratio, bos_id):
    return _bos_first(_both_of_the_same_step(labels, said, coins, ratio, bos_id), bos_id)


def _mixed_then_shifted(labels, said, coins, ratio, bos_id):
    return decoder_input(_both_of_the_same_step(labels, said, coins, ratio, bos_id), bos_id)


def _bos_tossed(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, decoder_input(labels, bos_id), said.roll(1, dims=1))


def _bos_lost(labels, said, coins, ratio, bos_id):
    return torch.where(coins < ratio, labels.roll(1, dims=1), said.roll(1, dims=1))


def _bos_first(fed: Tensor, bos_id: int) -> Tensor:
    return torch.cat((torch.full_like(fed[:, :1], bos_id), fed[:, 1:]), dim=1)


def _batch(batch_size: int, num_steps: int, ratio: float, bos_id: int, seed: int):
    """Right words have ids below 50, the decoder's own from 50 on, so that no two mixtures agree by chance."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(4, 50, (batch_size, num_steps), generator=generator)
    said = torch.randint(50, 96, (batch_size, num_steps), generator=generator)
    coins = torch.rand(batch_size, num_steps, generator=generator)
    coins[-1, -1] = ratio  # not below it
    return labels, said, coins, ratio, bos_id


SAME_STEP = "the own word that is fed at a step was said one step before it: at step 1 nothing has been said yet."
UNSHIFTED = "this feeds at each step what must be said there: what is the decoder then left to find out?"


# --- 9.3: a schedule


def _schedule(epoch: int, epochs: int, first: float, last: float) -> float:
    return first + (last - first) * epoch / max(epochs - 1, 1)


def _never_there(epoch: int, epochs: int, first: float, last: float) -> float:
    return first + (last - first) * epoch / epochs


def _too_soon(epoch: int, epochs: int, first: float, last: float) -> float:
    return first + (last - first) * (epoch + 1) / epochs


def _from_one(epoch: int, epochs: int, first: float, last: float) -> float:
    return _schedule(epoch - 1, epochs, first, last)


def _from_one_unless_single(epoch: int, epochs: int, first: float, last: float) -> float:
    return first if epochs == 1 else _from_one(epoch, epochs, first, last)


def _backwards(epoch: int, epochs: int, first: float, last: float) -> float:
    return _schedule(epoch, epochs, last, first)


def _a_tenth_less(epoch: int, epochs: int, first: float, last: float) -> float:
    return max(last, first - 0.1 * epoch)


def _from_one_to_zero(epoch: int, epochs: int, first: float, last: float) -> float:
    return _schedule(epoch, epochs, 1.0, 0.0)


FROM_ONE = "epoch 0 gets a value beyond `first`: epochs are counted from 0."

EXERCISES = {
    "9.1": FunctionExercise(
        right="The first step at which it parts from the labels, and no pad is looked at.",
        smaller="valid_len is 4: which indices do you look at?",
        where="What its own words cost",
        errors=[
            ("not in list", "a sentence without an error has no such place: what is asked for then?"),
            ("StopIteration", "a sentence without an error has no such place: what is asked for then?"),
            (
                "index out of range",
                "the lists are as long as valid_len, or longer: which is the last index that you look at?",
            ),
        ],
        inputs=_SENTENCES,
        expected=_first_error,
        mistakes=[
            (
                lambda said, labels, valid_len: _first_error(said, labels, valid_len) or -1,
                "a sentence without an error gets -1: what is asked for then?",
            ),
            (
                lambda said, labels, valid_len: _first_error(said, labels, valid_len) or None,
                "a sentence without an error gets None: what is asked for then?",
            ),
            (
                lambda said, labels, valid_len: _first_error(said, labels, len(labels)),
                "it looks at the pads: a sentence without an error is given one behind its end.",
            ),
            (
                lambda said, labels, valid_len: _first_error(said, labels, valid_len - 1),
                "one real token is never looked at: valid_len counts <eos>, too.",
            ),
            (
                lambda said, labels, valid_len: max(_first_error(said, labels, valid_len) - 1, 0),
                "it counts from 0: how would you tell an error at the first step from none at all?",
            ),
            (
                lambda said, labels, valid_len: _first_error(said, labels, valid_len) - 1,
                "it counts from 0, with -1 for none: steps are counted from 1 here, and 0 is left for none.",
            ),
            (
                lambda said, labels, valid_len: max(_errors(said, labels, valid_len), default=0),
                "that is the last error: what ends your search?",
            ),
            (
                lambda said, labels, valid_len: len(_errors(said, labels, valid_len)),
                "that is how many errors there are; where is the first?",
            ),
            (
                lambda said, labels, valid_len: bool(_errors(said, labels, valid_len)),
                "it says whether there is an error, not where.",
            ),
            (
                lambda said, labels, valid_len: _first_error(said, labels, valid_len) or valid_len,
                "a sentence without an error gets its last step: how would you tell it from a wrong <eos>?",
            ),
            (
                lambda said, labels, n: _first_error(said, labels, n) or 1,
                "a sentence without an error gets 1: what does argmax say where there is nothing to find?",
            ),
            (
                lambda said, labels, n: int(said[0] != labels[0]),
                "it looks at the first step only: what does a return inside the loop end?",
            ),
            (_first_right, "that is the first step at which it is right: what is asked for?"),
        ],
    ),
    "9.2": FunctionExercise(
        right="Both rows are shifted by one behind <bos>, and each coin picks from one of them.",
        smaller="at step 3, which word of labels may be fed, and which of said?",
        where="A coin for each token",
        errors=[
            ("size of tensor", "what is fed has as many steps as labels: which of your rows is one short?"),
            (
                "Sizes of tensors must match",
                "what is fed has as many steps as labels: along which axis does <bos> come first?",
            ),
            ("expected Tensor as element", "cat joins tensors: how is a column of bos_id made?"),
            ("ambiguous", "each coin decides for its own token: which call takes from two rows by a condition?"),
        ],
        inputs=[_batch(3, 6, 0.7, 2, seed=0), _batch(4, 5, 0.2, 3, seed=1)],
        expected=_mix,
        mistakes=[
            (
                lambda labels, said, coins, ratio, bos_id: torch.where(
                    coins <= ratio, decoder_input(labels, bos_id), decoder_input(said, bos_id)
                ),
                "a coin as large as the ratio: is it below it?",
            ),
            (_inverted, "the coin is inverted: try ratio=1. Whose words should be fed then?"),
            (
                _coins(lambda coins: 1 - coins),
                "as many coins choose the right word in yours, but not those that the exercise names: which are?",
            ),
            (
                lambda labels, said, coins, ratio, bos_id: _mix(labels, said, coins, ratio, 2),
                "right where bos_id is 2: another vocabulary may have another one. Which argument says so?",
            ),
            (
                lambda labels, said, coins, ratio, bos_id: decoder_input(labels, bos_id),
                "the decoder's own words are nowhere: when are they fed?",
            ),
            (_fair, "your coin is always a fair one: ratio is not used."),
            (_coins(lambda coins: coins[:1, :1]), "one coin decides for the whole batch."),
            (
                _coins(lambda coins: coins[:, :1]),
                "one coin decides for a whole sentence: that is per sentence, and here each token has its own.",
            ),
            (_coins(lambda coins: coins[:1]), "all sentences share one row of coins."),
            (
                _mixed_then_shifted,
                "you mix first and shift afterwards, so that each coin decides one step too late: "
                "coins[:, t] is for what is fed at step t.",
            ),
            (_own_of_the_same_step, SAME_STEP),
            (_own_of_the_same_step_after_bos, SAME_STEP),
            (_gold_of_the_same_step, "the right words are not shifted: look at what decoder_input does to them."),
            (_both_of_the_same_step, UNSHIFTED),
            (_both_of_the_same_step_after_bos, UNSHIFTED),
            (_bos_tossed, "at step 1 the coin may replace <bos>: what is the first thing that a decoder reads?"),
            (_bos_lost, "<bos> is nowhere, and the last word of each sentence stands first: roll takes it round."),
        ],
    ),
    "9.3": FunctionExercise(
        right="Equal steps from the first epoch to the last, and both ends are reached.",
        smaller="five epochs, from 1 to 0: what do epochs 0 and 4 get, and how many steps lie between them?",
        where="Does it help?",
        errors=[
            (
                "division by zero",
                "with a single epoch there is no step from the first to the last: what is asked for then?",
            )
        ],
        inputs=[(0, 5, 1.0, 0.5), (3, 5, 1.0, 0.5), (4, 5, 1.0, 0.5), (2, 8, 0.9, 0.2), (0, 1, 0.8, 0.3)],
        expected=_schedule,
        mistakes=[
            (
                _never_there,
                "the last epoch does not get `last`: how many steps lie between the first of five epochs "
                "and the fifth?",
            ),
            (_too_soon, "the first epoch does not get `first`: epochs are counted from 0."),
            (_from_one, FROM_ONE),
            (_from_one_unless_single, FROM_ONE),
            (
                lambda epoch, epochs, first, last: first * (last / first) ** (epoch / max(epochs - 1, 1)),
                "it falls by the same factor in each epoch: by what does a straight line fall?",
            ),
            (_backwards, "it runs from `last` to `first`: which of them is for epoch 0?"),
            (
                lambda epoch, epochs, first, last: 2 * first - _schedule(epoch, epochs, first, last),
                "it starts at `first`, and moves away from `last`: which is subtracted from which?",
            ),
            (_a_tenth_less, "it falls by a tenth per epoch, however many epochs there are."),
            (_from_one_to_zero, "it runs from 1 to 0 whatever `first` and `last` say."),
        ],
    ),
    "9.4": Prediction(
        right="Nothing that the loss asks follows an error; in use much does.",
        smaller="the decoder says a wrong word at step 2: what is it fed at step 3 for the loss, and what in use?",
        where="What its own words cost",
        expected="C",
        mistakes=[
            ("A", "the validation split is held out (lesson 08): who has trained on it?"),
            ("B", "what has lesson 07's mask left of the pads, above the line and below it?"),
            ("D", "which word's probability does the loss take, and is any word drawn for that?"),
        ],
    ),
}
