"""Shape lab: what nn.GRU returns, as boxes, for every setting that changes a shape."""

from __future__ import annotations

from collections.abc import Callable

from seq2seq_lessons.plots import shape_boxes

from .stepped import Choice, Explorer, Frame, Law, frame_of

Shapes = dict[str, tuple[int, ...]]


def shape_lab(
    *,
    num_steps: int = 5,
    batch_size: int = 3,
    input_size: int = 8,
    num_hiddens: int = 16,
    returned: Callable[[int, bool, bool], Shapes] | None = None,
) -> Explorer:
    """Layers, directions and batch_first against the shapes of input, output and state.

    Cures: mixing up output and state; "batch_first turns the state round too".
    Law: the printed shapes are those of the tensors that `nn.GRU` took and returned.

    The four sizes must differ, so that every number in a shape names its axis; ValueError otherwise.
    returned: (num_layers, bidirectional, batch_first) -> {"input": shape, "output": shape, "state": shape};
        runs a real `nn.GRU` unless given.
    """
    sizes = (num_steps, batch_size, input_size, num_hiddens)
    if len(set(sizes)) < 4:
        raise ValueError(
            f"num_steps, batch_size, input_size, num_hiddens = {sizes}: give four different sizes, "
            "or a number in a shape would not say which axis it is"
        )
    if returned is None:

        def returned(num_layers, bidirectional, batch_first):
            return _gru_shapes(sizes, num_layers, bidirectional, batch_first)

    def frame_at(layers_at: int, directions_at: int, batch_first_at: int) -> Frame:
        layers, directions, batch_first = layers_at + 1, directions_at + 1, bool(batch_first_at)
        outer = (
            [("batch", batch_size), ("steps", num_steps)]
            if batch_first
            else [("steps", num_steps), ("batch", batch_size)]
        )
        wide = "directions × hidden" if directions == 2 else "hidden"
        deep = "layers × directions" if directions == 2 else "layers"
        axes = {
            "input": [*outer, ("features", input_size)],
            "output": [*outer, (wide, directions * num_hiddens)],
            "state": [(deep, layers * directions), ("batch", batch_size), ("hidden", num_hiddens)],
        }
        printed = {name: tuple(size for _, size in named) for name, named in axes.items()}
        actual = returned(layers, directions == 2, batch_first)
        status = (
            f"{layers} layer{'s'[: layers - 1]}, {('one direction', 'both directions')[directions_at]}, "
            f"batch_first={batch_first}: output {printed['output']}, state {printed['state']}"
        )
        law = Law(
            "these are the shapes that nn.GRU took and returned",
            {name: tuple(shape) for name, shape in actual.items()} == printed,
        )
        return frame_of(shape_boxes(axes, room=2 * num_hiddens), status, law)

    controls = [
        Choice("layers", ("1", "2"), start=1),
        Choice("directions", ("one", "both"), start=1),
        Choice("batch_first", ("False", "True"), start=1),
    ]
    words = (
        f"Boxes for input, output and state of a GRU: {num_steps} steps, batch {batch_size}, "
        f"{input_size} features, {num_hiddens} hidden units."
    )
    return Explorer("Shape lab", words, controls, frame_at)


def _gru_shapes(sizes: tuple[int, int, int, int], num_layers: int, bidirectional: bool, batch_first: bool) -> Shapes:
    import torch  # here, so that explorers of plain arrays start without it
    from torch import nn

    num_steps, batch_size, input_size, num_hiddens = sizes
    gru = nn.GRU(input_size, num_hiddens, num_layers, bidirectional=bidirectional, batch_first=batch_first)
    X = torch.zeros(*((batch_size, num_steps) if batch_first else (num_steps, batch_size)), input_size)
    with torch.no_grad():
        output, state = gru(X)
    return {"input": tuple(X.shape), "output": tuple(output.shape), "state": tuple(state.shape)}
