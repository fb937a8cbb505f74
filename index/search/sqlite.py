"""Search in SQLite FTS5: one file beside the archive, which may be deleted at any time and is fed again from it.

FTS5's own folding is not used (it leaves đ alone and knows no tone placement): the words come from core.vietnamese,
once as normalised and once folded, and unicode61 only splits them at spaces again.
"""

# ruff: noqa: S608 -- statements are built from constants of ours; what comes from outside is always a parameter
from __future__ import annotations

import sqlite3
import threading
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.model import SearchDocument
from core.settings import Settings
from index.query import Query
from index.search import compile_fts, highlight, sqlite_store
from index.search.base import Filters, Hit, Order, RefusedError, Results, SearchBackend, SearchError, Which
from index.search.facets import tally
from index.search.highlight import Words
from index.search.sqlite_store import LIVE, NEXT, OLD, VERSION, transaction
from index.tree import Words as Sought

TITLE_WEIGHT = 5.0
_BM25 = f"bm25(words, {TITLE_WEIGHT}, 1.0, {TITLE_WEIGHT}, 1.0)"
_PREFIX: dict[Which, str] = {"live": LIVE, "next": NEXT}
_UNWRITABLE = (OverflowError, UnicodeError)  # a number or a text that SQLite has no room for
_REBUILD = "stop soatin, delete search.sqlite3 and run `soatin reindex`"

_PLACES = "SELECT p.name, count(*) FROM temp.hits h CROSS JOIN places p ON p.doc = h.rowid GROUP BY 1"
_HITS = "CREATE TEMP TABLE IF NOT EXISTS hits (rowid INTEGER PRIMARY KEY, exact INTEGER NOT NULL, score REAL NOT NULL)"


def open_backend(settings: Settings) -> SearchBackend:
    """The embedded engine, in ``search.sqlite3`` of the data folder."""
    return SqliteSearch(settings.data / "search.sqlite3")


