"""Stored results: what the command measures and writes, what a lesson reads, and whether the delivered ones hold."""

import json
import statistics
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from seq2seq_lessons.corpus import split_by_source
from seq2seq_lessons.evaluation import Report
from seq2seq_lessons.support import shared_models
from seq2seq_lessons.support.results import files, lengths
from seq2seq_lessons.support.results.__main__ import EXPERIMENTS, main
from seq2seq_lessons.support.results.lengths import DESIGNS, length_groups, mean, measure, reverse_words, stored
from seq2seq_lessons.text import tokenize
from seq2seq_lessons.translator import Translator
from tests.toy import BRIEFLY, PAIRS

DELIVERED = Path(__file__).parents[2] / "notebooks" / "results"
SPLITS = {"train": PAIRS, "random": PAIRS[::-2]}
SOURCES = [source for source, _ in SPLITS["random"]]


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Toy pairs, small designs, an empty folder; one thread for the processes, as two would share torch's generator."""
    small = {
        name: design._replace(model=replace(design.model, embed_size=4, num_hiddens=6))
        for name, design in DESIGNS.items()
    }
    monkeypatch.setattr(lengths, "DESIGNS", small)
    monkeypatch.setattr(lengths, "COMPARISON_TRAINING", replace(BRIEFLY, val_fraction=0.2))
    monkeypatch.setattr(lengths, "load_splits", lambda name: SPLITS)
    monkeypatch.setattr(shared_models, "ProcessPoolExecutor", lambda number, context: ThreadPoolExecutor(1))
    monkeypatch.setattr(files, "delivered", lambda: tmp_path / "delivered")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_writes_what_a_lesson_reads(toy, capsys):
    main(["vector-64", "lstm-128", "--seeds", "2"])
    assert capsys.readouterr().out.splitlines() == [
        str(Path("results", f"{name}.json")) for name in ("vector-64", "lstm-128")
    ]
    told = json.loads((toy / "results" / "lstm-128.json").read_text())
    assert told["command"].endswith("results lstm-128 --seeds 2") and told["model"]["cell"] == "lstm"
    assert set(told["machine"]) == {"system", "cores", "threads", "torch", "instruction_set"}  # and no name of it
    assert [seed["seed"] for seed in told["seeds"]] == [0, 1] and all(seed["seconds"] >= 0 for seed in told["seeds"])

    result = stored("lstm-128")
    runs = [measure("lstm-128", seed) for seed in (0, 1)]
    assert result.train_loss == [run["train_loss"] for run in runs] and len(set(result.train_loss)) == 2
    for part in ("unseen", "training_rows"):
        assert [[group._asdict() for group in run] for run in getattr(result, part)] == [run[part] for run in runs]
    assert [group.num_sentences for group in result.unseen[1]] == [len(group) for group in length_groups(SOURCES)]
    assert result.num_parameters == runs[0]["num_parameters"] > stored("vector-64").num_parameters
    lengths = [[len(tokenize(SOURCES[i])) for i in group] for group in length_groups(SOURCES)]
    assert result.lengths == [statistics.fmean(group) for group in lengths]


