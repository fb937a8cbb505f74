"""Vectors kept between askings and between runs."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from classify.encoders.port import BATCH, MOST_CHARACTERS, Encoder, Vectors

_TOLD = 256  # texts between two messages of progress


class Remembering(Encoder):
    """Asks another encoder once for each text and keeps the answer: folds read the same texts over and over.

    ``file`` (``.npz``) keeps answers between runs; those in ``given``, a file of the same form, are taken from there.
    Answers are rounded to half precision, so that it does not matter where one comes from.
    """

    def __init__(
        self,
        inner: Encoder,
        progress: Callable[[str], None] | None = None,
        file: Path | None = None,
        given: Path | None = None,
    ) -> None:
        self.inner, self.name, self.size, self.reads = inner, inner.name, inner.size, inner.reads
        self._progress, self._file = progress, file
        self._known = {**(read_vectors(given, inner) if given else {}), **(read_vectors(file, inner) if file else {})}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors, from memory where they are there."""
        keys = [key_of(text, self.reads) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        fresh = sorted(missing.items(), key=lambda item: (len(item[1]), item[0]))
        for start in range(0, len(fresh), BATCH):
            part = fresh[start : start + BATCH]
            answers = self.inner.encode([text for _, text in part]).astype(np.float16).astype(np.float32)
            self._known.update(zip((key for key, _ in part), answers, strict=True))
            done = min(start + BATCH, len(fresh))
            if self._progress and done // _TOLD > start // _TOLD:
                self._progress(f"encoded {done} of {len(fresh)} texts")
        if self._file and fresh:
            write_vectors(self._file, self.name, self._known)
        return np.array([self._known[key] for key in keys], dtype=np.float32).reshape(len(texts), self.size)

    def ask(self, questions: Sequence[str]) -> Vectors:
        """Vectors of questions; they are not kept."""
        return self.inner.ask(questions)

    def keep(self, file: Path, texts: Sequence[str]) -> None:
        """Write the answers for these texts, and no others, to ``file``."""
        self.encode(texts)
        write_vectors(file, self.name, {key: self._known[key] for key in (key_of(text, self.reads) for text in texts)})


def key_of(text: str, reads: int = MOST_CHARACTERS) -> str:
    """What a text's vector is kept under: a digest of the characters that the encoder reads."""
    return hashlib.sha256(text[:reads].encode("utf-8", "replace")).hexdigest()


def read_vectors(file: Path, encoder: Encoder) -> dict[str, Vectors]:
    """What a former run kept; nothing where there is no file, a broken one, or another encoder's."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            if str(kept["encoder"]) != encoder.name or kept["vectors"].shape[1:] != (encoder.size,):
                return {}
            return dict(zip(kept["keys"].tolist(), kept["vectors"].astype(np.float32), strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def write_vectors(file: Path, name: str, known: dict[str, Vectors]) -> None:
    """Vectors of encoder ``name``, each under its text's key, in half precision; the file appears whole or not."""
    fresh = file.with_name(f".{os.getpid()}-{file.name}")
    keys = sorted(known)
    vectors = np.array([known[key] for key in keys], dtype=np.float16)
    np.savez_compressed(fresh, encoder=name, keys=np.array(keys), vectors=vectors)
    fresh.replace(file)
