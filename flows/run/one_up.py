"""One `soatin up` a data folder and machine: a lock that the kernel gives back, and no leftovers.

Several machines may share a folder (docs/deploy.md), so the lock's name holds the machine's.
"""

from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import SoatinError
from flows.run.parent import MARK

_GRACE = 5.0


@contextmanager
def the_only_one(data: Path) -> Iterator[None]:
    """Hold the lock of the data folder. Raises SoatinError when another `up` runs on it."""
    data.mkdir(parents=True, exist_ok=True)
    machine = re.sub(r"[^\w.-]", "_", socket.gethostname())
    path = data / f"up.{machine}.lock"
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid = os.read(held, 20).decode("ascii", "replace").strip()
            raise SoatinError(
                f"`soatin up` runs on this folder already (process {pid or 'unknown'})",
                where=str(data),
                cure="stop that one, or set another data_dir in soatin.toml",
            ) from None
        os.ftruncate(held, 0)
        os.write(held, f"{os.getpid()}\n".encode())
        clear_leftovers(data)
        yield
    finally:
        os.close(held)  # the file stays: removing it would let two hold a lock each


def clear_leftovers(data: Path) -> list[int]:
    """End what an `up` on this folder left behind when it was killed; their process numbers. Only who holds the lock
    may call this. Where the kernel does not show the environment of processes (not Linux), they end by themselves.
    """
    found = left_over(data)
    until = time.monotonic() + _GRACE
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left_over(data):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        while left_over(data) and time.monotonic() < until:
            time.sleep(0.1)
        until = time.monotonic() + _GRACE
    return found


def left_over(data: Path) -> list[int]:
    """Processes of this account that carry the mark of an `up` on this folder, except this one and its own children."""
    ending, mine = f":{data}".encode(), f"{MARK}={os.getpid()}:".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environ = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        marks = [item for item in environ if item.startswith(f"{MARK}=".encode())]
        theirs = any(item.endswith(ending) and not item.startswith(mine) for item in marks)
        if theirs and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found
