"""A time limit for work on one text: what would never end is broken off, so that the others go on.

It is an alarm of the system (``setitimer``), which Python looks at between two of its own instructions, and ``re``
every few thousand steps of a search. It cannot break off one call into compiled code that looks at nothing (a product
of matrices, a tokenizer's pass): such a call is broken off as it returns. Alarms go to a process's main thread, where
crawls, flows and commands do their work; in any other thread, and on Windows, there is no limit, and the work runs to
its end under the lease.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from core.errors import SoatinError

_AGAIN = 1.0
"""Seconds after which the alarm is raised once more, should the work have caught the first."""


class TimeLimitError(SoatinError):
    """The work took longer than it may."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitError in the work inside when it has not ended after so many seconds of the clock on the wall. An
    outer limit is suspended meanwhile.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    ended = False

    def over(_signal: int, _frame: FrameType | None) -> None:
        if not ended:
            raise TimeLimitError(f"took longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, over)
    outer = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        ended = True
        signal.setitimer(signal.ITIMER_REAL, *outer)
        signal.signal(signal.SIGALRM, before)
