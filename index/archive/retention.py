"""Removing what has expired: the one way in which append-only rows leave the archive (docs/adr/0002)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import transaction

from core import clock
from index.archive.claims import refresh_claims
from index.models import (
    Author,
    Claim,
    Document,
    DocumentVersion,
    Drop,
    RetentionPermit,
    SeenUrl,
    WarcFile,
)
from index.proof import audit, manifest
from index.work import leases


@contextmanager
def permitted(actor: str, reason: str) -> Iterator[None]:
    """Let rows of Flag, Verdict and Action be deleted until the block ends, in one transaction that no other connection
    sees into, with an audit entry. Audit entries themselves can never be deleted.
    """
    with transaction.atomic():
        permit = RetentionPermit.objects.create(reason=reason[:200], at=clock.now())
        yield
        permit.delete()
        audit.record(actor, "retention", "archive", {"reason": reason})


def expire(before: datetime, actor: str = "retention", limit: int = 1000) -> int:
    """Remove up to ``limit`` documents first seen before a moment, with versions, places and flags, unless they belong
    to a claim with a case or a verdict. Search follows from the outbox. How many were removed: call again until 0.
    """
    old = Document.objects.filter(first_seen__lt=before, verdicts=None, claim__case=None, claim__verdicts=None)
    ids = list(old.order_by("first_seen").values_list("id", flat=True)[:limit])
    if ids:
        _remove(ids, actor, f"first seen before {before.isoformat()}: {len(ids)} documents")
    Drop.objects.filter(at__lt=before).delete()
    SeenUrl.objects.filter(seen_at__lt=before).delete()
    return len(ids)


def expire_evidence(folder: Path, before: datetime, actor: str = "retention") -> int:
    """Remove evidence files that were read before a moment and that no document or version in the archive refers to
    any more; the manifest and the audit log keep their names and hashes. How many. Call it after :func:`expire`.

    What a file was read into was first seen when it was read, or earlier: so only older documents can refer to it.
    """
    old = Document.objects.filter(first_seen__lt=before).exclude(warc_file="")
    kept = set(old.values_list("warc_file", flat=True).distinct())
    kept |= set(DocumentVersion.objects.filter(document__first_seen__lt=before).values_list("warc_file", flat=True))
    count = 0
    for row in WarcFile.objects.filter(read_at__lt=before).order_by("id"):
        if row.name in kept:
            continue
        with transaction.atomic():
            note = f"read before {before.isoformat()}"
            manifest.add(row.name, row.size, row.sha256, [], manifest.REMOVED, note)
            audit.record(actor, "retention.evidence", row.name[:200], {"sha256": row.sha256, "reason": note})
            (folder / row.name).unlink(missing_ok=True)  # before the row: a file without one would be read in again
            row.delete()
        count += 1
    return count


def _remove(ids: Sequence[str], actor: str, reason: str) -> None:
    with permitted(actor, reason):
        for start in range(0, len(ids), 200):
            part = Document.objects.filter(id__in=ids[start : start + 200])
            claims = {claim for claim in part.values_list("claim_id", flat=True) if claim is not None}
            part.delete()
            refresh_claims(claims)
            Claim.objects.filter(id__in=claims, documents=None, case=None, verdicts=None).delete()
        Author.objects.filter(document=None).delete()
        leases.put("index", ids)
