import numpy as np
import pytest

from seq2seq_lessons.plots.memory import memory_curves


def test_curves_are_drawn_and_named():
    picture = memory_curves({"fades": np.geomspace(1, 1e-6, 20), "grows": np.geomspace(1, 50, 20)})
    (ax,) = picture.axes
    assert [list(line.get_ydata()[[0, -1]]) for line in ax.lines] == [[1, pytest.approx(1e-6)], [1, pytest.approx(50)]]
    assert picture.words == "Curves over 20 steps of how far a nudge to word 1 moves the state: fades, grows"
    assert (
        picture.alt == f"{picture.words}; fades: 1 after step 1, 1e-06 after step 20; grows: 1 after step 1, "
        "5e+01 after step 20"
    )
    assert picture.png().startswith(b"\x89PNG")


def test_labels_keep_their_distance_and_the_scale_is_fixed():
    picture = memory_curves(
        {name: np.geomspace(1, last, 5) for name, last in {"a": 1e-9, "b": 1e-9, "c": 0.1, "d": 0.11}.items()}
    )
    (ax,) = picture.axes
    places = sorted(np.log10(text.xy[1]) for text in ax.texts)
    assert min(np.diff(places)) >= 0.74
    assert ax.get_ylim() == (1e-7, 1e2)


@pytest.mark.parametrize(
    "curves",
    [
        {},
        {"a": [1.0]},
        {"a": [1, 0.5], "b": [1, 0.5, 0.2]},
        {"a": [1, 0]},
        {"a": [[1, 1], [1, 1]]},
        {name: [1, 1] for name in "abcde"},
    ],
)
def test_bad_curves_are_refused(curves):
    with pytest.raises(ValueError, match="expected"):
        memory_curves(curves)
