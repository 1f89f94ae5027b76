"""Predictions and exercises of lesson 02: what a GRU returns, and what its gates do."""

import copy

import torch
from torch import nn

from seq2seq_lessons.checks.judging import Exercise, FunctionExercise, Prediction
from seq2seq_lessons.checks.running import Hint, Unanswered, guarded

PREDICTIONS = {
    "2.1": Prediction(
        right="Output has a vector for each step, state one for each layer; both are 16 wide, for 3 sentences.",
        smaller="with seven steps, how many rows has output; with one layer, how many has state?",
        where="One line, two tensors",
        expected={"output": (5, 3, 16), "state": (2, 3, 16)},
        mistakes=[
            ({"output": (5, 3, 8)}, "8 is how wide a word is when it goes in; how wide is what the GRU makes of it?"),
            ({"output": (3, 5, 16)}, "output has batch and steps swapped: which comes first in X?"),
            ({"output": (5, 3, 32)}, "output shows one layer's vectors, not two side by side: which layer's?"),
            ({"output": (2, 5, 3, 16)}, "output shows one layer only: which axis of yours is one too many?"),
            ({"state": (1, 3, 16)}, "each layer has a state of its own: how many layers are there?"),
            ({"state": (3, 16)}, "that is one layer's state: how many layers are there?"),
            ({"state": (5, 3, 16)}, "state is what is left after the last step: has it an axis of steps?"),
            (
                {"state": (3, 2, 16)},
                "state has layers and batch swapped: which of them stands where output has its steps?",
            ),
            ({"state": (2, 5, 16)}, "state keeps nothing for each step: which number counts the sentences?"),
        ],
    ),
    "2.2": Prediction(
        right="Output is the top layer's; its last row is that layer's final state.",
        smaller="which layer's vectors does output hold, and which layer's is state[0]?",
        where="One line, two tensors",
        expected={"state_0": False, "state_1": True},
        mistakes=[
            ({"state_0": True, "state_1": True}, "output has one vector for each step: whose, with two layers?"),
            (
                {"state_0": False, "state_1": False},
                "follow the top layer's vector after the last step: in which of the two tensors does it stand?",
            ),
            ({"state_0": True, "state_1": False}, "state[0] belongs to the layer that reads the words: is it the top?"),
        ],
    ),
    "2.3": Prediction(
        right="Side by side in output, one below the other in state; and each reader ends at its own end.",
        smaller="one layer, both directions: how many readers, and after how many words does each of them stop?",
        where="Two directions",
        expected={"output": (5, 3, 32), "state": (4, 3, 16), "same": False},
        mistakes=[
            ({"output": (5, 3, 16)}, "two readers now stand at each step: how wide are they side by side?"),
            (
                {"output": (10, 3, 16)},
                "are there more steps than before? Where do the two readers stand at each of them?",
            ),
            ({"state": (2, 3, 16)}, "every layer has two readers now: how many final states are that in all?"),
            ({"state": (2, 3, 32)}, "side by side is how output holds the two readers; state gives each its own row."),
            ({"same": True}, "how many words has the backward reader read when it stands at the last one?"),
        ],
    ),
    "2.4": Prediction(
        right="Three quarters old, one quarter new: z keeps.",
        smaller="which of the two numbers is the new h with z = 1, and which with z = 0?",
        where="Inside a step",
        expected=0.5,
        mistakes=[
            (-0.1, "you let z write the new value; which of the two does z multiply?"),
            (0.6, "that is what is kept of the old value: what does the candidate add?"),
            (0.2, "that is the mean of the two: is z one half?"),
            (0.7, "look at the candidate's sign."),
        ],
    ),
    "2.5": Prediction(
        right="Nothing before word 2 knows of it, everything after it may.",
        smaller="after word 1, has the reader met anything in which the two sentences differ?",
        where="One line, two tensors",
        expected={2, 3, 4},
        mistakes=[
            ({2}, "a word affects more than its own column: what does step 3 start from?"),
            ({1, 2, 3, 4}, "when column 1 is computed, has the reader seen word 2?"),
            ({3, 4}, "at step 2 the reader has read word 2 already: is its state the same?"),
            ({1, 2}, "time runs to the right: which columns are computed before word 2 is read?"),
            ({4}, "which other columns are computed once word 2 has been read?"),
            ({1, 2, 3}, "from which number are the columns counted?"),
        ],
    ),
    "2.6": Prediction(
        right="A vector for each word is output, every layer's last is state, the top layer's last is state[-1].",
        smaller="which of the three has an axis of steps, and which an axis of layers?",
        where="One line, two tensors",
        expected={"word": "output", "decoder": "state", "sentence": "state[-1]"},
        mistakes=[
            ({"word": "state"}, "state keeps nothing of the middle of a sentence: which tensor has an axis of steps?"),
            ({"word": "state[-1]"}, "that is one vector for each sentence: which tensor has one for each word?"),
            ({"decoder": "output"}, "output shows the top layer only: what would the decoder's layer 1 start from?"),
            ({"decoder": "state[-1]"}, "that is the top layer's alone: what would the decoder's layer 1 start from?"),
            ({"sentence": "output"}, "that is a vector for each word: after which of them has the reader seen all?"),
            ({"sentence": "state"}, "that is a vector for each layer: which layer's holds what the others made of it?"),
        ],
    ),
}


