"""What a person should look at first, and what state a claim is in. Pure: no clock, no database."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.codes.scopes import ClaimScope
from core.codes.verdicts import ActionKind, ClaimState, VerdictValue

HALF_LIFE_HOURS = 48.0
"""After so many hours without a new document a claim's freshness is halved."""
SPREAD_FULL = 50.0
"""Documents (each further source counting three) from which spread weighs fully."""
WEIGHTS = {"probability": 0.5, "spread": 0.25, "freshness": 0.25}
OFFICIAL_FACTOR = 0.5
"""A claim that an official source has already spoken on waits behind one that nobody has answered."""


def urgency(
    probability: float,
    documents: int,
    sources: int,
    hours_old: float,
    official: bool,
    scope: ClaimScope = ClaimScope.PROVINCE,
) -> float:
    """How soon a person should look at a claim, 0-1; 0 when nothing in it is flagged.

    ``urgency = (0.5·p + 0.25·p·spread + 0.25·p·freshness) · (0.5 if official else 1) · f`` with
    ``spread = min(1, ln(1 + documents + 3·(sources - 1)) / ln(51))`` and ``freshness = 2 ** (-hours_old / 48)``.
    ``sources`` are independent ones: a paper that only reprints another's article (core.wording.copies) is not counted,
    its reprint is a document all the same, since it was spread. Both factors are multiplied by the probability:
    context orders what the model flagged and never makes a flag.
    ``f`` is the factor of the claim's ``scope``: what is of the province comes before what is elsewhere.
    The weights are a choice, not a measurement (docs/adr/0002).
    """
    if probability <= 0.0 or documents <= 0:
        return 0.0
    reach = documents + 3 * max(0, sources - 1)
    spread = min(1.0, math.log1p(reach) / math.log1p(SPREAD_FULL))
    freshness = math.exp2(-max(0.0, hours_old) / HALF_LIFE_HOURS)
    weight = WEIGHTS["probability"] + WEIGHTS["spread"] * spread + WEIGHTS["freshness"] * freshness
    return min(1.0, probability) * weight * (OFFICIAL_FACTOR if official else 1.0) * scope.factor


def claim_state(verdicts: Sequence[str], actions: Sequence[str]) -> ClaimState:
    """The state of a claim from the values of its verdicts that stand (oldest first; the last one counts) and the kinds
    of its case's actions (oldest first; the last one that is handling counts, by the line of its kind).
    """
    if not verdicts:
        return ClaimState.WAITING
    state = VerdictValue(verdicts[-1]).state
    if state is not ClaimState.TO_HANDLE:
        return state
    left = [leaves for kind in actions if (leaves := ActionKind(kind).leaves) is not None]
    return left[-1] if left else state
