"""The whole archive as one file and back: SQLite by its online backup, PostgreSQL by its own pg_dump and pg_restore.

Both copies are of one moment, taken while others write, and carry the append-only triggers with them. Bringing one back
happens before Django is started, because the key that it reads at its start comes out of the same backup.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import connection, transaction

from core.errors import DataError, SoatinError, UsageError
from core.settings import Settings

SQLITE = "archive.sqlite3"
POSTGRESQL = "archive.pgdump"
_EVIDENCE = "SELECT name, sha256, size FROM archive_warcfile ORDER BY id"
Evidence = list[dict[str, Any]]


def write(settings: Settings, folder: Path) -> tuple[Path, Evidence]:
    """Copy the archive into a file in ``folder``; the file, and the evidence files known to that very copy. Raises
    SoatinError where there is no archive, no pg_dump, or where pg_dump fails.
    """
    if settings.database_url:
        return _dump_postgresql(settings, folder / POSTGRESQL)
    return _copy_sqlite(settings.data / SQLITE, folder / SQLITE)


def refuse_if_present(settings: Settings, name: str) -> None:
    """Raise UsageError unless the file ``name`` of a backup can be brought back here: into the same kind of database,
    with no archive in it.
    """
    wanted = POSTGRESQL if settings.database_url else SQLITE
    if name != wanted:
        cure = "name an empty PostgreSQL database" if wanted == SQLITE else "leave it empty: SQLite in data_dir"
        raise UsageError("the backup is of another kind of database", where="database_url", cure=cure)
    if wanted == SQLITE and (settings.data / SQLITE).exists():
        raise UsageError(
            "the data folder already holds an archive", where=str(settings.data), cure="restore into an empty data_dir"
        )
    if wanted == POSTGRESQL and _has_archive(settings):
        raise UsageError("the database already holds an archive", where="database_url", cure="name an empty database")


def load(settings: Settings, file: Path) -> None:
    """Bring the copy back: whole, or not at all."""
    if not settings.database_url:
        settings.data.mkdir(parents=True, exist_ok=True)
        file.replace(settings.data / SQLITE)
        return
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    environ = _environ(settings)
    _run("pg_restore", [*options, f"--dbname={environ['PGDATABASE']}", str(file)], environ)


def _copy_sqlite(source: Path, target: Path) -> tuple[Path, Evidence]:
    if not source.exists():
        raise SoatinError("there is no archive yet", where=str(source), cure="run `soatin init` first")
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            damage = [str(row[0]) for row in new.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
            rows = [] if damage else new.execute(_EVIDENCE).fetchall()
    except sqlite3.DatabaseError as error:
        damage = [str(error)]
    if damage:
        what = f"the archive is damaged ({'; '.join(damage)[:200]}); no backup was made"
        cure = "restore the last good backup (soatin restore) into another folder; keep this file for what can be saved"
        raise SoatinError(what, where=str(source), cure=cure)
    return target, _evidence(rows)


def _dump_postgresql(settings: Settings, target: Path) -> tuple[Path, Evidence]:
    """The list of evidence is read in the transaction whose snapshot pg_dump copies."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(_EVIDENCE)
        rows = cursor.fetchall()
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = str(cursor.fetchone()[0])
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
        _run("pg_dump", options, _environ(settings))
    return target, _evidence(rows)


def _evidence(rows: Sequence[tuple[Any, ...]]) -> Evidence:
    return [{"name": name, "sha256": sha256, "size": size} for name, sha256, size in rows]


def _has_archive(settings: Settings) -> bool:
    import psycopg  # noqa: PLC0415 -- optional: SQLite needs none

    try:
        with psycopg.connect(str(settings.database_url), connect_timeout=10) as server:
            row = server.execute("SELECT to_regclass('archive_document')").fetchone()
    except psycopg.OperationalError as error:
        words = str(error).strip().partition("\n")[0]
        cure = "create the database (createdb), check the address and the password"
        raise SoatinError(f"PostgreSQL cannot be used ({words})", where="database_url", cure=cure) from None
    return row is not None and row[0] is not None


def _environ(settings: Settings) -> dict[str, str]:
    """How libpq's programs are told the server: not on the command line, which everybody on the machine can read."""
    parts = urlsplit(str(settings.database_url))
    named = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }
    return {**os.environ, **{name: value for name, value in named.items() if value}}


def _run(program: str, options: Sequence[str], environ: dict[str, str]) -> None:
    path = shutil.which(program)
    if path is None:
        raise SoatinError(
            f"{program} is not installed here",
            where="PATH",
            cure="install PostgreSQL's client programs, of the server's version or later (Debian: postgresql-client)",
        )
    done = subprocess.run([path, *options], env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        words = " ".join(done.stderr.split())[:300] or f"status {done.returncode}"
        mismatch = "server version mismatch" in words
        cure = "install the client programs of the server's version" if mismatch else "mend what it names"
        raise DataError(f"{program} failed: {words}", where="database_url", cure=cure)
