"""Lesson 10: the garden path, beam search, the length penalty, sampling, eval and no_grad."""

import math

import torch
from torch import Tensor

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction

PREDICTIONS = {
    "10.1": Prediction(
        right="The best first word leads to three sentences that share its 60 %, and each has less than the other "
        "first word's only one. The step that writes <eos> is one, too.",
        smaller="A stands in 40 of 100 texts, B x and B y in 30 each: what does greedy write, in how many steps "
        "with <eos>?",
        where="The garden path",
        expected={"steps": 3, "greedy": 0.2, "best": 0.4},
        mistakes=[
            ({"steps": 2}, "steps: those are its words. How does the loop learn that the sentence is over?"),
            ({"steps": 1}, "steps: is one word a sentence in these texts, if it is this one?"),
            ({"steps": 4}, "steps: one token is written at each: which ones? (<bos> is fed, not written.)"),
            ({"greedy": 0.4}, "greedy: with which word do 60 % of the translations begin? Which one does it take?"),
            ({"greedy": 0.6}, "greedy: that is its first word's probability; and the second word's?"),
            ({"greedy": 1 / 3}, "greedy: that is its second word's probability; and the first word's?"),
            (
                {"greedy": 0.12},
                "greedy: the shares in the text are those of whole translations. Which factor is in it twice?",
            ),
            ({"greedy": 0.24}, "greedy: which share of those that begin with its first word have its second?"),
            ({"greedy": 20}, "greedy: a probability, not per cent."),
            ({"best": 0.2}, "best: is there a sentence above that, which greedy does not look at?"),
            ({"best": 0.6}, "best: no single sentence has that; three of them share it."),
            ({"best": 1.0}, "best: that is all four of them together."),
            (
                {"best": 0.24},
                "best: the shares in the text are those of whole translations: is there anything left to multiply?",
            ),
            ({"best": 40}, "best: a probability, not per cent."),
        ],
        tolerance=0.005,
    ),
    "10.2": Prediction(
        right="Every beginning that is kept is extended by every token, and only then the best are chosen.",
        smaller="two beginnings, ten tokens: how many continuations?",
        where="Beam search",
        expected=5 * 3531,
        mistakes=[
            (3531, "that is one beginning's; how many are kept?"),
            (10, "that is how many of the best the code looks at. Among how many?"),
            (10 * 3531, "twice the width is how many of the best are looked at. How many beginnings are extended?"),
            (25 * 3531, "25 beginnings? That would be with nothing dropped at step 2. How many are kept?"),
            (5, "that is how many are kept afterwards, not how many are looked at."),
            (25, "that would do if each of them had five ways to go on. How many tokens may follow?"),
            (3 * 3531, "the step's number does not come in: how many beginnings are kept, at any step?"),
            (15 * 3531, "that is all three steps, with five beginnings at each. At step 3 alone?"),
            (5**3 * 3531, "that would be with nothing dropped: five after step 1, 25 after step 2. How many are kept?"),
            (3531**3, "that is every beginning of three tokens: exhaustive search."),
        ],
        tolerance=0.5,
    ),
    "10.3": Prediction(
        right="Two strong beginnings push out the one that would have won, and then both come to little.",
        smaller="which beginnings are kept after the first letter, and what are the products after the second?",
        where="Beam search",
        expected={"width_1": 0.19, "width_2": 0.05},
        mistakes=[
            (
                {"width_1": 0.2},
                "width_1: if that is rounded, two decimals, please; if not: which first letter does it keep?",
            ),
            ({"width_1": 0.5}, "width_1: that is the first letter alone."),
            ({"width_1": 0.38}, "width_1: that is the second letter alone; the probabilities are multiplied."),
            ({"width_1": 0.16}, "width_1: that takes the second-best letter at step 2."),
            ({"width_1": 0.15}, "width_1: that takes the least probable letter at step 2."),
            ({"width_1": 0.05}, "width_1: that is below B; which letter does it keep at step 1?"),
            ({"width_2": 0.19}, "width_2: what are the sums after step 2, and which two of the five are kept?"),
            ({"width_2": 0.2}, "width_2: that is what it keeps after step 2; the sentence is not over."),
            ({"width_2": 0.1}, "width_2: one factor for each letter: which one is left out?"),
            ({"width_2": 0.4}, "width_2: that is a first letter alone; the sentence is not over."),
            ({"width_2": 0.025}, "width_2: one factor for each letter: is there one too many?"),
            ({"width_2": 0.25}, "width_2: that is the third letter alone; the probabilities are multiplied."),
        ],
        tolerance=0.001,
    ),
    "10.4": Prediction(
        right="The plain sum prefers the shortest; below 1 that is weakened, at 1 it is gone, above 1 it turns.",
        smaller="what is greater, -2 / 2 or -4 / 4, and what if 4 is replaced by a smaller divisor?",
        where="The length penalty",
        expected={"sum": 1, "alpha_075": 1, "alpha_15": 4},
        mistakes=[
            ({"sum": 4}, "sum: four times -1, or one time -1: which is the greater number?"),
            ({"sum": 2}, "sum: compute all three; the lengths are 1, 2, 4 and each token has -1."),
            ({"alpha_075": 4}, "alpha_075: divide -1, -2, -4 by 1, 1.68, 2.83. Which is the greatest?"),
            ({"alpha_075": 2}, "alpha_075: does it rise and then fall with the length? Compute all three."),
            ({"alpha_15": 1}, "alpha_15: divide -1, -2, -4 by 1, 2.83, 8. Which is the greatest?"),
            ({"alpha_15": 2}, "alpha_15: does it rise and then fall with the length? Compute all three."),
            *(
                ({name: score}, f"{name}: that is a score: which of the lengths has it?")
                for name, score in (("sum", -1), ("alpha_075", -1), ("alpha_15", -0.5))
            ),
            *(
                ({name: word}, f"{name}: answer with one of the lengths, 1, 2 or 4.")
                for name in ("sum", "alpha_075", "alpha_15")
                for word in ("short", "long")
            ),
            *(
                ({name: "same"}, f"{name}: compute all three; at which alpha would they be alike?")
                for name in ("sum", "alpha_075", "alpha_15")
            ),
        ],
    ),
    "10.5": Prediction(
        right="Dividing all logits by one positive number keeps their order and brings them nearer to one another.",
        smaller="two words have the logits 2 and 0, then half of that: which probabilities have they, before "
        "and after?",
        where="Sampling",
        expected={"best_word": "same", "its_probability": "falls", "entropy": "rises"},
        mistakes=[
            ({"best_word": "other"}, "best_word: which is the greater of two numbers, before and after halving both?"),
            (
                {"its_probability": "rises"},
                "its_probability: halving the logits halves their differences too. At no "
                "difference at all, what would each word have?",
            ),
            ({"its_probability": "same"}, "its_probability: take logits 2 and 0, then 1 and 0."),
            (
                {"entropy": "falls"},
                "entropy: it is 0 when one word has it all, and greatest when all have the same. "
                "Which way does a higher temperature go?",
            ),
            ({"entropy": "same"}, "entropy: take logits 2 and 0, then 1 and 0."),
        ],
    ),
    "10.6": Prediction(
        right="Dropout rolls dice until eval() stops it; recording for backward changes no number, and is kept.",
        smaller="which of the two switches stops something that is drawn at random?",
        where="Two switches",
        expected={"eval_forgotten": True, "no_grad_forgotten": False},
        mistakes=[
            ({"eval_forgotten": False}, "eval_forgotten: what does dropout do while the model is in training mode?"),
            (
                {"no_grad_forgotten": True},
                "no_grad_forgotten: it stops the recording of what backward needs. Does "
                "recording change what is computed?",
            ),
        ],
    ),
}


