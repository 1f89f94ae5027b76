"""The machine: parts in colour and all else pale, a trace's own numbers, and no text over a text or under a line."""

import io
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from seq2seq_lessons.decoder import Seq2SeqDecoder
from seq2seq_lessons.plots.machine import FED, FED_IDS, LESSONS, READ, READ_IDS, SAID, VIEWS, machine, machine_of
from seq2seq_lessons.plots.pen import Pen, cut_to, pale, sheet
from seq2seq_lessons.plots.style import GREEN
from seq2seq_lessons.plots.unrolled import PER_BAND, bands, plan
from seq2seq_lessons.text import Vocab
from tests.toy import random_translator

ROOT = Path(__file__).parents[2]
RNG = np.random.default_rng(1)


def trace_like(
    num_read, num_written, num_layers=1, units=10, longest=("toujours", "n'arriverons", "anticonstitutionnel")
):
    """Arguments of `machine_of`: random states in (-1, 1), random scores, words of all lengths."""
    words = ["i", "am", "home", "<eos>", *longest]
    read, said = ([words[step % len(words)] for step in range(steps)] for steps in (num_read, num_written))
    encoder, decoder = (np.tanh(RNG.normal(size=(steps, num_layers, units))) for steps in (num_read, num_written))
    shares = [sorted(RNG.dirichlet([0.5] * 4)[:3], reverse=True) for _ in said]
    top = [
        [(word, share), ("va", row[1]), (longest[0], row[2])]
        for word, row in zip(said, shares, strict=True)
        for share in row[:1]
    ]
    return read, encoder, ["<bos>", *said[:-1]], decoder, top, said


def with_ids(*arguments):
    return machine_of(*arguments, ids=(range(1000, 1000 + len(arguments[0])), range(len(arguments[2]))))


SHAPES = dict.fromkeys(("state", "layer 1", "layer 2", "embedding", "scores"), "(1, 1, 3531)")


def skipping(num_read, num_written, num_layers=1):
    """The last two of the tokens are pads, which the encoder skips."""
    read, encoder, *rest = trace_like(num_read, num_written, num_layers)
    return machine_of([*read[:-2], "<pad>", "<pad>"], encoder[:-2], *rest)


TRACES = {
    "short": lambda: with_ids(*trace_like(4, 6)),
    "two tokens": lambda: machine_of(*trace_like(1, 1)),
    "one band, two layers": lambda: with_ids(*trace_like(4, 6, 2)),
    "two bands": lambda: with_ids(*trace_like(10, 9)),
    "two bands, two layers": lambda: machine_of(*trace_like(8, 10, 2)),
    "drifting, shapes": lambda: machine_of(*trace_like(4, 6), context="drifting", shapes=SHAPES),
    "two bands, drifting, shapes": lambda: machine_of(*trace_like(7, 9, 2), context="drifting", shapes=SHAPES),
    "pads skipped": lambda: skipping(6, 4),
    "pads skipped, two bands": lambda: skipping(8, 9, 2),
    "no context": lambda: machine_of(*trace_like(4, 6), context="none"),
    "wrapped, three layers": lambda: with_ids(*trace_like(12, 11, 3)),
}
drawn = lru_cache(machine)
ALL = {name: lambda name=name: drawn(name) for name in VIEWS} | TRACES
ALL |= {"two layers": lambda: drawn("handover", 2)}


@pytest.fixture(params=ALL, scope="module")
def picture(request):
    picture = ALL[request.param]()
    picture.canvas.draw()
    return picture


def texts(picture):
    return [text for text in picture.findobj(Text) if text.get_text().strip()]


def boxes(picture):
    """The place of every text, less a hair: letters that only touch do not overlap."""
    return {text: text.get_window_extent().padded(-1) for text in texts(picture)}


def overlapping(picture):
    """The texts that lie over one another, leave the picture, or are crossed by a line."""
    places = boxes(picture)
    width, height = picture.bbox.size
    over = [(a.get_text(), b.get_text()) for a, b in combinations(places, 2) if places[a].overlaps(places[b])]
    outside = [t.get_text() for t, b in places.items() if b.x0 < 0 or b.y0 < 0 or b.x1 > width or b.y1 > height]
    points = np.concatenate([points_of(line) for line in picture.findobj(FancyArrowPatch)])
    crossed = [text.get_text() for text, box in places.items() if box.count_contains(points)]
    return over, outside, crossed


