"""The library of findings: imported ClaimReviews, our own verdicts, official notices.

A finding that is new or has changed makes matching due for what it may concern (queue ``match``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core import clock
from core.codes.findings import Origin, Rating
from core.codes.texts import DocumentKind
from core.codes.verdicts import VerdictValue
from core.findings import finding as core_finding
from core.model.documents import own_words, sha256_hex
from core.vietnamese import tokens
from index.archive.intake import clean
from index.models import Claim, Document, Finding
from index.proof import audit
from index.views.standing import standing_on
from index.work import latch, leases

FINDING = "finding:"
"""How the keys of queue ``match`` begin that name a finding; others are document ids."""
LONGEST = 4_000  # characters of a text that are kept
_SYLLABLES = 400
_CHUNK = 200
_RATED = tuple(value for value in VerdictValue if value.rating)
"""Verdicts that are findings."""
_NOTICES = frozenset(kind for kind in DocumentKind if kind.own)
"""What an official source publishes itself; comments under it are other people's."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import: findings new, with another rating or date than before, and known already."""

    new: int = 0
    changed: int = 0
    same: int = 0


def take_in(found: Sequence[core_finding.Finding], actor: str, where: str) -> Imported:
    """Add imported findings, each once; a later rating of the same claim by the same publisher replaces the earlier.
    One transaction with its audit entry. ``where``: the file, for the audit log.
    """
    unique = {finding.key: finding for finding in found}
    new, changed = list[Finding](), list[Finding]()
    with transaction.atomic():
        latch.hold("findings")  # two imports of one file at once
        known = {row.key: row for part in _chunks(list(unique)) for row in Finding.objects.filter(key__in=part)}
        moment = clock.now()
        for key, finding in unique.items():
            row = known.get(key)
            if row is None:
                new.append(_filled(Finding(key=key, added=moment), finding, moment))
            elif _differs(row, finding) and not _older(finding.reviewed, row.reviewed):
                changed.append(_filled(row, finding, moment))
        Finding.objects.bulk_create(new, batch_size=_CHUNK)
        for row in changed:
            row.save()
        if new or changed:
            audit.record(actor, "findings.import", where, {"new": len(new), "changed": len(changed)})
            due = Finding.objects.filter(added=moment) | Finding.objects.filter(changed=moment)
            leases.put("match", [f"{FINDING}{pk}" for pk in due.values_list("pk", flat=True)])
    return Imported(len(new), len(changed), len(unique) - len(new) - len(changed))


def follow_verdict(claim: Claim) -> None:
    """Bring the library in line with a claim's verdict. Call it in the transaction that changed the verdict."""
    value = VerdictValue(claim.verdict) if claim.verdict else None
    rating = value.rating if value else None
    if value is None or rating is None or claim.merged_into_id:  # the claim that it went into speaks for it
        Finding.objects.filter(claim=claim).delete()
        return
    verdict = standing_on(claim.pk)
    first = claim.documents.exclude(text="").order_by("moment", "id").first()
    said = own_words(first.kind, first.title, first.text) if first else ""
    text = claim.headline if claim.headline in said else f"{claim.headline}\n{said}"
    said_by = core_finding.Finding(
        Origin.VERDICT,
        (said if claim.headline in said else text).strip() or claim.headline,
        rating,
        value.vi,
        "",
        reviewed=verdict.at if verdict else None,
        first_url=first.url if first and first.kind == DocumentKind.ARTICLE else "",
        language="vi",
    )
    _put(sha256_hex(f"verdict {claim.pk}"), said_by, claim=claim)


def follow_notices(rows: Iterable[Document]) -> None:
    """Bring the library in line with documents that were judged: what an official source published itself on a topic is
    a notice. Call it in the transaction that wrote them.
    """
    for row in rows:
        if not row.official:
            continue
        if not row.topic or row.kind not in _NOTICES or not (row.title or row.text):
            Finding.objects.filter(document=row).delete()
            continue
        text = f"{row.title}\n{row.text}".strip()
        notice = core_finding.Finding(
            Origin.NOTICE, text, None, "", row.source, url=row.url, reviewed=row.moment, language=row.language
        )
        _put(sha256_hex(f"notice {row.pk}"), notice, document=row)


def catch_up(limit: int = 5_000) -> None:
    """Enter verdicts and notices that stand in the archive, but not in the library: those from before there was one."""
    with transaction.atomic():
        latch.hold("findings")
        rated = Claim.objects.filter(verdict__in=_RATED, finding=None).order_by("pk")
        for claim in rated[:limit]:
            follow_verdict(claim)
        notices = Document.objects.filter(official=True, kind__in=list(_NOTICES), finding=None).exclude(topic="")
        follow_notices(notices.exclude(title="", text="").order_by("pk")[:limit])


def published() -> Iterator[core_finding.Finding]:
    """Our own verdicts that are findings, oldest first, as others may read them: the claim in one sentence, no address
    of a private person's post.
    """
    for row in Finding.objects.filter(origin=Origin.VERDICT).select_related("claim").order_by("pk").iterator():
        text = row.claim.headline if row.claim else row.text
        yield core_finding.Finding(
            Origin.VERDICT, text, Rating(row.rating), row.words, row.publisher, row.url, row.reviewed, row.first_url,
            row.language,
        )  # fmt: skip


def syllables_of(text: str) -> str:
    """The folded syllables of a text's beginning, as matching reads them."""
    return " ".join(token.folded for token in tokens(text[:LONGEST])[:_SYLLABLES])


def _put(key: str, finding: core_finding.Finding, **owner: Claim | Document) -> None:
    moment = clock.now()
    row = Finding.objects.filter(key=key).first()
    if row is not None and not _differs(row, finding):
        return
    row = _filled(row or Finding(key=key, added=moment, **owner), finding, moment)
    row.save()
    leases.put("match", [f"{FINDING}{row.pk}"])


def _filled(row: Finding, finding: core_finding.Finding, moment: datetime) -> Finding:
    row.origin, row.rating, row.words = finding.origin, finding.rating or "", clean(finding.words)[:200]
    row.text = clean(finding.text)[:LONGEST]
    row.syllables = syllables_of(row.text)
    row.publisher, row.url, row.reviewed = clean(finding.publisher)[:200], clean(finding.url), finding.reviewed
    row.first_url, row.language, row.changed = clean(finding.first_url), clean(finding.language)[:8], moment
    return row


def _differs(row: Finding, finding: core_finding.Finding) -> bool:
    held = (row.text, row.rating, row.words, row.publisher, row.url, row.reviewed, row.first_url)
    given = (
        clean(finding.text)[:LONGEST], finding.rating or "", clean(finding.words)[:200], clean(finding.publisher)[:200],
        clean(finding.url), finding.reviewed, clean(finding.first_url),
    )  # fmt: skip
    return held != given


def _older(given: datetime | None, held: datetime | None) -> bool:
    return given is not None and held is not None and given < held


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))
