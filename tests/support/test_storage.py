"""A stored model is the old one or the new one, never half of either; a damaged one is refused with a reason."""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_lessons.support import storage
from seq2seq_lessons.support.storage import check_folder, read_folder, write_folder
from tests.soak import soaked

OLD = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.zeros(0)}
NEW = {"a": torch.ones(2, 3), "c": torch.tensor([True, False])}


def contents(folder: Path, kind: str = "model"):
    tensors, description = read_folder(folder, kind)
    return {name: tensor.tolist() for name, tensor in tensors.items()}, description["name"]


OLD_CONTENTS = {"a": [[0, 1, 2], [3, 4, 5]], "b": []}, "old"
NEW_CONTENTS = {"a": [[1, 1, 1], [1, 1, 1]], "c": [True, False]}, "new"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with the old model."""
    write_folder(tmp_path / "model", "model", OLD, {"name": "old"})
    return tmp_path / "model"


@given(
    st.lists(st.sampled_from([torch.float32, torch.float64, torch.bfloat16, torch.int64]), min_size=1),
    st.dictionaries(st.sampled_from("xyz"), st.none() | st.text("é\n\"'<", max_size=4) | st.lists(st.integers())),
)
def test_what_is_read_is_what_was_written(tmp_path_factory, dtypes, description):
    folder = tmp_path_factory.mktemp("any")
    tensors = {f"t.{i}": torch.randn(i + 1, 2).to(dtype) for i, dtype in enumerate(dtypes)}
    write_folder(folder, "model", tensors, description)
    read, read_description = read_folder(folder, "model")
    assert read.keys() == tensors.keys()
    assert all(torch.equal(read[name], tensors[name]) and read[name].dtype == tensors[name].dtype for name in tensors)
    assert {name: read_description[name] for name in description} == description


def test_half_a_character_is_kept(tmp_path):
    """As in JSON whose emoji was cut in two: no reason to lose what was trained on it."""
    write_folder(tmp_path, "model", OLD, {"name": "\ud83d"})
    assert contents(tmp_path)[1] == "\ud83d"


def test_tensors_may_share_memory_or_be_transposed(tmp_path):
    weight = torch.arange(6.0).reshape(2, 3)
    write_folder(tmp_path, "model", {"tied": weight, "same": weight, "turned": weight.T}, {})
    read, _ = read_folder(tmp_path, "model")
    assert torch.equal(read["tied"], weight) and torch.equal(read["same"], weight)
    assert torch.equal(read["turned"], weight.T)


def test_a_new_model_replaces_the_old_one_and_leaves_nothing_of_it(folder):
    write_folder(folder, "model", NEW, {"name": "new"})
    assert contents(folder) == NEW_CONTENTS
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".lock", ".safetensors"]


def test_files_that_others_put_there_stay(folder):
    """A shard of another tool, whatever its name looks like, and its temporary files."""
    others = [
        folder / name
        for name in ("model-00001-of-00002.safetensors", "model-0123456789abcdef.safetensors", ".model.tmp")
    ]
    for path in others:
        path.write_bytes(b"not ours")
        os.utime(path, (0, 0))
    write_folder(folder, "model", NEW, {"name": "new"})
    assert contents(folder) == NEW_CONTENTS
    assert all(path.read_bytes() == b"not ours" for path in others)
    assert len(list(folder.glob("*.safetensors"))) == 3


@pytest.mark.parametrize("theirs", ['{"architectures": ["T5"]}', "{}", "[]", "not JSON"])
def test_a_description_that_others_wrote_is_not_replaced(tmp_path, theirs):
    (tmp_path / "model.json").write_text(theirs)
    with pytest.raises(FileExistsError, match="is not one that this package wrote.*give another folder"):
        write_folder(tmp_path, "model", NEW, {"name": "new"})
    assert (tmp_path / "model.json").read_text() == theirs
    assert not list(tmp_path.glob("*.safetensors"))


SAVE_AND_LOAD = """
import sys, torch
from concurrent.futures import ThreadPoolExecutor
from seq2seq_lessons.support.storage import read_folder, write_folder
folder, number = sys.argv[1], int(sys.argv[2])
models = [({"a": torch.full((1000,), float(i))}, {"name": i}) for i in range(3)]
def write():
    for times in range(number):
        write_folder(folder, "model", *models[times % 3])
with ThreadPoolExecutor(1) as pool:
    writing, loaded = pool.submit(write), 0
    while not (writing.done() and loaded):
        tensors, description = read_folder(folder, "model")
        assert tensors["a"].eq(float(description["name"])).all()
        loaded += 1
    writing.result()
