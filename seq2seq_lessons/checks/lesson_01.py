"""Lesson 01: sentences to tensors."""

import torch

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction

GLUED = "a full stop hangs on the word before it: how many tokens are the two (prediction 1.1)?"

PREDICTIONS = {
    "1.1": Prediction(
        right="Sentence marks are tokens of their own, and an apostrophe does not cut a word in two.",
        smaller="how many tokens has Go., with its full stop?",
        where="Tokens",
        expected={"home": 3, "lost": 3},
        mistakes=[
            ({"home": 2}, "you counted the words of the first sentence. What else must the model be able to say?"),
            ({"home": 4}, "you cut i'm at its apostrophe: is that a mark beside the word, or a part of it?"),
            ({"lost": 2}, "you counted the words of the second sentence. What stands after them?"),
            ({"lost": 4}, "you cut j'ai at its apostrophe: is that a mark beside the word, or a part of it?"),
        ],
    ),
    "1.2": Prediction(
        right="The source only ends; the decoder's input only begins; the labels only end.",
        smaller="which of the three rows is read by the encoder, which has to be said, and which was said a "
        "step before?",
        where="Which row gets which special token",
        expected={
            "source": "he's calm . <eos>",
            "decoder_input": "<bos> il est calme .",
            "labels": "il est calme . <eos>",
        },
        mistakes=[
            (
                {"source": "<bos> he's calm . <eos>"},
                "your source has a start signal. It is read, not written: whom would <bos> help to make a first guess?",
            ),
            (
                {"source": "<bos> he's calm ."},
                "your source begins with <bos> and never ends. Which side has to be set "
                "going, and which sign tells the reader that the sentence is over?",
            ),
            ({"source": "he's calm ."}, "how does the encoder see that the source is complete, and not cut?"),
            (
                {"decoder_input": "<bos> il est calme . <eos>"},
                "your decoder reads <eos>. Once that has been said, is there a next token to predict?",
            ),
            (
                {"decoder_input": "il est calme . <eos>"},
                "your decoder reads il at step 1, where il is what it has to say. What does it know at that moment?",
            ),
            (
                {"decoder_input": "il est calme ."},
                "your decoder reads il at step 1, where il is what it has to say. What does it know at that moment?",
            ),
            (
                {"decoder_input": "he's calm . <eos>"},
                "that is the encoder's row. The decoder reads the language that it writes.",
            ),
            (
                {"labels": "<bos> il est calme . <eos>"},
                "your decoder has to say <bos>. Who gives that token, and who receives it?",
            ),
            (
                {"labels": "<bos> il est calme ."},
                "those are the tokens that the decoder reads. What must it say at each of these steps?",
            ),
            ({"source": "he's calm. <eos>"}, GLUED),
            ({"decoder_input": "<bos> il est calme."}, GLUED),
            ({"labels": "il est calme. <eos>"}, GLUED),
            ({"labels": "il est calme ."}, "with these labels, when would the decoder ever learn to stop?"),
        ],
    ),
    "1.3": Prediction(
        right="A word without an id becomes <unk>, and keeps its place.",
        smaller="which one of the words has no id, and what else does a source row need?",
        where="A vocabulary: one id per token",
        expected="my <unk> is home . <eos>",
        mistakes=[
            ("my quokka is home . <eos>", "the vocabulary has no id for quokka: which token stands for such a word?"),
            ("my is home . <eos>", "then nobody could tell that a word stood there: what keeps its place?"),
            ("<unk> <unk> <unk> <unk> <unk> <eos>", "one unknown word does not hide the others: which has no id?"),
            ("my <pad> is home . <eos>", "<pad> stands for nothing at all: which token stands for some word?"),
            ("my <unk> is home .", "how does the encoder see that the source is complete, and not cut?"),
            ("<bos> my <unk> is home . <eos>", "your source has a start signal: is it read or written?"),
        ],
    ),
    "1.4": Prediction(
        right="One row per sentence, as many columns as the longest of them needs with its <eos>.",
        smaller="a batch of Go. and I'm home.: how many rows, and how many ids has the longer one with its <eos>?",
        where="A batch and its valid lengths",
        expected={"shape": (3, 7), "valid_len": (4, 7, 3)},
        mistakes=[
            ({"shape": (3, 10)}, "num_steps is a limit, not a width. Which of the three sentences needs column 10?"),
            ({"shape": (3, 6)}, "you made room for the longest sentence's words. What else stands in its row?"),
            ({"shape": (7, 3)}, "you have rows and columns swapped: what is a row of the batch, a sentence or a step?"),
            ({"shape": (10, 3)}, "you have rows and columns swapped, and 10 is a limit: how wide is the longest row?"),
            ({"valid_len": (3, 6, 2)}, "you counted words. Is <eos> padding, or something the model must read?"),
            ({"valid_len": (7, 7, 7)}, "that is the length of the rows. How much of each row is not padding?"),
        ],
    ),
    "1.5": Prediction(
        right="7 of the 21 cells: the two short sentences wait for the long one.",
        smaller="two rows with 2 and 5 real ids: how many cells has their batch, and how many of them are padding?",
        where="A batch and its valid lengths",
        expected=7 / 21,
        mistakes=[
            (14 / 21, "that is the share of real tokens; the question is about the rest."),
            (7 / 14, "you compared padding with real tokens. Of how many cells is it a share?"),
            (16 / 30, "you padded to num_steps. How wide is this batch?"),
            (10 / 21, "you counted <eos> as padding: is it read, or thrown away?"),
            (7, "that is how many cells are padding: of how many?"),
            (33, "that is per cent: a number between 0 and 1, please."),
        ],
        tolerance=0.004,
    ),
}


