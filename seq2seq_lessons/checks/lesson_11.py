"""Lesson 11: BLEU's counts and its penalty, a corpus against its sentences, bootstrap, what a vocabulary reaches."""

import math
from collections import Counter
from collections.abc import Sequence

from seq2seq_lessons.checks.judging import FunctionExercise, Prediction
from seq2seq_lessons.evaluation import bleu, brevity_penalty, clipped_matches, ngrams
from seq2seq_lessons.text import Vocab, tokenize

PREDICTIONS = {
    "11.1": Prediction(
        right="All five are in the reference, and the reference has that token once.",
        smaller="tu tu for tu dors: how many tokens are found, and how many if each may be used once?",
        where="Count what is right",
        expected={"found": 5, "once": 1},
        mistakes=[
            ({"found": 1}, "found: ask each of the five tokens alone whether the reference has it."),
            ({"found": 0}, "found: which token does it repeat, and does the reference begin with it?"),
            ({"once": 5}, "once: a token of the reference that has been used is gone. What is left for the second?"),
            ({"once": 0}, "once: the first of the five finds its token still unused."),
            ({"once": 4}, "once: that is how many find nothing left."),
            ({"found": 100}, "found: how many tokens, not per cent."),
            ({"once": 20}, "once: how many tokens, not per cent."),
            ({"once": 0.2}, "once: how many tokens, not which share of them."),
        ],
    ),
    "11.2": Prediction(
        right="An n-gram is lost if the wrong word stands anywhere in it.",
        smaller="je dors ici for je dors là: how many tokens, pairs and threes match?",
        where="Count what is right",
        expected={"n1": 4, "n2": 2, "n3": 1, "n4": 0},
        mistakes=[
            ({"n1": 5}, "n1: that is how many there are. Ask each token alone whether the reference has it."),
            ({"n1": 3}, "n1: is the full stop a token?"),
            ({"n1": 1}, "n1: that is how many are wrong."),
            (
                {"n2": 4},
                "n2: that is how many there are. A pair is right only if both of its tokens are, side by side.",
            ),
            ({"n2": 3}, "n2: a token in the middle stands in more than one pair."),
            ({"n2": 1}, "n2: write the four pairs down. How many are without the wrong word?"),
            ({"n3": 3}, "n3: that is how many there are. Which of them hold the wrong word?"),
            ({"n3": 2}, "n3: count the places before the wrong word at which three neighbors can begin."),
            ({"n3": 0}, "n3: is there a place for three neighbors before the wrong word?"),
            ({"n4": 2}, "n4: that is how many there are. Which of them hold the wrong word?"),
            ({"n4": 1}, "n4: there are two of them. Can either be cut so that it misses the fourth token?"),
        ],
    ),
    "11.3": Prediction(
        right="Length beyond the reference's is neither paid nor punished; half of it costs almost two thirds.",
        smaller="translation and reference have ten tokens each: which line of the formula holds, and what is BP?",
        where="One number",
        expected={"twelve": 1, "three": math.exp(-1)},
        tolerance=0.005,
        mistakes=[
            ({"twelve": math.exp(0.5)}, "twelve: read the condition beside the formula. Can a penalty be a reward?"),
            ({"twelve": 2}, "twelve: can a penalty be a reward?"),
            ({"twelve": 0.5}, "twelve: which of the two lines of the formula holds if c is larger than r?"),
            ({"twelve": math.exp(-1)}, "twelve: you have r and c swapped: c is the translation's length."),
            ({"three": math.exp(0.5)}, "three: you have r and c swapped: c is the translation's length."),
            ({"three": 0.5}, "three: that is c / r. The formula has an exponential."),
            ({"three": math.exp(-2)}, "three: r / c is the 2. What is subtracted from what?"),
            ({"three": 1}, "three: which of the two lines of the formula holds if c is smaller than r?"),
            ({"three": -1}, "three: that is the exponent."),
            ({"three": math.exp(-0.5)}, "three: which of r / c and c / r stands in the exponent?"),
            ({"three": math.e}, "three: the sign of the exponent. Can a penalty be a reward?"),
            ({"twelve": 100}, "twelve: a factor, not per cent."),
            ({"three": 100 * math.exp(-1)}, "three: a factor, not per cent."),
        ],
    ),
    "11.4": Prediction(
        right="Alone, the short one has no n-grams of three and four; in a corpus the others' are enough.",
        smaller="how many runs of four has oui ., and how many have oui . and a sentence of six tokens together?",
        where="One number",
        expected={"va": 0, "home": 100, "both": 100},
        tolerance=0.5,
        mistakes=[
            (
                {"va": 100},
                "va: how many groups of three and of four neighbors has it? What does that make of the product?",
            ),
            ({"va": 50}, "va: two of the four precisions are missing. It is a product, not a mean of four."),
            ({"home": 0}, "home: five tokens, all right: write its four precisions down."),
            ({"both": 50}, "both: that is the mean of two scores. What is summed before anything is divided?"),
            ({"home": 1}, "home: in per cent, please."),
            ({"both": 1}, "both: in per cent, please."),
            (
                {"both": 500 / 7},
                "both: that is still a mean of two scores, weighted by length. What is summed before "
                "anything is divided?",
            ),
            (
                {"both": 100 * (5 / 7) ** 0.5},
                "both: n-grams of three and of four that do not exist cannot be wrong: how many has each of the two?",
            ),
            ({"both": 0}, "both: add up the groups of four of both translations first: are there none?"),
        ],
    ),
    "11.5": Prediction(
        right="Which sentences are drawn moves both alike; what is left is what they differ in.",
        smaller="a draw of two sentences, in which the first has 3 and 7 right of ten: what has the second?",
        where="How sure is a difference?",
        expected={"lowest": 10, "highest": 10},
        tolerance=0.01,
        mistakes=[
            ({"lowest": 0}, "lowest: is there a draw of these sentences in which the second is not ahead?"),
            ({"lowest": -10}, "lowest: second minus first. Who is ahead in each sentence?"),
            ({"lowest": -80}, "lowest: both are read on the same draw: can a hard one be hard for the second alone?"),
            ({"lowest": 1}, "lowest: that is words in a sentence. In per cent of its ten?"),
            ({"highest": 1}, "highest: that is words in a sentence. In per cent of its ten?"),
            ({"highest": 100}, "highest: both are read on the same draw: can an easy one be easy for one alone?"),
            ({"highest": 90}, "highest: is there a sentence on which they are as far apart?"),
            ({"lowest": 0.1}, "lowest: in per cent, please."),
            ({"highest": 0.1}, "highest: in per cent, please."),
        ],
    ),
    "11.6": Prediction(
        right="The most similar training source is the sentence itself, so the baseline copies one of its references.",
        smaller="the copier looks a sentence up in a table that holds it: which row is the most similar?",
        where="Which sentences?",
        expected=100,
        tolerance=0.4,
        mistakes=[
            (1, "if that is a share: in per cent. If it is per cent: that is near what it has on unseen sentences."),
            (48, "that is near its BLEU on unseen sentences. Here it is exact match, on sentences that it has."),
            *(
                (model, "that is more than the model's, which has learned from the rows. The copier has the rows.")
                for model in range(90, 100)
            ),
            (0, "what is the most similar training source, if the sentence itself is a training source?"),
            (0.5, "that was for sentences that it had not seen. What does it find for one that it has?"),
            (50, "it does not toss a coin: which training source is most like a training source?"),
        ],
    ),
    "11.7": Prediction(
        right="All of the words must be right, so the probabilities are multiplied.",
        smaller="how probable is it that two words are both right?",
        where="One vector for any length",
        expected={"five": 100 * 0.98**5, "twenty_five": 100 * 0.98**25},
        tolerance=0.5,
        mistakes=[
            ({"five": 98}, "five: that is one word. How probable is it that the second is right as well?"),
            ({"twenty_five": 98}, "twenty_five: that is one word. How probable is it that the second is right, too?"),
            (
                {"twenty_five": 50},
                "twenty_five: two per cent less for each word? A sentence that is wrong already "
                "cannot become wrong again.",
            ),
            ({"five": 2}, "five: that is how often one word is wrong."),
            ({"five": 0.98**5}, "five: in per cent, please."),
            ({"twenty_five": 0.98**25}, "twenty_five: in per cent, please."),
            ({"five": 95}, "five: how often is one word wrong? And every further word costs as much of what is left."),
            (
                {"twenty_five": 75},
                "twenty_five: how often is one word wrong? And every further word costs as much of what is left.",
            ),
            ({"five": 100 - 100 * 0.98**5}, "five: that is how often a sentence is wrong."),
            ({"twenty_five": 100 - 100 * 0.98**25}, "twenty_five: that is how often a sentence is wrong."),
            ({"twenty_five": 2}, "twenty_five: that is how often one word is wrong."),
        ],
    ),
}


