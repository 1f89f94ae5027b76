"""Shape lab: what nn.GRU returns, as boxes, for every setting that changes a shape."""

from seq2seq_lessons.plots import shape_boxes

from .controls import Choice
from .frames import Frame, Law, frame_of
from .stepped import Explorer

Shapes = dict[str, tuple[int, ...]]
Sizes = tuple[int, int, int, int]  # num_steps, batch_size, input_size, num_hiddens


def shape_lab(*, num_steps: int = 5, batch_size: int = 3, input_size: int = 8, num_hiddens: int = 16) -> Explorer:
    """Layers, directions and batch_first against the shapes of input, output and state.

    Cures: mixing up output and state; "batch_first turns the state round too".
    Law: the printed shapes are those of the tensors that `nn.GRU` took and returned.

    Args:
        num_steps, batch_size, input_size, num_hiddens: four different sizes, so that every number in a shape names its
            axis.

    Raises:
        ValueError: two sizes that are the same.
    """
    sizes = (num_steps, batch_size, input_size, num_hiddens)
    if len(set(sizes)) < 4:
        raise ValueError(
            f"num_steps, batch_size, input_size, num_hiddens = {sizes}: give four different sizes, "
            "or a number in a shape would not say which axis it is"
        )

    def frame_at(layers_at: int, directions_at: int, batch_first_at: int) -> Frame:
        layers, both, batch_first = layers_at + 1, bool(directions_at), bool(batch_first_at)
        axes = _axes(sizes, layers, both, batch_first)
        printed = {name: tuple(size for _, size in named) for name, named in axes.items()}
        status = (
            f"{layers} layer{'s'[: layers - 1]}, {('one direction', 'both directions')[both]}, "
            f"batch_first={batch_first}: output {printed['output']}, state {printed['state']}"
        )
        law = Law(
            "these are the shapes that nn.GRU took and returned",
            _gru_shapes(sizes, layers, both, batch_first) == printed,
        )
        return frame_of(shape_boxes(axes, room=2 * num_hiddens), status, law)

    controls = [
        Choice("layers", ("1", "2"), start=1),
        Choice("directions", ("one", "both"), start=1),
        Choice("batch_first", ("False", "True")),
    ]
    words = (
        f"Boxes for input, output and state of a GRU: {num_steps} steps, batch {batch_size}, "
        f"{input_size} features, {num_hiddens} hidden units."
    )
    return Explorer("Shape lab", words, controls, frame_at)


def _axes(sizes: Sizes, num_layers: int, bidirectional: bool, batch_first: bool) -> dict[str, list[tuple[str, int]]]:
    """The name and the size of each axis of input, output and state."""
    num_steps, batch_size, input_size, num_hiddens = sizes
    outer = [("steps", num_steps), ("batch", batch_size)]
    if batch_first:
        outer.reverse()
    wide, deep, directions = (
        ("directions × hidden", "layers × directions", 2) if bidirectional else ("hidden", "layers", 1)
    )
    return {
        "input": [*outer, ("features", input_size)],
        "output": [*outer, (wide, directions * num_hiddens)],
        "state": [(deep, num_layers * directions), ("batch", batch_size), ("hidden", num_hiddens)],
    }


def _gru_shapes(sizes: Sizes, num_layers: int, bidirectional: bool, batch_first: bool) -> Shapes:
    import torch  # here, so that explorers of plain arrays start without it
    from torch import nn

    num_steps, batch_size, input_size, num_hiddens = sizes
    gru = nn.GRU(input_size, num_hiddens, num_layers, bidirectional=bidirectional, batch_first=batch_first)
    X = torch.zeros(*((batch_size, num_steps) if batch_first else (num_steps, batch_size)), input_size)
    with torch.no_grad():
        output, state = gru(X)
    return {"input": tuple(X.shape), "output": tuple(output.shape), "state": tuple(state.shape)}
