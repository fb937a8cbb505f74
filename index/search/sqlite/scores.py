"""BM25 of the hits of the embedded search (Robertson and Zaragoza 2009, k1 1.2, b 0.75), a word in the title counting
five times, and pairs of words that a title has side by side as typed counting as words of their own.

FTS5 has a function for it, but goes through the whole list of every word once more to count documents. How many hold a
word is known here (the lists are at hand), so only the texts of the hits are read.
"""

from __future__ import annotations

import json
import math

import numpy as np
from numpy.typing import NDArray

from index.query.tree import Near, Words
from index.search.sqlite.columns import Mask, Rows
from index.search.sqlite.compiler import SqlitePlan, asked
from index.search.sqlite.rows import Asker

TITLE_WEIGHT = 5.0
_K1, _B = 1.2, 0.75
_TEXTS = (
    "SELECT w.title_n, w.text_n, w.title_f, w.text_f FROM json_each(?) j CROSS JOIN words w ON w.rowid = j.value "
    "ORDER BY j.key"
)
Scores = NDArray[np.float64]


def scores(ask: Asker, plan: SqlitePlan, rows: Rows, exact: Mask) -> Scores:
    """Of rows, 0 and up. ``exact``: which of them have the accents as typed; only those are counted in these then, else
    a rare spelling without accents would outweigh them.
    """
    texts = [
        tuple(f" {text} " for text in four) for four in ask.db.execute(_TEXTS, (json.dumps(rows.tolist()),)).fetchall()
    ]
    lengths = np.array([len(four[0]) + len(four[1]) for four in texts], dtype=np.float64)
    norm = _K1 * (1 - _B + _B * lengths / max(1.0, float(lengths.mean())))
    total = np.zeros(len(rows))
    for term in plan.terms:
        counted = _frequencies(ask, term, texts, rows, exact)
        total += _weight(ask, term, exact) * counted * (_K1 + 1) / (counted + norm)
    for pair in plan.pairs:
        beside = np.where(exact, *(ask.any_of(asked(pair, exact=side, title=True))[rows] for side in (True, False)))
        counted = beside * TITLE_WEIGHT
        total += _weight(ask, pair, exact, title=True) * counted * (_K1 + 1) / (counted + norm)
    return total


def _weight(ask: Asker, term: Words, exact: Mask, *, title: bool = False) -> Scores:
    """How much a term says: the logarithm of how many documents lack it for each that has it."""
    size = int(np.count_nonzero(ask.view.alive))
    holding = [int(np.count_nonzero(ask.any_of(asked(term, exact=side, title=title)))) for side in (True, False)]
    weights = [max(1e-6, math.log((size - count + 0.5) / (count + 0.5))) for count in holding]
    found: Scores = np.where(exact, *weights)
    return found


def _frequencies(ask: Asker, term: Words, texts: list[tuple[str, ...]], rows: Rows, exact: Mask) -> Scores:
    """How often a term stands in each text, five times as much in the title. Words near one another count once."""
    if isinstance(term, Near):
        masks = [ask.any_of(asked(term, exact=side))[rows] for side in (True, False)]
        near: Scores = np.where(exact, *masks).astype(np.float64)
        return near
    end = "" if term.prefix else " "
    norm, folded = (f" {' '.join(pair[side] for pair in term.tokens)}{end}" for side in (0, 1))
    found = np.zeros(len(texts))
    for place, (title_n, text_n, title_f, text_f) in enumerate(texts):
        if not term.accented:
            found[place] = TITLE_WEIGHT * title_f.count(folded) + text_f.count(folded)
        else:
            found[place] = TITLE_WEIGHT * title_n.count(norm) + text_n.count(norm)
            if not exact[place]:
                found[place] += TITLE_WEIGHT * title_n.count(folded) + text_n.count(folded)
    return found
