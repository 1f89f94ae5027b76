"""Lesson 03: the embedding, permute and reshape, padding."""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction

PREDICTIONS = {
    "3.1": Prediction(
        right="Each id has become a row: of 15 zeros and ones, or of the table's 8 numbers.",
        smaller="how many numbers has one id's one-hot row, and how many the row of the table that it picks?",
        where="An id picks a row",
        expected={"one_hot": (3, 4, 15), "embedded": (3, 4, 8)},
        mistakes=[
            ({"embedded": (3, 4, 15)}, "embedded still has a number for each word there is: how wide is the table?"),
            (
                {"embedded": (3, 4, 15, 8)},
                "embedded holds a whole table for each id: how many of its rows does one id pick?",
            ),
            (
                {"embedded": (3, 8)},
                "embedded has one vector per sentence: no word has been read yet, so who has "
                "put the four steps together?",
            ),
            ({"one_hot": (3, 15)}, "one_hot has one row per sentence: how many ids does a sentence have?"),
            ({"one_hot": (12, 15)}, "one_hot has lost the sentences: both axes of X stay, a third is added."),
        ],
    ),
    "3.2": Prediction(
        right="All one-hot rows are equally far apart: the root of 1 + 1.",
        smaller="written below one another, at how many places do two one-hot rows differ?",
        where="An id picks a row",
        expected={"big_large": 2**0.5, "big_today": 2**0.5},
        mistakes=[
            ({"big_large": 0}, "big and large are two tokens: in how many places do their rows of 0 and 1 differ?"),
            ({"big_large": 2}, "that is the sum for big and large: what is its root?"),
            ({"big_large": 1}, "in how many places does the row of big differ from that of large?"),
            ({"big_today": 2}, "that is the sum for big and today: what is its root?"),
            ({"big_today": 1}, "in how many places does the row of big differ from that of today?"),
        ],
        tolerance=0.02,
    ),
    "3.3": Prediction(
        right="permute names the old axes in their new order; the GRU swaps embed for hidden, and the state has layers "
        "where output has steps.",
        smaller="E is (3, 4, 8): which of these numbers counts the steps, and where does the GRU want it?",
        where="Time first",
        expected={"permuted": (4, 3, 8), "output": (4, 3, 16), "state": (2, 3, 16)},
        mistakes=[
            ({"permuted": (3, 4, 8)}, "permuted has batch first still: which axis does permute(1, 0, 2) put first?"),
            ({"permuted": (8, 4, 3)}, "permuted has all axes reversed: which axis does permute(1, 0, 2) name last?"),
            ({"output": (3, 4, 16)}, "output has batch first: in which order are the axes of what the GRU reads?"),
            ({"output": (4, 3, 8)}, "output still has the width of the embedding: how wide is what a GRU writes?"),
            ({"output": (2, 3, 16)}, "output has an axis of layers: which of them does it show (lesson 02)?"),
            ({"state": (4, 3, 16)}, "state has an axis of steps: after how many of them is it taken?"),
            ({"state": (3, 2, 16)}, "state has batch first: what stood before the batch in lesson 02?"),
            ({"state": (1, 3, 16)}, "state has one layer: how many has this GRU?"),
        ],
    ),
    "3.4": Prediction(
        right="permute takes step 0 of every sentence; reshape takes the first three tokens that lie in memory.",
        smaller="in memory, which token of X lies behind i'm: its sentence's next one, or the next sentence's first?",
        where="Permute is not reshape",
        expected={"permute": ("i'm", "we're", "she"), "reshape": ("i'm", "home", ".")},
        mistakes=[
            (
                {"reshape": ("i'm", "we're", "she")},
                "for reshape: it moves no token. Read X row by row, and cut after every third one.",
            ),
            ({"permute": ("i'm", "home", ".")}, "for permute: row 0 is step 0. What does each sentence have there?"),
        ],
    ),
    "3.5": Prediction(
        right="nn.GRU takes the second axis for the batch, whatever it is: here the four steps.",
        smaller="nn.GRU reads (steps, batch, width): what does it take for the batch in (7, 9, 8)?",
        where="Time first",
        expected=(2, 4, 16),
        mistakes=[
            (
                (2, 3, 16),
                "that is the state with permute: without it, which axis stands where nn.GRU looks for the batch?",
            ),
            ((2, 3, 4), "how wide is a hidden vector, whatever comes in?"),
            ((2, 4, 8), "8 is how wide a word is when it goes in: how wide is a hidden vector?"),
            ((3, 4, 16), "that is the shape of output: has state an axis of steps?"),
        ],
    ),
    "3.6": Prediction(
        right="Only packing keeps the GRU from reading a pad: a vector of zeros is still something to read.",
        smaller="with x = 0 and z = 0.5, is h' = (1 - z) · n + z · h the old h?",
        where="Padding and the final state",
        expected={"plain": True, "padding_idx": True, "packed": False},
        mistakes=[
            ({"plain": False}, "plain: the GRU cannot know that an id means nothing; what does it do at every step?"),
            ({"padding_idx": False}, "padding_idx: put x = 0 into the gates of lesson 02. Is nothing left?"),
            ({"packed": True}, "packed: the GRU reads four tokens in both cases. What could differ?"),
        ],
    ),
}