def _returned(num_layers: int, bidirectional: bool, *sizes: int) -> list[tuple]:
    """What two such GRUs return for random X; sizes: steps, batch, input, hidden."""
    num_steps, batch_size, input_size, num_hiddens = sizes
    results = []
    for seed in (1, 2):
        with torch.random.fork_rng([]), torch.no_grad():
            torch.manual_seed(seed)
            gru = nn.GRU(input_size, num_hiddens, num_layers, bidirectional=bidirectional)
            results.append(gru(torch.randn(num_steps, batch_size, input_size)))
    return results


def _gru_and_sentences(num_layers: int, *sizes: int) -> tuple[nn.GRU, torch.Tensor]:
    num_steps, batch_size, input_size, num_hiddens = sizes
    with torch.random.fork_rng([]):
        torch.manual_seed(num_layers)
        return nn.GRU(input_size, num_hiddens, num_layers), torch.randn(num_steps, batch_size, input_size)


LATCH_STEPS, LATCH_TOLERANCE = 12, 0.05
_THIRDS = ("reset gate", "update gate", "candidate")


def _latch_cases() -> list[tuple[nn.GRU, list[int], torch.Tensor, torch.Tensor]]:
    """GRUs of 5 and of 7 units, the units to latch, a sentence and an initial state."""
    cases = []
    for units, num_hiddens in (([0, 3], 5), ([2, 3, 6], 7)):
        gru, X = _gru_and_sentences(1, LATCH_STEPS, 4, 3, num_hiddens)
        cases.append((gru, units, X, torch.linspace(-0.9, 0.9, 4 * num_hiddens).reshape(1, 4, num_hiddens)))
    return cases


def _judge_latch(answer) -> str | None:
    if not callable(answer):
        return 'expected the function itself: write check("2.4", latch).'
    return next((hint for case in _latch_cases() if (hint := _judge_latched(answer, *case))), None)


def _judge_latched(answer, gru: nn.GRU, units: list[int], X: torch.Tensor, h0: torch.Tensor) -> str | None:
    changed = copy.deepcopy(gru)
    result = guarded(answer)(changed, list(units))
    before, after = gru.state_dict(), changed.state_dict()
    if result is None or result is ...:
        if all(torch.equal(before[name], after[name]) for name in before):
            raise Unanswered
        return "it changes the GRU, and returns nothing: end with return gru."
    if not isinstance(result, nn.GRU):
        raise Hint(f"it returns {type(result).__name__}; expected the changed nn.GRU.")
    after = result.state_dict()
    if before.keys() != after.keys() or any(before[name].shape != after[name].shape for name in before):
        return "it returns a GRU of another size; change some biases of the one that you are given."
    if any(not torch.equal(before[name], after[name]) for name in before if name.startswith("weight")):
        return "it changes weights; two biases of each unit are enough, and then the words cannot interfere."
    # rows of the stacked biases that moved: reset, update, candidate below one another
    moved = sum(after[name] - before[name] for name in ("bias_ih_l0", "bias_hh_l0")).reshape(3, -1)
    thirds = [i for i in range(3) if bool(moved[i].any())]
    rows = sorted(set(moved[1].nonzero().flatten().tolist()))
    if not thirds:
        return "the biases are what they were: nothing is latched yet."
    if thirds == [0]:
        return (
            "those rows belong to the reset gate, which decides what the candidate sees of the old state: "
            "which gate decides how much of it is kept, and where do its rows begin?"
        )
    if thirds == [2]:
        return "those rows belong to the candidate: a large one is written over the old value. Which gate keeps?"
    if thirds != [1]:
        found = " and of the ".join(_THIRDS[i] for i in thirds)
        return f"you moved rows of the {found}: which one keeps, and where do its rows begin?"
    if bool((moved[1][rows] < 0).all()):
        return "now z is near 0 in those units, and each word overwrites them: what does z multiply?"
    if rows != units:
        return (
            f"called with units {units}, it moves the update gate of units {rows}: "
            "the others were to read on as before."
        )
    with torch.no_grad():
        _, state = result(X, h0)
    drift = float((state - h0)[..., units].abs().max())
    if not drift <= LATCH_TOLERANCE:
        return (
            f"right gate, right units, but after {LATCH_STEPS} words they have moved by {drift:.2f}: "
            "z is not near enough to 1 yet."
        )
    return None


