"""Training curves, length histograms, and the best tokens of a distribution."""

from collections.abc import Mapping, Sequence

import numpy as np

from .bars import Bars, draw_bars, shares
from .layout import Band, stack
from .lines import loss_picture
from .style import BLUE, GREY, ORANGE, TICK_SIZE, Look, Picture, style_axes, whole_numbers


def loss_curve(train: Sequence[float], validation: Sequence[float] | None = None) -> Picture:
    """Loss per token by epoch, for training and validation, each labelled at its end.

    Args:
        train: one loss per epoch, in nats per real token.
        validation: the same for the validation set.

    Raises:
        ValueError: no epoch, or another number of them in `validation`.
    """
    if len(train) == 0:
        raise ValueError("train: no epochs to draw; give at least one loss per token")
    if validation is not None and len(validation) != len(train):
        raise ValueError(f"validation: {len(validation)} epochs, but train has {len(train)}")
    series = {"training": np.asarray(train, dtype=float)}
    if validation is not None:
        series["validation"] = np.asarray(validation, dtype=float)
    look: Look = {"marker": "o"} if len(train) < 3 else {}
    picture = loss_picture(
        series, "epoch", f"Loss per token by epoch, {' and '.join(series)}", looks=[look] * len(series)
    )
    picture.alt += "".join(f"; {name} from {values[0]:.2f} to {values[-1]:.2f}" for name, values in series.items())
    if validation is not None:
        best = int(np.argmin(validation))
        mark: Look = {"markersize": 7, "markerfacecolor": "white", "markeredgewidth": 2}
        picture.axes[0].plot(best + 1, validation[best], "o", color=ORANGE, clip_on=False, **mark)
        picture.alt += f"; lowest validation loss at epoch {best + 1}"
    return picture


def length_histogram(lengths: Mapping[str, Sequence[int]] | Sequence[int]) -> Picture:
    """How many sentences have each length.

    Args:
        lengths: whole numbers of tokens, or a name for each of several such lists (drawn side by side).

    Raises:
        ValueError: no list, or an empty one.
    """
    series = lengths if isinstance(lengths, Mapping) else {"sentences": lengths}
    arrays = {name: np.asarray(values, dtype=int) for name, values in series.items()}
    if not arrays or any(values.size == 0 for values in arrays.values()):
        raise ValueError("lengths: nothing to count; give at least one length in every list")
    words = "Histogram of sentence lengths in tokens: " + ", ".join(arrays)
    picture, (ax,) = stack(Band(2.22, left=0.86), words=words)
    low, high = min(v.min() for v in arrays.values()), max(v.max() for v in arrays.values())
    places = np.arange(low, high + 1)
    width = 0.8 / len(arrays)
    for number, ((name, values), colour) in enumerate(zip(arrays.items(), (BLUE, ORANGE, GREY), strict=False)):
        counts = np.bincount(values, minlength=high + 1)[low:]
        ax.bar(places + (number - (len(arrays) - 1) / 2) * width, counts, width, color=colour, label=name)
        picture.alt += f"; {name}: {values.min()} to {values.max()} tokens, most often {places[counts.argmax()]}"
    if len(arrays) > 1:
        ax.legend(frameon=False, fontsize=TICK_SIZE)
    whole_numbers(ax.xaxis)
    style_axes(ax, "length (tokens)", "sentences (count)", grid=True)
    return picture


def topk_bars(tokens: Sequence[str], probabilities: Sequence[float]) -> Picture:
    """The best tokens of one step as bars on the fixed scale from 0 to 1, best first.

    Args:
        tokens: in any order.
        probabilities: one for each token.

    Raises:
        ValueError: no token, or another number of probabilities.
    """
    if len(tokens) != len(probabilities) or len(tokens) == 0:
        given = f"{len(tokens)} tokens and {len(probabilities)} probabilities"
        raise ValueError(f"expected one probability for each token and at least one token, got {given}")
    order = np.argsort(-np.asarray(probabilities, dtype=float), kind="stable")
    tokens, values = [tokens[i] for i in order], [float(probabilities[i]) for i in order]
    words = f"Bars of the {len(tokens)} most probable choices for the next token"
    picture, (ax,) = stack(Band(0.05 + 0.32 * len(tokens), 1.44, 0.43, above=0.08, below=0.62), words=words)
    draw_bars(ax, Bars("next token", tokens, values, dict.fromkeys(tokens, BLUE)), len(tokens), room=1.35)
    picture.alt += "; " + shares(tokens, values)
    return picture