def _ids(count: int) -> list[int]:
    return list(range(11, 11 + count))


def _row(ids, num_steps, eos_id, pad_id):
    return _filled([*ids[: num_steps - 1], eos_id], num_steps, pad_id)


def _filled(row, num_steps, pad_id):
    return row + [pad_id] * (num_steps - len(row))


def _batch(generator: torch.Generator, valid_len: list[int], steps: int, pad_id: int) -> torch.Tensor:
    ids = torch.randint(10, 90, (len(valid_len), steps), generator=generator)
    for row, length in zip(ids, valid_len, strict=True):
        row[length - 1] = 3
        row[length:] = pad_id
    return ids


def _share(lengths, batch_size):
    cells = sum(map(sum, _cells(lengths, batch_size)))
    return (cells - sum(lengths)) / cells


def _chunks(lengths, batch_size):
    return [lengths[i : i + batch_size] for i in range(0, len(lengths), batch_size)]


def _cells(lengths, batch_size):
    """For each batch the cells of its rows, words and padding together."""
    return [[max(chunk)] * len(chunk) for chunk in _chunks(lengths, batch_size)]


def _mean_of_shares(lengths, batch_size):
    shares = [1 - sum(chunk) / (max(chunk) * len(chunk)) for chunk in _chunks(lengths, batch_size)]
    return sum(shares) / len(shares)


_generator = torch.Generator().manual_seed(1)
_zero_is_a_word = _batch(_generator, [2, 6, 4, 1], 7, pad_id=9)
_zero_is_a_word[1, 2] = 0

