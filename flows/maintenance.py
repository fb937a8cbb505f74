"""Keeping the installation: rebuild search, remove what has expired."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from flows.bootstrap import Context

CHUNK = 1000


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
