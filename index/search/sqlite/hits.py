"""Which documents match in the embedded search, and which of them come first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from index.query.tree import Or
from index.search.port import Order
from index.search.sqlite import scores as sqlite_scores
from index.search.sqlite.columns import Mask, Rows
from index.search.sqlite.compiler import SqlitePlan
from index.search.sqlite.rows import Asker

RANKED = 1_000
"""So many hits are scored by their words; of more, those with the words in their titles come first, the newest first.
Scoring reads the text of each and is all that cannot be had by counting.
"""
_LISTED = "SELECT rowid, id FROM facts WHERE rowid IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit: whether the words stand there with the accents that were typed, and its score (0 and up)."""

    row: int
    exact: bool
    score: float


def page(ask: Asker, plan: SqlitePlan, rows: Rows, limit: int, offset: int, order: Order) -> list[Ranked]:
    """One page of the hits. Best first: those with the accents as typed, among themselves, by score and date."""
    limit, offset = max(0, limit), max(0, offset)
    if not limit or offset >= len(rows):
        return []
    needed = offset + limit
    if order == "newest" or plan.words is None:
        same = [Ranked(row, True, 0.0) for row in ask.view.newest(rows, needed).tolist()]
        chosen = _sorted(ask, same, limit, offset)
        return _scored(ask, plan, np.array([one.row for one in chosen])) if len(rows) <= RANKED else chosen
    found = _scored(ask, plan, rows) if len(rows) <= RANKED else _first(ask, plan, rows, needed)
    return _sorted(ask, found, limit, offset)


def _first(ask: Asker, plan: SqlitePlan, rows: Rows, needed: int) -> list[Ranked]:
    """Of very many hits those that come first, in groups; the newest of each group as far as they are needed."""
    left = np.zeros(len(ask.view.alive), dtype=np.bool_)
    left[rows] = True
    found: list[Ranked] = []
    for mask, exact, score in _groups(ask, plan):
        group = np.flatnonzero(left & mask)
        newest = ask.view.newest(group, needed - len(found)).tolist()
        found += [Ranked(row, exact, score) for row in newest]
        if len(found) >= needed:
            break
        left &= ~mask
    return found


def _groups(ask: Asker, plan: SqlitePlan) -> Iterator[tuple[Mask, bool, float]]:
    """Words in the title as typed, side by side and otherwise, in the text as typed, then others alike. The score is
    the group's.
    """
    if plan.words is None:
        return
    for exact in (True, False):
        titles = ask.holds(plan.words, exact=exact, title=True)
        if plan.pairs:
            yield titles & ask.holds(Or(plan.pairs), exact=exact, title=True), exact, 2.0
        yield titles, exact, 1.0
        yield ask.holds(plan.words, exact=True) if exact else ask.view.alive, exact, 0.0


def _scored(ask: Asker, plan: SqlitePlan, rows: Rows) -> list[Ranked]:
    """Rows with their scores. Without words none has one."""
    if plan.words is None or not len(rows):
        return [Ranked(row, True, 0.0) for row in rows.tolist()]
    exact = ask.holds(plan.words, exact=True)[rows]
    scores = sqlite_scores.scores(ask, plan, rows, exact)
    return [Ranked(*one) for one in zip(rows.tolist(), exact.tolist(), scores.tolist(), strict=True)]


def _sorted(ask: Asker, found: list[Ranked], limit: int, offset: int) -> list[Ranked]:
    """A page by accents, score, date; ids are looked up only where all else is the same."""
    moments = ask.view.moments

    def place(one: Ranked) -> tuple[bool, float, int]:
        return (not one.exact, -one.score, -int(moments[one.row]))

    found.sort(key=place)
    page = found[offset : offset + limit]
    if not page:
        return []
    begin, end = offset, offset + len(page)
    while begin and place(found[begin - 1]) == place(page[0]):
        begin -= 1
    while end < len(found) and place(found[end]) == place(page[-1]):
        end += 1
    some = found[begin:end]
    ids = dict(ask.db.execute(_LISTED, (json.dumps([one.row for one in some]),)).fetchall())
    some.sort(key=lambda one: (*place(one), ids[one.row]))
    return some[offset - begin : offset - begin + limit]
