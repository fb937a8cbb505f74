"""Programs in processes of their own that need not import the large libraries anew.

Each command of a test is a process as in real use: own memory, working folder, environment and exit status. It is
forked from a server in which only libraries of others are loaded, nothing of soatin: starting takes a twentieth of a
second instead of two. What is killed on purpose, and what measures its start, is started by ``subprocess`` instead.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

LIBRARIES = [
    "skops.io",
    "sklearn.linear_model",
    "scipy.stats",
    "underthesea",
    "trafilatura",
    "warcio",
    "openpyxl",
    "docx",
]


def run(
    command: Sequence[str], env: Mapping[str, str], folder: Path, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run a Python program, ``[script, argument, ...]`` or ``["-c", code]``, to its end, whatever its exit status.

    Raises subprocess.TimeoutExpired.
    """
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(LIBRARIES)
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        process = forks.Process(target=_become, args=(list(command), dict(env), str(folder), str(out), str(err)))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(command), timeout, out.read_bytes(), err.read_bytes())
        return subprocess.CompletedProcess(
            list(command), process.exitcode, out.read_text("utf-8", "replace"), err.read_text("utf-8", "replace")
        )


def _become(command: list[str], env: dict[str, str], folder: str, out: str, err: str) -> None:
    """In the new process: be the program."""
    for number, path in ((1, out), (2, err)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:0] = env.get("PYTHONPATH", "").split(os.pathsep)
    if command[0] == "-c":
        sys.argv = ["-c"]
        exec(compile(command[1], "-c", "exec"), {"__name__": "__main__"})  # a test's own lines
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")