# --- 11.1: several references


def _unclipped(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    known = set().union(*(ngrams(reference, n) for reference in references))
    return sum(count for gram, count in ngrams(said, n).items() if gram in known)


def _sum_of_references(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    allowed = sum((ngrams(reference, n) for reference in references), Counter())
    return (ngrams(said, n) & allowed).total()


def _first_reference(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    return clipped_matches(said, references[:1], n)


def _last_reference(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    return clipped_matches(said, references[-1:], n)


def _best_reference(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    return max(clipped_matches(said, [reference], n) for reference in references)


def _matches_added(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    return sum(clipped_matches(said, [reference], n) for reference in references)


def _in_every_reference(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    shared = ngrams(said, n)
    for reference in references:
        shared &= ngrams(reference, n)
    return shared.total()


def _each_once(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    return len(set(ngrams(said, n)).intersection(set().union(*(ngrams(reference, n) for reference in references))))


def _words_only(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    return clipped_matches(said, references, 1)


def _joined(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    return clipped_matches(said, [[token for reference in references for token in reference]], n)


def _mean_of_references(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> float:
    return _matches_added(said, references, n) / len(references)


def _longest_reference(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    return clipped_matches(said, [max(references, key=len)], n)


def _nearest_reference(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> int:
    return clipped_matches(said, [min(references, key=lambda reference: abs(len(reference) - len(said)))], n)


def _counter(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> Counter:
    allowed: Counter = Counter()
    for reference in references:
        allowed |= ngrams(reference, n)
    return ngrams(said, n) & allowed


def _as_precision(said: Sequence[str], references: Sequence[Sequence[str]], n: int) -> float:
    return clipped_matches(said, references, n) / ngrams(said, n).total()


_OUTPUTS = [
    (list("aaaabc"), [list("abac"), list("baaad"), list("cca")], 1),
    (list("abcabcab"), [list("abcd"), list("bcabc"), list("cabdab")], 2),
    (list("eababab"), [list("abe"), list("babac"), list("ea")], 1),
    (list("bcdac"), [list("abc"), list("dacb")], 3),
    (list("xyx"), [list("abc"), list("x")], 1),
    (list("abab"), [list("abcd"), list("ababac")], 1),
]


# --- 11.2: a corpus from its sentences' counts

Counts = tuple[int, int, Sequence[int], Sequence[int]]  # length, reference length, matches, totals


def _score(length: int, reference_length: int, matches: Sequence[float], totals: Sequence[float]) -> float:
    if min(matches) == 0:
        return 0.0
    shares = math.prod(right / total for right, total in zip(matches, totals, strict=True))
    return 100 * brevity_penalty(length, reference_length) * shares ** (1 / 4)


def _sums(sentences: Sequence[Counts]) -> Counts:
    lengths, reference_lengths, matches, totals = zip(*sentences, strict=True)
    return (
        sum(lengths),
        sum(reference_lengths),
        [sum(of_n) for of_n in zip(*matches, strict=True)],
        [sum(of_n) for of_n in zip(*totals, strict=True)],
    )


def _corpus(sentences: Sequence[Counts]) -> float:
    return _score(*_sums(sentences))


def _mean_score(sentences: Sequence[Counts]) -> float:
    return sum(_score(*sentence) for sentence in sentences) / len(sentences)


def _sum_of_scores(sentences: Sequence[Counts]) -> float:
    return sum(_score(*sentence) for sentence in sentences)


def _mean_by_length(sentences: Sequence[Counts]) -> float:
    return sum(sentence[0] * _score(*sentence) for sentence in sentences) / sum(s[0] for s in sentences)


def _mean_penalty(sentences: Sequence[Counts]) -> float:
    _, _, matches, totals = _sums(sentences)
    penalty = sum(brevity_penalty(length, r) for length, r, _, _ in sentences) / len(sentences)
    return penalty * _score(1, 1, matches, totals)


def _no_penalty(sentences: Sequence[Counts]) -> float:
    return _score(1, 1, *_sums(sentences)[2:])


def _mean_precisions(sentences: Sequence[Counts]) -> float:
    length, reference_length, _, _ = _sums(sentences)
    shares = [
        sum(matches[n] / totals[n] if totals[n] else 0.0 for _, _, matches, totals in sentences) / len(sentences)
        for n in range(4)
    ]
    return _score(length, reference_length, shares, [1.0] * 4)


def _arithmetic(sentences: Sequence[Counts]) -> float:
    length, reference_length, matches, totals = _sums(sentences)
    mean = sum(right / total for right, total in zip(matches, totals, strict=True)) / 4
    return 100 * brevity_penalty(length, reference_length) * mean


def _as_share(sentences: Sequence[Counts]) -> float:
    return _corpus(sentences) / 100


def _lengths_swapped(sentences: Sequence[Counts]) -> float:
    length, reference_length, matches, totals = _sums(sentences)
    return _score(reference_length, length, matches, totals)


def _zeros_left_out(sentences: Sequence[Counts]) -> float:
    return _corpus([sentence for sentence in sentences if min(sentence[2]) > 0])


def _mean_without_zeros(sentences: Sequence[Counts]) -> float:
    return _mean_score([sentence for sentence in sentences if min(sentence[2]) > 0])


def _no_root(sentences: Sequence[Counts]) -> float:
    length, reference_length, matches, totals = _sums(sentences)
    shares = math.prod(right / total for right, total in zip(matches, totals, strict=True))
    return 100 * brevity_penalty(length, reference_length) * shares


def _counts(rows: Sequence[tuple[int, int, tuple[int, int, int, int]]]) -> list[Counts]:
    return [(length, r, list(matches), [max(length - n, 0) for n in range(4)]) for length, r, matches in rows]


_CORPORA = [
    (_counts([(5, 6, (4, 2, 1, 1)), (9, 8, (8, 6, 5, 4)), (6, 9, (5, 3, 2, 1))]),),
    (_counts([(7, 5, (4, 2, 1, 1)), (4, 8, (4, 3, 2, 1))]),),
    (_counts([(9, 6, (5, 4, 3, 2)), (6, 5, (5, 3, 2, 1))]),),
    (_counts([(2, 2, (2, 1, 0, 0)), (8, 10, (7, 5, 4, 3)), (5, 5, (3, 1, 0, 0)), (6, 6, (5, 4, 3, 2))]),),
]


# --- 11.3: the paired bootstrap


Texts = Sequence[str]
References = Sequence[Sequence[str]]
Draws = Sequence[Sequence[int]]


def _of(rows: Sequence, draw: Sequence[int]) -> list:
    return [rows[i] for i in draw]


def _bleus(said: Texts, references: References, draws: Draws) -> list[float]:
    return [bleu(_of(said, draw), _of(references, draw)) for draw in draws]


def _differences(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    pairs = zip(_bleus(first, references, draws), _bleus(second, references, draws), strict=True)
    return [a - b for a, b in pairs]


def _second_minus_first(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    return _differences(second, first, references, draws)


def _sizes(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    return [abs(d) for d in _differences(first, second, references, draws)]


def _who_wins(first: Texts, second: Texts, references: References, draws: Draws) -> list[bool]:
    return [d > 0 for d in _differences(first, second, references, draws)]


def _share_of_wins(first: Texts, second: Texts, references: References, draws: Draws) -> float:
    return sum(_who_wins(first, second, references, draws)) / len(draws)


def _mean_difference(first: Texts, second: Texts, references: References, draws: Draws) -> float:
    return sum(_differences(first, second, references, draws)) / len(draws)


def _first_only(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    return _bleus(first, references, draws)


def _whole_set(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    return _differences(first, second, references, [range(len(first))] * len(draws))


def _without_repeats(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    return _differences(first, second, references, [sorted(set(draw)) for draw in draws])


def _one_corpus(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    return _differences(first, second, references, [[i for draw in draws for i in draw]])


def _references_in_order(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    return [bleu(_of(first, draw), references) - bleu(_of(second, draw), references) for draw in draws]


def _unpaired(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    others = _bleus(second, references, [*draws[1:], draws[0]])
    return [a - b for a, b in zip(_bleus(first, references, draws), others, strict=True)]


def _second_undrawn(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    return [a - bleu(second, references) for a in _bleus(first, references, draws)]


def _mean_of_sentences(first: Texts, second: Texts, references: References, draws: Draws) -> list[float]:
    alone = [bleu([a], [refs]) - bleu([b], [refs]) for a, b, refs in zip(first, second, references, strict=True)]
    return [sum(_of(alone, draw)) / len(draw) for draw in draws]


_FIRST = ["je suis chez moi .", "il est calme .", "va !", "j'ai perdu .", "nous sommes là .", "elle a un chat noir ."]
_SECOND = ["je suis là .", "il est très calme .", "va !", "j'ai perdu mon sac .", "je suis là .", "elle a un chat ."]
_TRUTH = [
    ["je suis chez moi .", "je suis à la maison ."],
    ["il est très calme .", "il est calme ."],
    ["va !"],
    ["j'ai perdu ."],
    ["nous sommes ici .", "nous sommes là ."],
    ["elle a un chat noir ."],
]
_DRAWS = [[0, 5, 2, 2, 4, 1], [3, 3, 1, 0, 5, 0], [4, 1, 0, 2, 5, 3]]
_DRAWN = [(_FIRST, _SECOND, _TRUTH, _DRAWS), (_SECOND[1:], _FIRST[1:], _TRUTH[1:], [[1, 1, 4, 3, 4], [4, 2, 0, 4, 3]])]


# --- 11.4: what a vocabulary can reach


def _sayable(reference: str, vocab: Vocab) -> bool:
    return all(token in vocab for token in tokenize(reference))


def _ceiling(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return 100 * sum(any(_sayable(r, vocab) for r in refs) for refs in references) / len(references)


def _all_sayable(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return 100 * sum(all(_sayable(r, vocab) for r in refs) for refs in references) / len(references)


def _first_sayable(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return 100 * sum(_sayable(refs[0], vocab) for refs in references) / len(references)


def _of_references(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    flat = [reference for refs in references for reference in refs]
    return 100 * sum(_sayable(r, vocab) for r in flat) / len(flat)


def _of_tokens(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    tokens = [token for refs in references for reference in refs for token in tokenize(reference)]
    return 100 * sum(token in vocab for token in tokens) / len(tokens)


def _count(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return len(references) * _ceiling(references, vocab) / 100


def _share(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return _ceiling(references, vocab) / 100


def _out_of_reach(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return 100 - _ceiling(references, vocab)


def _any_word(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    reached = sum(any(token in vocab for r in refs for token in tokenize(r)) for refs in references)
    return 100 * reached / len(references)


def _split_at_spaces(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return 100 * sum(any(all(w in vocab for w in r.split()) for r in refs) for refs in references) / len(references)


def _mean_share(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return 100 * sum(sum(_sayable(r, vocab) for r in refs) / len(refs) for refs in references) / len(references)


def _whole_sentences(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return 100 * sum(any(r in vocab for r in refs) for refs in references) / len(references)


def _all_whole_sentences(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return 100 * sum(all(r in vocab for r in refs) for refs in references) / len(references)


def _last_sayable(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return 100 * sum(_sayable(refs[-1], vocab) for refs in references) / len(references)


def _rounded(references: Sequence[Sequence[str]], vocab: Vocab) -> float:
    return round(_ceiling(references, vocab))


_VOCAB = Vocab(["je", "suis", "chez", "moi", "va", "!", "."])
_REFERENCES = [
    ["Je suis chez moi.", "Je suis à la maison."],
    ["Allez !", "Va !"],
    ["Je suis un tonnelier.", "suis tonnelier"],
    ["va chez moi ."],
    ["Bonsoir", "bonsoir Jean"],
    ["je suis", "suis je", "moi"],
    ["Va donc !"],
    ["va !", "Allez donc !"],
]
_VOCABULARIES = [(_REFERENCES, _VOCAB), (_REFERENCES[1:5], Vocab(["va", "!", "je", "suis", "."]))]


EXERCISES = {
    "11.1": FunctionExercise(
        right="As often as in the one reference that has it most often, for each n-gram by itself.",
        smaller="two references say je once each, and the translation twice: how many count?",
        where="Count what is right",
        errors=[
            ("unsupported operand", "`|` and `&` go between two Counters: what stands on either side in yours?"),
            ("unhashable", "ngrams takes one list of tokens: what do you give it?"),
        ],
        inputs=_OUTPUTS,
        expected=clipped_matches,
        mistakes=[
            (_unclipped, "nothing is clipped: a word that is said ten times counts ten times."),
            (
                _sum_of_references,
                "you add the references' counts. Two references that have a word once: how often may "
                "a right translation say it?",
            ),
            (_joined, "the references stand in one long row: it adds their counts, and has n-grams across the seams."),
            (_first_reference, "only the first reference is looked at: what of the others?"),
            (_last_reference, "only the last reference is left: does each turn of your loop forget the one before?"),
            (_best_reference, "you choose one reference for the whole translation: which n-grams would take another?"),
            (_matches_added, "an n-gram that two references have is counted twice: should it?"),
            (_in_every_reference, "it must be in one of the references, not in all: which of | and & is between them?"),
            (_each_once, "every n-gram counts once at most. What if a reference has it twice?"),
            (_mean_of_references, "that is a mean over the references. What is allowed by one of them is allowed."),
            (_longest_reference, "only the longest reference is looked at: what of the others?"),
            (_nearest_reference, "only the reference of the nearest length is looked at. That rule is for lengths."),
            (_counter, "those are the n-grams that count, each with its number. How many are they together?"),
            (_as_precision, "that is the share of the n-grams said; how many match is asked for."),
            (_words_only, "it counts single words: where does n come in?"),
        ],
    ),
    "11.2": FunctionExercise(
        right="Summed first, divided after: the corpus is one long translation.",
        smaller="3 of 4 and 1 of 2 words are right: how many words are right in the corpus, of how many?",
        where="One number",
        errors=[
            ("division by zero", "a sentence of two tokens has no groups of four: what do you divide, and when?"),
            ("unsupported operand", "matches and totals are lists of four: which numbers belong into one sum?"),
        ],
        inputs=_CORPORA,
        tolerance=1e-3,
        expected=_corpus,
        mistakes=[
            (_mean_score, "that is the mean of the sentences' scores: what does a sentence with one zero add to it?"),
            (
                _sum_of_scores,
                "that is the sum of the sentences' scores: what has to be summed before anything is divided?",
            ),
            (
                _mean_by_length,
                "that is a mean of the sentences' scores still, if a weighted one: what is summed first?",
            ),
            (_mean_penalty, "the matches are summed, but the penalty is a mean over the sentences."),
            (_no_penalty, "no penalty for length is left. Whose lengths belong into it?"),
            (
                _mean_precisions,
                "you average each precision over the sentences: an n-gram then weighs more in a short "
                "sentence than in a long one.",
            ),
            (_arithmetic, "that is the ordinary mean of the four precisions: which mean does BLEU take?"),
            (_as_share, "in per cent, as `score` is."),
            (_lengths_swapped, "the two lengths have changed places: whose brevity is punished?"),
            (_zeros_left_out, "sentences with a zero are left out. What else do they add to the sums?"),
            (_mean_without_zeros, "that is a mean of the scores above zero: what is summed first?"),
            (_no_root, "that is the product of the four precisions; a mean of four is asked for."),
        ],
    ),
    "11.3": FunctionExercise(
        right="Both systems are read on the same sentences, so that hard ones are hard for both.",
        smaller="a draw says [2, 2, 0]: which three translations of each system, and which references, belong to it?",
        where="How sure is a difference?",
        errors=[
            ("list indices must be integers", "a list of places picks nothing from a list at once: for which i?"),
            ("list index out of range", "the numbers of a draw are places in the lists: what do you pick, and where?"),
            (
                "lists of references; expected as many",
                "bleu takes a draw's translations and their references: what do you give it?",
            ),
        ],
        inputs=_DRAWN,
        tolerance=1e-3,
        expected=_differences,
        mistakes=[
            (_second_minus_first, "the sign: the first minus the second."),
            (_sizes, "how large the difference is does not say who is ahead: keep its sign."),
            (_who_wins, "that says who is ahead in each draw; by how much is asked for."),
            (_share_of_wins, "that is how often the first is ahead; a number for each draw is asked for."),
            (_mean_difference, "that is one mean; a number for each draw is asked for."),
            (_first_only, "those are the first system's scores. By how much is it ahead of the second?"),
            (_whole_set, "every draw gives the same: where do its sentences come in?"),
            (_without_repeats, "a sentence that is drawn twice counts twice: where do the repeats go?"),
            (_one_corpus, "all draws stand in one row: how many differences do you return, for how many draws?"),
            (_references_in_order, "the translations are drawn, the references stand as they were: whose are they?"),
            (_unpaired, "the two systems are read on different draws: how much of the difference is the sentences'?"),
            (_second_undrawn, "the second system is read on all sentences, the first on the drawn ones."),
            (_mean_of_sentences, "you average the sentences' own BLEU. What is summed before anything is divided?"),
        ],
    ),
    "11.4": FunctionExercise(
        right="One admissible translation that it can say is enough, and it must be able to say all of it.",
        smaller="a source has two references, and one of them holds an unknown word: can a model be right?",
        where="Which sentences?",
        errors=[
            ("unhashable", "the vocabulary is asked for one token at a time: what do you ask it for?"),
            ("must be str, not list", "tokenize takes one sentence: what has a source got, one or several?"),
        ],
        inputs=_VOCABULARIES,
        tolerance=1e-3,
        expected=_ceiling,
        mistakes=[
            (_all_sayable, "it asks for all references of a source. How many must a translation equal?"),
            (_first_sayable, "only the first reference of each source is looked at: what of the others?"),
            (_of_references, "that is the share of references. A source with three of them is translated once."),
            (_of_tokens, "that is the share of words. What does one missing word make of an exact match?"),
            (_count, "that is how many; in per cent of the sources, please."),
            (_share, "in per cent, please."),
            (_out_of_reach, "that is the share that it cannot reach."),
            (_mean_share, "you average the shares of references that it can say. How many must a translation equal?"),
            (_whole_sentences, "is a whole sentence in the vocabulary? What stands in it?"),
            (_all_whole_sentences, "is a whole sentence in the vocabulary, and must it be able to say all of them?"),
            (_last_sayable, "only the last reference of each source is looked at: what of the others?"),
            (_rounded, "please without rounding."),
            (_any_word, "it asks for one word that it can say: how many words of a sentence must it be able to say?"),
            (_split_at_spaces, "is the vocabulary asked for 'moi.' or for 'Je'? Its words come from `tokenize`."),
        ],
    ),
}
