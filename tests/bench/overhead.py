"""What soatin adds to an answer of SQLite FTS5: our ``search`` against the very statements that it sends."""

from __future__ import annotations

import sqlite3
from typing import Any

from index.query.parse import parse
from index.search import Filters
from tests.bench.measure import percentile, timed
from tests.bench.row import Row

PAGE = 20
_PLAIN = (
    "SELECT f.id, snippet(words, -1, '<mark>', '</mark>', '…', 40) FROM words JOIN facts f ON f.rowid = words.rowid "
    "WHERE words MATCH ? ORDER BY bm25(words, 5.0, 1.0, 5.0, 1.0) LIMIT 20"
)


def sqlite(engine: Any, asked: list[str]) -> list[Row]:
    """Words asked for the first time, so that FTS5 goes through their lists, against the same statements on a
    connection of their own: no parsing, putting together, counting, scoring, marking, objects. And as people ask common
    words again and again, with the lists at hand. Both also against FTS5 asked plainly: the best twenty with its own
    snippets, and their number, without facets. All in turn, in an order that changes, after each was asked once.
    """
    raw = sqlite3.connect(engine.path, isolation_level=None)
    raw.execute("PRAGMA cache_size = -32768")
    waits: dict[str, list[float]] = {"first": [], "again": [], "raw": [], "plain": []}
    for number, text in enumerate(asked):
        query = parse(text)
        sent = _sent(engine, text)
        words = _words(query)

        def first(text: str = text) -> None:
            _forget(engine)
            engine.search(parse(text), Filters(), PAGE)

        def again(text: str = text) -> None:
            engine.search(parse(text), Filters(), PAGE)

        def theirs(sent: list[str] = sent) -> None:
            for statement in sent:
                raw.execute(statement).fetchall()

        def plain(words: str = words) -> None:
            raw.execute(_PLAIN, (words,)).fetchall()
            raw.execute("SELECT count(*) FROM words WHERE words MATCH ?", (words,)).fetchone()

        calls = [("first", first), ("raw", theirs), ("plain", plain)]
        for _, call in calls:
            call()
        for name, call in calls[number % 3 :] + calls[: number % 3]:
            waits[name].append(timed(call))
        again()
        waits["again"].append(timed(again))
    raw.close()
    p95 = {name: percentile(values, 0.95) for name, values in waits.items()}
    on = f"{len(asked)} queries, each asked both ways in turn"
    return [
        Row("search p95 against the same statements sent bare (asked: at most 1.3)", _ratio(p95, "first", "raw"), on),
        Row("search p95 against FTS5's own best twenty with snippets, no facets", _ratio(p95, "first", "plain"), on),
        Row("the same, words that were asked for before", _ratio(p95, "again", "plain"), on),
    ]


def _ratio(p95: dict[str, float], ours: str, theirs: str) -> str:
    return f"{p95[ours] / p95[theirs]:.2f} times ({p95[ours]:.0f} ms, {p95[theirs]:.0f} ms)"


def _forget(engine: Any) -> None:
    """What it keeps in memory of the words that were asked for."""
    with engine._connection() as db:
        engine._shared.of(db).clear()


def _sent(engine: Any, text: str) -> list[str]:
    """The statements of one search, with their values."""
    sent: list[str] = []
    _forget(engine)
    with engine._connection() as db:
        db.set_trace_callback(sent.append)
        try:
            engine.search(parse(text), Filters(), PAGE)
        finally:
            db.set_trace_callback(None)
    return [statement for statement in sent if not statement.startswith("--")]


def _words(query: Any) -> str:
    """What FTS5 would be asked for all the words."""
    from index.search.sqlite.compiler import asked

    return " AND ".join(
        "(" + " OR ".join(expression for _, expression in asked(term, exact=False)) + ")" for term in query.terms()
    )
