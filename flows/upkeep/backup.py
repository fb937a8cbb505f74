"""Backup and restore of everything that cannot be made again, except the evidence files themselves.

One tar.gz: the archive as of one moment (index.archive.dump), reports, own sources, soatin.toml, the secret and the
list of evidence files with their hashes. Search is not in it: it is rebuilt from the archive.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from core import clock
from core.errors import DataError, SoatinError
from core.settings import Settings, load
from flows.context import Context
from index.archive import dump

MANIFEST = "soatin-backup.json"
SETTINGS = "soatin.toml"
SECRET = "secret.key"  # noqa: S105 -- the file's name
FOLDERS = ("sources", "reports")
FORMAT = 2
"""Of the backup: 1 had no settings and only SQLite. Both can be restored."""


def backup(context: Context, target: Path) -> int:
    """Write the backup, while everything runs; returns its size in bytes. ``target`` is there only when it is whole."""
    settings = context.settings
    fresh = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.data, prefix="backup-") as folder:
            copy, evidence = dump.write(settings, Path(folder))
            manifest = Path(folder) / MANIFEST
            content = {"format": FORMAT, "made": clock.now().isoformat(), "archive": copy.name, "evidence": evidence}
            manifest.write_text(json.dumps(content, indent=1), "utf-8")
            _pack(settings, fresh, manifest, copy)
        fresh.replace(target)
    except OSError as error:
        words = error.strerror or str(error)
        where = str(error.filename or target)
        raise SoatinError(f"cannot be written ({words})", where=where, cure="give a file on a disk with room") from None
    finally:
        fresh.unlink(missing_ok=True)
    return target.stat().st_size


def _pack(settings: Settings, fresh: Path, manifest: Path, copy: Path) -> None:
    """Archive first, files afterwards: what the archive names is there by then, whatever is added meanwhile."""
    mode = 0o600  # it holds the key that names are encrypted with
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w:gz") as out:
            out.add(manifest, manifest.name)
            out.add(copy, copy.name)
            for path, name in _files(settings):
                try:
                    out.add(path, name, recursive=False)
                except FileNotFoundError:  # removed since it was listed: it is not there any more
                    continue
        stream.flush()
        os.fsync(stream.fileno())


def _files(settings: Settings) -> Iterator[tuple[Path, str]]:
    if (settings.home / SETTINGS).is_file():
        yield settings.home / SETTINGS, SETTINGS
    if (settings.data / SECRET).is_file():
        yield settings.data / SECRET, SECRET
    for folder in FOLDERS:
        for path in sorted((settings.data / folder).rglob("*")):
            if path.is_file() and path.suffix not in {".part", ".new", ".open"}:
                yield path, path.relative_to(settings.data).as_posix()


@dataclass(frozen=True, slots=True)
class Restored:
    """What is left to do: evidence ``files`` to copy back, by name, and those that are there but ``changed``."""

    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    has_secret: bool = True


def restore(home: Path | None, source: Path) -> Restored:
    """Bring a backup back into a home without an archive. soatin.toml is put back where there is none.

    Raises UsageError when there is an archive already, DataError when the file is no whole backup. Stopped half-way,
    it leaves no archive behind and can be run again.
    """
    settings = load(home)
    try:
        with tarfile.open(source) as packed:
            manifest = _manifest(packed, source)
            placed = _place_settings(packed, settings.home / SETTINGS)
            try:
                return _unpack(load(home), packed, manifest)
            except BaseException:
                if placed:
                    (settings.home / SETTINGS).unlink(missing_ok=True)
                raise
    except (OSError, tarfile.TarError, EOFError, ValueError, KeyError) as error:
        raise DataError(
            f"cannot be restored ({error})", where=str(source), cure="give a whole file made by `soatin backup`"
        ) from None


def _manifest(packed: tarfile.TarFile, source: Path) -> dict[str, Any]:
    first = packed.next()
    stream = packed.extractfile(first) if first is not None and first.name == MANIFEST else None
    if stream is None:
        raise DataError("not a soatin backup", where=str(source), cure="give a file made by `soatin backup`")
    found: dict[str, Any] = json.loads(stream.read())
    if int(found.get("format", 1)) > FORMAT:
        raise DataError("made by a later version of soatin", where=str(source), cure="update soatin, then restore")
    return found


def _place_settings(packed: tarfile.TarFile, target: Path) -> bool:
    """Write soatin.toml unless there is one; whether it was written."""
    if target.exists() or SETTINGS not in packed.getnames():
        return False
    stream = packed.extractfile(SETTINGS)
    if stream is None:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(0o600)
    target.write_bytes(stream.read())
    return True


def _unpack(settings: Settings, packed: tarfile.TarFile, manifest: dict[str, Any]) -> Restored:
    name = str(manifest.get("archive", dump.SQLITE))
    dump.refuse_if_present(settings, name)
    settings.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data, prefix="restore-") as folder:
        stage = Path(folder)
        packed.extractall(stage, filter="data")
        for path in sorted(stage.rglob("*")):
            part = path.relative_to(stage)
            if path.is_file() and part.parts[0] in {SECRET, *FOLDERS}:
                target = settings.data / part
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
        dump.load(settings, stage / name)  # last: once it is there, everything is
    states = {row["name"]: _state(settings.warc_dir / row["name"], row["sha256"]) for row in manifest["evidence"]}
    return Restored(
        [file for file, state in states.items() if state == "missing"],
        [file for file, state in states.items() if state == "changed"],
        bool(settings.secret_key) or (settings.data / SECRET).is_file(),
    )


def _state(path: Path, sha256: str) -> str:
    if not path.is_file():
        return "missing"
    with path.open("rb") as stream:
        return "whole" if hashlib.file_digest(stream, "sha256").hexdigest() == sha256 else "changed"


def check() -> list[str]:
    """What is wrong with the archive just restored: triggers that are missing, an audit log or a manifest of the
    evidence that is not whole.
    """
    from index.proof import append_only, audit, manifest  # noqa: PLC0415 -- restoring works where no archive stands yet

    broken = (f"evidence manifest: {one.file} {one.detail}" for one in manifest.problems())
    return [*append_only.missing(connection), *audit.verify(), *broken]
