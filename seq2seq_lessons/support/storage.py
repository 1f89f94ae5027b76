"""A folder with weights (safetensors) and a readable description (JSON) that is never half-written.

The weights go to a new file named after their hash and are flushed to disk; then the description, which names that
file, replaces the old one in a single rename. That rename is the commit: killed at any moment, the folder holds the old
model or the new one. Nothing in the folder can run code.
"""

import errno
import hashlib
import json
import os
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from seq2seq_lessons.support.paths import expanded

FORMAT = 1
# What file systems answer that lack the one or the other, as some network drives do.
NO_LOCKS, NO_FLUSH = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP), (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)
ABANDONED_AFTER_S = 3600  # a temporary file of this age belongs to a process that was killed


def write_folder(folder: str | Path, kind: str, tensors: dict[str, Tensor], description: dict[str, Any]) -> None:
    """Store tensors and a description under `folder/<kind>.json`, replacing an older one of that kind.

    Several processes that store into one folder take turns. Of the folder's other files none is touched.

    Raises:
        NotADirectoryError: `folder` is a file.
        FileExistsError: `<kind>.json` is there and is not one that this package wrote.
        OSError: the disk is full or read-only; the old contents stand.
    """
    folder = check_folder(folder)
    # .contiguous() and .clone(): safetensors refuses tensors that share memory
    data = save({name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()})
    digest = hashlib.sha256(data).hexdigest()
    weights, path = folder / _weights_name(kind, digest), folder / f"{kind}.json"
    header = {"format": FORMAT, "kind": kind, "weights": weights.name, "sha256": digest}
    text = json.dumps(header | description, ensure_ascii=False, indent=1)
    with one_at_a_time(folder / f".{kind}.lock"):
        replaced = _replaceable_weights(path, kind)
        _write_flushed(weights, kind, data)
        _write_flushed(path, kind, text.encode(errors="surrogatepass"))  # half a character is a word like another
        if replaced is not None and replaced != weights:
            replaced.unlink(missing_ok=True)
        for temporary in folder.glob(f"{_temporary_name(kind)}*"):
            if time.time() - temporary.stat().st_mtime > ABANDONED_AFTER_S:
                temporary.unlink(missing_ok=True)


@contextmanager
def one_at_a_time(path: Path, waiting: str = "", is_patient: bool = True) -> Iterator[None]:
    """A block that one process at a time is in, where the file system has locks, as some that are shared have not.

    Args:
        path: the lock's file; made if it is missing.
        waiting: what to print where another process is in the block.
        is_patient: wait for that process; else enter all the same.

    Raises:
        OSError: the file cannot be written.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if is_patient:
            if waiting:
                print(waiting, flush=True)
            lock.acquire()
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno not in NO_LOCKS:
            raise
        warnings.warn(f"this file system has no locks ({error}): let one program at a time save there", stacklevel=2)
    try:
        yield
    finally:
        lock.release()


def _weights_name(kind: str, digest: str) -> str:
    return f"{kind}-{digest[:16]}.safetensors"


def _temporary_name(kind: str) -> str:
    return f".seq2seq-lessons-{kind}-"


def _replaceable_weights(path: Path, kind: str) -> Path | None:
    """The file of weights that a description names, once that description is replaced; None where there is none."""
    if not path.exists():
        return None
    try:
        description = json.loads(path.read_bytes())
        name = _weights_name(kind, description["sha256"])
        if description["weights"] == name and description["kind"] == kind:
            return path.with_name(name)
    except (ValueError, KeyError, TypeError):
        pass
    raise FileExistsError(
        f"{path} is there and is not one that this package wrote, or it is damaged: give another folder, or "
        "move it away"
    )


def check_folder(folder: str | Path, kind: str | None = None) -> Path:
    """Make the folder if it is missing.

    Args:
        kind: of what is to be stored there, for who wants to know beforehand that `write_folder` will not refuse.

    Raises:
        NotADirectoryError: it, or something above it, is a file.
        FileExistsError: `<kind>.json` is there and is not one that this package wrote.
    """
    folder = expanded(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotADirectoryError(f"{folder} is, or lies in, a file; give the name of a folder to save into") from None
    if kind is not None:
        _replaceable_weights(folder / f"{kind}.json", kind)
    return folder


def _write_flushed(path: Path, kind: str, data: bytes) -> None:
    temporary = path.with_name(f"{_temporary_name(kind)}{uuid.uuid4().hex}")
    try:
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            try:
                os.fsync(file.fileno())
            except OSError as error:
                if error.errno not in NO_FLUSH:
                    raise
        for wait_s in (0.05, 0.2, 1, None):
            try:
                os.replace(temporary, path)
                break
            except PermissionError:  # on Windows also while a reader or a virus scanner has the old file open
                if wait_s is None:
                    raise
                time.sleep(wait_s)
    finally:
        temporary.unlink(missing_ok=True)


def read_folder(folder: str | Path, kind: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and the description that `write_folder` stored; another process may be storing new ones.

    Raises:
        FileNotFoundError: no such folder, or nothing of that kind in it.
        ValueError: the description or the weights are damaged, do not belong together, or come from another version.
    """
    path = expanded(folder) / f"{kind}.json"
    if not path.is_file():
        raise FileNotFoundError(f"no {path.name} in {folder}: give the folder that save() or `train --out` wrote")
    num_failures = 0
    while True:
        text = path.read_bytes()
        try:
            return _read(path, text)
        except ValueError:  # the weights may have gone as the description was replaced: the new one names its own
            num_failures = num_failures + 1 if path.read_bytes() == text else 0
            if num_failures == 3:  # nobody is replacing it
                raise
            time.sleep(0.01)


def _read(path: Path, text: bytes) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        description = json.loads(text)
        written, name, digest = (description[key] for key in ("format", "weights", "sha256"))
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f"{path} is not a description that this package wrote, or it is damaged: train again or "
            "restore it from a copy"
        ) from None
    if written != FORMAT:
        raise ValueError(
            f"{path} has format {written!r}, this version of seq2seq_lessons reads {FORMAT}: "
            "install the version that saved it, or train again"
        )
    weights = path.parent / Path(str(name)).name  # a name in this folder, whatever the file says
    if not weights.is_file():
        raise ValueError(f"{path} names {name}, which is not in {path.parent}: copy the whole folder, not one file")
    try:
        data = weights.read_bytes()
    except FileNotFoundError:  # it went this moment: `read_folder` looks for what came in its place
        raise ValueError(f"{path} names {name}, which is gone") from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(
            f"{weights} is damaged or belongs to another model (its checksum differs from the one in "
            f"{path.name}): copy the folder again, or train again"
        )
    try:
        return load(data), description
    except SafetensorError as error:
        raise ValueError(f"{weights} is not a safetensors file ({error}): train again") from None
