"""Search in SQLite FTS5: one file beside the archive, which may be deleted at any time and is fed again from the archive.

FTS5's own folding is not used (it leaves đ alone and knows no tone placement): the words come from core.vietnamese, once
as normalised and once folded, and unicode61 only splits them at spaces again.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from core.clock import local
from core.model import SearchDocument
from core.settings import Settings
from core.vietnamese import fold, tokens
from index.query import Query, Term
from index.search import compile_fts, highlight
from index.search.base import Filters, Hit, Order, Results, SearchBackend, SearchError
from index.search.facets import tally

VERSION = 1  # of the schema and of the normaliser's output: another one must be fed again
TITLE_WEIGHT = 5.0
_BM25 = f"bm25(words, {TITLE_WEIGHT}, 1.0, {TITLE_WEIGHT}, 1.0)"
_REBUILD = "stop soatin, delete search.sqlite3 and run `soatin reindex`"

_TABLES = ("words", "facts", "texts", "places")
_SCHEMA = """
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
    title_n, text_n, title_f, text_f, tokenize = "unicode61 remove_diacritics 0");
CREATE TABLE IF NOT EXISTS facts (
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, source_folded TEXT NOT NULL,
    source_kind TEXT NOT NULL, kind TEXT NOT NULL, text_kind TEXT NOT NULL, verdict TEXT NOT NULL, day INTEGER NOT NULL,
    moment REAL NOT NULL, probability REAL NOT NULL, claim INTEGER);
