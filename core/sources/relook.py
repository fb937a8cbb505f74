"""When a flagged document is looked at again, and what a look can find. Pure: no clock, no network."""

from __future__ import annotations

from datetime import datetime, timedelta

AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7))
"""After it was flagged. Most corrections and removals of a post come within the first day."""
_AGAIN = timedelta(minutes=30)
_GIVEN_UP = timedelta(days=14)


def next_look(flagged: datetime, looked: datetime, *, answered: bool) -> datetime | None:
    """The moment of the next look after one at ``looked``; None: no further.

    After an answer the next of ``AFTER`` (looks that were missed are not made up for: one look tells as much). Without
    one after half an hour or a quarter of the time since the flag, whichever is longer, until two weeks have passed.
    """
    if not answered:
        again = looked + max(_AGAIN, (looked - flagged) / 4)
        return again if again <= flagged + _GIVEN_UP else None
    return next((flagged + after for after in AFTER if flagged + after > looked), None)
