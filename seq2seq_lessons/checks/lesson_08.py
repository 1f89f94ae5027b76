"""Lesson 08: the training step, clipping, honest splits, stopping and going on, and tests that find bugs."""

import copy
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from seq2seq_lessons.checks.comparing import difference
from seq2seq_lessons.checks.judging import Exercise, FunctionExercise, Prediction
from seq2seq_lessons.checks.running import Hint, Stopped, Unanswered, asserting, guarded
from seq2seq_lessons.corpus import SentencePair
from seq2seq_lessons.decoder import Seq2SeqDecoder
from seq2seq_lessons.encoder import Seq2SeqEncoder
from seq2seq_lessons.loss import MaskedSoftmaxCELoss, sequence_mask
from seq2seq_lessons.model import EncoderDecoder, xavier_init
from seq2seq_lessons.teacher_forcing import decoder_input
from seq2seq_lessons.text import Batch, Vocab

VOCAB_SIZE = 432  # the French tokens of the lesson's training pairs
LOG_V = math.log(VOCAB_SIZE)

PREDICTIONS = {
    "8.1": Prediction(
        right="It starts from chance, and a batch can be learned by heart.",
        smaller="what is the loss of an even bet among ten words, and what that of a pair known by heart?",
        where="One batch first",
        expected={"start": LOG_V, "end": 0.0},
        tolerance=0.3,
        mistakes=[
            ({"start": float(VOCAB_SIZE)}, "start: that is V. How many nats is a choice among V words at even odds?"),
            (
                {"start": 1 / VOCAB_SIZE},
                "start: near 0 is what a model says that is sure, and right. What does a new one know?",
            ),
            ({"start": math.log2(VOCAB_SIZE)}, "start: those are bits. Which logarithm does cross-entropy take?"),
            (
                {"start": math.log(3531)},
                "start: that was the translator's. Among how many French tokens does this model choose?",
            ),
            ({"start": math.log10(VOCAB_SIZE)}, "start: which logarithm does cross-entropy take?"),
            ({"end": LOG_V}, "end: then 120 steps would have taught it nothing, not even these 32 pairs."),
            ({"end": LOG_V / 2}, "end: how much is left to be surprised at, when the same 32 pairs come 120 times?"),
            ({"end": 1.0}, "end: 1 nat gives the right word a chance of 37 %. After 120 looks at the same pairs?"),
        ],
    ),
    "8.2": Prediction(
        right="The whole gradient is divided by its norm, 5: shorter, in the same direction.",
        smaller="how long is (0, 5), and what is left of it when it is clipped at 1?",
        where="Clipping",
        expected=(0.6, -0.8, 0.0),
        mistakes=[
            ((1.0, -1.0, 0.0), "you clip each number. Then the direction changes: 3 and 4 have become equal."),
            ((3.0, -4.0, 0.0), "nothing is changed: how long is it?"),
            ((0.75, -1.0, 0.0), "you divide by the largest number: is that the norm?"),
            ((3 / 7, -4 / 7, 0.0), "you divide by the sum of the sizes: the norm takes squares, and a root."),
            ((0.12, -0.16, 0.0), "you divide by 25: that is the sum of squares, before the root."),
            ((0.6, 0.8, 0.0), "a length has no sign, the gradient's numbers have: which way does -4 point?"),
        ],
    ),
    "8.3": Prediction(
        right="Remembering goes on for as long as it is trained; the surprise at new sentences turns upward.",
        smaller="a model grows surer, and one answer in ten stays wrong: what becomes of the loss of that one?",
        where="Learned, or remembered?",
        expected={"training": True, "validation": False},
        mistakes=[
            ({"training": False}, "training: what keeps a model from remembering the same pairs better and better?"),
            (
                {"validation": True},
                "validation: how sure does it become of all that it says, and what if that is wrong?",
            ),
        ],
    ),
    "8.4": Prediction(
        right="The loss counts how sure it is, of its errors too; the others count which word is the most probable.",
        smaller="the right word's probability falls from 0.9 to 0.6: what becomes of its loss, and of its place?",
        where="Which epoch do you want?",
        expected={"fewer_right_words": False, "lower_bleu": False},
        mistakes=[
            (
                {"fewer_right_words": True},
                "fewer_right_words: can a loss rise while every word keeps its place among the probabilities?",
            ),
            ({"lower_bleu": True}, "lower_bleu: what does a greedy translation take from the probabilities?"),
        ],
    ),
    "8.5": Prediction(
        right="BLEU rises to the end: what stops early loses by that, and no choice gains much on the last epoch.",
        smaller="in the picture, what do loss and BLEU do between the dashed line and the last epoch?",
        where="Which epoch do you want?",
        expected={"worst": "loss", "beats_last": False},
        mistakes=[
            ({"worst": "last"}, "worst: in the picture, does BLEU rise or fall to the right of the dashed line?"),
            (
                {"worst": "BLEU"},
                "worst: which of the scores on validation pairs turned round while BLEU was still rising?",
            ),
            (
                {"worst": "right words"},
                "worst: which score turned round early: the share of right words, or another one?",
            ),
            (
                {"beats_last": True},
                "beats_last: BLEU is still rising, or level, at the end. What has an earlier epoch to offer?",
            ),
        ],
    ),
    "8.6": Prediction(
        right="The epoch that was cut short is done again, from its beginning.",
        smaller="when is a checkpoint stored, and which epochs were complete when you pressed the button?",
        where="Stop, and go on",
        expected=4,
        mistakes=[
            (5, "was epoch 4 finished when it was stopped?"),
            (3, "when is an epoch stored, and had epoch 3 come so far?"),
            (1, "what is in the folder?"),
        ],
    ),
    "8.7": Prediction(
        right="An operation reads from one device, and PyTorch moves no tensor unasked.",
        smaller="the loss reads logits and labels: on which device does each of them lie?",
        where="On a GPU",
        expected="error",
        mistakes=[
            ("slowly", "who would copy the labels to the other device, and at which line?"),
            ("as before", "the loss has to read logits and labels: where does each of them lie?"),
        ],
    ),
    "8.8": Prediction(
        right="A step starts as many operations for 8 rows as for 512, so few rows give each hardly anything to do.",
        smaller="the decoder's dense(output): how many matrix products does it start for 8 rows, and for 512?",
        where="On a GPU",
        expected={"operations": 1, "time": "less", "waits": 8},
        mistakes=[
            ({"operations": 64}, "operations: which line of train_step runs once for each row?"),
            ({"operations": 8}, "operations: does any line of train_step count the rows?"),
            ({"time": "64 times"}, "time: what has to be done once for each operation, however many rows it has?"),
            ({"waits": 512}, "waits: with which of the two is there less to compute between one start and the next?"),
        ],
    ),
}


