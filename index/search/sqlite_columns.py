"""What facets are counted by and hits are sorted by, of every document of the embedded search, in memory.

SQLite gives the rows of 100,000 hits in some 20 ms; a look-up in a table for each of them takes five times as long. So
three numbers of each document are kept in arrays by rowid: 16 bytes a document, read in a fraction of a second.
A rowid is never given twice and its row never changes (a changed document gets a new one), so only new rows are read.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from index.search.facets import COLUMNS, Facets, top

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


@dataclass(slots=True)
class Columns:
    """Arrays by rowid; rows that are gone leave what they had. Moments are microseconds since 1970, UTC."""

    buckets: array[int] = field(default_factory=lambda: array("i", [0]))
    days: array[int] = field(default_factory=lambda: array("i", [0]))
    moments: array[int] = field(default_factory=lambda: array("q", [0]))
    named: dict[int, Bucket] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def read(self, db: sqlite3.Connection) -> None:
        """Add what came since; in the caller's transaction, so that every row it sees is here afterwards."""
        with self._lock:
            last = max(self.named, default=0)
            sql = "SELECT id, source_kind, source, kind, text_kind, verdict, places FROM buckets WHERE id > ?"
            for number, *values, places in db.execute(sql, (last,)).fetchall():
                self.named[number] = Bucket(tuple(values), tuple(json.loads(places)))
            while self._add(*map(listed, db.execute(_READ, (len(self.days) - 1, _PART)).fetchone())):
                pass

    def _add(self, rows: list[int], buckets: list[int], days: list[int], moments: list[int]) -> bool:
        if not rows:
            return False
        begin, end = len(self.days), rows[-1] + 1
        if len(rows) == end - begin:
            self.buckets.extend(buckets)
            self.moments.extend(moments)
            self.days.extend(days)
            return True
        for column in (self.buckets, self.moments, self.days):
            column.extend([0] * (end - begin))
        for row, bucket, day, moment in zip(rows, buckets, days, moments, strict=True):
            self.buckets[row], self.days[row], self.moments[row] = bucket, day, moment
        return True

    def counts(self, rows: Sequence[int]) -> tuple[Facets, list[tuple[date, int]]]:
        """Facets (up to 30 values, most frequent first, ties by name) and timeline (in order of days) of rows."""
        counters: dict[str, Counter[str]] = {name: Counter() for name in (*COLUMNS, "place")}
        for number, count in Counter(map(self.buckets.__getitem__, rows)).items():
            bucket = self.named[number]
            for name, value in zip(COLUMNS, bucket.values, strict=True):
                counters[name][value] += count
            for place in bucket.places:
                counters["place"][place] += count
        days = Counter(map(self.days.__getitem__, rows))
        facets = {name: top(counter.items()) for name, counter in counters.items()}
        return facets, [(date.fromordinal(day), count) for day, count in sorted(days.items())]

    def bucket(self, row: int) -> Bucket:
        """The facet values of a row."""
        return self.named[self.buckets[row]]

    def among(self, rows: list[int], buckets: set[int] | None, first: int | None, last: int | None) -> list[int]:
        """Those rows that are in these buckets (None: any) and of these days (ordinals, both included)."""
        if buckets is not None:
            wanted = bytearray(max(self.named, default=0) + 1)
            for number in buckets:
                wanted[number] = 1
            of = self.buckets
            rows = [row for row in rows if wanted[of[row]]]
        if first is not None or last is not None:
            since, until, day = first or 0, last or date.max.toordinal(), self.days
            rows = [row for row in rows if since <= day[row] <= until]
        return rows

    def newest(self, rows: Sequence[int], most: int) -> list[int]:
        """The newest ``most`` of rows and all that are as new as the last of them, newest first."""
        if len(rows) > 2 * most:  # by days first: sorting them all takes longer
            day = self.days
            days, found, first = Counter(map(day.__getitem__, rows)), 0, 0
            for number in sorted(days, reverse=True):
                found, first = found + days[number], number
                if found >= most:
                    break
            rows = [row for row in rows if day[row] >= first]
        ordered = sorted(rows, key=self.moments.__getitem__, reverse=True)
        end = min(most, len(ordered))
        while 0 < end < len(ordered) and self.moments[ordered[end]] == self.moments[ordered[end - 1]]:
            end += 1
        return ordered[:end]


class Shared:
    """The columns of the set of tables that answers now, shared by the threads of a process."""

    def __init__(self) -> None:
        self._latest: tuple[tuple[int, int], Columns] | None = None

    def of(self, db: sqlite3.Connection) -> Columns:
        """Up to date with the caller's transaction. Made anew when the file or one of its tables was replaced."""
        file, tables = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "schema_version"))
        generation = (int(file), int(tables))
        latest = self._latest
        columns = latest[1] if latest and latest[0] == generation else Columns()
        columns.read(db)
        self._latest = (generation, columns)
        return columns


def listed(concatenated: str | int | None) -> list[int]:
    """The numbers of a ``group_concat``: one long text is read several times faster than a row for each."""
    found: list[int] = json.loads(f"[{'' if concatenated is None else concatenated}]")
    return found
