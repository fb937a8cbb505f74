"""The outbox of search: what changed in the archive, announced in the transaction that changed it, with a revision.

A revision grows with every change of a document. Engines keep it and refuse older ones, so that a worker that was slow,
or a half-applied batch that is sent again, never puts an earlier state over a later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import F

from core import clock
from index.models import Document, SearchRevision
from index.work import leases

_CHUNK = 400
FIRST = 1
"""The revision of a document that was announced before revisions were kept."""


def announce(ids: Iterable[str]) -> None:
    """Make indexing of changed documents due. Last in the caller's transaction, as it locks rows in order of their ids.

    A revision is the time in microseconds, or one more than the last where the clock stepped back.
    """
    names = sorted(set(ids))
    moment = clock.now()
    least = int(moment.timestamp() * 1_000_000)
    for start in range(0, len(names), _CHUNK):
        part = names[start : start + _CHUNK]
        there = set(Document.objects.filter(id__in=part).values_list("id", flat=True))
        locked = SearchRevision.objects.select_for_update().filter(document_id__in=there).order_by("document_id")
        before = dict(locked.values_list("document_id", "revision"))
        SearchRevision.objects.bulk_create(
            [
                SearchRevision(document_id=name, revision=max(least, before.get(name, 0) + 1))
                for name in part
                if name in there
            ],
            update_conflicts=True,
            unique_fields=["document"],
            update_fields=["revision"],
        )
    leases.put("index", names)


def wanted() -> Iterator[tuple[str, int]]:
    """Id and revision of every document that search is to hold, in order of ids."""
    rows = Document.objects.exclude(topic="").exclude(text_kind="").annotate(at=F("search_revision__revision"))
    for identity, revision in rows.order_by("id").values_list("id", "at").iterator(chunk_size=5000):
        yield identity, revision or FIRST


def differences(held: Iterator[tuple[str, int]]) -> list[str]:
    """Ids of documents that an engine lacks, holds in another revision, or should not hold. ``held``: what it holds, in
    order of ids.
    """
    found: list[str] = []
    theirs = next(held, None)
    for identity, revision in wanted():
        while theirs and theirs[0] < identity:
            found.append(theirs[0])
            theirs = next(held, None)
        if theirs != (identity, revision):
            found.append(identity)
        if theirs and theirs[0] == identity:
            theirs = next(held, None)
    while theirs:
        found.append(theirs[0])
        theirs = next(held, None)
    return found
