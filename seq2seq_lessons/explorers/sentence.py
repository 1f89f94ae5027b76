"""A sentence that the learner types, and explorers that are made anew for it."""

import html
import io
from collections.abc import Callable, Sequence

import ipywidgets as widgets
from PIL import Image

from seq2seq_lessons.plots.style import still
from seq2seq_lessons.text import Vocab, tokenize

from .base import ExplorerBase, free
from .labels import labelled
from .rerun import remember


class SentenceBox(widgets.VBox):
    """A text box above explorers; at Enter all of them are made anew for the sentence, by the running kernel.

    `explorers` are those shown now, `words` what the line below the text box says.

    Args:
        sentence: the first one.
        make: sentence -> its explorers, in the order in which they are shown. What it raises for the first sentence is
            raised here; later, the page says it in one line, and the explorers of the sentence before stay.
        vocab: of the source; words that it lacks are named in that line, since the model reads `<unk>` for them.
    """

    def __init__(self, sentence: str, make: Callable[[str], Sequence[ExplorerBase]], vocab: Vocab | None = None):
        self._make, self._vocab, self.sentence = make, vocab, sentence
        self.explorers = list(make(sentence))
        self.text = labelled(widgets.Text, "sentence, then Enter:", "560px", sentence, continuous_update=False)
        self._said = widgets.HTML(layout=widgets.Layout(margin="0", min_height="24px"))
        self._shown = widgets.VBox(self.explorers, layout=widgets.Layout(overflow="visible"))
        self._say(self._unknown(sentence))
        self.text.observe(lambda change: self.type(change["new"]), "value")
        super().__init__([self.text, self._said, self._shown], layout=widgets.Layout(overflow="visible"))

    def type(self, sentence: str) -> None:
        """What happens at Enter."""
        if self.text.value != sentence:
            self.text.value = sentence  # comes back here through observe
            return
        try:
            made = list(self._make(sentence))
        except Exception as error:  # ipywidgets would write it to a log that nobody reads
            name = "" if type(error) is ValueError else f"{type(error).__name__}: "
            self._say(f"{name}{error}; the explorers still show “{self.sentence}”")
            return
        before, self.explorers, self.sentence = self.explorers, made, sentence
        self._shown.children = tuple(made)
        self._say(self._unknown(sentence))
        for explorer in before:
            explorer.close()

    def close(self) -> None:
        """Free the text box and every explorer."""
        for explorer in getattr(self, "explorers", ()):  # ipywidgets also closes what was refused half-built
            explorer.close()
        if self.children:
            for widget in self.children:
                free(widget)
            self.layout.close()
        super().close()

    def _unknown(self, sentence: str) -> str:
        if self._vocab is None:
            return ""
        tokens = tokenize(sentence)
        unknown = [
            token for token, i in zip(tokens, self._vocab.encode(tokens), strict=True) if i == self._vocab.unk_id
        ]
        return f"read as <unk>: {', '.join(dict.fromkeys(unknown))} (too rare in training)" if unknown else ""

    def _say(self, words: str) -> None:
        self.words = words
        self._said.value = f"<div role='status' aria-live='polite' style='font-size:14px'>{html.escape(words)}</div>"

    def _repr_mimebundle_(self, **kwargs):
        """The live widgets, and for whoever cannot run them the explorers' first pictures and their words."""
        remember(self)
        frames = [explorer.first_frame for explorer in self.explorers]
        images = [Image.open(io.BytesIO(frame.png)) for frame in frames]
        together = Image.new("RGB", (max(i.width for i in images), sum(i.height for i in images)), "white")
        top = 0
        for image in images:
            together.paste(image, (0, top))
            top += image.height
        out = io.BytesIO()
        together.save(out, "PNG")
        size = max(frame.size[0] for frame in frames), sum(frame.size[1] for frame in frames)
        alt = "; below it: ".join(frame.alt for frame in frames)
        words = [explorer.in_words for explorer in self.explorers]
        text = "\n\n".join((f"A sentence to type: {self.sentence}", *words))
        data, metadata = still(out.getvalue(), alt, size, text)
        return super()._repr_mimebundle_(**kwargs) | data, metadata
