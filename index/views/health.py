"""Measures of the sources' health, out of the archive (rules: core.sources.health)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.db.models.functions import Length

from core.codes.drops import DropReason
from core.sources.health import Measures
from index.models import Alarm, Document, Drop, SourceState

DAY, WEEK = timedelta(days=1), timedelta(days=7)
WEEKS = 4
_LATEST, _EARLIER = 30, 60
_RECENT = 2 * DAY
_UNREAD = tuple(reason for reason in DropReason if reason.unread)


def measure(names: Iterable[str], now: datetime) -> dict[str, Measures]:
    """What is known of each of these sources at a moment."""
    wanted = sorted(set(names))
    states = {state.name: state for state in SourceState.objects.filter(name__in=wanted)}
    counts, drops = _counts(wanted, now), _drops(now)
    found = {}
    for name in wanted:
        state, row = states.get(name), counts.get(name, {})
        watched = _watched_weeks(name, now) if row else 0
        found[name] = Measures(
            polled=state is not None and state.last_polled is not None,
            last_success=state.last_success if state else None,
            error=state.last_error if state else "",
            daily=state.daily if state else None,
            day=row.get("day0", 0),
            days_before=tuple(row[f"day{week}"] for week in range(1, WEEKS + 1) if week <= watched),
            week=row.get("week0", 0),
            weeks_before=tuple(row[f"week{week}"] for week in range(1, WEEKS) if week < watched),
            unread=sum(drops[name, reason] for reason in _UNREAD),
            refused=drops[name, DropReason.ROBOTS],
            texts=_lengths(name, now - _RECENT, now, _LATEST),
            texts_before=_lengths(name, now - WEEKS * WEEK, now - _RECENT, _EARLIER),
        )
    return found


def raised(at: datetime | None = None) -> dict[str, set[str]]:
    """The signs (``source-…`` alarms) that stand, or stood at a moment, by source."""
    stands = Q(cleared=None) if at is None else (Q(cleared=None) | Q(cleared__gt=at)) & Q(raised__lte=at)
    rows = Alarm.objects.filter(stands, code__startswith="source-")
    found: dict[str, set[str]] = {}
    for code, subject in rows.values_list("code", "subject"):
        found.setdefault(subject, set()).add(code.removeprefix("source-"))
    return found


def _counts(names: list[str], now: datetime) -> dict[str, dict[str, int]]:
    """Documents of the last day and week, and of those one to four weeks before: ranges of one index, each counted by
    itself and without leaving it (rows are counted, not keys): a tenth of the time of one query with nine sums.
    """
    found: dict[str, dict[str, int]] = {}
    windows = [(f"day{week}", week, DAY) for week in range(WEEKS + 1)]
    windows += [(f"week{week}", week, WEEK) for week in range(WEEKS)]
    for label, week, long in windows:
        until = now - week * WEEK
        rows = Document.objects.filter(source__in=names, first_seen__gt=until - long, first_seen__lte=until)
        for source, number in rows.order_by().values_list("source").annotate(n=Count("*")):
            found.setdefault(source, dict.fromkeys((name for name, *_ in windows), 0))[label] = number
    return found


def _watched_weeks(name: str, now: datetime) -> int:
    """For how many whole weeks, with a day before them, the source has brought documents; four at most."""
    first = Document.objects.filter(source=name).aggregate(first=Min("first_seen"))["first"]
    return min(WEEKS, int((now - first - DAY) / WEEK)) if first and first < now - DAY else 0


def _drops(now: datetime) -> Counter[tuple[str, str]]:
    reasons = [*_UNREAD, DropReason.ROBOTS]
    rows = Drop.objects.filter(at__gt=now - DAY, at__lte=now, reason__in=reasons).order_by()
    return Counter({(s, r): n for s, r, n in rows.values_list("source", "reason").annotate(n=Count("pk"))})


def _lengths(name: str, after: datetime, until: datetime, most: int) -> tuple[int, ...]:
    """Characters of the latest articles that were taken in within a stretch of time."""
    rows = Document.objects.filter(source=name, kind="article", first_seen__gt=after, first_seen__lte=until)
    return tuple(rows.order_by("-first_seen").annotate(size=Length("text")).values_list("size", flat=True)[:most])