"""


def test_readers_beside_writers_that_take_turns(folder):
    """Two processes, and two threads in each, save into one folder and load from it: nobody fails."""
    write_folder(folder, "model", {"a": torch.zeros(1000)}, {"name": 0})
    command = [sys.executable, "-c", SAVE_AND_LOAD, folder, str(soaked(200, 5000))]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        _, failed = process.communicate()
        assert process.returncode == 0, failed.decode()[-2000:]
    assert len(list(folder.glob("*.safetensors"))) == 1


def test_writing_the_same_again_keeps_its_weights(folder):
    write_folder(folder, "model", OLD, {"name": "old"})
    assert contents(folder) == OLD_CONTENTS


def test_two_kinds_live_side_by_side(folder):
    write_folder(folder, "checkpoint", NEW, {"name": "new"})
    assert contents(folder) == OLD_CONTENTS
    assert contents(folder, "checkpoint") == NEW_CONTENTS


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
@pytest.mark.parametrize("number", [0, 1])
def test_a_failure_at_any_call_leaves_the_old_model(folder, monkeypatch, call, number):
    real = {"open": open, "fsync": os.fsync, "replace": os.replace}[call]
    calls = iter(range(number, -1, -1))

    def fail(*args, **kwargs):
        if next(calls, None) == 0:
            raise OSError("no space left on device")
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        if call == "open":
            patched.setattr(storage, "open", fail, raising=False)
        else:
            patched.setattr(storage.os, call, fail)
        with pytest.raises(OSError, match="no space left"):
            write_folder(folder, "model", NEW, {"name": "new"})
    assert contents(folder) == OLD_CONTENTS
    assert not list(folder.glob(".seq2seq-lessons-*"))  # no temporary file is left
    write_folder(folder, "model", NEW, {"name": "new"})
    assert contents(folder) == NEW_CONTENTS


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_cannot_flush_is_written_all_the_same(folder, monkeypatch, code):
    def fsync(fd):
        raise OSError(code, "Invalid argument")

    monkeypatch.setattr(storage.os, "fsync", fsync)
    write_folder(folder, "model", NEW, {"name": "new"})
    assert contents(folder) == NEW_CONTENTS


@pytest.mark.parametrize("times", [3, 4])
def test_a_file_that_somebody_has_open_is_replaced_a_moment_later(folder, monkeypatch, times):
    """Windows refuses while a reader or a virus scanner has it open; only a refusal that stands counts."""
    replace, waits, refusals = os.replace, [], iter([1] * times)

    def refuse(old, new):
        if next(refusals, None):
            raise PermissionError(5, "Access is denied")
        replace(old, new)

    monkeypatch.setattr(storage.os, "replace", refuse)
    monkeypatch.setattr(storage.time, "sleep", waits.append)
    if times == 4:
        with pytest.raises(PermissionError):
            write_folder(folder, "model", NEW, {"name": "new"})
        assert contents(folder) == OLD_CONTENTS
    else:
        write_folder(folder, "model", NEW, {"name": "new"})
        assert contents(folder) == NEW_CONTENTS
    assert 1 <= sum(waits) <= 3 and not list(folder.glob(".seq2seq-lessons-*"))


@pytest.mark.parametrize("name", ["~/models", "$HOME/models", "${MODELS}"])
def test_a_tilde_and_variables_in_a_path_mean_what_they_mean_to_a_shell(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(home))
    monkeypatch.setenv("MODELS", str(home / "models"))
    write_folder(name, "model", OLD, {"name": "old"})
    assert contents(home / "models") == contents(name) == OLD_CONTENTS
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_everything_is_flushed_before_it_gets_its_name(folder, monkeypatch):
    order = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(storage.os, "fsync", lambda fd: order.append("flush") or fsync(fd))
    monkeypatch.setattr(storage.os, "replace", lambda a, b: order.append(Path(b).suffix) or replace(a, b))
    write_folder(folder, "model", NEW, {"name": "new"})
    assert order == ["flush", ".safetensors", "flush", ".json"]


KILL_REPEATEDLY = """
import os, random, signal, sys, time, torch
from seq2seq_lessons.support.storage import read_folder, write_folder
folder, times, moments = sys.argv[1], int(sys.argv[2]), random.Random(0)
models = [({"a": torch.full((400_000,), float(i))}, {"name": i}) for i in range(2)]
write_folder(folder, "model", *models[0])
for _ in range(times):
    saver = os.fork()
    while saver == 0:
        for tensors, description in reversed(models):
            write_folder(folder, "model", tensors, description)
    time.sleep(moments.uniform(0.005, 0.2))
    os.kill(saver, signal.SIGKILL)
    os.waitpid(saver, 0)
    tensors, description = read_folder(folder, "model")
    assert tensors["a"].eq(float(description["name"])).all()
    print("survived", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no fork, and no signal that kills")
def test_killed_at_any_moment_the_folder_holds_one_of_the_models(tmp_path):
    times = soaked(10, 500)
    script = [sys.executable, "-c", KILL_REPEATEDLY, tmp_path, str(times)]
    done = subprocess.run(script, capture_output=True, text=True)
    assert done.stdout.count("survived") == times, done.stderr[-2000:]
    # what the killed ones left is cleared away by a later save, but not what another process may be writing now
    write_folder(tmp_path, "model", OLD, {"name": "old"})
    left = [*tmp_path.glob(".seq2seq*"), *(tmp_path / f".seq2seq-lessons-model-{name}" for name in "ab")]
    for temporary in left:
        temporary.touch()
        os.utime(temporary, (0, time.time() - 2 * storage.ABANDONED_AFTER_S * (temporary != left[-1])))
    write_folder(tmp_path, "model", NEW, {"name": "new"})
    assert list(tmp_path.glob(".seq2seq*")) == [left[-1]]


FILL = """
import resource, signal, sys, torch
from seq2seq_lessons.support.storage import read_folder, write_folder
folder, limit = sys.argv[1], int(sys.argv[2])
write_folder(folder, "model", {"a": torch.zeros(1000)}, {"name": "old"})
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for name in ("big", "bigger"):
    try:
        write_folder(folder, "model", {"a": torch.ones(100_000)}, {"name": name})
    except OSError:
        print(read_folder(folder, "model")[1]["name"])
"""
MOUNT = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs -o size=256k tmpfs "$0" && exec "$@"']
MAY_MOUNT = bool(shutil.which("unshare")) and not (
    subprocess.run([*MOUNT, "/mnt", "true"], capture_output=True).returncode
)


@pytest.mark.parametrize(
    "limit",
    [
        pytest.param(100_000, marks=pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size")),
        pytest.param(0, marks=pytest.mark.skipif(not MAY_MOUNT, reason="this user may not mount a small disk")),
    ],
    ids=["file size", "small disk"],
)
def test_a_full_disk_leaves_the_old_model(tmp_path, limit):
    """The weights do not fit: what was there stands, also for a second try."""
    script = [sys.executable, "-c", FILL, str(tmp_path), str(limit)]
    done = subprocess.run(script if limit else [*MOUNT, str(tmp_path), *script], capture_output=True, text=True)
    assert done.stdout == "old\nold\n", done.stderr


# What can be wrong with a folder


def describe(folder: Path, **changes) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def weights_of(folder: Path) -> Path:
    return next(folder.glob("*.safetensors"))


def test_no_folder_and_nothing_in_it(tmp_path):
    for folder in (tmp_path / "missing", tmp_path):
        with pytest.raises(FileNotFoundError, match=r"no model.json in .*: give the folder that save\(\)"):
            read_folder(folder, "model")


@pytest.mark.parametrize("keep", [0, 1, 8, 50, -1])
def test_truncated_weights(folder, keep):
    weights_of(folder).write_bytes(weights_of(folder).read_bytes()[:keep])
    with pytest.raises(ValueError, match="safetensors is damaged or belongs to another model.*copy the folder again"):
        read_folder(folder, "model")


def test_weights_of_another_model(folder, tmp_path):
    write_folder(tmp_path / "other", "model", NEW, {"name": "new"})
    weights_of(folder).write_bytes(weights_of(tmp_path / "other").read_bytes())
    with pytest.raises(ValueError, match="belongs to another model"):
        read_folder(folder, "model")


def test_weights_that_are_not_weights(folder):
    weights_of(folder).write_bytes(b"not weights")
    describe(folder, sha256=hashlib.sha256(b"not weights").hexdigest())
    with pytest.raises(ValueError, match="is not a safetensors file"):
        read_folder(folder, "model")


def test_missing_weights(folder):
    name = weights_of(folder).name
    weights_of(folder).unlink()
    with pytest.raises(ValueError, match=f"names {name}, which is not in .*: copy the whole folder"):
        read_folder(folder, "model")


@pytest.mark.parametrize("written", [2, "1", None])
def test_a_format_of_another_version(folder, written):
    describe(folder, format=written)
    with pytest.raises(ValueError, match=f"has format {written!r}, this version .* reads 1: install the version"):
        read_folder(folder, "model")


@pytest.mark.parametrize("garbage", [b"", b"{", b"[]", b"null", b"7", b"{}", b"\xff\xfe", b'{"format": 1}'])
def test_garbage_instead_of_a_description(folder, garbage):
    (folder / "model.json").write_bytes(garbage)
    with pytest.raises(ValueError, match="model.json is not a description that this package wrote"):
        read_folder(folder, "model")


@pytest.mark.parametrize("way_out", ["../outside.safetensors", "{parent}/outside.safetensors", "..", "", "/"])
def test_a_description_cannot_point_out_of_its_folder(folder, way_out):
    outside = folder.parent / "outside.safetensors"
    outside.write_bytes(weights_of(folder).read_bytes())  # the right weights, in the wrong place
    describe(folder, weights=way_out.format(parent=folder.parent))
    with pytest.raises(ValueError, match="which is not in"):
        read_folder(folder, "model")


def test_a_folder_is_made_with_those_above_it(tmp_path):
    assert check_folder(tmp_path / "a" / "b").is_dir()
    assert check_folder(str(tmp_path / "a" / "b")) == tmp_path / "a" / "b"


@pytest.mark.parametrize("path", ["file", "file/below"])
def test_a_file_is_no_folder(tmp_path, path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match="is, or lies in, a file; give the name of a folder"):
        write_folder(tmp_path / path, "model", OLD, {})
