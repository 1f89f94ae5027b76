"""The command line: results on stdout, progress and one-line errors on stderr, exit statuses."""

import io
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import fields
from pathlib import Path

import pytest

from seq2seq_lessons import corpus, training
from seq2seq_lessons.__main__ import COMMANDS, main
from seq2seq_lessons.config import ModelConfig, TrainConfig
from seq2seq_lessons.corpus import split_by_source
from seq2seq_lessons.evaluation import corpus_report
from seq2seq_lessons.support.flags import help_texts
from seq2seq_lessons.translator import Translator
from tests.toy import PAIRS

ROOT = Path(__file__).parents[1]
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals, shells and terminals as Unix has them")
QUICK = (
    *("--epochs", 2, "--batch-size", 8, "--embed-size", 4, "--num-hiddens", 6, "--num-layers", 1),
    *("--min-freq", 1, "--device", "cpu"),
)


@pytest.fixture(autouse=True)
def restored_warnings():
    """The command line prints warnings its own way; put back the usual way."""
    with warnings.catch_warnings():
        yield


def run(capsys, *argv) -> tuple[int, str, str]:
    status = main([str(a) for a in argv])
    return status, *capsys.readouterr()


def run_process(*argv, **how) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "seq2seq_lessons", *map(str, argv)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", **how)


# Help


def test_help_shows_what_to_type(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    out, err = capsys.readouterr()
    assert exit_.value.code == 0 and err == ""
    for command in COMMANDS:
        assert re.search(rf"^    {command}\b", out, re.MULTILINE)
    assert 'python -m seq2seq_lessons translate --model my-model "i\'m home ."' in out


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("train", ["--pairs", "--out", "--time-limit", "seconds", "--test-fraction", "--resume", "lessons-long"]),
        ("translate", ["--model", "standard input"]),
        ("evaluate", ["--model", "--pairs", "references"]),
        ("download", []),
        ("check", []),
        ("start", ["FOLDER", "--no-browser", "--port", "stays as it is"]),
        ("progress", ["FOLDER"]),
        ("report", ["FOLDER", "--anonymous", "--run", "--minutes", "--memory-gb", "class-report"]),
    ],
)
def test_each_command_has_help(capsys, command, words):
    with pytest.raises(SystemExit) as exit_:
        main([command, "--help"])
    out = capsys.readouterr().out
    assert exit_.value.code == 0
    assert all(word in out for word in words)


