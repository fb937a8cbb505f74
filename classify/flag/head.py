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

from classify.flag.ngrams import NGrams

Floats = NDArray[np.float64]
_BAYES = 0.2  # 0.1 and 0.3 measured alike, 0.5 lower
_SMOOTHING = 0.3


class Head:
    """Vocabulary, rarity (``idf``, one a run), and a fitted ``LogisticRegression``."""

    def __init__(self, ngrams: NGrams, idf: Floats, model: Any) -> None:
        self.ngrams, self.idf, self.model = ngrams, idf, model
        self.rarest = float(idf.max()) ** 2 if len(idf) else 0.0  # what a run that was never seen lengthens a text by

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
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- heavy
        from sklearn.multiclass import OneVsRestClassifier  # noqa: PLC0415 -- heavy

        ngrams = NGrams.learn(texts, longest=longest)
        presence, strangers = ngrams.read(texts)
        frequency = np.asarray(presence.sum(axis=0)).ravel()
        idf = np.log((1 + len(texts)) / (1 + frequency)) + 1
        model = LogisticRegression(
            C=strength, solver="liblinear", random_state=0, class_weight="balanced" if balanced else None
        )
        if len(set(labels)) > 2:
            model = OneVsRestClassifier(model)
        matrix = _weighted(presence, idf, strangers * float(idf.max()) ** 2)
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
        return _weighted(presence, self.idf, strangers * self.rarest), strangers

    def shares(self, texts: Sequence[Sequence[str]]) -> Shares:
        """What the units of texts have a part in, for who asks what they add to the margin."""
        return Shares(self, texts)

    def state(self) -> dict[str, Any]:
        """Plain values and sklearn objects for the model file."""
        return {"ngrams": self.ngrams.state(), "idf": self.idf, "model": self.model}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Head:
        """The head of a model file."""
        return cls(NGrams.from_state(state["ngrams"]), state["idf"], state["model"])


class Shares:
    """The runs of some texts, and the units that each is made of."""

    def __init__(self, head: Head, texts: Sequence[Sequence[str]]) -> None:
        self._head = head
        self._lengths = [len(text) for text in texts]
        found, strangers = head.ngrams.find(texts)
        different, self._of, counts = np.unique(
            found.text * len(head.idf) + found.run, return_inverse=True, return_counts=True
        )
        owner, self._run = different // len(head.idf), different % len(head.idf)
        rarity = head.idf[self._run]
        norms = np.sqrt(np.bincount(owner, np.square(rarity), len(texts)) + strangers * head.rarest)
        self._scale = rarity / norms[owner] / counts
        self._steps = [(found.at[inside] + step, inside) for step in range(3) for inside in [found.length > step]]
        self._length = found.length

    def worth(self, weights: Floats | None = None) -> list[Floats]:
        """What each unit adds to its text's margin, text by text. A run shares its part evenly among its units.

        ``weights``, one a run, stand in for the head's own.
        """
        own = self._head.model.coef_[0] if weights is None else weights
        each = (self._scale * own[self._run])[self._of] / self._length
        parts = np.zeros(sum(self._lengths) + len(self._lengths))
        for at, inside in self._steps:
            parts += np.bincount(at, each[inside], len(parts))
        ends = np.cumsum([length + 1 for length in self._lengths]).tolist()
        return [parts[end - length - 1 : end - 1] for length, end in zip(self._lengths, ends, strict=True)]


def bayes(matrix: Any, labels: Sequence[Any], margins: Floats) -> tuple[Floats, float]:
    """What to add to a linear model's weights, one a run, and to its intercept: a complement naive Bayes classifier of
    the same texts (``matrix``, texts by runs), scaled to a fifth of the spread of the model's own ``margins``.
    """
    from sklearn.naive_bayes import ComplementNB  # noqa: PLC0415 -- heavy

    chances = ComplementNB(alpha=_SMOOTHING).fit(matrix, labels).feature_log_prob_
    worth: Floats = chances[1] - chances[0]
    said: Floats = matrix @ worth
    scale = _BAYES * float(margins.std()) / max(float(said.std()), 1e-9)
    return scale * worth, -scale * float(said.mean())


def _weighted(presence: Any, idf: Floats, unknown: Floats) -> Any:
    """Rows of presence times rarity, scaled by the text's length; ``unknown``: what the units of each that were never
    seen add to its square.
    """
    matrix = presence.copy()
    matrix.data = idf[matrix.indices]
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel() + unknown)
    norms[norms == 0] = 1.0
    matrix.data /= np.repeat(norms, np.diff(matrix.indptr))
    return matrix