VOCAB_SIZE = 15
_generator = torch.Generator().manual_seed(3)


def _randn(*size: int) -> Tensor:
    return torch.randn(*size, generator=_generator)


# --- 3.1: embed and permute


def _batch_of_ids(batch: int, steps: int, vocab_size: int, embed_size: int) -> tuple[Tensor, Tensor]:
    ids = torch.randint(vocab_size, (batch, steps), generator=_generator)
    return ids, _randn(vocab_size, embed_size)


def _reshaped_rows(X: Tensor, weight: Tensor) -> Tensor:
    return weight[X].reshape(X.shape[1], X.shape[0], -1)


# --- 3.2: the leaking neighbor


class _Reader:
    """An encoder of the exercise: ids (batch, steps) to one summary per sentence (batch, 16)."""

    def __init__(self, name: str, read):
        self.name, self.read = name, read

    def __call__(self, X: Tensor) -> Tensor:
        return self.read(X)

    def __repr__(self) -> str:
        return f"the encoder {self.name}"


with torch.random.fork_rng(devices=[]):
    torch.manual_seed(3)
    _table, _gru = nn.Embedding(VOCAB_SIZE, 8), nn.GRU(8, 16, 2)


def _right(X: Tensor) -> Tensor:
    return _gru(_table(X).permute(1, 0, 2))[1][-1]


def _no_permute(X: Tensor) -> Tensor:
    return _gru(_table(X))[0][:, -1]


def _reshaped(X: Tensor) -> Tensor:
    return _gru(_table(X).reshape(X.shape[1], X.shape[0], -1))[1][-1]


def _last_row_first(X: Tensor) -> Tensor:
    return _no_permute(X.flip(0)).flip(0)


def _first_words_passed_on(X: Tensor) -> Tensor:
    return _right(X) + _gru(_table(X[:, :1]))[1][-1]


def _counting(X: Tensor) -> Tensor:  # whole numbers, so that no sum depends on the order or the batch
    return nn.functional.one_hot(X, VOCAB_SIZE).sum(1).float()


def _rounding(X: Tensor) -> Tensor:  # the last digit depends on the batch size, as on a real machine
    return _right(X) * (1 + 1e-6 * len(X))


# every row holds five different ids, so that an edit which reorders a row is an edit at every place
_X = torch.stack([torch.randperm(8, generator=_generator)[:5] + 4 for _ in range(5)])
_READERS = [
    _Reader("that is right", _right),
    _Reader("without permute", _no_permute),
    _Reader("with reshape", _reshaped),
    _Reader("without permute that reads the last row first", _last_row_first),
    _Reader("that passes on first words", _first_words_passed_on),
    _Reader("that counts words", _counting),
    _Reader("that is right but for rounding", _rounding),
]


def _edited(X: Tensor, row: int, columns: slice = slice(None)) -> Tensor:
    Y = X.clone()
    Y[row, columns] = (Y[row, columns] + 1) % VOCAB_SIZE
    return Y


def _changed(before: Tensor, after: Tensor) -> list[int]:
    return [i for i in range(len(before)) if not torch.allclose(before[i], after[i])]