# --- 8.1: one step on a batch that comes in parts

_BOS = Vocab.bos_id
_sum_loss = MaskedSoftmaxCELoss("sum")


@dataclass(frozen=True, kw_only=True)
class _StepExercise(FunctionExercise):
    """A training step: it is called twice, and judged by the weights first, then by the losses that it returns.

    The first call finds gradients that somebody has left behind, as the second one does.
    """

    def results(self, function: Callable) -> list:
        found = []
        for arguments in self.inputs:
            model, parts, optimizer = copy.deepcopy(arguments)
            for parameter in model.parameters():
                parameter.grad = torch.full_like(parameter, 0.01)
            losses = [function(model, parts, optimizer) for _ in range(2)]
            weights = torch.cat([parameter.detach().flatten() for parameter in model.parameters()])
            found.append({"weights": weights, "losses": losses})
        return found

    def judge(self, answer: Callable) -> str | None:
        given, expected = self.results(answer), self.results(self.expected)
        for what in ("weights", "losses"):
            mine, right = [r[what] for r in given], [r[what] for r in expected]
            if difference(mine, right, self.tolerance) is None:
                continue
            for mistake, hint in self.mistakes:
                if difference(mine, [r[what] for r in self.results(mistake)], self.tolerance) is None:
                    return hint
            if what == "weights":
                return "after two calls the weights are not those of two steps on the whole batch."
            return "the weights are right; what you return is not the loss per real token of the whole batch, a number."
        return None


def _all_tokens(part: Batch, parts: Sequence[Batch]) -> int:
    return sum(int(p.target_len.sum()) for p in parts)


def _own_tokens(part: Batch, parts: Sequence[Batch]) -> int:
    return int(part.target_len.sum())


def _mean_of_means(part: Batch, parts: Sequence[Batch]) -> int:
    return int(part.target_len.sum()) * len(parts)


