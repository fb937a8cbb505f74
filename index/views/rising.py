"""Terms that rise: pairs of syllables that texts of a period name much more often than those of the period before.

Score: log2(((a + ½) / (n + 1)) / ((b + ½) / (m + 1))), where *a* of *n* texts now and *b* of *m* texts before hold the
term; the halves keep a term that was never seen before from scoring infinitely. It is the log ratio of Hardie (2014)
over documents instead of words, so that one long text does not count for many. A term must stand in at least
``max(4, n / 100)`` texts. Pairs that overlap and stand in the same texts are joined into one longer term.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from core.vietnamese import tokens

LEAST = 4
LEAST_SCORE = 1.0  # twice as frequent
_TEXT = 4_000  # characters read of one text
_SAME = 0.8  # share of common texts (Jaccard) from which two overlapping pairs are one term
_LONGEST = 8  # syllables
_JOINED = 300  # pairs looked at
_WORDS = """
và là của có được cho các những một này đó khi thì mà với ở trong ngoài trên dưới đã đang sẽ cũng không ra vào tại
do bị để từ đến như nếu về theo hơn rất nhiều lại còn chỉ vì nên bằng hay hoặc sau trước mỗi cả ai gì nào đi làm
lên xuống nữa chưa phải thế ạ ơi nhé nha rồi mọi qua bởi đều hết anh chị em tôi mình ta họ nó
"""
_EMPTY = frozenset(_WORDS.split())  # a pair with one of them says little

Pair = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rise:
    """A term, in how many texts of the sample it stands now and before, and its score (log2 of the ratio)."""

    term: str
    now: int
    before: int
    score: float


def rising(now: Sequence[str], before: Sequence[str], most: int = 20) -> list[Rise]:
    """The terms that rose most between two samples of texts; none when there is nothing to compare with."""
    if not now or not before:
        return []
    here, there = _texts_of(now), _texts_of(before)
    least = max(LEAST, len(now) / 100)
    found = []
    for pair, held in here.items():
        if len(held) < least:
            continue
        old = len(there.get(pair, ()))
        score = math.log2((len(held) + 0.5) / (len(now) + 1) / ((old + 0.5) / (len(before) + 1)))
        if score >= LEAST_SCORE:
            found.append((score, len(held), pair, old))
    found.sort(key=lambda row: (-row[0], -row[1], row[2]))
    return _joined(found, here)[:most]


def _joined(found: list[tuple[float, int, Pair, int]], here: Mapping[Pair, set[int]]) -> list[Rise]:
    """Pairs joined to terms, the best first; a term has the counts of its best pair."""
    terms: list[tuple[Pair, Rise]] = []
    for score, count, pair, old in found[:_JOINED]:
        term, best = pair, Rise("", count, old, round(score, 2))
        while (place := _neighbour(term, terms, here)) is not None:
            other, better = terms.pop(place)
            term, best = (_chain(term, other) or _chain(other, term)), min(best, better, key=lambda rise: -rise.score)
        terms.append((term, best))
    rises = [replace(best, term=" ".join(term)) for term, best in terms]
    return sorted(rises, key=lambda rise: (-rise.score, -rise.now, rise.term))


def _neighbour(term: Pair, terms: Sequence[tuple[Pair, Rise]], here: Mapping[Pair, set[int]]) -> int | None:
    for place, (other, _) in enumerate(terms):
        if (_chain(term, other) or _chain(other, term)) and _alike(here[term[:2]], here[other[:2]]) >= _SAME:
            return place
    return None


def _chain(first: Pair, second: Pair) -> Pair:
    """``a b`` and ``b c`` as ``a b c``; empty when they do not meet or would be too long."""
    meet = first[-1] == second[0] and len(first) + len(second) - 1 <= _LONGEST
    return (*first, *second[1:]) if meet else ()


def _alike(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other)


def _texts_of(texts: Sequence[str]) -> dict[Pair, set[int]]:
    held: dict[Pair, set[int]] = {}
    for number, text in enumerate(texts):
        words = [token.norm for token in tokens(text[:_TEXT])]
        for pair in set(pairwise(words)):
            if pair[0] not in _EMPTY and pair[1] not in _EMPTY and any(word.isalpha() for word in pair):
                held.setdefault(pair, set()).add(number)
    return held
