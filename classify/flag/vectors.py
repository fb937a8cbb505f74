"""The view through an encoder: one support vector machine over runs of syllables and vectors together.

Its kernel is a sum of three: the weighted runs with diacritics, those without, and a Gaussian of the distance between
vectors. Learnt together they measured better than two models whose results are mixed (docs/adr/0005-detection.md). The
two linear parts fold back into one weight a run, so reasons are given as for the heads without an encoder.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.encoders.port import Vectors
from classify.flag.head import bayes

Floats = NDArray[np.float64]
_NARROW = 2.0  # the Gaussian is exp(-2 d), d the mean squared distance of standardised numbers; 1 and 4 measured lower
_SAY = 4.0  # of the vectors beside the two kinds of runs; 2 and 8 carry over less to posts of another table
_COST = 3.0
MOST_TEXTS = 8_000  # learnt from at most: the kernel is a square table of this side
_ROWS = 512  # compared with the supports at a time


class VectorHead:
    """``weights``: one a run, accented and folded; ``support``: standardised vectors (n, size), ``dual``: (n)."""

    def __init__(self, state: dict[str, Any]) -> None:
        self._state = state
        self.accented: Floats = state["accented"]
        self.folded: Floats = state["folded"]
        self._support: Vectors = state["support"]
        self._dual: Floats = state["dual"]
        self._bias = float(state["bias"])

    @classmethod
    def fit(cls, runs: tuple[Any, Any], vectors: Vectors, labels: Any) -> VectorHead:
        """Learn from texts: their weighted runs, accented and folded, as ``Head.weighted`` gives them, and vectors."""
        from sklearn.svm import SVC  # noqa: PLC0415 -- heavy

        some = _chosen(len(labels))
        accented, folded = runs[0][some], runs[1][some]
        known, labels = vectors[some], np.asarray(labels)[some]
        centre, scale = known.mean(axis=0), (known.std(axis=0) + 1e-6) * np.sqrt(known.shape[1])
        known = ((known - centre) / scale).astype(np.float32)
        kernel = _SAY * _gaussian(known, known)
        for matrix in (accented, folded):
            kernel += (matrix @ matrix.T).toarray()
        machine = SVC(C=_COST, kernel="precomputed").fit(kernel, labels)
        kept, dual = machine.support_, machine.dual_coef_[0]
        weights, offset = bayes(accented, labels, kernel[:, kept] @ dual)
        return cls(
            {
                "accented": np.asarray(accented[kept].T @ dual).ravel() + weights,
                "folded": np.asarray(folded[kept].T @ dual).ravel(),
                "support": known[kept],
                "dual": _SAY * dual,
                "bias": float(machine.intercept_[0]) + offset,
                "centre": centre,
                "scale": scale,
            }
        )

    def margins(self, runs: tuple[Any, Any], vectors: Vectors) -> Floats:
        """One margin a text. ``runs``: weighted runs of the two heads, as ``Head.weighted`` gives them."""
        found: Floats = runs[0] @ self.accented + runs[1] @ self.folded + self._bias
        points = ((vectors - self._state["centre"]) / self._state["scale"]).astype(np.float32)
        for start in range(0, len(points), _ROWS):
            part = points[start : start + _ROWS]
            found[start : start + _ROWS] += _gaussian(part, self._support) @ self._dual
        return found

    def state(self) -> dict[str, Any]:
        """Plain values for the model file."""
        return self._state


def _gaussian(left: Vectors, right: Vectors) -> Floats:
    squares = np.square(left).sum(axis=1)[:, None] + np.square(right).sum(axis=1)[None, :] - 2 * left @ right.T
    near: Floats = np.exp(-_NARROW * np.maximum(squares, 0.0)).astype(np.float64)
    return near


def _chosen(count: int) -> Any:
    """Places of the texts that are learnt from: all, or an even sample."""
    return np.arange(count) if count <= MOST_TEXTS else np.linspace(0, count - 1, MOST_TEXTS).astype(np.int64)