def points_of(line):
    """Points along a line and its head, closer together than a letter is wide."""
    path = line.get_transform().transform_path(line.get_path())
    ways = path.to_polygons(closed_only=False)
    return np.concatenate(
        [np.linspace(a, b, 2 + int(np.hypot(*(b - a)) / 3)) for way in ways for a, b in pairwise(way)]
    )


def test_no_text_lies_over_another_leaves_the_picture_or_is_crossed_by_a_line(picture):
    assert overlapping(picture) == ([], [], [])


def test_text_is_readable(picture):
    sizes = {text.get_text(): text.get_fontsize() for text in texts(picture)}
    assert min(sizes.values()) >= 8
    is_schematic = picture.alt.count("it says") == 0
    assert not is_schematic or min(sizes.values()) >= 11


def test_tokens_stay_in_their_pills(picture):
    pills = [
        p.get_window_extent() for p in picture.findobj(FancyBboxPatch) if p.get_boxstyle().__class__.__name__ == "Round"
    ]
    centres = {(round((p.x0 + p.x1) / 2), round((p.y0 + p.y1) / 2)): p for p in pills}
    inside = 0
    for text in texts(picture):
        x, y = text.get_transform().transform(text.get_position())
        if pill := centres.get((round(x), round(y))):
            inside += 1
            box = text.get_window_extent()
            assert pill.x0 <= box.x0 and box.x1 <= pill.x1, text.get_text()
    assert inside == len(pills) > 0


def test_card_is_white_and_of_the_width_of_a_notebook(picture):
    pixels = np.asarray(Image.open(io.BytesIO(picture.png())))
    assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()
    assert picture.css_size[0] == 864


@pytest.mark.parametrize("view", VIEWS)
def test_a_lesson_can_hold_one(view):
    data, metadata = drawn(view)._repr_mimebundle_()
    assert len(data["image/png"]) < 60_000
    assert metadata["image/png"]["alt"].startswith(data["text/plain"])


def colours(artist):
    """The colours in which an artist is drawn."""
    if isinstance(artist, Text):
        return {to_rgb(artist.get_color())}
    if isinstance(artist, QuadMesh):
        return {tuple(colour[:3]) for colour in artist.cmap(np.linspace(0, 1, 11))}
    faces = (artist.get_facecolor(), artist.get_edgecolor())
    return {tuple(face[:3]) for face in faces if face[3] > 0}


def by_part(picture):
    """Part -> the colours of its artists, white aside."""
    found = {}
    for artist in picture.axes[0].get_children():
        if artist.get_gid():
            found.setdefault(artist.get_gid(), set()).update(colours(artist) - {(1.0, 1.0, 1.0)})
    return found


def place(artist):
    """Where an artist is drawn; a mesh's own window extent takes its data for pixels."""
    if not isinstance(artist, QuadMesh):
        return artist.get_window_extent()
    corners = artist.get_transform().transform(artist.get_coordinates().reshape(-1, 2))
    return Bbox([corners.min(axis=0), corners.max(axis=0)])


def is_gray(colour):
    return max(colour) - min(colour) < 1e-6


WHOLE = by_part(drawn("whole"))
PALE_INK = to_rgb(pale("black", 0.48))[0]


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "whole"])
def test_exactly_the_parts_of_a_view_are_in_colour(name):
    lit, found_in = set(VIEWS[name].parts), by_part(drawn(name))
    assert lit <= set(found_in)
    for part, found in found_in.items():
        if part in lit:
            assert any(not is_gray(colour) for colour in found)
            assert found == WHOLE.get(part, found)
        elif part != "title":
            assert all(is_gray(colour) and colour[0] >= PALE_INK - 1e-6 for colour in found), part


def test_a_rows_name_belongs_to_its_part():
    names = {text.get_text(): text.get_gid() for text in texts(drawn("loss"))}
    owners = {
        "says": "said",
        "scores": "scores",
        "loss": "loss",
        "right word": "labels",
        "token": "tokens",
        "id": "tokens",
    }
    owners |= {"embedding": "embedding", "state": "encoder", "context": "context", "first\nstate": "handover"}
    assert {name: names[name] for name in owners} == owners


