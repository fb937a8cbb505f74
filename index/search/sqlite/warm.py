"""The words that most documents hold: their lists are the longest, so they are read before anybody asks."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from index.query.tree import Term

MOST = 500
_SAMPLE = 300
_READ = (
    "SELECT title_n || ' ' || text_n, title_f || ' ' || text_f FROM words "
    "WHERE rowid IN (SELECT rowid FROM facts ORDER BY rowid DESC LIMIT ?)"
)


def common(db: sqlite3.Connection) -> Iterator[Term]:
    """The words that most of the newest 300 documents hold, at most 500 with accents and as many without, the commonest
    last.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for norms, folded in db.execute(_READ, (_SAMPLE,)):
        pairs = set(zip(norms.split(), folded.split(), strict=False))
        counts.update(pairs | {(word, word) for _, word in pairs})
    for plain in (False, True):
        words = [(pair, count) for pair, count in counts.most_common() if (pair[0] == pair[1]) == plain]
        yield from (Term((pair,)) for pair, _ in reversed(words[:MOST]))
