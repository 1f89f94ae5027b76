"""Pictures of the course: plain arrays and strings in, a matplotlib Figure with alt text out.

Every function returns a `Picture` (a Figure): show it by ending a cell with it. Its stored text/plain is a sentence
without model-dependent numbers, so a cell that ends with a picture passes strict nbval (which skips the PNG itself).
"""

from .curves import length_histogram, loss_curve, topk_bars
from .rnn import rnn_grid
from .shapes import shape_boxes
from .states import Panel, context_strip, state_heatmap, state_panels, state_strips
from .style import Picture

__all__ = [
    "Panel",
    "Picture",
    "context_strip",
    "length_histogram",
    "loss_curve",
    "rnn_grid",
    "shape_boxes",
    "state_heatmap",
    "state_panels",
    "state_strips",
    "topk_bars",
]
