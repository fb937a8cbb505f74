"""All hits of a search, however many: gone through by days, since engines page badly far down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from core.errors import UsageError
from index.search import Hit, Results, SearchBackend
from index.search.address import Asked

DEEPEST = 10_000
"""As far as one search is paged."""
WINDOW = 5_000
CHUNK = 500


class TooManyError(UsageError):
    """A single day has more hits than can be paged through: nothing was left out silently."""


def all_hits(backend: SearchBackend, asked: Asked, most: int, *, strict: bool = False) -> Iterator[list[Hit]]:
    """The newest ``most`` hits in portions of up to 500, newest first, none twice even while documents come in.
    ``strict``: nothing rather than hits with other accents than those typed.

    The first search is made at once, so what is wrong (SearchError, TooManyError) is known before the first portion.
    """
    counts = (backend.find if strict else backend.search)(asked.query, asked.filters, limit=0)
    if counts.loose:
        asked = replace(asked, query=asked.query.loosely() or asked.query)
    return _walk(backend, asked, windows(counts.timeline), most)


def windows(timeline: Sequence[tuple[date, int]]) -> list[tuple[date, date]]:
    """Stretches of days, newest first, with up to 5,000 hits each (a single day: up to 10,000)."""
    found: list[tuple[date, date]] = []
    held = 0
    for day, count in sorted(timeline, reverse=True):
        if count > DEEPEST:
            raise TooManyError(
                f"{count} hits on one day", where=day.isoformat(), cure="narrow the search by source or place"
            )
        if found and held + count <= WINDOW:
            found[-1] = (day, found[-1][1])
            held += count
        else:
            found.append((day, day))
            held = count
    return found


def _walk(
    backend: SearchBackend, asked: Asked, stretches: Sequence[tuple[date, date]], most: int
) -> Iterator[list[Hit]]:
    seen: set[str] = set()
    for since, until in stretches:
        filters = replace(asked.filters, since=since, until=until)
        for offset in range(0, DEEPEST, CHUNK):
            page = backend.find(asked.query, filters, limit=CHUNK, offset=offset, order="newest")
            fresh = [hit for hit in page.hits if hit.id not in seen][: most - len(seen)]
            seen.update(hit.id for hit in fresh)
            if fresh:
                yield fresh
            if len(seen) >= most:
                return
            if _last(page, offset):
                break


def _last(page: Results, offset: int) -> bool:
    return not page.hits or offset + len(page.hits) >= page.total
