"""Measure a model on labelled texts, with 95 % bootstrap intervals by group."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from classify.flagger import FlagModel, load_model
from classify.metrics import with_intervals
from classify.train import SEED, Sample, read_sample, splits, train_model
from core.errors import DataError


def evaluate(
    data: Path,
    *,
    text: str,
    label: str,
    group: str | None,
    model: Path | None,
    folds: int = 0,
    threshold: float | None = None,
) -> dict[str, Any]:
    """``soatin classify evaluate``: one document with ``n``, ``threshold``, ``model`` and, each as ``{"value", "low",
    "high"}``, ``auc, ap, ece, recall, precision``. Recall and precision are of the flag: threshold and kind together.

    ``folds`` of 2 or more trains anew in each fold and ignores ``model``; otherwise ``model``, or the shipped one.
    """
    sample = read_sample(data, text=text, label=label, group=group)
    if folds:
        return cross_validate(sample, folds=folds)
    return measure(load_model(model, threshold), sample)


def measure(model: FlagModel, sample: Sample) -> dict[str, Any]:
    """The scores of one model on labelled texts."""
    results = model.flag(sample.texts)
    probabilities = np.array([one.probability for one in results])
    scores = with_intervals(sample.labels, probabilities, [one.flagged for one in results], sample.groups)
    return _document(sample, model.threshold, scores, model.name)


def cross_validate(sample: Sample, *, folds: int = 5, seed: int = SEED) -> dict[str, Any]:
    """The scores of freshly trained models, each on the fold it did not see; the threshold is the folds' mean."""
    pairs = set(zip(sample.groups, sample.labels, strict=True))
    groups = min(sum(label == one for _, label in pairs) for one in (0, 1))
    if not 2 <= folds <= groups:
        raise DataError(
            f"{folds} folds cannot be made of {groups} groups", where="folds", cure="give 2 or more, or more groups"
        )
    probabilities = np.zeros(len(sample.texts))
    flagged = np.zeros(len(sample.texts), dtype=bool)
    thresholds = []
    for learn, test in splits(sample.labels, sample.groups, folds, seed):
        model = train_model(_part(sample, learn), name="fold", seed=seed)
        results = model.flag([sample.texts[place] for place in test])
        probabilities[test] = [one.probability for one in results]
        flagged[test] = [one.flagged for one in results]
        thresholds.append(model.threshold)
    scores = with_intervals(sample.labels, probabilities, flagged.tolist(), sample.groups)
    return {
        **_document(sample, round(float(np.mean(thresholds)), 6), scores, f"{folds}-fold"),
        "probabilities": [round(float(one), 6) for one in probabilities],
    }


def _part(sample: Sample, places: Any) -> Sample:
    return Sample(
        [sample.texts[place] for place in places],
        [sample.labels[place] for place in places],
        [sample.groups[place] for place in places],
        [sample.kinds[place] for place in places] if sample.kinds else [],
    )


def _document(sample: Sample, threshold: float, scores: dict[str, Any], model: str) -> dict[str, Any]:
    return {
        "n": len(sample.texts),
        "auc": scores["auc"],
        "ap": scores["ap"],
        "ece": scores["ece"],
        "threshold": threshold,
        "recall": scores["recall"],
        "precision": scores["precision"],
        "model": model,
        "skipped": dict(sample.skipped),
    }
