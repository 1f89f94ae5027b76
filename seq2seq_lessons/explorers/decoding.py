"""Explorers of greedy decoding: a state transplanted between sentences, and a word forced upon the decoder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from seq2seq_lessons.decoder import DecoderState
from seq2seq_lessons.plots.decoding import Bars, Decoding, forced_decoding, transplant
from seq2seq_lessons.plots.style import BLUE, ORANGE
from seq2seq_lessons.translator import Translator

from .controls import Choice, Options, Steps
from .frames import Frame, Law, frame_of
from .stepped import Explorer
from .writing import Run, best_tokens, forcing, run_of

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


def force_token(translator: Translator, sentence: str, *, steps: int | None = None, k: int = 5) -> Explorer:
    """One token of a greedy translation replaced by another likely one, and what the decoder makes of it.

    Cures: "probabilities are decided in advance".
    Law: nothing changes up to and including step t; its probabilities were there before the token was forced.

    Args:
        translator: a trained one.
        sentence: what it translates, of at least one token.
        steps: how many of the translation's steps to offer, from the first; all of them when left out.
        k: how many of the most probable tokens to offer at each step, at least 2.

    Raises:
        ValueError: a sentence without a token, fewer than two tokens to offer, or no step.
    """
    check_offer(k, steps)
    vocab, start = translator.target_vocab, translator.read(sentence)
    original = run_of(translator.write(start), vocab)
    last = min(len(original.tokens), steps or len(original.tokens))
    runs = {
        (step, rank): run_of(translator.write(start, forcing(step, token)), vocab)
        for step, best in enumerate(original.probabilities[:last].topk(k, dim=1).indices.tolist(), 1)
        for rank, token in enumerate(best)
    }
    columns = max(len(run.tokens) for run in (original, *runs.values()))
    words = (
        f"The translation as it was and with one word forced; bars of the {k} most probable words at the forced "
        "step and, after either word, at the next."
    )

    def bars(title: str, run: Run, step: int, colours: Mapping[str, str]) -> Bars:
        if step > len(run.tokens):
            return Bars(title, [], [], {})
        return best_tokens(title, run.probabilities[step - 1], vocab, k, colours)

    def frame_at(step: int, rank: int) -> Frame:
        forced = runs[step, rank]
        was, now = original.tokens[step - 1], forced.tokens[step - 1]
        choice = bars(f"step {step}:\nwith and without", forced, step, {was: BLUE, now: ORANGE})
        panels = [replace(choice, sets="force")]
        for run, token, colour in ((original, was, BLUE), (forced, now, ORANGE)):
            said = dict.fromkeys(run.tokens[step : step + 1], colour)
            panels.append(bars(f"step {step + 1},\nafter '{token}'", run, step + 1, said))
        unchanged = f"nothing changes up to and including step {step}: its probabilities are the same"
        law = Law(unchanged, forced.same_until(original, step))
        picture = forced_decoding(original.tokens, forced.tokens, step, panels, k=k, columns=columns, words=words)
        status = f"Step {step}: '{now}' instead of '{was}'; writes '{' '.join(forced.tokens)}'"
        return frame_of(picture, status, law, choice.labels)

    offered = Options("force", lambda step: bars("", original, step, {}).labels, start=1)
    return Explorer("Force a token", words, [Steps(last), offered], frame_at)


def check_offer(k: int, steps: int | None) -> None:
    """ValueError unless there are two tokens to choose from, and a step."""
    if k < 2 or steps is not None and steps < 1:
        raise ValueError(f"k={k}, steps={steps}: expected k of at least 2, and at least one step")
