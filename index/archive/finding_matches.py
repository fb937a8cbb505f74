"""Documents and the findings that may be about the same thing: what matching reads and writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max

from core.codes.findings import Origin, Rating
from index.models import Claim, Document, Finding, Match

MOST_FINDINGS = 10_000
"""The newest so many are matched against: read into memory in two to three seconds."""
MEANWHILE = timedelta(hours=1)
"""What was classified so long before a finding came may not have been in the search index when it was looked for."""
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A finding as matching reads it. ``claim``, ``document``: what it was derived from, so not matched with."""

    id: int
    origin: str
    text: str
    syllables: str
    claim: int | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The findings nearest to a claim or document: verified false, verified true, others, official notices."""

    wrong: tuple[Match, ...]
    true: tuple[Match, ...]
    unproven: tuple[Match, ...]
    notices: tuple[Match, ...]


def library_version() -> tuple[int, datetime | None]:
    """Changes whenever the library does."""
    found = Finding.objects.aggregate(count=Count("id"), last=Max("changed"))
    return found["count"], found["last"]


def library() -> list[LibraryEntry]:
    """The newest findings, at most 10,000."""
    rows = Finding.objects.order_by("-changed", "-id").values_list(
        "id", "origin", "text", "syllables", "claim_id", "document_id"
    )
    return [LibraryEntry(*row) for row in rows[:MOST_FINDINGS]]


def finding_text(identity: int) -> str:
    """The text of a finding; empty when it is gone."""
    return Finding.objects.filter(pk=identity).values_list("text", flat=True).first() or ""


def classified_meanwhile(identity: int, limit: int = 500) -> list[str]:
    """Documents on the topic that were classified shortly before a finding came, or since."""
    row = Finding.objects.filter(pk=identity).first()
    if row is None:
        return []
    rows = Document.objects.filter(classified_at__gte=row.changed - MEANWHILE).exclude(topic="")
    return list(rows.order_by("-classified_at").values_list("id", flat=True)[:limit])


def save_matches(found: Mapping[str, Sequence[tuple[int, float]]]) -> int:
    """Put ``document id -> [(finding id, score)]`` in the place of what these documents matched before; how many."""
    with transaction.atomic():
        ids = sorted(found)
        held = Document.objects.select_for_update().filter(id__in=ids).order_by("id")
        documents = set(held.values_list("id", flat=True))
        wanted = {identity for matches in found.values() for identity, _ in matches}
        findings = set(Finding.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        rows = [
            Match(document_id=document, finding_id=identity, score=score)
            for document in ids
            for identity, score in found[document]
            if document in documents and identity in findings
        ]
        Match.objects.filter(document_id__in=ids).delete()
        Match.objects.bulk_create(rows, batch_size=_CHUNK)
    return len(rows)


def nearest_to_claim(claim: Claim, each: int = 2) -> Nearest:
    """What the documents of a claim matched, each finding once, the likeliest first."""
    rows = Match.objects.filter(document__claim=claim).select_related("finding").order_by("-score", "id")
    return _sorted(list(rows[: 50 * each]), each)


def nearest_to_document(document: Document, each: int = 3) -> Nearest:
    """What a document matched, the likeliest first."""
    rows = Match.objects.filter(document=document).select_related("finding").order_by("-score", "id")
    return _sorted(list(rows), each)


def _sorted(rows: Sequence[Match], each: int) -> Nearest:
    seen: set[int] = set()
    groups: dict[str, list[Match]] = {"wrong": [], "true": [], "unproven": [], "notices": []}
    for row in rows:
        if row.finding_id in seen:
            continue
        seen.add(row.finding_id)
        group = groups[_group(row.finding)]
        if len(group) < each:
            group.append(row)
    return Nearest(**{name: tuple(group) for name, group in groups.items()})


def _group(finding: Finding) -> str:
    if finding.origin == Origin.NOTICE:
        return "notices"
    return Rating(finding.rating).group if finding.rating else Rating.UNPROVEN.group
