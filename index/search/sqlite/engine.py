"""Search in SQLite FTS5: one file beside the archive, which may be deleted at any time and is fed again from it.

FTS5's own folding is not used (it leaves đ alone and knows no tone placement): the words come from core.vietnamese,
once as normalised and once folded, and unicode61 only splits them at spaces again.
"""

# ruff: noqa: S608 -- statements are built from constants of ours; what comes from outside is always a parameter
from __future__ import annotations

import os
import sqlite3
import threading
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.model.documents import SearchDocument
from core.settings import Settings
from index.query.parse import Query
from index.query.tree import Words as Sought
from index.search import highlight
from index.search.highlight import Words
from index.search.port import DocumentsRefusedError, Filters, Hit, Order, Results, SearchBackend, SearchError, Which
from index.search.sqlite import hits, tables
from index.search.sqlite import postings as sqlite_postings
from index.search.sqlite import warm as sqlite_warm
from index.search.sqlite.columns import Bucket
from index.search.sqlite.compiler import plan as sqlite_plan
from index.search.sqlite.rows import Asker
from index.search.sqlite.tables import LIVE, NEXT, OLD, VERSION, transaction

_PREFIX: dict[Which, str] = {"live": LIVE, "next": NEXT}
_UNWRITABLE = (OverflowError, UnicodeError)  # a number or a text that SQLite has no room for
_REBUILD = "stop soatin, delete search.sqlite3 and run `soatin reindex`"

_MOST_OPEN = 8

_opened: dict[Path, SqliteSearch] = {}
_inherited: list[sqlite3.Connection] = []  # from before a fork: the parent's, so never closed here


def open_backend(settings: Settings) -> SearchBackend:
    """The embedded engine, in ``search.sqlite3`` of the data folder: one in a process, so that its connections and what
    it has read serve the requests that follow.
    """
    path = settings.data / "search.sqlite3"
    if path not in _opened:
        while len(_opened) >= _MOST_OPEN:  # connections close with the last thread that uses them
            _opened.pop(next(iter(_opened), path), None)
        _opened[path] = SqliteSearch(path)
    return _opened[path]