def _all_sentences(part: Batch, parts: Sequence[Batch]) -> int:
    return sum(len(p.target_len) for p in parts)


def _nothing(part: Batch, parts: Sequence[Batch]) -> int:
    return 1


def _step_in_parts(
    model,
    parts: Sequence[Batch],
    optimizer,
    *,
    zero="first",
    shift=True,
    lengths=True,
    mask=True,
    divide=_all_tokens,
    clip="once",
    step="last",
    returned=_all_tokens,
) -> float:
    """The right function; each switch makes one mistake."""
    total = 0.0
    if zero == "first":
        optimizer.zero_grad()
    for part in parts:
        if zero == "each":
            optimizer.zero_grad()
        fed = decoder_input(part.target, _BOS) if shift else part.target
        logits, _ = model(part.source, fed, part.source_len if lengths else None)
        real = part.target_len if mask else torch.full_like(part.target_len, part.target.shape[1])
        loss = _sum_loss(logits, part.target, real)
        (loss / divide(part, parts)).backward()
        total += loss.item() / returned(part, parts)
        if clip == "each":
            clip_grad_norm_(model.parameters(), 1.0)
        if step == "each":
            optimizer.step()
    if clip == "once":
        clip_grad_norm_(model.parameters(), 1.0)
    if step == "last":
        optimizer.step()
    if zero == "last":
        optimizer.zero_grad()
    return total


def _mistake(**switch) -> Callable:
    return lambda model, parts, optimizer: _step_in_parts(model, parts, optimizer, **switch)


def _part(seed: int, source_lens: Sequence[int], target_lens: Sequence[int]) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    columns = []
    for lens in (source_lens, target_lens):
        valid_len = torch.tensor(lens)
        ids = torch.randint(4, 9, (len(lens), max(lens)), generator=generator)
        ids[torch.arange(len(lens)), valid_len - 1] = Vocab.eos_id
        columns += [torch.where(sequence_mask(valid_len, max(lens)), ids, Vocab.pad_id), valid_len]
    return Batch(*columns)


def _step_case(seed: int, spread: float, parts: list[Batch]) -> tuple:
    """A float64 model, the parts, and plain gradient descent, under which no wrong factor hides."""
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        model = EncoderDecoder(Seq2SeqEncoder(9, 4, 5, 1), Seq2SeqDecoder(9, 4, 5, 1)).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(spread)
    return model, parts, torch.optim.SGD(model.parameters(), lr=0.3)


_STEP_CASES = [  # in the first the gradient is longer than 1, and so is its first part; in the second both are shorter
    _step_case(0, 6.0, [_part(1, [5, 3, 2], [5, 6, 2]), _part(2, [4, 3], [3, 2]), _part(3, [2], [6])]),
    _step_case(0, 0.5, [_part(4, [5, 4, 4, 2], [3, 3, 2, 1]), _part(5, [3, 2], [3, 1])]),
]


# --- 8.2: a split that leaks


def _leaks(train: Sequence[SentencePair], val: Sequence[SentencePair]) -> int:
    sources = {pair.source for pair in train}
    return sum(pair.source in sources for pair in val)


def _pairs(text: str) -> list[SentencePair]:
    return [SentencePair(*line.split("|")) for line in text.split("; ")]


_SPLIT = (
    _pairs("I left.|Je suis parti.; I left.|Je suis partie.; We lost.|Nous avons perdu.; Thanks.|Merci.; Good.|Bien."),
    _pairs(
        "I left.|Je partis.; I left.|Je m'en allai.; I left.|Je filai.; We lost.|Nous avons perdu.; "
        "Fine.|Bien.; Stop.|Assez.; Wait.|Attends."
    ),
)
_ELSEWHERE = (_pairs("Go.|Va !; Run.|Cours !"), _pairs("Run.|Cours vite !; Go.|Pars.; Go.|Va !"))  # at other places
_CLEAN = (_pairs("I left.|Je suis parti.; Go.|Va !; Leave.|Pars."), _pairs("Run.|Cours !; Move.|Va !"))


# --- 8.3: tests that find bugs


class _Candidate:
    """A function to be tested, whose repr is its name, so that a hint can name it."""

    def __init__(self, name: str, function: Callable):
        self.name, self.function = name, function

    def __call__(self, *args):
        return self.function(*args)

    def __repr__(self) -> str:
        return self.name


