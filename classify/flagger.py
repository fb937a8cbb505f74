"""The flag: how likely a claim is unreliable, why, and whether a person should look.

Two linear heads read each text, one with diacritics and one without. The more of its syllables carry a diacritic, the
more the first one counts, so a post typed without accents is judged by the head that never needed them. Each of the two
routes has its own calibration (Platt's sigmoid, fitted on out-of-fold margins), which keeps weights additive log-odds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify import artefact
from classify.features import Units, units
from classify.head import Head
from classify.kinds import KindModel
from classify.reasons import reasons
from core.errors import DataError, UsageError
from core.model import FLAGGABLE, FlagResult, TextKind

Floats = NDArray[np.float64]
_FULL_ACCENTS = 0.4  # share of syllables with a diacritic from which a text counts as fully accented
_BATCH = 256


class FlagModel:
    """A trained model. ``calibration``: route (``accented``, ``bare``) to slope and intercept, margin to log-odds."""

    def __init__(
        self,
        accented: Head,
        folded: Head,
        calibration: dict[str, tuple[float, float]],
        kinds: KindModel,
        card: dict[str, Any],
    ) -> None:
        self.accented, self.folded, self.kinds, self.card = accented, folded, kinds, card
        self.calibration = calibration
        self.name = str(card["name"])
        self.threshold = float(card["threshold"])

    def flag(self, texts: Sequence[str], official: Sequence[bool] | None = None) -> list[FlagResult]:
        """One result a text, in order. A text is flagged when its probability reaches the threshold and it is a claim,
        or an advertisement; never a question, an opinion, or anything of an ``official`` source. Reasons are given for
        flagged texts only.
        """
        results: list[FlagResult] = []
        for start in range(0, len(texts), _BATCH):
            part = texts[start : start + _BATCH]
            marked = official[start : start + _BATCH] if official is not None else [False] * len(part)
            results += self._flag_batch(part, marked)
        return results

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Calibrated probabilities only, 0 to 1."""
        parts = [
            _sigmoid(self._log_odds([units(text) for text in texts[start : start + _BATCH]]))
            for start in range(0, len(texts), _BATCH)
        ]
        return np.concatenate(parts) if parts else np.empty(0)

    def explain(self, text: str) -> FlagResult:
        """The result for one text with its reasons, flagged or not."""
        result = self.flag([text])[0]
        return result if result.reasons else replace(result, reasons=self._reasons(text, units(text)))

    def state(self) -> dict[str, Any]:
        """Plain values and sklearn objects for the model file."""
        return {
            "accented": self.accented.state(),
            "folded": self.folded.state(),
            "kinds": self.kinds.state(),
            "calibration": {route: list(pair) for route, pair in self.calibration.items()},
        }

    @classmethod
    def from_state(cls, state: dict[str, Any], card: dict[str, Any]) -> FlagModel:
        """The model of a model file."""
        calibration = {route: (float(pair[0]), float(pair[1])) for route, pair in state["calibration"].items()}
        return cls(
            Head.from_state(state["accented"]),
            Head.from_state(state["folded"]),
            calibration,
            KindModel.from_state(state["kinds"]),
            card,
        )

    def _flag_batch(self, texts: Sequence[str], official: Sequence[bool]) -> list[FlagResult]:
        found = [units(text) for text in texts]
        probabilities = _sigmoid(self._log_odds(found))
        results = []
        for text, one, probability, kind, marked in zip(
            texts, found, probabilities.tolist(), self.kinds.kinds(texts, found), official, strict=True
        ):
            high = probability >= self.threshold
            if marked:
                kind = TextKind.OFFICIAL if kind is TextKind.CLAIM else kind  # noqa: PLW2901
            elif high and kind is TextKind.OFFICIAL:
                kind = TextKind.CLAIM  # noqa: PLW2901  a rumour in the dress of a notice: only a source makes it official
            flagged = high and not marked and kind in FLAGGABLE
            why = self._reasons(text, one) if flagged else ()
            results.append(FlagResult(probability, kind, flagged, why, self.name))
        return results

    def _log_odds(self, found: Sequence[Units]) -> Floats:
        """Calibrated log-odds of unreliable, one a text."""
        both, bare = blend(self.accented, self.folded, found)
        share = accent_share(found)
        (slope, shift), (bare_slope, bare_shift) = self.calibration["accented"], self.calibration["bare"]
        mixed: Floats = share * (slope * both + shift) + (1 - share) * (bare_slope * bare + bare_shift)
        return mixed

    def _reasons(self, text: str, one: Units) -> tuple[Any, ...]:
        share = float(accent_share([one])[0])
        slope, bare_slope = self.calibration["accented"][0], self.calibration["bare"][0]
        folded = self.folded.contributions(one.folded)
        weights = (share * slope / 2 + (1 - share) * bare_slope) * folded
        if share > 0:
            weights = weights + share * slope / 2 * self.accented.contributions(one.accented)
        return reasons(text, one, weights.tolist())


def blend(accented: Head, folded: Head, found: Sequence[Units]) -> tuple[Floats, Floats]:
    """Margins of the two routes: the mean of both heads, and the folded head alone."""
    bare = folded.margins([one.folded for one in found])
    both = (accented.margins([one.accented for one in found]) + bare) / 2
    return both, bare


def accent_share(found: Sequence[Units]) -> Floats:
    """How far each text counts as accented: 0 none, 1 fully."""
    return np.minimum(np.array([one.accents for one in found], dtype=np.float64) / _FULL_ACCENTS, 1.0)


def _sigmoid(log_odds: Floats) -> Floats:
    odds: Floats = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))
    return odds


def load_model(path: Path | None = None, threshold: float | None = None) -> FlagModel:
    """The model in a folder; without one, the shipped model, built first where it is not there yet.

    ``threshold`` (0 to 1) replaces the model's own. Raises DataError for a broken folder,
    UsageError for a bad threshold.
    """
    folder = path or shipped_model_dir()
    state, card = artefact.load(folder)
    try:
        model = FlagModel.from_state(state, card)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise DataError(
            f"the model is incomplete ({type(error).__name__}: {error})",
            where=str(folder),
            cure="train it again with: soatin classify train",
        ) from None
    if threshold is not None and threshold != -1:
        if not 0 <= threshold <= 1:
            raise UsageError(f"{threshold} is no probability", where="threshold", cure="give a number from 0 to 1")
        model.threshold = threshold
    return model


def shipped_model_dir() -> Path:
    """The folder of the shipped model; trains it from the shipped corpus where it is missing or out of date."""
    from classify.build import shipped

    return shipped()
