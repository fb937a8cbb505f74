"""Train a flag model: two linear heads, calibrated on out-of-fold margins, groups kept together throughout."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify import artefact
from classify.card import make_card
from classify.features import Units, units
from classify.flagger import FlagModel, accent_share, blend, load_model
from classify.head import Head
from classify.kinds import KindModel
from classify.metrics import choose_threshold, with_intervals
from classify.tables import Table, is_missing, read_label
from core.errors import DataError
from core.model import TextKind

Floats = NDArray[np.float64]
SEED = 0
FOLDS = 5
_STRENGTH = 10.0  # inverse regularisation; 3 and 30 measured lower on real posts
_FEWEST = 4  # texts of each label


@dataclass(slots=True)
class Sample:
    """Labelled texts. ``kinds`` is empty where the table has none. ``skipped`` counts rows left out, by reason."""

    texts: list[str] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def digest(self) -> str:
        """SHA-256 of texts, labels and groups, in order."""
        whole = hashlib.sha256()
        for row in zip(self.texts, self.labels, self.groups, strict=True):
            whole.update(repr(row).encode())
        return whole.hexdigest()


def train(data: Path, *, text: str, label: str, group: str | None, out: Path, seed: int = SEED) -> dict[str, Any]:
    """``soatin classify train``: CSV in, model folder out; returns the card.

    The text's kind is learnt too when the table has a column ``kind`` with our names; otherwise the shipped classifier
    of kinds goes into the new model. Raises DataError for a table that cannot be used.
    """
    sample = read_sample(data, text=text, label=label, group=group)
    model = train_model(sample, name=data.stem, seed=seed)
    artefact.save(out, model.state(), model.card)
    return model.card


def read_sample(data: Path, *, text: str, label: str, group: str | None = None) -> Sample:
    """Rows of a CSV with text and a label of 0 or 1. Without ``group`` equal texts form a group."""
    table = Table(data, [text, label, *([group] if group else [])])
    sample = Sample()
    kinds: list[str] = []
    for row in table.rows():
        value = read_label(row[label])
        if is_missing(row[text]):
            sample.skipped["empty text"] += 1
        elif value is None:
            sample.skipped["label is not 0 or 1"] += 1
        else:
            sample.texts.append(row[text])
            sample.labels.append(value)
            named = row[group] if group else ""
            sample.groups.append(named if named and not is_missing(named) else f"text:{row[text].strip().lower()}")
            kinds.append(row.get("kind", ""))
    if table.bad:
        sample.skipped["wrong number of cells (kept, filled up)"] = table.bad
    if set(kinds) <= {kind.value for kind in TextKind} and len(set(kinds)) > 2:
        sample.kinds = kinds
    if not sample.texts:
        raise DataError(
            f"has no usable row ({dict(sample.skipped)})",
            where=f"{data}: {text}, {label}",
            cure="give texts, and labels 0 or 1",
        )
    return sample


def train_model(sample: Sample, *, name: str, seed: int = SEED, precision: float = 0.5) -> FlagModel:
    """A model from labelled texts; its card carries scores over folds that kept groups apart.

    ``precision``: share of its flags that must be right out of fold, before recall is thought of.
    """
    _check(sample)
    found = [units(text) for text in sample.texts]
    labels = np.asarray(sample.labels)
    both, bare, folds = _out_of_fold(found, labels, sample.groups, seed)
    calibration = {"accented": _platt(both, labels), "bare": _platt(bare, labels)}
    share = accent_share(found)
    log_odds = share * _line(calibration["accented"], both) + (1 - share) * _line(calibration["bare"], bare)
    probabilities = 1.0 / (1.0 + np.exp(-log_odds))
    threshold = choose_threshold(sample.labels, probabilities, precision=precision)
    kinds = KindModel.fit(found, sample.kinds) if sample.kinds else load_model().kinds
    scores = with_intervals(
        sample.labels, probabilities, (probabilities >= threshold).tolist(), sample.groups, seed=seed
    )
    accented, folded = _heads(found, labels)
    card = make_card(
        name=f"{name}-{sample.digest[:8]}",
        digest=sample.digest,
        labels=sample.labels,
        groups=len(set(sample.groups)),
        skipped=dict(sample.skipped),
        own_kinds=bool(sample.kinds),
        folds=folds,
        seed=seed,
        threshold=threshold,
        precision=precision,
        scores=scores,
        runs=len(accented.ngrams) + len(folded.ngrams),
    )
    return FlagModel(accented, folded, calibration, kinds, card)


def splits(labels: Sequence[int], groups: Sequence[str], folds: int, seed: int) -> list[tuple[Any, Any]]:
    """Places of training and test texts of each fold; a group is in one fold only, labels spread evenly."""
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    pairs = splitter.split(np.zeros(len(labels)), labels, groups)
    return [(learn, test) for learn, test in pairs if len(set(np.asarray(labels)[learn])) > 1]


def _check(sample: Sample) -> None:
    counts = Counter(sample.labels)
    for label in (0, 1):
        if counts[label] < _FEWEST:
            raise DataError(
                f"only {counts[label]} texts with label {label}, at least {_FEWEST} are needed",
                where="training table",
                cure="label more texts",
            )
        if len({group for group, one in zip(sample.groups, sample.labels, strict=True) if one == label}) < 2:
            raise DataError(
                f"all texts with label {label} are in one group", where="training table", cure="split the groups"
            )


def _heads(found: Sequence[Units], labels: Any) -> tuple[Head, Head]:
    return (
        Head.fit([one.accented for one in found], labels, strength=_STRENGTH),
        Head.fit([one.folded for one in found], labels, strength=_STRENGTH),
    )


def _out_of_fold(found: Sequence[Units], labels: Any, groups: Sequence[str], seed: int) -> tuple[Floats, Floats, int]:
    """Margins of both routes for every text, by heads that saw no text of its group; and the number of folds."""
    fewest = min(len({g for g, one in zip(groups, labels, strict=True) if one == label}) for label in (0, 1))
    folds = min(FOLDS, fewest)
    both, bare = np.zeros(len(found)), np.zeros(len(found))
    for learn, test in splits(labels, groups, folds, seed):
        accented, folded = _heads([found[i] for i in learn], labels[learn])
        both[test], bare[test] = blend(accented, folded, [found[i] for i in test])
    return both, bare, folds


def _platt(margins: Floats, labels: Any) -> tuple[float, float]:
    """Slope and intercept from margin to log-odds (Platt 1999). A slope below zero would turn the order: then 0."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=100.0).fit(margins.reshape(-1, 1), labels)
    slope = float(fitted.coef_[0][0])
    if slope <= 0:
        share = float(np.clip(np.mean(labels), 0.01, 0.99))
        return 0.0, float(np.log(share / (1 - share)))
    return slope, float(fitted.intercept_[0])


def _line(pair: tuple[float, float], margins: Floats) -> Floats:
    return pair[0] * margins + pair[1]
