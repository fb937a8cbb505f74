"""Measure a model on labelled texts, as a whole and by slice, with 95 % bootstrap intervals by group."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.encoder import Encoder, NullEncoder, Remembering, open_encoder
from classify.features import units
from classify.flagger import FlagModel, load_model
from classify.metrics import reliability, with_intervals
from classify.train import SEED, Sample, read_sample, splits, train_model
from core.errors import DataError
from core.vietnamese import fold

_BARE = 0.15  # share of syllables with a diacritic under which a text counts as typed without
_SHORT, _LONG = 200, 1000  # characters
_FEWEST = 5  # texts of each label that a slice needs to be worth a score


def evaluate(
    data: Path,
    *,
    text: str,
    label: str,
    group: str | None,
    model: Path | None,
    folds: int = 0,
    threshold: float | None = None,
    encoder: str = "auto",
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """``soatin classify evaluate``: one document with ``n``, ``threshold``, ``model`` and, each as ``{"value", "low",
    "high"}``, ``auc, ap, ece, recall, precision``. Recall and precision are of the flag: threshold and kind together.
    ``slices`` has the same for parts of the table, and for all of it with its diacritics stripped; ``reliability`` is
    what a calibration curve is drawn from.

    ``folds`` of 2 or more trains anew in each fold and ignores ``model``; otherwise ``model``, or the shipped one.
    """
    sample = read_sample(data, text=text, label=label, group=group)
    if folds:
        return cross_validate(sample, folds=folds, encoder=Remembering(open_encoder(encoder), progress))
    return measure(load_model(model, threshold, encoder), sample)


def measure(model: FlagModel, sample: Sample) -> dict[str, Any]:
    """The scores of one model on labelled texts."""
    outcome, stripped = _Outcome(len(sample.texts)), _Outcome(len(sample.texts))
    everything = np.arange(len(sample.texts))
    outcome.fill(everything, model, sample.texts)
    stripped.fill(everything, model, [fold(text) for text in sample.texts])
    return _document(sample, model.threshold, outcome, stripped, model.name)


def cross_validate(
    sample: Sample, *, folds: int = 5, seed: int = SEED, encoder: Encoder | None = None
) -> dict[str, Any]:
    """The scores of freshly trained models, each on the fold it did not see; the threshold is the folds' mean."""
    pairs = set(zip(sample.groups, sample.labels, strict=True))
    groups = min(sum(label == one for _, label in pairs) for one in (0, 1))
    if not 2 <= folds <= groups:
        raise DataError(
            f"{folds} folds cannot be made of {groups} groups", where="folds", cure="give 2 or more, or more groups"
        )
    outcome, stripped = _Outcome(len(sample.texts)), _Outcome(len(sample.texts))
    thresholds = []
    for learn, test in splits(sample.labels, sample.groups, folds, seed):
        model = train_model(_part(sample, learn), name="fold", seed=seed, encoder=encoder or NullEncoder())
        texts = [sample.texts[place] for place in test]
        outcome.fill(test, model, texts)
        stripped.fill(test, model, [fold(text) for text in texts])
        thresholds.append(model.threshold)
    threshold = round(float(np.mean(thresholds)), 6)
    return {
        **_document(sample, threshold, outcome, stripped, f"{folds}-fold"),
        "probabilities": [round(float(one), 6) for one in outcome.probabilities],
    }


class _Outcome:
    """Probabilities and flags of texts; ``encoded`` counts those that an encoder had a part in."""

    def __init__(self, count: int) -> None:
        self.probabilities: NDArray[np.float64] = np.zeros(count)
        self.flagged: NDArray[np.bool_] = np.zeros(count, dtype=bool)
        self.encoded = 0

    def fill(self, places: Any, model: FlagModel, texts: list[str]) -> None:
        before = model.asked
        results = model.flag(texts, explain=False)
        self.probabilities[places] = [one.probability for one in results]
        self.flagged[places] = [one.flagged for one in results]
        self.encoded += model.asked - before


def _part(sample: Sample, places: Any) -> Sample:
    return Sample(
        [sample.texts[place] for place in places],
        [sample.labels[place] for place in places],
        [sample.groups[place] for place in places],
        [sample.kinds[place] for place in places] if sample.kinds else [],
    )


def _document(sample: Sample, threshold: float, outcome: _Outcome, stripped: _Outcome, model: str) -> dict[str, Any]:
    whole = _scores(sample, outcome, np.ones(len(sample.texts), dtype=bool))
    slices = {
        name: {"n": int(places.sum()), **_scores(sample, outcome, places)}
        for name, places in _slices(sample).items()
        if _enough(sample, places)
    }
    slices["diacritics stripped"] = {
        "n": len(sample.texts),
        **_scores(sample, stripped, np.ones(len(sample.texts), dtype=bool)),
    }
    return {
        "n": len(sample.texts),
        "auc": whole["auc"],
        "ap": whole["ap"],
        "ece": whole["ece"],
        "threshold": threshold,
        "recall": whole["recall"],
        "precision": whole["precision"],
        "model": model,
        "encoded": outcome.encoded,
        "skipped": dict(sample.skipped),
        "slices": slices,
        "reliability": reliability(sample.labels, outcome.probabilities),
    }


def _scores(sample: Sample, outcome: _Outcome, places: NDArray[np.bool_]) -> dict[str, Any]:
    chosen = np.flatnonzero(places)
    return with_intervals(
        [sample.labels[place] for place in chosen],
        outcome.probabilities[chosen],
        outcome.flagged[chosen].tolist(),
        [sample.groups[place] for place in chosen],
    )


def _enough(sample: Sample, places: NDArray[np.bool_]) -> bool:
    labels = np.asarray(sample.labels)[places]
    return min(int((labels == 0).sum()), int((labels == 1).sum())) >= _FEWEST


def _slices(sample: Sample) -> dict[str, NDArray[np.bool_]]:
    """Parts of the table by how it was typed, by length in characters, and by its column ``topic`` or ``covid``."""
    length = np.array([len(text) for text in sample.texts])
    bare = np.array([_is_bare(text) for text in sample.texts], dtype=bool)
    found = {
        "with diacritics": ~bare,
        "without diacritics": bare,
        f"under {_SHORT} characters": length < _SHORT,
        f"{_SHORT} to {_LONG - 1} characters": (length >= _SHORT) & (length < _LONG),
        f"from {_LONG} characters": length >= _LONG,
    }
    topics = np.array(sample.topics, dtype=object)
    for name in sorted(set(sample.topics)):
        found[name] = topics == name
    return found


def _is_bare(text: str) -> bool:
    return units(text[:_LONG], marks=False).accents < _BARE
