"""How far apart two requests to a host begin."""

from __future__ import annotations

_MARGIN, _MOST_MARGIN = 0.1, 0.25
"""Share of a delay, and seconds, that are added to it."""


def spaced(delay: float) -> float:
    """Seconds for Scrapy to leave between two requests to a host, so that they arrive at least ``delay`` apart: it
    counts from when it begins one, and a connection that is slow to open brings that one nearer to the next.
    """
    return delay + min(_MARGIN * delay, _MOST_MARGIN)
