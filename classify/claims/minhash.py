"""Near-duplicates: the same rumour, forwarded, shortened, or with a preface.

A text becomes the set of its shingles: runs of three folded syllables (two where it is short). MinHash (Broder 1997)
over 64 fixed permutations, cut into 32 bands of two, finds texts that may be alike: two texts of Jaccard similarity s
share a band with probability 1 - (1 - s^2)^32, that is 0.996 at 0.4 and 0.27 at 0.1. :func:`similarity` then compares
exactly.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.vietnamese import tokens

SAME = 0.55
"""Texts at least this similar make one claim. Read by eye on 3,279 posts of 2020: pairs from 0.55 up are the same text
or one inside the other; those of 0.45 to 0.55 are mostly one day's case bulletin beside another day's."""

_PERMUTATIONS, _ROWS = 64, 2
_SHORT = 12  # syllables; below it shingles are of two
_MOST_SYLLABLES = 5_000
_CONTAINED = 0.9  # weight of containment against equality
_ENOUGH_TO_CONTAIN = 12  # shingles; fewer are contained in anything by chance


def bands(text: str) -> tuple[str, ...]:
    """32 short keys; texts that share one may be near-duplicates. Empty for a text without syllables.

    The same on every machine and in every run: hashes are BLAKE2b, seeds fixed.
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    syllables, size = _syllables(text)
    if not syllables:
        return ()
    hashes = np.fromiter(map(_hash, syllables), dtype=np.uint64, count=len(syllables))
    multipliers, increments = _permutations()
    with np.errstate(over="ignore"):
        count = max(1, len(hashes) - size + 1)
        shingles = np.zeros(count, dtype=np.uint64)
        for part in range(min(size, len(hashes))):
            shingles = _mixed(shingles ^ hashes[part : part + count]) + multipliers[part]
        # Multiply-add modulo 2^64 by an odd number permutes 64-bit integers; the upper half is what mixes well.
        least = ((shingles[:, None] * multipliers + increments) >> np.uint64(32)).min(axis=0)
    rows = least.reshape(-1, _ROWS)
    return tuple(f"{index:02d}{int(one):08x}{int(two):08x}" for index, (one, two) in enumerate(rows))


def wording(text: str) -> str:
    """Twenty hex digits that copies of a text share, whatever their case, accents and punctuation (BLAKE2b over its
    first 5,000 syllables).
    """
    return hashlib.blake2b(" ".join(_syllables(text)[0]).encode(), digest_size=10).hexdigest()


def similarity(a: str, b: str) -> float:
    """How much two texts say the same, 0 to 1: Jaccard similarity of their shingles, or nine tenths of the share of the
    smaller one (of at least 12 shingles) that stands in the larger, so that a forwarded text with a preface matches.
    """
    one, two = _shingles(a), _shingles(b)
    if not one or not two:
        return 0.0
    common = len(one & two)
    jaccard = common / (len(one) + len(two) - common)
    smaller = min(len(one), len(two))
    if smaller < _ENOUGH_TO_CONTAIN:
        return jaccard
    return max(jaccard, _CONTAINED * common / smaller)


@lru_cache(maxsize=256)
def _syllables(text: str) -> tuple[tuple[str, ...], int]:
    """Folded syllables of a text and how many make a shingle."""
    syllables = tuple(token.folded for token in tokens(text[: 12 * _MOST_SYLLABLES]))[:_MOST_SYLLABLES]
    return syllables, 3 if len(syllables) >= _SHORT else 2


@lru_cache(maxsize=2048)
def _shingles(text: str) -> frozenset[str]:
    syllables, size = _syllables(text)
    if len(syllables) < size:
        return frozenset([" ".join(syllables)]) if syllables else frozenset()
    return frozenset(" ".join(syllables[at : at + size]) for at in range(len(syllables) - size + 1))


@lru_cache(maxsize=100_000)
def _hash(syllable: str) -> int:
    return int.from_bytes(hashlib.blake2b(syllable.encode(), digest_size=8).digest(), "big")


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finishing step of MurmurHash3's 64-bit variant (Appleby, public domain): spreads every bit."""
    import numpy as np  # noqa: PLC0415 -- heavy

    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        values = (values ^ (values >> np.uint64(33))) * np.uint64(factor)
    return values ^ (values >> np.uint64(33))


@lru_cache(maxsize=1)
def _permutations() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    import numpy as np  # noqa: PLC0415 -- heavy

    seeds = [_hash(f"soatin near {index}") for index in range(2 * _PERMUTATIONS)]
    multipliers = np.array([seed | 1 for seed in seeds[:_PERMUTATIONS]], dtype=np.uint64)
    return multipliers, np.array(seeds[_PERMUTATIONS:], dtype=np.uint64)
