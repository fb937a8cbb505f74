"""Runs of one to three units as numbers: a vocabulary learnt from texts, then found again by array look-ups.

A run of two is known by ``first * size + second``, one of three by ``number of its first two * size + third``. Sorted
arrays of such keys replace a large dictionary of strings: they load at once and serve many texts together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """Runs found in texts, one entry each: number of the text, of the run, its first unit's position among all
    units (texts follow one another, one empty place after each), its length in units.
    """

    text: Ints
    run: Ints
    at: Ints
    length: Ints


class NGrams:
    """The vocabulary: single units in ``words``; ``pairs`` and ``triples`` as sorted keys."""

    def __init__(self, words: Sequence[str], pairs: Ints, triples: Ints) -> None:
        self.words = list(words)
        self.pairs, self.triples = pairs, triples
        self._number = {word: number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words) + len(self.pairs) + len(self.triples)

    @classmethod
    def learn(cls, texts: Sequence[Sequence[str]], *, longest: int = 3, least: int = 2) -> NGrams:
        """Every run of up to ``longest`` units that at least ``least`` of the texts hold, in a fixed order."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(set(text))
        words = sorted(word for word, count in counts.items() if count >= least)
        empty = np.empty(0, dtype=np.int64)
        vocabulary = cls(words, empty, empty)
        ids, owner, _ = vocabulary._codes(texts)
        size = max(len(words), 1)
        if longest > 1:
            keys = _joined(ids, ids, 1, size)
            vocabulary.pairs = _frequent(keys, owner, least)
            if longest > 2:
                keys = _joined(_look_up(vocabulary.pairs, keys), ids, 2, size)
                vocabulary.triples = _frequent(keys, owner, least)
        return vocabulary

    def find(self, texts: Sequence[Sequence[str]]) -> tuple[FoundRuns, NDArray[np.float64]]:
        """Every known run in the texts, and how many different units of each are not in the vocabulary."""
        coded = self._codes(texts)
        return self._runs(coded), _different(coded, len(texts))

    def _runs(self, coded: _Coded) -> FoundRuns:
        ids, owner = coded.ids, coded.owner
        size = max(len(self.words), 1)
        keys = _joined(ids, ids, 1, size)
        pairs = _look_up(self.pairs, keys)
        triples = _look_up(self.triples, _joined(pairs, ids, 2, size))
        runs, places, lengths = [], [], []
        for length, (numbers, offset) in enumerate(
            ((ids, 0), (pairs, len(self.words)), (triples, len(self.words) + len(self.pairs))), start=1
        ):
            at = np.flatnonzero(numbers >= 0)
            runs.append(numbers[at] + offset)
            places.append(at)
            lengths.append(np.full(len(at), length, dtype=np.int64))
        at = np.concatenate(places)
        return FoundRuns(owner[at], np.concatenate(runs), at, np.concatenate(lengths))

    def read(self, texts: Sequence[Sequence[str]]) -> tuple[Any, NDArray[np.float64]]:
        """A sparse matrix, texts by runs: 1 where a text holds a run. And the unknown units, as :meth:`find` counts."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 -- heavy

        found, strangers = self.find(texts)
        matrix = csr_matrix(
            (np.ones(len(found.run), dtype=np.float64), (found.text, found.run)), shape=(len(texts), len(self))
        )
        matrix.sum_duplicates()
        matrix.data[:] = 1.0
        return matrix, strangers

    def state(self) -> dict[str, Any]:
        """Plain values for the model file."""
        return {
            "words": "\t".join(word.replace("\n", "\\n") for word in self.words),
            "pairs": self.pairs,
            "triples": self.triples,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> NGrams:
        """The vocabulary of a model file."""
        words = [word.replace("\\n", "\n") for word in state["words"].split("\t")] if state["words"] else []
        return cls(words, state["pairs"], state["triples"])

    def _codes(self, texts: Sequence[Sequence[str]]) -> _Coded:
        units = [unit for text in texts for unit in (*text, "")]
        ids = np.fromiter(map(self._number.get, units, repeat(-1)), dtype=np.int64, count=len(units))
        lengths = [len(text) + 1 for text in texts]
        return _Coded(ids, np.repeat(np.arange(len(texts), dtype=np.int64), lengths), units)


class _Coded(NamedTuple):
    """Units of texts, an empty one after each text: their numbers (-1: unknown), their texts' numbers, themselves."""

    ids: Ints
    owner: Ints
    units: list[str]


def _joined(first: Ints, units: Ints, ahead: int, size: int) -> Ints:
    """Keys of runs: ``first`` at a place with the unit ``ahead`` places on; -1 where either is unknown."""
    keys = np.full(len(units), -1, dtype=np.int64)
    if len(units) > ahead:
        left, right = first[:-ahead], units[ahead:]
        keys[:-ahead] = np.where((left >= 0) & (right >= 0), left * size + right, -1)
    return keys


def _look_up(known: Ints, keys: Ints) -> Ints:
    """Places of ``keys`` in the sorted array ``known``; -1 for those that are not there."""
    if not len(known):
        return np.full(len(keys), -1, dtype=np.int64)
    found = np.full(len(keys), -1, dtype=np.int64)
    there = np.flatnonzero(keys >= 0)
    wanted = keys[there]
    places = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    same = known[places] == wanted
    found[there[same]] = places[same]
    return found


def _different(coded: _Coded, texts: int) -> NDArray[np.float64]:
    """How many different units without a number each of so many texts holds."""
    unknown = np.flatnonzero(coded.ids < 0)
    pairs = set(zip(coded.owner[unknown].tolist(), map(coded.units.__getitem__, unknown.tolist()), strict=True))
    counts = np.bincount(np.array([text for text, _ in pairs], dtype=np.int64), minlength=texts)
    return counts.astype(np.float64) - 1.0  # the empty place after each text


def _frequent(keys: Ints, owner: Ints, least: int) -> Ints:
    """The keys, sorted, that at least ``least`` texts hold."""
    there = keys >= 0
    once = np.unique(np.stack([keys[there], owner[there]]), axis=1)
    values, counts = np.unique(once[0], return_counts=True)
    return np.ascontiguousarray(values[counts >= least])
