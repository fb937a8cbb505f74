"""Keeping the installation: rebuild search, remove what has expired, back up and restore."""

from __future__ import annotations

import json
import os
import sqlite3
import tarfile
import tempfile
from datetime import timedelta
from pathlib import Path

from core import clock
from core.errors import DataError, SoatinError, UsageError
from core.settings import Settings
from flows.bootstrap import Context

CHUNK = 1000
MANIFEST = "soatin-backup.json"


def reindex(context: Context) -> int:
    """Empty the search index and feed it every document on a topic again. Returns how many."""
    from index import archive
    from index.models import Document
    from index.search import open_search

    backend = open_search(context.settings)
    backend.reset()
    ids = list(Document.objects.exclude(topic="").values_list("id", flat=True))
    for start in range(0, len(ids), CHUNK):
        backend.index(archive.search_documents(ids[start : start + CHUNK]))
    return len(ids)


def expire(context: Context) -> int:
    """Remove documents older than the retention setting that belong to no case or verdict; search follows from the
    outbox, the removal is in the audit log. Returns how many.
    """
    from index.retention import expire as remove

    before = clock.now() - timedelta(days=int(context.settings.retention_days))
    total = 0
    while removed := remove(before):
        total += removed
    return total


def backup(context: Context, target: Path) -> int:
    """Write archive (a consistent copy, taken while running), reports, sources, settings and the list of evidence
    files with their hashes into one tar.gz. The WARC files themselves are large and never change: copy them as files.
    Returns the size in bytes.
    """
    from index.models import WarcFile

    settings = context.settings
    _only_sqlite(settings)
    with tempfile.TemporaryDirectory(dir=settings.data) as folder:
        copy = Path(folder) / "archive.sqlite3"
        _copy_sqlite(settings.data / "archive.sqlite3", copy)
        manifest = Path(folder) / MANIFEST
        evidence = [{"name": w.name, "sha256": w.sha256, "size": w.size} for w in WarcFile.objects.order_by("id")]
        manifest.write_text(json.dumps({"made": clock.now().isoformat(), "evidence": evidence}, indent=1), "utf-8")
        fresh = target.with_name(f"{target.name}.{os.getpid()}.part")
        with tarfile.open(fresh, "w:gz") as out:
            out.add(manifest, MANIFEST)
            out.add(copy, "archive.sqlite3")
            for name in ("secret.key", "sources", "reports"):
                if (settings.data / name).exists():
                    out.add(settings.data / name, name)
        fresh.chmod(0o600)  # it holds the key that names are encrypted with
        fresh.replace(target)
    return target.stat().st_size


def restore(context: Context, source: Path) -> list[str]:
    """Unpack a backup into an empty data folder. Returns the evidence files that are still to be copied back."""
    settings = context.settings
    _only_sqlite(settings)
    if (settings.data / "archive.sqlite3").exists():
        raise UsageError(
            "the data folder already holds an archive", where=str(settings.data), cure="restore into an empty data_dir"
        )
    try:
        with tarfile.open(source) as packed:
            names = packed.getnames()
            if MANIFEST not in names:
                raise DataError("not a soatin backup", where=str(source), cure="give a file made by `soatin backup`")
            settings.data.mkdir(parents=True, exist_ok=True)
            packed.extractall(settings.data, filter="data")
    except (OSError, tarfile.TarError, EOFError) as error:
        raise DataError(
            f"cannot be read ({error})", where=str(source), cure="give a whole file made by `soatin backup`"
        ) from None
    manifest = json.loads((settings.data / MANIFEST).read_text("utf-8"))
    return [row["name"] for row in manifest["evidence"] if not (settings.warc_dir / row["name"]).exists()]


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online backup: consistent while others write."""
    if not source.exists():
        raise SoatinError("there is no archive yet", where=str(source), cure="run `soatin init` first")
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as old, sqlite3.connect(target) as new:
        old.backup(new)


def _only_sqlite(settings: Settings) -> None:
    if settings.database_url:
        raise UsageError(
            "the archive is on PostgreSQL",
            where="database_url",
            cure="use pg_dump and pg_restore; copy data_dir beside it",
        )
