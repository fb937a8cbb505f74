"""The evidence manifest in the archive: append-only, hash-chained (core.manifest), its end sealed with the
installation's key, so that cutting it short is noticed too.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from django.db import transaction

from core import clock
from core.manifest import START, Break, Payload, breaks, entry_hash, records_hash
from index.models import ManifestEntry, ManifestHead, WarcFile
from index.proof.keys import key

KEPT, REMOVED = "kept", "removed"
Lister = Callable[[Path], list[Payload]]


def add(file: str, size: int, sha256: str, records: Sequence[Payload], kind: str = KEPT, note: str = "") -> None:
    """Append the entry of one evidence file, once. Call it inside the transaction that enters or removes the file."""
    with transaction.atomic():
        ManifestHead.objects.get_or_create(id=1, defaults={"hash": START, "seal": _seal(0, START)})
        head = ManifestHead.objects.select_for_update().get(id=1)
        if ManifestEntry.objects.filter(kind=kind, file=file).exists():
            return
        listed = [list(record) for record in records]
        row = ManifestEntry(
            number=head.count + 1, kind=kind, file=file, size=size, sha256=sha256, count=len(listed), records=listed,
            records_sha256=records_hash(listed), note=note[:200], at=clock.now(), previous=head.hash,
        )  # fmt: skip
        row.hash = entry_hash(plain(row))
        row.save(force_insert=True)
        head.hash, head.count = row.hash, row.number
        head.seal = _seal(head.count, head.hash)
        head.save()


def catch_up(folder: Path, payloads: Lister) -> int:
    """Enter evidence files that the archive knew before it kept a manifest, as far as they are what they were. How
    many. The others are named by :func:`problems`.
    """
    listed = ManifestEntry.objects.filter(kind=KEPT).values("file")
    count = 0
    for row in WarcFile.objects.exclude(name__in=listed).order_by("id"):
        path = folder / row.name
        if path.is_file() and path.stat().st_size == row.size and file_sha256(path) == row.sha256:
            add(row.name, row.size, row.sha256, payloads(path))
            count += 1
    return count


def plain(row: ManifestEntry, *, records: bool = False) -> dict[str, Any]:
    """An entry as JSON data; with its ``records`` where asked."""
    entry = {
        "number": row.number, "kind": row.kind, "file": row.file, "size": row.size, "sha256": row.sha256,
        "count": row.count, "records_sha256": row.records_sha256, "note": row.note,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"), "previous": row.previous, "hash": row.hash,
    }  # fmt: skip
    return entry | {"records": row.records} if records else entry


def entries(files: Sequence[str]) -> list[dict[str, Any]]:
    """The chain from the first of these files' entries to its end; the entries of these files with their records."""
    wanted = set(files)
    first = ManifestEntry.objects.filter(file__in=wanted, kind=KEPT).order_by("number").first()
    if first is None:
        return []
    rows = ManifestEntry.objects.filter(number__gte=first.number).order_by("number")
    return [plain(row, records=row.file in wanted and row.kind == KEPT) for row in rows.iterator(chunk_size=500)]


def kept() -> Iterator[tuple[dict[str, Any], bool]]:
    """Every file's entry with its records, and whether the file was removed since, on the record."""
    removed = set(ManifestEntry.objects.filter(kind=REMOVED).values_list("file", flat=True))
    for row in ManifestEntry.objects.filter(kind=KEPT).order_by("id").iterator(chunk_size=200):
        yield plain(row, records=True), row.file in removed


def problems() -> list[Break]:
    """What is wrong with the manifest itself: entries changed, removed, moved, its end cut off, files without one."""
    rows = ManifestEntry.objects.order_by("id").iterator(chunk_size=200)
    found = breaks(plain(row, records=True) for row in rows)
    head, end = ManifestHead.objects.filter(id=1).first(), ManifestEntry.objects.order_by("number").last()
    last = end.number if end else 0
    if head is None:
        found += [Break(last, "", "changed", "the end mark of the manifest is missing")] if last else []
    elif not hmac.compare_digest(head.seal, _seal(head.count, head.hash)):
        found.append(Break(last, "", "changed", "the end mark of the manifest was changed"))
    elif head.count > last:
        found.append(Break(last + 1, "", "missing", f"entries {last + 1} to {head.count}, the last ones, were removed"))
    elif head.count < last:
        found.append(Break(last, "", "unlisted", f"entries after {head.count} were added from outside"))
    elif end and end.hash != head.hash:
        found.append(Break(last, "", "changed", f"entry {last} is not the one that was written last"))
    without = WarcFile.objects.exclude(name__in=ManifestEntry.objects.filter(kind=KEPT).values("file")).order_by("id")
    words = "the manifest has no entry of this file"
    return [*found, *(Break(0, row.name, "unlisted", words) for row in without)]


def head() -> tuple[int, str]:
    """Number of entries and hash of the last one."""
    row = ManifestHead.objects.filter(id=1).first()
    return (row.count, row.hash) if row else (0, START)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in lower-case hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _seal(count: int, last: str) -> str:
    return hmac.new(key("manifest"), f"{count} {last}".encode(), hashlib.sha256).hexdigest()
