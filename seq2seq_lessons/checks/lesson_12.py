"""Lesson 12: forced gates, the memory ledger, an honest probe, what a map keeps."""

from collections.abc import Callable

import torch
from torch import Tensor

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction
from seq2seq_lessons.inspection import best_unit

PREDICTIONS = {
    "12.1": Prediction(
        right="The old state has two ways into the new one: z holds it, and r lets the candidate look at it.",
        smaller="put z = 1 and z = 0 into h' = (1 - z) · n + z · h: which term is left, and what does n look at?",
        where="The gates, recomputed",
        expected={"free": True, "z1": False, "z0": True, "z0_r0": False},
        mistakes=[
            ({"free": False}, "free: what did the edits in part 1 leave at the last column?"),
            ({"z1": True}, "z1: put z = 1 into h' = (1 - z) · n + z · h. Which of the two terms is left?"),
            ({"z0": False}, "z0: the new state is the candidate. What does the candidate look at besides the word?"),
            ({"z0_r0": True}, "z0_r0: put r = 0 into the candidate's formula. What is left for it to look at?"),
        ],
    ),
    "12.2": Prediction(
        right="Each step's share is what it wrote, times what all later steps kept; the four sum to one.",
        smaller="two steps, z = 0.9 at both: how much does step 1 write, and how much of that is left after step 2?",
        where="What was written when",
        expected={"start": 0.3, "step1": 0.1, "step2": 0.4, "step3": 0.2},
        mistakes=[
            (
                {"start": 0.025, "step1": 0.075, "step2": 0.1, "step3": 0.8},
                "you have z write and 1 - z hold: which of them stands before n in h' = (1 - z) · n + z · h?",
            ),
            ({"step1": 0.3}, "step1: which of the two writes there, z or 1 - z? It is the same at every step."),
            (
                {"start": 0.3, "step3": 0.8},
                "step3: which of the two writes there, z or 1 - z? It is the same at every step.",
            ),
            (
                {"start": 0.075, "step1": 0.025, "step2": 0.1, "step3": 0.8},
                "step3 has z write and 1 - z hold, the other steps not.",
            ),
            (
                {"step1": 0.25, "step2": 0.5, "step3": 0.2},
                "these are the shares when written. What do the steps that follow do to them?",
            ),
            (
                {"step1": 0.25, "step2": 0.375, "step3": 0.075},
                "you have multiplied by what the *earlier* steps kept. Which steps can still change what step 1 wrote?",
            ),
            (
                {"step1": 0.075, "step2": 0.2, "step3": 0.16},
                "a step's own z is among your factors. Does a step keep what it is just writing?",
            ),
            (
                {"start": 0.25, "step1": 0.25, "step2": 0.25, "step3": 0.25},
                "equal shares would need other gates: follow what each step writes through the later ones.",
            ),
            ({"start": 0.0}, "start: how much of it is left after step 1, and after step 2?"),
        ],
        tolerance=1e-3,
    ),
    "12.3": Prediction(
        right="Nothing of what was written at step 1 is left, and yet word 1 is felt: each candidate has looked at the "
        "state before it.",
        smaller="what does a step with z = 0 keep of the state, and what has its candidate looked at?",
        where="What was written when",
        expected={"share": 0.0, "changes": True},
        mistakes=[
            (
                {"share": 1 / 9},
                "share: nine equal shares? Put z = 0 into the formula: what is (1 - z) at step 1 multiplied by?",
            ),
            ({"share": 1.0}, "share: z = 0 at step 2 as well. How much of what it finds does step 2 keep?"),
            ({"changes": False}, "changes: you have met this case in prediction 12.1. What does r let through?"),
        ],
        tolerance=2e-3,  # 0.11 is meant as a ninth
    ),
    "12.4": Prediction(
        right="Nobody knew anything: among many who guess, the best looks good by luck alone.",
        smaller="ten tosses: how often is one guesser right on average, and how often the best of a thousand?",
        where="A unit that follows a feature",
        expected=28,
        mistakes=[
            (20, "that is what one of them gets on average. How far does the best of 192 lie above it?"),
            (23, "a person gets 23 or more about every fifth time. How many of 192 people is that?"),
            (38, "two mistakes in 40: a chance of about one in a billion. How many people are guessing?"),
        ],
    ),
    "12.5": Prediction(
        right="The map leaves directions out, and leaving some out can only make a distance shorter.",
        smaller="two lamps in a room, drawn on a plan of its floor: can they look nearer than they are, or farther?",
        where="A map of sentences",
        expected={"near": False, "far": True},
        mistakes=[
            ({"near": True}, "near: how many directions does the map not show, and may the two differ there?"),
            ({"far": False}, "far: Pythagoras. Can adding the squares of the other 190 dimensions make it shorter?"),
        ],
    ),
    "12.6": Prediction(
        right="Which unit it is, is an accident; and each was chosen on other nouns, so a new pair may be beyond it.",
        smaller="two trainings begin with other random weights: what would make unit 7 learn the same in both?",
        where="A unit that follows a feature",
        expected={"same_unit": False, "tells_in_all": False},
        mistakes=[
            ({"same_unit": True}, "same_unit: another seed draws other weights. What would lead the same unit to it?"),
            (
                {"tells_in_all": True},
                "tells_in_all: see the dots of one unit, nouns left out. Are they all at the right end?",
            ),
        ],
    ),
}


