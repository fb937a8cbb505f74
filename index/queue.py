"""The desk's queue: claims that the model flagged and nobody has judged, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from core import clock
from index.models import Claim, Document, Place

RARE = 500
"""Up to so many mentions of a place are looked up before the queue is read."""


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
        claims = claims.filter(last_seen__gte=clock.now() - timedelta(hours=wanted.hours))
    documents = Document.objects.filter(claim=OuterRef("pk"))
    if wanted.source_kind:
        claims = claims.filter(Exists(documents.filter(source_kind=wanted.source_kind)))
    if wanted.province or wanted.district:
        claims = _at(claims, wanted)
    return claims


def _at(claims: QuerySet[Claim], wanted: QueueFilters) -> QuerySet[Claim]:
    """Claims with a document that names the place. Few mentions are looked up first, many while walking the queue;
    each way is slow (100 ms and more at 20,000 documents) where the other is quick.
    """
    named = {"province": wanted.province, "district": wanted.district}
    places = Place.objects.filter(**{name: value for name, value in named.items() if value})
    few = list(places.values_list("document_id", flat=True)[: RARE + 1])
    if len(few) <= RARE:
        found = Document.objects.filter(pk__in=few, claim__isnull=False).values_list("claim_id", flat=True)
        return claims.filter(pk__in=set(found))
    here = Document.objects.filter(claim=OuterRef("pk")).filter(Exists(places.filter(document=OuterRef("pk"))))
    return claims.filter(Exists(here))


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


def districts_named(claims: Sequence[Claim], province: str) -> dict[int, list[str]]:
    """For each claim the districts of the province that its documents name, the most named first."""
    claim_of = dict(Document.objects.filter(claim__in=claims).values_list("pk", "claim_id"))
    ids, counts = list(claim_of), Counter[tuple[int | None, str]]()
    # From the documents to the places: asked in one question, the database walks all places of the province instead.
    for start in range(0, len(ids), RARE):
        places = Place.objects.filter(document__in=ids[start : start + RARE], province=province).exclude(district="")
        counts.update((claim_of[pk], name) for pk, name in places.values_list("document_id", "district").distinct())
    named: dict[int, list[str]] = {}
    for claim_id, district in sorted(counts, key=lambda pair: (-counts[pair], pair[1])):
        named.setdefault(claim_id or 0, []).append(district)
    return named
