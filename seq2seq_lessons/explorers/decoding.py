"""An explorer of greedy decoding: a state transplanted between sentences."""

from collections.abc import Sequence

from seq2seq_lessons.decoder import DecoderState
from seq2seq_lessons.plots.decoding import Decoding, transplant
from seq2seq_lessons.translator import Translator

from .controls import Choice
from .frames import Frame, Law, frame_of
from .stepped import Explorer
from .writing import run_of

MIXED = "No sentence leads to such a pair of states, so nothing has taught it grammar for one."
DONATIONS = ("nothing", "hidden", "context", "both")


def state_transplant(translator: Translator, sentences: Sequence[str]) -> Explorer:
    """Sentence A is read, then parts of the decoder's first state are replaced by those of sentence B.

    Cures: "the decoder sees the source words".
    Law: with both parts from B, the translation is exactly B's; with nothing from B, A's.

    Args:
        translator: a trained one; the states are decoded greedily.
        sentences: two to four, offered for A and for B; different ones, of at least one token.

    Raises:
        ValueError: fewer sentences, more, or twice the same; or one without a token.
    """
    sentences = list(sentences)
    if not 2 <= len(sentences) <= 4 or len(set(sentences)) < len(sentences):
        raise ValueError(f"sentences: expected two to four different ones, got {sentences}")
    states = [translator.read(sentence) for sentence in sentences]
    own = [translator.translate(sentence).split() for sentence in sentences]
    words = "Three decoders, and what each writes: one starts from A's state, one from B's, one from a mixture."

    def mixture(a: int, b: int, hidden: str, context: str) -> list[str]:
        state_of = {"A": states[a], "B": states[b]}
        mixed = DecoderState(state_of[context].context, state_of[hidden].hidden)
        return run_of(translator.write(mixed), translator.target_vocab).sentence.split()

    def frame_at(a: int, b: int, donation: int) -> Frame:
        donated = DONATIONS[donation]
        hidden, context = ("B" if donated in (part, "both") else "A" for part in ("hidden", "context"))
        tokens = mixture(a, b, hidden, context)
        law = Law(
            "both donated: exactly B's translation; nothing donated: exactly A's",
            mixture(a, b, "B", "B") == own[b] and mixture(a, b, "A", "A") == own[a],
        )
        picture = transplant(
            [
                Decoding(f"A: {sentences[a]}", "A", "A", own[a]),
                Decoding(f"B: {sentences[b]}", "B", "B", own[b]),
                Decoding(f"A is read, B donates {donated}", hidden, context, tokens),
            ],
            words=words,
        )
        status = f"A '{sentences[a]}', B '{sentences[b]}', B donates {donated}: writes '{' '.join(tokens)}'"
        if tokens not in (own[a], own[b]):
            status += f", neither's translation. {MIXED}"
        return frame_of(picture, status, law)

    controls = [
        Choice("A", sentences, start=0),
        Choice("B", sentences, start=1),
        Choice("B donates", DONATIONS, start=DONATIONS.index("both")),
    ]
    return Explorer("State transplant", words, controls, frame_at)
