"""What suspect texts say, as vectors that tell claims of one subject apart.

All sentence vectors of a subject point the same way. Here their mean is taken away, and the directions in which
tellings of one claim differ among themselves are shortened until they differ alike in all (within-class covariance
normalisation, Hatch and others 2006); what is left differs from claim to claim. Both were measured once, on the shipped
texts (``python -m classify.claims.learn_paraphrase``), so that a vector stays what it is, whatever comes later.
"""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classify.encoders.port import Encoder, Vectors
from classify.text.accents import Accents

TURN = Path(__file__).parents[1] / "retellings" / "turn.npz"
CORPUS = Path(__file__).parents[1] / "corpus"
_MARK = 4  # bytes before the numbers: which encoder and which directions they are of

Floats = NDArray[np.float64]


class Senses:
    """Makes vectors with the encoder that the shipped directions were measured for; nothing with any other."""

    def __init__(self, encoder: Encoder, file: Path = TURN) -> None:
        self._encoder = encoder
        self._accents: Accents | None = None
        self._mean, self._turn = _directions(file, encoder)
        told = f"{encoder.name} ".encode() + self._turn.tobytes()
        self._mark = hashlib.blake2b(told, digest_size=_MARK).digest()

    def of(self, texts: Sequence[str]) -> list[bytes]:
        """What is kept of each text: a mark and ``size`` numbers in half precision; empty where nothing is made."""
        if not self._turn.size or not texts:
            return [b""] * len(texts)
        vectors = self._encoder.encode([self.spelled(text) for text in texts])
        found = told_apart(vectors, self._mean, self._turn)
        return [self._mark + row.astype("<f2").tobytes() for row in found]

    def spelled(self, text: str) -> str:
        """A text without diacritics is given those that the shipped texts would have: encoders are blind without."""
        if self._accents is None:
            self._accents = Accents(shipped_texts())
        return self._accents.restored(text)


def nearness(one: bytes, other: bytes) -> float | None:
    """Cosine of two vectors of :meth:`Senses.of`, -1 to 1; None where one is missing, broken or of another making."""
    if len(one) <= _MARK or len(one) != len(other) or one[:_MARK] != other[:_MARK]:
        return None
    mine, theirs = (np.frombuffer(kept, dtype="<f2", offset=_MARK).astype(np.float32) for kept in (one, other))
    near = float(mine @ theirs)
    return near if np.isfinite(near) else None


def told_apart(vectors: Vectors, mean: Vectors, turn: Vectors) -> Vectors:
    """Rows less the mean, turned, each of length 1."""
    found: Vectors = ((vectors - mean) @ turn).astype(np.float32)
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return found


def shipped_texts() -> list[str]:
    """Texts of the flag model's corpus: how words are written, and what texts on the subject have in common."""
    texts = list[str]()
    for path in sorted(CORPUS.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            texts += [row["text"] for row in csv.DictReader(file)]
    return texts


def _directions(file: Path, encoder: Encoder) -> tuple[Vectors, Vectors]:
    nothing = np.empty(0, dtype=np.float32)
    if not encoder.size:
        return nothing, nothing
    try:
        with np.load(file, allow_pickle=False) as kept:
            if str(kept["encoder"]) != encoder.name or kept["turn"].shape[0] != encoder.size:
                return nothing, nothing
            return kept["mean"].astype(np.float32), kept["turn"].astype(np.float32)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return nothing, nothing
