"""Running what a learner wrote: in a thread, with a time limit, and with a hint instead of an exception."""

import contextvars
import ctypes
import dis
import functools
import inspect
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

TIME_LIMIT_S = 5.0  # of processor time: a busy hub makes nobody's loop endless
WAITING_LIMIT_S = 60.0  # for code that waits and takes none


class Hint(Exception):
    """Raised where a learner's answer cannot be judged any further; its text is the hint."""


class Stopped(Hint):
    """The learner's code raised an error; the text names it, and the learner's own line."""


class Unanswered(Exception):
    """Raised by a judge that finds the stub still in place."""


def guarded(function: Callable) -> Callable:
    """The learner's function, with a time limit, and with `Hint` instead of the exceptions that it raises.

    It runs in a thread of its own, which sees the grad mode of a fresh thread: enabled.
    """

    def call(*args: Any) -> Any:
        outcome: dict[str, Any] = {}

        def work() -> None:
            try:
                outcome["result"] = function(*args)
            except BaseException as error:  # exit() too: whatever ends the learner's function is reported as a hint
                outcome["error"] = error

        # the copied context sends what the function prints to the learner's cell
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True)
        thread.start()
        try:
            too_long = _too_long(thread)
        finally:
            if thread.is_alive():  # end the loop, or it takes the kernel's time for ever
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
                )
        if too_long:
            raise Hint(too_long)
        if "error" in outcome:
            error = outcome["error"]
            text = " ".join(str(error).split())
            raise Stopped(f"your code stopped with {type(error).__name__}: {text}{_line(function, error)}")
        return outcome["result"]

    return call


def _too_long(thread: threading.Thread) -> str | None:
    """Wait until it has ended: None; or until a limit is reached: the hint."""
    waited, worked = time.monotonic() + WAITING_LIMIT_S, time.process_time() + TIME_LIMIT_S
    while thread.is_alive():
        if time.process_time() > worked:
            return f"your code was still running after {TIME_LIMIT_S:g} seconds of work: does a loop in it never end?"
        if time.monotonic() > waited:
            return f"your code was still waiting after {WAITING_LIMIT_S:g} seconds: what does it wait for?"
        thread.join(0.1)
    return None


def _line(function: Callable, error: BaseException) -> str:
    """The last line of the learner's own code that the error came through, if Python knows it."""
    code = _code(function)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.line for frame in frames if code is not None and frame.filename == code.co_filename and frame.line]
    return f"; your line: `{lines[-1]}`" if lines else ""


def _code(function: Callable) -> Any:
    return getattr(inspect.unwrap(function), "__code__", None)


_IDLE = {"RESUME", "NOP", "POP_TOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}


def is_stub(function: Callable) -> bool:
    """Whether it is written to do nothing but return a constant."""
    code = _code(function)
    return code is not None and all(step.opname in _IDLE for step in dis.get_instructions(code))


def asserting(test: Callable) -> Callable:
    """A learner's test, which may assert instead of returning: a failed assertion is False, coming through is True."""

    @functools.wraps(test)
    def verdict(*args: Any) -> Any:
        try:
            result = test(*args)
        except AssertionError:
            return False
        return True if result is None and not is_stub(test) else result

    return verdict
