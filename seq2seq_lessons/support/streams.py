"""The command line among other programs: text that is UTF-8 everywhere, pipes that close, lines as they come."""

import codecs
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO

MAX_BYTES_AT_ONCE = 1 << 20  # of a file; sentences of one length are translated together, so many are fast


def make_utf8() -> None:
    """Let standard input, output and errors be UTF-8 whatever the locale; one that is closed is as good as empty."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):  # not where a notebook or a test has put something else
            stream.reconfigure(encoding="utf-8")


def silence(stream: TextIO) -> None:
    """Lead to nowhere what is still to be written, so that Python can end without a complaint."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Lasting:
    """A stream to write to that falls silent when its reader has gone, or the terminal was closed."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or do as if."""
        self._last(self._stream.write, text)
        return len(text)

    def flush(self) -> None:
        """Flush, or do as if."""
        self._last(self._stream.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _last(self, action: Any, *args: str) -> None:
        try:
            action(*args)
        except OSError:
            silence(self._stream)


@contextmanager
def to_the_end(takes_signals: bool = True) -> Iterator[None]:
    """A block that no closed pipe ends, and that Ctrl-C interrupts.

    Args:
        takes_signals: as Ctrl-C does, so does the terminal's end, and the signal with which a cluster ends a job; not
            where it is ignored, as under `nohup`.
    """
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(Lasting(sys.stdout)))
        stack.enter_context(redirect_stderr(Lasting(sys.stderr)))
        for name in ("SIGTERM", "SIGHUP") if takes_signals else ():
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)
                stack.callback(signal.signal, number, signal.SIG_DFL)
        yield
        sys.stdout.flush()


def lines_as_they_come() -> Iterator[list[str]]:
    """Standard input, as many lines at a time as are there: one of a terminal or another program, thousands of a file.

    Raises:
        ValueError: it is not UTF-8 text.
    """
    if sys.stdin.isatty():
        print("a sentence, then Enter; Ctrl-D ends (on Windows Ctrl-Z, Enter)", file=sys.stderr)
    source: Any = sys.stdin.buffer
    decoder, rest, is_over = codecs.getincrementaldecoder("utf-8-sig")(), "", False
    while not is_over:
        data = source.read1(MAX_BYTES_AT_ONCE)
        is_over = not data
        try:
            *lines, rest = (rest + decoder.decode(data, is_over)).split("\n")
        except UnicodeDecodeError as error:
            words = f"standard input is not UTF-8 text ({error}): save the file as UTF-8 in your editor"
            raise ValueError(words) from None
        lines += [rest] if is_over and rest else []
        if lines:
            yield [line.removesuffix("\r") for line in lines]