@pytest.mark.parametrize("name", ["encoder", "context", "scores", "loss"])
def test_no_coloured_pixel_lies_outside_what_is_in_colour(name):
    picture, lit = drawn(name), {*VIEWS[name].parts, "title"}
    pixels = np.asarray(Image.open(io.BytesIO(picture.png()))).astype(int)
    coloured = pixels.max(axis=2) - pixels.min(axis=2) > 6
    assert coloured.sum() > 1000
    for artist in picture.axes[0].get_children():
        if artist.get_gid() in lit:
            box = place(artist).padded(3)
            coloured[
                max(0, int(len(pixels) - box.y1)) : int(len(pixels) - box.y0) + 1, max(0, int(box.x0)) : int(box.x1) + 1
            ] = False
    assert not coloured.any()


def test_every_lesson_has_a_view_and_says_what_it_shows():
    assert set(LESSONS) == {path.name[:2] for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert set(LESSONS.values()) <= set(VIEWS)
    for name, view in VIEWS.items():
        picture = drawn(name)
        assert {view.title, view.text} <= {text.get_text() for text in texts(picture)}
        assert picture.words.endswith(view.title if view.parts else "all of it")
        assert " ".join(view.text.split()) in picture.alt


def test_the_example_is_coded_by_vocabularies_of_this_one_pair():
    assert Vocab.build([READ], min_freq=1).encode(READ) == list(READ_IDS)
    assert Vocab.build([SAID], min_freq=1).encode(FED) == list(FED_IDS)
    shown = [text.get_text() for text in texts(drawn("tokens")) if text.get_gid() == "tokens"]
    assert [int(text) for text in shown if text.isdigit()] == [*READ_IDS, *FED_IDS]


def test_the_context_is_drawn_as_copies_of_the_encoders_last_state():
    meshes = [mesh for mesh in drawn("whole").findobj(QuadMesh)]
    last = [mesh for mesh in meshes if mesh.get_gid() == "encoder"][-1].get_array()
    copies = [mesh.get_array() for mesh in meshes if mesh.get_gid() == "context"]
    assert len(copies) == len(SAID) and all((copy == last[:1]).all() for copy in copies)


def test_what_is_said_is_fed_next_and_in_forcing_the_right_word():
    for name, part, above in (("feedback", "feedback", "said"), ("forcing", "forcing", "labels")):
        picture = drawn(name)
        middles = {gid: [t.get_position() for t in texts(picture) if t.get_gid() == gid] for gid in ("tokens", above)}
        ways = [
            np.concatenate(line.get_path().to_polygons(closed_only=False))
            for line in picture.findobj(FancyArrowPatch)
            if line.get_gid() == part
        ]
        from_, to = ways[::2], ways[1::2]  # the dashes, then the head
        assert len(from_) == len(to) == len(SAID) - 1
        starts = sorted({tuple(way[0]) for way in from_})
        written = sorted(place for place in middles[above] if place[0] > 4.8)
        fed = [place for place in middles["tokens"] if place[0] > 4.8 and abs(place[1] - to[0][0][1]) < 0.01]
        assert [x for x, _ in starts] == pytest.approx([x + 0.305 for x, _ in written[:-1]], abs=0.01)
        assert [y for _, y in starts] == pytest.approx([y for _, y in written[:-1]])
        assert [way[:, 0].max() for way in to] == pytest.approx([x - 0.305 for x, _ in fed[1:]], abs=0.02)


def test_an_unknown_view_is_refused():
    with pytest.raises(ValueError, match="'gate'; expected one of whole, tokens"):
        drawn("gate")
    with pytest.raises(ValueError, match="num_layers is 0"):
        machine("context", 0)


def test_with_two_layers_a_state_is_handed_over_in_each_and_the_context_comes_from_the_top():
    lines = drawn("handover", 2).findobj(FancyArrowPatch)
    starts = {
        part: {line.get_path().vertices[0][1] for line in lines if line.get_gid() == part}
        for part in ("handover", "context")
    }
    top, bottom = sorted(starts["handover"])
    assert top < min(starts["context"]) < (top + bottom) / 2  # inches from above


# with a model's numbers


@pytest.fixture(scope="module")
def trace():
    """Of a translator with random weights, two layers of seven units."""
    vocab = Vocab.build([["anna", "ben", "sings", "."]], min_freq=1)
    return random_translator(Seq2SeqDecoder, vocab, num_steps=6, seed=2).trace("anna sings.")


def of(trace, **options):
    tops = [step.top[:3] for step in trace.steps]
    fed, said = [step.fed for step in trace.steps], [step.token for step in trace.steps]
    hidden = [step.hidden for step in trace.steps]
    return machine_of(trace.source_tokens, trace.encoder_states, fed, hidden, tops, said, **options)


def test_all_numbers_of_all_states_are_the_tensors_own(trace):
    meshes = [mesh for mesh in of(trace).findobj(QuadMesh) if mesh.get_array().shape[0] > 1]
    steps = [*trace.encoder_states, *(step.hidden for step in trace.steps)]
    layers = [layer for step in steps for layer in step]
    assert len(meshes) == len(layers)
    for mesh, layer in zip(meshes, layers, strict=True):
        shown = np.ma.filled(mesh.get_array(), np.nan).ravel()
        assert torch.equal(torch.tensor(shown[: len(layer)]), layer.double()) and np.isnan(shown[len(layer) :]).all()
        assert (mesh.cmap.name, mesh.get_clim()) == ("RdBu_r", (-1, 1))


def test_layer_one_stands_below_layer_two(trace):
    lower, upper = [m for m in of(trace).findobj(QuadMesh) if m.get_gid() == "encoder" and m.get_array().shape[0] > 1][
        :2
    ]
    assert lower.get_coordinates()[..., 1].min() > upper.get_coordinates()[..., 1].max()  # inches from the top


def test_bars_and_percents_are_the_probabilities(trace):
    picture = of(trace)
    bars = [patch.get_bbox().width for patch in picture.findobj(FancyBboxPatch) if patch.get_gid() == "scores"]
    probabilities = [share for step in trace.steps for _, share in step.top[:3]]
    unit = max(bars) / max(probabilities)
    assert bars == pytest.approx([unit * share for share in probabilities])
    said = [text.get_text() for text in texts(picture) if text.get_gid() == "said" and "%" in text.get_text()]
    assert said == [f"{step.top[0][1]:.0%}" for step in trace.steps]
    for step in trace.steps:
        assert f"fed '{step.fed}' it says '{step.token}' (best: '{step.token}' {step.top[0][1]:.0%}" in picture.alt


def test_a_word_that_is_not_among_the_best_has_no_number_and_a_small_share_is_not_nothing():
    arguments = list(trace_like(2, 2))
    arguments[4] = [[("je", 0.9), ("tu", 0.004)], [("suis", 1.0)]]
    arguments[5] = ["tu", "vas"]
    assert [t.get_text() for t in texts(machine_of(*arguments)) if t.get_text().endswith("%")] == ["<1%"]


def test_words_hold_nothing_that_a_model_decides():
    read, encoder, fed, decoder, top, said = trace_like(4, 6)
    other = machine_of(read, encoder / 2, fed[:3], decoder[:3], top[:3], ["a", "b", "c"])
    same = machine_of(read, encoder, fed, decoder, top, said)
    assert other.words == same.words and " ".join(read) in same.words and other.alt != same.alt


def test_what_comes_after_a_step_is_under_a_veil():
    arguments = trace_like(4, 6)
    veils = {
        step: [p.get_window_extent() for p in picture.findobj(FancyBboxPatch) if p.get_gid() == "veil"]
        for step in (None, 2, 7, 10)
        for picture in [machine_of(*arguments, step=step)]
    }
    assert [len(veils[step]) for step in (None, 2, 7, 10)] == [0, 1, 1, 0]
    states = sorted(place(m).x0 for m in machine_of(*arguments).findobj(QuadMesh) if m.get_array().shape[0] > 1)
    for step in (2, 7):
        assert states[step - 1] < veils[step][0].x0 < states[step]


def test_skipped_pads_have_no_state_and_the_last_token_hands_over():
    picture, whole = skipping(8, 9), machine_of(*trace_like(8, 9))
    counts = [
        sum(m.get_gid() == "encoder" and m.get_array().shape[0] > 1 for m in p.findobj(QuadMesh))
        for p in (picture, whole)
    ]
    assert counts == [6, 8]
    starts = [
        line.get_path().vertices[0][0]
        for p in (picture, whole)
        for line in p.findobj(FancyArrowPatch)
        if line.get_gid() == "handover"
    ]
    assert starts[0] < starts[1]


def test_a_drifting_context_comes_from_each_step_before():
    lines = [
        line
        for line in machine_of(*trace_like(4, 6), context="drifting").findobj(FancyArrowPatch)
        if line.get_gid() == "context"
    ]
    starts = [line.get_path().vertices[0][0] for line in lines]
    assert len(lines) == 6 and starts == sorted(set(starts))
    assert (
        len({line.get_edgecolor()[:3] for line in lines[1:]}) == 1
        and lines[0].get_edgecolor() != lines[1].get_edgecolor()
    )


def test_one_line_leads_the_encoders_last_state_along_the_decoder_and_branches_into_every_step():
    picture = machine_of(*trace_like(3, 4))
    lines = [line for line in picture.findobj(FancyArrowPatch) if line.get_gid() == "context"]
    assert len(lines) == 4 and {line.get_edgecolor()[:3] for line in lines} == {to_rgb(GREEN)}
    *branches, rail = [line.get_path().vertices[0][0] for line in lines]  # where they start
    assert rail < branches[0] and all(a < b for a, b in pairwise(branches))


@pytest.mark.parametrize(
    ("num_read", "num_written", "read_bands", "written_bands"), [(4, 6, 1, 1), (5, 6, 1, 1), (11, 21, 2, 3)]
)
def test_long_sentences_wrap_and_cells_stay_large(num_read, num_written, read_bands, written_bands):
    places = plan(num_read, num_written, 2, 1.0, 0.4, 1.5)
    assert (len(bands(places.reading)), len(bands(places.writing))) == (read_bands, written_bands)
    assert places.is_one_band == (num_read + num_written <= PER_BAND)
    assert places.cell >= 0.5 and places.pill >= 0.55
    rows = bands([*places.reading, *places.writing])
    assert all(upper[0].bottom < lower[0].top for upper, lower in pairwise(rows))
    assert places.height > rows[-1][0].bottom


@pytest.mark.parametrize(
    ("number", "value", "message"),
    [
        (1, np.zeros((3, 1, 10)), r"encoder: states of shape \(3, 1, 10\) for 4 tokens"),
        (3, np.zeros((6, 2, 10)), "decoder: .* as many layers and units in both halves"),
        (3, np.full((6, 1, 10), 1.5), "between -1 and 1"),
        (3, np.full((6, 1, 10), np.nan), "between -1 and 1"),
        (4, [[("a", 1.0)]], "'top': 1"),
        (4, [[]] * 6, "a token at least in each top"),
        (5, ["a"], "'said': 1"),
    ],
)
def test_what_does_not_fit_is_refused(number, value, message):
    arguments = list(trace_like(4, 6))
    arguments[number] = value
    with pytest.raises(ValueError, match=message):
        machine_of(*arguments)


def test_ids_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="ids: 1 and 6 for 4 tokens read and 6 fed"):
        machine_of(*trace_like(4, 6), ids=([1], range(6)))


def test_a_long_token_is_cut_where_it_would_be_too_small():
    assert cut_to("anticonstitutionnellement", 0.6).endswith("…") and cut_to("je", 0.6) == "je"


def test_a_part_that_is_not_lit_is_gray_and_no_less_visible_than_pale():
    _, ax = sheet(2, 1, "words")
    pen = Pen(ax, {"a"})
    assert pen.ink("a", GREEN) == pen.fill("a", GREEN) == GREEN
    assert is_gray(to_rgb(pen.ink("b", GREEN))) and to_rgb(pen.ink("b", GREEN)) < to_rgb(pen.fill("b", GREEN))