EXERCISES = {
    "1.1": FunctionExercise(
        right="Every row has num_steps ids and every sentence keeps its <eos>.",
        smaller="eight words, num_steps 4: how many of the words can stay, if <eos> must be there?",
        where="Rows of one length: cut, then pad",
        errors=[
            ("can only concatenate list", "a list and a number do not add up: what makes a list of one id?"),
            ("NoneType", "append and extend change the list and return None: what did you store?"),
        ],
        inputs=[
            (_ids(2), 7, 77, 99),
            (_ids(5), 6, 77, 99),
            (_ids(5), 5, 77, 99),
            (_ids(8), 4, 77, 99),
            (_ids(0), 3, 77, 99),
        ],
        expected=_row,
        mistakes=[
            (
                lambda ids, n, eos, pad: _filled([*ids, eos][:n], n, pad),
                "a long sentence has lost its <eos>. In which order do you cut and append?",
            ),
            (
                lambda ids, n, eos, pad: _filled([*(ids[: n - 1] if len(ids) > n else ids), eos], n, pad),
                "a sentence of exactly num_steps words is not cut: where is its <eos> to go?",
            ),
            (
                lambda ids, n, eos, pad: _row(ids, n, eos, pad) if len(ids) >= n else _filled(ids, n, pad),
                "a short sentence has no <eos>: how does a reader tell it from a cut one?",
            ),
            (
                lambda ids, n, eos, pad: _filled([*ids[:n], eos], n, pad),
                "a long sentence's row has num_steps + 1 ids. Who needs a place besides the words?",
            ),
            (
                lambda ids, n, eos, pad: _filled(ids[:n], n, pad),
                "where does the sentence end? A reader of your row cannot tell a complete sentence from a cut one.",
            ),
            (
                lambda ids, n, eos, pad: [*_filled(ids[: n - 1], n - 1, pad), eos],
                "your <eos> comes after the padding. At which step does the model have to stop?",
            ),
            (
                lambda ids, n, eos, pad: [*_filled(ids, n - 1, pad), eos],
                "your <eos> comes after the padding, and a long sentence is not cut.",
            ),
            (
                lambda ids, n, eos, pad: _filled([*ids, eos], n, pad),
                "a long sentence is not cut, so that its row does not fit into the tensor.",
            ),
            (
                lambda ids, n, eos, pad: [*ids[: n - 1], eos],
                "a short sentence's row is too short. What fills a row up to num_steps?",
            ),
            (
                lambda ids, n, eos, pad: _row(ids, n, eos, pad)[::-1],
                "your row runs backwards: the first word belongs at step 1.",
            ),
            (
                lambda ids, n, eos, pad: [pad] * (n - 1 - len(ids)) + [*ids[: n - 1], eos],
                "your padding stands on the left. In this course every sentence begins at step 1.",
            ),
            (
                lambda ids, n, eos, pad: _row(ids, n, 3, 0),
                "you wrote 3 and 0. The function is told its special ids: eos_id and pad_id.",
            ),
            (
                lambda ids, n, eos, pad: _row(ids, n, eos, 0),
                "you took it for granted that padding is 0: which argument says what it is?",
            ),
            (
                lambda ids, n, eos, pad: [*ids[: n - 1], eos] + [pad] * (n - len(ids)),
                "a short sentence's row has a pad too many: how many places are left behind <eos>?",
            ),
        ],
    ),
    "1.2": FunctionExercise(
        right="One length per sentence, <eos> included.",
        smaller="in a row 5 3 0 0 with pad_id 0, how many of the four ids differ from pad_id?",
        where="A batch and its valid lengths",
        errors=[("not in list", "the longest row has no padding: what is there to find in it?")],
        inputs=[(_batch(_generator, [5, 3, 2], 5, pad_id=0), 0), (_zero_is_a_word, 9)],
        expected=lambda ids, pad_id: (ids != pad_id).sum(dim=1),
        mistakes=[
            (
                lambda ids, pad_id: (ids != pad_id).sum(dim=0),
                "you have one number for each step. Along which dimension does a sentence run?",
            ),
            (
                lambda ids, pad_id: (ids != pad_id).sum(),
                "that is one number for the whole batch: along which dimension does a sentence run?",
            ),
            (lambda ids, pad_id: (ids == pad_id).sum(dim=1), "you counted the padding: which ids are to be counted?"),
            (
                lambda ids, pad_id: (ids != pad_id).sum(dim=1) + 1,
                "one too many in each row: what is added that is not in ids already?",
            ),
            (
                lambda ids, pad_id: (ids != pad_id).sum(dim=1) - 1,
                "you left <eos> out. Is it padding, or something that the model must read and say?",
            ),
            (
                lambda ids, pad_id: (ids != 0).sum(dim=1),
                "you took it for granted that padding is 0: which argument says what it is?",
            ),
            (
                lambda ids, pad_id: (ids == pad_id).int().argmax(dim=1),
                "a row without padding gets 0: what does argmax say where there is nothing to find?",
            ),
            (
                lambda ids, pad_id: (ids > pad_id).sum(dim=1),
                "you took it for granted that every id is larger than that of padding: what tells the two apart?",
            ),
            (
                lambda ids, pad_id: torch.full((len(ids),), ids.shape[1]),
                "that is the length of the rows. How much of each is not padding?",
            ),
            (
                lambda ids, pad_id: (ids != pad_id).sum(dim=1, keepdim=True),
                "right numbers in a column, (batch, 1). Which argument of sum keeps the dimension?",
            ),
        ],
    ),
    "1.3": FunctionExercise(
        right="Padding over cells, both summed over all batches.",
        smaller="one batch of two sentences, 2 and 5 long: how many cells has it, and how many of them are padding?",
        where="How much of a batch is padding",
        errors=[
            ("empty sequence", "you ask for the longest of no sentences: where does your loop over the batches end?")
        ],
        inputs=[([3, 9, 4, 5, 2, 8, 6], 3), ([7, 2, 2, 5, 4], 2), ([4, 6, 3, 3], 4)],
        expected=_share,
        mistakes=[
            (
                lambda lengths, size: 1 - sum(lengths) / (max(lengths) * len(lengths)),
                "you padded all batches to the longest sentence of all. Who decides how wide a batch is?",
            ),
            (
                _mean_of_shares,
                "you averaged the batches' shares, so that a small batch weighs as much as a large one. Share of what?",
            ),
            (
                lambda lengths, size: _share(lengths, size) / (1 - _share(lengths, size)),
                "you divided by the real tokens. Padding is a share of all cells.",
            ),
            (
                lambda lengths, size: 1 - _share(lengths, size),
                "that is the share of the real tokens: what is the rest?",
            ),
            (
                lambda lengths, size: 1 - sum(lengths) / sum(size * max(chunk) for chunk in _chunks(lengths, size)),
                "you count the last batch as a full one: how many rows has it?",
            ),
            (
                lambda lengths, size: _share(lengths[: len(lengths) // size * size], size),
                "the sentences after the last full batch are missing. The last batch may be smaller.",
            ),
            (lambda lengths, size: 100 * _share(lengths, size), "that is per cent: a number between 0 and 1, please."),
            (
                lambda lengths, size: 1 - sum(lengths) / sum(max(chunk) for chunk in _chunks(lengths, size)),
                "you count one row for each batch: how many rows has it?",
            ),
            (
                lambda lengths, size: _share(sorted(lengths), size),
                "you sorted the lengths first. The function measures the order that it is given.",
            ),
            (
                lambda lengths, size: _share(sorted(lengths, reverse=True), size),
                "you sorted the lengths first. The function measures the order that it is given.",
            ),
            (
                lambda lengths, size: sum(map(sum, _cells(lengths, size))) - sum(lengths),
                "that is how many cells are padding. The share is asked for, between 0 and 1.",
            ),
        ],
    ),
}
