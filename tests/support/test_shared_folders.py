"""The lessons' models in a folder that several users share: read by all, without a lock; trained by one, with words."""

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from seq2seq_lessons.support import storage
from seq2seq_lessons.support.shared_models import lessons_translator
from tests.support.test_shared_models import trainings  # noqa: F401  a fixture
from tests.support.test_storage import MAY_MOUNT

fcntl = pytest.importorskip("fcntl", reason="users and modes as Unix has them")
pytestmark = pytest.mark.usefixtures("trainings")

ROOT = Path(__file__).parents[2]
NOBODY = 65534
HOLD = "import sys; from filelock import FileLock; lock = FileLock(sys.argv[1]); lock.acquire(); print(); input()"
READ_ONLY = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount --bind -o ro "$0" "$0" && exec "$@"']
LESSON = """
from seq2seq_lessons.support import shared_models
from tests.toy import BRIEFLY, PAIRS, TINY
shared_models.load_splits = lambda name: {"train": PAIRS}
shared_models.LESSONS_MODEL, shared_models.LESSONS_TRAINING = TINY, BRIEFLY
print("learnt", shared_models.lessons_translator().history.stopped)
"""


@pytest.fixture
def shared(trainings, monkeypatch) -> Iterator[Path]:  # noqa: F811
    """A cache folder that everybody may reach, with the translator in it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("SEQ2SEQ_LESSONS_CACHE", folder)
        lessons_translator(progress=False)
        trainings.clear()
        yield Path(folder)
        change_modes(Path(folder), 0o755, 0o644)


def model_folder(shared: Path) -> Path:
    (description,) = (shared / "models").glob("lessons-*/model.json")
    return description.parent


def change_modes(folder: Path, of_folders: int, of_files: int) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(of_folders if path.is_dir() else of_files)


def lesson_of_another_user(folder: Path, of_files: int = 0o444) -> list[str]:
    """What somebody hears who may not write in the folder; root, whom no mode stops, is nobody meanwhile."""
    change_modes(folder, 0o555, of_files)
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            with warnings.catch_warnings(record=True, action="always") as caught:
                stopped = lessons_translator(progress=False).history.stopped
            heard = [*(str(warning.message) for warning in caught), stopped]
        except BaseException as error:
            heard = [repr(error)]
        os.write(writer, json.dumps(heard).encode())
        os._exit(0)
    os.close(writer)
    with open(reader) as file:
        heard = json.load(file)
    os.waitpid(child, 0)
    return heard


def test_a_whole_model_of_somebody_elses_is_read_without_a_word(shared):
    assert lesson_of_another_user(shared) == ["epochs"]


def test_in_somebody_elses_folder_a_model_is_trained_and_a_warning_says_that_it_is_not_kept(shared):
    shutil.rmtree(shared / "models")
    warning, stopped = lesson_of_another_user(shared)
    assert stopped == "epochs" and "set SEQ2SEQ_LESSONS_CACHE to a folder of your own" in warning
    assert warning.startswith("the trained model is not kept in ") and "Permission denied" in warning


def test_a_model_that_may_not_be_read_is_trained_again(shared):
    again, kept, stopped = lesson_of_another_user(shared, of_files=0)
    assert stopped == "epochs" and "is trained again: [Errno 13] Permission denied" in again and "not kept" in kept


@pytest.mark.skipif(not MAY_MOUNT, reason="this user may not mount")
def test_a_read_only_mount(shared):
    shutil.rmtree(shared / "models")
    command = [*READ_ONLY, str(shared), sys.executable, "-c", LESSON]
    lesson = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert lesson.stdout.endswith("\nlearnt epochs\n"), lesson.stderr
    assert "Read-only file system" in lesson.stderr


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS])
@pytest.mark.filterwarnings("ignore:flock not supported", "ignore:this file system has no locks")
def test_without_locks_it_is_trained_and_kept(trainings, monkeypatch, code):  # noqa: F811
    def flock(fd, operation):
        raise OSError(code, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    lessons_translator(progress=False)
    lessons_translator(progress=False)
    assert len(trainings) == 1


@pytest.mark.parametrize("error", [OSError(errno.ENOLCK, "No locks available"), NotImplementedError("no flock")])
def test_a_file_system_without_locks_is_a_warning(tmp_path, monkeypatch, error):
    """NotImplementedError is what filelock raised before its version 3.21."""

    def acquire(self, timeout):
        raise error

    monkeypatch.setattr(storage.FileLock, "acquire", acquire)
    words = "has no locks .*one program at a time"
    with pytest.warns(UserWarning, match=words), storage.one_at_a_time(tmp_path / "lock"):
        pass


@pytest.fixture
def holder(shared):
    """A program that holds the lock, as one does that trains the model."""
    lock = model_folder(shared).with_suffix(".lock")
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        alarm = threading.Timer(30, holder.kill)  # should somebody wait for it who ought not to
        alarm.start()
        yield holder
        alarm.cancel()
        holder.kill()


def test_neither_a_reader_nor_who_trains_anew_waits(trainings, holder):  # noqa: F811
    lessons_translator(progress=False)
    assert trainings == []
    lessons_translator(progress=False, retrain=True)
    assert len(trainings) == 1 and holder.poll() is None


@pytest.mark.parametrize("has_trained", [True, False])
def test_who_waits_says_so_and_goes_on_when_the_other_ends_or_is_killed(
    shared,
    holder,
    trainings,  # noqa: F811
    capsys,
    has_trained,
):
    folder = model_folder(shared)
    aside = folder.rename(shared / "aside")

    def end():
        if has_trained:
            aside.rename(folder)
        holder.kill()

    threading.Timer(0.5, end).start()
    lessons_translator()
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "another program trains 'lessons': waiting for it …"
    assert len(said) == len(trainings) + 1 == 2 - has_trained
