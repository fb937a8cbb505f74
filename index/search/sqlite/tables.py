"""Tables of the embedded search: a set that answers, and beside it one that is being built and one that was replaced.

The set that answers has plain names, the others a prefix. One takes over by being renamed, in one transaction.
"""

# ruff: noqa: S608 -- statements are built from constants of ours; what comes from outside is always a parameter
from __future__ import annotations

import json
import secrets
import sqlite3
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from core import clock
from core.model.documents import SearchDocument
from core.vietnamese import fold
from index.search.highlight import Words

VERSION = 4  # of the schema and of the normaliser's output: another one must be fed again
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LIVE, NEXT, OLD = "", "next_", "old_"
_MICROSECOND = timedelta(microseconds=1)
REMEMBERED = 3600.0  # seconds for which a removed document's revision is known
_TABLES = ("words", "titles", "facts", "buckets", "texts", "places", "removed")
_SCHEMA = """
CREATE VIRTUAL TABLE {0}words USING fts5(
    title_n, text_n, title_f, text_f, tokenize = "unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE {0}titles USING fts5(n, f, tokenize = "unicode61 remove_diacritics 0");
CREATE TABLE {0}facts (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT, bucket INTEGER NOT NULL, day INTEGER NOT NULL, moment INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE, probability REAL NOT NULL, claim INTEGER, revision INTEGER NOT NULL);
CREATE INDEX {1} ON {0}facts (bucket);
CREATE TABLE {0}buckets (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source_kind TEXT NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL,
    text_kind TEXT NOT NULL, verdict TEXT NOT NULL, places TEXT NOT NULL, source_folded TEXT NOT NULL,
    UNIQUE (source_kind, source, kind, text_kind, verdict, places));
CREATE TABLE {0}texts (
    rowid INTEGER PRIMARY KEY, title TEXT NOT NULL, title_at BLOB NOT NULL, text TEXT NOT NULL, text_at BLOB NOT NULL);
CREATE TABLE {0}places (
    bucket INTEGER NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL, province TEXT NOT NULL, district TEXT NOT NULL,
    PRIMARY KEY (bucket, name)) WITHOUT ROWID;
CREATE TABLE {0}removed (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
"""


def version(db: sqlite3.Connection) -> int:
    """Of the set that answers; 0: there is none yet."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def create(db: sqlite3.Connection, prefix: str = LIVE) -> None:
    """Make a set anew, in place of the one of this name."""
    drop(db, prefix)
    index = f"facts_{secrets.token_hex(6)}"  # indices keep their names when tables are renamed
    for statement in _SCHEMA.format(prefix, index).split(";\n"):
        if statement.strip():
            db.execute(statement)
    if prefix == LIVE:
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute(f"PRAGMA application_id = {secrets.randbits(31)}")  # tells a file from one that was in its place
    else:
        db.execute(f"CREATE TABLE {prefix}made (version INTEGER NOT NULL)")
        db.execute(f"INSERT INTO {prefix}made VALUES ({VERSION})")


def drop(db: sqlite3.Connection, prefix: str) -> None:
    """Remove a set."""
    for table in (*_TABLES, "made"):
        db.execute(f"DROP TABLE IF EXISTS {prefix}{table}")


def made(db: sqlite3.Connection, prefix: str) -> int:
    """The version of a set beside the one that answers; 0: there is none."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (f"{prefix}made",)).fetchone():
        return 0
    return int(db.execute(f"SELECT version FROM {prefix}made").fetchone()[0])


def take_over(db: sqlite3.Connection) -> bool:
    """The next set answers from now on, the present one becomes the old one. False: there is no next one."""
    if made(db, NEXT) != VERSION:
        return False
    drop(db, OLD)
    before = version(db)
    names = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for old, new in ((LIVE, OLD), (NEXT, LIVE)):
        for table in _TABLES:
            if f"{old}{table}" in names:
                db.execute(f"ALTER TABLE {old}{table} RENAME TO {new}{table}")
    db.execute(f"DROP TABLE {NEXT}made")
    db.execute(f"CREATE TABLE {OLD}made (version INTEGER NOT NULL)")
    db.execute(f"INSERT INTO {OLD}made VALUES ({before})")
    db.execute(f"PRAGMA user_version = {VERSION}")
    return True


