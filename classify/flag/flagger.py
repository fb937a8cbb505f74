"""The flag: how likely a claim is unreliable, why, and whether a person should look.

Two linear heads read each text, one with diacritics and one without. The more of its syllables carry a diacritic, the
more the first one counts, so a post typed without accents is judged by the head that never needed them. Each of the two
routes has its own calibration (Platt's sigmoid, fitted on out-of-fold margins), which keeps weights additive log-odds.

Where an encoder is installed and the model was trained with it, accented texts that the heads leave in doubt are judged
by a third view that reads sentence vectors too. Without it the first two decide: the same results, less its gain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classify.encoders.port import Encoder, NullEncoder
from classify.flag.features import Units, units
from classify.flag.head import Head
from classify.flag.kinds import KindModel
from classify.flag.reasons import reasons
from classify.flag.vectors import VectorHead
from core.codes.texts import FLAGGABLE, TextKind
from core.errors import UsageError
from core.model.flags import FlagResult, Reason

Floats = NDArray[np.float64]
_FULL_ACCENTS = 0.4  # share of syllables with a diacritic from which a text counts as fully accented
_BATCH = 256
_ENOUGH_ACCENTS = 0.5  # of full: under it the encoder sees too little to be asked
DOUBT = (0.035, 0.95)
"""Probabilities between which the encoder is asked. Outside, it hardly ever changed a decision (docs/adr/0005)."""


class FlagModel:
    """A trained model. ``calibration``: route (``accented``, ``bare``, ``encoded``) to slope and intercept, margin to
    log-odds. ``asked`` counts texts that the encoder was asked about, of ``read`` texts. ``prevalence`` is the share of
    unreliable texts that it was told to assume, 0 where its own holds.
    """

    def __init__(
        self,
        accented: Head,
        folded: Head,
        calibration: dict[str, tuple[float, float]],
        kinds: KindModel,
        card: dict[str, Any],
        vectors: VectorHead | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self.accented, self.folded, self.kinds, self.card = accented, folded, kinds, card
        self.calibration, self.vectors = calibration, vectors
        self.unsure_from = float(card.get("unsure_from", 1.0))
        self.asked = self.read = 0
        self.prevalence = 0.0
        self.use(encoder or NullEncoder())

    def use(self, encoder: Encoder) -> None:
        """Ask this encoder from now on; one that the model was not trained with is not asked. Sets the threshold."""
        trained = str(self.card.get("encoder", "none"))
        self.encoder = encoder if self.vectors is not None and encoder.name == trained else NullEncoder()
        self._settle()

    def assume(self, prevalence: float) -> None:
        """Make probabilities hold for that share of unreliable texts. The threshold moves with them: the same texts are
        flagged as before. Raises UsageError for a share that is not between 0 and 1.
        """
        if not 0 < prevalence < 1:
            raise UsageError(f"{prevalence} is no share of texts", where="prevalence", cure="give a number from 0 to 1")
        self.prevalence = prevalence
        self._settle()

    @property
    def own_prevalence(self) -> float:
        """The share of unreliable texts that its calibration assumes."""
        prior = self.card.get("prior", {})
        return float(prior.get("assumed") or prior.get("in_data") or 0.5)

    def _settle(self) -> None:
        """Threshold, shift and name, by the encoder in use and the share of unreliable texts assumed."""
        move = _odds(self.prevalence or self.own_prevalence) - _odds(self.own_prevalence)
        self.shift = float(self.card.get("prior", {}).get("shift", 0.0)) + move
        threshold = float(self.card["threshold_encoded" if self.encoder.size else "threshold"])
        self.threshold = 1 / (1 + math.exp(-_odds(threshold) - move)) if move else threshold
        self.name = str(self.card["name"]) + (f"+{self.encoder.name}" if self.encoder.size else "")
        if self.prevalence:
            self.name += f"@{self.prevalence:g}"

    def flag(
        self, texts: Sequence[str], official: Sequence[bool] | None = None, *, explain: bool = True
    ) -> list[FlagResult]:
        """One result a text, in order. A text is flagged when its probability reaches the threshold and it is a claim,
        or an advertisement; never a question, an opinion, or anything of an ``official`` source. Reasons are given for
        flagged texts only, and not without ``explain``: they are the slowest part.
        """
        results: list[FlagResult] = []
        for start in range(0, len(texts), _BATCH):
            part = texts[start : start + _BATCH]
            marked = official[start : start + _BATCH] if official is not None else [False] * len(part)
            results += self._flag_batch(part, marked, explain=explain)
        return results

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Calibrated probabilities only, 0 to 1."""
        parts = [
            sigmoid(self._log_odds(part, [units(text) for text in part]).total)
            for part in (texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH))
        ]
        return np.concatenate(parts) if parts else np.empty(0)

    def explain(self, text: str) -> FlagResult:
        """The result for one text with its reasons, flagged or not."""
        result = self.flag([text])[0]
        if result.reasons:
            return result
        found = [units(text)]
        return replace(result, reasons=self._reasons([text], found, self._log_odds([text], found).encoded)[0])

    def state(self) -> dict[str, Any]:
        """Plain values and sklearn objects for the model file."""
        return {
            "accented": self.accented.state(),
            "folded": self.folded.state(),
            "kinds": self.kinds.state(),
            "calibration": {route: list(pair) for route, pair in self.calibration.items()},
            "vectors": self.vectors.state() if self.vectors else None,
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
            VectorHead(state["vectors"]) if state.get("vectors") else None,
        )

    def _flag_batch(self, texts: Sequence[str], official: Sequence[bool], *, explain: bool) -> list[FlagResult]:
        found = [units(text) for text in texts]
        odds = self._log_odds(texts, found)
        kinds = self.kinds.kinds(texts, found)
        unsure = unknown_share(odds.strangers, found) > self.unsure_from
        results = []
        for place, probability in enumerate(sigmoid(odds.total).tolist()):
            kind, high = kinds[place], probability >= self.threshold
            if official[place]:
                kind = TextKind.OFFICIAL if kind is TextKind.CLAIM else kind
            elif high and kind is TextKind.OFFICIAL:
                kind = self.kinds.beneath_notice(found[place])  # only a source makes it official
            flagged = high and not official[place] and kind in FLAGGABLE
            results.append(FlagResult(probability, kind, flagged, (), self.name, unsure=bool(unsure[place])))
        shown = [place for place, result in enumerate(results) if result.flagged and explain]
        why = self._reasons([texts[place] for place in shown], [found[place] for place in shown], odds.encoded[shown])
        for place, one in zip(shown, why, strict=True):
            results[place] = replace(results[place], reasons=one)
        return results

    def _log_odds(self, texts: Sequence[str], found: Sequence[Units]) -> _Odds:
        """Calibrated log-odds of unreliable, one a text; the encoder is asked where the heads are in doubt."""
        folded, strangers = self.folded.read([one.folded for one in found])
        runs = self.accented.weighted([one.accented for one in found]), folded
        both, bare = blend(self.accented, self.folded, runs)
        share = accent_share(found)
        bare = self._line("bare", bare)
        total = share * self._line("accented", both) + (1 - share) * bare
        encoded = np.zeros(len(found), dtype=bool)
        self.read += len(found)
        if self.vectors is not None and self.encoder.size:
            encoded = in_doubt(share, total)
            places = np.flatnonzero(encoded)
            self.asked += len(places)
            if len(places):
                answers = self.encoder.encode([texts[place] for place in places.tolist()])
                margins = self._line("encoded", self.vectors.margins((runs[0][places], runs[1][places]), answers))
                total[places] = share[places] * margins + (1 - share[places]) * bare[places]
        return _Odds(total, encoded, strangers)

    def _line(self, route: str, margins: Floats) -> Floats:
        slope, intercept = self.calibration[route]
        return slope * margins + (intercept + self.shift)

    def _reasons(
        self, texts: Sequence[str], found: Sequence[Units], encoded: NDArray[np.bool_]
    ) -> list[tuple[Reason, ...]]:
        """What the words did, text by text. What an encoder made of the whole text belongs to no word and is not among
        them.
        """
        if not texts:
            return []
        accented = self.accented.shares([one.accented for one in found])
        folded = self.folded.shares([one.folded for one in found])
        bare, plain = folded.worth(), accented.worth()
        seen = bare, plain
        if encoded.any() and self.vectors is not None:
            seen = folded.worth(self.vectors.folded), accented.worth(self.vectors.accented)
        why = []
        for place, share in enumerate(accent_share(found).tolist()):
            route, half, views = ("encoded", 1, seen) if encoded[place] else ("accented", 2, (bare, plain))
            said = share * self.calibration[route][0] / half * (views[1][place] + views[0][place]) if share > 0 else 0
            weights = (1 - share) * self.calibration["bare"][0] * bare[place] + said
            why.append(reasons(texts[place], found[place], weights.tolist()))
        return why


