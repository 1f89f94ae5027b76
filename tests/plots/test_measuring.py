"""The pictures of lesson 11: boxes, bars and curves follow the data, bad input is refused."""

import pytest
from matplotlib.colors import to_rgb

from seq2seq_lessons.evaluation import Difference, Report, clipped_matches
from seq2seq_lessons.plots.measuring import (
    MARKERS,
    NO_MATCH,
    SHADES,
    length_curves,
    ngram_rows,
    report_bars,
    seen_and_unseen,
)
from seq2seq_lessons.plots.measuring_draws import difference_histograms
from seq2seq_lessons.plots.style import BLUE, GREY, ORANGE

REFERENCE = ["je", "suis", "chez", "moi", "."]


def report(exact, bleu):
    return Report(bleu=bleu, chrf=50.0, exact_match=exact, num_sentences=9)


def fills(ax):
    return [patch.get_facecolor()[:3] for patch in ax.patches]


def test_ngram_rows_marks_what_counts():
    picture = ngram_rows(["je", "suis", "chez", "toi", "."], REFERENCE)
    (ax,) = picture.axes
    yes, no = to_rgb(BLUE), to_rgb(NO_MATCH)
    assert fills(ax) == [yes, yes, yes, no, yes, yes, yes, no, no, yes, no, no, no, no]
    texts = [text.get_text() for text in ax.texts]
    assert texts[:6] == ["je", "suis", "chez", "toi", ".", "4 of 5"]
    assert texts[-3:] == ["je suis chez toi", "suis chez toi .", "0 of 2"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["n = 1", "n = 2", "n = 3", "n = 4"]
    assert ax.get_ylim() == (4.5, 0.5)  # n = 1 on top
    assert picture.words == "The n-grams of 'je suis chez toi .', for n from 1 to 4, beside 'je suis chez moi .'"
    assert picture.alt.endswith("; n = 1: 4 of 5 right; n = 2: 2 of 4 right; n = 3: 1 of 3 right; n = 4: 0 of 2 right")


def test_an_ngram_that_is_used_up_is_clipped():
    said = ["je", "je", "suis", "toi", "je"]
    picture = ngram_rows(said, REFERENCE, max_n=2)
    (ax,) = picture.axes
    yes, used, no = map(to_rgb, (BLUE, ORANGE, NO_MATCH))
    assert fills(ax) == [yes, used, yes, no, used, no, yes, no, no]
    counted = [text.get_text() for text in ax.texts if " of " in text.get_text()]
    assert counted == [f"{clipped_matches(said, [REFERENCE], n)} of {6 - n}" for n in (1, 2)]
    named = [text.get_text() for text in picture.legends[0].get_texts()]
    assert named == ["counts", "used up: clipped", "not in the reference"]


def test_a_short_translation_has_as_many_rows_as_it_has_tokens():
    assert len(ngram_rows(["va", "!"], REFERENCE).axes[0].get_yticks()) == 2


@pytest.mark.parametrize("wrong", [{"said": []}, {"max_n": 0}])
def test_ngram_rows_refuses(wrong):
    with pytest.raises(ValueError, match="expected at least one of each"):
        ngram_rows(**{"said": ["va"], "reference": ["va"]} | wrong)


def test_report_bars():
    picture = report_bars(
        {
            "seen": {"model": report(95, 97), "copier": report(100, 99)},
            "unseen": {"model": report(60, 70.4), "copier": report(0.5, 48)},
        }
    )
    for ax, values, title in zip(
        picture.axes, ([95, 100, 60, 0.5], [97, 99, 70.4, 48]), ("exact match (%)", "BLEU (0 to 100)"), strict=True
    ):
        assert [bar.get_width() for bar in ax.patches] == values
        assert fills(ax) == [to_rgb(BLUE), to_rgb(GREY)] * 2
        assert [text.get_text() for text in ax.texts] == [f"{value:.0f}" for value in values]
        assert ax.get_xlim() == (0, 100) and ax.get_xlabel() == title
        middles = [bar.get_y() + bar.get_height() / 2 for bar in ax.patches]
        assert middles == sorted(middles) and ax.get_ylim() == (1.5, -0.5)
    assert [label.get_text() for label in picture.axes[0].get_yticklabels()] == ["seen", "unseen"]
    assert [text.get_text() for text in picture.legends[0].get_texts()] == ["model", "copier"]
    assert picture.words == "Exact match and BLEU of model and copier: seen, unseen"
    assert picture.alt.endswith("unseen: model 60 % exact, BLEU 70, copier 0 % exact, BLEU 48")


def test_one_system_needs_no_legend():
    picture = report_bars({"first": {"model": report(50, 60)}})
    assert not picture.legends and fills(picture.axes[0]) == [to_rgb(BLUE)]


@pytest.mark.parametrize(
    "reports",
    [{}, {"a": {}}, {"a": {n: report(1, 1) for n in "xyz"}}, {"a": {"x": report(1, 1)}, "b": {"y": report(1, 1)}}],
)
def test_report_bars_refuse(reports):
    with pytest.raises(ValueError, match="one or two systems, the same for every test set"):
        report_bars(reports)


CURVES = {
    "small": [report(90, 95), report(10, 40)],
    "large": [report(95, 97), report(30, 60)],
    "control": [report(99, 99), report(96, 98)],
    "copier": [report(0, 30), report(0, 25)],
}


def test_length_curves():
    picture = length_curves([4, 20], CURVES, control="control", baseline="copier")
    for ax, field in zip(picture.axes, ("exact_match", "bleu"), strict=True):
        assert [list(line.get_ydata()) for line in ax.lines] == [
            [getattr(r, field) for r in reports] for reports in CURVES.values()
        ]
        assert all(list(line.get_xdata()) == [4, 20] for line in ax.lines)
        assert [line.get_color() for line in ax.lines] == [*SHADES[1:], ORANGE, GREY]
        assert [line.get_marker() for line in ax.lines] == [*MARKERS[:2], "D", "x"]
        assert [line.get_linestyle() for line in ax.lines] == ["-", "-", "-", "--"]
        assert ax.get_ylim() == (0, 100) and ax.get_xlabel() == "source length (tokens)"
    assert [text.get_text() for text in picture.legends[0].get_texts()] == list(CURVES)
    assert picture.words == "Exact match and BLEU by source length, 2 groups: small, large, control, copier"
    assert "groups of mean length 4, 20; small: exact match 90, 10, BLEU 95, 40; large:" in picture.alt


def test_nothing_need_stand_apart():
    ax = length_curves([4, 20], {"small": CURVES["small"]}).axes[0]
    assert [line.get_color() for line in ax.lines] == [SHADES[-1]]


@pytest.mark.parametrize(
    ("lengths", "curves"),
    [([4], {"a": [report(1, 1)]}), ([4, 5, 6], CURVES), ([4, 20], {n: CURVES["small"] for n in "abcd"})],
)
def test_length_curves_refuse(lengths, curves):
    with pytest.raises(ValueError, match="expected"):
        length_curves(lengths, curves)


BOTH = {"small": (CURVES["control"], CURVES["small"]), "large": (CURVES["large"], CURVES["copier"])}


def test_seen_and_unseen():
    picture = seen_and_unseen([4, 20], BOTH)
    for ax, (name, (seen, unseen)) in zip(picture.axes, BOTH.items(), strict=True):
        assert ax.get_title(loc="left") == name and ax.get_ylim() == (0, 100)
        assert [list(line.get_ydata()) for line in ax.lines] == [
            [r.exact_match for r in part] for part in (seen, unseen)
        ]
        assert [line.get_color() for line in ax.lines] == [BLUE, ORANGE]
        missed, lost = (collection.get_paths()[0].vertices for collection in ax.collections)
        assert missed[:, 1].max() == 100 and missed[:, 1].min() == min(r.exact_match for r in seen)
        assert lost[:, 1].max() == max(r.exact_match for r in seen)
        assert lost[:, 1].min() == min(r.exact_match for r in unseen)
    assert picture.axes[0].get_ylabel() == "exact match (%)"
    named = [text.get_text() for text in picture.legends[0].get_texts()]
    assert named == ["training rows", "unseen", "missed when seen", "lost when unseen"]
    assert picture.words == (
        "Exact match by source length, 2 groups, on training rows and on unseen sentences: small, large"
    )
    assert "; small: training rows 99, 96, unseen 90, 10; large: training rows 95, 30, unseen 0, 0;" in picture.alt
    assert picture.alt.endswith("groups of mean length 4, 20")


@pytest.mark.parametrize(
    ("lengths", "curves"),
    [
        ([4, 20], {}),
        ([4, 20], {n: BOTH["small"] for n in "abcd"}),
        ([4], BOTH),
        ([4, 5, 6], BOTH),
        ([4, 20], {"small": (CURVES["small"], CURVES["small"][:1])}),
    ],
)
def test_seen_and_unseen_refuse(lengths, curves):
    with pytest.raises(ValueError, match="expected"):
        seen_and_unseen(lengths, curves)


def test_seeds_are_dots_around_their_mean():
    runs = [CURVES["small"], CURVES["large"]]
    ax = length_curves([4, 20], CURVES, control="control", baseline="copier", seeds={"large": runs}).axes[0]
    assert [c.get_offsets().tolist() for c in ax.collections] == [[[4, 90], [20, 10]], [[4, 95], [20, 30]]]
    assert {to_rgb(c.get_facecolor()[0][:3]) for c in ax.collections} == {to_rgb(SHADES[2])}
    picture = seen_and_unseen([4, 20], BOTH, seeds={"large": (runs, runs[::-1])})
    first, second = (ax.collections[2:] for ax in picture.axes)
    assert not first and [c.get_offsets().tolist()[1] for c in second] == [[20, 10], [20, 30], [20, 30], [20, 10]]
    assert [to_rgb(c.get_facecolor()[0][:3]) for c in second] == [to_rgb(BLUE)] * 2 + [to_rgb(ORANGE)] * 2
    assert len(picture.legends[0].get_texts()) == 4


BETTER = Difference(1.25, -0.2, 2.75, sorted([1.0, 1.25, 1.5, -0.5, 3.0] * 20))


def test_difference_histograms():
    picture = difference_histograms({"beam - greedy": BETTER, "greedy - copier": BETTER._replace(low=0.5)})
    for ax, low in zip(picture.axes, (-0.2, 0.5), strict=True):
        assert sum(bar.get_height() for bar in ax.patches) == 100
        interval, zero = ax.lines
        assert list(interval.get_xdata()) == [low, 2.75] and list(zero.get_xdata()) == [0, 0]
        assert ax.get_xlim()[0] < min(low, 0) and ax.get_xlim()[1] > 2.75  # 0 is seen, wherever the draws lie
    assert picture.axes[0].get_title(loc="left") == "beam - greedy\n+1.2 (-0.2 to +2.8)"
    assert picture.alt.endswith("; greedy - copier: +1.2 BLEU, 95 % interval +0.5 to +2.8")


@pytest.mark.parametrize("names", ["", "abcd"])
def test_difference_histograms_refuse(names):
    with pytest.raises(ValueError, match="expected one to three"):
        difference_histograms(dict.fromkeys(names, BETTER))


@pytest.mark.parametrize(
    "picture",
    [
        difference_histograms({"beam of five - greedy": BETTER, "translator - copier": BETTER}),
        seen_and_unseen([4, 23], {name: BOTH["small"] for name in ("vector-128", "vector-256", "attention-128")}),
        ngram_rows(["anticonstitutionnellement"] * 8, REFERENCE),
        report_bars({"training rows": {"translator": report(100, 100), "copier": report(0, 81)}}),
        length_curves(
            [4, 24], CURVES | {"a third one of these": CURVES["small"]}, control="control", baseline="copier"
        ),
        length_curves([3, 9], {"translator": CURVES["small"], "copier": CURVES["copier"]}, baseline="copier"),
    ],
)
def test_everything_stays_inside_the_picture_and_nothing_overlaps(picture):
    picture.canvas.draw()
    boxes = [ax.get_tightbbox() for ax in picture.axes] + [legend.get_window_extent() for legend in picture.legends]
    assert all(box.x0 >= 0 and box.x1 <= picture.bbox.x1 and box.y0 >= 0 and box.y1 <= picture.bbox.y1 for box in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    for text in picture.axes[0].texts[:1]:
        assert text.get_window_extent().width <= picture.axes[0].get_window_extent().width
