"""Which texts state the same claim: keys to find those that may, a score for each pair that was found.

Copies meet by MinHash bands (:mod:`classify.claims.minhash`). A rumour told in other words has few runs of words in
common with
the first telling, but much of what is rare in it: so a suspect text has word keys too, its rarest pairs of neighbouring
syllables and its rarest syllables, and two suspect texts are compared by :func:`classify.claims.paraphrase.retold`.
Ordinary news
never is: reports of two days share nearly all of their words and state different things. A text that denies (``là tin
giả``) does not repeat the claim that it quotes, so its keys are other keys.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from classify.claims.gist import denies, gist
from classify.claims.minhash import SAME, bands, similarity, wording
from classify.claims.paraphrase import retold
from classify.claims.sense import nearness

WORD = "w:"
"""How the keys begin that stand for a word."""
EXACT = "x:"
"""How the key begins that stands for the whole text; all others are MinHash bands."""
SUSPECT_SHARE = 0.4
"""A text at two fifths of the flagging threshold or above is suspect. Only the comparison with other suspect texts
depends on it; a text is not flagged by it."""

_WORD_KEYS = 24
_MOST_COMPARED = 20
_MOST_COMMON = 300  # a key that so many have tells nothing; only the latest of them are looked at
_ALONE = 8  # word keys of single syllables
_ENOUGH = 0.5
"""Probability from which two texts are taken for one claim."""


def keys(text: str, *, suspect: bool) -> tuple[str, ...]:
    """A key of the whole text, 32 MinHash bands, and of a suspect text up to 32 word keys; at most 24 characters each,
    empty without syllables. Texts that may state one claim share some, exact copies all.
    """
    stance = "d" if denies(text) else ""
    found = tuple(stance + band for band in bands(text))
    if not found:
        return found
    found = (EXACT + wording(text), *found)
    if not suspect:
        return found
    single, pairs = gist(text).folded
    telling = _rarest(pairs, _WORD_KEYS) + _rarest(single, _ALONE)
    return found + tuple(f"{WORD}{stance}{_short(term)}" for term in telling)


def likeness(one: str, other: str, *, suspect: bool, near: float | None = None) -> float:
    """How sure it is that two texts state one claim, 0 to 1; from :data:`classify.claims.minhash.SAME` on they do.
    ``suspect``:
    both are, so that they may be paraphrases; ``near``: how near their vectors are, where both have one
    (:func:`classify.claims.sense.nearness`). 0 where one denies and the other does not.
    """
    if denies(one) is not denies(other):
        return 0.0
    alike = similarity(one, other)
    if not suspect or alike >= SAME:
        return alike
    return max(alike, _scaled(retold(gist(one), gist(other), near)))


class Gatherer:
    """Claims of texts as they come, in memory: each joins the claim of the most alike text before it, or founds one.

    A text is compared with those that share the most and rarest keys with it, never with all.
    """

    def __init__(self) -> None:
        self._texts: list[tuple[str, bool, int, bytes]] = []  # text, suspect, claim, vector
        self._by_key: dict[str, list[int]] = {}
        self._claims = 0

    def nearest(self, text: str, found: Sequence[str], *, suspect: bool, sense: bytes = b"") -> tuple[float, int]:
        """Likeness of the text before it that states the same claim, and that text's number; (0, -1) without one.
        ``found``: its :func:`keys`; ``sense``: its vector (:class:`classify.claims.sense.Senses`), where there is one.
        """
        copies = [number for key in found if key.startswith(EXACT) for number in self._by_key.get(key, ())]
        if copies:
            return 1.0, copies[-1]
        best, at = 0.0, -1
        for number in most_shared((self._by_key.get(key, ()) for key in found), _MOST_COMPARED):
            other, other_suspect, _, other_sense = self._texts[number]
            near = nearness(sense, other_sense)
            score = likeness(text, other, suspect=suspect and other_suspect, near=near)
            if score >= SAME and score > best:
                best, at = score, number
        return best, at

    def add(self, text: str, found: Sequence[str], *, suspect: bool, sense: bytes = b"") -> int:
        """The number of its claim, from 0."""
        _, at = self.nearest(text, found, suspect=suspect, sense=sense)
        claim = self._texts[at][2] if at >= 0 else self._claims
        self._claims += at < 0
        self.hold(text, found, suspect=suspect, claim=claim, sense=sense)
        return claim

    def hold(self, text: str, found: Sequence[str], *, suspect: bool, claim: int = -1, sense: bytes = b"") -> None:
        """Keep a text to be found by later ones; texts are numbered from 0 as they come."""
        for key in found:
            self._by_key.setdefault(key, []).append(len(self._texts))
        self._texts.append((text, suspect, claim, sense))


def most_shared(postings: Iterable[Sequence[int]], limit: int) -> list[int]:
    """The numbers that stand in most of the lists, rare lists counting more (by one over the root of their length)."""
    shared: dict[int, float] = {}
    for posting in postings:
        weight = 1 / math.sqrt(len(posting) or 1)
        for number in posting[-_MOST_COMMON:]:
            shared[number] = shared.get(number, 0.0) + weight
    return sorted(shared, key=lambda number: (-shared[number], number))[:limit]


def _rarest(terms: Mapping[str, float], most: int) -> list[str]:
    return sorted(terms, key=lambda term: (-terms[term], term))[:most]


def _scaled(probability: float) -> float:
    """A probability on the scale of likeness: what is enough becomes SAME."""
    if probability < _ENOUGH:
        return SAME * probability / _ENOUGH
    return SAME + (1 - SAME) * (probability - _ENOUGH) / (1 - _ENOUGH)


@lru_cache(maxsize=50_000)
def _short(term: str) -> str:
    return hashlib.blake2b(term.encode(), digest_size=8).hexdigest()


def near_verified(texts: Sequence[str]) -> Callable[[str, int], list[tuple[int, float]]]:
    """A function that ranks verified texts by how surely they are about what a given text says: ``(text, limit)`` to
    ``[(number, score)]``, best first, scores 0 to 1. What denies is ranked too: it answers. An index, not all pairs.
    """
    gists = [gist(text) for text in texts]
    postings: dict[str, list[int]] = {}
    for number, one in enumerate(gists):
        for term in (*one.folded[0], *one.folded[1]):
            postings.setdefault(term, []).append(number)

    def ranked(text: str, limit: int) -> list[tuple[int, float]]:
        asked = gist(text)
        found: dict[int, float] = {}
        for terms in asked.folded:
            for term, weight in terms.items():
                for number in postings.get(term, ()):
                    found[number] = found.get(number, 0.0) + weight
        nearest = sorted(found, key=lambda number: (-found[number], number))[: max(limit, _MOST_COMPARED)]
        scores = [(number, max(similarity(text, texts[number]), retold(asked, gists[number]))) for number in nearest]
        return sorted(scores, key=lambda pair: (-pair[1], pair[0]))[:limit]

    return ranked
