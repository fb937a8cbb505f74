"""What rises within a search: its period against the equally long one before, over samples of the newest texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.archive import reading
from index.search import SearchBackend
from index.search.address import Asked
from index.views.rising import Rise, rising

SAMPLE = 400
USUAL = 7  # days, when the search names no period
LONGEST = 366


@dataclass(frozen=True, slots=True)
class Trends:
    """Both periods (days, included), how many texts each has and how many of them were read, and what rose."""

    since: date
    until: date
    before_since: date
    before_until: date
    total: int
    before_total: int
    sample: int
    terms: list[Rise]


def trends(backend: SearchBackend, asked: Asked, today: date) -> Trends:
    """Raises SearchError. A search without days is about the last seven."""
    until = min(asked.filters.until or today, today)
    since = asked.filters.since or until - timedelta(days=USUAL - 1)
    since = max(min(since, until), until - timedelta(days=LONGEST - 1))
    before_until = since - timedelta(days=1)
    before_since = before_until - (until - since)
    total, texts = _texts(backend, asked, since, until)
    before_total, before = _texts(backend, asked, before_since, before_until)
    return Trends(since, until, before_since, before_until, total, before_total, SAMPLE, rising(texts, before))


def _texts(backend: SearchBackend, asked: Asked, since: date, until: date) -> tuple[int, list[str]]:
    filters = replace(asked.filters, since=since, until=until)
    found = backend.find(asked.query, filters, limit=SAMPLE, order="newest")
    documents = reading.documents([hit.id for hit in found.hits])
    return found.total, [document.full_text for document in documents]
