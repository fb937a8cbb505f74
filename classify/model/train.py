"""Train a flag model: two linear heads, calibrated on out-of-fold margins, groups kept together throughout."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classify.encoders.port import Encoder, NullEncoder, Vectors
from classify.encoders.registry import open_encoder
from classify.encoders.remembering import Remembering
from classify.flag.features import Units, units
from classify.flag.flagger import FlagModel, accent_share, blend, in_doubt, sigmoid, unknown_share
from classify.flag.head import Head
from classify.flag.kinds import KindModel
from classify.flag.vectors import VectorHead
from classify.model import artefact
from classify.model.card import make_card
from classify.model.corpus import corpus_rows
from classify.model.metrics import choose_threshold, with_intervals
from classify.text.csv_table import CsvTable, is_missing, read_label, read_time
from core.codes.texts import TextKind
from core.errors import DataError

Floats = NDArray[np.float64]
SEED = 0
FOLDS = 5
_STRENGTH = 10.0  # inverse regularisation; 3 and 30 measured lower on real posts
_FEWEST = 4  # texts of each label


@dataclass(slots=True)
class Sample:
    """Labelled texts. ``kinds``, ``topics``, ``sources`` and ``times`` (seconds since 1970, NaN: unknown) are empty
    where the table has none; ``skipped``: rows left out.
    """

    texts: list[str] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def digest(self) -> str:
        """SHA-256 of texts, labels and groups, in order."""
        whole = hashlib.sha256()
        for row in zip(self.texts, self.labels, self.groups, strict=True):
            whole.update(repr(row).encode())
        return whole.hexdigest()


def train(
    data: Path,
    *,
    text: str,
    label: str,
    group: str | None,
    out: Path,
    seed: int = SEED,
    encoder: str | Encoder = "auto",
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """``soatin classify train``: CSV in, model folder out; returns the card.

    The text's kind is learnt too when the table has a column ``kind`` with our names; otherwise the shipped classifier
    of kinds goes into the new model. ``encoder``: ``auto`` learns with the one that is installed, besides. ``progress``
    is told what is done so far. Raises DataError for a table that cannot be used.
    """
    sample = read_sample(data, text=text, label=label, group=group)
    opened = open_encoder(encoder) if isinstance(encoder, str) else encoder
    model = train_model(sample, name=data.stem, seed=seed, encoder=Remembering(opened, progress))
    artefact.save(out, model.state(), model.card)
    return model.card


def read_sample(
    data: Path, *, text: str, label: str, group: str | None = None, source: str | None = None, time: str | None = None
) -> Sample:
    """Rows of a CSV with text and a label of 0 or 1. Without ``group`` equal texts form a group. ``source`` and
    ``time`` name columns that scores are sliced by.
    """
    table = CsvTable(data, [text, label, *(name for name in (group, source, time) if name)])
    sample = Sample()
    kinds: list[str] = []
    topic_column = next((name for name in ("topic", "covid") if name in table.columns), "")
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
            if source:
                sample.sources.append(row[source].strip())
            if time:
                sample.times.append(read_time(row[time]))
            if topic_column:
                on_topic = read_label(row[topic_column])
                sample.topics.append(row[topic_column] if on_topic is None else f"{topic_column}={on_topic}")
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


@cache
def shipped_kinds() -> KindModel:
    """The kinds that the shipped corpus teaches, for samples that say nothing of kinds."""
    rows = corpus_rows("train")
    return KindModel.fit([units(row["text"]) for row in rows], [row["kind"] for row in rows])


def train_model(
    sample: Sample,
    *,
    name: str,
    seed: int = SEED,
    precision: float = 0.5,
    encoder: Encoder | None = None,
    pairs: Sequence[tuple[Any, Any]] | None = None,
    prevalence: float | None = None,
) -> FlagModel:
    """A model from labelled texts; its card carries scores over folds that kept groups apart.

    ``precision``: share of its flags that must be right out of fold, before recall is thought of. With an
    ``encoder`` it is trained and scored both ways. ``pairs``: places to learn from and to test on, of each fold; by
    default five folds by group. ``prevalence``: the share of unreliable texts that its probabilities shall hold for
    (0 to 1); by default the sample's own.
    """
    _check(sample)
    found = [units(text) for text in sample.texts]
    labels = np.asarray(sample.labels)
    vectors = _vectors(sample.texts, encoder or NullEncoder())
    pairs = pairs or _folds(sample, seed)
    margins = _out_of_fold(found, labels, vectors, pairs)
    routes = {"accented": margins.both, "bare": margins.bare}
    if margins.encoded is not None:
        routes["encoded"] = margins.encoded
    calibration = {route: _platt(one, labels) for route, one in routes.items()}
    lines = {route: _line(calibration[route], one) for route, one in routes.items()}
    share = accent_share(found)
    log_odds = share * lines["accented"] + (1 - share) * lines["bare"]
    plain = _measured(sample, log_odds, precision, seed)
    shift = prior_shift(float(labels.mean()), prevalence)
    card = make_card(
        name=f"{name}-{sample.digest[:8]}",
        digest=sample.digest,
        labels=sample.labels,
        groups=len(set(sample.groups)),
        skipped=dict(sample.skipped),
        own_kinds=bool(sample.kinds),
        folds=len(pairs),
        seed=seed,
        threshold=shifted(plain.threshold, shift),
        precision=precision,
        scores=plain.scores,
    )
    kinds = KindModel.fit(found, sample.kinds) if sample.kinds else shipped_kinds()
    accented, folded = _heads(found, labels)
    card["features"] = len(accented.ngrams) + len(folded.ngrams)
    card["prior"] = {"in_data": round(float(labels.mean()), 4), "assumed": prevalence, "shift": shift}
    card["unsure_from"] = margins.strange
    model = FlagModel(accented, folded, calibration, kinds, card)
    if encoder is not None and vectors is not None:
        doubtful = in_doubt(share, log_odds + shift)
        mixed = np.where(doubtful, share * lines["encoded"] + (1 - share) * lines["bare"], log_odds)
        both_ways = _measured(sample, mixed, precision, seed)
        card |= {
            "encoder": encoder.name,
            "encoder_asked": round(float(np.mean(doubtful)), 4),
            "threshold_encoded": shifted(both_ways.threshold, shift),
            "scores_encoded": both_ways.scores,
        }
        model.vectors = _vector_head(accented, folded, found, vectors, labels)
        model.use(encoder)
    return model


def splits(labels: Sequence[int], groups: Sequence[str], folds: int, seed: int) -> list[tuple[Any, Any]]:
    """Places of training and test texts of each fold; a group is in one fold only, labels spread evenly."""
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415 -- heavy

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


def _vectors(texts: Sequence[str], encoder: Encoder) -> Vectors | None:
    return encoder.encode(texts) if encoder.size else None


def _vector_head(accented: Head, folded: Head, found: Sequence[Units], vectors: Vectors, labels: Any) -> VectorHead:
    runs = accented.weighted([one.accented for one in found]), folded.weighted([one.folded for one in found])
    return VectorHead.fit(runs, vectors, labels)


class _Margins(NamedTuple):
    """Out-of-fold margins of the routes, one a text; ``strange``: the share of unknown words that 1 % of texts pass."""

    both: Floats
    bare: Floats
    encoded: Floats | None
    strange: float


class _Measured(NamedTuple):
    threshold: float
    scores: dict[str, Any]


def _measured(sample: Sample, log_odds: Floats, precision: float, seed: int) -> _Measured:
    """Threshold and scores of out-of-fold log-odds."""
    probabilities = sigmoid(log_odds)
    threshold = choose_threshold(sample.labels, probabilities, precision=precision)
    flagged = (probabilities >= threshold).tolist()
    return _Measured(threshold, with_intervals(sample.labels, probabilities, flagged, sample.groups, seed=seed))


def _folds(sample: Sample, seed: int) -> list[tuple[Any, Any]]:
    pairs = set(zip(sample.groups, sample.labels, strict=True))
    fewest = min(sum(label == one for _, label in pairs) for one in (0, 1))
    return splits(sample.labels, sample.groups, min(FOLDS, fewest), seed)


def _out_of_fold(
    found: Sequence[Units], labels: Any, vectors: Vectors | None, pairs: Sequence[tuple[Any, Any]]
) -> _Margins:
    """Margins of every route for every text, by heads that saw no text of its group."""
    both, bare, encoded, strange = (np.zeros(len(found)) for _ in range(4))
    for learn, test in pairs:
        known = [found[i] for i in learn]
        accented, folded = _heads(known, labels[learn])
        asked = [found[i] for i in test]
        said, strangers = folded.read([one.folded for one in asked])
        runs = accented.weighted([one.accented for one in asked]), said
        both[test], bare[test] = blend(accented, folded, runs)
        strange[test] = unknown_share(strangers, asked)
        if vectors is not None:
            head = _vector_head(accented, folded, known, vectors[learn], labels[learn])
            encoded[test] = head.margins(runs, vectors[test])
    rare = round(float(np.percentile(strange, 99)), 4)
    return _Margins(both, bare, None if vectors is None else encoded, rare)


def prior_shift(in_data: float, wanted: float | None) -> float:
    """What to add to log-odds learnt where the share of unreliable texts is ``in_data``, so that they hold where it is
    ``wanted``: the difference of the two shares' log-odds (Saerens, Latinne, Decaestecker 2002, equation 2.4).
    """
    if wanted is None:
        return 0.0
    return round(float(np.log(wanted / (1 - wanted)) - np.log(in_data / (1 - in_data))), 6)


def shifted(probability: float, shift: float) -> float:
    """A probability after its log-odds moved."""
    inside = float(np.clip(probability, 1e-9, 1 - 1e-9))
    return round(float(sigmoid(np.array(np.log(inside / (1 - inside)) + shift))), 6)


def _platt(margins: Floats, labels: Any) -> tuple[float, float]:
    """Slope and intercept from margin to log-odds (Platt 1999). A slope below zero would turn the order: then 0."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- heavy

    fitted = LogisticRegression(C=100.0).fit(margins.reshape(-1, 1), labels)
    slope = float(fitted.coef_[0][0])
    if slope <= 0:
        share = float(np.clip(np.mean(labels), 0.01, 0.99))
        return 0.0, float(np.log(share / (1 - share)))
    return slope, float(fitted.intercept_[0])


def _line(pair: tuple[float, float], margins: Floats) -> Floats:
    return pair[0] * margins + pair[1]
