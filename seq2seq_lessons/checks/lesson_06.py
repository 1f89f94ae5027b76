"""Lesson 06: the shift by one, a decoder that is told the answer, all steps in one pass."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction
from seq2seq_lessons.decoder import Seq2SeqDecoder

GLUED = "a full stop hangs on the word before it: is it a token of its own (lesson 01)?"

PREDICTIONS = {
    "6.1": Prediction(
        right="One row, twice: begun with <bos>, and a step earlier ended with <eos>.",
        smaller="the sentence is oui .: what is due at step 1, and what is fed there?",
        where="Fed, and asked for",
        expected={"fed": "<bos> elle a faim .", "must_say": "elle a faim . <eos>"},
        mistakes=[
            ({"fed": "elle a faim . <eos>"}, "fed: at step 1 nobody has said elle. What is fed before the first word?"),
            ({"fed": "elle a faim ."}, "fed: at step 1 nobody has said elle. What is fed before the first word?"),
            ({"fed": "<bos> elle a faim . <eos>"}, "fed: what would be left to say after its last token?"),
            (
                {"fed": "she's hungry . <eos>"},
                "fed: that is what the encoder reads. Which language is the decoder fed?",
            ),
            ({"fed": "<bos> elle a faim."}, f"fed: {GLUED}"),
            ({"must_say": "elle a faim. <eos>"}, f"must_say: {GLUED}"),
            ({"must_say": "<bos> elle a faim ."}, "must_say: does anyone have to say <bos>?"),
            ({"must_say": "<bos> elle a faim . <eos>"}, "must_say: does anyone have to say <bos>?"),
            (
                {"must_say": "elle a faim ."},
                "must_say: greedy decoding (lesson 05) stops at a word that the "
                "decoder says. Who has taught it that word?",
            ),
        ],
    ),
    "6.2": Prediction(
        right="The last column is one step of the batch, and not the end of every sentence.",
        smaller="two rows of labels, oui <eos> <pad> and va ! <eos>: what stands in their last column?",
        where="A batch",
        expected={"dropped": ("<pad>", "<eos>", "<pad>"), "rows_with_eos": 2},
        mistakes=[
            ({"dropped": ("<eos>", "<eos>", "<eos>")}, "dropped: which cell is the last of row 0?"),
            ({"dropped": ("<eos>", "<pad>", "<eos>")}, "dropped: which row has no padding?"),
            ({"dropped": ("<pad>", "<pad>", "<pad>")}, "dropped: the longest row has no pads. What ends it?"),
            ({"dropped": ("!", ".", ".")}, "dropped: these are the last words. Which tokens follow them in the row?"),
            (
                {"rows_with_eos": 0},
                "rows_with_eos: what stands before the pads of row 0, and is it in the last column?",
            ),
            ({"rows_with_eos": 3}, "rows_with_eos: what does the longest row lose?"),
            ({"rows_with_eos": 1}, "rows_with_eos: in how many rows does <eos> stand in the last column?"),
        ],
    ),
    "6.3": Prediction(
        right="To repeat what one has just been fed is easier than to translate, and of no use.",
        smaller="at the step where both are fed je, which word must either of them say?",
        where="Forget the shift",
        expected={"lower_loss": "unshifted", "translates": "shifted"},
        mistakes=[
            (
                {"lower_loss": "shifted"},
                "lower_loss: read the unshifted rows as columns. What must it say when it is fed je?",
            ),
            (
                {"translates": "unshifted"},
                "translates: it is fed its own words then. What has it learned to do with a word that it is fed?",
            ),
        ],
    ),
    "6.4": Prediction(
        right="One step after the word was due, or at the very step.",
        smaller="the word that is due at step 1: at which step is it fed, with the shift and without?",
        where="No peeking",
        expected={"shifted": 4, "unshifted": 3},
        mistakes=[
            ({"shifted": 3}, "shifted: at step 3 it must say chez. At which step is it fed chez?"),
            ({"shifted": 5}, "shifted: at which step is it fed chez, and are that step's logits computed before?"),
            ({"shifted": 1}, "shifted: a GRU reads from left to right. What has it read at step 1?"),
            ({"shifted": 2}, "shifted: a GRU reads from left to right. What has it read at step 2?"),
            ({"unshifted": 4}, "unshifted: the row that it is fed is the row that it must say. What stands at step 4?"),
            ({"unshifted": 2}, "unshifted: the row that it is fed is the row that it must say. What stands at step 2?"),
            ({"unshifted": 1}, "unshifted: a GRU reads from left to right. What has it read at step 1?"),
        ],
    ),
    "6.5": Prediction(
        right="Rows that do not wait for one another share a call; a state waits for the one before it.",
        smaller="three tokens, one call for each: how often is the dense layer called, and how many new states "
        "are there?",
        where="Optional: count the calls",
        expected={"one_pass": 1, "step_by_step": 6, "updates": 6},
        mistakes=[
            ({"one_pass": 6}, "one_pass: dense works on the last axis. Does it mind how many rows stand before it?"),
            ({"one_pass": 0}, "one_pass: who makes the logits?"),
            ({"step_by_step": 1}, "step_by_step: can the logits of step 2 be made before its token is there?"),
            ({"step_by_step": 5}, "step_by_step: <bos> is fed, too, and answered."),
            ({"step_by_step": 7}, "step_by_step: is <eos> fed?"),
            ({"step_by_step": 6 * 16}, "step_by_step: do the 16 pairs of a batch wait for one another?"),
            ({"updates": 1}, "updates: what does the formula of the GRU need for the state of step 4?"),
            (
                {"updates": 5},
                "updates: the encoder's state is the one before step 1. What does the first token do to it?",
            ),
            ({"updates": 0}, "updates: what does the dense layer read?"),
        ],
    ),
    # the review of lessons 01 to 06
    "6.6": Prediction(
        right="<eos> is read and said, so it counts; pads do not.",
        smaller="which of the two is padding, <eos> or <pad>?",
        where="lesson 01: A batch and its valid lengths",
        expected=4,
        mistakes=[
            (3, "those are the words: is <eos> padding?"),
            (6, "that is how long the row is: how much of it is not padding?"),
            (2, "those are the pads."),
        ],
    ),
    "6.7": Prediction(
        right="One of the five places is for <eos>.",
        smaller="num_steps is 3, and a sentence has three tokens: which three ids are in its row?",
        where="lesson 01: Rows of one length: cut, then pad",
        expected=4,
        mistakes=[
            (5, "then what in the row says that the sentence is over?"),
            (7, "then how long is the row?"),
            (3, "the row needs no <bos>: who stands in its last place?"),
        ],
    ),
    "6.8": Prediction(
        right="A row for each layer, at the end of each sentence.",
        smaller="and of nn.GRU(8, 16), with one layer?",
        where="lesson 02: One line, two tensors",
        expected=(2, 3, 16),
        mistakes=[
            ((5, 3, 16), "that is output: has state an axis of steps?"),
            ((3, 2, 16), "that has the batch first: where does it stand in a state?"),
            ((1, 3, 16), "how many layers are there?"),
            ((2, 3, 8), "8 goes in: how wide is what a GRU writes?"),
        ],
    ),
    "6.9": Prediction(
        right="Two readers stand side by side at each step, and layers do not show.",
        smaller="hidden size 5, two readers: how wide are their vectors side by side?",
        where="lesson 02: Two directions",
        expected=(5, 3, 32),
        mistakes=[
            ((5, 3, 16), "how many readers stand at each step?"),
            ((4, 3, 16), "that is state: for what has output a row each?"),
            ((10, 3, 16), "there are five steps still: where do the two readers stand?"),
            ((5, 3, 64), "both layers' readers? Which layer does output show?"),
        ],
    ),
    "6.10": Prediction(
        right="permute takes the first words of all; reshape takes what lies first in memory.",
        smaller="in which order do the vectors of E lie in memory: word by word of one sentence, or sentence by "
        "sentence?",
        where="lesson 03: Permute is not reshape",
        expected={"permute": 3, "reshape": 1},
        mistakes=[
            ({"permute": 1}, "permute: row 0 is step 0. Whose step 0?"),
            ({"reshape": 3}, "reshape: no number moves. Which three vectors lie first in E?"),
            ({"permute": 5}, "permute: those are the steps. How many sentences are there?"),
            ({"reshape": 5}, "reshape: those are the steps. How many vectors are in row 0?"),
        ],
    ),
    "6.11": Prediction(
        right="A GRU reads whatever it is given; a packed sentence ends where it ends.",
        smaller="what does a GRU do at a step whose token is a pad, and does a packed sentence have such a step?",
        where="lesson 03: Padding and the final state",
        expected={"as_it_is": True, "packed": False},
        mistakes=[
            ({"as_it_is": False}, "as_it_is: what does a GRU do at a pad?"),
            ({"packed": True}, "packed: how many tokens does it read, with the pads and without?"),
        ],
    ),
    "6.12": Prediction(
        right="The word's 8 and the context's 16, end to end.",
        smaller="a word of 3 numbers and a context of 5, end to end: how many?",
        where="lesson 04: Beside every word",
        expected=24,
        mistakes=[
            (8, "that is the word alone: what stands beside it?"),
            (16, "that is the context alone, or a sum: how long are two vectors end to end?"),
            (128, "that is a product: how long are two vectors end to end?"),
            (40, "is the state part of what it reads, or what it starts from?"),
        ],
    ),
    "6.13": Prediction(
        right="The first state comes from the encoder, so at step 1 both have its context.",
        smaller="who has made the state that the first call gets, and who the one that the second gets?",
        where="lesson 04: The context that drifts",
        expected=2,
        mistakes=[
            (1, "whose top layer is the state at step 1?"),
            (0, "which state does the second call get?"),
            (3, "how many tokens have been read when the state is no longer the encoder's?"),
        ],
    ),
    "6.14": Prediction(
        right="Three blocks of 16 rows, 24 wide.",
        smaller="how many blocks of rows are stacked in weight_ih, and how many rows has each of them?",
        where="lesson 05: What is learned",
        expected=3 * 16 * 24,
        mistakes=[
            (16 * 24, "that is one of the three blocks: which are they?"),
            (4 * 16 * 24, "four blocks are an LSTM's: which are the GRU's?"),
            (3 * 16 * (24 + 16 + 2), "that is the whole layer: which of its four parameters is weight_ih?"),
            (2 * 16 * 24, "that is two blocks of rows, or three of another width: which blocks, and what is read?"),
        ],
    ),
    "6.15": Prediction(
        right="The same row a step later, <bos> first.",
        smaller="which token is due at step 1, and what is fed there, where nothing has been said yet?",
        where="Fed, and asked for",
        expected="<bos> je dors .",
        mistakes=[
            ("je dors . <eos>", "at step 1 it would be fed the word that it must say: what is fed there?"),
            ("<bos> je dors.", GLUED),
            ("je dors .", "what is fed before the first word?"),
            ("<bos> je dors . <eos>", "what would be left to say after the last of these five?"),
        ],
    ),
    "6.16": Prediction(
        right="A loss asks for labels after labels; and up to its first error a decoder is fed the same either way.",
        smaller="up to its first error, in what do the two ways of feeding differ?",
        where="Why the right words?",
        expected={"fed": "right", "without_error": 140},
        mistakes=[
            ({"fed": "own"}, "fed: the loss compares each step with its label. After which words is that label right?"),
            (
                {"without_error": 200},
                "without_error: a sentence has an error when it is fed right words: do its own words mend it?",
            ),
            (
                {"without_error": 0},
                "without_error: what has a sentence without an error been fed, if it is fed its own words?",
            ),
        ],
    ),
}


# --- 6.1: write the decoder's input

LABELS_CHANGED = "the labels have changed"


@dataclass(frozen=True, kw_only=True)
class _LabelsStay(FunctionExercise):
    """A function of labels that must not write into them: where it does, that is its result."""

    def results(self, function) -> list:
        return [self._result(function, *copy.deepcopy(arguments)) for arguments in self.inputs]

    @staticmethod
    def _result(function, labels: Tensor, bos_id: int):
        before = labels.clone()
        fed = function(labels, bos_id)
        return fed if torch.equal(labels, before) else LABELS_CHANGED


def _decoder_input(labels: Tensor, bos_id: int) -> Tensor:
    return torch.cat((_bos(labels, bos_id), labels[:, :-1]), dim=1)


def _bos(labels: Tensor, bos_id: int) -> Tensor:
    return torch.full_like(labels[:, :1], bos_id)


def _in_place(labels: Tensor, bos_id: int) -> Tensor:
    labels[:] = _decoder_input(labels, bos_id)
    return labels


def _row_0_only(labels: Tensor, bos_id: int) -> Tensor:
    fed = labels.clone()
    fed[:1] = _decoder_input(labels[:1], bos_id)
    return fed


def _along_the_batch(labels: Tensor, bos_id: int) -> Tensor:
    return torch.cat((torch.full_like(labels[:1], bos_id), labels[:-1]), dim=0)


def _without_eos(labels: Tensor, bos_id: int) -> Tensor:
    return _decoder_input(labels.masked_fill(labels == 3, 0), bos_id)


# ids of real tokens start at 4; rows end in <eos> 3 and pads 0, as `pad_rows` makes them
_LABELS = [
    torch.tensor([[8, 5, 3, 0, 0, 0], [6, 7, 9, 11, 4, 3], [10, 9, 4, 3, 0, 0]]),
    torch.tensor([[5, 4, 3, 0], [12, 8, 9, 3], [7, 3, 0, 0], [9, 6, 3, 0], [4, 11, 10, 3]]),
    torch.tensor([[6, 10, 8, 7, 3]]),
]


# --- 6.2: who is told?


class _Path:
    """From labels to logits; its repr is its name, so that a hint can name it."""

    def __init__(self, name: str, make_input, decoder: nn.Module):
        self.name, self.make_input, self.decoder = name, make_input, decoder

    def __repr__(self) -> str:
        return self.name

    def __call__(self, labels: Tensor) -> Tensor:
        with torch.no_grad():
            return self.decoder(self.make_input(labels))


class _Scores(nn.Module):
    """A small float64 decoder with a start of its own; `both_ways` reads the row from its end, too."""

    def __init__(self, seed: int, both_ways: bool = False):
        super().__init__()
        rng_state = torch.get_rng_state()
        torch.manual_seed(seed)
        self.decoder = Seq2SeqDecoder(9, 5, 7, 1)
        self.backward_reader = nn.GRU(5, 9) if both_ways else None
        self.start = torch.randn(1, 1, 7, dtype=torch.float64)
        torch.set_rng_state(rng_state)
        self.double()

    def forward(self, fed: Tensor) -> Tensor:
        start = self.start.expand(-1, len(fed), -1).contiguous()
        logits, _ = self.decoder(fed, self.decoder.init_state((start, start)))
        if self.backward_reader is not None:
            from_the_end = self.decoder.embedding(fed).permute(1, 0, 2).flip(0)
            logits = logits + self.backward_reader(from_the_end)[0].flip(0).permute(1, 0, 2)
        return logits


class _Memoryless(nn.Module):
    """Scores that look at the token just fed, and at nothing before it."""

    def __init__(self, seed: int):
        super().__init__()
        scores = torch.randn(9, 9, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        self.scores = nn.Parameter(scores, requires_grad=False)

    def forward(self, fed: Tensor) -> Tensor:
        return self.scores[fed]


def _shift(labels: Tensor) -> Tensor:
    return _decoder_input(labels, 2)


def _unshifted_at(*place: int | slice) -> Callable[[Tensor], Tensor]:
    """A path that shifts all but a row, or a step, of the batch."""

    def make_input(labels: Tensor) -> Tensor:
        fed = _shift(labels)
        fed[place] = labels[place]
        return fed

    return make_input


def _two_words_on(labels: Tensor) -> Tensor:
    return _next_word(_next_word(labels))


def _words_hidden(labels: Tensor) -> Tensor:
    fed = _shift(labels)
    fed[:, 2::2] = 1
    return fed


def _two_steps_late(labels: Tensor) -> Tensor:
    return _shift(_shift(labels))


def _next_word(labels: Tensor) -> Tensor:
    return torch.cat((labels[:, 1:], _bos(labels, 2)), dim=1)


_labels = torch.randint(4, 9, (3, 6), generator=torch.Generator().manual_seed(6))
_labels[1, 3] = _labels[1, 2]  # a word said twice: the right row feeds it when it is due
_CASES = [
    (_Path(name, make_input, _Scores(seed, both_ways=make_input is _shift and "both ways" in name)), _labels)
    for seed, (name, make_input) in enumerate(
        [
            ("the path that is right", _shift),
            ("the path without a shift", lambda labels: labels),
            ("the path that rolls the row", lambda labels: labels.roll(1, dims=1)),
            ("the path that feeds the next word", _next_word),
            *((f"the path that shifts all rows but row {row}", _unshifted_at(row)) for row in range(3)),
            *((f"the path that tells word {k + 1} only", _unshifted_at(slice(None), k)) for k in range(6)),
            (
                "the path that puts <bos> over the first word",
                lambda labels: torch.cat((_bos(labels, 2), labels[:, 1:]), 1),
            ),
            ("the path whose decoder reads both ways", _shift),
            ("the right path that hides every other word", _words_hidden),
            ("the right path that is two steps late", _two_steps_late),
        ]
    )
]


_CASES.append(
    (_Path("the path without memory that feeds the word after the next", _two_words_on, _Memoryless(10)), _labels)
)


def _noticed(score, labels: Tensor, row: int, step: int) -> Tensor:
    """Which logits notice another word at (row, step): bool (batch, steps)."""
    edited = labels.clone()
    edited[row, step] = (edited[row, step] + 1) % 9
    return (score(edited) != score(labels)).any(dim=2)


def _peeks(score, labels: Tensor, rows=slice(None), steps=slice(None), until=1, since=-9) -> bool:
    """The right function; each argument makes one mistake."""
    batch, num_steps = labels.shape
    return any(
        bool(_noticed(score, labels, row, step)[:, max(step + since, 0) : step + until].any())
        for row in range(batch)[rows]
        for step in range(num_steps)[steps]
    )


def _mistake(**what):
    return lambda score, labels: _peeks(score, labels, **what)


def _all_at_once(score, labels: Tensor) -> bool:
    edited = (labels + 1) % 9
    return bool((score(edited) != score(labels))[:, 0].any())


EXERCISES = {
    "6.1": _LabelsStay(
        right="A column of <bos> in front, and the last column gone, in every row alike.",
        smaller="the row 8 5 3: what is fed when 8 is due, and what when 5 is due?",
        where="A batch",
        errors=[
            ("Sizes of tensors must match", "cat needs as many rows in both: how many has your column of <bos>?"),
            ("same number of dimensions", "a column of a batch has two axes: how many has yours?"),
            ("Dimension out of range", "a column of a batch has two axes: how many has yours?"),
            ("expected Tensor as element", "cat joins tensors: how is a column of bos_id made?"),
            ("single memory location", "the labels must stay as they are: into which tensor do you write?"),
        ],
        exact=True,
        inputs=[(_LABELS[0], 2), (_LABELS[1], 13), (_LABELS[2], 2)],
        expected=_decoder_input,
        mistakes=[
            (
                lambda labels, bos_id: labels.roll(1, dims=1),
                "a row is not a ring: the token that fell off its end is fed at step 1. What belongs there?",
            ),
            (lambda labels, bos_id: labels[:, :-1], "a step is missing: what is fed before anything has been said?"),
            (
                lambda labels, bos_id: labels[:, 1:],
                "these are the next words: the decoder would be fed what it is to say a step later.",
            ),
            (
                lambda labels, bos_id: labels,
                "these are the labels: at every step it would be fed the word that it is asked for.",
            ),
            (
                lambda labels, bos_id: torch.cat((_bos(labels, bos_id), labels[:, 1:]), dim=1),
                "<bos> has taken the place of the first word, and nothing has moved: when is the first word fed?",
            ),
            (
                lambda labels, bos_id: torch.cat((labels[:, :-1], _bos(labels, bos_id)), dim=1),
                '<bos> means "start writing": at which end of the row does it stand?',
            ),
            (
                lambda labels, bos_id: torch.cat((labels[:, 1:], _bos(labels, bos_id)), dim=1),
                "that is shifted the other way: at each step it would be fed a word that it has yet to say.",
            ),
            (
                lambda labels, bos_id: torch.cat((labels, _bos(labels, bos_id)), dim=1),
                '<bos> means "start writing": at which end of the row does it stand? And the row has become longer.',
            ),
            (
                lambda labels, bos_id: torch.cat((_bos(labels, bos_id), labels), dim=1),
                "one column too many: what would be left to say after the last one?",
            ),
            (_row_0_only, "row 0 is right, and the other rows are still the labels."),
            (_in_place, "the labels themselves have changed, and the loss still needs them: make a new tensor."),
            (
                lambda labels, bos_id: _decoder_input(labels, bos_id).float(),
                "right but for the dtype: the embedding wants whole numbers, as in labels.dtype.",
            ),
            (
                lambda labels, bos_id: _decoder_input(labels, 2),
                "right where bos_id is 2: another vocabulary may have another one, so use the argument.",
            ),
            (_along_the_batch, "each row is now fed the sentence before it in the batch: which axis are the steps?"),
            (_without_eos, "you have taken every <eos> away: only the last column goes, whatever stands in it."),
        ],
    ),
    "6.2": FunctionExercise(
        right="One word of one row at a time, and no look at the steps that may know it.",
        smaller="you change the word that is due at step 3: which steps' logits must stay as they are?",
        where="No peeking",
        errors=[
            (
                "Boolean value of Tensor",
                "a comparison of tensors has an answer for each number: which call makes one of them?",
            ),
            ("index out of range", "all ids are below 9: what does your edit make of the largest?"),
        ],
        inputs=_CASES,
        expected=_peeks,
        mistakes=[
            (
                lambda score, labels: False,
                "it clears every path. Do you edit a word of a clone, and compare logits, not shapes?",
            ),
            (
                _mistake(until=9),
                "you accuse the right one: which steps may know a word? And is only one word changed at a time?",
            ),
            (_mistake(until=2), "you accuse the right one: the step after a word is due is fed that word."),
            (
                _mistake(until=0),
                "you clear the one without a shift: you compare the steps before a word's own. What of its own?",
            ),
            (
                _mistake(since=0),
                "you clear one that is told a later word: you look at its own step, or near it. Which steps come "
                "before it, and what may they know?",
            ),
            (_mistake(rows=slice(-1, None)), "you edit the last row only: one path treats another row differently."),
            (_mistake(steps=slice(0, 1)), "you edit the first word only: which paths tell another word too early?"),
            (_mistake(steps=slice(-1, None)), "you edit the last word only: which paths tell another word too early?"),
            (_mistake(rows=slice(0, 1)), "you edit row 0 only: one path treats another row differently."),
            (_mistake(rows=slice(0, None, 2)), "you edit every other row: one path treats another one differently."),
            (_mistake(steps=slice(0, None, 2)), "you edit every other word: which paths tell another one too early?"),
            (
                _all_at_once,
                "you look at the first step only: one path is right there, and tells too early from step 2 on.",
            ),
        ],
    ),
    "6.3": Prediction(
        right="What is fed does not depend on what the decoder says: it always continues a right beginning.",
        smaller="at step 3 of je suis chez moi ., which words has the decoder been fed, and which is it asked for?",
        where="Why the right words?",
        expected="B",
        mistakes=[
            ("A", "that is the path without the shift of part 4: what did it learn?"),
            ("C", "the labels come from the corpus: what do they say, what is fed, or what is due?"),
            ("D", "all inputs are known beforehand. Is the state of step 3, too? Count the updates of part 6."),
        ],
    ),
}
