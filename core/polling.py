"""When a source is due: its own interval, stretched while it fails."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.model import Source

LONGEST = timedelta(hours=24)


def next_poll(source: Source, last_polled: datetime | None, failures: int) -> datetime | None:
    """The moment of the next poll; None: now, it was never polled. Each failure in a row doubles the interval, up to a day."""
    if last_polled is None:
        return None
    wait = timedelta(minutes=source.interval) * 2 ** min(failures, 10)
    moment: datetime = last_polled + min(wait, max(LONGEST, timedelta(minutes=source.interval)))
    return moment


def is_due(source: Source, last_polled: datetime | None, failures: int, now: datetime) -> bool:
    """Whether an enabled source is to be polled now."""
    if not source.enabled:
        return False
    moment = next_poll(source, last_polled, failures)
    return moment is None or moment <= now


def is_silent(source: Source, last_success: datetime | None, now: datetime) -> bool:
    """Whether a watched source has not answered for three intervals (an hour at least)."""
    if last_success is None:
        return True
    return now - last_success > max(3 * timedelta(minutes=source.interval), timedelta(hours=1))