class SqliteSearch(SearchBackend):
    """FTS5 behind the port. Safe for threads (a connection each) and processes (WAL, 30 s patience)."""

    name = "sqlite-fts5"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._shared = sqlite_postings.Shared()

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
            raise DocumentsRefusedError(refused, len(prepared), where=str(self.path)) from None

    def delete(self, ids: Sequence[str], of: Which = "live") -> None:
        """As the port says; one transaction."""
        with self._connection(check=of == "live") as db, transaction(db, "IMMEDIATE"):
            for identity in ids:
                tables.remove(db, identity, _PREFIX[of])

    def find(
        self, query: Query, filters: Filters | None = None, limit: int = 20, offset: int = 0, order: Order = "best"
    ) -> Results:
        """As the port says."""
        plan = sqlite_plan(query, filters or Filters())
        with self._connection() as db, transaction(db, "DEFERRED"):  # one view of the index for all of it
            postings = self._shared.of(db)
            view = postings.columns.view(db)
            ask = Asker(db, view, postings)
            found = ask.hits(plan)
            facets, timeline = view.counts(found)
            ranked = hits.page(ask, plan, found, limit, offset, order)
            rows = [(one, view.bucket(one.row), _kept(db, one.row)) for one in ranked]
        terms = query.terms()
        return Results(len(found), tuple(_hit(*row, terms) for row in rows), facets, tuple(timeline))

    def count(self) -> int:
        """As the port says."""
        with self._connection() as db:
            return int(db.execute("SELECT count(*) FROM facts").fetchone()[0])

    def reset(self) -> None:
        """As the port says. The tables are made anew, so an older schema goes too."""
        with self._connection(check=False) as db, transaction(db, "IMMEDIATE"):
            for prefix in (LIVE, NEXT, OLD):
                tables.drop(db, prefix)
            tables.create(db)

    def begin(self) -> None:
        """As the port says."""
        with self._connection(check=False) as db, transaction(db, "IMMEDIATE"):
            if tables.made(db, NEXT) != VERSION:
                tables.create(db, NEXT)

    def building(self) -> bool:
        """As the port says."""
        with self._connection(check=False) as db:
            return tables.made(db, NEXT) == VERSION

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
            tables.take_over(db)

    def kept(self) -> bool:
        """As the port says."""
        with self._connection(check=False) as db:
            return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (f"{OLD}made",)).fetchone())

    def drop_kept(self) -> None:
        """As the port says."""
        with self._connection(check=False) as db, transaction(db, "IMMEDIATE"):
            tables.drop(db, OLD)

    def warm(self) -> None:
        """The columns, and the lists of the words that most documents hold; some seconds for 200,000 documents."""
        with self._connection() as db:
            words = list(sqlite_warm.common(db))
        for word in words:  # a transaction each: a long one would keep the write-ahead log from being emptied
            with self._connection() as db, transaction(db, "DEFERRED"):
                postings = self._shared.of(db)
                ask = Asker(db, postings.columns.view(db), postings)
                for title in (True, False):
                    ask.holds(word, title=title)

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
                tables.put(db, doc, title, text, _PREFIX[into])

    @contextmanager
    def _connection(self, *, check: bool = True) -> Iterator[sqlite3.Connection]:
        try:
            db = self._open()
            if check and (found := tables.version(db)) != VERSION:
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
        if db is not None and self._local.process == os.getpid() and self._inode() == self._local.inode:
            return db
        self._close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        self._local.db = db
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA cache_size = -32768")
        if tables.version(db) == 0:
            with transaction(db, "IMMEDIATE"):
                if tables.version(db) == 0:  # another process may have been first
                    tables.create(db)
        self._local.inode, self._local.process = self._inode(), os.getpid()
        return db

    def _inode(self) -> int:
        """Of the file; 0: it is gone."""
        try:
            return self.path.stat().st_ino
        except FileNotFoundError:
            return 0

    def _close(self) -> None:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        self._local.db = None
        if db is None:
            return
        if getattr(self._local, "process", os.getpid()) == os.getpid():
            db.close()
        else:
            _inherited.append(db)


def _unpack(norms: str, folded: str, bounds: bytes) -> Words:
    return Words(norms.split(), folded.split(), array("I", bounds))


def _kept(db: sqlite3.Connection, row: int) -> tuple[Any, ...]:
    """What is shown of one hit. Texts are fetched for the page only."""
    kept: tuple[Any, ...] = db.execute(
        "SELECT f.id, f.probability, f.claim, f.moment, t.title, t.text, w.title_n, w.title_f, t.title_at, "
        "w.text_n, w.text_f, t.text_at FROM facts f, texts t, words w "
        "WHERE f.rowid = ?1 AND t.rowid = ?1 AND w.rowid = ?1",
        (row,),
    ).fetchone()
    return kept


def _hit(ranked: hits.Ranked, bucket: Bucket, kept: tuple[Any, ...], terms: Sequence[Sought]) -> Hit:
    identity, probability, claim, moment, title, text = kept[:6]
    source_kind, source, kind, text_kind, verdict = bucket.values
    in_title = highlight.spans(terms, _unpack(*kept[6:9])) if terms else []
    in_text = highlight.spans(terms, _unpack(*kept[9:12])) if terms else []
    shift = len(title) + 1
    return Hit(
        id=identity,
        score=_squash(ranked.score) + ranked.exact,
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
        moment=tables.EPOCH + timedelta(microseconds=moment),
    )


def _squash(score: float) -> float:
    """BM25 (0 and up) to 0-1 in the same order: a hit with the typed accents gets 1 more and so stays ahead."""
    return round(max(0.0, score) / (1.0 + max(0.0, score)), 6)