def _zeroed(losses: Tensor, valid_len: Tensor) -> Tensor:
    return torch.where(sequence_mask(valid_len, losses.shape[1]), losses, 0.0)


def _zeroed_clone(losses: Tensor, valid_len: Tensor) -> Tensor:
    return losses.clone().masked_fill_(~sequence_mask(valid_len, losses.shape[1]), 0.0)


def _zeroed_in_place(losses: Tensor, valid_len: Tensor) -> Tensor:
    losses[~sequence_mask(valid_len, losses.shape[1])] = 0.0
    return losses


def _zeroed_in_place_and_copied(losses: Tensor, valid_len: Tensor) -> Tensor:
    return _zeroed_in_place(losses, valid_len).clone()


def _zeroed_one_late(losses: Tensor, valid_len: Tensor) -> Tensor:
    return _zeroed(losses, valid_len + 1)


def _mean(losses: Tensor, valid_len: Tensor) -> Tensor:
    return _zeroed(losses, valid_len).sum() / valid_len.sum()


def _mean_by_loop(losses: Tensor, valid_len: Tensor) -> float:
    real = [float(loss) for row, n in zip(losses, valid_len.tolist(), strict=True) for loss in row[:n]]
    return sum(real) / len(real)


def _mean_then_divide(losses: Tensor, valid_len: Tensor) -> Tensor:
    return _zeroed(losses, valid_len).mean(dim=1).sum() / valid_len.sum()


def _mean_over_positions(losses: Tensor, valid_len: Tensor) -> Tensor:
    return losses.mean()


def _mean_of_sentences(losses: Tensor, valid_len: Tensor) -> Tensor:
    return (_zeroed(losses, valid_len).sum(dim=1) / valid_len).mean()


def _goes_on(model, batch: Batch, num_steps: int, optimizer_class=torch.optim.Adam, lr: float = 0.01) -> None:
    optimizer = optimizer_class(model.parameters(), lr=lr)
    mean_loss = MaskedSoftmaxCELoss()
    for _ in range(num_steps):
        optimizer.zero_grad()
        logits, _ = model(batch.source, decoder_input(batch.target, _BOS), batch.source_len)
        mean_loss(logits, batch.target, batch.target_len).backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def _goes_on_with_sgd(model, batch: Batch, num_steps: int) -> None:
    _goes_on(model, batch, num_steps, torch.optim.SGD, 0.5)


_calls = itertools.count(8)


def _starts_anew(model, batch: Batch, num_steps: int, part: Callable = lambda model: model) -> None:
    with torch.random.fork_rng([]):  # the learner's own draws go on as if nothing had happened
        torch.manual_seed(next(_calls))  # other weights at each call: two calls are not the same start
        part(model).apply(xavier_init)
    _goes_on(model, batch, num_steps)


def _starts_the_decoder_anew(model, batch: Batch, num_steps: int) -> None:
    _starts_anew(model, batch, num_steps, lambda model: model.decoder)


def _trains_a_copy(model, batch: Batch, num_steps: int) -> None:
    _goes_on(copy.deepcopy(model), batch, num_steps)


def _flags(*names: str) -> Callable:
    """A test that finds the candidates of these names wrong, and clears the others."""
    return lambda candidate: candidate.name not in names


def _tests(right: dict[str, Callable], wrong: dict[str, Callable], mistakes: dict[tuple[str, ...], str]):
    """The candidates that one of the learner's tests is tried on. mistakes: who is found wrong -> hint."""
    candidates = [_Candidate(name, function) for name, function in (right | wrong).items()]
    accuses_all = "it accuses the right ones, too: try it by hand on one that you trust."
    named = {tuple(right | wrong): accuses_all} | mistakes
    return FunctionExercise(
        right="",
        errors=[
            (
                "Boolean value of Tensor",
                "a comparison of tensors has an answer for each number: which call makes one of them?",
            )
        ],
        inputs=[(candidate,) for candidate in candidates],
        expected=_flags(*wrong),
        mistakes=[(_flags(*names), hint) for names, hint in named.items()],
    )


