"""Which verdict stands on a claim, and what became of those that do not: read from rows that are only ever added.

The latest verdict of a claim that nobody took back stands. One that another followed is superseded, one that was taken
back is withdrawn; when the one that stands is withdrawn, the latest before it that was kept stands again. Report, desk,
search, export and ClaimReview ask here and nowhere else (``Claim.verdict`` is this, stored).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from index.models import Verdict


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened in a stretch of time: verdicts ``given``; those of them that replaced one with another value
    (``changed``); retractions (``withdrawn``).
    """

    given: int = 0
    changed: int = 0
    withdrawn: int = 0


def standing(until: datetime | None = None, claims: Iterable[int] | None = None) -> QuerySet[Verdict]:
    """The verdict that stands on each claim, now or at a moment: at most one a claim, in the order they were given."""
    later = _kept(until).filter(claim=OuterRef("claim"), pk__gt=OuterRef("pk"))
    found = _kept(until).filter(~Exists(later))
    if claims is not None:
        found = found.filter(claim_id__in=list(claims))
    return found.order_by("id")


def standing_on(claim_id: int, until: datetime | None = None) -> Verdict | None:
    """The verdict that stands on one claim."""
    return standing(until, [claim_id]).first()


def changes(since: datetime, until: datetime) -> Changes:
    """What was given, changed and withdrawn in ``since`` < time <= ``until``."""
    touched = Verdict.objects.filter(at__gt=since, at__lte=until).order_by().values("claim_id")
    rows = Verdict.objects.filter(claim__in=touched, at__lte=until).order_by("id")
    kept: dict[int, dict[int, str]] = {}  # claim -> its verdicts kept so far, id -> value, in the order given
    given = changed = withdrawn = 0
    for pk, claim, value, at, retracts in rows.values_list("pk", "claim_id", "value", "at", "retracts_id"):
        now, inside = kept.setdefault(claim, {}), at > since
        if retracts is not None:
            now.pop(retracts, None)
            withdrawn += inside
            continue
        before = next(reversed(now.values()), value)
        now[pk] = value
        given += inside
        changed += inside and before != value
    return Changes(given, changed, withdrawn)


def _kept(until: datetime | None) -> QuerySet[Verdict]:
    """Verdicts given by then that were not taken back by then."""
    rows = Verdict.objects.filter(retracts__isnull=True)
    if until is None:
        return rows.filter(retracted_by__isnull=True)
    return rows.filter(Q(retracted_by__isnull=True) | Q(retracted_by__at__gt=until), at__lte=until)
