"""Measure a model on labelled texts, as a whole and by slice, with 95 % bootstrap intervals by group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.encoders.port import Encoder, NullEncoder
from classify.encoders.registry import open_encoder
from classify.encoders.remembering import Remembering
from classify.flag.flagger import FlagModel
from classify.model.load import load_model
from classify.model.metrics import reliability, with_intervals, within_budget
from classify.model.slices import named_slices
from classify.model.train import SEED, Sample, read_sample, splits, train_model
from core import clock
from core.codes.texts import FLAGGABLE
from core.errors import DataError, UsageError
from core.vietnamese import fold

_FEWEST = 5  # texts of each label that a slice needs to be worth a score
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Of a stream that people can read; what each finds is in the document."""
READ_A_DAY = 40
_DAY = 86_400
_OFFSET = 7 * 3600  # seconds that local midnight is ahead of UTC


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Names of a table's columns; those that are None are not there."""

    text: str
    label: str
    group: str | None = None
    source: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """``read``: texts that people read a day; ``stream``: texts that come a day (None: as the table's times show)."""

    read: int = READ_A_DAY
    stream: float | None = None


def evaluate(
    data: Path,
    columns: TableColumns,
    *,
    model: Path | None,
    folds: int = 0,
    until: date | None = None,
    budget: Budget | None = None,
    threshold: float | None = None,
    encoder: str = "auto",
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """``soatin classify evaluate``: one document with ``n``, ``threshold``, ``model`` and, each as ``{"value", "low",
    "high"}``, ``auc, ap, ece, recall, precision``. Recall and precision are of the flag: threshold and kind together.
    ``slices`` has the same for parts of the table, and for all of it with its diacritics stripped; ``reliability`` is
    what a calibration curve is drawn from; ``inspection`` what reading some share of a stream finds, ``budget`` what so
    many texts a day do, where it is known how many come.

    ``folds`` of 2 or more trains anew in each fold, ``until`` on the texts before that day (and tests on the
    others); both ignore ``model``. Otherwise ``model`` is measured, or the shipped one.
    """
    sample = read_sample(
        data, text=columns.text, label=columns.label, group=columns.group, source=columns.source, time=columns.time
    )
    budget = budget or Budget()
    if until is not None and folds:
        raise UsageError("are two ways to split a table", where="--folds, --until", cure="give one of them")
    if until is not None:
        fresh = Remembering(open_encoder(encoder), progress)
        return over_time(sample, until, encoder=fresh, budget=budget)
    if folds:
        return cross_validate(sample, folds=folds, encoder=Remembering(open_encoder(encoder), progress), budget=budget)
    return measure(load_model(model, threshold, encoder), sample, budget)


def measure(model: FlagModel, sample: Sample, budget: Budget | None = None) -> dict[str, Any]:
    """The scores of one model on labelled texts."""
    outcome = _Outcomes(len(sample.texts))
    outcome.fill(np.arange(len(sample.texts)), model, sample.texts)
    return _document(sample, model.threshold, outcome, model.name, budget or Budget())


def cross_validate(
    sample: Sample,
    *,
    folds: int = 5,
    seed: int = SEED,
    encoder: Encoder | None = None,
    budget: Budget | None = None,
) -> dict[str, Any]:
    """The scores of freshly trained models, each on the fold it did not see; the threshold is the folds' mean."""
    pairs = set(zip(sample.groups, sample.labels, strict=True))
    groups = min(sum(label == one for _, label in pairs) for one in (0, 1))
    if not 2 <= folds <= groups:
        raise DataError(
            f"{folds} folds cannot be made of {groups} groups", where="folds", cure="give 2 or more, or more groups"
        )
    parts = splits(sample.labels, sample.groups, folds, seed)
    return _anew(sample, parts, f"{folds}-fold", seed, encoder, budget)


def over_time(
    sample: Sample, until: date, *, seed: int = SEED, encoder: Encoder | None = None, budget: Budget | None = None
) -> dict[str, Any]:
    """The scores on texts from ``until`` (local midnight) on, of a model of those before it. Groups stay apart."""
    if not sample.times:
        raise UsageError("needs to know when each text appeared", where="--until", cure="name the column with --time")
    times = np.asarray(sample.times)
    border = datetime.combine(until, time(), clock.VIETNAM).timestamp()
    test = np.flatnonzero(times >= border)
    later = {sample.groups[place] for place in test}
    earlier = np.flatnonzero(times < border)
    learn = np.array([place for place in earlier if sample.groups[place] not in later], dtype=np.int64)
    for name, places in (("before", learn), ("from", test)):
        if len({sample.labels[place] for place in places}) < 2:
            raise DataError(
                f"has no texts of both labels {name} {until}", where="--until", cure="choose a day inside the table"
            )
    return _anew(sample, [(learn, test)], f"until {until}", seed, encoder, budget)


def _anew(
    sample: Sample,
    parts: Sequence[tuple[Any, Any]],
    name: str,
    seed: int,
    encoder: Encoder | None,
    budget: Budget | None,
) -> dict[str, Any]:
    tested = np.concatenate([test for _, test in parts])
    order = np.sort(tested)
    outcome, thresholds = _Outcomes(len(sample.texts)), []
    for learn, test in parts:
        model = train_model(_part(sample, learn), name="fold", seed=seed, encoder=encoder or NullEncoder())
        outcome.fill(test, model, [sample.texts[place] for place in test])
        thresholds.append(model.threshold)
    outcome.cut(order)
    threshold = round(float(np.mean(thresholds)), 6)
    return {
        **_document(_part(sample, order), threshold, outcome, name, budget or Budget()),
        "probabilities": [round(float(one), 6) for one in outcome.written.probabilities],
    }


class _Outcome:
    """Probabilities, flags and whether the kind can be flagged, of texts."""

    def __init__(self, count: int) -> None:
        self.probabilities: NDArray[np.float64] = np.zeros(count)
        self.flagged: NDArray[np.bool_] = np.zeros(count, dtype=bool)
        self.flaggable: NDArray[np.bool_] = np.zeros(count, dtype=bool)

    def fill(self, places: Any, model: FlagModel, texts: list[str]) -> None:
        results = model.flag(texts, explain=False)
        self.probabilities[places] = [one.probability for one in results]
        self.flagged[places] = [one.flagged for one in results]
        self.flaggable[places] = [one.kind in FLAGGABLE for one in results]

    def cut(self, places: Any) -> None:
        """Keep those of ``places`` only."""
        self.probabilities, self.flagged = self.probabilities[places], self.flagged[places]
        self.flaggable = self.flaggable[places]


class _Outcomes:
    """Of the texts as they were written, and with their diacritics stripped; ``encoded`` counts, of the former, those
    that an encoder had a part in, ``unsure`` those far from everything learnt.
    """

    def __init__(self, count: int) -> None:
        self.written, self.stripped, self.encoded = _Outcome(count), _Outcome(count), 0

    def fill(self, places: Any, model: FlagModel, texts: list[str]) -> None:
        before = model.asked
        self.written.fill(places, model, texts)
        self.encoded += model.asked - before
        self.stripped.fill(places, model, [fold(text) for text in texts])

    def cut(self, places: Any) -> None:
        for one in (self.written, self.stripped):
            one.cut(places)


def _part(sample: Sample, places: Any) -> Sample:
    def some(column: list[Any]) -> list[Any]:
        return [column[place] for place in places] if column else []

    return Sample(
        some(sample.texts),
        some(sample.labels),
        some(sample.groups),
        some(sample.kinds),
        some(sample.topics),
        some(sample.sources),
        some(sample.times),
        sample.skipped,
    )


def _document(sample: Sample, threshold: float, outcome: _Outcomes, model: str, budget: Budget) -> dict[str, Any]:
    written, everything = outcome.written, np.ones(len(sample.texts), dtype=bool)
    whole = _scores(sample, written, everything)
    slices = {
        name: {"n": int(places.sum()), **_scores(sample, written, places)}
        for name, places in named_slices(sample).items()
        if _enough(sample, places)
    }
    slices["diacritics stripped"] = {"n": len(sample.texts), **_scores(sample, outcome.stripped, everything)}
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
        "reliability": reliability(sample.labels, written.probabilities),
        **_inspection(sample, written, budget),
    }


def _inspection(sample: Sample, outcome: _Outcome, budget: Budget) -> dict[str, Any]:
    """What people find who read from the top of the queue: only what can be flagged stands in it."""
    ranks = np.where(outcome.flaggable, outcome.probabilities, 0.0)
    stream = budget.stream or _a_day(sample.times)
    shares = [*SHARES, *([min(1.0, budget.read / stream)] if stream else [])]
    rows = within_budget(sample.labels, ranks, sample.groups, shares)
    found: dict[str, Any] = {"inspection": rows[: len(SHARES)]}
    if stream:
        found["budget"] = {"read_a_day": budget.read, "come_a_day": round(stream, 1), **rows[-1]}
    return found


def _a_day(times: Sequence[float]) -> float | None:
    """Texts a day, by the median of the days that have any: one old post must not stretch the time."""
    known = np.asarray(times, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return None
    _, counts = np.unique(np.floor((known + _OFFSET) / _DAY), return_counts=True)
    return float(np.median(counts))


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
