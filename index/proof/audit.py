"""The audit log: who did what, when. Each entry carries a keyed hash over itself and the one before.

The hash is an HMAC with a key of the installation, so that somebody who can write to the database, but has not the
secret, cannot make a changed log look right (docs/adr/0002).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from core import clock
from index.models import AuditEntry, AuditHead
from index.proof.keys import key

START = "0" * 64


def record(actor: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> AuditEntry:
    """Add an entry. Call it inside the transaction of what it records: both stand or neither does."""
    with transaction.atomic():
        AuditHead.objects.get_or_create(id=1, defaults={"hash": START})
        head = AuditHead.objects.select_for_update().get(id=1)
        entry = AuditEntry(
            at=clock.now(),
            actor=_storable(actor)[:150],
            action=action[:60],
            subject=_storable(subject)[:200],
            detail=_storable(dict(detail or {})),
            previous=head.hash,
        )
        entry.hash = _hash(entry)
        entry.save(force_insert=True)
        head.hash, head.count = entry.hash, head.count + 1
        head.save()
    return entry


def verify() -> list[str]:
    """What is wrong with the log, one line each: changed, missing, added or reordered entries. Empty: it is whole."""
    problems: list[str] = []
    previous, count = START, 0
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=1000):
        count += 1
        if entry.previous != previous:
            problems.append(
                f"audit entry {entry.pk} ({entry.at.isoformat()}): the entry before it is missing or was moved"
            )
        if not hmac.compare_digest(entry.hash, _hash(entry)):
            problems.append(f"audit entry {entry.pk} ({entry.at.isoformat()}): it was changed")
        previous = entry.hash
    head = AuditHead.objects.filter(id=1).first()
    if head is None:
        if count:
            problems.append(f"audit log: its end mark is missing, {count} entries found")
        return problems
    if head.hash != previous or head.count != count:
        problems.append(
            f"audit log: {head.count} entries were written, {count} found; the end was removed, added or changed"
        )
    return problems


def _storable(value: Any) -> Any:
    """As both databases give it back, or the entry would look changed: no NUL, which PostgreSQL cannot hold."""
    match value:
        case str():
            return value.replace("\0", "\ufffd")
        case dict():
            return {_storable(name): _storable(item) for name, item in value.items()}
        case list() | tuple():
            return [_storable(item) for item in value]
        case _:
            return value


def _hash(entry: AuditEntry) -> str:
    body = json.dumps(
        [
            entry.previous, _moment(entry.at), entry.actor, entry.action, entry.subject,
            json.dumps(entry.detail, sort_keys=True, ensure_ascii=True),
        ],
        ensure_ascii=True,
    )  # fmt: skip
    return hmac.new(key("audit"), body.encode(), hashlib.sha256).hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
