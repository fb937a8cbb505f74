"""Keeping the installation: remove what has expired."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from core import clock
from flows.context import Context
from flows.evidence.packages import expire as expire_packages
from index.archive import retention

STEP = timedelta(days=1)


def expire(context: Context) -> int:
    """Remove documents older than the retention setting that belong to no case or verdict, and the evidence that only
    they came from; search follows from the outbox, the removal is in the audit log. Packages for handing over go after
    a week. Returns how many documents.

    Nothing is removed until the clock has gone on without a jump for a day: a clock that is years ahead for an hour
    must not empty the archive.
    """
    if not _steady(context):
        return 0
    before = clock.now() - timedelta(days=int(context.settings.retention_days))
    total = 0
    while removed := retention.expire(before):
        total += removed
    retention.expire_evidence(context.settings.warc_dir, before)
    expire_packages(context)
    return total


def _steady(context: Context) -> bool:
    """Whether the clock has been seen to go on, by steps of less than a day, for a day. Notes that it was seen."""
    file, now = context.settings.data / "clock.json", clock.now()
    since = last = now
    try:
        known = json.loads(file.read_text("utf-8"))
        since, last = datetime.fromisoformat(known["since"]), datetime.fromisoformat(known["last"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # the first time, or the file was damaged: the day begins anew
    if not last <= now <= last + STEP:
        since = now
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps({"since": since.isoformat(), "last": now.isoformat()}), "utf-8")
    fresh.replace(file)
    return now - since >= STEP
