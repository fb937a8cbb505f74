"""Flags: the machine's opinion of a document."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from core.codes.texts import TextKind
from core.model.documents import PlaceMention


@dataclass(frozen=True, slots=True)
class Reason:
    """A stretch of the original text with its weight in log-odds (positive: towards unreliable)."""

    text: str
    weight: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FlagResult:
    """The machine's opinion of one document. ``flagged`` applies threshold and kind (house: rights). ``unsure``:
    far from everything that the model learnt from, so that the probability says little.
    """

    probability: float
    kind: TextKind
    flagged: bool
    reasons: tuple[Reason, ...]
    model: str
    nearest: tuple[dict[str, Any], ...] = ()
    unsure: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON columns and the command line."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What classification found in one version of a document; written to the archive in one transaction.

    ``topic`` empty: off the topic (then ``flag`` is None). ``bands`` are MinHash bands; ``claim_id`` is the
    claim that the document repeats. Else ``same_as`` names a document judged earlier in the same batch whose
    claim it repeats. Else a ``headline`` founds a new claim; without one the document belongs to none
    (questions and opinions). ``sense`` is the vector of what a suspect text says, where an encoder made one.
    """

    document_id: str
    version: int
    topic: str
    kind: TextKind
    places: tuple[PlaceMention, ...] = ()
    bands: tuple[str, ...] = ()
    claim_id: int | None = None
    headline: str = ""
    flag: FlagResult | None = None
    same_as: str = ""
    sense: bytes = b""
