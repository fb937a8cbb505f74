"""What facets are counted by and hits are sorted by, of every document of the embedded search, in memory.

A look-up in a table for each of 100,000 hits takes far longer than finding them. So three numbers of each document are
kept in arrays by rowid: 16 bytes a document, read in a fraction of a second. A rowid is never given twice and its row
never changes (a changed document gets a new one), so only new rows are read; which rows are gone shows in their number.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.search.facets import COLUMNS, Facets, top

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_PART = 50_000
_READ = (
    "SELECT group_concat(rowid), group_concat(bucket), group_concat(day), group_concat(moment) FROM "
    "(SELECT rowid, bucket, day, moment FROM facts WHERE rowid > ? ORDER BY rowid LIMIT ?)"
)


@dataclass(frozen=True, slots=True)
class Bucket:
    """One combination of facet values."""

    values: tuple[str, ...]  # in the order of COLUMNS
    places: tuple[str, ...]


class Named:
    """All buckets by number, and for each facet which of its values which buckets have, to be counted in one go."""

    def __init__(self, buckets: dict[int, Bucket]) -> None:
        self.buckets = buckets
        self.size = max(buckets, default=0) + 1
        self._values: dict[str, list[str]] = {}
        self._pairs: dict[str, tuple[Rows, Rows]] = {}  # numbers of buckets, beside each the place of a value
        for at, name in enumerate(COLUMNS):
            self._add(name, [(number, bucket.values[at]) for number, bucket in buckets.items()])
        self._add("place", [(number, place) for number, bucket in buckets.items() for place in bucket.places])

    def _add(self, name: str, pairs: list[tuple[int, str]]) -> None:
        known: dict[str, int] = {}
        places = [known.setdefault(value, len(known)) for _, value in pairs]
        self._values[name] = list(known)
        self._pairs[name] = (
            np.array([number for number, _ in pairs], dtype=np.int64),
            np.array(places, dtype=np.int64),
        )

    def facets(self, counted: Rows) -> Facets:
        """Facets of documents counted by bucket: up to 30 values, most frequent first, ties by name."""
        found: Facets = {}
        for name, values in self._values.items():
            numbers, places = self._pairs[name]
            sums = np.bincount(places, counted[numbers], len(values)).astype(np.int64).tolist()
            found[name] = top((value, count) for value, count in zip(values, sums, strict=True) if count)
        return found


@dataclass(frozen=True, slots=True)
class View:
    """What one transaction sees: arrays by rowid (row 0 is none), never changed once made. Moments are microseconds
    since 1970, UTC. ``state`` grows with every removal that was seen; None: others have seen more than this one.
    """

    alive: Mask
    buckets: Rows
    days: Rows
    moments: Rows
    named: Named
    state: int | None

    def counts(self, rows: Rows) -> tuple[Facets, list[tuple[date, int]]]:
        """Facets (up to 30 values, most frequent first, ties by name) and timeline (in order of days) of rows."""
        facets = self.named.facets(np.bincount(self.buckets[rows], minlength=self.named.size))
        days = self.days[rows]
        first = int(days.min()) if len(days) else 0
        by_day = np.bincount(days - first)
        return facets, [(date.fromordinal(first + day), int(by_day[day])) for day in np.flatnonzero(by_day).tolist()]

    def bucket(self, row: int) -> Bucket:
        """The facet values of a row."""
        return self.named.buckets[int(self.buckets[row])]

    def among(self, numbers: list[int]) -> Mask:
        """Which rows are in these buckets."""
        wanted = np.zeros(self.named.size, dtype=np.bool_)
        wanted[numbers] = True
        found: Mask = wanted[self.buckets]
        return found

    def newest(self, rows: Rows, most: int) -> Rows:
        """The newest ``most`` of rows and all that are as new as the last of them, newest first."""
        moments = self.moments[rows]
        if len(rows) > most > 0:
            limit = np.partition(moments, len(rows) - most)[len(rows) - most]
            rows = rows[moments >= limit]
            moments = self.moments[rows]
        ordered: Rows = rows[np.argsort(-moments, kind="stable")] if most > 0 else rows[:0]
        return ordered


@dataclass(slots=True)
class Columns:
    """What the threads of a process have read of one set of tables."""

    alive: Mask = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))
    buckets: Rows = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    days: Rows = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    moments: Rows = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    named: Named = field(default_factory=lambda: Named({}))
    state: int = 0
    _lock: Lock = field(default_factory=Lock)

    def view(self, db: sqlite3.Connection) -> View:
        """As the caller's transaction sees it, after reading what came since."""
        with self._lock:
            self._read(db)
            last = db.execute("SELECT coalesce(max(rowid), 0) FROM facts").fetchone()[0]
            count = db.execute("SELECT count(*) FROM facts").fetchone()[0]  # apart: each alone needs no walk
            alive, state = self.alive[: last + 1], self.state
            known = int(np.count_nonzero(alive))
            if known != count:
                alive = _present(db, last)
            if known > count:
                self.state = state = state + 1
                self.alive = np.concatenate([alive, np.zeros(len(self.alive) - last - 1, dtype=np.bool_)])
            ends = [column[: last + 1] for column in (self.buckets, self.days, self.moments)]
            return View(alive, ends[0], ends[1], ends[2], self.named, None if known < count else state)

    def _read(self, db: sqlite3.Connection) -> None:
        last = self.named.size - 1
        sql = "SELECT id, source_kind, source, kind, text_kind, verdict, places FROM buckets WHERE id > ?"
        new = {
            number: Bucket(tuple(values), tuple(json.loads(places)))
            for number, *values, places in db.execute(sql, (last,)).fetchall()
        }
        if new:
            self.named = Named(self.named.buckets | new)
        while True:
            rows, *columns = map(listed, db.execute(_READ, (len(self.alive) - 1, _PART)).fetchone())
            if not len(rows):
                return
            at, width = rows - len(self.alive), int(rows[-1]) + 1 - len(self.alive)
            added = [np.zeros(width, dtype=np.int64) for _ in columns]
            for column, values in zip(added, columns, strict=True):
                column[at] = values
            alive = np.zeros(width, dtype=np.bool_)
            alive[at] = True
            self.alive = np.concatenate([self.alive, alive])
            self.buckets, self.days, self.moments = (
                np.concatenate([old, more])
                for old, more in zip((self.buckets, self.days, self.moments), added, strict=True)
            )


def _present(db: sqlite3.Connection, last: int) -> Mask:
    alive = np.zeros(last + 1, dtype=np.bool_)
    alive[listed(db.execute("SELECT group_concat(rowid) FROM facts").fetchone()[0])] = True
    return alive


def listed(concatenated: str | int | None) -> Rows:
    """The numbers of a ``group_concat``: one long text is read many times faster than a row for each."""
    text = "" if concatenated is None else str(concatenated)
    return np.fromstring(text, dtype=np.int64, sep=",") if text else np.zeros(0, dtype=np.int64)
