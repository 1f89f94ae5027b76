"""Differences in BLEU on many drawn test sets: is one system better than another (lesson 11)?"""

from collections.abc import Mapping

from seq2seq_lessons.evaluation import Difference

from .layout import Band, stack
from .style import BLUE, INK, LABEL_SIZE, ORANGE, Picture, style_axes


def difference_histograms(differences: Mapping[str, Difference]) -> Picture:
    """How often each difference was drawn, a panel for each comparison; zero is a line, the 95 % interval a bar.

    Args:
        differences: one to three comparisons, each under its name.

    Raises:
        ValueError: no comparison, or more than three.
    """
    if not 1 <= len(differences) <= 3:
        raise ValueError(f"differences: {len(differences)} comparisons; expected one to three")
    words = "Differences in BLEU on drawn test sets: " + ", ".join(differences)
    band = Band(1.7, 0.75, 0.2, above=0.58, below=0.66, columns=len(differences), gap=0.3)
    picture, axes = stack(band, words=words)
    for ax, (name, found) in zip(axes, differences.items(), strict=True):
        ax.hist(found.drawn, bins=25, color=BLUE)
        ax.plot((found.low, found.high), (0, 0), color=ORANGE, linewidth=6, solid_capstyle="butt", clip_on=False)
        ax.axvline(0, color=INK, linewidth=1, linestyle=":")
        title = f"{name}\n{found.difference:+.1f} ({found.low:+.1f} to {found.high:+.1f})"
        ax.set_title(title, fontsize=LABEL_SIZE, color=INK, loc="left")
        style_axes(ax, "difference in BLEU", "draws" if ax is axes[0] else "")
        picture.alt += f"; {name}: {found}"
    return picture