@contextmanager
def transaction(db: sqlite3.Connection, mode: str) -> Iterator[None]:
    """All or nothing."""
    db.execute(f"BEGIN {mode}")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def put(db: sqlite3.Connection, doc: SearchDocument, title: Words, text: Words, prefix: str = LIVE) -> None:
    """Add or replace a document, unless a later revision of it is or was there."""
    row = db.execute(f"SELECT revision FROM {prefix}facts WHERE id = ?", (doc.id,)).fetchone()
    if doc.revision:
        gone = db.execute(f"SELECT revision FROM {prefix}removed WHERE id = ?", (doc.id,)).fetchone()
        if (row and row[0] > doc.revision) or (gone and gone[0] >= doc.revision):
            return
    if row:
        _clear(db, doc.id, prefix)
    db.execute(f"DELETE FROM {prefix}removed WHERE id = ?", (doc.id,))
    _add(db, doc, title, text, prefix)


def remove(db: sqlite3.Connection, identity: str, prefix: str = LIVE) -> None:
    """Remove a document and remember its revision for an hour: a slow worker may still hold the document."""
    row = db.execute(f"SELECT revision FROM {prefix}facts WHERE id = ?", (identity,)).fetchone()
    if row:
        now = time.time()
        db.execute(f"DELETE FROM {prefix}removed WHERE at < ?", (now - REMEMBERED,))
        db.execute(f"INSERT OR REPLACE INTO {prefix}removed VALUES (?, ?, ?)", (identity, row[0], now))
        _clear(db, identity, prefix)


def _clear(db: sqlite3.Connection, identity: str, prefix: str) -> None:
    row = db.execute(f"SELECT rowid FROM {prefix}facts WHERE id = ?", (identity,)).fetchone()
    for table in ("words", "titles", "texts", "facts"):
        db.execute(f"DELETE FROM {prefix}{table} WHERE rowid = ?", row)


def _add(db: sqlite3.Connection, doc: SearchDocument, title: Words, text: Words, prefix: str) -> None:
    day = clock.day(doc.moment).toordinal()
    cursor = db.execute(
        f"INSERT INTO {prefix}facts (bucket, day, moment, id, probability, claim, revision) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            _bucket(db, doc, prefix),
            day,
            (doc.moment - EPOCH) // _MICROSECOND,
            doc.id,
            doc.probability,
            doc.claim_id,
            doc.revision,
        ),
    )
    row = cursor.lastrowid
    db.execute(
        f"INSERT INTO {prefix}texts VALUES (?, ?, ?, ?, ?)", (row, doc.title, _pack(title), doc.text, _pack(text))
    )
    spelt = (" ".join(title.norms), " ".join(title.folded))
    db.execute(f"INSERT INTO {prefix}titles (rowid, n, f) VALUES (?, ?, ?)", (row, *spelt))
    db.execute(
        f"INSERT INTO {prefix}words (rowid, title_n, text_n, title_f, text_f) VALUES (?, ?, ?, ?, ?)",
        (row, spelt[0], " ".join(text.norms), spelt[1], " ".join(text.folded)),
    )


def _bucket(db: sqlite3.Connection, doc: SearchDocument, prefix: str) -> int:
    """The number of one combination of facet values. There are few of them: what a document is filtered and counted by
    is one small number.
    """
    places = tuple(dict.fromkeys(doc.places))
    values = (doc.source_kind, doc.source, doc.kind, doc.text_kind, doc.verdict, json.dumps(places, ensure_ascii=False))
    found = db.execute(
        f"SELECT id FROM {prefix}buckets "
        "WHERE source_kind = ? AND source = ? AND kind = ? AND text_kind = ? AND verdict = ? AND places = ?",
        values,
    ).fetchone()
    if found:
        return int(found[0])
    cursor = db.execute(
        f"INSERT INTO {prefix}buckets (source_kind, source, kind, text_kind, verdict, places, source_folded) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*values, fold(doc.source)),
    )
    number = int(cursor.lastrowid or 0)
    for name in places:
        folded = fold(name)
        province, _, district = folded.partition("/")
        db.execute(f"INSERT INTO {prefix}places VALUES (?, ?, ?, ?, ?)", (number, name, folded, province, district))
    return number


def _pack(words: Words) -> bytes:
    return array("I", words.bounds).tobytes()
