"""The benchmarks measure what they say: the same tokens on both sides, peers that learn, turns, and an honest table."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from filelock import FileLock

from benchmarks import __main__ as benchmarks
from benchmarks import (
    article_run,
    compare,
    curves,
    decoding,
    levers,
    machine,
    quality,
    reading,
    scaling,
    startup,
    training_256,
    tutorial_peers,
)
from benchmarks.data import encode, join, write
from benchmarks.peer import KeptContext, PeerModel, load_d2l, peer_data, train_peer
from seq2seq_lessons.config import ARTICLE, ModelConfig
from seq2seq_lessons.corpus import SentencePair, load_pairs
from seq2seq_lessons.evaluation import corpus_report
from seq2seq_lessons.model import build_model
from seq2seq_lessons.text import Batch, Vocab, tokenize
from seq2seq_lessons.training import History
from tests.toy import PAIRS

TOY = ModelConfig(embed_size=6, num_hiddens=8, num_layers=2)
SCRATCH = Path(__file__).parents[1] / "bench-results"


@pytest.fixture(scope="session")
def d2l():
    SCRATCH.mkdir(exist_ok=True)
    with FileLock(SCRATCH / "d2l.lock"):  # tests run in several processes
        try:
            return load_d2l(SCRATCH)
        except subprocess.CalledProcessError:
            pytest.fail(f"d2l is not in {SCRATCH} yet and cannot be installed now: run once with the package index")


# --- turns, rows, verdicts


def test_the_sides_take_turns():
    called = []
    sides = {name: lambda i, name=name: called.append((name, i)) or float(i) for name in "AB"}
    assert compare.take_turns(sides, 3) == {"A": [0, 1, 2], "B": [0, 1, 2]}
    assert called == [("A", 0), ("B", 0), ("A", 1), ("B", 1), ("A", 2), ("B", 2)]


def test_a_row_is_the_median_of_the_rounds_ratios():
    row = compare.row("work", [1, 1, 2], [3, 5, 8], target=4, amount=10, unit="things/s", threads=2)
    assert (row["ratio"], row["low"], row["high"], row["verdict"]) == (4, 3, 5, compare.MET)
    assert (row["ours"], row["other"]) == (10, 2)
    line = compare.line(row)
    assert line.startswith("work, things/s") and line.endswith(f"4: {compare.MET}") and "4.00 (3.00 to 5.00)" in line


def test_more_may_be_better():
    assert compare.row("BLEU", [12], [4], 3, more_is_better=True)["ratio"] == 3


@pytest.mark.parametrize(("ratio", "said"), [(3.0, compare.MET), (2.4, "✗ missed by 20 %"), (0.0, "✗ missed by 100 %")])
def test_verdicts(ratio, said):
    assert compare.verdict(ratio, 3) == said
    assert compare.verdict(ratio, None) == ""


def test_a_limit_is_kept_or_missed():
    assert compare.value("w", 1.1, "", 1.1)["verdict"] == compare.MET
    assert compare.value("modules", 2, "", 0)["verdict"] == "✗ missed by 2"
    assert "at most 1.1: ✗ missed by 100 %" in compare.line(compare.value("w", 2.2, "", 1.1))


def test_outliers_are_named():
    assert compare.outliers([2, 2.1, 2.2, 2.1, 9]) == [9]
    assert compare.outliers([1, 100]) == []
    assert "outliers: 9.00" in compare.line(compare.row("w", [1] * 5, [2, 2.1, 2.2, 2.1, 9]))


def test_when_a_loss_was_first_reached():
    history = History(train_loss=[3.0, 1.0, 1.2, 0.9], seconds=[1.0, 2.0, 3.0, 4.0])
    assert article_run.seconds_until(1.1, history) == 2.0
    assert article_run.seconds_until(0.5, history) == float("inf")


# --- the machine


def test_operations_of_a_gru_are_counted_packed_or_not():
    gru, X = torch.nn.GRU(3, 4), torch.zeros(5, 2, 3)
    assert machine.flops(lambda: gru(X)) == 2 * 5 * 2 * 12 * (3 + 4)
    packed = torch.nn.utils.rnn.pack_padded_sequence(X, torch.tensor([5, 3]))
    assert machine.flops(lambda: gru(packed)) == 2 * 8 * 12 * (3 + 4)


def test_a_products_rate_is_possible():
    assert 0.01 < machine.matrix_rate(torch.float32, 64, 64, 64, seconds=0.02) < 1e6


# --- d2l


@pytest.mark.parametrize("source", ["lessons", "lessons-long"])
def test_d2l_counts_the_tokens_that_we_count(d2l, source):
    pairs = load_pairs(source)[-2000:]
    (_, source_len, _, target_len), source_vocab, target_vocab = peer_data(d2l, pairs, 10)
    data, vocabs = encode(pairs, 10)
    assert source_len.tolist() == data.source_len.tolist()
    assert target_len.tolist() == data.target_len.tolist()
    assert set(source_vocab.idx_to_token) == set(vocabs[0].tokens)
    assert set(target_vocab.idx_to_token) == set(vocabs[1].tokens)


def test_d2ls_loss_is_put_right(d2l):
    """At a learning rate of nothing it is the loss of the model as initialised, here computed from its logits."""
    (source, source_len, target, target_len), *vocabs = data = peer_data(d2l, PAIRS, 9)
    net = PeerModel(d2l, *map(len, vocabs), (6, 8, 2, 0.0))
    trained = train_peer(d2l, net, d2l.load_array(data[0], 16), 1e-12, 1, vocabs[1], 9)
    assert trained.num_tokens == int(target_len.sum())
    bos = torch.full_like(target[:, :1], vocabs[1]["<bos>"])
    with torch.no_grad():
        log_probs = net(source, torch.cat((bos, target[:, :-1]), 1))[0].log_softmax(2)
    right = -log_probs.gather(2, target[:, :, None])[:, :, 0]
    mask = torch.arange(9) < target_len[:, None]
    assert trained.losses == pytest.approx([float(right[mask].sum() / mask.sum())], rel=1e-4)


def test_d2l_predicts_by_our_weights(d2l, translator):
    """With the context kept and a sentence without padding its words are ours."""
    sentences = [pair.source for pair in PAIRS]
    net = decoding.same_weights(d2l, translator)
    net.decoder = KeptContext(net.decoder)
    vocabs = [decoding.same_ids(d2l, v) for v in (translator.source_vocab, translator.target_vocab)]
    for sentence, ours in zip(sentences, translator.translate(sentences), strict=True):
        tokens, device = tokenize(sentence), torch.device("cpu")
        said, _ = d2l.predict_seq2seq(net, " ".join(tokens), *vocabs, len(tokens) + 1, device)
        assert said == " ".join(ours.split()[: len(tokens) + 1])


def test_the_peers_decoder_takes_a_new_context_in_every_step(d2l):
    torch.manual_seed(0)
    net, X, Y = PeerModel(d2l, 9, 9, (6, 8, 2, 0.0)).eval(), torch.arange(4)[None], torch.arange(3)[None]

    def stepwise(decoder):
        state, logits = decoder.init_state(net.encoder(X)), []
        for t in range(3):
            out, state = decoder(Y[:, t : t + 1], state)
            logits.append(out)
        return torch.cat(logits, 1)

    with torch.no_grad():
        whole, as_written, kept = net(X, Y)[0], stepwise(net.decoder), stepwise(KeptContext(net.decoder))
    torch.testing.assert_close(kept, whole)
    torch.testing.assert_close(as_written[:, 0], whole[:, 0])
    assert not torch.allclose(as_written[:, 1], whole[:, 1])


# --- the peers of the tutorials


@pytest.mark.parametrize(
    "peer",
    [
        # one layer: two, so initialised, wait for minutes before they learn which name is whose
        lambda *sizes: tutorial_peers.LstmPeer(*sizes, embed=64, hidden=64, layers=1, dropout=0.0),
        lambda *sizes: tutorial_peers.AttentionPeer(*sizes, hidden=32, dropout=0.0),
    ],
)
def test_a_peer_learns(peer):
    pairs = PAIRS[:20]
    parts = quality.split(pairs, 0)
    torch.manual_seed(0)
    model = peer(*map(len, parts.vocabs))
    run = tutorial_peers.train(model, parts.data, 60, 8, teacher_forcing=0.75, clip_norm=1.0, lr=0.01, epochs=60)
    assert run.epochs == 60 and run.loss < 0.5
    said = tutorial_peers.translate(model, [tokenize(p.source) for p in pairs], *parts.vocabs, 12)
    assert corpus_report(said, [[p.target] for p in pairs]).exact_match > 80


def test_the_peers_sizes_are_the_tutorials():
    lstm, attention = tutorial_peers.LstmPeer(9, 9), tutorial_peers.AttentionPeer(9, 9)
    assert (lstm.encoder.input_size, lstm.encoder.hidden_size, lstm.encoder.num_layers) == (256, 512, 2)
    assert lstm.encoder.dropout == lstm.decoder.dropout == lstm.dropout.p == 0.5
    assert max(float(p.detach().abs().max()) for p in lstm.parameters()) <= 0.08
    assert (attention.encoder.hidden_size, attention.encoder.num_layers) == (128, 1)


def test_a_peer_is_fed_right_tokens_or_its_own():
    torch.manual_seed(0)
    model = tutorial_peers.AttentionPeer(9, 9, hidden=8).eval()
    X, labels = torch.randint(4, 9, (3, 5)), torch.randint(4, 9, (3, 4))
    others = torch.cat(((labels[:, :1] - 4 + 1) % 5 + 4, labels[:, 1:]), 1)
    with torch.no_grad():
        forced, free = (model(X, labels, p) for p in (1.0, 0.0))
        forced_otherwise, free_otherwise = (model(X, others, p) for p in (1.0, 0.0))
    torch.testing.assert_close(forced[:, 0], forced_otherwise[:, 0])
    assert not torch.allclose(forced[:, 1], forced_otherwise[:, 1])
    torch.testing.assert_close(free, free_otherwise)


def test_the_attention_peer_looks_at_every_word():
    torch.manual_seed(0)
    model = tutorial_peers.AttentionPeer(9, 9, hidden=8).eval()
    X, last = torch.randint(4, 9, (1, 5)), torch.tensor([4])
    outputs, keys, hidden = model.start(X)
    before, _ = model.step(last, (outputs, keys, hidden))
    outputs = outputs.clone()
    outputs[0] += 1
    assert not torch.allclose(before, model.step(last, (outputs, keys, hidden))[0])


# --- each part at toy sizes


def test_nothing_of_the_test_set_is_trained_on():
    pairs = [*PAIRS, SentencePair(PAIRS[0].source, "une autre .")]
    parts = quality.split(pairs, 0.3)
    trained = {tuple(tokenize(p.source)) for p in parts.train}
    assert trained.isdisjoint(map(tuple, parts.sources))
    assert len(parts.train) + sum(map(len, parts.references)) == len(pairs)
    assert len(parts.data.source_len) == len(parts.train)


def test_quality(d2l):
    rows = quality.measure(PAIRS * 2, SCRATCH, 1, 0.3, ("d2l, the article's sizes", "GRU with attention"), TOY)
    assert [row["what"].split(", ", 1)[-1] for row in rows[:5]] == [
        "ours",
        "ours, beam of 5",
        "d2l, the article's sizes",
        "d2l, the article's sizes, context kept",
        "GRU with attention",
    ]
    assert all(0.3 <= row["seconds"] < 5 for row in rows[:5])
    assert "nearest neighbour" in rows[5]["what"] and len(rows) == 8
    for row, own in zip(rows[-2:], rows[:2], strict=True):
        assert row["target"] == 3 and row["ours"] == own["ours"]
        assert row["other"] >= max(row["ours"] for row in rows[2:5])


def test_the_articles_run(d2l):
    config = replace(ARTICLE, epochs=4, batch_size=8)
    speed, waited, until, by_article, loss = article_run.measure(
        PAIRS, SCRATCH, 2, 1, config, replace(config, epochs=12, lr=0.02), TOY, epochs_per_round=2
    )
    assert speed["target"] == 2.3 and until["target"] == 8 and until["ours"] < float("inf")
    assert until["other"] == pytest.approx(2 * speed["rounds of the other"][0], rel=0.9)
    assert len(speed["rounds of ours"]) == 2 and 0 < loss["ours"] < 6
    assert by_article["threads"] == 1
    for side in ("ours", "the other"):  # the steps, and what comes before and after them
        assert min(waited[f"rounds of {side}"]) > 0.5 * min(speed[f"rounds of {side}"])


def test_curves(d2l, tmp_path):
    """A curve for each side and seed; at these few steps both sides learn about the same."""
    rows, found = curves.measure(PAIRS, SCRATCH, 1, replace(ARTICLE, epochs=10, batch_size=8), TOY, 2)
    assert [len(loss) for losses in found.values() for loss in losses] == [10] * 4
    assert found["ours"][0] != found["ours"][1] and found["d2l"][0] != found["d2l"][1]
    last = {side: sum(loss[-1] for loss in losses) / 2 for side, losses in found.items()}
    assert [row["ours"] for row in rows[-2:]] == [pytest.approx(last["ours"]), pytest.approx(last["d2l"])]
    assert last["ours"] == pytest.approx(last["d2l"], rel=0.15) and last["ours"] < 0.9 * found["ours"][0][0]
    curves.draw(found, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 5000


def test_training_at_256(d2l):
    config = replace(training_256.TRAINING, batch_size=8)
    rows = training_256.measure(PAIRS, SCRATCH, 2, 1, 3, TOY, config)
    assert [row["target"] for row in rows[:2]] == [3, None]
    assert rows[0]["tokens of ours"] == rows[0]["tokens of d2l"] > 0
    gflop = {row["what"].split(", ")[1]: row["gflop"] for row in rows if "gflop" in row}
    assert gflop["auto"] == gflop["float32"] < gflop["d2l"]  # which computes padding too


def weights_after_a_step(way: levers.Lever, config=replace(ARTICLE, batch_size=64)) -> dict[str, torch.Tensor]:  # noqa: B008
    data, vocabs = encode(PAIRS, config.num_steps)
    torch.manual_seed(0)
    model = build_model(replace(TOY, dropout=0.0), *map(len, vocabs))
    levers.epoch(way, model, data, config, "float32")
    return {name: p.detach() for name, p in model.named_parameters()}


@pytest.mark.parametrize("name", [n for n in levers.LEVERS if n != "no batch packed"])
def test_a_lever_changes_the_speed_only(name):
    """One batch of all pairs: the same step whichever way it is made."""
    expected, found = weights_after_a_step(levers.Lever()), weights_after_a_step(levers.LEVERS[name])
    for key in expected:  # Adam's first step is lr * sign: 0.005 where the gradient is not next to nothing
        torch.testing.assert_close(found[key], expected[key], atol=1e-3, rtol=0, msg=f"{name}: {key}")


def test_levers_do_what_they_say():
    data, _ = encode(PAIRS, 10)
    config = replace(ARTICLE, batch_size=2)

    def widths(way: levers.Lever) -> list[int]:
        return [b.source.shape[1] for b in way.batches(data, config)]

    def packed(way: levers.Lever) -> list[bool]:
        return [bool((b.source_len < b.source.shape[1]).any()) for b in way.batches(data, config)]

    longest = data.source.shape[1]
    grouped, random = widths(levers.Lever()), widths(levers.NoLengthGroups())
    assert sum(grouped) < sum(random) < longest * len(random)
    assert widths(levers.NoTrimming()) == widths(levers.WithDataLoader()) == [longest] * 20
    assert all(packed(levers.AlwaysPacked())) and not any(packed(levers.PaddingRead()))
    rows = levers.measure(PAIRS, 2, 1, {"toy": (TOY, config, 40, 40)})
    assert len(rows) == len(levers.LEVERS) and all(row["ratio"] > 0 for row in rows)


def test_reading(d2l, tmp_path):
    path = write(PAIRS, 100, tmp_path / "pairs.tsv")
    assert load_pairs(path)[40:80] == load_pairs(path)[:40] == PAIRS
    data, vocabs = reading.ours(path)
    arrays, source_vocab, _ = reading.peer(d2l, path)
    assert isinstance(data, Batch) and len(data.source_len) == len(arrays[0]) == 100
    assert int(data.source_len.sum() + data.target_len.sum()) == int(arrays[1].sum() + arrays[3].sum())
    assert len(vocabs[0]) == len(source_vocab)
    (row,) = reading.measure(PAIRS, SCRATCH, 2, 100)
    assert row["target"] == 4 and "40 lines, repeated" in row["what"]


def test_decoding(d2l):
    config = replace(ARTICLE, epochs=20, batch_size=8, device="cpu")
    rows = decoding.measure(PAIRS, SCRATCH, 2, 1, 30, {"toy": (TOY, config, 40, 30)})
    assert [(row["what"].split()[-1], row["target"]) for row in rows] == [("time", 30), ("d2l", None)]
    assert rows[0]["differing"] == 0
    assert rows[0]["tokens written, batched"] == rows[0]["tokens written, one at a time"] > 0


def test_one_epoch_is_measured_in_a_process_of_its_own(tmp_path):
    found = scaling.one_run(write(PAIRS, 30, tmp_path / "pairs.tsv"), 1)
    data, _ = encode(PAIRS[:30], 50)
    assert found["tokens"] == int(data.source_len.sum() + data.target_len.sum())
    assert all(found[phase] > 0 for phase in ("read", "encode", "epoch")) and 100 < found["peak MB"] < 2000


def test_scaling_and_its_picture(monkeypatch, tmp_path):
    def one_run(file: Path, threads: int) -> dict:
        tokens = len(file.read_text().split())
        return {"read": 0.0, "encode": 0.0, "epoch": tokens / 1000, "tokens": tokens, "peak MB": 200 + tokens / 100}

    monkeypatch.setattr(scaling, "one_run", one_run)
    rows, points = scaling.measure(PAIRS, 3, 1, (20, 40, 80), (1, 2))
    assert [(p["pairs"], p["sentences per pair"]) for p in points] == [(20, 1), (40, 1), (80, 1), (40, 2)]
    assert all(len(p["all seconds"]) == 3 for p in points)
    assert [(row["ours"], row["verdict"]) for row in rows[-2:]] == [(pytest.approx(1), compare.MET)] * 2
    scaling.draw(points, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 5000


def test_joined_pairs_hold_the_same_words():
    joined = join(PAIRS, 4)
    assert len(joined) == len(PAIRS) // 4
    assert " ".join(p.target for p in joined) == " ".join(p.target for p in PAIRS)


def test_linear_growth_has_exponent_one():
    assert scaling.exponent((10, 3), (1000, 300)) == pytest.approx(1)
    assert scaling.exponent((10, 3), (100, 300)) == pytest.approx(2)


def test_imports():
    of_torch, ours, unwanted = startup.imports(1)
    assert of_torch["ours"] > 0 and ours["ours"] > 0
    assert unwanted["at most"] == 0


def test_the_json_holds_what_the_table_says(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(reading, "measure", lambda *args: [compare.row("reading", [1.0], [5.0], 4)])
    monkeypatch.setattr(article_run, "measure", lambda *args: [compare.value("loss", args[3] / 10, "nats")])
    path = benchmarks.main(["--only", "reading", "article", "--rounds", "1", "--threads", "1", "2"], tmp_path)
    written, lines = json.loads(path.read_text()), capsys.readouterr().out.splitlines()
    assert [row["part"] for row in written["results"]] == ["article", "article", "reading"]
    assert [compare.line(row) for row in written["results"]] == lines[2:5]
    assert written["rounds"] == 1 and written["results"][2]["ratio"] == 5


def test_quality_only_on_request(monkeypatch, tmp_path):
    asked = []
    for part in benchmarks.PARTS:
        module = {"article": article_run, "training": training_256}.get(part) or getattr(benchmarks, part)
        found = ([], []) if part in ("curves", "scaling") else []
        monkeypatch.setattr(module, "measure", lambda *args, part=part, found=found: asked.append(part) or found)
    for module in (curves, scaling):
        monkeypatch.setattr(module, "draw", lambda *args: None)
    benchmarks.main(["--threads", "1"], tmp_path)
    assert "quality" not in asked and len(asked) == len(benchmarks.PARTS) - 1
    benchmarks.main(["--threads", "1", "--quality"], tmp_path)
    assert asked[-1] == "quality"


def test_the_peers_model_is_as_large_as_ours(d2l):
    ours = build_model(TOY, 11, 12)
    peer = PeerModel(d2l, 11, 12, (TOY.embed_size, TOY.num_hiddens, TOY.num_layers, TOY.dropout))
    assert sum(p.numel() for p in peer.parameters()) == sum(p.numel() for p in ours.parameters())
    assert Vocab.bos_id == 2
