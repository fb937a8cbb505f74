"""Which documents hold a word, a phrase or words near one another: asked of FTS5 once, then only about new documents.

A common syllable stands in most documents, and going through its list takes FTS5 some 20 ms for 200,000. The lists that
were asked for last are kept, a bit or a number for each document, so that words are put together without the engine.
"""

# ruff: noqa: S608 -- statements are built from constants of ours; what comes from outside is always a parameter
from __future__ import annotations

import sqlite3
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.search.sqlite.columns import Columns, Mask, Rows, View, listed

MOST_BYTES = 64_000_000
_DENSE = 64
"""A list of more than one in so many documents is kept as a bit for each: smaller than their numbers."""

Asked = tuple[str, str]
"""A table (``words``, ``titles``) and an FTS5 expression."""


@dataclass(frozen=True, slots=True)
class _List:
    """Documents up to rowid ``last`` as of a state of the columns; those that are gone since may still be in it."""

    kept: NDArray[np.uint8] | Rows  # bits, or rowids
    last: int
    state: int

    def mask(self, size: int) -> Mask:
        found = np.zeros(max(size, self.last + 1), dtype=np.bool_)
        if self.kept.dtype == np.uint8:
            bits = self.kept.astype(np.uint8, copy=False)
            found[: self.last + 1] = np.unpackbits(bits, count=self.last + 1)
        else:
            found[self.kept] = True
        return found


@dataclass(slots=True)
class Postings:
    """The lists of one set of tables, shared by the threads of a process; the least recently used go first."""

    columns: Columns = field(default_factory=Columns)
    _lists: OrderedDict[Asked, _List] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: Lock = field(default_factory=Lock)

    def mask(self, db: sqlite3.Connection, view: View, asked: Asked) -> Mask:
        """Which rows of the view hold it."""
        size = len(view.alive)
        found = self._get(asked)
        if view.state is None or (found and found.state > view.state):  # others have seen what is later
            return _fetched(db, asked, 0, size) & view.alive
        if found is None or found.last < size - 1:
            mask = _fetched(db, asked, found.last if found else 0, size)
            if found:
                mask |= found.mask(size)
            mask &= view.alive
            self._put(asked, _packed(mask, view.state))
            return mask
        return found.mask(size)[:size] & view.alive

    def clear(self) -> None:
        """Forget all lists."""
        with self._lock:
            self._lists.clear()
            self._bytes = 0

    def _get(self, asked: Asked) -> _List | None:
        with self._lock:
            found = self._lists.get(asked)
            if found:
                self._lists.move_to_end(asked)
            return found

    def _put(self, asked: Asked, new: _List) -> None:
        with self._lock:
            old = self._lists.pop(asked, None)
            self._lists[asked] = new
            self._bytes += new.kept.nbytes - (old.kept.nbytes if old else 0)
            while self._bytes > MOST_BYTES and len(self._lists) > 1:
                self._bytes -= self._lists.popitem(last=False)[1].kept.nbytes


class Shared:
    """The lists and columns of the set of tables that answers now."""

    def __init__(self) -> None:
        self._latest: tuple[tuple[int, int], Postings] | None = None

    def of(self, db: sqlite3.Connection) -> Postings:
        """Made anew when the file or one of its tables was replaced."""
        file, tables = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "schema_version"))
        generation = (int(file), int(tables))
        latest = self._latest
        if not latest or latest[0] != generation:
            latest = self._latest = (generation, Postings())
        return latest[1]


def _fetched(db: sqlite3.Connection, asked: Asked, after: int, size: int) -> Mask:
    table, expression = asked
    sql = f"SELECT group_concat(rowid) FROM {table} WHERE {table} MATCH ? AND rowid > ?"
    mask = np.zeros(size, dtype=np.bool_)
    mask[listed(db.execute(sql, (expression, after)).fetchone()[0])] = True
    return mask


def _packed(mask: Mask, state: int) -> _List:
    dense = int(np.count_nonzero(mask)) * _DENSE > len(mask)
    return _List(np.packbits(mask) if dense else np.flatnonzero(mask), len(mask) - 1, state)