def _reaches_others(encoder, X: Tensor, rows, columns: slice = slice(None)) -> bool:
    before = encoder(X)
    return any(set(_changed(before, encoder(_edited(X, row, columns)))) - {row} for row in rows)


def _leaks(encoder, X: Tensor) -> bool:
    return _reaches_others(encoder, X, range(len(X)))


def _compares_shapes(encoder, X: Tensor) -> bool:
    return encoder(X).shape != encoder(_edited(X, 0)).shape


def _edits_the_last(encoder, X: Tensor) -> bool:
    return _reaches_others(encoder, X, [len(X) - 1])


def _edits_the_first(encoder, X: Tensor) -> bool:
    return _reaches_others(encoder, X, [0])


def _edits_first_words(encoder, X: Tensor) -> bool:
    return _reaches_others(encoder, X, range(len(X)), slice(0, 1))


def _edits_last_words(encoder, X: Tensor) -> bool:
    return _reaches_others(encoder, X, range(len(X)), slice(-1, None))


def _counts_the_edited(encoder, X: Tensor) -> bool:
    before = encoder(X)
    return any(_changed(before, encoder(_edited(X, row))) for row in range(len(X)))


def _compares_exactly(encoder, X: Tensor) -> bool:
    return not torch.equal(encoder(X), torch.cat([encoder(X[i : i + 1]) for i in range(len(X))]))


# --- 3.3: packing by hand