class SqliteSearch(SearchBackend):
    """FTS5 behind the port. Safe for threads (a connection each) and processes (WAL, 30 s patience)."""

    name = "sqlite-fts5"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def index(self, docs: Sequence[SearchDocument], into: Which = "live") -> None:
        """As the port says; one transaction, or one for each document where one of them cannot be written."""
        prepared = [(doc, highlight.words(doc.title), highlight.words(doc.text)) for doc in docs]
        try:
            self._put(prepared, into)
        except _UNWRITABLE:
            refused: dict[str, str] = {}
            for one in prepared:
                try:
                    self._put([one], into)
                except _UNWRITABLE as error:
                    refused[one[0].id] = f"{type(error).__name__}: {error}"[:200]
            raise RefusedError(refused, len(prepared), where=str(self.path)) from None

    def delete(self, ids: Sequence[str], of: Which = "live") -> None:
        """As the port says; one transaction."""
        with self._connection(check=of == "live") as db, transaction(db, "IMMEDIATE"):
            for identity in ids:
                sqlite_store.remove(db, identity, _PREFIX[of])

    def find(
        self, query: Query, filters: Filters | None = None, limit: int = 20, offset: int = 0, order: Order = "best"
    ) -> Results:
        """As the port says."""
        plan = compile_fts.plan(query, filters or Filters())
        with self._connection() as db:
            db.execute(_HITS)
            with transaction(db, "DEFERRED"):  # one view of the index for hits, facets and timeline
                db.execute("DELETE FROM temp.hits")
                _match(db, plan)
                total = int(db.execute("SELECT count(*) FROM temp.hits").fetchone()[0])
                facets, timeline = tally(_groups(db), db.execute(_PLACES))
                rows = _page(db, limit, offset, order)
        terms = query.terms()
        return Results(total, tuple(_hit(row, terms) for row in rows), facets, tuple(timeline))

    def count(self) -> int:
        """As the port says."""
        with self._connection() as db:
            return int(db.execute("SELECT count(*) FROM facts").fetchone()[0])

    def reset(self) -> None:
        """As the port says. The tables are made anew, so an older schema goes too."""
        with self._connection(check=False) as db, transaction(db, "IMMEDIATE"):
            for prefix in (LIVE, NEXT, OLD):
                sqlite_store.drop(db, prefix)
            sqlite_store.create(db)

    def begin(self) -> None:
        """As the port says."""
        with self._connection(check=False) as db, transaction(db, "IMMEDIATE"):
            if sqlite_store.made(db, NEXT) != VERSION:
                sqlite_store.create(db, NEXT)

    def revisions(self, of: Which = "live") -> Iterator[tuple[str, int]]:
        """As the port says."""
        last = ""
        while True:
            with self._connection(check=of == "live") as db:
                sql = f"SELECT id, revision FROM {_PREFIX[of]}facts WHERE id > ? ORDER BY id LIMIT 5000"
                rows = db.execute(sql, (last,)).fetchall()
            yield from rows
            if not rows:
                return
            last = rows[-1][0]

    def switch(self) -> None:
        """As the port says."""
        with self._connection(check=False) as db, transaction(db, "IMMEDIATE"):
            sqlite_store.take_over(db)

    def kept(self) -> bool:
        """As the port says."""
        with self._connection(check=False) as db:
            return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (f"{OLD}made",)).fetchone())

    def drop_kept(self) -> None:
        """As the port says."""
        with self._connection(check=False) as db, transaction(db, "IMMEDIATE"):
            sqlite_store.drop(db, OLD)

    def problem(self) -> str:
        """As the port says."""
        try:
            with self._connection() as db:
                db.execute("SELECT count(*) FROM (SELECT rowid FROM words LIMIT 1)").fetchone()
        except SearchError as error:
            return str(error)
        return ""

    def _put(self, prepared: Sequence[tuple[SearchDocument, Words, Words]], into: Which) -> None:
        with self._connection(check=into == "live") as db, transaction(db, "IMMEDIATE"):
            for doc, title, text in prepared:
                sqlite_store.put(db, doc, title, text, _PREFIX[into])

    @contextmanager
    def _connection(self, *, check: bool = True) -> Iterator[sqlite3.Connection]:
        try:
            db = self._open()
            if check and (found := sqlite_store.version(db)) != VERSION:
                raise SearchError(
                    f"the search index is of version {found}, not {VERSION}",
                    where=str(self.path),
                    cure="run `soatin reindex`",
                )
            yield db
        except (sqlite3.Error, OSError) as error:
            self._close()
            raise SearchError(f"search index: {error}", where=str(self.path), cure=_REBUILD) from error

    def _open(self) -> sqlite3.Connection:
        """The connection of this thread; a new one when the file was deleted or replaced under it."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is not None and self.path.exists() and self.path.stat().st_ino == self._local.inode:
            return db
        self._close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        self._local.db = db
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA cache_size = -32768")
        if sqlite_store.version(db) == 0:
            with transaction(db, "IMMEDIATE"):
                if sqlite_store.version(db) == 0:  # another process may have been first
                    sqlite_store.create(db)
        self._local.inode = self.path.stat().st_ino
        return db

    def _close(self) -> None:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        self._local.db = None
        if db is not None:
            db.close()


def _unpack(norms: str, folded: str, bounds: bytes) -> Words:
    return Words(norms.split(), folded.split(), array("I", bounds))


def _groups(db: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    counts = Counter(db.execute("SELECT f.bucket, f.day FROM temp.hits h CROSS JOIN facts f ON f.rowid = h.rowid"))
    names = {
        row[0]: row[1:] for row in db.execute("SELECT id, source_kind, source, kind, text_kind, verdict FROM buckets")
    }
    return ((*names[bucket], day, count) for (bucket, day), count in counts.items())


def _match(db: sqlite3.Connection, plan: compile_fts.Plan) -> None:
    """Fill temp.hits. ``exact``: the words stand with the accents that were typed; such hits come first and are scored
    among themselves, else a rare spelling without accents would outweigh them.
    """
    if not plan.wide:
        db.execute(f"INSERT INTO temp.hits SELECT f.rowid, 1, 0.0 FROM facts f WHERE {plan.where}", plan.parameters)
        return
    scores = f"SELECT rowid AS doc, -{_BM25} AS score FROM words WHERE words MATCH ?"
    if plan.required:
        join = "" if plan.where == "1" else " CROSS JOIN facts f ON f.rowid = words.rowid"
        insert = (
            f"INSERT INTO temp.hits SELECT words.rowid, ?, -{_BM25} FROM words{join} "
            f"WHERE words MATCH ? AND {plan.where}"
        )
        db.execute(insert, (1, plan.exact, *plan.parameters))
        if plan.wide != plan.exact:
            fresh = " AND words.rowid NOT IN (SELECT rowid FROM temp.hits)"
            db.execute(insert + fresh, (0, plan.wide, *plan.parameters))
        return
    db.execute(
        f"INSERT INTO temp.hits SELECT f.rowid, f.rowid IN (SELECT rowid FROM words WHERE words MATCH ?), "
        f"coalesce(s.score, 0.0) FROM facts f LEFT JOIN ({scores}) s ON s.doc = f.rowid WHERE {plan.where}",
        (plan.exact, plan.wide, *plan.parameters),
    )


def _page(db: sqlite3.Connection, limit: int, offset: int, order: Order) -> list[tuple[Any, ...]]:
    """The rows of one page. Sorted by narrow rows first: texts are fetched for the page only."""
    best = "h.exact DESC, h.score DESC, f.moment DESC, f.id"
    by = "f.moment DESC, f.id" if order == "newest" else best
    page = db.execute(
        f"SELECT h.rowid FROM temp.hits h CROSS JOIN facts f ON f.rowid = h.rowid ORDER BY {by} LIMIT ? OFFSET ?",
        (max(0, limit), max(0, offset)),
    ).fetchall()
    return [
        db.execute(
            "SELECT f.id, h.exact, h.score, t.title, t.text, f.source, f.source_kind, f.kind, f.text_kind, f.verdict, "
            "f.probability, f.claim, f.moment, w.title_n, w.title_f, t.title_at, w.text_n, w.text_f, t.text_at "
            "FROM temp.hits h, facts f, texts t, words w "
            "WHERE h.rowid = ?1 AND f.rowid = ?1 AND t.rowid = ?1 AND w.rowid = ?1",
            row,
        ).fetchone()
        for row in page
    ]


def _hit(row: tuple[Any, ...], terms: Sequence[Sought]) -> Hit:
    identity, exact, score, title, text, source, source_kind, kind, text_kind, verdict, probability, claim, moment = (
        row[:13]
    )
    in_title = highlight.spans(terms, _unpack(*row[13:16])) if terms else []
    in_text = highlight.spans(terms, _unpack(*row[16:19])) if terms else []
    shift = len(title) + 1
    return Hit(
        id=identity,
        score=_squash(score) + exact,
        title=title,
        highlights=(*in_title, *((start + shift, end + shift) for start, end in in_text)),
        title_html=highlight.mark(title, in_title),
        snippet=highlight.snippet(text, in_text),
        source=source,
        source_kind=source_kind,
        kind=kind,
        text_kind=text_kind,
        verdict=verdict,
        probability=probability,
        claim_id=claim,
        moment=datetime.fromtimestamp(moment, UTC),
    )


def _squash(score: float) -> float:
    """BM25 (0 and up) to 0-1 in the same order: a hit with the typed accents gets 1 more and so stays ahead."""
    return round(max(0.0, score) / (1.0 + max(0.0, score)), 6)
