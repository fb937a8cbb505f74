"""Search hits folded: of near-duplicates (one claim) only the best is a row; the others are counted.

Which hits are on page 7 depends on what pages 1 to 6 showed, so where each page begins is remembered for some minutes;
when that is gone (a permalink), the pages before are gone through again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.cache import cache

from index.models import Claim
from index.search import Hit, Results, SearchBackend
from index.search.address import Asked
from index.search.all_hits import DEEPEST

PAGE = 20
BLOCK = 24
REMEMBERED = 600  # seconds


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A hit, and how many documents of the archive say nearly the same."""

    hit: Hit
    others: int


@dataclass(frozen=True, slots=True)
class Folded:
    """One page. ``results``: total, facets and timeline over all hits, folded or not. ``more``: a page follows."""

    rows: list[ResultRow]
    results: Results
    more: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a page begins: how many hits were gone through, and the claims shown before."""

    offset: int = 0
    claims: frozenset[int] = frozenset()


def folded(backend: SearchBackend, asked: Asked, number: int) -> Folded:
    """Page ``number`` (from 1) with up to 20 rows; empty past the end."""
    at, mark = _nearest(asked, number)
    while True:
        hits, results, mark = _page(backend, asked, mark)
        cache.set(_key(asked, at + 1), mark, REMEMBERED)
        more = mark.offset < min(results.total, DEEPEST)
        if at == number or not more:
            return Folded(_counted(hits if at == number else []), results, more)
        at += 1


def _nearest(asked: Asked, number: int) -> tuple[int, _Mark]:
    for page in range(number, 1, -1):
        mark = cache.get(_key(asked, page))
        if isinstance(mark, _Mark):
            return page, mark
    return 1, _Mark()


def _page(backend: SearchBackend, asked: Asked, mark: _Mark) -> tuple[list[Hit], Results, _Mark]:
    rows: list[Hit] = []
    offset, claims, size = mark.offset, set(mark.claims), BLOCK
    while True:
        results = backend.search(asked.query, asked.filters, limit=size, offset=offset)
        for hit in results.hits:
            if len(rows) == PAGE and hit.claim_id not in claims:
                return rows, results, _Mark(offset, frozenset(claims))
            offset += 1
            if hit.claim_id is None or hit.claim_id not in claims:
                rows.append(hit)
            if hit.claim_id is not None:
                claims.add(hit.claim_id)
        if not results.hits or offset >= min(results.total, DEEPEST):
            return rows, results, _Mark(offset, frozenset(claims))
        size = min(size * 2, 500)


def _counted(hits: list[Hit]) -> list[ResultRow]:
    ids = {hit.claim_id for hit in hits if hit.claim_id is not None}
    counts = dict(Claim.objects.filter(pk__in=ids).values_list("pk", "documents_count"))
    return [ResultRow(hit, max(0, counts.get(hit.claim_id or 0, 1) - 1)) for hit in hits]


def _key(asked: Asked, page: int) -> str:
    return "folded-" + hashlib.sha256(f"{asked.text}\0{asked.filters}\0{page}".encode()).hexdigest()
