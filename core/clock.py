"""Time as soatin uses it: aware datetimes, Vietnam's offset on screens and slots."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07:00")
"""Asia/Ho_Chi_Minh has had no other offset since 1975, so no zone database is needed."""


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on a Vietnamese clock."""
    return moment.astimezone(VIETNAM)


def day(moment: datetime | None = None) -> date:
    """The Vietnamese day of a moment; today's without one. Nowhere else does a moment become a date: by UTC it would be
    yesterday until seven in the morning.
    """
    return local(moment or now()).date()
