"""Retellings written for this project: read them, and learn from one half what makes two texts one claim.

``python -m classify.retell`` writes ``retellings/weights.json`` anew and says what it does on the other half.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classify.claims import WORD, keys
from classify.gist import denies, gist
from classify.near import SAME, similarity
from classify.retold import FEATURES, SAYS_SOMETHING, WEIGHTS, features

TEXTS = WEIGHTS.parent / "retellings.csv"
_CORPUS = Path(__file__).parent / "corpus"
_LONG = 180  # characters: of shorter texts the corpus's other claims have enough
_PRECISION = 0.93  # of pairs learnt from: the score from which two texts are one claim is moved to where it holds
_MANY = {"claim", "official", "advertisement"}

Floats = NDArray[np.float64]


class Retelling(NamedTuple):
    """A text, the claim that it tells (or denies: ``stance``), and the family of claims that are easily confused."""

    text: str
    claim: str
    family: str
    stance: str


class Pairs(NamedTuple):
    """Pairs of texts that share a word key (numbers of the two), their features, and whether they are one claim."""

    places: list[tuple[int, int]]
    features: Floats
    same: NDArray[np.bool_]


def retellings(part: str) -> list[Retelling]:
    """The retellings and denials of one half: ``fit`` or ``held``. Families lie in one half with all their claims."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == part]
    return [Retelling(row["text"], row["claim"], row["family"], row["stance"]) for row in rows]


def pairs(texts: Sequence[str], claims: Sequence[str]) -> Pairs:
    """What would be compared of these texts; copies are left out, they need no learning."""
    gists, stances = [gist(text) for text in texts], [denies(text) for text in texts]
    found = [{key for key in keys(text, suspect=True) if key.startswith(WORD)} for text in texts]
    places, rows, same = list[tuple[int, int]](), list[tuple[float, ...]](), list[bool]()
    for a, b in combinations(range(len(texts)), 2):
        few = min(len(gists[a].folded[0]), len(gists[b].folded[0])) < SAYS_SOMETHING
        if few or stances[a] != stances[b] or not found[a] & found[b] or similarity(texts[a], texts[b]) >= SAME:
            continue
        places.append((a, b))
        rows.append(features(gists[a], gists[b]))
        same.append(claims[a] == claims[b])
    return Pairs(places, np.array(rows), np.array(same))


def learn(known: Sequence[Pairs]) -> dict[str, float]:
    """Weights of the features by logistic regression, the start moved so that 0.5 is what is enough."""
    from sklearn.linear_model import LogisticRegression

    rows, same = np.vstack([one.features for one in known]), np.concatenate([one.same for one in known])
    model = LogisticRegression(C=10.0, max_iter=3000).fit(rows, same)
    odds = known[0].features @ model.coef_[0]
    order = np.argsort(-odds)
    precision = np.cumsum(known[0].same[order]) / np.arange(1, len(order) + 1)
    enough = odds[order][np.flatnonzero(precision >= _PRECISION)[-1]]
    weights = dict(zip(FEATURES, model.coef_[0].round(3).tolist(), strict=True))
    return {"start": round(float(-enough), 3), **weights}


def known_pairs() -> list[Pairs]:
    """What is learnt from: retellings of the half ``fit``, then pairs of the flag model's corpus: its claims, and long
    texts that state different things.
    """
    told = [one for one in retellings("fit") if one.stance == "tell"]
    rows = [row for path in sorted(_CORPUS.glob("*.csv")) for row in _read(path)]
    claims = [row for row in rows if row["label"] == "1" and row["claim"]]
    long = [row for row in rows if len(row["text"]) >= _LONG and row["kind"] in _MANY]
    other = pairs([row["text"] for row in long], [row["claim"] or row["id"] for row in long])
    apart = ~other.same
    return [
        pairs([one.text for one in told], [one.claim for one in told]),
        pairs([row["text"] for row in claims], [row["claim"] for row in claims]),
        Pairs([], other.features[apart], other.same[apart]),
    ]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _main() -> None:
    weights = {"words": learn(known_pairs())}
    WEIGHTS.write_text(json.dumps(weights, indent=2) + "\n", "utf-8")
    sys.stdout.write(WEIGHTS.read_text("utf-8"))


if __name__ == "__main__":
    _main()