class _Odds(NamedTuple):
    """Log-odds of texts, which of them the encoder had a part in, and how many units of each the model never saw."""

    total: Floats
    encoded: NDArray[np.bool_]
    strangers: Floats


def blend(accented: Head, folded: Head, runs: tuple[Any, Any]) -> tuple[Floats, Floats]:
    """Margins of the two routes: the mean of both heads, and the folded head alone. ``runs``: weighted runs of each."""
    bare: Floats = folded.model.decision_function(runs[1])
    both: Floats = (accented.model.decision_function(runs[0]) + bare) / 2
    return both, bare


def unknown_share(strangers: Floats, found: Sequence[Units]) -> Floats:
    """Share of each text's different units that the model never saw (``strangers``, as ``Head.read`` of the folded
    ones counts them), 0 to 1; a text without syllables counts as 1.
    """
    sizes = np.array([len(set(one.folded)) for one in found], dtype=np.float64)
    empty = np.array([not one.words for one in found], dtype=bool)
    share: Floats = np.where(empty, 1.0, strangers / np.maximum(sizes, 1))
    return share


def accent_share(found: Sequence[Units]) -> Floats:
    """How far each text counts as accented: 0 none, 1 fully."""
    return np.minimum(np.array([one.accents for one in found], dtype=np.float64) / _FULL_ACCENTS, 1.0)


def in_doubt(share: Floats, log_odds: Floats) -> NDArray[np.bool_]:
    """Which texts an encoder is asked about, by their accents and what the heads without it say."""
    heads = sigmoid(log_odds)
    doubtful: NDArray[np.bool_] = (share >= _ENOUGH_ACCENTS) & (heads >= DOUBT[0]) & (heads <= DOUBT[1])
    return doubtful


def sigmoid(log_odds: Floats) -> Floats:
    """Probabilities of log-odds."""
    odds: Floats = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))
    return odds


def _odds(probability: float) -> float:
    inside = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))
