"""Processes of `soatin up` end with it, however it ends: each watches the one that all descend from.

The kernel tells a child of its parent's end where it can (Linux), and a thread looks every second: also in a flow run,
whose parent is Prefect's runner. Who does not end by SIGTERM within some seconds is killed; the archive stands that.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path

MARK = "SOATIN_UP"
"""Variable that all processes of an `up` carry: ``PID:START:FOLDER``, the process of `up` and its data folder."""
_EVERY, _GRACE = 1.0, 8.0
_PR_SET_PDEATHSIG = 1


def started(pid: int) -> str:
    """When a process began, as the kernel counts (/proc, Linux), so that its number alone is not taken for it; '' where
    that cannot be known or there is no such process.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text("latin-1").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def mark(data: Path) -> str:
    """The value of MARK for the children of this process."""
    return f"{os.getpid()}:{started(os.getpid())}:{data}"


def end_with_parent() -> None:
    """From now on this process and its group end when its parent or the `up` that it carries the mark of is gone.

    Without a mark nothing is done: who runs a flow by hand is not watched.
    """
    pid, _, rest = os.environ.get(MARK, "").partition(":")
    if not pid.isdigit() or int(pid) == os.getpid():
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    up = (int(pid), rest.partition(":")[0])
    threading.Thread(target=_watch, args=(os.getppid(), up), name="parent", daemon=True).start()


def _watch(parent: int, up: tuple[int, str]) -> None:
    while os.getppid() == parent and _alive(*up):
        time.sleep(_EVERY)
    # The group is this process's own: `up` and Prefect's runner start each child as the leader of one.
    leader = os.getpgrp() == os.getpid()
    for number, pause in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, 0.0)):
        os.killpg(0, number) if leader else os.kill(os.getpid(), number)
        time.sleep(pause)


def _alive(pid: int, start: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return started(pid) == start if start else True
