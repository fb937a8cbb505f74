"""One linear view of texts: runs of units weighted by rarity, then logistic regression.

Weights: 1 for presence times ``ln((1 + n) / (1 + df)) + 1``, each text scaled to length 1. Presence measured better
than counts: a long post does not say a thing more strongly by saying it again. Units that were never seen lengthen a
text too: one far from everything seen stays near the middle instead of resting on the few runs that happen to be known.

Between two labels a fifth of a complement naive Bayes classifier (Rennie, Shih, Teevan, Karger 2003) is added to the
weights: it trusts rare runs more than regression does, and the sum measured better (docs/adr/0005-detection.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.ngrams import NGrams

Floats = NDArray[np.float64]
_BAYES = 0.2  # 0.1 and 0.3 measured alike, 0.5 lower
_SMOOTHING = 0.3


class Head:
    """Vocabulary, rarity (``idf``, one a run), and a fitted ``LogisticRegression``."""

    def __init__(self, ngrams: NGrams, idf: Floats, model: Any) -> None:
        self.ngrams, self.idf, self.model = ngrams, idf, model

    @classmethod
    def fit(
        cls,
        texts: Sequence[Sequence[str]],
        labels: Sequence[Any],
        *,
        strength: float,
        longest: int = 3,
        balanced: bool = False,
    ) -> Head:
        """Learn from units of texts; ``strength`` is the inverse of regularisation; ``balanced`` gives
        each label the same say, however rare. Needs two labels at least.
        """
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier

        ngrams = NGrams.learn(texts, longest=longest)
        presence, strangers = ngrams.read(texts)
        frequency = np.asarray(presence.sum(axis=0)).ravel()
        idf = np.log((1 + len(texts)) / (1 + frequency)) + 1
        model = LogisticRegression(
            C=strength, solver="liblinear", random_state=0, class_weight="balanced" if balanced else None
        )
        if len(set(labels)) > 2:
            model = OneVsRestClassifier(model)
        matrix = _weighted(presence, idf, strangers)
        model.fit(matrix, labels)
        if len(set(labels)) == 2:
            weights, offset = bayes(matrix, labels, model.decision_function(matrix))
            model.coef_[0] += weights
            model.intercept_ += offset
        return cls(ngrams, idf, model)

    def margins(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Log-odds before calibration: one a text, or one a text and class where there are more than two."""
        found: Floats = self.model.decision_function(self.weighted(texts))
        return found

    def weighted(self, texts: Sequence[Sequence[str]]) -> Any:
        """A sparse matrix, texts by runs: what each run counts in each text."""
        return self.read(texts)[0]

    def read(self, texts: Sequence[Sequence[str]]) -> tuple[Any, Floats]:
        """The same, and how many different units of each text the vocabulary does not hold."""
        presence, strangers = self.ngrams.read(texts)
        return _weighted(presence, self.idf, strangers), strangers

    def contributions(self, text: Sequence[str], weights: Floats | None = None) -> Floats:
        """What each unit of one text adds to its margin. A run shares its part evenly among its units.

        ``weights``, one a run, stand in for the head's own.
        """
        found = self.ngrams.find([text])
        parts = np.zeros(len(text) + 1)
        if not len(found.run):
            return parts[:-1]
        runs, inverse, counts = np.unique(found.run, return_inverse=True, return_counts=True)
        unknown = float(self.ngrams.strangers([text])[0]) * float(self.idf.max()) ** 2
        norm = np.sqrt(np.square(self.idf[runs]).sum() + unknown)
        worth = self.idf[runs] * (self.model.coef_[0] if weights is None else weights)[runs] / norm / counts
        each = worth[inverse] / found.length
        for step in range(3):
            inside = found.length > step
            np.add.at(parts, found.at[inside] + step, each[inside])
        return parts[:-1]

    def state(self) -> dict[str, Any]:
        """Plain values and sklearn objects for the model file."""
        return {"ngrams": self.ngrams.state(), "idf": self.idf, "model": self.model}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Head:
        """The head of a model file."""
        return cls(NGrams.from_state(state["ngrams"]), state["idf"], state["model"])


def bayes(matrix: Any, labels: Sequence[Any], margins: Floats) -> tuple[Floats, float]:
    """What to add to a linear model's weights, one a run, and to its intercept: a complement naive Bayes classifier of
    the same texts (``matrix``, texts by runs), scaled to a fifth of the spread of the model's own ``margins``.
    """
    from sklearn.naive_bayes import ComplementNB

    chances = ComplementNB(alpha=_SMOOTHING).fit(matrix, labels).feature_log_prob_
    worth: Floats = chances[1] - chances[0]
    said: Floats = matrix @ worth
    scale = _BAYES * float(margins.std()) / max(float(said.std()), 1e-9)
    return scale * worth, -scale * float(said.mean())


def _weighted(presence: Any, idf: Floats, strangers: Floats) -> Any:
    """Rows of presence times rarity, scaled by the text's length, unknown units counted as the rarest."""
    matrix = presence.copy()
    matrix.data = idf[matrix.indices]
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel() + strangers * float(idf.max()) ** 2)
    norms[norms == 0] = 1.0
    matrix.data /= np.repeat(norms, np.diff(matrix.indptr))
    return matrix
