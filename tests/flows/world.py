"""Homes, commands and desks as a person has them: every command is the console script, in a process of its own."""

from __future__ import annotations

import functools
import json
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.flows.processes import run

ROOT = Path(__file__).resolve().parents[2]
SOATIN = Path(sys.executable).with_name("soatin")
PASSWORD = "mat-khau-cua-toi-12"
QUICK = ("kenh-tin-nong", "dien-dan-que-minh", "suc-khoe-lang-xanh", "tin-vinh-yen-24-gio", "tram-kiem-chung")
"""A channel, a forum, three sites: enough for tests that need only some documents of each kind."""


def environ(home: Path, **more: str) -> dict[str, str]:
    """An environment in which soatin knows only this home."""
    foreign = ("SOATIN_", "PREFECT_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "SOATIN_HOME": str(home), "PYTHONPATH": str(ROOT), "DO_NOT_TRACK": "1", **more}


def soatin(home: Path, *arguments: str, timeout: float = 120, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return run([str(SOATIN), *arguments], environ(home, **more), home, timeout)


def done(result: subprocess.CompletedProcess[str]) -> str:
    """Standard output of a command that went well."""
    assert result.returncode == 0, f"{result.args}: {result.returncode}\n{result.stdout}\n{result.stderr}"
    return result.stdout


def json_of(result: subprocess.CompletedProcess[str]) -> Any:
    """The one JSON document that a command printed."""
    return json.loads(done(result))


@functools.cache
def _empty_archive() -> bytes:
    """An SQLite archive with all its tables and nothing in them: most commands need one, making it takes seconds."""
    with tempfile.TemporaryDirectory() as folder:
        done(soatin(Path(folder), "migrate"))
        archive = Path(folder, "soatin-data", "archive.sqlite3")
        with closing(sqlite3.connect(archive)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return archive.read_bytes()


def make_home(home: Path, sources: Path | None = None, only: Sequence[str] = (), **settings: Any) -> Path:
    """A home folder with soatin.toml, an empty archive and source files, without the shipped sources."""
    home.mkdir(parents=True, exist_ok=True)
    values = {"province": "vinh-phuc", "shipped_sources": False, "port": 0, "request_timeout": 10, **settings}
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    (home / "soatin.toml").write_text("\n".join(lines) + "\n", "utf-8")
    target = home / "soatin-data" / "sources"
    target.mkdir(parents=True, exist_ok=True)
    if not os.environ.get("SOATIN_DATABASE_URL") and not (archive := target.with_name("archive.sqlite3")).exists():
        archive.write_bytes(_empty_archive())
    if not (key := target.with_name("secret.key")).exists():
        key.write_text(secrets.token_hex(32))
    for file in sorted(sources.glob("*.toml")) if sources else ():
        if not only or file.stem in only:
            shutil.copy(file, target)
    return home


def rows(home: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the archive holds, asked without any of soatin's code."""
    with sqlite3.connect(f"file:{home}/soatin-data/archive.sqlite3?mode=ro", uri=True) as archive:
        return archive.execute(query, values).fetchall()


def one(home: Path, query: str, *values: Any) -> Any:
    """The one value of a query."""
    return rows(home, query, *values)[0][0]


def script(home: Path, code: str) -> str:
    """Run some lines over the home's archive."""
    start = "from flows.context import migrate, open_context\ncontext = open_context()\nmigrate()\n"
    return done(run(["-c", start + code], environ(home), ROOT, 60))


def add_person(home: Path, name: str, group: str, full_name: str = "") -> None:
    """An account with a password."""
    script(
        home,
        "from flows.run.accounts import ensure_account\n"
        f"user = ensure_account({name!r}, {group!r}, {full_name!r})\nuser.set_password({PASSWORD!r})\nuser.save()\n",
    )


@contextmanager
def running_desk(home: Path, **more: str) -> Iterator[str]:
    """The desk's server; yields its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.run", "desk"],
        env=environ(home, **more),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, "the desk did not start"
        yield address.rstrip("/")
    finally:
        process.terminate()
        process.wait(10)


def kill_group(process: subprocess.Popen[Any]) -> None:
    """SIGKILL to a process group that was started with start_new_session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
