"""The desk's queue: claims that the model flagged and nobody has judged; those of the province first, then those of an
unknown place, of the whole country, of elsewhere; in each the most urgent first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet

from core import clock
from index.models import Claim, ClaimFacet, Document, Place

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What part of the queue to show; empty: all. A district goes with its province. ``hours``: only claims seen in
    the last so many hours.
    """

    province: str = ""
    district: str = ""
    source_kind: str = ""
    hours: float | None = None


def waiting(filters: QueueFilters | None = None) -> QuerySet[Claim]:
    """Claims without a verdict with at least one flagged document, those of the province and the most urgent first."""
    wanted = filters or QueueFilters()
    claims = Claim.objects.filter(verdict="", probability__gt=0).order_by("-scope_rank", "-urgency", "id")
    if wanted.hours is not None:
        claims = claims.filter(last_seen__gte=clock.now() - timedelta(hours=wanted.hours))
    if wanted.source_kind:
        claims = _with(claims, ClaimFacet.SOURCE_KIND, wanted.source_kind)
    if wanted.province:
        place = f"{wanted.province}/{wanted.district}" if wanted.district else wanted.province
        claims = _with(claims, ClaimFacet.PLACE, place)
    return claims


def _with(claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
    return claims.filter(pk__in=ClaimFacet.objects.filter(name=name, value=value).values("claim"))


def next_items(claim: Claim, n: int, filters: QueueFilters | None = None) -> list[Claim]:
    """The ``n`` claims that follow this one in the queue; from its start when the claim has left it or is the last."""
    rows = waiting(filters).exclude(pk=claim.pk)
    same = Q(scope_rank=claim.scope_rank, urgency__lte=claim.urgency)
    behind = rows.filter(Q(scope_rank__lt=claim.scope_rank) | same)
    passed = Q(scope_rank=claim.scope_rank, urgency=claim.urgency, pk__lt=claim.pk)
    after = list(behind.exclude(passed)[:n])
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
    for start in range(0, len(ids), _CHUNK):
        places = Place.objects.filter(document__in=ids[start : start + _CHUNK], province=province).exclude(district="")
        counts.update((claim_of[pk], name) for pk, name in places.values_list("document_id", "district").distinct())
    named: dict[int, list[str]] = {}
    for claim_id, district in sorted(counts, key=lambda pair: (-counts[pair], pair[1])):
        named.setdefault(claim_id or 0, []).append(district)
    return named