def test_groups_go_from_short_to_long_and_hold_all():
    groups = length_groups(SOURCES)
    assert sorted(i for group in groups for i in group) == list(range(len(SOURCES)))
    assert {len(group) for group in groups} <= {len(SOURCES) // 7, len(SOURCES) // 7 + 1}
    lengths = [len(tokenize(SOURCES[i])) for group in groups for i in group]
    assert lengths == sorted(lengths) and lengths[0] < lengths[-1]


@pytest.mark.parametrize(("name", "read"), [("vector-128", str), ("reversed-128", reverse_words)])
def test_what_it_reads_and_on_which_rows_it_is_measured(toy, monkeypatch, name, read):
    trained, translated, scored = [], [], []
    train, translate, report = Translator.train, Translator.translate, lengths.corpus_report
    monkeypatch.setattr(
        Translator, "train", lambda pairs, *rest, **kw: trained.extend(pairs) or train(pairs, *rest, **kw)
    )
    monkeypatch.setattr(
        Translator, "translate", lambda self, sources: translated.append(sources) or translate(self, sources)
    )
    monkeypatch.setattr(
        lengths, "corpus_report", lambda said, references: scored.append(references) or report(said, references)
    )
    measure(name, 3)
    assert trained == [(read(source), target) for source, target in PAIRS]
    unseen, rows = translated
    assert unseen == [read(source) for source in SOURCES]
    assert [len(tokenize(row)) for row in rows] == [len(tokenize(source)) for source in SOURCES]
    known = dict(split_by_source(trained, 0.2, 3)[0])
    assert set(rows) <= set(known) and len(set(rows)) > 5  # not those kept for validation
    order = [i for group in length_groups(SOURCES) for i in group]
    by_group = [references for group in scored for references in group]
    assert by_group == [[SPLITS["random"][i].target] for i in order] + [[known[rows[i]]] for i in order]


def test_reversing_twice_gives_the_tokens_back():
    assert reverse_words("Emma never laughs today.") == ". today laughs never emma"
    assert reverse_words(reverse_words("Emma never laughs today.")) == "emma never laughs today ."


def test_the_mean_is_taken_group_by_group():
    first = [Report(10.0, 20.0, 30.0, 9), Report(40.0, 50.0, 60.0, 8)]
    second = [Report(20.0, 20.0, 32.0, 9), Report(40.0, 52.0, 60.0, 8)]
    assert mean([first, second]) == [Report(15.0, 20.0, 31.0, 9), Report(40.0, 51.0, 60.0, 8)]


def test_ones_own_comes_before_the_delivered_one(toy):
    with pytest.raises(FileNotFoundError, match=r"no .*vector-64.json here.*support.results vector-64"):
        stored("vector-64")
    main(["vector-64", "--seeds", "1", "--out", "delivered/results"])
    assert len(stored("vector-64").unseen) == 1
    main(["vector-64", "--seeds", "2"])
    assert len(stored("vector-64").unseen) == 2


def test_an_unknown_name_is_refused(capsys):
    with pytest.raises(ValueError, match="name is 'vector'; expected one of 'vector-64'"):
        stored("vector")
    with pytest.raises(SystemExit):
        main(["vector"])
    assert "no result is called vector" in capsys.readouterr().err


# The delivered ones


@pytest.mark.parametrize("name", DESIGNS)
def test_a_delivered_result_is_of_today(name):
    """Another corpus, model or training: `make results` measures again, `make lessons` draws it."""
    told = json.loads((DELIVERED / f"{name}.json").read_text(encoding="utf-8"))
    expected = lengths.made_of(name)
    assert {key: told[key] for key in expected} == expected
    assert all(group.num_sentences > 100 for run in stored(name).unseen for group in run)


def test_nothing_else_is_delivered():
    assert {path.stem for path in DELIVERED.iterdir()} == set(EXPERIMENTS)


def exact(name, part="unseen"):
    """Exact match by group, a list for each seed."""
    return [[group.exact_match for group in run] for run in getattr(stored(name), part)]


def test_they_bear_out_what_lesson_11_says():
    vectors = [exact(f"vector-{size}") for size in (64, 128, 256)]
    for small, middle, large, control in zip(*vectors, exact("attention-128"), strict=True):
        assert small[3] < middle[3] < large[3] < control[3]  # a larger vector carries longer sentences
        assert max(vector[-1] for vector in (small, middle, large)) < 10 and control[-1] > 70  # and falls all the same
    lengths = stored("attention-128").lengths
    for run in exact("attention-128"):  # what compounding takes, and little more
        assert run[-1] > 100 * (run[0] / 100) ** (lengths[-1] / lengths[0]) - 25
    for run in exact("vector-128", "training_rows"):
        assert run[-1] < 20  # even long training rows come out wrong
    for seen, unseen in zip(exact("vector-256", "training_rows"), exact("vector-256"), strict=True):
        assert seen[3] > 80 and seen[3] > unseen[3] + 25  # known by heart
    for seen, unseen in zip(exact("attention-128", "training_rows"), exact("attention-128"), strict=True):
        assert seen[-1] < unseen[-1] + 20
    assert stored("attention-128").num_parameters < stored("vector-256").num_parameters / 2


def test_they_bear_out_what_lesson_13_says():
    for name in ("lstm-128", "both-ways-128", "reversed-128"):
        assert all(max(run[4:]) < 15 for run in exact(name))  # from 15 tokens on no swap helps, and attention does
    assert min(min(run) for run in exact("attention-128")) > 70
    losses = {name: stored(name).train_loss for name in DESIGNS if name.endswith("-128")}
    others = {name: loss for name, loss in losses.items() if name != "lstm-128"}
    assert min(losses["lstm-128"]) > max(map(max, others.values()))  # it knows its training pairs least


@pytest.mark.soak
def test_a_stored_figure_is_measured_again():
    """The smallest, seed 0: each group's exact match within 10 points, as processors differ; the loss within 5 %."""
    run, result = measure("vector-64", 0), stored("vector-64")
    assert run["train_loss"] == pytest.approx(result.train_loss[0], rel=0.05)
    for part in ("unseen", "training_rows"):
        again = [group["exact_match"] for group in run[part]]
        assert again == pytest.approx(exact("vector-64", part)[0], abs=10)