BUG_TESTS = {
    "mask_test": _tests(
        right={"a right one with torch.where": _zeroed, "a right one that fills a clone": _zeroed_clone},
        wrong={
            "the one of the cell above": _zeroed_in_place,
            "one that returns a copy": _zeroed_in_place_and_copied,
            "one that keeps a pad": _zeroed_one_late,
        },
        mistakes={
            (): "it clears every one. Is there padding in your example, and do you compare with numbers that you wrote "
            "down, or cloned, before the call?",
            ("one that keeps a pad",): "the numbers that come back are right in two of the wrong ones. What else is "
            "there to look at after a call?",
            (
                "the one of the cell above",
                "one that returns a copy",
            ): "one of the wrong ones goes through: do you look at the numbers that come back?",
            (
                "the one of the cell above",
                "one that keeps a pad",
            ): "you ask whether another tensor comes back. One of the wrong ones gives you a copy, and is wrong all "
            "the same: what did it copy?",
            ("the one of the cell above",): "you ask whether another tensor comes back: two of the wrong ones do that.",
        },
    ),
    "mean_test": _tests(
        right={"a right one": _mean, "a right one with a loop": _mean_by_loop},
        wrong={
            "the one of the cell above": _mean_then_divide,
            "one that counts pads": _mean_over_positions,
            "one that weighs sentences": _mean_of_sentences,
        },
        mistakes={
            (): "it clears every one. Which number should come out of your example, worked out by hand?",
            (
                "the one of the cell above",
                "one that counts pads",
            ): "one of the wrong ones gives the right number on your example. Are your sentences of one length?",
            ("the one of the cell above",): "two of the wrong ones give the right number on your example. Is there "
            "padding in it, with losses of other sizes?",
            (
                "one that counts pads",
                "one that weighs sentences",
            ): "the one of the cell above goes through: how many steps has your example?",
            (
                "a right one",
                "a right one with a loop",
                "one that counts pads",
                "one that weighs sentences",
            ): "the number that you expect is what the one of the cell above returns: add up the real losses by hand.",
            (
                "a right one",
                "a right one with a loop",
                "the one of the cell above",
                "one that weighs sentences",
            ): "in the number that you expect padding counts: what is real in your example?",
            (
                "a right one",
                "a right one with a loop",
                "the one of the cell above",
                "one that counts pads",
            ): "in the number that you expect a word of a short sentence weighs more than one of a long sentence.",
        },
    ),
    "training_test": _tests(
        right={"a right one with Adam": _goes_on, "a right one with SGD": _goes_on_with_sgd},
        wrong={
            "the one of the cell above": _starts_anew,
            "one that returns an unchanged model": _trains_a_copy,
            "one that spares the encoder": _starts_the_decoder_anew,
        },
        mistakes={
            (): "it clears every one. Is what you compare with a clone? The tensors of a state_dict are the model's "
            "own.",
            ("one that returns an unchanged model",): "two of the wrong ones go through: they do train. On which model "
            "would you see what they do first?",
            (
                "the one of the cell above",
                "one that spares the encoder",
            ): "one of the wrong ones goes through: does your test ask whether anything was trained?",
            ("the one of the cell above",): "two of the wrong ones go through: does your test ask whether anything was "
            "trained, and does it look at the whole model?",
            (
                "the one of the cell above",
                "one that returns an unchanged model",
            ): "one of the wrong ones goes through: does your test look at the whole model?",
        },
    ),
}


def _judge_tests(answer) -> str | None:
    if not isinstance(answer, (list, tuple)) or len(answer) != 3 or not all(map(callable, answer)):
        return f"expected a list of your three functions: {', '.join(BUG_TESTS)}."
    verdicts = {}
    for (name, exercise), test in zip(BUG_TESTS.items(), map(guarded, map(asserting, answer)), strict=True):
        try:
            first = test(*exercise.inputs[0])
            verdicts[name] = "your turn" if first is None or first is ... else exercise.judge(test)
        except Stopped as stopped:
            verdicts[name] = exercise.asked(stopped)
        except Hint as hint:
            verdicts[name] = str(hint)
    if set(verdicts.values()) == {"your turn"}:
        raise Unanswered
    unsolved = {name: text for name, text in verdicts.items() if text is not None}
    if not unsolved:
        return None
    name, text = next(iter(unsolved.items()))
    return f"{3 - len(unsolved)} of 3 right. {name}: {text}"


