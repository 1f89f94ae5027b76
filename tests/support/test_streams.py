"""The command line in a pipe, in a terminal, in any locale, and without either."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from seq2seq_lessons.config import TrainConfig
from seq2seq_lessons.support import streams
from seq2seq_lessons.support.progress import Clock, bar
from seq2seq_lessons.translator import Translator
from tests.test_main import QUICK, ROOT, UNIX

PROGRAM = f'"{sys.executable}" -m seq2seq_lessons'
BUFFERED = {"PYTHONUNBUFFERED": ""}  # streams as they usually are
LATIN = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
if f"{ROOT}{sys.prefix}".isascii():  # else torch itself cannot be imported in that locale
    LATIN["LC_ALL"] = "C"


def shell(line: str, **how) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | BUFFERED
    return subprocess.run(["bash", "-c", line], env=environment, capture_output=True, text=True, timeout=60, **how)


@pytest.fixture
def accented(model_folder, tmp_path):
    """The toy translator with words that ASCII and Latin-1 do not have."""
    folder = shutil.copytree(model_folder, tmp_path / "accented")
    description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    words = {"anna": "\u0153t\u00e9", "chante": "\u5531"}
    for side in ("source_tokens", "target_tokens"):
        description[side] = [words.get(token, token) for token in description[side]]
    (folder / "model.json").write_text(json.dumps(description), encoding="utf-8")
    return folder


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "byte-order mark"])
def test_text_is_utf_8_whatever_the_locale(accented, mark):
    ran = subprocess.run(
        [sys.executable, "-m", "seq2seq_lessons", "translate", "--model", accented],
        cwd=ROOT,
        env=os.environ | LATIN,
        input=f"{mark}\u0153t\u00e9 sings.\r\n".encode(),
        capture_output=True,
    )
    assert ran.stdout.decode().splitlines() == ["\u0153t\u00e9 \u5531 ."], ran.stderr


@UNIX
@pytest.mark.parametrize(("num_lines", "reader"), [(40_000, "head -1"), (1, "true")])
def test_a_pipe_that_closes_ends_a_translation_quietly(model_folder, tmp_path, translator, num_lines, reader):
    (tmp_path / "many").write_text("anna sings.\n" * num_lines)
    ran = shell(f'{PROGRAM} translate --model "{model_folder}" < "{tmp_path}/many" | {reader}; echo ${{PIPESTATUS[0]}}')
    seen = [translator.translate("anna sings.")] * (reader != "true")
    assert ran.stdout.splitlines() == [*seen, "141"] and ran.stderr == ""


@UNIX
@pytest.mark.parametrize("ends", ["2>&1 | true", ">&- 2>&- <&-"], ids=["closed pipe", "no streams"])
def test_a_training_goes_on_and_saves_when_nobody_listens(pairs_file, tmp_path, ends):
    options = " ".join(map(str, QUICK))
    ran = shell(
        f'{PROGRAM} train --pairs "{pairs_file}" --out "{tmp_path}/model" {options} {ends}; echo ${{PIPESTATUS[0]}} >&2'
    )
    assert ran.stderr == "0\n"
    assert len(Translator.load(tmp_path / "model").history.train_loss) == 2


def test_a_program_without_a_console_trains_without_a_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with bar(True, 0, Clock(TrainConfig(epochs=1), 3)) as shown:
        shown.update()


@UNIX
@pytest.mark.parametrize("is_typed", [True, False], ids=["terminal", "another program"])
def test_a_sentence_is_answered_at_once(model_folder, translator, is_typed):
    ours, theirs = os.openpty() if is_typed else os.pipe()[::-1]
    command = [sys.executable, "-m", "seq2seq_lessons", "translate", "--model", str(model_folder)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | BUFFERED, stdin=theirs, text=True, **pipes) as process:
        os.close(theirs)
        for sentence in ("anna sings.", "ben reads."):
            os.write(ours, f"{sentence}\n".encode())
            assert process.stdout.readline() == translator.translate(sentence) + "\n"
        os.write(ours, b"\x04" * is_typed)  # Ctrl-D
        if not is_typed:
            os.close(ours)
        assert process.stderr.read().startswith("a sentence, then Enter; Ctrl-D ends") == is_typed
    assert process.returncode == 0


def test_a_file_of_many_lines_keeps_their_order_and_numbers(capsys, monkeypatch):
    monkeypatch.setattr(streams, "MAX_BYTES_AT_ONCE", 5)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("a\nb\r\n\n\u00e9t\u00e9\r\nd\re".encode())))
    assert list(streams.lines_as_they_come()) == [["a", "b"], [""], ["\u00e9t\u00e9"], ["d\re"]]
    assert capsys.readouterr().err == ""


@UNIX
def test_a_closed_terminal_interrupts_and_nohup_does_not():
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # these tests themselves may run under nohup
    with pytest.raises(KeyboardInterrupt), streams.to_the_end():
        os.kill(os.getpid(), signal.SIGHUP)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with streams.to_the_end():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