def _batch_to_pack(num_layers: int, steps: int, valid_len: list[int], embed: int, hiddens: int) -> tuple:
    """A table, a GRU of its own, padded ids and their valid lengths."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(steps)
        embedding, gru = nn.Embedding(VOCAB_SIZE, embed), nn.GRU(embed, hiddens, num_layers)
    X = torch.randint(1, VOCAB_SIZE, (len(valid_len), steps), generator=_generator)
    for row, length in zip(X, valid_len, strict=True):
        row[length:] = 0
    return embedding, gru, X, torch.tensor(valid_len)


def _gru_on_packed(embedding: nn.Embedding, gru: nn.GRU, X: Tensor, valid_len: Tensor) -> tuple[PackedSequence, Tensor]:
    """What the GRU returns for a packed batch: output, packed too, and state."""
    return gru(pack_padded_sequence(embedding(X).permute(1, 0, 2), valid_len, enforce_sorted=False))


def _packed(embedding: nn.Embedding, gru: nn.GRU, X: Tensor, valid_len: Tensor) -> tuple[Tensor, Tensor]:
    """The same, with output unpacked again."""
    output, state = _gru_on_packed(embedding, gru, X, valid_len)
    return pad_packed_sequence(output)[0], state


def _sorted_first(embedding: nn.Embedding, gru: nn.GRU, X: Tensor, valid_len: Tensor) -> Tensor:
    order = valid_len.argsort(descending=True)
    return _packed(embedding, gru, X[order], valid_len[order])[1][-1]


def _longest(X: Tensor, valid_len: Tensor) -> Tensor:
    """The length of the padded rows, once for each."""
    return torch.full_like(valid_len, X.shape[1])


# --- 3.4: the last real token


def _outputs(steps: int, valid_len: list[int], num_hiddens: int) -> tuple[Tensor, Tensor]:
    return _randn(steps, len(valid_len), num_hiddens), torch.tensor(valid_len)


EXERCISES = {
    "3.1": FunctionExercise(
        right="A row of the table for each id, then time first.",
        smaller="weight[X] for X (3, 5): which of its three axes is the batch?",
        where="Time first",
        errors=[
            ("out of bounds", "an id picks a row, along the table's axis 0: which axis do you index?"),
            ("not callable", "weight is a table and no layer: how is a row of it picked?"),
            ("same dtype", "one_hot makes whole numbers, and the table has floats: which of the two has to change?"),
            (
                "cannot be multiplied",
                "what is multiplied must be as wide as the table is long: is it one-hot, and how many columns has it?",
            ),
        ],
        inputs=[_batch_of_ids(3, 5, 11, 7), _batch_of_ids(4, 2, 9, 6)],
        expected=lambda X, weight: weight[X].permute(1, 0, 2),
        mistakes=[
            (
                lambda X, weight: weight[X],
                "the rows are right, but batch stands first: the GRU would take your sentences for its steps.",
            ),
            (
                _reshaped_rows,
                "the shape is right, but the owner is wrong: the first row holds the first words of "
                "one sentence. Whose words belong to step 0?",
            ),
            (
                lambda X, weight: weight[X].permute(2, 1, 0),
                "all three axes have moved: the numbers of one word no "
                "longer lie side by side. Which axis has to stay?",
            ),
            (
                lambda X, weight: weight[X].permute(2, 0, 1),
                "the embedding's axis has moved to the front: which two axes have to change places?",
            ),
            (
                lambda X, weight: nn.functional.one_hot(X, len(weight)).float().permute(1, 0, 2),
                "these are the one-hot rows: what are they to be multiplied by?",
            ),
        ],
    ),
    "3.2": FunctionExercise(
        right="An edit may change its own sentence's summary, and nobody else's.",
        smaller="you change a word of sentence 2: whose summary may change, and whose may not?",
        where="Permute is not reshape",
        errors=[
            (
                "Boolean value of Tensor",
                "a comparison of tensors has an answer for each number: which call makes one of them?",
            ),
            ("permute", "an encoder reads a batch: which shape has a batch of one sentence?"),
            ("index out of range", "all ids are below 15: what does your edit make of the largest?"),
            (
                "size of tensor",
                "you compare the summaries of two batches of different size: which rows belong together?",
            ),
        ],
        inputs=[(reader, _X) for reader in _READERS],
        expected=_leaks,
        mistakes=[
            (_compares_shapes, "it clears every encoder: their shapes all agree. What else would a neighbor change?"),
            (lambda encoder, X: not _leaks(encoder, X), "the other way round: for which encoders is True asked?"),
            (
                _edits_the_last,
                "you cleared one that leaks: whom can the last row influence, when rows are read in order?",
            ),
            (
                _edits_the_first,
                "you cleared one that leaks: it reads the last row first. Whom can the first row influence there?",
            ),
            (
                _edits_first_words,
                "you cleared one that leaks: it passes on last words only. Does your edit reach them?",
            ),
            (
                _edits_last_words,
                "you cleared one that leaks: it passes on first words only. Does your edit reach them?",
            ),
            (
                _counts_the_edited,
                "you accuse the right one too: the row that you edit should change, and no other. Whose do you look "
                "at, and is one row edited at a time?",
            ),
            (
                _compares_exactly,
                "you accuse the right one too, over a rounding in the last digit: torch.allclose forgives it.",
            ),
        ],
    ),
    "3.3": FunctionExercise(
        right="Each sentence is read to its own end, in the order in which it stands in the batch.",
        smaller="of three sentences of 4, 6 and 3 tokens, which are still being read at step 5?",
        where="Padding and the final state",
        errors=[
            (
                "must be sorted",
                "nn.GRU reads the longest sentence first: which argument leaves the sorting to PyTorch?",
            ),
            (
                "exceeds dimension",
                "some sentence is shorter than its length: which axis is taken for the steps, and where are yours?",
            ),
            ("1D CPU int64", "lengths are whole numbers on the CPU, along one axis: what are yours?"),
            ("'PackedSequence'", "a packed sequence is no tensor: what does the GRU return beside it?"),
            (
                "not PackedSequence",
                "an embedding looks ids up in a tensor: what is to be packed, the ids or their vectors?",
            ),
            ("out of bounds", "at which index, counted from 0, stands the last of n tokens?"),
        ],
        inputs=[_batch_to_pack(2, 6, [3, 6, 2, 5], 4, 7), _batch_to_pack(3, 7, [2, 5, 4], 5, 8)],
        expected=lambda embedding, gru, X, valid_len: _packed(embedding, gru, X, valid_len)[1][-1],
        tolerance=1e-5,
        mistakes=[
            (
                lambda embedding, gru, X, valid_len: _packed(embedding, gru, X, _longest(X, valid_len))[1][-1],
                "all pads were read: a row is as long as its batch, how long is its sentence?",
            ),
            (
                lambda embedding, gru, X, valid_len: gru(embedding(X).reshape(X.shape[1], X.shape[0], -1))[1][-1],
                "reshape mixes the sentences, and the pads are read as well: what turns the axes?",
            ),
            (
                lambda embedding, gru, X, valid_len: _packed(embedding, gru, X, valid_len)[0][-1],
                "that is what output holds at the last step: which sentences are still being read there?",
            ),
            (
                lambda embedding, gru, X, valid_len: _packed(embedding, gru, X, valid_len)[0][0],
                "that is each sentence after its first token: how far should it be read?",
            ),
            (_gru_on_packed, "the GRU returns two things: which of them holds the final states?"),
            (
                lambda *given: _gru_on_packed(*given)[0],
                "that is output, still packed: what does the GRU return beside it?",
            ),
            (
                lambda embedding, gru, X, valid_len: gru(
                    (embedding(X) * (torch.arange(X.shape[1]) < valid_len[:, None])[:, :, None]).permute(1, 0, 2)
                )[1][-1],
                "a pad with a vector of zeros is still a step: does it leave the state as it was?",
            ),
            (
                lambda embedding, gru, X, valid_len: _packed(embedding, gru, X, valid_len)[1],
                "that is every layer's state: which of its rows is the top layer's?",
            ),
            (
                lambda embedding, gru, X, valid_len: _packed(embedding, gru, X, valid_len)[1][0],
                "that is the lowest layer's state: which row is the top layer's?",
            ),
            (
                lambda embedding, gru, X, valid_len: _packed(embedding, gru, X, valid_len.sort(descending=True).values)[
                    1
                ][-1],
                "you sorted the lengths and not the sentences: whose length is the first one now?",
            ),
            (_sorted_first, "right states in another order: you sorted the sentences, who puts them back?"),
            (
                lambda embedding, gru, X, valid_len: _sorted_first(embedding, gru, X, valid_len)[
                    valid_len.argsort(descending=True)
                ],
                "the order that sorted the sentences does not put them back: which row of yours is sentence 0's?",
            ),
            (
                lambda embedding, gru, X, valid_len: _packed(embedding, gru, X, valid_len - 1)[1][-1],
                "the last token of each sentence is not read: does valid_len count it?",
            ),
        ],
    ),
    "3.4": FunctionExercise(
        right="One row of output for each sentence, at the step where it ends.",
        smaller="a sentence of 4 tokens: at which index along the steps stands its last one?",
        where="Padding and the final state",
        errors=[
            ("stack expects", "each sentence gives one row: how many steps does yours take from each?"),
            ("shape mismatch", "two index tensors are read in pairs: are yours equally long?"),
            ("same number of dimensions", "gather wants an index with as many axes as output: how many has yours?"),
        ],
        inputs=[_outputs(7, [2, 4, 1, 3, 5], 3), _outputs(6, [3, 1, 4, 2], 8)],
        expected=lambda output, valid_len: output[valid_len - 1, torch.arange(len(valid_len))],
        mistakes=[
            (
                lambda output, valid_len: output[-1],
                "that is what the GRU says after the pads: where does each sentence end?",
            ),
            (
                lambda output, valid_len: output[valid_len, torch.arange(len(valid_len))],
                "one step late, on the first pad: with valid_len tokens, which number does the last step have?",
            ),
            (
                lambda output, valid_len: output[-valid_len, torch.arange(len(valid_len))],
                "a negative index counts from the end, where the pads are: from where does valid_len count?",
            ),
            (
                lambda output, valid_len: output[valid_len - 1],
                "you have every sentence at every length: each length belongs to one sentence only. Index both axes.",
            ),
            (
                lambda output, valid_len: torch.stack([output[:n, i].mean(dim=0) for i, n in enumerate(valid_len)]),
                "that is a mean over each sentence's steps: which one of them is asked for?",
            ),
            (
                lambda output, valid_len: output[valid_len.max() - 1],
                "you read all sentences at the longest one's end: the shorter ones have read pads by then.",
            ),
            (
                lambda output, valid_len: output[valid_len.min() - 1],
                "you read all sentences at the shortest one's end: the longer ones are not finished.",
            ),
            (
                lambda output, valid_len: output[torch.arange(len(valid_len)), valid_len - 1],
                "batch and steps swapped: which of the two is output's first axis?",
            ),
        ],
    ),
}
