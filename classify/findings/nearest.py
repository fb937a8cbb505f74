"""Which findings a text may be about: found by BM25 over syllables and pairs of syllables, without accents.

Pairs of neighbouring syllables are what Vietnamese words are mostly made of; with them BM25 finds a question's official
answer more often than over single syllables (docs/adr/0006). Sentences of a library are short and of one subject, so
that rare pairs tell them apart; what was found is then scored pair by pair.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.claims.gist import gist
from classify.claims.minhash import similarity
from classify.claims.paraphrase import retold

K1, B = 1.2, 0.75
"""Saturation and length of BM25 (Robertson and Zaragoza 2009), their usual values; others measured no better."""
MEANING = 1.0
"""What nearness of meaning weighs against the share of words, each by how much it differs among the entries (z-scores);
docs/adr/0006 says how it was chosen."""
ENOUGH = 0.5
"""Score from which a text and a finding are taken to be about the same claim."""
OFFERED = 0.3
"""Probability from which an entry is offered as the answer to a question."""
_IMAGINED, _SHARE, _SPREAD = 5, 0.03, 0.03  # entries of a usual share, beside a library that may have one or two
_OUTSTANDING, _AMONG, _START = 0.79, -0.91, -0.90
"""Log-odds that an entry answers a question: for each spread that it stands out by, for the logarithm of how many it
stands out from, and the rest. Fitted to questions of which half had no answer in the library (docs/adr/0006)."""
_SYLLABLES = 400
_SHOWN = 5.7  # times the odds that two posts are one claim: what a person reads beside may be wrong once in eight

Floats = NDArray[np.float32]


class Library:
    """An index of texts, given as folded syllables with a space between them (``entries``: id and syllables)."""

    def __init__(self, entries: Sequence[tuple[int, str]]) -> None:
        self.ids = [identity for identity, _ in entries]
        self._counter, self._weights, self._rarity = _index([syllables for _, syllables in entries])

    def scores(self, syllables: str) -> Floats:
        """BM25 of every entry for a text; terms that a text repeats count once."""
        if self._counter is None:
            return np.zeros(len(self.ids), dtype=np.float32)
        asked = self._counter.transform([syllables])
        asked.data[:] = 1
        found: Floats = np.asarray((asked @ self._weights).todense(), dtype=np.float32).ravel()
        return found

    def _most(self, syllables: str) -> float:
        """Weight of all terms of a text; what no entry has weighs as the rarest."""
        asked = set(terms(syllables))
        if self._counter is None:
            return 0.0
        rarest = math.log(1 + (len(self.ids) + 0.5) / 0.5)
        known = self._counter.vocabulary_
        weights = [float(self._rarity[known[term]]) if term in known else rarest for term in asked]
        return (K1 + 1) * sum(weights)

    def answering(self, syllables: str, nearness: Floats | None = None) -> Floats:
        """How well each entry may answer a question, 0 to 1: the share of it that the entry's words cover (its BM25
        over that of one that says all of the question), and what ``nearness`` in meaning adds or takes
        (:meth:`classify.findings.meaning.Meanings.nearness`, one number an entry).
        """
        found = self.scores(syllables) / max(self._most(syllables), 1e-9)
        if nearness is not None and nearness.any():
            found = found + MEANING * float(found.std()) * (nearness - nearness.mean()) / float(nearness.std())
        bounded: Floats = np.clip(found, 0.0, 1.0)
        return bounded

    def nearest(self, syllables: str, limit: int) -> list[tuple[int, float]]:
        """Ids and scores of the entries that share the most with a text, best first, at most ``limit``."""
        found = self.scores(syllables)
        return [(self.ids[at], float(found[at])) for at in _best(found, limit)]

    def answers(self, syllables: str, limit: int, nearness: Floats | None = None) -> list[tuple[int, float]]:
        """Ids of what may answer a question, best first, at most ``limit``, and how likely each does, 0 to 1: by how
        far its score (:meth:`answering`) stands out from all others'. A score alone says little: a long question is
        never covered by much, and one about what no entry knows still has words in common with some.
        """
        found = self.answering(syllables, nearness)
        return [(self.ids[at], _likelihood(found, at)) for at in _best(found, limit)]


def terms(syllables: str) -> list[str]:
    """The syllables, and each with the next."""
    single = syllables.split()[:_SYLLABLES]
    return single + [f"{one} {other}" for one, other in pairwise(single)]


def likeness(text: str, finding: str) -> float:
    """How surely a text is about what a finding is about, 0 to 1: copies, or retold with the same rare words, numbers
    and places. A denial of the claim counts as being about it.
    """
    told = retold(gist(text), gist(finding))
    return max(similarity(text, finding), _SHOWN * told / (1 + (_SHOWN - 1) * told))


def telling(text: str, limit: int) -> list[str]:
    """The pairs of syllables of a text, without accents, that tell most about it, at most ``limit``."""
    pairs = gist(text).folded[1]
    return sorted(pairs, key=lambda pair: (-pairs[pair], pair))[:limit]


def _best(found: Floats, limit: int) -> list[int]:
    """Places of the highest scores above 0, best first."""
    return [int(at) for at in np.argsort(-found, kind="stable")[:limit] if found[at] > 0]


def _likelihood(found: Floats, at: int) -> float:
    """How likely the entry at this place answers the question that gave these scores."""
    others = np.delete(found, at).astype(np.float64)
    count = len(others) + _IMAGINED
    mean = (others.sum() + _IMAGINED * _SHARE) / count
    square = (np.square(others).sum() + _IMAGINED * (_SHARE**2 + _SPREAD**2)) / count
    outstanding = (float(found[at]) - mean) / math.sqrt(max(square - mean**2, 1e-9))
    return 1 / (1 + math.exp(-(_OUTSTANDING * outstanding + _AMONG * math.log(len(found)) + _START)))


def _index(texts: Sequence[str]) -> tuple[Any, Any, Any]:
    """A counter of terms, the weight of each term in each text, and how rare each is (all without types)."""
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 -- heavy

    if not any(terms(text) for text in texts):
        return None, None, None
    counter = CountVectorizer(analyzer=terms, dtype=np.float32)
    counts = counter.fit_transform(texts).tocsr()
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    holders = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log(1 + (len(texts) - holders + 0.5) / (holders + 0.5)).astype(np.float32)
    relative = np.repeat(lengths / max(1.0, float(lengths.mean())), np.diff(counts.indptr))
    counts.data *= (K1 + 1) / (counts.data + K1 * (1 - B + B * relative)) * rarity[counts.indices]
    return counter, counts.T.tocsr(), rarity
