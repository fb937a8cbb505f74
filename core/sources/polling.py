"""When a source is due: its own interval, longer while it is quiet or fails, never before the time it asked for."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from core.model.sources import Source

SHORTEST = timedelta(minutes=10)
"""No source is asked more often, whatever its file says."""
QUIET = timedelta(hours=6)
"""A source that brings nothing new is asked as rarely as this, not more rarely."""
LONGEST = timedelta(hours=24)
AHEAD = timedelta(hours=1)
"""A poll noted further ahead of the clock than this was noted before the clock was set back: it holds nobody up."""
SHARE = 1 / 8
"""So much of a document is to be expected from one poll: a source with one a day is asked every three hours."""


def usual_wait(source: Source, daily: float | None = None) -> timedelta:
    """Time between two polls of a source that answers. ``daily``: documents a day of late; None: not known yet."""
    shortest = max(timedelta(minutes=source.interval), SHORTEST)
    if daily is None:
        return shortest
    fair = timedelta(days=1) * SHARE / daily if daily > SHARE else QUIET
    return max(shortest, min(fair, QUIET))


def next_poll(
    source: Source,
    last_polled: datetime | None,
    failures: int,
    *,
    daily: float | None = None,
    not_before: datetime | None = None,
) -> datetime | None:
    """The moment of the next poll; None: now, it was never polled.

    Each failure in a row doubles the source's interval, up to a day, and moves it by up to a quarter either way, the
    same for the same poll, so that sources that failed together do not come back together. ``not_before`` is what the
    source asked for by Retry-After.
    """
    if last_polled is None:
        return not_before
    if failures:
        shortest = usual_wait(source)
        wait = min(shortest * 2 ** min(failures, 10), max(LONGEST, shortest)) * _jitter(source.name, last_polled)
    else:
        wait = usual_wait(source, daily)
    moment: datetime = last_polled + wait
    return max(moment, not_before) if not_before else moment


def _jitter(name: str, moment: datetime) -> float:
    """0.75 to 1.25, by the source's name and the poll."""
    digest = hashlib.sha256(f"{name} {moment.isoformat()}".encode()).digest()
    return 0.75 + int.from_bytes(digest[:4], "big") / 2**33


def is_due(
    source: Source,
    last_polled: datetime | None,
    failures: int,
    now: datetime,
    *,
    daily: float | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Whether an enabled source is to be polled now. Moments that only a clock that was since set back can have noted
    do not count.
    """
    if not source.enabled:
        return False
    if not_before is not None and not_before > now + LONGEST + AHEAD:
        not_before = None
    if last_polled is not None and last_polled > now + AHEAD:
        last_polled = None
    moment = next_poll(source, last_polled, failures, daily=daily, not_before=not_before)
    return moment is None or moment <= now


def is_silent(source: Source, last_success: datetime | None, now: datetime, *, daily: float | None = None) -> bool:
    """Whether a watched source has not answered for three of its usual waits (an hour at least)."""
    if last_success is None:
        return True
    return now - last_success > max(3 * usual_wait(source, daily), timedelta(hours=1))
