"""Second looks at flagged documents: which are due, and what was found. When they are due, core.sources.relook says.

A look that a round has taken is held for as long as a round can last; a killed round's looks come back after that, and
what it received is read from its WARC file first. A look counts once by its moment, however often its note is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from core import clock
from core.codes.sources import LookOutcome
from core.model.drops import Looked
from core.sources.relook import AFTER, next_look
from index.models import Document, Look

_MOST_KEPT = 20


@dataclass(frozen=True, slots=True)
class DueLook:
    """A document to look at again. ``warc``: file and offset of the answer that its present version is from."""

    document_id: str
    source: str
    url: str
    canonical_url: str
    warc: tuple[str, int]


def plan(documents: Iterable[Document], flagged: datetime) -> None:
    """Looks at documents that are flagged now; one that was flagged before keeps the moments it has. Call it in the
    transaction that writes the flags. What came in by hand (tips) has no address to look at.
    """
    rows = [
        Look(document=row, flagged=flagged, due=flagged + AFTER[0])
        for row in documents
        if row.url.startswith(("http://", "https://"))
    ]
    Look.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)


def sources_waiting(names: Iterable[str]) -> set[str]:
    """Those of the sources of which a document is due to be looked at."""
    return set(_free().filter(document__source__in=list(names)).values_list("document__source", flat=True).distinct())


def _free() -> QuerySet[Look]:
    now = clock.now()
    return Look.objects.filter(Q(held=None) | Q(held__lte=now), due__lte=now)


def claim(sources: Iterable[str], limit: int, each: int, hold: timedelta) -> list[DueLook]:
    """Take looks that are due at documents of these sources, the longest due first, of one source ``each`` at most."""
    now = clock.now()
    taken: list[Look] = []
    by_source: Counter[str] = Counter()
    with transaction.atomic():
        due = _free().filter(document__source__in=list(sources)).order_by("due", "id").select_related("document")
        for row in due.select_for_update(skip_locked=True, of=("self",))[: limit * 10]:
            if by_source[row.document.source] < each and len(taken) < limit:
                by_source[row.document.source] += 1
                taken.append(row)
        Look.objects.filter(id__in=[row.id for row in taken]).update(held=now + hold)
    return [_due(row.document) for row in taken]


def _due(row: Document) -> DueLook:
    return DueLook(row.pk, row.source, row.url, row.canonical_url, (row.warc_file, row.warc_offset))


def give_up(document_ids: Sequence[str]) -> None:
    """No further looks at documents that their platform gives no page of their own."""
    Look.objects.filter(document_id__in=document_ids).update(due=None, held=None)


def take(found: Sequence[Looked]) -> None:
    """Write what looks found. Call it in the transaction of the intake."""
    ids = [item.document_id for item in found]
    rows = {row.document_id: row for row in Look.objects.select_for_update().filter(document_id__in=ids).order_by("id")}
    changed = set()
    for item in sorted(found, key=lambda one: one.at):
        row = rows.get(item.document_id)
        if row is None or (row.looked is not None and item.at <= row.looked):
            continue  # removed by retention, or this look is already counted
        _note(row, item)
        changed.add(row)
    Look.objects.bulk_update(changed, ["looked", "held", "due", "gone", "history"], batch_size=100)


def _note(row: Look, item: Looked) -> None:
    outcome = LookOutcome(item.outcome)
    row.looked, row.held = item.at, None
    row.due = next_look(row.flagged, item.at, answered=outcome.answered)
    if outcome.answered:
        row.gone = None if outcome.there else row.gone or item.at
    entry = {"at": item.at.isoformat(), "outcome": str(outcome), "status": item.status[:80]}
    row.history = [*row.history, entry][-_MOST_KEPT:]


def note_changed(fetched: dict[str, datetime]) -> None:
    """Note that flagged documents have new wording, each with the moment at which it was received."""
    rows = [row for row in Look.objects.filter(document_id__in=list(fetched)) if fetched[row.document_id] > row.flagged]
    for row in rows:
        row.changed = fetched[row.document_id]
    Look.objects.bulk_update(rows, ["changed"], batch_size=100)
