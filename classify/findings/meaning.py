"""What the words of a question and of an answer do not share: how near their meanings are, by sentence vectors.

Vectors of a library's texts are made once and kept in a file. All of them lean the same way, since all are about one
subject: their mean is taken away, and the directions in which they differ most are shortened by half of what would make
them equal (whitening of embeddings, Su and others 2021, with the square root of its factor). What is left tells them
apart.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classify.claims.sense import told_apart
from classify.encoders.port import Encoder, NullEncoder, Vectors
from classify.encoders.registry import open_encoder
from classify.encoders.remembering import key_of, read_vectors, write_vectors
from classify.text.accents import Accents

_FEW = 20  # texts; the mean of fewer is mostly what each of them says, and words tell so few apart
_SHORTENED = 0.25  # power of a direction's variance that it is divided by; 0.5 would make all directions equal
_LEAST = 1e-4  # variance added to each: what hardly varies is noise

Floats = NDArray[np.float32]


def open_reader(choice: str) -> Encoder:
    """The encoder of that name (:func:`classify.encoders.port.open_encoder`) where it was trained to bring questions
    and
    answers together; a transformer in a folder was not.
    """
    return NullEncoder() if os.sep in choice else open_encoder(choice)


class Meanings:
    """Vectors of texts that may answer. ``file``: where they are kept between runs; without one, in memory."""

    def __init__(self, encoder: Encoder, file: Path | None = None) -> None:
        self.file, self._encoder = file, encoder
        self._known: dict[str, Vectors] = read_vectors(file, encoder) if file else {}
        self._accents: Accents | None = None
        self._arrange([])

    def hold(self, texts: Sequence[str]) -> None:
        """These texts, in this order, are what may answer from now on; vectors of others are forgotten."""
        self._arrange(texts)
        self._known = {key: self._known[key] for key in self._keys if key in self._known}

    def fill(self, most: int) -> int:
        """Make at most so many of the vectors that are missing; how many still are."""
        missing = {key: text for key, text in zip(self._keys, self._texts, strict=True) if key not in self._known}
        if not self._encoder.size or not missing:
            return 0
        part = list(missing)[:most]
        vectors = self._encoder.encode([missing[key] for key in part]).astype(np.float16).astype(np.float32)
        self._known.update(zip(part, vectors, strict=True))
        if self.file:
            with suppress(OSError):  # a full disk costs making them again, not the match
                write_vectors(self.file, self._encoder.name, self._known)
        self._arrange(self._texts)
        return len(missing) - len(part)

    def nearness(self, question: str) -> Floats:
        """How near each text is to a question, -1 to 1, in order: 0 is as near as all of them together, and where it
        cannot be told. A question without diacritics is given those that the texts would have.
        """
        near = np.zeros(len(self._texts), dtype=np.float32)
        if len(self._with) >= _FEW:
            asked = told_apart(self._encoder.ask([self._spelled(question)]), self._mean, self._turn)[0]
            near[self._with] = self._vectors @ asked
        return near

    def _spelled(self, question: str) -> str:
        if self._accents is None:
            self._accents = Accents(self._texts)
        return self._accents.restored(question)

    def _arrange(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._keys = [key_of(text, self._encoder.reads) for text in texts]
        self._accents = None
        self._with = np.array([at for at, key in enumerate(self._keys) if key in self._known], dtype=np.intp)
        if not len(self._with):
            return
        vectors = np.array([self._known[self._keys[at]] for at in self._with], dtype=np.float32)
        self._mean = vectors.mean(axis=0)
        spread, directions = np.linalg.eigh(np.cov(vectors.T, bias=True))
        self._turn = (directions / (np.maximum(spread, 0) + _LEAST) ** _SHORTENED).astype(np.float32)
        self._vectors = told_apart(vectors, self._mean, self._turn)