EXERCISES = {
    "8.1": _StepExercise(
        right="Gradients add up, so only the divisor must be the whole batch's.",
        smaller="parts with 10 and 30 tokens: by what must the sum of the first part's losses be divided?",
        where="One batch first",
        errors=[
            (
                "does not require grad",
                "backward starts from a loss that knows how it was made: what have you made of yours?",
            ),
            ("has no attribute 'backward'", "backward starts from a tensor: when did yours become a plain number?"),
            ("'tuple' object", "the model returns two things: which of them are the logits?"),
            ("Sizes of tensors", "one part at a time goes through the model: what do you put together?"),
            ("second time", "a graph is walked once: on which loss do you call backward, and how often?"),
        ],
        inputs=_STEP_CASES,
        expected=_step_in_parts,
        mistakes=[
            (_mistake(zero="each"), "only the last part reaches the weights: when should the gradients be forgotten?"),
            (_mistake(zero="never"), "what do the gradients hold when you are called, and after your first call?"),
            (
                _mistake(zero="last"),
                "you clean up after yourself, and somebody else has not: what does .grad hold when you are called?",
            ),
            (_mistake(step="each"), "the weights move after every part, so the second part meets another model."),
            (
                _mistake(step="each", zero="each", clip="each", divide=_own_tokens),
                "that is one step for each part: how often should the weights move?",
            ),
            (_mistake(step="never"), "nothing has moved: which line changes the weights?"),
            (
                _mistake(divide=_mean_of_means),
                "the parts weigh the same, though one holds more words than another: should they?",
            ),
            (
                _mistake(divide=_own_tokens),
                "each part is divided by its own words, so the sum is too large: what would "
                "the whole batch be divided by?",
            ),
            (_mistake(divide=_nothing), "the losses are summed: what must the sum be divided by?"),
            (_mistake(divide=_all_sentences), "that is the loss per sentence: per what is it here?"),
            (_mistake(clip="each"), "clipping after every part shortens a gradient that is not yet whole: when is it?"),
            (
                _mistake(clip="never"),
                "a gradient longer than 1 reaches the weights: is it clipped, and before they move?",
            ),
            (_mistake(shift=False), "the decoder is fed the word that it has to say: what comes first in its input?"),
            (_mistake(lengths=False), "the encoder reads the padding: which argument tells it where a source ends?"),
            (
                _mistake(mask=False),
                "padding takes part in the loss: which argument tells the loss where a target ends?",
            ),
            (
                _mistake(returned=_mean_of_means),
                "the weights are right; the loss that you return weighs the parts alike: should it?",
            ),
            (
                _mistake(returned=_nothing),
                "the weights are right; you return the sum of the losses: per what is it wanted?",
            ),
            (
                _mistake(returned=_own_tokens),
                "the weights are right; you return the sum of the parts' means: is that one of the whole?",
            ),
        ],
    ),
    "8.2": FunctionExercise(
        right="A source that was trained on is no test, whatever its translation.",
        smaller="train has Go. once, and val has it in two pairs: how many pairs of val are seen?",
        where="Learned, or remembered?",
        inputs=[_SPLIT, _CLEAN, _ELSEWHERE],
        expected=_leaks,
        mistakes=[
            (
                lambda train, val: len(set(train) & set(val)),
                "you look for the same pair: what if the source is the same and its translation another?",
            ),
            (
                lambda train, val: len({p.source for p in train} & {p.source for p in val}),
                "you count sources: how many pairs of val have one of them?",
            ),
            (
                lambda train, val: 0,
                "0, whatever the split: do you look for a text among pairs, or for a text among texts?",
            ),
            (
                lambda train, val: sum(p.source == q.source for p, q in zip(train, val, strict=False)),
                "you compare the first with the first, the second with the second: must they stand at one place?",
            ),
            (lambda train, val: _leaks(val, train), "you count the pairs of train: which of the two is the test?"),
            (
                lambda train, val: sum(p.target in {q.target for q in train} for p in val),
                "you compare translations: what is it that the encoder reads?",
            ),
            (
                lambda train, val: sum(p.source == q.source for p in val for q in train),
                "a pair is counted once for each of its doubles: is one not enough?",
            ),
            (lambda train, val: _leaks(train, val) / len(val), "that is a share: how many pairs is it?"),
            (lambda train, val: len(val) - _leaks(train, val), "those are the clean ones: which does `leaks` count?"),
        ],
    ),
    "8.3": Exercise(
        right="Three tests that fail on the bug, and on its relatives, and on nothing else.",
        smaller="what should the right function return for the smallest example that you can work out by hand?",
        where="Find the bug",
        judge=_judge_tests,
    ),
}