CREATE TABLE IF NOT EXISTS texts (rowid INTEGER PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS places (
    doc INTEGER NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL, province TEXT NOT NULL, district TEXT NOT NULL,
    PRIMARY KEY (doc, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS places_folded ON places (folded);
CREATE INDEX IF NOT EXISTS places_province ON places (province);
CREATE INDEX IF NOT EXISTS places_district ON places (district);
"""
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

    def index(self, docs: Sequence[SearchDocument]) -> None:
        """As the port says; one transaction."""
        prepared = [(doc, _words(doc.title), _words(doc.text)) for doc in docs]
        with self._connection() as db, _transaction(db, "IMMEDIATE"):
            for doc, title, text in prepared:
                _remove(db, doc.id)
                _add(db, doc, title, text)

    def delete(self, ids: Sequence[str]) -> None:
        """As the port says; one transaction."""
        with self._connection() as db, _transaction(db, "IMMEDIATE"):
            for identity in ids:
                _remove(db, identity)

    def search(
        self, query: Query, filters: Filters | None = None, limit: int = 20, offset: int = 0, order: Order = "best"
    ) -> Results:
        """As the port says."""
        plan = compile_fts.plan(query, filters or Filters())
        with self._connection() as db:
            db.execute(_HITS)
            with _transaction(db, "DEFERRED"):  # one view of the index for hits, facets and timeline
                db.execute("DELETE FROM temp.hits")
                _match(db, plan)
                total = int(db.execute("SELECT count(*) FROM temp.hits").fetchone()[0])
                facets, timeline = tally(
                    db.execute(
                        "SELECT f.source_kind, f.source, f.kind, f.text_kind, f.verdict, f.day, count(*) FROM temp.hits h "
                        "CROSS JOIN facts f ON f.rowid = h.rowid GROUP BY 1, 2, 3, 4, 5, 6"
                    ),
                    db.execute(
                        "SELECT p.name, count(*) FROM temp.hits h CROSS JOIN places p ON p.doc = h.rowid GROUP BY 1"
                    ),
                )
                rows = _page(db, limit, offset, order)
        terms = query.terms()
        return Results(total, tuple(_hit(row, terms) for row in rows), facets, tuple(timeline))

    def count(self) -> int:
        """As the port says."""
        with self._connection() as db:
            return int(db.execute("SELECT count(*) FROM facts").fetchone()[0])

    def reset(self) -> None:
        """As the port says. The tables are made anew, so an older schema goes too."""
        with self._connection(check=False) as db:
            with _transaction(db, "IMMEDIATE"):
                for table in _TABLES:
                    db.execute(f"DROP TABLE IF EXISTS {table}")
                _create(db)

    def problem(self) -> str:
        """As the port says."""
        try:
            with self._connection() as db:
                db.execute("SELECT count(*) FROM (SELECT rowid FROM words LIMIT 1)").fetchone()
        except SearchError as error:
            return str(error)
        return ""

    @contextmanager
    def _connection(self, *, check: bool = True) -> Iterator[sqlite3.Connection]:
        try:
            db = self._open()
            if check and (found := _version(db)) != VERSION:
                raise SearchError(
                    f"the search index is of version {found}, not {VERSION}", where=str(self.path), cure="run `soatin reindex`"
                )
            yield db
        except (sqlite3.Error, OSError) as error:
            self._close()
            raise SearchError(f"search index: {error}", where=str(self.path), cure=_REBUILD) from error

    def _open(self) -> sqlite3.Connection:
        """This thread's connection; a new one when the file was deleted or replaced under it."""
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
        if _version(db) == 0:
            with _transaction(db, "IMMEDIATE"):
                _create(db)
        self._local.inode = self.path.stat().st_ino
        return db

    def _close(self) -> None:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        self._local.db = None
        if db is not None:
            db.close()


def _create(db: sqlite3.Connection) -> None:
    for statement in _SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _transaction(db: sqlite3.Connection, mode: str) -> Iterator[None]:
    db.execute(f"BEGIN {mode}")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _words(text: str) -> tuple[str, str]:
    found = tokens(text)
    return " ".join(token.norm for token in found), " ".join(token.folded for token in found)


def _remove(db: sqlite3.Connection, identity: str) -> None:
    row = db.execute("SELECT rowid FROM facts WHERE id = ?", (identity,)).fetchone()
    if row is None:
        return
    for table, column in (("words", "rowid"), ("texts", "rowid"), ("places", "doc"), ("facts", "rowid")):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", row)


def _add(db: sqlite3.Connection, doc: SearchDocument, title: tuple[str, str], text: tuple[str, str]) -> None:
    day = local(doc.moment).date().toordinal()
    cursor = db.execute(
        "INSERT INTO facts (id, source, source_folded, source_kind, kind, text_kind, verdict, day, moment, probability, claim)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            doc.id, doc.source, fold(doc.source), doc.source_kind, doc.kind, doc.text_kind, doc.verdict, day,
            doc.moment.timestamp(), doc.probability, doc.claim_id,
        ),
    )  # fmt: skip
    row = cursor.lastrowid
    db.execute("INSERT INTO texts (rowid, title, text) VALUES (?, ?, ?)", (row, doc.title, doc.text))
    db.execute(
        "INSERT INTO words (rowid, title_n, text_n, title_f, text_f) VALUES (?, ?, ?, ?, ?)",
        (row, title[0], text[0], title[1], text[1]),
    )
    for name in dict.fromkeys(doc.places):
        folded = fold(name)
        province, _, district = folded.partition("/")
        db.execute("INSERT INTO places VALUES (?, ?, ?, ?, ?)", (row, name, folded, province, district))


def _match(db: sqlite3.Connection, plan: compile_fts.Plan) -> None:
    """Fill temp.hits. ``exact``: the words stand with the accents that were typed; such hits come first and are scored
    among themselves, else a rare spelling without accents would outweigh them.
    """
    if not plan.wide:
        db.execute(f"INSERT INTO temp.hits SELECT f.rowid, 1, 0.0 FROM facts f WHERE {plan.where}", plan.parameters)
        return
    scores = f"SELECT rowid AS doc, -{_BM25} AS score FROM words WHERE words MATCH ?"
    restrict = "" if plan.where == "1" else f" CROSS JOIN facts f ON f.rowid = s.doc WHERE {plan.where}"
    if plan.required:
        insert = f"INSERT OR IGNORE INTO temp.hits SELECT s.doc, ?, s.score FROM ({scores}) s{restrict}"
        db.execute(insert, (1, plan.exact, *plan.parameters))
        if plan.wide != plan.exact:
            db.execute(insert, (0, plan.wide, *plan.parameters))
        return
    db.execute(
        f"INSERT INTO temp.hits SELECT f.rowid, f.rowid IN (SELECT rowid FROM words WHERE words MATCH ?), "
        f"coalesce(s.score, 0.0) FROM facts f LEFT JOIN ({scores}) s ON s.doc = f.rowid WHERE {plan.where}",
        (plan.exact, plan.wide, *plan.parameters),
    )


def _page(db: sqlite3.Connection, limit: int, offset: int, order: Order) -> list[tuple[object, ...]]:
    best = "h.exact DESC, h.score DESC, f.moment DESC, f.id"
    newest = "f.moment DESC, f.id"
    return db.execute(
        "SELECT f.id, h.exact, h.score, t.title, t.text, f.source, f.source_kind, f.kind, f.text_kind, f.verdict, "
        "f.probability, f.claim, f.moment FROM temp.hits h CROSS JOIN facts f ON f.rowid = h.rowid "
        "CROSS JOIN texts t ON t.rowid = h.rowid "
        f"ORDER BY {newest if order == 'newest' else best} LIMIT ? OFFSET ?",
        (max(0, limit), max(0, offset)),
    ).fetchall()


def _hit(row: tuple[object, ...], terms: Sequence[Term]) -> Hit:
    identity, exact, score, title, text, source, source_kind, kind, text_kind, verdict, probability, claim, moment = row
    title, text = str(title), str(text)
    in_title, in_text = highlight.spans(terms, title), highlight.spans(terms, text)
    shift = len(title) + 1
    return Hit(
        id=str(identity),
        score=_squash(float(str(score))) + int(bool(exact)),
        title=title,
        highlights=(*in_title, *((start + shift, end + shift) for start, end in in_text)),
        title_html=highlight.mark(title, in_title),
        snippet=highlight.snippet(text, in_text),
        source=str(source),
        source_kind=str(source_kind),
        kind=str(kind),
        text_kind=str(text_kind),
        verdict=str(verdict),
        probability=float(str(probability)),
        claim_id=None if claim is None else int(str(claim)),
        moment=datetime.fromtimestamp(float(str(moment)), UTC),
    )


def _squash(score: float) -> float:
    """BM25 (0 and up) to 0-1 in the same order, so that a hit with the typed accents, which gets 1 more, stays ahead."""
    return round(max(0.0, score) / (1.0 + max(0.0, score)), 6)
