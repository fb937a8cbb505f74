"""Scores of probabilities against labels, with bootstrap intervals over groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BINS = 10
NAMES = ("auc", "ap", "ece", "recall", "precision")
_RESAMPLES = 1000


class Scorer:
    """Scores for given labels (0/1), probabilities and flags (0/1); each row may weigh more or less than 1."""

    def __init__(self, labels: Sequence[int], probabilities: Floats, flagged: Sequence[bool]) -> None:
        self._label = np.asarray(labels, dtype=np.float64)
        self._probability = np.asarray(probabilities, dtype=np.float64)
        self._flagged = np.asarray(flagged, dtype=np.float64)
        values, self._rank = np.unique(-self._probability, return_inverse=True)
        self._ranks = len(values)
        self._bin = np.minimum((self._probability * BINS).astype(np.int64), BINS - 1)

    def scores(self, weight: Floats | None = None) -> dict[str, float | None]:
        """``auc`` (ties count half), ``ap`` (step-wise), ``ece`` (ten equal bins), ``recall``, ``precision``;
        each 0 to 1, None where the rows do not define it.
        """
        weight = np.ones_like(self._label) if weight is None else weight
        good, bad = weight * self._label, weight * (1 - self._label)
        positives, negatives = float(good.sum()), float(bad.sum())
        hits = np.bincount(self._rank, good, self._ranks)
        misses = np.bincount(self._rank, bad, self._ranks)
        above = np.cumsum(hits)
        seen = above + np.cumsum(misses)
        gap = np.bincount(self._bin, weight * (self._label - self._probability), BINS)
        caught, raised = float((good * self._flagged).sum()), float((weight * self._flagged).sum())
        return {
            "auc": float((misses * (above - hits / 2)).sum() / both) if (both := positives * negatives) else None,
            "ap": float((hits * above / np.maximum(seen, 1e-12)).sum() / positives) if positives else None,
            "ece": float(np.abs(gap).sum() / weight.sum()) if weight.sum() else None,
            "recall": caught / positives if positives else None,
            "precision": caught / raised if raised else None,
        }


def with_intervals(
    labels: Sequence[int], probabilities: Floats, flagged: Sequence[bool], groups: Sequence[str], *, seed: int = 0
) -> dict[str, dict[str, float | None]]:
    """Each score as ``{"value", "low", "high"}``: 95 % percentile bootstrap, whole groups drawn with replacement."""
    scorer = Scorer(labels, probabilities, flagged)
    drawn: dict[str, list[float]] = {name: [] for name in NAMES}
    for weight in _resampled(groups, seed):
        for name, value in scorer.scores(weight).items():
            if value is not None:
                drawn[name].append(value)
    result: dict[str, dict[str, float | None]] = {}
    for name, value in scorer.scores().items():
        low, high = np.percentile(drawn[name], [2.5, 97.5]) if drawn[name] else (None, None)
        result[name] = {"value": _short(value), "low": _short(low), "high": _short(high)}
    return result


def _resampled(groups: Sequence[str], seed: int) -> Iterator[Floats]:
    """How often each text counts in each resample: whole groups drawn with replacement."""
    _, group = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
    size = int(group.max()) + 1 if len(group) else 0
    chance = np.random.default_rng(seed)
    for _ in range(_RESAMPLES if size > 1 else 0):
        yield np.bincount(chance.integers(0, size, size), minlength=size).astype(np.float64)[group]


def within_budget(
    labels: Sequence[int], ranks: Floats, groups: Sequence[str], shares: Sequence[float], *, seed: int = 0
) -> list[dict[str, Any]]:
    """What is found by reading the highest ``ranks`` first, for each of the ``shares`` (0 to 1) of all texts:
    ``share``, ``threshold`` (the rank of the last one read), and with intervals as above ``found``, the part of
    the unreliable texts that is read, and ``right``, the part of those read that is unreliable.
    """
    order = np.argsort(-np.asarray(ranks), kind="stable")
    label = np.asarray(labels, dtype=np.float64)[order]
    limits = np.asarray(shares, dtype=np.float64)
    last = np.clip(np.ceil(limits * len(order)).astype(np.int64) - 1, 0, len(order) - 1)
    value = _read_first(label, np.ones(len(order)), limits)
    drawn = np.array([_read_first(label, weight[order], limits) for weight in _resampled(groups, seed)])
    document = []
    for place, share in enumerate(shares):
        entry: dict[str, Any] = {"share": round(share, 4), "threshold": _short(np.asarray(ranks)[order][last[place]])}
        for row, name in enumerate(("found", "right")):
            low, high = np.nanpercentile(drawn[:, row, place], [2.5, 97.5]) if len(drawn) else (None, None)
            entry[name] = {"value": _short(value[row, place]), "low": _short(low), "high": _short(high)}
        document.append(entry)
    return document


def _read_first(label: Floats, weight: Floats, limits: Floats) -> Floats:
    """``found`` and ``right`` of each limit; texts in the order of reading, the last one perhaps in part."""
    ends = np.cumsum(weight)
    read = np.clip(limits[:, None] * ends[-1] - (ends - weight)[None, :], 0.0, weight[None, :])
    hits = read @ label
    return np.array([hits / max(float(weight @ label), 1e-12), hits / np.maximum(read.sum(axis=1), 1e-12)])


def reliability(labels: Sequence[int], probabilities: Floats) -> list[dict[str, float | int | None]]:
    """A calibration curve: ten equal bins of probability as ``low``, ``high``, ``n``, ``said`` (mean probability) and
    ``found`` (share unreliable); the last two None where a bin is empty.
    """
    label = np.asarray(labels, dtype=np.float64)
    place = np.minimum((np.asarray(probabilities) * BINS).astype(np.int64), BINS - 1)
    curve: list[dict[str, float | int | None]] = []
    for one in range(BINS):
        inside = place == one
        count = int(inside.sum())
        said, found = (_short(values[inside].mean()) if count else None for values in (probabilities, label))
        curve.append({"low": one / BINS, "high": (one + 1) / BINS, "n": count, "said": said, "found": found})
    return curve


def _short(value: Any) -> float | None:
    return None if value is None else round(float(value), 4)


def choose_threshold(
    labels: Sequence[int], probabilities: Floats, *, recall: float = 0.8, precision: float = 0.5
) -> float:
    """The highest threshold that still finds ``recall`` of the unreliable texts; raised further while fewer than
    ``precision`` of those it flags are unreliable. Where no threshold is so precise, the most precise one.
    """
    order = np.argsort(-probabilities, kind="stable")
    label, sorted_probability = np.asarray(labels)[order], probabilities[order]
    last = np.append(sorted_probability[1:] != sorted_probability[:-1], True)  # of texts with one probability
    found = np.cumsum(label)
    precise = found / np.arange(1, len(label) + 1)
    wide_enough = np.flatnonzero(last & (found >= recall * label.sum()))
    place = int(wide_enough[0])
    sharp = np.flatnonzero(last[: place + 1] & (precise[: place + 1] >= precision))
    place = int(sharp[-1]) if len(sharp) else int(np.argmax(np.where(last, precise, -1.0)))
    # Halfway to the next text, so that rounding in another place of computation moves nothing across.
    below = sorted_probability[place + 1] if place + 1 < len(label) else sorted_probability[place]
    return round(float((sorted_probability[place] + below) / 2), 6)
