"""How surely two suspect texts state one claim in other words: by what rare words they share.

The weights are learnt (logistic regression, ``python -m classify.claims.learn_paraphrase``) from retellings that were
written for this
project, kept apart from the flag model's corpus. What places do is set by hand: what happens elsewhere is another
claim.
"""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path

from classify.claims.gist import Gist

WEIGHTS = Path(__file__).parents[1] / "retellings" / "weights.json"
FEATURES = ("overlap", "share", "numbers", "other numbers", "opens")
"""Cosine of the syllables by weight; the share of the smaller text's weight that stands in the other; both name a
number that tells; both name numbers, none in common; one alone says that something opens again. Each 0 to 1.
"""
NEARNESS = "nearness"
LEAST_NEAR = 0.2
"""Cosine of vectors below which texts are never retellings, whatever words they share: they are long texts of one
subject, as those of real posts that were read (docs/adr/0006)."""
SAYS_SOMETHING = 5
"""Syllables that weigh; a text of fewer states no claim."""
_OTHER_PLACES = -12.0
_YEAR = re.compile(r"(19|20)\d\d")


def retold(one: Gist, other: Gist, near: float | None = None) -> float:
    """Probability that two suspect texts state one claim, 0 to 1. 0 where one says too little: whatever has its two
    words would be about the same. ``near``: cosine of their vectors (:mod:`classify.claims.sense`); words alone decide
    without.
    """
    if min(len(one.folded[0]), len(other.folded[0])) < SAYS_SOMETHING:
        return 0.0
    if near is not None and near < LEAST_NEAR:
        return 0.0
    weights = _weights()["words" if near is None else "vectors"]
    odds = weights["start"] + weights.get(NEARNESS, 0.0) * (near or 0.0)
    odds += sum(weights.get(name, 0.0) * value for name, value in zip(FEATURES, features(one, other), strict=True))
    return 1 / (1 + math.exp(-odds - _elsewhere(one, other)))


def features(one: Gist, other: Gist) -> tuple[float, ...]:
    """What is weighed, in the order of :data:`FEATURES`; words as typed where both have accents, else without."""
    both = one.accented and other.accented
    mine, theirs = (one.typed[0], other.typed[0]) if both else (one.folded[0], other.folded[0])
    common = sum(mine[term] for term in mine.keys() & theirs.keys())
    first, second = sum(mine.values()) or 1.0, sum(theirs.values()) or 1.0
    shared = {number for number in one.numbers & other.numbers if not _YEAR.fullmatch(number)}
    return (
        common / math.sqrt(first * second),
        common / min(first, second),
        float(bool(shared)),
        float(bool(one.numbers and other.numbers and not one.numbers & other.numbers)),
        float(one.reopens is not other.reopens),
    )


def _elsewhere(one: Gist, other: Gist) -> float:
    named = [(here, there) for here, there in zip(one.places, other.places, strict=True) if here and there]
    return sum(_OTHER_PLACES for here, there in named if not here & there)


@cache
def _weights() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = json.loads(WEIGHTS.read_text("utf-8"))
    return found
