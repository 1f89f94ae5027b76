"""What each lesson is about, as a view of the machine: which parts are in colour, and what is said of them."""

from typing import NamedTuple

from .style import BLUE, GREEN, INK, ORANGE

PURPLE = "#A01A6B"  # the right words, written by a person

PARTS = {
    "tokens": INK,
    "embedding": INK,
    "encoder": BLUE,
    "handover": BLUE,
    "context": GREEN,
    "decoder": ORANGE,
    "scores": ORANGE,
    "said": ORANGE,
    "feedback": ORANGE,
    "labels": PURPLE,
    "forcing": PURPLE,
    "loss": PURPLE,
    "search": ORANGE,
    "attention": GREEN,
}  # part -> the colour of its name


class View(NamedTuple):
    """A way to show the machine.

    title: names what is in colour.
    text: says what it does, in two lines.
    parts: in colour, the most important one first; none for all of them.
    above: what stands over the words that the decoder says: "labels" (the right words, which are fed, too), "reference"
        (the right words, only compared), "others" (other beginnings of a search), or nothing.
    """

    title: str
    text: str
    parts: tuple[str, ...] = ()
    above: str = ""

    @property
    def colour(self) -> str:
        """The colour of the title."""
        return PARTS[self.parts[0]] if self.parts else INK


VIEWS = {
    "whole": View("The encoder-decoder", "Reads a sentence into a state and\nwrites another from it, word by word."),
    "tokens": View(
        "Tokens and their ids", "A sentence is cut into tokens; each\nhas a number in the vocabulary.", ("tokens",)
    ),
    "embedding": View("The embedding", "Each id picks its row of a table:\na vector that is learned.", ("embedding",)),
    "gru": View(
        "The GRU",
        "One cell at every step of the encoder,\nanother at every step of the decoder.",
        ("encoder", "decoder"),
    ),
    "encoder": View(
        "The encoder", "Reads token after token; what it keeps\nis in its last state.", ("encoder", "embedding")
    ),
    "decoder": View(
        "The decoder", "At every step it reads a token and the\ncontext, and has a new state.", ("decoder",)
    ),
    "context": View(
        "The context", "The encoder's last state (its top layer),\nunchanged beside every token fed.", ("context",)
    ),
    "handover": View(
        "The state handed over",
        "The encoder's last state is the decoder's\nfirst, and its context: nothing else joins them.",
        ("handover", "context"),
    ),
    "scores": View(
        "The scores", "A dense layer scores every word of the\nvocabulary as the next one.", ("scores", "said")
    ),
    "forcing": View(
        "Teacher forcing",
        "In training the right word is fed next,\nwhatever the decoder said.",
        ("forcing", "labels"),
        "labels",
    ),
    "loss": View(
        "The loss",
        "How improbable the right word was:\n\N{MINUS SIGN}log p, the mean over all real tokens.",
        ("loss", "labels", "scores"),
        "labels",
    ),
    "training": View(
        "Training",
        "The loss moves all weights: embeddings,\nboth GRUs and the dense layer.",
        ("loss", "labels", "embedding", "encoder", "decoder", "scores"),
        "labels",
    ),
    "feedback": View("Its own words", "In use, what the decoder says\nis what it is fed next.", ("feedback", "said")),
    "search": View(
        "Search", "Several beginnings are kept; the best\nwhole sentence is taken.", ("search", "said"), "others"
    ),
    "measuring": View(
        "Measuring",
        "What it says beside what a person\nwrote, on sentences it never saw.",
        ("labels", "said"),
        "reference",
    ),
    "states": View(
        "Inside the states", "What the numbers of a state keep,\nand when each was written.", ("encoder", "decoder")
    ),
    "attention": View(
        "Attention", "At every step a new context, mixed\nfrom all the encoder's states.", ("attention",)
    ),
}

LESSONS = {
    "00": "whole",
    "01": "tokens",
    "02": "gru",
    "03": "encoder",
    "04": "context",
    "05": "handover",
    "06": "forcing",
    "07": "loss",
    "08": "training",
    "09": "feedback",
    "10": "search",
    "11": "measuring",
    "12": "states",
    "13": "attention",
}  # lesson -> its view