# --- 10.1: one step of beam search


def _extend(sums: Tensor, next_log_probs: Tensor, width: int):
    return _best(sums[:, None] + next_log_probs, width)


def _best(extended: Tensor, width: int, largest: bool = True):
    best, where = extended.flatten().topk(width, largest=largest)
    vocab_size = extended.shape[1]
    return best, where // vocab_size, where % vocab_size


def _one_each(sums, next_log_probs, width):
    best, tokens = (sums[:, None] + next_log_probs).max(dim=1)
    order = best.argsort(descending=True)
    return best[order], order, tokens[order]


def _of_the_best_beginning(sums, next_log_probs, width):
    row = sums.argmax()
    best, tokens = (sums[row] + next_log_probs[row]).topk(width)
    return best, row.expand(width), tokens


def _divided_by_rows(sums, next_log_probs, width):
    best, where = (sums[:, None] + next_log_probs).flatten().topk(width)
    return best, where // len(sums), where % len(sums)


def _swapped(sums, next_log_probs, width):
    best, rows, tokens = _extend(sums, next_log_probs, width)
    return best, tokens, rows


def _places(sums, next_log_probs, width):
    best, where = (sums[:, None] + next_log_probs).flatten().topk(width)
    return best, where, where


def _divided_by_width(sums, next_log_probs, width):
    best, where = (sums[:, None] + next_log_probs).flatten().topk(width)
    return best, where // width, where % width


def _true_division(sums, next_log_probs, width):
    best, where = (sums[:, None] + next_log_probs).flatten().topk(width)
    return best, where / next_log_probs.shape[1], where % next_log_probs.shape[1]