# --- 12.1: the ledger


def _ledger(z: Tensor) -> tuple[Tensor, Tensor]:
    return (1 - z) * _later(z), z.prod(dim=0)


def _later(z: Tensor) -> Tensor:
    """The product of all later steps' z, for each step; 1 for the last."""
    return torch.cat((z[1:].flip(0).cumprod(dim=0).flip(0), torch.ones_like(z[:1])))


def _earlier(z: Tensor) -> Tensor:
    return torch.cat((torch.ones_like(z[:1]), z[:-1].cumprod(dim=0)))


def _own_z_too(z: Tensor) -> tuple[Tensor, Tensor]:
    return (1 - z) * z * _later(z), z.prod(dim=0)


def _when_written(z: Tensor) -> tuple[Tensor, Tensor]:
    return 1 - z, z.prod(dim=0)


def _one_later_step(z: Tensor) -> tuple[Tensor, Tensor]:
    return (1 - z) * torch.cat((z[1:], torch.ones_like(z[:1]))), z.prod(dim=0)


def _start_as(start_of) -> Callable:
    """Right shares, and another start."""
    return lambda z: (_ledger(z)[0], start_of(z))


def _gates(steps: int, units: int, seed: int) -> tuple[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return (0.05 + 0.9 * torch.rand(steps, units, generator=generator),)


# gates that are shut and wide open: at the first step, at the last, and between
_SHUT_AND_OPEN = (torch.tensor([[0.0, 0.3, 0.6, 1.0], [0.5, 0.0, 1.0, 0.2], [0.8, 0.7, 0.0, 0.4]]),)


# --- 12.2: the probe


def _right(probe, states: Tensor, feature: Tensor) -> float:
    return (probe.predict(states) == feature).double().mean().item()


def _halves(states: Tensor, feature: Tensor):
    half = len(states) // 2
    return (states[:half], feature[:half]), (states[half:], feature[half:])


def _honest(states: Tensor, feature: Tensor) -> float:
    first, second = _halves(states, feature)
    return _right(best_unit(*first), *second)


def _tested_where_chosen(states: Tensor, feature: Tensor) -> float:
    return best_unit(*_halves(states, feature)[0]).accuracy


def _chosen_on_all(states: Tensor, feature: Tensor) -> float:
    return _right(best_unit(states, feature), *_halves(states, feature)[1])


def _chosen_on_second(states: Tensor, feature: Tensor) -> float:
    first, second = _halves(states, feature)
    return _right(best_unit(*second), *first)


def _chosen_again(states: Tensor, feature: Tensor) -> float:
    return best_unit(*_halves(states, feature)[1]).accuracy


def _tested_on_all(states: Tensor, feature: Tensor) -> float:
    return _right(best_unit(*_halves(states, feature)[0]), states, feature)


def _share_found(states: Tensor, feature: Tensor) -> float:
    first, (states, _) = _halves(states, feature)
    return best_unit(*first).predict(states).double().mean().item()


def _above_ignored(states: Tensor, feature: Tensor) -> float:
    first, (states, feature) = _halves(states, feature)
    probe = best_unit(*first)
    return ((states[:, probe.unit] > probe.threshold) == feature).double().mean().item()


def _every_second(states: Tensor, feature: Tensor) -> float:
    return _right(best_unit(states[::2], feature[::2]), states[1::2], feature[1::2])


def _count_right(states: Tensor, feature: Tensor) -> int:
    return round(_honest(states, feature) * (len(states) // 2))


def _labelled(sentences: int, units: int, seed: int) -> tuple[Tensor, Tensor]:
    """Unit 2 knows a little; the feature is not equally frequent in both halves."""
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(sentences, units, generator=generator)
    feature = states[:, 2] + 1.2 * torch.randn(sentences, generator=generator) > torch.linspace(-0.6, 0.6, sentences)
    return states, feature


# --- 12.3: neighbours on the map


def _nearest(A: Tensor) -> Tensor:
    return torch.cdist(A, A).fill_diagonal_(torch.inf).argmin(dim=1)


def _kept(states: Tensor, points: Tensor) -> float:
    return (_nearest(states) == _nearest(points)).double().mean().item()


def _equal_distances(states: Tensor, points: Tensor) -> float:
    nearest = (torch.cdist(A, A).fill_diagonal_(torch.inf).amin(dim=1) for A in (states, points))
    return torch.eq(*nearest).double().mean().item()


def _one_for_all(states: Tensor, points: Tensor) -> float:
    nearest = (torch.cdist(A, A).fill_diagonal_(torch.inf).argmin() for A in (states, points))
    return torch.eq(*nearest).double().mean().item()


def _count_kept(states: Tensor, points: Tensor) -> int:
    return int((_nearest(states) == _nearest(points)).sum())


def _oneself(states: Tensor, points: Tensor) -> float:
    with_itself = (torch.cdist(A, A).argmin(dim=1) for A in (states, points))
    return torch.eq(*with_itself).double().mean().item()


def _farthest(states: Tensor, points: Tensor) -> float:
    farthest = (torch.cdist(A, A).argmax(dim=1) for A in (states, points))
    return torch.eq(*farthest).double().mean().item()


def _largest_product(states: Tensor, points: Tensor) -> float:
    def most_alike(A: Tensor) -> Tensor:
        return (A @ A.T).fill_diagonal_(-torch.inf).argmax(dim=1)

    return (most_alike(states) == most_alike(points)).double().mean().item()


def _lost(states: Tensor, points: Tensor) -> float:
    return 1 - _kept(states, points)


def _mapped(n: int, units: int, seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(n, units, generator=generator) * torch.linspace(2.5, 0.3, units)
    return states, states[:, :2].clone()


EXERCISES = {
    "12.1": FunctionExercise(
        right="What a step writes, times all that is kept later; with the start's, the shares sum to one.",
        smaller="three steps: which z's does the writing of step 1 pass through, and which the start?",
        where="What was written when",
        errors=[("size of tensor", "each step has one number per unit: which of your factors has another shape?")],
        inputs=[_gates(4, 3, 0), _gates(5, 2, 1), _gates(1, 6, 2), _SHUT_AND_OPEN],
        expected=_ledger,
        mistakes=[
            (lambda z: _ledger(1 - z), "you have z write and 1 - z hold: which of the two holds in PyTorch?"),
            (_when_written, "that is the share at the moment of writing: what do the later steps keep of it?"),
            (_one_later_step, "only the next step has a say in yours: a third one comes after it."),
            (
                lambda z: ((1 - z) * _earlier(z), z.prod(dim=0)),
                "your products run over the earlier steps: can what came before touch what is written now?",
            ),
            (
                lambda z: ((1 - z) * z.prod(dim=0) / z.cumprod(dim=0), z.prod(dim=0)),
                "nan: a gate may be 0: what do you divide by?",
            ),
            (
                lambda z: ((1 - z) * z.prod(dim=0), z.prod(dim=0)),
                "the product runs over all steps: which of them can change what a step has written?",
            ),
            (_own_z_too, "a step's own z is among its factors: does it keep what it is just writing?"),
            (lambda z: _ledger(z)[::-1], "the two results are swapped: the steps' shares come first."),
            (lambda z: _ledger(z)[0], "the start's share is missing: what is left of h0?"),
            (
                lambda z: torch.cat((_ledger(z)[1][None], _ledger(z)[0])),
                "one tensor holds both: return two, the steps' shares and the start's.",
            ),
            (
                lambda z: torch.cat((_ledger(z)[0], _ledger(z)[1][None])),
                "one tensor holds both: return two, the steps' shares and the start's.",
            ),
            (
                _start_as(lambda z: _ledger(z)[0].sum(dim=0)),
                "your start's share is what all steps have together: what do they leave?",
            ),
            (_start_as(lambda z: z[0]), "your start's share is what step 1 leaves of it: what do the later steps do?"),
            (_start_as(lambda z: 1 - z[0]), "your start's share is what step 1 writes: how much does it hold?"),
            (
                _start_as(lambda z: torch.zeros_like(z[0])),
                "h0 may be zero, but its share is not: how much of it is held at every step?",
            ),
            (
                _start_as(lambda z: z.prod()),
                "your start's share is one number for all units: along which axis does the product run?",
            ),
            (
                lambda z: (_ledger(z)[0].flip(0), z.prod(dim=0)),
                "the steps stand in reverse order: which one comes first?",
            ),
            (
                lambda z: (torch.full_like(z, 1 / (len(z) + 1)), torch.full_like(z[0], 1 / (len(z) + 1))),
                "equal shares: the gates do not occur in yours.",
            ),
        ],
        tolerance=1e-5,
    ),
    "12.2": FunctionExercise(
        right="Chosen on one half, tested on the other: the number may disappoint, and that is what makes it worth "
        "something.",
        smaller="ten rows: which of them may best_unit see, and which are asked afterwards?",
        where="A unit that follows a feature",
        errors=[
            ("Input dtype must be", "truth values have no mean: what makes numbers of them?"),
            ("slice indices", "an index is a whole number: which division makes one?"),
            ("size of tensor", "you compare two sets of rows of different size: which rows were predicted?"),
        ],
        inputs=[_labelled(60, 12, 0), _labelled(44, 20, 1), _labelled(34, 7, 4)],
        expected=_honest,
        mistakes=[
            (
                _tested_where_chosen,
                "this tests the unit on the rows that it was chosen on: what would shuffled labels give there?",
            ),
            (_chosen_on_all, "the rows of the test had a say in the choice: best_unit has seen them."),
            (
                lambda s, f: best_unit(s, f).accuracy,
                "chosen on all rows and tested on all rows: nothing is left that had no say.",
            ),
            (_chosen_again, "on the second half you choose another unit: test the one that you have."),
            (_chosen_on_second, "the halves are swapped: on which of them is the unit to be chosen?"),
            (_tested_on_all, "half of the rows that you test on had a say in the choice: which ones had none?"),
            (_share_found, "that is how often it says True; how often is it right?"),
            (_count_right, "that is how many it gets right, not which share."),
            (
                _above_ignored,
                "you compare with the threshold alone: on which side of it does the probe expect the "
                "feature? See `above`, or ask `predict`.",
            ),
            (_every_second, "you choose on every second row: which rows are the first half?"),
            (lambda s, f: 100 * _honest(s, f), "that is per cent; a share lies between 0 and 1."),
            (lambda s, f: 1 - _honest(s, f), "that is the share it gets wrong: which one counts?"),
        ],
        tolerance=1e-5,
    ),
    "12.3": FunctionExercise(
        right="Each state's nearest other, in both, and how often they agree.",
        smaller="torch.cdist(A, A) for three states: what stands in its diagonal?",
        where="A map of sentences",
        errors=[
            ("Input dtype must be", "truth values have no mean: what makes numbers of them?"),
            ("number of columns", "a state and a point on the map have no distance: between whom are distances taken?"),
        ],
        inputs=[_mapped(24, 6, 2), _mapped(31, 5, 1), _mapped(40, 9, 2)],
        expected=_kept,
        mistakes=[
            (_oneself, "1 for every map? Whom do you find nearest to each state: look at the diagonal."),
            (_farthest, "these are the farthest: what has the largest distance to do with the nearest?"),
            (_largest_product, "a large product is not a small distance: a long vector has large products with many."),
            (_count_kept, "that is how many are kept: of how many?"),
            (_lost, "that is the share that is lost: which one is asked for?"),
            (lambda s, p: 100 * _kept(s, p), "that is per cent; a share lies between 0 and 1."),
            (
                _equal_distances,
                "0 for every map? Do you compare who is nearest, or how far away, and is oneself left out in both?",
            ),
            (
                _one_for_all,
                "argmin without dim looks for one place in the whole table: each state has a nearest of its own.",
            ),
        ],
        tolerance=1e-5,
    ),
}