EXERCISES = {
    "2.1": Prediction(
        right="batch_first turns X and output round, and leaves state alone.",
        smaller="X is (4, 7, 5), batch first: how many sentences, of how many steps, of how many numbers?",
        where="Two directions",
        expected={"output": (4, 7, 18), "state": (6, 4, 9)},
        mistakes=[
            ({"output": (7, 4, 18)}, "batch_first=True: output comes in the order in which X went in."),
            ({"output": (4, 7, 9)}, "two readers write into output at each step, side by side: how wide is that?"),
            ({"output": (4, 7, 5)}, "5 is how wide a word is when it goes in: how wide is what comes out?"),
            ({"output": (4, 7, 54)}, "output shows the top layer only, however many there are below."),
            ({"state": (4, 6, 9)}, "batch_first does not reach state: look at the shape lab again."),
            ({"state": (3, 4, 9)}, "each of the three layers has two readers, and each reader a row: how many rows?"),
            ({"state": (3, 4, 18)}, "side by side is how output holds the two readers; state gives each its own row."),
            ({"state": (6, 7, 9)}, "state keeps no vector for each step: which number counts sentences?"),
        ],
    ),
    "2.2": FunctionExercise(
        right="Forward from the last step, backward from the first, side by side.",
        smaller="state has four rows: whose is row 2, and after how many words did that reader stop?",
        where="Two directions",
        errors=[
            ("is invalid for input of size", "how many numbers has what you reshape, and how many has (3, 32)?"),
            ("must be tuple of Tensors", "cat takes several tensors, in brackets: which ones?"),
            ("Dimension out of range", "one row of state has two axes: which number has the second?"),
            (
                "Sizes of tensors must match",
                "both halves need one length on the other axis: how many sentences has each of yours?",
            ),
        ],
        inputs=_returned(2, True, 5, 3, 8, 16),
        expected=lambda output, state: torch.cat((state[2], state[3]), dim=1),
        mistakes=[
            (
                lambda output, state: output[-1],
                "the backward half has read one word: which? Where has that reader read all five?",
            ),
            (
                lambda output, state: output[0],
                "the forward half has read one word: which? Where has that reader read all five?",
            ),
            (lambda output, state: state[-1], "one reader only: label state's four rows (layer, direction)."),
            (lambda output, state: state[-2], "the forward reader alone: where does the other one stop?"),
            (
                lambda output, state: torch.cat((output[-1], output[0]), dim=1),
                "that is (3, 64): at either end only one of the two halves has read everything. Which?",
            ),
            (
                lambda output, state: torch.cat((output[0, :, :16], output[-1, :, 16:]), dim=1),
                "each reader is caught where it has read one word: at which end has each read all five?",
            ),
            (
                lambda output, state: torch.stack((state[2], state[3]), dim=1),
                "both are there, as (3, 2, 16): what makes one row of two?",
            ),
            (
                lambda output, state: state.permute(1, 0, 2).reshape(3, 64),
                "those are all four readers: which layer is the top one?",
            ),
            (
                lambda output, state: state[-2:].reshape(3, 32),
                "right shape, wrong owner: row 0 holds sentence 1's numbers.",
            ),
            (
                lambda output, state: torch.cat((state[0], state[1]), dim=1),
                "those are layer 1's two readers: label state's rows (layer, direction).",
            ),
            (
                lambda output, state: torch.cat((state[1], state[3]), dim=1),
                "those are the backward readers of both layers: label state's rows (layer, direction).",
            ),
            (
                lambda output, state: torch.cat((state[3], state[2]), dim=1),
                "both are there, the backward reader first: output has the forward reader on the left.",
            ),
            (
                lambda output, state: torch.cat((state[0], state[2]), dim=1),
                "those are the forward readers of both layers: label state's rows (layer, direction).",
            ),
            (
                lambda output, state: torch.cat((output[-1, :, :16], output[0, :, :16]), dim=1),
                "both halves are the forward reader's: where in output's 32 numbers stands the other one?",
            ),
            (
                lambda output, state: output[:, -1],
                "that is the last sentence at every step: which axis of output are the steps?",
            ),
            (lambda output, state: state[-2:], "both are there, one below the other: (2, 3, 16) is not (3, 32) yet."),
            (
                lambda output, state: torch.cat((state[2], state[3])),
                "both are there, one below the other: which dim puts them side by side?",
            ),
        ],
    ),
    "2.3": FunctionExercise(
        right="Layer 1 after three words, which output never shows.",
        smaller="after one word, which of the two results of gru(x[None], state) does the next word need?",
        where="One line, two tensors",
        errors=[
            ("'tuple' object has no attribute", "gru returns two tensors: which one does the next call take?"),
            ("Expected hidden size", "a state has a row for each layer: is that what your next call is given?"),
            ("hx should", "is x alone a sequence? A GRU wants (steps, batch, input), with a state to match."),
        ],
        inputs=[_gru_and_sentences(2, 6, 4, 5, 7), _gru_and_sentences(3, 7, 2, 5, 6)],
        expected=lambda gru, X: gru(X[:3])[1][0],
        mistakes=[
            (lambda gru, X: gru(X)[0][2], "right step, but the top layer: does output ever show layer 1?"),
            (lambda gru, X: gru(X)[1][0], "layer 1, but after the last step: where must the loop stop?"),
            (lambda gru, X: gru(X)[1][-1], "the top layer after the last step: where must the loop stop?"),
            (lambda gru, X: gru(X[:3])[1][1], "right step, wrong row: which row of state is the lowest layer's?"),
            (
                lambda gru, X: gru(X[:3].reshape(-1, X.shape[2]))[1][0],
                "a word without x[None] is (batch, input), and the GRU reads its sentences as steps, one after the "
                "other: what must each word have?",
            ),
            (
                lambda gru, X: gru(X[2:3])[1][0],
                "this reader has read word 3 only: what must each call hand to the next?",
            ),
            (
                lambda gru, X: gru(X[3:4])[1][0],
                "this reader has read word 4 only: what must each call hand to the next?",
            ),
            (lambda gru, X: gru(X[:4])[1][0], "four words are read here: with which index does Python call the third?"),
            (lambda gru, X: gru(X[:2])[1][0], "two words are read here: how many has the reader read after step 3?"),
            (lambda gru, X: gru(X[:3])[0], "the top layer's vectors at three steps: does output ever show layer 1?"),
            (
                lambda gru, X: gru(X[:3])[1][:, 0],
                "one sentence's states in every layer: which axis comes first in state?",
            ),
            (lambda gru, X: gru(X[:, :3])[1][0], "three sentences, not three words: which axis of X are the steps?"),
            (lambda gru, X: gru(X[:3])[1], "that is every layer's state after step 3: choose one."),
        ],
        tolerance=1e-5,
    ),
    "2.4": Exercise(
        right="z near 1 keeps: those units hold their value, the others read on.",
        smaller="bias_hh_l0 of a GRU with 5 units has 15 numbers: which of them belong to the update gate?",
        where="What the gate is for",
        errors=[
            (
                "leaf Variable",
                "PyTorch records what happens to a parameter: how is a change made that is not recorded?",
            ),
            (
                "out of bounds",
                "the GRU may have any number of units: where do the update gate's rows begin in this one?",
            ),
        ],
        judge=_judge_latch,
    ),
}
