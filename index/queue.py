"""The desk's queue: claims that the model flagged and nobody has judged, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from core.clock import now
from index.models import Claim, Document, Place


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What part of the queue to show; empty: all. ``hours``: only claims seen in the last so many hours."""

    province: str = ""
    district: str = ""
    source_kind: str = ""
    hours: float | None = None


def waiting(filters: QueueFilters | None = None) -> QuerySet[Claim]:
    """Claims without a verdict with at least one flagged document, most urgent first."""
    wanted = filters or QueueFilters()
    claims = Claim.objects.filter(verdict="", probability__gt=0).order_by("-urgency", "id")
    if wanted.hours is not None:
        claims = claims.filter(last_seen__gte=now() - timedelta(hours=wanted.hours))
    documents = Document.objects.filter(claim=OuterRef("pk"))
    if wanted.source_kind:
        claims = claims.filter(Exists(documents.filter(source_kind=wanted.source_kind)))
    if wanted.province or wanted.district:
        places = Place.objects.filter(document__claim=OuterRef("pk"))
        places = places.filter(province=wanted.province) if wanted.province else places
        places = places.filter(district=wanted.district) if wanted.district else places
        claims = claims.filter(Exists(places))
    return claims


def next_items(claim: Claim, n: int, filters: QueueFilters | None = None) -> list[Claim]:
    """The ``n`` claims that follow this one in the queue; from its start when the claim has left it or is the last."""
    rows = waiting(filters).exclude(pk=claim.pk)
    after = list(rows.filter(urgency__lte=claim.urgency).exclude(urgency=claim.urgency, pk__lt=claim.pk)[:n])
    if len(after) < n:
        known = {row.pk for row in after}
        after += [row for row in rows[:n] if row.pk not in known][: n - len(after)]
    return after


def lead_documents(claims: Sequence[Claim]) -> dict[int, Document]:
    """For each claim the document to show: the flagged one with the highest probability, else the newest."""
    ids = [claim.pk for claim in claims]
    best: dict[int, tuple[float, str]] = {}
    rows = Document.objects.filter(claim_id__in=ids).order_by("moment", "id")
    for claim_id, document_id, probability, flagged in rows.values_list(
        "claim_id", "pk", "flags__probability", "flags__flagged"
    ):
        rank = (probability or 0.0) if flagged else 0.0
        if claim_id not in best or rank >= best[claim_id][0]:
            best[claim_id] = (rank, document_id)
    found = Document.objects.in_bulk([document_id for _, document_id in best.values()])
    return {claim_id: found[document_id] for claim_id, (_, document_id) in best.items()}
