"""What several sections ask of the archive."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flows.report.period import Period

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from index.models import Document, Verdict


def documents(period: Period) -> QuerySet[Document]:
    """Documents on the topic that fall into the period."""
    return _between(period, period.since, period.until)


def documents_before(period: Period) -> QuerySet[Document]:
    """Documents on the topic that fall into the period compared with."""
    return _between(period, period.before, period.since)


def _between(period: Period, since: datetime, until: datetime) -> QuerySet[Document]:
    from index.models import Document

    bounds = {f"{period.field}__gt": since, f"{period.field}__lte": until}
    return Document.objects.filter(**bounds).exclude(topic="")


def count_by(rows: QuerySet[Document], field: str) -> dict[str, int]:
    """How many documents have each value of a column."""
    from django.db.models import Count

    found = rows.values_list(field).annotate(n=Count("id", distinct=True)).order_by(field)
    return {str(value): int(count) for value, count in found}


def standing_verdicts(until: datetime) -> QuerySet[Verdict]:
    """Verdicts given by ``until`` and not taken back by then, oldest first."""
    from django.db.models import Q

    from index.models import Verdict

    kept = Q(retracted_by__isnull=True) | Q(retracted_by__at__gt=until)
    return Verdict.objects.filter(kept, at__lte=until, retracts__isnull=True).order_by("at", "id")


def flagged(rows: QuerySet[Document]) -> int:
    """How many of the documents the machine flagged in any of their versions."""
    return rows.filter(flags__flagged=True).values("id").distinct().count()
