"""Which documents match in the embedded search, and which of them come first."""

# ruff: noqa: S608 -- statements are built from constants of ours; what comes from outside is always a parameter
from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from index.search.base import Order
from index.search.compile_fts import Plan
from index.search.sqlite_columns import Columns, listed

TITLE_WEIGHT = 5.0
RANKED = 5_000
"""So many hits are scored by their words; of more, those with the words in their titles come first, the newest first.
Scoring goes through the texts of every word several times and is all that cannot be had by counting.
"""
_BM25 = f"bm25(words, {TITLE_WEIGHT}, 1.0, {TITLE_WEIGHT}, 1.0)"
_LISTED = "SELECT value FROM json_each(?)"
_WORDS = "SELECT group_concat(rowid) FROM words WHERE words MATCH ?"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit: whether the words stand there with the accents that were typed, and its score (0 and up)."""

    row: int
    exact: bool
    score: float


def match(db: sqlite3.Connection, plan: Plan, columns: Columns) -> list[int]:
    """The rowids of all hits, in their order."""
    buckets = None
    if plan.mixed:
        rows = _listed(db, f"SELECT group_concat(f.rowid) FROM facts f WHERE {plan.where}", plan.parameters)
        return columns.among(sorted(rows), None, plan.since, plan.until)
    if plan.where != "1":
        few = f"SELECT group_concat(f.bucket) FROM (SELECT id AS bucket FROM buckets) f WHERE {plan.where}"
        buckets = set(_listed(db, few, plan.parameters))
    if plan.required:
        words = f"({plan.words}) NOT ({plan.without})" if plan.without else plan.words
        rows = _listed(db, _WORDS, (words,))
        return columns.among(sorted(rows), buckets, plan.since, plan.until)
    if buckets is None:
        rows = _listed(db, "SELECT group_concat(rowid) FROM facts", ())
    else:
        in_them = f"SELECT group_concat(rowid) FROM facts WHERE bucket IN ({_LISTED})"
        rows = _listed(db, in_them, (json.dumps(list(buckets)),))
    return columns.among(sorted(rows), None, plan.since, plan.until)


def page(
    db: sqlite3.Connection, plan: Plan, columns: Columns, rows: list[int], limit: int, offset: int, order: Order
) -> list[Ranked]:
    """One page of the hits. Best first: those with the accents as typed, among themselves, by score and date."""
    limit, offset = max(0, limit), max(0, offset)
    if not limit or offset >= len(rows):
        return []
    needed = offset + limit
    if order == "newest" or not plan.words:
        same = [Ranked(row, True, 0.0) for row in columns.newest(rows, needed)]
        chosen = _sorted(db, columns, same, limit, offset)
        return _scored(db, plan, [one.row for one in chosen]) if len(rows) <= RANKED else chosen
    if len(rows) <= RANKED:
        return _sorted(db, columns, _scored(db, plan, rows), limit, offset)
    return _sorted(db, columns, _first(db, plan, columns, rows, needed), limit, offset)


def _first(db: sqlite3.Connection, plan: Plan, columns: Columns, rows: list[int], needed: int) -> list[Ranked]:
    """Of very many hits those that come first, in groups: words in the title as typed, side by side and otherwise, in
    the text as typed, then others alike; the newest of each group as far as they are needed. The score is the group.
    """
    all_exact = plan.required and plan.exact == plan.words
    groups = [(plan.exact_pairs, True, 2.0)] if plan.exact_pairs else []
    groups += [(plan.exact_titles, True, 1.0), ("" if all_exact else plan.exact, True, 0.0)]
    groups += [] if all_exact else [(plan.titles, False, 1.0), ("", False, 0.0)]
    found: list[Ranked] = []
    left = set(rows)
    for words, exact, score in groups:
        if len(found) >= needed:
            break
        group = left.intersection(_listed(db, _WORDS, (words,))) if words else left
        found += [Ranked(row, exact, score) for row in columns.newest(list(group), needed - len(found))]
        left = left - group
    return found


def _scored(db: sqlite3.Connection, plan: Plan, rows: list[int]) -> list[Ranked]:
    """Rows, in this order, with their scores. Exact ones are scored among themselves, else a rare spelling without
    accents would outweigh them. What has no word of an optional search has no score.
    """
    if not plan.words or not rows:
        return [Ranked(row, True, 0.0) for row in rows]
    scores = _scores(db, plan.exact_ranked if plan.required else plan.ranked, rows)
    if plan.required and plan.exact == plan.words:
        return [Ranked(row, True, scores.get(row, 0.0)) for row in rows]
    if not plan.required:
        sql = f"SELECT rowid FROM words WHERE words MATCH ? AND +rowid IN ({_LISTED})"
        exact = {row for (row,) in db.execute(sql, (plan.exact, json.dumps(rows)))}
        return [Ranked(row, row in exact, scores.get(row, 0.0)) for row in rows]
    others = [row for row in rows if row not in scores]
    wide = _scores(db, plan.ranked, others) if others else {}
    return [Ranked(row, row in scores, scores.get(row, wide.get(row, 0.0))) for row in rows]


def _scores(db: sqlite3.Connection, words: str, rows: list[int]) -> dict[int, float]:
    sql = f"SELECT rowid, max(0.0, -{_BM25}) FROM words WHERE words MATCH ? AND +rowid IN ({_LISTED})"
    return dict(db.execute(sql, (words, json.dumps(rows))).fetchall())


def _sorted(db: sqlite3.Connection, columns: Columns, found: list[Ranked], limit: int, offset: int) -> list[Ranked]:
    """A page by accents, score, date; ids are looked up only where all else is the same."""
    moments = columns.moments

    def place(one: Ranked) -> tuple[bool, float, int]:
        return (not one.exact, -one.score, -moments[one.row])

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
    listing = json.dumps([one.row for one in some])
    ids = dict(db.execute(f"SELECT rowid, id FROM facts WHERE rowid IN ({_LISTED})", (listing,)).fetchall())
    some.sort(key=lambda one: (*place(one), ids[one.row]))
    return some[offset - begin : offset - begin + limit]


def _listed(db: sqlite3.Connection, sql: str, parameters: tuple[object, ...]) -> list[int]:
    return listed(db.execute(sql, parameters).fetchone()[0])
