"""Whether one article is a copy of another: agencies' pieces and reprints, in whole or shortened. Pure."""

from __future__ import annotations

import re

from core.vietnamese import fold

SHINGLE = 5
"""Syllables in a row that are compared."""
LEAST = 40
"""Syllables: shorter texts repeat one another by chance."""
COPIED = 0.7
"""So many of the shorter text's shingles must stand in the longer one: reprints with another lead and ending keep 0.9,
a follow-up that repeats the background of an earlier article seldom more than 0.6 (docs/adr/0007)."""
_WORD = re.compile(r"[^\W_]+")


def shingles(text: str) -> frozenset[int]:
    """The text's runs of five syllables, folded; empty for a text too short to say."""
    words = _WORD.findall(fold(text))
    if len(words) < LEAST:
        return frozenset()
    return frozenset(hash(tuple(words[start : start + SHINGLE])) for start in range(len(words) - SHINGLE + 1))


def is_copy(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether the shorter of two texts (by their shingles) is mostly the other's words."""
    shorter = min(len(one), len(other))
    return shorter > 0 and len(one & other) >= COPIED * shorter
