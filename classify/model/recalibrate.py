"""Probabilities for the share of unreliable texts that people found, instead of the share that was assumed.

Verdicts are given on what the machine put forward, so their share says little about a whole stream. But how often the
machine was right at each probability does: all log-odds are moved by one number until, over the texts that were
judged, as many are expected to be unreliable as people found so (recalibration in the large: Cox 1958; Steyerberg 2019,
chapter 15).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_DOUBT = 1.5  # standard deviation of the shift before any verdict: a handful of verdicts moves it little
_STEPS = 60
ENOUGH = 30
"""Judged texts from which the shift is worth setting."""


@dataclass(frozen=True, slots=True)
class Shift:
    """To add to log-odds: ``value`` with its 95 % interval. ``expected``: unreliable texts among those judged, by the
    probabilities as they were.
    """

    judged: int
    unreliable: int
    expected: float
    value: float
    low: float
    high: float

    def prevalence(self, assumed: float) -> tuple[float, float, float]:
        """The share of unreliable texts that fits, and its interval, where probabilities were made for ``assumed``."""
        middle = math.log(assumed / (1 - assumed))
        first, low, high = (1 / (1 + math.exp(-middle - move)) for move in (self.value, self.low, self.high))
        return first, low, high


def audited_shift(probabilities: Sequence[float] | Floats, unreliable: Sequence[bool]) -> Shift:
    """The shift that fits what people found: the mode of its posterior, a normal prior around 0, by Newton's method."""
    inside = np.clip(np.asarray(probabilities, dtype=np.float64), 1e-6, 1 - 1e-6)
    odds, truth = np.log(inside / (1 - inside)), np.asarray(unreliable, dtype=np.float64)
    move, certainty = 0.0, 1 / _DOUBT**2
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-odds - move))
        certainty = float((said * (1 - said)).sum()) + 1 / _DOUBT**2
        step = (float((truth - said).sum()) - move / _DOUBT**2) / certainty
        move += max(-1.0, min(1.0, step))
        if abs(step) < 1e-9:
            break
    reach = 1.96 / math.sqrt(certainty)
    return Shift(len(truth), int(truth.sum()), float(inside.sum()), move, move - reach, move + reach)