def test_help_is_fast():
    code = (
        "import sys, seq2seq_lessons.__main__ as m\ntry: m.main(['train', '--help'])\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert "--num-hiddens" in ran.stdout
    assert not {"torch", "numpy", "sacrebleu", "packaging", "jupyterlab"} & set(ran.stderr.split())


def test_the_program_calls_itself_as_it_was_called():
    code = "import sys; sys.argv[0] = '/bin/seq2seq-lessons'; from seq2seq_lessons.__main__ import main; main(['-h'])"
    named = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout
    assert named.startswith("usage: seq2seq-lessons ") and "\n  seq2seq-lessons train --out" in named
    assert run_process("--help").stdout.startswith("usage: python -m seq2seq_lessons ")


@pytest.mark.parametrize(
    "words", ["", "fly", "train", "translate go", "evaluate --model x", "train --out x --epochs many", "check --fly"]
)
def test_a_wrong_command_line_is_answered_with_its_usage(capsys, words):
    with pytest.raises(SystemExit) as exit_:
        main(words.split())
    out, err = capsys.readouterr()
    assert exit_.value.code == 2 and out == "" and err.startswith("usage: python -m seq2seq_lessons")


# Train


def test_train_reports_on_held_out_sources_and_saves(capsys, pairs_file, tmp_path):
    status, out, err = run(capsys, "train", "--pairs", pairs_file, "--out", tmp_path / "model", "--seed", 3, *QUICK)
    assert status == 0
    translator = Translator.load(tmp_path / "model")
    assert (translator.train_config.epochs, translator.train_config.seed) == (2, 3)
    assert translator.train_config.batch_size == 8 and translator.train_config.min_freq == 1
    config = translator.model_config
    assert (config.embed_size, config.num_hiddens, config.num_layers) == (4, 6, 1)
    train_pairs, test_pairs = split_by_source(PAIRS, 0.05)
    sources, targets = zip(*test_pairs, strict=True)
    report = corpus_report(translator.translate(sources), [[t] for t in targets])
    assert out == f"{report}\nsacreBLEU {report.signature}\n" and "|tok:none|" in out
    assert f"40 pairs: {len(train_pairs)} to train on" in err and "2 held out" in err
    assert "stopped: epochs; 2 epochs, saved in" in err and "tokens/s" in err


@pytest.fixture
def trained_with(monkeypatch) -> dict:
    """What `Translator.train` was called with; no training takes place."""
    seen = {}

    def record(pairs, model, config, **rest):
        seen.update(pairs=pairs, model=model, config=config, **rest)
        raise KeyboardInterrupt

    monkeypatch.setattr(Translator, "train", record)
    return seen


def test_every_setting_is_a_flag_with_its_help(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    out = " ".join(capsys.readouterr().out.split())
    for settings in (ModelConfig, TrainConfig):
        for field in fields(settings):
            text = re.escape(help_texts(settings)[field.name])
            shown = rf"--{field.name.replace('_', '-')}\b.*? {text}"
            shown += "" if field.default is None else rf" \(default: {re.escape(str(field.default))}\)"
            assert re.search(shown, out), field.name


def other_value(settings: type, name: str):
    """A value that the settings take and that is not the default."""
    default = getattr(settings(), name)
    candidates = (not default, "lstm", "constant", "sentence", "bf16", "cpu", 0.25, 3)
    for value in candidates[:1] if isinstance(default, bool) else candidates[1:]:
        try:
            settings(**{name: value})
        except ValueError:
            continue
        if value != default and isinstance(value, str) == isinstance(default, str):
            return value
    raise AssertionError(f"no other value for {name}")


@pytest.mark.parametrize("settings", [ModelConfig, TrainConfig])
def test_train_takes_every_setting(capsys, pairs_file, tmp_path, trained_with, settings):
    for field in fields(settings):
        value = other_value(settings, field.name)
        flag = f"--{field.name.replace('_', '-')}"
        argv = [flag] if value is True else [flag, value]
        assert run(capsys, "train", "--pairs", pairs_file, "--out", tmp_path / "m", *argv)[0] == 130
        expected = settings(**{field.name: [value] if field.name == "teacher_forcing" else value})
        assert trained_with["model" if settings is ModelConfig else "config"] == expected


def test_pairs_in_two_files_and_in_other_columns(capsys, tmp_path, trained_with):
    (tmp_path / "en.txt").write_text("anna sings.\nben reads.\n", encoding="utf-8")
    (tmp_path / "fr.txt").write_text("anna chante.\nben lit.\n", encoding="utf-8")
    (tmp_path / "both.tsv").write_text("1\tanna sings.\tanna chante.\n2\tben reads.\tben lit.\n", encoding="utf-8")
    expected = [("anna sings.", "anna chante."), ("ben reads.", "ben lit.")]
    for argv in (
        ["--source-file", tmp_path / "en.txt", "--target-file", tmp_path / "fr.txt"],
        ["--pairs", tmp_path / "both.tsv", "--columns", 2, 3],
    ):
        assert run(capsys, "train", *argv, "--out", tmp_path / "m", "--test-fraction", 0)[0] == 130
        assert trained_with.pop("pairs") == expected


def test_train_takes_what_is_no_setting(capsys, pairs_file, tmp_path, trained_with):
    argv = ["train", "--pairs", pairs_file, "--out", tmp_path / "m", "--limit", 20, "--test-fraction", 0.25]
    argv += ["--checkpoint", tmp_path / "c", "--resume", "--time-limit", 1.5, "--teacher-forcing", 1, 0.5]
    assert run(capsys, *argv)[0] == 130
    assert trained_with["checkpoint"] == str(tmp_path / "c") and trained_with["resume"] is True
    assert len(trained_with["pairs"]) == 15
    assert trained_with["config"] == TrainConfig(time_limit_s=1.5, teacher_forcing=[1.0, 0.5])
    assert run(capsys, *argv, "--resume", "auto")[0] == 130 and trained_with["resume"] == "auto"


def test_the_test_sources_are_the_same_whatever_the_seed(capsys, pairs_file, tmp_path, trained_with):
    seen = []
    for seed in (0, 1, 2):
        run(capsys, "train", "--pairs", pairs_file, "--out", tmp_path / "m", "--test-fraction", 0.5, "--seed", seed)
        seen.append(trained_with["pairs"])
    assert seen[0] == seen[1] == seen[2] == split_by_source(PAIRS, 0.5)[0]


@pytest.mark.parametrize(
    "there", ["{", '{"name": "somebody\'s", "version": 3}', ""], ids=["damaged", "foreign", "empty"]
)
def test_a_folder_that_cannot_be_saved_into_is_noticed_before_the_training(
    capsys, pairs_file, tmp_path, monkeypatch, there
):
    (tmp_path / "model.json").write_text(there)
    monkeypatch.setattr(Translator, "train", lambda *args, **named: pytest.fail("it trained"))
    status, out, err = run(capsys, "train", "--pairs", pairs_file, "--out", tmp_path, *QUICK)
    assert (status, out) == (1, "") and err.startswith(f"error: {tmp_path / 'model.json'} is there and is not one that")
    assert "give another folder, or move it away" in err and len(err.splitlines()) == 1
    assert (tmp_path / "model.json").read_text() == there


def test_a_model_of_an_earlier_run_is_replaced(capsys, pairs_file, tmp_path):
    for seed in (1, 2):
        assert run(capsys, "train", "--pairs", pairs_file, "--out", tmp_path, "--seed", seed, *QUICK)[0] == 0
        assert Translator.load(tmp_path).train_config.seed == seed


def test_train_without_held_out_sources_prints_no_result(capsys, pairs_file, tmp_path):
    status, out, err = run(
        capsys, "train", "--pairs", pairs_file, "--out", tmp_path / "model", "--test-fraction", 0, *QUICK
    )
    assert (status, out) == (0, "")
    assert "40 pairs: 40 to train on" in err


def test_train_goes_on_from_a_checkpoint(capsys, pairs_file, tmp_path):
    argv = ["train", "--pairs", pairs_file, "--out", tmp_path / "model", "--checkpoint", tmp_path / "run", *QUICK]
    _, first, _ = run(capsys, *argv)
    started = Translator.load(tmp_path / "model").history.seconds
    _, again, err = run(capsys, *argv, "--resume")
    assert again == first
    assert Translator.load(tmp_path / "model").history.seconds == started  # nothing was left to train


def test_ctrl_c_saves_what_was_learnt_and_exits_with_130(capsys, pairs_file, tmp_path, monkeypatch):
    calls = []

    def clip_or_interrupt(*args):
        calls.append(1)
        if len(calls) == 8:
            raise KeyboardInterrupt
        return real(*args)

    real = training.clip_grad_norm_
    monkeypatch.setattr(training, "clip_grad_norm_", clip_or_interrupt)
    status, out, err = run(capsys, "train", "--pairs", pairs_file, "--out", tmp_path / "model", *QUICK)
    assert (status, out) == (130, "")
    assert "stopped: interrupted; 1 epochs, saved in" in err
    assert isinstance(Translator.load(tmp_path / "model").translate("anna sings."), str)


def test_ctrl_c_before_training_exits_with_130(capsys, monkeypatch, tmp_path):
    def interrupt(*args, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(corpus, "load_pairs", interrupt)
    assert run(capsys, "train", "--out", tmp_path) == (130, "", "interrupted\n")


def listen_to_ctrl_c() -> None:
    """A shell lets what it starts in the background ignore it, these tests as well."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("name", ["SIGINT", pytest.param("SIGTERM", marks=UNIX)])
def test_a_real_ctrl_c_and_a_clusters_signal_to_end(pairs_file, tmp_path, name):
    argv = ["train", "--pairs", pairs_file, "--out", tmp_path / "m", "--checkpoint", tmp_path, *QUICK]
    argv += ["--epochs", 10**6]
    process = subprocess.Popen(
        [sys.executable, "-m", "seq2seq_lessons", *map(str, argv)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen_to_ctrl_c if os.name == "posix" else None,
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "checkpoint.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(getattr(signal, name))
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()  # or one that has not listened trains on for days
    assert (process.returncode, out) == (130, ""), err
    assert "stopped: interrupted" in err and "Traceback" not in err
    assert isinstance(Translator.load(tmp_path / "m").translate("anna sings."), str)


# Translate


def test_translate_prints_a_line_for_each_sentence(capsys, translator, model_folder):
    status, out, err = run(capsys, "translate", "--model", model_folder, "anna sings.", "", "Ben reads.")
    assert (status, err) == (0, "")
    assert out.split("\n") == [translator.translate("anna sings."), "", translator.translate("ben reads."), ""]


def test_translate_and_evaluate_take_a_beam_and_a_device(capsys, model_folder, pairs_file, monkeypatch):
    calls = []

    def load(folder, device):
        calls.append(device)
        return real(folder, "cpu")

    def record(self, sentences, **how):
        calls.append(how)
        return ["anna chante ."] * len(sentences)

    real = Translator.load
    monkeypatch.setattr(Translator, "load", load)
    monkeypatch.setattr(Translator, "translate", record)
    how = ["--beam-width", 3, "--length-penalty", 0.5, "--device", "cuda"]
    assert run(capsys, "translate", "--model", model_folder, *how, "a")[1] == "anna chante .\n"
    assert run(capsys, "evaluate", "--model", model_folder, "--pairs", pairs_file)[0] == 0
    assert run(capsys, "evaluate", "--model", model_folder, "--pairs", pairs_file, *how)[0] == 0
    beam = {"beam_width": 3, "length_penalty": 0.5}
    assert calls[:2] == ["cuda", beam | {"num_best": None}]
    assert calls[2:] == ["auto", {"beam_width": 1, "length_penalty": 1.0}, "cuda", beam]


def test_translate_prints_the_best_n_with_the_number_of_their_sentence(capsys, translator, model_folder):
    sentences = ["anna sings.", "", "ben reads."]
    status, out, err = run(capsys, "translate", "--model", model_folder, "--beam-width", 3, "--num-best", 2, *sentences)
    found = translator.translate(sentences, 3, num_best=2)
    assert (status, err) == (0, "")
    assert out == "".join(f"{i}\t{best}\n" for i, several in enumerate(found, 1) for best in several)
    assert [len(several) for several in found] == [2, 1, 2] and found[0][0] == translator.translate(sentences[0], 3)


def test_a_beam_of_nothing_is_refused_in_words(capsys, model_folder):
    status, out, err = run(capsys, "translate", "--model", model_folder, "--beam-width", 0, "anna sings.")
    assert status != 0 and out == "" and "width is 0; expected" in err


def test_translate_reads_standard_input_line_by_line(capsys, translator, model_folder, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"anna sings.\r\n\nben reads.")))
    status, out, _ = run(capsys, "translate", "--model", model_folder)
    assert status == 0
    assert out.split("\n") == [translator.translate("anna sings."), "", translator.translate("ben reads."), ""]


def test_translate_in_another_process(translator, model_folder):
    ran = run_process("translate", "--model", model_folder, input="anna never sings today.\nxylophone 🙂\n")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == translator.translate(["anna never sings today.", "xylophone 🙂"])


def test_a_cut_line_is_a_warning_on_stderr_and_an_answer_on_stdout(capsys, model_folder):
    status, out, err = run(capsys, "translate", "--model", model_folder, "anna " * 500)
    assert status == 0 and out.count("\n") == 1
    assert err == (
        "warning: 1 of 1 sentences cut to their first 11 tokens, the length this translator was trained for "
        "(num_steps)\n"
    )


# Evaluate


def test_evaluate_prints_the_scores_and_ten_examples(capsys, translator, model_folder, pairs_file):
    with pairs_file.open("a", encoding="utf-8") as file:
        file.write("anna sings.\tanna fait de la musique.\n")  # a second reference
    status, out, err = run(capsys, "evaluate", "--model", model_folder, "--pairs", pairs_file)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("BLEU ") and "(40 sentences)" in lines[0]
    assert re.match(r"sacreBLEU nrefs:.*\|tok:none\|.*\|version:", lines[1])
    shown = [line.split(None, 1)[1] for line in lines if line.startswith("source")]
    assert len(shown) == len(set(shown)) == 10
    assert shown == [pair.source for pair in PAIRS[::4]]  # spread over the file
    assert [line for line in lines if line.startswith("translation")] == [
        f"translation  {translation}" for translation in translator.translate(shown)
    ]
    assert "reference    anna chante. / anna fait de la musique." in lines


def test_evaluate_takes_a_limit(capsys, model_folder, pairs_file):
    _, out, _ = run(capsys, "evaluate", "--model", model_folder, "--pairs", pairs_file, "--limit", 3)
    assert "(3 sentences)" in out and out.count("source ") == 3


@pytest.mark.parametrize(("targets", "is_noted"), [("anna chante .", True), ("anna ne chante jamais .", False)])
def test_bleu_of_targets_below_four_tokens_gets_a_note(
    capsys, model_folder, pairs_file, monkeypatch, targets, is_noted
):
    pairs_file.write_text(f"anna sings.\t{targets}\nben sings.\tb{targets}\n", encoding="utf-8")
    monkeypatch.setattr(Translator, "translate", lambda self, sentences, **how: [targets, "b" + targets])
    status, out, err = run(capsys, "evaluate", "--model", model_folder, "--pairs", pairs_file)
    assert status == 0 and "exact match 100.0 %" in out and ("BLEU 0.0" in out) == is_noted
    assert err.startswith("note: BLEU is 0 since no translation has four tokens") == is_noted


def test_one_translation_for_everything_is_noticed(capsys, model_folder, pairs_file, monkeypatch):
    monkeypatch.setattr(Translator, "translate", lambda self, sentences, **how: ["je ."] * len(sentences))
    _, _, err = run(capsys, "evaluate", "--model", model_folder, "--pairs", pairs_file)
    assert err.startswith(
        "warning: all 40 sentences get one translation, 'je .': the model does not look at its source"
    )
    assert run(capsys, "evaluate", "--model", model_folder, "--pairs", pairs_file, "--limit", 1)[2] == ""


# Download


def test_download_prints_where_the_file_lies(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(corpus, "download_tatoeba", lambda: tmp_path / "fra-eng.zip")
    assert run(capsys, "download") == (0, f"{tmp_path / 'fra-eng.zip'}\n", "")


def test_a_failed_download_says_how_to_go_on(capsys, monkeypatch, cache):
    monkeypatch.setattr(corpus, "TATOEBA_URL", "http://127.0.0.1:1/fra-eng.zip")
    assert_one_line_error(run(capsys, "download"), "give its path instead of")


# Errors


def assert_one_line_error(result: tuple[int, str, str], expected: str) -> None:
    status, out, err = result
    errors = [line for line in err.splitlines() if not line.startswith("Downloading data from")]  # pooch's word
    assert (status, out, len(errors)) == (1, "", 1), err
    assert errors[0].startswith("error: ") and expected in errors[0]


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ("train --out {tmp}/m --pairs nowhere.tsv", "no source or file 'nowhere.tsv'"),
        ("train --out {tmp}/m --pairs {tmp}", "is a folder"),
        ("train --out {tmp}/m --pairs {tmp}/empty.tsv", "no usable line"),
        ("train --out {tmp}/empty.tsv --limit 50 --epochs 1", "give the name of a folder"),
        ("train --out {tmp}/m --source-file {tmp}/empty.tsv", "--source-file and --target-file belong together"),
        ("train --out {tmp}/m --target-file {tmp}/empty.tsv", "--source-file and --target-file belong together"),
        ("train --out {tmp}/m --epochs 0", "epochs is 0; expected"),
        ("train --out {tmp}/m --time-limit -1", "time_limit_s is -1.0; expected"),
        ("train --out {tmp}/m --num-hiddens 0", "num_hiddens is 0; expected"),
        ("train --out {tmp}/m --device abacus --limit 100", "device is 'abacus'; expected"),
        ("train --out {tmp}/m --test-fraction 1", "--test-fraction is 1.0; expected"),
        ("train --out {tmp}/m --resume", "--resume needs --checkpoint FOLDER"),
        ("train --out {tmp}/m --limit 0", "limit is 0; expected at least 1"),
        ("train --out {tmp}/m --limit 1", "fewer than two distinct sources"),
        ("train --out {tmp}/m --limit 50 --epochs 1 --checkpoint {tmp}/empty.tsv", "give the name of a folder"),
        ("translate --model {tmp}/nowhere go", "no model.json in"),
        ("evaluate --model {tmp} --pairs lessons", "no model.json in"),
        ("evaluate --model {model} --pairs nowhere.tsv", "no source or file"),
    ],
)
def test_an_error_is_one_line_on_stderr_and_status_1(capsys, tmp_path, model_folder, argv, expected):
    (tmp_path / "empty.tsv").write_text("")
    words = [word.format(tmp=tmp_path, model=model_folder) for word in argv.split()]
    status, out, err = run(capsys, *words)
    first_lines = [line for line in err.splitlines() if not re.match(r"\d+ pairs: ", line)]
    assert_one_line_error((status, out, "\n".join(first_lines)), expected)


def test_an_error_of_the_real_program_shows_no_traceback():
    ran = run_process("translate", "--model", "nowhere", "go")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("error: no model.json in nowhere: ") and ran.stderr.count("\n") == 1


def test_skipped_lines_are_one_warning_on_stderr(capsys, pairs_file, tmp_path):
    with pairs_file.open("a", encoding="utf-8") as file:
        file.write("broken line\n")
    status, _, err = run(capsys, "train", "--pairs", pairs_file, "--out", tmp_path / "model", *QUICK)
    assert status == 0
    assert f"warning: {pairs_file}: skipped 1 lines: 1 with 1 column instead of 2 or 3\n" in err


def test_text_that_is_not_utf_8_on_standard_input(model_folder):
    ran = subprocess.run(
        [sys.executable, "-m", "seq2seq_lessons", "translate", "--model", model_folder],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "utf-8:strict"},
        capture_output=True,
        input="été\n".encode("latin-1"),
    )
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert ran.stderr.startswith(b"error: standard input is not UTF-8 text ('utf-8' codec can't decode byte 0xe9")
    assert ran.stderr.count(b"\n") == 1


def test_a_disk_that_is_full_after_the_training_does_not_cost_the_model(capsys, pairs_file, tmp_path, monkeypatch):
    save = Translator.save

    def full(translator, folder):
        if folder == str(tmp_path / "model"):
            raise OSError(28, "No space left on device")
        save(translator, folder)

    monkeypatch.setattr(Translator, "save", full)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    status, _, err = run(capsys, "train", "--pairs", pairs_file, "--out", tmp_path / "model", *QUICK)
    assert status == 1
    (refuge,) = tmp_path.glob("seq2seq-lessons-*")
    assert "No space left on device" in err and f"move the translator from {refuge}" in err
    assert Translator.load(refuge).translate("anna sings.") is not None
