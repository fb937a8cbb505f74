"""Sessions last while a person works: each page prolongs them, written down at most every ten minutes."""

from __future__ import annotations

import time

from django.contrib.sessions.backends.base import SessionBase

EVERY = 600  # seconds
_KEY = "prolonged"


def prolong(session: SessionBase) -> None:
    """Note that somebody works; the session's own middleware writes what changed, with a new end."""
    now = int(time.time())
    if not 0 <= now - session.get(_KEY, 0) < EVERY:
        session[_KEY] = now