def _row_by_row(sums, next_log_probs, width):
    best, where = (sums[:, None] + next_log_probs).topk(width)
    return best, where // next_log_probs.shape[1], where % next_log_probs.shape[1]


def _each_row(sums, next_log_probs, width):
    best, tokens = (sums[:, None] + next_log_probs).topk(width)
    return best, torch.arange(len(sums))[:, None].expand_as(tokens), tokens


def _sums_last(sums, next_log_probs, width):
    best, rows, tokens = _extend(sums, next_log_probs, width)
    return rows, tokens, best


def _step(beginnings: int, vocab_size: int, width: int, seed: int):
    generator = torch.Generator().manual_seed(seed)
    sums = -4 * torch.rand(beginnings, generator=generator, dtype=torch.float64)
    logits = 2 * torch.randn(beginnings, vocab_size, generator=generator, dtype=torch.float64)
    return sums, torch.log_softmax(logits, dim=1), width


# --- 10.2: where two scores meet


def _tipping(short_sum: float, short_length: int, long_sum: float, long_length: int) -> float:
    return math.log(long_sum / short_sum) / math.log(long_length / short_length)


_NO_LOGARITHM = "the sums are negative, and have no logarithm. Which of their combinations is positive?"


# --- 10.3: what is drawn from


def _distribution(logits: Tensor, temperature: float, top_k: int) -> Tensor:
    return torch.softmax(_only(logits, top_k, -math.inf) / temperature, dim=0)


def _above_the_last(x: Tensor, t: float, k: int) -> Tensor:
    return torch.softmax(torch.where(x > x.topk(k).values[-1], x, -math.inf) / t, dim=0)


def _first_tokens(x: Tensor, t: float, k: int) -> Tensor:
    return torch.softmax(torch.where(torch.arange(len(x)) < k, x, -math.inf) / t, dim=0)


def _only(values: Tensor, top_k: int, instead: float, largest: bool = True) -> Tensor:
    kept = values.topk(top_k, largest=largest)
    return torch.full_like(values, instead).scatter(0, kept.indices, kept.values)


LOGITS = torch.tensor([0.5, 2.0, -1.0, 1.25, 0.0, -2.5], dtype=torch.float64)
OTHERS = torch.tensor([1.5, -0.5, 3.0, 0.25], dtype=torch.float64)

