"""What several sections ask of the archive."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet

from flows.papers.report.period import Period
from index.models import Claim, Document, Flag

SETTLING = timedelta(minutes=1)
"""A batch of judgements carries the moment at which it began and is committed a little later; the bounds of periods lie
so much earlier that a report never misses what is being committed while it is made."""


def documents(period: Period) -> QuerySet[Document]:
    """Documents on the topic that fall into the period."""
    return _between(period, period.since, period.until)


def documents_before(period: Period) -> QuerySet[Document]:
    """Documents on the topic that fall into the period compared with."""
    return _between(period, period.before, period.since)


def new_claims(period: Period) -> int:
    """Flagged claims that have documents in the period and none before it."""
    if period.by_published:
        older = Exists(Document.objects.filter(claim=OuterRef("pk"), moment__lte=period.since))
    else:
        older = Exists(Flag.objects.filter(document__claim=OuterRef("pk"), created__lte=period.since - SETTLING))
    fresh = documents(period).filter(claim__isnull=False).values("claim_id")
    return Claim.objects.filter(id__in=fresh, probability__gt=0).exclude(older).count()


def _between(period: Period, since: datetime, until: datetime) -> QuerySet[Document]:

    rows = Document.objects.exclude(topic="")
    if period.by_published:
        return rows.filter(moment__gt=since, moment__lte=until)
    begin, end = since - SETTLING, until - SETTLING
    judged = Flag.objects.filter(created__gt=begin, created__lte=end).values("document_id")
    return rows.filter(id__in=judged).exclude(Exists(Flag.objects.filter(document=OuterRef("pk"), created__lte=begin)))


def count_by(rows: QuerySet[Document], field: str) -> dict[str, int]:
    """How many documents have each value of a column."""
    found = rows.values_list(field).annotate(n=Count("id", distinct=True)).order_by(field)
    return {str(value): int(count) for value, count in found}


def flagged(rows: QuerySet[Document]) -> int:
    """How many of the documents the machine flagged in any of their versions."""
    return rows.filter(flags__flagged=True).values("id").distinct().count()
