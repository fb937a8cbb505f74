"""Sentence vectors as a second opinion: a small port, and one adapter that needs the extra ``encoder``.

A pretrained encoder knows that two sentences say the same in other words; runs of syllables do not. It is slow (34
posts a second on two cores) and blind without diacritics, so it is asked only where it can matter, and everything
works without it. A transformer in a local folder (a PhoBERT, say) is one more: classify/encoders/transformer.py.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
MOST_CHARACTERS = 400  # of a text that are encoded; 1,200 took three times as long and measured no better
BATCH = 32


class Encoder(ABC):
    """Turns texts into vectors. ``name`` is package and version: a model works with the encoder it was trained with.
    ``reads``: characters of a text that it reads at most.
    """

    name: str
    size: int
    reads: int = MOST_CHARACTERS

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of ``size`` numbers a text, in order, each of length 1. The same text gives the same row."""

    def ask(self, questions: Sequence[str]) -> Vectors:
        """Rows to be compared with those of texts that may answer; an encoder may read a question in another way."""
        return self.encode(questions)


class NullEncoder(Encoder):
    """No encoder: nothing is asked of it."""

    name, size = "none", 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Rows without numbers."""
        return np.empty((len(texts), 0), dtype=np.float32)


def installed_version(package: str) -> str:
    """The version of a package that is installed; empty where it is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