EXERCISES = {
    "10.1": FunctionExercise(
        right="All continuations of all beginnings compete, whoever they belong to.",
        smaller="two beginnings, five tokens: how many continuations compete?",
        where="Beam search",
        errors=[
            (
                "size of tensor",
                "the sums have one number for each beginning, and each of these has a row in "
                "next_log_probs: to which axis do they belong?",
            ),
            (
                "selected index k out of range",
                "you look for `width` of them among too few: have you made one list of all continuations?",
            ),
        ],
        inputs=[_step(3, 7, 3, 0), _step(2, 5, 4, 3), _step(4, 6, 2, 5)],
        tolerance=1e-5,
        expected=_extend,
        mistakes=[
            (lambda s, n, w: _best(n, w), "what the beginnings have cost so far is not counted: sums is not used."),
            (
                lambda s, n, w: _best(s[:, None] + n.exp(), w),
                "it adds probabilities to logarithms: what is next_log_probs already?",
            ),
            (
                lambda s, n, w: _best(s[:, None] * n, w),
                "it multiplies logarithms: what becomes of a product of probabilities when their logarithms are taken?",
            ),
            (
                lambda s, n, w: _best(s[:, None] + n, w, largest=False),
                "those are the worst: is the sum of a probable beginning large or small?",
            ),
            (
                lambda s, n, w: _best((s[:, None] + n).exp(), w),
                "rows and tokens are right; the first of the three are probabilities: what were sums?",
            ),
            (_one_each, "each beginning gets one continuation: may one have two of the best, and another none?"),
            (_of_the_best_beginning, "only the best beginning is extended: that can never come back to the others."),
            (
                _divided_by_rows,
                "rows and tokens are taken apart wrongly: after flatten, how many places does one beginning take up?",
            ),
            (
                _divided_by_width,
                "rows and tokens are taken apart by the width: how many places does one beginning take "
                "up after flatten?",
            ),
            (_true_division, "rows are no whole numbers: which of the two divisions leaves the rest out?"),
            (_row_by_row, "topk chose in each row of the table, for each beginning by itself. Who competes?"),
            (_each_row, "each beginning keeps its own best: who competes for the places?"),
            (lambda s, n, w: tuple(part.flip(0) for part in _extend(s, n, w)), "the best first, please."),
            (_sums_last, "the order: sums, rows, tokens."),
            (_swapped, "rows and tokens have changed places."),
            (_places, "those are places in the flattened table: which row of the table is that, and which column?"),
        ],
    ),
    "10.2": FunctionExercise(
        right="Beyond it the longer one wins; the more the longer one has lost by its length alone, the lower it is.",
        smaller="write the two scores down, with α in both: what is to be equal?",
        where="The length penalty",
        errors=[
            ("math domain", _NO_LOGARITHM),
            ("expected a positive", _NO_LOGARITHM),
            ("must be Tensor, not float", "torch.log takes tensors: which log takes a plain number?"),
        ],
        inputs=[(-2.0, 4, -3.0, 8), (-0.5, 6, -0.9, 9), (-1.2, 3, -5.0, 7)],
        expected=_tipping,
        mistakes=[
            (lambda s, m, t, n: math.log(s / t) / math.log(n / m), "the sign: which sum is further from 0?"),
            (
                lambda s, m, t, n: math.log(n / m) / math.log(t / s),
                "it is upside down: alpha is the exponent of the lengths.",
            ),
            (lambda s, m, t, n: (t / s) / (n / m), "that is a quotient of ratios; how is an exponent brought down?"),
            (
                lambda s, m, t, n: math.log((t / s) / (n / m)),
                "one logarithm of everything: log(x ** alpha) is alpha times log(x).",
            ),
            (lambda s, m, t, n: (t - s) / (n - m), "that is what each further token costs; set the two scores equal."),
            (lambda s, m, t, n: math.log(t / s) / math.log((n - 1) / (m - 1)), "the lengths count <eos> already."),
            (
                lambda s, m, t, n: math.log(t / s) / math.log((n + 1) / (m + 1)),
                "you add a token to the lengths: <eos> is counted already.",
            ),
            (lambda s, m, t, n: 1.0, "there the means per token are compared. Have these two the same mean?"),
            (lambda s, m, t, n: math.log(t / s), "that is the ratio of the sums alone: where do the lengths come in?"),
        ],
        tolerance=1e-3,
    ),
    "10.3": FunctionExercise(
        right="What is not among the best is never drawn, and the rest sums to 1 at any temperature.",
        smaller="top_k is 2: which logits must have probability 0, and which number has the exponential 0?",
        where="Sampling",
        errors=[
            ("size of tensor", "one probability for each token is asked for: how many numbers has topk left you?"),
            ("return_types", "topk returns two things: with which of them do you go on?"),
        ],
        inputs=[(LOGITS, 0.5, 3), (LOGITS, 2.0, 4), (OTHERS, 1.5, 2)],
        expected=_distribution,
        mistakes=[
            (
                lambda x, t, k: torch.softmax(_only(x, k, -math.inf) * t, dim=0),
                "it multiplies by the temperature: what does a high one do to yours, and what should it?",
            ),
            (
                lambda x, t, k: torch.softmax(_only(x, k, -math.inf), dim=0),
                "the temperature changes nothing. (Dividing probabilities by it and normalising gives them back.) What "
                "has to be divided?",
            ),
            (
                lambda x, t, k: torch.softmax(_only(x, k, -math.inf), dim=0) / t,
                "it does not sum to 1: what has to be divided, and when?",
            ),
            (lambda x, t, k: torch.softmax(x, dim=0), "neither temperature nor top_k is used."),
            (
                lambda x, t, k: torch.softmax(x, dim=0) / t,
                "every token can still be drawn, and it does not sum to 1: what has to be divided, and when?",
            ),
            (lambda x, t, k: _only(x, k, -math.inf) / t, "those are logits still, not probabilities."),
            (
                lambda x, t, k: torch.log_softmax(_only(x, k, -math.inf) / t, dim=0),
                "those are the logarithms of the probabilities.",
            ),
            (_above_the_last, "one too few can be drawn: is the last of the best among your best?"),
            (
                lambda x, t, k: _distribution(x, t, k + 1),
                "one too many can be drawn: counted from 0, which place has the last of the best k?",
            ),
            (_first_tokens, "those are the first k of the vocabulary: which k are asked for?"),
            (lambda x, t, k: torch.softmax(x / t, dim=0), "every token can still be drawn: top_k is not used."),
            (
                lambda x, t, k: _only(torch.softmax(x / t, dim=0), k, 0.0),
                "the best k keep what they had: what do they sum to now?",
            ),
            (
                lambda x, t, k: torch.softmax(_only(x, k, 0.0) / t, dim=0),
                "a logit of 0 is not a probability of 0: which number has the exponential 0?",
            ),
            (
                lambda x, t, k: torch.softmax(_only(x, k, -math.inf, largest=False) / t, dim=0),
                "those are the least probable ones: which are to be left?",
            ),
            (
                lambda x, t, k: (x / t).topk(k).values.softmax(dim=0),
                "only the k numbers are left: whose are they? One for each token is asked for.",
            ),
        ],
    ),
}
